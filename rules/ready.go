package rules

import (
	_ "embed"
	"encoding/binary"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"sync"

	"golang.org/x/text/language"
)

// What is made ahead of the built-in tables, because parsing them takes longer than cleaning a page: their rules, and the
// index of these, the lexicon and the patterns' code. They serve if the tables' text still has the sum that builtinRules
// begins with. A test says when they should be made anew.
//
//go:generate go test -run TestReady -update .

//go:embed rules.bin
var builtinRules string

//go:embed index.bin
var builtinIndex []byte

// builtinTables are the built-in tables, and the set of them if it was made ahead.
type builtinTables struct {
	tables  []*Table
	set     *Set
	lexicon *Lexicon
	codes   *codes // of the rules, none if they were not made ahead
	err     error
}

// ready returns the built-in tables. They are read once.
var ready = sync.OnceValue(readBuiltin)

func readBuiltin() (b builtinTables) {
	if len(builtinRules) < sumSize || builtinRules[:sumSize] != string(tablesSum()) {
		return parsed()
	}
	file := sections(builtinIndex)
	b.tables, b.set = readTables(builtinRules[sumSize:]), &Set{index: openIndex(&file)}
	b.lexicon, b.codes = openLexicon(&file), openCodes(&file)
	b.set.rules = make([]*Rule, 0, b.codes.rules())
	for _, table := range b.tables {
		b.set.rules = append(b.set.rules, table.Rules...)
		b.set.tables = append(b.set.tables, table.Name)
	}
	return b
}

// parsed returns the built-in tables as their text has them, with the examples. They are parsed once.
var parsed = sync.OnceValue(func() (b builtinTables) {
	known := map[scopedPattern]facts{} // even what was made of another text knows some
	if len(builtinRules) > sumSize {
		for _, table := range readTables(builtinRules[sumSize:]) {
			for _, r := range table.Rules {
				known[scopedPattern{r.Scope, r.Pattern}] = r.facts
			}
		}
	}
	var lexicon sections
	b.codes = &codes{}
	b.tables, lexicon, b.err = parseTables(known)
	if b.err == nil {
		b.lexicon = openLexicon(&lexicon)
	}
	return b
})

// scopedPattern is what facts follow from.
type scopedPattern struct {
	scope   Scope
	pattern string
}

const sumSize = crc32.Size

// tablesSum returns a sum that tells the text of the built-in tables.
func tablesSum() []byte {
	sum, buf := crc32.NewIEEE(), make([]byte, 16<<10)
	eachTable(func(_ string, text io.Reader) error { // parseTables tells its errors
		_, err := io.CopyBuffer(sum, text, buf)
		return err
	})
	return sum.Sum(nil)
}

// parseTables parses the text of the built-in tables.
func parseTables(known map[scopedPattern]facts) (all []*Table, lexicon []byte, err error) {
	err = eachTable(func(name string, text io.Reader) (err error) {
		if name == lexiconName {
			lexicon, err = parseLexicon(text)
			return err
		}
		table, err := parse(name, text, known)
		all = append(all, table)
		return err
	})
	return all, lexicon, err
}

// eachTable calls do with the text of each built-in table, until it fails.
func eachTable(do func(name string, text io.Reader) error) error {
	entries, err := tables.ReadDir("tables")
	for _, entry := range entries {
		var file fs.File
		if file, err = tables.Open("tables/" + entry.Name()); err == nil {
			err = do(entry.Name(), file)
		}
		if err != nil {
			break
		}
	}
	return err
}

// appendTables appends tables to dst in the form that readTables reads: their names and numbers, then the texts of ids and
// patterns, then the facts. Examples are left out.
func appendTables(dst []byte, tables []*Table) []byte {
	var head, texts, known []byte
	number := func(n int) { head = binary.AppendUvarint(head, uint64(n)) }
	name := func(s string) {
		number(len(s))
		head = append(head, s...)
	}
	var langs []language.Tag
	for _, table := range tables {
		for _, r := range table.Rules {
			if !slices.Contains(langs, r.Lang) {
				langs = append(langs, r.Lang)
			}
		}
	}
	number(len(langs))
	for _, lang := range langs {
		name(lang.String())
	}
	number(len(tables))
	for _, table := range tables {
		name(table.Name)
		number(len(table.Sites))
		for _, site := range table.Sites {
			name(site)
		}
		number(len(table.Rules))
		for _, r := range table.Rules {
			for _, n := range [...]int{
				slices.Index(langs, r.Lang), int(r.Class), int(r.Scope), int(r.Strength), r.Pos.Line, r.Pos.Column, r.patternColumn,
				len(r.ID), len(r.Pattern), len(r.facts),
			} {
				number(n)
			}
			texts = append(append(texts, r.ID...), r.Pattern...)
			known = append(known, r.facts...)
		}
	}
	dst = numbers(dst).append(int32(len(head))).append(int32(len(texts)))
	return slices.Concat(dst, head, texts, known)
}

// readTables returns the tables in file.
func readTables(file string) []*Table {
	sizes := numbers(file[:8])
	size := 8 + sizes.at(0)
	head, texts, known := []byte(file[8:size]), file[size:], file[size+sizes.at(1):]
	number := func() int {
		n, size := binary.Uvarint(head)
		head = head[size:]
		return int(n)
	}
	name := func() string {
		size := number()
		s := string(head[:size])
		head = head[size:]
		return s
	}
	text := func(from *string) string {
		size := number()
		s := (*from)[:size]
		*from = (*from)[size:]
		return s
	}
	langs := make([]language.Tag, number())
	for i := range langs {
		langs[i] = language.Make(name())
	}
	all, count := make([]*Table, number()), 0
	for i := range all {
		table := &Table{Name: name()}
		for range number() {
			table.Sites = append(table.Sites, name())
		}
		rules := make([]Rule, number())
		table.Rules = make([]*Rule, len(rules))
		for i := range rules {
			r := &rules[i]
			count++
			r.ready, r.Lang = count, langs[number()]
			r.Class, r.Scope, r.Strength = Class(number()), Scope(number()), Strength(number())
			r.Pos = Pos{table.Name, number(), number()}
			r.patternColumn = number()
			r.ID, r.Pattern, r.facts = text(&texts), text(&texts), facts(text(&known))
			table.Rules[i] = r
		}
		all[i] = table
	}
	return all
}
