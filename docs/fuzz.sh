#!/usr/bin/env bash
# Looks for counter-examples with each fuzz target for TIME (1m), JOBS of them (all) at once. Called by "make fuzz".
# What is found is written into the target's folder in testdata/fuzz, where every test run tries it again: keep it.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-1m} jobs=${2:-99}
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
cache=$(go env GOCACHE)/fuzz

targets=()
while read -r package; do
	binary=$lab/${package//\//-}.test
	go test -c -fuzz=. -o "$binary" "$package"
	[ -e "$binary" ] || continue # it has no tests
	for target in $("$binary" -test.list '^Fuzz'); do targets+=("$package $target $binary"); done
done < <(go list ./...)

for i in "${!targets[@]}"; do
	read -r package target binary <<<"${targets[i]}"
	while [ "$(jobs -pr | wc -l)" -ge "$jobs" ]; do wait -n; done
	(
		cd "$(go list -f '{{.Dir}}' "$package")"
		status=0
		"$binary" -test.run '^$' -test.fuzz "^$target\$" -test.fuzztime "$time" -test.parallel 1 -test.fuzzminimizetime 1s -test.fuzzcachedir "$cache/$package" >"$lab/$i.out" 2>&1 || status=$?
		echo "$status" >"$lab/$i.status"
	) &
done
wait

failed=0
for i in "${!targets[@]}"; do
	read -r package target _ <<<"${targets[i]}"
	last=$(grep '^fuzz: elapsed' "$lab/$i.out" | tail -n 1)
	verdict=ok
	if [ "$(cat "$lab/$i.status")" -ne 0 ]; then
		# Go can take the end of the time itself for a failure (go.dev/issue/48591 and others). That writes no input, and
		# says nothing else; whatever does counts.
		if [ "$(grep -A1 '^ *--- FAIL' "$lab/$i.out" | tail -n 1 | tr -d ' ')" = contextdeadlineexceeded ] &&
			! grep -q 'Failing input written\|panic:\|hung or terminated' "$lab/$i.out"; then
			verdict='ok, ended by the time'
		else
			verdict=FAILED failed=1
		fi
	fi
	echo "$package $target: $verdict; ${last#fuzz: }"
	if [ "$verdict" = FAILED ]; then cat "$lab/$i.out"; fi
done
exit $failed
