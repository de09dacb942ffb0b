package normalize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// TestAtOnce: documents that NUL parts come out the same for any number of jobs, long and empty ones included.
func TestAtOnce(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	var b strings.Builder
	for i := range 100 {
		switch r.Intn(20) {
		case 0:
			b.WriteString("\x00")
		case 1:
			b.WriteString(strings.Repeat(ferry+"\n\nShare this article\n", 1+r.Intn(3000)) + "\x00")
		default:
			fmt.Fprintf(&b, "\ufeffAdvertisement\n\nCrossing %d. %s\nCaf\xe9\n\x00", i, ferry)
		}
	}
	for _, text := range []string{b.String(), b.String() + ferry, strings.TrimSuffix(b.String(), "\x00"), "", "\x00"} {
		var want, got bytes.Buffer
		wantStats, err := newNormalizer(t, Options{Null: true}).Copy(&want, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, jobs := range []int{2, 8} {
			got.Reset()
			stats, err := newNormalizer(t, Options{Null: true, Jobs: jobs}).Copy(&got, iotest.HalfReader(strings.NewReader(text)))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(want.Bytes(), got.Bytes()) {
				t.Errorf("%d jobs: the output differs", jobs)
			}
			if diff := cmp.Diff(wantStats, stats); diff != "" {
				t.Errorf("%d jobs: counted (-want +got):\n%s", jobs, diff)
			}
		}
	}
}

// TestAtOnceErrors: the errors of both sides come back, even from within a long document.
func TestAtOnceErrors(t *testing.T) {
	cut, full := errors.New("cable cut"), errors.New("disk full")
	n := newNormalizer(t, Options{Null: true, Jobs: 4, LineBuffered: true})
	long := strings.Repeat(ferry+"\n", 5000)
	var want, out bytes.Buffer
	newNormalizer(t, Options{}).Copy(&want, strings.NewReader(long))
	if _, err := n.Copy(&out, io.MultiReader(strings.NewReader(long), iotest.ErrReader(cut))); err != cut {
		t.Errorf("error %v", err)
	}
	if out.String() != want.String() {
		t.Error("what came before the error is not written")
	}
	for _, text := range []string{ferry + "\n\x00", ferry + "\n"} {
		endless := readerFunc(func(p []byte) (int, error) { return copy(p, text), nil })
		if _, err := n.Copy(writerFunc(func([]byte) (int, error) { return 0, full }), endless); err != full {
			t.Errorf("error %v", err)
		}
	}
}

// TestExplainedInOrder: what is explained is so in order, on the caller's goroutine, whatever the number of jobs.
func TestExplainedInOrder(t *testing.T) {
	text := strings.Repeat("Advertisement\n\n"+ferry+"\n\x00", 50)
	var record strings.Builder
	for range 50 {
		fmt.Fprintf(&record, `{"text":"Advertisement\n\n%s"}`+"\n", ferry)
	}
	fields, err := ParseFields("text")
	if err != nil {
		t.Fatal(err)
	}
	for _, edits := range []bool{false, true} {
		last, lines := 0, 0
		tell := func(document int) {
			if lines++; document < last || document > last+1 {
				t.Errorf("document %d behind %d", document, last)
			}
			last = document
		}
		opt := Options{Null: true, Jobs: 8, Explain: func(e Explanation) { tell(e.Document) }}
		if edits {
			opt.Explain, opt.Edits = nil, func(e Edit) { tell(e.Document) }
		}
		n := newNormalizer(t, opt)
		if _, err := n.Copy(io.Discard, strings.NewReader(text)); err != nil || last != 50 {
			t.Errorf("%v; %d documents of 50 told", err, last)
		}
		copied := lines
		last, lines = 0, 0
		if _, err := n.CopyJSONL(io.Discard, strings.NewReader(record.String()), fields, nil); err != nil || last != 50 {
			t.Errorf("%v; %d records of 50 told", err, last)
		}
		if copied == 0 || lines == 0 {
			t.Errorf("%d lines of documents and %d of records told", copied, lines)
		}
	}
}
