package normalize

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxLine bounds what is held of one line, in bytes: a longer one is handled in pieces of about that size.
const maxLine = 64 << 10

// line is a line of the input, or a piece of a very long one, in canonical form.
type line struct {
	number  int    // of the input's line, from 1 in each document
	text    string // canonical, without a line end; empty for a blank line
	glue    bool   // it goes on a line that an earlier piece began
	blank   bool   // a blank stands between it and the piece before
	partial bool   // another piece of the same line follows
	ended   bool   // a line end came behind it
	layout  layout
	source  *source // as it came, if that is asked for
}

// texts makes strings, of which many share an allocation.
type texts struct{ room strings.Builder }

// keep returns text as a string.
func (t *texts) keep(text []byte) string {
	const room = 32 << 10
	if t.room.Cap()-t.room.Len() < len(text) {
		t.room = strings.Builder{} // what was kept stays until nobody refers to it
		t.room.Grow(max(room, len(text)))
	}
	start := t.room.Len()
	t.room.Write(text)
	return t.room.String()[start:]
}

// lineReader splits decoded text into lines: at LF, CR, CR LF, NEL, LS and PS, and at NUL if that ends documents.
type lineReader struct {
	src     io.Reader
	null    bool // NUL ends a document
	buf     []byte
	from    int // buf[from:] is not handed out yet
	scanned int // buf[from:scanned] holds no line end
	err     error
	skipLF  bool // the line end handed out last was CR: an LF right behind it belongs to it
	number  int
	glue    bool // the line handed out last was a piece
	scratch []byte
	texts   texts
	traced  bool // lines carry their source
	dropped int  // bytes that were handed out and left the buffer
}

// offset returns how many bytes of the text have been handed out.
func (r *lineReader) offset() int { return r.dropped + r.from }

func newLineReader(src io.Reader, null bool) *lineReader {
	return &lineReader{src: src, null: null, buf: make([]byte, 0, 2*maxLine)}
}

// reset makes r read src from its start, with the buffers it has.
func (r *lineReader) reset(src io.Reader, null bool) {
	*r = lineReader{src: src, null: null, buf: r.buf[:0], scratch: r.scratch, texts: r.texts}
}

// idle reports whether next would have to read before it could hand out a line.
func (r *lineReader) idle() bool {
	at, _ := r.lineEnd()
	return at < 0
}

// next returns the next line. A document that ends is told by endOfDocument, with no line; the input's end by io.EOF.
// Other errors are those of the source.
func (r *lineReader) next() (line, error) {
	for {
		if at, size := r.lineEnd(); at >= 0 {
			return r.take(at, size)
		}
		if len(r.buf)-r.from >= maxLine {
			return r.piece(), nil
		}
		if r.err != nil {
			if r.from == len(r.buf) {
				return line{}, r.err
			}
			l := r.line(r.buf[r.from:])
			r.from, r.scanned = len(r.buf), len(r.buf)
			return l, nil
		}
		r.fill()
	}
}

// errEndOfDocument says that a NUL ended a document.
var errEndOfDocument = errors.New("end of document")

// fill reads once. It keeps the buffer at twice the longest line, so that its cost is linear.
func (r *lineReader) fill() {
	if r.from > 0 && cap(r.buf)-len(r.buf) < maxLine/2 {
		r.dropped += r.from
		n := copy(r.buf[:cap(r.buf)], r.buf[r.from:])
		r.buf, r.scanned, r.from = r.buf[:n], r.scanned-r.from, 0
	}
	n, err := r.src.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf, r.err = r.buf[:len(r.buf)+n], err
}

// lineEnd returns where the first line end in the buffer stands and how long it is, or -1.
func (r *lineReader) lineEnd() (at, size int) {
	if r.skipLF && r.from < len(r.buf) {
		r.skipLF = false
		if r.buf[r.from] == '\n' {
			r.from++
		}
	}
	r.scanned = max(r.scanned, r.from)
	text := r.buf[r.scanned:]
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text, at, size = text[:i], r.scanned+i, 1
	} else {
		at = -1
	}
	if i := bytes.IndexByte(text, '\r'); i >= 0 {
		text, at, size = text[:i], r.scanned+i, 1
	}
	if i := bytes.IndexByte(text, 0); r.null && i >= 0 {
		text, at, size = text[:i], r.scanned+i, 1
	}
	for _, end := range wideLineEnds {
		if i := bytes.Index(text, end); i >= 0 {
			text, at, size = text[:i], r.scanned+i, len(end)
		}
	}
	if at < 0 {
		r.scanned = max(r.from, len(r.buf)-2) // a wide line end may have begun
	}
	return at, size
}

var wideLineEnds = [][]byte{[]byte("\u0085"), []byte("\u2028"), []byte("\u2029")}

// take hands out the line that ends at buf[at] with a line end of size bytes.
func (r *lineReader) take(at, size int) (line, error) {
	text, end := r.buf[r.from:at], r.buf[at]
	document := end == 0
	if document && len(text) == 0 && !r.glue {
		r.from, r.number = at+size, 0
		return line{}, errEndOfDocument
	}
	l := r.line(text)
	if document {
		r.from = at // the NUL is handed out next, by itself
		return l, nil
	}
	l.ended = true
	if r.traced {
		l.source.end = string(r.buf[at : at+size])
	}
	r.from, r.skipLF = at+size, end == '\r'
	return l, nil
}

// line makes a line of text and notes that it is whole.
func (r *lineReader) line(text []byte) line {
	if !r.glue {
		r.number++
	}
	r.scratch = appendCanonical(r.scratch[:0], text)
	l := line{number: r.number, text: r.texts.keep(r.scratch), glue: r.glue, blank: startsBlank(text), layout: layoutOf(text)}
	if r.traced {
		l.source = &source{offset: r.offset(), text: string(text)}
	}
	r.glue = false
	return l
}

// piece hands out the head of a line that is too long, cut behind a sentence if it can be, else at a blank.
func (r *lineReader) piece() line {
	text := r.buf[r.from : r.from+maxLine]
	cut := pieceEnd(text)
	l := r.line(text[:cut])
	l.partial, r.glue = true, true
	r.from += cut
	return l
}

// layout is where the text of a line stands, as dumps of a page show how deep in it something was.
type layout struct {
	indent int8 // columns before it, at most maxIndent
	gaps   int8 // stretches of several columns without text in it, at most maxGaps
}

const (
	maxIndent = 63
	maxGaps   = 9
	tabWidth  = 8
)

// layoutOf returns the layout of a line as it came.
func layoutOf(text []byte) layout {
	indent := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch r {
		case '\t':
			indent += tabWidth - indent%tabWidth
		case '\u3000':
			indent += 2
		case ' ', '\u00A0':
			indent++
		default:
			return layout{int8(min(indent, maxIndent)), int8(min(gaps(text), maxGaps))}
		}
		text = text[size:]
	}
	return layout{indent: int8(min(indent, maxIndent))}
}

// gaps returns how many tabs, or stretches of two blanks and more, part the words of a line.
func gaps(text []byte) int {
	n, blanks := 0, 0
	for _, c := range text {
		switch c {
		case '\t':
			blanks += 2
		case ' ':
			blanks++
		default:
			n += btoi(blanks >= 2)
			blanks = 0
		}
	}
	return n
}

func startsBlank(text []byte) bool {
	r, _ := utf8.DecodeRune(text)
	return r == ' ' || r == '\t' || r == 0xA0 || r == 0x3000
}

// pieceEnd returns where to cut text: behind the last sentence end of its second half, before its last blank, or at
// the last place where characters do not join.
func pieceEnd(text []byte) int {
	half, cut := len(text)/2, -1
	for _, end := range []string{". ", "! ", "? ", "。", "！", "？"} {
		if i := bytes.LastIndex(text[half:], []byte(end)); i >= 0 {
			cut = max(cut, half+i+len(strings.TrimRight(end, " ")))
		}
	}
	if cut >= 0 {
		return cut
	}
	if i := bytes.LastIndexByte(text[half:], ' '); i > 0 {
		return half + i
	}
	if i := norm.NFC.LastBoundary(text); i > half {
		return i
	}
	for i := len(text) - 1; i > len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			return i
		}
	}
	return len(text)
}
