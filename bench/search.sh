#!/bin/sh
# Search against plain FTS5 on the same invented papers (bench/search.c tells how).
#   BENCH_SEARCH='100000 300'    other numbers of pages and of questions a class
set -eu
cd "$(dirname "$0")/.."
echo "search against plain FTS5 (unicode61, remove_diacritics 2):"
# shellcheck disable=SC2086 # two numbers
"$BUILD/bench/search" ${BENCH_SEARCH:-20000 150}
