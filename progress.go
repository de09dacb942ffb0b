package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows on standard error how far the work is: documents, bytes, their rate and, where the inputs' size is
// known, the time left. It is safe for concurrent use.
type progress struct {
	bar              *progressbar.ProgressBar
	began            time.Time
	documents, bytes atomic.Int64

	mu     sync.Mutex
	out    io.Writer
	closed bool // the bar, which draws from a goroutine of its own, is heard no more
}

// newProgress returns a progress of size bytes, -1 for unknown.
func newProgress(stderr io.Writer, size int64) *progress {
	p := &progress{began: time.Now(), out: stderr}
	p.bar = progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(lockedWriter{p}),
		progressbar.OptionSetDescription(describe(0)),
		progressbar.OptionShowBytes(true),
		progressbar.OptionShowTotalBytes(true),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetWidth(20),
		progressbar.OptionThrottle(200*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
	return p
}

func describe(documents int64) string { return plural(int(documents), "document") }

// reader returns src, whose bytes are shown as they are read.
func (p *progress) reader(src io.Reader) io.Reader { return &shownReader{src, p} }

type shownReader struct {
	io.Reader
	progress *progress
}

func (r *shownReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.progress.bytes.Add(int64(n))
	r.progress.bar.Add(n) // it complains of a file that has grown, which is no fault here
	return n, err
}

// add shows that documents more are done.
func (p *progress) add(documents int) { p.bar.Describe(describe(p.documents.Add(int64(documents)))) }

// Write writes a message to standard error, in place of what is shown there, which comes again behind it.
func (p *progress) Write(message []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	io.WriteString(p.out, eraseLine)
	return p.out.Write(message)
}

const eraseLine = "\r\x1b[K"

// close puts what was done in place of what is shown.
func (p *progress) close() {
	took := time.Since(p.began)
	rate := float64(p.bytes.Load()) / 1e6 / max(took.Seconds(), 1e-3)
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	fmt.Fprintf(p, "%s, %.1f MB in %.1f s, %.1f MB/s\n", describe(p.documents.Load()), float64(p.bytes.Load())/1e6, took.Seconds(), rate)
}

// lockedWriter is standard error for the bar, between the messages.
type lockedWriter struct{ *progress }

func (w lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return len(b), nil
	}
	return w.out.Write(b)
}

// showProgress starts to show progress, if the options ask for it, or say nothing, standard error is a terminal that the
// output does not go to, and the inputs are files.
func (c *command) showProgress() {
	size := c.inputSize()
	wanted := c.wantProgress
	if !c.flags.Changed("progress") {
		wanted = isTerminal(c.stderr) && !(isTerminal(c.stdout) && c.output == "" && !c.inPlace()) && size > 0
	}
	if wanted {
		c.progress = newProgress(c.stderr, size)
		c.stderr = c.progress
	}
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// inputSize returns the size of all inputs, -1 if it is not known.
func (c *command) inputSize() int64 {
	var size int64
	for _, name := range c.inputs() {
		var info os.FileInfo
		var err error
		if file, ok := c.stdin.(*os.File); name == "-" && ok {
			info, err = file.Stat()
		} else {
			info, err = os.Stat(name)
		}
		if err != nil || !info.Mode().IsRegular() {
			return -1
		}
		size += info.Size()
	}
	return size
}
