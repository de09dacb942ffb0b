package rules

import (
	"encoding/binary"
	"iter"
	"regexp/syntax"
	"slices"
)

// part is what is known of an alternative of a pattern without running it. A line that fits no part of a rule need not be
// held against the rule's pattern.
type part struct {
	keys     []lineKey // of all lines it can match, sorted; nil for a span or where they are not known
	keywords []string  // folded, sorted; every match holds one of them; nil if there are keys or none could be derived
	bounds
}

// bounds are what a part asks of a line besides.
type bounds struct {
	need   runeSigns // what every match holds
	may    runeSigns // what a match can hold; everything for a span
	minLen int32     // the fewest and the most runes of a match without its ornaments; maxLen is -1 if there is no bound
	maxLen int32
	head   edge // of the line without its ornaments, from the front and from behind
	tail   edge
}

// boundsSize is how many bytes bounds take in facts and in an index.
const boundsSize = 2*8*edgeLength + 2*16 + 2*4

// append appends b to dst in the form of storedBounds.
func (b *bounds) append(dst []byte) []byte {
	for _, signs := range slices.Concat(b.head[:], b.tail[:]) {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(signs))
	}
	for _, signs := range slices.Concat(b.need[:], b.may[:]) {
		dst = binary.LittleEndian.AppendUint64(dst, signs)
	}
	return numbers(dst).append(b.minLen).append(b.maxLen)
}

// storedBounds are bounds in short form, of which is read in place what is asked for.
type storedBounds [boundsSize]byte

func (s *storedBounds) signs(i int) uint64 { return binary.LittleEndian.Uint64(s[8*i:]) }

func (s *storedBounds) edge(i int) edge {
	return edge{edgeSigns(s.signs(i)), edgeSigns(s.signs(i + 1)), edgeSigns(s.signs(i + 2)), edgeSigns(s.signs(i + 3))}
}

func (s *storedBounds) head() edge { return s.edge(0) }
func (s *storedBounds) tail() edge { return s.edge(edgeLength) }
func (s *storedBounds) need() runeSigns {
	return runeSigns{s.signs(2 * edgeLength), s.signs(2*edgeLength + 1)}
}
func (s *storedBounds) may() runeSigns {
	return runeSigns{s.signs(2*edgeLength + 2), s.signs(2*edgeLength + 3)}
}
func (s *storedBounds) minLen() int32 { return numbers(s[boundsSize-8:]).at(0) }
func (s *storedBounds) maxLen() int32 { return numbers(s[boundsSize-8:]).at(1) }

// read returns the bounds.
func (s *storedBounds) read() bounds {
	return bounds{head: s.head(), tail: s.tail(), need: s.need(), may: s.may(), minLen: s.minLen(), maxLen: s.maxLen()}
}

// fit reports whether the line that sc tells of can be a match. Ornaments may belong to the pattern, so only the upper
// bound is certain of what is between them.
func (s *storedBounds) fit(sc *scratch) bool {
	head := s.head()
	if !sc.head.within(&head) || !s.need().within(sc.have) {
		return false
	}
	tail := s.tail()
	return sc.tail.within(&tail) && sc.bare.within(s.may()) && len(sc.folded) >= int(s.minLen()) &&
		(s.maxLen() < 0 || sc.runes <= int(s.maxLen()))
}

// alternatives returns what a rule of this pattern is run by: of a pattern for whole lines the alternatives that it is made
// of, which take less to run than all of it, of a span the whole pattern.
func alternatives(re *syntax.Regexp, scope Scope) []*syntax.Regexp {
	switch {
	case scope != Span && re.Op == syntax.OpCapture:
		return alternatives(re.Sub[0], scope)
	case scope != Span && re.Op == syntax.OpAlternate:
		var all []*syntax.Regexp
		for _, sub := range re.Sub {
			all = append(all, alternatives(sub, scope)...)
		}
		return all
	}
	return []*syntax.Regexp{re}
}

// partsOf returns the parts of a pattern, one for each of its alternatives.
func partsOf(re *syntax.Regexp, scope Scope) []part {
	if scope == Span {
		fewest, _ := lengths(re) // how long the match can be says nothing of the line
		return []part{{keywords: wordStarts(keywords(re)), bounds: bounds{needOf(re), allSigns, int32(fewest), -1, anyEdge, anyEdge}}}
	}
	var all []part
	for _, re := range alternatives(re, scope) {
		fewest, most := lengths(re)
		head, tail := lineEdges(re)
		p := part{keys: keys(re), bounds: bounds{needOf(re), mayOf(re), int32(fewest), int32(most), head, tail}}
		if words := keywords(re); p.keys == nil || shortest(words) > 0 && keywordChance(words) < keyChance(p.keys) {
			p.keys, p.keywords = nil, wordStarts(words)
		}
		all = append(all, p)
	}
	return all
}

// wordStart is how many bytes of a keyword are searched: more would hardly rule out more lines.
const wordStart = 10

// wordStarts shortens words, which are sorted.
func wordStarts(words []string) []string {
	for i, word := range words {
		words[i] = word[:min(len(word), wordStart)]
	}
	return slices.Compact(words)
}

// keyChance and keywordChance estimate what share of lines have one of the keys, or hold one of the words.

func keyChance(keys []lineKey) (sum float64) {
	for _, k := range keys {
		chance := 1.0
		for k >>= 8; k != 0; k >>= 8 {
			chance *= byteChance(byte(k))
		}
		sum += chance
	}
	return sum
}

func keywordChance(words []string) (sum float64) {
	const places = 50 // bytes of a line
	for _, word := range words {
		sum += places * textChance(word)
	}
	return sum
}

// letterChances are how many of 1,000 letters of English are a, b, c, …; other scripts' bytes are guessed at.
var letterChances = [26]float64{
	82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2, 20, 1,
}

// byteChance estimates how likely a byte of folded text is to be c.
func byteChance(c byte) float64 {
	switch {
	case c == ' ':
		return 1.0 / 6
	case 'a' <= c && c <= 'z':
		return letterChances[c-'a'] / 1200
	case c >= 0x80:
		return 1.0 / 8
	case c == '.' || c == ',':
		return 1.0 / 120
	case '0' <= c && c <= '9' || c == '-' || c == ':':
		return 1.0 / 500
	}
	return 1.0 / 2000
}

func textChance(text string) float64 {
	chance := 1.0
	for i := range len(text) {
		chance *= byteChances[text[i]]
	}
	return chance
}

var byteChances = func() (table [256]float64) {
	for c := range table {
		table[c] = byteChance(byte(c))
	}
	return
}()

// facts are the parts of a rule in short form: they are many, and wait in memory for a set to be made of them.
type facts string

// newFacts returns the facts of parts. Each part is its bounds, its keys, each as the distance to the one before, and its
// keywords, each with the number of bytes that it shares with the one before.
func newFacts(parts []part) facts {
	var b []byte
	for _, p := range parts {
		b = p.bounds.append(b)
		b = binary.AppendUvarint(b, uint64(len(p.keys)))
		before := lineKey(0)
		for _, k := range p.keys {
			b = binary.AppendUvarint(b, uint64(k-before))
			before = k
		}
		b = binary.AppendUvarint(b, uint64(len(p.keywords)))
		last := ""
		for _, word := range p.keywords {
			shared := 0
			for shared < min(len(last), len(word)) && last[shared] == word[shared] {
				shared++
			}
			b = binary.AppendUvarint(b, uint64(shared))
			b = binary.AppendUvarint(b, uint64(len(word)-shared))
			b = append(b, word[shared:]...)
			last = word
		}
	}
	return facts(b)
}

// parts returns the parts. What a part refers to is overwritten by the next one.
func (f facts) parts() iter.Seq[*part] {
	return func(yield func(*part) bool) {
		var p part
		left := []byte(f)
		take := func(n uint64) []byte {
			taken := left[:n]
			left = left[n:]
			return taken
		}
		number := func() uint64 {
			n, size := binary.Uvarint(left)
			take(uint64(size))
			return n
		}
		for len(left) > 0 {
			p.bounds = (*storedBounds)(take(boundsSize)).read()
			p.keys, p.keywords = p.keys[:0], p.keywords[:0]
			key := lineKey(0)
			for range number() {
				key += lineKey(number())
				p.keys = append(p.keys, key)
			}
			var word []byte
			for range number() {
				word = append(word[:number()], take(number())...)
				p.keywords = append(p.keywords, string(word))
			}
			if !yield(&p) {
				return
			}
		}
	}
}

// keywords returns the keywords of the first part, which of a span is the only one.
func (f facts) keywords() []string {
	for p := range f.parts() {
		return p.keywords
	}
	return nil
}
