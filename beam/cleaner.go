package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"

	"newsclean/normalize"
	"newsclean/rules"
)

// formats are how shards hold documents: JSON records, one text, texts that NUL parts, a crawl's WET records.
var formats = []string{"jsonl", "text", "null", "wet"}

// cleaner says how shards are cleaned, in a form that goes to workers.
type cleaner struct {
	Format             string
	Fields, Keep, Drop []string
	Tables             []table
}

// table is a rule table of the user's.
type table struct{ Name, Text string }

// loaded is a cleaner with its rules.
type loaded struct {
	normalizer *normalize.Normalizer
	format     string
	fields     normalize.Fields
}

// load reads the rules.
func (c cleaner) load() (*loaded, error) {
	tables, err := rules.Builtin()
	if err != nil {
		return nil, err
	}
	for _, t := range c.Tables {
		own, err := rules.Parse(t.Name, strings.NewReader(t.Text))
		if err != nil {
			return nil, err
		}
		tables = append(tables, own)
	}
	set, err := rules.Compile(tables...)
	if err != nil {
		return nil, err
	}
	opt := normalize.Options{Null: c.Format == "null"}
	if opt.Keep, err = classes("--keep", c.Keep); err != nil {
		return nil, err
	}
	if opt.Drop, err = classes("--drop", c.Drop); err != nil {
		return nil, err
	}
	l := &loaded{format: c.Format}
	if l.fields, err = normalize.ParseFields(c.Fields...); err != nil {
		return nil, fmt.Errorf("--fields: %w", err)
	}
	l.normalizer, err = normalize.New(set, opt)
	return l, err
}

func classes(option string, names []string) ([]rules.Class, error) {
	var all []rules.Class
	for _, name := range names {
		class, err := rules.ParseClass(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", option, err)
		}
		all = append(all, class)
	}
	return all, nil
}

// loadedOnce holds what this process has loaded, by the cleaner as JSON.
var (
	loadedOnce = map[string]*loaded{}
	loading    sync.Mutex
)

// loadOnce is load, but each process reads the rules only once.
func (c cleaner) loadOnce() (*loaded, error) {
	key, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	loading.Lock()
	defer loading.Unlock()
	if l := loadedOnce[string(key)]; l != nil {
		return l, nil
	}
	l, err := c.load()
	if err == nil {
		loadedOnce[string(key)] = l
	}
	return l, err
}

// copy cleans a shard.
func (l *loaded) copy(dst io.Writer, src io.Reader, fault func(error)) (normalize.Stats, error) {
	switch l.format {
	case "jsonl":
		return l.normalizer.CopyJSONL(dst, src, l.fields, fault)
	case "wet":
		return l.normalizer.CopyWET(dst, src, fault)
	}
	return l.normalizer.Copy(dst, src)
}

// counts returns what the counters add up: the names of --stats, and for each class its name behind lines_removed_ and
// words_removed_.
func counts(s normalize.Stats) map[string]int {
	all := map[string]int{
		"documents": s.Documents, "failed": s.Failed, "lines_in": s.Lines, "lines_out": s.Written,
		"words_in": s.Words, "words_out": s.WordsWritten, "invalid_bytes": s.Invalid,
	}
	for class, gone := range s.Removed {
		if gone.Lines > 0 {
			all["lines_removed_"+rules.Class(class).String()] = gone.Lines
			all["words_removed_"+rules.Class(class).String()] = gone.Words
		}
	}
	return all
}
