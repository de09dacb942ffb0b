package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readCounts(t *testing.T, text string) map[string]any {
	t.Helper()
	var r map[string]any
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r
}

func TestStats(t *testing.T) {
	status, stdout, stderr := runCommand(page, "--stats")
	if status != exitDone || stdout != prose {
		t.Fatalf("status %d, stdout %q", status, stdout)
	}
	r := readCounts(t, stderr)
	if hash, _ := r["rule_set"].(string); !strings.HasPrefix(hash, "sha256:") {
		t.Errorf("rule set %q", hash)
	}
	rules, _ := r["rules"].(map[string]any)
	if rules["advertisement"] != 1.0 || rules["share-this"] != 1.0 {
		t.Errorf("rules %v", rules)
	}
	delete(r, "rule_set")
	delete(r, "rules")
	want := map[string]any{
		"documents": 1.0, "failed": 0.0, "lines_in": 7.0, "lines_out": 3.0, "words_in": 52.0, "words_out": 48.0, "invalid_bytes": 0.0,
		"removed": map[string]any{"ad": map[string]any{"lines": 1.0, "words": 1.0}, "share": map[string]any{"lines": 1.0, "words": 3.0}},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStatsAddUp: the sums of the counts of two runs are those of one run over both inputs, for any format.
func TestStatsAddUp(t *testing.T) {
	dir := t.TempDir()
	counts := func(stdin string, args ...string) map[string]any {
		path := filepath.Join(dir, "stats.json")
		runCommand(stdin, append(args, "--stats="+path)...)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r := readCounts(t, string(text))
		delete(r, "rule_set")
		return r
	}
	for _, c := range []struct {
		a, b string
		args []string
	}{
		{page + "\x00Caf\xe9\n\x00", page + prose, []string{"-0"}},
		{page + "\x00Caf\xe9\n\x00", page + prose, []string{"-0", "-j2"}},
		{record(1, page) + "{\n", record(2, page+page) + "\n", []string{"--jsonl"}},
	} {
		a, b := counts(c.a, c.args...), counts(c.b, c.args...)
		add(a, b)
		if diff := cmp.Diff(counts(c.a+c.b, c.args...), a); diff != "" {
			t.Errorf("%v: (-both +sum)\n%s", c.args, diff)
		}
	}
}

// add adds the numbers in b to those in a.
func add(a, b map[string]any) {
	for name, v := range b {
		switch v := v.(type) {
		case float64:
			n, _ := a[name].(float64)
			a[name] = n + v
		case map[string]any:
			if a[name] == nil {
				a[name] = map[string]any{}
			}
			add(a[name].(map[string]any), v)
		}
	}
}

func TestStatsOfFailures(t *testing.T) {
	dir := t.TempDir()
	status, _, stderr := runCommand(page, "--stats", filepath.Join(dir, "missing"), "-")
	complaint, counts, _ := strings.Cut(stderr, "\n")
	if r := readCounts(t, counts); status != exitFailed || r["failed"] != 1.0 || r["documents"] != 1.0 {
		t.Errorf("status %d, %s, counts %v", status, complaint, r)
	}
	if status, stdout, stderr := runCommand(page, "--stats="+dir); status != exitFailed || stdout != prose || stderr != "newsclean: open "+dir+": is a directory\n" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}
