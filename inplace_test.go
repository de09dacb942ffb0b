package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tree returns the names of the files in dir and what they hold.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir+"/")] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestInPlace(t *testing.T) {
	for _, c := range []struct {
		name   string
		args   []string
		files  map[string]string
		status int
		stderr string
		want   map[string]string
	}{
		{"files", []string{"-i", "a", "b"}, map[string]string{"a": page, "b": prose, "c": page}, 0, "", map[string]string{"a": prose, "b": prose, "c": page}},
		{"at once", []string{"-i", "-j2", "a", "b", "c"}, map[string]string{"a": page, "b": page, "c": page}, 0, "", map[string]string{"a": prose, "b": prose, "c": prose}},
		{"suffix", []string{"--in-place=.orig", "a"}, map[string]string{"a": page, "a.orig": "older"}, 0, "", map[string]string{"a": prose, "a.orig": page}},
		{"short form", []string{"-i=~", "a"}, map[string]string{"a": page}, 0, "", map[string]string{"a": prose, "a~": page}},
		{"missing", []string{"-i", "a", "x", "b"}, map[string]string{"a": page, "b": page}, 1, "newsclean: lstat DIR/x: no such file or directory\n", map[string]string{"a": prose, "b": prose}},
		{"folder", []string{"-i", "d", "a"}, map[string]string{"a": page, "d/e": page}, 1, "newsclean: DIR/d: not a regular file; read it without --in-place\n", map[string]string{"a": prose, "d/e": page}},
		{"null", []string{"-i", "-0", "a"}, map[string]string{"a": page + "\x00" + page}, 0, "", map[string]string{"a": prose + "\x00" + prose}},
		{"jsonl", []string{"-i", "--jsonl", "a"}, map[string]string{"a": record(1, page) + "{\n"}, 1, "newsclean: DIR/a: record 2: not valid JSON: unexpected end of JSON input\n", map[string]string{"a": record(1, prose) + "{\n"}},
		{"empty", []string{"-i", "a"}, map[string]string{"a": ""}, 0, "", map[string]string{"a": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range c.files {
				path := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			args := slices.Clone(c.args)
			for i, arg := range args {
				if !strings.HasPrefix(arg, "-") {
					args[i] = filepath.Join(dir, arg)
				}
			}
			status, stdout, stderr := runCommand("", args...)
			if status != c.status || stdout != "" {
				t.Errorf("status %d, stdout %q", status, stdout)
			}
			if diff := cmp.Diff(strings.ReplaceAll(c.stderr, "DIR", dir), stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.want, tree(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// TestInPlaceKeepsMode: mode and symbolic links stay.
func TestInPlaceKeepsMode(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "page.txt"), filepath.Join(dir, "link.txt")
	if err := os.WriteFile(path, []byte(page), 0o640); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o755 | os.ModeSetgid} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if status, _, stderr := runCommand("", "-i", path); status != exitDone {
			t.Fatal(stderr)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != mode {
			t.Errorf("mode %v, %v, want %v", info.Mode(), err, mode)
		}
	}
	if err := os.WriteFile(path, []byte(page), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("page.txt", link); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := runCommand("", "-i", link); status != exitDone {
		t.Fatal(stderr)
	}
	if to, err := os.Readlink(link); err != nil || to != "page.txt" {
		t.Errorf("the link is %q, %v", to, err)
	}
	if diff := cmp.Diff(map[string]string{"page.txt": prose, "link.txt": prose}, tree(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// longPage is a page that takes a while; the other is what is left of it.
func longPage(t *testing.T) (dirty, clean string) {
	var b strings.Builder
	for i := range 300 {
		fmt.Fprintf(&b, "Share this article\n\nThe ferry made its crossing %d on Tuesday, said Orla Brandt, and nobody of the %d aboard was hurt on the way to Northmoor.\n\n", i, 7*i%61)
	}
	status, clean, stderr := runCommand(b.String())
	if status != exitDone {
		t.Fatal(stderr)
	}
	return b.String(), clean
}

// waitCleaned waits until n files in dir are of that size, or a minute has passed.
func waitCleaned(dir string, size int64, n int) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		done := 0
		for i := range 30 {
			if info, err := os.Stat(filepath.Join(dir, fmt.Sprintf("%02d", i))); err == nil && info.Size() == size {
				done++
			}
		}
		if done >= n {
			return
		}
	}
}

// TestInPlaceKilled: whenever the process is stopped, every file is whole: as it was or cleaned. A signal that can be
// caught leaves nothing else.
func TestInPlaceKilled(t *testing.T) {
	dirty, clean := longPage(t)
	r := rand.New(rand.NewSource(3))
	cut := 0
	for round := range 40 {
		signal := []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}[round%4]
		dir := t.TempDir()
		args := []string{"-i", "-j2"}
		if round%8 > 3 {
			args = []string{"-i=.orig"}
		}
		for i := range 30 {
			path := filepath.Join(dir, fmt.Sprintf("%02d", i))
			if err := os.WriteFile(path, []byte(dirty), 0o666); err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
		cmd := process(t, args...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Files that are done, not time alone, say when: a busy machine may do none in a second.
		waitCleaned(dir, int64(len(clean)), r.Intn(6))
		time.Sleep(time.Duration(r.Intn(100)) * time.Millisecond)
		cmd.Process.Signal(signal)
		cmd.Wait()
		files := tree(t, dir)
		done := 0
		for i := range 30 {
			name := fmt.Sprintf("%02d", i)
			switch files[name] {
			case clean:
				done++
			case dirty:
			default:
				t.Errorf("%v: file %s holds %d bytes, neither the page nor its prose", signal, name, len(files[name]))
			}
			if backup, ok := files[name+".orig"]; ok && backup != dirty {
				t.Errorf("%v: the original of %s is not whole", signal, name)
			}
			delete(files, name)
			delete(files, name+".orig")
		}
		if 0 < done && done < 30 {
			cut++
		}
		if len(files) > 0 && signal != syscall.SIGKILL {
			t.Errorf("%v: left %d other files", signal, len(files))
		}
	}
	t.Logf("%d of 40 runs were stopped in the middle", cut)
	if cut == 0 {
		t.Error("no run was stopped in the middle")
	}
}
