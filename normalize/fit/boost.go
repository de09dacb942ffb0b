package main

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"

	"newsclean/normalize"
)

// bins is into how many steps a feature's values are sorted at most.
const bins = 48

// matrix is the evidence of all paragraphs that teach something, by feature, in bins.
type matrix struct {
	rows   int
	limits [][]int16 // by feature: row value v is in the first bin b with v < limits[b], or the last
	bin    [][]uint8 // by feature and row
	target []float32 // 1 stays, 0 goes
	weight []float32
	score  []float32

	features []int // that the tree that grows may ask about
}

// newMatrix sorts the first features of all paragraphs into bins.
func newMatrix(pages []*page, features int) *matrix {
	m := &matrix{}
	values := make([][]int16, features)
	for _, p := range pages {
		for i := range p.evidence {
			if p.weight[i] == 0 {
				continue
			}
			for f := range features {
				values[f] = append(values[f], p.evidence[i][f])
			}
			target := float32(0)
			if p.keep[i] {
				target = 1
			}
			m.target = append(m.target, target)
			m.weight = append(m.weight, p.weight[i])
		}
	}
	m.rows = len(m.target)
	m.score = make([]float32, m.rows)
	m.limits, m.bin = make([][]int16, features), make([][]uint8, features)
	for f := range features {
		m.limits[f] = cuts(values[f])
		m.bin[f] = make([]uint8, m.rows)
		for i, v := range values[f] {
			m.bin[f][i] = uint8(sort.Search(len(m.limits[f]), func(b int) bool { return v < m.limits[f][b] }))
		}
		values[f] = nil
	}
	return m
}

// cuts returns limits that part values into bins of about the same size.
func cuts(values []int16) []int16 {
	sample := make([]int16, 0, 200000)
	for i := 0; i < len(values); i += max(len(values)/200000, 1) {
		sample = append(sample, values[i])
	}
	slices.Sort(sample)
	var limits []int16
	for b := 1; b < bins; b++ {
		v := sample[b*len(sample)/bins]
		if v > sample[0] && (len(limits) == 0 || v > limits[len(limits)-1]) {
			limits = append(limits, v)
		}
	}
	// rare values of a feature that is mostly one value
	distinct := slices.Compact(slices.Clone(sample))
	for i := 1; i < len(distinct) && len(limits) < 6; i++ {
		if !slices.Contains(limits, distinct[i]) {
			limits = append(limits, distinct[i])
		}
	}
	slices.Sort(limits)
	return limits
}

// split is a question and what it gains.
type split struct {
	feature, bin int
	gain         float64
}

// branch is a node of a tree as it grows: a leaf with its rows until it is split.
type branch struct {
	rows         []int32
	hist         []sum
	best         split
	value        float64
	below, above *branch
	limit        int16
}

type sum struct{ g, h float64 }

type forest struct{ trees []*branch }

// Regularisation: what is added to a leaf's weight of evidence, and the least that a leaf must have; which share of the
// rows and of the features each tree sees (Friedman, "Stochastic Gradient Boosting", 2002).
const (
	ridge        = 10.0
	leastHess    = 10.0
	rowShare     = 0.5
	featureShare = 0.4
)

// boost fits trees one after another, each to what those before it left wrong.
func (m *matrix) boost(trees, leaves int, rate float64) *forest {
	f := &forest{}
	random := rand.New(rand.NewPCG(1, 2)) // the same weights come of the same texts
	var total, kept float64
	for i, w := range m.weight {
		total += float64(w)
		kept += float64(w * m.target[i])
	}
	bias := math.Log(kept / (total - kept))
	f.trees = append(f.trees, &branch{value: bias})
	for i := range m.score {
		m.score[i] = float32(bias)
	}
	// weights are scaled so that the mean is one: the ridge then means rows
	scale := float64(m.rows) / total
	gradient := make([]sum, m.rows)
	for range trees {
		var rows []int32
		for i := range gradient {
			p := 1 / (1 + math.Exp(-float64(m.score[i])))
			w := float64(m.weight[i]) * scale
			gradient[i] = sum{w * (p - float64(m.target[i])), w * p * (1 - p)}
			if random.Float64() < rowShare {
				rows = append(rows, int32(i))
			}
		}
		m.features = random.Perm(len(m.bin))[:int(featureShare*float64(len(m.bin)))]
		tree := m.grow(rows, gradient, leaves, rate)
		f.trees = append(f.trees, tree)
		for r := range m.score {
			m.score[r] += float32(m.leafOf(tree, r).value)
		}
	}
	return f
}

// leafOf returns the leaf of a tree that row r falls into.
func (m *matrix) leafOf(b *branch, r int) *branch {
	for b.below != nil {
		if int(m.bin[b.best.feature][r]) <= b.best.bin {
			b = b.below
		} else {
			b = b.above
		}
	}
	return b
}

// grow builds one tree, splitting the leaf that gains most until it has enough.
func (m *matrix) grow(rows []int32, gradient []sum, leaves int, rate float64) *branch {
	root := m.leaf(rows, gradient, nil)
	open := []*branch{root}
	for len(open) < leaves {
		best := 0
		for i, b := range open {
			if b.best.gain > open[best].best.gain {
				best = i
			}
		}
		b := open[best]
		if b.best.gain <= 0 {
			break
		}
		bin := m.bin[b.best.feature]
		below, above := make([]int32, 0, len(b.rows)), make([]int32, 0, len(b.rows)/2)
		for _, r := range b.rows {
			if int(bin[r]) <= b.best.bin {
				below = append(below, r)
			} else {
				above = append(above, r)
			}
		}
		b.limit = m.limits[b.best.feature][b.best.bin]
		if len(below) < len(above) {
			b.below = m.leaf(below, gradient, nil)
			b.above = m.leaf(above, gradient, subtract(b.hist, b.below.hist))
		} else {
			b.above = m.leaf(above, gradient, nil)
			b.below = m.leaf(below, gradient, subtract(b.hist, b.above.hist))
		}
		b.rows, b.hist = nil, nil
		open[best] = b.below
		open = append(open, b.above)
	}
	for _, b := range open {
		var s sum
		for _, r := range b.rows {
			s.g += gradient[r].g
			s.h += gradient[r].h
		}
		b.value = -s.g / (s.h + ridge) * rate
		b.rows, b.hist = nil, nil
	}
	return root
}

func subtract(a, b []sum) []sum {
	for i := range a {
		a[i].g -= b[i].g
		a[i].h -= b[i].h
	}
	return a
}

// leaf makes a leaf of rows and finds its best split; hist is its histogram if it is known already.
func (m *matrix) leaf(rows []int32, gradient []sum, hist []sum) *branch {
	b := &branch{rows: rows, hist: hist}
	if hist == nil {
		b.hist = make([]sum, len(m.features)*bins)
	}
	best := make([]split, 2)
	var group sync.WaitGroup
	for part := range best {
		group.Go(func() {
			for at := part; at < len(m.features); at += len(best) {
				f := m.features[at]
				h := b.hist[at*bins : (at+1)*bins]
				if hist == nil {
					bin := m.bin[f]
					for _, r := range rows {
						s := &h[bin[r]]
						s.g += gradient[r].g
						s.h += gradient[r].h
					}
				}
				if s := bestSplit(f, h, len(m.limits[f])); s.gain > best[part].gain {
					best[part] = s
				}
			}
		})
	}
	group.Wait()
	b.best = best[0]
	if best[1].gain > best[0].gain {
		b.best = best[1]
	}
	return b
}

func bestSplit(feature int, hist []sum, limits int) split {
	var all, below sum
	for _, s := range hist {
		all.g += s.g
		all.h += s.h
	}
	best := split{feature: feature}
	for b := range limits {
		below.g += hist[b].g
		below.h += hist[b].h
		above := sum{all.g - below.g, all.h - below.h}
		if below.h < leastHess || above.h < leastHess {
			continue
		}
		gain := below.g*below.g/(below.h+ridge) + above.g*above.g/(above.h+ridge) - all.g*all.g/(all.h+ridge)
		if gain > best.gain+1e-9 {
			best.bin, best.gain = b, gain
		}
	}
	return best
}

// score returns the sum of the trees' answers for e.
func (f *forest) score(e *normalize.Evidence) float32 {
	var total float32
	for _, b := range f.trees {
		for b.below != nil {
			if e[b.best.feature] < b.limit {
				b = b.below
			} else {
				b = b.above
			}
		}
		total += float32(b.value)
	}
	return total
}

// write prints a row for each leaf.
func (f *forest) write(w io.Writer, reading string) {
	for i, b := range f.trees {
		b.write(w, fmt.Sprintf("%s\t%d", reading, i), nil)
	}
}

func (b *branch) write(w io.Writer, tree string, conditions []string) {
	if b.below == nil {
		fmt.Fprintf(w, "%s\t%.3f\t%s\n", tree, b.value, strings.Join(conditions, " & "))
		return
	}
	name := normalize.Features()[b.best.feature]
	b.below.write(w, tree, append(slices.Clone(conditions), fmt.Sprintf("%s<%d", name, b.limit)))
	b.above.write(w, tree, append(slices.Clone(conditions), fmt.Sprintf("%s>=%d", name, b.limit)))
}
