package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// text is a page's text with what is known of its prose.
type text struct {
	group, site   string
	lang          string
	raw           string
	gold          string   // the prose, where hasGold is set
	hasGold       bool     // else only the snippets are known
	with, without []string // snippets that stay and that go
	title         string   // of the page, as its head names it
	extracts      []string // what extractors made of the page, this text itself left out
	labels        []byte   // of raw's lines, K, D or E, where they were labelled by hand
	scored        bool     // it is measured, and not only learned from
}

type record struct {
	ID       string         `json:"id"`
	URL      string         `json:"url"`
	Lang     string         `json:"lang"`
	Raw      string         `json:"raw"`
	Gold     *string        `json:"gold"`
	With     []string       `json:"with"`
	Without  []string       `json:"without"`
	Usable   bool           `json:"usable"`
	Unusable map[string]any `json:"unusable"`
}

// readCorpus reads all sets of a folder in all renderings, and each reference as a text of which all stays.
func readCorpus(folder string) ([]*text, error) {
	var texts []*text
	golds, err := filepath.Glob(filepath.Join(folder, "*.gold.jsonl.gz"))
	if err != nil || len(golds) == 0 {
		return nil, fmt.Errorf("no *.gold.jsonl.gz in %q: %v", folder, err)
	}
	for _, path := range golds {
		set := strings.TrimSuffix(filepath.Base(path), ".gold.jsonl.gz")
		references := map[string]record{}
		err := eachRecord(path, func(r record) {
			references[r.ID] = r
			if r.Usable && r.Gold != nil && *r.Gold != "" {
				whole, spaced := clean(set, r, *r.Gold), clean(set, r, strings.ReplaceAll(*r.Gold, "\n", "\n\n"))
				whole.scored = true
				texts = append(texts, whole, spaced)
			}
		})
		if err != nil {
			return nil, err
		}
		rendered, err := readRenderings(folder, set, references)
		if err != nil {
			return nil, err
		}
		texts = append(texts, rendered...)
	}
	return texts, nil
}

// clean returns a text of which all stays.
func clean(set string, r record, gold string) *text {
	return &text{group: set + ".gold", site: site(r.URL), lang: r.Lang, raw: gold, gold: gold, hasGold: true}
}

// titleRenderer is the rendering that begins with the title of the page's head.
const titleRenderer = "lines"

func readRenderings(folder, set string, references map[string]record) ([]*text, error) {
	var texts []*text
	paths, err := filepath.Glob(filepath.Join(folder, set+".*.jsonl.gz"))
	if err != nil {
		return nil, err
	}
	titles, ids, extracts := map[string]string{}, map[*text]string{}, map[string]map[string]string{}
	for _, path := range paths {
		renderer := strings.Split(filepath.Base(path), ".")[1]
		if renderer == "gold" {
			continue
		}
		err := eachRecord(path, func(r record) {
			if renderer == titleRenderer {
				titles[r.ID], _, _ = strings.Cut(strings.TrimSpace(r.Raw), "\n")
			}
			if extractors[renderer] {
				if extracts[r.ID] == nil {
					extracts[r.ID] = map[string]string{}
				}
				extracts[r.ID][renderer] = r.Raw
			}
			g := references[r.ID]
			if _, bad := g.Unusable[renderer]; bad || !g.Usable {
				return
			}
			t := &text{group: set + "." + renderer, site: site(g.URL), lang: g.Lang, raw: r.Raw, with: g.With, without: g.Without, scored: true}
			if g.Gold != nil {
				t.gold, t.hasGold = *g.Gold, true
			}
			texts, ids[t] = append(texts, t), r.ID
		})
		if err != nil {
			return nil, err
		}
	}
	for t, id := range ids {
		t.title = titles[id]
		for renderer, extract := range extracts[id] {
			if t.group != set+"."+renderer && extract != "" {
				t.extracts = append(t.extracts, extract)
			}
		}
	}
	return texts, nil
}

func site(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

func eachRecord(path string, do func(record)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	decoder := json.NewDecoder(bufio.NewReader(unzipped))
	for decoder.More() {
		var r record
		if err := decoder.Decode(&r); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		do(r)
	}
	return nil
}

// readLabelled reads a folder of texts labelled by line.
func readLabelled(folder string) ([]*text, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.labels.tsv"))
	if err != nil {
		return nil, err
	}
	var texts []*text
	for _, path := range paths {
		name := strings.TrimSuffix(path, ".labels.tsv")
		raw, err := os.ReadFile(name + ".raw.txt")
		if err != nil {
			return nil, err
		}
		rows, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		t := &text{group: filepath.Base(folder), site: filepath.Base(name), raw: string(raw), scored: true}
		for row := range strings.Lines(string(rows)) {
			cells := strings.Split(row, "\t")
			if len(cells) < 2 {
				return nil, fmt.Errorf("%s: row %q has no label", path, row)
			}
			t.labels = append(t.labels, cells[1][0])
		}
		texts = append(texts, t)
	}
	return texts, nil
}

// ownPages is the group of the texts that readPages reads.
const ownPages = "pages"

// readPages reads a folder of pages NAME.in with what is left of them in NAME.out.
func readPages(folder string) ([]*text, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.in"))
	if err != nil {
		return nil, err
	}
	var texts []*text
	for _, path := range paths {
		name := strings.TrimSuffix(path, ".in")
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		out, err := os.ReadFile(name + ".out")
		if err != nil {
			return nil, err
		}
		t := &text{group: ownPages, site: filepath.Base(name), raw: string(raw)}
		left := strings.Split(string(out), "\n")
		for line := range strings.SplitSeq(t.raw, "\n") {
			line = strings.Join(strings.Fields(line), " ")
			for len(left) > 0 && left[0] == "" {
				left = left[1:]
			}
			switch {
			case len(left) > 0 && line == left[0]:
				t.labels = append(t.labels, 'K')
				left = left[1:]
			case len(line) > 500: // a story on one line, which spans are cut from
				t.labels = append(t.labels, 'E')
			default:
				t.labels = append(t.labels, 'D')
			}
		}
		texts = append(texts, t)
	}
	return texts, nil
}
