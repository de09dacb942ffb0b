package rules

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func builtin(t testing.TB) *Set {
	t.Helper()
	tables, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set, err := Compile(tables...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestBuiltin holds each rule against its own examples, and these against all rules: one subtest a rule.
func TestBuiltin(t *testing.T) {
	set := builtin(t)
	faults := map[string][]string{}
	for _, fault := range set.Check() {
		if !fault.Note {
			faults[fault.ID] = append(faults[fault.ID], fault.Error())
		}
	}
	for _, r := range set.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			for _, fault := range faults[r.ID] {
				t.Error(fault)
			}
		})
	}
}

func TestBuiltinTablesAreInOrder(t *testing.T) {
	tables, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		ids := make([]string, len(table.Rules))
		for i, r := range table.Rules {
			ids[i] = r.ID
			if want := strings.TrimSuffix(table.Name, ".tsv"); want != "keep" && r.Class.String() != want {
				t.Errorf("%s: class %s in table %s", r, r.Class, table.Name)
			} else if want == "keep" && !r.Guard() {
				t.Errorf("%s: no guard, but in table %s", r, table.Name)
			}
		}
		if !slices.IsSorted(ids) {
			for i := 1; i < len(ids); i++ {
				if ids[i-1] > ids[i] {
					t.Errorf("%s: %s stands before %s", table.Name, ids[i-1], ids[i])
				}
			}
		}
	}
}

func TestBuiltinTablesAreCanonicalText(t *testing.T) {
	entries, err := tables.ReadDir("tables")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := tables.ReadFile("tables/" + entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !norm.NFC.IsNormal(text) {
			t.Errorf("%s is not in Unicode's NFC: lines are, so such a pattern cannot match", entry.Name())
		}
		if bytes.Contains(text, []byte("\r")) {
			t.Errorf("%s has carriage returns", entry.Name())
		}
	}
}

// TestEveryClassHasRules keeps the tables complete: each removed class, and guards.
func TestEveryClassHasRules(t *testing.T) {
	count := map[Class]int{}
	for _, r := range builtin(t).Rules() {
		count[r.Class]++
	}
	for c := Ad; c < NumClasses; c++ {
		if count[c] < 10 {
			t.Errorf("class %s has %d rules", c, count[c])
		}
	}
	if count[Body]+count[Note] < 10 {
		t.Errorf("%d guards", count[Body]+count[Note])
	}
}

// TestIndexLosesNothing compares what the index finds with running every rule, on all examples.
func TestIndexLosesNothing(t *testing.T) {
	set := builtin(t)
	var lines []string
	for _, r := range set.Rules() {
		for _, e := range slices.Concat(r.Hits(), r.Misses()) {
			lines = append(lines, strings.Split(e.Text, "\n")...)
		}
	}
	m := set.NewMatcher()
	found := make([][]Match, len(lines))
	for i, line := range lines {
		found[i] = m.Match(line, nil)
	}
	for n, r := range set.Rules() { // rule by rule, so that each automaton is made once
		for i, line := range lines {
			want := m.match(set.index.partsOf(int32(n)), line, nil)
			got := slices.DeleteFunc(slices.Clone(found[i]), func(m Match) bool { return m.Rule != r })
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v with the index, %v without, in %q", r.ID, got, want, line)
			}
		}
	}
}
