package normalize

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"newsclean/rules"
)

// weightsTable is what the decision weighs: rows of a reading, a tree's number, a weight and the conditions under which
// it counts. The score of a paragraph in a reading is the sum of the weights that count for it; what is below zero in the
// second goes. The rows of a tree exclude each other and leave no gap, so that one of them counts. Rows of the reading
// "words" are those of single words, which stand in the place of the tree.
//
//go:embed weights.tsv
var weightsTable string

// weights is a parsed table.
type weights struct {
	first, second forest
	words         map[string]float32 // by folded word
}

// forest is the trees of a reading, laid out one after another, each node before those below it.
type forest struct {
	nodes []node
	roots []int32
	once  sync.Once
	laid  *grove // the same, see grove.go
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

// builtinWeights returns the parsed table; it is parsed once.
var builtinWeights = sync.OnceValues(func() (*weights, error) { return parseWeights("weights.tsv", weightsTable) })

func parseWeights(name, text string) (*weights, error) {
	w := &weights{words: map[string]float32{}}
	readings := map[string]*forest{"first": &w.first, "second": &w.second}
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
			return nil, &rules.Error{Pos: pos, Msg: fmt.Sprintf("unknown reading %q; write words, first or second", cells[0])}
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
var featureNumbers = func() map[string]int16 {
	numbers := make(map[string]int16, numFeatures)
	for i, name := range featureNames {
		numbers[name] = int16(i)
	}
	return numbers
}()

func parseCondition(text string) (condition, error) {
	name, limit, below := strings.Cut(text, "<")
	if !below {
		name, limit, _ = strings.Cut(text, ">=")
	}
	feature, known := featureNumbers[name]
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
