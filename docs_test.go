package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDocs runs the commands in the console blocks of README.md and docs/*.md, each file's in a folder of its own, and
// holds what they print against what the blocks show.
func TestDocs(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("testdata/ledger/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "docs/rules.md", "docs/explain.md"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			files := map[string]string{}
			for _, page := range append(pages, "testdata/sample.txt") {
				text, err := os.ReadFile(page)
				if err != nil {
					t.Fatal(err)
				}
				files[strings.Replace(page, "testdata/ledger", "ledger", 1)] = string(text)
			}
			dir := writeFiles(t, files)
			if err := os.Symlink(self, filepath.Join(dir, "newsclean")); err != nil {
				t.Skip("SKIPPED: ", err)
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, tool := range []string{"jq", "sed"} {
				if _, err := exec.LookPath(tool); err != nil && strings.Contains(string(text), "$ "+tool) {
					t.Skip("SKIPPED: ", err)
				}
			}
			got := regexp.MustCompile("(?s)```console\n.*?```").ReplaceAllStringFunc(string(text), func(block string) string {
				var b strings.Builder
				b.WriteString("```console\n")
				for _, line := range regexp.MustCompile(`(?m)^\$ .*(\n>.*)*`).FindAllString(block, -1) {
					cmd := exec.Command("sh", "-c", strings.ReplaceAll(strings.TrimPrefix(line, "$ "), "\n> ", "\n"))
					cmd.Dir = dir
					cmd.Env = append(os.Environ(), "NEWSCLEAN_TEST_COMMAND=1", "LC_ALL=C.UTF-8", "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
					out, _ := cmd.CombinedOutput() // grep that finds nothing fails, as the page shows
					b.WriteString(line + "\n" + string(out))
				}
				return b.String() + "```"
			})
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(text), got); diff != "" {
				t.Errorf("commands print something else (-shown +printed):\n%s", diff)
			}
		})
	}
}
