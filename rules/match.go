package rules

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Match is a rule and what it found: the bytes Start to End of a line.
type Match struct {
	Rule       *Rule
	Start, End int
}

// Match appends to dst what the rules of s find in line, in order of their start, guards included, and returns it.
// Offsets are bytes of line as given, which must be in canonical form and without a line end. A rule of a scope that
// reaches past the line is told by its match of the line itself.
func (s *Set) Match(line string, dst []Match) []Match {
	sc := s.scratch.Get().(*scratch)
	defer s.scratch.Put(sc)
	s.index.candidates(line, sc)
	if len(sc.found) == 0 {
		return dst
	}
	first, runes := len(dst), bareLength(line)
	for _, i := range sc.found {
		dst = s.rules[i].appendMatches(line, runes, dst)
	}
	slices.SortStableFunc(dst[first:], func(a, b Match) int { return cmp.Compare(a.Start, b.Start) })
	return dst
}

// bareLength returns the number of runes of line without the ornaments around it.
func bareLength(line string) int {
	return utf8.RuneCountInString(strings.TrimFunc(line, isOrnament))
}

// appendMatches runs the pattern of r on line, whose bare length is runes.
func (r *Rule) appendMatches(line string, runes int, dst []Match) []Match {
	if r.Scope == Span {
		for _, at := range r.regexp().FindAllStringIndex(line, -1) {
			dst = append(dst, Match{r, at[0], at[1]})
		}
		return dst
	}
	// Ornaments may belong to the pattern, so only the upper bound is certain on the bare length.
	if r.maxLen >= 0 && runes > r.maxLen || len(line) < r.minLen {
		return dst
	}
	if r.regexp().MatchString(line) {
		dst = append(dst, Match{r, 0, len(line)})
	}
	return dst
}

// Shield takes out of matches, in place, the removing ones that overlap a guard's match, and returns the rest.
func Shield(matches []Match) []Match {
	guarded := slices.ContainsFunc(matches, func(m Match) bool { return m.Rule.Guard() })
	if !guarded {
		return matches
	}
	guards := slices.DeleteFunc(slices.Clone(matches), func(m Match) bool { return !m.Rule.Guard() })
	return slices.DeleteFunc(matches, func(m Match) bool {
		return !m.Rule.Guard() && slices.ContainsFunc(guards, func(g Match) bool {
			return m.Start < g.End && g.Start < m.End
		})
	})
}
