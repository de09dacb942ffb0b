package normalize

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsclean/rules"
)

const counted = "Advertisement\n\n" + ferry + "\n\nShare this article\n\n" + debate

const debate = "Residents had argued that the road around the bay was often closed by snow, and that the ferry was the only way to the hospital.\n"

func TestStats(t *testing.T) {
	n := newNormalizer(t, Options{})
	text, stats := n.Document(counted)
	if text != ferry+"\n\n"+debate {
		t.Fatalf("left %q", text)
	}
	for _, id := range []string{"advertisement", "share-this"} {
		if stats.Rules[id] != 1 {
			t.Errorf("rules %v, want %s once", stats.Rules, id)
		}
	}
	stats.Rules = nil
	want := Stats{Documents: 1, Lines: 7, Written: 3, Words: 52, WordsWritten: 48}
	want.Removed[rules.Ad] = Removal{Lines: 1, Words: 1}
	want.Removed[rules.Share] = Removal{Lines: 1, Words: 3}
	if diff := cmp.Diff(want, stats); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestStatsAreSums: the counts of documents one by one add up to those of their stream, and what went is what is missing.
func TestStatsAreSums(t *testing.T) {
	var sum Stats
	n := newNormalizer(t, Options{Null: true})
	var stream strings.Builder
	for _, text := range pages(t) {
		text = strings.ReplaceAll(text, "\x00", "")
		stream.WriteString(text + "\x00")
		_, stats := n.Document(text)
		gone := 0
		for _, r := range stats.Removed {
			gone += r.Words
		}
		if gone != stats.Words-stats.WordsWritten {
			t.Errorf("%d words went, %d are missing in %.60q", gone, stats.Words-stats.WordsWritten, text)
		}
		sum.Add(stats)
	}
	stats, err := n.Copy(io.Discard, strings.NewReader(stream.String()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(stats, sum); diff != "" {
		t.Errorf("(-stream +sum):\n%s", diff)
	}
}
