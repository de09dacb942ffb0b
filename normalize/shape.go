package normalize

import (
	"bytes"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsclean/rules"
)

// shape is what a paragraph looks like by itself.
type shape struct {
	words     int // at most maxWords; of text without blanks between words, half the characters
	chars     int // at most maxChars
	terminal  int // how it ends: 0 open, 1 as a sentence, 2 with a colon, 3 with a comma, 4 with an ellipsis
	first     int // how it begins: 0 other, 1 lower case, 2 upper case, 3 digit, 4 quotation mark
	bullet    bool
	capitals  int // per cent of the words after the first that begin with a capital
	shouted   bool
	digits    int // per cent of the characters
	symbols   int // per cent of the characters
	separated int // separators of menus and breadcrumbs: | · • > » /
	time      int // words and figures of time stamps
	address   bool
	you       int  // words that speak to the reader or for the page
	self      int  // words that somebody says of himself
	asks      bool // it ends with a question mark
	function  int  // per cent of the words that are function words of the language that has most of them
	commas    int
	quotes    int
	sentences int
	wordLen   int // mean, in tenths of characters
	name      bool
	content   []uint32 // hashes of its content words, at most maxContent
	hash      uint32   // of the text
	prose     bool
	weighed   wordTally
}

// Bounds on what is looked at: a longer paragraph has shown by then what it is.
const (
	maxWords   = 100
	maxChars   = 800
	maxContent = 48
)

// hashOf is FNV-1a, a fixed function, so that the same document has the same collisions, and the same output, always.
func hashOf(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h ^ h>>15
}

// shaper computes shapes; it holds what one computation needs.
type shaper struct {
	lexicon *rules.Lexicon
	weights map[string]float32 // of words
	folded  []byte
	tally   [64]int // function words by language
}

// shape returns the shape of text, of which rules said something where hit is set. Its content is appended to content.
func (s *shaper) shape(text string, hit bool, content []uint32) shape {
	sh := shape{content: content}
	sh.bullet = beginsItem(text)
	sh.first = firstKind(text)
	sh.terminal = terminalKind(text)
	sh.asks = strings.ContainsAny(text[max(len(text)-6, 0):], "?？؟")
	s.count(text, &sh)
	sh.hash = hashOf(s.folded)
	spaceless, foreign := s.characters(text, &sh)
	if foreign && sh.words >= 10 && sh.terminal == 1 {
		sh.function = max(sh.function, inflected)
	}
	if spaceless {
		sh.words = min(max(sh.words, sh.chars/2), maxWords)
	}
	ends := sh.terminal == 1 || sh.chars > 200
	switch {
	case hit && sh.words < 25:
	case spaceless:
		sh.prose = sh.words >= 12 && ends
	default:
		sh.prose = sh.words >= 10 && ends && sh.function >= 20 && sh.wordLen < 150
	}
	return sh
}

func firstKind(text string) int {
	r := firstRune(strings.TrimLeft(text, "-–—*•·#>([ "))
	switch {
	case unicode.IsLower(r):
		return 1
	case unicode.IsUpper(r):
		return 2
	case unicode.IsDigit(r):
		return 3
	case strings.ContainsRune(`"“”„«»‘’'「『`, r):
		return 4
	}
	return 0
}

func terminalKind(text string) int {
	bare := strings.TrimRight(text, `"'”’»)]›」』）* `)
	switch r, _ := utf8.DecodeLastRuneInString(bare); {
	case r == '…' || strings.HasSuffix(bare, "..."):
		return 4
	case strings.ContainsRune(".!?。！？।؟۔", r):
		return 1
	case strings.ContainsRune(":：", r):
		return 2
	case strings.ContainsRune(",;，、،", r):
		return 3
	}
	return 0
}

// count goes through the words of text, up to maxWords of them, and leaves the folded text that it saw in s.folded.
func (s *shaper) count(text string, sh *shape) {
	s.folded = s.folded[:0]
	s.tally = [64]int{}
	var capital, lower, letters, function int
	for at := 0; at < len(text) && sh.words < maxWords; {
		start := at
		for at < len(text) && text[at] != ' ' {
			at++
		}
		token := text[start:at]
		at++
		word := bare(token)
		from := len(s.folded)
		s.folded = rules.AppendFolded(s.folded, word)
		if word == "" {
			if len(token) <= 3 && strings.ContainsAny(token, "|·•>»/-–—") {
				sh.separated++
			}
			continue
		}
		sh.words++
		if sh.words <= wordsWeighed {
			sh.weighed.add(s.weights[string(s.folded[from:])])
		}
		first, _ := utf8.DecodeRuneInString(word)
		switch {
		case unicode.IsUpper(first) || unicode.IsTitle(first):
			if sh.words > 1 {
				capital++
			}
			if !strings.ContainsFunc(word, unicode.IsLower) {
				letters++
			}
		case unicode.IsLower(first):
			lower++
		}
		n := utf8.RuneCountInString(word)
		sh.wordLen += min(n, 60)
		known := s.lexicon.Lookup(s.folded[from:])
		for set := known.Function; set != 0; set &= set - 1 {
			s.tally[bits.TrailingZeros64(set)]++
		}
		if known.Address {
			sh.you++
		}
		if known.Self {
			sh.self++
		}
		if known.Time || timeFigure(word) {
			sh.time++
		}
		if strings.Contains(token, "@") || strings.Contains(token, "://") || strings.HasPrefix(token, "www.") {
			sh.address = true
		}
		switch {
		case len(sh.content) == maxContent:
		case unsegmented(first):
			sh.content = appendTerms(sh.content, s.folded[from:])
		case known.Function == 0 && n > 3:
			sh.content = append(sh.content, hashOf(bareWord(s.folded[from:])))
		}
	}
	for _, n := range s.tally {
		function = max(function, n)
	}
	if sh.words > 0 {
		sh.function = 100 * function / sh.words
		sh.wordLen = 10 * sh.wordLen / sh.words
	}
	if sh.words > 1 {
		sh.capitals = 100 * capital / (sh.words - 1)
	}
	sh.shouted = letters == sh.words && letters > 0
	sh.name = 2 <= sh.words && sh.words <= 4 && capital == sh.words-1 && sh.first == 2 && lower == 0 &&
		function == 0 && sh.terminal == 0 && !strings.ContainsAny(text, "0123456789&@:|/")
}

// appendTerms appends hashes of what says most in folded text without blanks: ideographs in pairs, katakana and other
// letters by run. It stops at maxContent.
func appendTerms(content []uint32, folded []byte) []uint32 {
	kind, start, before := kindNone, 0, 0 // of the run at hand; where the character before began
	for i := 0; i <= len(folded) && len(content) < maxContent; {
		r, size := utf8.DecodeRune(folded[i:])
		now := kindNone
		if i < len(folded) {
			now = termKind(r)
		}
		switch {
		case now == kindHan && kind == kindHan:
			content = append(content, hashOf(folded[before:i+size]))
		case now != kind && (kind == kindKatakana || kind == kindOther) && before > start:
			content = append(content, hashOf(folded[start:i]))
		}
		if now != kind {
			kind, start = now, i
		}
		before = i
		i += max(size, 1)
	}
	return content
}

// Kinds of characters that make terms.
const (
	kindNone = iota
	kindHan
	kindKatakana
	kindOther
)

func termKind(r rune) int {
	switch {
	case unicode.Is(unicode.Han, r):
		return kindHan
	case unicode.Is(unicode.Katakana, r) || r == 'ー':
		return kindKatakana
	case unicode.IsLetter(r) && !unicode.Is(unicode.Hiragana, r) || unicode.IsDigit(r):
		return kindOther
	}
	return kindNone
}

// bare returns token without the marks around it.
func bare(token string) string {
	return strings.TrimFunc(token, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// bareWord returns a folded word without the ending of the English genitive.
func bareWord(word []byte) []byte {
	if bare, found := bytes.CutSuffix(word, []byte("'s")); found {
		return bare
	}
	bare, _ := bytes.CutSuffix(word, []byte("’s"))
	return bare
}

// timeFigure reports whether word is a time of day, a year of our time or a date in figures.
func timeFigure(word string) bool {
	digits, marks := 0, 0
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == ':' || c == '/' || c == '.' || c == '-':
			marks++
		default:
			return false
		}
	}
	return digits == 4 && marks == 0 && (word[:2] == "19" || word[:2] == "20") || digits >= 3 && 1 <= marks && marks <= 2 && digits <= 8
}

// inflected is the share of function words, in per cent, that a sentence is taken to have at least in languages that
// say with endings what others say with words, and of which the lexicon may know nothing.
const inflected = 28

// characters counts the characters of text by kind, up to maxChars of them, and reports whether the text is of a
// script that sets no blanks between words, and whether it has more than a few letters outside ASCII.
func (s *shaper) characters(text string, sh *shape) (spaceless, foreign bool) {
	var digits, symbols, wide, letters, marked, function int
	before := ' '
	for i, r := range text {
		if sh.chars++; sh.chars == maxChars {
			break
		}
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
			letters++
		case '0' <= r && r <= '9':
			digits++
		case r == ' ':
			if strings.ContainsRune(".!?", before) {
				sh.sentences++
			}
		case r == ',' || r == '，' || r == '、' || r == '،':
			sh.commas++
		case strings.ContainsRune(`"“”„«»「」`, r):
			sh.quotes++
		case r == '|' || r == '·' || r == '•' || r == '›' || r == '»' || r == '>':
			sh.separated++
			symbols++
		case r == '。' || r == '！' || r == '？' || r == '।':
			sh.sentences++
		case unicode.IsLetter(r):
			letters++
			marked++
			if unsegmented(r) {
				wide++
				if s.lexicon.Lookup([]byte(text[i:i+utf8.RuneLen(r)])).Function != 0 {
					function++
				}
			}
		case !unicode.IsPunct(r) && !unicode.IsMark(r) || r == '#' || r == '*' || r == '/' || r == '_' || r == '\\':
			symbols++
		}
		before = r
	}
	if sh.chars > 0 {
		sh.digits, sh.symbols = 100*digits/sh.chars, 100*symbols/sh.chars
	}
	if wide*2 > letters {
		sh.function = max(sh.function, 100*function/wide)
		return true, true
	}
	return false, 100*marked > 3*letters
}

// unsegmented reports whether r is of a script that sets no blanks between words: Thai, Lao, Burmese, Khmer, kana,
// ideographs.
func unsegmented(r rune) bool {
	return 0xE00 <= r && r < 0xF00 || 0x1000 <= r && r < 0x10A0 || 0x1780 <= r && r < 0x1800 ||
		0x3040 <= r && r < 0x3100 || 0x3400 <= r && r < 0xA000 || 0xF900 <= r && r < 0xFB00 || 0x20000 <= r && r < 0x40000
}
