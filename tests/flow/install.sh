#!/bin/sh
# make install puts a program anywhere that works there; make uninstall takes all of it away.
. "$(dirname "$0")/../tap.sh"
top=$(cd "$(dirname "$0")/../.." && pwd)
install() { make -s -C "$top" "$1" PREFIX="$work/prefix" DESTDIR="$2"; }
case $BUILD in
*/build) ;;
*)
    skip "make install" "installs the plain build only"
    tap_end
    exit
    ;;
esac
check "make install with DESTDIR writes below it only" install install "$work/stage"
check "program, man page and configuration are there" test -x "$work/stage$work/prefix/bin/sohoa" \
    -a -e "$work/stage$work/prefix/share/man/man1/sohoa.1" \
    -a -e "$work/stage$work/prefix/share/man/vi/man1/sohoa.1" \
    -a -e "$work/stage$work/prefix/share/sohoa/config/roadmap.conf"
check "nothing was written to the prefix itself" test ! -e "$work/prefix"
check "make install without DESTDIR" install install ""
check "the installed program finds its configuration" sh -c "cd / && '$work/prefix/bin/sohoa' init '$work/kho'"
check "and says its version" sh -c "'$work/prefix/bin/sohoa' --version | grep -q '^sohoa [0-9]'"
# ---- the jobs by timer
timers=$work/prefix/share/sohoa/timers
check "no job of a timer keeps another from its work" sh -c "! grep -c '^ExecStart=' '$timers'/*.service | grep -v ':1\$'"
away() { # each line or unit that writes to a medium asks whether it is mounted
    for unit in "$timers"/*.service; do
        medium=$(grep '^ExecStart=' "$unit" | grep -o '/mnt/[a-z]*')
        [ -z "$medium" ] || grep -q "^ExecStartPre=.*mountpoint -q $medium\$" "$unit" || return 1
    done
    ! grep '/mnt/' "$timers/sohoa.cron" | grep -v '(mountpoint /mnt/[a-z]* && '
}
check "a medium that is not mounted is a failure" away
check "what cron does timers do" sh -c "
    sed -n 's/.*\$SOHOA \(--actor [a-z]* \)\{0,1\}\([a-z ]*\).*/\2/p' '$timers/sohoa.cron' | sed 's/ *\$//' | sort -u >'$work/cron' &&
    sed -n 's|^ExecStart=.*/sohoa \(--actor [a-z]* \)\{0,1\}\([a-z ]*\).*|\2|p' '$timers'/*.service | sed 's/ *\$//' | sort -u | diff '$work/cron' - && [ -s '$work/cron' ]"
if command -v systemd-analyze >/dev/null; then
    check "systemd reads the units" sh -c "! systemd-analyze verify '$timers'/*.service '$timers'/*.timer 2>&1 | grep sohoa | grep -v 'is not executable'"
else
    skip "systemd reads the units" "systemd-analyze is not installed"
fi
install uninstall "" >/dev/null 2>&1
check "make uninstall leaves no file" sh -c "! find '$work/prefix' -type f | grep ."
tap_end
