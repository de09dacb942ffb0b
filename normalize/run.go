package normalize

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

// run is one call of Copy: the steps joined, and the paragraphs between them.
type run struct {
	*Normalizer
	reflow  reflow
	decider decider
	waiting []*paragraph         // not decided about
	read    [numReadings - 1]int // how many of them had each reading but the last
	ready   int                  // how many of them have text
	near    []*paragraph         // what ahead returned last
	glimpse []glimpse            // what glimpses returned last
	rests   []string             // what was left of the lines that were put out last
	cuts    [][2]int             // in a line
	scratch []byte               // for what is left of it
	texts   texts
	blanks  int // blank lines since the last paragraph
	in      *lineReader
	out     *writer
	stats   Stats
	done    func(documents int) // called at the end of each; nil for texts that are parts of a record
	tracer  *tracer             // if edits are asked for
	before  int                 // documents that others cleaned: of records, or texts of them
	field   string              // of a record, whose text this is
}

// newRun returns a run that reads decoded text from src. One that an earlier call is done with serves again: its rules'
// automata and its buffers are what a document of a few lines would cost most.
func (n *Normalizer) newRun(dst io.Writer, src io.Reader, null bool) *run {
	select {
	case r := <-n.idle:
		r.in.reset(src, null)
		r.out.dst, r.out.lines, r.stats = dst, 0, Stats{}
		r.done, r.decider.observe, r.tracer = nil, nil, nil
		r.before, r.field = 0, ""
		return r
	default:
	}
	r := &run{Normalizer: n, in: newLineReader(src, null), out: newWriter(dst, n.opt.LineBuffered)}
	r.reflow = reflow{matcher: n.set.NewMatcher(), words: n.lexicon, ahead: 4 * n.opt.Lookahead}
	r.decider.weights = n.weights
	r.decider.history.shaper.lexicon, r.decider.history.shaper.weights = n.lexicon, n.weights.words
	for _, c := range n.opt.Keep {
		r.decider.keep[c] = true
	}
	for _, c := range n.opt.Drop {
		r.decider.drop[c] = true
	}
	r.decider.reset()
	return r
}

// newOrigin returns an origin for a decoder to fill in, nil if no edits are asked for.
func (n *Normalizer) newOrigin() *origin {
	if n.opt.Edits == nil {
		return nil
	}
	return new(origin)
}

// trace makes the run tell of its edits, if from is the origin of its text.
func (r *run) trace(from *origin) {
	if from != nil {
		r.in.traced = true
		r.tracer = &tracer{emit: r.opt.Edits, origin: from, document: r.before + 1, field: r.field}
	}
}

// finish cleans what the run reads, writes what is left of it, and returns what was counted. After an error the run is
// not used again.
func (r *run) finish() (Stats, error) {
	err := errors.Join(r.copy(), r.out.flush())
	stats := r.stats
	stats.Written = r.out.lines
	if err == nil {
		r.giveBack()
	}
	return stats, err
}

// giveBack lets the run serve again.
func (r *run) giveBack() {
	select {
	case r.idle <- r:
	default: // enough wait
	}
}

// copy cleans what the run reads, document by document.
func (r *run) copy() error {
	open := false // lines of the document came
	for {
		l, err := r.in.next()
		switch {
		case err == nil:
			open = true
			r.stats.Lines += 1 - btoi(l.glue)
			r.reflow.add(l)
			err = r.advance(false)
		case errors.Is(err, errEndOfDocument):
			err = r.endDocument(r.in.offset() - 1)
			r.out.separate()
			open = false
			if err == nil && r.in.idle() {
				err = r.out.flush()
			}
		case err == io.EOF:
			if open {
				err = r.endDocument(r.in.offset())
			} else if r.tracer != nil {
				r.tracer.endDocument(r.in.offset())
			}
			if err == io.EOF {
				err = nil
			}
			return err
		default:
			return errors.Join(err, r.endDocument(r.in.offset()))
		}
		if err != nil {
			return err
		}
	}
}

// endDocument settles what waits. The document's text ended at that offset.
func (r *run) endDocument(offset int) error {
	err := r.advance(true)
	if r.tracer != nil {
		r.tracer.endDocument(offset)
	}
	r.stats.Documents++
	if r.done != nil {
		r.done(1)
	}
	r.reflow.reset()
	r.decider.reset()
	r.out.reset()
	r.blanks, r.read = 0, [numReadings - 1]int{}
	return err
}

// advance moves on whatever can be: lines to paragraphs, paragraphs to decisions, decisions to the output.
func (r *run) advance(final bool) error {
	for {
		p, ok := r.reflow.next(final)
		if !ok {
			break
		}
		if p.text == "" {
			r.blanks++
			r.wait(p)
			continue
		}
		p.blanks, r.blanks = r.blanks, 0
		r.decider.history.observe(p)
		r.waiting = append(r.waiting, p)
		r.ready++
		r.readOn(false)
		if r.ready > r.opt.Lookahead {
			if err := r.settle(); err != nil {
				return err
			}
		}
	}
	if final {
		r.readOn(true)
	}
	for final && len(r.waiting) > 0 {
		if err := r.settle(); err != nil {
			return err
		}
	}
	return nil
}

// readOn gives the waiting paragraphs each reading but the last, if enough paragraphs are known or no more will come
// (final).
func (r *run) readOn(final bool) {
	known := len(r.waiting) // had the reading before
	for reading := range r.read {
		at, n := &r.read[reading], rereadAhead(r.opt.Lookahead)
		if reading == 0 {
			n = r.opt.Lookahead - len(r.read)*n
		}
		for ; *at < known; *at++ {
			p := r.waiting[*at]
			if p.text == "" {
				continue
			}
			ahead := r.ahead(*at+1, known, n)
			if len(ahead) < n && !final {
				break
			}
			if reading == 0 {
				r.decider.read(p, ahead)
			} else {
				r.decider.reread(p, reading, r.glimpses(ahead))
			}
		}
		known = *at
	}
}

// wait lets blank lines wait behind what waits. Of millions of them the output shows one, so no more are held unless they
// are told of; a piece of a line of which nothing is left is not one.
func (r *run) wait(p *paragraph) {
	if n := len(r.waiting); n > 0 && r.waiting[n-1].text == "" {
		last := r.waiting[n-1]
		if r.opt.explains() || last.lines[len(last.lines)-1].glue && !p.lines[0].glue {
			last.lines = append(last.lines, p.lines...)
		}
		r.reflow.release(p)
		return
	}
	r.waiting = append(r.waiting, p)
}

// settle decides about the first waiting paragraph and puts it out, blank lines before it too.
func (r *run) settle() error {
	for len(r.waiting) > 0 {
		p := r.waiting[0]
		r.waiting = slices.Delete(r.waiting, 0, 1)
		for i := range r.read {
			r.read[i]--
		}
		if p.text != "" {
			r.ready--
			ahead := r.ahead(0, len(r.waiting), r.opt.Lookahead)
			r.decider.decide(p, ahead, r.glimpses(ahead[:min(len(ahead), rereadAhead(r.opt.Lookahead))]))
		}
		err, last := r.put(p), p.text != ""
		r.reflow.release(p)
		if err != nil || last {
			return err
		}
	}
	return nil
}

// glimpses returns the glimpses of paragraphs. The next call overwrites them.
func (r *run) glimpses(paragraphs []*paragraph) []glimpse {
	r.glimpse = r.glimpse[:0]
	for _, p := range paragraphs {
		r.glimpse = append(r.glimpse, p.glimpse)
	}
	return r.glimpse
}

// ahead returns the next of the paragraphs that wait from one on up to another, at most most of them, without the blank
// lines. The next call overwrites them.
func (r *run) ahead(from, to, most int) []*paragraph {
	r.near = r.near[:0]
	for _, p := range r.waiting[from:to] {
		if len(r.near) == most {
			break
		}
		if p.text != "" {
			r.near = append(r.near, p)
		}
	}
	return r.near
}

// put writes the lines of p, and explains them where that is asked for.
func (r *run) put(p *paragraph) error {
	rests := r.restsOf(p)
	r.stats.count(p, rests)
	var why *explainer
	if r.opt.explains() {
		why = r.explainer(p)
	}
	for i, l := range p.lines {
		if r.opt.Explain != nil {
			r.opt.Explain(why.line(i, rests[i]))
		}
		var err error
		switch {
		case l.text == "" && !l.glue:
			r.out.blank()
		case rests[i] != "":
			err = r.out.line(l, rests[i])
		}
		if r.tracer != nil {
			r.tracer.line(l, rests[i], r.out.lead, why.cuts(i))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// restsOf returns what is left of each line of p. The next call overwrites it.
func (r *run) restsOf(p *paragraph) []string {
	r.rests = r.rests[:0]
	at := 0
	for _, l := range p.lines {
		rest := ""
		switch p.fate {
		case Kept:
			rest = l.text
		case Edited:
			r.cuts = appendWithin(r.cuts[:0], p.cuts, at, at+len(l.text))
			r.scratch = appendRest(r.scratch[:0], l.text, r.cuts)
			rest = r.texts.keep(bytes.TrimSpace(r.scratch))
		}
		r.rests = append(r.rests, rest)
		at += len(l.text) + 1
	}
	return r.rests
}

// appendWithin appends to parts those of cuts between from and to, counted from from.
func appendWithin(parts, cuts [][2]int, from, to int) [][2]int {
	for _, c := range cuts {
		if a, b := max(c[0], from), min(c[1], to); a < b {
			parts = append(parts, [2]int{a - from, b - from})
		}
	}
	return parts
}

// writer lays out the lines that stay: runs of blank lines become one, none at the start or the end of a document.
type writer struct {
	dst   io.Writer
	buf   []byte
	each  bool // flush after every line
	began bool // the document has a line
	gap   bool // blank lines came since
	open  bool // the last line has no line end yet: a piece, or the input's last
	lines int
	lead  []byte // what was written before the text of the last line; valid until the next one
	err   error
}

const writeSize = 64 << 10

func newWriter(dst io.Writer, each bool) *writer { return &writer{dst: dst, each: each} }

func (w *writer) reset() { w.began, w.gap, w.open = false, false, false }

// blank notes a blank line of the input.
func (w *writer) blank() { w.gap = true }

// line writes text, what is left of l.
func (w *writer) line(l line, text string) error {
	start := len(w.buf)
	switch {
	case w.open && l.glue:
		if l.blank {
			w.buf = append(w.buf, ' ')
		}
	case w.open:
		w.buf = append(w.buf, '\n')
		fallthrough
	default:
		if w.gap && w.began {
			w.buf = append(w.buf, '\n')
			w.lines++
		}
		w.lines++
	}
	w.lead = w.buf[start:]
	w.buf = append(w.buf, text...)
	w.began, w.gap, w.open = true, false, !l.ended
	if l.ended {
		w.buf = append(w.buf, '\n')
	}
	if w.each || len(w.buf) >= writeSize {
		return w.flush()
	}
	return w.err
}

// separate ends a document's text with NUL.
func (w *writer) separate() { w.buf = append(w.buf, 0) }

// flush writes what is buffered. After an error it only returns that.
func (w *writer) flush() error {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.dst.Write(w.buf)
	}
	w.buf = w.buf[:0]
	return w.err
}
