package normalize

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"newsclean/rules"
)

// builtinWeightsFile is what the decision weighs, made ahead from weights.tsv because parsing that takes longer than cleaning
// a page. Its rows are a reading, a tree's number, a weight and the conditions under which it counts. The score of a
// paragraph in a reading is the sum of the weights that count for it; what is below zero in the last goes. The rows of a
// tree exclude each other and leave no gap, so that one of them counts. Rows of the reading "words" are those of single
// words, which stand in the place of the tree. A test says when the file should be made anew.
//
//go:generate go test -run TestBuiltinWeights -update .
//go:embed weights.bin
var builtinWeightsFile []byte

// builtinWeights returns the weights made ahead. They are read once.
var builtinWeights = sync.OnceValue(func() *weights { return readWeights(builtinWeightsFile) })

// weights is a parsed table.
type weights struct {
	readings [numReadings]forest
	words    map[string]float32 // by folded word
}

// forest is the trees of a reading, laid out one after another, each node before those below it.
type forest struct {
	nodes []node
	roots []int32
}

// node is a question about one feature, or with feature leaf the answer. The node for the answer yes comes next.
type node struct {
	feature int16
	limit   int16   // the question: is the feature below it?
	above   int32   // the node for the answer no
	weight  float32 // of a leaf
}

const leaf = -1

// condition is one question of a row and the answer it asks for.
type condition struct {
	feature, limit int16
	below          bool
}

type weightRow struct {
	pos        rules.Pos
	weight     float32
	conditions []condition
}

func parseWeights(name, text string) (*weights, error) {
	w := &weights{words: map[string]float32{}}
	readings := map[string]*forest{}
	for i, name := range readingNames {
		readings[name] = &w.readings[i]
	}
	var rows []weightRow
	reading, tree := "", ""
	finish := func() error {
		if len(rows) == 0 {
			return nil
		}
		f := readings[reading]
		root, err := f.grow(rows)
		f.roots = append(f.roots, root)
		rows = rows[:0]
		return err
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if i == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		pos := rules.Pos{File: name, Line: i + 1, Column: 1}
		cells := strings.Split(line, "\t")
		if len(cells) != 4 {
			return nil, &rules.Error{Pos: pos, Msg: fmt.Sprintf("%d cells; write reading, tree, weight and conditions", len(cells))}
		}
		if cells[0] == "words" {
			row, err := parseWeightRow(pos, cells)
			if err != nil {
				return nil, err
			}
			w.words[cells[1]] = row.weight
			continue
		}
		if readings[cells[0]] == nil {
			return nil, &rules.Error{Pos: pos, Msg: fmt.Sprintf("unknown reading %q; write words, %s", cells[0], strings.Join(readingNames[:], ", "))}
		}
		if cells[0] != reading || cells[1] != tree {
			if err := finish(); err != nil {
				return nil, err
			}
			reading, tree = cells[0], cells[1]
		}
		row, err := parseWeightRow(pos, cells)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return w, finish()
}

func parseWeightRow(pos rules.Pos, cells []string) (weightRow, error) {
	row := weightRow{pos: pos}
	pos.Column += len(cells[0]) + len(cells[1]) + 2
	weight, err := strconv.ParseFloat(cells[2], 32)
	if err != nil {
		return row, &rules.Error{Pos: pos, Msg: fmt.Sprintf("weight %q is no number", cells[2])}
	}
	row.weight = float32(weight)
	pos.Column += len(cells[2]) + 1
	for text := range strings.SplitSeq(cells[3], " & ") {
		if text == "" {
			continue
		}
		c, err := parseCondition(text)
		if err != nil {
			return row, &rules.Error{Pos: pos, Msg: err.Error()}
		}
		row.conditions = append(row.conditions, c)
		pos.Column += len(text) + len(" & ")
	}
	return row, nil
}

// featureNumbers are the places of features, by name.
var featureNumbers = sync.OnceValue(func() map[string]int16 {
	numbers := make(map[string]int16, numFeatures)
	for i, name := range featureNames {
		numbers[name] = int16(i)
	}
	return numbers
})

func parseCondition(text string) (condition, error) {
	name, limit, below := strings.Cut(text, "<")
	if !below {
		name, limit, _ = strings.Cut(text, ">=")
	}
	feature, known := featureNumbers()[name]
	if !known {
		return condition{}, fmt.Errorf("unknown feature %q", name)
	}
	n, err := strconv.ParseInt(limit, 10, 16)
	if err != nil {
		return condition{}, fmt.Errorf("condition %q; write feature<number or feature>=number", text)
	}
	return condition{feature, int16(n), below}, nil
}

// grow builds the tree whose leaves are rows and returns its root.
func (f *forest) grow(rows []weightRow) (int32, error) {
	at := int32(len(f.nodes))
	f.nodes = append(f.nodes, node{feature: leaf, weight: rows[0].weight})
	if len(rows) == 1 && len(rows[0].conditions) == 0 {
		return at, nil
	}
	var sides [2][]weightRow
	for _, row := range rows {
		if len(row.conditions) == 0 || row.conditions[0].feature != rows[0].conditions[0].feature ||
			row.conditions[0].limit != rows[0].conditions[0].limit {
			return at, &rules.Error{Pos: row.pos, Msg: "the rows of a tree begin with the same question, answered both ways"}
		}
		side := btoi(!row.conditions[0].below)
		row.conditions = row.conditions[1:]
		sides[side] = append(sides[side], row)
	}
	if len(sides[0]) == 0 || len(sides[1]) == 0 {
		return at, &rules.Error{Pos: rows[0].pos, Msg: "a question of the tree is answered one way only; add a row for the other"}
	}
	question := rows[0].conditions[0]
	if _, err := f.grow(sides[0]); err != nil {
		return at, err
	}
	above, err := f.grow(sides[1])
	f.nodes[at] = node{question.feature, question.limit, above, 0}
	return at, err
}

// appendWeights appends w to dst in the form that readWeights reads: of each forest the trees' roots and the nodes, and
// the words.
func appendWeights(dst []byte, w *weights) []byte {
	number := func(n int) { dst = binary.LittleEndian.AppendUint32(dst, uint32(n)) }
	for _, f := range w.readings {
		number(len(f.roots))
		for _, root := range f.roots {
			number(int(root))
		}
		number(len(f.nodes))
		for _, n := range f.nodes {
			number(int(uint16(n.feature)) | int(uint16(n.limit))<<16)
			if n.feature == leaf {
				number(int(math.Float32bits(n.weight)))
			} else {
				number(int(n.above))
			}
		}
	}
	number(len(w.words))
	for _, word := range slices.Sorted(maps.Keys(w.words)) {
		number(int(math.Float32bits(w.words[word])))
		number(len(word))
		dst = append(dst, word...)
	}
	return dst
}

func readWeights(file []byte) *weights {
	number := func() uint32 {
		n := binary.LittleEndian.Uint32(file)
		file = file[4:]
		return n
	}
	w := &weights{}
	for i := range w.readings {
		f := &w.readings[i]
		f.roots = make([]int32, number())
		for i := range f.roots {
			f.roots[i] = int32(number())
		}
		f.nodes = make([]node, number())
		for i := range f.nodes {
			question, then := number(), number()
			n := node{feature: int16(question), limit: int16(question >> 16)}
			if n.feature == leaf {
				n.weight = math.Float32frombits(then)
			} else {
				n.above = int32(then)
			}
			f.nodes[i] = n
		}
	}
	count := number()
	w.words = make(map[string]float32, count)
	for range count {
		weight, size := math.Float32frombits(number()), number()
		w.words[string(file[:size])] = weight
		file = file[size:]
	}
	return w
}

// score returns the sum of the weights that count for e.
func (f *forest) score(e *Evidence) float32 {
	var sum float32
	for _, at := range f.roots {
		n := &f.nodes[at]
		for n.feature != leaf {
			at++
			if e[n.feature] >= n.limit {
				at = n.above
			}
			n = &f.nodes[at]
		}
		sum += n.weight
	}
	return sum
}
