package rules

import (
	"cmp"
	"encoding/binary"
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

// multimap finds the place of what stands under a key: slots by hash, of slotSize each, a key and where its entries begin
// and end. A slot with key 0 is free.
type multimap []byte

const slotSize = 8 + 4 + 4

// keyed is a number that stands under a key.
type keyed struct {
	key    lineKey
	number int32
}

// newMultimap returns the map of entries, which it orders by key, and under each key by number.
func newMultimap(entries []keyed) multimap {
	slices.SortFunc(entries, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.number, b.number)) })
	count := 0
	for i, e := range entries {
		count += btoi(i == 0 || entries[i-1].key != e.key)
	}
	m := make(multimap, slotSize<<bits.Len(uint(count*5/4)))
	for i, e := range entries {
		s := m.slot(e.key)
		if binary.LittleEndian.Uint64(s) == 0 {
			binary.LittleEndian.PutUint64(s, uint64(e.key))
			binary.LittleEndian.PutUint32(s[8:], uint32(i))
		}
		binary.LittleEndian.PutUint32(s[12:], uint32(i+1))
	}
	return m
}

// slot returns the slot of k, or the free one that it would take.
func (m multimap) slot(k lineKey) []byte {
	mask := uint64(len(m)/slotSize - 1)
	for i := uint64(k) * 0x9E3779B97F4A7C15 >> 20; ; i++ {
		s := m[i&mask*slotSize:][:slotSize]
		if key := lineKey(binary.LittleEndian.Uint64(s)); key == k || key == 0 {
			return s
		}
	}
}

// find returns where the entries under k begin and end.
func (m multimap) find(k lineKey) (from, to int) {
	s := m.slot(k)
	return int(binary.LittleEndian.Uint32(s[8:])), int(binary.LittleEndian.Uint32(s[12:]))
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
