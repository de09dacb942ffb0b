package rules

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"testing"
)

// TestMemory: what is recalled of a line is what was learnt of it, and lines that came long ago are forgotten.
func TestMemory(t *testing.T) {
	rules := []*Rule{{ID: "a"}, {ID: "b"}}
	m := &memory{seed: maphash.MakeSeed()}
	if _, known := m.recall("never seen", rules, nil); known {
		t.Error("a line is known that nobody learnt")
	}
	line := func(i int) string { return fmt.Sprintf("%d %s", i, strings.Repeat("ferry ", i%70)) }
	matches := func(i int) []Match {
		return []Match{{rules[1], 0, i % 300}, {rules[0], 2, 5}, {rules[1], 7, 9}}[:i%4]
	}
	const lines = 60_000
	for i := range lines {
		m.learn(line(i), rules, []int32{0, 1}, matches(i))
	}
	known, lost := 0, 0
	for i := range lines {
		got, ok := m.recall(line(i), rules, nil)
		if ok && !slices.Equal(got, matches(i)) {
			t.Fatalf("line %d: %v, want %v", i, got, matches(i))
		}
		if ok {
			known++
		} else if i > lines*9/10 {
			lost++ // others of its hash came since
		}
		if ok && i == 0 {
			t.Error("the first line is remembered beyond the room for all")
		}
	}
	if lost > lines/1000 {
		t.Errorf("%d of the last %d lines are forgotten already", lost, lines/10)
	}
	t.Logf("%d of %d lines are remembered", known, lines)
	long := strings.Repeat("ferry ", memoryLine)
	m.learn(long, rules, nil, nil)
	if _, known := m.recall(long, rules, nil); known {
		t.Error("a long line is remembered")
	}
	all := slices.Repeat([]Match{{rules[0], 0, 5}}, 1<<16+3)
	m.learn("ferry", rules, []int32{0}, all)
	if got, known := m.recall("ferry", rules, nil); known && len(got) != len(all) {
		t.Errorf("of %d matches in a line %d are recalled", len(all), len(got))
	}
}
