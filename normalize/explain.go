package normalize

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"newsclean/rules"
)

// Reason says what decided that text goes or stays.
type Reason struct {
	Class   rules.Class // what the text was taken for; None where there is nothing to decide
	Rules   []string    // ids of the rules that decided; none if Weighed
	Weighed bool        // no rule had the last word
	Score   float32     // the sum of the weights, if Weighed: below zero speaks for removal
	Placed  bool        // Weighed, but where the text stands above the story decided, whatever the score
	Dropped bool        // it goes because Options.Drop names its class
	For     []Weight    // the strongest weights for keeping it, if Weighed
	Against []Weight    // the strongest weights for removing it, if Weighed
}

// Weight is a row of the weights that counted for a paragraph.
type Weight struct {
	Weight float32
	When   string // its conditions, as the table writes them
}

// String returns the weight and its conditions.
func (w Weight) String() string { return fmt.Sprintf("%+.3f %s", w.Weight, w.When) }

// Explanation says what became of a line of the input and why.
type Explanation struct {
	Document int    // from 1; of records, the record
	Field    string // of a record, whose text this is; else empty
	Line     int    // from 1 in each document
	Text     string // in canonical form
	Rest     string // what is left of it
	Fate     Fate   // what became of it
	Reason
	Cuts      []Cut       // what an edited line lost, in order
	Matched   []string    // ids of the rules that matched its paragraph, guards and hints included
	Prose     bool        // it looks like a sentence of a story
	Likely    rules.Class // the removed class it would most likely be of
	Paragraph string      // the text that was judged: Text, or the broken lines joined of which it is one
}

// Cut is a part of a line that went while the rest stayed.
type Cut struct {
	Start, End int // bytes of the line's Text
	Reason     *Reason
}

// explains reports whether anybody asks why.
func (o *Options) explains() bool { return o.Explain != nil || o.Edits != nil }

// explainer knows why the lines of a paragraph fared as they did.
type explainer struct {
	*paragraph
	whole  *Reason   // of the paragraph
	parts  []*Reason // of its cuts
	starts []int     // where its lines begin in its text
	base   Explanation
}

func (r *run) explainer(p *paragraph) *explainer {
	x := &explainer{paragraph: p, whole: &Reason{Class: p.class}, starts: make([]int, len(p.lines))}
	x.base.Document, x.base.Field = r.before+r.stats.Documents+1, r.field
	at := 0
	for i, l := range p.lines {
		x.starts[i] = at
		at += len(l.text) + 1
	}
	if p.text == "" || r.opt.Explain == nil && p.fate == Kept {
		return x
	}
	x.whole = r.reason(p)
	for _, c := range p.cuts {
		x.parts = append(x.parts, r.cutReason(p, c))
	}
	if r.opt.Explain != nil {
		x.base = Explanation{
			Document: x.base.Document, Field: x.base.Field, Reason: *x.whole, Prose: p.gist.prose, Likely: guess(p, &p.evidence), Paragraph: p.text,
		}
		x.base.Matched = ids(p.matches, func(rules.Match) bool { return true })
	}
	return x
}

// reason returns what decided about p as a whole.
func (r *run) reason(p *paragraph) *Reason {
	why := &Reason{Class: p.class, Weighed: p.weighed, Score: p.score, Placed: p.opening}
	why.Dropped = p.fate == Removed && r.decider.drop[p.class]
	if p.weighed {
		why.For, why.Against = r.weights.readings[numReadings-1].strongest(&p.evidence)
		return why
	}
	guards := p.class.Kept()
	why.Rules = ids(p.matches, func(m rules.Match) bool {
		return m.Rule.Scope != rules.Span && m.Rule.Class == p.class && (guards || r.removes(m.Rule))
	})
	if len(why.Rules) > 0 {
		return why
	}
	reaching := cmp.Or(r.decider.rest, r.decider.block)
	if guards {
		reaching = r.decider.shield
	}
	if reaching != nil {
		why.Rules = []string{reaching.ID}
	} else {
		why.Rules = ids(p.matches, func(m rules.Match) bool { return r.removes(m.Rule) })
	}
	return why
}

// removes reports whether rule takes out what it matches in this run.
func (r *run) removes(rule *rules.Rule) bool { return rule.Removes() && !r.decider.keep[rule.Class] }

// cutReason returns what decided about a cut of p.
func (r *run) cutReason(p *paragraph, cut [2]int) *Reason {
	within := func(m rules.Match) bool {
		return m.Rule.Scope == rules.Span && r.removes(m.Rule) && m.Start < cut[1] && cut[0] < m.End
	}
	why := &Reason{Rules: ids(p.matches, within)}
	if i := slices.IndexFunc(p.matches, within); i >= 0 {
		why.Class = p.matches[i].Rule.Class
	}
	return why
}

// ids returns the ids of the rules of those matches that are wanted, each once, in order.
func ids(matches []rules.Match, wanted func(rules.Match) bool) []string {
	var all []string
	for _, m := range matches {
		if wanted(m) && !slices.Contains(all, m.Rule.ID) {
			all = append(all, m.Rule.ID)
		}
	}
	return all
}

// line explains line i, of which rest is left.
func (x *explainer) line(i int, rest string) Explanation {
	e, l := x.base, x.lines[i]
	e.Line, e.Text, e.Rest, e.Fate = l.number, l.text, rest, x.fate
	e.Cuts = x.cuts(i)
	switch {
	case l.text == "" || x.fate == Edited && rest == l.text:
		e.Fate = Kept
	case rest == "":
		e.Fate = Removed
	}
	if x.fate != Edited {
		e.Cuts = nil
	} else if e.Fate == Removed && len(e.Cuts) > 0 {
		e.Reason = *e.Cuts[0].Reason
	}
	return e
}

// cuts returns what line i lost: all of it, if it was removed.
func (x *explainer) cuts(i int) []Cut {
	text := x.lines[i].text
	if x.fate == Removed {
		return []Cut{{0, len(text), x.whole}}
	}
	var parts []Cut
	from, to := x.starts[i], x.starts[i]+len(text)
	for j, c := range x.paragraph.cuts {
		if a, b := max(c[0], from), min(c[1], to); a < b {
			parts = append(parts, Cut{a - from, b - from, x.parts[j]})
		}
	}
	return parts
}

// maxStrongest is how many weights of either side an explanation names.
const maxStrongest = 3

// strongest returns the weights that count most for and against a paragraph with evidence e, the strongest first.
func (f *forest) strongest(e *Evidence) (up, down []Weight) {
	type leafAt struct {
		root   int32
		weight float32
	}
	leaves := make([]leafAt, 0, len(f.order))
	for i := range f.order {
		root := f.root(i)
		if f.leaf(root) {
			continue // the weight that all begin with has no conditions to name
		}
		at := root
		for !f.leaf(at) {
			at = f.answer(at, e)
		}
		leaves = append(leaves, leafAt{root, f.weight(at)})
	}
	slices.SortStableFunc(leaves, func(a, b leafAt) int { return cmp.Compare(a.weight, b.weight) })
	for i := range min(maxStrongest, len(leaves)) {
		if l := leaves[i]; l.weight < 0 {
			down = append(down, Weight{l.weight, f.conditions(l.root, e)})
		}
		if l := leaves[len(leaves)-1-i]; l.weight > 0 {
			up = append(up, Weight{l.weight, f.conditions(l.root, e)})
		}
	}
	return up, down
}

// answer returns the node that follows the question at a node.
func (f *forest) answer(at int32, e *Evidence) int32 {
	n := &f.nodes[at]
	return n.below + int32(btoi(e[n.feature] >= n.limit))
}

// conditions returns those of the row that counts for e in the tree at root, as the table writes them.
func (f *forest) conditions(root int32, e *Evidence) string {
	var all []string
	for at := root; !f.leaf(at); at = f.answer(at, e) {
		n := &f.nodes[at]
		sign := "<"
		if e[n.feature] >= n.limit {
			sign = ">="
		}
		all = append(all, fmt.Sprintf("%s%s%d", featureNames[n.feature], sign, n.limit))
	}
	return strings.Join(all, " & ")
}
