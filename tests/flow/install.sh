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
install uninstall "" >/dev/null 2>&1
check "make uninstall leaves no file" sh -c "! find '$work/prefix' -type f | grep ."
tap_end
