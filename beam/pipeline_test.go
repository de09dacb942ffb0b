package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/testing/ptest"
)

func TestMain(m *testing.M) { ptest.Main(m) }

const (
	page = "ADVERTISEMENT\n\n" + ferry + "\n\nShare this article\n\n" + debate + "\n"

	ferry  = "The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, after a long debate about its cost."
	debate = "Residents had argued that the road around the bay was often closed by snow, and that the ferry was the only way to the hospital."
)

// shards writes files of records, some of them broken, and returns what should be made of each.
func shards(t *testing.T, dir string, files, records int) map[string]string {
	t.Helper()
	l, err := cleaner{Format: "jsonl", Fields: []string{"text"}}.load()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for i := range files {
		var b strings.Builder
		for j := range records {
			text, _ := json.Marshal(fmt.Sprintf("%s\nThe ferry made its crossing %d on Tuesday, said Orla Brandt.\n", page, i*records+j))
			if j%100 == 50 {
				text = []byte("{")
			}
			fmt.Fprintf(&b, `{"id": %d,"text":%s}`+"\n", i*records+j, text)
		}
		var clean bytes.Buffer
		if _, err := l.copy(&clean, strings.NewReader(b.String()), nil); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%d/pages.jsonl", i)
		want[name] = clean.String()
		data := []byte(b.String())
		if i%2 == 1 {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			w.Write(data) // a buffer takes all
			w.Close()
			name, data = name+".gz", packed.Bytes()
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return want
}

// TestPipeline runs the pipeline on Prism: what comes out are the bytes that the command writes.
func TestPipeline(t *testing.T) {
	dir := t.TempDir()
	want := shards(t, filepath.Join(dir, "in"), 4, 500)
	out, failed, stats := filepath.Join(dir, "out"), filepath.Join(dir, "failed.jsonl"), filepath.Join(dir, "stats.jsonl")
	p := parse(t, "-input", filepath.Join(dir, "in/*/*"), "-output", out, "-failed", failed, "-stats", stats)
	var report bytes.Buffer
	if err := p.run(t.Context(), &report); err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != text {
			t.Errorf("%s differs", name)
		}
	}
	told, err := os.ReadFile(failed)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(told), `"error":"record `); n != 4*5 {
		t.Errorf("%d records told, want 20:\n%s", n, told)
	}
	var counters map[string]int
	if err := json.Unmarshal(report.Bytes(), &counters); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(stats)
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var shard map[string]int
		if err := json.Unmarshal([]byte(line), &shard); err != nil {
			t.Fatal(err)
		}
		for name, n := range shard {
			sums[name] += n
		}
	}
	for name, n := range map[string]int{"documents": 4 * 495, "failed": 4 * 5, "words_removed_ad": 4 * 495, "lines_removed_share": 4 * 495} {
		if sums[name] != n || counters[name] != n {
			t.Errorf("%s: the shards' sum is %d, the counter %d, want %d", name, sums[name], counters[name], n)
		}
	}
}

func parse(t *testing.T, args ...string) *pipeline {
	t.Helper()
	p := new(pipeline)
	f := flag.NewFlagSet("beam", flag.ContinueOnError)
	p.flags(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	if err := p.check(f.Args()); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		args []string
		err  string
	}{
		{nil, "no shards; name them with --input"},
		{[]string{"-input", "a"}, "no folder for the cleaned shards; name it with --output"},
		{[]string{"-input", "a", "-output", "b", "c"}, `"c" is no option; name the shards with --input`},
		{[]string{"-input", "a", "-output", "b", "-format", "html"}, `--format: unknown "html"; write one of jsonl, text, null, wet`},
		{[]string{"-input", "a", "-output", "b", "-fields", "a..b"}, `--fields: field "a..b": a name is empty; write names with dots between them, such as article.body`},
	} {
		p := new(pipeline)
		f := flag.NewFlagSet("beam", flag.ContinueOnError)
		p.flags(f)
		if err := f.Parse(c.args); err != nil {
			t.Fatal(err)
		}
		if err := p.check(f.Args()); err == nil || err.Error() != c.err {
			t.Errorf("%q: error %v, want %s", c.args, err, c.err)
		}
	}
}

func TestFixedFolder(t *testing.T) {
	for pattern, want := range map[string]string{"in/*.jsonl": "in/", "in/a*/b": "in/", "*.jsonl": "", "gs://crawl/2021/p-??.gz": "gs://crawl/2021/", "in/a.jsonl": "in/"} {
		if got := fixedFolder(pattern); got != want {
			t.Errorf("%s: %q, want %q", pattern, got, want)
		}
	}
}
