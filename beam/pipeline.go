package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/fileio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

// pipeline is what the options ask for.
type pipeline struct {
	input, output, failed, stats string
	fields, keep, drop           string
	tables                       []string
	cleaner                      cleaner
}

func (p *pipeline) flags(f *flag.FlagSet) {
	f.StringVar(&p.input, "input", "", "`pattern` of the shards' names, such as 'pages/*.jsonl'")
	f.StringVar(&p.output, "output", "", "`folder` for the cleaned shards")
	f.StringVar(&p.failed, "failed", "", "`file` for what is to be told of records that could not be cleaned")
	f.StringVar(&p.stats, "stats", "", "`file` for the counts, a JSON object a shard")
	f.StringVar(&p.cleaner.Format, "format", "jsonl", "`format` of the shards: "+strings.Join(formats, ", "))
	f.StringVar(&p.fields, "fields", "text", "`fields` of JSON records to clean, with commas between them")
	f.StringVar(&p.keep, "keep", "", "leave text of these removed `classes` in")
	f.StringVar(&p.drop, "drop", "", "remove text of these kept `classes` too")
	f.Func("rules", "add the rules of table `file`; may be given often", func(name string) error {
		p.tables = append(p.tables, name)
		return nil
	})
}

// check finds options that cannot be used, and reads the tables, since workers may not have them.
func (p *pipeline) check(args []string) error {
	switch {
	case len(args) > 0:
		return fmt.Errorf("%q is no option; name the shards with --input", args[0])
	case p.input == "":
		return errors.New("no shards; name them with --input")
	case p.output == "":
		return errors.New("no folder for the cleaned shards; name it with --output")
	case !slices.Contains(formats, p.cleaner.Format):
		return fmt.Errorf("--format: unknown %q; write one of %s", p.cleaner.Format, strings.Join(formats, ", "))
	}
	for _, name := range p.tables {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		p.cleaner.Tables = append(p.cleaner.Tables, table{Name: name, Text: string(text)})
	}
	p.cleaner.Fields, p.cleaner.Keep, p.cleaner.Drop = list(p.fields), list(p.keep), list(p.drop)
	_, err := p.cleaner.load()
	return err
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// build adds the steps to s.
func (p *pipeline) build(s beam.Scope) {
	shards := fileio.ReadMatches(s, fileio.MatchFiles(s, p.input, fileio.MatchEmptyDisallow()))
	clean := &cleanFn{Prefix: fixedFolder(p.input), Output: p.output, Cleaner: p.cleaner}
	failed, stats := beam.ParDo2(s, clean, beam.Reshuffle(s, shards))
	if p.failed != "" {
		textio.Write(s, p.failed, failed)
	}
	if p.stats != "" {
		textio.Write(s, p.stats, stats)
	}
}

// fixedFolder returns the folder, with its slash, that all files have to be in which match pattern.
func fixedFolder(pattern string) string {
	if at := strings.IndexAny(pattern, `*?[\`); at >= 0 {
		pattern = pattern[:at]
	}
	return pattern[:strings.LastIndexByte(pattern, '/')+1]
}

func init() {
	register.DoFn4x1[context.Context, fileio.ReadableFile, func(string), func(string), error](&cleanFn{})
	register.Emitter1[string]()
	beam.RegisterType(reflect.TypeFor[cleaner]())
}

// cleanFn cleans a shard, and emits what is to be told of records that could not be cleaned, and the shard's counts.
type cleanFn struct {
	Prefix  string // of the shards' names, not part of those under Output
	Output  string
	Cleaner cleaner

	loaded *loaded
}

// Setup loads the rules, once in a worker's process.
func (f *cleanFn) Setup() (err error) {
	f.loaded, err = f.Cleaner.loadOnce()
	return err
}

// failure is what is told of a record that could not be cleaned.
type failure struct {
	File  string `json:"file"`
	Error string `json:"error"` // it names the record
}

// ProcessElement writes the cleaned shard under a name of its own before it takes the one it should have, so that a shard
// with that name is whole.
func (f *cleanFn) ProcessElement(ctx context.Context, shard fileio.ReadableFile, failed, counted func(string)) error {
	name := shard.Metadata.Path
	target := strings.TrimSuffix(f.Output, "/") + "/" + strings.TrimSuffix(strings.TrimPrefix(name, f.Prefix), ".gz")
	if path.Clean(target) == path.Clean(name) {
		return fmt.Errorf("%s: is input and output; name another folder with --output", name)
	}
	fs, err := filesystem.New(ctx, target)
	if err != nil {
		return err
	}
	defer fs.Close()
	src, err := shard.Open(ctx)
	if err != nil {
		return err
	}
	defer src.Close()
	temp := target + "." + rand.Text()
	dst, err := fs.OpenWrite(ctx, temp)
	if err != nil {
		return err
	}
	stats, err := f.loaded.copy(dst, src, func(err error) {
		failed(marshal(failure{File: name, Error: err.Error()}))
	})
	if err := errors.Join(err, dst.Close()); err != nil {
		if fs, ok := fs.(filesystem.Remover); ok {
			fs.Remove(ctx, temp)
		}
		return fmt.Errorf("%s: %w", name, err)
	}
	sums := counts(stats)
	for name, n := range sums {
		beam.NewCounter(namespace, name).Inc(ctx, int64(n))
	}
	counted(marshal(sums))
	return filesystem.Rename(ctx, fs, temp, target)
}

// namespace is that of the counters.
const namespace = "newsclean"

// marshal returns v, which is made of strings and numbers, as JSON.
func marshal(v any) string {
	text, _ := json.Marshal(v) // it refuses neither
	return string(text)
}
