package normalize

import (
	"math/bits"
	"slices"

	"newsclean/rules"
)

// Evidence is what is known of a paragraph when it is decided about, a small whole number for each feature of
// Features: of the paragraph itself, of what the rules found in it, of its neighbours and of the document so far.
type Evidence [numFeatures]int16

// Features of a paragraph by itself. Those of text are described at shape.
const (
	fWords = iota
	fChars
	fTerminal
	fFirst
	fBullet
	fBlanks      // blank lines before it, at most 3
	fBlanksAfter // whether a blank line follows
	fLines       // lines that it was broken into, at most 9
	fCapitals
	fShouted
	fDigits
	fSymbols
	fSeparated
	fTime
	fAddress
	fYou
	fSelf
	fAsks
	fFunction
	fCommas
	fQuotes
	fSentences
	fWordLen
	fName
	fProse
	fRepeated // how often the same text came before in the document, at most 9
	fCover    // per cent of the text that hints match
	fWordSum  // what its words weigh, see words.go, in twentieths
	fWordMean // in hundredths, as the next ones
	fWordFirst
	fWordLow
	fWordHigh
	fWordKnown // per cent of its words that have a weight

	// Of its place in the document.
	fIndex       // paragraphs before it
	fSinceProse  // paragraphs since the last prose, all of them if there was none
	fProseBefore // words of prose before it
	fProseShare  // per cent of the words before it that are prose
	fShortShare  // per cent of the paragraphs before it that are short
	fRuleShare   // per cent of the paragraphs before it in which a rule spoke
	fBlankShare  // per cent of the paragraphs so far with a blank line before them
	fHeadShort   // per cent short among the first 16 paragraphs
	fMeanWords   // words a paragraph, so far
	fEndsSince   // end markers since the last prose
	fEndsStory   // end markers since the story began
	fState       // see state
	fSeenInStory // per cent of its content words that the prose before it holds
	fSeenAhead   // per cent of its content words that the paragraphs ahead hold
	fSeenBefore  // per cent that the three paragraphs before it hold
	fSeenAfter   // and the three behind it
	fProseAhead  // paragraphs until the next prose ahead, 99 if none is in sight
	fPrevSame    // whether the paragraph before or after begins with the same words
	fAlike       // how many of the eight before and the eight after are built like it
	fPeriod      // per cent of the sixteen around whose build comes again after so many paragraphs, for the best of 2 to 5

	// Of the layout of its first line, in columns.
	fIndent
	fGaps         // stretches without text within the line, as between a table's columns
	fIndentBefore // how much deeper it stands than the paragraph before
	fIndentAfter  // and than the one behind it
	fIndentStory  // and than the last prose, 99 if none came
	fIndentAhead  // and than the next prose ahead, 99 if none is in sight
	fIndentSame   // how many of the eight before and the eight after stand as deep
	fIndentShare  // per cent of the paragraphs before it that are indented

	fHit // what rules of each removed class said: 0 nothing, 1 a hint, 2 a sure rule
)

const (
	numHits  = int(rules.NumClasses - rules.Ad)
	fSince   = fHit + numHits   // paragraphs since one in which a rule of the class spoke of half of it, at most 100
	fUntil   = fSince + numHits // and until the next one ahead, 99 if none is in sight
	fNear    = fUntil + numHits
	numNear  = 5 // words, prose, hit, capitals, terminal
	fSums    = fNear + 4*numNear
	numSums  = 7 // words, prose, hits, short, time, names, self
	numSpans = 7

	numFeatures = fSums + numSpans*numSums + numRereads

	fWordsBefore1 = fNear + numNear // words of the paragraph before
)

// spans are the stretches of paragraphs over which sums are taken: negative ones before, positive ones after.
var spans = [numSpans]int{-4, -8, -16, -32, 2, 4, 8}

// nears are the neighbours that are looked at singly.
var nears = [4]int{-2, -1, 1, 2}

// featureNames are the names of features in the weights table and in explanations.
var featureNames = func() (names [numFeatures]string) {
	copy(names[:], []string{
		"words", "chars", "terminal", "first", "bullet", "blanks", "blanks-after", "lines", "capitals", "shouted",
		"digits", "symbols", "separated", "time", "address", "you", "self", "asks", "function", "commas", "quotes", "sentences",
		"word-length", "name", "prose", "repeated", "cover",
		"words-sum", "words-mean", "words-first", "words-low", "words-high", "words-known",
		"index", "since-prose", "prose-before", "prose-share", "short-share", "rule-share", "blank-share", "head-short",
		"mean-words", "ends-since", "ends-story", "state", "seen-in-story", "seen-ahead", "seen-before", "seen-after", "prose-ahead", "same-opening", "alike", "period",
		"indent", "gaps", "indent-before", "indent-after", "indent-story", "indent-ahead", "indent-same", "indent-share",
	})
	for i := range numHits {
		class := (rules.Ad + rules.Class(i)).String()
		names[fHit+i], names[fSince+i], names[fUntil+i] = "hit-"+class, "since-"+class, "until-"+class
	}
	for i, near := range []string{"before-2", "before-1", "after-1", "after-2"} {
		for j, what := range []string{"words", "prose", "hit", "capitals", "terminal"} {
			names[fNear+i*numNear+j] = what + "-" + near
		}
	}
	for i, span := range []string{"past-4", "past-8", "past-16", "past-32", "next-2", "next-4", "next-8"} {
		for j, what := range []string{"words", "prose", "hits", "short", "time", "names", "self"} {
			names[fSums+i*numSums+j] = what + "-" + span
		}
	}
	copy(names[fScore:], rereadNames[:])
	return names
}()

// Features returns the names of the features of Evidence, in order; those of the readings behind the first come last.
func Features() []string { return featureNames[:] }

// FirstFeatures is how many features the first reading knows.
const FirstFeatures = fScore

// Removed reports whether a rule removes the paragraph, whatever else speaks for it.
func (e *Evidence) Removed() bool {
	return e[fCover] == 100 && slices.Contains(e[fHit:fHit+numHits], 2)
}

// state is where in the page a paragraph stands, as far as the paragraphs around it tell.
type state int16

const (
	before state = iota // no prose came yet
	body                // in the story
	inset               // something else spoke since the last prose, and prose is in sight
	after               // an end marker came since the last prose, and no prose is in sight
)

// gist is what neighbours look at of a paragraph.
type gist struct {
	words, capitals, terminal              int16
	indent                                 int8
	prose, hit, short, dated, titled, self bool
	opening                                uint32 // hash of the first words
	build                                  build
	marks                                  uint16 // removed classes of which rules spoke of half of it
}

// build is what lists repeat: how long a paragraph is, and what it holds.
type build uint8

func buildOf(g gist) build {
	k := build(1 << 6) // unlike that of no paragraph
	for _, limit := range []int16{3, 6, 10, 20, 40} {
		k += build(btoi(g.words >= limit))
	}
	return k | build(btoi(g.terminal == 1)<<3|btoi(g.dated)<<4|btoi(g.hit)<<5)
}

// sums adds up gists.
type sums [numSums]int16

func (s *sums) add(g gist) {
	s[0] += g.words
	for i, set := range []bool{g.prose, g.hit, g.short, g.dated, g.titled, g.self} {
		if set {
			s[i+1]++
		}
	}
}

// traits is what a paragraph carries until it is decided about.
type traits struct {
	shape shape
	gist  gist
	hits  [numHits]int8
	cover int
	ends  bool // it is an end marker
	doc   docAt
}

// docAt is the state of the document's counts when the paragraph came, itself not counted.
type docAt struct {
	index, words, proseWords, short, hits, blanks, indented, head, headShort int
	repeated                                                                 int
}

// history is what is remembered of the document. Counts up to the newest paragraph that came serve the paragraph's own
// docAt; what depends on decided order serves the paragraph under decision.
type history struct {
	shaper      shaper
	came        docAt
	seen        [1 << 12]uint32 // texts that came, by hash: enough for a page, and bounded
	times       [1 << 12]uint8
	past        [32]gist // of the paragraphs decided before, a ring
	decided     int
	lastProse   int // place of the last prose decided, -1 if none
	proseIndent int8
	ends        int // end markers since the story began
	endsSince   int
	hitsSince   int // since the last prose
	content     [1 << 16 / 64]uint64
	near        [3][]uint32  // content words of the paragraphs before, a ring
	marked      [numHits]int // place behind the last paragraph that a rule of the class marked, 0 if none
}

func (h *history) reset() {
	h.marked = [numHits]int{}
	h.came = docAt{}
	clear(h.seen[:])
	clear(h.times[:])
	clear(h.content[:])
	for i := range h.near {
		h.near[i] = h.near[i][:0]
	}
	h.decided, h.lastProse, h.ends, h.endsSince, h.hitsSince = 0, -1, 0, 0, 0
}

// endClasses are the classes whose labels stand behind a story.
var endClasses = [rules.NumClasses]bool{
	rules.Share: true, rules.Subscribe: true, rules.Related: true, rules.Comment: true, rules.Legal: true,
	rules.Byline: true, rules.Nav: true,
}

// observe computes what p itself tells, in the order of the document.
func (h *history) observe(p *paragraph) {
	for _, m := range p.matches {
		if m.Rule.Guard() {
			continue
		}
		level := int8(1)
		if m.Rule.Removes() {
			level = 2
		}
		p.hits[m.Rule.Class-rules.Ad] = max(p.hits[m.Rule.Class-rules.Ad], level)
		p.cover = max(p.cover, 100*(m.End-m.Start)/max(len(p.text), 1))
		p.ends = p.ends || endClasses[m.Rule.Class] && m.End-m.Start == len(p.text)
		if 2*(m.End-m.Start) >= len(p.text) {
			p.gist.marks |= 1 << (m.Rule.Class - rules.Ad)
		}
	}
	hit := p.cover > 0
	p.shape = h.shaper.shape(p.text, hit, p.shape.content)
	sh := &p.shape
	p.gist = gist{
		words: int16(sh.words), capitals: int16(sh.capitals), terminal: int16(sh.terminal),
		prose: sh.prose, hit: hit, indent: p.lines[0].layout.indent, short: sh.words < 8 && sh.terminal != 1,
		dated: sh.time > 0 && sh.words < 12, titled: sh.capitals > 50 && sh.words < 20, self: sh.self > 0,
		opening: opening(h.shaper.folded), marks: p.gist.marks,
	}
	p.gist.build = buildOf(p.gist)
	p.doc = h.came
	slot := sh.hash % uint32(len(h.seen))
	if h.seen[slot] == sh.hash {
		p.doc.repeated = int(h.times[slot])
		h.times[slot] = min(h.times[slot]+1, 9)
	} else {
		h.seen[slot], h.times[slot] = sh.hash, 1
	}
	h.count(p)
}

func (h *history) count(p *paragraph) {
	c := &h.came
	c.index++
	c.words += p.shape.words
	if p.gist.prose {
		c.proseWords += p.shape.words
	}
	if p.gist.short {
		c.short++
	}
	if p.gist.hit {
		c.hits++
	}
	if p.blanks > 0 {
		c.blanks++
	}
	if p.gist.indent > 0 {
		c.indented++
	}
	if c.head < 16 {
		c.head++
		if p.gist.short {
			c.headShort++
		}
	}
}

// opening returns a hash of the first bytes of a folded text, by which captions are found that come twice with
// different credits, or 0 for a short one.
func opening(folded []byte) uint32 {
	const length = 24
	if len(folded) < length {
		return 0
	}
	return hashOf(folded[:length])
}

// gather fills in the evidence for p, behind which the paragraphs ahead follow.
func (h *history) gather(p *paragraph, ahead []*paragraph) {
	e := &p.evidence
	h.own(e, p, ahead)
	h.place(e, p, ahead)
	h.around(e, p, ahead)
}

func (h *history) own(e *Evidence, p *paragraph, ahead []*paragraph) {
	sh := &p.shape
	for i, n := range []int{
		sh.words, sh.chars, sh.terminal, sh.first, btoi(sh.bullet), min(p.blanks, 3), 0, min(len(p.lines), 9), sh.capitals,
		btoi(sh.shouted), sh.digits, sh.symbols, sh.separated, sh.time, btoi(sh.address), sh.you, sh.self, btoi(sh.asks), sh.function, sh.commas,
		sh.quotes, sh.sentences, sh.wordLen, btoi(sh.name), btoi(sh.prose), p.doc.repeated, p.cover,
	} {
		e[i] = int16(n)
	}
	if len(ahead) == 0 || ahead[0].blanks > 0 {
		e[fBlanksAfter] = 1
	}
	for i, level := range p.hits {
		e[fHit+i] = int16(level)
	}
	sh.weighed.fill(e)
}

func (h *history) place(e *Evidence, p *paragraph, ahead []*paragraph) {
	e[fIndex] = int16(min(p.doc.index, 255))
	e[fSinceProse] = int16(min(h.decided-h.lastProse-1, 100))
	e[fProseBefore] = int16(min(p.doc.proseWords, 3000))
	e[fProseShare] = percent(p.doc.proseWords, p.doc.words)
	e[fShortShare] = percent(p.doc.short, p.doc.index)
	e[fRuleShare] = percent(p.doc.hits, p.doc.index)
	e[fBlankShare] = percent(p.doc.blanks, p.doc.index)
	e[fMeanWords] = int16(p.doc.words / max(p.doc.index, 1))
	head, short := p.doc.head, p.doc.headShort
	for _, a := range ahead {
		if head < 16 {
			head++
			short += btoi(a.gist.short)
		}
	}
	e[fHeadShort] = percent(short, head)
	e[fEndsSince] = int16(min(h.endsSince, 50))
	e[fEndsStory] = int16(min(h.ends, 100))
	e[fProseAhead] = 99
	if i := slices.IndexFunc(ahead, func(a *paragraph) bool { return a.gist.prose }); i >= 0 {
		e[fProseAhead] = int16(i + 1)
	}
	e[fState] = int16(h.state(e))
	e[fSeenInStory] = h.seenInStory(p)
	e[fSeenAhead] = seenAhead(p, ahead)
	e[fSeenBefore] = seenIn(p, h.near[:])
	var after [3][]uint32
	for i, a := range ahead[:min(len(ahead), len(after))] {
		after[i] = a.shape.content
	}
	e[fSeenAfter] = seenIn(p, after[:])
}

// state says where the paragraph stands that e is about.
func (h *history) state(e *Evidence) state {
	inSight := e[fProseAhead] < 99 || e[fProse] != 0
	switch {
	case h.lastProse < 0 && e[fProse] == 0:
		return before
	case !inSight && h.endsSince > 0:
		return after
	case h.hitsSince > 0 && e[fProse] == 0:
		return inset
	}
	return body
}

func (h *history) seenInStory(p *paragraph) int16 {
	n := 0
	for _, word := range p.shape.content {
		if h.content[word>>6%uint32(len(h.content))]&(1<<(word%64)) != 0 {
			n++
		}
	}
	return percent(n, len(p.shape.content))
}

// seenIn returns how much of what p speaks of the paragraphs with that content speak of too: teasers say things twice.
func seenIn(p *paragraph, contents [][]uint32) int16 {
	n := 0
	for _, word := range p.shape.content {
		n += btoi(slices.ContainsFunc(contents, func(words []uint32) bool { return slices.Contains(words, word) }))
	}
	return percent(n, len(p.shape.content))
}

// seenAhead looks only for words of what may be a heading: others it costs much and tells little.
func seenAhead(p *paragraph, ahead []*paragraph) int16 {
	if p.shape.words > 30 {
		return 0
	}
	n := 0
	for _, word := range p.shape.content {
		if slices.ContainsFunc(ahead, func(a *paragraph) bool { return a.gist.prose && slices.Contains(a.shape.content, word) }) {
			n++
		}
	}
	return percent(n, len(p.shape.content))
}

func (h *history) around(e *Evidence, p *paragraph, ahead []*paragraph) {
	at := func(offset int) gist {
		if offset > 0 && offset <= len(ahead) {
			return ahead[offset-1].gist
		}
		if offset < 0 && -offset <= min(h.decided, len(h.past)) {
			return h.past[(h.decided+offset)%len(h.past)]
		}
		return gist{}
	}
	for i, offset := range nears {
		g := at(offset)
		copy(e[fNear+i*numNear:], []int16{g.words, int16(btoi(g.prose)), int16(btoi(g.hit)), g.capitals, g.terminal})
		if p.gist.opening != 0 && g.opening == p.gist.opening {
			e[fPrevSame] = 1
		}
	}
	h.repeats(e, p, at)
	h.layout(e, p, ahead, at)
	h.marksAround(e, ahead)
	var sum sums
	for i, offset := 0, -1; offset >= -32; offset-- {
		sum.add(at(offset))
		if offset == spans[i] {
			copy(e[fSums+i*numSums:], sum[:])
			i++
		}
	}
	sum = sums{}
	for i, offset := 4, 1; offset <= 8; offset++ {
		sum.add(at(offset))
		if offset == spans[i] {
			copy(e[fSums+i*numSums:], sum[:])
			i++
		}
	}
}

// repeats looks for a list around p: paragraphs built like it, and builds that come again and again.
func (h *history) repeats(e *Evidence, p *paragraph, at func(int) gist) {
	var builds [17]build
	for i := range builds {
		builds[i] = at(i - 8).build
	}
	builds[8] = p.gist.build
	best := 0
	for period := 1; period <= 5; period++ {
		same := 0
		for i := range builds[period:] {
			same += btoi(builds[i] == builds[i+period])
		}
		if period > 1 {
			best = max(best, 100*same/(len(builds)-period))
		}
	}
	for _, k := range builds {
		e[fAlike] += int16(btoi(k == p.gist.build))
	}
	e[fPeriod] = int16(best)
}

// layout compares how deep p stands with what is around it.
func (h *history) layout(e *Evidence, p *paragraph, ahead []*paragraph, at func(int) gist) {
	own := int16(p.gist.indent)
	e[fIndent], e[fGaps] = own, int16(p.lines[0].layout.gaps)
	e[fIndentBefore], e[fIndentAfter] = own-int16(at(-1).indent), own-int16(at(1).indent)
	e[fIndentStory], e[fIndentAhead] = 99, 99
	if h.lastProse >= 0 {
		e[fIndentStory] = own - int16(h.proseIndent)
	}
	if i := slices.IndexFunc(ahead, func(a *paragraph) bool { return a.gist.prose }); i >= 0 {
		e[fIndentAhead] = own - int16(ahead[i].gist.indent)
	}
	for offset := -8; offset <= 8; offset++ {
		g := at(offset)
		e[fIndentSame] += int16(btoi(offset != 0 && g.build != 0 && int16(g.indent) == own))
	}
	e[fIndentShare] = percent(p.doc.indented, p.doc.index)
}

// marksAround says how far the next paragraphs are that rules marked, by class.
func (h *history) marksAround(e *Evidence, ahead []*paragraph) {
	for i := range numHits {
		e[fSince+i], e[fUntil+i] = 100, 99
		if h.marked[i] > 0 {
			e[fSince+i] = int16(min(h.decided-h.marked[i]+1, 100))
		}
	}
	for n, a := range ahead {
		for set := a.gist.marks; set != 0; set &= set - 1 {
			if i := bits.TrailingZeros16(set); e[fUntil+i] == 99 {
				e[fUntil+i] = int16(n + 1)
			}
		}
	}
}

// pass notes that p has been decided about.
func (h *history) pass(p *paragraph) {
	h.past[h.decided%len(h.past)] = p.gist
	near := &h.near[h.decided%len(h.near)]
	*near = append((*near)[:0], p.shape.content...)
	for set := p.gist.marks; set != 0; set &= set - 1 {
		h.marked[bits.TrailingZeros16(set)] = h.decided + 1
	}
	if p.gist.prose {
		h.lastProse, h.endsSince, h.hitsSince = h.decided, 0, 0
		h.proseIndent = p.gist.indent
		for _, word := range p.shape.content {
			h.content[word>>6%uint32(len(h.content))] |= 1 << (word % 64)
		}
	} else {
		h.endsSince += btoi(p.ends)
		h.hitsSince += btoi(p.gist.hit)
	}
	if h.lastProse >= 0 {
		h.ends += btoi(p.ends)
	}
	h.decided++
}

func percent(part, whole int) int16 {
	if whole == 0 {
		return 0
	}
	return int16(100 * part / whole)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
