package rules

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Header is the header row of a table without optional columns, and of every Row.
const Header = "id\tclass\tlang\tscope\tpattern\thit\tmiss"

// Row is a row for a table that a person goes on with: of scope line and for all languages.
type Row struct {
	ID, Pattern string
	Class       Class
	Hit, Miss   string // as cells, escaped
}

// String returns the row as a line of a table with the columns of Header.
func (r Row) String() string {
	return strings.Join([]string{r.ID, r.Class.String(), "*", Line.String(), r.Pattern, r.Hit, r.Miss}, "\t")
}

// Suggester writes rows for lines that a set of rules treats wrongly. It is not safe for concurrent use.
type Suggester struct {
	set     *Set
	checker checker
}

// NewSuggester returns a Suggester of rows that go with the rules of s.
func (s *Set) NewSuggester() *Suggester { return &Suggester{s, checker{Matcher: s.NewMatcher()}} }

// Exact returns the row that says the words of text, a line in canonical form that holds more than blanks, any number
// for its numbers. As a row of a removed class the line goes, as one of a kept class it stays, unless other rules that
// Blocking names are in the way. Of a long line the row says how it begins.
func (g *Suggester) Exact(text string, class Class) Row {
	bare := Bare(text)
	if head := headOf(text); head != text {
		return g.row(head, quote(head)+".+", exampleCell(text, maxExample), class)
	}
	pattern := quote(bare)
	if bare == "" || !matchesLine(pattern, text) {
		pattern = quote(text)
	}
	return g.row(text, pattern, exampleCell(text, len(text)), class)
}

// Opening returns the row for lines that begin with the words of head, one of which is text.
func (g *Suggester) Opening(head, text string, class Class) Row {
	return g.row(head, quote(strings.TrimLeftFunc(head, isOrnament))+fmt.Sprintf(".{0,%d}", maxTail), exampleCell(text, maxExample), class)
}

// Bounds, in characters, on what a row says of a line.
const (
	maxWhole   = 160 // a longer line is told by its head
	maxHead    = 80
	maxTail    = 240
	maxExample = 200
)

// row fills in what the pattern leaves open.
func (g *Suggester) row(text, pattern, hit string, class Class) Row {
	r := Row{Pattern: pattern, Class: class, Hit: hit}
	prefix := "drop-"
	if class.Kept() {
		prefix = "keep-"
	}
	r.ID = prefix + slug(text)
	r.Miss = exampleCell(g.miss(text, pattern, class), maxExample)
	return r
}

// miss returns the nearest text that a rule with that pattern must leave alone: of a guard what lacks a word, of
// another rule a sentence that says its words and that no rule takes anything from.
func (g *Suggester) miss(text, pattern string, class Class) string {
	words := strings.Fields(text)
	var tries []string
	if class.Kept() {
		for n := len(words) - 1; n > 0; n-- {
			tries = append(tries, strings.Join(words[:n], " "))
		}
		tries = append(tries, text+" 1 x")
	} else {
		tries = append(tries, "They had painted “"+strings.Trim(Bare(text), " .:,“”\"")+"” on the old boat.")
		tries = append(tries, "And so the story went on.")
	}
	for _, try := range tries {
		try = strings.NewReplacer("[[", "[", "]]", "]").Replace(try)
		left, _ := remainder(try, g.checker.sure)
		if !matchesLine(pattern, try) && strings.ContainsFunc(try, unicode.IsLetter) && (class.Kept() || left == try) {
			return try
		}
	}
	return "The words of a story."
}

// Blocking returns the ids of the guards that shield text, a line in canonical form, from a rule that would remove it.
// A row with such an id takes the guard's place.
func (g *Suggester) Blocking(text string) []string {
	var blocking []string
	for _, m := range g.checker.Match(text, nil) {
		if m.Rule.Guard() && !slices.Contains(blocking, m.Rule.ID) {
			blocking = append(blocking, m.Rule.ID)
		}
	}
	return blocking
}

// matchesLine reports whether a rule of scope line with that pattern matches text.
func matchesLine(pattern, text string) bool {
	re, err := regexp.Compile(Line.expression(pattern))
	return err == nil && re.MatchString(text)
}

// headOf returns text, or its first words if it is long.
func headOf(text string) string {
	if utf8.RuneCountInString(text) <= maxWhole {
		return text
	}
	return cutWords(text, maxHead)
}

// cutWords returns the first n characters of text, less a word that this breaks.
func cutWords(text string, n int) string {
	for i := range text {
		if n == 0 {
			if at := strings.LastIndexByte(text[:i], ' '); at > i/2 {
				i = at
			}
			return strings.TrimRight(text[:i], " ")
		}
		n--
	}
	return text
}

// quote returns the pattern that says the words of text, with any number for each number.
func quote(text string) string {
	var b strings.Builder
	last := ""
	for _, r := range text {
		number := ""
		if unicode.IsDigit(r) {
			number = map[bool]string{true: `\d+`, false: `\p{Nd}+`}[r < utf8.RuneSelf]
		}
		switch {
		case number == "":
			b.WriteString(regexp.QuoteMeta(string(r)))
		case number != last:
			b.WriteString(number)
		}
		last = number
	}
	apart := strings.NewReplacer(`\[\[`, `\[ ?\[`, `\]\]`, `\] ?\]`)
	return apart.Replace(apart.Replace(b.String())) // of three the last two
}

// exampleCell returns the first n characters of text as an example's cell.
func exampleCell(text string, n int) string {
	apart := strings.NewReplacer("[[", "[ [", "]]", "] ]")
	return strings.ReplaceAll(apart.Replace(apart.Replace(cutWords(text, n))), `\`, `\\`) // of three the last two
}

// slug returns an id's part for text: its first words where they tell it apart, else with a number made of it.
func slug(text string) string {
	const most = 5
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') })
	id := strings.Join(words[:min(most, len(words))], "-")
	letters := strings.Map(func(r rune) rune {
		if r == ' ' || isOrnament(r) {
			return -1
		}
		return r
	}, strings.ToLower(text))
	if letters == strings.ReplaceAll(id, "-", "") && len(id) <= 40 {
		return id
	}
	h := fnv.New32a()
	h.Write([]byte(text))
	return strings.TrimPrefix(fmt.Sprintf("%s-%05x", cutID(id), h.Sum32()&0xfffff), "-")
}

// cutID returns the first words of id.
func cutID(id string) string {
	if len(id) > 30 {
		id = id[:30]
		id = id[:max(strings.LastIndexByte(id, '-'), 10)]
	}
	return strings.Trim(id, "-")
}
