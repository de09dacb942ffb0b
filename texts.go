package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"newsclean/normalize"
	"newsclean/rules"

	"newsclean/learn"
)

// maxText bounds a text that is held as a whole, in bytes: of a longer one, the beginning stands for it.
const maxText = 4 << 20

// maxJSON bounds a record to learn from, in bytes, as it is where records are cleaned.
const maxJSON = 8 << 20

// eachText calls do for each text of the inputs: the files, what stands between NULs in them, or the fields of records.
// An input or a record that fails does not stop the others; it returns the exit status.
func (c *command) eachText(do func(text string)) int {
	status := exitDone
	for _, name := range c.inputs() {
		fault := func(err error) {
			c.complain(err)
			status = exitFailed
		}
		if err := c.textsOf(name, do, fault); err != nil {
			fault(err)
		}
	}
	return status
}

func (c *command) textsOf(name string, do func(text string), fault func(error)) error {
	file, err := c.openInput(name)
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewReader(file)
	for number := 1; ; number++ {
		text, ended, err := c.readText(in)
		switch {
		case len(text) == 0 && !ended:
		case len(c.fields) == 0:
			do(string(text))
		default:
			texts, err := c.fields.Texts(text)
			if err != nil {
				fault(fmt.Errorf("%s: %w", labelOf(name), &normalize.RecordError{Record: number, Offset: -1, Err: err}))
			}
			for _, text := range texts {
				do(text)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readText reads up to the end of in, or to a NUL or a line end if that ends texts.
func (c *command) readText(in *bufio.Reader) (text []byte, ended bool, err error) {
	end, most := byte(0), maxText
	if len(c.fields) > 0 {
		end, most = '\n', maxJSON
	}
	for {
		part, err := in.ReadSlice(end)
		if n := len(part); (c.null || len(c.fields) > 0) && n > 0 && part[n-1] == end {
			part, ended = part[:n-1], true
		}
		text = append(text, part[:min(len(part), most-len(text))]...)
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
	if learner.Pages() < 2 {
		c.complain(errors.New("--learn finds what pages have in common; give it two pages of a site at least, better a dozen"))
		return exitFailed
	}
	var table bytes.Buffer
	learner.WriteTable(&table, rules.SiteOf(c.site)) // a buffer takes it all
	return max(status, c.print(out, table.String()))
}
