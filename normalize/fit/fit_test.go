package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsclean/normalize"
)

// TestScoreLines: an edited line that went takes no other line's place, and of two equal lines the output's one counts once.
func TestScoreLines(t *testing.T) {
	raw := "The ferry sails.\nShare\nPhoto: Ada Quill The bay froze.\n\nShare\nThe road is shut.\nMore"
	for _, c := range []struct {
		out              string
		kept, hits, said float64
	}{
		{"The ferry sails.\nThe bay froze.\nThe road is shut.", 2, 3, 3},
		{"The ferry sails.\nThe road is shut.", 2, 3, 3},
		{"The ferry sails.\nShare\nThe road is shut.", 2, 2, 2},
		{"The road is shut.\nMore", 1, 2, 3},
		{"", 0, 3, 5},
	} {
		res := score(&text{raw: raw, labels: []byte("KDEDDKD")}, c.out)
		if res.kept != c.kept || res.hits != c.hits || res.said != c.said || res.allKept != 2 || res.gone != 3 {
			t.Errorf("%q: kept %v of %v, removed rightly %v of %v, removed %v", c.out, res.kept, res.allKept, res.hits, res.gone, res.said)
		}
	}
}

func TestScoreWords(t *testing.T) {
	res := score(&text{gold: "The ferry sails again today", hasGold: true}, "Share the ferry sails")
	if res.p != 0.75 || res.r != 0.6 || res.shingleP != 0 || res.same != 0 {
		t.Errorf("P %v, R %v, of shingles P %v, same %v", res.p, res.r, res.shingleP, res.same)
	}
}

// TestByGold: what stands in the prose stays, in the prose's order; what only shares a word with it goes.
func TestByGold(t *testing.T) {
	gold := tokenize("Ferry. The ferry to the island sails again today. The harbour had been frozen since Friday. Prices stay.")
	var tokens [][]string
	for _, p := range []string{
		"Home", "Ferry", "The ferry to the island sails again today.", "Read more", "The harbour had been frozen since Friday.",
		"Prices stay.", "The harbour of Quayle gets a new crane next year.",
	} {
		tokens = append(tokens, tokenize(p))
	}
	keep := make([]bool, len(tokens))
	byGold(gold, tokens, keep)
	if diff := cmp.Diff([]bool{false, true, true, false, true, true, false}, keep); diff != "" {
		t.Error("kept paragraphs (-want +got):\n", diff)
	}
}

// TestWordsOfOneSite: a word that one publisher alone uses gets no weight, one that all use does.
func TestWordsOfOneSite(t *testing.T) {
	var pages []*page
	for site := range 2 * leastSite {
		p := &page{site: fmt.Sprint(site)}
		for range 20 {
			for _, text := range []string{"subscribe now", "the ferry sails"} {
				if site == 0 {
					text += " quaylepost"
				}
				p.text = append(p.text, text)
				p.keep = append(p.keep, strings.Contains(text, "ferry"))
				p.weight = append(p.weight, 1)
				p.evidence = append(p.evidence, normalize.Evidence{})
			}
		}
		pages = append(pages, p)
	}
	w := fitWords(pages)
	if w["subscribe"] >= 0 || w["ferry"] <= 0 || w["quaylepost"] != 0 {
		t.Errorf("weights %v", w)
	}
}
