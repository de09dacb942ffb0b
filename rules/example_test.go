package rules_test

import (
	"fmt"
	"log"
	"strings"

	"newsclean/rules"
)

const table = `id	class	lang	scope	pattern	hit	miss
ferry-app	subscribe	en	line	get the .{2,20} app	Get the Harbour Post app	Get the ferry
sign-read	body	en	line	the sign (said|read): .{1,80}	The sign read: Get the boat app	Get the boat app
`

func ExampleParse() {
	_, err := rules.Parse("mine.tsv", strings.NewReader("id\tclass\tlang\tscope\tpattern\thit\tmiss\nx\tad\ten\tline\tbuy (now\tBuy now\tBuy it\n"))
	fmt.Println(err)
	// Output: mine.tsv:2:14: x: pattern lacks a closing ")"; close the group or write "\(" for a plain bracket
}

// compiled returns the rules of table.
func compiled() *rules.Set {
	parsed, err := rules.Parse("mine.tsv", strings.NewReader(table))
	if err != nil {
		log.Fatal(err)
	}
	set, err := rules.Compile(parsed)
	if err != nil {
		log.Fatal(err)
	}
	return set
}

func ExampleMatcher_Match() {
	set := compiled()
	for _, m := range set.NewMatcher().Match("» Get the Harbour Post app", nil) {
		fmt.Println(m.Rule.ID, m.Rule.Class, m.Start, m.End)
	}
	// Output: ferry-app subscribe 0 27
}

func ExampleSet_Check() {
	set := compiled()
	fmt.Println(len(set.Check()), "faults")
	// Output: 0 faults
}
