package main

import (
	"encoding/json"
	"os"

	"newsclean/normalize"
	"newsclean/rules"
)

// counts is what --stats writes. All numbers are sums, so that the counts of two runs by the same rules add up to one.
type counts struct {
	RuleSet      string             `json:"rule_set"` // hash of the rules that were used
	Documents    int                `json:"documents"`
	Failed       int                `json:"failed"` // files that could not be read to their end, and records that passed as they were
	LinesIn      int                `json:"lines_in"`
	LinesOut     int                `json:"lines_out"`
	WordsIn      int                `json:"words_in"`
	WordsOut     int                `json:"words_out"`
	InvalidBytes int                `json:"invalid_bytes"`
	Removed      map[string]removal `json:"removed"` // by class
	Rules        map[string]int     `json:"rules"`   // by id, the paragraphs in which a rule had text removed
}

type removal struct {
	Lines int `json:"lines"`
	Words int `json:"words"`
}

func newCounts(set *rules.Set, s normalize.Stats) counts {
	r := counts{
		RuleSet: set.Hash(), Documents: s.Documents, Failed: s.Failed, LinesIn: s.Lines, LinesOut: s.Written,
		WordsIn: s.Words, WordsOut: s.WordsWritten, InvalidBytes: s.Invalid, Removed: map[string]removal{}, Rules: s.Rules,
	}
	for class, gone := range s.Removed {
		if gone.Lines > 0 {
			r.Removed[rules.Class(class).String()] = removal(gone)
		}
	}
	if r.Rules == nil {
		r.Rules = map[string]int{}
	}
	return r
}

// statsToStderr is what --stats means without a file.
const statsToStderr = "-"

// writeStats writes the counts that --stats asks for.
func (c *command) writeStats(set *rules.Set) error {
	if c.stats == "" {
		return nil
	}
	text, err := json.Marshal(newCounts(set, c.total))
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if c.stats == statsToStderr {
		_, err = c.stderr.Write(text)
		return err
	}
	return os.WriteFile(c.stats, text, 0o666)
}
