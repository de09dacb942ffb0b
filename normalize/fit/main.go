// Fit finds the weights of newsclean's decision from texts whose prose is known, and writes them as a table.
//
//	go run ./normalize/fit -corpus DIR > normalize/weights.tsv
//
// DIR holds for each set NAME.gold.jsonl.gz, references with the fields id, url, gold, with and without, and for each
// way of rendering a page to text NAME.RENDERER.jsonl.gz with the fields id and raw; and folders of texts labelled by
// line, ID.raw.txt with ID.labels.tsv, are named with -lines. The weights are the leaves of small decision trees, boosted
// for logistic loss (Friedman, "Greedy Function Approximation: A Gradient Boosting Machine"). With -hold N a fifth of
// the sites, the Nth, is left out of the fit, and what the weights do on it is printed to standard error.
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"log"
	"os"
	"strings"
	"sync"

	"newsclean/normalize"
	"newsclean/rules"
)

func main() {
	log.SetFlags(0)
	corpus := flag.String("corpus", "", "`folder` of references and rendered pages")
	lines := flag.String("lines", "", "`folders` of texts labelled by line, with commas between")
	folder := flag.String("pages", "", "`folder` of pages NAME.in with what is left of them in NAME.out")
	hold := flag.Int("hold", -1, "leave the `n`th fifth of the sites out and measure on it")
	trees := flag.Int("trees", 260, "number of trees")
	leaves := flag.Int("leaves", 10, "leaves of a tree")
	rate := flag.Float64("rate", 0.15, "share of its best weight that each tree takes")
	bias := flag.Float64("bias", 0.25, "what speaks for keeping every paragraph, beyond what the texts teach")
	flag.Parse()

	tables, err := rules.Builtin()
	check(err)
	set, err := rules.Compile(tables...)
	check(err)
	n, err := normalize.New(set, normalize.Options{})
	check(err)

	pages := loadCache(os.Getenv("CACHE"))
	if pages == nil {
		texts, err := readCorpus(*corpus)
		check(err)
		for _, folder := range strings.Split(*lines, ",") {
			if folder != "" {
				labelled, err := readLabelled(folder)
				check(err)
				texts = append(texts, labelled...)
			}
		}
		own, err := readPages(*folder)
		check(err)
		texts = append(texts, own...)
		pages = observe(n, texts)
		saveCache(os.Getenv("CACHE"), pages)
	}
	for _, p := range pages {
		p.reweigh()
	}
	var fitted, held []*page
	for _, p := range pages {
		if *hold >= 0 && fold(p.site) == *hold {
			held = append(held, p)
		} else {
			fitted = append(fitted, p)
		}
	}
	m := newMatrix(fitted)
	forest := m.boost(*trees, *leaves, *rate)
	forest.trees[0].value += *bias
	check(forest.write(os.Stdout))
	if len(held) > 0 {
		measure(os.Stderr, forest, held)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal("fit: ", err)
	}
}

// fold returns which fifth of the sites a site belongs to.
func fold(site string) int {
	h := fnv.New32a()
	h.Write([]byte(site))
	return int(h.Sum32() % 5)
}

// observe computes the evidence of all texts and labels their paragraphs, two texts at a time.
func observe(n *normalize.Normalizer, texts []*text) []*page {
	pages := make([]*page, len(texts))
	var group sync.WaitGroup
	next := make(chan int)
	for range 2 {
		group.Go(func() {
			for i := range next {
				paragraphs, evidence := n.Evidence(texts[i].raw)
				pages[i] = label(texts[i], paragraphs, evidence)
			}
		})
	}
	for i := range texts {
		if i%500 == 0 {
			fmt.Fprintf(os.Stderr, "\r%d of %d texts", i, len(texts))
		}
		next <- i
	}
	close(next)
	group.Wait()
	fmt.Fprintln(os.Stderr)
	return pages
}
