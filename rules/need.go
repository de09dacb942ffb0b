package rules

import (
	"regexp/syntax"
	"unicode/utf8"
)

// runeSigns is a set of characters, folded: those of ASCII, and two signs for what else is told apart. What every match
// of a pattern holds, what a match can hold, and what a line holds are such sets.
type runeSigns [2]uint64

// The bits of signs, in place of controls that no line holds.
const (
	signDigit = 0 // any digit of ASCII
	signWide  = 1 // any character beyond ASCII
)

var allSigns = runeSigns{^uint64(0), ^uint64(0)}

func (n *runeSigns) add(c byte) { n[c>>6&1] |= 1 << (c & 63) }

func (n runeSigns) has(c byte) bool { return n[c>>6&1]&(1<<(c&63)) != 0 }

// meets reports whether some of n is in others.
func (n runeSigns) meets(others runeSigns) bool { return n[0]&others[0]|n[1]&others[1] != 0 }

// within reports whether all of n is in others.
func (n runeSigns) within(others runeSigns) bool { return n[0]&^others[0]|n[1]&^others[1] == 0 }

// needOf returns the characters of which every match of re holds each.
func needOf(re *syntax.Regexp) (need runeSigns) {
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
		need = allSigns
		for _, sub := range re.Sub {
			n := needOf(sub)
			need[0] &= n[0]
			need[1] &= n[1]
		}
	}
	return need
}

// addRange adds what is certain of one rune between low and high.
func (n *runeSigns) addRange(low, high rune) {
	if low == high {
		if r := foldRune(low); r < utf8.RuneSelf {
			n.add(byte(r))
		}
	}
	if '0' <= low && high <= '9' {
		n.add(signDigit)
	}
}

// mayOf returns the characters that matches of re are made of.
func mayOf(re *syntax.Regexp) (may runeSigns) {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			may.addAll(r, r)
		}
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			may.addAll(re.Rune[i], re.Rune[i+1])
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return allSigns
	}
	for _, sub := range re.Sub {
		m := mayOf(sub)
		may[0] |= m[0]
		may[1] |= m[1]
	}
	return may
}

// addAll adds all runes from low to high.
func (n *runeSigns) addAll(low, high rune) {
	for r := low; r <= min(high, utf8.RuneSelf-1); r++ {
		n.add(byte(foldRune(r)))
	}
	if low <= '9' && '0' <= high {
		n.add(signDigit)
	}
	if high < utf8.RuneSelf {
		return
	}
	n.add(signWide)
	for _, r := range []rune{'ſ', '\u212A'} { // the long s and the Kelvin sign fold to letters of ASCII
		if low <= r && r <= high {
			n.add(byte(foldRune(r)))
		}
	}
}

// signsOf returns the characters that a folded text holds.
func signsOf(folded []byte) (have runeSigns) {
	for _, c := range folded {
		if c >= utf8.RuneSelf {
			c = signWide
		}
		have.add(c)
	}
	const digits = (1<<10 - 1) << '0'
	have[0] &^= 1 << signDigit
	if have[0]&digits != 0 {
		have.add(signDigit)
	}
	return have
}
