// Package report makes one self-contained HTML page of what a run of the filter removed from a set of documents, and
// why.
package report

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"newsclean/normalize"
	"newsclean/rules"
)

// Bounds on what a page shows, so that it stays one that a phone can open.
const (
	maxShown = 60       // documents with their text; of more, a sample
	maxMost  = 20       // documents named as those that lost most, shown too
	maxRules = 30       // bars in the chart of rules
	maxBytes = 16 << 10 // of a document's text
	leastLen = 200      // bytes of a document that can be among those that lost most
)

// Report gathers what became of documents. It is not safe for concurrent use.
type Report struct {
	name    string
	current *Document
	total   Document // sums
	count   int
	classes [rules.NumClasses]tally
	rules   map[string]*tally
	sample  []*Document
	most    []*Document
	random  *rand.Rand
}

// tally counts what a class or a rule removed.
type tally struct {
	places, bytes int
	class         rules.Class
}

// New returns an empty Report.
func New() *Report {
	return &Report{rules: map[string]*tally{}, random: rand.New(rand.NewPCG(1, 1))} // the same sample every time
}

// Document is what the page tells of one document.
type Document struct {
	Name       string
	Number     int // among the documents of the name
	ID         int // among all
	Lines      []Line
	Bytes      int
	Lost       int
	Unseen     int // lines that are too many to show
	shownBytes int
}

// Share returns the per cent of the text that went.
func (d *Document) Share() int { return 100 * d.Lost / max(d.Bytes, 1) }

// Line is a line of a document, in pieces that stay and pieces that went.
type Line struct {
	Number int
	Gone   bool
	Parts  []Part
}

// Part is a piece of a line.
type Part struct {
	Text  string
	Class string // why it went; empty if it stays
	Rules string // with a blank on either side of each, for filters
	Why   string
}

// Begin tells that the documents that follow are those of the input with that name.
func (r *Report) Begin(name string) {
	r.end()
	r.name = name
}

// Line takes the explanation of a line. The lines of a run come in order.
func (r *Report) Line(e normalize.Explanation) {
	if r.current == nil || r.current.Number != e.Document {
		r.end()
		r.count++
		r.current = &Document{Name: r.name, Number: e.Document, ID: r.count}
	}
	if e.Text == "" {
		return
	}
	d := r.current
	line := Line{Number: e.Line, Gone: e.Fate == normalize.Removed}
	switch e.Fate {
	case normalize.Kept:
		line.Parts = []Part{{Text: e.Text}}
	case normalize.Removed:
		line.Parts = []Part{r.gone(e.Text, &e.Reason)}
	default:
		at := 0
		for _, c := range e.Cuts {
			line.Parts = append(line.Parts, Part{Text: e.Text[at:c.Start]}, r.gone(e.Text[c.Start:c.End], c.Reason))
			at = c.End
		}
		line.Parts = append(line.Parts, Part{Text: e.Text[at:]})
	}
	d.Bytes += len(e.Text)
	if d.shownBytes += len(e.Text); d.shownBytes <= maxBytes {
		d.Lines = append(d.Lines, line)
	} else {
		d.Unseen++
	}
}

// gone counts text that went and says why.
func (r *Report) gone(text string, why *normalize.Reason) Part {
	r.current.Lost += len(text)
	r.classes[why.Class].add(text)
	for _, id := range why.Rules {
		t := r.rules[id]
		if t == nil {
			t = &tally{class: why.Class}
			r.rules[id] = t
		}
		t.add(text)
	}
	p := Part{Text: text, Class: why.Class.String(), Rules: " " + strings.Join(why.Rules, " ") + " "}
	switch {
	case why.Dropped:
		p.Why = fmt.Sprintf("%s: goes because --drop names its class", why.Class)
	case !why.Weighed:
		p.Why = fmt.Sprintf("%s, by %s", why.Class, strings.Join(why.Rules, ", "))
	case len(why.Against) > 0:
		p.Why = fmt.Sprintf("%s, score %+.1f; against it most of all %s", why.Class, why.Score, why.Against[0])
	}
	return p
}

func (t *tally) add(text string) {
	t.places++
	t.bytes += len(text)
}

// end takes leave of the current document: it is kept if it is of the sample or among those that lost most.
func (r *Report) end() {
	d := r.current
	r.current = nil
	if d == nil {
		return
	}
	r.total.Bytes += d.Bytes
	r.total.Lost += d.Lost
	if len(r.sample) < maxShown {
		r.sample = append(r.sample, d)
	} else if i := r.random.IntN(r.count); i < maxShown {
		r.sample[i] = d
	}
	if d.Bytes >= leastLen && d.Lost > 0 {
		at, _ := slices.BinarySearchFunc(r.most, d, func(a, b *Document) int {
			return cmp.Or(cmp.Compare(b.Lost*a.Bytes, a.Lost*b.Bytes), cmp.Compare(a.ID, b.ID))
		})
		r.most = slices.Insert(r.most, at, d)
		r.most = r.most[:min(len(r.most), maxMost)]
	}
}

// Bar is a row of a chart.
type Bar struct {
	Name, Class   string
	Places, Bytes int
	Width         float64 // per cent of the longest
}

func bars(all []Bar) []Bar {
	slices.SortFunc(all, func(a, b Bar) int { return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Name, b.Name)) })
	for i := range all {
		all[i].Width = 100 * float64(all[i].Bytes) / float64(all[0].Bytes)
	}
	return all
}

//go:embed page.html
var pageHTML string

// pageTemplate returns the page's template, for which most processes have no use.
func pageTemplate() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"size": size,
		"hue":  func(i int) int { return i * 360 / int(rules.NumClasses-rules.Ad) },
	}).Parse(pageHTML))
}

// size writes a number of bytes as people do.
func size(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1000/1000)
}

// Write writes the page about the documents that came.
func (r *Report) Write(w io.Writer) error {
	r.end()
	page := struct {
		Count           int
		Total           *Document
		Classes         []string
		ByClass, ByRule []Bar
		Rules           int
		Most, Shown     []*Document
		Sampled         bool
	}{Count: r.count, Total: &r.total, Most: r.most, Rules: len(r.rules)}
	for c := rules.Headline; c < rules.NumClasses; c++ {
		if !c.Kept() {
			page.Classes = append(page.Classes, c.String())
		}
		if t := r.classes[c]; t.places > 0 {
			page.ByClass = append(page.ByClass, Bar{Name: c.String(), Class: c.String(), Places: t.places, Bytes: t.bytes})
		}
	}
	for id, t := range r.rules {
		page.ByRule = append(page.ByRule, Bar{Name: id, Class: t.class.String(), Places: t.places, Bytes: t.bytes})
	}
	page.ByClass, page.ByRule = bars(page.ByClass), bars(page.ByRule)
	page.ByRule = page.ByRule[:min(len(page.ByRule), maxRules)]
	page.Shown = slices.Clone(r.sample)
	for _, d := range r.most {
		if !slices.Contains(page.Shown, d) {
			page.Shown = append(page.Shown, d)
		}
	}
	slices.SortFunc(page.Shown, func(a, b *Document) int { return cmp.Compare(a.ID, b.ID) })
	page.Sampled = len(page.Shown) < r.count
	return pageTemplate().Execute(w, page)
}
