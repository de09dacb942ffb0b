package rules

import (
	"fmt"
	"strings"
)

// Scope says how much text the pattern of a rule speaks for.
type Scope uint8

// The scopes of a rule.
const (
	Line  Scope = iota // the whole line, but for bullets, brackets, dashes and arrows around it
	Span               // any part of a line
	Block              // the whole line, and with it the lines up to the next blank one
	Rest               // the whole line, and with it all that follows in the document
)

var scopeNames = []string{"line", "span", "block", "rest"}

// String returns the name of s as tables write it.
func (s Scope) String() string { return scopeNames[s] }

func parseScope(name string) (Scope, error) {
	for i, n := range scopeNames {
		if n == name {
			return Scope(i), nil
		}
	}
	return 0, fmt.Errorf("unknown scope %q; write one of %s", name, strings.Join(scopeNames, ", "))
}

// What pages set around a label that fills a line: bullets, rules, arrows, brackets, Markdown's marks. Quotation marks,
// full stops and question marks are absent: they are signs of somebody speaking.
const (
	ornamentBefore = `[ *•·∙‣▪■□●○◦◆►▶▸➤→»«›‹>|<\-–—_=~+#\[({/\\×✕]*`
	ornamentAfter  = `[ *•·∙▪■□●○◦◆►▶▸▾▼➤→»«›‹>|<\-–—_=~+#\])}/\\×✕:…]*`
)

// expression returns pattern as the regular expression that s makes of it: case ignored, anchored where the scope is
// whole lines.
func (s Scope) expression(pattern string) string {
	if s == Span {
		return `(?i:` + pattern + `)`
	}
	return `^` + ornamentBefore + `(?i:` + pattern + `)` + ornamentAfter + `$`
}

// Bare returns line without the bullets, brackets, dashes and arrows that rules of whole lines look past.
func Bare(line string) string { return strings.TrimFunc(line, isOrnament) }

// Strength says how much the word of a removing rule counts.
type Strength uint8

// The strengths of a rule.
const (
	Sure Strength = iota // what the rule matches goes wherever it stands, unless a guard matches
	Hint                 // the match is evidence that the decision about the line weighs with the rest
)

var strengthNames = []string{"sure", "hint"}

// String returns the name of s as tables write it.
func (s Strength) String() string { return strengthNames[s] }

func parseStrength(name string) (Strength, error) {
	switch name {
	case "", "sure":
		return Sure, nil
	case "hint":
		return Hint, nil
	}
	return 0, fmt.Errorf("unknown strength %q; write %s, or leave the cell empty for sure", name, strings.Join(strengthNames, " or "))
}
