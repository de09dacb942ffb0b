package main

import (
	"slices"
	"strings"
	"unicode"

	"newsclean/normalize"
)

// page is a text ready to fit: its paragraphs' evidence, labels and weights.
type page struct {
	group, site string
	evidence    []normalize.Evidence
	text        []string // of each paragraph, its words that weigh
	keep        []bool
	weight      []float32 // 0 for a paragraph that teaches nothing
	words       []int
}

// label finds out which paragraphs are prose. A paragraph's weight is its share of the page's prose, by which its loss,
// or its staying, changes the page's F1.
func label(t *text, paragraphs []string, evidence []normalize.Evidence) *page {
	p := &page{group: t.group, site: t.site, evidence: evidence}
	tokens := make([][]string, len(paragraphs))
	for i, text := range paragraphs {
		tokens[i] = tokenize(text)
		p.words = append(p.words, len(tokens[i]))
		p.text = append(p.text, strings.Join(normalize.Words(text), " "))
	}
	known, shown := make([]bool, len(paragraphs)), make([]bool, len(paragraphs))
	p.keep = make([]bool, len(paragraphs))
	switch {
	case t.labels != nil:
		byLines(t, paragraphs, p.keep, known)
	case t.raw == t.gold:
		for i := range known {
			known[i], p.keep[i] = true, true
		}
	case t.hasGold:
		byGold(tokenize(t.gold), tokens, p.keep)
		for i := range known {
			known[i] = true
		}
		headlines(t.title, tokens, p.keep, known)
	default:
		if byExtracts(t, tokens, p.keep, known) {
			headlines(t.title, tokens, p.keep, known)
		}
		bySnippets(t, paragraphs, p.keep, known, shown)
	}
	p.weigh(t, known)
	for i, certain := range shown {
		if certain {
			p.weight[i] *= snippetWeight
		}
	}
	p.reweigh()
	return p
}

// snippetWeight is how much more a paragraph weighs that holds a snippet known to stay: snippets were chosen where
// extractors fail.
const snippetWeight = 2.5

func (p *page) weigh(t *text, known []bool) {
	gold := 50
	for i, keep := range p.keep {
		if keep {
			gold += p.words[i]
		}
	}
	var dropped float32
	p.weight = make([]float32, len(known))
	for i := range known {
		if !known[i] || p.evidence[i].Removed() {
			continue
		}
		p.weight[i] = float32(p.words[i]+3) / float32(gold)
		if !p.keep[i] {
			dropped += p.weight[i]
		}
	}
	for i, keep := range p.keep {
		if !keep && dropped > 1.5 { // beyond that a page is lost anyway
			p.weight[i] *= 1.5 / dropped
		}
	}
}

// reweigh makes what is lost weigh more than what stays by mistake, most where the text is clean already.
func (p *page) reweigh() {
	set, renderer, _ := strings.Cut(p.group, ".")
	for i, keep := range p.keep {
		if p.weight[i] == 0 {
			continue
		}
		w := &p.weight[i]
		switch {
		case renderer == "": // labelled by line: lines count, not words
			*w = 0.45
			if keep {
				*w = 1.2
			}
			if p.group == ownPages {
				*w *= 4
			}
		case renderer == "leftovers":
			*w *= 3
			if keep {
				*w *= 2.4
			}
		case renderer == "gold":
			*w *= 14.4
		case set == "trafilatura":
			*w *= 0.5
		case extractors[renderer] && keep:
			*w *= 4.2
		}
	}
}

// extractors are the renderings that hold little but prose.
var extractors = map[string]bool{"readability": true, "gotrafilatura": true, "domdistiller": true}

// tokenize returns the words of text in lower case; of scripts without blanks each character is one.
func tokenize(text string) []string {
	var words []string
	start := -1
	text = strings.ToLower(text)
	flush := func(end int) {
		if start >= 0 {
			words = append(words, text[start:end])
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			flush(i)
			words = append(words, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_':
			if start < 0 {
				start = i
			}
		default:
			flush(i)
		}
	}
	flush(len(text))
	return words
}

// run is how many words of one kind in a row make a place in the prose certain.
const run = 4

// byGold keeps the paragraphs that stand in the prose. Long ones are found by runs of words; of two with the same text
// the one that keeps the order counts. Short ones must stand in the prose between the long ones around them.
func byGold(gold []string, tokens [][]string, keep []bool) {
	places := map[string][]int{}
	for i := 0; i+run <= len(gold); i++ {
		key := strings.Join(gold[i:i+run], " ")
		places[key] = append(places[key], i)
	}
	at := make([]int, len(tokens)) // where the paragraph begins in the prose, -1 if nowhere
	for i, words := range tokens {
		at[i] = -1
		if len(words) < run {
			continue
		}
		found, votes := 0, map[int]int{} // for each beginning, how many runs speak for it
		for j := 0; j+run <= len(words); j++ {
			where := places[strings.Join(words[j:j+run], " ")]
			found += min(len(where), 1)
			for _, place := range where[:min(len(where), 20)] {
				votes[max(place-j, 0)]++
			}
		}
		if 2*found >= len(words)-run+1 {
			for place, n := range votes {
				if at[i] < 0 || n > votes[at[i]] || n == votes[at[i]] && place < at[i] {
					at[i] = place
				}
			}
		}
	}
	chain := longestChain(at, tokens)
	covered := make([]bool, len(gold)+1)
	for _, i := range chain {
		keep[i] = true
		for j := at[i]; j < min(at[i]+len(tokens[i]), len(gold)); j++ {
			covered[j] = true
		}
	}
	for i := range tokens { // out of order, but said nowhere else
		if at[i] >= 0 && !keep[i] && !covered[min(at[i]+len(tokens[i])/2, len(gold))] {
			keep[i] = true
		}
	}
	low := 0
	for i, words := range tokens {
		if keep[i] && at[i] >= 0 {
			low = min(at[i]+len(words), len(gold))
			continue
		}
		if len(words) == 0 || len(words) >= run {
			continue
		}
		high := len(gold)
		for k := i + 1; k < len(tokens); k++ {
			if keep[k] && at[k] >= 0 {
				high = min(at[k]+1, len(gold))
				break
			}
		}
		if where := indexWords(gold[min(low, high):high], words); where >= 0 && where < 60 {
			keep[i] = true
			low += where + len(words)
		}
	}
}

func indexWords(all, words []string) int {
	for i := 0; i+len(words) <= len(all); i++ {
		if slices.Equal(all[i:i+len(words)], words) {
			return i
		}
	}
	return -1
}

// longestChain returns the paragraphs, in order, whose places rise and that hold most words.
func longestChain(at []int, tokens [][]string) []int {
	best, from := make([]int, len(at)), make([]int, len(at))
	end, most := -1, 0
	for i := range at {
		from[i] = -1
		if at[i] < 0 {
			continue
		}
		for j := i - 1; j >= 0 && j > i-400; j-- {
			if at[j] >= 0 && at[j]+len(tokens[j])/2 <= at[i] && best[j] > best[i] {
				best[i], from[i] = best[j], j
			}
		}
		best[i] += len(tokens[i])
		if best[i] > most {
			end, most = i, best[i]
		}
	}
	var chain []int
	for ; end >= 0; end = from[end] {
		chain = append(chain, end)
	}
	slices.Reverse(chain)
	return chain
}

// headlines corrects what references leave out though it stays: the headline, told by the title, of several the one
// next to the story; others, and a standfirst close behind, become unknown.
func headlines(title string, tokens [][]string, keep, known []bool) {
	titleWords := map[string]bool{}
	for _, word := range tokenize(title) {
		titleWords[word] = true
	}
	last := -100
	for i, words := range tokens {
		if keep[i] && len(words) > 12 {
			break
		}
		common := 0
		for _, word := range words {
			if titleWords[word] {
				common++
			}
		}
		switch {
		case keep[i]:
		case len(words) >= 3 && 10*common >= 8*len(words):
			known[i] = false
			last = i
		case i-last <= 4 && 7 <= len(words) && len(words) <= 50:
			known[i] = false
		}
	}
	if last >= 0 {
		known[last], keep[last] = true, true
	}
}

// byExtracts labels paragraphs by what extractors made of the page, if one of them has all snippets that stay and none that
// go: what all such keep stays, what no extractor keeps goes. It reports whether it labelled any.
func byExtracts(t *text, tokens [][]string, keep, known []bool) bool {
	some, every, good := make([]int, len(tokens)), make([]int, len(tokens)), 0
	for _, extract := range t.extracts {
		kept := make([]bool, len(tokens))
		byGold(tokenize(extract), tokens, kept)
		squeezed := squeeze(extract)
		holds := func(s string) bool { return strings.Contains(squeezed, squeeze(s)) }
		right := !slices.ContainsFunc(t.without, holds) && !slices.ContainsFunc(t.with, func(s string) bool { return !holds(s) })
		if right {
			good++
		}
		for i, k := range kept {
			if k {
				some[i]++
				if right {
					every[i]++
				}
			}
		}
	}
	if good == 0 {
		return false
	}
	for i := range tokens {
		keep[i] = every[i] == good
		known[i] = keep[i] || some[i] == 0
	}
	return true
}

// bySnippets labels the paragraphs that hold a snippet that stays, shown, or are one that goes.
func bySnippets(t *text, paragraphs []string, keep, known, shown []bool) {
	for i, text := range paragraphs {
		text = squeeze(text)
		switch {
		case slices.ContainsFunc(t.with, func(s string) bool { return strings.Contains(text, squeeze(s)) }):
			keep[i], known[i], shown[i] = true, true, true
		case slices.ContainsFunc(t.without, func(s string) bool { return strings.Contains(text, squeeze(s)) && 2*len(s) > len(text) }):
			keep[i], known[i] = false, true
		}
	}
}

func squeeze(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

// byLines labels a paragraph as its lines are; one with lines of both kinds, or an edited one, stays unknown.
func byLines(t *text, paragraphs []string, keep, known []bool) {
	lines := strings.Split(t.raw, "\n")
	at := 0
	for i, paragraph := range paragraphs {
		want := len(tokenize(paragraph))
		var seen [256]bool
		for got := 0; at < len(lines) && (got < want || want == 0 && !seen['D'] && !seen['K']); at++ {
			if strings.TrimSpace(lines[at]) == "" {
				continue
			}
			got += len(tokenize(lines[at]))
			seen[t.labels[at]] = true
			if want == 0 {
				at++
				break
			}
		}
		keep[i] = seen['K']
		known[i] = seen['K'] != seen['D'] && !seen['E']
	}
}
