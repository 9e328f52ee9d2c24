#!/bin/sh
# What document.json says of the paper, against who can write a package and has no key: outside of its warehouse no
# journal tells on him.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../reseal.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
"$SOHOA" import "$samples/simplex/0001-1.tif" >/dev/null
"$SOHOA" --set pipeline.review=none run >"$work/run.out" 2>&1
store=$work/kho/store
package=$(find "$store" -mindepth 3 -maxdepth 3 -type d | head -n 1)
pdf=data/representations/rep1/data/document.pdf

# ---- the signed PDF names what document.json says of the paper, without a journal
hash=$(jq -r 'del(.version, .supersedes, .reason, .kept_from, .volumes, .acts) | paths(scalars) as $p | select($p[-1] != "confidence")
    | "\($p | map(tostring) | join(".")) \(getpath($p) | tojson)"' "$package/data/metadata/other/document.json" | LC_ALL=C sort | sha256sum | cut -c1-64)
check "what the PDF says of document.json can be had from jq and sha256sum" grep -qa "<sohoa:descriptionDigest>$hash<" "$package/$pdf"
abroad() { "$SOHOA" --set "archive.trust=$work/kho/keys/ca.pem" "$@"; }
forged() { # FROM TO 'jq program': a copy, of which document.json and EAD.xml say that a stranger owns it, under sound sums
    rm -rf "$2" && cp -a "$1" "$2" && chmod -R u+w "$2"
    jq -S --indent 1 "$3" "$1/data/metadata/other/document.json" >"$2/data/metadata/other/document.json"
    old=$(jq -r .fields.owner.value "$1/data/metadata/other/document.json") new=$(jq -r .fields.owner.value "$2/data/metadata/other/document.json")
    sed -i "s|$old|$new|" "$2/data/metadata/descriptive/EAD.xml"
    reseal_whole "$2"
}
stranger='.fields.owner.value = "Quách Thế Uyên"'
forged "$package" "$work/stolen" "$stranger"
refuse "another owner under sound sums is found by the signed PDF alone" 1 "made when document.json said something else" abroad verify "$work/stolen"
"$SOHOA" init "$work/other" --agency "UBND xã Khác" >/dev/null
refuse "and is not taken in" 3 "made when document.json said something else" "$SOHOA" --warehouse "$work/other" import "$work/stolen"
forged "$package" "$work/stolen" '.note = "chủ thật: Quách Thế Uyên" | .fields.owner.remark = 2.5'
refuse "what nobody knows of is not added either" 1 "made when document.json said something else" abroad verify "$work/stolen"
forged "$package" "$work/stolen" '.fields.owner.confidence = "chủ thật: Quách Thế Uyên"'
refuse "nor in words instead of a confidence" 1 "made when document.json said something else" abroad verify "$work/stolen"
cp -a "$package" "$work/rescanned" && chmod -R u+w "$work/rescanned"
cp "$samples/simplex/0008-1.tif" "$(ls "$work"/rescanned/data/representations/rep2/data/*.scan.tif)"
reseal_whole "$work/rescanned"
refuse "a package with another scan is not taken in" 3 "not the image that was scanned" "$SOHOA" --warehouse "$work/other" import "$work/rescanned"
check "the true one is bound" sh -c "cp -a '$package' '$work/true' && '$SOHOA' --json --set 'archive.trust=$work/kho/keys/ca.pem' verify '$work/true' | jq -e '.whole and .verdicts[0].said_pdfs == 1 and .verdicts[0].unsaid_pdfs == 0'"
cp -a "$package" "$work/other.ead" && chmod -R u+w "$work/other.ead"
sed -i 's|Trần|Đoàn|' "$work/other.ead/data/metadata/descriptive/EAD.xml"
reseal_whole "$work/other.ead"
refuse "an EAD.xml that names somebody else is found" 1 "EAD.xml says something that document.json does not" abroad verify "$work/other.ead"
cp -a "$package" "$work/label" && chmod -R u+w "$work/label"
sed -i 's|LABEL="Representations/rep3"|LABEL="Representations/rep4"|' "$work/label/data/METS.xml"
reseal_whole "$work/label"
refuse "a part of METS.xml under another's label is found" 1 "METS.xml calls a part otherwise" abroad verify "$work/label"

# ---- what lies beside it says the same, or is told
beside() { # NAME WORDS COMMAND: in a copy, under sound sums
    rm -rf "$work/beside" && cp -a "$package" "$work/beside" && chmod -R u+w "$work/beside"
    (cd "$work/beside/data" && eval "$3")
    reseal_whole "$work/beside"
    refuse "$1" 1 "$2" abroad verify "$work/beside"
    refuse "$1: not taken in" 3 "$2" "$SOHOA" --warehouse "$work/other" import "$work/beside"
}
inside() { jq -S --indent 1 "$1" metadata/other/document.json >"$work/inside" && cp "$work/inside" metadata/other/document.json; }
beside "a member of document.json that nobody here knows" "made when document.json said something else" "inside '.fields.owner.valid_until = \"1999-01-01\"'"
beside "a number that is none of confidence" "made when document.json said something else" "inside '.fields.owner.share = 0.5'"
beside "another name in the ALTO" "its ALTO is not what words.json says" "sed -i 's/Trần/Quách/g' representations/rep3/data/*.alto.xml"
beside "an ALTO that is none" "its ALTO is not what words.json says" "echo junk >\$(ls representations/rep3/data/*.alto.xml)"
beside "a pass record of another flavour" "check.json says something else of document.pdf" "sed -i 's/\"2u\"/\"3u\"/' metadata/other/check.json"
beside "one of more pages" "check.json says something else of document.pdf" "sed -i 's/\"pages\": 1/\"pages\": 7/' metadata/other/check.json"
beside "one of another file" "not the file that passed" "sed -i 's/\"sha256\": \"./\"sha256\": \"x/' metadata/other/check.json"
beside "events that are none" "tells of no event" "echo junk >metadata/other/events.jsonl"

# ---- and PDFs of before name nothing
"$SOHOA" --set archive.sign=no import "$samples/simplex/0008-1.tif" >/dev/null
"$SOHOA" --set archive.sign=no --set pipeline.review=none run -j 2 >"$work/run.out" 2>&1
bare=$(find "$store" -mindepth 3 -maxdepth 3 -type d ! -path "$package" | head -n 1)
cp -a "$bare" "$work/before" && chmod -R u+w "$work/before"
sed -i 's/descriptionDigest/descriptionOfOld_/g' "$work/before/$pdf"
sed -i "s/\"sha256\": \"[0-9a-f]*\"/\"sha256\": \"$(sha256sum <"$work/before/$pdf" | cut -c1-64)\"/" "$work/before/data/metadata/other/check.json"
reseal_whole "$work/before"
check "such a package is told as not bound, and is whole" sh -c "'$SOHOA' verify '$work/before' | grep -q 'document.json → signature.*not bound'"
check "import says so, too" sh -c "'$SOHOA' --json --warehouse '$work/other' import '$work/before' | jq -e '.taken == 1 and .packages[0].unsaid'"
forged "$work/before" "$work/stolen" "$stranger"
refuse "another owner there is not what was read at its place" 1 "what it says as .* is not what was read" "$SOHOA" verify "$work/stolen"
forged "$work/before" "$work/stolen" "$stranger | .fields.owner.printed = \"QUÁCH THẾ UYÊN\""
refuse "nor when it is said to be printed so" 1 "what it says as .* is not what was read" "$SOHOA" verify "$work/stolen"
forged "$work/before" "$work/stolen" "$stranger | .fields.owner.source = \"person\""
refuse "one that a person is said to have entered is not in the text of the PDF" 1 "text in the PDF is not what" "$SOHOA" verify "$work/stolen"
forged "$work/before" "$work/stolen" '.fields.owner_id.value = "001203004567"'
refuse "nor is another number there" 1 "what it says as .* is not what was read" "$SOHOA" verify "$work/stolen"
tap_end
