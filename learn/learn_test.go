package learn_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"newsclean/learn"
	"newsclean/normalize"
	"newsclean/rules"
)

func compile(t testing.TB, mine ...*rules.Table) *rules.Set {
	t.Helper()
	tables, err := rules.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Compile(append(tables[:len(tables):len(tables)], mine...)...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// site is how an invented newspaper sets its pages: # stands for a number, TITLE for a
// headline, NAME for a person's name.
type site struct {
	name          string
	before, after []string
	aside         []string // stands between two paragraphs of each story
	parts         parts
}

// parts are what stories of a site are put together from.
type parts struct{ who, did, what, when, headings []string }

var english = parts{
	who:      []string{"The council of Northmoor", "A fisherman from Tarn Point", "The mayor, Orla Brandt,", "The school on Mill Street", "A spokesman for the ferry company", "The harbour master", "Residents of the old town", "The owner of the bakery"},
	did:      []string{"said on Monday that", "told a meeting that", "wrote in a letter that", "denied that", "hoped that", "warned last week that", "found out that"},
	what:     []string{"the road around the bay would be closed by snow", "the price of bread had risen twice in a year", "a new roof would cost more than the old one had", "nobody had asked the people who live there", "the lighthouse was older than anyone had thought", "the boats had come home with hardly any herring", "the museum would open a room about the flood", "two bridges needed repair before the winter"},
	when:     []string{"after a long debate.", "and that this would not change soon.", "while others on the pier disagreed.", "though figures for this year are missing.", "as the paper has learnt from two people.", "which came as no surprise to her neighbours."},
	headings: []string{"What happens next", "The long view"},
}

var german = parts{
	who:      []string{"Der Rat von Nordmoor", "Eine Fischerin aus Tannort", "Die Schule an der Mühlgasse", "Ein Sprecher der Fähre", "Die Leute aus der Altstadt"},
	did:      []string{"sagte am Montag, dass", "schrieb in einem Brief, dass", "bestritt, dass", "hofft nun, dass"},
	what:     []string{"die Straße um die Bucht wegen Schnee gesperrt wird", "der Preis für Brot zweimal gestiegen ist", "ein neues Dach teurer wird als das alte", "niemand die Bewohner gefragt hat"},
	when:     []string{"und dass sich daran so bald nichts ändert.", "obwohl Zahlen für dieses Jahr noch fehlen.", "wie die Zeitung von zwei Leuten erfuhr."},
	headings: []string{"Was nun geschieht", "Ein alter Streit"},
}

var french = parts{
	who:      []string{"Le conseil de Portnoir", "Une pêcheuse de la pointe", "Le maire, Luc Armel,", "L'école de la rue du Moulin", "Les habitants de la vieille ville", "Le gardien du phare"},
	did:      []string{"a dit lundi que", "a écrit dans une lettre que", "ne croit pas que", "a appris la semaine dernière que"},
	what:     []string{"la route de la baie serait fermée par la neige", "le prix du pain avait monté deux fois en un an", "le nouveau toit coûterait plus que l'ancien", "le phare était plus vieux qu'on ne le pensait", "deux ponts seraient réparés avant l'hiver"},
	when:     []string{"après un long débat.", "et que cela ne changerait pas de sitôt.", "alors que d'autres ne sont pas de cet avis.", "bien que les chiffres de l'année manquent encore."},
	headings: []string{"Ce qui va suivre", "Une vieille querelle"},
}

var spanish = parts{
	who:      []string{"El ayuntamiento de Puertonegro", "Una pescadora de la punta", "El alcalde, Tomás Rueda,", "La escuela de la calle del Molino", "Los vecinos del barrio viejo", "La dueña de la panadería"},
	did:      []string{"dijo el lunes que", "escribió en una carta que", "negó que", "supo la semana pasada que"},
	what:     []string{"la carretera de la bahía se cerraba por la nieve", "el precio del pan había subido dos veces en un año", "el tejado nuevo iba a costar más que el viejo", "el faro era más antiguo de lo que nadie pensaba", "los barcos volvían casi sin arenques"},
	when:     []string{"tras un largo debate.", "y que eso no iba a cambiar pronto.", "aunque otros en el muelle no lo creen.", "mientras faltan todavía las cifras de este año."},
	headings: []string{"Lo que viene ahora", "Una vieja disputa"},
}

var sites = []site{
	{"ledger.example",
		[]string{"The Tidewater Ledger", "Harbour | Hills | Heritage", "TITLE", "Words: NAME"},
		[]string{"The Tidewater Ledger is printed on paper from the mill at Tarn Point and owned by those who read it.", "Tide table for Northmoor: high water at #:# and #:#", "Ledger walks, every second Sunday", "Elsewhere on the quay", "TITLE", "TITLE", "TITLE"},
		nil, english},
	{"signal.example",
		[]string{"Signal Online", "Coast", "Uplands", "Town hall", "Signal kitchen", "TITLE", "Story # in our series on the coast"},
		[]string{"Signal readers pay for Signal stories, and you can be one of them for the price of a coffee.", "Ring the Signal desk on 555-#", "Around the county: TITLE", "Around the county: TITLE"},
		[]string{"This story reaches you thanks to the friends of the Signal, who gave # pounds last month."}, english},
	{"bote.example",
		[]string{"Der Nordmoorer Bote", "Stadt und Bucht", "Hafen", "Gericht", "Mühlgasse heute", "TITLE", "Text: NAME"},
		[]string{"Der Bote lebt von denen, die ihn lesen, und erscheint an jedem Markttag in Nordmoor.", "Leserpost an den Boten: Mühlgasse #", "Heute im Boten: TITLE", "Heute im Boten: TITLE"},
		[]string{"Pegel im Hafen: # Zentimeter", "Gezeiten und Fähren auf Seite #"}, german},
	{"phare.example",
		[]string{"Le Phare de Portnoir", "La rade", "Le bourg", "Nos îles", "TITLE", "Signé NAME"},
		[]string{"Le Phare vit de ses lecteurs et de la vente des vieux numéros, tous les jeudis sous la halle.", "Le marché de jeudi : # étals", "Sous la lampe : TITLE", "Sous la lampe : TITLE", "Le bureau du Phare, rue du Moulin, deuxième porte"},
		[]string{"La marée du jour", "Pleine mer à # h #"}, french},
	{"faro.example",
		[]string{"El Faro de Puertonegro", "Muelle", "Barrio viejo", "Cocina del puerto", "TITLE", "Letra de NAME"},
		[]string{"El Faro se imprime los martes en el taller de la calle del Molino y lo pagan quienes lo leen.", "Desde la torre: TITLE", "Desde la torre: TITLE", "Mareas de la semana en la página #"},
		[]string{"Este relato llega gracias a los amigos del Faro, que dieron # monedas el mes pasado."}, spanish},
}

// page returns a page of s, and the story on it.
func (s site) page(random *rand.Rand) (raw, story string) {
	pick := func(from []string) string { return from[random.IntN(len(from))] }
	sentence := func() string {
		return pick(s.parts.who) + " " + pick(s.parts.did) + " " + pick(s.parts.what) + ", " + pick(s.parts.when)
	}
	headline := func() string {
		subject, _, _ := strings.Cut(pick(s.parts.who), ",")
		return fmt.Sprintf("%s: %s, and %s", subject, pick(s.parts.what), pick(s.parts.what))
	}
	title := headline()
	fill := func(line, title string) string {
		line = strings.ReplaceAll(strings.ReplaceAll(line, "TITLE", title), "NAME", pick([]string{"Dana Whitlow", "Ann Lee", "Orla Brandt", "Tom Fenn", "Ida Sand"}))
		for strings.Contains(line, "#") {
			line = strings.Replace(line, "#", fmt.Sprint(10+random.IntN(80)), 1)
		}
		return line
	}
	var lines, kept []string
	for _, line := range s.before {
		lines = append(lines, fill(line, title))
		if line == "TITLE" {
			kept = append(kept, title)
		}
	}
	n := 4 + random.IntN(4)
	for i := range n {
		paragraph := sentence() + " " + sentence()
		lines, kept = append(lines, paragraph), append(kept, paragraph)
		if i == n/2 && random.IntN(2) == 0 {
			heading := pick(s.parts.headings)
			lines, kept = append(lines, heading), append(kept, heading)
		}
		if i == 1 {
			for _, line := range s.aside {
				lines = append(lines, fill(line, ""))
			}
		}
	}
	for _, line := range s.after {
		lines = append(lines, fill(line, headline()))
	}
	return strings.Join(lines, "\n\n") + "\n", strings.Join(kept, "\n\n") + "\n"
}

// f1 is the harmonic mean of precision and recall of out's words, which stand in for those of want.
func f1(out, want string) float64 {
	count := map[string]int{}
	wanted := strings.Fields(want)
	for _, word := range wanted {
		count[word]++
	}
	both, words := 0, strings.Fields(out)
	for _, word := range words {
		if count[word]--; count[word] >= 0 {
			both++
		}
	}
	return 2 * float64(both) / float64(len(words)+len(wanted))
}

// TestSites learns from some pages of invented sites and cleans others of them.
func TestSites(t *testing.T) {
	for _, s := range sites {
		t.Run(s.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(7, uint64(len(s.name))))
			learner := newLearner(t)
			for range 12 {
				raw, _ := s.page(random)
				learner.Add(raw)
			}
			text := table(t, learner, s.name)
			mine, err := rules.Parse("learnt.tsv", strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if !mine.HoldsFor(s.name) || mine.HoldsFor("other.example") {
				t.Errorf("the table holds for %v", mine.Sites)
			}
			set := compile(t, mine)
			before, after := newNormalizer(t, compile(t)), newNormalizer(t, set)
			var was, is float64
			const tests = 10
			for range tests {
				raw, story := s.page(random)
				left := before.String(raw)
				learnt := after.String(raw)
				was, is = was+f1(left, story)/tests, is+f1(learnt, story)/tests
				for line := range strings.Lines(story) {
					if strings.Contains(left, line) && !strings.Contains(learnt, line) {
						t.Errorf("lost %q", line)
					}
				}
			}
			t.Logf("F1 %.3f, with the table of %d rows %.3f", was, len(mine.Rules), is)
			if is <= was {
				t.Errorf("F1 was %.3f and is %.3f with the table\n%s", was, is, text)
			}
			for _, fault := range set.Check() {
				if fault.Pos.File == "learnt.tsv" && !fault.Note {
					t.Error(fault)
				}
			}
		})
	}
}

func newLearner(t testing.TB) *learn.Learner {
	t.Helper()
	learner, err := learn.New(compile(t), normalize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return learner
}

func newNormalizer(t testing.TB, set *rules.Set) *normalize.Normalizer {
	t.Helper()
	n, err := normalize.New(set, normalize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func table(t testing.TB, learner *learn.Learner, site string) string {
	t.Helper()
	var b strings.Builder
	if err := learner.WriteTable(&b, site); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestOrder: the same pages in another order, some of them twice, teach the same.
func TestOrder(t *testing.T) {
	for _, s := range sites {
		random := rand.New(rand.NewPCG(1, 1))
		var pages []string
		for range 12 {
			raw, _ := s.page(random)
			pages = append(pages, raw)
		}
		pages = append(pages, pages[0])
		var want string
		for i := range 3 {
			learner := newLearner(t)
			for _, p := range pages {
				learner.Add(p)
			}
			got := table(t, learner, s.name)
			if i == 0 {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in another order (-first +other):\n%s", s.name, diff)
			}
			random.Shuffle(len(pages), func(i, j int) { pages[i], pages[j] = pages[j], pages[i] })
		}
	}
}

// TestManyPages: memory is bounded, and the sample does not depend on the order. No rules are in the way of the many.
func TestManyPages(t *testing.T) {
	const many = 3000
	page := func(i int) string {
		raw, _ := sites[1].page(rand.New(rand.NewPCG(uint64(i), 5)))
		return raw
	}
	set, err := rules.Compile()
	if err != nil {
		t.Fatal(err)
	}
	var tables [2]string
	for way := range tables {
		learner, err := learn.New(set, normalize.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var memory runtime.MemStats
		for i := range many {
			learner.Add(page([]int{i, many - 1 - i}[way]))
			if i%500 != 499 {
				continue
			}
			runtime.GC()
			if runtime.ReadMemStats(&memory); memory.HeapAlloc > 64<<20 {
				t.Errorf("%d MB after %d pages", memory.HeapAlloc>>20, i+1)
			}
		}
		tables[way] = table(t, learner, "")
	}
	if diff := cmp.Diff(tables[0], tables[1]); diff != "" {
		t.Errorf("backwards (-first +backwards):\n%s", diff)
	}
}

func TestTooFewPages(t *testing.T) {
	learner := newLearner(t)
	raw, _ := sites[0].page(rand.New(rand.NewPCG(1, 1)))
	learner.Add(raw)
	learner.Add(raw)
	if lessons := learner.Lessons(); len(lessons) != 0 {
		t.Errorf("one page teaches %v", lessons)
	}
}
