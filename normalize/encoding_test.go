package normalize

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// encodingNames are the encodings of the WHATWG's index, each by one of its names.
var encodingNames = []string{
	"utf-8", "ibm866", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-8-i",
	"iso-8859-10", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u", "macintosh", "windows-874", "windows-1250",
	"windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258",
	"x-mac-cyrillic", "gbk", "gb18030", "big5", "euc-jp", "iso-2022-jp", "shift_jis", "euc-kr", "replacement", "utf-16be", "utf-16le", "x-user-defined",
}

// samples are sentences, one for each kind of letters, of which every encoding can write at least one.
var samples = []string{
	"The ferry to Northmoor left at noon, and nobody aboard was hurt.",
	"Żółta łódź płynęła wzdłuż brzegu, a nikt nie został ranny.",
	"Le café était fermé : « Nous reviendrons à Noël », dit la gérante.",
	"Паром вышел из гавани в полдень, и никто не пострадал.",
	"Το πλοίο έφυγε το μεσημέρι και κανείς δεν τραυματίστηκε.",
	"غادرت العبارة الميناء ظهرا ولم يصب أحد بأذى.",
	"המעבורת יצאה בצהריים ואיש לא נפגע.",
	"เรือข้ามฟากออกจากท่าตอนเที่ยงและไม่มีใครบาดเจ็บ",
	"渡船は正午に港を出て、けが人はなかった。",
	"渡船中午离开港口，没有人受伤。",
	"渡輪中午離開港口，沒有人受傷。",
	"연락선은 정오에 항구를 떠났고 다친 사람은 없었다.",
	"Chuyến phà rời cảng.",
}

// TestAllEncodings: text comes back from every encoding that web pages use, wherever reads and buffers end in it, and a
// character cut off at its end is counted.
func TestAllEncodings(t *testing.T) {
	for _, name := range encodingNames {
		t.Run(name, func(t *testing.T) {
			enc, err := htmlindex.Get(name)
			if err != nil {
				t.Fatal(err)
			}
			own, err := lookupEncoding(name)
			if err != nil {
				t.Fatal(err)
			}
			decode := func(src io.Reader) (string, int) {
				invalid := 0
				text, err := io.ReadAll(newDecoder(src, own, &invalid, nil))
				if err != nil {
					t.Fatal(err)
				}
				return string(text), invalid
			}
			written := 0
			for _, text := range samples {
				raw, err := enc.NewEncoder().String(text)
				if back, bad := enc.NewDecoder().String(raw); err != nil || bad != nil || back != text {
					continue // it lacks these letters
				}
				written++
				// Buffers of decoders are of 4 KB, that of the input is of 64 KB: characters lie across their ends.
				for _, before := range []int{0, 4<<10 - 9, 64<<10 - 9} {
					for shift := range 10 {
						fill := strings.Repeat("x", before+shift)
						head, err := enc.NewEncoder().String(fill)
						if err != nil {
							t.Fatal(err)
						}
						all, _ := enc.NewEncoder().String(fill + text)
						if got, invalid := decode(strings.NewReader(all)); got != fill+text || invalid != 0 {
							t.Fatalf("%d bytes before: %d invalid, text becomes %q", len(head), invalid, got[min(len(fill), len(got)):])
						}
					}
				}
				for how, src := range cuts(raw, 1) {
					if got, invalid := decode(src); got != text || invalid != 0 {
						t.Errorf("%s: %d invalid, %q becomes %q", how, invalid, text, got)
					}
				}
				for cut := range len(raw) {
					want, invalid := decode(strings.NewReader(raw[:cut]))
					if !utf8.ValidString(want) || len([]rune(want)) > cut {
						t.Errorf("cut behind byte %d: %q", cut, want)
					}
					if got, n := decode(iotest.OneByteReader(strings.NewReader(raw[:cut]))); got != want || n != invalid {
						t.Errorf("cut behind byte %d: byte by byte %q and %d invalid, at once %q and %d", cut, got, n, want, invalid)
					}
				}
			}
			if written == 0 && name != "replacement" {
				t.Error("none of the sentences can be written in it")
			}
		})
	}
}

// TestEncodingNames: what the index knows is in the list above.
func TestEncodingNames(t *testing.T) {
	known := map[string]bool{}
	for _, name := range encodingNames {
		enc, err := htmlindex.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		canonical, err := htmlindex.Name(enc)
		if err != nil || known[canonical] {
			t.Errorf("%s: %q stands twice, %v", name, canonical, err)
		}
		known[canonical] = true
	}
	for _, label := range []string{"latin1", "ascii", "cp1252", "sjis", "ms_kanji", "gb2312", "x-sjis", "unicode-1-1-utf-8", "utf-16", "csbig5", "ks_c_5601-1987", "iso-ir-58", "tis-620", "koi", "mac", "dos-874", "hz-gb-2312", "visual", "logical"} {
		enc, err := htmlindex.Get(label)
		if err != nil {
			t.Errorf("%s: %v", label, err)
			continue
		}
		if canonical, _ := htmlindex.Name(enc); !known[canonical] {
			t.Errorf("%s is %s, which is not tested", label, canonical)
		}
	}
}

// TestTruncated: a character of UTF-8 that is cut off counts its bytes, wherever a buffer ends in it.
func TestTruncated(t *testing.T) {
	for _, char := range []string{"é", "渡", "👩"} {
		for cut := 1; cut < len(char); cut++ {
			for _, before := range []int{0, 1, 4<<10 - 2, 4<<10 - 1, 64<<10 - 3, 64<<10 - 2, 64<<10 - 1, 128<<10 - 1} {
				for _, after := range []string{"", "y", char} {
					text := strings.Repeat("x", before) + char[:cut] + after
					var out bytes.Buffer
					n := newWarm(t, Options{})
					stats, err := n.Copy(&out, strings.NewReader(text))
					if want := strings.Repeat("x", before) + strings.Repeat("\ufffd", cut) + after; err != nil || stats.Invalid != cut || out.String() != want && before > 900 {
						t.Fatalf("%q behind %d bytes: %v, %d invalid", char[:cut]+after, before, err, stats.Invalid)
					}
				}
			}
		}
	}
}

// TestMojibake: text that was decoded wrongly before it came here is left as it is, since nothing is certain about it.
func TestMojibake(t *testing.T) {
	n := newWarm(t, Options{})
	for _, text := range []string{
		"The owners of the cafÃ© said the â€œsummerâ€ had been a catastrophe for the whole promenade of Northmoor, and for theirs.\n",
		"The word Ã is a letter of Portuguese, as the council of Northmoor knew when it voted on Tuesday to keep the ferry.\n",
	} {
		if got := n.String(text); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}
