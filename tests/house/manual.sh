#!/bin/sh
# The manual in both languages names every command, every exit code and every option of all commands.
. "$(dirname "$0")/../tap.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
commands=$("$SOHOA" --json help | jq -r '.commands[].name')
codes=$(sed -n 's/^ \*   \([0-9]*\)  *[a-z].*/\1/p' "$root/tools/command.h")

names_commands() { # PAGE
    for command in $commands; do
        grep -q "^\\.B $command\$\|^\\.B $command " "$1" || { echo "$command" && return 1; }
    done
}
names_codes() { # PAGE
    for code in $codes; do
        grep -qx "\\.B $code" "$1" || { echo "$code" && return 1; }
    done
}
names_options() { # PAGE
    for option in warehouse set lang json; do
        grep -q "^\\.B .*-.-$option" "$1" || { echo "--$option" && return 1; }
    done
}
formats() { # PAGE: nothing for the formatter to complain of
    ! LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 "$1" 2>&1 >/dev/null | grep .
}

check "there are commands and eight exit codes" test "$(echo "$commands" | wc -l)" -ge 18 -a "$(echo "$codes" | wc -l)" -eq 8
for page in docs/sohoa.1 docs/vi/sohoa.1; do
    check "$page names every command" names_commands "$root/$page"
    check "$page names every exit code" names_codes "$root/$page"
    check "$page names the options of every command" names_options "$root/$page"
    if command -v man >/dev/null && command -v groff >/dev/null; then
        check "$page is formatted without a warning" formats "$root/$page"
    else
        skip "$page is formatted without a warning" "man-db and groff are not installed"
    fi
done
sed '/^\.B reindex/d' "$root/docs/vi/sohoa.1" >"$work/short.1"
refuse "a command that is left out is found" 1 "reindex" names_commands "$work/short.1"
check "both pages have the same parts in the same order" sh -c "
    [ \"\$(grep -c '^\\.TP' '$root/docs/sohoa.1') \$(grep -c '^\\.SH' '$root/docs/sohoa.1')\" = \\
      \"\$(grep -c '^\\.TP' '$root/docs/vi/sohoa.1') \$(grep -c '^\\.SH' '$root/docs/vi/sohoa.1')\" ]"
tap_end
