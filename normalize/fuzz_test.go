package normalize

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"
)

func FuzzCanonical(f *testing.F) {
	for _, text := range []string{"", " a\t b ", "e\u0301\u00ad", "\x1b[31mx", "می\u200cخواهم", "👩\u200d🚀", "\u2329\u200d\u2329", "\xff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		line = bytes.ToValidUTF8(line, []byte("\ufffd"))
		once := appendCanonical(nil, line)
		twice := appendCanonical(nil, once)
		if !bytes.Equal(once, twice) {
			t.Errorf("%q becomes %q, and that %q", line, once, twice)
		}
	})
}

func FuzzCopy(f *testing.F) {
	for _, text := range pages(f) {
		f.Add(text, false, byte(8))
	}
	f.Add("a\x00b\x00", true, byte(1))
	plain, null := newNormalizer(f, Options{}), newNormalizer(f, Options{Null: true})
	f.Fuzz(func(t *testing.T, text string, documents bool, lookahead byte) {
		opt := plain.opt
		if documents {
			opt = null.opt
		}
		opt.Lookahead = 1 + int(lookahead)%16
		n, err := New(plain.set, opt)
		if err != nil {
			t.Fatal(err)
		}
		want := n.String(text)
		if got := copyAll(t, n, iotest.OneByteReader(strings.NewReader(text))); got != want {
			t.Errorf("read byte by byte %q, at once %q", got, want)
		}
		if documents {
			if strings.Count(want, "\x00") != strings.Count(decoded(text), "\x00") {
				t.Errorf("the number of documents changes in %q", want)
			}
			return
		}
		checkOutput(t, text, want)
	})
}

// decoded returns text as the filter's first step gives it.
func decoded(text string) string {
	var b bytes.Buffer
	b.ReadFrom(newDecoder(strings.NewReader(text), nil, new(int), nil))
	return b.String()
}
