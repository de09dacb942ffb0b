package normalize

import (
	"math/rand/v2"
	"testing"
)

// TestGroveAnswersAsItsForest: asking several trees at a time gives, to the last bit, what asking one after the other does.
func TestGroveAnswersAsItsForest(t *testing.T) {
	w, err := builtinWeights()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	var leaves []float32
	for range 200 {
		var e Evidence
		for i := range e {
			e[i] = int16(random.IntN(1 << random.IntN(12)))
		}
		for _, f := range []*forest{&w.first, &w.second} {
			var want float32
			for _, root := range f.roots {
				at := root
				for f.nodes[at].feature != leaf {
					at = f.answer(at, &e)
				}
				want += f.nodes[at].weight
			}
			if got := f.score(&e, &leaves); got != want {
				t.Fatalf("%g, want %g, for %v", got, want, e)
			}
		}
	}
}
