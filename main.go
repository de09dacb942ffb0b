// Newsclean reads the text of scraped news pages and writes the prose of their stories.
//
//	newsclean [OPTION]... [FILE]...
//
// It reads the FILEs in turn, or standard input where there is none or FILE is "-", each as one document unless an
// option says how it holds several, and writes to standard output while the input still arrives. What the page put
// around the story goes: advertising markers, photo credits, sharing widgets, subscription prompts, related links,
// bylines, cookie notices. What is left keeps its order and its words. Run newsclean --help for the options.
//
// The exit status is 0 if all was done, whatever was removed; 1 if some input or record failed or --check-rules found
// faults; 2 for wrong usage or a rule table that cannot be used.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/text/language"

	"newsclean/normalize"
	"newsclean/rules"
)

// version is what -V prints.
const version = "0.1.0"

// The exit statuses.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// memoryLimit is from how many bytes on the garbage collector works harder: streams of any length pass in less than 64 MB,
// the program itself included. GOMEMLIMIT overrules it.
const memoryLimit = 49 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the command: it returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &command{stdin: stdin, stdout: stdout, stderr: stderr}
	if err := c.parse(args); err != nil {
		c.complain(err)
		fmt.Fprintln(stderr, "Try 'newsclean --help' for more information.")
		return exitUsage
	}
	// The tables are read first: an output may be a new file among them.
	if err := c.readTables(); err != nil {
		c.complain(err)
		return exitUsage
	}
	out, err := c.open()
	if err != nil {
		c.complain(err)
		return exitFailed
	}
	status := c.do(out)
	if err := out.Close(); err != nil {
		c.complain(err)
		status = max(status, exitFailed)
	}
	return status
}

// command is one run: the options as given, and the streams.
type command struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	flags                    *pflag.FlagSet
	keep, drop, lang         []string
	tables                   []string
	noBuiltin                bool
	encoding, output         string
	null, lineBuffered       bool
	lookahead                int
	jsonl                    []string
	key, wet                 bool
	suffix, stats            string
	jobs                     int
	wantProgress             bool
	explain, color, site     string
	reportFile               string
	explainLines             []lineRange
	noConfig                 bool
	listRules, checkRules    bool
	learn                    bool
	help, version            bool
	files                    []string
	keepClasses, dropClasses []rules.Class
	langs                    []language.Tag
	fields                   normalize.Fields
	loaded                   []*rules.Table  // the built-in and the user's, of whatever site
	progress                 *progress       // nil if none is shown
	told                     teller          // what is told of the documents
	total                    normalize.Stats // of all inputs
}

// parse reads the options and checks what can be checked without touching a file.
func (c *command) parse(args []string) error {
	f := pflag.NewFlagSet("newsclean", pflag.ContinueOnError)
	f.SetOutput(io.Discard) // run prints the error
	f.SortFlags = false
	f.StringSliceVar(&c.keep, "keep", nil, "leave text of these removed `classes` in, such as date,caption")
	f.StringSliceVar(&c.drop, "drop", nil, "remove text of these kept `classes` too, such as headline")
	f.StringArrayVar(&c.tables, "rules", nil, "add the rules of table `file`; its rows win over built-in ones of the same id")
	f.BoolVar(&c.noBuiltin, "no-builtin-rules", false, "use tables of your own alone")
	f.BoolVar(&c.noConfig, "no-config", false, "ignore ~/.config/newsclean/rules and NEWSCLEAN_RULES")
	f.StringVar(&c.site, "site", "", "use the tables for the pages of `site` too, a host name or an address")
	f.StringSliceVar(&c.lang, "lang", nil, "use the rules of these `languages` alone, such as en,de (default all)")
	f.StringVar(&c.encoding, "encoding", "", "`name` of the input's encoding (default utf-8); a byte order mark wins")
	f.BoolVarP(&c.null, "null", "0", false, "documents end with NUL, in the input and in the output")
	f.StringSliceVar(&c.jsonl, "jsonl", nil, "records are JSON objects, one a line; clean these `fields` of them (default text)")
	f.Lookup("jsonl").NoOptDefVal = "text"
	f.BoolVar(&c.key, "key", false, "with --jsonl: leave what stands before a line's first tab as it is")
	f.BoolVar(&c.wet, "wet", false, "read a crawl's WET records, write JSON objects with url, date and text, one a line")
	f.StringVarP(&c.suffix, "in-place", "i", "", "put the output in each FILE's place; keep the original with `suffix` behind its name")
	f.Lookup("in-place").NoOptDefVal = noSuffix
	f.IntVarP(&c.jobs, "jobs", "j", 1, "clean up to `n` documents at once, 0 for one a processor, which is the most; what is\nexplained or reported on goes one by one")
	f.IntVar(&c.lookahead, "lookahead", normalize.DefaultLookahead, "decide about a paragraph when `n` more are known")
	f.BoolVarP(&c.lineBuffered, "line-buffered", "u", false, "write each line at once")
	f.StringVarP(&c.output, "output", "o", "", "write to `file` instead of standard output")
	f.BoolVar(&c.wantProgress, "progress", false, "show the progress on standard error (default if that is a terminal and the input is files)")
	f.StringVar(&c.stats, "stats", "", "write counts as JSON to `file` (default standard error)")
	f.Lookup("stats").NoOptDefVal = statsToStderr
	f.StringVar(&c.explain, "explain", "", "show what became of each line and why, and a row that would turn it; `format` is view,\njsonl (a record for each edit) or numbers of lines, such as 12,40-44")
	f.Lookup("explain").NoOptDefVal = explainView
	f.StringVar(&c.color, "color", colorAuto, "colour explanations `when`: auto (on a terminal), always or never")
	f.StringVar(&c.reportFile, "report", "", "write to `file` a web page that shows what went of the documents, and why, too")
	f.BoolVar(&c.listRules, "list-rules", false, "print the rules in use as a table, and exit")
	f.BoolVar(&c.checkRules, "check-rules", false, "hold the rules against their examples, measure tables of your own on FILEs if there\nare any (with --jsonl, of records), and exit")
	f.BoolVar(&c.learn, "learn", false, "write a rule table of what the pages of one site repeat around their stories: each\nFILE is a page, or with -0 each text between NULs, or with --jsonl each record")
	f.BoolVarP(&c.help, "help", "h", false, "show this help, and exit")
	f.BoolVarP(&c.version, "version", "V", false, "show the version, and exit")
	c.flags = f
	if err := f.Parse(args); err != nil {
		return err
	}
	c.files = f.Args()
	if c.help || c.version {
		return nil
	}
	return c.check()
}

// check finds values that cannot be used and options that would have no effect.
func (c *command) check() error {
	var err error
	if c.keepClasses, err = classes("--keep", c.keep, false); err != nil {
		return err
	}
	if c.dropClasses, err = classes("--drop", c.drop, true); err != nil {
		return err
	}
	for _, name := range c.lang {
		tag, err := language.Parse(name)
		if err != nil {
			return fmt.Errorf("--lang: unknown language %q; write a tag such as en or pt-BR", name)
		}
		c.langs = append(c.langs, tag)
	}
	if c.flags.Changed("lookahead") && c.lookahead < 1 {
		return fmt.Errorf("--lookahead: %d; write a number of paragraphs from 1 on", c.lookahead)
	}
	if err := c.checkExplain(); err != nil {
		return err
	}
	if c.flags.Changed("site") && rules.SiteOf(c.site) == "" {
		return fmt.Errorf("--site: %q; write a host name such as post.example", c.site)
	}
	if err := c.checkMode(); err != nil {
		return err
	}
	if err := c.checkDocuments(); err != nil {
		return err
	}
	if err := c.checkNames(); err != nil {
		return err
	}
	if c.noBuiltin && len(c.tableFiles()) == 0 {
		return errors.New("--no-builtin-rules leaves no rule; name a table with --rules")
	}
	return nil
}

// tableOptions say which rules there are, and where the answer goes.
var tableOptions = []string{"rules", "no-builtin-rules", "no-config", "site", "lang", "output"}

// checkMode does so for the options that ask for something else than clean text.
func (c *command) checkMode() error {
	asked := ""
	for _, mode := range []string{"list-rules", "check-rules", "learn"} {
		if !c.flags.Changed(mode) {
			continue
		}
		if asked != "" {
			return fmt.Errorf("--%s and --%s cannot be used together", asked, mode)
		}
		asked = mode
	}
	if asked == "" {
		return nil
	}
	meant := append([]string{asked}, tableOptions...)
	if c.learn || c.checkRules && len(c.files) > 0 {
		meant = append(meant, "encoding", "null", "jsonl", "lookahead")
	}
	var err error
	c.flags.Visit(func(f *pflag.Flag) {
		if err == nil && !slices.Contains(meant, f.Name) {
			err = fmt.Errorf("--%s has no effect with --%s", f.Name, asked)
		}
	})
	if err != nil {
		return err
	}
	if len(c.files) == 0 || c.learn {
		return nil
	}
	switch first := c.files[0]; {
	case c.listRules:
		return fmt.Errorf("no input is read with --list-rules; name a rule table with --rules %s", first)
	case strings.HasSuffix(first, ".tsv"):
		return fmt.Errorf("FILEs are texts to measure rules on; name a rule table with --rules %s", first)
	case len(c.tableFiles()) == 0:
		return errors.New("--check-rules measures tables of your own; name one with --rules")
	}
	return nil
}

// classes returns the classes with those names, which must be kept ones or removed ones.
func classes(option string, names []string, kept bool) ([]rules.Class, error) {
	var all []rules.Class
	for _, name := range names {
		class, err := rules.ParseClass(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", option, err)
		}
		if class.Kept() != kept {
			return nil, fmt.Errorf("%s: class %s is %s already", option, name, map[bool]string{true: "kept", false: "removed"}[!kept])
		}
		all = append(all, class)
	}
	return all, nil
}

// open returns the stream that the output goes to.
func (c *command) open() (io.WriteCloser, error) {
	if err := c.checkWritten(); err != nil {
		return nil, err
	}
	if c.output == "" {
		return keepOpen{c.stdout}, nil
	}
	return os.Create(c.output)
}

// keepOpen is standard output: what stays unwritten shows with the write, but a file system may speak up on closing.
type keepOpen struct{ io.Writer }

func (w keepOpen) Close() error {
	if file, ok := w.Writer.(*os.File); ok {
		return file.Close()
	}
	return nil
}

// do does what the options ask for and returns the exit status.
func (c *command) do(out io.Writer) int {
	switch {
	case c.help:
		return c.print(out, c.usage())
	case c.version:
		return c.print(out, "newsclean "+version+"\n")
	}
	if c.checkRules {
		return c.checkTables(out, c.loaded)
	}
	set, err := c.compile(c.loaded, c.site)
	if err != nil {
		c.complain(err)
		return exitUsage
	}
	switch {
	case c.listRules:
		return c.print(out, listing(set))
	case c.learn:
		return c.learnTable(out, set)
	}
	return c.clean(out, set)
}

func (c *command) usage() string {
	return `Usage: newsclean [OPTION]... [FILE]...
Read scraped news text and write its prose: what the page put around the story goes.
With no FILE, or when FILE is -, read standard input. Each FILE is one document,
unless --null, --jsonl or --wet says how it holds several.

` + optionalValues(c.flags.FlagUsages()) + `
Classes that are removed: ` + classNames(false) + `.
Classes that are kept: ` + classNames(true) + `.

Exit status: 0 if all was done, whatever was removed; 1 if some input or record
failed or --check-rules found faults; 2 for wrong usage or a table that cannot be used.
`
}

func classNames(kept bool) string {
	var names []string
	for c := rules.Headline; c < rules.NumClasses; c++ {
		if c.Kept() == kept {
			names = append(names, c.String())
		}
	}
	return strings.Join(names, ", ")
}

// readTables reads the tables that the options ask for, of whatever site.
func (c *command) readTables() error {
	if c.help || c.version {
		return nil
	}
	if !c.noBuiltin {
		builtin, err := rules.Builtin()
		if err != nil {
			return err
		}
		c.loaded = append(c.loaded, builtin...)
	}
	var faults []error
	for _, file := range c.tableFiles() {
		table, err := file.parse()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		c.loaded = append(c.loaded, table)
	}
	return errors.Join(faults...)
}

// compile returns the set of those tables for the pages of site.
func (c *command) compile(tables []*rules.Table, site string) (*rules.Set, error) {
	set, err := rules.Compile(rules.ForSite(rules.SiteOf(site), tables...)...)
	if err == nil && len(c.langs) > 0 {
		set = set.Only(c.langs...)
	}
	return set, err
}

// listing returns the rules of set as rows of a table, without their examples.
func listing(set *rules.Set) string {
	var b strings.Builder
	b.WriteString("id\tclass\tlang\tscope\tstrength\tpattern\tplace\n")
	for _, r := range set.Rules() {
		strength := r.Strength.String()
		if r.Guard() {
			strength = "guard"
		}
		lang := "*"
		if r.Lang != language.Und {
			lang = r.Lang.String()
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Class, lang, r.Scope, strength, r.Pattern, r.Pos)
	}
	return b.String()
}

// checkTables prints the faults of tables, each site's combination held against its examples, and how many rules there
// are if there are none.
func (c *command) checkTables(out io.Writer, tables []*rules.Table) int {
	status, seen, count := exitDone, map[string]bool{}, map[*rules.Rule]bool{}
	places := []string{c.site}
	if c.site == "" {
		places = sites(tables)
	}
	for _, site := range places {
		set, err := c.compile(tables, site)
		if err != nil {
			c.complain(err)
			return exitUsage
		}
		for _, fault := range set.Check() {
			if !seen[fault.Error()] {
				seen[fault.Error()] = true
				c.complain(fault)
			}
			if !fault.Note {
				status = exitFailed
			}
		}
		for _, r := range set.Rules() {
			count[r] = true
		}
	}
	if status == exitDone {
		status = c.print(out, fmt.Sprintf("%d rules, no fault\n", len(count)))
	}
	if len(c.files) > 0 {
		set, _ := c.compile(tables, c.site) // it could be compiled above
		status = max(status, c.measure(out, set))
	}
	return status
}

func (c *command) print(out io.Writer, text string) int {
	if _, err := io.WriteString(out, text); err != nil {
		c.complain(err)
		return exitFailed
	}
	return exitDone
}

// outputWriter remembers that its writer failed, by which an output's error is told from an input's.
type outputWriter struct {
	io.Writer
	err error
}

func (w *outputWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		w.err = err
	}
	return n, err
}

func (c *command) encodingName() string {
	if c.encoding == "" {
		return "UTF-8"
	}
	return c.encoding
}

// complain prints err to standard error, each of its lines behind the command's name.
func (c *command) complain(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(c.stderr, "newsclean: %s\n", line)
	}
}
