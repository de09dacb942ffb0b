// Beam cleans shards of scraped news text with newsclean, on any runner of Apache Beam.
//
//	go run . --input 'pages/*.jsonl' --output clean [--failed FILE] [--stats FILE] [OPTION]...
//
// Each file that --input matches is a shard, and an element of the pipeline: what newsclean makes of it is written under
// its name to the folder --output, in the bytes that the command would write. A shard that ends in .gz is read unpacked
// and written so, without the .gz. A record that cannot be cleaned passes as newsclean has it, and is told in --failed:
// a JSON object a line, with file and error. What was read, written and removed, by class, goes to --stats, a JSON object
// a shard, and to counters of the namespace newsclean, which are written to standard error where the runner waits. A
// runner may lose or double counts in counters, not in --stats.
//
// Without --runner the pipeline runs in this process, on Prism; --runner flink, spark or dataflow takes it elsewhere,
// with the options that those need.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/metrics"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/gcs"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"
)

func main() {
	var p pipeline
	p.flags(flag.CommandLine)
	flag.Parse()
	beam.Init() // on a worker, it does not return
	if err := p.check(flag.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "beam: %v\nTry 'beam -help' for more information.\n", err)
		os.Exit(2)
	}
	if err := p.run(context.Background(), os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "beam:", err)
		os.Exit(1)
	}
}

// run builds the pipeline, runs it and writes its counters to report.
func (p *pipeline) run(ctx context.Context, report io.Writer) error {
	whole, root := beam.NewPipelineWithRoot()
	p.build(root)
	result, err := beamx.RunWithMetrics(ctx, whole)
	if err != nil || result == nil {
		return err
	}
	return writeCounters(report, result.Metrics().AllMetrics().Counters())
}

// writeCounters writes those of our namespace, as one JSON object.
func writeCounters(w io.Writer, counters []metrics.CounterResult) error {
	sums := map[string]int64{}
	for _, c := range counters {
		if c.Key.Namespace == namespace {
			sums[c.Key.Name] += c.Result()
		}
	}
	return json.NewEncoder(w).Encode(sums)
}
