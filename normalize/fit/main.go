// Fit finds the weights of newsclean's decision from texts whose prose is known, and writes them as a table.
//
//	go run ./normalize/fit -corpus DIR > normalize/weights.tsv
//	go run ./normalize/fit -corpus DIR -score
//
// DIR holds for each set NAME.gold.jsonl.gz, references with the fields id, url, lang, gold, with and without, and for
// each way of rendering a page to text NAME.RENDERER.jsonl.gz with the fields id and raw. Where only snippets of a page
// are known, what extractors made of it tells the rest, if one of them has all that stays and nothing that goes. Folders
// of texts labelled by line, ID.raw.txt with ID.labels.tsv, are named with -lines, a folder of pages NAME.in with what is
// left of them in NAME.out with -pages. With -score nothing is written but a table of results, cross-validated: the sites
// are split into folds, and each is cleaned with weights that were fitted on the others.
package main

import (
	"flag"
	"hash/fnv"
	"log"
	"os"
	"strings"

	"newsclean/normalize"
	"newsclean/rules"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("fit: ")
	corpus := flag.String("corpus", "", "`folder` of references and rendered pages")
	lines := flag.String("lines", "", "`folders` of texts labelled by line, with commas between")
	pages := flag.String("pages", "", "`folder` of pages NAME.in with what is left of them in NAME.out")
	score := flag.Bool("score", false, "print results, cross-validated by site, instead of weights")
	only := flag.Int("fold", -1, "with -score, only the `n`th fold")
	var s settings
	flag.IntVar(&s.trees[0], "first", 150, "trees of the first reading")
	flag.IntVar(&s.trees[1], "second", 150, "trees of the second reading")
	flag.IntVar(&s.trees[2], "third", 300, "trees of the third reading")
	flag.IntVar(&s.leaves, "leaves", 24, "leaves of a tree")
	flag.Float64Var(&s.rate, "rate", 0.1, "share of its best weight that each tree takes")
	flag.Parse()

	texts, set, err := read(*corpus, *lines, *pages)
	if err != nil {
		log.Fatal(err)
	}
	if *score {
		err = crossValidate(os.Stdout, set, texts, s, *only)
	} else {
		err = s.fit(observe(set, texts)).write(os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// read returns all texts to learn from, and the rules.
func read(corpus, lines, pages string) ([]*text, *rules.Set, error) {
	tables, err := rules.Builtin()
	if err != nil {
		return nil, nil, err
	}
	set, err := rules.Compile(tables...)
	if err != nil {
		return nil, nil, err
	}
	texts, err := readCorpus(corpus)
	if err != nil {
		return nil, nil, err
	}
	var references []*text
	for _, t := range texts {
		if t.raw == t.gold && !strings.Contains(t.raw, "\n\n") {
			references = append(references, t)
		}
	}
	texts = append(texts, leftovers(set, references)...)
	for _, folder := range strings.Split(lines, ",") {
		labelled, err := readLabelled(folder)
		if err != nil {
			return nil, nil, err
		}
		texts = append(texts, labelled...)
	}
	own, err := readPages(pages)
	return append(texts, own...), set, err
}

// folds is into how many parts the sites are split.
const folds = 5

// fold returns which of the folds a site belongs to.
func fold(site string) int { return partOf(site, folds) }

// partOf returns which of several parts of about the same size a name belongs to.
func partOf(name string, parts uint32) int {
	h := fnv.New32a()
	h.Write([]byte(name))
	return int(h.Sum32() % parts)
}

// newNormalizer returns a Normalizer with the weights of table, or the built-in ones if it is empty.
func newNormalizer(set *rules.Set, table string, drop ...rules.Class) *normalize.Normalizer {
	n, err := normalize.New(set, normalize.Options{Weights: table, Drop: drop})
	if err != nil {
		log.Fatal(err)
	}
	return n
}
