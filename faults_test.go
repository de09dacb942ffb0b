//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fault is something that goes wrong around a process, or is odd, and what is expected of it then.
type fault struct {
	name     string
	sh       string // what the shell runs; "$nc" is newsclean, and the folder holds a.txt, b.txt, a page each, and a folder d
	status   int
	stdout   string   // exactly
	stderr   []string // each is part of it; nil for nothing at all
	rootless bool     // as root the fault does not come about
}

// faults are told to the shell. After each the inputs are whole, and no other file than named here is left.
var faults = []fault{
	{name: "input is missing, another is there", sh: `"$nc" missing.txt a.txt`, status: 1, stdout: prose, stderr: []string{"open missing.txt: no such file or directory"}},
	{name: "input is a directory, another is a file", sh: `"$nc" d a.txt`, status: 1, stdout: prose, stderr: []string{"read d: is a directory"}},
	{name: "directory among several jobs", sh: `"$nc" -j2 d a.txt d b.txt`, status: 1, stdout: prose + prose, stderr: []string{"read d: is a directory"}},
	{name: "standard input is a directory", sh: `"$nc" <d`, status: 1, stderr: []string{"is a directory"}},
	{name: "standard input is a directory, records", sh: `"$nc" --jsonl <d`, status: 1, stderr: []string{"is a directory"}},
	{name: "read error, text", sh: `"$nc" /proc/self/mem a.txt`, status: 1, stdout: prose, stderr: []string{"read /proc/self/mem: input/output error"}},
	{name: "read error, documents at once", sh: `"$nc" -0 -j2 /proc/self/mem`, status: 1, stderr: []string{"read /proc/self/mem: input/output error"}},
	{name: "read error, JSON records", sh: `"$nc" --jsonl -j2 /proc/self/mem`, status: 1, stderr: []string{"read /proc/self/mem: input/output error"}},
	{name: "read error, WET records", sh: `"$nc" --wet -j2 /proc/self/mem`, status: 1, stderr: []string{"read /proc/self/mem: input/output error"}},
	{name: "read error, in place", sh: `"$nc" -i /proc/self/mem`, status: 1, stderr: []string{"/proc/"}},
	{name: "read error, pages to learn from", sh: `"$nc" --learn /proc/self/mem a.txt >/dev/null`, status: 1, stderr: []string{"input/output error"}},
	{name: "standard input is closed", sh: `"$nc" <&-`},
	{name: "standard output is closed", sh: `"$nc" >&-`},
	{name: "standard error is closed", sh: `"$nc" missing.txt a.txt 2>&-`, status: 1, stdout: prose},
	{name: "all three are closed", sh: `"$nc" -o out <&- >&- 2>&-; s=$?; cat out; rm out; exit $s`},
	{name: "full disk, text", sh: `"$nc" >/dev/full`, status: 1, stderr: []string{"no space left on device"}},
	{name: "full disk, documents at once", sh: `printf 'a\0b\0' | "$nc" -0 -j2 >/dev/full`, status: 1, stderr: []string{"no space left on device"}},
	{name: "full disk, JSON records", sh: `printf '{"text":"a"}\n{"text":"b"}\n' | "$nc" --jsonl -j2 >/dev/full`, status: 1, stderr: []string{"no space left on device"}},
	{name: "full disk, several files at once", sh: `"$nc" -j2 a.txt b.txt a.txt b.txt >/dev/full`, status: 1, stderr: []string{"no space left on device"}},
	{name: "full disk, --output", sh: `"$nc" -o /dev/full`, status: 1, stderr: []string{"no space left on device"}},
	{name: "full disk, --report", sh: `"$nc" --report /dev/full`, status: 1, stdout: prose, stderr: []string{"no space left on device"}},
	{name: "full disk, --stats", sh: `"$nc" --stats=/dev/full`, status: 1, stdout: prose, stderr: []string{"no space left on device"}},
	{name: "full disk, --list-rules", sh: `"$nc" --list-rules >/dev/full`, status: 1, stderr: []string{"no space left on device"}},
	{name: "full disk, --learn", sh: `"$nc" --learn a.txt b.txt >/dev/full`, status: 1, stderr: []string{"no space left on device"}},
	{name: "file size limit, in place", sh: `yes 'The ferry left Northmoor harbour on Monday, said Orla Brandt, who crosses twice.' | head -n 4000 >long; cp long was; (ulimit -f 64; "$nc" -i long); s=$?; cmp long was; rm long was; exit $s`,
		status: 1, stderr: []string{"file too large"}},
	{name: "file size limit, in place with originals kept", sh: `yes 'The ferry left Northmoor harbour on Monday, said Orla Brandt, who crosses twice.' | head -n 4000 >long; cp long was; (ulimit -f 64; "$nc" -i=.orig -j2 long a.txt); s=$?; cmp long was; rm long was; mv a.txt.orig a.txt; exit $s`,
		status: 1, stderr: []string{"file too large"}},
	{name: "--output in a missing folder", sh: `"$nc" -o missing/out`, status: 1, stderr: []string{"no such file or directory"}},
	{name: "--output is a directory", sh: `"$nc" -o d`, status: 1, stderr: []string{"is a directory"}},
	{name: "in place, a directory", sh: `"$nc" -i d`, status: 1, stderr: []string{"d: not a regular file; read it without --in-place"}},
	{name: "in place, a pipe with a name", sh: `mkfifo p; (sleep 1; cat a.txt >p) & "$nc" -i p; s=$?; wait; test -p p && rm p; exit $s`, status: 1, stderr: []string{"p: not a regular file; read it without --in-place"}},
	{name: "in place, a device", sh: `"$nc" -i /dev/null`, status: 1, stderr: []string{"/dev/null: not a regular file; read it without --in-place"}},
	{name: "in place, the original's new name is a full directory", sh: `mkdir a.txt~; touch a.txt~/x; "$nc" -i=~ a.txt; s=$?; rm -r a.txt~; exit $s`, status: 1, stderr: []string{"directory not empty"}},
	{name: "in place, the same file many times at once", sh: `cp a.txt x; "$nc" -i -j2 x x x x x x; s=$?; cat x; rm x; exit $s`, stdout: prose},
	{name: "in place, read-only folder", sh: `cp a.txt d; chmod 555 d; "$nc" -i d/a.txt; s=$?; chmod 755 d; cmp d/a.txt a.txt; rm d/a.txt; exit $s`, status: 1, stderr: []string{"permission denied"}, rootless: true},
	{name: "no permission to read", sh: `cp a.txt x; chmod 0 x; "$nc" x b.txt; s=$?; rm -f x; exit $s`, status: 1, stdout: prose, stderr: []string{"open x: permission denied"}, rootless: true},
	{name: "input is a pipe with a name", sh: `mkfifo p; cat a.txt >p & "$nc" p; s=$?; rm p; exit $s`, stdout: prose},
	{name: "input is an empty device", sh: `"$nc" /dev/null`},
	{name: "input is a loop of links", sh: `ln -s x y; ln -s y x; "$nc" x; s=$?; rm x y; exit $s`, status: 1, stderr: []string{"too many levels of symbolic links"}},
	{name: "input's name is too long", sh: `"$nc" $(printf %0300d 1)`, status: 1, stderr: []string{"file name too long"}},
	{name: "the working folder is gone", sh: `mkdir e; cd e; rmdir ../e; "$nc" - a.txt`, status: 1, stdout: prose, stderr: []string{"open a.txt: no such file or directory"}},
	{name: "no environment", sh: `env -i NEWSCLEAN_TEST_COMMAND=1 "$nc"`, stdout: prose},
	{name: "table is a directory", sh: `"$nc" --rules d`, status: 2, stderr: []string{"d: read d: is a directory"}},
	{name: "table is an endless device", sh: `"$nc" --rules /dev/zero`, status: 2, stderr: []string{"/dev/zero:1:1: row longer than"}},
	{name: "table cannot be read", sh: `"$nc" --rules /proc/self/mem`, status: 2, stderr: []string{"input/output error"}},
	{name: "few file handles, many files", sh: `ulimit -n 20; "$nc" -j2 -o out $(yes a.txt | head -n 500); s=$?; grep -c Tuesday out; rm out; exit $s`, stdout: "500\n"},
	{name: "out of file handles", sh: `printf 'id\tclass\tlang\tscope\tpattern\thit\tmiss\n' >t.tsv; ulimit -n 8; "$nc" --rules t.tsv -o out a.txt; s=$?; rm -f t.tsv out; exit $s`, status: 1, stderr: []string{"open a.txt: too many open files"}},
	{name: "little memory for Go's collector", sh: `GOMEMLIMIT=1MiB "$nc" -j2 a.txt b.txt`, stdout: prose + prose},
	{name: "one processor", sh: `GOMAXPROCS=1 "$nc" -j0 a.txt b.txt`, stdout: prose + prose},
	{name: "bytes of no encoding", sh: `printf 'Caf\351\n\377\376' | "$nc" --keep nav,related,caption >/dev/null`, stderr: []string{"3 bytes are not UTF-8 and became U+FFFD"}},
	{name: "closed pipe, many files at once", sh: `{ "$nc" -j2 $(yes a.txt | head -n 5000); echo $? >s; } | head -n 1; s=$(cat s); rm s; exit $s`, status: 141, stdout: strings.SplitAfter(prose, "\n")[0]},
}

// TestFaults: every fault is told, costs nothing but what it hits, and leaves no files behind.
func TestFaults(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			dir := writeFiles(t, map[string]string{"a.txt": page, "b.txt": page, "d/c.txt": page})
			want := tree(t, dir)
			cmd := exec.Command("sh", "-c", f.sh)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "NEWSCLEAN_TEST_COMMAND=1", "LC_ALL=C", "nc="+self)
			if f.rootless && os.Getuid() == 0 {
				unprivileged(t, cmd, dir)
			}
			var stdout, stderr bytes.Buffer
			cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(page), &stdout, &stderr
			cmd.WaitDelay = time.Minute
			slow := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
			defer slow.Stop()
			cmd.Run()
			if status := cmd.ProcessState.ExitCode(); status != f.status {
				t.Errorf("%v, want status %d", cmd.ProcessState, f.status)
			}
			if stdout.String() != f.stdout {
				t.Errorf("stdout %q, want %q", stdout.String(), f.stdout)
			}
			if len(f.stderr) == 0 && stderr.Len() > 0 {
				t.Errorf("stderr %q, want none", stderr.String())
			}
			for _, part := range f.stderr {
				if !strings.Contains(stderr.String(), part) {
					t.Errorf("stderr %q, want %q in it", stderr.String(), part)
				}
			}
			for line := range strings.Lines(stderr.String()) {
				if !strings.HasPrefix(line, "newsclean: ") {
					t.Errorf("stderr has the line %q", line)
				}
			}
			if got := tree(t, dir); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("files are %q, want %q", got, want)
			}
		})
	}
}

// unprivileged makes cmd a process of a user that owns nothing but dir, since nothing is forbidden to root.
func unprivileged(t *testing.T, cmd *exec.Cmd, dir string) {
	t.Helper()
	const nobody = 65534
	open, err := os.MkdirTemp("", "newsclean")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(open) })
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(os.WriteFile(filepath.Join(open, "newsclean"), self, 0o755), os.Chmod(open, 0o755), os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(filepath.Join(open, "newsclean"), 0o755))
	err = errors.Join(err, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, nobody, nobody))
	}))
	if err != nil {
		t.Skip("SKIPPED: ", err)
	}
	cmd.Env = append(cmd.Env, "nc="+filepath.Join(open, "newsclean"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}

// TestSlowInput: a reader that stalls, one that brings a byte at a time, and one that does not block, give the output of
// any other, and waiting costs no time of the processor.
func TestSlowInput(t *testing.T) {
	text := allPages(t)[:20_000]
	_, want, _ := runCommand(text)
	for name, feed := range map[string]func(io.Writer){
		"stalls": func(w io.Writer) {
			for part := range slices.Chunk([]byte(text), len(text)/3+1) {
				w.Write(part)
				time.Sleep(500 * time.Millisecond)
			}
		},
		"a byte at a time": func(w io.Writer) {
			for i := range len(text) {
				io.WriteString(w, text[i:i+1])
			}
		},
	} {
		for _, nonblocking := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, not blocking %v", name, nonblocking), func(t *testing.T) {
				r, w, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				var stdout bytes.Buffer
				cmd := process(t)
				cmd.Stdin, cmd.Stdout = r, &stdout
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				// Set now, for Start makes the pipe block; both processes share the mode.
				if err := syscall.SetNonblock(int(r.Fd()), nonblocking); err != nil {
					t.Fatal(err)
				}
				r.Close()
				feed(w)
				w.Close()
				if err := cmd.Wait(); err != nil || stdout.String() != want {
					t.Errorf("%v, %d bytes, want %d", err, stdout.Len(), len(want))
				}
				if used := cmd.ProcessState.UserTime(); strings.HasPrefix(name, "stalls") && used > time.Second {
					t.Errorf("%v of the processor's time", used)
				}
			})
		}
	}
}

// TestStopped: a process that was stopped for a while goes on as if nothing had been.
func TestStopped(t *testing.T) {
	text := strings.Repeat(allPages(t), 2)
	_, want, _ := runCommand(text)
	var stdout bytes.Buffer
	cmd := process(t)
	cmd.Stdin, cmd.Stdout = strings.NewReader(text), &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		time.Sleep(50 * time.Millisecond)
		cmd.Process.Signal(syscall.SIGSTOP)
		time.Sleep(50 * time.Millisecond)
		cmd.Process.Signal(syscall.SIGCONT)
	}
	if err := cmd.Wait(); err != nil || stdout.String() != want {
		t.Errorf("%v, %d bytes, want %d", err, stdout.Len(), len(want))
	}
}

// TestInterruptedStream: a signal ends a stream at once, and what was written by then is the beginning of the output.
func TestInterruptedStream(t *testing.T) {
	text := allPages(t)
	_, want, _ := runCommand(strings.Repeat(text, 3))
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd := process(t, "-u")
		stdin, stdout := startPiped(t, cmd)
		go io.Copy(stdin, &endless{text: text}) // fails when the process is ended
		head := make([]byte, 2000)
		if _, err := io.ReadFull(stdout, head); err != nil {
			t.Fatal(err)
		}
		cmd.Process.Signal(signal)
		rest, _ := io.ReadAll(stdout)
		cmd.Wait()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != signal {
			t.Errorf("%v, want %v", cmd.ProcessState, signal)
		}
		if got := string(head) + string(rest); !strings.HasPrefix(want, got[:min(len(got), len(want)/2)]) {
			t.Errorf("%v: the output is not the beginning of what it would have been", signal)
		}
	}
}

// TestChangingFile: a file that grows, shrinks or goes while it is read is read as far as it is there.
func TestChangingFile(t *testing.T) {
	var b strings.Builder
	for i := range 9000 {
		fmt.Fprintf(&b, "On day %d the ferry left Northmoor harbour at noon, said Orla Brandt, and %d people crossed the bay with it.\n\n", i, 7*i%311)
	}
	text := b.String()
	_, once, _ := runCommand(text)
	_, twice, _ := runCommand(text + text)
	if len(once) < 512<<10 {
		t.Fatalf("%d bytes of output are too few to stop in the middle", len(once))
	}
	for name, c := range map[string]struct {
		change func(path string) error
		want   string // or a beginning of it, if that is all
		part   bool
	}{
		"grows": {func(path string) error {
			file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = file.WriteString(text)
			return errors.Join(err, file.Close())
		}, twice, false},
		"shrinks":     {func(path string) error { return os.Truncate(path, 10) }, once, true},
		"is deleted":  {os.Remove, once, false},
		"is replaced": {func(path string) error { return errors.Join(os.Remove(path), os.WriteFile(path, []byte(page), 0o666)) }, once, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "page.txt")
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			cmd := process(t, path)
			_, stdout := startPiped(t, cmd) // the output is not read yet, so the process stands in the middle of the file
			first := make([]byte, 1)
			if _, err := io.ReadFull(stdout, first); err != nil {
				t.Fatal(err)
			}
			if err := c.change(path); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(stdout)
			if err != nil {
				t.Fatal(err)
			}
			got := string(first) + string(rest)
			if c.part {
				// The paragraph in which the text ends now is judged without what followed it.
				got = got[:max(0, len(got)-2<<10)]
			}
			if err := cmd.Wait(); err != nil || got == "" || !strings.HasPrefix(c.want, got) || (len(got) == len(c.want)) == c.part {
				t.Errorf("%v, %d bytes of output, of which the whole text gives %d", err, len(got), len(c.want))
			}
		})
	}
}

// TestSpecialFiles: a socket is told of, and a device that never ends takes no memory.
func TestSpecialFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	socket, err := net.Listen("unix", path)
	if err != nil {
		t.Skip("SKIPPED: ", err)
	}
	defer socket.Close()
	if status, stdout, stderr := runCommand("", path); status != exitFailed || stdout != "" || !strings.Contains(stderr, "no such device or address") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	for _, c := range [][]string{{"/dev/zero"}, {"-0", "-j2", "/dev/zero"}, {"/dev/urandom"}, {"--jsonl", "/dev/zero"}, {"--wet", "/dev/urandom"}, {"--learn", "/dev/zero"}} {
		cmd := process(t, c...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		peak := peakMemory(t, cmd.Process.Pid)
		cmd.Process.Kill()
		cmd.Wait()
		if peak > 160<<10 {
			t.Errorf("%v: %d kB", c, peak)
		}
	}
}

// TestHostileMemory: neither runes that nobody has seen, nor empty lines, nor every rule at once take much memory. The
// bound is that of the command, 64 MB, and room for what this binary holds besides.
func TestHostileMemory(t *testing.T) {
	texts := hostile(t)
	for _, name := range []string{"random runes", "empty lines behind a story", "every rule, a line each", "every rule, one line"} {
		cmd := process(t)
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(stdin, strings.Repeat(texts[name], 2)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		peak := peakMemory(t, cmd.Process.Pid) // all but what the pipe holds has been read
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: %d kB", name, peak)
		if peak > 96<<10 {
			t.Errorf("%s: peak memory %d kB, want below 96 MB", name, peak)
		}
	}
}
