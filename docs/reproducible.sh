#!/usr/bin/env bash
# Builds newsclean twice, from copies of the sources in two folders, and compares. Called by "make reproducible".
set -euo pipefail
cd "$(dirname "$0")/.."
lab=$(mktemp -d)
trap 'rm -rf "$lab"' EXIT
for copy in one another/place; do
	mkdir -p "$lab/$copy"
	cp -R go.mod go.sum ./*.go learn normalize ordered report rules "$lab/$copy"
	(cd "$lab/$copy" && CGO_ENABLED=0 GOCACHE="$lab/cache-$(basename "$copy")" go build -trimpath -buildvcs=false -o "$lab/newsclean" .)
	mv "$lab/newsclean" "$lab/built-$(basename "$copy")"
done
cmp "$lab/built-one" "$lab/built-place"
sum=$(command -v sha256sum || echo 'shasum -a 256')
$sum <"$lab/built-one"
