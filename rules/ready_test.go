package rules

import (
	"bytes"
	"os"
	"reflect"
	"slices"
	"testing"
)

// TestReady holds what is made ahead against the tables.
func TestReady(t *testing.T) {
	tables, lexicon, err := parseTables(nil)
	if err != nil {
		t.Fatal(err)
	}
	set, err := join(tables...)
	if err != nil {
		t.Fatal(err)
	}
	rules, index := appendTables(tablesSum(), tables), slices.Concat(makeIndex(set.rules), lexicon, makeCodes(set.rules))
	if *update {
		for name, file := range map[string][]byte{"rules.bin": rules, "index.bin": index} {
			if err := os.WriteFile(name, file, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	if string(rules) != builtinRules || !bytes.Equal(index, builtinIndex) {
		t.Fatal("rules.bin or index.bin is not of these tables; make them anew with go generate ./rules")
	}
	if again := appendTables(rules[:sumSize:sumSize], readTables(string(rules[sumSize:]))); !bytes.Equal(again, rules) {
		t.Error("the rules that are read differ from those that were written")
	}
	for i, r := range ready().set.rules {
		if parsed := set.rules[i]; !reflect.DeepEqual(r.Hits(), parsed.hits) || !reflect.DeepEqual(r.Misses(), parsed.misses) {
			t.Errorf("%s: the examples differ from those of the table", r)
		}
	}
}

// TestFacts: what is written of parts is what is read.
func TestFacts(t *testing.T) {
	for _, parts := range [][]part{
		nil,
		{{bounds: bounds{maxLen: -1}}},
		{
			{keys: []lineKey{0x6101, 0x616202}, bounds: bounds{runeSigns{1, 2}, allSigns, 3, 700, edge{1, 2, 3, 4}, anyEdge}},
			{keywords: []string{"read more", "read on", "über"}, bounds: bounds{minLen: 300, maxLen: -1}},
		},
	} {
		i := 0
		for got := range newFacts(parts).parts() {
			want := parts[i]
			if !slices.Equal(got.keys, want.keys) || !slices.Equal(got.keywords, want.keywords) || got.bounds != want.bounds {
				t.Errorf("part %d is %v, want %v", i, *got, want)
			}
			i++
		}
		if i != len(parts) {
			t.Errorf("%d parts, want %d", i, len(parts))
		}
	}
}
