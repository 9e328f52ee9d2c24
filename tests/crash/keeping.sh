#!/bin/sh
# Anchor, backup, repair and restore stopped before their durable acts, or refused them by a full disk:
# done again they come to their end, nothing half has a name, and the journal stays whole.
. "$(dirname "$0")/../stopped.sh"
step=9
[ -z "${SANITIZE-}" ] || step=11
step=$(sampled $step)

"$SOHOA" init "$work/calm" --agency 'UBND xã Thử Nghiệm' >/dev/null
"$SOHOA" --warehouse "$work/calm" import "$pages"/*.tif --separate batch >/dev/null
"$SOHOA" --warehouse "$work/calm" --set pipeline.review=none --set ocr.model=vie run >/dev/null 2>&1
package=$(cd "$work/calm/store" && find . -mindepth 3 -maxdepth 3 -type d | head -n 1 | cut -c3-)
check "there is an office with a package" test -n "$package"
"$SOHOA" --warehouse "$work/calm" backup "$work/copies" >/dev/null
copy=$(find "$work/copies" -mindepth 1 -maxdepth 1 -type d)
cp -a "$work/calm" "$work/hurt"
chmod -R u+w "$work/hurt/store/$package"
printf X | dd of="$work/hurt/store/$package/manifest-sha256.txt" bs=1 seek=5 conv=notrunc 2>/dev/null
"$SOHOA" --warehouse "$work/hurt" fixity >/dev/null 2>&1
cp -a "$work/calm" "$work/giver"
"$SOHOA" --warehouse "$work/giver" export --all --receiver 'Lưu trữ' --plain 'ổ đĩa mã hóa' --to "$work/handed" >/dev/null
"$SOHOA" init "$work/receiver" --agency 'Lưu trữ' >/dev/null
"$SOHOA" --warehouse "$work/receiver" import "$work/handed" --receipt "$work/receipt" >/dev/null
sed -i "s|^trust =.*|trust = $work/receiver/keys/ca.pem|" "$work/giver/sohoa.conf"

# HOW (SOHOA_FAULT or SOHOA_FAULT_FAIL), FROM, WHAT must hold in the end, COMMAND...: at every step-th act
everywhere() {
    how=$1 from=$2 holds=$3
    shift 3
    rm -rf "$work/office" "$work/to" "$work/acts"
    cp -a "$from" "$work/office"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && "$SOHOA" --warehouse "$work/office" "$@") || return
    points=$(wc -l <"$work/acts")
    [ "$points" -ge 4 ] || return
    n=$(sampled_first "$step" "$points")
    while [ "$n" -le "$points" ]; do
        rm -rf "$work/office" "$work/to"
        cp -a "$from" "$work/office"
        env "$how=$n" setsid -w "$SOHOA" --warehouse "$work/office" "$@" >/dev/null 2>&1
        # done again; what was done already may be refused
        "$SOHOA" --warehouse "$work/office" "$@" >"$work/again" 2>&1 || [ $? -eq 3 ] || { echo "$n: not done again" && cat "$work/again" && return 1; }
        "$SOHOA" --warehouse "$work/office" journal verify >"$work/again" 2>&1 || { echo "$n: journal" && cat "$work/again" && return 1; }
        "$holds" >"$work/again" 2>&1 || { echo "$n: $holds" && cat "$work/again" && return 1; }
        n=$((n + step))
    done
}
anchored() { "$SOHOA" --warehouse "$work/office" --json journal verify | jq -e '.anchors >= 1'; }
backed_up() {
    "$SOHOA" restore --check "$work/to" && ! find "$work/to" -name '*.part' | grep .
}
repaired() {
    "$SOHOA" --warehouse "$work/office" verify "$work/office/store" && ! find "$work/office/store" -name '.building-*' | grep .
}
restored() { cp -a "$work/calm/keys/." "$work/to/keys" && "$SOHOA" --warehouse "$work/to" verify "$work/to/store"; }

looked_at() { "$SOHOA" --warehouse "$work/office" --json fixity status | jq -e '.never == 0 and (.overdue | not)'; }
given() { "$SOHOA" --warehouse "$work/office" --json export --handovers | jq -e 'length == 1 and .[0].packages == 1' && [ -s "$work/to/handover.csv" ]; }
kept() { "$SOHOA" --warehouse "$work/office" --json export --handovers | jq -e '.[0].complete'; }
echo "$package" | cut -d/ -f2 >"$work/list.csv"

for how in SOHOA_FAULT SOHOA_FAULT_FAIL; do
    [ $how = SOHOA_FAULT ] && what="killed before" || what="the disk full at"
    check "$what $(sampled_acts "$step") of an anchor" everywhere $how "$work/calm" anchored journal anchor
    check "$what $(sampled_acts "$step") of a backup" everywhere $how "$work/calm" backed_up backup "$work/to"
    check "$what $(sampled_acts "$step") of a repair" everywhere $how "$work/hurt" repaired fixity repair "$package" --from "$copy/store"
    check "$what $(sampled_acts "$step") of a fixity check" everywhere $how "$work/calm" looked_at fixity
    check "$what $(sampled_acts "$step") of a hand-over" everywhere $how "$work/calm" given export --list "$work/list.csv" --receiver 'Lưu trữ' --plain 'ổ đĩa mã hóa' --to "$work/to"
    check "$what $(sampled_acts "$step") of keeping a receipt" everywhere $how "$work/giver" kept export --receipt "$work/receipt/receipt.json"
    check "$what $(sampled_acts "$step") of a restore" everywhere $how "$work/calm" restored restore "$copy" "$work/to"
done
tap_end
