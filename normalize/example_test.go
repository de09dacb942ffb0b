package normalize_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"newsclean/normalize"
	"newsclean/rules"
)

const page = `ADVERTISEMENT

The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, after a long debate about its cost.

Share this article

Residents had argued that the road around the bay was often closed by snow, and that the ferry was the only way to the hospital.
`

// builtin returns a Normalizer with the rules that newsclean brings along.
func builtin(opt normalize.Options) *normalize.Normalizer {
	tables, err := rules.Builtin()
	if err != nil {
		log.Fatal(err)
	}
	set, err := rules.Compile(tables...)
	if err != nil {
		log.Fatal(err)
	}
	n, err := normalize.New(set, opt)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func ExampleNormalizer_Copy() {
	n := builtin(normalize.Options{})
	stats, err := n.Copy(os.Stdout, strings.NewReader(page))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stats.Lines, "lines read,", stats.Written, "written")
	// Output:
	// The council of Northmoor voted on Tuesday to keep the old ferry running for another winter, after a long debate about its cost.
	//
	// Residents had argued that the road around the bay was often closed by snow, and that the ferry was the only way to the hospital.
	// 7 lines read, 3 written
}

func ExampleNormalizer_String() {
	n := builtin(normalize.Options{Keep: []rules.Class{rules.Share}})
	fmt.Println(strings.Count(n.String(page), "\n"), "lines")
	// Output: 5 lines
}

func ExampleOptions_explain() {
	n := builtin(normalize.Options{Explain: func(e normalize.Explanation) {
		if e.Fate == normalize.Removed {
			fmt.Println(e.Line, e.Class, e.Text)
		}
	}})
	n.String(page)
	// Output:
	// 1 ad ADVERTISEMENT
	// 5 share Share this article
}
