#!/bin/sh
# Files that go away or turn up in the spool, before and while a run is at it: what they belong to is
# held with a clear sentence, all else goes on, nothing crashes.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
take() { # FILE...: one batch, a document a file
    "$SOHOA" --json import --separate file "$@" | jq -r .batch
}
why() { "$SOHOA" --json review | jq -r '.[].why'; }
stored() { find "$work/kho/store" -name document.pdf | wc -l; }
spool=$work/kho/spool

# ---- while the run goes
batch=$(take "$samples/simplex/0001-1.tif" "$samples/simplex/0002-1.tif" "$samples/simplex/0003-1.jpg" "$samples/simplex/0005-1.jpg")
cp "$spool/$batch/0004-1.scan.jpg" "$work/kept.jpg"
"$SOHOA" run -j 1 >"$work/run.out" 2>&1 &
run=$!
tries=0
until [ -e "$spool/$batch/0001-1.words.json" ] || [ $tries -eq 600 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
rm -f "$spool/$batch/0004-1.scan.jpg" "$spool/$batch/0001-1.words.json"
wait $run
code=$?
check "the run ends with code 3: somebody should look" test $code -eq 3
check "no worker died of it" sh -c "! grep -q 'worker died' '$work/kho/log/sohoa.log'"
check "the sentence names the image that is gone" sh -c "'$SOHOA' --json review | jq -r '.[].why' | grep -q '0004-1.scan.jpg is gone from the spool'"
check "and the text that is gone, and how to have it again" sh -c "'$SOHOA' --json review | jq -r '.[].why' | grep -q 'text of page 0001-1 is gone.*send-back $batch/0001-1'"
check "the other documents went on" test "$(stored)" -eq 2

cp "$work/kept.jpg" "$spool/$batch/0004-1.scan.jpg"
"$SOHOA" review send-back "$batch/0001-1" >/dev/null
"$SOHOA" review send-back "$batch/0004-1" >/dev/null
"$SOHOA" run -j 2 >"$work/run.out" 2>&1
for id in $("$SOHOA" --json review | jq -r '.[]|select(.kind=="document").id'); do "$SOHOA" review approve "$id" >/dev/null; done
"$SOHOA" run -j 2 >"$work/run.out" 2>&1
check "with the image back and the page read again all are stored" test "$(stored)" -eq 4
check "and nothing is held" sh -c "'$SOHOA' --json review | jq -e 'length == 0'"
check "the store is whole" "$SOHOA" verify "$work/kho/store"

# ---- what is called like a page and is none
batch=$(take "$samples/simplex/0001-1.tif")
: >"$spool/$batch/0007-1.scan.tif"
refuse "an empty file with a page's name holds its batch" 3 "1 held" "$SOHOA" run -j 2
check "the sentence says what it is and what to do" sh -c "
    '$SOHOA' --json review | jq -r '.[].why' | grep -q '0007-1.scan.tif is called like a scanned page and is none.*Move it.*send-back $batch'"
rm "$spool/$batch/0007-1.scan.tif"
mkdir "$spool/$batch/0008-1.scan.tif"
check "send-back of the batch is taken" "$SOHOA" review send-back "$batch"
refuse "a folder with a page's name too" 3 "1 held" "$SOHOA" run -j 2
rmdir "$spool/$batch/0008-1.scan.tif"
check "without it the batch goes on" sh -c "'$SOHOA' review send-back '$batch' && '$SOHOA' run -j 2"
check "and its document is stored" test "$(stored)" -eq 5
tap_end
