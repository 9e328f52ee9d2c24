#!/bin/sh
# `sohoa run` stopped: killed before its durable acts, the disk full at them, a
# worker killed, a disk that is really full. Afterwards it comes to the same end as one left in peace.
. "$(dirname "$0")/../stopped.sh"
export SOHOA_NOW=2026-11-22T14:05:09+07:00
# Sanitizers are slow: every 9th point there; else every third, the others tomorrow. Two points at a time.
step=3
[ -z "${SANITIZE-}" ] || step=9
step=$(sampled $step)

# An office with a batch of three pages that make two documents. The options are words.
options='--set pipeline.review=none --set pipeline.jobs=1 --set pipeline.retry_s=0.01 --set ocr.model=vie'
sohoa() { # OFFICE ARGUMENTS
    office=$1
    shift
    # shellcheck disable=SC2086
    "$SOHOA" --warehouse "$office" $options "$@"
}
killed() { # N OFFICE: the run and its workers die together, just before act N
    # shellcheck disable=SC2086
    SOHOA_FAULT=$1 setsid -w "$SOHOA" --warehouse "$2" $options run
}

fresh() { # OFFICE FROM
    rm -rf "$1"
    cp -a "$2" "$1"
}

finish() { # OFFICE: to the end, whatever happened before
    sohoa "$1" run || { # a batch is held because it is open
        sohoa "$1" scan --close "$batch"
        sohoa "$1" run
    }
}

# All that must be the same in the end: the packages to the byte, the states, what is found, and that
# nothing is left lying about.
state() {
    (cd "$1/store" && find . -type f | LC_ALL=C sort | xargs sha256sum)
    (cd "$1" && find spool -mindepth 1)
    find "$1" -name '*.part'
    for looking in status 'search tran.thi.thu' 'search ubnd'; do
        # shellcheck disable=SC2086
        sohoa "$1" --json $looking | grep -v '"path"'
    done
}

compare() { # OFFICE WHAT: says so when the end is another
    state "$1" >"$1.state" 2>&1
    cmp -s "$1.state" "$work/expected" && return
    {
        echo "$2"
        diff "$work/expected" "$1.state" | head -n 8
        tail -n 5 "$1.err"
    } >>"$work/differences"
}

killed_at() { # N OFFICE FROM; every second time its recovery is killed too
    fresh "$2" "$3"
    killed "$1" "$2" >"$2.err" 2>&1 && echo "$1: was not killed" >>"$work/differences"
    [ $(($1 % 2)) -eq 1 ] || killed $(($1 % 17 + 1)) "$2" >>"$2.err" 2>&1
    finish "$2" >>"$2.err" 2>&1
    compare "$2" "killed before act $1"
}

full_at() { # N OFFICE FROM
    fresh "$2" "$3"
    (SOHOA_FAULT_FAIL=$1 && export SOHOA_FAULT_FAIL && sohoa "$2" run) >"$2.err" 2>&1
    finish "$2" >>"$2.err" 2>&1
    compare "$2" "disk full at act $1"
}

# Runs FROM once and counts; then HOW for every point, two at a time.
each_point() { # HOW FROM
    : >"$work/differences"
    rm -f "$work/acts"
    fresh "$work/calm" "$2"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && sohoa "$work/calm" run)
    points=$(wc -l <"$work/acts")
    [ "$points" -gt 40 ] || return
    first=$(sampled_first "$step" "$points")
    for half in 0 1; do
        (
            n=$((first + half * step))
            while [ "$n" -le "$points" ]; do
                "$1" "$n" "$work/office-$half" "$2"
                n=$((n + 2 * step))
            done
        ) 2>/dev/null & # the shell's own words about the killed
    done
    wait
    head -n 40 "$work/differences"
    [ ! -s "$work/differences" ]
}

# ---- the office: its import ends before the last row, so its batch stays open; "read": the pages are read
make_offices() {
    "$SOHOA" init "$work/open" --agency 'UBND xã Thử Nghiệm' || return
    cp -a "$work/open" "$work/new"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && sohoa "$work/new" import "$pages"/*.tif) || return
    # the last row before the journal's entry: what follows is the note of the journal's end
    (SOHOA_FAULT=$(awk '/append/ { last = at } /commit/ { at = NR } END { print last }' "$work/acts") && export SOHOA_FAULT &&
        setsid -w "$SOHOA" --warehouse "$work/open" import "$pages"/*.tif)
    batch=$(ls "$work/open/spool")
    fresh "$work/read" "$work/open"
    sohoa "$work/read" run
    sohoa "$work/read" --json status | grep -q 'Put sheet\|stopped in the middle' || return
    sohoa "$work/read" scan --close "$batch"
}
offices_made() {
    make_offices >"$work/made" 2>&1 || { tail -n 12 "$work/made"; return 1; }
}
check "an import that was interrupted says so, and is closed by a person" offices_made

# ---- left in peace
fresh "$work/calm" "$work/open"
finish "$work/calm" >"$work/calm.err" 2>&1
state "$work/calm" >"$work/expected" 2>&1
indexed='.counts[] | select(.kind == "document" and .state == "indexed") | .count == 2'
check "left in peace it makes two packages" sh -c "
    grep -c 'document.pdf\$' '$work/expected' | grep -qx 2 &&
    '$SOHOA' --warehouse '$work/calm' --json status | jq -e '$indexed'"
check "and finds one of them by a name without marks" grep -q 'Trần Thị Thử' "$work/expected"
fresh "$work/calm" "$work/read"
sohoa "$work/calm" --set pipeline.jobs=2 run >"$work/calm.err" 2>&1
state "$work/calm" >"$work/calm.state"
check "two workers make the same bytes as one" cmp "$work/expected" "$work/calm.state"

# ---- everywhere
check "killed before $(sampled_acts "$step") of reading, it comes to the same end" each_point killed_at "$work/open"
check "killed before $(sampled_acts "$step") after that, it comes to the same end" each_point killed_at "$work/read"
check "the disk full at $(sampled_acts "$step") of reading, it comes to the same end" each_point full_at "$work/open"
check "the disk full at $(sampled_acts "$step") after that, it comes to the same end" each_point full_at "$work/read"

# ---- a worker dies
# There are two workers; before they start, the command that tells the PIN may be a single child.
second_child_of() {
    grep -ls "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status | sed -n '2s,/proc/\([0-9]*\)/.*,\1,p'
}

worker_killed() {
    fresh "$work/office-0" "$work/open"
    : >"$work/differences"
    # shellcheck disable=SC2086
    "$SOHOA" --warehouse "$work/office-0" $options --set pipeline.jobs=2 run >"$work/office-0.err" 2>&1 &
    run=$!
    worker=
    while [ -z "$worker" ] && kill -0 $run; do # until it is there
        worker=$(second_child_of $run)
    done
    sleep 0.2
    kill -9 "$worker"
    wait $run
    finish "$work/office-0" >>"$work/office-0.err" 2>&1
    compare "$work/office-0" "worker killed"
    cat "$work/differences"
    [ ! -s "$work/differences" ] && grep -q 'worker died: signal 9' "$work/office-0/log/sohoa.log"
}
check "a worker that is killed is replaced, and the run comes to the same end" worker_killed

# ---- the disk is really full
small_disk() {
    mkdir -p "$work/disk"
    mount -t tmpfs -o size=24m tmpfs "$work/disk" 2>"$work/mount.err" || return
    trap 'exit 1' HUP INT TERM # so that what is mounted goes, too, when the test is cut short
    trap 'umount "$work/disk"; tap_leave' EXIT
}

fill_up() { # leaves room for KIB
    room=$(df -k --output=avail "$work/disk" | tail -n 1)
    [ "$room" -le "$1" ] || dd if=/dev/zero of="$work/disk/other" bs=1024 count=$((room - $1)) 2>/dev/null
}

full_disk() { # KIB
    fresh "$work/disk/office" "$work/open"
    rm -f "$work/disk/other"
    fill_up "$1"
    : >"$work/differences"
    sohoa "$work/disk/office" run >"$work/disk.err" 2>&1
    code=$?
    cat "$work/disk.err"
    [ $code -eq 3 ] || [ $code -eq 4 ] || return
    rm -f "$work/disk/other"
    finish "$work/disk/office" >>"$work/disk.err" 2>&1
    for id in $(sohoa "$work/disk/office" --json review | jq -r '.[].id'); do
        sohoa "$work/disk/office" review send-back "$id" --as test >>"$work/disk.err" 2>&1
    done
    sohoa "$work/disk/office" run >>"$work/disk.err" 2>&1
    cp "$work/disk.err" "$work/disk/office.err"
    same_pages
}

# A document that was sent back says so, so its bytes are others; its pages are the same.
same_pages() {
    sohoa "$work/disk/office" --json status | grep -v '"path"' >"$work/disk.state"
    (cd "$work/disk/office/store" && find . -path '*/rep2/data/*' | LC_ALL=C sort | xargs sha256sum) >>"$work/disk.state"
    sohoa "$work/calm" --json status | grep -v '"path"' >"$work/disk.expected"
    grep /rep2/data/ "$work/expected" >>"$work/disk.expected"
    diff "$work/disk.expected" "$work/disk.state" && sohoa "$work/disk/office" verify "$work/disk/office/store"
}

if small_disk; then
    for room in 40 160 400; do
        check "a disk with $room KiB left is told of, and with room again nothing is lost" full_disk $room
    done
else
    skip "a small disk that is full" "only root may mount one ($(head -n 1 "$work/mount.err"))"
fi

tap_end
