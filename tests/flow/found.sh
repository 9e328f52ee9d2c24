#!/bin/sh
# The last steps of the chain of proof: what a search finds a document by is what its package says, and
# the ledger holds no more for done than there is. Each tampering is found, in one package, in a sample and in the store.
. "$(dirname "$0")/../tap.sh"
make() { # NAME PAGE...
    made=$work/$1
    shift
    { "$SOHOA" init "$made" --agency 'UBND xã Thử Nghiệm' && sed -i 's/^review =.*/review = none/; s/^jobs =.*/jobs = 1/; s/^model =.*/model = vie/; s/^separate =.*/separate = file/' "$made/sohoa.conf" &&
        "$SOHOA" --warehouse "$made" import "$@" && "$SOHOA" --warehouse "$made" run; } >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
}
make one "$pages/a.tif"
make other "$pages/c.tif"
make both "$pages/a.tif" "$pages/c.tif"
export SOHOA_WAREHOUSE=$work/kho
store=$work/kho/store
fresh() { # NAME: a copy of that warehouse
    chmod -R u+w "$work/kho" 2>/dev/null
    rm -rf "$work/kho"
    cp -a "$work/$1" "$work/kho"
}
words_of() { # NAME: the full text of that warehouse in place of the one that is there
    forge "$work/kho/sohoa.db" "ATTACH '$work/$1/sohoa.db' AS theirs;
        DELETE FROM catalog_text_data; INSERT INTO catalog_text_data SELECT * FROM theirs.catalog_text_data;
        DELETE FROM catalog_text_idx; INSERT INTO catalog_text_idx SELECT * FROM theirs.catalog_text_idx;"
}
json() { # FILTER COMMAND...
    json_filter=$1
    shift
    "$@" >"$work/json"
    [ -s "$work/json" ] && jq -e "$json_filter" "$work/json"
}
told() { # NAME WORDS: by verify of a package, of a sample, of the store
    refuse "$1: of a package it is told" 1 "$2" "$SOHOA" verify "$(ls -d "$store"/*/*/v1 | head -n 1)"
    refuse "$1: in a sample" 1 "$2" "$SOHOA" verify --sample 2 --seed x "$store"
    refuse "$1: in the store" 1 "$2" "$SOHOA" verify "$store"
}

fresh both
check "as it was made all agrees" "$SOHOA" verify "$store"
check "and each package says so" sh -c "for p in '$store'/*/*/v1; do '$SOHOA' verify \"\$p\" | grep 'catalogue → search hit.*finds it' && '$SOHOA' verify \"\$p\" | grep 'package → ledger' || exit 1; done"
forge "$work/kho/sohoa.db" "UPDATE catalog_meta SET value = 'another program' WHERE key = 'tokens'"
check "what was not compared has no tick" sh -c "
    '$SOHOA' verify '$store'/*/*/v1 >'$work/said' && grep -q '• catalogue → search hit.*not compared' '$work/said' && ! grep '✓ catalogue → search hit' '$work/said'"
check "of the store it is said, too" sh -c "'$SOHOA' verify '$store' | grep 'finds documents by was not compared'"
check "in JSON neither" json '[.verdicts[] | select(.words_compared | not)] | length == 2' "$SOHOA" --json verify "$store"/*/*/v1
fresh both
check "in JSON, too" json '[.verdicts[] | select(.catalogue_agrees and .ledger_agrees and .catalogue_differs == "")] | length == 2' "$SOHOA" --json verify "$store"/*/*/v1

fresh one
words_of other
told "words that are another paper's" "does not find this document by the words of its package"
check "JSON says where" json '.verdicts[0] | .catalogue_differs == "catalog_text" and (.catalogue_agrees | not)' "$SOHOA" --json verify "$store"/*/*/v1
"$SOHOA" reindex >/dev/null 2>&1
check "made anew from the store it is whole again" "$SOHOA" verify "$store"

fresh one
"$SOHOA" init "$work/empty" --agency x >/dev/null 2>&1
"$SOHOA" --warehouse "$work/empty" search x >/dev/null 2>&1
words_of empty
told "words that were taken out" "does not find this document by the words of its package"

fresh both
forge "$work/kho/sohoa.db" "UPDATE catalog_page SET id = -id; UPDATE catalog_page SET id = (SELECT max(-id) + min(-id) FROM catalog_page) + id;"
told "rows that lead to another document" "does not find this document by the words of its package"

fresh one
forge "$work/kho/sohoa.db" "UPDATE ledger SET level = 3, state = 'sealed' WHERE kind = 'proof'; INSERT OR IGNORE INTO ledger (kind, id, batch, state, level, since, not_before) SELECT 'proof', id, batch, 'sealed', 3, since, 0 FROM ledger WHERE kind = 'document';"
told "a ledger that says sealed" "ledger says that this document has further proofs than its PDF has"
check "JSON has it" json '.verdicts[0].ledger_agrees == false' "$SOHOA" --json verify "$store"/*/*/v1

fresh one
forge "$work/kho/sohoa.db" "UPDATE ledger SET state = 'aside' WHERE kind = 'document'"
told "a ledger that set it aside" "set aside, and it is in the store"

# ---- rows that were set back, or are gone
mended() { # NAME: by the command that the sentence names
    "$SOHOA" reindex >/dev/null 2>&1
    check "$1: made anew it is whole again" "$SOHOA" verify "$store"
    check "$1: and the ledger has its tick" sh -c "'$SOHOA' verify '$store'/*/*/v1 | grep -q '✓ package → ledger'"
}
for state in understood packed signed stored; do
    fresh one
    forge "$work/kho/sohoa.db" "UPDATE ledger SET state = '$state' WHERE kind = 'document'"
    if [ $state = packed ]; then
        told "a document set back to packed" "ledger says that this document is only .packed."
    else
        refuse "set back to $state it is told" 1 "ledger says that this document is only" "$SOHOA" verify "$store"
    fi
    check "set back to $state it has no tick" sh -c "'$SOHOA' verify '$store'/*/*/v1 | grep -q '✗ package → ledger'"
    mended "set back to $state"
done
fresh one
forge "$work/kho/sohoa.db" "DELETE FROM ledger WHERE kind = 'document'"
told "a document without its row" "ledger has no row of this document"
mended "without its row"
fresh one
forge "$work/kho/sohoa.db" "INSERT OR REPLACE INTO ledger (kind, id, batch, state, level, since, not_before) SELECT 'proof', id, batch, 'waiting', 0, since, 0 FROM ledger WHERE kind = 'document'; UPDATE ledger SET state = 'aging' WHERE kind = 'proof'"
check "a mark at its proofs, which nothing proves, is no fault and has no tick" sh -c "
    '$SOHOA' verify '$store'/*/*/v1 >'$work/said' && grep -q '• package → ledger.*not proven: it is marked for new proofs' '$work/said'"
forge "$work/kho/sohoa.db" "UPDATE ledger SET state = 'waiting' WHERE kind = 'proof'"
check "where it is as far as its package it agrees" json '.verdicts[0] | .ledger_agrees and .ledger_why == null' "$SOHOA" --json verify "$store"/*/*/v1

fresh one
id=$(basename "$(dirname "$store"/*/*/v1)")
"$SOHOA" amend "$id" title='Tên khác' --reason thử >/dev/null 2>&1
check "a new version on its way is no fault, and has no tick" sh -c "
    '$SOHOA' verify '$store'/*/*/v1 >'$work/said' && grep -q '• package → ledger.*on its way' '$work/said'"
"$SOHOA" run >/dev/null 2>&1
check "and when it is there, all agrees" sh -c "'$SOHOA' verify '$store'/*/*/v2 | grep -q '✓ package → ledger'"

# ---- the distinct names
fresh both
forge "$work/kho/sohoa.db" "UPDATE catalog_name SET base = base || ' khac' WHERE id = (SELECT min(id) FROM catalog_name)"
refuse "a name under another spelling is told" 1 "does not find this document by a name in its package" "$SOHOA" verify "$store"
mended "a name"
fresh both
forge "$work/kho/sohoa.db" "UPDATE catalog_name SET persons = persons + 5 WHERE id = (SELECT min(id) FROM catalog_name)"
refuse "one that counts other persons, too" 1 "does not find this document by a name in its package" "$SOHOA" verify "$store"

tap_end
