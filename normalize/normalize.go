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

// Options say how a Normalizer works. The zero value is the filter as its command has it without options.
type Options struct {
	Keep         []rules.Class     // removed classes that stay
	Drop         []rules.Class     // kept classes that go
	Encoding     string            // of the input, by the WHATWG's name; empty for UTF-8; a byte order mark overrules it
	Null         bool              // NUL separates documents, in the input and in the output
	Lookahead    int               // how many paragraphs are seen before one is decided about; 0 for DefaultLookahead
	Weights      string            // table of what the decision weighs; empty for the built-in one
	LineBuffered bool              // write each line as soon as it is decided about
	Explain      func(Explanation) // called for every line of the input, in order
	Edits        func(Edit)        // called for every place where the output differs from the input, in order
}

// DefaultLookahead is the look-ahead for which the built-in weights were fitted.
const DefaultLookahead = 12

// Stats counts what a run read and wrote.
type Stats struct {
	Documents int // that were read
	Lines     int // of the input, blank ones included
	Written   int // lines of the output, blank ones included
	Invalid   int // bytes, or units, of the input that its encoding does not allow
}

// Normalizer cleans documents. It is safe for concurrent use.
type Normalizer struct {
	set     *rules.Set
	opt     Options
	enc     encoding.Encoding
	weights *weights
	lexicon *rules.Lexicon
	idle    chan *rules.Matcher // not in use; what they have learnt makes the next run fast
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
	weights, err := builtinWeights()
	if opt.Weights != "" {
		weights, err = parseWeights("weights", opt.Weights)
	}
	if err != nil {
		return nil, err
	}
	lexicon, err := rules.Words()
	if err != nil {
		return nil, err
	}
	idle := make(chan *rules.Matcher, runtime.GOMAXPROCS(0))
	return &Normalizer{set: set, opt: opt, enc: enc, weights: weights, lexicon: lexicon, idle: idle}, nil
}

// matcher returns a matcher that nobody else uses until it is given back.
func (n *Normalizer) matcher() *rules.Matcher {
	select {
	case m := <-n.idle:
		return m
	default:
		return n.set.NewMatcher()
	}
}

func (n *Normalizer) giveBack(m *rules.Matcher) {
	select {
	case n.idle <- m:
	default: // enough are idle
	}
}

// Copy writes to dst the prose of the documents in src, while they arrive: what it has not decided about is bounded by
// the look-ahead. It returns the first error of src or dst; what was decided about by then has been written.
func (n *Normalizer) Copy(dst io.Writer, src io.Reader) (Stats, error) {
	r := n.newRun(dst)
	defer n.giveBack(r.reflow.matcher)
	var from *origin
	if r.tracer != nil {
		from = &r.tracer.origin
	}
	in := newLineReader(newDecoder(src, n.enc, &r.stats.Invalid, from), n.opt.Null)
	in.traced = from != nil
	err := r.copy(in)
	r.stats.Written = r.out.lines
	return r.stats, errors.Join(err, r.out.flush())
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
	r := n.newRun(io.Discard)
	defer n.giveBack(r.reflow.matcher)
	r.decider.observe = func(p *paragraph, e *Evidence) {
		paragraphs = append(paragraphs, p.text)
		evidence = append(evidence, *e)
	}
	r.copy(newLineReader(newDecoder(strings.NewReader(text), nil, &r.stats.Invalid, nil), false)) // neither side can fail
	return paragraphs, evidence
}
