# shellcheck shell=sh
# Sourced by the golden tests after tap.sh: golden "name of the test" FILE command...
# What the command says (both streams, and its exit code) is compared with expected/FILE. With
# GOLDEN_UPDATE set (make golden-update) the difference is shown and the new text taken.
#
# What no two runs share stands as <batch>, <id>, <digest>, <work> and <size>; how sure the reading
# was, as <share> and NN %.
exec 3>&2 # check takes the other two
export SOHOA_NOW=2026-11-22T15:00:00+07:00 COLUMNS=120
expected=$(cd "$(dirname "$0")/expected" && pwd)

stable() {
    sed -E -e "s#$work#<work>#g" \
        -e 's/[0-9]{8}T[0-9]{6}-[0-9a-f]{4}/<batch>/g' \
        -e 's/[0-9a-f]{64}/<digest>/g' \
        -e 's/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/<id>/g' \
        -e 's/^(.*"bytes": )[0-9]+/\1<size>/' -e 's/[0-9]+[.,][0-9] MB/<size> MB/g' \
        -e 's/("confidence": 0[.])[0-9]+/\1<share>/' -e 's/ [0-9]{2} %/ NN %/g'
}

same() {
    same_file=$1
    shift
    "$@" >"$work/.said" 2>&1 </dev/null
    same_code=$?
    { stable <"$work/.said"; echo "[exit $same_code]"; } >"$work/.now"
    if ! diff -uN "$expected/$same_file" "$work/.now" >"$work/.diff"; then
        if [ -n "${GOLDEN_UPDATE-}" ]; then
            cat "$work/.diff" >&3
            cp "$work/.now" "$expected/$same_file"
        else
            cat "$work/.diff"
            echo "$same_file is another than before; if that is meant: make golden-update"
            return 1
        fi
    fi
}

golden() {
    golden_name=$1
    shift
    check "$golden_name" same "$@"
}
