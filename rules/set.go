package rules

import (
	"bytes"
	"embed"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/language"
)

//go:embed tables/*.tsv
var tables embed.FS

// Builtin returns the tables that newsclean brings along, in the order of their names. They are parsed once; the
// caller must not change them.
var Builtin = sync.OnceValues(func() ([]*Table, error) {
	entries, err := tables.ReadDir("tables")
	if err != nil {
		return nil, err
	}
	known := parseFacts(builtinFacts)
	var all []*Table
	for _, entry := range entries {
		if entry.Name() == lexiconName {
			continue
		}
		file, err := tables.Open(path.Join("tables", entry.Name()))
		if err != nil {
			return nil, err
		}
		table, err := parse(entry.Name(), file, known)
		if err != nil {
			return nil, err
		}
		all = append(all, table)
	}
	return all, nil
})

// Set is rules ready to run, in the order of their tables, indexed by keyword. A Matcher runs them. It is safe for concurrent use.
type Set struct {
	rules []*Rule
	index index
}

// Compile joins tables into a set. A rule of a later table replaces the rule with the same id in an earlier one and
// takes its place; an id that stands twice in one table is a fault. The error is an ErrorList.
func Compile(tables ...*Table) (*Set, error) {
	var (
		all    []*Rule
		faults ErrorList
		at     = map[string]int{}
	)
	for _, table := range tables {
		own := map[string]*Rule{}
		for _, r := range table.Rules {
			if first := own[r.ID]; first != nil {
				faults.add(r.Pos, r.ID, "id stands in line %d already; rename one of the two", first.Pos.Line)
				continue
			}
			own[r.ID] = r
			if i, known := at[r.ID]; known {
				all[i] = r
				continue
			}
			at[r.ID] = len(all)
			all = append(all, r)
		}
	}
	faults.sort()
	return newSet(all), faults.Err()
}

func newSet(all []*Rule) *Set { return &Set{rules: all, index: newIndex(all)} }

// Rules returns the rules of s in order. The caller must not change them.
func (s *Set) Rules() []*Rule { return s.rules }

// Only returns the set of those rules of s that hold for one of langs: rules of that language, of a variety of it, and
// rules of every language.
func (s *Set) Only(langs ...language.Tag) *Set {
	return newSet(slices.DeleteFunc(slices.Clone(s.rules), func(r *Rule) bool {
		return r.Lang != language.Und && !slices.ContainsFunc(langs, func(want language.Tag) bool {
			a, _ := want.Base()
			b, _ := r.Lang.Base()
			return a == b
		})
	}))
}

// gram is how many bytes of a keyword it takes to look it up only where it may begin.
const gram = 3

// index finds the rules that may match a line, in one pass over the folded line. It holds hardly any pointers, which the
// garbage collector would have to follow again and again.
type index struct {
	parts    []candidate
	always   []int32              // parts of which neither a keyword nor the line's beginning is known
	lines    *multimap            // parts of whole lines, by how the line begins
	keywords *multimap            // places in words, by how the keyword begins
	words    []keyword            // one for each part that asks for it
	text     string               // of the keywords
	bytes    [256]bool            // which bytes are keywords
	bits     [1 << 16 / 64]uint64 // which hashes of grams begin a keyword: nearly all positions stop here
}

// candidate is a part of a rule.
type candidate struct {
	bounds
	rule int32
}

// keyword is a text that a part asks for.
type keyword struct {
	at, size uint32 // where in the index's text it is
	part     int32
}

func hashGram(g uint32) uint32 { return g * 0x9E3779B1 >> 16 }

func newIndex(all []*Rule) index {
	var x index
	var lines, words []keyed
	var text strings.Builder
	for i, r := range all {
		for p := range r.facts.parts() {
			number := int32(len(x.parts))
			x.parts = append(x.parts, candidate{p.bounds, int32(i)})
			for _, k := range p.keys {
				lines = append(lines, keyed{k, number})
			}
			for _, word := range p.keywords {
				words = append(words, keyed{keywordKey(word), int32(len(x.words))})
				x.words = append(x.words, keyword{uint32(text.Len()), uint32(len(word)), number})
				text.WriteString(word)
				x.mark(word)
			}
			if len(p.keys) == 0 && len(p.keywords) == 0 {
				x.always = append(x.always, number)
			}
		}
	}
	x.lines, x.keywords, x.text = newMultimap(lines), newMultimap(words), text.String()
	return x
}

// keywordLength is how many bytes of a keyword its key holds.
const keywordLength = gram + 1

// keywordKey returns the key under which a keyword stands.
func keywordKey[T string | []byte](word T) lineKey {
	return newLineKey(word[:min(len(word), keywordLength)], false)
}

// mark notes in bytes or bits that word is a keyword.
func (x *index) mark(word string) {
	switch len(word) {
	case 1:
		x.bytes[word[0]] = true
		return
	case 2:
		x.markGram(uint32(word[0]) | uint32(word[1])<<8)
	default:
		x.markGram(uint32(word[0]) | uint32(word[1])<<8 | uint32(word[2])<<16)
	}
}

func (x *index) markGram(g uint32) { h := hashGram(g); x.bits[h/64] |= 1 << (h % 64) }

func (x *index) marked(g uint32) bool { h := hashGram(g); return x.bits[h/64]&(1<<(h%64)) != 0 }

// scratch is what a search for candidates needs to remember.
type scratch struct {
	folded     []byte
	have, bare runeSigns // of the line, and of what is between its ornaments
	runes      int       // between the ornaments
	found      []int32   // rules
	seen       []uint32  // by rule, the round in which it was found last
	round      uint32
}

// add adds the rule of a part if the part fits the line at hand.
func (x *index) add(sc *scratch, part int32) {
	c := &x.parts[part]
	if sc.seen[c.rule] != sc.round && c.fits(sc.have, sc.bare, len(sc.folded), sc.runes) {
		sc.seen[c.rule] = sc.round
		sc.found = append(sc.found, c.rule)
	}
}

// addKeywords adds the rules whose keywords stand under the first n bytes of text and are what text begins with.
func (x *index) addKeywords(sc *scratch, text []byte, n int) {
	if len(text) < n {
		return
	}
	for _, i := range x.keywords.find(newLineKey(text[:n], false)) {
		word := x.words[i]
		if n < keywordLength || len(text) >= int(word.size) && string(text[:word.size]) == x.text[word.at:word.at+word.size] {
			x.add(sc, word.part)
		}
	}
}

// candidates leaves in sc.found, in order, the rules that may match line.
func (x *index) candidates(line string, sc *scratch) {
	sc.round++
	if sc.round == 0 {
		clear(sc.seen)
		sc.round = 1
	}
	sc.folded = appendFolded(sc.folded[:0], line)
	sc.found = sc.found[:0]
	text := sc.folded
	bare := bytes.TrimFunc(text, isOrnament)
	sc.have, sc.runes = signsOf(text), utf8.RuneCount(bare)
	sc.bare = sc.have
	if len(bare) < len(text) {
		sc.bare = signsOf(bare)
	}
	for _, part := range x.always {
		x.add(sc, part)
	}
	for _, key := range lineKeys(bare) {
		for _, part := range x.lines.find(key) {
			x.add(sc, part)
		}
	}
	bytes := x.bytes // those that were not seen yet
	for i, c := range text {
		if bytes[c] {
			bytes[c] = false
			x.addKeywords(sc, text[i:], 1)
		}
		if i+2 > len(text) {
			break
		}
		g := uint32(c) | uint32(text[i+1])<<8
		if x.marked(g) {
			x.addKeywords(sc, text[i:], 2)
		}
		if i+gram <= len(text) && x.marked(g|uint32(text[i+2])<<16) {
			x.addKeywords(sc, text[i:], gram)
			x.addKeywords(sc, text[i:], keywordLength)
		}
	}
	slices.Sort(sc.found)
}

// isOrnament reports whether a line rule looks past r at either end of a line; the two differ in a few signs, which
// does not matter for a bound on lengths.
func isOrnament(r rune) bool {
	return r < 0x80 && ornamentASCII[r] || r >= 0x80 && strings.ContainsRune(ornamentWide, r)
}

const ornamentWide = "•·∙‣▪■□●○◦◆►▶▸▾▼➤→»«›‹–—×✕…"

var ornamentASCII = func() (table [0x80]bool) {
	for _, r := range ` *<>|-_=~+#[({/\])}:` + "\t" {
		table[r] = true
	}
	return
}()
