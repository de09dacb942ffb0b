package normalize

import (
	"bytes"
	"flag"
	"os"
	"reflect"
	"testing"
)

var update = flag.Bool("update", false, "make weights.bin anew")

// weightsTable returns the table of the built-in weights.
func weightsTable(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("weights.tsv")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestBuiltinWeights holds the weights made ahead against their table.
func TestBuiltinWeights(t *testing.T) {
	parsed, err := parseWeights("weights.tsv", weightsTable(t))
	if err != nil {
		t.Fatal(err)
	}
	file := appendWeights(nil, parsed)
	if *update {
		if err := os.WriteFile("weights.bin", file, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(file, builtinWeightsFile) {
		t.Error("weights.bin is not of weights.tsv; make it anew with go generate ./normalize")
	}
	if read := readWeights(file); !reflect.DeepEqual(read, parsed) {
		t.Error("the weights read differ from those of the table")
	}
}
