#!/bin/sh
# What is not `run`, stopped: making a warehouse, taking files in. And the database lost: it
# is made again from the files.
. "$(dirname "$0")/../stopped.sh"
export SOHOA_NOW=2026-11-22T14:05:09+07:00
step=2
[ -z "${SANITIZE-}" ] || step=7
twice_step=$(sampled $((2 * step)))
init_step=$(sampled $((6 * step))) # keys are costly to make
step=$(sampled $step)

options='--set pipeline.review=none --set pipeline.jobs=1 --set pipeline.retry_s=0.01 --set ocr.model=vie'
sohoa() { # OFFICE ARGUMENTS
    office=$1
    shift
    # shellcheck disable=SC2086
    "$SOHOA" --warehouse "$office" $options "$@"
}
killed() { # N ARGUMENTS
    act=$1
    shift
    # shellcheck disable=SC2086
    SOHOA_FAULT=$act setsid -w "$SOHOA" $options "$@"
}
acts() { # ARGUMENTS: runs it and says how many durable acts it has
    rm -f "$work/acts"
    # shellcheck disable=SC2086
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && "$SOHOA" $options "$@") >"$work/acts.out" 2>&1
    wc -l <"$work/acts"
}
differ() {
    echo "$1" >>"$work/differences"
}
no_differences() {
    head -n 20 "$work/differences"
    [ ! -s "$work/differences" ]
}

# ---- init
init_everywhere() {
    : >"$work/differences"
    points=$(acts init "$work/empty" --agency 'UBND xã Thử Nghiệm')
    [ "$points" -gt 20 ] || return
    n=$(sampled_first "$init_step" "$points")
    while [ "$n" -le "$points" ]; do
        rm -rf "$work/office"
        killed "$n" init "$work/office" --agency 'UBND xã Thử Nghiệm' >"$work/err" 2>&1 && differ "$n: was not killed"
        "$SOHOA" init "$work/office" --agency 'UBND xã Thử Nghiệm' >>"$work/err" 2>&1 || differ "$n: init fails: $(tail -n 1 "$work/err")"
        sohoa "$work/office" --json status >>"$work/err" 2>&1 || differ "$n: is no warehouse: $(tail -n 1 "$work/err")"
        sohoa "$work/office" doctor 2>&1 | grep -q 'KHÓA THỬ NGHIỆM\|UBND xã Thử Nghiệm' || differ "$n: its key does not open"
        (cd "$work/office" && find . -type f ! -name '*-wal' ! -name '*-shm' ! -path './log/*' | sort) >"$work/names"
        (cd "$work/empty" && find . -type f ! -name '*-wal' ! -name '*-shm' ! -path './log/*' | sort) | diff - "$work/names" >>"$work/differences" || differ "$n"
        n=$((n + init_step))
    done
    no_differences
}
check "init, killed before $(sampled_acts "$init_step"), is made whole by init" init_everywhere

# ---- import
hashes() { # FOLDER NAME-PATTERN
    find "$1" -name "$2" -type f -exec sha256sum {} + | cut -d' ' -f1 | LC_ALL=C sort
}

# Every master that was durable when the end came is in the store at last, once; the sources are as they were.
settled() { # N HOW
    hashes "$work/office/spool" '*.scan.tif' >"$work/durable"
    sohoa "$work/office" run >>"$work/err" 2>&1
    for batch in "$work/office/spool"/*/; do
        [ ! -d "$batch" ] || sohoa "$work/office" scan --close "$(basename "$batch")" >>"$work/err" 2>&1
    done
    sohoa "$work/office" run >>"$work/err" 2>&1 || differ "$1: the run after $2: $(tail -n 1 "$work/err")"
    hashes "$work/office/store" '*.scan.tif' >"$work/stored"
    cmp -s "$work/durable" "$work/stored" || differ "$1: $2: $(wc -l <"$work/durable") masters, $(wc -l <"$work/stored") in the store"
    [ -z "$(ls "$work/office/spool")" ] || differ "$1: $2: left in the spool: $(ls "$work/office/spool")"
    cmp -s "$work/sources" "$work/sources.now" || hashes "$pages" '*.tif' | cmp -s - "$work/sources" || differ "$1: a source has changed"
}

import_everywhere() { # killed or full
    : >"$work/differences"
    hashes "$pages" '*.tif' >"$work/sources"
    rm -rf "$work/office"
    cp -a "$work/empty" "$work/office"
    points=$(acts --warehouse "$work/office" import "$pages"/*.tif)
    [ "$points" -gt 20 ] || return
    n=$(sampled_first "$step" "$points")
    while [ "$n" -le "$points" ]; do
        rm -rf "$work/office"
        cp -a "$work/empty" "$work/office"
        if [ "$1" = killed ]; then
            killed "$n" --warehouse "$work/office" import "$pages"/*.tif >"$work/err" 2>&1 && differ "$n: was not killed"
        else
            (SOHOA_FAULT_FAIL=$n && export SOHOA_FAULT_FAIL && sohoa "$work/office" import "$pages"/*.tif) >"$work/err" 2>&1
            case $? in
            3 | 4) grep -q 'sohoa: ' "$work/err" || differ "$n: says nothing" ;;
            # all was taken; the note of the journal's end alone is behind, and the log says so
            0) grep -rqs "the journal's end was not entered" "$work/office/log" || differ "$n: disk full, exit 0: $(tail -n 1 "$work/err")" ;;
            *) differ "$n: disk full, exit $?: $(tail -n 1 "$work/err")" ;;
            esac
        fi
        settled "$n" "$1"
        n=$((n + step))
    done
    no_differences
}
check "import, killed before $(sampled_acts "$step"), loses no page that was safe" import_everywhere killed
check "import, with the disk full at $(sampled_acts "$step"), says so and loses no page that was safe" import_everywhere full

# The same import again, wherever the first was killed: each page once.
import_twice() {
    : >"$work/differences"
    [ "$points" -gt 20 ] || return
    n=$(sampled_first "$twice_step" "$points")
    while [ "$n" -le "$points" ]; do
        rm -rf "$work/office"
        cp -a "$work/empty" "$work/office"
        killed "$n" --warehouse "$work/office" import "$pages"/*.tif >"$work/err" 2>&1
        sohoa "$work/office" import "$pages"/*.tif >>"$work/err" 2>&1 || differ "$n: $(tail -n 1 "$work/err")"
        hashes "$work/office/spool" '*.scan.tif' >"$work/twice"
        # the end may have come when all was done: then it is another import
        [ "$(wc -l <"$work/twice")" -eq "$(wc -l <"$work/sources")" ] || [ "$(find "$work/office/spool" -name batch.json -exec grep -L '"ended": ""' {} + | wc -l)" -eq 2 ] ||
            differ "$n: $(wc -l <"$work/twice") pages of $(wc -l <"$work/sources")"
        n=$((n + twice_step))
    done
    no_differences
}
check "import again after it was killed before $(sampled_acts "$twice_step") goes on and doubles nothing" import_twice

# ---- the database is lost
summary() { # what a person sees
    sohoa "$1" --json status | grep -v '"path"'
    for words in 'tran thi thu' 'Phạm Văn Giả' 'ubnd'; do
        sohoa "$1" --json search "$words" | grep -v '"path"'
    done
}
whole() { # OFFICE: imported and run
    rm -rf "$1"
    cp -a "$work/empty" "$1"
    sohoa "$1" import "$pages"/*.tif && sohoa "$1" "$2" "$3" run
}
lost() { # OFFICE
    summary "$1" >"$work/before"
    rm -f "$1"/sohoa.db "$1"/sohoa.db-wal "$1"/sohoa.db-shm
    shift
    sohoa "$work/office" "$@" || [ $? -eq 3 ] || return
    summary "$work/office" | diff "$work/before" -
}
lost_when_finished() {
    whole "$work/office" --set pipeline.keep_spool=no || return
    lost "$work/office" run
}
lost_when_kept() {
    whole "$work/office" --set pipeline.keep_spool=yes || return
    lost "$work/office" --set pipeline.keep_spool=yes run
}
lost_under_review() {
    whole "$work/office" --set pipeline.review=all
    [ $? -eq 3 ] || return
    id=$(sohoa "$work/office" --json review | jq -r '.[0].id')
    sohoa "$work/office" review correct "$id" 'owner=Trần Thị Thử' --as 'chị Hoa' || return
    sohoa "$work/office" review approve "$id" --as 'chị Hoa' || return
    sohoa "$work/office" --set pipeline.review=all run
    [ $? -eq 3 ] || return
    lost "$work/office" --set pipeline.review=all run
}
check "lost when all is in the store, the database is made again from it" lost_when_finished
check "lost with a kept spool, it is made again without packing twice" lost_when_kept
check "lost with a document under review, it is made again with what people have said" lost_under_review
check "the store is whole after all that" "$SOHOA" verify "$work/office/store"

reindexed() {
    summary "$work/office" >"$work/before"
    sohoa "$work/office" reindex || return
    summary "$work/office" | diff "$work/before" -
}
check "the catalogue made again is the same" reindexed

tap_end
