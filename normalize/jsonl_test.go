package normalize

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestParseFields(t *testing.T) {
	for _, c := range []struct {
		paths  []string
		fields Fields
		err    string
	}{
		{[]string{"text"}, Fields{{"text"}}, ""},
		{[]string{"title", "article.body"}, Fields{{"title"}, {"article", "body"}}, ""},
		{[]string{`a\.b.c`, "pages.0"}, Fields{{"a.b", "c"}, {"pages", "0"}}, ""},
		{[]string{"a*.#.@x|y"}, Fields{{"a*", "#", "@x|y"}}, ""},
		{[]string{""}, nil, `field "": a name is empty; write names with dots between them, such as article.body`},
		{[]string{"a..b"}, nil, `field "a..b": a name is empty; write names with dots between them, such as article.body`},
		{[]string{"a", "b", "a"}, nil, `field "a" holds, or is, another of the fields; name each text once`},
		{[]string{"a.b", "a"}, nil, `field "a" holds, or is, another of the fields; name each text once`},
	} {
		fields, err := ParseFields(c.paths...)
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("%q: error %v, want %s", c.paths, err, c.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", c.paths, err)
		}
		if diff := cmp.Diff(c.fields, fields); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.paths, diff)
		}
		if got, want := fields.String(), strings.Join(c.paths, ","); got != want {
			t.Errorf("%q is written %q", want, got)
		}
	}
}

const ferryQuote = "“We have all <paid>,” said Orla Brandt & her \"crew\", who cross the bay with C:\\\\ferry twice a week in every weather."

func TestRecord(t *testing.T) {
	n := newNormalizer(t, Options{})
	for _, c := range []struct {
		name, fields, in, want string
	}{
		{"cleaned", "text", `{"text":"ADVERTISEMENT\n\n` + ferry + `"}`, `{"text":"` + ferry + `"}`},
		{"spacing, numbers, duplicate and unknown keys", "text",
			`{ "n" : 12345678901234567890.10e+5,"k":1,"k":2 , "text"` + "\t" + `: "Advertisement\n\n` + ferry + `\n" ,"x":{"text":"Advertisement","u":"\u00e9\/"}  }` + "\r\n",
			`{ "n" : 12345678901234567890.10e+5,"k":1,"k":2 , "text"` + "\t" + `: "` + ferry + `\n" ,"x":{"text":"Advertisement","u":"\u00e9\/"}  }` + "\r\n"},
		{"clean text keeps its bytes", "text", `{"text":"\u0054` + ferry[1:] + `"}`, `{"text":"\u0054` + ferry[1:] + `"}`},
		{"escaped name", "text", `{"te\u0078t":"Advertisement\n\n` + ferry + `"}`, `{"te\u0078t":"` + ferry + `"}`},
		{"name twice", "text", `{"text":"Advertisement","text":"Advertisement\n` + ferry + `"}`, `{"text":"","text":"` + ferry + `"}`},
		{"nested", "article.body", `{"body":"Advertisement","article":{"body":"Advertisement\n` + ferry + `","n":[1, 2]}}`, `{"body":"Advertisement","article":{"body":"` + ferry + `","n":[1, 2]}}`},
		{"array", "pages.1.text", `{"pages":[{"text":"Advertisement"}, {"text":"Advertisement"}]}`, `{"pages":[{"text":"Advertisement"}, {"text":""}]}`},
		{"several, in another order", "b,a.c", `{"a":{"c":"Advertisement"},"b":"Advertisement\n` + ferry + `"}`, `{"a":{"c":""},"b":"` + ferry + `"}`},
		{"one of several is not there", "summary,text", `{"text":"Advertisement","summary":null}`, `{"text":"","summary":null}`},
		{"dot in a name", `a\.b`, `{"a":{"b":"Advertisement"},"a.b":"Advertisement"}`, `{"a":{"b":"Advertisement"},"a.b":""}`},
		{"marks that JSON quotes", "text", `{"text":"Advertisement\n\n` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(ferryQuote) + `"}`,
			`{"text":"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(ferryQuote) + `"}`},
		{"empty text", "text", `{"text":""}`, `{"text":""}`},
		{"blanks before", "text", ` {"text":"Advertisement"}`, ` {"text":""}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, stats, err := n.Record([]byte(c.in), parseFields(t, c.fields))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if stats.Documents != 1 || stats.Failed != 0 {
				t.Errorf("counted %+v", stats)
			}
		})
	}
}

func parseFields(t testing.TB, list string) Fields {
	t.Helper()
	fields, err := ParseFields(strings.Split(list, ",")...)
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

var brokenRecords = []struct{ record, err string }{
	{``, "empty line; leave none between records"},
	{" \t", "empty line; leave none between records"},
	{`{"text":"Advertisement"`, "not valid JSON: unexpected end of JSON input"},
	{`{"text":"Advertisement",}`, "not valid JSON: invalid character '}' looking for beginning of object key string"},
	{`{"text":"Advertisement"} x`, "not valid JSON: invalid character 'x' after top-level value"},
	{"{\"text\":\"Adver\ttisement\"}", "not valid JSON: invalid character '\\t' in string literal"},
	{`{'text':'Advertisement'}`, "not valid JSON: invalid character '\\'' looking for beginning of object key string"},
	{`{"text":"Advertisement","n":NaN}`, "not valid JSON: invalid character 'N' looking for beginning of value"},
	{strings.Repeat("[", 1<<20), "not valid JSON: invalid character '[' exceeded max depth"},
	{`{"text":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`, "not valid JSON: invalid character '[' exceeded max depth"},
	{`"Advertisement"`, "not a JSON object but a string; write an object a line"},
	{`[{"text":"Advertisement"}]`, "not a JSON object but an array; write an object a line"},
	{` null`, "not a JSON object but null; write an object a line"},
	{`{"body":"Advertisement"}`, "no text in text; name the field that has it"},
	{`{"text":null}`, "no text in text; name the field that has it"},
	{`{"text":17}`, "field text holds no string but a number; name a field with a text"},
	{`{"text":true}`, "field text holds no string but a truth value; name a field with a text"},
	{`{"text":["Advertisement"]}`, "field text holds no string but an array; name a field with a text"},
	{`{"text":"Advertisement","text":{"a":1}}`, "field text holds no string but an object; name a field with a text"},
	{"\xff\xfe{\x00}\x00", "not valid JSON: invalid character 'ÿ' looking for beginning of value"},
}

func TestBrokenRecord(t *testing.T) {
	n := newNormalizer(t, Options{})
	for _, c := range brokenRecords {
		got, stats, err := n.Record([]byte(c.record), Fields{{"text"}})
		if err == nil || err.Error() != c.err {
			t.Errorf("%.40q: error %v, want %s", c.record, err, c.err)
		}
		if string(got) != c.record {
			t.Errorf("%.40q becomes %.40q", c.record, got)
		}
		if diff := cmp.Diff(Stats{}, stats); diff != "" {
			t.Errorf("%.40q: counted:\n%s", c.record, diff)
		}
	}
}

// mixed returns good records with broken and huge ones among them, what should come out for them, and the numbers of the
// broken.
func mixed(n *Normalizer, records int) (in, want string, broken []int) {
	r := rand.New(rand.NewSource(1))
	var b, w strings.Builder
	for i := 1; i <= records; i++ {
		switch k := r.Intn(10); {
		case k == 0:
			broken = append(broken, i)
			line := brokenRecords[r.Intn(len(brokenRecords))].record + "\n"
			b.WriteString(line)
			w.WriteString(line)
		default:
			text := fmt.Sprintf("Advertisement\n\nThe ferry %d left. %s\n\nShare this article\n", i, ferry)
			text = strings.Repeat(text, 1+k/9*r.Intn(500))
			quoted, _ := json.Marshal(text)
			fmt.Fprintf(&b, `{"id": %d,"text":%s }`+"\n", i, quoted)
			quoted, _ = json.Marshal(n.String(text))
			fmt.Fprintf(&w, `{"id": %d,"text":%s }`+"\n", i, quoted)
		}
	}
	return b.String(), w.String(), broken
}

// TestCopyJSONL: the records come out in order, the same for any number of jobs and any size of reads, and the broken
// ones are told.
func TestCopyJSONL(t *testing.T) {
	const records = 100
	in, want, broken := mixed(newNormalizer(t, Options{}), records)
	for _, jobs := range []int{0, 1, 2, 8} {
		for name, src := range map[string]io.Reader{
			"at once":    strings.NewReader(in),
			"in halves":  iotest.HalfReader(strings.NewReader(in)),
			"no newline": strings.NewReader(strings.TrimSuffix(in, "\n")),
			"with error": iotest.DataErrReader(strings.NewReader(in)),
		} {
			var progress int
			n := newNormalizer(t, Options{Jobs: jobs, Progress: func(d int) { progress += d }})
			var out bytes.Buffer
			var failed []int
			stats, err := n.CopyJSONL(&out, src, Fields{{"text"}}, func(err error) {
				var fault *RecordError
				if !errors.As(err, &fault) || !strings.HasPrefix(err.Error(), fmt.Sprintf("record %d: ", fault.Record)) {
					t.Fatal(err)
				}
				failed = append(failed, fault.Record)
			})
			if err != nil {
				t.Fatal(err)
			}
			got := out.String()
			if name == "no newline" {
				got += "\n"
			}
			if got != want {
				t.Errorf("%d jobs, %s: the output differs", jobs, name)
			}
			if !slices.Equal(failed, broken) {
				t.Errorf("%d jobs, %s: failed %v, want %v", jobs, name, failed, broken)
			}
			if stats.Documents != records-len(broken) || stats.Failed != len(broken) || progress != records {
				t.Errorf("%d jobs, %s: counted %d and %d, progress %d", jobs, name, stats.Documents, stats.Failed, progress)
			}
		}
	}
}

// TestLargeRecord: a record that is too large passes through, first, last or between others, and is told.
func TestLargeRecord(t *testing.T) {
	pad := strings.Repeat("x", maxRecord-len(`{"text":"Advertisement","x":""}`))
	whole, wholeClean := `{"text":"Advertisement","x":"`+pad+`"}`, `{"text":"","x":"`+pad+`"}`
	large := `{"text":"Advertisement","x":"x` + pad + `"}`
	small, clean := `{"text":"Advertisement"}`, `{"text":""}`
	for _, jobs := range []int{1, 3} {
		n := newNormalizer(t, Options{Jobs: jobs})
		for _, c := range []struct {
			in, want []string
			fault    string
		}{
			{[]string{large, small}, []string{large, clean}, "record 1: larger than 8 MB"},
			{[]string{small, large, small}, []string{clean, large, clean}, "record 2: larger than 8 MB"},
			{[]string{small, whole, large}, []string{clean, wholeClean, large}, "record 3: larger than 8 MB"},
		} {
			for _, end := range []string{"", "\n"} {
				var out bytes.Buffer
				var faults []string
				_, err := n.CopyJSONL(&out, strings.NewReader(strings.Join(c.in, "\n")+end), Fields{{"text"}}, func(err error) { faults = append(faults, err.Error()) })
				if err != nil {
					t.Fatal(err)
				}
				if out.String() != strings.Join(c.want, "\n")+end {
					t.Errorf("%s: the output differs", c.fault)
				}
				if !slices.Equal(faults, []string{c.fault}) {
					t.Errorf("faults %q, want %q", faults, c.fault)
				}
			}
		}
	}
}

// TestJSONLErrors: the errors of both sides come back, and what came before them is written.
func TestJSONLErrors(t *testing.T) {
	cut, full := errors.New("cable cut"), errors.New("disk full")
	for _, jobs := range []int{1, 4} {
		n := newNormalizer(t, Options{Jobs: jobs})
		var out bytes.Buffer
		src := io.MultiReader(strings.NewReader(`{"text":"Advertisement"}`+"\n"+`{"te`), iotest.ErrReader(cut))
		if _, err := n.CopyJSONL(&out, src, Fields{{"text"}}, nil); err != cut {
			t.Errorf("%d jobs: error %v", jobs, err)
		}
		if want := `{"text":""}` + "\n" + `{"te`; out.String() != want {
			t.Errorf("%d jobs: %q is written, want %q", jobs, out.String(), want)
		}
		endless := readerFunc(func(p []byte) (int, error) { return copy(p, `{"text":"Advertisement"}`+"\n"), nil })
		if _, err := n.CopyJSONL(writerFunc(func([]byte) (int, error) { return 0, full }), endless, Fields{{"text"}}, nil); err != full {
			t.Errorf("%d jobs: error %v", jobs, err)
		}
	}
}

type (
	readerFunc func([]byte) (int, error)
	writerFunc func([]byte) (int, error)
)

func (f readerFunc) Read(p []byte) (int, error)  { return f(p) }
func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
