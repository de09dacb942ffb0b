package report_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"newsclean/normalize"
	"newsclean/report"
	"newsclean/rules"
)

// explanations of a document: a line that stays, one that went by a rule, one by weights, one that was cut.
func document(number int) []normalize.Explanation {
	byRule := normalize.Reason{Class: rules.Ad, Rules: []string{"advert"}}
	weighed := normalize.Reason{Class: rules.Nav, Weighed: true, Score: -2, Against: []normalize.Weight{{Weight: -1, When: "words<3"}}}
	kept := strings.Repeat("The ferry left at dawn. ", 9)
	return []normalize.Explanation{
		{Document: number, Line: 1, Text: kept, Rest: kept, Reason: normalize.Reason{Class: rules.Body}},
		{Document: number, Line: 2},
		{Document: number, Line: 3, Text: "Buy <script>alert(1)</script> now", Fate: normalize.Removed, Reason: byRule},
		{Document: number, Line: 4, Text: "Home", Fate: normalize.Removed, Reason: weighed},
		{Document: number, Line: 5, Text: "He left. [ad] She stayed.", Rest: "He left. She stayed.", Fate: normalize.Edited,
			Cuts: []normalize.Cut{{Start: 9, End: 13, Reason: &byRule}}},
	}
}

// page returns the page about so many documents.
func page(t *testing.T, documents int) string {
	t.Helper()
	r := report.New()
	r.Begin("page.txt")
	for i := range documents {
		for _, e := range document(i + 1) {
			r.Line(e)
		}
	}
	var b bytes.Buffer
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPage(t *testing.T) {
	html := page(t, 3)
	for _, want := range []string{
		"3 documents", `data-why="ad, by advert"`, `data-why="nav, score -2.0; against it most of all -1.000 words&lt;3"`,
		"Buy &lt;script&gt;alert(1)&lt;/script&gt; now</mark>", `He left. <mark class="ad"`, "[ad]</mark> She stayed.", "page.txt #3",
		`data-class="nav" aria-pressed`, `data-rule="advert" aria-pressed`, "prefers-color-scheme: dark",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if n := strings.Count(html, "<mark "); n != 9 || n != strings.Count(html, `tabindex="0"`) {
		t.Errorf("%d marks, %d to be reached with the keyboard", n, strings.Count(html, `tabindex="0"`))
	}
	if strings.Contains(html, "A sample") {
		t.Error("calls three documents a sample")
	}
	if outside := regexp.MustCompile(`(?i)https?:|src=|url\(|@import`).FindString(html); outside != "" {
		t.Errorf("the page reaches out: %s", outside)
	}
}

func TestEmptyPage(t *testing.T) {
	if html := page(t, 0); !strings.Contains(html, "0 documents") || !strings.Contains(html, "Nothing went.") {
		t.Error("an empty page says something else than that it is")
	}
}

func TestManyDocuments(t *testing.T) {
	html := page(t, 10000)
	if len(html) > 4<<20 {
		t.Errorf("%d bytes", len(html))
	}
	for _, want := range []string{"10000 documents", "A sample: ", " of 10000 documents are shown", "20000×"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	if n := strings.Count(html, "<details "); n < 50 || n > 100 {
		t.Errorf("%d documents are shown", n)
	}
}

// TestBrowser opens the page in a browser: its script runs, its filters work, and it fits the window.
func TestBrowser(t *testing.T) {
	var browser string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && browser == "" {
			browser = path
		}
	}
	if browser == "" {
		t.Skip("SKIPPED: no chromium here to open the page in")
	}
	dir := t.TempDir()
	probe := `<script>
const say = (name, value) => document.body.setAttribute("data-" + name, value);
say("wide", document.documentElement.scrollWidth > innerWidth);
say("all", at("found").textContent);
document.querySelector("button[data-class=nav]").click();
say("nav", at("found").textContent);
say("pressed", document.querySelector("button[data-class=nav]").getAttribute("aria-pressed"));
say("dimmed", document.querySelectorAll("mark.other").length);
cls.value = ""; rule.value = "advert"; only.checked = true; filter();
say("lines", [...document.querySelectorAll("details li")].filter(li => !li.hidden).length);
document.querySelector("mark").focus();
say("focus", document.activeElement.dataset.why);
</script>`
	path := filepath.Join(dir, "page.html")
	if err := os.WriteFile(path, []byte(strings.Replace(page(t, 3), "</body>", probe+"</body>", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, size := range []string{"500,900", "1280,900"} {
		cmd := exec.Command(browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir="+dir,
			"--window-size="+size, "--dump-dom", "file://"+path)
		stop := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
		dom, err := cmd.Output()
		stop.Stop()
		if err != nil {
			t.Skipf("SKIPPED: %s does not run here: %v", browser, err)
		}
		for _, want := range []string{
			`data-wide="false"`, `data-all="9 places in 3 documents"`, `data-nav="3 places in 3 documents"`, `data-pressed="true"`,
			`data-dimmed="6"`, `data-lines="6"`, `data-focus="ad, by advert"`,
		} {
			if !bytes.Contains(dom, []byte(want)) {
				t.Errorf("at %s: no %s in the page: %s", size, want, regexp.MustCompile(`<body[^>]*>`).Find(dom))
			}
		}
	}
}
