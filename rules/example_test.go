package rules_test

import (
	"fmt"
	"log"
	"strings"

	"newsclean/rules"
)

func ExampleParse() {
	_, err := rules.Parse("mine.tsv", strings.NewReader("id\tclass\tlang\tscope\tpattern\thit\tmiss\nx\tad\ten\tline\tbuy (now\tBuy now\tBuy it\n"))
	fmt.Println(err)
	// Output: mine.tsv:2:14: x: pattern lacks a closing ")"; close the group or write "\(" for a plain bracket
}

// In the second line a guard matches too. It is for the caller to let it win.
func ExampleMatcher_Match() {
	const table = `id	class	lang	scope	pattern	hit	miss
ferry-app	subscribe	en	span	get the .{2,20} app	[[Get the Harbour Post app]]!	Get the ferry
sign-read	body	en	line	the sign (said|read): .{1,80}	The sign read: Get the boat app	Get the boat app
`
	mine, err := rules.Parse("mine.tsv", strings.NewReader(table))
	if err != nil {
		log.Fatal(err)
	}
	set, err := rules.Compile(mine)
	if err != nil {
		log.Fatal(err)
	}
	matcher := set.NewMatcher()
	for _, line := range []string{"» Get the Harbour Post app", "The sign read: Get the boat app"} {
		for _, m := range matcher.Match(line, nil) {
			fmt.Printf("%s, %s, guard %t: %q\n", m.Rule.ID, m.Rule.Class, m.Rule.Guard(), line[m.Start:m.End])
		}
	}
	// Output:
	// ferry-app, subscribe, guard false: "Get the Harbour Post app"
	// sign-read, body, guard true: "The sign read: Get the boat app"
	// ferry-app, subscribe, guard false: "Get the boat app"
}

// The pattern of the second row does not match its own hit.
func ExampleSet_Check() {
	const table = `id	class	lang	scope	pattern	hit	miss
ferry-app	subscribe	en	line	get the .{2,20} app	Get the Harbour Post app	Get the ferry
tide-table	ad	en	line	tide table for .{2,20}	Tides for Northmoor	The tide turned.
`
	mine, err := rules.Parse("mine.tsv", strings.NewReader(table))
	if err != nil {
		log.Fatal(err)
	}
	set, err := rules.Compile(mine)
	if err != nil {
		log.Fatal(err)
	}
	for _, fault := range set.Check() {
		fmt.Println(fault)
	}
	// Output: mine.tsv:3:46: tide-table: hit: leaves "Tides for Northmoor", should leave ""; the pattern does not match; mend it
}
