package rules

import (
	"math/bits"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// automaton answers whether a pattern matches, in one pass over a line. Its positions are the places of a pattern that a
// rune is matched against (Glushkov, "The Abstract Theory of Automata", 1961), and what is known after some runes is a set
// of positions, a bit each: those that the last rune may have been matched against. Nothing is learnt of the lines, so it
// is as fast on new ones, but for the classes of runes beyond ASCII.
//
// An automaton that is not counted counts few repetitions, which saves positions: what it does not match the pattern does
// not match either, and what it does match needs another look if it is loose and the line long.
type automaton struct {
	id    uint32
	ascii [utf8.RuneSelf]uint8 // the class of a rune; runes of a class are matched against the same positions
	rows  []uint64             // by class, the positions that it matches
	sets  []*runeSet           // those that hold runes beyond ASCII
	wide  []uint64             // by set, its positions
	words []word
	first [3]beginning // by what comes before
	turns []uint64     // by jumping position, its targets, if there is one word
	jumps []jump       // by jumping position, if there are more
	to    []target     // of jumps

	anywhere bool // the pattern need only hold for a part of the line
	bounded  bool // it asks for word boundaries
	begins   bool // it asks for the beginning of the line
	loose    bool // it has repetitions that are not counted
	exact    int  // up to how many runes of a line that does not matter
	most     int  // the most runes of a match, -1 if there is no bound
}

// word is 64 positions. What comes behind a position is the next one, itself again, or the targets of its jump.
type word struct {
	up, same, jump uint64
	final, certain uint64 // behind them the line may end; with them a match of a part of it is certain
	before         int    // jumping positions of the words before
}

// jump is a part of the targets or, with to below zero, the position from.
type jump struct{ from, to int32 }

// target is positions of one word.
type target struct {
	positions uint64
	word      int32
}

// beginning is the positions that the first rune may be matched against, and whether the line may end there or a match is
// certain.
type beginning struct {
	positions      []uint64
	final, certain bool
}

// What comes before a rune.
const (
	beforeNothing = iota // it is the first of the line
	beforeOther
	beforeWord
)

// How often something may be repeated at most, and at least, for a loose automaton to count it.
const (
	mostCounted   = 3
	fewestCounted = 20
)

// workshop is what automata share: the sets of runes, and room to make and to run them. It is for one goroutine.
type workshop struct {
	sets    map[uint32][]*runeSet // by a hash of their ranges
	codes   *codes                // made ahead
	before  *runeSet              // ornaments
	after   *runeSet
	ascii   [2][utf8.RuneSelf]*runeSet // of one letter, as it is and in all its cases
	letters map[rune]*runeSet          // of those beyond ASCII; those in all its cases stand under its negative
	classes []wideClass                // of runes beyond ASCII, by hash
	made    uint32                     // automata
	size    int                        // about how many bytes all automata take
	builder builder
	now     []uint64 // positions
	next    []uint64
	row     []uint64

	numbered []*runeSet // by the number of the class in code; nil for one made ahead until an automaton needs it
	text     []byte     // of code
}

// newWorkshop returns a workshop that has those codes made ahead.
func newWorkshop(ahead *codes) *workshop {
	w := &workshop{codes: ahead, sets: map[uint32][]*runeSet{}, letters: map[rune]*runeSet{}}
	w.numbered = make([]*runeSet, ahead.classes())
	w.before, w.after = w.set(before.Sub[0].Rune), w.set(after.Sub[0].Rune)
	w.builder.w = w
	return w
}

// wideClass is the class that a rune beyond ASCII has in an automaton.
type wideClass struct {
	automaton uint32
	r         rune
	class     int32
}

// wideClasses is how many of them are remembered.
const wideClasses = 1 << 12

// newAutomaton returns the automaton of an expression, which holds for the whole line but for ornaments, or anywhere in it.
func newAutomaton(w *workshop, c code, anywhere, counted bool) *automaton {
	w.made++
	a := &automaton{id: w.made, anywhere: anywhere}
	w.builder.counted = counted
	w.builder.build(a, c)
	w.size += a.size()
	return a
}

// size returns about how many bytes a takes.
func (a *automaton) size() int {
	return 600 + 8*(cap(a.rows)+len(a.wide)+len(a.sets)+len(a.turns)) + 72*len(a.words) + 8*len(a.jumps) + 16*len(a.to)
}

// matches reports whether the pattern matches line.
func (a *automaton) matches(w *workshop, line string) bool { return a.find(w, line, 0) >= 0 }

// find returns the first place in line by which a match is certain, looking from byte from on, or -1. No match ends more
// than a rune before it.
func (a *automaton) find(w *workshop, line string, from int) int {
	first := &a.first[beforeNothing]
	if from > 0 {
		first = &a.first[beforeOther]
		if before, _ := utf8.DecodeLastRuneInString(line[:from]); a.bounded && isWord(before) {
			first = &a.first[beforeWord]
		}
	}
	switch {
	case first.certain || from == len(line) && first.final:
		return from
	case from == len(line):
		return -1
	case len(a.words) == 1:
		return a.findNarrow(w, line, from, first.positions[0])
	}
	return a.findWide(w, line, from, first.positions)
}

// findNarrow is find for an automaton of at most 64 positions, of which the next rune may be matched against next.
func (a *automaton) findNarrow(w *workshop, line string, from int, next uint64) int {
	all := &a.words[0]
	for i := from; ; {
		var now uint64
		if c := line[i]; c < utf8.RuneSelf {
			now = next & a.rows[a.ascii[c]]
			i++
		} else {
			r, size := utf8.DecodeRuneInString(line[i:])
			now = next & a.rows[a.classOf(w, r)]
			i += size
		}
		switch {
		case now == 0:
			return -1
		case now&all.certain != 0:
			return i
		case i == len(line) && now&all.final != 0:
			return i
		case i == len(line):
			return -1
		}
		next = (now&all.up)<<1 | now&all.same
		for left := now & all.jump; left != 0; left &= left - 1 {
			next |= a.turns[bits.OnesCount64(all.jump&(left&-left-1))]
		}
	}
}

// findWide is find for an automaton of more positions. Of few words there is anything to do: live has a bit for them, of
// more than 64 one for several.
func (a *automaton) findWide(w *workshop, line string, from int, first []uint64) int {
	w.now, w.next = append(w.now[:0], first...), zeros(w.next, len(first))
	now, next := w.now, w.next
	live := ^uint64(0)
	for i := from; ; {
		var class int
		if c := line[i]; c < utf8.RuneSelf {
			class = int(a.ascii[c])
			i++
		} else {
			r, size := utf8.DecodeRuneInString(line[i:])
			class = a.classOf(w, r)
			i += size
		}
		row := a.rows[class*len(now):][:len(now)]
		left := live
		live = 0
		var certain, final uint64
		for ; left != 0; left &= left - 1 {
			for k := bits.TrailingZeros64(left); k < len(now); k += 64 {
				n := now[k] & row[k]
				now[k] = 0
				if n == 0 {
					continue
				}
				all := &a.words[k]
				certain |= n & all.certain
				final |= n & all.final
				up := n & all.up
				next[k] |= up<<1 | n&all.same
				live |= 1 << (k % 64)
				if up>>63 != 0 {
					next[k+1] |= 1
					live |= 1 << ((k + 1) % 64)
				}
				for n &= all.jump; n != 0; n &= n - 1 {
					j := a.jumps[all.before+bits.OnesCount64(all.jump&(n&-n-1))]
					if j.to < 0 {
						next[j.from/64] |= 1 << (j.from % 64)
						live |= 1 << (j.from / 64 % 64)
						continue
					}
					for _, t := range a.to[j.from:j.to] {
						next[t.word] |= t.positions
						live |= 1 << (t.word % 64)
					}
				}
			}
		}
		switch {
		case certain != 0 || i == len(line) && final != 0:
			return i
		case i == len(line) || live == 0:
			return -1
		}
		now, next = next, now
	}
}

// classOf returns the class of r, which is beyond ASCII.
func (a *automaton) classOf(w *workshop, r rune) int {
	if w.classes == nil {
		w.classes = make([]wideClass, wideClasses)
	}
	known := &w.classes[(uint32(r)*0x9E3779B1^a.id*0x85EBCA6B)>>20%wideClasses]
	if known.automaton != a.id || known.r != r {
		*known = wideClass{a.id, r, int32(a.classify(w, r))}
	}
	return int(known.class)
}

// classify finds the class of r, which is beyond ASCII: that with the positions of the sets that hold it.
func (a *automaton) classify(w *workshop, r rune) int {
	w.row = append(w.row[:0], make([]uint64, len(a.words))...)
	for i, set := range a.sets {
		if set.contains(r) {
			unite(w.row, a.wide[i*len(a.words):])
		}
	}
	for at := 0; at < len(a.rows); at += len(a.words) {
		if slices.Equal(a.rows[at:][:len(a.words)], w.row) {
			return at / len(a.words)
		}
	}
	before := cap(a.rows)
	a.rows = append(a.rows, w.row...)
	w.size += 8 * (cap(a.rows) - before)
	return len(a.rows)/len(a.words) - 1
}

// unite adds all of from to set.
func unite(set, from []uint64) {
	for k := range set {
		set[k] |= from[k]
	}
}

// set returns the set of the runes in ranges.
func (w *workshop) set(ranges []rune) *runeSet {
	hash := uint32(0)
	for _, r := range ranges {
		hash = (hash ^ uint32(r)) * 0x9E3779B1
		hash ^= hash >> 15
	}
	for _, set := range w.sets[hash] {
		if slices.Equal(set.ranges, ranges) {
			return set
		}
	}
	set := newRuneSet(ranges)
	w.sets[hash] = append(w.sets[hash], set)
	return set
}

// letter returns the set of r, in all its cases if fold is set.
func (w *workshop) letter(r rune, fold bool) *runeSet {
	if r < utf8.RuneSelf {
		set := &w.ascii[btoi(fold)][r]
		if *set == nil {
			*set = w.newLetter(r, fold)
		}
		return *set
	}
	key := r
	if fold {
		key = -r
	}
	set, known := w.letters[key]
	if !known {
		set = w.newLetter(r, fold)
		w.letters[key] = set
	}
	return set
}

// newLetter is letter for one that was not asked for yet.
func (w *workshop) newLetter(r rune, fold bool) *runeSet {
	ranges := []rune{r, r}
	for f := unicode.SimpleFold(r); fold && f != r; f = unicode.SimpleFold(f) {
		ranges = append(ranges, f, f)
	}
	slices.Sort(ranges)
	return w.set(ranges)
}

// runeSet is ranges of runes, each with its ends, and signs for those of ASCII, in case.
type runeSet struct {
	ascii  runeSigns
	ranges []rune
	user   uint32 // the automaton that used it last
	place  int32  // among those of that automaton
}

func newRuneSet(ranges []rune) *runeSet {
	s := &runeSet{ranges: slices.Clone(ranges)}
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], utf8.RuneSelf-1); r++ {
			s.ascii.add(byte(r))
		}
	}
	return s
}

// wide reports whether runes beyond ASCII are in s.
func (s *runeSet) wide() bool { return len(s.ranges) > 0 && s.ranges[len(s.ranges)-1] >= utf8.RuneSelf }

// contains reports whether r, which is beyond ASCII, is in s.
func (s *runeSet) contains(r rune) bool {
	low, high := 0, len(s.ranges)/2
	for low < high {
		switch mid := (low + high) / 2; {
		case r < s.ranges[2*mid]:
			high = mid
		case r > s.ranges[2*mid+1]:
			low = mid + 1
		default:
			return true
		}
	}
	return false
}

func isWord(r rune) bool { return r < utf8.RuneSelf && syntax.IsWordChar(r) }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
