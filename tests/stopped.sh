# shellcheck shell=sh
# Sourced by the crash tests instead of tap.sh: the program with the fault points, a disk that costs nothing,
# and which of a command's durable acts a run is stopped at. All of them take hours (make test-crash-all, or STEP=1 for one test); else every so many-th, from one that is
# another each day, so that all come up over time.
#   sampled STEP          the step to take: STEP from the environment overrides it
#   sampled_first STEP POINTS   the first act of this day, from 1 to STEP (and to POINTS)
#   sampled_acts STEP     "each act", "every 5th act": for the name of a check
# CRASH_DAY=20787 tests/crash/... does again what that day did; it is printed.
if [ -d /dev/shm ] && [ -w /dev/shm ] && [ -z "${TMPDIR-}" ]; then
    TMPDIR=/dev/shm # what is tested is the order of the acts, not the disk
    export TMPDIR
fi
. "$(dirname "$0")/../tap.sh"
SOHOA=$BUILD/test/sohoa
: "${CRASH_DAY:=$(($(date +%s) / 86400))}"
echo "# CRASH_DAY=$CRASH_DAY${STEP:+ STEP=$STEP}"

sampled() {
    echo "${STEP:-$1}"
}
sampled_first() {
    sampled_span=$1
    [ "$sampled_span" -le "$2" ] || sampled_span=$2
    echo $((1 + CRASH_DAY % sampled_span))
}
sampled_acts() {
    case $1 in
    1) echo "each act" ;;
    *1[123]) echo "every $1th act" ;;
    *1) echo "every $1st act" ;;
    *2) echo "every $1nd act" ;;
    *3) echo "every $1rd act" ;;
    *) echo "every $1th act" ;;
    esac
}
