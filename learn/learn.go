// Package learn writes rule tables for a site from its pages: for the lines, and the beginnings of lines, that come
// again on page after page around the stories. A person reviews the table before it is used.
package learn

import (
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsclean/normalize"
	"newsclean/rules"
)

// maxPages bounds the pages that a table is made from. Of more, a sample is taken that depends on the pages alone, not
// on their order.
const maxPages = 400

// Bounds, in bytes, on what is remembered of a page and of a line of it.
const (
	maxPageBytes = 32 << 10
	maxLineBytes = 400
)

// Learner gathers the pages of one site. It is not safe for concurrent use.
type Learner struct {
	clean  *normalize.Normalizer
	set    *rules.Set
	sample sample
	seen   int
	lines  []line // of the page at hand
}

// New returns a Learner that looks for what set leaves on the pages. The options are those with which they are cleaned;
// it sets their Explain.
func New(set *rules.Set, opt normalize.Options) (*Learner, error) {
	l := &Learner{set: set}
	opt.Explain = l.line
	var err error
	l.clean, err = normalize.New(set, opt)
	return l, err
}

// Add takes a page. One that came before, byte for byte, counts once.
func (l *Learner) Add(text string) {
	l.seen++
	key := hash(text)
	if !l.sample.wants(key) {
		return
	}
	l.lines = nil
	l.clean.Copy(io.Discard, strings.NewReader(text)) // neither can fail
	l.sample.add(page{key, bound(l.lines)})
}

// Pages returns how many pages came.
func (l *Learner) Pages() int { return l.seen }

// line is a line of a page, as far as it matters.
type line struct {
	text     string // at most maxLineBytes of it
	folded   string // what it is compared by: lower case, any number as 0
	before   string // the line before it, folded; empty at the start
	after    string // the line behind it, folded; empty at the end
	class    rules.Class
	gone     bool // it was removed
	guarded  bool // a guard matched it
	prose    bool
	ahead    bool // no prose that stays came before it
	behind   bool // no prose that stays comes after it
	headline bool
	bytes    int
}

// line takes a line of the page at hand.
func (l *Learner) line(e normalize.Explanation) {
	if e.Text == "" {
		return
	}
	text := e.Text
	if len(text) > maxLineBytes {
		text = text[:maxLineBytes]
		for !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
	}
	folded, before := fold(text), ""
	if n := len(l.lines); n > 0 {
		before, l.lines[n-1].after = l.lines[n-1].folded, folded
	}
	l.lines = append(l.lines, line{
		text: text, folded: folded, before: before, class: e.Likely, gone: e.Fate == normalize.Removed,
		guarded: e.Class.Kept() && !e.Weighed, prose: e.Prose, headline: e.Class == rules.Headline, bytes: len(e.Text),
	})
}

// outside reports whether l stands around the story, not in it.
func (l line) outside() bool { return l.ahead || l.behind }

// bound returns the first lines of a page, as many as are remembered.
func bound(lines []line) []line {
	size := 0
	for i := range lines {
		if size += len(lines[i].text); size > maxPageBytes {
			return slices.Clone(lines[:i])
		}
	}
	return lines
}

// fold returns text as lines are compared: without bullets and the like around it.
func fold(text string) string {
	var b strings.Builder
	digit := false
	for _, r := range strings.ToLower(rules.Bare(text)) {
		if unicode.IsDigit(r) {
			if !digit {
				b.WriteByte('0')
			}
			digit = true
			continue
		}
		digit = false
		b.WriteRune(r)
	}
	return b.String()
}

// hash is FNV-1a of 64 bits: fixed, so that the same pages are sampled every time.
func hash(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h ^ h>>29
}
