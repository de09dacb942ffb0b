package normalize

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"golang.org/x/sync/semaphore"

	"newsclean/ordered"
)

const (
	batchSize = 256 << 10 // bytes of records that make a job
	maxRecord = 8 << 20   // bytes of a record that is held whole
	maxHeld   = 16 << 20  // bytes of records that wait or are worked on; what their work takes comes on top
)

// batch is bytes of a stream of records: whole records, or a part of one that is too large to hold.
type batch struct {
	text  []byte
	first int  // number of the first record, from 1
	part  bool // of a record that is too large
	end   bool // of that record; no more parts follow
}

// batcher splits a stream into batches of records, which end with a certain byte. What a read brings is handed out as
// far as it is whole records, so that a record never waits for the next.
type batcher struct {
	src    io.Reader
	end    byte // of a record
	max    int  // bytes of a record that is handed out whole
	buf    []byte
	number int  // of records handed out whole
	large  bool // the buffer begins inside a record that is too large
	err    error
}

// next returns the next batch, whose text is the caller's. The error is that of the source.
func (b *batcher) next() (batch, error) {
	scanned := 0 // buf[:scanned] has no end of a record
	for {
		if b.large {
			if at := bytes.IndexByte(b.buf, b.end); at >= 0 {
				return b.part(at+1, true), nil
			}
			if len(b.buf) >= batchSize || b.err != nil {
				return b.part(len(b.buf), b.err != nil), nil
			}
		} else {
			first := bytes.IndexByte(b.buf[scanned:], b.end) // those behind it came with one read, so they are not too large
			switch {
			case first < 0 && len(b.buf) > b.max || scanned+first > b.max:
				b.large = true
				continue
			case first >= 0:
				return b.take(bytes.LastIndexByte(b.buf, b.end) + 1), nil
			case b.err != nil && len(b.buf) > 0:
				return b.take(len(b.buf)), nil
			case b.err != nil:
				return batch{}, b.err
			}
			scanned = len(b.buf)
		}
		b.fill()
	}
}

// fill reads once, at most batchSize bytes, into a buffer that grows as far as a record needs it.
func (b *batcher) fill() {
	b.buf = slices.Grow(b.buf, batchSize)
	n, err := b.src.Read(b.buf[len(b.buf):][:batchSize])
	b.buf, b.err = b.buf[:len(b.buf)+n], err
}

// take hands out n bytes of whole records.
func (b *batcher) take(n int) batch {
	out := batch{text: b.cut(n), first: b.number + 1}
	b.number += bytes.Count(out.text, []byte{b.end})
	if out.text[n-1] != b.end {
		b.number++
	}
	return out
}

// part hands out n bytes of a record that is too large.
func (b *batcher) part(n int, end bool) batch {
	out := batch{text: b.cut(n), first: b.number + 1, part: true, end: end}
	if end {
		b.number++
		b.large = false
	}
	return out
}

// cut returns a copy of the first n bytes and moves the rest to the front.
func (b *batcher) cut(n int) []byte {
	text := bytes.Clone(b.buf[:n])
	b.buf = b.buf[:copy(b.buf, b.buf[n:])]
	return text
}

// piece is a part of the output: what a batch of records became, or a part of a long document.
type piece struct {
	text   []byte
	stats  Stats
	faults []error
	size   int // bytes of input that are worked on no more
}

// flow is a stream of records that are worked on at once and written in order.
type flow struct {
	dst   io.Writer
	fault func(error) // called for each record that could not be cleaned; may be nil
	jobs  int
	done  func(documents int) // may be nil
	held  *semaphore.Weighted
}

func (n *Normalizer) newFlow(dst io.Writer, fault func(error)) *flow {
	return &flow{dst: dst, fault: fault, jobs: n.opt.Jobs, done: n.opt.Progress, held: semaphore.NewWeighted(maxHeld)}
}

// run does the jobs that next makes of the input, until its error. The context ends when the output has failed. A job's
// pieces give back, with their size, what next has taken for it by hold.
func (f *flow) run(next func(context.Context) (ordered.Job[piece], error)) (Stats, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var source error
	jobs := func(yield func(ordered.Job[piece]) bool) {
		for {
			var job ordered.Job[piece]
			if job, source = next(ctx); source != nil || !yield(job) {
				return
			}
		}
	}
	var stats Stats
	err := ordered.Do(f.jobs, jobs, func(p piece) error {
		err := f.deliver(p, &stats)
		if err != nil {
			cancel()
		}
		return err
	})
	if err == nil && source != io.EOF {
		err = source
	}
	return stats, err
}

// hold waits until size bytes more may be held.
func (f *flow) hold(ctx context.Context, size int) {
	f.held.Acquire(ctx, int64(size)) // it fails when all is over
}

func (f *flow) deliver(p piece, stats *Stats) error {
	stats.Add(p.stats)
	if f.fault != nil {
		for _, err := range p.faults {
			f.fault(err)
		}
	}
	if done := p.stats.Documents + p.stats.Failed; f.done != nil && done > 0 {
		f.done(done)
	}
	if p.size > 0 {
		f.held.Release(int64(p.size))
	}
	if len(p.text) == 0 {
		return nil
	}
	_, err := f.dst.Write(p.text)
	return err
}

var errTooLarge = errors.New("larger than 8 MB")
