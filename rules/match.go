package rules

import (
	"cmp"
	"hash/maphash"
	"slices"
	"unicode/utf8"
)

// Match is a rule and what it found: the bytes Start to End of a line.
type Match struct {
	Rule       *Rule
	Start, End int
}

// Matcher finds what the rules of a set match. It remembers what it has learnt about their patterns, in at most some
// 16 MB, so one of them should see many lines. It is not safe for concurrent use.
type Matcher struct {
	set      *Set
	scratch  scratch
	workshop *workshop
	automata []*automaton // by part, two each, loose and counted; nil until a line needs it
	used     []uint32     // of each, the round of its last use
	codes    [][]code     // by rule, of its parts; nil until a line needs it
	matched  []int32      // the rules that matched the line at hand
	memory   memory
}

// maxAutomata bounds the bytes of the automata of a Matcher: beyond it, those go that were not used for longest.
const maxAutomata = 8 << 20

// NewMatcher returns a Matcher of the rules of s.
func (s *Set) NewMatcher() *Matcher {
	parts := s.index.size()
	return &Matcher{
		set:      s,
		scratch:  scratch{seen: make([]uint32, parts)},
		workshop: newWorkshop(ready().codes),
		automata: make([]*automaton, 2*parts),
		used:     make([]uint32, 2*parts),
		codes:    make([][]code, len(s.rules)),
		memory:   memory{seed: maphash.MakeSeed()},
	}
}

// Match appends to dst what the rules find in line, in order of their start, guards included, and returns it.
// Offsets are bytes of line as given, which must be in canonical form and without a line end. A rule of a scope that
// reaches past the line is told by its match of the line itself.
func (m *Matcher) Match(line string, dst []Match) []Match {
	found, known := m.memory.recall(line, m.set.rules, dst)
	if !known {
		m.set.index.candidates(line, &m.scratch)
		found = m.match(m.scratch.found, line, dst)
		m.memory.learn(line, m.set.rules, m.matched, found[len(dst):])
	}
	return found
}

// match is Match for the parts of rules with these numbers, which it does not look up first.
func (m *Matcher) match(parts []int32, line string, dst []Match) []Match {
	m.matched = m.matched[:0]
	if len(parts) == 0 {
		return dst
	}
	first := len(dst)
	for _, i := range parts {
		number := m.set.index.rule(i)
		r := m.set.rules[number]
		if r.ID == m.set.silent || len(dst) > first && dst[len(dst)-1].Rule == r || !m.matches(i, line) {
			continue // another part of the rule may have matched already
		}
		m.matched = append(m.matched, number)
		if r.Scope != Span {
			dst = append(dst, Match{r, 0, len(line)})
			continue
		}
		dst = m.spans(i, line, dst)
	}
	slices.SortStableFunc(dst[first:], func(a, b Match) int { return cmp.Compare(a.Start, b.Start) })
	return dst
}

// spans appends to dst where part i, all of a rule, matches parts of line, which the regexp package finds: it knows which
// of several matches is meant, but is slow, so it gets no more of the line than it needs.
func (m *Matcher) spans(i int32, line string, dst []Match) []Match {
	r, a, first := m.set.rules[m.set.index.rule(i)], m.automaton(2*i), len(dst)
	if a.loose {
		a = m.automaton(2*i + 1)
	}
	for at := 0; ; {
		certain := a.find(m.workshop, line, at)
		if certain < 0 {
			return dst
		}
		from := at
		if a.most >= 0 && !a.begins { // no match begins earlier, nor at from itself, which only shows what is before it
			from = max(at, certain-utf8.UTFMax*(a.most+2))
			for from > at && !utf8.RuneStart(line[from]) {
				from--
			}
		}
		if from == at && at > 0 && (a.begins || a.bounded) {
			break // it would look at what is before
		}
		found := r.regexp().FindStringIndex(line[from:])
		dst = append(dst, Match{r, from + found[0], from + found[1]})
		at = from + found[1]
	}
	dst = dst[:first]
	for _, at := range r.regexp().FindAllStringIndex(line, -1) {
		dst = append(dst, Match{r, at[0], at[1]})
	}
	return dst
}

// matches reports whether part i of the rules matches line.
func (m *Matcher) matches(i int32, line string) bool {
	a := m.automaton(2 * i)
	return a.matches(m.workshop, line) && (!a.loose || len(line) <= a.exact || m.automaton(2*i+1).matches(m.workshop, line))
}

// automaton returns automaton i.
func (m *Matcher) automaton(i int32) *automaton {
	if m.workshop.size > maxAutomata {
		m.forget()
	}
	if m.automata[i] == nil {
		anywhere := m.set.rules[m.set.index.rule(i/2)].Scope == Span
		m.automata[i] = newAutomaton(m.workshop, m.code(i/2), anywhere, i%2 == 1)
	}
	m.used[i] = m.scratch.round
	return m.automata[i]
}

// code returns what part i matches.
func (m *Matcher) code(i int32) code {
	x := m.set.index
	rule := x.rule(i)
	if m.codes[rule] == nil {
		m.codes[rule] = m.workshop.codesOf(m.set.rules[rule])
	}
	return m.codes[rule][i-x.first.at(rule)]
}

// forget drops automata, those first that were not used for longest, until they take half of their room.
func (m *Matcher) forget() {
	var all []int
	for i, a := range m.automata {
		if a != nil {
			all = append(all, i)
		}
	}
	slices.SortFunc(all, func(i, j int) int { return cmp.Compare(m.used[i], m.used[j]) })
	for _, i := range all {
		if m.workshop.size <= maxAutomata/2 {
			break
		}
		m.workshop.size -= m.automata[i].size()
		m.automata[i] = nil
	}
}

// Shield takes out of matches, in place, the removing ones that overlap a guard's match, and returns the rest.
func Shield(matches []Match) []Match {
	overlaps := func(guards []Match, m Match) bool {
		return slices.ContainsFunc(guards, func(g Match) bool { return g.Rule.Guard() && m.Start < g.End && g.Start < m.End })
	}
	rest := matches[:0]
	for i, m := range matches { // the guards so far are all in rest
		if m.Rule.Guard() || !overlaps(rest, m) && !overlaps(matches[i:], m) {
			rest = append(rest, m)
		}
	}
	clear(matches[len(rest):])
	return rest
}
