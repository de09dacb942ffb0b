package rules

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// maxKeywords bounds the texts that one pattern is searched by: beyond it running the pattern is cheaper.
const maxKeywords = 256

// keywords returns texts, folded, of which every match of the pattern holds at least one, or nil if there is no such
// set. Of several sets it returns the one of which lines are likeliest to hold none. After Russ Cox, "Regular Expression
// Matching with a Trigram Index".
func keywords(re *syntax.Regexp) []string {
	l := literalsOf(re)
	best := better(l.required, l.exact)
	slices.Sort(best)
	return slices.Clone(slices.Compact(best))
}

// literals is what is known of the texts that a pattern matches: all of them, if they are few, and a set of which each
// holds one. Either may be unknown, which is nil.
type literals struct {
	exact    []string
	required []string
}

// shortest returns the length of the shortest text of set, or 0 if the set is unknown.
func shortest(set []string) int {
	if len(set) == 0 {
		return 0
	}
	n := len(set[0])
	for _, text := range set {
		n = min(n, len(text))
	}
	return n
}

func better(a, b []string) []string {
	switch m, n := shortest(a), shortest(b); {
	case m == 0 && n == 0:
		return nil
	case n == 0:
		return a
	case m == 0:
		return b
	}
	if keywordChance(a) <= keywordChance(b) {
		return a
	}
	return b
}

func literalsOf(re *syntax.Regexp) literals {
	switch re.Op {
	case syntax.OpLiteral:
		return literals{exact: []string{foldRunes(re.Rune)}}
	case syntax.OpCharClass:
		return classLiterals(re.Rune)
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return literals{exact: []string{""}}
	case syntax.OpCapture:
		return literalsOf(re.Sub[0])
	case syntax.OpQuest:
		if sub := literalsOf(re.Sub[0]); sub.exact != nil {
			return literals{exact: append([]string{""}, sub.exact...)}
		}
	case syntax.OpPlus:
		sub := literalsOf(re.Sub[0])
		return literals{required: better(sub.required, sub.exact)}
	case syntax.OpRepeat:
		if re.Min > 0 {
			sub := literalsOf(re.Sub[0])
			return literals{required: better(sub.required, sub.exact)}
		}
	case syntax.OpConcat:
		return concatLiterals(re.Sub)
	case syntax.OpAlternate:
		return alternateLiterals(re.Sub)
	}
	return literals{}
}

func classLiterals(ranges []rune) literals {
	var l literals
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if text := string(foldRune(r)); !slices.Contains(l.exact, text) {
				l.exact = append(l.exact, text)
			}
			if len(l.exact) > 16 {
				return literals{}
			}
		}
	}
	return l
}

// concatLiterals multiplies the texts of neighbours while they stay few, and notes each product as a candidate where
// a neighbour with too many texts ends it.
func concatLiterals(subs []*syntax.Regexp) literals {
	var required []string
	exact, whole := []string{""}, true
	for _, sub := range subs {
		l := literalsOf(sub)
		if l.exact != nil && len(exact)*len(l.exact) <= maxKeywords {
			exact = product(exact, l.exact)
			continue
		}
		whole = false
		required = better(better(required, exact), better(l.required, l.exact))
		exact = []string{""}
		if l.exact != nil && len(l.exact) <= maxKeywords {
			exact = l.exact
		}
	}
	if whole {
		return literals{exact: exact}
	}
	return literals{required: better(required, exact)}
}

func product(heads, tails []string) []string {
	texts := make([]string, 0, len(heads)*len(tails))
	for _, head := range heads {
		for _, tail := range tails {
			texts = append(texts, head+tail)
		}
	}
	return texts
}

func alternateLiterals(subs []*syntax.Regexp) literals {
	all := literals{exact: []string{}, required: []string{}}
	for _, sub := range subs {
		l := literalsOf(sub)
		if all.exact != nil && l.exact != nil {
			all.exact = append(all.exact, l.exact...)
		} else {
			all.exact = nil
		}
		best := better(l.required, l.exact)
		if all.required != nil && best != nil {
			all.required = append(all.required, best...)
		} else {
			all.required = nil
		}
	}
	if len(all.exact) > maxKeywords {
		all.required = better(all.required, all.exact)
		all.exact = nil
	}
	all.required = shorten(all.required)
	return all
}

// shorten brings a set of texts to maxKeywords by cutting them off where many begin alike.
func shorten(set []string) []string {
	for length := 6; len(set) > maxKeywords && length > 0; length-- {
		for i, text := range set {
			set[i] = text[:min(length, len(text))]
		}
		slices.Sort(set)
		set = slices.Compact(set)
	}
	return set
}

// lengths returns the fewest and the most runes that a match of the pattern can have; most is -1 without a bound.
func lengths(re *syntax.Regexp) (fewest, most int) {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune), len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1, 1
	case syntax.OpCapture:
		return lengths(re.Sub[0])
	case syntax.OpQuest:
		_, most = lengths(re.Sub[0])
		return 0, most
	case syntax.OpStar:
		return 0, -1
	case syntax.OpPlus:
		fewest, _ = lengths(re.Sub[0])
		return fewest, -1
	case syntax.OpRepeat:
		fewest, most = lengths(re.Sub[0])
		if re.Max < 0 || most < 0 {
			return fewest * re.Min, -1
		}
		return fewest * re.Min, most * re.Max
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			f, m := lengths(sub)
			fewest += f
			most = addBound(most, m)
		}
		return fewest, most
	case syntax.OpAlternate:
		fewest, most = lengths(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			f, m := lengths(sub)
			fewest = min(fewest, f)
			if m < 0 || most < 0 {
				most = -1
			} else {
				most = max(most, m)
			}
		}
		return fewest, most
	}
	return 0, 0
}

func addBound(a, b int) int {
	if a < 0 || b < 0 {
		return -1
	}
	return a + b
}

// foldRune returns the one rune that stands for all that equal r when case is ignored, as regexp ignores it.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if 'A' <= least && least <= 'Z' { // K has the Kelvin sign, S the long s in its circle
		least += 'a' - 'A'
	}
	return least
}

func foldRunes(runes []rune) string {
	folded := make([]rune, len(runes))
	for i, r := range runes {
		folded[i] = foldRune(r)
	}
	return string(folded)
}

// appendFolded appends line to dst with every rune folded.
func appendFolded(dst []byte, line string) []byte {
	for i := 0; i < len(line); {
		if c := line[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(line[i:])
		dst = utf8.AppendRune(dst, foldRune(r))
		i += size
	}
	return dst
}
