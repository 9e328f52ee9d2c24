#!/bin/sh
# A PDF that came in signed outlives its signer's certificate: our time-stamped PDF names its hash, or an
# evidence record proves it; when nothing does, that is told before and after.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../authority.sh"
authority_here
authority_issue "$ca" brief signer -enddate 20270201000000Z >/dev/null 2>&1
office() { # NAME KEY TSA PAPER
    "$SOHOA" init "$work/$1" --agency "UBND xã $1" || return
    authority_settings "$work/$1" key "file:$ca/$2.pem" certificate "" trust "$ca/ca.crt" pin_command "" tsa "$3" review none jobs 1 model vie
    "$SOHOA" --warehouse "$work/$1" import "$4" && "$SOHOA" --warehouse "$work/$1" run
}
came=$work/came.pdf
{
    office other brief "" "$(find "$pages" -name '*.tif' | sort | head -n 1)" &&
        python3 "$(dirname "$0")/../resign.py" "$ca/brief.key" "$ca/brief.crt" "$(find "$work/other/store" -name document.pdf)" "$came" &&
        office sealed signer "$authority/tsa" "$came" && office bare signer "" "$came"
} >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
verdict() { # NAME FILTER: of its newest package, in June 2027
    SOHOA_NOW=2027-06-01T08:00:00+07:00 "$SOHOA" --warehouse "$work/$1" --json verify "$(find "$work/$1/store" -name 'v?' | sort | tail -n 1)" |
        jq -e ".verdicts[0] | $2"
}
horizon() { # NAME FILTER: for two years, today
    "$SOHOA" --warehouse "$work/$1" --json verify --horizon 24m | jq -e "$2"
}

# ---- ours has a time-stamp
pdf=$(find "$work/sealed/store" -path '*/v2/*' -name document.pdf)
check "our PDF names the hash of the one that came in" grep -aq "<sohoa:receivedDigest>$(sha256sum <"$came" | cut -c1-64)</sohoa:receivedDigest>" "$pdf"
check "one that came on paper says nothing about it" sh -c "! grep -aq receivedDigest '$came'"
check "by its time-stamp what came in is trusted when the certificate is over" verdict sealed '.received | .trusted and .by_record'
check "all is whole then" sh -c "SOHOA_NOW=2027-06-01T08:00:00+07:00 '$SOHOA' --warehouse '$work/sealed' verify '$work/sealed/store'"
check "and nothing ends within two years" horizon sealed '.ending == 0'

# ---- an older record proves it earlier, the renewed PDF longer
"$SOHOA" --warehouse "$work/sealed" renew --tree >/dev/null
sleep 1
came_id=$(basename "$(dirname "$(find "$work/sealed/store" -name v2)")")
"$SOHOA" --warehouse "$work/sealed" --purpose thử amend "$came_id" number=12/QĐ --reason thử >/dev/null
"$SOHOA" --warehouse "$work/sealed" run >/dev/null 2>&1
check "the PDF is renewed" sh -c "'$SOHOA' --warehouse '$work/sealed' --set 'archive.tsa=$authority/tsa/long' --json renew --before 48 | jq -e '.renewed == 1'"
check "what came in ends no earlier than that" sh -c "'$SOHOA' --warehouse '$work/sealed' --json verify --horizon 48m | jq -e '.ending == 0'"

# ---- ours has none
check "without one the end of what came in is told" horizon bare '.ending == 1 and .urgent == 1 and (.list[0].received_until | startswith("2027-02-01"))'
check "in words, too" sh -c "'$SOHOA' --warehouse '$work/bare' verify --horizon 12m | grep -q '2027-02-01.* (as it came in: received.pdf)'"
refuse "and afterwards that it is over" 1 "nothing proves them any more" env SOHOA_NOW=2027-06-01T08:00:00+07:00 "$SOHOA" --warehouse "$work/bare" verify "$work/bare/store"
check "an evidence record takes its place" "$SOHOA" --warehouse "$work/bare" --set "archive.tsa=$authority/tsa" renew --tree
check "then it does not end" horizon bare '.ending == 0'
check "and is trusted afterwards" verdict bare '.received | .trusted and .by_record and (.record_since | startswith("20"))'
check "all is whole then, too" sh -c "SOHOA_NOW=2027-06-01T08:00:00+07:00 '$SOHOA' --warehouse '$work/bare' verify '$work/bare/store'"
tap_end
