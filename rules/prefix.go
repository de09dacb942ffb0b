package rules

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
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
		text := strings.TrimLeftFunc(o.text, isOrnament)
		if o.whole {
			text = strings.TrimRightFunc(text, isOrnament)
		}
		if text == "" {
			return nil
		}
		all = append(all, newLineKey(text, o.whole))
	}
	slices.SortFunc(all, func(a, b lineKey) int { return strings.Compare(string(a[:]), string(b[:])) })
	return slices.Compact(all)
}

// lineKey is the first bytes of a folded line without its ornaments. The last byte tells how many there are, or that a
// shorter line ends with them.
type lineKey [keyLength + 1]byte

const (
	keyLength = 8
	keyWhole  = 0xFF
)

func newLineKey(text string, whole bool) (k lineKey) {
	n := copy(k[:keyLength], text)
	k[keyLength] = byte(n)
	if whole && n < keyLength {
		k[keyLength] = keyWhole
	}
	return k
}

// lineKeys returns the keys under which the rules for a folded line stand.
func lineKeys(folded []byte) (all [keyLength + 1]lineKey) {
	bare := trimOrnaments(folded)
	for n := range keyLength {
		all[n] = newLineKey(string(bare[:min(n+1, len(bare))]), false)
	}
	all[keyLength] = newLineKey(string(bare[:min(keyLength, len(bare))]), true)
	return all
}

// trimOrnaments cuts the ornaments off a line's head, and off the end of a short one.
func trimOrnaments(folded []byte) []byte {
	for len(folded) > 0 {
		r, size := utf8.DecodeRune(folded)
		if !isOrnament(r) {
			break
		}
		folded = folded[size:]
	}
	for len(folded) > 0 && len(folded) <= 2*openingLength {
		r, size := utf8.DecodeLastRune(folded)
		if !isOrnament(r) {
			break
		}
		folded = folded[:len(folded)-size]
	}
	return folded
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
