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

// tree is a question about one feature, with the trees for both answers, or the answer.
type tree struct {
	question condition // is the feature below the limit?
	yes, no  *tree     // nil where it ends
	weight   float32   // there
}

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
	var trees [numReadings][]*tree
	var rows []weightRow
	reading, number := -1, ""
	finish := func() error {
		if len(rows) == 0 {
			return nil
		}
		t, err := grow(rows)
		trees[reading] = append(trees[reading], t)
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
		of := slices.Index(readingNames[:], cells[0])
		if of < 0 {
			return nil, &rules.Error{Pos: pos, Msg: fmt.Sprintf("unknown reading %q; write words, %s", cells[0], strings.Join(readingNames[:], ", "))}
		}
		if of != reading || cells[1] != number {
			if err := finish(); err != nil {
				return nil, err
			}
			reading, number = of, cells[1]
		}
		row, err := parseWeightRow(pos, cells)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	if err := finish(); err != nil {
		return nil, err
	}
	for i := range trees {
		w.readings[i] = newForest(trees[i])
	}
	return w, nil
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

// grow builds the tree whose leaves are rows.
func grow(rows []weightRow) (*tree, error) {
	if len(rows) == 1 && len(rows[0].conditions) == 0 {
		return &tree{weight: rows[0].weight}, nil
	}
	var yes, no []weightRow
	for _, row := range rows {
		if len(row.conditions) == 0 || row.conditions[0].feature != rows[0].conditions[0].feature ||
			row.conditions[0].limit != rows[0].conditions[0].limit {
			return nil, &rules.Error{Pos: row.pos, Msg: "the rows of a tree begin with the same question, answered both ways"}
		}
		below := row.conditions[0].below
		row.conditions = row.conditions[1:]
		if below {
			yes = append(yes, row)
		} else {
			no = append(no, row)
		}
	}
	if len(yes) == 0 || len(no) == 0 {
		return nil, &rules.Error{Pos: rows[0].pos, Msg: "a question of the tree is answered one way only; add a row for the other"}
	}
	t := &tree{question: rows[0].conditions[0]}
	var err error
	if t.yes, err = grow(yes); err != nil {
		return nil, err
	}
	t.no, err = grow(no)
	return t, err
}

// appendWeights appends w to dst in the form that readWeights reads.
func appendWeights(dst []byte, w *weights) []byte {
	number := func(n int32) { dst = binary.LittleEndian.AppendUint32(dst, uint32(n)) }
	for i := range w.readings {
		f := &w.readings[i]
		number(int32(len(f.nodes)))
		for _, n := range f.nodes {
			number(int32(n.feature) | int32(n.limit)<<16)
			number(n.below)
		}
		dst = append(dst, f.weights...)
		number(int32(len(f.rows)))
		for _, row := range f.rows {
			for _, root := range row.roots {
				number(root)
			}
			number(row.depth)
		}
		number(int32(len(f.order)))
		for _, place := range f.order {
			number(place)
		}
	}
	number(int32(len(w.words)))
	for _, word := range slices.Sorted(maps.Keys(w.words)) {
		number(int32(math.Float32bits(w.words[word])))
		number(int32(len(word)))
		dst = append(dst, word...)
	}
	return dst
}

func readWeights(file []byte) *weights {
	number := func() int32 {
		n := binary.LittleEndian.Uint32(file)
		file = file[4:]
		return int32(n)
	}
	w := &weights{}
	for i := range w.readings {
		f := &w.readings[i]
		f.nodes = make([]node, number())
		for i := range f.nodes {
			n := binary.LittleEndian.Uint64(file[8*i:])
			f.nodes[i] = node{uint8(n), int16(n >> 16), int32(n >> 32)}
		}
		file = file[8*len(f.nodes):]
		f.weights, file = file[:4*len(f.nodes)], file[4*len(f.nodes):]
		f.rows = make([]forestRow, number())
		for i := range f.rows {
			for j := range f.rows[i].roots {
				f.rows[i].roots[j] = number()
			}
			f.rows[i].depth = number()
		}
		f.order = make([]int32, number())
		for i := range f.order {
			f.order[i] = number()
		}
	}
	count := number()
	w.words = make(map[string]float32, count)
	text := string(file)
	for range count {
		weight, size := math.Float32frombits(uint32(number())), number()
		w.words[text[len(text)-len(file):][:size]] = weight
		file = file[size:]
	}
	return w
}
