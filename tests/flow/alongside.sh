#!/bin/sh
# Backups beside a run at work: each is the warehouse of one moment, and comes to the same end when it
# is brought back and gone on with.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
authority_here

"$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' >/dev/null
authority_settings "$work/kho" key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" tsa "$authority/tsa" level B-LTA \
    review none jobs 2 model vie
export SOHOA_WAREHOUSE=$work/kho
cp "$pages"/*.tif "$work"
cp "$pages/a.tif" "$work/d.tif" # the same paper twice is two documents
"$SOHOA" import "$work"/?.tif --separate file >/dev/null

"$SOHOA" run >"$work/run.out" 2>&1 &
run=$!
made=0
faults=0
while kill -0 $run 2>/dev/null; do
    [ $made -ge 5 ] || "$SOHOA" backup "$work/copies" >"$work/backup.out" 2>&1 || { faults=$((faults + 1)) && cat "$work/backup.out" >>"$work/bad"; }
    made=$((made + 1))
    sleep 0.5
done
check "a run comes to its end beside backups" grep -q "4 signed, 4 stored, 4 indexed; 0 held" "$work/run.out"
check "there was one at least" test $made -ge 1
check "each says that it is whole" sh -c "[ $faults -eq 0 ] || { cat '$work/bad'; false; }"
check "nothing of the work on them is left in the warehouse" sh -c "! ls -d '$work'/kho/*.cut"

mkdir "$work/kho/spool.cut"
refuse "a second backup of the warehouse waits for the first" 4 "just being made" flock "$work/kho/backup.lock" "$SOHOA" backup "$work/elsewhere"
check "and takes nothing from under it" rmdir "$work/kho/spool.cut"

ends_alike() { # WAREHOUSE
    "$SOHOA" --warehouse "$1" --json status | jq -e '
        ([.counts[] | select(.count > 0 and (.kind == "document" or .kind == "proof")) | "\(.kind) \(.state) \(.count)"] |
            sort == ["document indexed 4", "proof sealed 4"]) and .held == []' &&
        "$SOHOA" --warehouse "$1" verify "$1/store" && "$SOHOA" --warehouse "$1" index check
}
check "the warehouse itself ends whole" ends_alike "$work/kho"
number=0
for copy in "$work"/copies/*; do
    number=$((number + 1))
    check "backup $number could be restored" "$SOHOA" restore --check "$copy"
    check "backup $number comes back" "$SOHOA" restore "$copy" "$work/new"
    check "backup $number goes on" "$SOHOA" --warehouse "$work/new" run
    check "backup $number comes to the same end" ends_alike "$work/new"
    rm -rf "$work/new"
done

# What comes between reading the journal and listing the packages is in neither as the other has it.
"$SOHOA" export --to "$work/aip" --all >/dev/null
"$SOHOA" init "$work/taker" --agency 'Lưu trữ' >/dev/null
cp "$ca/ca.crt" "$work/taker/keys/ca.pem"
first=$(ls -d "$work"/aip/urn* | head -n 1)
"$SOHOA" --warehouse "$work/taker" import "$first" >/dev/null
"$SOHOA" --warehouse "$work/taker" fixity >/dev/null
cp -a "$work/taker" "$work/after"
"$SOHOA" --warehouse "$work/after" import "$work/aip" >/dev/null
python3 - "$work/taker/sohoa.db" "$work/locked" "$work/go" <<'END' &
import os, sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
open(sys.argv[2], "w").close()
while not os.path.exists(sys.argv[3]): time.sleep(0.05)
db.execute("ROLLBACK")
END
until [ -e "$work/locked" ]; do sleep 0.05; done
"$SOHOA" --warehouse "$work/taker" --json fixity run >"$work/fixity.json" 2>&1 &
fixity=$!
sleep 1 # it has read the journal, and waits for the database
cp -a "$work/after/store/." "$work/taker/store/"
cp -a "$work/after/journal/." "$work/taker/journal/"
: >"$work/go"
wait $fixity
check "fixity beside an import finds nothing wrong that is not" jq -e '.packages >= 8 and .failed == 0' "$work/fixity.json"

# One from before there was a cut: its store and journal are ahead of its rows.
export SOHOA_WAREHOUSE=$work/slow
"$SOHOA" init "$work/slow" --agency 'UBND xã Thử Nghiệm' >/dev/null
{
    "$SOHOA" import "$pages/a.tif" && "$SOHOA" --set pipeline.review=all --set ocr.model=vie run
    "$SOHOA" backup "$work/early"
    "$SOHOA" review approve "$("$SOHOA" --json review | jq -r '.[0].id')" && "$SOHOA" run && "$SOHOA" backup "$work/late"
} >"$work/made" 2>&1
cp -r "$work"/late/* "$work/torn"
rm -r "$work/torn/spool" "$work/torn/sohoa.db"
cp -r "$work"/early/*/spool "$work"/early/*/sohoa.db "$work/torn"
(cd "$work/torn" && find . -type f ! -name backup.json ! -path ./manifest-sha256.txt | cut -c3- | xargs -d '\n' sha256sum >manifest-sha256.txt
    jq --arg hash "$(sha256sum manifest-sha256.txt | cut -c1-64)" '.manifest_sha256 = $hash' backup.json >"$work/told" && cp "$work/told" backup.json)
refuse "one whose rows are behind its store fails its drill" 1 "not in the catalogue" "$SOHOA" restore --check "$work/torn"
check "restoring says so" sh -c "'$SOHOA' restore '$work/torn' '$work/new' | grep -q '1 document is in its store' && cp -a '$work/slow/keys/.' '$work/new/keys'"
check "and a run brings its rows forward" sh -c "'$SOHOA' --warehouse '$work/new' run && '$SOHOA' --warehouse '$work/new' verify '$work/new/store' && '$SOHOA' --warehouse '$work/new' index check"
check "with nothing made a second time" sh -c "diff -r '$work/slow/store' '$work/new/store' && '$SOHOA' --warehouse '$work/new' --json review | jq -e '. == []'"
tap_end
