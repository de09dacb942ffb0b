package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a table. Line and Column count from 1, Column in characters; a Line of 0 means the whole file.
type Pos struct {
	File         string
	Line, Column int
}

// String returns file:line:column, or the file alone.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Error is one fault in a table: where, in which rule, what, and how to mend it.
type Error struct {
	Pos  Pos
	ID   string // of the rule, empty if the fault is not one rule's
	Msg  string
	Note bool // the table works, but a reader of it will want to know
}

func (e *Error) Error() string {
	if e.ID == "" {
		return e.Pos.String() + ": " + e.Msg
	}
	return e.Pos.String() + ": " + e.ID + ": " + e.Msg
}

// ErrorList is all the faults that were found, in the order of their places.
type ErrorList []*Error

// Error returns a line for each fault.
func (l ErrorList) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns l as an error, or nil if l is empty.
func (l ErrorList) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

func (l *ErrorList) add(pos Pos, id, format string, args ...any) {
	*l = append(*l, &Error{Pos: pos, ID: id, Msg: fmt.Sprintf(format, args...)})
}

// sort orders l by file as first seen, line and column, so that a report reads from top to bottom.
func (l ErrorList) sort() {
	file := map[string]int{}
	for _, e := range l {
		if _, seen := file[e.Pos.File]; !seen {
			file[e.Pos.File] = len(file)
		}
	}
	slices.SortStableFunc(l, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(file[a.Pos.File], file[b.Pos.File]),
			cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
}
