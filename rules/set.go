package rules

import (
	"embed"
	"math"
	"path"
	"slices"
	"strings"
	"sync"

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
	var all []*Table
	for _, entry := range entries {
		if entry.Name() == lexiconName {
			continue
		}
		file, err := tables.Open(path.Join("tables", entry.Name()))
		if err != nil {
			return nil, err
		}
		table, err := Parse(entry.Name(), file)
		if err != nil {
			return nil, err
		}
		all = append(all, table)
	}
	return all, nil
})

// Set is rules ready to run, in the order of their tables, indexed by keyword. A Matcher runs them. It is safe for concurrent use.
type Set struct {
	rules  []*Rule
	index  index
	tables []string // names, in the order in which they win
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
	s := newSet(all)
	for _, table := range tables {
		s.tables = append(s.tables, table.Name)
	}
	return s, faults.Err()
}

func newSet(all []*Rule) *Set { return &Set{rules: all, index: newIndex(all)} }

// Rules returns the rules of s in order. The caller must not change them.
func (s *Set) Rules() []*Rule { return s.rules }

// Only returns the set of those rules of s that hold for one of langs: rules of that language, of a variety of it, and
// rules of every language.
func (s *Set) Only(langs ...language.Tag) *Set {
	held := newSet(slices.DeleteFunc(slices.Clone(s.rules), func(r *Rule) bool {
		return r.Lang != language.Und && !slices.ContainsFunc(langs, func(want language.Tag) bool {
			a, _ := want.Base()
			b, _ := r.Lang.Base()
			return a == b
		})
	}))
	held.tables = s.tables
	return held
}

// Silence returns s with the rule of that id matching nothing, which costs little.
func (s *Set) Silence(id string) *Set {
	silenced := *s
	silenced.rules = slices.Clone(s.rules)
	for i, r := range s.rules {
		if r.ID == id {
			silenced.rules[i] = &Rule{
				ID: r.ID, Class: r.Class, Lang: r.Lang, Scope: r.Scope, Strength: r.Strength, Pattern: r.Pattern,
				Hits: r.Hits, Misses: r.Misses, Pos: r.Pos, patternPos: r.patternPos, minLen: math.MaxInt,
			}
		}
	}
	return &silenced
}

// gram is how many bytes of a keyword the index looks up at once; shorter keywords have lists of their own.
const gram = 3

// index finds the rules that may match a line, in one pass over the folded line.
type index struct {
	lines  *lineTable           // rules of whole lines, by how the line begins
	bits   [1 << 16 / 64]uint64 // which hashes of grams begin a keyword: nearly all positions stop here
	grams  map[uint32][]keyword // by the gram that a keyword begins with
	pairs  map[uint16][]int32   // rules with keywords of two bytes
	bytes  [256][]int32         // rules with keywords of one byte
	needs  []runeNeed           // by rule
	always []int32              // rules of which neither a keyword nor the line's beginning is known
}

type keyword struct {
	rest string // what follows the gram
	rule int32
}

func hashGram(g uint32) uint32 { return g * 0x9E3779B1 >> 16 }

func newIndex(all []*Rule) index {
	x := index{lines: newLineTable(all), grams: map[uint32][]keyword{}, pairs: map[uint16][]int32{}}
	for i, r := range all {
		rule := int32(i)
		x.needs = append(x.needs, r.need)
		switch {
		case len(r.keys) > 0: // in lines
		case shortest(r.keywords) == 0:
			x.always = append(x.always, rule)
		default:
			for _, k := range r.keywords {
				x.addKeyword(k, rule)
			}
		}
	}
	return x
}

func (x *index) addKeyword(k string, rule int32) {
	switch len(k) {
	case 1:
		x.bytes[k[0]] = append(x.bytes[k[0]], rule)
	case 2:
		pair := uint16(k[0]) | uint16(k[1])<<8
		x.pairs[pair] = append(x.pairs[pair], rule)
		x.mark(hashGram(uint32(pair)))
	default:
		g := uint32(k[0]) | uint32(k[1])<<8 | uint32(k[2])<<16
		x.grams[g] = append(x.grams[g], keyword{k[gram:], rule})
		x.mark(hashGram(g))
	}
}

func (x *index) mark(h uint32) { x.bits[h/64] |= 1 << (h % 64) }

func (x *index) marked(h uint32) bool { return x.bits[h/64]&(1<<(h%64)) != 0 }

// scratch is what a search for candidates needs to remember.
type scratch struct {
	folded []byte
	found  []int32
	seen   []uint32 // by rule, the round in which it was found last
	round  uint32
}

func (sc *scratch) add(rule int32) {
	if sc.seen[rule] != sc.round {
		sc.seen[rule] = sc.round
		sc.found = append(sc.found, rule)
	}
}

func (sc *scratch) addAll(rules []int32) {
	for _, rule := range rules {
		sc.add(rule)
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
	sc.found = append(sc.found[:0], x.always...)
	text := sc.folded
	for _, key := range lineKeys(text) {
		sc.addAll(x.lines.find(key))
	}
	var seen [256]bool
	for i, c := range text {
		if !seen[c] {
			seen[c] = true
			sc.addAll(x.bytes[c])
		}
		if i+2 > len(text) {
			break
		}
		g := uint32(c) | uint32(text[i+1])<<8
		if x.marked(hashGram(g)) {
			sc.addAll(x.pairs[uint16(g)])
		}
		if i+gram > len(text) {
			continue
		}
		g |= uint32(text[i+2]) << 16
		if !x.marked(hashGram(g)) {
			continue
		}
		for _, k := range x.grams[g] {
			if tail := text[i+gram:]; len(tail) >= len(k.rest) && string(tail[:len(k.rest)]) == k.rest {
				sc.add(k.rule)
			}
		}
	}
	have := holds(text)
	sc.found = slices.DeleteFunc(sc.found, func(rule int32) bool { return !x.needs[rule].within(have) })
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
