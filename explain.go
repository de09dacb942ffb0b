package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"newsclean/normalize"
	"newsclean/report"
	"newsclean/rules"
)

// The formats of --explain, besides line numbers.
const (
	explainView  = "view"
	explainJSONL = "jsonl"
)

// lineRange is the lines first to last of a document.
type lineRange struct{ first, last int }

// parseLines returns the lines that text, such as 12,40-44, names.
func parseLines(text string) ([]lineRange, error) {
	var lines []lineRange
	for part := range strings.SplitSeq(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		first, err := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil || first < 1 || last < first {
			return nil, fmt.Errorf("--explain: %q; write %s, %s or numbers of lines such as 12,40-44", text, explainView, explainJSONL)
		}
		lines = append(lines, lineRange{first, last})
	}
	return lines, nil
}

// checkExplain finds faults in the options about explanations.
func (c *command) checkExplain() error {
	if c.flags.Changed("explain") && c.explain != explainView && c.explain != explainJSONL {
		lines, err := parseLines(c.explain)
		if err != nil {
			return err
		}
		c.explainLines = lines
	}
	switch c.color {
	case colorAuto, colorAlways, colorNever:
	default:
		return fmt.Errorf("--color: %q; write %s, %s or %s", c.color, colorAuto, colorAlways, colorNever)
	}
	if c.flags.Changed("report") && c.reportFile == "" {
		return errors.New("--report: no file; write a name, such as report.html")
	}
	if c.flags.Changed("report") && c.explain != "" {
		return errors.New("--report and --explain cannot be used together")
	}
	if c.flags.Changed("color") && (c.explain == "" || c.explain == explainJSONL) {
		return errors.New("--color has no effect without --explain")
	}
	return nil
}

// The values of --color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

// colored reports whether explanations are coloured: NO_COLOR forbids it unless --color asks for it.
func (c *command) colored() bool {
	if c.color != colorAuto {
		return c.color == colorAlways
	}
	return isTerminal(c.stdout) && c.output == "" && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// teller tells what becomes of the documents, as --explain and --report ask.
type teller struct {
	out     *bufio.Writer  // of explanations, which come in place of the text
	view    *view          // nil if none is asked for
	records *recorder      // likewise
	report  *report.Report // likewise
}

// tell sets up what the options ask to be told on w, or in a report, and has opt call it.
func (c *command) tell(w io.Writer, set *rules.Set, opt *normalize.Options) {
	t := teller{out: bufio.NewWriter(w)}
	flush := func() {}
	if c.lineBuffered {
		flush = t.flush
	}
	switch {
	case c.reportFile != "":
		t.report = report.New()
		opt.Explain = t.report.Line
	case c.explain == explainJSONL:
		t.records = newRecorder(t.out)
		opt.Edits = func(e normalize.Edit) {
			t.records.edit(e)
			flush()
		}
	case c.explain != "":
		t.view = newView(t.out, set)
		t.view.color, t.view.lines, t.view.keep = c.colored(), c.explainLines, c.keepClasses
		t.view.title = c.title
		opt.Explain = func(e normalize.Explanation) {
			t.view.line(e)
			flush()
		}
	}
	c.told = t
}

// title returns what stands above the lines of a document, if there can be others.
func (c *command) title(name string, e normalize.Explanation) string {
	title := labelOf(name)
	switch {
	case len(c.fields) > 0 || c.wet:
		title += fmt.Sprintf(", record %d", e.Document)
		if len(c.fields) > 1 {
			title += ", " + e.Field
		}
	case c.null:
		title += fmt.Sprintf(", document %d", e.Document)
	case len(c.files) < 2:
		return ""
	}
	return title
}

// begin tells that what follows is of the input of that name.
func (t *teller) begin(name string) {
	switch {
	case t.view != nil:
		t.view.file = name
	case t.records != nil:
		if t.records.file = name; name == "-" {
			t.records.file = ""
		}
	case t.report != nil:
		t.report.Begin(name)
	}
}

// flush writes what was told; an error shows with the writer.
func (t *teller) flush() { t.out.Flush() }

// writeReport writes the page that --report asks for.
func (c *command) writeReport() error {
	if c.told.report == nil {
		return nil
	}
	file, err := os.Create(c.reportFile)
	if err != nil {
		return err
	}
	return errors.Join(c.told.report.Write(file), file.Close())
}

// view writes explanations for people: each line of the input with what became of it and why, and the row of a table
// that would turn that.
type view struct {
	w       *bufio.Writer
	color   bool
	lines   []lineRange // that are shown, and in full; nil for all
	keep    []rules.Class
	set     *rules.Set
	suggest *rules.Suggester
	places  map[string]rules.Pos // of rules, by id
	file    string               // that the lines are of
	title   func(file string, e normalize.Explanation) string
	titled  string // the title that was written last
}

func newView(w *bufio.Writer, set *rules.Set) *view {
	v := &view{w: w, set: set, suggest: set.NewSuggester(), places: map[string]rules.Pos{}}
	for _, r := range set.Rules() {
		v.places[r.ID] = r.Pos
	}
	return v
}

// The styles of a terminal.
const (
	styleGone  = "31;9" // red, struck through
	styleTitle = "1"
	styleNote  = "2"
)

func (v *view) style(style, text string) string {
	if !v.color || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// line shows one line of the input.
func (v *view) line(e normalize.Explanation) {
	chosen := slices.ContainsFunc(v.lines, func(r lineRange) bool { return r.first <= e.Line && e.Line <= r.last })
	if e.Text == "" || v.lines != nil && !chosen {
		return
	}
	v.begin(e)
	why := "rule"
	if e.Weighed {
		why = fmt.Sprintf("%+.1f", e.Score)
	}
	mark, class, text := map[normalize.Fate]string{normalize.Kept: " ", normalize.Edited: "~", normalize.Removed: "-"}[e.Fate], e.Class, e.Text
	switch e.Fate {
	case normalize.Removed:
		text = v.style(styleGone, text)
	case normalize.Edited:
		text = v.edited(e)
	}
	fmt.Fprintf(v.w, "%s%5d  %-9s %5s  %s\n", mark, e.Line, class, why, text)
	// A paragraph that stays without a doubt needs no words about it.
	if e.Fate == normalize.Kept && e.Prose && !chosen {
		return
	}
	v.reasons(e.Reason, chosen)
	for _, c := range e.Cuts {
		v.note("%s: %s", c.Reason.Class, v.named(c.Reason.Rules))
	}
	if others := v.others(e); len(others) > 0 {
		v.note("matched too: %s", v.named(others))
	}
	for _, row := range v.rows(e) {
		fmt.Fprintln(v.w, v.style(styleNote, row.String()))
	}
}

// begin writes the title of the line's document, unless it stands above.
func (v *view) begin(e normalize.Explanation) {
	title := v.title(v.file, e)
	if title == v.titled {
		return
	}
	if v.titled != "" {
		fmt.Fprintln(v.w)
	}
	v.titled = title
	fmt.Fprintln(v.w, v.style(styleTitle, "# "+title))
}

// edited returns the text of an edited line with what went of it marked.
func (v *view) edited(e normalize.Explanation) string {
	var b strings.Builder
	at := 0
	for _, c := range e.Cuts {
		b.WriteString(e.Text[at:c.Start])
		if gone := e.Text[c.Start:c.End]; v.color {
			b.WriteString(v.style(styleGone, gone))
		} else {
			b.WriteString("[-" + gone + "-]")
		}
		at = c.End
	}
	return b.String() + e.Text[at:]
}

// note writes a line below the one that it is about.
func (v *view) note(format string, args ...any) {
	fmt.Fprintf(v.w, "        %s\n", v.style(styleNote, fmt.Sprintf(format, args...)))
}

// reasons notes what decided: of weights all that are named, or the strongest of each side.
func (v *view) reasons(why normalize.Reason, all bool) {
	switch {
	case why.Dropped:
		v.note("class %s goes because --drop names it", why.Class)
	case why.Placed:
		v.note("its place above the story decided, not its score")
	}
	if len(why.Rules) > 0 {
		v.note("by %s", v.named(why.Rules))
	}
	most := 1
	if all {
		most = len(why.For) + len(why.Against)
	}
	v.weights("for", why.For[:min(most, len(why.For))])
	v.weights("against", why.Against[:min(most, len(why.Against))])
}

// weights notes those of one side in a row.
func (v *view) weights(side string, weights []normalize.Weight) {
	if len(weights) == 0 {
		return
	}
	all := make([]string, len(weights))
	for i, w := range weights {
		all[i] = w.String()
	}
	v.note("%-8s%s", side, strings.Join(all, "; "))
}

// others returns the rules that matched and are named nowhere else.
func (v *view) others(e normalize.Explanation) []string {
	named := slices.Clone(e.Reason.Rules)
	for _, c := range e.Cuts {
		named = append(named, c.Reason.Rules...)
	}
	return slices.DeleteFunc(slices.Clone(e.Matched), func(id string) bool { return slices.Contains(named, id) })
}

// named returns the rules with those ids and their places.
func (v *view) named(ids []string) string {
	named := make([]string, len(ids))
	for i, id := range ids {
		named[i] = fmt.Sprintf("%s (%s)", id, v.places[id])
	}
	return strings.Join(named, ", ")
}

// rows returns the rows of a table that would turn what became of the line: a guard where it went or was edited, else
// one that removes it. Where guards keep it, the rows have their ids, so that they take the guards' places.
func (v *view) rows(e normalize.Explanation) []rules.Row {
	if e.Fate != normalize.Kept {
		if e.Dropped {
			return nil
		}
		return []rules.Row{v.suggest.Exact(e.Paragraph, rules.Body)}
	}
	class, ok := v.removed(e.Likely)
	if !ok {
		return nil
	}
	row := v.suggest.Exact(e.Text, class)
	blocking := v.suggest.Blocking(e.Text)
	if !e.Weighed && e.Text == e.Paragraph {
		for _, id := range e.Reason.Rules {
			if !slices.Contains(blocking, id) {
				blocking = append(blocking, id)
			}
		}
	}
	if len(blocking) == 0 {
		return []rules.Row{row}
	}
	rows := make([]rules.Row, len(blocking))
	for i, id := range blocking {
		rows[i] = row
		rows[i].ID = id
	}
	return rows
}

// removed returns class, or the next one of which text goes in this run, if there is any.
func (v *view) removed(class rules.Class) (rules.Class, bool) {
	const n = rules.NumClasses - rules.Ad
	for i := range n {
		if next := rules.Ad + (class-rules.Ad+i)%n; !slices.Contains(v.keep, next) {
			return next, true
		}
	}
	return rules.None, false
}

// editRecord is an edit as --explain=jsonl writes it; docs/explain.md describes it.
type editRecord struct {
	File        string         `json:"file,omitempty"`
	Document    int            `json:"document"`
	Field       string         `json:"field,omitempty"`
	Start       int            `json:"start"`
	End         int            `json:"end"`
	CharStart   int            `json:"char_start"`
	CharEnd     int            `json:"char_end"`
	Class       string         `json:"class"`
	Rules       []string       `json:"rules,omitempty"`
	Score       *float32       `json:"score,omitempty"`
	Weights     []weightRecord `json:"weights,omitempty"`
	Placed      bool           `json:"placed,omitempty"`
	Dropped     bool           `json:"dropped,omitempty"`
	Text        string         `json:"text"`
	Replacement string         `json:"replacement"`
}

type weightRecord struct {
	Weight float32 `json:"weight"`
	When   string  `json:"when"`
}

// layoutClass stands for a class in the records of edits that remove nothing but white space and the like.
const layoutClass = "layout"

// recorder writes edits as JSON, one a line.
type recorder struct {
	json *json.Encoder
	file string // that the edits are of; empty for standard input
}

func newRecorder(w io.Writer) *recorder {
	r := &recorder{json: json.NewEncoder(w)}
	r.json.SetEscapeHTML(false)
	return r
}

func (r *recorder) edit(e normalize.Edit) {
	out := editRecord{
		File: r.file, Document: e.Document, Field: e.Field, Start: e.Start, End: e.End, CharStart: e.CharStart, CharEnd: e.CharEnd,
		Class: e.Class.String(), Rules: e.Rules, Placed: e.Placed, Dropped: e.Dropped, Text: e.Text, Replacement: e.Replacement,
	}
	if e.Class == rules.None {
		out.Class = layoutClass
	}
	if e.Weighed {
		score := float32(math.Round(float64(e.Score)*1000) / 1000) // weights have three places
		out.Score = &score
		for _, w := range e.Against {
			out.Weights = append(out.Weights, weightRecord(w))
		}
	}
	r.json.Encode(out) // an error of the stream comes again when it is flushed
}
