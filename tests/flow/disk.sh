#!/bin/sh
# A disk that is full or read-only: a sentence, nothing lost, and the run goes on when there is room.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
if ! unshare -m true 2>/dev/null; then
    skip "a full disk" "mounting a small disk needs the right to (root)"
    skip "a read-only disk" "mounting a small disk needs the right to (root)"
    tap_end
    exit
fi
mkdir "$work/disk"
cat >"$work/inside.sh" <<'S'
set -u
mount -t tmpfs -o size=40m none "$1/disk" || exit 9
export SOHOA_WAREHOUSE=$1/disk/kho
"$SOHOA" init "$SOHOA_WAREHOUSE" --agency "UBND xã Thử Nghiệm" >/dev/null || exit 8
"$SOHOA" import "$2/simplex/0001-1.tif" "$2/simplex/0002-1.tif" >"$1/import" 2>&1; echo "import $?" >>"$1/codes"
used=$(find "$SOHOA_WAREHOUSE/spool" -name '*.scan.tif' | wc -l)
head -c 64m /dev/zero >"$1/disk/fill" 2>/dev/null
"$SOHOA" import "$2/simplex/0005-1.jpg" >"$1/full" 2>&1; echo "full $?" >>"$1/codes"
"$SOHOA" --set pipeline.review=none --set pipeline.retry_s=1 --set pipeline.tries=2 run >"$1/run" 2>&1
echo "run $?" >>"$1/codes"
[ "$(find "$SOHOA_WAREHOUSE/spool" -name '*.scan.tif' | wc -l)" -eq "$used" ] && echo "kept 0" >>"$1/codes"
rm "$1/disk/fill"
mount -o remount,size=160m "$1/disk"
for id in $("$SOHOA" --json review | jq -r '.[].id'); do "$SOHOA" review send-back "$id" >/dev/null; done
"$SOHOA" --set pipeline.review=none run >"$1/again" 2>&1; echo "again $?" >>"$1/codes"
[ "$(find "$SOHOA_WAREHOUSE/store" -name document.pdf | wc -l)" -eq 2 ] && echo "stored 0" >>"$1/codes"
"$SOHOA" verify "$SOHOA_WAREHOUSE/store" >"$1/verify" 2>&1; echo "verify $?" >>"$1/codes"
mount --bind "$SOHOA_WAREHOUSE/store" "$SOHOA_WAREHOUSE/store" && mount -o remount,bind,ro "$SOHOA_WAREHOUSE/store" || exit 7
"$SOHOA" verify "$SOHOA_WAREHOUSE/store" >"$1/sverify" 2>&1; echo "sverify $?" >>"$1/codes"
"$SOHOA" --json search >"$1/ssearch" 2>&1; echo "ssearch $?" >>"$1/codes"
for kind in aip sip dip; do
    plain="--plain test"
    [ $kind != aip ] || plain=
    "$SOHOA" export --all --as $kind $plain --to "$1/out.$kind" >"$1/sexport$kind" 2>&1; echo "sexport$kind $?" >>"$1/codes"
done
"$SOHOA" --set archive.trust= verify "$1"/out.aip/urn* >"$1/soutverify" 2>&1; echo "soutverify $?" >>"$1/codes"
"$SOHOA" fixity >"$1/sfixity" 2>&1; echo "sfixity $?" >>"$1/codes"
"$SOHOA" backup "$1/copies" >"$1/sbackup" 2>&1; echo "sbackup $?" >>"$1/codes"
"$SOHOA" reindex >"$1/sreindex" 2>&1; echo "sreindex $?" >>"$1/codes"
"$SOHOA" init "$1/disk/other" --agency "Khác" >/dev/null
mount --bind "$1/disk/other/store" "$1/disk/other/store" && mount -o remount,bind,ro "$1/disk/other/store"
"$SOHOA" --warehouse "$1/disk/other" import "$1/out.aip" >"$1/simport" 2>&1; echo "simport $?" >>"$1/codes"
"$SOHOA" import "$2/simplex/0005-1.jpg" >"$1/staken" 2>&1; echo "staken $?" >>"$1/codes"
"$SOHOA" --set pipeline.review=none --set pipeline.retry_s=1 --set pipeline.tries=2 run >"$1/srun" 2>&1; echo "srun $?" >>"$1/codes"
umount "$SOHOA_WAREHOUSE/store" "$1/disk/other/store"
for id in $("$SOHOA" --json review | jq -r '.[].id'); do "$SOHOA" review send-back "$id" >/dev/null; done
"$SOHOA" --set pipeline.review=none run >"$1/sagain" 2>&1; echo "sagain $?" >>"$1/codes"
mount -o remount,ro "$1/disk"
"$SOHOA" search >"$1/rosearch" 2>&1; echo "rosearch $?" >>"$1/codes"
"$SOHOA" import "$2/simplex/0005-1.jpg" >"$1/ro" 2>&1; echo "ro $?" >>"$1/codes"
"$SOHOA" verify "$SOHOA_WAREHOUSE/store" >"$1/roverify" 2>&1; echo "roverify $?" >>"$1/codes"
S
export SOHOA
unshare -m sh "$work/inside.sh" "$work" "$samples" >"$work/log" 2>&1
ended() { cat "$work/codes" "$work/$1" 2>/dev/null; grep -qx "$1 $2" "$work/codes"; }
said() { cat "$work/$1"; grep -qi "$2" "$work/$1"; }
check "two pages come in while there is room" ended import 0
check "with a full disk an import says so: code 4" ended full 4
check "and says what to do" said full "full\|space"
check "no master of before is lost on the full disk" ended kept 0
check "with room again everything goes on" ended again 0
check "both documents are in the store" ended stored 0
check "and whole" ended verify 0
for what in verify ssearch sexportaip sexportsip sexportdip soutverify sfixity sbackup sreindex; do
    case $what in verify) what=sverify ;; esac
    check "with the store alone on a read-only mount ${what#s} works" ended $what 0
done
check "an import of packages there ends with code 4" ended simport 4
check "and says that the disk is read-only" said simport "read-only"
check "pages are still taken in" ended staken 0
check "a run holds what it cannot store" ended srun 3
check "and says why" said srun "held\|read-only"
check "with the store writable again it goes on" ended sagain 0
check "nothing is shown that cannot be entered in the journal" ended rosearch 5
check "a read-only disk is named: code 5" ended ro 5
check "what to do is said there too" said ro "read-only"
check "verify works on a read-only disk" ended roverify 0
tap_end
