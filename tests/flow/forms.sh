#!/bin/sh
# The forms that come with sohoa read papers in every warehouse, and an office's own take their place.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
forms=$(cd "$(dirname "$0")/../../config/forms" && pwd)
taken() { # WAREHOUSE: a marriage extract, read there; its document.json
    "$SOHOA" init "$work/$1" --agency "UBND xã Thử Nghiệm" >/dev/null || return
    [ "$1" = shipped ] || { mkdir "$work/$1/forms" && cp "$work/own.form" "$work/$1/forms/$2"; } || return
    "$SOHOA" --warehouse "$work/$1" import "$samples/simplex/0001-1.tif" >/dev/null
    "$SOHOA" --warehouse "$work/$1" --set pipeline.review=none run >"$work/ran" 2>&1
}
check "a marriage extract is taken in" taken shipped
check "both spouses are known, each with day of birth and number" sh -c "
    jq -e '.fields.owner.value == \"Trần Bá Phú\" and (.owners | length) == 1 and .owners[0].name == \"Trần Thị Hương\" and
        .owners[0].birth_date == \"1981-02-25\" and .owners[0].id == \"186300626\"' '$work'/shipped/store/*/*/v1/data/metadata/other/document.json"
check "the counter finds the wife by name" sh -c "'$SOHOA' --warehouse '$work/shipped' --json search --all-validity 'tran thi huong' | jq -e '.hits[0].why == \"name\"'"
check "and sees both names in the list" sh -c "'$SOHOA' --warehouse '$work/shipped' search --all-validity 'tran thi huong' | grep -q '1[.] Trần Bá Phú, Trần Thị Hương'"
shipped() { "$SOHOA" --warehouse "$work/shipped" "$@"; }
hers() {
    id=$(shipped --json search --all-validity 'tran thi huong' | jq -r '.hits[0].document')
    shipped show --purpose thử "$id" | tee "$work/shown" && grep -q 'and of .*Trần Thị Hương · 186300626 · 1981-02-25' "$work/shown" &&
        shipped --json show --purpose thử "$id" | jq -e '.owners == [{name: "Trần Thị Hương", id: "186300626", birth_date: "1981-02-25"}]'
}
check "and hers on the paper, with number and day of birth" hers
check "and has her paper by her own number" "$SOHOA" --warehouse "$work/shipped" owner has --id 186300626 --type ket_hon

# the same form, of an office for which the wife is the first owner
sed -e 's/{owner/{third/; s/{partner/{owner/; s/{third/{partner/' "$forms/ket_hon_trich_luc.form" >"$work/own.form"
check "an office's own form is taken" taken own ket_hon_trich_luc.form
check "in place of the shipped one" sh -c "
    jq -e '.fields.owner.value == \"Trần Thị Hương\" and .owners[0].name == \"Trần Bá Phú\"' '$work'/own/store/*/*/v1/data/metadata/other/document.json"
sed -e 's/^type:.*/type: /; s/^---/----x/' "$forms/ket_hon_trich_luc.form" >"$work/own.form"
taken wrong a.form
check "a wrong one is named with its line" grep -q 'a\.form' "$work/ran"
tap_end
