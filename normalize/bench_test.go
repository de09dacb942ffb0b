package normalize

import (
	"io"
	"os"
	"strings"
	"testing"
)

// BenchmarkCopy times the filter on a clean page, a page with leftovers, a page dump and a story on one line.
func BenchmarkCopy(b *testing.B) {
	for _, name := range []string{"clean-en", "leftovers", "full-dump", "glued-line", "ja-leftovers"} {
		b.Run(name, func(b *testing.B) {
			text, err := os.ReadFile("../testdata/pages/" + name + ".in")
			if err != nil {
				b.Fatal(err)
			}
			n := newNormalizer(b, Options{})
			n.String(string(text)) // patterns are compiled on first use
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.Copy(io.Discard, strings.NewReader(string(text))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
