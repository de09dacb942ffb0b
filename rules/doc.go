// Package rules knows what pages say around their stories: it reads tables of rules and matches them against lines. It
// knows nothing of streams, and no phrase stands in its code.
//
// A rule is one row of a table: a pattern, why what it matches goes or stays (its Class), how much text it speaks for
// (its Scope), how much its word counts (its Strength), and a text that it hits and one that it must leave alone. A rule
// of a kept class is a guard: what it matches stays, whichever other rule wants it.
//
// # The table
//
// A table is UTF-8 text with one tab between cells. Nothing is quoted or escaped except in examples. The first row
// names the columns, in any order:
//
//	id        short and unique: lower-case letters, digits, hyphens. A row without an id only adds examples, in
//	          its hit and miss cells, to the rule above it.
//	class     why the text goes: ad, credit, caption, share, subscribe, related, nav, byline, date, comment, media,
//	          ui, legal; or, for a guard, what it is: headline, subhead, body, note.
//	lang      the language of the words as a BCP 47 tag such as en or pt-BR, or * for all.
//	scope     line, span, block or rest; see below.
//	strength  sure, or nothing, for a rule that removes by its own word; hint for one that is only evidence, weighed
//	          with the line's shape and surroundings. The column may be left out. A guard has none.
//	pattern   a regular expression in RE2 syntax, as Go's regexp has it: no look-around, no back-references. Case is
//	          ignored unless (?-i) asks for it. Anchors are the scope's business.
//	hit       a text that the rule matches. [[ ]] marks what goes of it (for a guard: what stays); without marks all
//	          of it. \n, \t and \\ stand for line end, tab and backslash.
//	miss      the nearest text that the rule must leave alone.
//
// Rows that begin with # are comments. The comment
//
//	# sites: post.example herald.example
//
// makes the table one for the pages of these sites alone, the sites below them such as www.post.example included. Of
// two rules with one id the later table's counts, so that a table of your own can replace a built-in rule.
//
// # Scopes
//
//	line   the pattern fills the line, but for bullets, brackets, dashes, arrows and a colon around it
//	span   the pattern matches any part of the line, and that part goes
//	block  as line; with it goes, or stays, what follows up to the next blank line
//	rest   as line; with it goes all that follows in the document
//
// A span pattern should hold a word of three bytes or more that every match contains: rules are found by such words, and
// a pattern without one runs on every line.
package rules
