package rules

import (
	"fmt"
	"strings"
	"testing"
)

// TestEdges: the edges of a line that a pattern matches are among those of the pattern, and others are not.
func TestEdges(t *testing.T) {
	for _, c := range []struct{ pattern, yes, no string }{
		{`read more( here)?`, "» Read more …|read more|(READ MORE here)", "read it|Red more|read mor"},
		{`\(?(?-i:\p{Lu}\w+), \d{4}`, "(Ärger, 2021|* Brandt, 2026", "brandt, 2026|Brandt, 202x"},
		{`.{3,9}(a|b){2,}`, "xyzab|- xyzabab -", "xyzac|xyz"},
		{`x(-|x)*y?`, "--x|xy|x|x--y", "z|xz"},
		{`no\.?`, "no|No.|[no]", "noa|nope|n"},
	} {
		set := compile(t, fmt.Sprintf("r\tad\ten\tline\t\t%s\t%s\tz", c.pattern, strings.Split(c.yes, "|")[0]))
		fits := func(line string) bool {
			head, tail := edgesOf(Bare(line))
			p := (*storedBounds)(set.index.parts).read()
			return head.within(&p.head) && tail.within(&p.tail)
		}
		for line := range strings.SplitSeq(c.yes, "|") {
			if !fits(line) {
				t.Errorf("%q does not fit %q", line, c.pattern)
			}
		}
		for line := range strings.SplitSeq(c.no, "|") {
			if fits(line) {
				t.Errorf("%q fits %q", line, c.pattern)
			}
		}
	}
}
