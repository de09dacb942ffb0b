package normalize

import (
	"math/rand/v2"
	"testing"
)

// TestForestAsksSeveralTreesAsOne: asking several trees at a time gives, to the last bit, what asking one after the other does.
func TestForestAsksSeveralTreesAsOne(t *testing.T) {
	w := builtinWeights()
	random := rand.New(rand.NewPCG(1, 2))
	var leaves []float32
	for range 200 {
		var e Evidence
		for i := range e {
			e[i] = int16(random.IntN(1 << random.IntN(12)))
		}
		for i := range w.readings {
			f := &w.readings[i]
			var want float32
			for i := range f.order {
				at := f.root(i)
				for !f.leaf(at) {
					at = f.answer(at, &e)
				}
				want += f.weight(at)
			}
			if got := f.score(&e, &leaves); got != want {
				t.Fatalf("%g, want %g, for %v", got, want, e)
			}
		}
	}
}
