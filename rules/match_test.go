package rules

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
)

const header = "id\tclass\tlang\tscope\tstrength\tpattern\thit\tmiss\n"

func compile(t *testing.T, rows ...string) *Set {
	t.Helper()
	table, err := Parse("t.tsv", strings.NewReader(header+strings.Join(rows, "\n")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := Compile(table)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestMatch(t *testing.T) {
	set := compile(t,
		"ad\tad\ten\tline\t\tadvertisement\tAdvertisement\tx",
		"photo\tcredit\ten\tspan\t\t\\(photo by [^()]{2,80}\\)\tx [[(Photo by Ann)]]\tx",
		"sign\tbody\ten\tline\t\tthe sign said: .{1,80}\tThe sign said: no\tx",
		"short\tui\ten\tline\thint\tok\tOK\tx",
		"word\tad\ten\tspan\thint\tsponsored\t[[sponsored]]\tx",
	)
	type found struct {
		ID         string
		Start, End int
	}
	for line, want := range map[string][]found{
		"Advertisement":                       {{"ad", 0, 13}},
		"— ADVERTISEMENT —":                   {{"ad", 0, 21}},
		"[Advertisement:]":                    {{"ad", 0, 16}},
		"The advertisement":                   nil,
		"“Advertisement”":                     nil,
		"He left. (Photo by Ann Lee) He came": {{"photo", 9, 27}},
		"the sign said: (photo by me)":        {{"sign", 0, 28}, {"photo", 15, 28}},
		"ok":                                  {{"short", 0, 2}},
		"OK.":                                 nil,
		"Sponsored, and sponsored again":      {{"word", 0, 9}, {"word", 15, 24}},
		"":                                    nil,
	} {
		var got []found
		for _, m := range set.NewMatcher().Match(line, nil) {
			got = append(got, found{m.Rule.ID, m.Start, m.End})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

// TestAutomataAgreeWithRegexp holds the automata against the standard library, on the built-in rules and their examples.
func TestAutomataAgreeWithRegexp(t *testing.T) {
	set := builtin(t)
	m := set.NewMatcher()
	for i, r := range set.Rules() {
		if testing.Short() && i%20 != 0 {
			continue
		}
		re := regexp.MustCompile(r.Scope.expression(r.Pattern))
		for _, e := range slices.Concat(r.Hits(), r.Misses()) {
			for line := range strings.SplitSeq(e.Text, "\n") {
				for _, line := range []string{line, line + line, line[:len(line)/2], " " + strings.ToUpper(line) + "…", line + "."} {
					if got, want := m.matchesRule(int32(i), line), re.MatchString(line); got != want {
						t.Errorf("%s: %v, want %v, on %q", r.ID, got, want, line)
					}
				}
			}
		}
	}
}

// TestNeedIsOfEveryMatch: a class whose first and last rune are one letter in two cases asks for none of them.
func TestNeedIsOfEveryMatch(t *testing.T) {
	set := compile(t, "x\tad\ten\tspan\t\t(?-i:[ABa])(?-i:[A-Za]) 5[0-9]!\t[[Ba 50!]]\tx")
	for _, line := range []string{"Ba 50!", "BZ 57!", "aQ 59! "} {
		if len(set.NewMatcher().Match(line, nil)) != 1 {
			t.Errorf("no match in %q", line)
		}
	}
}

// matchesRule reports whether a part of rule i matches line.
func (m *Matcher) matchesRule(i int32, line string) bool {
	return slices.ContainsFunc(m.set.index.partsOf(i), func(part int32) bool { return m.matches(part, line) })
}

func FuzzAutomata(f *testing.F) {
	for _, pattern := range []string{`a{2,5}b?`, `(?:a|b.{0,9}){0,6}`, `\bno\B.`, `^x*$`, `[^a-c]{1,3}|(?-i:K)`, `(?:a?){3,7}`, `(a*)*`, `(?:|a){2,}b`} {
		f.Add(pattern, "aab", false)
		f.Add(pattern, "xxb kK no", true)
	}
	f.Fuzz(func(t *testing.T, pattern, line string, anywhere bool) {
		if len(pattern) > 60 || len(line) > 200 || strings.Contains(line, "\n") {
			return
		}
		tree, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			return // such as ")|(", which is sound only between the brackets of a scope
		}
		scope := Line
		if anywhere {
			scope = Span
		}
		re, err := regexp.Compile(scope.expression(pattern))
		if err != nil {
			return
		}
		folded, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
		if err != nil {
			t.Fatal(err)
		}
		r := &Rule{Pattern: pattern, Scope: scope, facts: newFacts(partsOf(folded, scope))}
		m := newSet([]*Rule{r}).NewMatcher()
		for range 2 { // the second time by the states that the first has made
			if got, want := m.matchesRule(0, line), re.MatchString(line); got != want {
				t.Fatalf("%v, want %v: %q on %q", got, want, pattern, line)
			}
		}
		if fewest, _ := lengths(tree); anywhere && fewest > 0 {
			var got [][]int
			for _, match := range m.spans(0, line, nil) {
				got = append(got, []int{match.Start, match.End})
			}
			if diff := cmp.Diff(re.FindAllStringIndex(line, -1), got); diff != "" {
				t.Fatalf("%q in %q (-regexp +spans):\n%s", pattern, line, diff)
			}
		}
	})
}

func TestShield(t *testing.T) {
	set := compile(t,
		"ad\tad\ten\tspan\t\tsubscribe now\t[[Subscribe now]]\tx",
		"quote\tbody\ten\tspan\t\t“[^”]{1,80}”\t“Hello”\tx",
	)
	line := "“Subscribe now”, it said. Subscribe now"
	left := Shield(set.NewMatcher().Match(line, nil))
	if len(left) != 2 || left[0].Rule.ID != "quote" || left[1].Start != strings.LastIndex(line, "Subscribe") {
		t.Errorf("Shield leaves %v", left)
	}
}

func TestCompileReplacesById(t *testing.T) {
	first, err := Parse("a.tsv", strings.NewReader(header+"x\tad\ten\tline\t\tone\tone\ttwo\ny\tad\ten\tline\t\tthree\tthree\tone\n"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Parse("b.tsv", strings.NewReader(header+"x\tad\ten\tline\t\ttwo\ttwo\tone\n"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := Compile(first, second)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(set.Rules()); got != 2 {
		t.Errorf("%d rules, want 2", got)
	}
	if set.Rules()[0].Pattern != "two" {
		t.Errorf("the first rule is %q, want the later table's", set.Rules()[0].Pattern)
	}
	if len(set.NewMatcher().Match("one", nil)) != 0 || len(set.NewMatcher().Match("two", nil)) != 1 {
		t.Error("the replaced pattern still matches, or the new one does not")
	}
}

func TestOnly(t *testing.T) {
	set := compile(t,
		"a\tad\ten\tline\t\tone\tone\tx",
		"b\tad\tde-AT\tline\t\tzwei\tzwei\tx",
		"c\tad\t*\tline\t\t###three\t###three\tx",
	)
	var ids []string
	for _, r := range set.Only(language.German).Rules() {
		ids = append(ids, r.ID)
	}
	if diff := cmp.Diff([]string{"b", "c"}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestKeywordsHoldInEveryMatch(t *testing.T) {
	for pattern, want := range map[string][]string{
		`follow (us|me) on twitter`:   {"follow me on twitter", "follow us on twitter"},
		`share|shave`:                 {"share", "shave"},
		`.{0,9}(cookies?) policy`:     {"cookie policy", "cookies policy"},
		`[0-9]+ comments?`:            {" comment"},
		`(a|b)?.{3}`:                  nil,
		`straße`:                      {"straße"},
		`read (?:more|on): .{3,150}`:  {"read more: ", "read on: "},
		`(?:ab){2,3}x|[^a]{3}`:        nil,
		`\x{212A}elvin`:               {"kelvin"},
		`(?:re)?tweet(?:ed|s)? \d{2}`: {"retweet ", "retweeted ", "retweets ", "tweet ", "tweeted ", "tweets "},
	} {
		tree, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
		if err != nil {
			t.Fatalf("%s: %v", pattern, err)
		}
		got := keywords(tree)
		if strings.HasPrefix(pattern, `[0-9]+ comments`) {
			// optional endings double the set; what counts is that each match holds one
			got = got[:1]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", pattern, diff)
		}
	}
}

func TestOrnamentsAgree(t *testing.T) {
	ornament := Line.expression(`x`)
	set := compile(t, "x\tad\ten\tline\t\tx\tx\ty")
	for r := rune(1); r < 0x3000; r++ {
		line := string(r) + "x"
		if set.Rules()[0].regexp().MatchString(line) && r != 'x' && r != 'X' && !isOrnament(r) {
			t.Errorf("%q is an ornament in %s but not in isOrnament", r, ornament)
		}
	}
}

// TestSpansAreThoseOfRegexp holds the places of spans against the standard library's, on lines of many examples.
func TestSpansAreThoseOfRegexp(t *testing.T) {
	set := builtin(t)
	m := set.NewMatcher()
	for i, r := range set.Rules() {
		if r.Scope != Span {
			continue
		}
		var texts []string
		for _, e := range slices.Concat(r.Hits(), r.Misses()) {
			texts = append(texts, strings.ReplaceAll(e.Text, "\n", " "))
		}
		all := strings.Join(texts, " ")
		re := regexp.MustCompile(r.Scope.expression(r.Pattern))
		for _, line := range []string{all, all + all, strings.Repeat("Ärger wird sein. ", 100) + all + "x" + all, strings.ToUpper(all)} {
			var want, got [][]int
			want = re.FindAllStringIndex(line, -1)
			for _, match := range m.spans(set.index.first.at(int32(i)), line, nil) {
				got = append(got, []int{match.Start, match.End})
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in %q (-regexp +spans):\n%s", r, line, diff)
			}
		}
	}
}
