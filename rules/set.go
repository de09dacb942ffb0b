package rules

import (
	"bytes"
	"embed"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"
)

//go:embed tables/*.tsv
var tables embed.FS

// Builtin returns the tables that newsclean brings along, in the order of their names. The caller must not change them.
func Builtin() ([]*Table, error) {
	b := ready()
	return b.tables, b.err
}

// Set is rules ready to run, in the order of their tables, indexed by keyword. A Matcher runs them. It is safe for concurrent use.
type Set struct {
	rules  []*Rule
	index  *index
	tables []string // names, in the order in which they win
	silent string   // the id of a rule that matches nothing, if any
}

// Compile joins tables into a set. A rule of a later table replaces the rule with the same id in an earlier one and
// takes its place; an id that stands twice in one table is a fault. The error is an ErrorList.
func Compile(tables ...*Table) (*Set, error) {
	if b := ready(); b.set != nil && slices.Equal(tables, b.tables) {
		return b.set, nil
	}
	return join(tables...)
}

// join is Compile without a look at what was made ahead.
func join(tables ...*Table) (*Set, error) {
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

func newSet(all []*Rule) *Set {
	index := sections(makeIndex(all))
	return &Set{rules: all, index: openIndex(&index)}
}

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
	silenced.silent = id
	return &silenced
}

// index finds the rules that may match a line, in one pass over the folded line. All of it is bytes that are read in place,
// where numbers have their lowest byte first: one that is made ahead need not be taken apart, and there are no pointers,
// which the garbage collector would have to follow again and again.
type index struct {
	parts     []byte   // partSize each: the bounds and the rule's number
	first     numbers  // by rule, the number of its first part, and that of all parts
	always    numbers  // parts of which neither a keyword nor the line's beginning is known
	lines     multimap // places in lineParts, by how the line begins
	lineParts numbers  // parts of whole lines
	grams     multimap // places in words, by the keyword's rarest gram
	words     []byte   // wordSize each: the part that asks for the keyword, bytes before its rarest gram, its length, and itself
	bytes     *[256]byte
	bits      *[1 << gramBits / 8]byte
}

const (
	partSize = boundsSize + 4
	wordSize = 4 + 1 + 1 + wordStart
	gramBits = 18 // how many bits of the hash of a gram tell it
)

// numbers are numbers of four bytes each.
type numbers []byte

func (n numbers) at(i int32) int32 { return int32(binary.LittleEndian.Uint32(n[4*i:])) }

func (n numbers) append(number int32) numbers {
	return binary.LittleEndian.AppendUint32(n, uint32(number))
}

// sections are runs of bytes, each behind its length.
type sections []byte

func (s *sections) next() []byte {
	size := 4 + numbers(*s).at(0)
	section := (*s)[4:size]
	*s = (*s)[size:]
	return section
}

func joinSections(all ...[]byte) (file []byte) {
	for _, section := range all {
		file = append(numbers(file).append(int32(len(section))), section...)
	}
	return file
}

// openIndex returns the index that file begins with, which makeIndex made.
func openIndex(file *sections) *index {
	return &index{
		parts: file.next(), first: file.next(), always: file.next(),
		lines: file.next(), lineParts: file.next(), grams: file.next(), words: file.next(),
		bytes: (*[256]byte)(file.next()), bits: (*[1 << gramBits / 8]byte)(file.next()),
	}
}

// makeIndex returns the index of rules in the form that openIndex reads.
func makeIndex(all []*Rule) []byte {
	x := index{bytes: new([256]byte), bits: new([1 << gramBits / 8]byte)}
	var lines, grams []keyed
	var words []byte
	number := int32(0)
	for i, r := range all {
		x.first = x.first.append(number)
		for p := range r.facts.parts() {
			x.parts = numbers(p.bounds.append(x.parts)).append(int32(i))
			for _, k := range p.keys {
				lines = append(lines, keyed{k, number})
			}
			for _, word := range p.keywords {
				rare, before := rarestGram(word)
				grams = append(grams, keyed{newLineKey(rare, false), int32(len(words) / wordSize)})
				words = append(numbers(words).append(number), byte(before), byte(len(word)))
				words = append(append(words, word...), make([]byte, wordStart-len(word))...)
				x.mark(rare)
			}
			if len(p.keys) == 0 && len(p.keywords) == 0 {
				x.always = x.always.append(number)
			}
			number++
		}
	}
	x.first = x.first.append(number)
	x.lines = newMultimap(lines)
	for _, l := range lines {
		x.lineParts = x.lineParts.append(l.number)
	}
	x.grams = newMultimap(grams)
	for _, g := range grams {
		x.words = append(x.words, words[g.number*wordSize:][:wordSize]...)
	}
	return joinSections(x.parts, x.first, x.always, x.lines, x.lineParts, x.grams, x.words, x.bytes[:], x.bits[:])
}

// gramLengths are how many bytes of a keyword are looked up at once, as many as it has; the rest is compared. Keywords of
// one byte have a table of their own.
var gramLengths = [...]int{2, 3, 4, 6}

// gramLength returns how long the gram is that word is looked up by.
func gramLength(word string) int {
	length := 1
	for _, n := range gramLengths {
		if n <= len(word) {
			length = n
		}
	}
	return length
}

// rarestGram returns the gram of word that is likeliest to tell it from other text, and how many bytes are before it.
func rarestGram(word string) (rare string, before int) {
	length := gramLength(word)
	rare = word[:length]
	least := textChance(rare)
	for i := 1; i+length <= len(word); i++ {
		if chance := textChance(word[i : i+length]); chance < least {
			rare, before, least = word[i:i+length], i, chance
		}
	}
	return rare, before
}

// mark notes a gram, or a keyword of one byte, in bytes or bits.
func (x *index) mark(text string) {
	if len(text) == 1 {
		x.bytes[text[0]] = 1
		return
	}
	g := uint64(0)
	for i := range len(text) {
		g |= uint64(text[i]) << (8 * i)
	}
	h := hashGram(g, len(text))
	x.bits[h/8] |= 1 << (h % 8)
}

// marked reports whether the first n bytes of g may be marked.
func (x *index) marked(g uint64, n int) bool {
	h := hashGram(g, n)
	return x.bits[h/8]&(1<<(h%8)) != 0
}

// gramAt returns the first bytes of text, the first one lowest; what text lacks is 0.
func gramAt(text []byte) (g uint64) {
	if len(text) >= 8 {
		return binary.LittleEndian.Uint64(text)
	}
	for i, c := range text {
		g |= uint64(c) << (8 * i)
	}
	return g
}

// hashGram returns a hash of the first n bytes of g, below the number of bits that an index has.
func hashGram(g uint64, n int) uint64 {
	return (g<<(8*(8-n)) ^ uint64(n)) * 0x9E3779B97F4A7C15 >> (64 - gramBits)
}

// scratch is what a search for candidates needs to remember.
type scratch struct {
	folded     []byte
	have, bare runeSigns // of the line, and of what is between its ornaments
	runes      int       // between the ornaments
	head, tail edge
	found      []int32  // parts
	seen       []uint32 // by part, the round in which it was looked at last
	round      uint32
}

// add adds a part if it fits the line at hand.
func (x *index) add(sc *scratch, part int32) {
	if sc.seen[part] == sc.round {
		return
	}
	sc.seen[part] = sc.round
	if (*storedBounds)(x.parts[int(part)*partSize:]).fit(sc) {
		sc.found = append(sc.found, part)
	}
}

// size returns how many parts there are.
func (x *index) size() int { return len(x.parts) / partSize }

// rule returns the number of the rule that part belongs to.
func (x *index) rule(part int32) int32 { return numbers(x.parts[int(part)*partSize+boundsSize:]).at(0) }

// partsOf returns the numbers of all parts of the rules with these numbers.
func (x *index) partsOf(rules ...int32) (parts []int32) {
	for _, i := range rules {
		for part := x.first.at(i); part < x.first.at(i+1); part++ {
			parts = append(parts, part)
		}
	}
	return parts
}

// addKeywords adds the parts whose keywords stand under the n bytes at text[i] and surround them there.
func (x *index) addKeywords(sc *scratch, text []byte, i, n int) {
	at, end := x.grams.find(newLineKey(text[i:i+n], false))
	for words := x.words[wordSize*at : wordSize*end]; len(words) > 0; words = words[wordSize:] {
		from, size := i-int(words[4]), int(words[5])
		if from >= 0 && from+size <= len(text) && string(text[from:from+size]) == string(words[6:6+size]) {
			x.add(sc, numbers(words).at(0))
		}
	}
}

// candidates leaves in sc.found, in order, the parts of rules that may match line.
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
	sc.head, sc.tail = edgesOf(Bare(line))
	for i := range int32(len(x.always) / 4) {
		x.add(sc, x.always.at(i))
	}
	for _, key := range lineKeys(bare) {
		for i, end := x.lines.find(key); i < end; i++ {
			x.add(sc, x.lineParts.at(int32(i)))
		}
	}
	bytes := *x.bytes // those that were not seen yet
	for i, c := range text {
		if bytes[c] != 0 {
			bytes[c] = 0
			x.addKeywords(sc, text, i, 1)
		}
		g, left := gramAt(text[i:]), len(text)-i
		for _, n := range gramLengths {
			if n <= left && x.marked(g, n) {
				x.addKeywords(sc, text, i, n)
			}
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
