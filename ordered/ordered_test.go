package ordered

import (
	"errors"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counts yields jobs of which the i-th emits i a few times, the later ones sooner.
func counts(jobs int, running *atomic.Int32) iter.Seq[Job[int]] {
	return func(yield func(Job[int]) bool) {
		for i := range jobs {
			do := func(emit func(int) error) {
				running.Add(1)
				defer running.Add(-1)
				time.Sleep(time.Duration(i%7) * time.Second)
				for range 40 {
					if emit(i) != nil {
						return
					}
				}
			}
			if !yield(do) {
				return
			}
		}
	}
}

func TestDo(t *testing.T) {
	for _, n := range []int{0, 1, 2, 8, 100} {
		synctest.Test(t, func(t *testing.T) {
			var running atomic.Int32
			var got []int
			if err := Do(n, counts(50, &running), func(v int) error { got = append(got, v); return nil }); err != nil {
				t.Fatal(err)
			}
			if len(got) != 50*40 || !slices.IsSorted(got) {
				t.Errorf("%d at once: %d values, sorted %v", n, len(got), slices.IsSorted(got))
			}
			if left := running.Load(); left != 0 {
				t.Errorf("%d at once: %d jobs still run", n, left)
			}
		})
	}
}

func TestDoWithoutJobs(t *testing.T) {
	for _, n := range []int{1, 4} {
		if err := Do(n, slices.Values([]Job[int]{}), func(int) error { return errors.New("called") }); err != nil {
			t.Errorf("%d at once: %v", n, err)
		}
	}
}

// TestDoStops: after an error of deliver nothing more is delivered, and no job runs on.
func TestDoStops(t *testing.T) {
	for _, n := range []int{1, 2, 8} {
		synctest.Test(t, func(t *testing.T) {
			full := errors.New("full")
			var running atomic.Int32
			calls := 0
			err := Do(n, counts(1000, &running), func(v int) error {
				if calls++; v == 5 {
					return full
				}
				return nil
			})
			if err != full || calls != 5*40+1 {
				t.Errorf("%d at once: error %v after %d calls", n, err, calls)
			}
			if left := running.Load(); left != 0 {
				t.Errorf("%d at once: %d jobs still run", n, left)
			}
		})
	}
}

// TestDoHoldsFew: a slow receiver holds the jobs back.
func TestDoHoldsFew(t *testing.T) {
	const n = 4
	var delivered atomic.Int32
	var most int32
	jobs := func(yield func(Job[int]) bool) {
		for begun := range int32(200) {
			most = max(most, begun+1-delivered.Load())
			if !yield(func(emit func(int) error) { emit(1) }) {
				return
			}
		}
	}
	synctest.Test(t, func(t *testing.T) {
		Do(n, jobs, func(int) error { time.Sleep(time.Second); delivered.Add(1); return nil })
	})
	if most > n+2 {
		t.Errorf("%d jobs held, want at most %d", most, n+2)
	}
}
