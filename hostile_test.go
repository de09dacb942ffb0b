package main

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"newsclean/rules"
)

const ferryStory = "The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, after a long debate about its cost."

// builtin returns the built-in rules.
func builtin(t *testing.T) (all []*rules.Rule) {
	t.Helper()
	tables, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		all = append(all, table.Rules...)
	}
	return all
}

// hostile are texts made to take long, each of some hundred kilobytes.
func hostile(t *testing.T) map[string]string {
	const size = 500 << 10
	fill := func(unit string) string { return strings.Repeat(unit, size/len(unit)+1) }
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(draw func() string) string {
		var b strings.Builder
		for b.Len() < size {
			b.WriteString(draw())
		}
		return b.String()
	}
	var hits, openings []string
	for _, r := range builtin(t) {
		for _, hit := range r.Hits {
			hits = append(hits, hit.Text)
			openings = append(openings, hit.Text[:len(hit.Text)*2/3])
		}
	}
	draw := func(from []string, end string) func() string {
		return func() string { return from[random.IntN(len(from))] + end }
	}
	return map[string]string{
		"empty lines":                fill("\n"),
		"empty lines behind a story": ferryStory + fill("\n"),
		"empty lines between":        strings.Repeat(ferryStory+strings.Repeat("\n", 50_000), 6),
		"lines of a letter":          fill("a\n"),
		"lines of a comma":           fill(",\n"),
		"lines of a word and comma":  fill("it,\n"),
		"lines of a bullet":          fill("•\n"),
		"one line without a blank":   fill("x"),
		"one line of blanks":         fill(" "),
		"one line of stops":          fill(". "),
		"combining marks":            "e" + fill("\u0301"),
		"marks out of order":         "e" + fill("\u0301\u0327"),
		"Hangul letters":             fill("\u1112\u1161\u11ab"),
		"joiners":                    fill("\u200d"),
		"joiners between letters":    fill("ب\u200c"),
		"soft hyphens":               fill("\u00ad"),
		"escapes":                    fill("\x1b"),
		"escapes that do not end":    fill("\x1b]"),
		"parameters that do not end": fill("\x1b[1;1"),
		"invalid bytes":              fill("\xff"),
		"random bytes":               noise(func() string { return string([]byte{byte(random.Uint32())}) }),
		"random runes":               noise(func() string { return string(rune(random.IntN(0x30000))) }),
		"random letters":             noise(func() string { return string("abcdefghijklmnopqrstuvwxyz  \n"[random.IntN(29)]) }),
		"random ASCII":               noise(func() string { return string(rune(' ' + random.IntN(95))) }),
		"every rule, a line each":    noise(draw(hits, "\n")),
		"every rule, a paragraph":    noise(draw(hits, "\n\n")),
		"every rule, one line":       noise(draw(hits, " ")),
		"every rule, glued":          noise(draw(hits, "")),
		"every rule begun":           noise(draw(openings, "\n")),
		"every rule begun, one line": noise(draw(openings, " ")),
		"quotes and labels":          fill("“a” Subscribe now “b” Advertisement "),
		"brackets":                   fill("("),
		"credits begun":              fill("(Photo by "),
		"credits":                    fill("(Photo by A/B) "),
		"labels":                     fill("Advertisement "),
		"NULs":                       fill("\x00"),
	}
}

func TestHostileX(t *testing.T) {
	for name, text := range hostile(t) {
		os.WriteFile("/tmp/rel/h/"+strings.ReplaceAll(name, " ", "-"), []byte(text), 0o666)
	}
	all := allPages(t)
	os.WriteFile("/tmp/rel/h/aa-base", []byte(strings.Repeat(all, 500<<10/len(all)+1)), 0o666)
}
