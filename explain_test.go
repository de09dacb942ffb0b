package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsclean/normalize"
	"newsclean/rules"
)

func TestExplainView(t *testing.T) {
	mine := filepath.Join(t.TempDir(), "mine.tsv")
	rows := rules.Header + "\nadvert\tad\t*\tline\tadvertisement\tADVERTISEMENT\tNo\n" +
		"tickets\tad\t*\tspan\t\\(buy tickets here\\)\t[[(Buy tickets here)]]\tNo\n"
	if err := os.WriteFile(mine, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	text := "ADVERTISEMENT\n\nThe council of Northmoor voted on Tuesday to keep the old ferry running. (Buy tickets here) It had been a long debate about the cost of the ferry, and many of those who live around the bay had come to listen to it.\n"
	options := []string{"--no-builtin-rules", "--rules", mine}
	status, stdout, stderr := runCommand(text, append(options, "--explain")...)
	if status != exitDone || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	lines := strings.Split(stdout, "\n")
	for i, want := range []string{
		"-    1  ad         rule  ADVERTISEMENT",
		"        by advert (" + mine + ":2:1)",
		"keep-advertisement\tbody\t*\tline\tADVERTISEMENT\tADVERTISEMENT\t",
	} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d is %q, want it to begin with %q", i+1, lines[i], want)
		}
	}
	if !strings.Contains(stdout, "\n~    3  body ") || !strings.Contains(stdout, "running. [-(Buy tickets here)-] It had") {
		t.Errorf("what was cut is not marked:\n%s", stdout)
	}
	if strings.Contains(stdout, "\x1b") {
		t.Error("colours, and no terminal")
	}
	_, coloured, _ := runCommand(text, append(options, "--explain", "--color=always")...)
	for _, want := range []string{"\x1b[31;9mADVERTISEMENT\x1b[0m", "running. \x1b[31;9m(Buy tickets here)\x1b[0m It had"} {
		if !strings.Contains(coloured, want) {
			t.Errorf("no %q in %q", want, coloured)
		}
	}
	_, chosen, _ := runCommand(text, append(options, "--explain=3-9")...)
	if strings.Contains(chosen, "ADVERTISEMENT") || !strings.Contains(chosen, "for     +") || !strings.Contains(chosen, "keep-") {
		t.Errorf("lines 3 to 9 are\n%s", chosen)
	}
}

// TestExplainedLines: every line of the input with words is shown, in order, and no other.
func TestExplainedLines(t *testing.T) {
	_, stdout, _ := runCommand(page, "--explain")
	var got []string
	for line := range strings.Lines(stdout) {
		if len(line) > 25 && line[5] >= '0' && line[5] <= '9' && line[6:8] == "  " {
			got = append(got, strings.TrimSuffix(line[25:], "\n"))
		}
	}
	var want []string
	for line := range strings.SplitSeq(page, "\n") {
		if line != "" {
			want = append(want, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("explained lines (-want +got):\n%s", diff)
	}
}

// TestRowsOfKeptClasses: a row that removes is of a class that goes in the run, and there is none where none goes.
func TestRowsOfKeptClasses(t *testing.T) {
	_, all, _ := runCommand("Harbour notes\n\n"+prose, "--explain=1", "--drop=headline", "--keep=nav,related,caption")
	if strings.Contains(all, "\tnav\t*") {
		t.Errorf("a row of a class that stays:\n%s", all)
	}
	_, none, _ := runCommand("Harbour notes\n\n"+prose, "--explain", "--keep=ad,credit,caption,share,subscribe,related,nav,byline,date,comment,media,ui,legal")
	if strings.Contains(none, "drop-") {
		t.Errorf("a row that removes nothing:\n%s", none)
	}
}

func TestExplainOptions(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--explain=xml"}, "newsclean: --explain: \"xml\"; write view, jsonl or numbers of lines such as 12,40-44\n"},
		{[]string{"--explain=9-3"}, "newsclean: --explain: \"9-3\"; write view, jsonl or numbers of lines such as 12,40-44\n"},
		{[]string{"--color=always"}, "newsclean: --color has no effect without --explain\n"},
		{[]string{"--color=always", "--explain=jsonl"}, "newsclean: --color has no effect without --explain\n"},
		{[]string{"--report="}, "newsclean: --report: no file; write a name, such as report.html\n"},
		{[]string{"--explain", "--color=blue"}, "newsclean: --color: \"blue\"; write auto, always or never\n"},
	} {
		if status, _, stderr := runCommand("", c.args...); status != exitUsage || stderr != c.want+hint {
			t.Errorf("%v: status %d, stderr %q", c.args, status, stderr)
		}
	}
}

// TestExplainJSONL rebuilds the output from the input and the records, as docs/explain.md tells.
func TestExplainJSONL(t *testing.T) {
	inputs, _ := filepath.Glob("testdata/pages/[c-g]*.in")
	status, stdout, stderr := runCommand("", append([]string{"--explain=jsonl"}, inputs...)...)
	if status != exitDone || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	records := map[string][]editRecord{}
	for line := range strings.Lines(stdout) {
		var r editRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		records[r.File] = append(records[r.File], r)
	}
	for _, input := range inputs {
		raw, err := os.ReadFile(input)
		if err != nil {
			t.Fatal(err)
		}
		_, want, _ := runCommand("", input)
		var bytes, chars strings.Builder
		at, charAt, runes := 0, 0, []rune(string(raw))
		for _, r := range records[input] {
			bytes.WriteString(string(raw[at:r.Start]) + r.Replacement)
			chars.WriteString(string(runes[charAt:r.CharStart]) + r.Replacement)
			at, charAt = r.End, r.CharEnd
		}
		bytes.Write(raw[at:])
		chars.WriteString(string(runes[charAt:]))
		if diff := cmp.Diff(want, bytes.String()); diff != "" {
			t.Errorf("%s: by bytes (-want +got):\n%s", input, diff)
		}
		if diff := cmp.Diff(want, chars.String()); diff != "" {
			t.Errorf("%s: by characters (-want +got):\n%s", input, diff)
		}
	}
}

// TestExplainJSONLOfRecords does so for the texts of records.
func TestExplainJSONLOfRecords(t *testing.T) {
	texts := []string{page, "\ufeff" + page + "\r\n", prose, "Caf\u00e9 \u00a0\n" + page, ""}
	var in strings.Builder
	var want []string
	for i, text := range texts {
		line, err := json.Marshal(map[string]any{"id": i, "title": "ADVERTISEMENT", "text": text})
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	const options = "--jsonl=text,title"
	_, clean, _ := runCommand(in.String(), options)
	for line := range strings.Lines(clean) {
		var record struct{ Text, Title string }
		if err := json.Unmarshal([]byte(line), &record); err != nil || record.Title != "" {
			t.Fatalf("%v in %s", err, line)
		}
		want = append(want, record.Text)
	}
	status, stdout, stderr := runCommand(in.String(), options, "--explain=jsonl")
	if status != exitDone || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	got, at, titles := make([]string, len(texts)), make([]int, len(texts)), 0
	for line := range strings.Lines(stdout) {
		var r editRecord
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		i := r.Document - 1
		if r.Field == "title" {
			titles++
			continue
		}
		got[i] += texts[i][at[i]:r.Start] + r.Replacement
		at[i] = r.End
	}
	for i, text := range texts {
		got[i] += text[at[i]:]
	}
	if diff := cmp.Diff(want, got); diff != "" || titles != len(texts) {
		t.Errorf("%d titles, texts (-want +got):\n%s", titles, diff)
	}
}

// turn is a line of a text that is to fare the other way.
type turn struct {
	text   string
	number int
	gone   bool
	table  string // with the rows that turn it
}

// explained returns the explanations of a text's lines that hold words.
func explained(t *testing.T, set *rules.Set, text string) []normalize.Explanation {
	t.Helper()
	var all []normalize.Explanation
	n, err := normalize.New(set, normalize.Options{Explain: func(e normalize.Explanation) {
		if e.Text != "" {
			all = append(all, e)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	n.String(text)
	return all
}

// TestRowsTurnLines pastes the rows that are shown for lines into a table: the table is sound, and the lines fare the
// other way. Of the texts in the folders of NEWSCLEAN_CORPUS it takes twenty lines that went and twenty that stayed.
func TestRowsTurnLines(t *testing.T) {
	paths, _ := filepath.Glob("testdata/pages/*.in")
	if folders := os.Getenv("NEWSCLEAN_CORPUS"); folders != "" {
		paths = nil
		for _, folder := range strings.Split(folders, ",") {
			found, _ := filepath.Glob(filepath.Join(folder, "*.raw.txt"))
			paths = append(paths, found...)
		}
	}
	if len(paths) == 0 {
		t.Skip("SKIPPED: no .raw.txt in NEWSCLEAN_CORPUS")
	}
	builtin, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Compile(builtin...)
	if err != nil {
		t.Fatal(err)
	}
	suggest := newView(bufio.NewWriter(io.Discard), set)
	var lines [2][]turn
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range explained(t, set, string(text)) {
			gone := e.Fate == normalize.Removed
			if e.Fate == normalize.Edited {
				continue
			}
			table := rules.Header + "\n"
			for _, row := range suggest.rows(e) {
				table += row.String() + "\n"
			}
			side := map[bool]int{false: 0, true: 1}[gone]
			lines[side] = append(lines[side], turn{string(text), e.Line, gone, table})
		}
	}
	want := 20
	if os.Getenv("NEWSCLEAN_CORPUS") == "" {
		want = 1
	}
	for _, all := range lines {
		for i := range min(want, len(all)) {
			c := all[i*len(all)/min(want, len(all))]
			mine, err := rules.Parse("mine.tsv", strings.NewReader(c.table))
			if err != nil {
				t.Errorf("%v\n%s", err, c.table)
				continue
			}
			turned, err := rules.Compile(append(builtin[:len(builtin):len(builtin)], mine)...)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range turned.Check() {
				if !fault.Note {
					t.Errorf("%v\n%s", fault, c.table)
				}
			}
			for _, e := range explained(t, turned, c.text) {
				if e.Line == c.number && (e.Fate == normalize.Removed) == c.gone {
					t.Errorf("line %d is not turned: %q\n%s", e.Line, e.Text, c.table)
				}
			}
		}
		t.Logf("%d of %d lines", min(want, len(all)), len(all))
	}
}
