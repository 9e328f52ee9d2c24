#!/bin/sh
# Finding papers: against plain FTS5 in the same process (bench/search.c tells how), PostgreSQL and
# Xapian on the same papers and questions (bench/finding/*.sh), where they are installed.
#   BENCH_SEARCH='100000 80'       other numbers of papers and of questions a class
#   BENCH_OTHERS=                  without PostgreSQL and Xapian; over 100,000 papers they are left out
#   BENCH_SEEN=FOLDER BENCH_TRUE=FOLDER   pages that our reader read besides: NAME.txt, NAME.gt.txt
#                                  (bench/read_corpus.c makes them of a folder of scans)
set -eu
cd "$(dirname "$0")/.."
: "${BUILD:=$PWD/build}"
: "${BENCH_SEARCH:=20000 80}"
folder=
trap 'rm -rf "$folder"' EXIT
if [ -n "${BENCH_OTHERS-yes}" ] && [ "${BENCH_SEARCH%% *}" -le 100000 ]; then
    folder=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-others-XXXXXX")
    export SEARCH_EXPORT="$folder"
fi
if [ -n "${BENCH_SEEN-}" ]; then
    export SEARCH_SEEN="$BENCH_SEEN" SEARCH_TRUE="$BENCH_TRUE"
fi
echo "finding papers:"
# shellcheck disable=SC2086 # two numbers
"$BUILD/bench/search" $BENCH_SEARCH
