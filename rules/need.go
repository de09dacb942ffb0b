package rules

import (
	"regexp/syntax"
	"unicode/utf8"
)

// runeNeed is a set of ASCII characters, folded: those that every match of a pattern holds, or those of a line. Bit 0 stands
// for any digit.
type runeNeed [2]uint64

func (n *runeNeed) add(c byte) { n[c>>6&1] |= 1 << (c & 63) }

// within reports whether a line that holds the characters have has all of n.
func (n runeNeed) within(have runeNeed) bool { return n[0]&^have[0]|n[1]&^have[1] == 0 }

// needOf returns the characters of which every match of re holds each.
func needOf(re *syntax.Regexp) (need runeNeed) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			need.addRange(r, r)
		}
	case syntax.OpCharClass:
		if one := classLiterals(re.Rune).exact; len(one) == 1 && len(one[0]) == 1 {
			need.addRange(rune(one[0][0]), rune(one[0][0]))
		} else if len(re.Rune) == 2 {
			need.addRange(re.Rune[0], re.Rune[1])
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needOf(re.Sub[0])
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			n := needOf(sub)
			need[0] |= n[0]
			need[1] |= n[1]
		}
	case syntax.OpAlternate:
		need = runeNeed{^uint64(0), ^uint64(0)}
		for _, sub := range re.Sub {
			n := needOf(sub)
			need[0] &= n[0]
			need[1] &= n[1]
		}
	}
	return need
}

// addRange adds what is certain of one rune between low and high.
func (n *runeNeed) addRange(low, high rune) {
	if low == high {
		if r := foldRune(low); r < utf8.RuneSelf {
			n.add(byte(r))
		}
	}
	if '0' <= low && high <= '9' {
		n.add(0)
	}
}

// holds returns the characters that a folded line holds.
func holds(folded []byte) (have runeNeed) {
	for _, c := range folded {
		if c < utf8.RuneSelf {
			have.add(c)
		}
	}
	const digits = (1<<10 - 1) << '0'
	have[0] &^= 1
	if have[0]&digits != 0 {
		have[0] |= 1
	}
	return have
}
