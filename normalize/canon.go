package normalize

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// appendCanonical appends line, which holds no line end, to dst in canonical form: Unicode's NFC; every space, tab and
// run of them a single blank, none at either end; no terminal escapes, controls, soft hyphens and other characters
// that only steer layout. NFC and not NFKC: the newsroom's ½, ™ and … stay. Canonical text is its own canonical form.
func appendCanonical(dst, line []byte) []byte {
	if plainASCII(line) {
		return append(dst, line...)
	}
	start := len(dst)
	dst = appendMapped(dst, line)
	if !norm.NFC.IsNormal(dst[start:]) {
		composed := norm.NFC.Bytes(dst[start:])
		dst = append(dst[:start], composed...)
	}
	return dst
}

// plainASCII reports whether line is printable ASCII in canonical form already, as most lines are.
func plainASCII(line []byte) bool {
	before := byte(' ')
	for _, c := range line {
		if c < ' ' || c >= 0x7F || c == ' ' && before == ' ' {
			return false
		}
		before = c
	}
	return before != ' ' || len(line) == 0
}

func appendMapped(dst, line []byte) []byte {
	start, blank := len(dst), false
	var before rune // the last rune that was kept, blanks included
	for len(line) > 0 {
		r, size := utf8.DecodeRune(line)
		if r == '\x1b' {
			line = line[escapeLength(line):]
			continue
		}
		line = line[size:]
		switch {
		case r == ' ' || r == '\t' || r == '\v' || r == '\f' || unicode.Is(unicode.Zs, r):
			blank, before = true, ' '
			continue
		case invisible(r):
			next, _ := utf8.DecodeRune(line)
			if !meaningful(r, before, next) {
				continue
			}
		}
		if blank && len(dst) > start {
			dst = append(dst, ' ')
		}
		blank, before = false, r
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// invisible reports whether r has no shape of its own, so that it goes unless it is meaningful.
func invisible(r rune) bool {
	switch {
	case r < ' ' || 0x7F <= r && r < 0xA0: // controls
		return true
	case r == 0xAD, r == 0x61C, r == 0xFEFF, // soft hyphen, Arabic letter mark, byte order mark
		0x200B <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, // zero width, joiners, direction
		0x2028 <= r && r <= 0x2029, // line ends, should one come here
		0x2060 <= r && r <= 0x206F, 0xFFF9 <= r && r <= 0xFFFB:
		return true
	}
	return false
}

// meaningful reports whether the invisible r changes what a reader sees between the runes before and next: a joiner
// between letters of a script that shapes them or inside an emoji, a direction mark beside right-to-left text.
func meaningful(r, before, next rune) bool {
	switch r {
	case 0x200C, 0x200D:
		return shaped(before) && shaped(next) || r == 0x200D && pictograph(before) && pictograph(next)
	case 0x200E, 0x200F, 0x61C:
		return before != r && (rightToLeft(before) || rightToLeft(next))
	}
	return false
}

// shaped reports whether r is of a script in which joiners choose the form of letters: Arabic, Syriac, the scripts of
// India and its neighbours, Mongolian.
func shaped(r rune) bool {
	return 0x600 <= r && r < 0x1100 && r != 0x61C || 0x1780 <= r && r < 0x18B0 || 0xA800 <= r && r < 0xABF0 || 0x10A00 <= r && r < 0x12000
}

func pictograph(r rune) bool {
	return 0x2600 <= r && r < 0x27C0 || 0x2B00 <= r && r < 0x2C00 || 0x1F000 <= r && r < 0x20000 || r == 0xFE0F ||
		r == '←' || r == '→' || r == '↔' || r == '↕' // arrows close some sequences
}

func rightToLeft(r rune) bool {
	return 0x590 <= r && r < 0x900 && r != 0x61C || 0xFB1D <= r && r < 0xFE00 || 0xFE70 <= r && r < 0xFEFF || 0x10800 <= r && r < 0x11000
}

// maxEscape bounds a terminal escape sequence; what runs on longer is text behind a stray escape character.
const maxEscape = 512

// escapeLength returns the length of the terminal escape sequence (ECMA-48) at the start of text, or of the escape
// character alone where no whole sequence follows, so that broken ones cost no text.
func escapeLength(text []byte) int {
	if len(text) > maxEscape {
		text = text[:maxEscape]
	}
	if len(text) < 2 {
		return len(text)
	}
	switch text[1] {
	case '[': // control sequence: parameters, intermediates, a final byte
		i := 2
		for i < len(text) && 0x20 <= text[i] && text[i] <= 0x3F {
			i++
		}
		if i < len(text) && 0x40 <= text[i] && text[i] <= 0x7E {
			return i + 1
		}
	case ']', 'P', 'X', '^', '_': // strings, ended by BEL or ESC \
		if i := bytes.IndexByte(text, '\a'); i > 0 {
			return i + 1
		}
		if i := bytes.Index(text[2:], []byte("\x1b\\")); i >= 0 {
			return i + 4
		}
	case '(', ')', '*', '+', '#', '%': // character sets
		if len(text) > 2 && text[2] < utf8.RuneSelf && text[2] > ' ' {
			return 3
		}
	}
	return 1
}
