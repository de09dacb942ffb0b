package normalize

import (
	"cmp"
	"math"
	"slices"
)

// score returns the sum of the weights that count for e. What it needs room for it leaves in leaves.
func (f *forest) score(e *Evidence, leaves *[]float32) float32 {
	f.once.Do(func() { f.laid = newGrove(f) })
	return f.laid.score(e, leaves)
}

// grove is a forest laid out to be asked fast: several trees at a time, a question of each in turn, without a branch that
// depends on the answer. The trees that go together are about equally deep, since all go on until the deepest has ended.
type grove struct {
	nodes   []groveNode
	weights []float32 // of leaves, by node
	rows    []groveRow
	order   []int32 // by tree, its place in rows
}

// groveNode is a question, or a leaf, which leads to itself.
type groveNode struct {
	feature uint8
	limit   int16 // is the feature at least so much?
	below   int32 // the node for the answer no; the one behind it is for yes
}

// groveRow is trees that go together.
type groveRow struct {
	roots [groveWidth]int32
	depth int32
}

const (
	groveWidth    = 8
	groveFeatures = math.MaxUint8 + 1 // that it can ask for
)

func newGrove(f *forest) *grove {
	size := len(f.nodes)
	g := &grove{nodes: make([]groveNode, 0, size), weights: make([]float32, 0, size), order: make([]int32, len(f.roots))}
	byDepth := make([]int32, len(f.roots))
	depths := make([]int32, len(f.roots))
	for i, root := range f.roots {
		byDepth[i], depths[i] = int32(i), f.depth(root)
	}
	slices.SortStableFunc(byDepth, func(a, b int32) int { return cmp.Compare(depths[a], depths[b]) })
	for place, tree := range byDepth {
		if place%groveWidth == 0 {
			g.rows = append(g.rows, groveRow{})
		}
		row := &g.rows[len(g.rows)-1]
		at := int32(len(g.nodes))
		g.nodes, g.weights = append(g.nodes, groveNode{}), append(g.weights, 0)
		g.plant(f, f.roots[tree], at)
		row.roots[place%groveWidth], row.depth = at, depths[tree]
		g.order[tree] = int32(place)
	}
	return g
}

// depth returns how many questions there are at most from a node on.
func (f *forest) depth(at int32) int32 {
	if n := &f.nodes[at]; n.feature != leaf {
		return 1 + max(f.depth(at+1), f.depth(n.above))
	}
	return 0
}

// plant makes node to of g what node from of f is.
func (g *grove) plant(f *forest, from, to int32) {
	n := &f.nodes[from]
	if n.feature == leaf {
		g.nodes[to], g.weights[to] = groveNode{fWords, math.MaxInt16, to}, n.weight
		return
	}
	below := int32(len(g.nodes))
	g.nodes, g.weights = append(g.nodes, groveNode{}, groveNode{}), append(g.weights, 0, 0)
	g.nodes[to] = groveNode{uint8(n.feature), n.limit, below}
	g.plant(f, from+1, below)
	g.plant(f, n.above, below+1)
}

// next returns the node behind n when the features are e.
func (n groveNode) next(e *[groveFeatures]int16) int32 {
	return n.below + int32(uint32(int32(n.limit)-1-int32(e[n.feature]))>>31)
}

// score adds up in the order of the trees, which is not that of the rows: sums of floats depend on it.
func (g *grove) score(evidence *Evidence, leaves *[]float32) float32 {
	var e [groveFeatures]int16
	copy(e[:], evidence[:])
	*leaves = slices.Grow((*leaves)[:0], len(g.rows)*groveWidth)[:len(g.rows)*groveWidth]
	nodes := g.nodes
	for i := range g.rows {
		row := &g.rows[i]
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
		l := (*leaves)[i*groveWidth:][:groveWidth]
		l[0], l[1], l[2], l[3] = g.weights[a], g.weights[b], g.weights[c], g.weights[d]
		l[4], l[5], l[6], l[7] = g.weights[p], g.weights[q], g.weights[r], g.weights[s]
	}
	var sum float32
	for _, place := range g.order {
		sum += (*leaves)[place]
	}
	return sum
}
