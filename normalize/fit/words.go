package main

import (
	"bufio"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"newsclean/normalize"
)

// wordWeights are the weights of words, by folded word.
type wordWeights map[string]float32

// How the weights of words are found, and which words get one.
const (
	passes    = 4
	wordRate  = 0.1
	wordDecay = 0.005 // of each weight at each paragraph that holds the word
	leastWord = 0.25  // weights closer to zero are left out
	leastSite = 30    // sites that must use the word
	mostWords = 1500
)

// fitWords finds the weights of words by logistic regression over bags of words, with steps that shrink for a word as it
// is seen (Duchi, Hazan and Singer, "Adaptive Subgradient Methods", 2011). A word counts only if many sites use it, so
// that no publisher's own words are learnt.
func fitWords(pages []*page) wordWeights {
	last, sites := map[string]string{}, map[string]int{}
	pages = slices.SortedFunc(slices.Values(pages), func(a, b *page) int { return strings.Compare(a.site, b.site) })
	for _, p := range pages {
		for i, text := range p.text {
			if p.weight[i] == 0 {
				continue
			}
			for _, word := range strings.Fields(text) {
				if last[word] != p.site {
					last[word] = p.site
					sites[word]++
				}
			}
		}
	}
	index := map[string]int32{}
	var names []string
	for _, word := range slices.Sorted(maps.Keys(sites)) {
		if sites[word] >= leastSite && !strings.ContainsAny(word, "0123456789") {
			index[word] = int32(len(names))
			names = append(names, word)
		}
	}
	type example struct {
		words        []int32
		keep, weight float64
	}
	var examples []example
	var total float64
	for _, p := range pages {
		for i, text := range p.text {
			if p.weight[i] == 0 {
				continue
			}
			e := example{weight: math.Sqrt(float64(p.weight[i]))}
			if p.keep[i] {
				e.keep = 1
			}
			for _, word := range strings.Fields(text) {
				if at, found := index[word]; found {
					e.words = append(e.words, at)
				}
			}
			total += e.weight
			examples = append(examples, e)
		}
	}
	weights, seen := make([]float64, len(names)), make([]float64, len(names))
	bias, biasSeen := 0.0, 0.0
	order := stride(len(examples))
	for range passes {
		for i := range examples {
			e := &examples[i*order%len(examples)]
			score := bias
			for _, w := range e.words {
				score += weights[w]
			}
			g := (1/(1+math.Exp(-score)) - e.keep) * e.weight * float64(len(examples)) / total
			for _, w := range e.words {
				gw := g + wordDecay*weights[w]
				seen[w] += gw * gw
				weights[w] -= wordRate * gw / (1 + math.Sqrt(seen[w]))
			}
			biasSeen += g * g
			bias -= wordRate * g / (1 + math.Sqrt(biasSeen))
		}
	}
	order2 := make([]int, len(names))
	for i := range order2 {
		order2[i] = i
	}
	worth := func(i int) float64 { return math.Abs(weights[i]) * math.Sqrt(float64(sites[names[i]])) }
	slices.SortFunc(order2, func(a, b int) int {
		if worth(a) != worth(b) {
			if worth(a) > worth(b) {
				return -1
			}
			return 1
		}
		return a - b
	})
	w := wordWeights{}
	for _, i := range order2 {
		if len(w) < mostWords && math.Abs(weights[i]) >= leastWord {
			w[names[i]] = float32(math.Round(100*weights[i]) / 100)
		}
	}
	return w
}

// stride returns a number without a common factor with n, by which steps of it visit all of n.
func stride(n int) int {
	for s := 7919; ; s += 2 {
		a, b := s, n
		for b > 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return s
		}
	}
}

// weigh fills in the evidence of all words of pages.
func (w wordWeights) weigh(pages []*page) {
	side(len(pages), func(i int) {
		p := pages[i]
		var weights []float32
		for j, text := range p.text {
			weights = weights[:0]
			for _, word := range strings.Fields(text) {
				weights = append(weights, w[word])
			}
			normalize.WeighWords(&p.evidence[j], weights)
		}
	})
}

func (w wordWeights) write(out *bufio.Writer) {
	for _, word := range slices.Sorted(maps.Keys(w)) {
		fmt.Fprintf(out, "words\t%s\t%.2f\t\n", word, w[word])
	}
}
