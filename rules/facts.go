package rules

import (
	_ "embed"
	"encoding/binary"
	"hash/fnv"
)

// builtinFacts are the facts of the built-in rules, made ahead because making them takes longer than cleaning a page. A
// pattern that they do not know costs time, nothing else; a test says when they should be made anew.
//
//go:generate go test -run TestBuiltinFacts -update .
//go:embed facts.bin
var builtinFacts string

// patternHash tells a pattern in its scope from others.
type patternHash uint64

func hashPattern(r *Rule) patternHash {
	h := fnv.New64a()
	h.Write([]byte{byte(r.Scope)})
	h.Write([]byte(r.Pattern))
	return patternHash(h.Sum64())
}

// appendFacts appends to dst the facts of r in the form that parseFacts reads.
func appendFacts(dst []byte, r *Rule) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, uint64(hashPattern(r)))
	dst = binary.AppendUvarint(dst, uint64(len(r.facts)))
	return append(dst, r.facts...)
}

func parseFacts(text string) map[patternHash]facts {
	known := map[patternHash]facts{}
	left := []byte(text)
	for len(left) > 0 {
		hash := patternHash(binary.LittleEndian.Uint64(left))
		size, n := binary.Uvarint(left[8:])
		at := len(text) - len(left) + 8 + n
		known[hash] = facts(text[at : at+int(size)])
		left = left[8+n+int(size):]
	}
	return known
}
