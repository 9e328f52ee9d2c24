#!/bin/sh
# What was read on every sample sheet comes out of the finished PDFs word by word, whoever reads them:
# no two words joined, none broken apart.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
kho() { "$SOHOA" --warehouse "$work/kho" --set ocr.model=vie --set pipeline.review=none "$@"; }
{
    "$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' && kho import "$samples"/simplex/*.* &&
        kho import --separate batch "$samples"/duplex/*.* && kho run -j 2
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }

# Words of a package that the reader does not give back; the visible block is text of its own.
lost() { # PACKAGE READER
    jq -r '.lines[].words[].text' "$1"/data/representations/rep3/data/*.words.json | sort >"$work/wanted"
    pdf=$1/data/representations/rep1/data/document.pdf
    shift
    case $1 in
    mutool) mutool draw -q -F txt "$pdf" 2>/dev/null ;;
    *) pdftotext "$1" "$pdf" - ;;
    esac | tr ' \f' '\n' | sed '/^$/d' | sort >"$work/got"
    comm -23 "$work/wanted" "$work/got" | case $1 in
    -raw | mutool) cat ;;
    *) sed '/^-$/d' ;; # pdftotext takes a dash at the end of what it takes for a line for a hyphen
    esac
}
lost_none() {
    words=0
    for package in "$work"/kho/store/*/*/v1; do
        lost "$package" "$1" >"$work/lost"
        words=$((words + $(wc -l <"$work/wanted")))
        [ ! -s "$work/lost" ] || { echo "$package" && cat "$work/lost" && return 1; }
    done
    echo "$words words"
    [ $words -gt 1500 ]
}
check "pdftotext gives every word back" lost_none -nopgbrk
check "pdftotext -raw too" lost_none -raw
check "mutool too" lost_none mutool
check "and the pass record says that each was compared" sh -c "
    jq -s 'map(.words_compared) | add' '$work'/kho/store/*/*/v1/data/metadata/other/check.json >'$work/compared' &&
    cat '$work'/kho/store/*/*/v1/data/representations/rep3/data/*.words.json | jq '[.lines[].words | length] | add // 0' | jq -s add | diff '$work/compared' -"
tap_end
