package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf16"
)

// TestSoak feeds processes mixed documents without end, each process in another format, for as long as NEWSCLEAN_SOAK
// says ("make soak"): memory and descriptors stay as they were after the first minutes.
func TestSoak(t *testing.T) {
	if os.Getenv("NEWSCLEAN_SOAK") == "" {
		t.Skip("SKIPPED: takes as long as NEWSCLEAN_SOAK says, such as 30m")
	}
	long, err := time.ParseDuration(os.Getenv("NEWSCLEAN_SOAK"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("SKIPPED: no /proc here to read memory and descriptors from: ", err)
	}
	for name, c := range map[string]struct {
		args []string
		next func(document string, i int) string
	}{
		"null":  {[]string{"-0", "-j2"}, func(document string, _ int) string { return strings.ReplaceAll(document, "\x00", "") + "\x00" }},
		"jsonl": {[]string{"--jsonl", "-j2"}, func(document string, i int) string { return record(i, document) }},
		"wet": {[]string{"--wet", "-j2"}, func(document string, i int) string {
			return fmt.Sprintf("WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://harbour.example/%d\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", i, len(document), document)
		}},
		"stream": {nil, func(document string, _ int) string { return document }}, // one document without end
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := process(t, c.args...)
			cmd.Stderr = io.Discard // invalid bytes are told of
			source := newMix(t)
			soak(t, cmd, long, source, func(i int) string { return c.next(source.document(), i) })
		})
	}
	t.Run("files", func(t *testing.T) {
		t.Parallel()
		dir, source := t.TempDir(), newMix(t)
		var args []string
		for i := range 500 {
			path := filepath.Join(dir, strconv.Itoa(i))
			if err := os.WriteFile(path, []byte(source.document()), 0o666); err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
		// Many names, and at the end a stream that outlasts the time if the files do not.
		for len(args) < 20_000 {
			args = append(args, args[:500]...)
		}
		cmd := process(t, append([]string{"-j2"}, append(args, "-")...)...)
		cmd.Stderr = io.Discard
		soak(t, cmd, long, source, func(int) string { return source.document() })
	})
}

// soak runs cmd on what next returns, again and again, for that long.
func soak(t *testing.T, cmd *exec.Cmd, long time.Duration, source *mix, next func(i int) string) {
	stdin, stdout := startPiped(t, cmd)
	var in, out atomic.Int64
	go func() {
		for i := 1; ; i++ {
			n, err := io.WriteString(stdin, next(i))
			in.Add(int64(n))
			if err != nil {
				return // the process has been ended
			}
		}
	}()
	left := make(chan struct{})
	go func() {
		defer close(left)
		buf := make([]byte, 64<<10)
		for {
			n, err := stdout.Read(buf)
			out.Add(int64(n))
			if err != nil {
				return
			}
		}
	}()
	var memory, files []int
	began, shown := time.Now(), time.Now()
	for time.Since(began) < long {
		select {
		case <-left:
			cmd.Wait()
			t.Fatalf("ended by itself after %d bytes: %v", in.Load(), cmd.ProcessState)
		case <-time.After(min(2*time.Second, long/20)):
		}
		memory = append(memory, statusOf(t, cmd.Process.Pid, "VmRSS:"))
		open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, len(open))
		if time.Since(shown) > 5*time.Minute {
			shown = time.Now()
			t.Logf("%v: %d MB in, memory %d kB, %d descriptors", time.Since(began).Round(time.Second), in.Load()>>20, memory[len(memory)-1], files[len(files)-1])
		}
	}
	cmd.Process.Kill()
	<-left
	cmd.Wait()
	// The first tenth is for learning what lines are like.
	early, late := memory[len(memory)/10:len(memory)/2], memory[len(memory)/2:]
	t.Logf("%v: %d documents made, %d MB in, %d MB out", long, source.made.Load(), in.Load()>>20, out.Load()>>20)
	t.Logf("memory in kB: first %d, median of the first half %d, of the second %d, most %d, last %d",
		memory[0], median(early), median(late), slices.Max(memory), memory[len(memory)-1])
	t.Logf("descriptors: first %d, most %d, last %d", files[0], slices.Max(files), files[len(files)-1])
	if a, b := median(early), median(late); b > a+a/10 {
		t.Errorf("memory has grown from %d to %d kB", a, b)
	}
	if slices.Max(files[len(files)/2:]) > slices.Max(files[:len(files)/2]) {
		t.Errorf("descriptors have grown from %d to %d", slices.Max(files[:len(files)/2]), slices.Max(files[len(files)/2:]))
	}
	if out.Load() == 0 {
		t.Error("no output")
	}
}

func median(all []int) int { return slices.Sorted(slices.Values(all))[len(all)/2] }

// mix makes documents: pages, parts and mixtures of pages, damaged ones, other encodings, noise.
type mix struct {
	pages  []string
	random *rand.Rand
	made   atomic.Int64
}

func newMix(t *testing.T) *mix {
	m := &mix{random: rand.New(rand.NewPCG(1, 2))}
	paths, _ := filepath.Glob("testdata/pages/*.in")
	docs, _ := filepath.Glob("docs/*.md")
	for _, path := range append(paths, docs...) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m.pages = append(m.pages, string(text))
	}
	return m
}

func (m *mix) document() string {
	m.made.Add(1)
	page := m.pages[m.random.IntN(len(m.pages))]
	switch m.random.IntN(12) {
	case 0: // lines of two pages, shuffled
		lines := strings.SplitAfter(page+m.pages[m.random.IntN(len(m.pages))], "\n")
		m.random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		return strings.Join(lines, "")
	case 1: // a part of a page, cut anywhere
		from := m.random.IntN(len(page))
		return page[from : from+m.random.IntN(len(page)-from)]
	case 2: // bytes changed
		text := []byte(page)
		for range 1 + len(text)/100 {
			text[m.random.IntN(len(text))] = byte(m.random.Uint32())
		}
		return string(text)
	case 3: // noise
		text := make([]byte, m.random.IntN(8<<10))
		for i := range text {
			text[i] = byte(m.random.Uint32())
		}
		return string(text)
	case 4: // words that nobody has seen
		var b strings.Builder
		for range m.random.IntN(600) {
			for range 1 + m.random.IntN(9) {
				b.WriteRune(rune('a' + m.random.IntN(26)))
			}
			b.WriteByte(" \n. "[m.random.IntN(4)])
		}
		return b.String()
	case 5: // UTF-16
		text := []byte{0xFF, 0xFE}
		for _, unit := range utf16.Encode([]rune(page)) {
			text = append(text, byte(unit), byte(unit>>8))
		}
		return string(text)
	case 6: // on one line
		return strings.Join(strings.Fields(page), " ")
	case 7: // long
		return strings.Repeat(page, 1+m.random.IntN(40))
	case 8: // runes of all scripts
		var b bytes.Buffer
		for range m.random.IntN(3000) {
			b.WriteRune(rune(m.random.IntN(0x30000)))
		}
		return b.String()
	}
	return page
}
