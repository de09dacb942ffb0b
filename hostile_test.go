package main

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

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

// hostileSize is how long the texts are that are made to take long, in bytes.
const hostileSize = 500 << 10

// hostile returns texts made to take long.
func hostile(t *testing.T) map[string]string {
	const size = hostileSize
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
		for _, hit := range r.Hits() {
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

// TestHostile: what is made to take long takes at most some times as long, for each byte, as the sample pages. All are timed
// as processes, by the processor's time, beside an empty input.
func TestHostile(t *testing.T) {
	measure := func(text string, args ...string) time.Duration {
		var stderr bytes.Buffer
		cmd := process(t, args...)
		cmd.Stdin, cmd.Stderr = strings.NewReader(text), &stderr
		slow := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
		defer slow.Stop()
		cmd.Run()
		if status := cmd.ProcessState.ExitCode(); status != exitDone && (status != exitFailed || len(args) == 0) {
			t.Errorf("%v, stderr %q", cmd.ProcessState, stderr.String())
		}
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	pages := allPages(t)
	pages = strings.Repeat(pages, hostileSize/len(pages)+1)
	start := measure("")
	perByte := func(text string, args ...string) float64 {
		return max(0, float64((measure(text, args...)-start).Nanoseconds())/float64(len(text)))
	}
	dump := perByte(pages)
	t.Logf("%6.0f ns a byte: sample pages", dump)
	const bound = 20 // of one run on a busy machine; docs/reliability.md has what it is
	check := func(name string, took float64) {
		t.Logf("%6.0f ns a byte, %5.2f times that: %s", took, took/dump, name)
		if took > bound*dump {
			t.Errorf("%s takes %.0f ns a byte, %.1f times that of pages", name, took, took/dump)
		}
	}
	for name, text := range hostile(t) {
		check(name, perByte(text))
	}
	for name, text := range map[string]string{
		"deep JSON":        strings.Repeat(`{"text":`, hostileSize/8),
		"deep arrays":      `{"text":"a","b":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + strings.Repeat(" ", hostileSize/2) + "}",
		"a huge string":    `{"text":"` + strings.Repeat("x", hostileSize) + `"}`,
		"names that recur": `{` + strings.Repeat(`"text":"a",`, hostileSize/11) + `"text":""}`,
		"empty records":    strings.Repeat("\n", hostileSize),
		"escaped text":     `{"text":"` + strings.Repeat(`\u00ad`, hostileSize/6) + `"}`,
	} {
		check("JSON: "+name, perByte(text, "--jsonl"))
	}
	for name, text := range map[string]string{
		"headers alone":     strings.Repeat("WARC/1.0\r\nContent-Length: 8000000\r\n\r\n", hostileSize/38),
		"first lines alone": strings.Repeat("WARC/1.0\n", hostileSize/9),
		"no record":         strings.Repeat("WARC/1.", hostileSize/7),
		"empty bodies":      strings.Repeat("WARC/1.0\nWARC-Type: conversion\nWARC-Target-URI: x\nContent-Length: 0\n\n\n\n", hostileSize/70),
	} {
		check("WET: "+name, perByte(text, "--wet"))
	}
	check("NUL: empty documents", perByte(strings.Repeat("\x00", hostileSize), "-0"))
	check("explained: empty lines", perByte(ferryStory+strings.Repeat("\n", hostileSize), "--explain=jsonl"))
}
