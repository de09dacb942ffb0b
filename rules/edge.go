package rules

import (
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// edgeLength is how many characters are told at either edge of a line.
const edgeLength = 4

// edge is which characters can stand at the first places of a line without its ornaments, or seen from behind at the
// last ones. It is told in case, for many patterns ask for names.
type edge [edgeLength]edgeSigns

// edgeSigns is a set of characters: a bit each for those of ASCII that are frequent, one bit for several of the others.
type edgeSigns uint64

const (
	edgeEnd  edgeSigns = 1 // no character: the line is shorter
	anything           = ^edgeSigns(0)
	edgeWide           = anything &^ (1<<58 - 1) // the bits of characters beyond ASCII
)

// edgeSign returns the bit of r.
func edgeSign(r rune) edgeSigns {
	switch {
	case 'a' <= r && r <= 'z':
		return 1 << (r - 'a' + 1)
	case 'A' <= r && r <= 'Z':
		return 1 << (r - 'A' + 27)
	case '0' <= r && r <= '9':
		return 1 << 53
	case r == ' ':
		return 1 << 54
	case r == '.':
		return 1 << 55
	case r == ',':
		return 1 << 56
	case r < utf8.RuneSelf:
		return 1 << 57
	case unicode.IsUpper(r):
		return 1 << 58
	case unicode.IsLower(r):
		return 1 << 59
	}
	return 1 << (60 + r&3)
}

// edgesOf returns the edges of a line without its ornaments.
func edgesOf(bare string) (head, tail edge) {
	at, end := 0, len(bare)
	for i := range edgeLength {
		head[i], tail[i] = edgeEnd, edgeEnd
		if at < len(bare) {
			r, size := utf8.DecodeRuneInString(bare[at:])
			head[i], at = edgeSign(r), at+size
		}
		if end > 0 {
			r, size := utf8.DecodeLastRuneInString(bare[:end])
			tail[i], end = edgeSign(r), end-size
		}
	}
	return head, tail
}

// within reports whether all of e is possible where others are.
func (e *edge) within(others *edge) bool {
	return e[0]&^others[0]|e[1]&^others[1]|e[2]&^others[2]|e[3]&^others[3] == 0
}

// The ornaments around a pattern for whole lines.
var (
	before = mustParse(ornamentBefore)
	after  = mustParse(ornamentAfter)
)

func mustParse(expression string) *syntax.Regexp {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		panic(err)
	}
	return re
}

// ornamented returns the expression for the lines that re and the ornaments around it fill.
func ornamented(re *syntax.Regexp) *syntax.Regexp {
	return &syntax.Regexp{Op: syntax.OpConcat, Sub: []*syntax.Regexp{before, re, after}}
}

// lineEdges returns which edges the lines have that a line rule of this pattern can match.
func lineEdges(re *syntax.Regexp) (head, tail edge) {
	re = ornamented(re)
	return walker{}.edge(re), walker{back: true}.edge(re)
}

// anyEdge is the edge of a line of which nothing is known.
var anyEdge = edge{anything, anything, anything, anything}

// walker finds what characters come first in matches of a pattern, or with back last.
type walker struct{ back bool }

// reach is what characters matches of a part of a pattern have at their first places, and how long they can be: bit n is
// set if n characters, that of edgeLength if so many or more.
type reach struct {
	edge
	lengths uint8
}

var reachNothing = reach{lengths: 1}

// edge returns the edge of lines that re matches from end to end.
func (w walker) edge(re *syntax.Regexp) edge {
	r, none := w.bare(re)
	if none {
		return anyEdge // it matches nothing but ornaments
	}
	ended := edgeSigns(0)
	for i := range r.edge {
		if r.lengths&(1<<i) != 0 || r.edge[i]&ornamentSigns != 0 { // ornaments at the line's other edge are taken off too
			ended = edgeEnd
		}
		r.edge[i] |= ended
	}
	return r.edge
}

// ornamentSigns are the bits of ornaments.
var ornamentSigns = func() (all edgeSigns) {
	for r, is := range ornamentASCII {
		if is {
			all |= edgeSign(rune(r))
		}
	}
	for _, r := range ornamentWide {
		all |= edgeSign(r)
	}
	return
}()

// join returns what a and then b reach.
func (a reach) join(b reach) reach {
	joined := reach{a.edge, a.lengths & (1 << edgeLength)}
	for n := range edgeLength {
		if a.lengths&(1<<n) == 0 {
			continue
		}
		for i := n; i < edgeLength; i++ {
			joined.edge[i] |= b.edge[i-n]
		}
		longer := uint(b.lengths) << n
		joined.lengths |= uint8(longer & (1<<edgeLength - 1))
		if longer>>edgeLength != 0 {
			joined.lengths |= 1 << edgeLength
		}
	}
	return joined
}

// or returns what a or b reach.
func (a reach) or(b reach) reach {
	for i := range a.edge {
		a.edge[i] |= b.edge[i]
	}
	a.lengths |= b.lengths
	return a
}

// times returns what a reaches when it comes at least fewest and at most most times; most is -1 without a bound.
func (a reach) times(fewest, most int) reach {
	all := reachNothing
	if most < 0 || most > fewest+edgeLength {
		most = fewest + edgeLength
	}
	for range most - fewest {
		all = reachNothing.or(a.join(all))
	}
	for range min(fewest, edgeLength) {
		all = a.join(all)
	}
	return all
}

// reach returns what re reaches.
func (w walker) reach(re *syntax.Regexp) reach {
	switch re.Op {
	case syntax.OpLiteral:
		return w.literal(re, re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		signs, _ := classSigns(re)
		return reach{edge{signs}, 2}
	case syntax.OpCapture:
		return w.reach(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		return w.reach(re.Sub[0]).times(repeats(re))
	case syntax.OpConcat:
		all := reachNothing
		for i := range re.Sub {
			all = all.join(w.reach(w.sub(re, i)))
		}
		return all
	case syntax.OpAlternate:
		var all reach
		for _, sub := range re.Sub {
			all = all.or(w.reach(sub))
		}
		return all
	case syntax.OpNoMatch:
		return reach{}
	}
	return reachNothing
}

// bare returns what is reached behind the ornaments that a match of re begins with, and whether a match can hold nothing
// else.
func (w walker) bare(re *syntax.Regexp) (r reach, none bool) {
	switch re.Op {
	case syntax.OpLiteral:
		runes := re.Rune
		for len(runes) > 0 && isOrnament(w.first(runes)) {
			if runes = runes[1:]; w.back {
				runes = re.Rune[:len(runes)]
			}
		}
		if len(runes) == 0 {
			return reach{}, true
		}
		return w.literal(re, runes), false
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		signs, ornament := classSigns(re)
		return reach{edge{signs}, 2}, ornament
	case syntax.OpCapture:
		return w.bare(re.Sub[0])
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		fewest, most := repeats(re)
		r, none = w.bare(re.Sub[0])
		if most >= 0 {
			most = max(most-1, 0)
		}
		if none { // any number may go with the ornaments
			return r.join(w.reach(re.Sub[0]).times(0, most)), true
		}
		return r.join(w.reach(re.Sub[0]).times(max(fewest-1, 0), most)), fewest == 0
	case syntax.OpConcat:
		for i := range re.Sub {
			begun, none := w.bare(w.sub(re, i))
			for j := i + 1; j < len(re.Sub); j++ {
				begun = begun.join(w.reach(w.sub(re, j)))
			}
			if r = r.or(begun); !none {
				return r, false
			}
		}
		return r, true
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			s, skipped := w.bare(sub)
			r, none = r.or(s), none || skipped
		}
		return r, none
	case syntax.OpNoMatch:
		return reach{}, false
	}
	return reach{}, true
}

// sub returns part i of re, counted as w goes.
func (w walker) sub(re *syntax.Regexp, i int) *syntax.Regexp {
	if w.back {
		i = len(re.Sub) - 1 - i
	}
	return re.Sub[i]
}

// first returns the rune that w meets first.
func (w walker) first(runes []rune) rune {
	if w.back {
		return runes[len(runes)-1]
	}
	return runes[0]
}

// literal returns what runes of the literal re reach.
func (w walker) literal(re *syntax.Regexp, runes []rune) (r reach) {
	n := min(len(runes), edgeLength)
	for i := range n {
		c := runes[i]
		if w.back {
			c = runes[len(runes)-1-i]
		}
		r.edge[i] = edgeSign(c)
		for f := unicode.SimpleFold(c); re.Flags&syntax.FoldCase != 0 && f != c; f = unicode.SimpleFold(f) {
			r.edge[i] |= edgeSign(f)
		}
	}
	r.lengths = 1 << n
	return r
}

// repeats returns how often re, a repetition, asks for its part.
func repeats(re *syntax.Regexp) (fewest, most int) {
	switch re.Op {
	case syntax.OpStar:
		return 0, -1
	case syntax.OpPlus:
		return 1, -1
	case syntax.OpQuest:
		return 0, 1
	}
	return re.Min, re.Max
}

// classSigns returns the signs of a class's runes, and whether ornaments are among them.
func classSigns(re *syntax.Regexp) (signs edgeSigns, ornament bool) {
	if re.Op != syntax.OpCharClass {
		return anything &^ edgeEnd, true
	}
	const looked = 1000 // longer ranges are taken to hold all
	for i := 0; i < len(re.Rune); i += 2 {
		low, high := re.Rune[i], re.Rune[i+1]
		for r := low; r <= min(high, low+looked); r++ {
			signs |= edgeSign(r)
		}
		if high > low+looked {
			signs |= edgeWide
		}
	}
	contains := func(r rune) bool {
		at := 0
		for at < len(re.Rune) && re.Rune[at+1] < r {
			at += 2
		}
		return at < len(re.Rune) && re.Rune[at] <= r
	}
	ornament = strings.ContainsFunc(ornamentWide, contains)
	for r := range ornamentASCII {
		ornament = ornament || isOrnament(rune(r)) && contains(rune(r))
	}
	return signs, ornament
}
