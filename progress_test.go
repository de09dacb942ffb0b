package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestProgress(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pages")
	if err := os.WriteFile(file, []byte(strings.Repeat(page+"\x00", 200)), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--progress", "-0", file}, `200 documents, 0\.1 MB in [0-9.]+ s, [0-9.]+ MB/s\n$`},
		{[]string{"--progress", "-0", "-j2", file}, `200 documents, `},
		{[]string{"--progress", "-0", file, "-"}, `201 documents, `},
	} {
		status, stdout, stderr := runCommand(page, c.args...)
		if status != exitDone || strings.Count(stdout, prose) < 200 {
			t.Errorf("%v: status %d, stdout of %d bytes", c.args, status, len(stdout))
		}
		if last := stderr[strings.LastIndexByte(stderr, '\r')+1:]; !regexp.MustCompile(c.want).MatchString(last) {
			t.Errorf("%v: the last line is %q", c.args, last)
		}
	}
	if _, _, stderr := runCommand("", "-0", file); stderr != "" {
		t.Errorf("shown unasked, without a terminal: %q", stderr)
	}
}

// TestProgressMessages: a message stands on a line of its own.
func TestProgressMessages(t *testing.T) {
	var errs bytes.Buffer
	status := run([]string{"--progress", "--jsonl"}, strings.NewReader(record(1, page)+"{\n"+record(3, page)), new(bytes.Buffer), &errs)
	message := "newsclean: standard input: record 2: not valid JSON: unexpected end of JSON input\n"
	if status != exitFailed || !strings.Contains(errs.String(), eraseLine+message) {
		t.Errorf("status %d, stderr %q", status, errs.String())
	}
	if !strings.Contains(errs.String(), "\x1b[K3 documents, ") {
		t.Errorf("stderr %q", errs.String())
	}
}
