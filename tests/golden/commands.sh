#!/bin/sh
# What the commands say of a warehouse with one stored and one held paper: in Vietnamese, in English,
# and as JSON. The two papers are clean ones, so that the text read from them is stable.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/golden.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null || exit 1
"$SOHOA" import "$samples/simplex/0003-1.jpg" "$samples/simplex/0002-1.tif" --separate file \
    >/dev/null || exit 1
printf 'unit,procedure,year,papers,pages\nXã Vạn Phú,1.004873,2016,4,5\nXã Đông Sơn,1.004873,1994,2,2\n' >"$work/inventory.csv"
"$SOHOA" inventory "$work/inventory.csv" >/dev/null || exit 1
"$SOHOA" run -j 1 >"$work/run.out" 2>&1

# The held document's id is needed to show it.
id=$("$SOHOA" --json review | jq -r '.[0].id')
speaks() { # LANGUAGE
    for words in status review "review show $id" "search Nguyễn" "search nobody at all" progress \
        "verify $work/kho/store"; do
        echo "==== sohoa $words"
        # shellcheck disable=SC2086 # several words
        "$SOHOA" "$@" $words || echo "(exit $?)"
    done
}
golden "the commands say the same as before, in Vietnamese" commands.vi.txt speaks --lang vi
golden "the commands say the same as before, in English" commands.en.txt speaks --lang en
golden "the commands say the same as before, as JSON" commands.json.txt speaks --lang en --json
tap_end
