package normalize

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"newsclean/ordered"
)

// Fields name the texts in a JSON object. Each is a path: the names of members, outermost first.
type Fields [][]string

// ParseFields returns the fields with those dotted paths, such as "text" or "article.body". A number is the place of an
// array's element, from 0; "\." is a dot in a name.
func ParseFields(paths ...string) (Fields, error) {
	var fields Fields
	for _, text := range paths {
		path := splitPath(text)
		if slices.Contains(path, "") {
			return nil, fmt.Errorf("field %q: a name is empty; write names with dots between them, such as article.body", text)
		}
		for _, other := range fields {
			if n := min(len(path), len(other)); slices.Equal(path[:n], other[:n]) {
				return nil, fmt.Errorf("field %q holds, or is, another of the fields; name each text once", text)
			}
		}
		fields = append(fields, path)
	}
	return fields, nil
}

// splitPath splits a path at its dots, but not at those behind a backslash.
func splitPath(text string) []string {
	path := []string{""}
	for part := range strings.SplitAfterSeq(text, ".") {
		last := &path[len(path)-1]
		if head, escaped := strings.CutSuffix(part, `\.`); escaped {
			*last += head + "."
			continue
		}
		*last += strings.TrimSuffix(part, ".")
		if strings.HasSuffix(part, ".") {
			path = append(path, "")
		}
	}
	return path
}

// String returns the paths of f as ParseFields reads them.
func (f Fields) String() string {
	var paths []string
	for _, path := range f {
		var names []string
		for _, name := range path {
			names = append(names, strings.ReplaceAll(name, ".", `\.`))
		}
		paths = append(paths, strings.Join(names, "."))
	}
	return strings.Join(paths, ",")
}

// Texts returns the texts in the fields f of record, a JSON object, in the order in which they stand there.
func (f Fields) Texts(record []byte) ([]string, error) {
	found, err := findTexts(record, f)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, t := range found {
		texts = append(texts, t.String())
	}
	return texts, nil
}

// RecordError says which record of a stream could not be cleaned, and why.
type RecordError struct {
	Record int   // from 1
	Offset int64 // of its first byte in the stream, from 0; -1 where records are lines
	Err    error
}

func (e *RecordError) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("record %d: %v", e.Record, e.Err)
	}
	return fmt.Sprintf("record %d, at byte %d: %v", e.Record, e.Offset, e.Err)
}

// Unwrap returns the reason.
func (e *RecordError) Unwrap() error { return e.Err }

// CopyJSONL writes to dst the records in src, a JSON object a line, with the texts in fields cleaned, each as a document
// of its own. One record comes out for each that goes in, in order, as soon as it is cleaned. All else in it keeps its
// bytes, and so does a text that is clean. A record that cannot be cleaned, or is larger than 8 MB, passes through as it
// is, and fault is called with a *RecordError. The error is the first of src or dst.
func (n *Normalizer) CopyJSONL(dst io.Writer, src io.Reader, fields Fields, fault func(error)) (Stats, error) {
	in := &batcher{src: src, end: '\n', max: maxRecord}
	flow := n.newFlow(dst, fault)
	return flow.run(func(ctx context.Context) (ordered.Job[piece], error) {
		b, err := in.next()
		if err != nil {
			return nil, err
		}
		flow.hold(ctx, len(b.text))
		return func(emit func(piece) error) { emit(n.records(b, fields)) }, nil
	})
}

// records cleans the records of b.
func (n *Normalizer) records(b batch, fields Fields) piece {
	out := piece{size: len(b.text)}
	fail := func(number int, err error) {
		out.faults = append(out.faults, &RecordError{Record: number, Offset: -1, Err: err})
		out.stats.Failed++
	}
	if b.part {
		out.text = b.text
		if b.end {
			fail(b.first, errTooLarge)
		}
		return out
	}
	number := b.first
	for record := range bytes.SplitAfterSeq(b.text, []byte("\n")) {
		if len(record) == 0 {
			break // behind the last line end
		}
		key, record, err := n.splitKey(record)
		out.text = append(out.text, key...)
		var stats Stats
		if err == nil {
			record, stats, err = n.record(record, fields, number)
		}
		if err != nil {
			fail(number, err)
		}
		out.text = append(out.text, record...)
		out.stats.Add(stats)
		number++
	}
	return out
}

// splitKey splits a line into its key, with the tab, and its record.
func (n *Normalizer) splitKey(line []byte) (key, record []byte, err error) {
	if !n.opt.Key {
		return nil, line, nil
	}
	tab := bytes.IndexByte(line, '\t')
	if tab < 0 {
		return nil, line, errors.New("no tab behind a key; write one, or leave out --key")
	}
	return line[:tab+1], line[tab+1:], nil
}

// Record returns a JSON object with the texts in fields cleaned, and what it counted; all else keeps its bytes. If
// record is no object, or has no string in fields, it returns record itself and an error. Where a name comes twice in an
// object, the texts of both are cleaned. A null is passed over, as is a field that is not there, unless all are.
func (n *Normalizer) Record(record []byte, fields Fields) ([]byte, Stats, error) {
	return n.record(record, fields, 1)
}

// record does so for the record of that number.
func (n *Normalizer) record(record []byte, fields Fields, number int) ([]byte, Stats, error) {
	texts, err := findTexts(record, fields)
	if err != nil {
		return record, Stats{}, err
	}
	var stats Stats
	var out []byte
	at := 0
	for _, t := range texts {
		clean, counts := n.document(t.Str, number, t.field)
		stats.Add(counts)
		if clean == t.Str {
			continue
		}
		out = append(out, record[at:t.Index]...)
		out = bytes.TrimSuffix(appendLine(out, clean), []byte("\n"))
		at = t.Index + len(t.Raw)
	}
	stats.Documents = 1
	if at == 0 {
		return record, stats, nil
	}
	return append(out, record[at:]...), stats, nil
}

// fieldText is a string in a record, and the field that it is of.
type fieldText struct {
	gjson.Result
	field string
}

// findTexts returns the strings in the fields of record, in the order in which they stand there.
func findTexts(record []byte, fields Fields) ([]fieldText, error) {
	if err := checkObject(record); err != nil {
		return nil, err
	}
	root := gjson.ParseBytes(record)
	var texts []fieldText
	var fault error
	for _, path := range fields {
		walk(root, path, func(v gjson.Result) {
			switch {
			case v.Type == gjson.String:
				texts = append(texts, fieldText{v, Fields{path}.String()})
			case v.Type != gjson.Null:
				fault = fmt.Errorf("field %s holds no string but %s; name a field with a text", Fields{path}, kind(v))
			}
		})
	}
	if fault == nil && len(texts) == 0 {
		fault = fmt.Errorf("no text in %s; name the field that has it", fields)
	}
	slices.SortFunc(texts, func(a, b fieldText) int { return a.Index - b.Index })
	return texts, fault
}

// checkObject says why record is no JSON object. It is strict, and nesting too deep for a parser is a fault.
func checkObject(record []byte) error {
	blank := bytes.Trim(record, " \t\r\n")
	if len(blank) == 0 {
		return errors.New("empty line; leave none between records")
	}
	if !json.Valid(record) {
		return fmt.Errorf("not valid JSON: %w", json.Unmarshal(record, new(json.RawMessage)))
	}
	if blank[0] != '{' {
		return fmt.Errorf("not a JSON object but %s; write an object a line", kind(gjson.ParseBytes(blank)))
	}
	return nil
}

// kind names the type of v in a message.
func kind(v gjson.Result) string {
	switch {
	case v.IsObject():
		return "an object"
	case v.IsArray():
		return "an array"
	case v.IsBool():
		return "a truth value"
	}
	return map[gjson.Type]string{gjson.String: "a string", gjson.Number: "a number", gjson.Null: "null"}[v.Type]
}

// walk calls visit with the values at path in v: more than one where an object has a name twice.
func walk(v gjson.Result, path []string, visit func(gjson.Result)) {
	if len(path) == 0 {
		visit(v)
		return
	}
	if !v.IsObject() && !v.IsArray() {
		return
	}
	place := 0
	v.ForEach(func(name, value gjson.Result) bool {
		if name.Str == path[0] && v.IsObject() || v.IsArray() && strconv.Itoa(place) == path[0] {
			walk(value, path[1:], visit)
		}
		place++
		return true
	})
}
