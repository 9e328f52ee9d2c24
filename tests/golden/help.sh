#!/bin/sh
# What sohoa says of itself, in both languages: the list of commands, and each command's options.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/golden.sh"

# As one text: a command that comes or goes shows up as well.
every_help() {
    "$SOHOA" --lang "$1" help || return
    for command in $("$SOHOA" --lang en help | sed -n "s/^  \([a-z]*\)  .*/\1/p" | grep -vx help); do
        echo "==== $command"
        "$SOHOA" --lang "$1" help "$command" || return
    done
}
golden "the help of every command is as before, in Vietnamese" help.vi.txt every_help vi
golden "the help of every command is as before, in English" help.en.txt every_help en
check "the help covers the commands of the main job" sh -c "grep -c '^====' '$expected/help.en.txt' | { read -r n; [ \"\$n\" -ge 17 ]; }"
tap_end
