package rules

import (
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

const lexiconName = "words.tsv"

// Lexicon knows words by what they do in running text, whatever the text is about. It is safe for concurrent use. It is
// read in place, as an index is.
type Lexicon struct {
	langs   []string
	places  multimap // in entries, by how the word begins
	entries []byte   // entrySize each: Function, the other bits, the word's length and where in text it is
	text    []byte   // of the words
}

const entrySize = 8 + 1 + 1 + 4

// Word is what a Lexicon knows of a word; the zero value is a word it does not know.
type Word struct {
	Function uint64 // a bit for each language, by its place in Langs, in which it is a function word
	Address  bool   // it speaks to the reader or for the page: you, our, us
	Self     bool   // somebody says it of himself: I, my
	Time     bool   // it stands in time stamps: a month, a day of the week, "ago"
}

// Words returns the lexicon that newsclean brings along, from the table words.tsv.
func Words() (*Lexicon, error) {
	b := ready()
	return b.lexicon, b.err
}

// parseLexicon reads rows of a language, a kind and words between blanks, and returns the lexicon in the form that
// openLexicon reads.
func parseLexicon(in io.Reader) ([]byte, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	var langs []string
	words := map[string]Word{}
	for i, row := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if i == 0 || strings.HasPrefix(row, "#") {
			continue
		}
		cells := strings.Split(row, "\t")
		if len(cells) != 3 {
			return nil, &Error{Pos: Pos{lexiconName, i + 1, 1}, Msg: fmt.Sprintf("%d cells; write language, kind and words", len(cells))}
		}
		lang := slices.Index(langs, cells[0])
		if lang < 0 {
			lang = len(langs)
			langs = append(langs, cells[0])
		}
		for _, text := range strings.Fields(cells[2]) {
			key := string(appendFolded(nil, text))
			w := words[key]
			switch cells[1] {
			case "function":
				w.Function |= 1 << lang
			case "address":
				w.Address = true
			case "self":
				w.Self = true
			case "time":
				w.Time = true
			default:
				return nil, &Error{Pos: Pos{lexiconName, i + 1, len(cells[0]) + 2}, Msg: fmt.Sprintf("unknown kind %q; write function, address, self or time", cells[1])}
			}
			words[key] = w
		}
	}
	var l Lexicon
	var keys []keyed
	sorted := slices.Sorted(maps.Keys(words))
	for i, word := range sorted {
		keys = append(keys, keyed{newLineKey(word, true), int32(i)})
	}
	l.places = newMultimap(keys)
	for _, k := range keys {
		word := sorted[k.number]
		w := words[word]
		l.entries = binary.LittleEndian.AppendUint64(l.entries, w.Function)
		l.entries = append(l.entries, byte(btoi(w.Address)|btoi(w.Self)<<1|btoi(w.Time)<<2), byte(len(word)))
		l.entries = binary.LittleEndian.AppendUint32(l.entries, uint32(len(l.text)))
		l.text = append(l.text, word...)
	}
	return joinSections([]byte(strings.Join(langs, " ")), l.places, l.entries, l.text), nil
}

// openLexicon returns the lexicon that file begins with.
func openLexicon(file *sections) *Lexicon {
	return &Lexicon{strings.Fields(string(file.next())), file.next(), file.next(), file.next()}
}

// Lookup returns what l knows of word, which must be folded as AppendFolded does.
func (l *Lexicon) Lookup(word []byte) Word {
	from, to := l.places.find(newLineKey(word, true))
	for ; from < to; from++ {
		e := l.entries[from*entrySize:][:entrySize]
		if at := binary.LittleEndian.Uint32(e[10:]); string(l.text[at:][:e[9]]) == string(word) {
			return Word{binary.LittleEndian.Uint64(e), e[8]&1 != 0, e[8]&2 != 0, e[8]&4 != 0}
		}
	}
	return Word{}
}

// Langs returns the languages of l in the order of the bits of Word.Function, at most 64 of them.
func (l *Lexicon) Langs() []string { return l.langs }

// AppendFolded appends text to dst with every rune replaced by the one that stands for all that equal it when case is
// ignored, and returns it.
func AppendFolded(dst []byte, text string) []byte { return appendFolded(dst, text) }
