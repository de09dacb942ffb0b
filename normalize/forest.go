package normalize

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
)

// forest is the trees of a reading, laid out to be asked fast: several trees at a time, a question of each in turn, without a
// branch that depends on the answer. The trees that go together are about equally deep, since all go on until the deepest
// has ended.
type forest struct {
	nodes   []node
	weights []byte // of leaves, by node, four bytes each: what is made ahead is read in place
	rows    []forestRow
	order   []int32 // by tree, its place in rows
}

// node is a question, or a leaf, which leads to itself.
type node struct {
	feature uint8
	limit   int16 // is the feature at least so much?
	below   int32 // the node for the answer no; the one behind it is for yes
}

// forestRow is trees that go together.
type forestRow struct {
	roots [forestWidth]int32
	depth int32
}

const (
	forestWidth    = 8
	forestFeatures = math.MaxUint8 + 1 // that it can ask for

	_ = uint(forestFeatures - numFeatures) // it can ask for all
)

func newForest(trees []*tree) forest {
	f := forest{order: make([]int32, len(trees))}
	byDepth := make([]int32, len(trees))
	for i := range trees {
		byDepth[i] = int32(i)
	}
	slices.SortStableFunc(byDepth, func(a, b int32) int { return cmp.Compare(trees[a].depth(), trees[b].depth()) })
	for place, i := range byDepth {
		if place%forestWidth == 0 {
			f.rows = append(f.rows, forestRow{})
		}
		row := &f.rows[len(f.rows)-1]
		row.roots[place%forestWidth], row.depth = f.room(1), trees[i].depth()
		f.plant(trees[i], row.roots[place%forestWidth])
		f.order[i] = int32(place)
	}
	return f
}

// depth returns how many questions t asks at most.
func (t *tree) depth() int32 {
	if t.yes == nil {
		return 0
	}
	return 1 + max(t.yes.depth(), t.no.depth())
}

// room makes room for n nodes and returns the place of the first.
func (f *forest) room(n int) int32 {
	at := int32(len(f.nodes))
	f.nodes, f.weights = append(f.nodes, make([]node, n)...), append(f.weights, make([]byte, 4*n)...)
	return at
}

// weight returns the weight of a leaf.
func (f *forest) weight(at int32) float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(f.weights[4*at:]))
}

// plant makes a node what t is.
func (f *forest) plant(t *tree, at int32) {
	if t.yes == nil {
		f.nodes[at] = node{fWords, math.MaxInt16, at}
		binary.LittleEndian.PutUint32(f.weights[4*at:], math.Float32bits(t.weight))
		return
	}
	below := f.room(2)
	f.nodes[at] = node{uint8(t.question.feature), t.question.limit, below}
	f.plant(t.yes, below)
	f.plant(t.no, below+1)
}

// root returns the first node of a tree.
func (f *forest) root(tree int) int32 {
	place := f.order[tree]
	return f.rows[place/forestWidth].roots[place%forestWidth]
}

// leaf reports whether a node is one.
func (f *forest) leaf(at int32) bool { return f.nodes[at].below == at }

// next returns the node behind n when the features are e.
func (n node) next(e *[forestFeatures]int16) int32 {
	return n.below + int32(uint32(int32(n.limit)-1-int32(e[n.feature]))>>31)
}

// score returns the sum of the weights that count for the evidence. What it needs room for it leaves in leaves. It adds up
// in the order of the trees, which is not that of the rows: sums of floats depend on it.
func (f *forest) score(evidence *Evidence, leaves *[]float32) float32 {
	var e [forestFeatures]int16
	copy(e[:], evidence[:])
	*leaves = slices.Grow((*leaves)[:0], len(f.rows)*forestWidth)[:len(f.rows)*forestWidth]
	nodes := f.nodes
	for i := range f.rows {
		row := &f.rows[i]
		a, b, c, d := row.roots[0], row.roots[1], row.roots[2], row.roots[3]
		p, q, r, s := row.roots[4], row.roots[5], row.roots[6], row.roots[7]
		for range row.depth {
			a = nodes[a].next(&e)
			b = nodes[b].next(&e)
			c = nodes[c].next(&e)
			d = nodes[d].next(&e)
			p = nodes[p].next(&e)
			q = nodes[q].next(&e)
			r = nodes[r].next(&e)
			s = nodes[s].next(&e)
		}
		l := (*leaves)[i*forestWidth:][:forestWidth]
		l[0], l[1], l[2], l[3] = f.weight(a), f.weight(b), f.weight(c), f.weight(d)
		l[4], l[5], l[6], l[7] = f.weight(p), f.weight(q), f.weight(r), f.weight(s)
	}
	var sum float32
	for _, place := range f.order {
		sum += (*leaves)[place]
	}
	return sum
}
