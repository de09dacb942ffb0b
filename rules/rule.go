package rules

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// Rule is one row of a table: a pattern that pages show around their stories, or, if its class is a kept one, a guard
// that shields what it matches from all other rules.
type Rule struct {
	ID       string
	Class    Class
	Lang     language.Tag // language.Und for a rule of every language, written "*"
	Scope    Scope
	Strength Strength
	Pattern  string // as in the table, without the anchors that Scope adds
	Pos      Pos    // of the row's first cell

	patternColumn int
	facts         facts
	hits, misses  []Example
	ready         int // of a built-in rule that was made ahead, its place among them, from 1: its examples are in the tables' text

	once sync.Once
	re   *regexp.Regexp
}

// Guard reports whether r shields text instead of removing it.
func (r *Rule) Guard() bool { return r.Class.Kept() }

// Hits returns the texts that r must match.
func (r *Rule) Hits() []Example { return r.parsed().hits }

// Misses returns the texts that r must leave alone.
func (r *Rule) Misses() []Example { return r.parsed().misses }

// parsed returns r as its table's text has it.
func (r *Rule) parsed() *Rule {
	if r.ready == 0 {
		return r
	}
	tables, at := parsed().tables, r.ready-1
	for len(tables[0].Rules) <= at {
		at -= len(tables[0].Rules)
		tables = tables[1:]
	}
	return tables[0].Rules[at]
}

func (r *Rule) patternPos() Pos { return Pos{r.Pos.File, r.Pos.Line, r.patternColumn} }

// Removes reports whether r takes out what it matches by its own word.
func (r *Rule) Removes() bool { return !r.Guard() && r.Strength == Sure }

// parse returns the alternatives of the pattern. The table's parser found it sound.
func (r *Rule) parse() []*syntax.Regexp {
	re, err := syntax.Parse(r.Pattern, syntax.Perl|syntax.FoldCase)
	if err != nil {
		panic(err)
	}
	return alternatives(re, r.Scope)
}

// regexp returns the compiled pattern, to find where a span is. It compiles on first use, because most rules of a large
// set never match.
func (r *Rule) regexp() *regexp.Regexp {
	r.once.Do(func() { r.re = regexp.MustCompile(r.Scope.expression(r.Pattern)) })
	return r.re
}

// Example is a text in a hit or miss cell, its escapes resolved and its marks taken out.
type Example struct {
	Text  string
	Spans [][2]int // byte offsets into Text of what the cell marks with [[ ]]; nil without marks: all of it
	Pos   Pos
}

// rest returns what is left of the example's text when its marked parts are gone.
func (e Example) rest() string {
	if e.Spans == nil {
		return ""
	}
	var b strings.Builder
	at := 0
	for _, s := range e.Spans {
		b.WriteString(e.Text[at:s[0]])
		at = s[1]
	}
	b.WriteString(e.Text[at:])
	return b.String()
}

// parseExample resolves the escapes \n, \t and \\ of a cell and takes out its marks.
func parseExample(cell string, pos Pos) (Example, string) {
	e := Example{Pos: pos}
	var b strings.Builder
	open := -1
	for i := 0; i < len(cell); i++ {
		switch {
		case cell[i] == '\\' && i+1 < len(cell) && strings.IndexByte(`nt\`, cell[i+1]) >= 0:
			i++
			b.WriteByte(map[byte]byte{'n': '\n', 't': '\t', '\\': '\\'}[cell[i]])
		case cell[i] == '\\':
			return e, `stray "\"; write \n, \t or \\`
		case strings.HasPrefix(cell[i:], "[[") && open < 0:
			open = b.Len()
			i++
		case strings.HasPrefix(cell[i:], "]]") && open >= 0:
			e.Spans = append(e.Spans, [2]int{open, b.Len()})
			open = -1
			i++
		default:
			b.WriteByte(cell[i])
		}
	}
	if open >= 0 {
		return e, `"[[" without "]]"; close the mark`
	}
	e.Text = b.String()
	return e, ""
}
