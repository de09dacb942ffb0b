package normalize

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
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
// invalid the number of bytes, or code units, that were none and that it replaced with U+FFFD.
func newDecoder(src io.Reader, enc encoding.Encoding, invalid *int) io.Reader {
	in := bufio.NewReaderSize(src, 64<<10)
	head, _ := in.Peek(3) // an error comes again with the read that meets it
	for _, bom := range byteOrderMarks {
		if bytes.HasPrefix(head, []byte(bom.mark)) {
			in.Discard(len(bom.mark)) // they are buffered, so this cannot fail
			enc = bom.enc
			break
		}
	}
	if enc == nil {
		return transform.NewReader(in, &validator{invalid: invalid})
	}
	return transform.NewReader(in, transform.Chain(enc.NewDecoder(), &validator{invalid: invalid, marks: true}))
}

// validator copies UTF-8 and replaces each invalid byte with U+FFFD.
type validator struct {
	transform.NopResetter
	invalid *int
	marks   bool // a decoder came before, so that a U+FFFD in the text is what it made of an invalid unit
}

func (v *validator) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
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
