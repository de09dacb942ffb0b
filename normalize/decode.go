package normalize

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// lookupEncoding returns the encoding that the WHATWG's index calls name, or nil for UTF-8, which needs no table.
func lookupEncoding(name string) (encoding.Encoding, error) {
	if name == "" {
		return nil, nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("unknown encoding %q; write a name that web pages use, such as utf-8, windows-1252 or shift_jis", name)
	}
	if canonical, _ := htmlindex.Name(enc); canonical == "utf-8" {
		return nil, nil
	}
	return enc, nil
}

var byteOrderMarks = []struct {
	mark string
	enc  encoding.Encoding // nil for UTF-8
}{
	{"\xEF\xBB\xBF", nil},
	{"\xFE\xFF", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{"\xFF\xFE", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
}

// newDecoder returns a reader of the valid UTF-8 that src holds in enc, or in what its byte order mark says. It adds to
// invalid the number of bytes, or code units, that were none and that it replaced with U+FFFD. Where from is not nil, it
// notes there how the text differs from src.
func newDecoder(src io.Reader, enc encoding.Encoding, invalid *int, from *origin) io.Reader {
	in := bufio.NewReaderSize(src, 64<<10)
	for _, bom := range byteOrderMarks {
		if begins(in, bom.mark) {
			in.Discard(len(bom.mark)) // they are buffered, so this cannot fail
			enc = bom.enc
			if from != nil && enc == nil {
				from.mark = len(bom.mark)
			}
			break
		}
	}
	if enc == nil {
		return transform.NewReader(in, &validator{invalid: invalid, origin: from})
	}
	return transform.NewReader(in, transform.Chain(enc.NewDecoder(), &validator{invalid: invalid, marks: true}))
}

// begins reports whether in begins with mark, for which it waits for no byte more than it needs.
func begins(in *bufio.Reader, mark string) bool {
	for n := 1; n <= len(mark); n++ {
		if head, _ := in.Peek(n); string(head) != mark[:n] { // an error comes again with the read that meets it
			return false
		}
	}
	return true
}

// validator copies UTF-8 and replaces each invalid byte with U+FFFD.
type validator struct {
	transform.NopResetter
	invalid *int
	origin  *origin // of UTF-8, if that is asked for
	written int     // bytes that came out of earlier calls
	marks   bool    // a decoder came before, so that a U+FFFD in the text is what it made of an invalid unit
}

func (v *validator) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	defer func() { v.written += nDst }()
	for nSrc < len(src) {
		if src[nSrc] < utf8.RuneSelf {
			if nDst == len(dst) {
				return nDst, nSrc, transform.ErrShortDst
			}
			n := copy(dst[nDst:], src[nSrc:nSrc+asciiLength(src[nSrc:])])
			nDst += n
			nSrc += n
			continue
		}
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, size := utf8.DecodeRune(src[nSrc:])
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		if r == utf8.RuneError && (size == 1 || v.marks) {
			*v.invalid++
			if v.origin != nil {
				v.origin.replaced = append(v.origin.replaced, v.written+nDst)
			}
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}

// asciiLength returns how many bytes at the start of text are ASCII.
func asciiLength(text []byte) int {
	n := 0
	for ; n+8 <= len(text); n += 8 {
		if binary.LittleEndian.Uint64(text[n:])&0x8080808080808080 != 0 {
			break
		}
	}
	for n < len(text) && text[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// validText returns text without a byte order mark and with U+FFFD for each byte that is no UTF-8, and how many those
// were. Where from is not nil, it notes there how the result differs from text.
func validText(text string, from *origin) (valid string, invalid int) {
	text, marked := strings.CutPrefix(text, byteOrderMark)
	if marked && from != nil {
		from.mark = len(byteOrderMark)
	}
	if utf8.ValidString(text) {
		return text, 0
	}
	valid, _, _ = transform.String(&validator{invalid: &invalid, origin: from}, text) // it replaces what others fail for
	return valid, invalid
}
