# shellcheck shell=sh
# Sourced by the test scripts: TAP from shell. A script ends with `tap_end`.
#   check "name says what holds" command...      ok when the command succeeds
#   refuse "name" CODE "words" command...        ok when it exits with CODE and says the words
#   skip "name" "reason"
# $SOHOA is the program, $work an empty folder that goes away at the end, $pages a folder of small papers.
set -u
: "${BUILD:=$PWD/build}"
SOHOA=${SOHOA:-$BUILD/sohoa}
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-test.XXXXXX")
# shellcheck disable=SC2034 # three small papers
pages=$(cd "$(dirname "$0")/../data/crash" && pwd)
tap_leave() {
    [ -z "${authority_pid-}" ] || authority_stop
    chmod -R u+w "$work" 2>/dev/null
    rm -rf "$work"
}
trap tap_leave EXIT
tap_count=0
tap_failed=0
export LANG=C.UTF-8 SOHOA_LANG=en

check() {
    tap_name=$1
    shift
    tap_count=$((tap_count + 1))
    if "$@" >"$work/.out" 2>&1; then
        echo "ok $tap_count - $tap_name"
    else
        echo "not ok $tap_count - $tap_name"
        sed 's/^/# /' "$work/.out" | tail -n 12
        tap_failed=$((tap_failed + 1))
    fi
}

refuse() {
    tap_name=$1 tap_code=$2 tap_words=$3
    shift 3
    tap_count=$((tap_count + 1))
    "$@" >"$work/.out" 2>&1 </dev/null
    tap_got=$?
    if [ $tap_got -eq "$tap_code" ] && grep -qi -- "$tap_words" "$work/.out"; then
        echo "ok $tap_count - $tap_name"
    else
        echo "not ok $tap_count - $tap_name"
        echo "# exit $tap_got, wanted $tap_code and the words: $tap_words"
        sed 's/^/# /' "$work/.out" | tail -n 12
        tap_failed=$((tap_failed + 1))
    fi
}

forge() { # DATABASE SQL: behind the program's back
    python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).executescript(sys.argv[2])' "$@"
}

skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

tap_end() {
    echo "1..$tap_count"
    [ $tap_failed -eq 0 ]
}
