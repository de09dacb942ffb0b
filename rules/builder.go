package rules

import (
	"math/bits"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// builder makes automata. It takes an expression for a graph of knots and looks from each position for those that can come
// next. Positions get their numbers as they are found: what can come at once stands together, and what comes alone stands
// behind what it follows. Its room serves again.
type builder struct {
	*automaton
	w       *workshop
	counted bool
	knots   []knot
	used    []*runeSet // of runes
	places  []place    // by position
	todo    []int32    // positions from which nobody has looked yet
	known   []outlook  // by knot, and whether a character of a word comes before it
	targets []target   // of them
	held    []uint64   // by set, its positions
	inside  []uint64   // positions of runes that are part of words
	outside []uint64   // and of those that are not
	classes []runeSigns

	// What the automaton gets copies of.
	wideSets []*runeSet
	wideHeld []uint64
	ownTurns []uint64
	ownJumps []jump
	ownTo    []target

	marks   []mark // by knot
	round   uint32 // looks so far
	waiting []visit
	passed  []int32 // knots behind one
}

// knot is a place of an expression: a rune, a choice between two other knots, something that is asked of the text around
// (by the operator of its name), or the end.
type knot struct {
	op     syntax.Op       // OpLiteral for a rune, OpAlternate for a choice, OpEmptyMatch for the end
	next   int32           // what comes behind it
	other  int32           // of a choice
	set    int32           // of a rune
	places [numKinds]int32 // of a rune, its positions, 0 for none
	asks   [2]bool         // whether it is known, and true, that a boundary may come right behind it
}

// The first knots: the end and, where words matter for a match of a part of a line, any rune behind the end.
const (
	knotEnd = iota
	knotBehind
)

// place is what a position stands for. The first place stands for nothing.
type place struct {
	next, set int32
	kind      int8
}

// Kinds of positions. Where it matters whether a rune is part of a word, there is one for either case.
const (
	either = iota
	outside
	inside
	numKinds
)

// What may come at a knot.
const (
	mayOther = 1 << iota // a rune that is not part of a word
	mayWord              // one that is
	mayEnd               // the end of the line
	mayAll   = 1<<iota - 1
	mayRune  = mayOther | mayWord
)

// visit is a knot and what may come there.
type visit struct {
	knot int32
	may  uint8
}

// mark is the last look that came to a knot, and a bit for each of what might come there.
type mark struct {
	round  uint32
	visits uint8
}

// outlook is what comes from a knot on: the targets, whether the line may end, and whether a match is certain.
type outlook struct {
	from, to              int32 // of the builder's targets
	kept                  jump  // to them
	known, final, certain bool
}

// build fills in a, an automaton of what c says.
func (b *builder) build(a *automaton, c code) {
	b.automaton = a
	b.knots, b.used = append(slices.Grow(b.knots[:0], min(len(c), maxRoom)), knot{op: syntax.OpEmptyMatch}), b.used[:0]
	flags := c.op()
	a.bounded, a.begins, a.most = flags&codeBounded != 0, flags&codeBegins != 0, c.number()-1
	var root int32
	if a.anywhere {
		any := b.w.set([]rune{0, unicode.MaxRune})
		if a.bounded {
			b.rune(any, knotEnd)
		}
		root = b.any(any, b.knot(&c, knotEnd))
	} else {
		root = b.any(b.w.before, b.knot(&c, b.any(b.w.after, knotEnd)))
	}
	first := b.lookAround(root)
	a.words = make([]word, (len(b.places)+63)/64)
	b.hold()
	b.classifyASCII()
	b.turn()
	for before, o := range first {
		if before > 0 && !a.bounded && !a.begins {
			a.first[before] = a.first[0]
			continue
		}
		a.first[before] = beginning{make([]uint64, len(a.words)), o.final, o.certain}
		for _, t := range b.targets[o.from:o.to] {
			a.first[before].positions[t.word] = t.positions
		}
	}
	if b.automaton = nil; len(b.knots) > maxRoom {
		*b = builder{w: b.w}
	}
}

// maxRoom is how many knots an automaton may have for its builder to keep the room: those of a few large ones take MB.
const maxRoom = 4 << 10

// any returns the knot of any number of runes of set before next.
func (b *builder) any(set *runeSet, next int32) int32 {
	loop := b.add(knot{op: syntax.OpAlternate, other: next})
	b.knots[loop].next = b.rune(set, loop)
	return loop
}

func (b *builder) add(k knot) int32 {
	b.knots = append(b.knots, k)
	return int32(len(b.knots) - 1)
}

// knot takes the expression that c begins with, and returns its knot before next.
func (b *builder) knot(c *code, next int32) int32 {
	switch op := c.op(); op {
	case syntax.OpLiteral, codeFolded:
		for text := c.literal(); len(text) > 0; {
			r, size := utf8.DecodeLastRune(text)
			next = b.rune(b.w.letter(r, op == codeFolded), next)
			text = text[:len(text)-size]
		}
		return next
	case codeClass:
		return b.rune(b.w.class(c.number()), next)
	case syntax.OpRepeat:
		return b.repeat(c, c.number(), c.number()-1, next)
	case syntax.OpConcat:
		for range c.number() {
			next = b.knot(c, next)
		}
		return next
	case syntax.OpAlternate:
		all := b.add(knot{op: syntax.OpNoMatch})
		for range c.number() {
			all = b.add(knot{op: syntax.OpAlternate, next: b.knot(c, next), other: all})
		}
		return all
	case syntax.OpEmptyMatch:
		return next
	default:
		return b.add(knot{op: op, next: next})
	}
}

// repeat takes an expression and returns the knot of what it is, so many times, before next. What comes at most so often
// can be entered at any of its copies, but is left at one.
func (b *builder) repeat(c *code, fewest, most int, next int32) int32 {
	if !b.counted && most > mostCounted {
		b.loosen(most)
		most = -1
	}
	if !b.counted && fewest > fewestCounted {
		b.loosen(0)
		fewest, most = fewestCounted, -1
	}
	once := *c
	again := func(next int32) int32 {
		*c = once
		return b.knot(c, next)
	}
	if most < 0 {
		loop := b.add(knot{op: syntax.OpAlternate, other: next})
		all := again(loop)
		b.knots[loop].next = all
		if fewest == 0 {
			return loop
		}
		for range fewest - 1 {
			all = again(all)
		}
		return all
	}
	all := next
	if fewest > 0 {
		all = b.add(knot{op: syntax.OpNoMatch})
	}
	for n := range max(most, 1) { // what comes no times is taken nevertheless
		if next = again(next); fewest <= n+1 && n < most {
			all = b.add(knot{op: syntax.OpAlternate, next: next, other: all})
		}
	}
	return all
}

// loosen notes that the automaton is right on lines of so many runes only.
func (b *builder) loosen(runes int) {
	if !b.loose || runes < b.exact {
		b.loose, b.exact = true, runes
	}
}

// rune returns the knot of a rune of set before next.
func (b *builder) rune(set *runeSet, next int32) int32 {
	if set.user != b.id {
		set.user, set.place = b.id, int32(len(b.used))
		b.used = append(b.used, set)
	}
	return b.add(knot{op: syntax.OpLiteral, next: next, set: set.place})
}

// lookAround looks from the root, given each of what can come before it, and from all positions.
func (b *builder) lookAround(root int32) (first [3]outlook) {
	b.known, b.marks, b.round = zeros(b.known, len(b.knots)<<btoi(b.bounded)), zeros(b.marks, len(b.knots)), 0
	b.targets = slices.Grow(b.targets[:0], len(b.knots))
	b.places = append(slices.Grow(b.places[:0], len(b.knots)), place{})
	for before := range first {
		first[before] = b.look(root, before)
	}
	for len(b.todo) > 0 {
		p := b.places[b.todo[len(b.todo)-1]]
		b.todo = b.todo[:len(b.todo)-1]
		if o := b.outlook(p); !o.known {
			*o = b.look(p.next, beforeOther+btoi(p.kind == inside))
		}
	}
	return first
}

// outlook returns what is known of what comes behind p.
func (b *builder) outlook(p place) *outlook {
	return &b.known[int(p.next)<<btoi(b.bounded)+btoi(p.kind == inside)]
}

// look returns what comes from a knot on, given what came before it.
func (b *builder) look(from int32, before int) outlook {
	o := outlook{known: true, from: int32(len(b.targets))}
	old := len(b.places)
	b.round++
	b.visit(from, mayAll)
	for len(b.waiting) > 0 {
		v := b.waiting[len(b.waiting)-1]
		b.waiting = b.waiting[:len(b.waiting)-1]
		switch k := &b.knots[v.knot]; k.op {
		case syntax.OpLiteral:
			b.target(int(o.from), k, v.may)
		case syntax.OpAlternate:
			b.visit(k.other, v.may)
			b.visit(k.next, v.may) // first
		case syntax.OpEmptyMatch:
			o.final = o.final || v.may&mayEnd != 0
			switch {
			case b.anywhere && v.may == mayAll:
				o.certain = true
			case b.anywhere && b.bounded:
				b.target(int(o.from), &b.knots[knotBehind], v.may)
			}
		case syntax.OpWordBoundary:
			if before == beforeWord {
				b.visit(k.next, v.may&^mayWord)
			} else {
				b.visit(k.next, v.may&mayWord)
			}
		case syntax.OpNoWordBoundary:
			if before == beforeWord {
				b.visit(k.next, v.may&mayWord)
			} else {
				b.visit(k.next, v.may&^mayWord)
			}
		case syntax.OpBeginLine, syntax.OpBeginText:
			if before == beforeNothing {
				b.visit(k.next, v.may)
			}
		case syntax.OpEndLine, syntax.OpEndText:
			b.visit(k.next, v.may&mayEnd)
		}
	}
	o.to = int32(len(b.targets))
	for n := len(b.places) - 1; n >= old; n-- {
		b.todo = append(b.todo, int32(n))
	}
	return o
}

// visit goes to a knot, if something may come there and it was not visited so yet.
func (b *builder) visit(knot int32, may uint8) {
	m := &b.marks[knot]
	if m.round != b.round {
		*m = mark{round: b.round}
	}
	if may != 0 && m.visits&(1<<may) == 0 {
		m.visits |= 1 << may
		b.waiting = append(b.waiting, visit{knot, may})
	}
}

// target adds the positions of k to the targets from that one on, as far as they may come.
func (b *builder) target(from int, k *knot, may uint8) {
	set := b.used[k.set]
	if may&mayRune == mayRune && !b.asksBehind(k) {
		b.position(from, k, either)
		return
	}
	if may&mayOther != 0 && (set.wide() || !set.ascii.within(wordSigns)) {
		b.position(from, k, outside)
	}
	if may&mayWord != 0 && set.ascii.meets(wordSigns) {
		b.position(from, k, inside)
	}
}

// position adds the position of k of that kind.
func (b *builder) position(from int, k *knot, kind int8) {
	n := &k.places[kind]
	if *n == 0 {
		*n = int32(len(b.places))
		b.places = append(b.places, place{k.next, k.set, kind})
	}
	word, bit := *n/64, uint64(1)<<(*n%64)
	if at := slices.IndexFunc(b.targets[from:], func(t target) bool { return t.word == word }); at >= 0 {
		b.targets[from+at].positions |= bit
	} else {
		b.targets = append(b.targets, target{bit, word})
	}
}

// asksBehind reports whether a word boundary, or that there is none, may be asked for right behind k.
func (b *builder) asksBehind(k *knot) bool {
	if known, asks := k.asks[0], k.asks[1]; known || !b.bounded {
		return asks
	}
	k.asks[0] = true
	b.passed = append(b.passed[:0], k.next)
	for n := 0; n < len(b.passed) && !k.asks[1]; n++ {
		switch next := &b.knots[b.passed[n]]; next.op {
		case syntax.OpWordBoundary, syntax.OpNoWordBoundary:
			k.asks[1] = true
		case syntax.OpAlternate:
			for _, id := range [...]int32{next.next, next.other} {
				if !slices.Contains(b.passed, id) {
					b.passed = append(b.passed, id)
				}
			}
		case syntax.OpBeginLine, syntax.OpBeginText, syntax.OpEndLine, syntax.OpEndText:
			b.passed = append(b.passed, next.next)
		}
	}
	return k.asks[1]
}

// wordSigns are the characters of words, in case.
var wordSigns = func() (signs runeSigns) {
	for c := range byte(utf8.RuneSelf) {
		if isWord(rune(c)) {
			signs.add(c)
		}
	}
	return
}()

// hold finds the positions of each set, and notes them for the sets with runes beyond ASCII, of which none is part of a
// word.
func (b *builder) hold() {
	b.held = zeros(b.held, len(b.used)*len(b.words))
	b.inside, b.outside = zeros(b.inside, len(b.words)), zeros(b.outside, len(b.words))
	for n, p := range b.places {
		if n == 0 {
			continue
		}
		b.held[int(p.set)*len(b.words)+n/64] |= 1 << (n % 64)
		b.inside[n/64] |= uint64(btoi(p.kind == inside)) << (n % 64)
		b.outside[n/64] |= uint64(btoi(p.kind == outside)) << (n % 64)
	}
	b.wideSets, b.wideHeld = b.wideSets[:0], b.wideHeld[:0]
	for id, set := range b.used {
		if !set.wide() {
			continue
		}
		b.wideSets = append(b.wideSets, set)
		for k, held := range b.held[id*len(b.words):][:len(b.words)] {
			b.wideHeld = append(b.wideHeld, held&^b.inside[k])
		}
	}
	b.sets, b.wide = slices.Clone(b.wideSets), slices.Clone(b.wideHeld)
}

// zeros returns n zeros, in the room of s if that is enough.
func zeros[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// classifyASCII finds the classes of ASCII, of which each is in the same sets, and their positions.
func (b *builder) classifyASCII() {
	b.classes = append(b.classes[:0], allSigns)
	for _, set := range b.used {
		b.split(set.ascii)
	}
	if b.bounded {
		b.split(wordSigns)
	}
	b.rows = make([]uint64, len(b.classes)*len(b.words))
	for class, signs := range b.classes {
		var sample byte
		for word, left := range signs {
			for ; left != 0; left &= left - 1 {
				sample = byte(64*word + bits.TrailingZeros64(left))
				b.ascii[sample] = uint8(class)
			}
		}
		row := b.rows[class*len(b.words):][:len(b.words)]
		for id, set := range b.used {
			if set.ascii.has(sample) {
				unite(row, b.held[id*len(b.words):])
			}
		}
		never := b.inside
		if wordSigns.has(sample) {
			never = b.outside
		}
		for k := range row {
			row[k] &^= never[k]
		}
	}
}

// split makes classes of which each is in a set or out of it.
func (b *builder) split(set runeSigns) {
	for i, class := range b.classes {
		in := runeSigns{class[0] & set[0], class[1] & set[1]}
		if in != class && in != (runeSigns{}) {
			b.classes[i] = in
			b.classes = append(b.classes, runeSigns{class[0] &^ set[0], class[1] &^ set[1]})
		}
	}
}

// turn notes what may come behind each position.
func (b *builder) turn() {
	b.ownTurns, b.ownJumps, b.ownTo = b.ownTurns[:0], b.ownJumps[:0], b.ownTo[:0]
	for n, p := range b.places {
		all, bit := &b.words[n/64], uint64(1)<<(n%64)
		if bit == 1 {
			all.before = len(b.ownJumps)
		}
		if n == 0 {
			continue
		}
		o := b.outlook(p)
		all.final |= bit * uint64(btoi(o.final))
		all.certain |= bit * uint64(btoi(o.certain))
		targets := b.targets[o.from:o.to]
		if up, same, near := nearby(n, targets); near {
			all.up |= bit * uint64(btoi(up))
			all.same |= bit * uint64(btoi(same))
			continue
		}
		all.jump |= bit
		switch only := targets[0].positions; {
		case len(b.words) == 1:
			b.ownTurns = append(b.ownTurns, only)
		case len(targets) == 1 && only&(only-1) == 0:
			b.ownJumps = append(b.ownJumps, jump{64*targets[0].word + int32(bits.TrailingZeros64(only)), -1})
		case o.kept.to == 0:
			o.kept.from = int32(len(b.ownTo))
			b.ownTo = append(b.ownTo, targets...)
			o.kept.to = int32(len(b.ownTo))
			fallthrough
		default:
			b.ownJumps = append(b.ownJumps, o.kept)
		}
	}
	b.turns, b.jumps, b.to = slices.Clone(b.ownTurns), slices.Clone(b.ownJumps), slices.Clone(b.ownTo)
}

// nearby reports whether targets are no others than the position behind n and n itself, and which of them.
func nearby(n int, targets []target) (up, same, near bool) {
	for _, t := range targets {
		for left := t.positions; left != 0; left &= left - 1 {
			switch 64*int(t.word) + bits.TrailingZeros64(left) {
			case n + 1:
				up = true
			case n:
				same = true
			default:
				return false, false, false
			}
		}
	}
	return up, same, true
}
