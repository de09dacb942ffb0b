package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"newsclean/normalize"
	"newsclean/rules"
)

// measured is what a rule did on texts.
type measured struct {
	rule          *rules.Rule
	silent        *normalize.Normalizer // without the rule; nil until it is needed
	lines, texts  int                   // that it matched
	differs       bool                  // without it, some text would come out another way
	bytes         int                   // how much longer the texts would be without it; of a guard, how much shorter
	others        []string              // rules that matched the same lines and do what it does
	samples       []string
	matchedInText bool
}

// maxSamples bounds the lines that are shown of a rule's.
const maxSamples = 3

// measure runs the rules of the user's tables over the inputs and tells what each did.
func (c *command) measure(out io.Writer, set *rules.Set) int {
	var own []*measured
	byID := map[string]*measured{}
	files := c.tableFiles()
	for _, r := range set.Rules() {
		if slices.ContainsFunc(files, func(f tableFile) bool { return f.path == r.Pos.File }) {
			m := &measured{rule: r}
			own, byID[r.ID] = append(own, m), m
		}
	}
	all := map[string]*rules.Rule{}
	for _, r := range set.Rules() {
		all[r.ID] = r
	}
	opt := c.textOptions()
	opt.Explain = func(e normalize.Explanation) {
		for _, id := range e.Matched {
			if m := byID[id]; m != nil {
				m.see(e, all)
			}
		}
	}
	clean, err := normalize.New(set, opt)
	if err != nil {
		c.complain(err)
		return exitUsage
	}
	texts := 0
	status := c.eachText(func(text string) {
		texts++
		want := clean.String(text)
		for _, m := range own {
			m.compare(c, set, text, want)
		}
	})
	var b strings.Builder
	for _, m := range own {
		b.WriteString(m.String())
	}
	fmt.Fprintf(&b, "%d rules of your own on %d texts\n", len(own), texts)
	return max(status, c.print(out, b.String()))
}

// see takes a line that the rule matched.
func (m *measured) see(e normalize.Explanation, all map[string]*rules.Rule) {
	m.lines++
	m.matchedInText = true
	if len(m.samples) < maxSamples && !slices.Contains(m.samples, e.Text) {
		m.samples = append(m.samples, e.Text)
	}
	for _, id := range e.Matched {
		other := all[id]
		if other != m.rule && other.Guard() == m.rule.Guard() && other.Strength == m.rule.Strength && !slices.Contains(m.others, id) {
			m.others = append(m.others, id)
		}
	}
}

// compare holds what comes of text against what would without the rule, if it matched.
func (m *measured) compare(c *command, set *rules.Set, text, want string) {
	if !m.matchedInText {
		return
	}
	m.matchedInText = false
	m.texts++
	if m.silent == nil {
		m.silent, _ = normalize.New(set.Silence(m.rule.ID), c.textOptions()) // the options are those of a Normalizer that works
	}
	got := m.silent.String(text)
	m.differs = m.differs || got != want
	m.bytes += len(got) - len(want)
}

// String says what the rule did, with samples.
func (m *measured) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s: ", m.rule.Pos, m.rule.ID)
	did := map[bool]string{true: "kept", false: "removed"}[m.rule.Guard()]
	switch {
	case m.lines == 0:
		fmt.Fprintln(&b, "never matched")
		return b.String()
	case !m.differs && len(m.others) > 0:
		fmt.Fprintf(&b, "matched %s, but without it all would come out the same: so do %s\n", m.counts(), strings.Join(m.others, ", "))
	case !m.differs:
		fmt.Fprintf(&b, "matched %s, but without it all would come out the same\n", m.counts())
	case m.rule.Guard():
		fmt.Fprintf(&b, "%s %d bytes; matched %s\n", did, -m.bytes, m.counts())
	default:
		fmt.Fprintf(&b, "%s %d bytes; matched %s\n", did, m.bytes, m.counts())
	}
	for _, sample := range m.samples {
		fmt.Fprintf(&b, "\t%s\n", sample)
	}
	return b.String()
}

// counts says how many lines and texts the rule matched.
func (m *measured) counts() string {
	return fmt.Sprintf("%s of %s", plural(m.lines, "line"), plural(m.texts, "text"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
