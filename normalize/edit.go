package normalize

import (
	"bytes"
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Edit is one place where the output of a document differs from its input: the bytes Start to End went, and Replacement
// stands in their place. The edits of a document come in order and do not overlap, so that copying the input and
// applying them gives the output byte for byte. Most remove text and name its class; those of class None only change
// white space, line ends or the form of characters.
//
// Offsets count from the document's first byte, a byte order mark included; what separates documents belongs to none. Of
// an input in another encoding than UTF-8 they count in its text as UTF-8, without a byte order mark. Of a record they
// count in the field's text.
type Edit struct {
	Document           int    // from 1; of records, the record
	Field              string // of a record, whose text this is; else empty
	Start, End         int    // in bytes
	CharStart, CharEnd int    // in characters; a byte that is not valid UTF-8 is one
	Text               string // what went, as UTF-8
	Replacement        string // what came in its place, most often nothing
	Reason
}

// source is a line as it came, decoded.
type source struct {
	offset int    // in the decoded stream
	text   string // without its line end
	end    string // its line end; the LF behind a CR is missing
}

// origin is how a decoded stream differs from the bytes it was made of.
type origin struct {
	mark     int   // length of the byte order mark that was taken off
	replaced []int // offsets in the stream of each U+FFFD that stands for one invalid byte
}

// tracer finds the edits. It sees the lines in order, each with what is left of it, and holds back what lies between
// two texts that stay until it knows which white space the writer puts there.
type tracer struct {
	emit     func(Edit)
	origin   *origin
	document int
	field    string
	began    bool // something of the document was seen
	stream   int  // offset in the decoded stream of the first byte not traced
	bytes    int  // the same place in the document as it came
	chars    int
	gap      []part // what came since the last text that stays
	known    int    // where in the stream it ends
	blank    []byte // white space written since then
	edit     Edit   // the last one, which may grow
	open     bool   // there is such an edit
	reason   *Reason
}

// part is a piece of decoded text that goes for a reason, or that is replaced without one.
type part struct {
	text   string
	with   string
	reason *Reason
	stays  bool // the text is copied
}

// begin starts a document.
func (t *tracer) begin() {
	if t.began {
		return
	}
	t.began = true
	if t.origin.mark > 0 {
		t.stream -= t.origin.mark // the stream has no mark
		t.origin.mark = 0
		t.change(byteOrderMark, "", nil)
	}
	t.known = t.stream
}

const byteOrderMark = "\ufeff"

// line takes the next line, what is left of it, what was written between it and the text before, if anything is left,
// and what it lost.
func (t *tracer) line(l line, rest string, lead []byte, cuts []Cut) {
	t.begin()
	t.gapTo(l.source.offset)
	t.known = l.source.offset + len(l.source.text) + len(l.source.end)
	parts := t.parts(l, rest, cuts)
	if rest == "" {
		end := part{text: l.source.end}
		if len(cuts) > 0 {
			end.reason = cuts[len(cuts)-1].Reason
		}
		t.gap = append(append(t.gap, parts...), end)
		return
	}
	first, last := 0, len(parts)
	for !parts[first].holds() {
		first++
	}
	for !parts[last-1].holds() {
		last--
	}
	t.blank = append(t.blank, lead...)
	t.gap = append(t.gap, parts[:first]...)
	t.settle()
	for _, p := range parts[first:last] {
		t.apply(p)
	}
	t.gap = append(append(t.gap, parts[last:]...), part{text: l.source.end})
	if l.ended {
		t.blank = append(t.blank, '\n')
	}
}

// holds reports whether p leaves something in the output.
func (p part) holds() bool { return p.stays || p.with != "" }

// gapTo notes the LF of a CR LF, the one thing that no line holds.
func (t *tracer) gapTo(offset int) {
	if t.known < offset {
		t.gap = append(t.gap, part{text: "\n"})
	}
}

// endDocument ends the document at that offset of the stream; the next one begins a byte behind it.
func (t *tracer) endDocument(offset int) {
	t.begin()
	t.gapTo(offset)
	t.settle()
	t.flush()
	t.document++
	t.began, t.stream, t.bytes, t.chars = false, offset+1, 0, 0
}

// settle decides about the gap: white space of it that is written stays, the rest goes, and what white space the gap
// lacks comes last.
func (t *tracer) settle() {
	for _, p := range t.gap {
		if p.reason != nil {
			t.change(p.text, "", p.reason)
			continue
		}
		for len(p.text) > 0 {
			if len(t.blank) > 0 && p.text[0] == t.blank[0] {
				t.copy(p.text[:1])
				t.blank, p.text = t.blank[1:], p.text[1:]
				continue
			}
			_, size := utf8.DecodeRuneInString(p.text)
			t.change(p.text[:size], "", nil)
			p.text = p.text[size:]
		}
	}
	if len(t.blank) > 0 {
		t.insert(string(t.blank))
	}
	t.gap, t.blank = t.gap[:0], t.blank[:0]
}

// apply carries out p.
func (t *tracer) apply(p part) {
	switch {
	case p.stays:
		t.copy(p.text)
	case p.text == "":
		t.insert(p.with)
	default:
		t.change(p.text, p.with, p.reason)
	}
}

// copy passes over text that stays; a U+FFFD in it may have been an invalid byte.
func (t *tracer) copy(text string) {
	for len(t.origin.replaced) > 0 && t.origin.replaced[0] < t.stream+len(text) {
		n := t.origin.replaced[0] - t.stream
		t.advance(text[:n])
		bad := text[n : n+len(replacement)]
		t.change(bad, replacement, nil)
		text = text[n+len(replacement):]
	}
	t.advance(text)
}

const replacement = "\uFFFD"

// advance moves on behind text, which is decoded.
func (t *tracer) advance(text string) {
	t.stream += len(text)
	t.bytes += len(text)
	t.chars += utf8.RuneCountInString(text)
	for len(t.origin.replaced) > 0 && t.origin.replaced[0] < t.stream {
		t.bytes -= len(replacement) - 1
		t.origin.replaced = t.origin.replaced[1:]
	}
}

// change replaces text by with, as part of the last edit if that ends here and has the same reason.
func (t *tracer) change(text, with string, reason *Reason) {
	if text == "" {
		return
	}
	t.grow(reason)
	t.advance(text)
	t.edit.End, t.edit.CharEnd = t.bytes, t.chars
	t.edit.Text += text
	t.edit.Replacement += with
}

// insert puts with in, as part of the last edit if that ends here.
func (t *tracer) insert(with string) {
	if !t.open || t.edit.End != t.bytes {
		t.grow(nil)
	}
	t.edit.Replacement += with
}

// grow makes sure that the last edit ends here and has that reason.
func (t *tracer) grow(reason *Reason) {
	if t.open && t.edit.End == t.bytes && t.reason == reason && (reason != nil || len(t.edit.Text) < maxTidied) {
		return
	}
	t.flush()
	t.edit = Edit{Document: t.document, Field: t.field, Start: t.bytes, End: t.bytes, CharStart: t.chars, CharEnd: t.chars}
	if reason != nil {
		t.edit.Reason = *reason
	}
	t.open, t.reason = true, reason
}

// maxTidied bounds, in bytes, the edits of class None: more of the same is an edit of its own.
const maxTidied = 1 << 10

// flush hands out the last edit.
func (t *tracer) flush() {
	if t.open {
		t.emit(t.edit)
	}
	t.open, t.reason = false, nil
}

// parts returns what became of the text of l, of which rest is left, piece by piece.
func (t *tracer) parts(l line, rest string, cuts []Cut) []part {
	from := l.source.text
	switch {
	case rest == "" && len(cuts) == 1 && cuts[0].End-cuts[0].Start == len(l.text):
		return []part{{text: from, reason: cuts[0].Reason}}
	case len(cuts) == 0 && from == rest:
		return []part{{text: from, stays: true}}
	}
	left, ok := cutSpans(l.text, rest, cuts)
	if !ok {
		return []part{{text: from, with: rest}}
	}
	var parts []part
	for _, s := range compose(canonicalSpans(from, l.text), left) {
		parts = append(parts, part{from[:s.n], s.with, s.reason, s.stays})
		from = from[s.n:]
	}
	return parts
}

// span is the next n bytes of a text: they stay, or with stands in their place.
type span struct {
	n      int
	with   string
	reason *Reason
	stays  bool
}

// left returns how many bytes of the output s makes.
func (s span) left() int {
	if s.stays {
		return s.n
	}
	return len(s.with)
}

// add appends s to spans, or makes the last one longer if both stay or both just go.
func add(spans []span, s span) []span {
	if i := len(spans) - 1; i >= 0 && spans[i].with == "" && s.with == "" && spans[i].stays == s.stays && spans[i].reason == s.reason {
		spans[i].n += s.n
		return spans
	}
	return append(spans, s)
}

// canonicalSpans returns how text, which holds no line end, became canonical.
func canonicalSpans(text, canonical string) []span {
	mapped := appendMapped(nil, []byte(text))
	spans := mappedSpans(text, mapped)
	if string(mapped) == canonical {
		return spans
	}
	var composed []span
	rest := canonical
	for len(mapped) > 0 {
		n := norm.NFC.NextBoundary(mapped, true) // what is composed or put in order is so up to there
		form := norm.NFC.String(string(mapped[:n]))
		if !strings.HasPrefix(rest, form) {
			break
		}
		s := span{n: n, with: form}
		if form == string(mapped[:n]) {
			s = span{n: n, stays: true}
		}
		composed = add(composed, s)
		mapped, rest = mapped[n:], rest[len(form):]
	}
	if len(mapped) > 0 || rest != "" {
		return []span{{n: len(text), with: canonical}} // a heap of marks too high to be one character
	}
	return compose(spans, composed)
}

// mappedSpans returns how text became mapped: its characters stay, in order, but for those that went and for white
// space, which became a blank.
func mappedSpans(text string, mapped []byte) []span {
	var spans []span
	for _, r := range text {
		s := span{n: utf8.RuneLen(r)}
		if bytes.HasPrefix(mapped, utf8.AppendRune(nil, r)) {
			s.stays = true
			mapped = mapped[s.n:]
		} else if len(mapped) > 0 && mapped[0] == ' ' && unicode.IsSpace(r) {
			s.with = " "
			mapped = mapped[1:]
		}
		spans = add(spans, s)
	}
	return spans
}

// cutSpans returns how text became rest when cuts were taken out of it: blanks beside them went or came. It reports
// whether it could tell.
func cutSpans(text, rest string, cuts []Cut) ([]span, bool) {
	var spans []span
	at := 0
	for i := range len(cuts) + 1 {
		end := len(text)
		if i < len(cuts) {
			end = cuts[i].Start
		}
		for at < end {
			switch n := commonPrefix(text[at:end], rest); {
			case n > 0:
				spans = add(spans, span{n: n, stays: true})
				at, rest = at+n, rest[n:]
			case text[at] == ' ':
				spans = add(spans, span{n: 1})
				at++
			case strings.HasPrefix(rest, " "):
				spans = add(spans, span{with: " "})
				rest = rest[1:]
			default:
				return nil, false
			}
		}
		if i < len(cuts) {
			spans = add(spans, span{n: cuts[i].End - end, reason: cuts[i].Reason})
			at = cuts[i].End
		}
	}
	return spans, rest == ""
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// compose returns how a text changes that first changes, and second what comes of it.
func compose(first, second []span) []span {
	var spans []span
	for len(first) > 0 {
		if s := first[0]; s.left() == 0 {
			if n := len(spans); n > 0 && len(second) > 0 && spans[n-1].reason == second[0].reason {
				s.reason = second[0].reason // inside a cut
			}
			spans, first = add(spans, s), first[1:]
			continue
		}
		s, t := &first[0], &second[0]
		switch {
		case t.n == 0:
			spans = add(spans, *t)
		case t.with != "": // it speaks for as many spans as make up its text
			n := 0
			for t.n > 0 {
				size, whole := first[0].take(t.n)
				n, t.n = n+size, t.n-whole
				first = drop(first)
			}
			spans = append(spans, span{n: n, with: t.with})
		case s.stays:
			n := min(s.n, t.n)
			spans = add(spans, span{n: n, stays: t.stays, reason: t.reason})
			s.n, t.n = s.n-n, t.n-n
		default: // it goes or stays as one
			whole := span{n: s.n}
			for size := len(s.with); size > 0; second = drop(second) {
				t = &second[0]
				n := min(size, t.n)
				if at := len(s.with) - size; t.stays {
					whole.with += s.with[at : at+n]
				} else {
					whole.with += t.with
					whole.reason = cmp.Or(t.reason, whole.reason)
				}
				size, t.n = size-n, t.n-n
			}
			spans = add(spans, whole)
			first = first[1:]
			continue
		}
		first = drop(first)
		if t.n == 0 {
			second = second[1:]
		}
	}
	for _, t := range second {
		spans = add(spans, t)
	}
	return spans
}

// take takes up to n bytes of the output from s, and returns how many bytes that are of the text and of the output.
func (s *span) take(n int) (size, left int) {
	if s.stays {
		n = min(n, s.n)
		s.n -= n
		return n, n
	}
	size, left = s.n, len(s.with)
	s.n, s.with = 0, ""
	return size, left
}

// drop returns spans without a first one that is used up.
func drop(spans []span) []span {
	if len(spans) > 0 && spans[0].n == 0 {
		return spans[1:]
	}
	return spans
}
