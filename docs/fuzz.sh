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
if [ "${#targets[@]}" = 0 ]; then
	echo 'no fuzz targets' >&2
	exit 1
fi

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
	last=$(grep '^fuzz: elapsed' "$lab/$i.out" | tail -n 1 || true)
	verdict=ok
	if [ "$(cat "$lab/$i.status")" -ne 0 ]; then
		# Go takes two things for failures that need not be: the end of the time itself, and a worker that a busy machine kept
		# from answering for ten seconds. The first says nothing else; after the second all seeds, what was written down
		# included, are tried once more, each by itself: what hangs or fails does so again.
		reason=$(grep -A1 '^ *--- FAIL' "$lab/$i.out" | tail -n 1)
		case $reason in
		*'context deadline exceeded'*)
			if grep -q 'Failing input written\|panic:' "$lab/$i.out"; then verdict=FAILED; else verdict='ok, ended by the time'; fi
			;;
		*'fuzzing process hung or terminated unexpectedly'*)
			dir=$(go list -f '{{.Dir}}' "$package")
			written=$(sed -n 's/.*Failing input written to //p' "$lab/$i.out")
			if (cd "$dir" && "$binary" -test.run "^$target\$" -test.timeout 5m >>"$lab/$i.out" 2>&1); then
				verdict='ok, ended early: a worker did not answer in time, but its input passes'
				if [ -n "$written" ]; then rm "$dir/$written"; fi
			else
				verdict=FAILED
			fi
			;;
		*) verdict=FAILED ;;
		esac
		if [ "$verdict" = FAILED ]; then failed=1; fi
	fi
	echo "$package $target: $verdict; ${last#fuzz: }"
	if [ "$verdict" = FAILED ]; then cat "$lab/$i.out"; fi
done
exit $failed
