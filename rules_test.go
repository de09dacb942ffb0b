package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsclean/rules"
)

// writeFiles writes files by their names into a new folder, whose name it returns.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// drop is a table with a row that removes the line words.
func drop(id, words string) string {
	return rules.Header + "\n" + id + "\tad\t*\tline\t" + words + "\t" + words + "\tNo\n"
}

// TestWhereTablesComeFrom: the configuration's folder, NEWSCLEAN_RULES and --rules each add tables, the later winning.
func TestWhereTablesComeFrom(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"config/newsclean/rules/one.tsv":        drop("one", "first"),
		"config/newsclean/rules/two.tsv":        drop("two", "second"),
		"config/newsclean/rules/README":         "not a table",
		"home/.config/newsclean/rules/home.tsv": drop("home", "fourth"),
		"named.tsv":                             drop("named", "third"),
		"replace.tsv":                           drop("one", "other"),
	})
	const lines = "first\nsecond\nthird\nfourth\nother\n"
	run := func(args ...string) string {
		t.Helper()
		status, stdout, stderr := runCommand(lines, append(args, "--keep=nav,related,caption,ui,byline,date")...)
		if status != exitDone || stderr != "" {
			t.Fatalf("%v: status %d, stderr %q", args, status, stderr)
		}
		return strings.Join(strings.Fields(stdout), " ")
	}
	t.Setenv("HOME", filepath.Join(dir, "home"))
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("NEWSCLEAN_RULES", "")
	if got := run(); got != "first second third other" {
		t.Errorf("with ~/.config: %s", got)
	}
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
	if got := run(); got != "third fourth other" {
		t.Errorf("with XDG_CONFIG_HOME: %s", got)
	}
	t.Setenv("NEWSCLEAN_RULES", filepath.Join(dir, "named.tsv")+string(filepath.ListSeparator)+filepath.Join(dir, "replace.tsv"))
	if got := run(); got != "first fourth" {
		t.Errorf("with NEWSCLEAN_RULES too: %s", got)
	}
	if got := run("--no-config"); got != "first second third fourth other" {
		t.Errorf("with --no-config: %s", got)
	}
	if got := run("--no-config", "--no-builtin-rules", "--rules", filepath.Join(dir, "named.tsv")); got != "first second fourth other" {
		t.Errorf("with --rules alone: %s", got)
	}
	t.Setenv("NEWSCLEAN_RULES", filepath.Join(dir, "missing.tsv"))
	if status, _, stderr := runCommand("", "--no-builtin-rules"); status != exitUsage || !strings.HasPrefix(stderr, "newsclean: NEWSCLEAN_RULES: open ") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

// TestOverrideGuard: a row with a guard's id takes its place, as any other.
func TestOverrideGuard(t *testing.T) {
	const sign = "The sign at the pier says: Subscribe now, pay later"
	dir := writeFiles(t, map[string]string{
		"guard.tsv": rules.Header + "\nsign\tbody\t*\tline\tthe sign .{0,40}says: .{1,80}\tThe sign says: No\tNo\n",
		"drop.tsv":  rules.Header + "\nsign\tad\t*\tline\tthe sign .{0,40}says: .{1,80}\tThe sign says: No\tNo\n",
	})
	guard, drop := filepath.Join(dir, "guard.tsv"), filepath.Join(dir, "drop.tsv")
	if _, stdout, _ := runCommand(sign, "--no-builtin-rules", "--rules", guard); stdout != sign {
		t.Errorf("the guard does not keep the line: %q", stdout)
	}
	if _, stdout, _ := runCommand(sign, "--no-builtin-rules", "--rules", guard, "--rules", drop); stdout != "" {
		t.Errorf("the row that takes the guard's place does not remove the line: %q", stdout)
	}
}

func TestSite(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"post.tsv": "# sites: post.example herald.example\n" + drop("harbour", "harbour notes"),
	})
	path := filepath.Join(dir, "post.tsv")
	for site, gone := range map[string]bool{
		"": false, "post.example": true, "www.post.example": true, "https://www.HERALD.example:8080/a?b": true,
		"compost.example": false, "example": false,
	} {
		args := []string{"--rules", path}
		if site != "" {
			args = append(args, "--site", site)
		}
		_, stdout, stderr := runCommand(prose+"\nHarbour notes\n\n"+prose, args...)
		if stderr != "" || strings.Contains(stdout, "Harbour notes") == gone {
			t.Errorf("site %q: stderr %q, gone %v, want %v", site, stderr, !gone, gone)
		}
	}
	if status, _, stderr := runCommand("", "--site", " "); status != exitUsage || stderr != "newsclean: --site: \" \"; write a host name such as post.example\n"+hint {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

// TestCheckSites: tables of different sites are checked each with the tables that hold there.
func TestCheckSites(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"one.tsv": "# sites: one.example\n" + drop("same", "harbour notes"),
		"two.tsv": "# sites: two.example\n" + strings.Replace(drop("same", "harbour walks"), "\tNo\n", "\tHarbour walks\n", 1),
	})
	one, two := filepath.Join(dir, "one.tsv"), filepath.Join(dir, "two.tsv")
	status, stdout, stderr := runCommand("", "--no-builtin-rules", "--rules", one, "--rules", two, "--check-rules")
	if want := "newsclean: " + two + ":3:44: same: miss: the pattern matches it; make the pattern narrower\n"; status != exitFailed || stdout != "" || stderr != want {
		t.Errorf("status %d, stdout %q, stderr %q, want %q", status, stdout, stderr, want)
	}
	if status, stdout, stderr := runCommand("", "--no-builtin-rules", "--rules", one, "--rules", two, "--check-rules", "--site=one.example"); status != exitDone {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

// TestCheckNotes: what a table of one's own does to the examples of built-in rules is worth a note and no fault.
func TestCheckNotes(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"keep.tsv": rules.Header + "\nkeep-ad\tbody\t*\tline\tadvertisement\tAdvertisement\tAd\n",
	})
	status, stdout, stderr := runCommand("", "--rules", filepath.Join(dir, "keep.tsv"), "--check-rules")
	if status != exitDone || !strings.HasSuffix(stdout, " rules, no fault\n") || !strings.Contains(stderr, "shielded by keep-ad") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

func TestMeasure(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"mine.tsv": rules.Header +
			"\nnotes\trelated\t*\tline\tharbour notes.{0,40}\tHarbour notes\tHarbour" +
			"\nagain\trelated\t*\tline\tharbour notes for \\d+\tHarbour notes for 3\tHarbour" +
			"\nnever\tad\t*\tline\tbuy herring\tBuy herring\tHerring" +
			"\nsign\tbody\t*\tline\tthe sign says: .{1,40}\tThe sign says: advertisement\tSign\n",
		"page.txt": prose + "\nHarbour notes\n\nThe sign says: Subscribe now\n\nHarbour notes for 12\n\n" + prose,
		"more.txt": prose + "\nHarbour notes for 12\n\n" + prose,
	})
	mine := filepath.Join(dir, "mine.tsv")
	args := []string{"--no-builtin-rules", "--rules", mine, "--check-rules", filepath.Join(dir, "page.txt"), filepath.Join(dir, "more.txt")}
	status, stdout, stderr := runCommand("", args...)
	if status != exitDone || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	want := "4 rules, no fault\n" +
		mine + ":2:1: notes: removed NN bytes; matched 3 lines of 2 texts\n\tHarbour notes\n\tHarbour notes for 12\n" +
		mine + ":3:1: again: matched 2 lines of 2 texts, but without it all would come out the same: so do notes\n\tHarbour notes for 12\n" +
		mine + ":4:1: never: never matched\n" +
		mine + ":5:1: sign: kept 30 bytes; matched 1 line of 1 text\n\tThe sign says: Subscribe now\n" +
		"4 rules of your own on 2 texts\n"
	got := stdout
	if at := strings.Index(got, "removed "); at > 0 {
		end := at + len("removed ") + strings.Index(got[at+len("removed "):], " ")
		got = got[:at+len("removed ")] + "NN" + got[end:]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--check-rules", mine}, "newsclean: FILEs are texts to measure rules on; name a rule table with --rules " + mine + "\n"},
		{[]string{"--check-rules", "page.txt"}, "newsclean: --check-rules measures tables of your own; name one with --rules\n"},
		{[]string{"--list-rules", "page.txt"}, "newsclean: no input is read with --list-rules; name a rule table with --rules page.txt\n"},
	} {
		if status, _, stderr := runCommand("", c.args...); status != exitUsage || stderr != c.want+hint {
			t.Errorf("%v: status %d, stderr %q", c.args, status, stderr)
		}
	}
}

func TestLearnCommand(t *testing.T) {
	page := func(s string) string {
		return "Harbour Post Weekly\n\n" + strings.ReplaceAll(prose, "ferry", s) + "\nHarbour notes, every Thursday morning\n"
	}
	pages := []string{page("ferry"), page("bridge"), page("school"), page("tower")}
	status, stdout, stderr := runCommand(strings.Join(pages, "\x00"), "--learn", "-0", "--site", "https://post.example/a")
	if status != exitDone || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	if !strings.HasPrefix(stdout, rules.Header+"\n# sites: post.example\n# Learnt from 4 pages.") || !strings.Contains(stdout, "harbour-notes") {
		t.Errorf("the table is\n%s", stdout)
	}
	records := "not JSON\n"
	for _, p := range pages {
		text, err := json.Marshal(map[string]string{"body": p})
		if err != nil {
			t.Fatal(err)
		}
		records += string(text) + "\n"
	}
	status, same, stderr := runCommand(records, "--learn", "--jsonl=body", "--site=post.example")
	if diff := cmp.Diff(stdout, same); status != exitFailed || !strings.HasPrefix(stderr, "newsclean: standard input: record 1: not valid JSON") || diff != "" {
		t.Errorf("from records: status %d, stderr %q, table (-NUL +records):\n%s", status, stderr, diff)
	}
	if status, stdout, stderr := runCommand(pages[0], "--learn"); status != exitFailed || stdout != "" || !strings.Contains(stderr, "two pages of a site at least") {
		t.Errorf("from one page: status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	dir := writeFiles(t, map[string]string{"1": pages[0], "2": pages[1], "3": pages[2], "4": pages[3], "learnt.tsv": stdout})
	_, again, _ := runCommand("", "--learn", "--site=post.example", filepath.Join(dir, "3"), filepath.Join(dir, "1"), filepath.Join(dir, "4"), filepath.Join(dir, "2"))
	if diff := cmp.Diff(stdout, again); diff != "" {
		t.Errorf("from files in another order (-NUL +files):\n%s", diff)
	}
	folder := filepath.Join(writeFiles(t, map[string]string{"newsclean/rules/none": ""}), "newsclean", "rules")
	t.Setenv("XDG_CONFIG_HOME", filepath.Dir(filepath.Dir(folder)))
	learnt := filepath.Join(folder, "learnt.tsv")
	for i, want := range []string{"", "newsclean: " + learnt + ": is a table in use and what --output writes; name another file\n"} {
		status, _, stderr := runCommand(strings.Join(pages, "\x00"), "--learn", "-0", "--site=post.example", "-o", learnt)
		if text, err := os.ReadFile(learnt); err != nil || string(text) != stdout || status != i || stderr != want {
			t.Errorf("into the configuration's folder: status %d, stderr %q, table %v\n%s", status, stderr, err, text)
		}
	}
	_, clean, _ := runCommand(page("harbour"), "--site=post.example")
	if strings.Contains(clean, "Harbour notes") || !strings.Contains(clean, "old harbour running") {
		t.Errorf("with the table a page becomes\n%s", clean)
	}
}

func TestReport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	status, stdout, stderr := runCommand(page, "--report", path)
	if status != exitDone || stdout != prose || stderr != "" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	html, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(html), ">ADVERTISEMENT</mark>") || !strings.Contains(string(html), "1 document,") {
		t.Errorf("the report is\n%s", html)
	}
	if status, _, stderr := runCommand(page, "--report", filepath.Join(path, "no")); status != exitFailed || !strings.Contains(stderr, "not a directory") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
	if status, _, stderr := runCommand(page, "--report", path, "--explain"); status != exitUsage || stderr != "newsclean: --report and --explain cannot be used together\n"+hint {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}
