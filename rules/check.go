package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Check holds every rule of s against its own examples, and all examples against all rules: a hit must go as it is
// marked, even with all guards around; a miss must be left alone by its own rule and by every other rule that removes;
// what a guard's hit marks must come through the whole set, and its miss must not be shielded. The faults come in the
// order of their places. Those that are only worth a look have Note set.
func (s *Set) Check() ErrorList {
	var faults ErrorList
	guards := slices.DeleteFunc(slices.Clone(s.rules), func(r *Rule) bool { return !r.Guard() })
	for _, r := range s.rules {
		if r.Scope == Span && shortest(r.keywords) < gram {
			faults.add(r.patternPos, r.ID, "no word of %d bytes or more that every match holds, so the pattern runs on every line; name one if you can", gram)
			faults[len(faults)-1].Note = true
		}
		for _, hit := range r.Hits {
			if r.Guard() {
				s.checkGuardHit(r, hit, &faults)
			} else {
				s.checkHit(r, hit, guards, &faults)
			}
		}
		for _, miss := range r.Misses {
			s.checkMiss(r, miss, &faults)
		}
	}
	faults.sort()
	return faults
}

func (s *Set) checkHit(r *Rule, hit Example, guards []*Rule, faults *ErrorList) {
	want := squeeze(hit.rest())
	left, by := remainder(hit.Text, func(line string) []Match { return matchEach([]*Rule{r}, line) })
	if left = squeeze(left); left != want {
		what := "mend the pattern or the marks"
		if len(by) == 0 {
			what = "the pattern does not match; mend it"
		}
		faults.add(hit.Pos, r.ID, "hit: leaves %q, should leave %q; %s", left, want, what)
		return
	}
	left, _ = remainder(hit.Text, func(line string) []Match { return matchEach(append([]*Rule{r}, guards...), line) })
	if squeeze(left) != want {
		faults.add(hit.Pos, r.ID, "hit: shielded by %s; make the guard or the hit narrower", names(guards, hit.Text))
	}
}

func (s *Set) checkGuardHit(r *Rule, hit Example, faults *ErrorList) {
	found := false
	for line := range strings.SplitSeq(hit.Text, "\n") {
		found = found || len(matchEach([]*Rule{r}, line)) > 0
	}
	if !found {
		faults.add(hit.Pos, r.ID, "hit: the pattern does not match; mend it")
		return
	}
	left, by := remainder(hit.Text, s.sure)
	for _, span := range hit.shielded() {
		if !strings.Contains(squeeze(left), squeeze(hit.Text[span[0]:span[1]])) {
			faults.add(hit.Pos, r.ID, "hit: lost to %s; a guard shields only what its own match overlaps", strings.Join(by, ", "))
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

func (s *Set) checkMiss(r *Rule, miss Example, faults *ErrorList) {
	for line := range strings.SplitSeq(miss.Text, "\n") {
		if len(matchEach([]*Rule{r}, line)) > 0 {
			faults.add(miss.Pos, r.ID, "miss: the pattern matches it; make the pattern narrower")
			return
		}
	}
	if r.Guard() {
		return
	}
	left, by := remainder(miss.Text, s.sure)
	if squeeze(left) != squeeze(miss.Text) {
		faults.add(miss.Pos, r.ID, "miss: %s takes from it; make that rule narrower or choose innocent text", strings.Join(by, ", "))
	}
}

// sure is Match without the hints, which take nothing by their own word.
func (s *Set) sure(line string) []Match {
	return slices.DeleteFunc(s.Match(line, nil), func(m Match) bool { return m.Rule.Strength == Hint })
}

// matchEach is Match for a few rules, without an index.
func matchEach(all []*Rule, line string) []Match {
	var found []Match
	runes := bareLength(line)
	for _, r := range all {
		found = r.appendMatches(line, runes, found)
	}
	return found
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

func names(guards []*Rule, text string) string {
	var ids []string
	for line := range strings.SplitSeq(text, "\n") {
		for _, m := range matchEach(guards, line) {
			ids = append(ids, m.Rule.ID)
		}
	}
	return strings.Join(ids, ", ")
}

// squeeze returns text with its runs of white space as one blank, the form in which remainders are compared.
func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }

// String names the rule and its place, for messages.
func (r *Rule) String() string { return fmt.Sprintf("%s (%s)", r.ID, r.Pos) }
