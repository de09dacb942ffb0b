package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// record returns a JSON record with that text.
func record(id int, text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // text is a string
	}
	return fmt.Sprintf(`{"id": %d, "n":1.0e400,"text":%s}`+"\n", id, quoted)
}

func TestDocuments(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.txt": page, "b.txt": page, "a.jsonl": record(1, page) + "{\n"})
	a, b, lines := filepath.Join(dir, "a.txt"), filepath.Join(dir, "b.txt"), filepath.Join(dir, "a.jsonl")
	missing := filepath.Join(dir, "missing.txt")
	for _, c := range []commandCase{
		{"jsonl", record(1, page) + record(2, prose), []string{"--jsonl"}, 0, record(1, prose) + record(2, prose), ""},
		{"jsonl, fields", `{"a":{"b":"Advertisement"},"c":"Advertisement","text":"Advertisement"}`, []string{"--jsonl=a.b,c"}, 0,
			`{"a":{"b":""},"c":"","text":"Advertisement"}`, ""},
		{"jsonl, broken record", record(1, page) + "\n" + record(3, page) + "{", []string{"--jsonl"}, 1, record(1, prose) + "\n" + record(3, prose) + "{",
			"newsclean: standard input: record 2: empty line; leave none between records\n" +
				"newsclean: standard input: record 4: not valid JSON: unexpected end of JSON input\n"},
		{"jsonl, files", record(1, page), []string{"--jsonl", "-j0", lines, "-", lines}, 1, record(1, prose) + "{\n" + record(1, prose) + record(1, prose) + "{\n",
			"newsclean: " + lines + ": record 2: not valid JSON: unexpected end of JSON input\n" +
				"newsclean: " + lines + ": record 2: not valid JSON: unexpected end of JSON input\n"},
		{"jsonl, invalid bytes", "{\"text\":\"Caf\xe9\"}\n", []string{"--jsonl", "--keep", "nav,related"}, 0, "{\"text\":\"Caf\uFFFD\"}\n",
			"newsclean: standard input: 1 bytes are not UTF-8 and became U+FFFD\n"},
		{"key", "k 1\t" + record(1, page) + record(2, page), []string{"--jsonl", "--key"}, 1, "k 1\t" + record(1, prose) + record(2, page),
			"newsclean: standard input: record 2: no tab behind a key; write one, or leave out --key\n"},
		{"wet", "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://harbour.example/\r\nWARC-Date: 2021-03-04T18:12:00Z\r\nContent-Length: 13\r\n\r\nAdvertisement\r\n\r\nWARC/1.0\r\n",
			[]string{"--wet"}, 1, `{"url":"https://harbour.example/","date":"2021-03-04T18:12:00Z","text":""}` + "\n",
			"newsclean: standard input: record 2, at byte 148: no WARC header; passed over\n"},
		{"jobs on files", page, []string{"-j2", a, missing, "-", b}, 1, prose + prose + prose, "newsclean: open " + missing + ": no such file or directory\n"},
		{"jobs on documents", page + "\x00" + page + "\x00", []string{"-0", "-j", "2"}, 0, prose + "\x00" + prose + "\x00", ""},
		{"output is input", "", []string{"-o", a, b, a}, 1, "", "newsclean: " + a + ": is input and output; use --in-place\n"},

		{"report is input", "", []string{"--report", a, b, a}, 1, "", "newsclean: " + a + ": is input and what --report writes; name another file\n"},
		{"stats are input", "", []string{"--stats=" + a, a}, 1, "", "newsclean: " + a + ": is input and what --stats writes; name another file\n"},
		{"two outputs in one", "", []string{"--report", "x", "-o", "./x", a}, 2, "", "newsclean: --output and --report cannot both write x; name another file\n" + hint},
		{"jsonl with null", "", []string{"--jsonl", "-0"}, 2, "", "newsclean: --null has no effect with --jsonl; leave one of them out\n" + hint},
		{"jsonl with an encoding", "", []string{"--jsonl", "--encoding", "utf-8"}, 2, "", "newsclean: --encoding has no effect with --jsonl; leave one of them out\n" + hint},
		{"jsonl with wet", "", []string{"--jsonl", "--wet"}, 2, "", "newsclean: --wet has no effect with --jsonl; leave one of them out\n" + hint},
		{"jsonl line by line", "", []string{"--jsonl", "-u"}, 2, "", "newsclean: --line-buffered has no effect with --jsonl; leave one of them out\n" + hint},
		{"wet in place", "", []string{"--wet", "-i", a}, 2, "", "newsclean: --in-place has no effect with --wet; leave one of them out\n" + hint},
		{"jsonl without a name", "", []string{"--jsonl=a..b"}, 2, "", "newsclean: --jsonl: field \"a..b\": a name is empty; write names with dots between them, such as article.body\n" + hint},
		{"jsonl with no field", "", []string{"--jsonl="}, 2, "", "newsclean: --jsonl: no field; write names such as text,title, or --jsonl alone for text\n" + hint},
		{"key alone", "", []string{"--key"}, 2, "", "newsclean: --key has no effect without --jsonl\n" + hint},
		{"jobs on one document", "", []string{"-j2"}, 2, "", "newsclean: --jobs has no effect on one document; name files, or use --jsonl, --wet or --null\n" + hint},
		{"negative jobs", "", []string{"-j-1", a}, 2, "", "newsclean: --jobs: -1; write a number from 0 on\n" + hint},
		{"in place without a file", "", []string{"-i"}, 2, "", "newsclean: --in-place: no FILE; name the files to clean\n" + hint},
		{"in place, standard input", "", []string{"-i", a, "-"}, 2, "", "newsclean: --in-place: standard input has no place; name files\n" + hint},
		{"in place with an output", "", []string{"-i", "-o", b, a}, 2, "", "newsclean: --output has no effect with --in-place; leave one of them out\n" + hint},
		{"in place, a folder for a suffix", "", []string{"--in-place=old/x", a}, 2, "", "newsclean: --in-place: \"old/x\"; write a suffix for names of originals, such as .orig, or none\n" + hint},
		{"in place, no suffix", "", []string{"--in-place=", a}, 2, "", "newsclean: --in-place: \"\"; write a suffix for names of originals, such as .orig, or none\n" + hint},
		{"stats, no file", "", []string{"--stats="}, 2, "", "newsclean: --stats: no file; write a name, or --stats alone for standard error\n" + hint},
		{"in place explained", "", []string{"-i", "--explain", a}, 2, "", "newsclean: --explain has no effect with --in-place; leave one of them out\n" + hint},
		{"stats of a listing", "", []string{"--stats", "--list-rules"}, 2, "", "newsclean: --stats has no effect with --list-rules\n" + hint},
		{"jobs of a check", "", []string{"--check-rules", "-j2", a}, 2, "", "newsclean: --jobs has no effect with --check-rules\n" + hint},
	} {
		t.Run(c.name, c.run)
	}
	if left, err := os.ReadFile(a); err != nil || string(left) != page {
		t.Errorf("an input has changed to %q, %v", left, err)
	}
}

// TestHelpShowsOptionalValues: a value that may be left out is in brackets, in its column.
func TestHelpShowsOptionalValues(t *testing.T) {
	_, stdout, _ := runCommand("", "--help")
	for _, option := range []string{"      --jsonl[=fields]  ", "      --stats[=file]  ", "  -i, --in-place[=suffix]  ", "  -j, --jobs n  ", "      --progress  ", "      --wet  ", "      --key  "} {
		if !strings.Contains(stdout, "\n"+option) {
			t.Errorf("help does not show %q", option)
		}
	}
}

// TestAnswers holds a process to one answer for each record, before the next one comes.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		args []string
		ask  func(i int) (question, answer string)
		end  byte
	}{
		{[]string{"--jsonl"}, func(i int) (string, string) { return record(i, page), record(i, prose) }, '\n'},
		{[]string{"--jsonl", "-j2"}, func(i int) (string, string) { return record(i, page), record(i, prose) }, '\n'},
		{[]string{"--jsonl"}, func(i int) (string, string) { return "not JSON\n", "not JSON\n" }, '\n'},
		{[]string{"-0"}, func(int) (string, string) { return page + "\x00", prose + "\x00" }, 0},
		{[]string{"-0", "-j2"}, func(int) (string, string) { return page + "\x00", prose + "\x00" }, 0},
		{[]string{"-0"}, func(int) (string, string) { return "\x00", "\x00" }, 0},
		{[]string{"--wet"}, func(i int) (string, string) {
			return fmt.Sprintf("WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://harbour.example/%d\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", i, len(page), page),
				strings.Replace(strings.Replace(record(i, prose), fmt.Sprintf(`"id": %d, "n":1.0e400,`, i), fmt.Sprintf(`"url":"https://harbour.example/%d","date":"",`, i), 1), "", "", 1)
		}, '\n'},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			cmd := process(t, c.args...)
			stdin, stdout := startPiped(t, cmd)
			slow := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() }) // ends the reading below
			defer slow.Stop()
			answers := bufio.NewReader(stdout)
			for i := range 50 {
				question, want := c.ask(i)
				if _, err := stdin.Write([]byte(question)); err != nil {
					t.Fatal(err)
				}
				got, err := answers.ReadString(c.end)
				if err != nil {
					t.Fatalf("no answer to record %d: %v", i, err)
				}
				if got != want {
					t.Fatalf("answer %q, want %q", got, want)
				}
			}
			stdin.Close()
			cmd.Wait()
		})
	}
}

// TestOddRecords: among many records with broken, empty, odd and huge ones between them none is lost, and none changes
// that is not cleaned; each is told, and memory stays below 256 MB.
func TestOddRecords(t *testing.T) {
	huge := 100 << 20
	if testing.Short() {
		huge = 10 << 20
	}
	odd := []string{"", "{", "null", `{"text":1}`, `{"text":"a"}}`, "\xff\xfe", strings.Repeat("[", 1<<20), `{"text":` + strings.Repeat(`{"a":`, 1<<17), "\x00", `{"body":"x"}`}
	var in, want bytes.Buffer
	var told []string
	put := func(i int, line string) {
		in.WriteString(line)
		want.WriteString(line)
		told = append(told, fmt.Sprintf("newsclean: standard input: record %d: ", i))
	}
	for i := 1; i <= 2000; i++ {
		switch {
		case i%500 == 250:
			put(i, `{"text":"`+strings.Repeat("Advertisement ", huge/14)+`"}`+"\n")
		case i%2 == 0:
			put(i, odd[i/2%len(odd)]+"\n")
		default:
			in.WriteString(record(i, page))
			want.WriteString(record(i, prose))
		}
	}
	for _, jobs := range []string{"-j1", "-j2", "-j8"} {
		t.Run(jobs, func(t *testing.T) {
			cmd := process(t, "--jsonl", jobs)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			stdin, stdout := startPiped(t, cmd)
			go stdin.Write(in.Bytes())
			got := make([]byte, want.Len())
			if n, err := io.ReadFull(stdout, got); err != nil || !bytes.Equal(got, want.Bytes()) {
				t.Errorf("the output differs, or ends behind %d bytes: %v", n, err)
			}
			peak := peakMemory(t, cmd.Process.Pid)
			stdin.Close()
			cmd.Wait()
			if status := cmd.ProcessState.ExitCode(); status != exitFailed {
				t.Errorf("status %d", status)
			}
			lines := strings.Split(strings.TrimSuffix(stderr.String(), "\n"), "\n")
			if len(lines) != len(told) {
				t.Fatalf("%d records told, want %d", len(lines), len(told))
			}
			for i, line := range lines {
				if !strings.HasPrefix(line, told[i]) {
					t.Errorf("%q, want %q", line, told[i])
				}
			}
			t.Logf("peak memory %d kB", peak)
			if peak > 256<<10 {
				t.Errorf("peak memory %d kB, want below 256 MB", peak)
			}
		})
	}
}

// TestExplainedAtOnce: what is told of documents is the same for any number of jobs, in the order of the input.
func TestExplainedAtOnce(t *testing.T) {
	var documents strings.Builder
	files := map[string]string{}
	for i := range 40 {
		text := fmt.Sprintf("Share this article\n\nThe ferry made its crossing %d on Tuesday, said Orla Brandt, and nobody was hurt on the way.\n\n%s", i, page)
		documents.WriteString(text + "\x00")
		files[fmt.Sprintf("%02d.txt", i)] = text
		files["all.jsonl"] += record(i, text)
	}
	files["all.nul"] = documents.String()
	dir := writeFiles(t, files)
	pages, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(dir, "report.html")
	for _, input := range [][]string{pages, {"-0", filepath.Join(dir, "all.nul")}, {"--jsonl", filepath.Join(dir, "all.jsonl")}} {
		for _, option := range []string{"--explain", "--explain=jsonl", "--report=" + report} {
			var want string
			for _, jobs := range []string{"-j1", "-j8"} {
				status, got, stderr := runCommand("", append([]string{option, jobs}, input...)...)
				if status != exitDone || stderr != "" {
					t.Fatalf("%s %s: status %d, stderr %q", option, jobs, status, stderr)
				}
				if strings.HasPrefix(option, "--report") {
					html, err := os.ReadFile(report)
					if err != nil || !bytes.Contains(html, []byte("40 documents,")) {
						t.Fatalf("%s: %v; the report does not tell of 40 documents", jobs, err)
					}
					got += string(html)
				}
				if jobs == "-j1" {
					want = got
				} else if got != want {
					t.Errorf("%s %s %v: the output differs from that of one job", option, jobs, input[:1])
				}
			}
		}
	}
}

// TestTitles: where there can be several documents, each has a title above its lines.
func TestTitles(t *testing.T) {
	const ad = "ADVERTISEMENT\n"
	dir := writeFiles(t, map[string]string{"a.txt": ad, "b.txt": ad})
	a, b := filepath.Join(dir, "a.txt"), filepath.Join(dir, "b.txt")
	for _, c := range []struct {
		stdin string
		args  []string
		want  string
	}{
		{ad, nil, ""},
		{ad, []string{a}, ""},
		{ad, []string{a, "-", b}, "# " + a + "|# standard input|# " + b},
		{ad + "\x00\x00" + ad, []string{"-0"}, "# standard input, document 1|# standard input, document 3"},
		{record(1, ad) + "{\n" + record(3, ad), []string{"--jsonl"}, "# standard input, record 1|# standard input, record 3"},
		{`{"a":"` + ad[:13] + `","b":{"c":"` + ad[:13] + `"}}`, []string{"--jsonl=b.c,a"}, "# standard input, record 1, a|# standard input, record 1, b.c"},
	} {
		_, stdout, _ := runCommand(c.stdin, append([]string{"--explain"}, c.args...)...)
		var titles []string
		for line := range strings.Lines(stdout) {
			if strings.HasPrefix(line, "#") {
				titles = append(titles, strings.TrimSpace(line))
			}
		}
		if got := strings.Join(titles, "|"); got != c.want {
			t.Errorf("%v: %q, want %q", c.args, got, c.want)
		}
	}
}
