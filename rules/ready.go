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
var builtinIndexFile string

// builtinIndex returns the index made ahead. It is read once.
var builtinIndex = sync.OnceValue(func() *index {
	in := &reader{builtinIndexFile[4:]}
	return in.index()
})

// readyIndex returns the index of rules made ahead, if they are all of the built-in ones, in order.
func readyIndex(all []*Rule) *index {
	builtin := parsedBuiltin()
	if len(builtinIndexFile) < 4 || binary.LittleEndian.Uint32([]byte(builtinIndexFile[:4])) != builtin.sum {
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

// appendIndex appends x to dst in the form that reader reads.
func appendIndex(dst []byte, x *index) []byte {
	number := func(n int) { dst = binary.LittleEndian.AppendUint32(dst, uint32(n)) }
	signs := func(all ...uint64) {
		for _, n := range all {
			dst = binary.LittleEndian.AppendUint64(dst, n)
		}
	}
	numbers := func(all []int32) {
		number(len(all))
		for _, n := range all {
			number(int(n))
		}
	}
	number(len(x.parts))
	for _, c := range x.parts {
		signs(c.need[0], c.need[1], c.may[0], c.may[1])
		for i := range edgeLength {
			signs(uint64(c.head[i]), uint64(c.tail[i]))
		}
		number(int(c.minLen))
		number(int(c.maxLen))
		number(int(c.rule))
	}
	numbers(x.first)
	numbers(x.always)
	for _, m := range []*multimap{x.lines, x.keywords} {
		numbers(m.numbers)
		number(len(m.slots))
		count := 0
		for _, s := range m.slots {
			count += btoi(s.key != 0)
		}
		number(count)
		for _, s := range m.slots {
			if s.key != 0 {
				signs(uint64(s.key))
				number(int(s.from))
				number(int(s.to))
			}
		}
	}
	number(len(x.words))
	for _, k := range x.words {
		number(int(k.at))
		number(int(k.size) | int(k.before)<<16)
		number(int(k.part))
	}
	number(len(x.text))
	return append(dst, x.text...)
}

// reader takes an index apart that appendIndex wrote.
type reader struct{ left string }

func (r *reader) number() int {
	b := r.left[:4]
	r.left = r.left[4:]
	return int(int32(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24))
}

func (r *reader) signs() uint64 {
	b := r.left[:8]
	r.left = r.left[8:]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

func (r *reader) numbers() []int32 {
	all := make([]int32, r.number())
	for i := range all {
		all[i] = int32(r.number())
	}
	return all
}

func (r *reader) index() *index {
	x := &index{parts: make([]candidate, r.number())}
	for n := range x.parts {
		c := &x.parts[n]
		c.need, c.may = runeSigns{r.signs(), r.signs()}, runeSigns{r.signs(), r.signs()}
		for i := range edgeLength {
			c.head[i], c.tail[i] = edgeSigns(r.signs()), edgeSigns(r.signs())
		}
		c.minLen, c.maxLen, c.rule = int32(r.number()), int32(r.number()), int32(r.number())
	}
	x.first, x.always = r.numbers(), r.numbers()
	for _, m := range []**multimap{&x.lines, &x.keywords} {
		*m = &multimap{numbers: r.numbers(), slots: make([]keySlot, r.number())}
		for range r.number() {
			key := lineKey(r.signs())
			*(*m).slot(key) = keySlot{key, uint32(r.number()), uint32(r.number())}
		}
	}
	x.words = make([]keyword, r.number())
	for i := range x.words {
		at, sizes, part := r.number(), r.number(), r.number()
		x.words[i] = keyword{uint32(at), uint16(sizes), uint16(sizes >> 16), int32(part)}
	}
	x.text = r.left[4:][:r.number()]
	for _, k := range x.words {
		word := x.text[k.at:][:k.size]
		x.mark(word[k.before:][:gramLength(word)])
	}
	return x
}
