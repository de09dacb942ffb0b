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
type code string

// Flags of code.
const (
	codeBounded = 1 << iota // it asks for word boundaries
	codeBegins              // it asks for the beginning of the line
)

// Operators of code that syntax does not have.
const (
	codeFolded = 0x80 + iota // a literal in all its cases
	codeClass                // a set of the workshop, by its number
)

// code returns the code of re.
func (w *workshop) code(re *syntax.Regexp) code {
	flags := codeBounded*btoi(asks(re, syntax.OpWordBoundary, syntax.OpNoWordBoundary)) |
		codeBegins*btoi(asks(re, syntax.OpBeginLine, syntax.OpBeginText))
	_, most := lengths(re)
	w.text = binary.AppendUvarint(append(w.text[:0], byte(flags)), uint64(most+1))
	w.write(re)
	return code(w.text)
}

// asks reports whether re has one of two operators.
func asks(re *syntax.Regexp, one, other syntax.Op) bool {
	return re.Op == one || re.Op == other || slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return asks(sub, one, other) })
}

// write appends the code of re to w.text.
func (w *workshop) write(re *syntax.Regexp) {
	class := func(ranges []rune) {
		w.text = binary.AppendUvarint(append(w.text, codeClass), uint64(w.set(ranges).number))
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
func (c *code) literal() string {
	n := c.number()
	text := (*c)[:n]
	*c = (*c)[n:]
	return string(text)
}
