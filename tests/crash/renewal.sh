#!/bin/sh
# Proofs and their renewal stopped before durable acts, or refused them by a full disk: done again they come
# to their end; no package is damaged, none is left without its new proof, none gets two.
. "$(dirname "$0")/../stopped.sh"
. "$(dirname "$0")/../authority.sh"
authority_here
few=47 many=3 # of hundreds of acts; of the tree's few
[ -z "${SANITIZE-}" ] || few=131 many=11
few=$(sampled $few)
many=$(sampled $many)

"$SOHOA" init "$work/unsealed" --agency 'UBND xã Thử Nghiệm' >/dev/null
set -- key "file:$ca/signer.pem" certificate "" trust "$ca/ca.crt" pin_command "" tsa "$authority/gone" \
    tsa_timeout_s 5 review none jobs 1 retry_s 0.05 model vie separate file
while [ $# -gt 0 ]; do
    sed -i "s|^$1 =.*|$1 = $2|" "$work/unsealed/sohoa.conf"
    shift 2
done
"$SOHOA" --warehouse "$work/unsealed" import "$pages"/*.tif >/dev/null
"$SOHOA" --warehouse "$work/unsealed" run >/dev/null 2>&1
sed -i "s|^tsa =.*|tsa = $authority/tsa|" "$work/unsealed/sohoa.conf"
cp -a "$work/unsealed" "$work/sealed"
"$SOHOA" --warehouse "$work/sealed" seal >/dev/null 2>&1
sed -i "s|^tsa =.*|tsa = $authority/tsa/long|" "$work/sealed/sohoa.conf" # whose certificate ends later
documents=$(find "$work/sealed/store" -name v1 -type d | wc -l)
check "there is an office with several documents" [ "$documents" -ge 2 ]
check "and one where each is sealed" [ "$(find "$work/sealed/store" -name v2 -type d | wc -l)" = "$documents" ]

# STEP, HOW (SOHOA_FAULT or SOHOA_FAULT_FAIL), FROM, WHAT must hold in the end, COMMAND...: at every step-th act
everywhere() {
    step=$1 how=$2 from=$3 holds=$4
    shift 4
    rm -rf "$work/office" "$work/acts"
    cp -a "$from" "$work/office"
    (SOHOA_FAULT_LOG=$work/acts && export SOHOA_FAULT_LOG && "$SOHOA" --warehouse "$work/office" "$@") || return
    points=$(wc -l <"$work/acts")
    [ "$points" -ge 10 ] || return
    n=$(sampled_first "$step" "$points")
    while [ "$n" -le "$points" ]; do
        rm -rf "$work/office"
        cp -a "$from" "$work/office"
        env "$how=$n" setsid -w "$SOHOA" --warehouse "$work/office" "$@" >/dev/null 2>&1
        "$SOHOA" --warehouse "$work/office" "$@" >"$work/again" 2>&1 || { echo "$n: not done again" && cat "$work/again" && return 1; }
        "$SOHOA" --warehouse "$work/office" verify "$work/office/store" >"$work/again" 2>&1 || { echo "$n: store" && cat "$work/again" && return 1; }
        "$holds" >"$work/again" 2>&1 || { echo "$n: $holds" && cat "$work/again" && return 1; }
        n=$((n + step))
    done
}
# A proof that was reached when the disk was full at the next makes a version of its own.
versions() { # FROM TO: every document has so many, and none more
    [ "$(find "$work/office/store" -name "v$1" -type d | wc -l)" = "$documents" ] &&
        ! find "$work/office/store" -name "v$(($2 + 1))" | grep .
}
settled() {
    "$SOHOA" --warehouse "$work/office" --json status |
        jq -e "[.counts[] | select(.kind == \"proof\" and .state == \"sealed\")][0].count == $documents" &&
        ! find "$work/office/store" "$work/office/proofs" -name '.building-*' -o -name '*.part' -o -name '*.pdf' -path '*/proofs/*' | grep .
}
sealed() { versions 2 3 && settled; }
renewed() { versions 3 3 && settled; }
planted() { # each package has its record, and it holds
    [ "$(find "$work/office/evidence" -name '*.er' | wc -l)" = "$documents" ] &&
        "$SOHOA" --warehouse "$work/office" --json verify --horizon 20y |
        jq -e "[.list[].record_until | select(. != \"\")] | length == $documents"
}

for how in SOHOA_FAULT SOHOA_FAULT_FAIL; do
    [ $how = SOHOA_FAULT ] && what="killed before" || what="the disk full at"
    check "$what $(sampled_acts "$few") of sealing, it is sealed by the next" everywhere $few $how "$work/unsealed" sealed seal
    check "$what $(sampled_acts "$few") of a renewal, it goes on to its end" everywhere $few $how "$work/sealed" renewed renew --before 48
    check "$what $(sampled_acts "$many") of planting a tree, all have their record" everywhere $many $how "$work/sealed" planted renew --tree
done

# Interrupted by a person.
rm -rf "$work/office"
cp -a "$work/sealed" "$work/office"
"$SOHOA" --warehouse "$work/office" renew --before 48 >"$work/.out" 2>&1 &
pid=$!
while kill -0 $pid 2>/dev/null && [ "$(find "$work/office/store" -name v3 -type d | wc -l)" = 0 ]; do sleep 0.05; done
kill -INT $pid 2>/dev/null
wait $pid
check "a renewal that a person stops goes on with the same command" "$SOHOA" --warehouse "$work/office" renew --before 48
check "and renews the rest, nothing twice" renewed
check "each sealing is an event of its own" sh -c "
    for events in '$work'/office/store/*/*/v3/data/metadata/other/events.jsonl; do
        [ \$(jq -r 'select(.type == \"sealing\").id' \$events | sort -u | wc -l) = 2 ] || exit 1
        ! jq -r .id \$events | sort | uniq -d | grep . || exit 1
    done"
tap_end
