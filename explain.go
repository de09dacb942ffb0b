package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"newsclean/normalize"
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
	styleGone = "31;9" // red, struck through
	styleKept = "1"
	styleNote = "2"
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

// record is an edit as --explain=jsonl writes it; docs/explain.md describes it.
type record struct {
	File        string         `json:"file,omitempty"`
	Document    int            `json:"document"`
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
	out := record{
		File: r.file, Document: e.Document, Start: e.Start, End: e.End, CharStart: e.CharStart, CharEnd: e.CharEnd,
		Class: e.Class.String(), Rules: e.Rules, Placed: e.Placed, Dropped: e.Dropped, Text: e.Text, Replacement: e.Replacement,
	}
	if e.Class == rules.None {
		out.Class = layoutClass
	}
	if e.Weighed {
		out.Score = &e.Score
		for _, w := range e.Against {
			out.Weights = append(out.Weights, weightRecord(w))
		}
	}
	r.json.Encode(out) // an error of the stream comes again when it is flushed
}
