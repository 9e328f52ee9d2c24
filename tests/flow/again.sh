#!/bin/sh
# A PDF that is here already, byte for byte, is told before anything of it is taken in, with the document
# that holds it; nothing is stored twice unless that was asked for.
. "$(dirname "$0")/../tap.sh"
"$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' >/dev/null || exit 1
"$SOHOA" init "$work/other" --agency 'UBND xã Khác' >/dev/null || exit 1
export SOHOA_WAREHOUSE="$work/kho"
sed -i 's/^review =.*/review = none/; s/^model =.*/model = vie/' "$work/kho/sohoa.conf" "$work/other/sohoa.conf"
{ "$SOHOA" --warehouse "$work/other" import "$pages/a.tif" && "$SOHOA" --warehouse "$work/other" run; } >"$work/made" 2>&1
ours=$(find "$work/other/store" -name document.pdf)
pdftocairo -pdf "$ours" "$work/plain.pdf" || exit 1
cp "$work/plain.pdf" "$work/same under another name.pdf"
cp "$ours" "$work/signed.pdf" # of another archive, and signed by it
batches() { find "$work/kho/spool" -mindepth 1 -maxdepth 1 -type d | wc -l; }

check "two of one import: the first is taken" sh -c "'$SOHOA' --json import '$work/plain.pdf' '$work/same under another name.pdf' >'$work/json'; [ \$? -eq 3 ] && jq -e '.held == 1 and .pages == 1' '$work/json'"
check "and the second told" sh -c "jq -e '.refused[0].why | test(\"the same, byte for byte, as one before it\")' '$work/json'"
refuse "on its way it is told, too" 3 "here already, byte for byte: batch" "$SOHOA" import "$work/plain.pdf"
check "and leaves no batch" [ "$(batches)" = 1 ]
"$SOHOA" run >"$work/run" 2>&1
id=$(jq -r .id "$work"/kho/store/*/*/v1/data/metadata/descriptive/document.json 2>/dev/null || basename "$(dirname "$(find "$work/kho/store" -name v1)")")
refuse "in the store, by the document that holds it" 3 "document $id holds it" "$SOHOA" import "$work/same under another name.pdf"
check "that is one sentence in JSON, with the same exit code" sh -c "'$SOHOA' --json import '$work/plain.pdf' >'$work/json'; [ \$? -eq 3 ] && jq -e '.pages == 0 and (.refused[0].why | test(\"$id\"))' '$work/json'"
check "nothing is stored twice" [ "$(find "$work/kho/store" -name received.pdf | wc -l)" = 1 ]
check "beside it others come in" sh -c "'$SOHOA' --json import '$work/plain.pdf' '$pages/a.tif' >'$work/json'; [ \$? -eq 3 ] && jq -e '.pages == 1 and .held == 1' '$work/json'"
check "asked for, it is taken once more" "$SOHOA" import --again "$work/plain.pdf"
"$SOHOA" run >"$work/run" 2>&1

forge "$work/kho/sohoa.db" "DROP TABLE ledger_pdf"
refuse "what was asked is made again when it is lost" 3 "holds it" "$SOHOA" import "$work/plain.pdf"

check "an incoming signed one is taken" "$SOHOA" import "$work/signed.pdf"
"$SOHOA" run >"$work/run" 2>&1
refuse "and the next time told" 3 "byte for byte: document" "$SOHOA" import "$work/signed.pdf"
for kept in "$work"/kho/store/*/*/v1/data/representations/*/data/received.pdf; do
    chmod -R u+w "$work/kho/store" && printf X | dd of="$kept" bs=1 seek=900 conv=notrunc 2>/dev/null
done
check "a copy that is damaged holds nothing: it is taken" "$SOHOA" import "$work/signed.pdf"
tap_end
