package normalize

import (
	"strings"

	"newsclean/rules"
)

// The words of a paragraph have weights of their own, like those of a logistic regression over a bag of words: what a
// page says around its stories is said in few words, and in other ones than the stories.

// wordsWeighed is how many words of a paragraph are looked at.
const wordsWeighed = 40

// wordTally is what the weights of a paragraph's words come to.
type wordTally struct {
	words, known          int
	sum, first, low, high float32
}

func (t *wordTally) add(weight float32) {
	if t.words == 0 {
		t.first = weight
	}
	t.words++
	t.sum += weight
	t.low, t.high = min(t.low, weight), max(t.high, weight)
	t.known += btoi(weight != 0)
}

func (t *wordTally) fill(e *Evidence) {
	clip := func(v float32) int16 { return int16(max(-2000, min(2000, v))) }
	e[fWordSum], e[fWordMean] = clip(20*t.sum), clip(100*t.sum/float32(t.words+1))
	e[fWordFirst], e[fWordLow], e[fWordHigh] = clip(100*t.first), clip(100*t.low), clip(100*t.high)
	e[fWordKnown] = percent(t.known, t.words)
}

// WeighWords fills in the evidence of a paragraph's words, given the weight of each, as Words returns them; 0 is that of
// a word without one.
func WeighWords(e *Evidence, weights []float32) {
	var t wordTally
	for _, w := range weights {
		t.add(w)
	}
	t.fill(e)
}

// Words returns the words of text that have weights: folded, without marks around them, at most the first forty.
func Words(text string) []string {
	var words []string
	for token := range strings.SplitSeq(text, " ") {
		if word := string(rules.AppendFolded(nil, bare(token))); word != "" && len(words) < wordsWeighed {
			words = append(words, word)
		}
	}
	return words
}
