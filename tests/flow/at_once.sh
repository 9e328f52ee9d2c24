#!/bin/sh
# Four imports of the very same at the same moment: one takes it, the others are told what they would be told
# the next day.
. "$(dirname "$0")/../tap.sh"
"$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' >/dev/null || exit 1
"$SOHOA" init "$work/other" --agency 'UBND xã Khác' >/dev/null || exit 1
cp "$work/other/keys/ca.pem" "$work/kho/keys/ca.pem"
sed -i 's/^review =.*/review = none/; s/^model =.*/model = vie/; s/^separate =.*/separate = file/' "$work"/*/sohoa.conf
{ "$SOHOA" --warehouse "$work/other" import "$pages"/*.tif && "$SOHOA" --warehouse "$work/other" run; } >"$work/made" 2>&1
ours=$(find "$work/other/store" -name document.pdf | head -n 1)
export SOHOA_WAREHOUSE="$work/kho"

four() { # NAME FILE...: each file to an import of its own, all at once; codes, answers and sentences in $work/NAME.N.*
    name=$1 n=0
    shift
    for file; do
        n=$((n + 1))
        (
            "$SOHOA" --json import "$file" >"$work/$name.$n.json" 2>"$work/$name.$n.err"
            echo $? >"$work/$name.$n.code"
        ) &
    done
    wait
    sort "$work/$name".?.code | tr '\n' ' '
}

# ---- a PDF
pdftocairo -pdf "$ours" "$work/base.pdf" || exit 1
for round in 1 2 3 4 5; do
    for n in 1 2 3 4; do
        { cat "$work/base.pdf" && echo "% $round"; } >"$work/pdf$round.$n.pdf"
    done
    check "PDF, round $round: one is taken, three are told that it is here" test \
        "$(four "told$round" "$work/pdf$round".?.pdf)" = "0 3 3 3 "
    check "in the sentence of every day, round $round" sh -c "
        jq -r '.refused[].why' '$work/told$round'.?.json | grep -c 'this PDF is here already, byte for byte: batch .* has it (--again' | grep -qx 3"
    check "one copy is in the spool, round $round" sh -c "
        find '$work/kho/spool' -name 'received-*.pdf' | wc -l | grep -qx $round"
    check "and one batch, round $round" test "$(find "$work/kho/spool" -mindepth 1 -maxdepth 1 -type d | wc -l)" = "$round"
done
check "the very same file, too" sh -c "{ cat '$work/base.pdf' && echo '% same'; } >'$work/same.pdf'"
check "one is taken, three are told" test "$(four same "$work/same.pdf" "$work/same.pdf" "$work/same.pdf" "$work/same.pdf")" = "0 3 3 3 "

# ---- an import that stopped: one goes on with it
mkdir "$work/bin"
printf '#!/bin/sh\nsleep 2\nexec /usr/bin/pdftoppm "$@"\n' >"$work/bin/pdftoppm"
chmod +x "$work/bin/pdftoppm"
stop() { # NAME: imports a PDF of that name, and is killed when it lies in the spool; name: as it lies there
    { cat "$work/base.pdf" && echo "% $1"; } >"$work/$1.pdf"
    name=received-$(sha256sum "$work/$1.pdf" | cut -c1-16).pdf
    PATH=$work/bin:$PATH "$SOHOA" import "$work/$1.pdf" >/dev/null 2>&1 &
    import=$!
    tries=0
    while ! find "$work/kho/spool" -name "$name" | grep -q . && [ $tries -lt 300 ]; do sleep 0.1 && tries=$((tries + 1)); done
    kill -9 $import
    wait $import 2>/dev/null
}
stop stopped
check "of four that come back to it one goes on, three are told" test \
    "$(four stopped "$work/stopped.pdf" "$work/stopped.pdf" "$work/stopped.pdf" "$work/stopped.pdf")" = "0 3 3 3 "
check "it lies in one batch" sh -c "find '$work/kho/spool' -name '$name' | wc -l | grep -qx 1"

# ---- one that stopped, and has nothing to bring when it is asked for again
stop gone
cp "$work/same.pdf" "$work/gone.pdf"
"$SOHOA" --json status | jq -c '[.counts[] | select(.kind == "batch" and .state == "closed") | .count]' >"$work/closed"
refuse "an import that stopped goes on, and is told that its PDF is here by now" 3 "here already" "$SOHOA" import "$work/gone.pdf"
check "no batch of no pages is left of it" sh -c "
    ! find '$work/kho/spool' -name '$name' | grep -q . &&
    '$SOHOA' --json status | jq -ce '[.counts[] | select(.kind == \"batch\" and .state == \"closed\") | .count]' | diff '$work/closed' - &&
    '$SOHOA' --json status | jq -e '[.counts[] | select(.kind == \"batch\" and .state == \"open\" and .count > 0)] == []'"

# ---- a package
round=0
"$SOHOA" --warehouse "$work/other" export --all --to "$work/out" >"$work/.out" 2>&1
"$SOHOA" --warehouse "$work/other" export --all --as sip --plain thử --to "$work/sip" >"$work/.out" 2>&1
for package in "$work"/out/urn*; do
    round=$((round + 1))
    for n in 1 2 3 4; do mkdir "$work/aip$round.$n" && cp -r "$package" "$work/aip$round.$n/"; done
    check "package, round $round: none fails" test \
        "$(four "package$round" "$work/aip$round.1"/urn* "$work/aip$round.2"/urn* "$work/aip$round.3"/urn* "$work/aip$round.4"/urn*)" = "0 0 0 0 "
    check "one takes it, three are told that it is there, round $round" sh -c "
        jq -es 'map(.taken) == [1,0,0,0] or map(.taken) == [0,1,0,0] or map(.taken) == [0,0,1,0] or map(.taken) == [0,0,0,1]' '$work/package$round'.?.json &&
        jq -es 'map(.there) | add == 3' '$work/package$round'.?.json"
done
rm -rf "$work/kho"
"$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' >/dev/null
cp "$work/other/keys/ca.pem" "$work/kho/keys/ca.pem"
round=0
for package in "$work"/sip/uuid*; do
    round=$((round + 1))
    check "the very same SIP, round $round: none fails" test "$(four "sip$round" "$package" "$package" "$package" "$package")" = "0 0 0 0 "
    check "one takes it, three are told that it is there, round $round" sh -c "
        jq -es '(map(.taken) | add == 1) and (map(.there) | add == 3)' '$work/sip$round'.?.json"
done
check "each is in the store once" test "$(find "$work/kho/store" -mindepth 3 -maxdepth 3 -name 'v*' | wc -l)" = "$round"
check "and nothing is left of taking them in" sh -c "! ls -A '$work/kho/store' | grep '^\\.'"

# ---- the same content under another UUID, in packages that other programs made
bag() { # FOLDER UUID: a bag around the PDF
    mkdir -p "$1/data"
    cp "$work/pdfa.pdf" "$1/data/Quyet-dinh.pdf"
    echo '<mets xmlns="http://www.loc.gov/METS/" OBJID="urn:uuid:'"$2"'" LABEL="Một"/>' >"$1/data/METS.xml"
    printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >"$1/bagit.txt"
    (cd "$1" && sha256sum data/METS.xml data/Quyet-dinh.pdf >manifest-sha256.txt)
}
"$SOHOA" import --to "$work/loose" "$pages"/a.tif >/dev/null 2>&1
"$SOHOA" --set ocr.model=vie pack "$work/loose" --to "$work/loose.pdf" >/dev/null 2>&1
sed 's/documentId/documentIx/g' "$work/loose.pdf" >"$work/pdfa.pdf" # says nothing of sohoa any more
for n in 1 2 3 4; do bag "$work/bag$n" "$n$n$n$n$n$n$n$n-2222-8333-8444-555555555555"; done
check "of four with another id each one is taken, three are told" test \
    "$(four bags "$work/bag1" "$work/bag2" "$work/bag3" "$work/bag4")" = "0 3 3 3 "
check "by the document that holds the same PDF" sh -c "
    jq -r '.faults[].why' '$work'/bags.?.json | grep -c 'this PDF is here already, byte for byte: document .* holds it (--again' | grep -qx 3"
taken=$(grep -l '^0' "$work"/bags.?.code | sed 's/.*bags\.\(.\)\.code/\1/')
check "who holds it is told of itself that it is there" sh -c "'$SOHOA' --json import '$work/bag$taken' | jq -e '.there == 1'"
refuse "on another day too" 3 "holds it" "$SOHOA" import "$work/bag$((taken % 4 + 1))"
refuse "a PDF that came within a package is not taken as a paper of its own" 3 "holds it" "$SOHOA" import "$work/pdfa.pdf"
check "asked for, it is taken" sh -c "'$SOHOA' --json import --again '$work/bag$((taken % 4 + 1))' | jq -e '.taken == 1'"
check "and from then on it is there" sh -c "'$SOHOA' --json import '$work/bag$((taken % 4 + 1))' | jq -e '.there == 1'"
tap_end
