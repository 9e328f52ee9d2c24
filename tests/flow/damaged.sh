#!/bin/sh
# Tables of the catalogue or its full text that are gone or emptied: one sentence names what makes them again,
# with the same exit code whatever is asked; and that command does.
. "$(dirname "$0")/../tap.sh"
"$SOHOA" init "$work/whole" --agency 'UBND xã Thử Nghiệm' >/dev/null || exit 1
sed -i 's/^review =.*/review = none/; s/^model =.*/model = vie/; s/^separate =.*/separate = file/; s/^jobs =.*/jobs = 1/' "$work/whole/sohoa.conf"
{ "$SOHOA" --warehouse "$work/whole" import "$pages/a.tif" "$pages/c.tif" && "$SOHOA" --warehouse "$work/whole" run; } >"$work/made" 2>&1
"$SOHOA" --warehouse "$work/whole" search tran >/dev/null 2>&1
export SOHOA_WAREHOUSE="$work/kho"
answers() { # WAREHOUSE
    for words in tran 'số 12' 'khai sinh'; do "$SOHOA" --warehouse "$1" --json search "$words" | jq '[.total, [.hits[].document_id]]'; done
    "$SOHOA" --warehouse "$1" --json owner find tran | jq .
}
answers "$work/whole" >"$work/answers"
damage() { # SQL
    chmod -R u+w "$work/kho" 2>/dev/null
    rm -rf "$work/kho"
    cp -a "$work/whole" "$work/kho"
    forge "$work/kho/sohoa.db" "$1"
}
mended() { # NAME
    check "$1: reindex makes it again" "$SOHOA" reindex
    check "$1: the store and all that leads to it is whole" sh -c "'$SOHOA' verify '$work/kho/store' && '$SOHOA' index check"
    answers "$work/kho" >"$work/again"
    check "$1: and the answers are those of before" diff "$work/answers" "$work/again"
}
told() { # NAME WORDS: by whatever needs it
    refuse "$1: a search says so" 5 "$2.*sohoa reindex" "$SOHOA" search tran
    refuse "$1: verify of the store finds it" 1 "$2.*sohoa reindex" "$SOHOA" verify "$work/kho/store"
    refuse "$1: verify of a package, too" 1 "$2.*sohoa reindex" "$SOHOA" verify "$(ls -d "$work"/kho/store/*/*/v1 | head -n 1)"
    refuse "$1: so does index check" 1 "sohoa reindex" "$SOHOA" index check
    refuse "$1: and reindex --check" 1 "sohoa reindex" "$SOHOA" reindex --check
}

# ---- the full text
damage "DELETE FROM catalog_text_data"
told "emptied full text" "The full text of the catalogue is damaged"
check "in Vietnamese, too" sh -c "SOHOA_LANG=vi '$SOHOA' search tran 2>&1 | grep -q 'sohoa reindex' && ! SOHOA_LANG=vi '$SOHOA' search tran 2>&1 | grep -i 'damaged\\|malformed'"
mended "emptied full text"
damage "DELETE FROM catalog_text_config; DELETE FROM catalog_names_data; DELETE FROM catalog_names_config"
told "full text without its settings" "The full text of the catalogue is damaged"
mended "full text without its settings"
damage "DROP TABLE catalog_text_data"
told "full text without its data" "The catalogue is damaged (catalog_text_data is missing)"
mended "full text without its data"
damage "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'catalog_names'"
told "no table of names" "The catalogue is damaged (catalog_names is missing)"
mended "no table of names"

# ---- the catalogue
damage "DROP TABLE catalog_entry"
told "no entries" "The catalogue is damaged (catalog_entry is missing)"
refuse "nor does the way to an owner end in English" 5 "catalog_entry is missing" "$SOHOA" owner find tran
refuse "nor the accounts" 5 "catalog_entry is missing" "$SOHOA" progress
mended "no entries"
damage "DROP TABLE catalog_meta"
refuse "without what says whose the tables are a search says so" 5 "The catalogue is damaged (catalog_meta is missing)" "$SOHOA" search tran
refuse "and a run" 5 "catalog_meta is missing" "$SOHOA" run
mended "no catalog_meta"
damage "DROP TABLE account_place; DROP TABLE account_lot"
refuse "without a table of the accounts they say so" 5 "account_place is missing): 'sohoa reindex'" "$SOHOA" progress
mended "no account_place"
check "and the accounts answer" "$SOHOA" progress

# ---- others (each of them: tests/unit/index_whole.c)
for what in 'TABLE catalog_name' 'TABLE catalog_facet' 'TABLE catalogue_row' 'TABLE owner' 'INDEX catalog_page_of'; do
    name=${what#* }
    damage "DROP $what"
    answered() {
        "$SOHOA" search tran >"$work/said" 2>&1
        [ $? -eq 5 ] && grep -q "($name is missing): 'sohoa reindex'" "$work/said" && "$SOHOA" reindex && answers "$work/kho" >"$work/again" && diff "$work/answers" "$work/again"
    }
    check "$name is gone: told, and made again" answered
done
tap_end
