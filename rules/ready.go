package rules

import (
	_ "embed"
	"encoding/binary"
	"slices"
	"sync"
)

// builtinIndexFile is the index of the built-in rules, made ahead because making it takes longer than cleaning a page. It
// begins with the sum of their tables, for which alone it holds.
//
//go:embed index.bin
var builtinIndexFile []byte

// builtinIndex returns the index made ahead.
var builtinIndex = sync.OnceValue(func() *index { return openIndex(builtinIndexFile[4:]) })

// readyIndex returns the index of rules made ahead, if they are all of the built-in ones, in order.
func readyIndex(all []*Rule) *index {
	builtin := parsedBuiltin()
	if len(builtinIndexFile) < 4 || binary.LittleEndian.Uint32(builtinIndexFile) != builtin.sum {
		return nil
	}
	for _, table := range builtin.tables {
		n := len(table.Rules)
		if n > len(all) || !slices.Equal(all[:n], table.Rules) {
			return nil
		}
		all = all[n:]
	}
	if len(all) > 0 {
		return nil
	}
	return builtinIndex()
}
