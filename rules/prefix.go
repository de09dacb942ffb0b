package rules

import (
	"math/bits"
	"regexp/syntax"
	"slices"
	"strings"
)

// Bounds on what is computed of a pattern's openings: their number, and the bytes of one that are looked at.
const (
	maxOpenings   = 400
	openingLength = 12
)

// opening is how a text that a pattern matches can begin, folded; whole says that it can also end there.
type opening struct {
	text  string
	whole bool
}

// keys returns the line keys of all lines that a line rule of this pattern can match, or nil where they are not known.
func keys(re *syntax.Regexp) []lineKey {
	var all []lineKey
	for _, o := range openings(re) {
		text := strings.TrimFunc(o.text, isOrnament) // at its end too: the line may have nothing but ornaments there
		if text == "" {
			return nil
		}
		all = append(all, newLineKey(text, o.whole))
	}
	slices.Sort(all)
	return slices.Clip(slices.Compact(all))
}

// lineKey is the first bytes of a folded line without its ornaments, at most keyLength of them, and in its lowest byte
// how many there are. A line that is shorter, and ends there, has a key of its own.
type lineKey uint64

const (
	keyLength = 7
	keyWhole  = 0xFF
)

func newLineKey[T string | []byte](text T, whole bool) (k lineKey) {
	n := min(len(text), keyLength)
	for i := range n {
		k = k<<8 | lineKey(text[i])
	}
	if whole && n < keyLength {
		return k<<8 | keyWhole
	}
	return k<<8 | lineKey(n)
}

// lineKeys returns the keys under which what matches a folded line without its ornaments stands.
func lineKeys(bare []byte) (all [keyLength + 1]lineKey) {
	for n := range keyLength {
		all[n] = newLineKey(bare[:min(n+1, len(bare))], false)
	}
	all[keyLength] = newLineKey(bare, true)
	return all
}

// multimap finds the numbers that stand under a key.
type multimap struct {
	slots   []keySlot // by hash; a slot with key 0 is free
	numbers []int32   // of one key after the other
}

type keySlot struct {
	key      lineKey
	from, to uint32 // of numbers
}

// keyed is a number that stands under a key.
type keyed struct {
	key    lineKey
	number int32
}

// newMultimap returns the map of entries, which keep their order under each key.
func newMultimap(entries []keyed) *multimap {
	distinct := multimap{slots: make([]keySlot, 1<<bits.Len(uint(len(entries)*3/2)))}
	count := 0
	for _, e := range entries {
		s := distinct.slot(e.key)
		count += btoi(s.key == 0)
		s.key = e.key
		s.to++
	}
	m := &multimap{numbers: make([]int32, len(entries)), slots: make([]keySlot, 1<<bits.Len(uint(count*5/4)))}
	at := uint32(0)
	for _, s := range distinct.slots {
		if s.key != 0 {
			*m.slot(s.key) = keySlot{s.key, at, at}
			at += s.to
		}
	}
	for _, e := range entries {
		s := m.slot(e.key)
		m.numbers[s.to] = e.number
		s.to++
	}
	return m
}

// slot returns the slot of k, or the free one that it would take.
func (m *multimap) slot(k lineKey) *keySlot {
	mask := uint64(len(m.slots) - 1)
	for i := uint64(k) * 0x9E3779B97F4A7C15 >> 20; ; i++ {
		if s := &m.slots[i&mask]; s.key == k || s.key == 0 {
			return s
		}
	}
}

// find returns the numbers under k.
func (m *multimap) find(k lineKey) []int32 {
	s := m.slot(k)
	return m.numbers[s.from:s.to]
}

func openings(re *syntax.Regexp) []opening {
	switch re.Op {
	case syntax.OpLiteral:
		return cutOpenings([]opening{{foldRunes(re.Rune), true}})
	case syntax.OpCharClass:
		var all []opening
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if len(all) > 100 {
					return []opening{{}}
				}
				if o := (opening{string(foldRune(r)), true}); !slices.Contains(all, o) {
					all = append(all, o)
				}
			}
		}
		return all
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []opening{{"", true}}
	case syntax.OpCapture:
		return openings(re.Sub[0])
	case syntax.OpQuest:
		return append(openings(re.Sub[0]), opening{"", true})
	case syntax.OpStar:
		return append(endless(openings(re.Sub[0])), opening{"", true})
	case syntax.OpPlus:
		return endless(openings(re.Sub[0]))
	case syntax.OpRepeat:
		all := endless(openings(re.Sub[0]))
		if re.Min == 0 {
			all = append(all, opening{"", true})
		}
		return all
	case syntax.OpConcat:
		return concatOpenings(re.Sub)
	case syntax.OpAlternate:
		var all []opening
		for _, sub := range re.Sub {
			all = append(all, openings(sub)...)
		}
		return cutOpenings(all)
	}
	return []opening{{}}
}

// endless says of openings that more can follow each.
func endless(all []opening) []opening {
	for i := range all {
		all[i].whole = false
	}
	return all
}

func concatOpenings(subs []*syntax.Regexp) []opening {
	all := []opening{{"", true}}
	for _, sub := range subs {
		if !slices.ContainsFunc(all, func(o opening) bool { return o.whole }) {
			break
		}
		tails := openings(sub)
		if len(all)*len(tails) > 4*maxOpenings {
			return endless(all)
		}
		var next []opening
		for _, head := range all {
			if !head.whole {
				next = append(next, head)
				continue
			}
			for _, tail := range tails {
				next = append(next, opening{head.text + tail.text, tail.whole})
			}
		}
		all = cutOpenings(next)
	}
	return all
}

// cutOpenings shortens openings that are long enough to tell, and all of them if they are many.
func cutOpenings(all []opening) []opening {
	for _, length := range []int{openingLength, keyLength, 5, 3, 2} {
		for i, o := range all {
			if len(o.text) > length {
				all[i] = opening{o.text[:length], false}
			}
		}
		slices.SortFunc(all, func(a, b opening) int { return strings.Compare(a.text, b.text)*2 + boolDiff(a.whole, b.whole) })
		all = slices.Compact(all)
		if len(all) <= maxOpenings {
			return all
		}
	}
	return []opening{{}}
}

func boolDiff(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
