package learn

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsclean/rules"
)

// Lesson is a row that was learnt.
type Lesson struct {
	rules.Row
	Pages int // of the sample on which it matches
	Left  int // bytes on them that it removes and the filter leaves
}

// maxLessons bounds a table: nobody reviews a longer one.
const maxLessons = 300

// group is what lines have in common, and what became of them.
type group struct {
	key      string // the folded line, or the folded words that lines begin with
	words    int    // of key, for an opening
	pages    int
	lastPage int // of those counted, to count each once
	lines    int
	before   string // the line before all of the lines, if it is the same
	after    string // the line behind all of them
	ahead    int
	behind   int
	guarded  int
	prose    int
	headline int
	left     int
	texts    map[string]int // lines as they came
	distinct map[string]bool
	classes  [rules.NumClasses]int
}

func (g *group) add(page int, l line) {
	if g.pages == 0 || g.lastPage != page {
		g.pages++
		g.lastPage = page
	}
	if g.lines++; g.lines == 1 {
		g.before, g.after = l.before, l.after
	}
	if g.before != l.before {
		g.before = ""
	}
	if g.after != l.after {
		g.after = ""
	}
	if !l.gone {
		g.left += l.bytes
	}
	g.ahead += count(l.ahead)
	g.behind += count(l.behind)
	g.guarded += count(l.guarded)
	g.prose += count(l.prose)
	g.headline += count(l.headline)
	g.classes[l.class]++
	g.texts[l.text]++
	g.distinct[l.folded] = true
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// text returns the line that came most often, the first in order of those.
func (g *group) text() string {
	best := ""
	for text, n := range g.texts {
		if m := g.texts[best]; n > m || n == m && text < best {
			best = text
		}
	}
	return best
}

// outside reports whether nearly all of the lines stand around their stories.
func (g *group) outside() bool { return (g.ahead+g.behind)*10 >= g.lines*9 }

// class returns what the lines are taken for: menus before a story, something between its paragraphs that does not end
// it, and behind it what they look like most often.
func (g *group) class() rules.Class {
	switch {
	case g.ahead*2 > g.lines:
		return rules.Nav
	case g.behind*10 < g.lines*9:
		return rules.Ad
	}
	best := rules.Ad
	for c := rules.Ad; c < rules.NumClasses; c++ {
		if g.classes[c] > g.classes[best] {
			best = c
		}
	}
	return best
}

// groups are made as they are asked for.
type groups map[string]*group

func (gs groups) at(key string) *group {
	g := gs[key]
	if g == nil {
		g = &group{key: key, texts: map[string]int{}, distinct: map[string]bool{}}
		gs[key] = g
	}
	return g
}

// sorted returns the groups that are wanted, in order of their keys.
func (gs groups) sorted(wanted func(*group) bool) []*group {
	var all []*group
	for _, g := range gs {
		if wanted(g) {
			all = append(all, g)
		}
	}
	slices.SortFunc(all, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.words, b.words), cmp.Compare(a.key, b.key))
	})
	return all
}

// Lessons returns what the pages teach, those rows first that remove most of what the filter leaves. They are the same
// whatever the order of the pages.
func (l *Learner) Lessons() []Lesson {
	t := teacher{pages: slices.Clone(l.sample.pages), suggest: l.set.NewSuggester(), heads: groups{}, taken: map[string]bool{}}
	for i := range t.pages {
		t.pages[i].lines = slices.Clone(t.pages[i].lines) // place changes them
	}
	slices.SortFunc(t.pages, func(a, b page) int { return cmp.Compare(a.key, b.key) })
	t.least = max(min(3, len(t.pages)), (len(t.pages)+19)/20)
	if len(t.pages) < 2 {
		return nil
	}
	t.learnLines()
	t.learnOpenings()
	slices.SortStableFunc(t.lessons, func(a, b Lesson) int {
		return cmp.Or(cmp.Compare(b.Left, a.Left), cmp.Compare(b.Pages, a.Pages), cmp.Compare(a.Pattern, b.Pattern))
	})
	t.lessons = t.lessons[:min(len(t.lessons), maxLessons)]
	ids := map[string]int{}
	for i := range t.lessons {
		id := &t.lessons[i].ID
		if ids[*id]++; ids[*id] > 1 {
			*id = fmt.Sprintf("%s-%d", *id, ids[*id])
		}
	}
	return t.lessons
}

// teacher makes lessons of the pages of a sample.
type teacher struct {
	pages   []page
	least   int // pages that a line must come on
	stories int // pages that a sentence must come on
	suggest *rules.Suggester
	whole   groups
	heads   groups
	taken   map[string]bool // whole lines that were learnt
	lessons []Lesson
}

// learnLines learns lines that come again: first the sentences, so that these do not pass for the story's end when it
// is asked what stands around stories.
func (t *teacher) learnLines() {
	t.gather()
	t.stories = t.fewStories()
	t.take(t.sharedSentence)
	t.place()
	t.gather()
	t.take(t.furniture)
}

// gather groups the lines that are not learnt yet.
func (t *teacher) gather() {
	t.whole = groups{}
	for i, p := range t.pages {
		for _, l := range p.lines {
			if !t.taken[l.folded] {
				t.whole.at(l.folded).add(i, l)
			}
		}
	}
}

// take learns the lines that are wanted.
func (t *teacher) take(wanted func(*group) bool) {
	for _, g := range t.whole.sorted(wanted) {
		t.taken[g.key] = true
		t.teach(g, t.suggest.Exact(g.text(), g.class()))
	}
}

// place finds out which lines stand around their page's story.
func (t *teacher) place() {
	story := func(l line) bool { return l.prose && !l.gone && !t.taken[l.folded] }
	for _, p := range t.pages {
		first := slices.IndexFunc(p.lines, story)
		last := len(p.lines) - 1
		for last >= 0 && !story(p.lines[last]) {
			last--
		}
		for i := range p.lines {
			p.lines[i].ahead, p.lines[i].behind = i < first, i > last
		}
	}
}

// teach adds a row unless it would remove nothing: the filter leaves none of its lines, or guards keep them. What goes
// anyway needs no row, and one would only sway the decisions about the lines around it.
func (t *teacher) teach(g *group, row rules.Row) {
	if g.left > 0 && len(t.suggest.Blocking(g.text())) == 0 {
		t.lessons = append(t.lessons, Lesson{row, g.pages, g.left})
	}
}

// loneWord is from how many letters on a line without blanks is more than a word.
const loneWord = 12

// fewPages is on how many pages a lone word may be by chance: two stories about one town or one company name it.
const fewPages = 3

// recurs reports whether the lines of g are on enough pages, and no guard keeps them. A lone word on few pages must
// stand in the same company on all of them; so must a short line of a script without blanks.
func (t *teacher) recurs(g *group) bool {
	if g.pages < t.least || g.guarded > 0 || letters(g.key) < 2 {
		return false
	}
	lone := !strings.Contains(g.key, " ") && letters(g.key) < loneWord
	return !lone || g.pages > fewPages || g.before != "" || g.after != ""
}

// sharedSentence reports whether g is a sentence that so many stories share that it is none of theirs.
func (t *teacher) sharedSentence(g *group) bool {
	return t.recurs(g) && g.prose > 0 && g.pages >= max(t.stories, len(t.pages)/10) && len(strings.Fields(g.key)) >= 8
}

// fewStories returns on how many pages a sentence must come to belong to none of their stories: on three, for a story
// may have been saved twice; of two pages alone, on both if these have little else in common.
func (t *teacher) fewStories() int {
	if len(t.pages) > 2 {
		return 3
	}
	shared, all := 0, 0
	for _, g := range t.whole {
		if g.prose > 0 {
			all++
			shared += count(g.pages == 2)
		}
	}
	if shared*5 <= all {
		return 2
	}
	return 3
}

// furniture reports whether g is a short line that pages set around their stories. Short lines inside stories are not
// enough, even where the filter removes them: newsrooms have headings that come again. What passes for a headline is
// furniture if so many pages cannot have it from their stories.
func (t *teacher) furniture(g *group) bool {
	return t.recurs(g) && g.prose == 0 && g.outside() && (g.headline == 0 || g.pages >= max(3, len(t.pages)/3))
}

// maxOpening bounds the words of an opening.
const maxOpening = 6

// learnOpenings learns with what words lines begin that differ otherwise.
func (t *teacher) learnOpenings() {
	story := map[string]bool{} // openings of lines that a table must not touch
	for i, p := range t.pages {
		for _, l := range p.lines {
			for n, head := range openings(l.folded) {
				if l.guarded || !l.gone && (l.prose || l.headline || !l.outside()) {
					story[head] = true
				} else if !t.taken[l.folded] {
					g := t.heads.at(head)
					g.words = n
					g.add(i, l)
				}
			}
		}
	}
	children := map[string][]*group{}
	all := t.heads.sorted(func(g *group) bool { return g.pages >= 2 })
	for _, g := range all {
		if at := strings.LastIndexByte(g.key, ' '); at > 0 {
			children[g.key[:at]] = append(children[g.key[:at]], g)
		}
	}
	chosen := map[string]bool{}
	for _, g := range all {
		known := chosen[g.key]
		for _, head := range openings(g.key) {
			known = known || chosen[head]
		}
		if known || story[g.key] || !t.opens(g) {
			continue
		}
		g = narrow(g, children)
		chosen[g.key] = true
		t.teach(g, t.suggest.Opening(beginning(rules.Bare(g.text()), g.words), g.text(), g.class()))
	}
}

// openings yields the openings of a folded line that has more words, with their number of words.
func openings(folded string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n := 0
		for i := range len(folded) {
			if folded[i] != ' ' {
				continue
			}
			if n++; n > maxOpening || !yield(n, folded[:i]) {
				return
			}
		}
	}
}

// beginning returns the first words of text.
func beginning(text string, words int) string {
	for i := range len(text) {
		if text[i] == ' ' {
			if words--; words == 0 {
				return text[:i]
			}
		}
	}
	return text
}

// opens reports whether g is a label that different things follow: it comes on half of the pages or more, and it ends as
// labels do, or hardly ever comes twice on a page. On fewer pages it may be what the stories are about, with which
// headlines begin as well.
func (t *teacher) opens(g *group) bool {
	if g.pages < max(3, (len(t.pages)+1)/2) || len(g.distinct) < 3 || letters(g.key) < 4 || !g.outside() {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(g.key)
	return strings.ContainsRune(":：|/>)©", last) || g.words >= 2 && g.lines*2 <= g.pages*3
}

// narrow returns the longest opening that nearly all lines of g have.
func narrow(g *group, children map[string][]*group) *group {
	for _, child := range children[g.key] {
		if child.lines*10 >= g.lines*9 {
			return narrow(child, children)
		}
	}
	return g
}

func letters(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// WriteTable writes the lessons as a table for the pages of site, or of all sites if that is empty.
func (l *Learner) WriteTable(w io.Writer, site string) error {
	var b strings.Builder
	fmt.Fprintln(&b, rules.Header)
	if site != "" {
		fmt.Fprintln(&b, "# sites:", site)
	}
	fmt.Fprintf(&b, "# Learnt from %d pages. Delete the rows that a story could hold, then use the table with --rules.\n", l.seen)
	if l.seen > len(l.sample.pages) {
		fmt.Fprintf(&b, "# A sample of %d different pages was looked at.\n", len(l.sample.pages))
	}
	lessons := l.Lessons()
	if len(lessons) == 0 {
		fmt.Fprintln(&b, "# The filter leaves nothing that they have in common around their stories.")
	}
	for _, lesson := range lessons {
		fmt.Fprintf(&b, "# on %d pages; without it %d bytes stay\n%s\n", lesson.Pages, lesson.Left, lesson)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
