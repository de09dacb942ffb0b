package normalize

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"newsclean/rules"
)

// corpus returns the texts of the folders that NEWSCLEAN_CORPUS names, by file: .jsonl.gz with a text in the field "raw" of
// each line, and .raw.txt. They belong to their publishers, so they are not part of the project.
func corpus(t *testing.T) map[string][]string {
	t.Helper()
	folders := os.Getenv("NEWSCLEAN_CORPUS")
	if folders == "" {
		t.Skip("SKIPPED: no texts to hold this against; name folders of them in NEWSCLEAN_CORPUS, with commas between them")
	}
	all := map[string][]string{}
	for _, folder := range strings.Split(folders, ",") {
		plain, _ := filepath.Glob(filepath.Join(folder, "*.raw.txt"))
		for _, path := range plain {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all["raw.txt"] = append(all["raw.txt"], string(text))
		}
		packed, _ := filepath.Glob(filepath.Join(folder, "*.jsonl.gz"))
		for _, path := range packed {
			if texts := readPacked(t, path); len(texts) > 0 {
				all[filepath.Base(path)] = texts
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("no .jsonl.gz and no .raw.txt in %s", folders)
	}
	return all
}

func readPacked(t *testing.T, path string) []string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for in := json.NewDecoder(bufio.NewReader(unpacked)); in.More(); {
		var record struct{ Raw string }
		if err := in.Decode(&record); err != nil {
			t.Fatal(err)
		}
		if record.Raw != "" {
			texts = append(texts, strings.ReplaceAll(record.Raw, "\x00", " "))
		}
	}
	return texts
}

// TestCorpusEdits: every text and its edits give the output, and every removal names a rule or a weight that exists.
func TestCorpusEdits(t *testing.T) {
	known := map[string]bool{}
	for _, r := range builtinSet().Rules() {
		known[r.ID] = true
	}
	for line := range strings.Lines(weightsTable(t)) {
		known[line[strings.LastIndexByte(line, '\t')+1:len(line)-1]] = true
	}
	for name, texts := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			removals := 0
			for _, e := range checkEdits(t, strings.Join(texts, "\x00"), Options{Null: true}) {
				if e.Class == rules.None {
					continue
				}
				removals++
				names := e.Rules
				for _, w := range e.Against {
					names = append(names, w.When)
				}
				if len(names) == 0 {
					t.Errorf("document %d: nothing is named that removed %q", e.Document, e.Text)
				}
				for _, name := range names {
					if !known[name] {
						t.Errorf("document %d: no rule and no weight is %q", e.Document, name)
					}
				}
			}
			t.Logf("%d texts, %d removals", len(texts), removals)
		})
	}
}

// TestCorpusReads: every text gives the same output cut into reads at a hundred random places, and a short one also read
// a byte at a time.
func TestCorpusReads(t *testing.T) {
	const cuts, short = 100, 4 << 10
	n := newNormalizer(t, Options{})
	random := rand.New(rand.NewPCG(1, 2))
	for name, texts := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			size, bytewise := 0, 0
			for i, text := range texts {
				want := n.String(text)
				if got := copyAll(t, n, cutAt(text, random, cuts)); got != want {
					t.Errorf("text %d, cut at random places (-want +got):\n%s", i+1, cmp.Diff(want, got))
				}
				size += len(text)
				if len(text) <= short {
					bytewise++
					if got := copyAll(t, n, iotest.OneByteReader(strings.NewReader(text))); got != want {
						t.Errorf("text %d, byte by byte (-want +got):\n%s", i+1, cmp.Diff(want, got))
					}
				}
			}
			t.Logf("%d texts of %d bytes cut at %d places, %d of them read byte by byte", len(texts), size, cuts, bytewise)
		})
	}
}

// cutAt returns a reader of text that cuts it into reads at n random places.
func cutAt(text string, random *rand.Rand, n int) io.Reader {
	places := []int{0, len(text)}
	for range n {
		places = append(places, random.IntN(len(text)+1))
	}
	slices.Sort(places)
	var reads []io.Reader
	for i, place := range places[1:] {
		reads = append(reads, strings.NewReader(text[places[i]:place]))
	}
	return io.MultiReader(reads...)
}
