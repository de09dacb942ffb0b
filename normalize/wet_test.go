package normalize

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// wet returns a WARC record.
func wet(kind, url, text string) string {
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2021-03-04T18:12:00Z\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
		kind, url, len(text), text)
}

const wetPage = "Advertisement\n\n" + ferry + "\nWARC/1.0 is a format.\n\nShare this article\n"

func TestCopyWET(t *testing.T) {
	info := wet("warcinfo", "", "software: a crawler\r\nformat: WARC/1.0\r\n")
	good := func(i int) string {
		return wet("conversion", fmt.Sprintf("https://harbour.example/%d?a=1&b=<2>", i), wetPage)
	}
	long := strings.Replace(good(2), "Content-Length: ", "Content-Length: 9", 1)
	short := strings.Replace(good(2), fmt.Sprint("Content-Length: ", len(wetPage)), "Content-Length: 11", 1)
	large := wet("conversion", "https://harbour.example/2", strings.Repeat("The ferry left.\n", maxRecord/16+1))
	at := len(info + good(1))
	for _, c := range []struct {
		name, in string
		urls     []int
		faults   []string
	}{
		{"whole", info + good(1) + good(2) + good(3), []int{1, 2, 3}, nil},
		{"empty", "", nil, nil},
		{"blank lines", "\r\n\n" + info + "\r\n" + good(1) + "\n\n", []int{1}, nil},
		{"line ends of other systems", strings.ReplaceAll(info+good(1)+good(3), "\r\n", "\n"), []int{1, 3}, []string{"record 1, at byte 0: damaged: no end behind its "}},
		{"cut in a text", info + good(1) + good(2)[:300], []int{1}, []string{fmt.Sprintf("record 3, at byte %d: truncated: ", at)}},
		{"cut in a header", info + good(1) + good(2)[:60], []int{1}, []string{fmt.Sprintf("record 3, at byte %d: no WARC header; passed over", at)}},
		{"cut, and others behind", info + good(1) + good(2)[:300] + "\r\n\r\n" + good(3), []int{1, 3}, []string{fmt.Sprintf("record 3, at byte %d: damaged: no end behind its ", at)}},
		{"cut behind the header", info + good(1) + good(2)[:strings.Index(good(2), "\r\n\r\n")+4] + good(3), []int{1, 3}, []string{fmt.Sprintf("record 3, at byte %d: damaged: no end behind its ", at)}},
		{"too long a length", info + good(1) + long + good(3), []int{1, 3}, []string{fmt.Sprintf("record 3, at byte %d: truncated: ", at)}},
		{"too short a length", info + good(1) + short + good(3), []int{1, 3}, []string{fmt.Sprintf("record 3, at byte %d: damaged: no end behind its 11 bytes", at)}},
		{"no length", info + good(1) + strings.Replace(good(2), "Content-Length", "Length", 1) + good(3), []int{1, 3},
			[]string{fmt.Sprintf(`record 3, at byte %d: Content-Length "" is no number of bytes; passed over`, at)}},
		{"no URL", info + good(1) + wet("conversion", "", wetPage) + good(3), []int{1, 3}, []string{fmt.Sprintf("record 3, at byte %d: no WARC-Target-URI; passed over", at)}},
		{"another type", info + good(1) + wet("response", "https://harbour.example/2", "<p>") + good(3), []int{1, 3},
			[]string{fmt.Sprintf(`record 3, at byte %d: of type "response", which holds no plain text; read WET files, not WARC`, at)}},
		{"damaged header", info + good(1) + strings.Replace(good(2), "Content-Type: text/plain", "Content-Type", 1) + good(3), []int{1, 3},
			[]string{fmt.Sprintf("record 3, at byte %d: damaged header: ", at)}},
		{"too large", info + good(1) + large + good(3), []int{1, 3}, []string{fmt.Sprintf("record 3, at byte %d: larger than 8 MB; passed over", at)}},
		{"something else between", info + good(1) + "no record\nat all\n" + good(3), []int{1, 3}, []string{fmt.Sprintf("record 3, at byte %d: no WARC header; passed over", at)}},
		{"a long line between", info + good(1) + strings.Repeat("x", 1<<20) + "\n" + good(3), []int{1, 3}, []string{fmt.Sprintf("record 3, at byte %d: no WARC header; passed over", at)}},
		{"angle brackets", info + wet("conversion", "<https://harbour.example/1?a=1&b=<2>>", wetPage), []int{1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, jobs := range []int{1, 4} {
				n := newNormalizer(t, Options{Jobs: jobs})
				for _, src := range []io.Reader{strings.NewReader(c.in), iotest.HalfReader(strings.NewReader(c.in)), iotest.DataErrReader(strings.NewReader(c.in))} {
					var out bytes.Buffer
					var faults []string
					stats, err := n.CopyWET(&out, src, func(err error) { faults = append(faults, err.Error()) })
					if err != nil {
						t.Fatal(err)
					}
					var want string
					for _, i := range c.urls {
						text, _ := json.Marshal(n.String(wetPage))
						want += fmt.Sprintf(`{"url":"https://harbour.example/%d?a=1&b=<2>","date":"2021-03-04T18:12:00Z","text":%s}`+"\n", i, text)
					}
					if diff := cmp.Diff(want, out.String()); diff != "" {
						t.Errorf("%d jobs (-want +got):\n%s", jobs, diff)
					}
					same := len(faults) == len(c.faults)
					for i := range c.faults {
						same = same && strings.HasPrefix(faults[i], c.faults[i])
					}
					if !same {
						t.Errorf("%d jobs: faults %q, want %q", jobs, faults, c.faults)
					}
					if stats.Documents != len(c.urls) || stats.Failed != len(c.faults) {
						t.Errorf("%d jobs: counted %d and %d", jobs, stats.Documents, stats.Failed)
					}
				}
			}
		})
	}
}

func TestWETErrors(t *testing.T) {
	cut := errors.New("cable cut")
	n := newNormalizer(t, Options{})
	src := io.MultiReader(strings.NewReader(wet("conversion", "https://harbour.example/1", wetPage)+"WARC/1.0\r\n"), iotest.ErrReader(cut))
	var out bytes.Buffer
	stats, err := n.CopyWET(&out, src, nil)
	if err != cut || stats.Documents != 1 || out.Len() == 0 {
		t.Errorf("error %v, counted %+v, %d bytes written", err, stats, out.Len())
	}
}
