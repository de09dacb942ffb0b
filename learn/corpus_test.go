package learn_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"newsclean/learn"
	"newsclean/normalize"
	"newsclean/rules"
)

// saved is a page of a corpus, with what is known of its story.
type saved struct {
	url, raw string
	gold     string // the story, empty if it is not known
}

// corpusSites returns the pages in the folders that NEWSCLEAN_CORPUS names, by renderer and site: those of sites with at
// least three. The pages belong to their publishers, so they are not part of the project.
func corpusSites(t *testing.T) map[string]map[string][]saved {
	t.Helper()
	folders := os.Getenv("NEWSCLEAN_CORPUS")
	if folders == "" {
		t.Skip("SKIPPED: no pages to learn from; name a folder of them in NEWSCLEAN_CORPUS")
	}
	all := map[string]map[string][]saved{}
	for _, folder := range strings.Split(folders, ",") {
		stories, _ := filepath.Glob(filepath.Join(folder, "*.gold.jsonl.gz"))
		for _, path := range stories {
			type reference struct {
				ID       string
				Gold     string
				Usable   bool
				Unusable map[string]string // by renderer
			}
			known := map[string]reference{}
			for _, r := range records[reference](t, path) {
				known[r.ID] = r
			}
			texts, _ := filepath.Glob(strings.Replace(path, ".gold.", ".*.", 1))
			for _, text := range texts {
				if text == path {
					continue
				}
				renderer := strings.Split(filepath.Base(text), ".")[1]
				for _, r := range records[struct{ ID, URL, Raw string }](t, text) {
					address, err := url.Parse(r.URL)
					if err != nil {
						continue
					}
					host := strings.TrimPrefix(address.Hostname(), "www.")
					if host == "" || host == "web.archive.org" { // which holds pages of all sites
						continue
					}
					page := saved{url: r.URL, raw: strings.ReplaceAll(r.Raw, "\x00", " ")}
					if of := known[r.ID]; of.Usable && of.Unusable[renderer] == "" {
						page.gold = of.Gold
					}
					if all[renderer] == nil {
						all[renderer] = map[string][]saved{}
					}
					all[renderer][host] = append(all[renderer][host], page)
				}
			}
		}
	}
	for _, sites := range all {
		for host, pages := range sites {
			if len(pages) < 3 {
				delete(sites, host)
			}
		}
	}
	if len(all) == 0 {
		t.Skipf("SKIPPED: no .gold.jsonl.gz in %s", folders)
	}
	return all
}

// records returns what the lines of a packed file hold.
func records[T any](t *testing.T, path string) (all []T) {
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
	for in := json.NewDecoder(bufio.NewReader(unpacked)); in.More(); {
		var record T
		if err := in.Decode(&record); err != nil {
			t.Fatal(err)
		}
		all = append(all, record)
	}
	return all
}

var word = regexp.MustCompile(`[\pL\pN_]+`)

// words returns the words of text, as they are counted.
func words(text string) string {
	return strings.Join(word.FindAllString(strings.ToLower(text), -1), " ")
}

// TestCorpusSites learns from all saved pages of a site but one and cleans that one, for each page whose story is known:
// the table makes no renderer's pages worse on the whole, and no line of a story is lost.
func TestCorpusSites(t *testing.T) {
	builtin, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Compile(builtin...)
	if err != nil {
		t.Fatal(err)
	}
	plain := newNormalizer(t, set)
	all := corpusSites(t)
	for _, renderer := range slices.Sorted(maps.Keys(all)) {
		t.Run(renderer, func(t *testing.T) {
			var was, is float64
			pages, rows, better, worse, lost := 0, 0, 0, 0, 0
			for _, host := range slices.Sorted(maps.Keys(all[renderer])) {
				site := all[renderer][host]
				for i, held := range site {
					if held.gold == "" {
						continue
					}
					learner, err := learn.New(set, normalize.Options{})
					if err != nil {
						t.Fatal(err)
					}
					for _, other := range slices.Delete(slices.Clone(site), i, i+1) {
						learner.Add(other.raw)
					}
					mine, err := rules.Parse("learnt.tsv", strings.NewReader(table(t, learner, "")))
					if err != nil {
						t.Fatal(err)
					}
					left := plain.String(held.raw)
					learnt := left
					if len(mine.Rules) > 0 {
						with, err := rules.Compile(append(builtin[:len(builtin):len(builtin)], mine)...)
						if err != nil {
							t.Fatal(err)
						}
						learnt = newNormalizer(t, with).String(held.raw)
					}
					gold, rest := " "+words(held.gold)+" ", " "+words(learnt)+" "
					for line := range strings.Lines(left) {
						if w := " " + words(line) + " "; w != "  " && strings.Contains(gold, w) && !strings.Contains(rest, w) {
							t.Logf("%s: lost %q", held.url, line)
							lost++
						}
					}
					before, after := f1(words(left), words(held.gold)), f1(words(learnt), words(held.gold))
					if before != after {
						t.Logf("%s: F1 %.4f, learnt %.4f", held.url, before, after)
					}
					pages, rows = pages+1, rows+len(mine.Rules)
					was, is = was+before, is+after
					better, worse = better+count(after > before), worse+count(after < before)
				}
			}
			t.Logf("%d pages: F1 %.4f, with tables of %.1f rows %.4f; %d better, %d worse, %d lines of stories lost",
				pages, was/float64(pages), float64(rows)/float64(pages), is/float64(pages), better, worse, lost)
			if pages == 0 {
				t.Skip("SKIPPED: no site has several pages whose story is known")
			}
			if is < was || lost > 0 {
				t.Error("the tables do harm")
			}
		})
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
