package normalize

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"newsclean/rules"
)

// paragraph is what is judged at once: a line, or several that are one sentence or paragraph broken by hard wrapping
// or at a link. Its lines are put out as they came.
type paragraph struct {
	lines   []line
	text    string        // the lines with a blank between them
	matches []rules.Match // in text, shielded
	blanks  int           // blank lines before it
	traits
	evidence Evidence // set by the first reading
	glimpse  glimpse
	decision
}

// Bounds of a paragraph of several lines: beyond them a text is not one broken paragraph.
const (
	maxParagraphLines = 200
	maxParagraphBytes = 16 << 10
)

// reflow groups lines to paragraphs. It sees the lines a little ahead, to learn whether the text is hard-wrapped.
type reflow struct {
	matcher *rules.Matcher
	matches []rules.Match // where those of the next line go
	texts   texts         // of paragraphs of several lines
	scratch []byte
	words   *rules.Lexicon
	ahead   int       // how many lines it waits for before it groups the first
	pending []pending // lines not handed out yet, those before from handed out
	from    int
	widths  widths
	idle    []*paragraph // that were put out: their room serves again
}

// pending is a line that waits to be grouped.
type pending struct {
	line
	width   int // in columns
	matches []rules.Match
	label   bool // a rule knows the whole line, so it is no part of a sentence
}

func (f *reflow) reset() {
	f.pending, f.from = f.pending[:0], 0
	f.widths = widths{}
}

// add takes the next line of the document.
func (f *reflow) add(l line) {
	p := pending{line: l, width: columns(l.text)}
	if l.text != "" {
		p.matches = f.match(l.text)
		p.label = slices.ContainsFunc(p.matches, func(m rules.Match) bool {
			return m.Rule.Removes() && m.Start == 0 && m.End == len(l.text)
		})
		f.widths.add(p.width)
	}
	f.pending = append(f.pending, p)
}

// next hands out the next paragraph, if enough lines are known or no more will come (final). Blank lines are handed
// out as a paragraph without text.
func (f *reflow) next(final bool) (*paragraph, bool) {
	lines := f.pending[f.from:]
	if len(lines) == 0 || !final && len(lines) <= f.ahead {
		return nil, false
	}
	n, size := 1, len(lines[0].text)
	for n < len(lines) && n < maxParagraphLines && size < maxParagraphBytes && f.joined(&lines[n-1], &lines[n]) {
		size += len(lines[n].text)
		n++
	}
	if n == len(lines) && !final && n < maxParagraphLines && size < maxParagraphBytes {
		return nil, false // its end has not come yet
	}
	p := f.paragraph(lines[:n])
	f.pending, f.from = dropped(f.pending, f.from+n)
	return p, true
}

// dropped returns queue without its first from elements, which are used no more, or notes in from that they are there
// while they are the smaller part: to move the others for each would cost more than all else that is done with them.
func dropped[T any](queue []T, from int) ([]T, int) {
	if 2*from < len(queue) {
		return queue, from
	}
	return slices.Delete(queue, 0, from), 0
}

// match returns what the rules find in text.
func (f *reflow) match(text string) []rules.Match {
	const room = 1 << 10
	if cap(f.matches)-len(f.matches) < room/16 {
		f.matches = make([]rules.Match, 0, room) // the old ones stay where they are until nobody refers to them
	}
	first := len(f.matches)
	f.matches = f.matcher.Match(text, f.matches)
	return slices.Clip(f.matches[first:])
}

func (f *reflow) paragraph(lines []pending) *paragraph {
	p := f.fresh()
	for _, l := range lines {
		p.lines = append(p.lines, l.line)
	}
	if len(lines) == 1 {
		p.text, p.matches = lines[0].text, lines[0].matches
	} else {
		f.scratch = append(f.scratch[:0], lines[0].text...)
		for _, l := range lines[1:] {
			f.scratch = append(append(f.scratch, ' '), l.text...)
		}
		p.text = f.texts.keep(f.scratch)
		p.matches = f.match(p.text)
	}
	p.matches = rules.Shield(p.matches)
	return p
}

// fresh returns an empty paragraph.
func (f *reflow) fresh() *paragraph {
	if len(f.idle) == 0 {
		return &paragraph{}
	}
	p := f.idle[len(f.idle)-1]
	f.idle = f.idle[:len(f.idle)-1]
	return p
}

// release takes p back, which nobody uses any more. Of what it holds, only the room stays.
func (f *reflow) release(p *paragraph) {
	clear(p.lines)
	lines, content, cuts := p.lines[:0], p.shape.content[:0], p.cuts[:0]
	*p = paragraph{lines: lines}
	p.shape.content, p.cuts = content, cuts
	f.idle = append(f.idle, p)
}

// joined reports whether b goes on the paragraph that a is part of.
func (f *reflow) joined(a, b *pending) bool {
	if a.text == "" || b.text == "" || a.label || b.label || a.partial || b.glue || beginsItem(b.text) {
		return false
	}
	return f.widths.wrapped(a.width, b.text) || f.broken(a.text, b.text)
}

// broken reports whether a sentence was cut between a and b, as dumps of a page's text nodes do at links.
func (f *reflow) broken(a, b string) bool {
	if len(a) > 4*wrapWidth && len(b) > 4*wrapWidth {
		return false
	}
	first, _ := utf8.DecodeRuneInString(b)
	if unicode.IsLower(first) || strings.ContainsRune(",;.)”’%", first) && len(b) > 1 {
		return !endsSentence(a)
	}
	last, _ := utf8.DecodeLastRuneInString(a)
	if strings.ContainsRune(",(“", last) {
		return true
	}
	word := a[strings.LastIndexByte(a, ' ')+1:]
	if len(word) == len(a) || !unicode.IsLower(firstRune(word)) {
		return false
	}
	f.scratch = rules.AppendFolded(f.scratch[:0], word)
	return f.words.Lookup(f.scratch).Function != 0
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// beginsItem reports whether text opens a list item, a quotation line or a heading of its own.
func beginsItem(text string) bool {
	first := firstRune(text)
	if strings.ContainsRune("•·‣▪■●○◦►▶»«|*+#>[–—", first) {
		return true
	}
	mark, _, found := strings.Cut(text, " ")
	return found && (mark == "-" || len(mark) <= 4 && strings.HasSuffix(mark, ".") && strings.Trim(mark, "0123456789.") == "")
}

// endsSentence reports whether text ends as a sentence does, closing quotes and brackets passed over.
func endsSentence(text string) bool {
	text = strings.TrimRight(text, `"'”’»)]›」』）`)
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(".!?…。！？।؟۔:", last)
}

// columns returns about how wide a terminal shows text: East Asian characters count two, all others one.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= utf8.RuneSelf {
			kind := width.LookupRune(r).Kind()
			n += btoi(kind == width.EastAsianWide || kind == width.EastAsianFullwidth)
		}
	}
	return n
}

// wrapWidth is the widest line, in columns, that hard wrapping makes, with some room.
const wrapWidth = 100

// widths counts the widths of a document's lines so far.
type widths struct {
	count [wrapWidth + 1]int // the last one: of all wider lines
	lines int
	limit int // the width at which the text is wrapped, 0 if it is not; found anew as lines come
}

func (w *widths) add(width int) {
	w.count[min(width, wrapWidth)]++
	w.lines++
	w.limit = w.find()
}

// find returns the width at which the lines were wrapped: at most 3 in 100 are wider, and six or more come near it.
func (w *widths) find() int {
	wider := w.count[wrapWidth]
	for width := wrapWidth - 1; width >= 40; width-- {
		if wider*100 > 7*w.lines {
			return 0
		}
		if wider += w.count[width]; wider*100 > 3*w.lines {
			near := 0
			for i := width * 8 / 10; i <= width; i++ {
				near += w.count[i]
			}
			if near >= 6 {
				return width
			}
			return 0
		}
	}
	return 0
}

// wrapped reports whether a line of that width was broken because the first word of the next did not fit. Scripts
// without blanks are broken between any characters.
func (w *widths) wrapped(width int, next string) bool {
	if w.limit == 0 || width > wrapWidth {
		return false
	}
	if first, size := utf8.DecodeRuneInString(next); unsegmented(first) {
		return width+columns(next[:size]) > w.limit-2 // a mark that must not begin a line takes one along
	}
	word, _, _ := strings.Cut(next, " ")
	return width+1+columns(word) > w.limit
}
