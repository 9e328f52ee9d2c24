#!/bin/sh
# PDFs that other programs wrote and signed, with cross-reference streams and object streams: of each signature
# sohoa says what pyHanko and pdfsig say, and what was changed behind it.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../judges.sh"
. "$(dirname "$0")/../authority.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
if ! judge_fetch pyhanko fetch_pyhanko; then
    skip "what others signed is read as they read it" "pyHanko could not be fetched from the Python package index, or python3-venv is missing"
    tap_end
    exit
fi
ca=$work/ca python=$SOHOA_JUDGES/pyhanko/venv/bin/python
check "there is an authority" authority_start "$ca"

# A page, written by cairo and packed by qpdf.
"$SOHOA" init "$work/other" --agency "UBND xã Khác" >/dev/null
other() { "$SOHOA" --warehouse "$work/other" --set pipeline.review=none "$@" >"$work/.run" 2>&1 || sed 's/^/# /' "$work/.run"; }
other import "$samples/duplex/0001-1.tif"
other run
ours=$(find "$work/other/store" -name document.pdf)
pdftocairo -pdf "$ours" "$work/plain.pdf"
qpdf --object-streams=generate "$work/plain.pdf" "$work/base.pdf"
check "pyHanko signs it twice, adds evidence and a time-stamp" \
    "$python" "$judges_folder/pyhanko_sign.py" "$ca" "$authority" "$work/base.pdf" "$work"

# One line a signature, time-stamps last: VALID or INVALID as the others have it.
by_pyhanko() {
    "$python" "$judges_folder/pyhanko_judge.py" "$ca/ca.crt" "$1" | grep -v '^#' | awk '{ print $1, $2 }'
}
told() {
    "$SOHOA" --set "archive.trust=$ca/ca.crt" --json verify "$1" >"$work/.told" 2>/dev/null
    jq -e '[.. | objects | select(has("each"))][0].each' "$work/.told"
}
by_sohoa() {
    told "$1" | jq -r 'sort_by(.role == "timestamp") | .[] |
        (if .intact and .trusted then "VALID " else "INVALID " end) + (if .role == "timestamp" then "timestamp" else "signature" end)'
}
agree() {
    by_pyhanko "$1" >"$work/.theirs"
    by_sohoa "$1" >"$work/.ours"
    diff "$work/.theirs" "$work/.ours"
}
# pdfsig looks at digests alone; time-stamps it does not judge.
agree_pdfsig() {
    pdfsig -nocert "$1" 2>/dev/null | sed -n 's/.*Signature Validation: //p' | grep -v 'not yet been verified' |
        sed 's/Signature is Valid./true/; s/^[^t].*/false/' >"$work/.theirs"
    told "$1" | jq -r '.[] | select(.role != "timestamp") | .intact' >"$work/.ours"
    diff "$work/.theirs" "$work/.ours"
}
says() { # FILE JQ: of the list of its signatures
    told "$1" | jq -e "$2"
}
for file in one two stamped; do
    check "$file: pyHanko and sohoa agree on every signature" agree "$work/$file.pdf"
    check "$file: pdfsig and sohoa do" agree_pdfsig "$work/$file.pdf"
    check "$file: all hold" says "$work/$file.pdf" 'all(.intact and .trusted and .fault == null)'
done
check "the first covers the whole file while it is alone" says "$work/one.pdf" 'length == 1 and .[0].whole and .[0].changes == []'
check "who, when, in which field" says "$work/two.pdf" \
    'map(.field) == ["Officer", "Agency"] and map(.signer) == ["test officer", "test signer"] and
     all(.signed_at | test("^20[0-9-]+T[0-9:]+\\+07:00$")) and (.[1].stamped_at | length) == 25'
check "the second came behind the first, and was all" says "$work/two.pdf" \
    '(.[0].whole | not) and (.[0].changes | index("signature")) and .[1].whole and .[0].revision + 1 == .[1].revision'
check "proofs and a time-stamp are told of" says "$work/stamped.pdf" \
    'length == 3 and .[2].role == "timestamp" and (.[1].changes | index("timestamp") and index("proofs")) and all(.changes | index("content") | not)'

# ---- changed afterwards
check "other words on the page: both refuse both signatures" sh -c "! '$SOHOA' verify '$work/changed.pdf'"
check "as pyHanko does" [ "$(by_pyhanko "$work/changed.pdf" | grep -c '^INVALID signature')" = 2 ]
check "for every signature and the time-stamp it says that the content was changed" says "$work/changed.pdf" \
    'all((.intact | not) and (.changes | index("content")))'
check "a note on the page is told of, for a person to judge" says "$work/added.pdf" \
    'all(.intact and (.changes | index("annotations")))'
check "a white square over the page: pyHanko refuses both signatures" [ "$(by_pyhanko "$work/covered.pdf" | grep -c '^INVALID signature')" = 2 ]
check "so does sohoa, and says why" says "$work/covered.pdf" 'all((.intact | not) and (.changes | index("marks")) and (.fault | test("drawn on a page")))'
check "another amount in a field that a signature locks: both refuse it" agree "$work/filled.pdf"
check "it says so" says "$work/filled.pdf" 'all((.intact | not) and (.fault | test("locks")))'
check "in a field that none locks: both hold" agree "$work/named.pdf"
check "it is told for a person to judge" says "$work/named.pdf" 'all(.intact and .changes - ["metadata"] == ["form"])'
flip() { # FILE NAME OFFSET
    cp "$1" "$work/$2.pdf"
    printf '\377' | dd of="$work/$2.pdf" bs=1 seek="$3" conv=notrunc 2>/dev/null
}
flip "$work/two.pdf" flipped "$(($(stat -c %s "$work/base.pdf") / 2))"
check "a flipped byte: pyHanko and sohoa agree" agree "$work/flipped.pdf"
check "pdfsig too" agree_pdfsig "$work/flipped.pdf"
check "none holds" says "$work/flipped.pdf" 'length == 2 and all(.intact | not)'
flip "$work/two.pdf" late "$(($(stat -c %s "$work/one.pdf") + 40))"
check "a byte behind the first signature breaks the second alone" says "$work/late.pdf" '.[1].intact | not'
head -c "$(stat -c %s "$work/one.pdf")" "$work/two.pdf" >"$work/again.pdf"
check "the first revision is the first file" cmp "$work/again.pdf" "$work/one.pdf"

# ---- whole and trusted are two things, and whose a root is only the office can say
stranger() { # FILE JQ: by roots that trust nobody in it
    "$SOHOA" --set "archive.trust=$ca/stranger.crt" --json verify "$1" | jq -e "[.. | objects | select(has(\"each\"))][0].each | $2"
}
check "by other roots every signature and time-stamp is whole and none is trusted" stranger "$work/stamped.pdf" \
    'length == 3 and all(.intact and (.trusted | not))'
check "the reason is a sentence of ours" stranger "$work/stamped.pdf" 'all(.fault | test("is not trusted: ")) and all(.fault | test("[Vv]erify|self-signed") | not)'
flip "$work/stamped.pdf" flipped-stamped "$(($(stat -c %s "$work/base.pdf") / 2))"
check "with a flipped byte they are broken, and that is told rather than the trust" stranger "$work/flipped-stamped.pdf" \
    'all(.intact | not) and all(.fault | test("changed|other bytes"))'
by() { # SETTING CHAIN
    "$SOHOA" --set "archive.$1=$ca/ca.crt" --json verify "$work/one.pdf" | jq -e ".verdicts[0] | .trusted and .chain == \"$2\""
}
check "a root of this agency's own has no legal name" by trust own
check "one of the public authorities' is told as such" by trust_public public
check "and one of the government's, which is the office's to say" by trust_government cong_vu
check "in words too" sh -c "'$SOHOA' --lang vi --set 'archive.trust=$ca/ca.crt' verify '$work/one.pdf' | grep -q 'được cơ quan này tin cậy' &&
    ! '$SOHOA' --lang vi --set 'archive.trust=$ca/ca.crt' verify '$work/one.pdf' | grep -qi 'công vụ'"

# ---- other forms of the same
qpdf --linearize --object-streams=generate "$work/plain.pdf" "$work/linear.pdf"
qpdf --linearize --object-streams=disable "$work/plain.pdf" "$work/linear-table.pdf"
qpdf --object-streams=generate --compress-streams=n "$work/plain.pdf" "$work/open.pdf"
mkdir "$work/more"
for file in linear linear-table open; do
    mkdir "$work/more/$file"
    "$python" "$judges_folder/pyhanko_sign.py" "$ca" "$authority" "$work/$file.pdf" "$work/more/$file" >/dev/null 2>&1
    check "$file: pyHanko and sohoa agree" agree "$work/more/$file/stamped.pdf"
    check "$file: all hold" says "$work/more/$file/stamped.pdf" 'length == 3 and all(.intact and .trusted)'
done
# ---- our checker on a PDF/A of ours that qpdf packed: PDF/A-2 allows it
sed 's|/Type /Sig\b|/Type /Sog|; s|/ByteRange|/ByteRanje|; s|/AcroForm|/AcroNorm|; s|/V [0-9]* 0 R||' "$ours" >"$work/unsigned.pdf"
qpdf --object-streams=generate --newline-before-endstream "$work/unsigned.pdf" "$work/packed.pdf" 2>/dev/null
check "qpdf packed it in object streams" grep -a -q ObjStm "$work/packed.pdf"
pdfa() { "$SOHOA" --json verify "$1" 2>/dev/null | jq -e '[.. | objects | select(has("pdfa_2u"))][0].pdfa_2u'; }
judge "packed by qpdf, veraPDF finds our file PDF/A-2u" judge_verapdf 2u "$work/packed.pdf"
check "and so does sohoa" pdfa "$work/packed.pdf"

# ---- taken in
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
sed -i "s|^trust_public =.*|trust_public = $ca/ca.crt|" "$work/kho/sohoa.conf"
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
check "it is taken in" "$SOHOA" import "$work/stamped.pdf"
"$SOHOA" run >"$work/.run" 2>&1 || true
kept=$(find "$work/kho/store" -name received.pdf)
check "byte for byte" cmp "$work/stamped.pdf" "$kept"
report=$(find "$work/kho/store" -name received.json)
check "every signature stands in the report" jq -e '.signatures == 2 and .timestamps >= 2 and .intact and .trusted and
    (.each | map(.role) == ["approval", "approval", "timestamp"]) and (.changed | not) and .findings == []' "$report"
check "verify of the package tells of them, too" sh -c "
    '$SOHOA' verify '${kept%/data/representations/*}' | grep -A3 'received.pdf' | grep -q 'test officer' &&
    '$SOHOA' --json verify '${kept%/data/representations/*}' | jq -e '.verdicts[0].received | .signatures == 2 and .intact and .trusted'"
export SOHOA_PIPELINE_REVIEW=doubtful
waits_for() { # FILE WORDS: by roots that trust nobody in it
    "$SOHOA" import "$1" --box "$2"
    "$SOHOA" --set "archive.trust_public=$ca/stranger.crt" run
    "$SOHOA" --json status | jq -e "[.held[].why | select(test(\"$2\"))] | length == 1"
}
check "a signer that is not trusted waits for a person by that name" waits_for "$work/two.pdf" "is not trusted yet"
sed 's|/Producer|/Broducer|' "$work/stamped.pdf" >"$work/edited.pdf"
check "what was changed by the other, though its time-stamp fails as well" waits_for "$work/edited.pdf" "changed after it was signed, or a signature in it is damaged: .*is for other bytes"
"$SOHOA" import "$work/added.pdf" >/dev/null 2>&1
"$SOHOA" run >"$work/.run" 2>&1 || true
check "one with a note behind its signatures waits for a person, who is told why" sh -c "
    '$SOHOA' --json status | jq -e '[.. | strings | select(test(\"fields or notes were changed\"))] | length > 0'"
tap_end
