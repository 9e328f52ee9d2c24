#!/bin/sh
# The catalogue beside words, against plain SQL on the same rows (bench/catalog.c tells how).
#   BENCH_CATALOG='1000000 5000'    other numbers of papers and of packages
set -eu
cd "$(dirname "$0")/.."
echo "catalogue: owners, counts, pages, making it again:"
# shellcheck disable=SC2086 # two numbers
"$BUILD/bench/catalog" ${BENCH_CATALOG:-100000 2000}
