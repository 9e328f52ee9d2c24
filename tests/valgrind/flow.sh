#!/bin/sh
# A short way through the program under memcheck: a warehouse, two papers taken in, what is waiting,
# the help. Run by `make valgrind`, which says in UNDER what to run it under.
. "$(dirname "$0")/../tap.sh"
: "${UNDER:?make valgrind runs this}"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
# shellcheck disable=SC2086 # a command and its options
sohoa() { $UNDER "$SOHOA" "$@"; }

check "init" sohoa init "$work/kho" --agency "UBND xã Thử"
check "import of a TIFF and a JPEG" sohoa import "$samples/simplex/0001-1.tif" "$samples/simplex/0003-1.jpg"
printf 'II*\0\010\0\0\0\377\377' >"$work/broken.tif"
refuse "import of a broken image" 3 "broken" sohoa import "$work/broken.tif"
check "status" sohoa --json status
check "the held" sohoa review
check "search in an empty catalogue" sohoa search Nguyễn
check "inventory" sohoa inventory "$samples/inventory.csv"
check "progress" sohoa progress
check "verify of an empty store" sohoa verify "$work/kho/store"
check "help" sohoa help scan
tap_end
