package normalize

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkCopy times the filter on texts of several kinds, with its patterns' states made. A page that no process has seen
// before takes longer: that is what "first page" times.
func BenchmarkCopy(b *testing.B) {
	prose := samplePage(b, "clean-en")
	for _, c := range []struct {
		name, text string
		opt        Options
	}{
		{"prose", prose, Options{}},
		{"dirty article", samplePage(b, "leftovers"), Options{}},
		{"page dump", samplePage(b, "full-dump"), Options{}},
		{"one-line article", strings.Join(strings.Fields(prose), " "), Options{}},
		{"glued line", samplePage(b, "glued-line"), Options{}},
		{"Japanese", samplePage(b, "ja-leftovers"), Options{}},
		{"Arabic", samplePage(b, "ar-leftovers"), Options{}},
		{"small documents", strings.Repeat(samplePage(b, "one-sentence")+"\x00", 200), Options{Null: true}},
		{"labels on a line", strings.Repeat("Advertisement ", 20_000), Options{}},
		{"all pages", samplePage(b, "*"), Options{}},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := newNormalizer(b, c.opt)
			discard(b, n, c.text)
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				discard(b, n, c.text)
			}
		})
	}
	b.Run("first page", func(b *testing.B) {
		text := samplePage(b, "full-dump")
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			discard(b, newNormalizer(b, Options{}), text)
		}
	})
}

func discard(b *testing.B, n *Normalizer, text string) {
	if _, err := n.Copy(io.Discard, strings.NewReader(text)); err != nil {
		b.Fatal(err)
	}
}

// samplePage returns the sample pages whose names match, one after the other.
func samplePage(b testing.TB, name string) string {
	paths, err := filepath.Glob("../testdata/pages/" + name + ".in")
	if err != nil || len(paths) == 0 {
		b.Fatal("no page ", name, ": ", err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
