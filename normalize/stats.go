package normalize

import (
	"slices"
	"strings"

	"newsclean/rules"
)

// Stats counts what a run read and wrote. All of it are sums: Add makes of the Stats of two runs those of one.
type Stats struct {
	Documents    int // that were cleaned
	Failed       int // records that could not be
	Lines        int // of the input, blank ones included
	Written      int // lines of the output, blank ones included
	Words        int // of the input: what blanks part, white space tidied
	WordsWritten int // words of the output
	Invalid      int // bytes, or units, of the input that its encoding does not allow
	Removed      [rules.NumClasses]Removal
	Rules        map[string]int // by a rule's id, the paragraphs in which it had text removed
}

// Removal is what went because it was of a class.
type Removal struct {
	Lines int // that went, or lost words
	Words int // of those lines, that went
}

// Add adds the counts of t to those of s.
func (s *Stats) Add(t Stats) {
	s.Documents += t.Documents
	s.Failed += t.Failed
	s.Lines += t.Lines
	s.Written += t.Written
	s.Words += t.Words
	s.WordsWritten += t.WordsWritten
	s.Invalid += t.Invalid
	for c, r := range t.Removed {
		s.Removed[c].Lines += r.Lines
		s.Removed[c].Words += r.Words
	}
	for id, n := range t.Rules {
		s.countRule(id, n)
	}
}

func (s *Stats) countRule(id string, n int) {
	if s.Rules == nil {
		s.Rules = map[string]int{}
	}
	s.Rules[id] += n
}

// count counts the words of p, and of the rests that are left of its lines, and what had them removed.
func (s *Stats) count(p *paragraph, rests []string) {
	at := 0
	for i, l := range p.lines {
		before, after := countWords(l.text), countWords(rests[i])
		s.Words += before
		s.WordsWritten += after
		if rests[i] != l.text {
			r := &s.Removed[p.removedAs(at, at+len(l.text))]
			r.Lines++
			r.Words += before - after
		}
		at += len(l.text) + 1
	}
	if p.fate == Kept {
		return
	}
	for i, m := range p.matches {
		counted := func(other rules.Match) bool { return other.Rule == m.Rule && p.took(other) }
		if p.took(m) && !slices.ContainsFunc(p.matches[:i], counted) {
			s.countRule(m.Rule.ID, 1)
		}
	}
}

// removedAs returns the class of what went between from and to: the paragraph's, or that of the first cut in the line.
func (p *paragraph) removedAs(from, to int) rules.Class {
	if p.fate == Edited {
		for _, m := range p.matches {
			if p.took(m) && m.Start < to && from < m.End {
				return m.Rule.Class
			}
		}
	}
	return p.class
}

// took reports whether what m matched went, and m spoke for it: a hint does so where the weights decided.
func (p *paragraph) took(m rules.Match) bool {
	if p.fate == Removed {
		return m.Rule.Removes() || p.weighed && !m.Rule.Guard()
	}
	for _, c := range p.cuts {
		if m.Rule.Removes() && c[0] <= m.Start && m.End <= c[1] {
			return true
		}
	}
	return false
}

// countWords counts the words of canonical text, which have one blank between them.
func countWords(text string) int {
	if text == "" {
		return 0
	}
	return strings.Count(text, " ") + 1
}
