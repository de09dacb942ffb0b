package normalize

import (
	"bytes"
	"context"
	"io"

	"newsclean/ordered"
)

// copyAtOnce is Copy for documents that NUL parts, several of them at once. A document that is too long for a batch
// passes through a job of its own, and is no more held whole than any other.
func (n *Normalizer) copyAtOnce(dst io.Writer, src io.Reader) (Stats, error) {
	var invalid int
	in := &batcher{src: newDecoder(src, n.enc, &invalid, nil), end: 0, max: batchSize}
	var long *io.PipeWriter // into the job of the document that is being read, if it is too long
	flow := n.newFlow(dst, nil)
	flow.done = nil // the runs tell of their documents
	stats, err := flow.run(func(ctx context.Context) (ordered.Job[piece], error) {
		for {
			b, err := in.next()
			switch {
			case err != nil:
				return nil, err
			case !b.part:
				flow.hold(ctx, len(b.text))
				return n.documents(bytes.NewReader(b.text), len(b.text)), nil
			case long == nil && !b.end:
				var rest *io.PipeReader
				rest, long = io.Pipe()
				context.AfterFunc(ctx, func() { rest.CloseWithError(ctx.Err()) })
				return n.documents(io.MultiReader(bytes.NewReader(b.text), rest), 0), nil
			case long == nil:
				return n.documents(bytes.NewReader(b.text), 0), nil
			}
			if _, err := long.Write(b.text); err != nil {
				return nil, err // all is over
			}
			if b.end {
				long.Close()
				long = nil
			}
		}
	})
	stats.Invalid += invalid
	return stats, err
}

// documents returns the job of cleaning the documents in src, for which size bytes are held.
func (n *Normalizer) documents(src io.Reader, size int) ordered.Job[piece] {
	return func(emit func(piece) error) {
		r := n.newRun(emitter(emit), src, true)
		r.done = n.opt.Progress
		stats, _ := r.finish() // what fails is the output, of which flow.run knows
		emit(piece{stats: stats, size: size})
	}
}

// emitter emits what is written to it.
type emitter func(piece) error

func (e emitter) Write(p []byte) (int, error) {
	if err := e(piece{text: bytes.Clone(p)}); err != nil {
		return 0, err
	}
	return len(p), nil
}
