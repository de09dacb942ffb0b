package normalize

import (
	"io"
	"strings"
	"testing"
)

// TestFewAllocationsForEachLine: what many lines more allocate is room that they share.
func TestFewAllocationsForEachLine(t *testing.T) {
	n := newNormalizer(t, Options{})
	for _, name := range []string{"full-dump", "clean-en", "interview", "ja-leftovers"} {
		page := samplePage(t, name) + "\n"
		allocations := func(pages int) float64 {
			text := strings.Repeat(page, pages)
			return testing.AllocsPerRun(2, func() {
				if _, err := n.Copy(io.Discard, strings.NewReader(text)); err != nil {
					t.Fatal(err)
				}
			})
		}
		few, many := allocations(20), allocations(60)
		lines := 40 * strings.Count(page, "\n")
		each := (many - few) / float64(lines)
		t.Logf("%s: %.3f allocations a line", name, each)
		if each > 0.01 {
			t.Errorf("%s: %.3f allocations a line, want hardly any", name, each)
		}
	}
}
