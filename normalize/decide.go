package normalize

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"

	"newsclean/rules"
)

// Fate is what became of a line.
type Fate uint8

// The fates of a line.
const (
	Kept Fate = iota
	Edited
	Removed
)

var fateNames = [...]string{"keep", "edit", "remove"}

// String returns the name of f as explanations show it.
func (f Fate) String() string { return fateNames[f] }

// decision is what was decided about a paragraph.
type decision struct {
	fate    Fate
	class   rules.Class
	score   float32 // of the weights; positive speaks for keeping
	weighed bool    // the weights decided, not a rule
	cuts    [][2]int

	standfirst bool // a sentence right behind the headline
	opening    bool // its place above the story decided, not its score
}

// decider walks the story and decides about one paragraph after the other.
type decider struct {
	weights *weights
	leaves  []float32               // room for scores
	readers [numReadings - 1]reader // of all readings but the first
	keep    [rules.NumClasses]bool  // removed classes that stay
	drop    [rules.NumClasses]bool  // kept classes that go
	history history
	began   bool        // a paragraph of prose was kept
	headed  bool        // the paragraph before was a headline
	gone    bool        // the paragraph before was removed
	dirty   bool        // one was removed
	over    bool        // an end marker came since the last prose that was kept
	block   *rules.Rule // what goes, by this rule, up to the next blank line
	shield  *rules.Rule // what stays up to there, by this guard
	rest    *rules.Rule // a rule of scope rest matched: all goes
	observe func(*paragraph, *Evidence)
}

func (d *decider) reset() {
	d.history.reset()
	d.readers = [numReadings - 1]reader{}
	d.began, d.headed, d.gone, d.dirty, d.over, d.block, d.shield, d.rest = false, false, false, false, false, nil, nil, nil
}

// read gives p, behind which the paragraphs ahead follow, its first reading.
func (d *decider) read(p *paragraph, ahead []*paragraph) {
	d.history.gather(p, ahead)
	p.glimpse = glimpseOf(&p.evidence, d.weights.readings[0].score(&p.evidence, &d.leaves))
	d.history.pass(p)
}

// reread gives p a reading that is neither the first nor the last. Those ahead had all readings before it.
func (d *decider) reread(p *paragraph, reading int, ahead []glimpse) {
	d.look(p, reading, ahead)
	p.glimpse = glimpseOf(&p.evidence, d.weights.readings[reading].score(&p.evidence, &d.leaves))
}

// look makes the evidence of p what a reading behind the first sees.
func (d *decider) look(p *paragraph, reading int, ahead []glimpse) {
	r := &d.readers[reading-1]
	r.look(&p.evidence, p.glimpse, ahead)
	r.pass(p.glimpse)
}

// decide gives p its last reading and fills in the decision about it. Behind it the paragraphs ahead follow, of which the
// first had all other readings.
func (d *decider) decide(p *paragraph, ahead []*paragraph, read []glimpse) {
	if p.blanks > 0 {
		d.block, d.shield = nil, nil
	}
	e := &p.evidence
	d.look(p, numReadings-1, read)
	if d.observe != nil {
		d.observe(p, e)
	}
	d.byRules(p)
	if p.fate != Removed && p.class == rules.None {
		d.byWeights(p, e, ahead, read)
	}
	if p.fate != Removed && d.drop[p.class] {
		p.fate = Removed
	}
	if p.fate != Removed && p.gist.prose && !p.standfirst {
		d.began = true
	}
	d.gone = p.fate == Removed
	d.dirty = d.dirty || d.gone
	d.over = (d.over || d.began && p.ends) && (d.gone || !p.gist.prose)
}

// byRules lets the guards and the sure rules speak.
func (d *decider) byRules(p *paragraph) {
	for _, m := range p.matches {
		if m.Rule.Guard() && m.Rule.Scope != rules.Span {
			p.class = m.Rule.Class
			if m.Rule.Scope == rules.Block {
				d.shield = m.Rule
			}
		}
	}
	if d.shield != nil {
		p.class = d.shield.Class
	}
	if p.class != rules.None {
		return
	}
	whole := cmp.Or(d.rest, d.block)
	for _, m := range p.matches {
		if !m.Rule.Removes() || d.keep[m.Rule.Class] {
			continue
		}
		if m.Rule.Scope == rules.Span {
			p.cuts = append(p.cuts, [2]int{m.Start, m.End})
			p.class = m.Rule.Class
			continue
		}
		whole = m.Rule
		switch m.Rule.Scope {
		case rules.Block:
			d.block = whole
		case rules.Rest:
			d.rest = whole
		}
	}
	switch {
	case whole != nil:
		p.fate, p.class, p.cuts = Removed, whole.Class, p.cuts[:0]
	case len(p.cuts) > 0:
		p.cuts = mergeCuts(p.cuts)
		p.fate = Edited
		if !saysMore(p.text, p.cuts) {
			p.fate, p.cuts = Removed, p.cuts[:0]
			return
		}
		p.class = rules.None
	}
}

// longParagraph is the length, in bytes, from which a paragraph is never removed whole on evidence: some tools put
// a story on one line.
const longParagraph = 900

// byWeights weighs the evidence for a paragraph on which no rule had the last word.
func (d *decider) byWeights(p *paragraph, e *Evidence, ahead []*paragraph, read []glimpse) {
	p.score = d.weights.readings[numReadings-1].score(e, &d.leaves)
	p.weighed = true
	class := d.opening(p, e, ahead, read)
	p.opening = class != rules.None
	if !p.opening {
		class = d.byScore(p, e, read)
	}
	d.headed = class == rules.Headline
	p.class = class
	if !class.Kept() && !d.keep[class] {
		p.fate, p.cuts = Removed, p.cuts[:0]
	}
	if len(p.cuts) > 0 {
		p.fate = Edited
	}
}

// byScore returns the class that the weights make of p, a removed one where they sum to less than zero.
func (d *decider) byScore(p *paragraph, e *Evidence, read []glimpse) rules.Class {
	switch {
	case sceneBreak(p.text):
		return rules.Body
	case p.score < d.threshold(e, read) && len(p.text) < longParagraph && !p.lines[0].glue && !p.lines[0].partial:
		return guess(p, e)
	case !d.began && e[fProse] == 0 && e[fTerminal] != 1 && e[fSeenAhead] >= 20:
		return rules.Headline
	case p.shape.words <= 12 && p.shape.terminal != 1 && !p.shape.bullet:
		return rules.Subhead
	}
	return rules.Body
}

// threshold returns the score that a paragraph needs to stay: less, if no rule hints at it, where nothing has gone yet, for
// such a text may be clean, and between two paragraphs of the story, where subheads stand; a little more where something
// behind the story's end has just gone, so that one line of a list does not stay alone.
func (d *decider) threshold(e *Evidence, read []glimpse) float32 {
	inStory := !d.gone && e[fWordsBefore1] >= longWords && len(read) > 0 && read[0].isLong() && read[0].score >= 0
	switch {
	case e[fCover] == 0 && inStory:
		return -storyBenefit
	case e[fCover] == 0 && !d.dirty:
		return -benefit
	case d.gone && d.over && e[fProse] == 0:
		return sticky
	}
	return 0
}

const (
	benefit      = 0.5  // of the doubt: what the first line to go must weigh less than others
	storyBenefit = 1.25 // what a line in the story must weigh less
	sticky       = 0.6  // what one behind the story's end must weigh more
)

// sceneBreak reports whether text is a row of stars or a rule that parts a story's sections.
func sceneBreak(text string) bool { return len(text) >= 3 && strings.Trim(text, "*_ ") == "" }

// opening returns the class of a line that stands before the first prose, with prose in sight, where its own words and
// those ahead tell it; else None. A headline says what the prose says, and a standfirst follows it; a word or three
// above a headline that the prose takes up are a kicker, unless nothing has gone yet and their score speaks for them; a few
// words without any capital are an alternative text, whatever their score unless the document begins with them, and what a
// picture's credit follows its caption.
func (d *decider) opening(p *paragraph, e *Evidence, ahead []*paragraph, read []glimpse) rules.Class {
	if d.began || e[fCover] != 0 || len(ahead) == 0 {
		return rules.None
	}
	if d.headed && 6 <= e[fWords] && e[fWords] <= 40 && p.score > -headlineTrust {
		if e[fProse] == 0 {
			return rules.Headline
		}
		p.standfirst = true // or a short first paragraph: it stays, and is not called a headline
		return rules.Body
	}
	if e[fProse] != 0 || e[fProseAhead] == 99 {
		return rules.None
	}
	next, rest := ahead[0], staying(ahead, read)
	left := rest[0]
	bare := e[fTerminal] == 0 && e[fBullet] == 0
	open := bare && p.score < headlineTrust
	switch {
	case open && next.hits[rules.Credit-rules.Ad] > 0 && (next.shape.words < 8 && e[fWords] < 25 || e[fPrevSame] != 0):
		return rules.Caption
	case open && (d.dirty || p.score < 0) && e[fWords] <= 3 && !left.gist.prose && !left.gist.hit && left.shape.words >= 6 &&
		left.shape.capitals >= 40 && seenAhead(left, rest[1:]) >= takenUp:
		return rules.Nav
	case bare && (open || e[fIndex] > 0) && e[fWords] <= 4 && e[fFirst] == 1 && e[fCapitals] == 0:
		return rules.Caption
	case 3 <= e[fWords] && e[fWords] <= 35 && len(p.shape.content) >= 2 && e[fSeenAhead] >= takenUp:
		return rules.Headline
	}
	return rules.None
}

// takenUp is how much of what a headline says, in per cent of its content words, the prose below it says too.
const takenUp = 30

// staying returns the paragraphs ahead from the first on to which the reading before the last gives no score below zero, so
// that a line is judged by what will follow it in the output; only the last one if there is none.
func staying(ahead []*paragraph, read []glimpse) []*paragraph {
	for i := range ahead {
		if i >= len(read) || read[i].score >= 0 {
			return ahead[i:]
		}
	}
	return ahead[len(ahead)-1:]
}

// headlineTrust is the score beyond which the weights are believed: above it a line is no kicker or caption, below its
// negative a paragraph behind a headline is no standfirst.
const headlineTrust = 3

// guess names the class of a paragraph that the weights remove: that of the hint that covers most of it, else what its
// place and shape make likeliest.
func guess(p *paragraph, e *Evidence) rules.Class {
	class, longest := rules.None, 0
	for _, m := range p.matches {
		if !m.Rule.Guard() && m.End-m.Start > longest {
			class, longest = m.Rule.Class, m.End-m.Start
		}
	}
	switch {
	case class != rules.None:
		return class
	case !strings.ContainsFunc(p.text, unicode.IsLetter):
		return rules.UI
	case e[fTime] > 0 && e[fWords] < 8:
		return rules.Date
	case e[fName] != 0:
		return rules.Byline
	case e[fProseAhead] < 99 && e[fProseBefore] > 0:
		return rules.Caption
	case e[fProseBefore] > 0:
		return rules.Related
	}
	return rules.Nav
}

// mergeCuts sorts cuts and joins those that touch.
func mergeCuts(cuts [][2]int) [][2]int {
	slices.SortFunc(cuts, func(a, b [2]int) int { return a[0] - b[0] })
	merged := cuts[:1]
	for _, c := range cuts[1:] {
		if last := &merged[len(merged)-1]; c[0] <= last[1] {
			last[1] = max(last[1], c[1])
		} else {
			merged = append(merged, c)
		}
	}
	return merged
}

// saysMore reports whether text says something beside its cuts.
func saysMore(text string, cuts [][2]int) bool {
	at := 0
	for _, c := range cuts {
		if strings.ContainsFunc(text[at:c[0]], isLetterOrDigit) {
			return true
		}
		at = c[1]
	}
	return strings.ContainsFunc(text[at:], isLetterOrDigit)
}

func isLetterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// appendRest appends what is left of text without its cuts, with one blank where a cut leaves two or joins two words. There
// may be blanks at its ends.
func appendRest(rest []byte, text string, cuts [][2]int) []byte {
	at := 0
	for _, c := range cuts {
		rest = appendPart(rest, text[at:c[0]], at > 0)
		at = c[1]
	}
	return appendPart(rest, text[at:], at > 0)
}

// appendPart adds what follows a cut: behind a word or a sentence it needs a blank, before a mark none.
func appendPart(rest []byte, part string, cut bool) []byte {
	if !cut || len(rest) == 0 {
		return append(rest, part...)
	}
	rest = bytes.TrimRight(rest, " ")
	part = strings.TrimLeft(part, " ")
	if part != "" && !strings.ContainsRune(",.;:!?)”’", firstRune(part)) && !unsegmented(firstRune(part)) {
		rest = append(rest, ' ')
	}
	return append(rest, part...)
}
