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
	trees  [3]int // of each reading
	leaves int
	rate   float64
}

// model is the weights of words and of all readings.
type model struct {
	words    wordWeights
	readings [3]*forest
}

// parts is into how many parts the sites are split to see what a reading says of sites that it was not fitted on.
const parts = 3

// fit finds the weights that explain pages best. The weights of each reading are the leaves of small decision trees,
// boosted for logistic loss (Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", 2001). They learn
// from what the weights of words say of sites that those were not fitted on, each reading but the first also from the
// scores that the one before gives to such sites.
func (s settings) fit(pages []*page) *model {
	var in, out [parts][]*page
	for _, p := range pages {
		part := partOf(p.site+" part", parts)
		for i := range parts {
			if i == part {
				in[i] = append(in[i], p)
			} else {
				out[i] = append(out[i], p)
			}
		}
	}
	for i := range parts {
		fitWords(out[i]).weigh(in[i])
	}
	m := &model{words: fitWords(pages)}
	for reading, trees := range s.trees {
		features := len(normalize.Features())
		if reading == 0 {
			features = normalize.FirstFeatures
		}
		grow := func(pages []*page) *forest { return newMatrix(pages, features).boost(trees, s.leaves, s.rate) }
		m.readings[reading] = grow(pages)
		if reading == len(s.trees)-1 {
			break
		}
		var others [parts]*forest
		for i := range parts {
			others[i] = grow(out[i])
		}
		for i := range parts {
			others[i].reread(in[i])
		}
	}
	return m
}

// reread gives pages the evidence of the next reading, with f as the one before.
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

// tableHead is the first line of a table of weights.
const tableHead = "reading\ttree\tweight\twhen\n"

// write prints the weights as a table, a row for each leaf.
func (m *model) write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, tableHead)
	fmt.Fprintln(out, "# The score of a paragraph in a reading is the sum of the weights whose conditions hold, one of each tree; what is")
	fmt.Fprintln(out, "# below zero in the last reading goes. Rows of the reading words are the weights of single words, which features")
	fmt.Fprintln(out, "# sum up. Fitted by normalize/fit, which tells how; the features are described in normalize/evidence.go, shape.go,")
	fmt.Fprintln(out, "# words.go and reread.go.")
	m.words.write(out)
	for i, name := range normalize.Readings() {
		m.readings[i].write(out, name)
	}
	return out.Flush()
}

// observe computes the evidence of all texts and labels their paragraphs.
func observe(set *rules.Set, texts []*text) []*page {
	pages := make([]*page, len(texts))
	n := newNormalizer(set, tableHead) // no weights: evidence needs none, and those built in may be of other features
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
