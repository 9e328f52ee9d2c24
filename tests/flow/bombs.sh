#!/bin/sh
# What was made to keep a computer busy is refused with a sentence, after as much work as one of its size can
# honestly need; what lies beside it comes in.
. "$(dirname "$0")/../tap.sh"
mkdir "$work/in"
python3 "$(dirname "$0")/../bombs.py" "$work/in" || exit 1
cp "$pages/a.tif" "$work/in/z.tif"
"$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' >/dev/null || exit 1
( "$SOHOA" --warehouse "$work/kho" import "$work/in" --separate file >"$work/said" 2>&1; echo $? >"$work/code"; times >"$work/times" )
check "the import ends as one of which some was not taken" grep -qx 3 "$work/code"
for bomb in inflated painted nested shaded; do
    check "$bomb.pdf is refused, and why" sh -c "grep '$bomb.pdf' '$work/said' | grep 'far more work than one of its size needs'"
done
check "a page of three metres is refused, and why" grep -q 'large.pdf: page 1 of 1: it is 3.0 x 3.0 m large' "$work/said"
check "the page beside them is in" sh -c "'$SOHOA' --warehouse '$work/kho' --json status | tee '$work/status' | grep -q . && ls '$work'/kho/spool/*/0001-1.scan.tif && ! ls '$work'/kho/spool/*/0002-1.scan.tif"
check "nothing of them is kept" sh -c "! ls '$work'/kho/spool/*/received-*.pdf"
spent=$(awk 'END { split($1, u, /[ms]/); print int(u[1] * 60 + u[2]) }' "$work/times")
echo "# $spent s of CPU for all of them"
check "each takes at most what one of its size may" [ "$spent" -lt 110 ]

# ---- ZIP files of very many files
zipped() { # NAME COUNT FIRST: empty files, and this one
    python3 -c "import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    z.writestr(sys.argv[3], 'BagIt-Version: 1.0\n')
    for i in range(int(sys.argv[2])):
        z.writestr('p/data/f%06d' % i, b'')" "$work/$1.zip" "$2" "$3"
}
zipped none 199000 p/data/METS
refuse "199,000 files that are no package are not unpacked at all" 3 'has neither bagit.txt nor METS.xml' \
    "$SOHOA" --warehouse "$work/kho" import "$work/none.zip"
zipped many 40000 p/bagit.txt
syncs() { # what a ZIP waits for the disk does not grow with its files
    SOHOA_FAULT_LOG=$work/acts "$BUILD/test/sohoa" --warehouse "$work/kho" import "$work/many.zip" >/dev/null 2>&1
    [ "$(grep -c create "$work/acts")" -gt 40000 ] && [ "$(grep -c sync "$work/acts")" -lt 200 ]
}
refuse "40,000 in one that calls itself one are told" 3 'refused' "$SOHOA" --warehouse "$work/kho" import "$work/many.zip"
check "the disk is not waited for once a file" syncs
tap_end
