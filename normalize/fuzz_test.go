package normalize

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"newsclean/rules"
)

// fuzzed bounds what is tried at once, in bytes: small texts are many texts.
const fuzzed = 1 << 10

// warm has matchers that know the built-in patterns, which to learn takes longer than cleaning a small text.
var warm = make(chan *rules.Matcher, 8)

// newWarm returns a Normalizer whose first run, and with it a test of one text after the other, is fast.
func newWarm(t testing.TB, opt Options) *Normalizer {
	t.Helper()
	n, err := New(builtinSet(), opt)
	if err != nil {
		t.Fatal(err)
	}
	r := n.newRun(nil, nil, false)
	select {
	case r.reflow.matcher = <-warm:
	default:
	}
	t.Cleanup(func() {
		select {
		case warm <- r.reflow.matcher:
		default:
		}
	})
	n.idle <- r
	return n
}

// choices takes decisions off a number.
type choices uint64

func (c *choices) next(n int) int {
	chosen := int(*c % choices(n))
	*c /= choices(n)
	return chosen
}

// options returns one of many combinations of options.
func (c *choices) options() Options {
	opt := Options{Jobs: 1 + c.next(3), Null: c.next(2) == 1, LineBuffered: c.next(2) == 1, Lookahead: []int{0, 1, 2, 50}[c.next(4)]}
	for class := rules.Headline; class < rules.NumClasses; class++ {
		if c.next(4) == 0 {
			if class.Kept() {
				opt.Drop = append(opt.Drop, class)
			} else {
				opt.Keep = append(opt.Keep, class)
			}
		}
	}
	return opt
}

// cut returns a reader of text that cuts it into reads in one of several ways.
func (c *choices) cut(text string) io.Reader {
	switch c.next(4) {
	case 0:
		return iotest.OneByteReader(strings.NewReader(text))
	case 1:
		return iotest.DataErrReader(strings.NewReader(text))
	}
	return &pieces{text: text, random: rand.New(rand.NewPCG(uint64(*c), 0))}
}

// cuts returns readers of text that cut it into reads in different ways, one of them as random tells.
func cuts(text string, seed uint64) map[string]io.Reader {
	return map[string]io.Reader{
		"a byte at a time": iotest.OneByteReader(strings.NewReader(text)),
		"error with data":  iotest.DataErrReader(strings.NewReader(text)),
		"random pieces":    &pieces{text: text, random: rand.New(rand.NewPCG(seed, 0))},
	}
}

// checkMemory holds what the process has in use, fuzzing's own included, against a bound.
func checkMemory(t *testing.T) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	if metrics.Read(sample); sample[0].Value.Uint64() > 1<<30 {
		t.Errorf("%d MB in use", sample[0].Value.Uint64()>>20)
	}
}

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

// FuzzDecode: text in any encoding becomes valid UTF-8, the same for all reads.
func FuzzDecode(f *testing.F) {
	for i := range encodingNames {
		f.Add([]byte("Caf\xe9 \xe6\xb8\xa1\xe8\x88\xb9 \x93\x1b$B$\"\x1b(B\x80"), uint64(i))
	}
	f.Add([]byte("\xfe\xff\xd8\x3d\xde\x00\xd8"), uint64(0))
	f.Add([]byte("\xff\xfea\x00\x00\xd8"), uint64(0))
	f.Add([]byte("\xef\xbb\xbf\xe2\x82"), uint64(0))
	f.Fuzz(func(t *testing.T, text []byte, encoding uint64) {
		if len(text) > fuzzed {
			return
		}
		name := encodingNames[encoding%uint64(len(encodingNames))]
		enc, err := lookupEncoding(name)
		if err != nil {
			t.Fatal(err)
		}
		decode := func(src io.Reader) (string, int) {
			invalid := 0
			text, err := io.ReadAll(newDecoder(src, enc, &invalid, nil))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return string(text), invalid
		}
		want, invalid := decode(bytes.NewReader(text))
		if !utf8.ValidString(want) {
			t.Errorf("%s: %q becomes %q", name, text, want)
		}
		for how, src := range cuts(string(text), encoding) {
			if got, n := decode(src); got != want || n != invalid {
				t.Errorf("%s, %s: %q and %d invalid, at once %q and %d", name, how, got, n, want, invalid)
			}
		}
	})
}

// FuzzCopy holds what is promised of every output for all options and all encodings, for documents alone and between NULs.
func FuzzCopy(f *testing.F) {
	i := uint64(0)
	for _, text := range pages(f) {
		f.Add([]byte(text[:min(len(text), fuzzed)]), i*0x9E3779B97F4A7C15, uint64(0))
		i++
	}
	f.Add([]byte("a\x00b\x00"), uint64(3), uint64(0))
	f.Add([]byte("\ufeffADVERTISEMENT\r\n"+ferry+" (Photo by Ann\u00a0Lee/AP)\r\xff\n"), uint64(1<<60), uint64(0))
	f.Add([]byte("\xff\xfea\x00\x00\xd8"), uint64(5), uint64(0))
	f.Fuzz(func(t *testing.T, text []byte, options, encoding uint64) {
		if len(text) > fuzzed {
			return
		}
		c := choices(options)
		opt := c.options()
		if encoding > 0 {
			opt.Encoding = encodingNames[encoding%uint64(len(encodingNames))]
		}
		n := newWarm(t, opt)
		want := n.String(string(text))
		if got := copyAll(t, n, c.cut(string(text))); got != want {
			t.Errorf("in many reads %q, at once %q", got, want)
		}
		decoded := decoded(t, string(text), n)
		ins, outs := []string{decoded}, []string{want}
		if opt.Null {
			ins, outs = strings.Split(decoded, "\x00"), strings.Split(want, "\x00")
		}
		if len(ins) != len(outs) {
			t.Fatalf("%d documents become %d in %q", len(ins), len(outs), want)
		}
		for i := range ins {
			checkOutput(t, ins[i], outs[i])
			if once := canonicalText(ins[i]); canonicalText(once) != once {
				t.Errorf("canonical text %q changes", once)
			}
			if alone, _ := n.Document("\ufeff" + ins[i]); opt.Null && alone != outs[i] {
				t.Errorf("among others %q, alone %q", outs[i], alone)
			}
		}
		checkMemory(t)
	})
}

// decoded returns text as the filter's first step gives it.
func decoded(t *testing.T, text string, n *Normalizer) string {
	all, err := io.ReadAll(newDecoder(strings.NewReader(text), n.enc, new(int), nil))
	if err != nil {
		t.Fatal(err)
	}
	return string(all)
}

// FuzzEdits: whatever a text is, its edits rebuild the output.
func FuzzEdits(f *testing.F) {
	f.Add([]byte("\ufeffADVERTISEMENT\r\n"+ferry+" (Photo by Ann\u00a0Lee/AP)\r\xff\n"), uint64(0))
	f.Add([]byte("a\x00\u0085e\u0301 \u200d\x1b[3"), uint64(3))
	f.Fuzz(func(t *testing.T, text []byte, options uint64) {
		if len(text) <= fuzzed {
			c := choices(options)
			checkEdits(t, string(text), c.options())
		}
	})
}

// FuzzRecord: whatever a record is, it stays valid, and all but its text keeps its bytes.
func FuzzRecord(f *testing.F) {
	for _, c := range brokenRecords {
		if len(c.record) < 1000 {
			f.Add([]byte(c.record))
		}
	}
	f.Add([]byte(`{"a":1,"text":"Advertisement\n\n` + ferry + `","b":[{"text":"x"}]}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		if len(record) > fuzzed {
			return
		}
		n := newWarm(t, Options{})
		out, _, err := n.Record(bytes.Clone(record), Fields{{"text"}})
		if err != nil {
			if !bytes.Equal(out, record) {
				t.Errorf("%q fails and becomes %q", record, out)
			}
			return
		}
		var before, after map[string]json.RawMessage
		if err := errors.Join(json.Unmarshal(record, &before), json.Unmarshal(out, &after)); err != nil {
			t.Fatalf("%q becomes %q: %v", record, out, err)
		}
		var text, clean string
		json.Unmarshal(before["text"], &text)
		json.Unmarshal(after["text"], &clean)
		if want := n.String(text); clean != want {
			t.Errorf("text %q becomes %q, want %q", text, clean, want)
		}
		delete(before, "text")
		delete(after, "text")
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("other fields differ (-before +after):\n%s", diff)
		}
	})
}

// FuzzCopyJSONL: one record comes out for each that goes in, the same for all reads.
func FuzzCopyJSONL(f *testing.F) {
	for i, c := range brokenRecords {
		if len(c.record) < 1000 {
			f.Add([]byte(`{"text":"ADVERTISEMENT\n\n`+ferry+`"}`+"\n"+c.record+"\n{}"), uint64(i))
		}
	}
	f.Add([]byte("key\t"+`{"a":{"b":["x","Advertisement"]},"text":"Share this article"}`+"\n\n"), uint64(1<<40+1))
	f.Fuzz(func(t *testing.T, records []byte, options uint64) {
		if len(records) > fuzzed {
			return
		}
		c := choices(options)
		fields := []Fields{{{"text"}}, {{"a", "b"}, {"text"}}, {{"a", "b", "1"}}}[c.next(3)]
		key := c.next(2) == 1
		opt := c.options()
		opt.Key = key
		n := newWarm(t, opt)
		want, faults, stats := copyRecords(t, func(dst io.Writer, fault func(error)) (Stats, error) {
			return n.CopyJSONL(dst, bytes.NewReader(records), fields, fault)
		})
		if bytes.Count(records, []byte("\n")) != strings.Count(want, "\n") || len(faults) != stats.Failed {
			t.Errorf("records lost: %q, %d failed, told %q", want, stats.Failed, faults)
		}
		src := c.cut(string(records))
		got, again, counted := copyRecords(t, func(dst io.Writer, fault func(error)) (Stats, error) { return n.CopyJSONL(dst, src, fields, fault) })
		if got != want || !slices.Equal(again, faults) || cmp.Diff(stats, counted) != "" {
			t.Errorf("in many reads %q and %q, at once %q and %q\n%s", got, again, want, faults, cmp.Diff(stats, counted))
		}
	})
}

// copyRecords returns what copy writes, tells and counts.
func copyRecords(t *testing.T, copy func(io.Writer, func(error)) (Stats, error)) (string, []string, Stats) {
	var out bytes.Buffer
	var faults []string
	stats, err := copy(&out, func(err error) { faults = append(faults, err.Error()) })
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), faults, stats
}

// FuzzCopyWET: no damage keeps the records behind it from being found, and reads and jobs do not matter.
func FuzzCopyWET(f *testing.F) {
	f.Add([]byte(wet("conversion", "https://harbour.example/1", wetPage)), uint64(0))
	f.Add([]byte("WARC/1.0\r\nContent-Length: 99999\r\n\r\n"), uint64(1))
	f.Add([]byte("WARC/1.0\r\n\r\n\r\nWARC/1.0\n"), uint64(2))
	f.Fuzz(func(t *testing.T, damage []byte, options uint64) {
		if len(damage) > fuzzed {
			return
		}
		c := choices(options)
		n := newWarm(t, c.options())
		in := string(damage) + "\r\n" + wet("conversion", "https://harbour.example/last", wetPage)
		want, faults, stats := copyRecords(t, func(dst io.Writer, fault func(error)) (Stats, error) {
			return n.CopyWET(dst, strings.NewReader(in), fault)
		})
		if !strings.HasPrefix(want[strings.LastIndexByte(strings.TrimSuffix(want, "\n"), '\n')+1:], `{"url":"https://harbour.example/last"`) {
			t.Errorf("behind %q: %q", damage, want)
		}
		src := c.cut(in)
		got, again, counted := copyRecords(t, func(dst io.Writer, fault func(error)) (Stats, error) { return n.CopyWET(dst, src, fault) })
		if got != want || !slices.Equal(again, faults) || cmp.Diff(stats, counted) != "" {
			t.Errorf("in many reads %q and %q, at once %q and %q\n%s", got, again, want, faults, cmp.Diff(stats, counted))
		}
	})
}
