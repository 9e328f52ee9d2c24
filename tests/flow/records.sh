#!/bin/sh
# What people counted and decided: files first, rows second, each held against the other.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
"$SOHOA" import "$samples/simplex/0001-1.tif" --separate file >/dev/null
"$SOHOA" --set pipeline.review=none run -j 2 >"$work/run.out" 2>&1
store=$work/kho/store
id=$(basename "$(find "$store" -mindepth 2 -maxdepth 2 -type d)")
cat >"$work/inventory.csv" <<'CSV'
don_vi,thu_tuc,nam,so_giay_to,so_trang
UBND xã Thử,khai sinh,1996,12,24
CSV
"$SOHOA" inventory import "$work/inventory.csv" >/dev/null
"$SOHOA" validity "$id" revoke --day 2020-01-31 --reason "cấp sai" >/dev/null
check "each is a file" sh -c "[ \$(ls '$work/kho/records/000' | wc -l) = 2 ]"
check "nothing of them is in the journal but number, kind and hash" sh -c "'$SOHOA' --json journal | jq -e '[.entries[] | select(.action == \"record\")] | length == 2 and all(.detail | test(\"^kind=[a-z-]+ sha256=[0-9a-f]{64}\$\"))'"
check "files, rows and journal agree" "$SOHOA" verify "$store"
cp "$work/kho/sohoa.db" "$work/good.db"

row() { # NAME TABLE SQL: a row that no record made
    cp "$work/good.db" "$work/kho/sohoa.db"
    rm -f "$work"/kho/sohoa.db-*
    forge "$work/kho/sohoa.db" "$3"
    refuse "$1" 1 "$2: its rows are not what the records say" "$SOHOA" verify "$store"
}
row "a count that was changed is told" account_inventory "UPDATE account_inventory SET papers = 6"
row "a count that was slipped in is told" account_inventory "INSERT INTO account_inventory SELECT record, 9, unit_key, 'x', 1997, '', unit, 'x', '', 5, 5, 5, NULL FROM account_inventory"
row "a decision that was taken out is told" validity_act "DELETE FROM validity_act"
check "reindex makes the rows again" sh -c "'$SOHOA' reindex && '$SOHOA' verify '$store'"

cp "$work/good.db" "$work/kho/sohoa.db"
rm -f "$work"/kho/sohoa.db-*
file=$work/kho/records/000/00000001.json
cp "$file" "$work/one"
sed -i 's/"papers": *"*12/"papers": 99/; s/12/99/' "$file"
refuse "a record that was changed is told" 1 "records/" "$SOHOA" verify "$store"
cp "$work/one" "$file"
mv "$file" "$work/aside"
refuse "one that is missing is told" 1 "records/1: " "$SOHOA" verify "$store"
mv "$work/aside" "$file"

"$SOHOA" --json progress >"$work/before"
rm "$work"/kho/sohoa.db*
"$SOHOA" reindex >/dev/null
check "with the database lost they make the same figures" sh -c "'$SOHOA' --json progress | cmp - '$work/before'"
check "and the same validity" sh -c "'$SOHOA' --purpose kiểm --json show '$id' | grep -q revoked"
check "all agrees again" "$SOHOA" verify "$store"
tap_end
