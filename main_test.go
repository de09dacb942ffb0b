package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// command runs the filter in this process.
func runCommand(stdin string, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(args, strings.NewReader(stdin), &out, &errs)
	return status, out.String(), errs.String()
}

// TestPages holds each testdata/pages/NAME.in against NAME.out, and feeds NAME.out in again.
func TestPages(t *testing.T) {
	inputs, err := filepath.Glob("testdata/pages/*.in")
	if err != nil {
		t.Fatal(err)
	}
	if len(inputs) < 30 {
		t.Fatalf("%d pages, want 30 or more", len(inputs))
	}
	for _, input := range inputs {
		name := strings.TrimSuffix(filepath.Base(input), ".in")
		golden := strings.TrimSuffix(input, ".in") + ".out"
		t.Run(name, func(t *testing.T) {
			status, got, stderr := runCommand("", input)
			if status != exitDone || stderr != "" {
				t.Fatalf("status %d, stderr %q", status, stderr)
			}
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("output differs (-want +got):\n%s", diff)
			}
			if _, again, _ := runCommand(string(want)); again != string(want) {
				t.Errorf("a second pass changes the output (-first +second):\n%s", cmp.Diff(strings.Split(string(want), "\n"), strings.Split(again, "\n")))
			}
		})
	}
}

const page = `ADVERTISEMENT

The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, after a long debate about its cost.

Share this article

Residents had argued that the road around the bay was often closed by snow, and that the ferry was the only way to the hospital.
`

const prose = `The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, after a long debate about its cost.

Residents had argued that the road around the bay was often closed by snow, and that the ferry was the only way to the hospital.
`

const table = "id\tclass\tlang\tscope\tpattern\thit\tmiss\n" +
	"ferry\tad\ten\tline\tshare this article\tShare this article\tShare the ferry\n"

// commandCase is a call of the command, and what is to come of it.
type commandCase struct {
	name   string
	stdin  string
	args   []string
	status int
	stdout string
	stderr string
}

func (c commandCase) run(t *testing.T) {
	status, stdout, stderr := runCommand(c.stdin, c.args...)
	if status != c.status {
		t.Errorf("status %d, want %d", status, c.status)
	}
	if diff := cmp.Diff(c.stdout, stdout); diff != "" {
		t.Errorf("stdout (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(c.stderr, stderr); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pageFile, tableFile := file("page.txt", page), file("rules.tsv", table)
	broken := file("broken.tsv", "id\tclass\tlang\tscope\tpattern\thit\tmiss\nx\tadd\ten\tline\t(a\ta\tb\n")
	faulty := file("faulty.tsv", "id\tclass\tlang\tscope\tpattern\thit\tmiss\nx\tad\ten\tline\tone\ttwo\tone\n")
	missing := filepath.Join(dir, "missing.txt")
	for _, c := range []commandCase{
		{"stdin", page, nil, 0, prose, ""},
		{"dash", page, []string{"-"}, 0, prose, ""},
		{"file", "", []string{pageFile}, 0, prose, ""},
		{"files in turn", page, []string{pageFile, "-"}, 0, prose + prose, ""},
		{"empty input", "", nil, 0, "", ""},
		{"only blank lines", "\n \n\t\n", nil, 0, "", ""},
		{"no line end at the end", strings.TrimSuffix(prose, "\n"), nil, 0, strings.TrimSuffix(prose, "\n"), ""},
		{"missing file between good ones", "", []string{pageFile, missing, pageFile}, 1, prose + prose,
			"newsclean: open " + missing + ": no such file or directory\n"},
		{"folder", "", []string{dir}, 1, "", "newsclean: read " + dir + ": is a directory\n"},
		{"null", page + "\x00" + page, []string{"-0"}, 0, prose + "\x00" + prose, ""},
		{"null at the end", page + "\x00" + page + "\x00", []string{"--null"}, 0, prose + "\x00" + prose + "\x00", ""},
		{"empty documents", "\x00\x00", []string{"-0"}, 0, "\x00\x00", ""},
		{"keep", page, []string{"--keep", "ad,share"}, 0, page, ""},
		{"drop", page, []string{"--drop", "body"}, 0, "", ""},
		{"rules", "Share this article\n", []string{"--no-builtin-rules", "--rules", tableFile}, 0, "", ""},
		{"lookahead", page, []string{"--lookahead", "1"}, 0, prose, ""},
		{"line buffered", page, []string{"-u"}, 0, prose, ""},
		{"encoding", "Caf\xe9 owners along the promenade said on Friday that they had never seen a summer with so few guests.\n", []string{"--encoding", "windows-1252"}, 0,
			"Café owners along the promenade said on Friday that they had never seen a summer with so few guests.\n", ""},
		{"invalid bytes", "Caf\xe9 owners along the promenade said on Friday that they had never seen a summer with so few guests.\n", nil, 0,
			"Caf\uFFFD owners along the promenade said on Friday that they had never seen a summer with so few guests.\n",
			"newsclean: standard input: 1 bytes are not UTF-8 and became U+FFFD; name the right one with --encoding\n"},
		{"version", "", []string{"-V"}, 0, "newsclean " + version + "\n", ""},
		{"check a table", "", []string{"--no-builtin-rules", "--rules", tableFile, "--check-rules"}, 0, "1 rules, no fault\n", ""},
		{"check finds faults", "", []string{"--no-builtin-rules", "--rules", faulty, "--check-rules"}, 1, "",
			"newsclean: " + faulty + ":2:18: x: hit: leaves \"two\", should leave \"\"; the pattern does not match; mend it\n" +
				"newsclean: " + faulty + ":2:22: x: miss: the pattern matches it; make the pattern narrower\n"},
		{"broken table", page, []string{"--rules", broken}, 2, "",
			"newsclean: " + broken + ":2:3: x: unknown class \"add\"; write one of headline, subhead, body, note, ad, credit, caption, share, subscribe, related, nav, byline, date, comment, media, ui, legal\n" +
				"newsclean: " + broken + ":2:15: x: pattern lacks a closing \")\"; close the group or write \"\\(\" for a plain bracket\n"},
		{"unreadable table", page, []string{"--rules", missing}, 2, "",
			"newsclean: open " + missing + ": no such file or directory\n"},
		{"unknown option", "", []string{"--colour"}, 2, "", "newsclean: unknown flag: --colour\n" + hint},
		{"unknown class", "", []string{"--keep", "adverts"}, 2, "",
			"newsclean: --keep: unknown class \"adverts\"; write one of headline, subhead, body, note, ad, credit, caption, share, subscribe, related, nav, byline, date, comment, media, ui, legal\n" + hint},
		{"class kept already", "", []string{"--keep", "body"}, 2, "", "newsclean: --keep: class body is kept already\n" + hint},
		{"class removed already", "", []string{"--drop", "ad"}, 2, "", "newsclean: --drop: class ad is removed already\n" + hint},
		{"unknown encoding", "", []string{"--encoding", "latin-99"}, 2, "",
			"newsclean: unknown encoding \"latin-99\"; write a name that web pages use, such as utf-8, windows-1252 or shift_jis\n"},
		{"unknown language", "", []string{"--lang", "klingonese!"}, 2, "",
			"newsclean: --lang: unknown language \"klingonese!\"; write a tag such as en or pt-BR\n" + hint},
		{"look-ahead too small", "", []string{"--lookahead", "0"}, 2, "", "newsclean: --lookahead: 0; write a number of paragraphs from 1 on\n" + hint},
		{"no rules left", "", []string{"--no-builtin-rules"}, 2, "", "newsclean: --no-builtin-rules leaves no rule; name a table with --rules\n" + hint},
		{"option without effect", "", []string{"--check-rules", "--keep", "ad"}, 2, "", "newsclean: --keep has no effect with --check-rules\n" + hint},
		{"both listings", "", []string{"--check-rules", "--list-rules"}, 2, "", "newsclean: --list-rules and --check-rules cannot be used together\n" + hint},
	} {
		t.Run(c.name, c.run)
	}
}

const hint = "Try 'newsclean --help' for more information.\n"

// TestHelpNamesEveryOption: so does README.md.
func TestHelpNamesEveryOption(t *testing.T) {
	status, stdout, _ := runCommand("", "--help")
	if status != exitDone {
		t.Errorf("status %d", status)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var c command
	c.parse(nil)
	c.flags.VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(stdout, " --"+f.Name) {
			t.Errorf("help does not name --%s", f.Name)
		}
		if !regexp.MustCompile("(?m)^\\| .*`--" + f.Name + `\b.*\|`).Match(readme) {
			t.Errorf("the table in README.md does not name --%s", f.Name)
		}
	})
}

func TestListRules(t *testing.T) {
	status, stdout, _ := runCommand("", "--list-rules", "--lang", "de")
	if status != exitDone {
		t.Errorf("status %d", status)
	}
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	if len(lines) < 50 || !strings.HasPrefix(lines[0], "id\tclass\tlang\tscope\tstrength\tpattern\t") {
		t.Fatalf("%d lines, the first %q", len(lines), lines[0])
	}
	for _, line := range lines[1:] {
		if lang := strings.Split(line, "\t")[2]; lang != "*" && lang != "de" {
			t.Errorf("a rule for %s: %s", lang, line)
		}
	}
}

func TestOutputFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.txt")
	if status, stdout, stderr := runCommand(page, "-o", path); status != exitDone || stdout != "" || stderr != "" {
		t.Fatalf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(prose, string(got)); diff != "" {
		t.Error(diff)
	}
	if status, _, stderr := runCommand(page, "-o", filepath.Join(path, "no")); status != exitFailed || !strings.Contains(stderr, "not a directory") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

// TestFailingReader: what came before the failure is written, and the failure is told.
func TestFailingReader(t *testing.T) {
	var out, errs bytes.Buffer
	in := io.MultiReader(strings.NewReader(page), iotest.ErrReader(errors.New("cable cut")))
	status := run(nil, in, &out, &errs)
	if status != exitFailed || errs.String() != "newsclean: standard input: cable cut\n" {
		t.Errorf("status %d, stderr %q", status, errs.String())
	}
	if diff := cmp.Diff(prose, out.String()); diff != "" {
		t.Error(diff)
	}
}

// fullWriter is a disk without room.
type fullWriter struct{}

func (fullWriter) Write(p []byte) (int, error) { return 0, syscall.ENOSPC }

func TestFailingWriter(t *testing.T) {
	var errs bytes.Buffer
	status := run(nil, strings.NewReader(page), fullWriter{}, &errs)
	if status != exitFailed || errs.String() != "newsclean: write error: no space left on device\n" {
		t.Errorf("status %d, stderr %q", status, errs.String())
	}
}
