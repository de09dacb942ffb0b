package main

import (
	"cmp"
	"fmt"
	"io"
	"log"
	"maps"
	"slices"
	"strings"
	"unicode"

	"newsclean/rules"
)

// crossValidate prints how well each fold is cleaned with weights that were fitted on the others: by set and
// rendering, by language, for the references themselves, and for texts labelled by line. If only is not negative it is
// the one fold that is measured.
func crossValidate(w io.Writer, set *rules.Set, texts []*text, s settings, only int) error {
	pages := observe(set, texts)
	var tested []result
	for part := range folds {
		if only >= 0 && part != only {
			continue
		}
		var others []*page
		var held []*text
		for i, p := range pages {
			if fold(p.site) != part {
				others = append(others, p)
			} else if texts[i].scored {
				held = append(held, texts[i])
			}
		}
		var table strings.Builder
		if err := s.fit(others).write(&table); err != nil {
			return err
		}
		whole, body := newNormalizer(set, table.String()), newNormalizer(set, table.String(), rules.Headline)
		results := make([]result, len(held))
		side(len(held), func(i int) {
			t, n := held[i], body
			if t.labels != nil || t.raw == t.gold {
				n = whole
			}
			results[i] = score(t, n.String(t.raw))
			if results[i].again = whole.String(t.raw); results[i].again != whole.String(results[i].again) {
				results[i].unstable = 1
			}
		})
		tested = append(tested, results...)
		log.Printf("fold %d: %d texts", part, len(held))
	}
	report(w, tested)
	return nil
}

// result is the measures of one text, or means over several.
type result struct {
	*text
	again                  string
	p, r, f1               float64 // of words
	shingleP, shingleR     float64 // of runs of four words
	with, without          float64 // snippets that stayed, and that went
	allWith, allWithout    float64
	same, unstable         float64 // unchanged; changed by a second pass
	kept, gone, hits, said float64 // lines that stay and stayed; that go, went rightly, went
	allKept                float64
}

func score(t *text, out string) result {
	res := result{text: t}
	if t.labels != nil {
		res.scoreLines(t, out)
		return res
	}
	if t.hasGold {
		gold, words := tokenize(t.gold), tokenize(out)
		res.p, res.r = precisionRecall(words, gold)
		res.f1 = harmonic(res.p, res.r)
		res.shingleP, res.shingleR = precisionRecall(shingles(words), shingles(gold))
		if slices.Equal(words, gold) {
			res.same = 1
		}
	}
	raw, left := squeeze(t.raw), squeeze(out)
	for _, snippet := range t.with {
		if s := squeeze(snippet); strings.Contains(raw, s) {
			res.allWith++
			res.with += count(strings.Contains(left, s))
		}
	}
	for _, snippet := range t.without {
		if s := squeeze(snippet); strings.Contains(raw, s) {
			res.allWithout++
			res.without += count(!strings.Contains(left, s))
		}
	}
	return res
}

// scoreLines counts the lines that stay and those that went. Which lines of the input the output's are is found as the
// longest common subsequence; an edited line may be any that says nothing but its words.
func (res *result) scoreLines(t *text, out string) {
	left := linesOf(out)
	var lines []string
	var labels []byte
	for i, line := range strings.Split(t.raw, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if i < len(t.labels) && strings.IndexFunc(line, unicode.IsGraphic) >= 0 {
			lines, labels = append(lines, line), append(labels, t.labels[i])
		}
	}
	same := func(i, j int) bool {
		if labels[i] == 'E' {
			_, r := precisionRecall(tokenize(lines[i]), tokenize(left[j]))
			return r == 1
		}
		return lines[i] == left[j]
	}
	best := make([][]int, len(lines)+1) // most pairs of the lines from i and the output's from j
	best[len(lines)] = make([]int, len(left)+1)
	for i := len(lines) - 1; i >= 0; i-- {
		best[i] = make([]int, len(left)+1)
		for j := len(left) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if same(i, j) {
				best[i][j] = max(best[i][j], best[i+1][j+1]+1)
			}
		}
	}
	j := 0
	for i, label := range labels {
		for j < len(left) && best[i][j] == best[i][j+1] {
			j++
		}
		stays := j < len(left) && same(i, j) && best[i][j] == best[i+1][j+1]+1
		if stays {
			j++
		}
		switch label {
		case 'K':
			res.allKept++
			res.kept += count(stays)
			res.said += count(!stays)
		case 'D':
			res.gone++
			res.hits += count(!stays)
			res.said += count(!stays)
		}
	}
}

// linesOf returns the lines of text that are not blank.
func linesOf(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return line == "" })
}

func count(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func shingles(words []string) []string {
	if len(words) < run {
		return []string{strings.Join(words, " ")}
	}
	var all []string
	for i := 0; i+run <= len(words); i++ {
		all = append(all, strings.Join(words[i:i+run], " "))
	}
	return all
}

// precisionRecall compares two bags of words.
func precisionRecall(found, wanted []string) (p, r float64) {
	bag := map[string]int{}
	for _, word := range wanted {
		bag[word]++
	}
	common := 0
	for _, word := range found {
		if bag[word] > 0 {
			bag[word]--
			common++
		}
	}
	return float64(common) / float64(max(len(found), 1)), float64(common) / float64(max(len(wanted), 1))
}

func harmonic(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// report prints means by group, and by group and language where it has several.
func report(w io.Writer, all []result) {
	fmt.Fprintf(w, "%-26s %-4s %5s %6s %6s %6s %6s %6s %6s %6s %7s %6s %7s\n", "texts", "lang", "docs",
		"wordP", "wordR", "wordF1", "shinP", "shinR", "shinF1", "with", "without", "same", "second")
	groups := map[[2]string][]result{}
	for _, r := range all {
		groups[[2]string{r.group, ""}] = append(groups[[2]string{r.group, ""}], r)
		if renderer := r.group[strings.Index(r.group, ".")+1:]; renderer == "innertext" || renderer == "readability" {
			groups[[2]string{r.group, r.lang}] = append(groups[[2]string{r.group, r.lang}], r)
		}
	}
	keys := slices.SortedFunc(maps.Keys(groups), func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(count(a[1] != ""), count(b[1] != "")), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	for _, key := range keys {
		m := mean(groups[key])
		if key[1] == "" && m.allKept > 0 {
			p, r := m.hits/max(m.said, 1), m.hits/max(m.gone, 1)
			fmt.Fprintf(w, "%-26s %-4s %5d kept lines %.1f %%, removed lines %.1f %%, F1 of removal %.3f, second pass changes %.1f %%\n",
				key[0], "all", len(groups[key]), 100*m.kept/m.allKept, 100*r, harmonic(p, r), 100*m.unstable)
			continue
		}
		fmt.Fprintf(w, "%-26s %-4s %5d %6.3f %6.3f %6.3f %6.3f %6.3f %6.3f %5.1f%% %6.1f%% %5.1f%% %6.1f%%\n", key[0], cmp.Or(key[1], "all"),
			len(groups[key]), m.p, m.r, m.f1, m.shingleP, m.shingleR, harmonic(m.shingleP, m.shingleR),
			100*m.with/max(m.allWith, 1), 100*m.without/max(m.allWithout, 1), 100*m.same, 100*m.unstable)
	}
}

// mean returns means over the texts that have a reference; snippets and lines are added up.
func mean(all []result) (m result) {
	n := 0.0
	for _, r := range all {
		n += count(r.hasGold)
		m.p, m.r, m.f1 = m.p+r.p, m.r+r.r, m.f1+r.f1
		m.shingleP, m.shingleR, m.same = m.shingleP+r.shingleP, m.shingleR+r.shingleR, m.same+r.same
		m.with, m.without, m.allWith, m.allWithout = m.with+r.with, m.without+r.without, m.allWith+r.allWith, m.allWithout+r.allWithout
		m.kept, m.allKept, m.gone, m.hits, m.said = m.kept+r.kept, m.allKept+r.allKept, m.gone+r.gone, m.hits+r.hits, m.said+r.said
		m.unstable += r.unstable
	}
	for _, v := range []*float64{&m.p, &m.r, &m.f1, &m.shingleP, &m.shingleR, &m.same} {
		*v /= max(n, 1)
	}
	m.unstable /= float64(len(all))
	return m
}
