#!/bin/sh
# `sohoa export` and `sohoa import` of packages, stopped everywhere: killed before each durable act, the
# disk full at each of them. The same command again comes to the same end, and nothing is left about.
. "$(dirname "$0")/../stopped.sh"
export SOHOA_NOW=2026-11-22T14:05:09+07:00
# Killed at every third act, the others tomorrow; a full disk at every 15th, for these acts are the same
# ones. Sanitizers are slow: every 19th point there.
kill_step=3
full_step=15
[ -z "${SANITIZE-}" ] || kill_step=19 full_step=19
kill_step=$(sampled $kill_step)
full_step=$(sampled $full_step)

here() {
    "$SOHOA" --warehouse "$work/here" --set ocr.model=vie --set pipeline.review=none --set pipeline.jobs=1 "$@"
}
{
    "$SOHOA" init "$work/here" --agency 'UBND xã Thử Nghiệm' && "$SOHOA" init "$work/empty" --agency 'Lưu trữ' &&
        here import "$pages"/*.tif && here run && here export --to "$work/aip" --all --receiver 'Lưu trữ' --plain thử
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }

# One export or import, with the receipt for the hand-over that it is (in a session of its own: the killed takes its process group along), by the name of what it makes: into $work/out, which is empty or half done.
act() {
    case $1 in
    folder) setsid -w "$SOHOA" --warehouse "$work/here" export --to "$work/out" --all ;;
    zip) setsid -w "$SOHOA" --warehouse "$work/here" export --to "$work/out" --all --as sip --zip --plain thử ;;
    import) setsid -w "$SOHOA" --warehouse "$work/out" import "$work/aip" ;;
    esac
}
fresh() {
    rm -rf "$work/out"
    [ "$1" != import ] || cp -a "$work/empty" "$work/out"
}
# All that must be the same in the end. Whether a package was there already, and the journal, tell of the
# interruption: they may.
state() {
    (cd "$work/out" && find . -mindepth 1 ! -path './journal*' ! -path './log*' ! -name 'sohoa.db*' ! -name export.json \
        ! -path './keys*' | LC_ALL=C sort | tee "$work/names" && tr '\n' '\0' <"$work/names" | xargs -0r sha256sum 2>/dev/null)
    [ "$1" != import ] || "$SOHOA" --warehouse "$work/out" --json search 'tran thi thu' | grep -v '"path"'
    [ "$1" = import ] || jq -S 'del(.there) | .packages |= map(del(.there))' "$work/out/export.json"
}

each_point() { # KILL|FULL WHAT
    : >"$work/differences"
    fresh "$2"
    rm -f "$work/acts"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && act "$2") >"$work/err" 2>&1 || { cat "$work/err"; return 1; }
    state "$2" >"$work/expected"
    points=$(wc -l <"$work/acts")
    [ "$points" -gt 20 ] || { echo "only $points acts"; return 1; }
    step=$kill_step
    [ "$1" = KILL ] || step=$full_step
    n=$(sampled_first "$step" "$points")
    while [ "$n" -le "$points" ]; do
        fresh "$2"
        if [ "$1" = KILL ]; then
            (SOHOA_FAULT=$n && export SOHOA_FAULT && act "$2") >"$work/err" 2>&1 &&
                echo "$n: was not killed" >>"$work/differences"
        else
            (SOHOA_FAULT_FAIL=$n && export SOHOA_FAULT_FAIL && act "$2") >"$work/err" 2>&1
        fi
        act "$2" >>"$work/err" 2>&1
        state "$2" >"$work/now" 2>&1
        cmp -s "$work/now" "$work/expected" || {
            echo "act $n of $points: $(sed -n "${n}p" "$work/acts")"
            diff "$work/expected" "$work/now" | head -n 6
            tail -n 3 "$work/err"
        } >>"$work/differences"
        n=$((n + step))
    done
    head -n 40 "$work/differences"
    [ ! -s "$work/differences" ]
}

check "an export to folders that is killed before $(sampled_acts "$kill_step") goes on to the same end" each_point KILL folder
check "an export to ZIP files, too" each_point KILL zip
check "an import that is killed before $(sampled_acts "$kill_step") comes to the same end" each_point KILL import
check "the disk full at $(sampled_acts "$full_step") of an export to folders" each_point FULL folder
check "of an export to ZIP files" each_point FULL zip
check "of an import" each_point FULL import
tap_end
