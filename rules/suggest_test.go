package rules

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestExactRows: whatever the line says, its row is sound and matches it.
func TestExactRows(t *testing.T) {
	set := compile(t,
		"sign\tbody\ten\tspan\t\tthe sign says\t[[The sign says]] no\tx",
		"boat\tad\ten\tspan\t\ton the old boat\t[[on the old boat]]\tx",
	)
	g := set.NewSuggester()
	for _, text := range []string{
		"Share this article", "• Home", "***", "12", "1,234 shares", "[[wiki]] and [x]", `C:\news\n`, "Tab (a|b)* + ?", "ÄÖÜ ß ſ K", "今すぐ購読する",
		"٣ تعليقات", "x", "(Photo by Ann Lee)", "“Quoted”", ": colon", "# not a comment", strings.Repeat("A long line of 10 words goes on. ", 20),
		strings.Repeat("x", 500), strings.Repeat("長", 300),
	} {
		text = strings.TrimSpace(text)
		for _, class := range []Class{Body, Ad} {
			row := g.Exact(text, class)
			table, err := Parse("row.tsv", strings.NewReader(Header+"\n"+row.String()+"\n"))
			if err != nil {
				t.Errorf("%q: %v", text, err)
				continue
			}
			with, err := Compile(table)
			if err != nil {
				t.Fatal(err)
			}
			if faults := with.Check(); len(faults) > 0 {
				t.Errorf("%q: %v\n%s", text, faults, row)
			}
			if len(with.NewMatcher().Match(text, nil)) != 1 {
				t.Errorf("%q is not matched by %s", text, row)
			}
		}
	}
}

func TestRows(t *testing.T) {
	g := compile(t, "sign\tbody\ten\tspan\t\tthe sign says\t[[The sign says]] no\tx").NewSuggester()
	for _, c := range []struct{ got, want string }{
		{g.Exact("• Updated 3:12 pm", Date).String(), "drop-updated-3-12-pm\tdate\t*\tline\tUpdated \\d+:\\d+ pm\t• Updated 3:12 pm\tThey had painted “Updated 3:12 pm” on the old boat."},
		{g.Exact("Share this", Body).String(), "keep-share-this\tbody\t*\tline\tShare this\tShare this\tShare"},
		{g.Opening("Tags:", "Tags: ferry, boats", Nav).String(), "drop-tags\tnav\t*\tline\tTags:.{0,240}\tTags: ferry, boats\tThey had painted “Tags” on the old boat."},
		{strings.Join(g.Blocking("The sign says: no"), " "), "sign"},
		{strings.Join(g.Blocking("No sign says so"), " "), ""},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func FuzzExact(f *testing.F) {
	f.Add("Share this 12 [[x]]")
	g := compileAny().NewSuggester()
	f.Fuzz(func(t *testing.T, text string) {
		text = squeeze(text)
		if !utf8.ValidString(text) || text == "" || len(text) > 400 || strings.ContainsAny(text, "\x00\t\r\n\u0085\u2028\u2029") {
			return
		}
		row := g.Exact(text, Ad).String()
		table, err := Parse("row.tsv", strings.NewReader(Header+"\n"+row+"\n"))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		set, err := Compile(table)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if faults := set.Check(); faults != nil {
			t.Errorf("%q: row %q: %v", text, row, faults)
		}
	})
}

func compileAny() *Set {
	set, _ := Compile() // no table, no fault
	return set
}

func TestSilence(t *testing.T) {
	set := compile(t, "one\tad\ten\tline\t\tferry\tferry\tx", "two\tad\ten\tspan\t\tferry\t[[ferry]]\tx")
	for id, left := range map[string]string{"one": "two", "two": "one"} {
		got := set.Silence(id).NewMatcher().Match("Ferry", nil)
		if len(got) != 1 || got[0].Rule.ID != left {
			t.Errorf("without %s: %v", id, got)
		}
	}
	if got := set.NewMatcher().Match("Ferry", nil); len(got) != 2 {
		t.Errorf("the set itself has changed: %v", got)
	}
}

func TestSiteOf(t *testing.T) {
	for address, want := range map[string]string{
		"post.example": "post.example", "https://WWW.Post.example:8080/a?b#c": "www.post.example", "//post.example/x": "post.example",
		"post.example/a": "post.example", "": "", "http://": "", ":%": "", "http://[::1]:80/": "::1",
	} {
		if got := SiteOf(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
