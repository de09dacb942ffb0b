package rules

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// Table is a file of rules, in the order of its rows.
type Table struct {
	Name  string
	Rules []*Rule
	Sites []string // the sites that it is for, in lower case; none if it is for all
}

var (
	columns       = []string{"id", "class", "lang", "scope", "strength", "pattern", "hit", "miss"}
	neededColumns = strings.Split(Header, "\t")
)

// Bounds of a table. A row that is longer, in bytes, is a file that is no table; rules, which take a kilobyte each, are
// held all at once.
const (
	maxRow   = 1 << 20
	maxRules = 100_000
)

// Parse reads a table from r; name stands for it in messages. The error is an ErrorList of all faults in the table, or
// what r returned. The table holds the rows without fault even then.
func Parse(name string, r io.Reader) (*Table, error) { return parse(name, r, nil) }

// parse is Parse where the facts of some patterns are known.
func parse(name string, r io.Reader, known map[scopedPattern]facts) (*Table, error) {
	p := tableParser{table: &Table{Name: name}, known: known}
	in := bufio.NewReader(r)
	for {
		row, err := readRow(in)
		if len(row) > maxRow {
			p.line++
			p.fault(1, "", "row longer than %d bytes; is this a rule table?", maxRow)
			break
		}
		if len(row) > 0 {
			p.line++
			p.row(strings.TrimRight(string(row), "\r\n"))
		}
		if len(p.table.Rules) > maxRules {
			p.fault(1, "", "more than %d rules; leave out those that no page needs", maxRules)
			break
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return p.table, fmt.Errorf("%s: %w", name, err)
		}
	}
	if p.header == nil && len(p.faults) == 0 {
		p.faults.add(Pos{File: name}, "", "no header row; begin with the columns %s, one tab between them", strings.Join(neededColumns, ", "))
	}
	p.faults.sort()
	return p.table, p.faults.Err()
}

// readRow returns the next row with its line end, or the beginning of one that is longer than maxRow.
func readRow(in *bufio.Reader) ([]byte, error) {
	var row []byte
	for {
		part, err := in.ReadSlice('\n')
		row = append(row, part...)
		if !errors.Is(err, bufio.ErrBufferFull) || len(row) > maxRow {
			return row, err
		}
	}
}

// tableParser reads a table row by row. It splits at tabs and nothing else: a quotation mark is a character.
type tableParser struct {
	table      *Table
	known      map[scopedPattern]facts
	line       int
	header     []string
	unreadable bool  // the header is wrong, so cells have no names
	last       *Rule // the rule that a row without an id adds examples to
	faults     ErrorList
}

// cell is one cell of the row at hand.
type cell struct {
	text string
	pos  Pos
}

func (p *tableParser) fault(column int, id, format string, args ...any) {
	p.faults.add(Pos{p.table.Name, p.line, column}, id, format, args...)
}

func (p *tableParser) row(text string) {
	if p.line == 1 {
		text = strings.TrimPrefix(text, "\ufeff")
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	if strings.HasPrefix(text, "#") {
		p.readSites(text)
		return
	}
	if !utf8.ValidString(text) {
		at := strings.IndexRune(text, utf8.RuneError)
		p.fault(utf8.RuneCountInString(text[:max(at, 0)])+1, "", "not UTF-8; save the table as UTF-8")
		return
	}
	cells := strings.Split(text, "\t")
	if p.header == nil {
		p.readHeader(cells)
		p.unreadable = len(p.faults) > 0
		return
	}
	if p.unreadable {
		return // every row would repeat the header's fault
	}
	if len(cells) != len(p.header) {
		hint := "put one tab between cells"
		if len(cells) == 1 {
			hint = "no tab in it: an editor may have turned tabs into blanks"
		}
		p.fault(1, "", "%d cells where the header has %d; %s", len(cells), len(p.header), hint)
		p.last = nil
		return
	}
	row, column := map[string]cell{}, 1
	for i, text := range cells {
		row[p.header[i]] = cell{text, Pos{p.table.Name, p.line, column}}
		column += utf8.RuneCountInString(text) + 1
	}
	if row["id"].text == "" {
		p.addExamples(row)
		return
	}
	p.addRule(row)
}

func (p *tableParser) readHeader(cells []string) {
	p.header = cells
	if !slices.ContainsFunc(cells, func(name string) bool { return slices.Contains(columns, name) }) {
		p.fault(1, "", "no header row; begin with the columns %s, one tab between them", strings.Join(neededColumns, ", "))
		p.header = neededColumns
		return
	}
	column := 1
	for i, name := range cells {
		switch {
		case !slices.Contains(columns, name):
			p.fault(column, "", "unknown column %q; the columns are %s", name, strings.Join(columns, ", "))
		case slices.Contains(cells[:i], name):
			p.fault(column, "", "column %q stands twice; leave one out", name)
		}
		column += utf8.RuneCountInString(name) + 1
	}
	for _, name := range neededColumns {
		if !slices.Contains(cells, name) {
			p.fault(1, "", "no column %q; the header row needs %s, one tab between them", name, strings.Join(neededColumns, ", "))
		}
	}
}

func (p *tableParser) addExamples(row map[string]cell) {
	for _, name := range columns {
		if c := row[name]; c.text != "" && name != "hit" && name != "miss" {
			p.faults.add(c.pos, "", "a row without an id only adds examples, but its %s is %q; give it an id or leave the cell empty", name, c.text)
			return
		}
	}
	if p.last == nil {
		p.faults.add(row["id"].pos, "", "a row without an id adds examples to the rule above, and there is none; give it an id")
		return
	}
	if row["hit"].text == "" && row["miss"].text == "" {
		p.faults.add(row["hit"].pos, p.last.ID, "neither hit nor miss; fill one of them or delete the row")
		return
	}
	p.examples(p.last, row)
}

// examples adds the filled ones of a row's two example cells to r.
func (p *tableParser) examples(r *Rule, row map[string]cell) {
	for _, name := range []string{"hit", "miss"} {
		c := row[name]
		if c.text == "" {
			continue
		}
		example, fault := parseExample(c.text, c.pos)
		switch {
		case fault != "":
			p.faults.add(c.pos, r.ID, "%s: %s", name, fault)
		case name == "hit":
			r.hits = append(r.hits, example)
		case example.Spans != nil:
			p.faults.add(c.pos, r.ID, "miss: marks say what goes, and nothing may go here; take out the [[ ]]")
		default:
			r.misses = append(r.misses, example)
		}
	}
}

func (p *tableParser) addRule(row map[string]cell) {
	r := &Rule{ID: row["id"].text, Pattern: row["pattern"].text, Pos: row["id"].pos, patternColumn: row["pattern"].pos.Column}
	before := len(p.faults)
	fault := func(name string, err error) {
		if err != nil {
			p.faults.add(row[name].pos, r.ID, "%v", err)
		}
	}
	var err error
	if strings.Trim(r.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		p.faults.add(r.Pos, r.ID, "an id is lower-case letters, digits and hyphens; rename it")
	}
	r.Class, err = ParseClass(row["class"].text)
	fault("class", err)
	r.Scope, err = parseScope(row["scope"].text)
	fault("scope", err)
	r.Strength, err = parseStrength(row["strength"].text)
	fault("strength", err)
	r.Lang, err = parseLang(row["lang"].text)
	fault("lang", err)
	if r.Guard() && r.Scope == Rest {
		p.faults.add(row["scope"].pos, r.ID, "a guard of scope rest would shield the whole page; write line, span or block")
	}
	if r.Guard() && row["strength"].text != "" {
		p.faults.add(row["strength"].pos, r.ID, "a guard has no strength; leave the cell empty")
	}
	p.pattern(r)
	for _, name := range []string{"hit", "miss"} {
		if row[name].text == "" {
			p.faults.add(row[name].pos, r.ID, "no %s; every rule shows a text that it %s", name,
				map[string]string{"hit": "matches", "miss": "must leave alone"}[name])
		}
	}
	p.examples(r, row)
	p.last = r
	if len(p.faults) == before {
		p.table.Rules = append(p.table.Rules, r)
	}
}

// parseLang returns the tag of a lang cell.
func parseLang(text string) (language.Tag, error) {
	if text == "*" {
		return language.Und, nil
	}
	tag, err := language.Parse(text)
	if err != nil || tag == language.Und {
		return tag, fmt.Errorf(`unknown language %q; write a tag such as "en" or "pt-BR", or "*" for all`, text)
	}
	return tag, nil
}

// pattern parses the pattern of r and derives from it what Match looks at before it runs it.
func (p *tableParser) pattern(r *Rule) {
	if r.Pattern == "" {
		p.faults.add(r.patternPos(), r.ID, "no pattern; write the words that the page shows")
		return
	}
	if r.facts = p.known[scopedPattern{r.Scope, r.Pattern}]; r.facts != "" {
		return
	}
	tree, err := syntax.Parse(r.Pattern, syntax.Perl|syntax.FoldCase)
	if err != nil {
		pos, msg := patternFault(r, err)
		p.faults.add(pos, r.ID, "%s", msg)
		return
	}
	r.facts = newFacts(partsOf(tree, r.Scope))
	if fewest, _ := lengths(tree); fewest == 0 {
		p.faults.add(r.patternPos(), r.ID, "pattern matches the empty text; ask for at least one character")
	}
}

// patternFault says in a table writer's words what regexp/syntax found, and points into the cell where it can.
func patternFault(r *Rule, err error) (Pos, string) {
	pos := r.patternPos()
	var e *syntax.Error
	if !errors.As(err, &e) {
		return pos, err.Error()
	}
	if at := strings.Index(r.Pattern, e.Expr); at >= 0 && e.Expr != "" {
		pos.Column += utf8.RuneCountInString(r.Pattern[:at])
	}
	switch {
	case strings.HasPrefix(e.Expr, "(?<=") || strings.HasPrefix(e.Expr, "(?<!"):
		return pos, "look-behind is not supported; write a guard row instead"
	case strings.HasPrefix(e.Expr, "(?=") || strings.HasPrefix(e.Expr, "(?!"):
		return pos, "look-ahead is not supported; write a guard row instead"
	case e.Code == syntax.ErrMissingParen:
		return pos, `pattern lacks a closing ")"; close the group or write "\(" for a plain bracket`
	case e.Code == syntax.ErrUnexpectedParen:
		return pos, `pattern has a ")" too many; open the group or write "\)" for a plain bracket`
	case e.Code == syntax.ErrMissingBracket:
		return pos, `pattern lacks a closing "]"; close the class or write "\[" for a plain bracket`
	case e.Code == syntax.ErrMissingRepeatArgument:
		return pos, fmt.Sprintf(`nothing before %q to repeat; write "\%s" for the plain character`, e.Expr, e.Expr)
	case e.Code == syntax.ErrInvalidEscape && len(e.Expr) > 1 && '1' <= e.Expr[1] && e.Expr[1] <= '9':
		return pos, fmt.Sprintf("back-reference %s is not supported; write the words out", e.Expr)
	case e.Code == syntax.ErrLarge || e.Code == syntax.ErrInvalidRepeatSize:
		return pos, fmt.Sprintf("%s; repeat less: at most 1000 times, and less where repetitions are nested", e.Code)
	}
	return pos, fmt.Sprintf("%s: %q; mend the regular expression (RE2 syntax)", e.Code, e.Expr)
}
