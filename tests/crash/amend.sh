#!/bin/sh
# A document amended, and the run that follows, stopped before durable acts, or refused them by a full disk: done
# again they come to the same end, also when the ledger is lost on the way. Nothing is lost, nothing comes twice.
. "$(dirname "$0")/../stopped.sh"
export SOHOA_NOW=2026-11-30T08:00:00+07:00
step=9
[ -z "${SANITIZE-}" ] || step=17
step=$(sampled $step)

"$SOHOA" init "$work/calm" --agency 'UBND xã Thử Nghiệm' >/dev/null
for row in "review|none" "jobs|1" "retry_s|0.05" "model|vie" "separate|file"; do
    sed -i "s|^${row%%|*} =.*|${row%%|*} = ${row#*|}|" "$work/calm/sohoa.conf"
done
"$SOHOA" --warehouse "$work/calm" import "$pages"/*.tif >/dev/null
"$SOHOA" --warehouse "$work/calm" run >/dev/null 2>&1
id=$("$SOHOA" --warehouse "$work/calm" --json search 'tran thi thu' | jq -r '.hits[0].document')
documents=$(find "$work/calm/store" -name v1 -type d | wc -l)
check "there is an office with several documents" test "$documents" -ge 2
office() { "$SOHOA" --warehouse "$work/office" "$@"; }
amend() { office amend "$id" 'owner=Trần Thị Thương' --reason 'đọc sai'; }
# Done twice by the hand of a person it is refused; "on its way" is how far it came before.
again() { amend >"$work/amended" 2>&1 || grep -qE 'on its way|Nothing would change' "$work/amended"; }

# What must hold in the end: one new version, the same as without any fault, found once.
contents() { # without what the time and the machine say
    find "$1/store" -type f | sed "s|^$1/||" | sort
    find "$1/store" -name document.json -path "*/$id/*" -exec jq -S 'del(.acts)' {} +
    find "$1/store" -name document.pdf -exec sha256sum {} + | sed "s|$1/||" | sort
}
settled() {
    office verify "$work/office/store" >"$work/why" 2>&1 || { cat "$work/why" && return 1; }
    contents "$work/office" | cmp - "$work/wanted" || return 1
    office --json search 'Trần Thị Thương' | jq -e ".hits[0].version == 2 and .hits[0].document == \"$id\"" || return 1
    office --json status | jq -e "[.counts[] | select(.kind == \"document\" and .count > 0) | [.state, .count]] == [[\"indexed\", $documents]] and .held == []" || return 1
    office journal verify >"$work/why" 2>&1 || { cat "$work/why" && return 1; }
    ! find "$work/office/spool" -mindepth 1 | grep . && ! find "$work/office/store" -name '.building-*' | grep .
}
fresh() { # FROM
    rm -rf "$work/office"
    cp -a "$1" "$work/office"
}
fresh "$work/calm"
check "undisturbed, it is amended" sh -c "'$SOHOA' --warehouse '$work/office' amend '$id' 'owner=Trần Thị Thương' --reason 'đọc sai'"
cp -a "$work/office" "$work/asked"
check "and stored" office run
contents "$work/office" >"$work/wanted"
check "as a second version" settled

# HOW, FROM, AFTER (what is done between the fault and going on), COMMAND...
everywhere() {
    how=$1 from=$2 after=$3
    shift 3
    fresh "$from"
    rm -f "$work/acts"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && office "$@") || return
    points=$(wc -l <"$work/acts")
    [ "$points" -ge 8 ] || return
    n=$(sampled_first "$step" "$points")
    while [ "$n" -le "$points" ]; do
        fresh "$from"
        env "$how=$n" setsid -w "$SOHOA" --warehouse "$work/office" "$@" >/dev/null 2>&1
        $after
        again || { echo "$n: not amended again" && cat "$work/amended" && return 1; }
        office run >"$work/again" 2>&1 || { echo "$n: not run again" && cat "$work/again" && return 1; }
        settled >"$work/again" 2>&1 || { echo "$n of $points:" && cat "$work/again" && return 1; }
        n=$((n + step))
    done
}
lose() { rm -f "$work/office"/sohoa.db*; }
lose_and_recover() { lose && office run; } >/dev/null 2>&1
for how in SOHOA_FAULT SOHOA_FAULT_FAIL; do
    [ $how = SOHOA_FAULT ] && what="killed before" || what="the disk full at"
    check "$what $(sampled_acts "$step") of amending, it is amended by the next" everywhere $how "$work/calm" : amend "$id" 'owner=Trần Thị Thương' --reason 'đọc sai'
    check "$what $(sampled_acts "$step") of the run, it goes on to its end" everywhere $how "$work/asked" : run
done
check "killed before $(sampled_acts "$step") of the run and the ledger lost, nothing is lost or doubled" everywhere SOHOA_FAULT "$work/asked" lose_and_recover run
fresh "$work/asked"
lose
check "amended, not run, and the ledger lost: the run makes it again" office run
check "and comes to the same end" settled

# Withdrawn: killed anywhere, it is withdrawn or it is not.
whole() { # withdrawn by the second call, or refused because it was done by the first
    office amend "$id" --withdraw >"$work/again" 2>&1 || grep -q 'not being amended' "$work/again" || return 1
    office run && office verify "$work/office/store" && ! find "$work/office/store" -name v2 | grep . &&
        ! find "$work/office/spool" -mindepth 1 | grep .
}
withdrawn() {
    rm -f "$work/acts"
    fresh "$work/asked"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && office amend "$id" --withdraw) || return
    points=$(wc -l <"$work/acts")
    n=1
    while [ "$n" -le "$points" ]; do
        fresh "$work/asked"
        env SOHOA_FAULT=$n setsid -w "$SOHOA" --warehouse "$work/office" amend "$id" --withdraw >/dev/null 2>&1
        whole >"$work/why" 2>&1 || { echo "$n" && cat "$work/why" "$work/again" && return 1; }
        n=$((n + 1))
    done
}
check "taken back and killed at each act, it is taken back in the end" withdrawn
tap_end
