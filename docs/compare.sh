#!/usr/bin/env bash
# Times newsclean beside tools that do less, on the same input, and prints ratios. Called by "make compare".
#
# SIZE is how many MB each input has (20; 200 for the figures that matter), RUNS how often each command runs, in turn, the
# best time of which counts (3), FILES how many small files are cleaned by a process each (200). The inputs are the sample
# pages and the clean sample stories, repeated; PAGES and ARTICLES name files of texts to take instead, each text with a
# NUL behind it, and PHRASES a list of phrases, one a line, for rg.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
if ! command -v rg >/dev/null; then
	echo "rg is not installed" >&2
	exit 1
fi
size=$((${SIZE:-20} * 1000000)) runs=${RUNS:-3} files=${FILES:-200}
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT

# repeat writes FILE again and again, BYTES in all. A NUL at the end of the last piece is cut off with it.
repeat() { # FILE BYTES
	while cat "$1"; do :; done 2>/dev/null | head -c "$2"
}
each() { # FILE...: their texts with a NUL behind each
	for file in "$@"; do cat "$file"; printf '\0'; done
}
each testdata/pages/*.in >"$lab/pages"
each testdata/pages/clean-*.out >"$lab/articles"
awk -F'\t' '$3 == "en" && $4 == "line" && $7 != "" && $7 !~ /\[\[|\\/ { print $7 }' rules/tables/*.tsv >"$lab/phrases"
(repeat "${PAGES:-$lab/pages}" "$size" || true) >"$lab/p"
(repeat "${ARTICLES:-$lab/articles}" "$size" || true) >"$lab/a"
phrases=${PHRASES:-$lab/phrases}

# The CPU seconds, or with "real" the seconds on the clock, of each command in turn, the best of all runs, in best.
TIMEFORMAT='%R %U %S'
best=()
race() { # WHICH COMMAND...
	local which=$1 i now
	shift
	best=()
	for ((run = 0; run < runs; run++)); do
		i=0
		for command in "$@"; do
			now=$({ time bash -c "$command" >/dev/null 2>&3 || true; } 3>/dev/null 2>&1 | awk -v which="$which" '{ print which == "real" ? $1 : $2 + $3 }')
			best[i]=$(awk -v a="${best[i]:-999999}" -v b="$now" 'BEGIN { print (b < a) ? b : a }')
			i=$((i + 1))
		done
	done
}
times() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0) ? a / b : 0 }'; }
show() { # WHAT RATIO ASKED DETAIL
	printf '%-44s %9s  %-14s %s\n' "$1" "$2" "$3" "$4"
}
rate() { awk -v t="$1" -v size="$size" 'BEGIN { printf "%.1f MB/s", (t > 0) ? size / t / 1e6 : 0 }'; }

clean="GOMAXPROCS=1 ./newsclean -0 <"
show 'what' 'ratio' 'asked' 'seconds'
race cpu "$clean $lab/p | cat" "rg -a -ixvFf $phrases <$lab/p | cat"
show 'pages, rg against newsclean' "$(times "${best[1]}" "${best[0]}")" 'at least 1' "${best[1]} / ${best[0]}, $(rate "${best[0]}")"
race cpu "$clean $lab/a | cat" "rg -a -ixvFf $phrases <$lab/a | cat" "wc -w <$lab/a"
show 'articles, rg against newsclean' "$(times "${best[1]}" "${best[0]}")" 'at least 1' "${best[1]} / ${best[0]}, $(rate "${best[0]}")"
show 'articles, wc -w against newsclean' "$(times "${best[2]}" "${best[0]}")" 'at least 3' "${best[2]} / ${best[0]}"
race real "$clean $lab/p | cat" "./newsclean -0 -j 2 <$lab/p | cat"
show 'pages, one core against two' "$(times "${best[0]}" "${best[1]}")" 'at least 1.8' "${best[0]} / ${best[1]}, on the clock"

mkdir "$lab/files"
for ((i = 0; i < files; i++)); do cp testdata/pages/one-sentence.in "$lab/files/$i"; done
race real "for f in $lab/files/*; do ./newsclean \$f; done" "for f in $lab/files/*; do rg -c x \$f; done"
show "$files files, newsclean against rg -c x" "$(times "${best[0]}" "${best[1]}")" 'at most 2' "${best[0]} / ${best[1]}, on the clock"

for share in 1 10; do head -c $((size * share / 100)) "$lab/p" >"$lab/p$share"; done
race cpu "$clean $lab/p1" "$clean $lab/p10" "$clean $lab/p" "$clean /dev/null"
net() { awk -v t="$1" -v start="${best[3]}" 'BEGIN { print t - start }'; }
show 'pages, ten times the first hundredth' "$(times "$(net "${best[1]}")" "$(net "${best[0]}")")" 'about 10' "${best[1]} / ${best[0]}, without ${best[3]} to start"
show 'pages, a hundred times' "$(times "$(net "${best[2]}")" "$(net "${best[0]}")")" 'about 100' "${best[2]} / ${best[0]}"

for rules in 1000 10000; do
	awk -v n="$rules" 'BEGIN { print "id\tclass\tlang\tscope\tpattern\thit\tmiss"
		for (i = 0; i < n; i++) printf "r%d\trelated\ten\tline\tmore (from|of) desk %d( today)?\tMore from desk %d\tMore\n", i, i, i }' >"$lab/$rules.tsv"
done
with="GOMAXPROCS=1 ./newsclean --no-config --no-builtin-rules -0 --rules $lab"
race cpu "$with/1000.tsv <$lab/p10" "$with/1000.tsv </dev/null" "$with/10000.tsv <$lab/p10" "$with/10000.tsv </dev/null"
show 'pages, 10,000 rules against 1,000' "$(awk -v a="${best[0]}" -v b="${best[1]}" -v c="${best[2]}" -v d="${best[3]}" 'BEGIN { printf "%.2f", (c - d) / (a - b) }')" 'about 1' \
	"${best[2]} / ${best[0]}, without ${best[3]} / ${best[1]} to start"

# The most memory of a process, in MB, which GNU time knows.
if ! type -P time >/dev/null; then echo 'no figures of memory: GNU time is not installed' >&2; exit; fi
peak() { # WHAT, of what it reads
	command time -o "$lab/peak" -f %M ./newsclean -0 >/dev/null
	show "peak memory, $1" "$(awk '{ printf "%.1f", $1 / 1000 }' "$lab/peak")" 'below 64' MB
}
peak 'pages' <"$lab/p"
tr '\0' '\n' <"$lab/p" | peak 'a document without end'
tr '\0\n' '  ' <"$lab/p" | peak 'one line'
