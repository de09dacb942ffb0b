package main

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"newsclean/rules"
)

// leftovers makes of each reference an excerpt with labels of pages between its paragraphs, before and behind it, as
// careless scrapers leave them: in such texts prose goes on behind what elsewhere ends the story. The labels are the
// hits of the rules; what is drawn depends on the reference alone.
func leftovers(set *rules.Set, references []*text) []*text {
	var labels []string
	for _, r := range set.Rules() {
		for _, hit := range r.Hits() {
			if !r.Guard() && r.Scope == rules.Line && hit.Spans == nil && !strings.Contains(hit.Text, "\n") {
				labels = append(labels, hit.Text)
			}
		}
	}
	var texts []*text
	for _, reference := range references {
		h := fnv.New64a()
		h.Write([]byte(reference.gold))
		m := mixer{random: rand.New(rand.NewPCG(h.Sum64(), 1)), labels: labels}
		texts = append(texts, &text{
			group: strings.TrimSuffix(reference.group, "gold") + "leftovers", site: reference.site,
			raw: m.mix(reference.gold), labels: m.kinds,
		})
	}
	return texts
}

// mixer writes lines and what kind each is.
type mixer struct {
	random *rand.Rand
	labels []string
	lines  []string
	kinds  []byte
}

func (m *mixer) mix(gold string) string {
	paragraphs := slices.DeleteFunc(strings.Split(gold, "\n"), func(p string) bool { return strings.TrimSpace(p) == "" })
	from, to := 0, len(paragraphs)
	if m.random.IntN(2) == 0 { // an excerpt
		from = m.random.IntN(len(paragraphs))
		to = min(from+1+m.random.IntN(8), len(paragraphs))
	}
	share := m.random.Float64() * 0.6
	m.some(0.4, 4)
	for _, p := range paragraphs[from:to] {
		m.line(p, 'K')
		if m.random.Float64() < share {
			m.some(1, 3)
		}
	}
	m.some(0.5, 6)
	return strings.Join(m.lines, "\n")
}

// some adds, with some probability, up to most labels.
func (m *mixer) some(probability float64, most int) {
	if m.random.Float64() >= probability {
		return
	}
	for range 1 + m.random.IntN(most) {
		m.line(m.labels[m.random.IntN(len(m.labels))], 'D')
	}
}

func (m *mixer) line(text string, kind byte) {
	m.lines = append(m.lines, text, "")
	m.kinds = append(m.kinds, kind, kind)
}
