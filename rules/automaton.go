package rules

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// program is a pattern taken apart: what its automata are made from.
type program struct {
	nodes    []node
	parts    []int32 // of nodes, one after the other
	sets     []*runeSet
	root     int32 // the node that is the whole pattern
	any      int32 // the node of any runes whatever
	anywhere bool  // the pattern need only hold for a part of the line
	words    bool  // the pattern asks for word boundaries
	begins   bool  // it asks for the beginning of the line
	loose    bool  // it has repetitions beyond mostCounted
	most     int   // the most runes of a match, -1 if there is no bound
}

// automaton answers whether a pattern matches, in one pass over a line and in memory that does not grow with the counts
// in the pattern. What is still to be matched after some runes is a set of partial derivatives of the pattern (Antimirov,
// "Partial derivatives of regular expressions and finite automaton constructions", 1996), and that set is the state of
// a deterministic automaton. States, and the ways between them, are made when a line first needs them.
//
// An automaton that is not counted counts no repetition beyond mostCounted, which saves states: what it does not match the
// pattern does not match either, and what it does match needs another look if the program is loose.
type automaton struct {
	*program
	counted  bool
	tails    []tail
	tailIDs  interner
	states   []state
	stateIDs interner
	members  []int32  // of states: tails, one after the other
	next     []uint16 // by state and class of rune: the state that follows, 0 if not known yet
	whole    int32    // the tail that is the whole pattern
	start    int32    // the first state

	// Classes of runes, of which all runes lead the same way.
	ascii   [utf8.RuneSelf]uint16 // class of a rune, 0 if not known yet
	wide    map[rune]uint16
	samples []rune // by class, a rune of it
}

// workshop is what automata share: the sets of runes, and room for a step. It is for one goroutine.
type workshop struct {
	sets    map[string]*runeSet // by their ranges
	letters map[rune]*runeSet   // of one letter; those in all its cases stand under its negative
	marks   []uint32            // by tail, the round that expanded it last
	round   uint32
	todo    []tail
	leafs   []tail
	to      []int32
	size    int // about how many bytes all automata took when they were last extended
}

// node is a part of a pattern: one of the operators OpLiteral, OpConcat, OpAlternate, OpRepeat, OpNoMatch
// and the empty-width ones. The parts of a literal are sets, those of the others nodes.
type node struct {
	starts   uint64 // bits of the runes that a match can begin with
	from, to int32  // where in parts its parts are
	min, max int16  // of OpRepeat; max is -1 without a bound
	op       syntax.Op
	empty    bool // a match can be empty, as far as is known without a look at the text around
}

// startBit returns the bit that stands for r, and for others, in the starts of nodes.
func startBit(r rune) uint64 { return 1 << (r & 63) }

// begins reports whether a match of n can begin with a rune of bit, or be empty.
func (n *node) begins(bit uint64) bool { return n.empty || n.starts&bit != 0 }

// tail is what is still to be matched: the node, and after it another tail. at is the next part of a literal or a
// concatenation; min and max say how often a repetition still comes.
type tail struct {
	node, after, at, min, max int32
}

// The first tails: nothing, and any runes whatever.
const (
	tailNothing = iota
	tailAnything
)

// state is a set of tails, with what came before as far as a boundary needs it.
type state struct {
	from, to int32  // where in members its tails are
	row      int32  // where in next its row is
	width    uint16 // of its row
	first    bool   // nothing came before
	word     bool   // a word character came before
	final    int8   // whether the pattern matches if the line ends here: 0 unknown, 1 yes, -1 no
}

// The first states; what comes after the dead and the matched one does not matter.
const (
	stateUnknown = iota
	stateDead
	stateMatched
)

// mostCounted is how often something may be repeated before a loose automaton stops counting.
const mostCounted = 3

// newProgram returns the program of an expression.
func newProgram(w *workshop, re *syntax.Regexp, anywhere bool) *program {
	p := &program{anywhere: anywhere}
	any := &syntax.Regexp{Op: syntax.OpStar, Sub: []*syntax.Regexp{{Op: syntax.OpAnyChar}}}
	p.any, p.root = p.node(w, any), p.node(w, re)
	_, p.most = lengths(re)
	p.nodes, p.parts, p.sets = slices.Clip(p.nodes), slices.Clip(p.parts), slices.Clip(p.sets)
	w.size += p.size()
	return p
}

// size returns about how many bytes p takes.
func (p *program) size() int {
	return 160 + 24*len(p.nodes) + 4*len(p.parts) + 8*len(p.sets)
}

func newAutomaton(w *workshop, p *program, counted bool) *automaton {
	a := &automaton{program: p, counted: counted, tails: make([]tail, tailAnything), samples: make([]rune, 1)}
	a.intern(a.then(p.any, tailNothing))
	whole := a.then(p.root, tailNothing)
	if p.anywhere {
		whole.after = tailAnything
		whole = a.then(p.any, a.intern(whole))
	}
	a.whole = a.intern(whole)
	a.forget()
	w.size += a.size()
	return a
}

// maxStates bounds the states of an automaton, so that no text makes it grow for ever.
const maxStates = 1 << 14

// forget drops all states but the first.
func (a *automaton) forget() {
	a.states, a.stateIDs, a.members, a.next = make([]state, stateMatched+1), interner{}, nil, nil
	a.start = a.state([]int32{a.whole}, true, false)
}

// size returns about how many bytes a takes without its program.
func (a *automaton) size() int {
	return 640 + 20*cap(a.tails) + 20*cap(a.states) + 4*cap(a.members) +
		2*cap(a.next) + 8*(len(a.tailIDs.slots)+len(a.stateIDs.slots)) + wideSize*len(a.wide)
}

// wideSize is about how many bytes the class of a rune beyond ASCII takes.
const wideSize = 24

func (p *program) add(n node, parts ...int32) int32 {
	p.words = p.words || n.op == syntax.OpWordBoundary || n.op == syntax.OpNoWordBoundary
	p.begins = p.begins || n.op == syntax.OpBeginLine || n.op == syntax.OpBeginText
	n.from = int32(len(p.parts))
	p.parts = append(p.parts, parts...)
	n.to = int32(len(p.parts))
	n.starts, n.empty = p.start(n)
	p.nodes = append(p.nodes, n)
	return int32(len(p.nodes) - 1)
}

// start returns with which runes a match of n can begin, and whether it can be empty.
func (p *program) start(n node) (starts uint64, empty bool) {
	switch parts := p.parts[n.from:n.to]; n.op {
	case syntax.OpLiteral:
		return p.sets[parts[0]].starts, false
	case syntax.OpConcat:
		for _, part := range parts {
			starts |= p.nodes[part].starts
			if !p.nodes[part].empty {
				return starts, false
			}
		}
		return starts, true
	case syntax.OpAlternate:
		for _, part := range parts {
			starts |= p.nodes[part].starts
			empty = empty || p.nodes[part].empty
		}
		return starts, empty
	case syntax.OpRepeat:
		return p.nodes[parts[0]].starts, n.min == 0 || p.nodes[parts[0]].empty
	case syntax.OpNoMatch:
		return 0, false
	}
	return 0, true // it asks for something around, or nothing
}

// node adds the parts of re, and returns the number of re itself.
func (p *program) node(w *workshop, re *syntax.Regexp) int32 {
	n := node{op: re.Op}
	var parts []int32
	switch re.Op {
	case syntax.OpLiteral:
		parts = make([]int32, len(re.Rune))
		for i, r := range re.Rune {
			parts[i] = p.set(w.letter(r, re.Flags&syntax.FoldCase != 0))
		}
	case syntax.OpCharClass:
		n.op, parts = syntax.OpLiteral, []int32{p.set(w.set(re.Rune))}
	case syntax.OpAnyChar:
		n.op, parts = syntax.OpLiteral, []int32{p.set(w.set([]rune{0, unicode.MaxRune}))}
	case syntax.OpAnyCharNotNL:
		n.op, parts = syntax.OpLiteral, []int32{p.set(w.set([]rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}))}
	case syntax.OpCapture:
		return p.node(w, re.Sub[0])
	case syntax.OpStar:
		n.op, n.max = syntax.OpRepeat, -1
	case syntax.OpPlus:
		n.op, n.min, n.max = syntax.OpRepeat, 1, -1
	case syntax.OpQuest:
		n.op, n.max = syntax.OpRepeat, 1
	case syntax.OpRepeat:
		n.min, n.max = int16(re.Min), int16(re.Max) // at most 1000
		p.loose = p.loose || n.min > mostCounted || n.max > mostCounted
	}
	for _, sub := range re.Sub {
		parts = append(parts, p.node(w, sub))
	}
	return p.add(n, parts...)
}

// set returns the number of set in p.
func (p *program) set(set *runeSet) int32 {
	id := slices.Index(p.sets, set)
	if id < 0 {
		id = len(p.sets)
		p.sets = append(p.sets, set)
	}
	return int32(id)
}

// set returns the set of the runes in ranges.
func (w *workshop) set(ranges []rune) *runeSet {
	key := string(ranges)
	set, known := w.sets[key]
	if !known {
		set = newRuneSet(ranges)
		w.sets[key] = set
	}
	return set
}

// letter returns the set of r, in all its cases if fold is set.
func (w *workshop) letter(r rune, fold bool) *runeSet {
	key := r
	if fold {
		key = -r
	}
	set, known := w.letters[key]
	if !known {
		ranges := []rune{r, r}
		for f := unicode.SimpleFold(r); fold && f != r; f = unicode.SimpleFold(f) {
			ranges = append(ranges, f, f)
		}
		slices.Sort(ranges)
		set = w.set(ranges)
		w.letters[key] = set
	}
	return set
}

// runeSet is ranges of runes, each with its ends, and a bit for each rune of ASCII.
type runeSet struct {
	ascii  [2]uint64
	starts uint64 // the start bits of all
	ranges []rune
}

func newRuneSet(ranges []rune) *runeSet {
	s := &runeSet{ranges: slices.Clone(ranges)}
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= min(ranges[i+1], utf8.RuneSelf-1); r++ {
			s.ascii[r>>6] |= 1 << (r & 63)
		}
		for r := ranges[i]; r <= min(ranges[i+1], ranges[i]+63); r++ {
			s.starts |= startBit(r)
		}
	}
	return s
}

func (s *runeSet) contains(r rune) bool {
	if r < utf8.RuneSelf {
		return s.ascii[r>>6]&(1<<(r&63)) != 0
	}
	low, high := 0, len(s.ranges)/2
	for low < high {
		switch mid := (low + high) / 2; {
		case r < s.ranges[2*mid]:
			high = mid
		case r > s.ranges[2*mid+1]:
			low = mid + 1
		default:
			return true
		}
	}
	return false
}

// then returns the tail that is node and then after.
func (a *automaton) then(node, after int32) tail {
	n := &a.nodes[node]
	t := tail{node: node, after: after, min: int32(n.min), max: int32(n.max)}
	if !a.counted && (t.min > mostCounted || t.max > mostCounted) {
		t.min, t.max = min(t.min, mostCounted), -1
	}
	return t
}

// rest returns the number of what t is when its next part is taken off.
func (a *automaton) rest(t tail) int32 {
	n := &a.nodes[t.node]
	if t.at++; n.from+t.at == n.to {
		return t.after
	}
	return a.intern(t)
}

// again returns the number of what t, a repetition, is when it has come once.
func (a *automaton) again(t tail) int32 {
	t.min = max(t.min-1, 0)
	if t.max > 0 {
		t.max--
	}
	if t.max == 0 {
		return t.after
	}
	return a.intern(t)
}

// intern returns the number of t.
func (a *automaton) intern(t tail) int32 {
	hash := uint32(0)
	for _, v := range [...]int32{t.node, t.after, t.at, t.min, t.max} {
		hash = mix(hash, v)
	}
	id := a.tailIDs.find(hash, func(id int32) bool { return a.tails[id] == t })
	if *id == 0 {
		*id = int32(len(a.tails))
		a.tails = append(a.tails, t)
	}
	return *id
}

// state returns the number of the state that tails make, and orders them.
func (a *automaton) state(tails []int32, first, word bool) int32 {
	if tails = a.reduce(tails); len(tails) == 0 {
		return stateDead
	}
	hash := mix(uint32(btoi(first)), int32(btoi(word)))
	for _, t := range tails {
		if t == tailAnything {
			return stateMatched
		}
		hash = mix(hash, t)
	}
	id := a.stateIDs.find(hash, func(id int32) bool {
		s := &a.states[id]
		return s.first == first && s.word == word && slices.Equal(a.members[s.from:s.to], tails)
	})
	if *id == 0 {
		*id = int32(len(a.states))
		s := state{from: int32(len(a.members)), first: first, word: word}
		a.members = append(a.members, tails...)
		s.to = int32(len(a.members))
		a.states = append(a.states, s)
	}
	return *id
}

// reduce orders tails and takes out, in place, those that others of them include: the same one twice, and of an
// optional repetition the one that may come less often.
func (a *automaton) reduce(tails []int32) []int32 {
	slices.SortFunc(tails, func(i, j int32) int {
		s, t := &a.tails[i], &a.tails[j]
		return cmp.Or(cmp.Compare(s.node, t.node), cmp.Compare(s.after, t.after), cmp.Compare(s.at, t.at),
			cmp.Compare(s.min, t.min), cmp.Compare(t.max, s.max))
	})
	return slices.CompactFunc(tails, func(i, j int32) bool {
		s, t := a.tails[i], a.tails[j]
		if s.min == 0 && i > tailAnything && a.nodes[s.node].op == syntax.OpRepeat {
			s.max = t.max
		}
		return s == t
	})
}

// matches reports whether the pattern matches line.
func (a *automaton) matches(w *workshop, line string) bool { return a.find(w, line, 0) >= 0 }

// find returns the first place in line by which a match is certain, looking from byte from on, or -1. No match ends more
// than a rune before it.
func (a *automaton) find(w *workshop, line string, from int) int {
	s := a.start
	if from > 0 {
		before, _ := utf8.DecodeLastRuneInString(line[:from])
		s = a.state([]int32{a.whole}, false, a.words && isWord(before))
	}
	for i := from; i < len(line); {
		var r rune
		var class uint16
		if c := line[i]; c < utf8.RuneSelf {
			r, class = rune(c), a.ascii[c]
			i++
		} else {
			var size int
			r, size = utf8.DecodeRuneInString(line[i:])
			class = a.wide[r]
			i += size
		}
		if class == 0 {
			class = a.classify(w, r)
		}
		from := &a.states[s]
		to := int32(stateUnknown)
		if class < from.width {
			to = int32(a.next[from.row+int32(class)])
		}
		if to == stateUnknown {
			to = a.step(w, s, class)
		}
		switch s = to; s {
		case stateDead:
			return -1
		case stateMatched:
			return i
		}
	}
	if a.ends(w, s) {
		return len(line)
	}
	return -1
}

// classify finds the class of r, that of the rune that is in the same sets.
func (a *automaton) classify(w *workshop, r rune) uint16 {
	class := slices.IndexFunc(a.samples[1:], func(sample rune) bool {
		return (!a.words || isWord(r) == isWord(sample)) && !slices.ContainsFunc(a.sets, func(set *runeSet) bool {
			return set.contains(r) != set.contains(sample)
		})
	}) + 1
	if class == 0 {
		class = len(a.samples)
		a.samples = append(a.samples, r)
	}
	if r < utf8.RuneSelf {
		a.ascii[r] = uint16(class)
	} else {
		if a.wide == nil {
			a.wide = map[rune]uint16{}
		}
		a.wide[r] = uint16(class)
		w.size += wideSize
	}
	return uint16(class)
}

// step finds, and notes, which state follows s with a rune of class.
func (a *automaton) step(w *workshop, s int32, class uint16) int32 {
	r := a.samples[class]
	word := a.words && isWord(r)
	a.expand(w, s, word, startBit(r))
	w.to = w.to[:0]
	for _, leaf := range w.leafs {
		if a.sets[a.parts[a.nodes[leaf.node].from+leaf.at]].contains(r) {
			w.to = append(w.to, a.rest(leaf))
		}
	}
	if len(a.states) == maxStates {
		a.forget()
		return a.state(w.to, false, word)
	}
	before := a.size()
	to := a.state(w.to, false, word)
	from := &a.states[s]
	if class >= from.width {
		row, width := int32(len(a.next)), uint16(len(a.samples))
		a.next = append(a.next, make([]uint16, width)...)
		copy(a.next[row:], a.next[from.row:from.row+int32(from.width)])
		from.row, from.width = row, width
	}
	a.next[from.row+int32(class)] = uint16(to)
	w.size += a.size() - before
	return to
}

// ends reports whether the pattern matches when the line ends in state s.
func (a *automaton) ends(w *workshop, s int32) bool {
	if a.states[s].final == 0 {
		a.states[s].final = -1
		if a.expand(w, s, false, 0) {
			a.states[s].final = 1
		}
	}
	return a.states[s].final > 0
}

// expand leaves in w.leafs the literals that s and what its tails stand for begin with, and reports whether nothing
// need be left. word says whether a word character follows; start is the start bit of the rune that follows, which the
// literals may begin with, or 0 at the line's end.
func (a *automaton) expand(w *workshop, s int32, word bool, start uint64) (empty bool) {
	if w.round++; w.round == 0 {
		clear(w.marks)
		w.round = 1
	}
	w.leafs, w.todo = w.leafs[:0], w.todo[:0]
	at := a.states[s]
	visit := func(id int32) {
		for int(id) >= len(w.marks) {
			w.marks = append(w.marks, 0)
		}
		switch {
		case id == tailNothing:
			empty = true
		case w.marks[id] != w.round:
			w.marks[id] = w.round
			w.todo = append(w.todo, a.tails[id])
		}
	}
	for _, id := range a.members[at.from:at.to] {
		visit(id)
	}
	for len(w.todo) > 0 {
		t := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		n := &a.nodes[t.node]
		switch n.op {
		case syntax.OpLiteral:
			w.leafs = append(w.leafs, t)
		case syntax.OpConcat:
			if part := a.parts[n.from+t.at]; a.nodes[part].begins(start) {
				w.todo = append(w.todo, a.then(part, a.rest(t)))
			}
		case syntax.OpAlternate:
			for _, part := range a.parts[n.from:n.to] {
				if a.nodes[part].begins(start) {
					w.todo = append(w.todo, a.then(part, t.after))
				}
			}
		case syntax.OpRepeat:
			if t.min == 0 {
				visit(t.after)
			}
			if t.max != 0 && a.nodes[a.parts[n.from]].begins(start) {
				w.todo = append(w.todo, a.then(a.parts[n.from], a.again(t)))
			}
		case syntax.OpEmptyMatch:
			visit(t.after)
		case syntax.OpBeginLine, syntax.OpBeginText:
			if at.first {
				visit(t.after)
			}
		case syntax.OpEndLine, syntax.OpEndText:
			if start == 0 {
				visit(t.after)
			}
		case syntax.OpWordBoundary:
			if at.word != word {
				visit(t.after)
			}
		case syntax.OpNoWordBoundary:
			if at.word == word {
				visit(t.after)
			}
		}
	}
	return empty
}

// interner finds the number of a thing by its hash. Numbers begin at 1.
type interner struct {
	slots []slot
	used  int
}

type slot struct {
	hash uint32
	id   int32
}

// find returns where the number of the thing of that hash stands which equal knows. It is 0 if the thing is new; the
// caller fills it in.
func (in *interner) find(hash uint32, equal func(id int32) bool) *int32 {
	if 4*in.used >= 3*len(in.slots) {
		old := in.slots
		in.slots = make([]slot, max(16, 2*len(old)))
		for _, s := range old {
			if s.id != 0 {
				*in.probe(s.hash, func(int32) bool { return false }) = s
			}
		}
	}
	s := in.probe(hash, equal)
	if s.id == 0 {
		s.hash = hash
		in.used++
	}
	return &s.id
}

// probe returns the slot of the thing, or the free one that it would take.
func (in *interner) probe(hash uint32, equal func(id int32) bool) *slot {
	mask := uint32(len(in.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if s := &in.slots[i]; s.id == 0 || s.hash == hash && equal(s.id) {
			return s
		}
	}
}

// mix returns the hash of what hash stands for and then v.
func mix(hash uint32, v int32) uint32 {
	hash = (hash ^ uint32(v)) * 0x85EBCA6B
	return hash ^ hash>>15
}

func isWord(r rune) bool { return r < utf8.RuneSelf && syntax.IsWordChar(r) }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
