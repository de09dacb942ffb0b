package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestGNUParallel runs the recipes of docs/scale.md: their output is that of one process.
func TestGNUParallel(t *testing.T) {
	if _, err := exec.LookPath("parallel"); err != nil {
		t.Skip("GNU parallel is not installed: ", err)
	}
	if out, _ := exec.Command("parallel", "--version").Output(); !bytes.HasPrefix(out, []byte("GNU parallel")) {
		t.Skip("another parallel is installed")
	}
	dir := t.TempDir()
	var records, documents strings.Builder
	for i := range 600 {
		text := fmt.Sprintf("%s\nThe ferry made its crossing %d on Tuesday, said Orla Brandt, and nobody was hurt on the way.\n", page, i)
		records.WriteString(record(i, text))
		documents.WriteString(text + "\x00")
	}
	for name, text := range map[string]string{"pages.jsonl": records.String(), "pages.nul": documents.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, recipe, file string
		args               []string
	}{
		{"jsonl, pipe", `parallel --will-cite --pipe -k --block 50k newsclean --jsonl < pages.jsonl`, "pages.jsonl", []string{"--jsonl"}},
		{"jsonl, part", `parallel --will-cite --pipepart -a pages.jsonl -k --block 50k newsclean --jsonl`, "pages.jsonl", []string{"--jsonl"}},
		{"null, pipe", `parallel --will-cite --pipe --recend '\0' -k --block 50k newsclean -0 < pages.nul`, "pages.nul", []string{"-0"}},
		{"null, part", `parallel --will-cite --pipepart -a pages.nul --recend '\0' -k --block 50k newsclean -0`, "pages.nul", []string{"-0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, want, stderr := runCommand("", append(c.args, filepath.Join(dir, c.file))...)
			if status != exitDone {
				t.Fatal(stderr)
			}
			self, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command("sh", "-c", strings.Replace(c.recipe, "newsclean", self, 1))
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "NEWSCLEAN_TEST_COMMAND=1", "HOME="+dir)
			var errs bytes.Buffer
			cmd.Stderr = &errs
			got, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, errs.String())
			}
			if string(got) != want {
				t.Errorf("the output differs: %d bytes, want %d", len(got), len(want))
			}
		})
	}
}
