package rules

import (
	"fmt"
	"strings"
	"sync"
)

const lexiconName = "words.tsv"

// Lexicon knows words by what they do in running text, whatever the text is about. It is safe for concurrent use.
type Lexicon struct {
	words map[string]Word
	langs []string
}

// Word is what a Lexicon knows of a word; the zero value is a word it does not know.
type Word struct {
	Function uint64 // a bit for each language, by its place in Langs, in which it is a function word
	Address  bool   // it speaks to the reader or for the page: you, our, us
	Self     bool   // somebody says it of himself: I, my
	Time     bool   // it stands in time stamps: a month, a day of the week, "ago"
}

// Words returns the lexicon that newsclean brings along, from the table words.tsv.
var Words = sync.OnceValues(func() (*Lexicon, error) {
	text, err := tables.ReadFile("tables/" + lexiconName)
	if err != nil {
		return nil, err
	}
	return parseLexicon(string(text))
})

// parseLexicon reads rows of a language, a kind and words between blanks.
func parseLexicon(text string) (*Lexicon, error) {
	l := &Lexicon{words: map[string]Word{}}
	for i, row := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if i == 0 || strings.HasPrefix(row, "#") {
			continue
		}
		cells := strings.Split(row, "\t")
		if len(cells) != 3 {
			return nil, &Error{Pos: Pos{lexiconName, i + 1, 1}, Msg: fmt.Sprintf("%d cells; write language, kind and words", len(cells))}
		}
		bit := l.lang(cells[0])
		for _, text := range strings.Fields(cells[2]) {
			key := string(appendFolded(nil, text))
			w := l.words[key]
			switch cells[1] {
			case "function":
				w.Function |= bit
			case "address":
				w.Address = true
			case "self":
				w.Self = true
			case "time":
				w.Time = true
			default:
				return nil, &Error{Pos: Pos{lexiconName, i + 1, len(cells[0]) + 2}, Msg: fmt.Sprintf("unknown kind %q; write function, address, self or time", cells[1])}
			}
			l.words[key] = w
		}
	}
	return l, nil
}

func (l *Lexicon) lang(name string) uint64 {
	for i, n := range l.langs {
		if n == name {
			return 1 << i
		}
	}
	l.langs = append(l.langs, name)
	return 1 << (len(l.langs) - 1)
}

// Langs returns the languages of l in the order of the bits of Word.Function, at most 64 of them.
func (l *Lexicon) Langs() []string { return l.langs }

// Lookup returns what l knows of word, which must be folded as AppendFolded does.
func (l *Lexicon) Lookup(word []byte) Word { return l.words[string(word)] }

// AppendFolded appends text to dst with every rune replaced by the one that stands for all that equal it when case is
// ignored, and returns it.
func AppendFolded(dst []byte, text string) []byte { return appendFolded(dst, text) }
