package rules

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
	"unicode"
)

// code is an expression in short form, which takes little room and less time to read than the expression takes to parse:
// an operator, its arguments, and its parts, those that stand in a row from behind. Before it stand a byte of flags and one
// more than the most runes of a match.
type code []byte

// Flags of code.
const (
	codeBounded = 1 << iota // it asks for word boundaries
	codeBegins              // it asks for the beginning of the line
)

// Operators of code that syntax does not have.
const (
	codeFolded = 0x80 + iota // a literal in all its cases
	codeClass                // a class of the workshop, by its number
)

// code returns the code of re.
func (w *workshop) code(re *syntax.Regexp) code {
	flags := codeBounded*btoi(asks(re, syntax.OpWordBoundary, syntax.OpNoWordBoundary)) |
		codeBegins*btoi(asks(re, syntax.OpBeginLine, syntax.OpBeginText))
	_, most := lengths(re)
	w.text = binary.AppendUvarint(append(w.text[:0], byte(flags)), uint64(most+1))
	w.write(re)
	return slices.Clone(w.text)
}

// asks reports whether re has one of two operators.
func asks(re *syntax.Regexp, one, other syntax.Op) bool {
	return re.Op == one || re.Op == other || slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return asks(sub, one, other) })
}

// write appends the code of re to w.text.
func (w *workshop) write(re *syntax.Regexp) {
	class := func(ranges []rune) {
		w.text = binary.AppendUvarint(append(w.text, codeClass), uint64(w.classNumber(w.set(ranges))))
	}
	switch re.Op {
	case syntax.OpCapture:
		w.write(re.Sub[0])
	case syntax.OpLiteral:
		op := byte(re.Op)
		if re.Flags&syntax.FoldCase != 0 {
			op = codeFolded
		}
		text := string(re.Rune)
		w.text = append(binary.AppendUvarint(append(w.text, op), uint64(len(text))), text...)
	case syntax.OpCharClass:
		class(re.Rune)
	case syntax.OpAnyChar:
		class([]rune{0, unicode.MaxRune})
	case syntax.OpAnyCharNotNL:
		class([]rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune})
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		fewest, most := repeats(re)
		w.text = binary.AppendUvarint(append(w.text, byte(syntax.OpRepeat)), uint64(fewest))
		w.text = binary.AppendUvarint(w.text, uint64(most+1))
		w.write(re.Sub[0])
	case syntax.OpConcat, syntax.OpAlternate:
		w.text = binary.AppendUvarint(append(w.text, byte(re.Op)), uint64(len(re.Sub)))
		for _, sub := range slices.Backward(re.Sub) {
			w.write(sub)
		}
	default:
		w.text = append(w.text, byte(re.Op))
	}
}

// op takes the operator that c begins with.
func (c *code) op() syntax.Op {
	op := (*c)[0]
	*c = (*c)[1:]
	return syntax.Op(op)
}

// number takes a number.
func (c *code) number() (n int) {
	for shift := 0; ; shift += 7 {
		b := (*c)[0]
		*c = (*c)[1:]
		n |= int(b&0x7F) << shift
		if b < 0x80 {
			return n
		}
	}
}

// literal takes the text of a literal.
func (c *code) literal() []byte {
	n := c.number()
	text := (*c)[:n]
	*c = (*c)[n:]
	return text
}

// codesOf returns the codes of the parts of r.
func (w *workshop) codesOf(r *Rule) (parts []code) {
	if r.ready > 0 {
		return w.codes.of(r.ready - 1)
	}
	for _, re := range r.parse() {
		parts = append(parts, w.code(re))
	}
	return parts
}

// classNumber returns the number of the class of set's runes in code.
func (w *workshop) classNumber(set *runeSet) int {
	n := slices.Index(w.numbered, set)
	if n < 0 {
		n = len(w.numbered)
		w.numbered = append(w.numbered, set)
	}
	return n
}

// class returns the set of the class with number n.
func (w *workshop) class(n int) *runeSet {
	if w.numbered[n] == nil {
		w.numbered[n] = w.set(w.codes.class(n))
	}
	return w.numbered[n]
}

// codes are those of rules, and their classes, made ahead and read in place.
type codes struct {
	first      numbers // by rule, where its codes begin in text, and where all end
	text       []byte  // of each rule the codes, as sections
	firstClass numbers // by class, where its ranges begin in ranges, and where all end
	ranges     numbers
}

// openCodes returns the codes that file begins with, which makeCodes made.
func openCodes(file *sections) *codes {
	return &codes{file.next(), file.next(), file.next(), file.next()}
}

// makeCodes returns the codes of rules in the form that openCodes reads.
func makeCodes(all []*Rule) []byte {
	var c codes
	w := newWorkshop(&c)
	for _, r := range all {
		c.first = c.first.append(int32(len(c.text)))
		for _, re := range r.parse() {
			c.text = append(c.text, joinSections(w.code(re))...)
		}
	}
	c.first = c.first.append(int32(len(c.text)))
	for _, set := range w.numbered {
		c.firstClass = c.firstClass.append(int32(len(c.ranges) / 4))
		for _, r := range set.ranges {
			c.ranges = c.ranges.append(r)
		}
	}
	c.firstClass = c.firstClass.append(int32(len(c.ranges) / 4))
	return joinSections(c.first, c.text, c.firstClass, c.ranges)
}

// of returns the codes of the parts of rule i.
func (c *codes) of(i int) (parts []code) {
	text := sections(c.text[c.first.at(int32(i)):c.first.at(int32(i)+1)])
	for len(text) > 0 {
		parts = append(parts, text.next())
	}
	return parts
}

// rules returns how many rules there are.
func (c *codes) rules() int { return max(len(c.first)/4-1, 0) }

// classes returns how many classes there are.
func (c *codes) classes() int { return max(len(c.firstClass)/4-1, 0) }

// class returns the ranges of class n.
func (c *codes) class(n int) (ranges []rune) {
	for i := c.firstClass.at(int32(n)); i < c.firstClass.at(int32(n)+1); i++ {
		ranges = append(ranges, c.ranges.at(i))
	}
	return ranges
}
