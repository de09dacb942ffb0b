package main

import (
	"encoding/gob"
	"os"

	"newsclean/normalize"
)

type cached struct {
	Group, Site string
	Evidence    []normalize.Evidence
	Keep        []bool
	Weight      []float32
	Words       []int
	Kind        int
}

func saveCache(path string, pages []*page) {
	f, _ := os.Create(path)
	defer f.Close()
	e := gob.NewEncoder(f)
	for _, p := range pages {
		e.Encode(cached{p.group, p.site, p.evidence, p.keep, p.weight, p.words, 0})
	}
}

func loadCache(path string) (pages []*page) {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	d := gob.NewDecoder(f)
	for {
		var c cached
		if d.Decode(&c) != nil {
			return
		}
		pages = append(pages, &page{group: c.Group, site: c.Site, evidence: c.Evidence, keep: c.Keep, weight: c.Weight, words: c.Words})
	}
}
