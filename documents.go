package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"newsclean/normalize"
	"newsclean/ordered"
	"newsclean/rules"
)

// noSuffix is what --in-place means without a suffix: no file name can end so.
const noSuffix = "/"

func (c *command) inPlace() bool { return c.suffix != "" }

// conflicts are options that have no effect, or no sense, beside another.
var conflicts = []struct {
	option string
	with   []string
}{
	{"jsonl", []string{"wet", "null", "encoding", "line-buffered"}},
	{"wet", []string{"null", "encoding", "line-buffered", "in-place"}},
	{"in-place", []string{"output", "line-buffered", "explain"}},
}

// checkDocuments finds faults in the options that say what a document is and how many are worked on.
func (c *command) checkDocuments() error {
	set := c.flags.Changed
	for _, conflict := range conflicts {
		for _, other := range conflict.with {
			if set(conflict.option) && set(other) {
				return fmt.Errorf("--%s has no effect with --%s; leave one of them out", other, conflict.option)
			}
		}
	}
	var err error
	if c.fields, err = normalize.ParseFields(c.jsonl...); err != nil {
		return fmt.Errorf("--jsonl: %w", err)
	}
	switch {
	case set("jsonl") && len(c.fields) == 0:
		return errors.New("--jsonl: no field; write names such as text,title, or --jsonl alone for text")
	case c.key && !set("jsonl"):
		return errors.New("--key has no effect without --jsonl")
	case set("in-place") && len(c.files) == 0:
		return errors.New("--in-place: no FILE; name the files to clean")
	case set("in-place") && (c.suffix == "" || c.suffix != noSuffix && filepath.Base("x"+c.suffix) != "x"+c.suffix):
		return fmt.Errorf("--in-place: %q; write a suffix for names of originals, such as .orig, or none", c.suffix)
	case set("stats") && c.stats == "":
		return errors.New("--stats: no file; write a name, or --stats alone for standard error")
	case c.jobs < 0:
		return fmt.Errorf("--jobs: %d; write a number from 0 on", c.jobs)
	case set("jobs") && len(c.files) == 0 && !set("jsonl") && !c.wet && !c.null:
		return errors.New("--jobs has no effect on one document; name files, or use --jsonl, --wet or --null")
	}
	if most := runtime.GOMAXPROCS(0); c.jobs == 0 || c.jobs > most {
		c.jobs = most // cleaning is all computing: more at once would only take more memory
	}
	if c.explain != "" || c.reportFile != "" {
		c.jobs = 1 // what is told comes in the order of the input
	}
	if c.inPlace() {
		for _, name := range c.files {
			if name == "-" {
				return errors.New("--in-place: standard input has no place; name files")
			}
		}
	}
	return nil
}

// optionalValues writes --option[=value] for an option whose value may be left out, and keeps the columns.
func optionalValues(usages string) string {
	optional := regexp.MustCompile(` (\w+)\[=[^]]*\]`) // as the library writes it
	return optional.ReplaceAllStringFunc(usages, func(found string) string {
		value := "[=" + optional.FindStringSubmatch(found)[1] + "]"
		return value + strings.Repeat(" ", max(0, len(found)-len(value)))
	})
}

// Memory that many documents take beyond one: what a job's automata and texts are given, and what records wait in.
const (
	jobMemory    = 36 << 20
	recordMemory = 48 << 20
)

// raiseMemoryLimit makes room for the jobs, if main has set a limit.
func (c *command) raiseMemoryLimit() {
	limit := debug.SetMemoryLimit(-1)
	if os.Getenv("GOMEMLIMIT") != "" || limit == math.MaxInt64 {
		return
	}
	limit += int64(c.jobs-1) * jobMemory
	if len(c.fields) > 0 || c.wet {
		limit += recordMemory
	}
	debug.SetMemoryLimit(limit)
}

// inputs returns the names of what is read, in turn.
func (c *command) inputs() []string {
	if len(c.files) == 0 {
		return []string{"-"}
	}
	return c.files
}

// result is a part of what became of an input.
type result struct {
	text  []byte
	note  error // worth telling
	fault error
	stats normalize.Stats
}

// clean runs the inputs through the filter. One that fails does not stop the others; an output that fails does.
func (c *command) clean(out io.Writer, set *rules.Set) int {
	c.raiseMemoryLimit()
	c.showProgress()
	opt := normalize.Options{
		Keep: c.keepClasses, Drop: c.dropClasses, Encoding: c.encoding, Null: c.null,
		Lookahead: c.lookahead, LineBuffered: c.lineBuffered, Jobs: c.jobs, Key: c.key,
	}
	if c.progress != nil {
		defer c.progress.close()
		opt.Progress = c.progress.add
	}
	w := &outputWriter{Writer: out}
	c.tell(w, set, &opt)
	n, err := normalize.New(set, opt)
	if err != nil {
		c.complain(err)
		return exitUsage
	}
	ctx, stop := c.untilSignal()
	defer stop()
	status := exitDone
	ordered.Do(c.filesAtOnce(), c.work(ctx, n), func(r result) error {
		c.total.Add(r.stats)
		if r.note != nil {
			c.complain(r.note)
		}
		if r.fault != nil {
			c.complain(r.fault)
			status = exitFailed
		}
		if c.explain == "" {
			w.Write(r.text)
		}
		c.told.flush()
		return w.err
	})
	if w.err != nil {
		c.complain(fmt.Errorf("write error: %w", w.err))
		status = exitFailed
	}
	if ctx.Err() != nil {
		c.complain(errors.New("interrupted; files that are not cleaned stand as they were"))
		status = exitFailed
	}
	for _, err := range []error{c.writeReport(), c.writeStats(set)} {
		if err != nil {
			c.complain(err)
			status = exitFailed
		}
	}
	return status
}

// untilSignal returns a context that a signal ends, if there is work that must not be left half done.
func (c *command) untilSignal() (context.Context, context.CancelFunc) {
	if !c.inPlace() {
		return context.Background(), func() {}
	}
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
}

// filesAtOnce returns how many inputs are worked on at once: one where their records or documents are.
func (c *command) filesAtOnce() int {
	if len(c.fields) > 0 || c.wet || c.null {
		return 1
	}
	return c.jobs
}

// work returns the inputs as jobs.
func (c *command) work(ctx context.Context, n *normalize.Normalizer) iter.Seq[ordered.Job[result]] {
	return func(yield func(ordered.Job[result]) bool) {
		for _, name := range c.inputs() {
			if ctx.Err() != nil || !yield(func(emit func(result) error) { c.cleanInput(ctx, n, name, emit) }) {
				return
			}
		}
	}
}

// cleanInput cleans the file of that name, or standard input.
func (c *command) cleanInput(ctx context.Context, n *normalize.Normalizer, name string, emit func(result) error) {
	label := labelOf(name)
	c.told.begin(name)
	fault := func(err error) { emit(result{fault: fmt.Errorf("%s: %w", label, err)}) }
	var stats normalize.Stats
	var err error
	if c.inPlace() {
		stats, err = cleanInPlace(ctx, name, strings.TrimSuffix(c.suffix, noSuffix), func(dst io.Writer, src io.Reader) (normalize.Stats, error) {
			return c.copy(n, dst, src, fault)
		})
	} else {
		stats, err = c.cleanStream(n, name, emitter(emit), fault)
	}
	r := result{stats: stats}
	if stats.Invalid > 0 {
		r.note = fmt.Errorf("%s: %d bytes are not %s and became U+FFFD", label, stats.Invalid, c.encodingName())
		if len(c.fields) == 0 && !c.wet { // records are in UTF-8
			r.note = fmt.Errorf("%w; name the right one with --encoding", r.note)
		}
	}
	emit(r)
	switch {
	case err == nil || errors.Is(err, context.Canceled):
	case isPathError(err):
		emit(result{fault: err, stats: normalize.Stats{Failed: 1}})
	default:
		emit(result{fault: fmt.Errorf("%s: %w", label, err), stats: normalize.Stats{Failed: 1}})
	}
}

// isPathError reports whether err names a file.
func isPathError(err error) bool {
	var path *os.PathError
	var link *os.LinkError
	return errors.As(err, &path) || errors.As(err, &link)
}

func (c *command) cleanStream(n *normalize.Normalizer, name string, dst io.Writer, fault func(error)) (normalize.Stats, error) {
	in, err := c.openInput(name)
	if err != nil {
		return normalize.Stats{}, err
	}
	defer in.Close()
	return c.copy(n, dst, in, fault)
}

// openInput opens the input of that name.
func (c *command) openInput(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.stdin), nil
	}
	return os.Open(name)
}

// labelOf returns what messages call the input of that name.
func labelOf(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// copy cleans the documents in src, which come as the options say.
func (c *command) copy(n *normalize.Normalizer, dst io.Writer, src io.Reader, fault func(error)) (normalize.Stats, error) {
	if c.progress != nil {
		src = c.progress.reader(src)
	}
	switch {
	case len(c.fields) > 0:
		return n.CopyJSONL(dst, src, c.fields, fault)
	case c.wet:
		return n.CopyWET(dst, src, fault)
	}
	return n.Copy(dst, src)
}

// emitter emits what is written to it.
type emitter func(result) error

func (e emitter) Write(p []byte) (int, error) {
	if err := e(result{text: bytes.Clone(p)}); err != nil {
		return 0, err
	}
	return len(p), nil
}
