package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// written is a file that an option has written.
type written struct{ option, name string }

// written returns the files that are written, those in place left out.
func (c *command) written() []written {
	var all []written
	for _, w := range []written{{"output", c.output}, {"report", c.reportFile}, {"stats", c.stats}} {
		if w.name != "" && w.name != statsToStderr {
			all = append(all, w)
		}
	}
	return all
}

// checkNames finds two options that would write one file.
func (c *command) checkNames() error {
	by := map[string]string{}
	for _, w := range c.written() {
		path := filepath.Clean(w.name)
		if by[path] != "" {
			return fmt.Errorf("--%s and --%s cannot both write %s; name another file", by[path], w.option, w.name)
		}
		by[path] = w.option
	}
	return nil
}

// checkWritten refuses to write over an input or a table, which would be lost, or empty before it is read.
func (c *command) checkWritten() error {
	for _, w := range c.written() {
		out, err := os.Stat(w.name)
		if err != nil {
			continue // there is nothing to lose
		}
		is := func(name string) bool {
			in, err := os.Stat(name)
			return err == nil && os.SameFile(in, out)
		}
		for _, name := range c.files {
			switch {
			case !is(name):
			case w.option == "output":
				return fmt.Errorf("%s: is input and output; use --in-place", name)
			default:
				return fmt.Errorf("%s: is input and what --%s writes; name another file", name, w.option)
			}
		}
		for _, table := range c.tableFiles() {
			if is(table.path) {
				return fmt.Errorf("%s: is a table in use and what --%s writes; name another file", table.path, w.option)
			}
		}
	}
	return nil
}
