package normalize

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"newsclean/rules"
)

func newNormalizer(t testing.TB, opt Options) *Normalizer {
	t.Helper()
	tables, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Compile(tables...)
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(set, opt)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// pages returns the project's sample pages, which every property below is held against.
func pages(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../testdata/pages/*.in")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	all := map[string]string{
		"odd": "\ufeffA line\rwith\u0085many\u2028ends\u2029and\r\n\x00\x1b[31mred\x1b[0m\x80\xff\xed\xa0\x80 e\u0301 \u200b\u00ad\tx\n\n\n",
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(path)] = string(text)
	}
	return all
}

func copyAll(t testing.TB, n *Normalizer, src io.Reader) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := n.Copy(&out, src); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// words returns the runs of letters, digits and marks of text.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// subsequence reports whether part is left of whole when some words are taken out.
func subsequence(part, whole []string) bool {
	for _, word := range whole {
		if len(part) > 0 && part[0] == word {
			part = part[1:]
		}
	}
	return len(part) == 0
}

// canonicalText is what a document is before anything is removed.
func canonicalText(text string) string {
	in := newLineReader(newDecoder(strings.NewReader(text), nil, new(int), nil), false)
	var b strings.Builder
	for {
		l, err := in.next()
		if err != nil {
			return b.String()
		}
		if l.glue && l.blank {
			b.WriteByte(' ')
		}
		b.WriteString(l.text)
		if !l.partial {
			b.WriteByte('\n')
		}
	}
}

// checkOutput holds an output against what is promised of every one.
func checkOutput(t testing.TB, in, out string) {
	t.Helper()
	if !subsequence(words(out), words(canonicalText(in))) {
		t.Errorf("the output's words are not a subsequence of the input's\nin  %q\nout %q", in, out)
	}
	if !utf8.ValidString(out) {
		t.Errorf("invalid UTF-8 in %q", out)
	}
	if i := strings.IndexFunc(out, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }); i >= 0 {
		t.Errorf("control character in %q", out[i:])
	}
	if strings.Contains(out, "\n\n\n") || strings.HasPrefix(out, "\n") || strings.HasSuffix(out, "\n\n") {
		t.Errorf("blank lines not tidied in %q", out)
	}
}

func TestOutputIsSubsequence(t *testing.T) {
	n := newNormalizer(t, Options{})
	for name, text := range pages(t) {
		t.Run(name, func(t *testing.T) { checkOutput(t, text, n.String(text)) })
	}
}

// TestReadsDoNotMatter: a document gives the same bytes however it is cut into reads.
func TestReadsDoNotMatter(t *testing.T) {
	n := newNormalizer(t, Options{})
	random := rand.New(rand.NewPCG(1, 2))
	for name, text := range pages(t) {
		t.Run(name, func(t *testing.T) {
			want := n.String(text)
			readers := map[string]io.Reader{
				"a byte at a time":   iotest.OneByteReader(strings.NewReader(text)),
				"half at a time":     iotest.HalfReader(strings.NewReader(text)),
				"error with data":    iotest.DataErrReader(strings.NewReader(text)),
				"random pieces":      &pieces{text: text, random: random},
				"a hundred cuts":     cutAt(text, random, 100),
				"a Reader of theirs": nil,
			}
			for how, reader := range readers {
				got := ""
				if reader == nil {
					r := n.NewReader(strings.NewReader(text))
					all, err := io.ReadAll(r)
					if err != nil {
						t.Fatal(err)
					}
					got = string(all)
				} else {
					got = copyAll(t, n, reader)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", how, diff)
				}
			}
		})
	}
}

// pieces reads text in pieces of random length.
type pieces struct {
	text   string
	random *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.text == "" {
		return 0, io.EOF
	}
	n := copy(b, p.text[:min(1+p.random.IntN(40), len(p.text))])
	p.text = p.text[n:]
	return n, nil
}

// TestNeighboursDoNotMatter: a document gives the same text alone and among others.
func TestNeighboursDoNotMatter(t *testing.T) {
	alone := newNormalizer(t, Options{})
	stream := newNormalizer(t, Options{Null: true})
	var in, want []string
	for _, text := range pages(t) {
		text = strings.ReplaceAll(text, "\x00", "")
		in = append(in, text)
		want = append(want, alone.String(text))
	}
	got := strings.Split(copyAll(t, stream, strings.NewReader(strings.Join(in, "\x00"))), "\x00")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-alone +among others:\n%s", diff)
	}
}

func TestEncodings(t *testing.T) {
	sentence := "Naïve café owners said the “summer” had been – in their words – a catastrophe for the whole promenade.\n"
	utf16 := func(order []int) string {
		b := []byte{0xFE, 0xFF}
		for _, r := range sentence {
			b = append(b, byte(r>>8), byte(r))
		}
		out := make([]byte, len(b))
		for i := 0; i < len(b); i += 2 {
			out[i+order[0]], out[i+order[1]] = b[i], b[i+1]
		}
		return string(out)
	}
	for name, c := range map[string]struct{ encoding, in string }{
		"UTF-8":                      {"", sentence},
		"UTF-8 with mark":            {"", "\ufeff" + sentence},
		"UTF-8 with mark, told else": {"windows-1252", "\ufeff" + sentence},
		"UTF-16 big endian":          {"", utf16([]int{0, 1})},
		"UTF-16 little endian":       {"", utf16([]int{1, 0})},
		"windows-1252":               {"windows-1252", "Na\xefve caf\xe9 owners said the \x93summer\x94 had been \x96 in their words \x96 a catastrophe for the whole promenade.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNormalizer(t, Options{Encoding: c.encoding})
			for how, reader := range map[string]io.Reader{
				"at once": strings.NewReader(c.in), "byte by byte": iotest.OneByteReader(strings.NewReader(c.in)),
			} {
				if diff := cmp.Diff(sentence, copyAll(t, n, reader)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", how, diff)
				}
			}
		})
	}
}

func TestInvalidBytesAreCounted(t *testing.T) {
	for in, want := range map[string]int{
		"good":                  0,
		"b\xffd":                1,
		"\xed\xa0\x80 lone":     3,
		"cut \xe2\x82":          2,
		"a \ufffd of their own": 0,
		"\xff\xfea\x00\x00\xd8": 1,
	} {
		n := newNormalizer(t, Options{})
		stats, err := n.Copy(io.Discard, iotest.OneByteReader(strings.NewReader(in)))
		if err != nil || stats.Invalid != want {
			t.Errorf("%q: %d invalid, want %d (%v)", in, stats.Invalid, want, err)
		}
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		" a\t b \u00a0 c\u3000":        "a b c",
		"e\u0301":                      "é",
		"½ ™ … ﬁ":                      "½ ™ … ﬁ",
		"so\u00adft hy\u200bphen":      "soft hyphen",
		"\x1b[1;31mred\x1b[0m text":    "red text",
		"\x1b]0;title\x07text":         "text",
		"\x1bbroken":                   "broken",
		"a\u202eb\u2066c\u2069":        "abc",
		"می\u200cخواهم":                "می\u200cخواهم",
		"x\u200cy":                     "xy",
		"👩\u200d🚀":                     "👩\u200d🚀",
		"שלום\u200f!":                  "שלום\u200f!",
		"a\u200f!":                     "a!",
		"a\u0007\u0000b\u009fc":        "abc",
		"\ufeffmark inside \ufeffgone": "mark inside gone",
	} {
		if got := string(appendCanonical(nil, []byte(in))); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestLineEnds(t *testing.T) {
	in := newLineReader(strings.NewReader("a\nb\r\nc\rd\u0085e\u2028f\u2029g\n\r\n\rh"), false)
	var got []string
	for {
		l, err := in.next()
		if err != nil {
			break
		}
		got = append(got, l.text)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e", "f", "g", "", "", "h"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestLongLine: a line over the limit comes out on one line, its pieces joined as they were.
func TestLongLine(t *testing.T) {
	n := newNormalizer(t, Options{})
	sentence := "The council of Northmoor voted on Tuesday to keep the old ferry running for another winter."
	for name, line := range map[string]string{
		"sentences":   strings.TrimSuffix(strings.Repeat(sentence+" ", 3*maxLine/len(sentence)), " "),
		"words":       strings.TrimSuffix(strings.Repeat("ferry ", maxLine/2), " "),
		"one word":    strings.Repeat("ferryman", maxLine/3),
		"accents":     strings.Repeat("é", maxLine+7),
		"ideographs":  strings.Repeat("渡船今年冬天继续运行。", maxLine/10),
		"just enough": strings.Repeat("x", maxLine),
	} {
		for _, end := range []string{"", "\n"} {
			got := copyAll(t, n, iotest.HalfReader(strings.NewReader(line+end)))
			if got != line+end {
				t.Errorf("%s: %d bytes become %d", name, len(line+end), len(got))
			}
		}
	}
}

func TestErrors(t *testing.T) {
	n := newNormalizer(t, Options{})
	broken := errors.New("cable cut")
	in := "The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, it said."
	var out bytes.Buffer
	_, err := n.Copy(&out, io.MultiReader(strings.NewReader(in), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || out.String() != in {
		t.Errorf("error %v, output %q", err, out.String())
	}
	if _, err := n.Copy(failing{broken}, strings.NewReader(in)); !errors.Is(err, broken) {
		t.Errorf("error %v of the writer is lost", err)
	}
	if _, err := io.ReadAll(n.NewReader(iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("error %v of the reader is lost", err)
	}
	if _, err := New(nil, Options{Lookahead: -1}); err == nil {
		t.Error("a look-ahead below zero is accepted")
	}
	if _, err := New(nil, Options{Encoding: "latin-99"}); err == nil {
		t.Error("an unknown encoding is accepted")
	}
}

type failing struct{ err error }

func (w failing) Write([]byte) (int, error) { return 0, w.err }

// TestScopes: what block and rest rules take, and what guards of a block shield.
func TestScopes(t *testing.T) {
	const table = "id\tclass\tlang\tscope\tpattern\thit\tmiss\n" +
		"box\trelated\ten\tblock\tbox:\tbox:\tx\n" +
		"end\tlegal\ten\trest\tthe end\tthe end\tx\n" +
		"poem\tbody\ten\tblock\tpoem:\tpoem:\tx\n" +
		"ad\tad\ten\tline\tad\tad\tx\n" +
		"cut\tad\ten\tspan\t ?cut me ?\t[[cut me]]\tx\n"
	parsed, err := rules.Parse("t.tsv", strings.NewReader(table))
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Compile(parsed)
	if err != nil {
		t.Fatal(err)
	}
	n, err := New(set, Options{})
	if err != nil {
		t.Fatal(err)
	}
	n.weights = &weights{} // rules alone
	line := "The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, it said."
	for in, want := range map[string]string{
		line + "\n\nBox:\n" + line + " Yes.\n\n" + line + " No.\n":    line + "\n\n" + line + " No.\n",
		line + "\nThe end\n\n" + line + "\n":                          line + "\n",
		line + "\n\nPoem:\nad\ncut me\n\nad\n":                        line + "\n\nPoem:\nad\ncut me\n",
		line + " Cut me\n" + line + " cut me, please.\n":              line + "\n" + line + ", please.\n",
		"They met.CUT METhen " + strings.ToLower(line[:1]) + line[1:]: "They met. Then " + strings.ToLower(line[:1]) + line[1:],
	} {
		if diff := cmp.Diff(want, n.String(in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}

func TestExplanationsCoverEveryLine(t *testing.T) {
	for name, text := range pages(t) {
		t.Run(name, func(t *testing.T) {
			var got []string
			var numbers []int
			n := newNormalizer(t, Options{Explain: func(e Explanation) {
				got = append(got, e.Text)
				numbers = append(numbers, e.Line)
				if (e.Fate == Removed) != (e.Rest == "" && e.Text != "") {
					t.Errorf("line %d: %s, but left of it is %q", e.Line, e.Fate, e.Rest)
				}
			}})
			copyAll(t, n, strings.NewReader(text))
			want := strings.Split(strings.TrimSuffix(canonicalText(text), "\n"), "\n")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("lines (-input +explained):\n%s", diff)
			}
			if !slices.IsSorted(numbers) {
				t.Errorf("line numbers %v", numbers)
			}
		})
	}
}

func TestWeightsTableFaults(t *testing.T) {
	for table, want := range map[string]string{
		"reading\ttree\tweight\twhen\nsecond\t1\tx\t\n":                                                     `w.tsv:2:10: weight "x" is no number`,
		"reading\ttree\tweight\twhen\nsecond\t1\t0.5\n":                                                     "w.tsv:2:1: 3 cells; write reading, tree, weight and conditions",
		"reading\ttree\tweight\twhen\nsecond\t1\t0.5\tfoo<3\n":                                              `w.tsv:2:14: unknown feature "foo"`,
		"reading\ttree\tweight\twhen\nsecond\t1\t0.5\twords<many\n":                                         `w.tsv:2:14: condition "words<many"; write feature<number or feature>=number`,
		"reading\ttree\tweight\twhen\nsecond\t1\t0.5\twords<3\n":                                            "w.tsv:2:1: a question of the tree is answered one way only; add a row for the other",
		"reading\ttree\tweight\twhen\nsecond\t1\t0.5\twords<3\nsecond\t1\t1\twords>=4\n":                    "w.tsv:3:1: the rows of a tree begin with the same question, answered both ways",
		"reading\ttree\tweight\twhen\nsecond\t1\t0.5\twords<3\nsecond\t1\t1\twords>=3\nsecond\t2\t0.25\t\n": "",
		"reading\ttree\tweight\twhen\nfourth\t1\t1\t\n":                                                     `w.tsv:2:1: unknown reading "fourth"; write words, first, second, third`,
		"reading\ttree\tweight\twhen\n# a comment\nsecond\t1\t-0.5\twords<3\nsecond\t1\t1\twords>=3\n":      "",
	} {
		_, err := parseWeights("w.tsv", table)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q\ngives %s\nwant  %s", table, got, want)
		}
	}
}

// TestWordsAsTheyAreFitted: the words of a paragraph weigh the same where weights are found and where they are used.
func TestWordsAsTheyAreFitted(t *testing.T) {
	const table = "reading\ttree\tweight\twhen\nwords\tferry\t0.50\t\nwords\tshare\t-1.25\t\nsecond\t0\t0\t\n"
	n := newNormalizer(t, Options{Weights: table})
	for text, sum := range map[string]int16{
		"Share the Ferry": -15, "— «FERRY», Share!": -15, "Nothing known here": 0, "...": 0, strings.Repeat("a ferry | ", 60): 200,
	} {
		paragraphs, evidence := n.Evidence(text)
		if len(paragraphs) != 1 {
			t.Fatalf("%q: %d paragraphs", text, len(paragraphs))
		}
		var weights []float32
		for _, word := range Words(paragraphs[0]) {
			weights = append(weights, map[string]float32{"ferry": 0.5, "share": -1.25}[word])
		}
		fitted := evidence[0]
		WeighWords(&fitted, weights)
		if fitted != evidence[0] || fitted[fWordSum] != sum {
			t.Errorf("%q: %v where fitted, %v where used, want %d first", text, fitted[fWordSum:fWordKnown+1], evidence[0][fWordSum:fWordKnown+1], sum)
		}
	}
}

func TestFeatureNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for i, name := range Features() {
		if name == "" || seen[name] {
			t.Errorf("feature %d: name %q is empty or stands twice", i, name)
		}
		seen[name] = true
	}
}

func TestScoreIsTheSumOfTheWeights(t *testing.T) {
	w, err := parseWeights("w.tsv", "reading\ttree\tweight\twhen\nsecond\t0\t0.25\t\nsecond\t1\t-1\twords<3\nsecond\t1\t2\twords>=3 & chars<9\nsecond\t1\t4\twords>=3 & chars>=9\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		words, chars int16
		want         float32
	}{{2, 10, -0.75}, {3, 8, 2.25}, {3, 9, 4.25}} {
		var e Evidence
		e[fWords], e[fChars] = c.words, c.chars
		if got := w.readings[1].score(&e, new([]float32)); got != c.want {
			t.Errorf("%d words, %d characters: %g, want %g", c.words, c.chars, got, c.want)
		}
	}
}

// TestRereadAsTheFilterDoes holds what weights are fitted on against what the filter weighs.
func TestRereadAsTheFilterDoes(t *testing.T) {
	n := newNormalizer(t, Options{})
	for name, text := range pages(t) {
		_, evidence := n.Evidence(text)
		again := slices.Clone(evidence)
		for i := range again {
			clear(again[i][FirstFeatures:])
		}
		for reading := range numReadings - 1 {
			scores := make([]float32, len(again))
			for i := range again {
				scores[i] = n.weights.readings[reading].score(&again[i], new([]float32))
			}
			Reread(again, scores)
		}
		for i := range again {
			for f := range again[i] {
				if again[i][f] != evidence[i][f] {
					t.Fatalf("%s: paragraph %d: %s is %d, in the filter %d", name, i+1, featureNames[f], again[i][f], evidence[i][f])
				}
			}
		}
	}
}

// TestLayoutOf: columns before the text are counted as a terminal shows them, and what parts columns of a table.
func TestLayoutOf(t *testing.T) {
	for text, want := range map[string]layout{
		"":                               {},
		"Ferry":                          {},
		"  Ferry sails":                  {indent: 2},
		"\tFerry":                        {indent: 8},
		"   \t Ferry":                    {indent: 9},
		"\u00A0\u3000Ferry":              {indent: 3},
		"Pier  Mole   Quay":              {gaps: 2},
		"Pier\tMole Quay  ":              {gaps: 1},
		strings.Repeat(" ", 200) + "a":   {indent: maxIndent},
		strings.Repeat(" ", 300):         {indent: maxIndent},
		" a" + strings.Repeat("\tb", 40): {indent: 1, gaps: maxGaps},
	} {
		if got := layoutOf([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
