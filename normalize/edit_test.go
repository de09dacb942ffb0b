package normalize

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"newsclean/rules"
)

// rebuild applies the edits of one document to it, as their documentation says.
func rebuild(t *testing.T, raw string, edits []Edit) string {
	t.Helper()
	var b strings.Builder
	at, chars := 0, 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(raw) {
			t.Fatalf("edit of bytes %d to %d behind %d in a text of %d", e.Start, e.End, at, len(raw))
		}
		chars += utf8.RuneCountInString(raw[at:e.Start])
		if chars != e.CharStart {
			t.Fatalf("edit of bytes %d to %d begins at character %d, want %d", e.Start, e.End, e.CharStart, chars)
		}
		chars += utf8.RuneCountInString(raw[e.Start:e.End])
		if chars != e.CharEnd {
			t.Fatalf("edit of bytes %d to %d ends at character %d, want %d", e.Start, e.End, e.CharEnd, chars)
		}
		if text := strings.ToValidUTF8(raw[e.Start:e.End], ""); text != strings.ReplaceAll(e.Text, "\uFFFD", "") && !strings.Contains(raw, "\uFFFD") {
			t.Fatalf("edit of bytes %d to %d has the text %q, want %q", e.Start, e.End, e.Text, text)
		}
		b.WriteString(raw[at:e.Start])
		b.WriteString(e.Replacement)
		at = e.End
	}
	b.WriteString(raw[at:])
	return b.String()
}

// builtinSet is shared by tests that need many Normalizers.
var builtinSet = sync.OnceValue(func() *rules.Set {
	tables, err := rules.Builtin()
	if err != nil {
		panic(err)
	}
	set, err := rules.Compile(tables...)
	if err != nil {
		panic(err)
	}
	return set
})

// checkEdits checks that the edits of text make it the output, and returns them.
func checkEdits(t *testing.T, text string, opt Options) []Edit {
	t.Helper()
	clean := func() string {
		return copyAll(t, newWarm(t, opt), strings.NewReader(text))
	}
	want := clean()
	var all []Edit
	opt.Edits = func(e Edit) { all = append(all, e) }
	got := clean()
	if got != want {
		t.Fatalf("asking for edits changes the output (-want +got):\n%s", cmp.Diff(want, got))
	}
	raws, outs := []string{text}, []string{want}
	if opt.Null {
		raws, outs = strings.Split(text, "\x00"), strings.Split(want, "\x00")
	}
	edits := all
	for i := range raws {
		n := 0
		for n < len(edits) && edits[n].Document == i+1 {
			n++
		}
		if got := rebuild(t, raws[i], edits[:n]); got != outs[i] {
			t.Fatalf("document %d of %q: edits give\n%q, want\n%q\n%+v", i+1, text, got, outs[i], edits[:n])
		}
		edits = edits[n:]
	}
	if len(edits) > 0 {
		t.Fatalf("edits of document %d, and there are %d", edits[0].Document, len(raws))
	}
	return all
}

const ferry = "The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, after a long debate about its cost."

func TestEdits(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                  "",
		"only a mark":            "\ufeff",
		"mark":                   "\ufeff" + ferry + "\n",
		"nothing to do":          ferry + "\n\n" + ferry + "\n",
		"no line end":            ferry + "\nADVERTISEMENT",
		"line ends":              ferry + "\r\n\r\n" + ferry + "\r" + ferry + "\u0085" + ferry + "\u2028\r\n",
		"ends in CR LF":          ferry + "\r\n",
		"ends in CR":             ferry + "\r",
		"blanks":                 " \t" + ferry + " \u00a0\n\t\n\n\n" + strings.Replace(ferry, " ", "\t ", 3) + "\n \n",
		"invalid":                "\xff" + ferry + "\xe2\x80\n" + "Caf\xe9 " + ferry + " \uFFFD\n\xff\xff\nADVERTISEMENT\xff\n",
		"composed":               "Cafe\u0301 e\u0301\u00ad\u0327 " + ferry + " q\u0323\u0307 \u1112\u1161\u11ab\n",
		"escapes":                "\x1b[31m" + ferry + "\x1b[0m m\u200b\u200dx\n",
		"cuts":                   ferry + " (Photo by Ann Lee/Harbour Post)\n" + "The ferry Kittiwake leaves\u00a0 (Photo\tby Ann\u200b Lee/Harbour Post), as it\t does. " + ferry + "\n",
		"cut in a broken line":   "The ferry Kittiwake leaves Northmoor harbour on Monday. (Photo by Ann\nlee/Harbour Post)\n" + ferry + "\n",
		"null in a single text":  ferry + "\x00" + ferry,
		"a very long line":       strings.Repeat(ferry+"  ", 2000) + "\nADVERTISEMENT\n",
		"a long line of nothing": strings.Repeat("\u00ad ", 100000) + ferry,
		"a long line of marks":   "e" + strings.Repeat("\u0301", 100000) + ferry,
		"a long line of invalid": strings.Repeat("\xff", 100000) + ferry + "\n" + ferry,
	} {
		t.Run(name, func(t *testing.T) {
			checkEdits(t, text, Options{})
			checkEdits(t, text+"\x00"+text+"\x00\x00\r\x00"+text, Options{Null: true})
			checkEdits(t, strings.ReplaceAll(text, "\n", "\r\n"), Options{Keep: []rules.Class{rules.Ad}, Drop: []rules.Class{rules.Body}})
		})
	}
	for name, text := range pages(t) {
		t.Run(name, func(t *testing.T) {
			for _, e := range checkEdits(t, text, Options{}) {
				if e.Class != rules.None && len(e.Rules) == 0 && (!e.Weighed || len(e.Against) == 0) {
					t.Errorf("nothing is named that removed %q: %+v", e.Text, e.Reason)
				}
			}
		})
	}
}

// TestEditsOfOtherEncodings: offsets count in the text as UTF-8.
func TestEditsOfOtherEncodings(t *testing.T) {
	var edits []Edit
	opt := Options{Encoding: "windows-1252", Edits: func(e Edit) { edits = append(edits, e) }}
	out := copyAll(t, newNormalizer(t, opt), strings.NewReader("ADVERTISEMENT\nCaf\xe9 \x93"+ferry+"\x94 \n"))
	if got := rebuild(t, "ADVERTISEMENT\nCafé “"+ferry+"” \n", edits); got != out {
		t.Errorf("edits give %q, want %q", got, out)
	}
}

func TestWeightsNamed(t *testing.T) {
	rows := map[string]bool{}
	for line := range strings.Lines(weightsTable(t)) {
		if cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(cells) > 1 {
			rows[cells[len(cells)-1]] = true
		}
	}
	n := 0
	opt := Options{Explain: func(e Explanation) {
		for _, w := range append(e.For, e.Against...) {
			if n++; !rows[w.When] {
				t.Errorf("no row of the weights has the conditions %q", w.When)
			}
		}
	}}
	for _, text := range pages(t) {
		copyAll(t, newNormalizer(t, opt), strings.NewReader(text))
	}
	if n == 0 {
		t.Error("no weights named")
	}
}

// TestEditsOfNoise strings odd pieces together at random, the same ones each time.
func TestEditsOfNoise(t *testing.T) {
	pieces := []string{
		"\ufeff", "\r", "\n", "\r\n", "\n\n", "\u0085", "\u2028", "\x00", " ", "\t", "\u00a0", "\u3000", "\xff", "\xe2\x80", "\uFFFD", "e\u0301",
		"\u0301", "\u00ad", "\u200b", "\u200d", "\x1b[31m", "\x1b", ferry, "ADVERTISEMENT", "(Photo by Ann Lee/Harbour Post)", "Share this article", ",", "x", "“", "\u0344",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var b strings.Builder
		for range random.IntN(30) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		checkEdits(t, b.String(), Options{Null: random.IntN(2) == 0})
	}
}
