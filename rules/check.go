package rules

import (
	"fmt"
	"slices"
	"strings"
)

// goodKeyword is the length of a keyword from which on few lines hold it by chance.
const goodKeyword = 3

// Check holds every rule of s against its own examples, and all examples against all rules: a hit must go as it is
// marked, even with all guards around; a miss must be left alone by its own rule and by every other rule that removes;
// what a guard's hit marks must come through the whole set, and its miss must not be shielded. The faults come in the
// order of their places. Those that are only worth a look have Note set: among them what a table does to the examples of
// earlier ones, which is what it is for.
func (s *Set) Check() ErrorList {
	c := checker{Matcher: s.NewMatcher()}
	for i, r := range s.rules {
		if r.Guard() {
			c.guards = append(c.guards, int32(i))
		}
	}
	for i, r := range s.rules {
		if r.Scope == Span && shortest(r.facts.keywords()) < goodKeyword {
			c.faults.add(r.patternPos(), r.ID, "no word of %d bytes or more that every match holds, so the pattern runs on every line; name one if you can", goodKeyword)
			c.faults[len(c.faults)-1].Note = true
		}
		for _, hit := range r.Hits() {
			if r.Guard() {
				c.checkGuardHit(int32(i), hit)
			} else {
				c.checkHit(int32(i), hit)
			}
		}
		for _, miss := range r.Misses() {
			c.checkMiss(int32(i), miss)
		}
	}
	c.faults.sort()
	return c.faults
}

// checker is what the checks of a set share.
type checker struct {
	*Matcher
	guards []int32 // their numbers
	faults ErrorList
}

func (c *checker) checkHit(i int32, hit Example) {
	r, want := c.set.rules[i], squeeze(hit.rest())
	left, by := remainder(hit.Text, c.only(i))
	if left = squeeze(left); left != want {
		what := "mend the pattern or the marks"
		if len(by) == 0 {
			what = "the pattern does not match; mend it"
		}
		c.faults.add(hit.Pos, r.ID, "hit: leaves %q, should leave %q; %s", left, want, what)
		return
	}
	left, _ = remainder(hit.Text, c.only(append([]int32{i}, c.guards...)...))
	if squeeze(left) != want {
		guards := c.guardsOf(hit.Text)
		c.faults.add(hit.Pos, r.ID, "hit: shielded by %s; make the guard or the hit narrower", strings.Join(guards, ", "))
		c.noteIfLater(r, guards)
	}
}

func (c *checker) checkGuardHit(i int32, hit Example) {
	r := c.set.rules[i]
	if !c.finds(i, hit.Text) {
		c.faults.add(hit.Pos, r.ID, "hit: the pattern does not match; mend it")
		return
	}
	left, by := remainder(hit.Text, c.sure)
	for _, span := range hit.shielded() {
		if !strings.Contains(squeeze(left), squeeze(hit.Text[span[0]:span[1]])) {
			c.faults.add(hit.Pos, r.ID, "hit: lost to %s; a guard shields only what its own match overlaps", strings.Join(by, ", "))
			c.noteIfLater(r, by)
			return
		}
	}
}

// shielded returns the spans of a guard's example that must stay.
func (e Example) shielded() [][2]int {
	if e.Spans == nil {
		return [][2]int{{0, len(e.Text)}}
	}
	return e.Spans
}

func (c *checker) checkMiss(i int32, miss Example) {
	r := c.set.rules[i]
	if c.finds(i, miss.Text) {
		c.faults.add(miss.Pos, r.ID, "miss: the pattern matches it; make the pattern narrower")
		return
	}
	if r.Guard() {
		return
	}
	left, by := remainder(miss.Text, c.sure)
	if squeeze(left) != squeeze(miss.Text) {
		c.faults.add(miss.Pos, r.ID, "miss: %s takes from it; make that rule narrower or choose innocent text", strings.Join(by, ", "))
		c.noteIfLater(r, by)
	}
}

// noteIfLater makes the last fault, which is one of r, a note if it is owed to rules of later tables alone.
func (c *checker) noteIfLater(r *Rule, by []string) {
	table := func(r *Rule) int { return slices.Index(c.set.tables, r.Pos.File) }
	for _, other := range c.set.rules {
		if slices.Contains(by, other.ID) && table(other) <= table(r) {
			return
		}
	}
	c.faults[len(c.faults)-1].Note = true
}

// sure is Match without the hints, which take nothing by their own word.
func (c *checker) sure(line string) []Match {
	return slices.DeleteFunc(c.Match(line, nil), func(m Match) bool { return m.Rule.Strength == Hint })
}

// only returns Match for the rules with these numbers, without a look into the index.
func (c *checker) only(numbers ...int32) func(line string) []Match {
	return func(line string) []Match { return c.match(c.set.index.partsOf(numbers...), line, nil) }
}

// finds reports whether rule i matches a line of text.
func (c *checker) finds(i int32, text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if len(c.only(i)(line)) > 0 {
			return true
		}
	}
	return false
}

// remainder returns what rules leave of text by their word alone, hints counted as if they were sure where match
// returns them, and the ids of those that took something.
func remainder(text string, match func(line string) []Match) (left string, by []string) {
	var out []string
	var open, shield bool // whether a block that goes, or that is shielded, reaches here
	var rest bool
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			open, shield = false, false
		}
		found := Shield(match(line))
		if shield || slices.ContainsFunc(found, func(m Match) bool { return m.Rule.Guard() && m.Rule.Scope == Block }) {
			shield = true
			out = append(out, line)
			continue
		}
		gone := make([]bool, len(line))
		for _, m := range found {
			if m.Rule.Guard() {
				continue
			}
			by = append(by, m.Rule.ID)
			open = open || m.Rule.Scope == Block
			rest = rest || m.Rule.Scope == Rest
			for i := m.Start; i < m.End; i++ {
				gone[i] = true
			}
		}
		if open || rest {
			continue
		}
		var b strings.Builder
		for i := range len(line) {
			if !gone[i] {
				b.WriteByte(line[i])
			}
		}
		out = append(out, b.String())
	}
	return strings.Join(out, "\n"), by
}

// guardsOf returns the ids of the guards that match a line of text.
func (c *checker) guardsOf(text string) []string {
	var ids []string
	for line := range strings.SplitSeq(text, "\n") {
		for _, m := range c.only(c.guards...)(line) {
			ids = append(ids, m.Rule.ID)
		}
	}
	return ids
}

// squeeze returns text with its runs of white space as one blank, the form in which remainders are compared.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

// String names the rule and its place, for messages.
func (r *Rule) String() string { return fmt.Sprintf("%s (%s)", r.ID, r.Pos) }
