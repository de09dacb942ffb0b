package rules

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"testing"
)

// TestBuiltinFacts holds the facts made ahead against the patterns.
func TestBuiltinFacts(t *testing.T) {
	tables, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, table := range tables {
		text, err := os.ReadFile("tables/" + table.Name)
		if err != nil {
			t.Fatal(err)
		}
		derived, err := Parse(table.Name, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range derived.Rules {
			all = appendFacts(all, r)
			if *update {
				table.Rules[i].facts = r.facts
			}
			if table.Rules[i].facts != r.facts && !*update {
				t.Errorf("%s: the facts made ahead differ from those of the pattern", r)
			}
		}
	}
	var derived []*Rule
	for _, table := range tables {
		derived = append(derived, table.Rules...)
	}
	ready := makeIndex(binary.LittleEndian.AppendUint32(nil, parsedBuiltin().sum), derived)
	if *update {
		for name, text := range map[string][]byte{"facts.bin": all, "index.bin": ready} {
			if err := os.WriteFile(name, text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	if !bytes.Equal(ready, builtinIndexFile) {
		t.Error("index.bin is not of these tables; make it anew with go generate ./rules")
	}
	if string(all) != builtinFacts {
		t.Error("facts.bin is not of these tables; make it anew with go generate ./rules")
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
