#!/bin/sh
# Each bad input gets a clear sentence and a stable exit code, and nothing is lost.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../feeder.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null

# ---- scanners
: >"$feeder_conf/dll.conf"
refuse "no scanner: a sentence and code 5" 5 "scanner" "$SOHOA" scan
cp "$BUILD/sane/dll.conf" "$feeder_conf/dll.conf"
mkdir "$work/empty" "$work/sheets"
feeder_load "$work/empty"
refuse "an empty feeder: a sentence and code 4" 4 "feeder\|paper" "$SOHOA" scan --profile adf-simplex
check "an empty feeder leaves no batch behind" sh -c "! ls '$work/kho/spool' | grep -q ."
for n in 1 2 3 4; do cp "$samples/simplex/0001-1.tif" "$work/sheets/000$n-1.tif"; done

feeder_load "$work/sheets" "state $work/state" "fault jam 3"
refuse "a jam keeps the pages so far and names the sheet to put back" 4 "sheet 3" \
    "$SOHOA" scan --profile adf-simplex
batch=$(ls "$work/kho/spool")
check "the two sheets before the jam are safe" sh -c "ls '$work/kho/spool/$batch'/*.scan.tif | wc -l | grep -qx 2"
check "the batch goes on where it stopped" sh -c "'$SOHOA' --json scan --profile adf-simplex --continue '$batch' | jq -e '.sheets == 2'"
check "and has all four sheets" sh -c "ls '$work/kho/spool/$batch'/*.scan.tif | wc -l | grep -qx 4"

rm -f "$work/state"
feeder_load "$work/sheets" "state $work/state" "fault io-error 2"
refuse "a scanner unplugged in the middle of a page: the page before is safe" 4 "sheet 2" \
    "$SOHOA" scan --profile adf-simplex
refuse "under 200 dpi is refused" 5 "200" sh -c "
    printf '[profile]\nsource = adf-simplex\nresolution_dpi = 150\n' >'$work/kho/profiles/low.conf'
    '$SOHOA' scan --profile low"

# ---- images
mkdir "$work/images"
printf '' >"$work/images/zero.tif"
head -c 4000 "$samples/simplex/0005-1.jpg" >"$work/images/truncated.jpg"
head -c 3000 /dev/urandom >"$work/images/noise.png"
printf 'II*\0\010\0\0\0\377\377' >"$work/images/broken.tif"
printf 'P1 1 1 1' >"$work/images/other.pbm"
cp "$samples/simplex/0001-1.tif" "$work/images/good.tif"
bad=$(printf 'x\377\376.tif')
cp "$samples/simplex/0002-1.tif" "$work/images/$bad"
cp "$samples/simplex/0002-1.tif" "$work/images/-rf; echo.tif"
"$SOHOA" --json import "$work/images" >"$work/import.json" 2>"$work/import.err"
code=$?
check "an import with bad files ends with code 3" test $code -eq 3
check "the good ones are taken, the bad ones named" jq -e '.pages >= 2 and (.refused | length) >= 4' "$work/import.json"
check "files that were not taken are where they were" test -e "$work/images/zero.tif" -a -e "$work/images/noise.png"
refuse "a missing file is named" 3 "no-such" "$SOHOA" import "$work/no-such.tif"

# ---- set-up
refuse "missing language data: folder and package are named" 5 "tesseract-ocr" \
    "$SOHOA" --set ocr.tessdata="$work/empty" read "$samples/simplex/0001-1.tif"
mkdir "$work/tessdata"
model=$work/tessdata/sohoa_nhanh.traineddata
head -c 200000 /usr/share/tesseract-ocr/5/tessdata/Vietnamese.traineddata >"$model"
refuse "language data that was cut short: the file is named" 5 "sohoa_nhanh.traineddata was cut short" \
    "$SOHOA" --set ocr.tessdata="$work/tessdata" read "$samples/simplex/0001-1.tif"
check "doctor says so too" sh -c "'$SOHOA' --json --set ocr.tessdata='$work/tessdata' doctor | jq -e 'any(.findings[]; .level == \"missing\" and (.sentence | test(\"cut short\")))'"
rm "$model"
mkfifo "$model"
refuse "language data that never answers is told at once" 5 "no ordinary file" \
    timeout 20 "$SOHOA" --set ocr.tessdata="$work/tessdata" read "$samples/simplex/0001-1.tif"
refuse "an unknown setting names the nearest" 5 '"model"' "$SOHOA" --set ocr.modle=vie config
refuse "a wrong type is named" 5 "jobs" "$SOHOA" --set pipeline.jobs=many config
refuse "no warehouse: what to do is said" 5 "init" "$SOHOA" --warehouse "$work/empty" status
refuse "an unknown command names the nearest" 2 "search" "$SOHOA" serach x
refuse "an unknown option names the nearest" 2 "profile" "$SOHOA" scan --profil x

roadmap=$work/kho/roadmap.conf
cp "$roadmap" "$work/roadmap.good"
sed 's|^deadline = 31/12/2025|deadline = 31/6/2025|' "$work/roadmap.good" >"$roadmap"
refuse "an impossible date in the plan is refused with its place" 5 "31/6/2025" "$SOHOA" progress
sed 's/^to = 2005/to = 2007/' "$work/roadmap.good" >"$roadmap"
refuse "overlapping bands are refused" 5 "overlap" "$SOHOA" progress
cp "$work/roadmap.good" "$roadmap"
printf '[ocr]\nmodell = vie\n' >>"$work/kho/sohoa.conf"
refuse "an unknown key in sohoa.conf names file, line and the nearest" 5 "sohoa.conf:[0-9]*.*model" "$SOHOA" status
sed -i '$d' "$work/kho/sohoa.conf"
sed -i '$d' "$work/kho/sohoa.conf"
printf 'don_vi,thu_tuc,nam,so_giay_to,so_trang\nA,1.004873,19x4,1,1\n' >"$work/kk.csv"
refuse "a bad inventory row is named by its line" 3 "2" "$SOHOA" inventory "$work/kk.csv"
kk() { # LINE...: an inventory
    printf '%s\n' "$@" >"$work/kk.csv"
}
planned() { "$SOHOA" --json progress | jq '[.[]|select(.band==null)][0].papers_planned'; }
kk don_vi,thu_tuc,nam,so_giay_to,so_trang A,1.004873,2011,5,9
"$SOHOA" inventory "$work/kk.csv" >/dev/null
kk don_vi,thu_tuc,nam,so_giay_to,so_trang,nam B,1.004873,2011,1,1,2012
refuse "an inventory with a column twice is refused" 3 ":1: the column year" "$SOHOA" inventory "$work/kk.csv"
kk don_vi,thu_tuc,nam,so_giay_to,so_trang B,1.004873,2011,1,1 C,1.004873,2011,1,000,2
refuse "a line with a field too many is named" 3 ":3: this line has 6 fields" "$SOHOA" inventory "$work/kk.csv"
kk don_vi,thu_tuc,nam,so_giay_to,so_trang B,1.004873,2011,1,1 b,1.004873,2011,2,2
refuse "two lines about the same are named" 3 ":3: .*those of line 2" "$SOHOA" inventory "$work/kk.csv"
check "nothing of them was entered" test "$(planned)" = 5

mv "$work/kho/spool" "$work/away-spool"
for command in status run review; do
    refuse "$command without its spool folder says what is missing: code 5" 5 "spool of this warehouse is missing" "$SOHOA" $command
done
check "the folder was not made anew behind the office's back" test ! -e "$work/kho/spool"
mv "$work/away-spool" "$work/kho/spool"
mv "$work/kho/store" "$work/away-store"
refuse "run without its store too" 5 "store of this warehouse is missing" "$SOHOA" run
refuse "and verify" 5 "store of this warehouse is missing" "$SOHOA" verify "$work/kho/store"
mv "$work/away-store" "$work/kho/store"

# ---- the command line
refuse "an unknown language is refused, the known ones named" 2 "vi (Vietnamese) or en (English), not 'xx'" "$SOHOA" --lang xx help
refuse "an empty warehouse is refused" 2 "warehouse needs" "$SOHOA" --warehouse "" status
refuse "an option without its value is refused" 2 "lang needs a value" "$SOHOA" status --lang
for jobs in 0 10000; do refuse "-j $jobs is refused" 2 "1 to 64" "$SOHOA" run -j $jobs; done
refuse "-j -1 is refused" 2 "whole number" "$SOHOA" run -j -1
refuse "a setting that cannot be empty says so" 5 "ocr.model cannot be empty" "$SOHOA" config --set ocr.model=

# ---- keys
"$SOHOA" --set archive.key=file:"$work/none.p12" doctor >"$work/doctor.out" 2>&1
check "a missing key is found by doctor" grep -q "none.p12" "$work/doctor.out"
echo 'no such thing' >"$work/garbage"
for setting in trust=/none trust="$work/garbage" trust_public="$work/garbage" font="$work/garbage" font=/none icc="$work/garbage" icc=/none \
    seal_image="$work/garbage" seal_image=/none tsa=ftp://tsa.vn tsa='http://tsa.example.vn tsa.vn' 'fonds=H30/81'; do
    refuse "doctor: archive.$setting is wrong" 5 "archive.${setting%%=*}" "$SOHOA" --set "archive.$setting" doctor
done
python3 - "$work/seal.png" <<'END'
import struct, sys, zlib
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
rows = b''.join(b'\0' + b''.join(b'\xd0\x20\x20' if 60 < (x - 100) ** 2 + (y - 100) ** 2 < 6400 else b'\xff' * 3 for x in range(200)) for y in range(200))
open(sys.argv[1], 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 200, 200, 8, 2, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
END
check "doctor: two right addresses and a seal are none" "$SOHOA" --set archive.seal_image="$work/seal.png" \
    --set 'archive.tsa=http://tsa.example.vn HTTPS://b.vn/x' --set archive.fonds=H30.81 doctor
refuse "run without its key does what it can, and says so" 5 "none.p12.*signature" \
    "$SOHOA" --set archive.key=file:"$work/none.p12" run

# ---- what is no file, no database, no count
mkfifo "$work/pipe.pdf"
refuse "verify does not wait at a pipe" 1 "not a file" timeout 20 "$SOHOA" verify "$work/pipe.pdf"
refuse "a negative count is refused" 2 "limit" "$SOHOA" search --limit -1 x
refuse "no results at all are not silently ten" 2 "from 1 on" "$SOHOA" search --limit 0 x
mkdir "$work/away"
mv "$work/kho"/sohoa.db* "$work/away"
head -c 20000 /dev/urandom >"$work/kho/sohoa.db"
refuse "a damaged database: what to do is said" 5 "move it away" "$SOHOA" status
rm -f "$work/kho"/sohoa.db*
mv "$work/away"/* "$work/kho"

# ---- the count made beforehand
mkdir "$work/counted"
for n in 1 2; do cp "$samples/simplex/000$n-1.tif" "$work/counted/000$n-1.tif"; done
feeder_load "$work/counted"
refuse "fewer sheets than counted: a sentence and code 3" 3 "counted beforehand: 3; came in: 2" \
    "$SOHOA" scan --profile adf-simplex --sheets 3
counted=$("$SOHOA" --json review | jq -r '[.[]|select(.why|test("beforehand"))][0].id')
check "status shows the batch held with both counts" sh -c "
    '$SOHOA' --json status | jq -e '[.held[]|select(.id==\"$counted\")][0].why | test(\"beforehand: 3; came in: 2\")'"
"$SOHOA" --set pipeline.review=none run >/dev/null 2>&1
check "run leaves it open, with the same reason" sh -c "
    '$SOHOA' --json status | jq -e '[.held[]|select(.id==\"$counted\")][0] | .state == \"open\" and (.why | test(\"beforehand\"))'"
mkdir "$work/late"
cp "$samples/simplex/0001-1.tif" "$work/late/0001-1.tif"
feeder_load "$work/late"
check "the sheet that was left behind completes it" "$SOHOA" scan --profile adf-simplex --continue "$counted"
check "then it is not held any more" sh -c "'$SOHOA' --json status | jq -e '[.held[]|select(.id==\"$counted\")] | length == 0'"
feeder_load "$work/late"
refuse "more sheets than counted are told too" 3 "counted beforehand: 2; came in: 1" "$SOHOA" scan --profile adf-simplex --sheets 2
counted=$("$SOHOA" --json review | jq -r '[.[]|select(.why|test("beforehand"))][0].id')
check "--close takes it as it is" "$SOHOA" scan --close "$counted"

# ---- documents of two sheets each, one of three left behind
mkdir "$work/three"
for n in 1 2 3; do cp "$samples/simplex/0001-1.tif" "$work/three/000$n-1.tif"; done
feeder_load "$work/three"
check "three sheets come in as documents of two" "$SOHOA" scan --profile adf-simplex --separate count --every 2
"$SOHOA" run -j 2 >/dev/null 2>&1
check "the short last document is held, and why is said" sh -c "
    '$SOHOA' --json review | jq -e '[.[]|select(.why|test(\"sheets in it: 1, counted for each document: 2\"))] | length == 1'"

# ---- two at once
flock "$work/kho/run.lock" sleep 20 &
holder=$!
sleep 1
refuse "a second run at once is told to wait" 4 "run" "$SOHOA" run
kill $holder
wait $holder 2>/dev/null

# ---- said while it is at hand
data=$(cd "$(dirname "$0")/../data" && pwd)
refuse "a JPEG for printing presses is refused when it comes, not when it is packed" 3 "CMYK.*save it as RGB" \
    "$SOHOA" import "$data/jpeg/cmyk.jpg" --to "$work/press"
mkdir -p "$work/given/bag" && touch "$work/given/bag/bagit.txt"
refuse "a folder without a list, and with a package, is told as that" 3 "given/bag is a package" "$SOHOA" import "$work/given"
mkdir "$work/two" "$work/two/more" && cp -r "$work/given/bag" "$work/two/bag"
python3 -c "import shutil, sys; shutil.make_archive(sys.argv[1], 'zip', sys.argv[1])" "$work/two"
refuse "a ZIP with something beside its package is told what" 3 "beside the package bag: more" "$SOHOA" import "$work/two.zip"

# ---- names of citizens
cp "$samples/simplex/0001-1.tif" "$work/Trần Bá Phú 040091029539.tif"
"$SOHOA" import "$work/Trần Bá Phú 040091029539.tif" >/dev/null
check "the name of a file that came in stands nowhere in the warehouse" sh -c "
    ! grep -rlE 'Trần Bá Phú|040091029539' '$work/kho' --include=batch.json --include='*.page.json' --include='*.jsonl'"
tap_end
