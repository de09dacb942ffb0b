#!/usr/bin/env bash
# Times newsclean beside tools that do less: CPU seconds, the best of five runs in turn, and each one's ratio to newsclean.
# Called by "make compare".
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT

# Pages of all kinds, prose alone, and prose on one line, each some 5 MB.
grow() { # FILE: repeats what it reads
	local text=$lab/unit
	cat >"$text"
	local times=$((5000000 / $(stat -c %s "$text") + 1))
	for ((i = 0; i < times; i++)); do cat "$text"; done >"$lab/$1"
}
cat testdata/pages/*.in | grow pages
cat testdata/pages/clean-en.out | grow prose
tr '\n' ' ' <testdata/pages/clean-en.out | grow one-line
: >"$lab/nothing"

# The examples of the rules of whole lines serve as phrases.
awk -F'\t' '$4 == "line" && $7 != "" && $7 !~ /\[\[|\\/ { print $7 }' rules/tables/*.tsv >"$lab/phrases"

commands=('./newsclean' "grep -ivxFf $lab/phrases" 'wc -w')
if command -v rg >/dev/null; then commands+=("rg -ivxFf $lab/phrases"); fi

TIMEFORMAT='%U %S'
seconds() { # COMMAND FILE
	{ time $1 <"$2" >/dev/null 2>&3 || true; } 3>&2 2>&1 | awk '{ print $1 + $2 }'
}

printf '%-8s  %9s  %-9s  %7s  %7s  %s\n' input bytes command seconds MB/s 'times newsclean'
for input in nothing pages prose one-line; do
	best=()
	for round in 1 2 3 4 5; do
		for i in "${!commands[@]}"; do
			now=$(seconds "${commands[i]}" "$lab/$input")
			best[i]=$(awk -v a="${best[i]:-999}" -v b="$now" 'BEGIN { print (b < a) ? b : a }')
		done
	done
	for i in "${!commands[@]}"; do
		name=${commands[i]%% *}
		awk -v input="$input" -v name="${name##*/}" -v t="${best[i]}" -v own="${best[0]}" -v size="$(stat -c %s "$lab/$input")" 'BEGIN {
			rate = (t > 0 && size > 0) ? sprintf("%.1f", size / t / 1e6) : "-"
			ratio = (own > 0) ? sprintf("%.3f", t / own) : "-"
			printf "%-8s  %9d  %-9s  %7.3f  %7s  %s\n", input, size, name, t, rate, ratio
		}'
	done
done
