package normalize

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"newsclean/ordered"
)

// CopyWET writes to dst a JSON object a line, with the url, the date and the cleaned text, for each text in src, which
// holds the WET records of a crawl: WARC records of type conversion, not compressed. They come in order, as soon as they
// are cleaned. For a record that is damaged, truncated or larger than 8 MB nothing is written: fault is called with a
// *RecordError, and reading goes on with the next record that can be found. The error is the first of src or dst.
func (n *Normalizer) CopyWET(dst io.Writer, src io.Reader, fault func(error)) (Stats, error) {
	in := &wetReader{src: src}
	flow := n.newFlow(dst, fault)
	return flow.run(func(ctx context.Context) (ordered.Job[piece], error) {
		page, err := in.next()
		var damage *RecordError
		switch {
		case errors.As(err, &damage):
			return func(emit func(piece) error) { emit(piece{faults: []error{damage}, stats: Stats{Failed: 1}}) }, nil
		case err != nil:
			return nil, err
		}
		size, number := len(page.Text), in.number
		flow.hold(ctx, size)
		return func(emit func(piece) error) {
			out := piece{size: size}
			page.Text, out.stats = n.document(page.Text, number, "")
			out.text = appendLine(nil, page)
			emit(out)
		}, nil
	})
}

// page is what is written of a WET record.
type page struct {
	URL  string `json:"url"`
	Date string `json:"date"`
	Text string `json:"text"`
}

// appendLine appends v as JSON and a line end.
func appendLine(dst []byte, v any) []byte {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.Encode(v) // strings are never refused
	return b.Bytes()
}

// wetReader finds the pages in a stream of WARC records.
type wetReader struct {
	src      io.Reader
	buf      []byte // what is read and not passed
	offset   int64  // of buf in the stream
	number   int    // of records begun
	searched int64  // no header ends before this place in the stream
	lost     bool   // buf may begin anywhere: the next record's first line is to be looked for
	err      error  // of the source
}

// maxHeader is how long the header of a record may be, in bytes.
const maxHeader = 64 << 10

// lazy returns the expression, which is compiled when it is first asked for: most processes have no use for it.
func lazy(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// firstLine is how a record begins.
var firstLine = lazy(`(?m)^WARC/[0-9]\.[0-9]+\r?\n`)

// recordStart is how a record begins in no page's text: with the first field too.
var recordStart = lazy(`(?m)^WARC/[0-9]\.[0-9]+\r?\n(?:WARC|Content)-[A-Za-z-]+:`)

// next returns the next page. The error is io.EOF, that of the source, or a *RecordError after which next can be called
// again.
func (r *wetReader) next() (page, error) {
	for {
		if r.lost {
			r.find()
		}
		for r.has(1) && (r.buf[0] == '\r' || r.buf[0] == '\n') {
			r.pass(1)
		}
		if !r.has(1) {
			return page{}, r.err
		}
		start := r.offset
		r.number++
		p, err := r.record()
		if err != nil {
			r.lost = true
			return page{}, &RecordError{Record: r.number, Offset: start, Err: err}
		}
		if p != nil {
			return *p, nil
		}
	}
}

// record reads the record that the buffer begins with; nil if it describes the file and holds no page. After an error
// the buffer begins with a line of the record.
func (r *wetReader) record() (*page, error) {
	size, header, err := r.header()
	if err != nil {
		r.pass(bytes.IndexByte(r.buf, '\n') + 1)
		return nil, err
	}
	r.pass(size)
	length, err := strconv.Atoi(header.Get("Content-Length"))
	switch {
	case err != nil || length < 0:
		return nil, fmt.Errorf("Content-Length %q is no number of bytes; passed over", header.Get("Content-Length"))
	case length > maxRecord:
		return nil, fmt.Errorf("%w; passed over", errTooLarge)
	case !r.has(length):
		return nil, fmt.Errorf("truncated: %d of its %d bytes; passed over", len(r.buf), length)
	case !r.ends(length):
		return nil, fmt.Errorf("damaged: no end behind its %d bytes; passed over", length)
	case recordStart().Match(r.buf[:length]):
		return nil, fmt.Errorf("damaged: another record begins within its %d bytes; passed over", length)
	}
	text := string(r.buf[:length])
	r.pass(length)
	kind, url := header.Get("WARC-Type"), header.Get("WARC-Target-URI")
	if strings.HasPrefix(url, "<") {
		url = strings.TrimSuffix(url[1:], ">") // as older records have it
	}
	switch {
	case kind == "warcinfo":
		return nil, nil
	case kind != "conversion":
		return nil, fmt.Errorf("of type %q, which holds no plain text; read WET files, not WARC", kind)
	case url == "":
		return nil, errors.New("no WARC-Target-URI; passed over")
	}
	return &page{URL: url, Date: header.Get("WARC-Date"), Text: text}, nil
}

// header returns the header that the buffer begins with, and its size.
func (r *wetReader) header() (int, textproto.MIMEHeader, error) {
	size := 0
	for size == 0 {
		from := max(int(r.searched-r.offset), 0)
		if end := headerEnd().FindIndex(r.buf[from:]); end != nil {
			size, r.searched = from+end[1], r.offset+int64(from+end[0])
			continue
		}
		r.searched = r.offset + int64(max(from, len(r.buf)-3)) // where one may have begun
		if len(r.buf) > maxHeader || !r.fill() {
			break
		}
	}
	first := firstLine().FindIndex(r.buf[:size])
	if first == nil || first[0] != 0 {
		return 0, nil, errors.New("no WARC header; passed over")
	}
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(r.buf[first[1]:size]))).ReadMIMEHeader()
	if err != nil {
		return 0, nil, fmt.Errorf("damaged header: %w; passed over", err)
	}
	return size, header, nil
}

// headerEnd is the empty line behind a header.
var headerEnd = lazy(`\r?\n\r?\n`)

// ends reports whether the record, the rest of which is length bytes, ends there as it should: with two line ends, or
// with the stream.
func (r *wetReader) ends(length int) bool {
	r.has(length + len("\r\n\r\n"))
	rest := r.buf[length:]
	return len(rest) == 0 || bytes.HasPrefix(rest, []byte("\r\n\r\n")) || bytes.HasPrefix(rest, []byte("\n\n")) ||
		len(rest) < 4 && len(bytes.Trim(rest, "\r\n")) == 0
}

// find passes all before the next first line of a record. The buffer begins with a line.
func (r *wetReader) find() {
	r.lost = false
	for {
		if found := firstLine().FindIndex(r.buf); found != nil {
			r.pass(found[0])
			return
		}
		r.pass(bytes.LastIndexByte(r.buf, '\n') + 1)
		if len(r.buf) > maxHeader {
			r.pass(len(r.buf) - 1) // what is left of a long line, which is no first one
		}
		if !r.fill() {
			r.pass(len(r.buf))
			return
		}
	}
}

// has reads until n bytes are in the buffer, and reports whether they are.
func (r *wetReader) has(n int) bool {
	for len(r.buf) < n && r.fill() {
	}
	return len(r.buf) >= n
}

// fill reads once, and reports whether there may be more.
func (r *wetReader) fill() bool {
	if r.err != nil {
		return false
	}
	r.buf = slices.Grow(r.buf, batchSize)
	n, err := r.src.Read(r.buf[len(r.buf):][:batchSize])
	r.buf, r.err = r.buf[:len(r.buf)+n], err
	return true
}

// pass passes n bytes of the buffer.
func (r *wetReader) pass(n int) {
	r.buf = r.buf[n:]
	r.offset += int64(n)
}
