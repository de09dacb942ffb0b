package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"newsclean/normalize"
	"newsclean/rules"
)

// settings are the size of a model and how it is fitted.
type settings struct {
	first, second, leaves int
	rate, bias            float64
}

// model is the weights of words and of both readings.
type model struct {
	words         wordWeights
	first, second *forest
}

// fit finds the weights that explain pages best. The weights of each reading are the leaves of small decision trees,
// boosted for logistic loss (Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", 2001). They learn
// from what the weights of words say of sites that those were not fitted on, the second reading also from the scores
// that the first gives to such sites.
func (s settings) fit(pages []*page) *model {
	var halves [2][]*page
	for _, p := range pages {
		half := fold(p.site+" half") % 2
		halves[half] = append(halves[half], p)
	}
	features := len(normalize.Features())
	for i, half := range halves {
		fitWords(halves[1-i]).weigh(half)
	}
	for i, half := range halves {
		newMatrix(halves[1-i], normalize.FirstFeatures).boost(s.first, s.leaves, s.rate).reread(half)
	}
	m := &model{
		words:  fitWords(pages),
		first:  newMatrix(pages, normalize.FirstFeatures).boost(s.first, s.leaves, s.rate),
		second: newMatrix(pages, features).boost(s.second, s.leaves, s.rate),
	}
	m.second.trees[0].value += s.bias
	return m
}

// reread gives pages the evidence of the second reading, with f as the first.
func (f *forest) reread(pages []*page) {
	side(len(pages), func(i int) {
		p := pages[i]
		scores := make([]float32, len(p.evidence))
		for j := range p.evidence {
			scores[j] = f.score(&p.evidence[j])
		}
		normalize.Reread(p.evidence, scores)
	})
}

// write prints the weights as a table, a row for each leaf.
func (m *model) write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "reading\ttree\tweight\twhen")
	fmt.Fprintln(out, "# The score of a paragraph in a reading is the sum of the weights whose conditions hold, one of each tree; what is")
	fmt.Fprintln(out, "# below zero in the second reading goes. Fitted by normalize/fit, which tells how; the features are described in")
	fmt.Fprintln(out, "# normalize/evidence.go, shape.go and reread.go.")
	m.words.write(out)
	m.first.write(out, "first")
	m.second.write(out, "second")
	return out.Flush()
}

// observe computes the evidence of all texts and labels their paragraphs.
func observe(set *rules.Set, texts []*text) []*page {
	pages := make([]*page, len(texts))
	n := newNormalizer(set, "")
	side(len(texts), func(i int) {
		paragraphs, evidence := n.Evidence(texts[i].raw)
		pages[i] = label(texts[i], paragraphs, evidence)
	})
	return pages
}

// side calls do for each number below n, on all processors side by side.
func side(n int, do func(i int)) {
	next := make(chan int)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		if i%1000 == 999 {
			fmt.Fprintf(os.Stderr, "%d of %d\n", i+1, n)
		}
		next <- i
	}
	close(next)
	group.Wait()
}
