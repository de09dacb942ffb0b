// Package normalize turns the text of a scraped page into the prose of its story.
//
// A page passes through a chain of steps, in this order because each needs what the one before has settled: bytes are
// decoded to UTF-8 (decode.go); lines are split and brought to canonical text (line.go, canon.go); lines that are one
// broken sentence or paragraph are joined for judging, and the rules match (paragraph.go); evidence is gathered from
// the paragraph, its neighbours and the document so far (shape.go, evidence.go); rules and weights decide, a few
// paragraphs ahead (decide.go, weights.go); and what stays is written as it came (run.go). Why, and where the output
// differs from the input, is told to those who ask (explain.go, edit.go). The result depends on the document alone: not
// on how it is cut into reads, nor on the documents before it.
package normalize

import (
	"errors"
	"io"
	"runtime"
	"strings"

	"golang.org/x/text/encoding"

	"newsclean/rules"
)

// Options say how a Normalizer works. The zero value is the filter as its command has it without options. Explain and
// Edits are called on the goroutine that cleans: those who clean on several at once guard what they call.
type Options struct {
	Keep         []rules.Class       // removed classes that stay
	Drop         []rules.Class       // kept classes that go
	Encoding     string              // of the input, by the WHATWG's name; empty for UTF-8; a byte order mark overrules it
	Null         bool                // NUL separates documents, in the input and in the output
	Lookahead    int                 // how many paragraphs are seen before one is decided about; 0 for DefaultLookahead
	Weights      string              // table of what the decision weighs; empty for the built-in one
	LineBuffered bool                // write each line as soon as it is decided about
	Explain      func(Explanation)   // called for every line of the input, in order
	Edits        func(Edit)          // called for every place where the output differs from the input, in order
	Jobs         int                 // how many documents of one stream are worked on at once; 0 for one; one if they are explained
	Key          bool                // what stands before the first tab of a record's line is a key, which stays
	Progress     func(documents int) // called when so many more are done, on any goroutine
}

// DefaultLookahead is the look-ahead for which the built-in weights were fitted.
const DefaultLookahead = 16

// Normalizer cleans documents. It is safe for concurrent use.
type Normalizer struct {
	set     *rules.Set
	opt     Options
	enc     encoding.Encoding
	weights *weights
	lexicon *rules.Lexicon
	idle    chan *run // that wait; what their matchers have learnt makes the next documents fast
}

// New returns a Normalizer that works by the rules of set. The error says which option cannot be followed.
func New(set *rules.Set, opt Options) (*Normalizer, error) {
	enc, err := lookupEncoding(opt.Encoding)
	if err != nil {
		return nil, err
	}
	if opt.Lookahead < 0 {
		return nil, errors.New("look-ahead below zero; write a number of paragraphs, such as 8")
	}
	if opt.Lookahead == 0 {
		opt.Lookahead = DefaultLookahead
	}
	var weights *weights
	if opt.Weights == "" {
		weights = builtinWeights()
	} else if weights, err = parseWeights("weights", opt.Weights); err != nil {
		return nil, err
	}
	lexicon, err := rules.Words()
	if err != nil {
		return nil, err
	}
	if opt.explains() {
		opt.Jobs = 1 // what is told comes in order, on the caller's goroutine
	}
	idle := make(chan *run, runtime.GOMAXPROCS(0))
	return &Normalizer{set: set, opt: opt, enc: enc, weights: weights, lexicon: lexicon, idle: idle}, nil
}

// Copy writes to dst the prose of the documents in src, while they arrive: what it has not decided about is bounded by
// the look-ahead. It returns the first error of src or dst; what was decided about by then has been written.
func (n *Normalizer) Copy(dst io.Writer, src io.Reader) (Stats, error) {
	if n.opt.Null && n.opt.Jobs > 1 {
		return n.copyAtOnce(dst, src)
	}
	var invalid int
	from := n.newOrigin()
	r := n.newRun(dst, newDecoder(src, n.enc, &invalid, from), n.opt.Null)
	r.trace(from)
	r.done = n.opt.Progress
	stats, err := r.finish()
	stats.Invalid = invalid
	return stats, err
}

// Document returns the prose of text, one document in UTF-8 whatever the options say, and what it counted.
func (n *Normalizer) Document(text string) (string, Stats) { return n.document(text, 1, "") }

// document does so for a text in a field of the record of that number, or for one that is a document by itself.
func (n *Normalizer) document(text string, number int, field string) (string, Stats) {
	var b strings.Builder
	from := n.newOrigin()
	text, invalid := validText(text, from)
	r := n.newRun(&b, strings.NewReader(text), false)
	r.before, r.field = number-1, field
	r.trace(from)
	stats, _ := r.finish() // neither side can fail
	stats.Invalid = invalid
	return b.String(), stats
}

// String returns the prose of text, one document.
func (n *Normalizer) String(text string) string {
	var b strings.Builder
	n.Copy(&b, strings.NewReader(text)) // neither can fail
	return b.String()
}

// NewReader returns a reader of the prose of the documents in src. It reads src as it is read from, and ends with the
// error of src, if any. The caller closes it when it stops early.
func (n *Normalizer) NewReader(src io.Reader) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		_, err := n.Copy(w, src)
		w.CloseWithError(err)
	}()
	return r
}

// Evidence returns what the decision about each paragraph of text weighs, with the paragraph's text, in order. It is
// what weights are fitted on.
func (n *Normalizer) Evidence(text string) (paragraphs []string, evidence []Evidence) {
	text, _ = validText(text, nil)
	r := n.newRun(io.Discard, strings.NewReader(text), false)
	r.decider.observe = func(p *paragraph, e *Evidence) {
		paragraphs = append(paragraphs, p.text)
		evidence = append(evidence, *e)
	}
	r.finish() // neither side can fail
	return paragraphs, evidence
}
