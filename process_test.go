package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets this test binary be the command itself, for tests that need a process.
func TestMain(m *testing.M) {
	if os.Getenv("NEWSCLEAN_TEST_COMMAND") != "" {
		main()
	}
	os.Setenv("XDG_CONFIG_HOME", os.DevNull) // tables of whoever runs the tests are none of theirs
	os.Unsetenv("NEWSCLEAN_RULES")
	os.Exit(m.Run())
}

func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "NEWSCLEAN_TEST_COMMAND=1")
	return cmd
}

// startPiped starts cmd between two pipes.
func startPiped(t *testing.T, cmd *exec.Cmd) (stdin io.WriteCloser, stdout io.Reader) {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err = cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return stdin, stdout
}

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here: ", err)
	}
	defer full.Close()
	for _, args := range [][]string{nil, {"--list-rules"}, {"--help"}, {"--explain"}} {
		var stderr bytes.Buffer
		cmd := process(t, args...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(page), full, &stderr
		cmd.Run()
		if cmd.ProcessState.ExitCode() != exitFailed || !strings.Contains(stderr.String(), "no space left on device") {
			t.Errorf("%v: %v, stderr %q", args, cmd.ProcessState, stderr.String())
		}
	}
	var stderr bytes.Buffer
	cmd := process(t, "-o", "/dev/full")
	cmd.Stdin, cmd.Stderr = strings.NewReader(page), &stderr
	cmd.Run()
	if cmd.ProcessState.ExitCode() != exitFailed || !strings.Contains(stderr.String(), "no space left on device") {
		t.Errorf("-o: %v, stderr %q", cmd.ProcessState, stderr.String())
	}
}

// TestClosedPipe: a reader that has seen enough ends the filter quietly.
func TestClosedPipe(t *testing.T) {
	var stderr bytes.Buffer
	cmd := process(t)
	cmd.Stdin, cmd.Stderr = &endless{text: allPages(t)}, &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	stdout.Close()
	done := make(chan struct{})
	go func() { cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		cmd.Process.Kill()
		t.Fatal("goes on after its reader has left")
	}
	if stderr.Len() > 0 {
		t.Errorf("stderr %q", stderr.String())
	}
}

// endless repeats a text for ever.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

// TestStreams: the output begins before the input ends, however long the input or one line of it is, and memory stays
// below 64 MB.
func TestStreams(t *testing.T) {
	long := 1 << 30
	if testing.Short() {
		long = 1 << 26
	}
	sentence := "The council of Northmoor voted on Tuesday to keep the old ferry running for another winter. "
	for name, c := range map[string]struct {
		text string // again and again
		size int    // 0 without end
	}{
		"a document that never ends": {allPages(t), 0},
		"a line of 1 GB":             {strings.Repeat("ferryman", 8<<10), long},
		"a long line of sentences":   {strings.Repeat(sentence, 700), long / 16},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := process(t)
			stdin, stdout := startPiped(t, cmd)
			fed := make(chan struct{})
			go func() {
				var input io.Reader = &endless{text: c.text}
				if c.size > 0 {
					input = io.LimitReader(input, int64(c.size))
				}
				io.Copy(stdin, input) // fails when an endless run is killed
				stdin.Close()
				close(fed)
			}()
			first := make([]byte, 1)
			if _, err := io.ReadFull(stdout, first); err != nil {
				t.Fatal(err)
			}
			select {
			case <-fed:
				t.Error("no output before the input's end")
			default:
			}
			var peak int
			if c.size == 0 {
				n, err := io.CopyN(io.Discard, stdout, 2<<20)
				if err != nil {
					t.Fatalf("%d bytes of output, then %v", n, err)
				}
				peak = peakMemory(t, cmd.Process.Pid)
				cmd.Process.Kill()
				cmd.Wait()
			} else {
				n, err := io.CopyN(io.Discard, stdout, int64(c.size)*9/10)
				if err != nil {
					t.Fatalf("%d bytes of output, then %v", n, err)
				}
				peak = peakMemory(t, cmd.Process.Pid)
				io.Copy(io.Discard, stdout)
				if err := cmd.Wait(); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("peak memory %d kB", peak)
			if peak > 64<<10 {
				t.Errorf("peak memory %d kB, want below 64 MB", peak)
			}
		})
	}
}

// allPages returns the sample pages one after the other, so that most rules have something to do.
func allPages(t *testing.T) string {
	paths, err := filepath.Glob("testdata/pages/*.in")
	if err != nil || len(paths) == 0 {
		t.Fatal("no pages: ", err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
		all.WriteByte('\n')
	}
	return all.String()
}

// peakMemory returns the most memory, in kB, that a process has held, as Linux counts it.
func peakMemory(t *testing.T, pid int) int { return statusOf(t, pid, "VmHWM:") }

// statusOf returns a number from what Linux tells of a process.
func statusOf(t *testing.T, pid int, name string) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("no /proc here to read memory from: ", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, name); found {
			var kB int
			if _, err := fmt.Sscan(rest, &kB); err != nil {
				t.Fatal(err)
			}
			return kB
		}
	}
	t.Fatal("no ", name, " in /proc/PID/status")
	return 0
}
