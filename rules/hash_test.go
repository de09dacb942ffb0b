package rules

import (
	"strings"
	"testing"
)

func TestHash(t *testing.T) {
	const head = "id\tclass\tlang\tscope\tpattern\thit\tmiss\n"
	hash := func(name, rows string) string {
		t.Helper()
		table, err := Parse(name, strings.NewReader(head+rows))
		if err != nil {
			t.Fatal(err)
		}
		set, err := Compile(table)
		if err != nil {
			t.Fatal(err)
		}
		return set.Hash()
	}
	ferry := hash("a.tsv", "ferry\tad\ten\tline\tshare the ferry\tShare the ferry\tThe ferry\n")
	if !strings.HasPrefix(ferry, "sha256:") || len(ferry) != len("sha256:")+64 {
		t.Errorf("hash %q", ferry)
	}
	if again := hash("b.tsv", "# a note\nferry\tad\ten\tline\tshare the ferry\tShare the ferry\tThe boat\n"); again != ferry {
		t.Errorf("the same rule in another file: %s, want %s", again, ferry)
	}
	for _, rows := range []string{
		"",
		"boat\tad\ten\tline\tshare the ferry\tShare the ferry\tThe ferry\n",
		"ferry\tnav\ten\tline\tshare the ferry\tShare the ferry\tThe ferry\n",
		"ferry\tad\tde\tline\tshare the ferry\tShare the ferry\tThe ferry\n",
		"ferry\tad\ten\tspan\tshare the ferry\tShare the ferry\tThe ferry\n",
		"ferry\tad\ten\tline\tshare this ferry\tShare this ferry\tThe ferry\n",
	} {
		if hash("a.tsv", rows) == ferry {
			t.Errorf("%q has the hash of another rule", rows)
		}
	}
}
