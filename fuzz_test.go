package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// fuzzOptions are tried in all combinations, most of which are wrong usage. DIR is a folder of the test's own.
var fuzzOptions = []string{
	"-0", "--jsonl", "--jsonl=a.b,text", "--key", "--wet", "-i", "-i=.orig", "-j2", "-j0", "--lookahead=1", "--lookahead=40", "-u", "-o=DIR/out", "--stats",
	"--stats=DIR/stats", "--explain", "--explain=jsonl", "--explain=1,3-4", "--color=always", "--report=DIR/report", "--list-rules", "--check-rules", "--learn",
	"--keep=ad,related", "--drop=headline", "--lang=de", "--site=post.example", "--encoding=utf-16le", "--encoding=shift_jis", "--encoding=windows-1252",
	"--progress", "DIR/a", "DIR/b", "-", "DIR/missing", "--help", "--version",
}

// smallTable serves where the built-in ones would take most of the time.
const smallTable = "id\tclass\tlang\tscope\tstrength\tpattern\thit\tmiss\n" +
	"ad\tad\ten\tline\t\tadvertisement\tAdvertisement\tx\n" +
	"photo\tcredit\ten\tspan\t\t\\(photo by [^()]{2,80}\\)\t[[(Photo by Ann Lee)]]\tx\n" +
	"more\trelated\t*\tblock\t\tread more\tRead more\tx\n" +
	"end\tlegal\t*\trest\t\tthe end\tThe end\tx\n" +
	"hint\tshare\t*\tspan\thint\tshare\t[[Share]]\tx\n" +
	"sign\tbody\ten\tspan\t\t“[^”]{1,80}”\t“Share”\tx\n"

// FuzzCommand: whatever the options and the input are, the command ends with one of its exit statuses, says why on
// standard error where that is not 0, and does no harm to its inputs unless it is asked to.
func FuzzCommand(f *testing.F) {
	for i := range fuzzOptions {
		f.Add(uint64(1)<<i, []byte(page), []byte("\ufeffCaf\xe9\x00ADVERTISEMENT\r\n"))
	}
	f.Add(uint64(1<<1|1<<3|1<<7|1<<15|1<<31), []byte("k\t"+record(1, page)), []byte("{\n"))
	f.Add(uint64(1<<4|1<<8|1<<19|1<<13), []byte("WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: x\r\nContent-Length: 13\r\n\r\nAdvertisement\r\n\r\n"), []byte(""))
	f.Add(uint64(1<<5|1<<7|1<<31|1<<32), []byte(page), []byte(page+"\x00"+page))
	f.Fuzz(func(t *testing.T, options uint64, first, second []byte) {
		if len(first)+len(second) > 4<<10 {
			return
		}
		dir := writeFiles(t, map[string]string{"a": string(first), "b": string(second), "table.tsv": smallTable})
		args := []string{"--no-config", "--no-builtin-rules", "--rules=" + filepath.Join(dir, "table.tsv")}
		for i, option := range fuzzOptions {
			if options&(1<<i) != 0 {
				args = append(args, strings.Replace(option, "DIR", dir, 1))
			}
		}
		status, stdout, stderr := runCommand(string(first), args...)
		asked := func(options ...string) bool {
			return slices.ContainsFunc(options, func(o string) bool { return slices.Contains(args, o) })
		}
		switch {
		case status < exitDone || status > exitUsage:
			t.Errorf("%q: status %d", args, status)
		case status != exitDone && !strings.Contains(stderr, "newsclean: "):
			t.Errorf("%q: status %d without a word: %q", args, status, stderr)
		case status == exitUsage && stdout != "":
			t.Errorf("%q: wrong usage prints %q", args, stdout)
		}
		// Records keep the bytes of all that is not their text.
		if !asked("--jsonl", "--jsonl=a.b,text") {
			if !utf8.ValidString(stdout) {
				t.Errorf("%q: invalid UTF-8 in %q", args, stdout)
			}
			allowed := "\n"
			if asked("-0") {
				allowed += "\x00"
			}
			if asked("--explain", "--explain=1,3-4", "--list-rules", "--learn") {
				allowed += "\t\x1b" // rows of tables, and colours
			}
			if at := strings.IndexFunc(stdout, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune(allowed, r) }); at >= 0 {
				t.Errorf("%q: control character in %q", args, stdout[at:])
			}
		}
		if !asked("-i", "-i=.orig") {
			for name, want := range map[string][]byte{"a": first, "b": second} {
				if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%q: input %s has changed to %q, %v", args, name, got, err)
				}
			}
		}
		if left, err := filepath.Glob(filepath.Join(dir, ".*.newsclean")); err != nil || len(left) > 0 {
			t.Errorf("%q: %q left, %v", args, left, err)
		}
	})
}
