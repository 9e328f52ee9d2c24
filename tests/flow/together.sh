#!/bin/sh
# Two processes at the same work: one does it, the other finds it done or says "try later"; nothing is doubled
# and nothing is half.
. "$(dirname "$0")/../tap.sh"
here() { "$SOHOA" --warehouse "$work/here" --set ocr.model=vie --set pipeline.review=none --set pipeline.jobs=1 "$@"; }
both() { # COMMAND...: twice at once; each ends well, or is told to come back
    "$@" >"$work/one.out" 2>&1 &
    one=$!
    "$@" >"$work/two.out" 2>&1
    two=$?
    wait $one
    one=$?
    for code in $one $two; do
        [ "$code" -eq 0 ] || [ "$code" -eq 4 ] || { echo "codes $one $two" && cat "$work/one.out" "$work/two.out" && return 1; }
    done
    [ "$one" -eq 0 ] || [ "$two" -eq 0 ] || { cat "$work/one.out" "$work/two.out" && return 1; }
}
"$SOHOA" init "$work/here" --agency 'UBND xã Thử Nghiệm' >/dev/null
"$SOHOA" init "$work/there" --agency 'Lưu trữ' >/dev/null
cp "$work/here/keys/ca.pem" "$work/there/keys/ca.pem"
here import "$pages"/*.tif >/dev/null 2>&1

check "two runs pack, sign and store the same documents" both here run
here run >/dev/null 2>&1
documents=$(here --json status | jq '[.counts[] | select(.kind == "document") | .count] | add')
check "each is stored once" test "$(find "$work/here/store" -mindepth 3 -maxdepth 3 | wc -l)" -eq "$documents"
check "and signed once" sh -c "for f in \$(find '$work/here/store' -name document.pdf); do '$SOHOA' --json verify \$f | jq -e '.verdicts[0].signatures == 1' || exit 1; done"
check "none was stored twice after the journal" sh -c "
    '$SOHOA' --warehouse '$work/here' --json journal --action store | jq -e '[.entries[] | select(.result == \"ok\") | .object] | (unique | length) == length'"
check "the store is whole" here verify "$work/here/store"
for turn in 1 2 3; do
    check "two exports of the same documents to the same folder ($turn)" both here export --all --to "$work/out$turn"
    here export --all --to "$work/out$turn" >/dev/null 2>&1
    check "give one package each, whole ($turn)" sh -c "
        [ \$(find '$work/out$turn' -mindepth 1 -maxdepth 1 -name 'urn*' | wc -l) -eq $documents ] && ! ls -A '$work/out$turn' | grep '^\\.exporting' &&
        for p in '$work/out$turn'/urn*; do '$SOHOA' --set archive.trust= verify \$p || exit 1; done"
    check "two exports to the same ZIP files ($turn)" both here export --all --zip --to "$work/zip$turn"
    check "two imports of the same packages ($turn)" both "$SOHOA" --warehouse "$work/there" import "$work/out$turn"
    "$SOHOA" --warehouse "$work/there" import "$work/out$turn" >/dev/null 2>&1
    check "take each once ($turn)" diff -r "$work/here/store" "$work/there/store"
    rm -rf "$work/there"
    "$SOHOA" init "$work/there" --agency 'Lưu trữ' >/dev/null
    cp "$work/here/keys/ca.pem" "$work/there/keys/ca.pem"
done
check "two backups into the same place" both here backup "$work/copies"
check "both are whole, or one is there" sh -c "for c in '$work'/copies/2*; do '$SOHOA' restore --check \$c || exit 1; done; ! ls '$work/copies' | grep part"
check "two checks of fixity" both here fixity
check "two anchors" both here journal anchor
check "the journal is whole" here journal verify
tap_end
