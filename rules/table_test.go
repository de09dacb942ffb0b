package rules

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the messages of the broken tables anew")

// TestBrokenTables holds each table of testdata/tables against the messages it earns, from reading, joining and checking.
func TestBrokenTables(t *testing.T) {
	paths, err := filepath.Glob("../testdata/tables/*.tsv")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			var got strings.Builder
			table, err := Parse(filepath.Base(path), file)
			if err != nil {
				got.WriteString(err.Error() + "\n")
			}
			set, err := Compile(table)
			if err != nil {
				got.WriteString(err.Error() + "\n")
			}
			if faults := set.Check(); len(faults) > 0 {
				got.WriteString(faults.Error() + "\n")
			}
			messages := strings.TrimSuffix(path, ".tsv") + ".messages"
			if *update {
				if err := os.WriteFile(messages, []byte(got.String()), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(messages)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseReadsPlainText(t *testing.T) {
	text := "\ufeff# a comment\r\n" + strings.TrimSuffix(header, "\n") + "\r\n\n" +
		"quote\tad\ten\tline\t\t\"say\"\t\"say\"\tsay\r\n" +
		"\t\t\t\t\t\t“[[“x]]\"say\"\t"
	table, err := Parse("t.tsv", strings.NewReader(text[:strings.Index(text, "\r\n\t")]+"\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Rules) != 1 || table.Rules[0].Pattern != `"say"` {
		t.Errorf("rules %v: a quotation mark is a character like others", table.Rules)
	}
	if got := table.Rules[0].Pos.String(); got != "t.tsv:4:1" {
		t.Errorf("position %s", got)
	}
}

func TestParseOneByteAtATime(t *testing.T) {
	entries, err := tables.ReadDir("tables")
	if err != nil {
		t.Fatal(err)
	}
	text, err := tables.ReadFile("tables/" + entries[0].Name())
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Parse("t.tsv", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	slow, err := Parse("t.tsv", iotest.OneByteReader(bytes.NewReader(text)))
	if err != nil || len(slow.Rules) != len(whole.Rules) {
		t.Errorf("%d rules, want %d: %v", len(slow.Rules), len(whole.Rules), err)
	}
}

func TestParseTellsReadErrors(t *testing.T) {
	broken := errors.New("cable cut")
	if _, err := Parse("t.tsv", iotest.ErrReader(broken)); !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "t.tsv: ") {
		t.Errorf("error %v", err)
	}
	var many strings.Builder
	many.WriteString(Header + "\n")
	for i := range maxRules + 1 {
		fmt.Fprintf(&many, "r%d\tad\t*\tline\tferry\tferry\tx\n", i)
	}
	if _, err := Parse("t.tsv", strings.NewReader(many.String())); err == nil || err.Error() != "t.tsv:100002:1: more than 100000 rules; leave out those that no page needs" {
		t.Errorf("many rules: %v", err)
	}
	if _, err := Parse("t.tsv", strings.NewReader(strings.Repeat("x", maxRow+1))); err == nil || !strings.Contains(err.Error(), "row longer than") {
		t.Errorf("error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(header + "x\tad\ten\tline\t\tone (two)?\tone\ttwo\n\t\t\t\t\t\tone two\t\n")
	f.Add(header + "x\tbody\t*\tspan\t\t[a-z]{2,}\\d+\t[[ab1]]\tq\n")
	paths, _ := filepath.Glob("../testdata/tables/*.tsv")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := Parse("f.tsv", strings.NewReader(text))
		var faults ErrorList
		if err != nil && !errors.As(err, &faults) {
			t.Fatalf("%T is no ErrorList", err)
		}
		for _, fault := range faults {
			if fault.Pos.File != "f.tsv" || fault.Msg == "" {
				t.Errorf("fault without a place or words: %v", fault)
			}
		}
		set, _ := Compile(table)
		set.Check()
		var every []int32
		for i := range set.Rules() {
			every = append(every, int32(i))
		}
		m := set.NewMatcher()
		for _, r := range set.Rules() {
			for _, e := range r.Hits() {
				want := len(m.match(set.index.partsOf(every...), e.Text, nil))
				if got := len(m.Match(e.Text, nil)); got != want && !strings.Contains(e.Text, "\n") {
					t.Errorf("%d matches with the index, %d without, in %q", got, want, e.Text)
				}
			}
		}
	})
}
