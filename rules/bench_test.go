package rules

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkStart times what a process does before it reads its input.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if made := readBuiltin(); made.set == nil {
			b.Fatal("nothing is made ahead")
		}
	}
}

// BenchmarkTenThousandRules times a table of the caller's with 10,000 rules, which no facts made ahead know of: its
// reading, by the bytes of the table, and its matching, by the bytes of the text.
func BenchmarkTenThousandRules(b *testing.B) {
	var table strings.Builder
	table.WriteString(header)
	for i := range 10_000 {
		scope, hit := "line", fmt.Sprintf("More from desk%d today", i)
		if i%4 == 0 {
			scope, hit = "span", "[["+hit+"]]"
		}
		fmt.Fprintf(&table, "r%d\trelated\ten\t%s\t\tmore (from|of) desk%d( today)?\t%s\tMore\n", i, scope, i, hit)
	}
	read := func() *Set {
		t, err := Parse("t.tsv", strings.NewReader(table.String()))
		if err != nil {
			b.Fatal(err)
		}
		set, err := Compile(t)
		if err != nil {
			b.Fatal(err)
		}
		return set
	}
	b.Run("read", func(b *testing.B) {
		b.SetBytes(int64(table.Len()))
		for b.Loop() {
			read()
		}
	})
	for name, line := range map[string]string{
		"prose":  "The council of Northmoor voted on Tuesday to keep the old ferry running for another winter.",
		"labels": "More from desk4711 today",
	} {
		b.Run(name, func(b *testing.B) {
			m := read().NewMatcher()
			var found []Match
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				found = m.Match(line, found[:0])
			}
		})
	}
}
