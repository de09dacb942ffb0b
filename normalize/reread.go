package normalize

import (
	"math"
	"slices"
)

// A paragraph is weighed several times. The first reading weighs what it says itself and what stands around it. Each
// other weighs, besides, what the one before made of its neighbours: a line among lines that go is likelier to go, and
// prose behind the story's end is told from the story by what lies between. Fitting a reading on what the one before
// says of pages it was not fitted on is stacking (Wolpert, "Stacked Generalization", 1992).
const numReadings = 3

// readingNames are the names of the readings in the weights table.
var readingNames = [numReadings]string{"first", "second", "third"}

// Readings returns the names of the readings in the weights table, in order.
func Readings() []string { return readingNames[:] }

// What another reading knows besides the first one's evidence. Scores, of the reading before, are in twentieths; kept is
// the per cent of the words that stay by it, count the tenths of paragraphs.
const (
	fScore = fSums + numSpans*numSums + iota
	fScoreBefore1
	fScoreBefore2
	fKeptPast4
	fCountPast4
	fKeptPast8
	fKeptPast32
	fCountPast32
	fScoreAfter1
	fScoreAfter2
	fLongBefore // the score of the last paragraph of ten words or more
	fLongAfter  // and of the next, if it is in sight
	fKeptNext2
	fCountNext2
	fKeptNext4
	fCountNext4
	fKeptWords   // words so far
	fKeptShare   // per cent of the words so far
	fSinceKept   // paragraphs since one that stays
	fSinceLong   // paragraphs since one that stays and has ten words or more
	fDroppedLong // words that go since then
	fBestNext4
	fBestPast4
	fKinShare // per cent of the words that stay of what came in the same layout
	fKinWords // how many words that were
	fKinLast  // the score of the last one
	fKinSince // paragraphs since it, at most 100
	fKinAfter // the score of the next one ahead
	fEnd
)

const numRereads = fEnd - fScore

var rereadNames = [numRereads]string{
	"score", "score-before-1", "score-before-2", "kept-past-4", "count-past-4", "kept-past-8", "kept-past-32", "count-past-32",
	"score-after-1", "score-after-2", "long-before", "long-after", "kept-next-2", "count-next-2", "kept-next-4", "count-next-4", "kept-words", "kept-share", "since-kept",
	"since-long", "dropped-long", "best-next-4", "best-past-4",
	"kin-share", "kin-words", "kin-last", "kin-since", "kin-after",
}

// glimpse is what a reading sees of a paragraph that the one before has weighed.
type glimpse struct {
	score int16 // in twentieths, at most maxGlimpse either way
	words int16
	kin   uint8
}

// kinOf returns a number for the layout of the paragraph that e is about: what stands alike was of one kind in the page.
func kinOf(e *Evidence) uint8 {
	return uint8(min(e[fIndent], 31)<<3 | e[fBullet]<<2 | min(e[fBlanks], 3))
}

const (
	maxGlimpse  = 300
	sureGlimpse = -160 // of a paragraph that a rule removes
)

func glimpseOf(e *Evidence, score float32) glimpse {
	if e.Removed() {
		return glimpse{sureGlimpse, e[fWords], kinOf(e)}
	}
	return glimpse{int16(max(-maxGlimpse, min(maxGlimpse, 20*score))), e[fWords], kinOf(e)}
}

// longWords is from how many words on a paragraph is long.
const longWords = 10

func (g glimpse) isLong() bool { return g.words >= longWords }

// chances are the probabilities, per mille, that paragraphs stay, by score.
var chances = func() (table [2*maxGlimpse + 1]int32) {
	for i := range table {
		table[i] = int32(1000 / (1 + math.Exp(-float64(i-maxGlimpse)/20)))
	}
	return
}()

func (g glimpse) chance() int { return int(chances[int(g.score)+maxGlimpse]) }

// reader is what a reading behind the first remembers of a document.
type reader struct {
	past                      [32]glimpse // a ring
	read                      int
	keptWords, words          int // keptWords in thousandths
	sinceKept, sinceLong, out int
	long                      int16 // score of the last long paragraph
	kin                       [256]kin
}

// kin is what came of one layout.
type kin struct {
	tally
	last int16 // score
	read int   // paragraphs up to the last one, 0 if none came
}

// look fills in what a reading behind the first knows of the paragraph g, behind which those ahead follow.
func (r *reader) look(e *Evidence, g glimpse, ahead []glimpse) {
	back := func(n int) glimpse {
		if n > r.read || n > len(r.past) {
			return glimpse{}
		}
		return r.past[(r.read-n)%len(r.past)]
	}
	clear(e[fScore:])
	e[fScore] = g.score
	e[fScoreBefore1], e[fScoreBefore2] = back(1).score, back(2).score
	past, best := tally{}, int16(-maxGlimpse)
	for n := 1; n <= min(r.read, len(r.past)); n++ {
		past.add(back(n))
		if n <= 4 {
			best = max(best, back(n).score)
			e[fKeptPast4], e[fCountPast4] = past.kept(), past.count()
		}
		if n <= 8 {
			e[fKeptPast8] = past.kept()
		}
	}
	if r.read == 0 {
		e[fKeptPast4], e[fKeptPast8] = nobody, nobody
	}
	e[fKeptPast32], e[fCountPast32], e[fBestPast4] = past.kept(), past.count(), best

	next := tally{}
	best = -maxGlimpse
	e[fKeptNext2], e[fKeptNext4] = nobody, nobody
	for n, a := range ahead[:min(len(ahead), 4)] {
		switch n {
		case 0:
			e[fScoreAfter1] = a.score
		case 1:
			e[fScoreAfter2] = a.score
		}
		best = max(best, a.score)
		next.add(a)
		e[fKeptNext4], e[fCountNext4] = next.kept(), next.count()
		if n < 2 {
			e[fKeptNext2], e[fCountNext2] = next.kept(), next.count()
		}
	}
	e[fBestNext4] = best

	e[fLongBefore] = r.long
	if i := slices.IndexFunc(ahead, glimpse.isLong); i >= 0 {
		e[fLongAfter] = ahead[i].score
	}

	k := &r.kin[g.kin]
	e[fKinShare], e[fKinWords], e[fKinLast], e[fKinSince], e[fKinAfter] = k.kept(), int16(min(k.words, 3000)), k.last, 100, 0
	if k.read > 0 {
		e[fKinSince] = int16(min(r.read-k.read+1, 100))
	}
	for _, a := range ahead {
		if a.kin == g.kin {
			e[fKinAfter] = a.score
			break
		}
	}

	e[fKeptWords] = int16(min(r.keptWords/1000, 3000))
	e[fKeptShare] = percent(r.keptWords/1000, r.words)
	e[fSinceKept], e[fSinceLong] = int16(min(r.sinceKept, 100)), int16(min(r.sinceLong, 100))
	e[fDroppedLong] = int16(min(r.out, 1000))
}

// pass notes that the paragraph g has been read.
func (r *reader) pass(g glimpse) {
	r.past[r.read%len(r.past)] = g
	r.read++
	k := &r.kin[g.kin]
	k.add(g)
	k.last, k.read = g.score, r.read
	r.words += int(g.words)
	r.keptWords += int(g.words) * g.chance()
	if g.isLong() {
		r.long = g.score
	}
	switch {
	case g.score <= 0:
		r.sinceKept++
		r.sinceLong++
		r.out += int(g.words)
	case !g.isLong():
		r.sinceKept = 0
		r.sinceLong++
	default:
		r.sinceKept, r.sinceLong, r.out = 0, 0, 0
	}
}

// nobody is the kept share of no paragraphs.
const nobody = -1

// tally sums up paragraphs; a short one counts for two words more than it has.
type tally struct{ words, keptWords, chance int }

func (t *tally) add(g glimpse) {
	words := int(g.words) + 2
	t.words += words
	t.keptWords += words * g.chance()
	t.chance += g.chance()
}

func (t *tally) kept() int16 {
	if t.words == 0 {
		return nobody
	}
	return int16(t.keptWords / (10 * t.words))
}

func (t *tally) count() int16 { return int16(t.chance / 100) }

// Reread fills in what a reading behind the first knows of each paragraph of a document, from the evidence and the scores
// of the reading before. It is what the reading's weights are fitted on.
func Reread(evidence []Evidence, scores []float32) {
	glimpses := make([]glimpse, len(evidence))
	for i := range evidence {
		glimpses[i] = glimpseOf(&evidence[i], scores[i])
	}
	var r reader
	for i, g := range glimpses {
		r.look(&evidence[i], g, glimpses[i+1:min(i+1+rereadAhead(DefaultLookahead), len(glimpses))])
		r.pass(g)
	}
}

// rereadAhead returns how many of the paragraphs that are seen ahead the first reading leaves to each other one.
func rereadAhead(lookahead int) int { return lookahead / 4 }
