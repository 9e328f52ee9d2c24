#!/bin/sh
# The queue of proofs: one document that can never have them is in nobody's way, what has them is left alone,
# counts are what happened, no signing key is opened, and what waits is told until it is there.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
authority_here
authority_issue "$ca" mute mute >"$work/made" 2>&1 || cat "$work/made"

state() { # STATE: how many proofs are in it
    "$SOHOA" --json status | jq "[.counts[]|select(.kind==\"proof\" and .state==\"$1\")][0].count"
}
versions() { find "$work/kho/store" -name 'v*' -type d | wc -l; }
set_up() { # KEY VALUE...
    while [ $# -gt 0 ]; do
        sed -i "s|^$1 =.*|$1 = $2|" "$work/kho/sohoa.conf"
        shift 2
    done
}

"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
set_up key "file:$ca/mute.pem" certificate "" trust "$ca/ca.crt" pin_command "" tsa "$authority/gone" \
    tsa_timeout_s 5 review none jobs 2 retry_s 0.05 model vie separate file
first=$(find "$pages" -name '*.tif' | sort | head -n 1)
"$SOHOA" import "$first" >/dev/null 2>&1
"$SOHOA" run >/dev/null 2>&1
set_up key "file:$ca/signer.pem"
# shellcheck disable=SC2046 # a list of names
"$SOHOA" import $(find "$pages" -name '*.tif' | sort | tail -n +2) >/dev/null 2>&1
check "a run with its authority away ends well, and its last lines tell what waits, how long and why" sh -c "
    '$SOHOA' run >'$work/out' && grep -q 'waiting for proofs, the oldest for .* minutes: .*gone' '$work/out'"
documents=$(find "$work/kho/store" -name v1 -type d | wc -l)
check "there are several documents" [ "$documents" -ge 3 ]
check "all wait" [ "$(state waiting)" = "$documents" ]
check "status says for how long" sh -c "'$SOHOA' status | grep -q 'minutes'"
refuse "seal with its authority away ends with 4 and says who waits" 4 "$documents documents waiting for proofs" "$SOHOA" seal
check "each with the reason of its own" sh -c "'$SOHOA' --json seal | jq -e '(.each | length) == $documents and all(.each[]; .why | test(\"gone\"))'"

# ---- one that can never be sealed
set_up tsa "$authority/tsa"
refuse "seal brings all others to the end at once, and says that one needs a person" 3 "$((documents - 1)) sealed now" "$SOHOA" seal
check "they are sealed" [ "$(state sealed)" = $((documents - 1)) ]
check "the one is held, time-stamped, for a reason of its own" sh -c "
    '$SOHOA' --json seal | jq -e '.held == 1 and .left == 0 and (.each | length) == 1 and (.each[0].why | test(\"revocation can be asked\"))'"
check "what it reached is stored" [ "$(versions)" = $((2 * documents)) ]
check "a run is not stopped by it" "$SOHOA" run
check "with a level that it can reach it is done" "$SOHOA" --set archive.level=B-T seal
check "and all are" [ "$(state sealed)" = "$documents" ]

# ---- what is sealed is left alone
before=$(versions)
forge "$work/kho/sohoa.db" "UPDATE ledger SET since = '2020-01-01T00:00:00+07:00' WHERE kind = 'proof'"
"$SOHOA" seal >/dev/null 2>&1
check "seal again touches only what is below the level" sh -c "
    '$SOHOA' --json status >/dev/null &&
    python3 -c 'import sqlite3, sys; sys.exit(sqlite3.connect(sys.argv[1]).execute(\"SELECT COUNT(*) FROM ledger WHERE kind = ? AND state = ? AND since < ?\", (\"proof\", \"sealed\", \"2021\")).fetchone()[0] != int(sys.argv[2]))' '$work/kho/sohoa.db' $((documents - 1))"
check "and makes no version" [ "$(versions)" = "$before" ]

# ---- no key of ours is needed
set_up key "file:$work/nowhere.pem"
check "without the signing key proofs are renewed all the same" sh -c "
    '$SOHOA' --set archive.level=B-T --set 'archive.tsa=$authority/tsa/long' --json seal | jq -e '.left == 0 and .held == 0'"

# ---- counts are what happened
refuse "who refuses half of a renewal is told of, with 4" 4 "that got new proofs: [0-9]* of $documents" \
    "$SOHOA" --set "archive.tsa=$authority/tsa/some" renew --before 48
new=$(find "$work/kho/store" -name 'v3' -type d | wc -l)
grep -v '^sohoa' "$work/.out" >"$work/told"
check "and the number is that of new versions" grep -q "^Documents that got new proofs: $new of $documents" "$work/told"
check "the others are named with their reason" sh -c "grep -q '503' '$work/told'"

# ---- an authority that takes its time
sleepy() { "$SOHOA" --warehouse "$work/sleepy" --set archive.tsa_timeout_s=1 --set archive.tsa_patience_s=8 --set "archive.tsa=$authority/tsa/late" "$@"; }
{
    "$SOHOA" init "$work/sleepy" --agency 'UBND xã Thử Nghiệm' && authority_settings "$work/sleepy" key "file:$ca/signer.pem" \
        certificate "" trust "$ca/ca.crt" pin_command "" jobs 1 retry_s 0.05 model vie level B-T
    sleepy import "$first" && sleepy run
} >"$work/made" 2>&1
check "it waits no longer than a second at first" sh -c "'$SOHOA' --warehouse '$work/sleepy' --json status | jq -e '[.counts[] | select(.kind == \"proof\" and .state == \"waiting\")][0].count == 1'"
patient() { # each try waits longer, and the tries of earlier calls count
    for _ in 1 2 3 4; do sleepy seal >"$work/out" && return; done
    cat "$work/out"
    return 1
}
check "then longer and longer, until it answers" patient
check "an anchor waits for it from the start" sh -c "'$SOHOA' --warehouse '$work/sleepy' --set archive.tsa_timeout_s=1 --set 'archive.tsa=$authority/tsa/late' --json journal anchor | jq -e '.stamped'"
tap_end
