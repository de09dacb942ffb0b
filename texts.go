package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"newsclean/normalize"
	"newsclean/rules"

	"newsclean/learn"
)

// maxText bounds a text that is held as a whole, in bytes: of a longer one, the beginning stands for it.
const maxText = 4 << 20

// eachText calls do for each text of the inputs: the files, or what stands between NULs in them. An input that fails
// does not stop the others; it returns the exit status.
func (c *command) eachText(do func(text string)) int {
	status := exitDone
	for _, name := range c.inputs() {
		if err := c.textsOf(name, do); err != nil {
			c.complain(err)
			status = exitFailed
		}
	}
	return status
}

func (c *command) textsOf(name string, do func(text string)) error {
	file, err := c.openInput(name)
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewReader(file)
	for {
		text, ended, err := readText(in, c.null)
		if len(text) > 0 || ended {
			do(string(text))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readText reads up to the end of in, or to a NUL if that ends texts.
func readText(in *bufio.Reader, null bool) (text []byte, ended bool, err error) {
	for {
		part, err := in.ReadSlice(0)
		if n := len(part); null && n > 0 && part[n-1] == 0 {
			part, ended = part[:n-1], true
		}
		text = append(text, part[:min(len(part), maxText-len(text))]...)
		if ended || err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return text, ended, err
		}
	}
}

// textOptions are the options with which texts are cleaned that are held as a whole.
func (c *command) textOptions() normalize.Options {
	return normalize.Options{Encoding: c.encoding, Lookahead: c.lookahead}
}

// learnTable writes the table that the inputs teach.
func (c *command) learnTable(out io.Writer, set *rules.Set) int {
	learner, err := learn.New(set, c.textOptions())
	if err != nil {
		c.complain(err)
		return exitUsage
	}
	status := c.eachText(learner.Add)
	var table bytes.Buffer
	learner.WriteTable(&table, rules.SiteOf(c.site)) // a buffer takes it all
	return max(status, c.print(out, table.String()))
}
