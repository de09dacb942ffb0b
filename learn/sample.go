package learn

import "container/heap"

// page is a page of the sample, with the hash of its text.
type page struct {
	key   uint64
	lines []line
}

// sample is the pages with the smallest hashes, at most maxPages: the same ones in whatever order they come.
type sample struct {
	pages byKey
	held  map[uint64]bool
}

// wants reports whether a page with that hash belongs to the sample of those that came.
func (s *sample) wants(key uint64) bool {
	return !s.held[key] && (len(s.pages) < maxPages || key < s.pages[0].key)
}

// add adds a page that is wanted, instead of the one with the greatest hash if there are enough.
func (s *sample) add(p page) {
	if s.held == nil {
		s.held = map[uint64]bool{}
	}
	if len(s.pages) == maxPages {
		delete(s.held, heap.Pop(&s.pages).(page).key)
	}
	heap.Push(&s.pages, p)
	s.held[p.key] = true
}

// byKey is a heap with the greatest hash on top.
type byKey []page

func (h byKey) Len() int           { return len(h) }
func (h byKey) Less(i, j int) bool { return h[i].key > h[j].key }
func (h byKey) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *byKey) Push(p any)        { *h = append(*h, p.(page)) }
func (h *byKey) Pop() any {
	last := (*h)[len(*h)-1]
	(*h)[len(*h)-1] = page{}
	*h = (*h)[:len(*h)-1]
	return last
}
