#!/bin/sh
# Our checker and veraPDF on the same files: good ones, and ones that break exactly one rule. What
# veraPDF refuses, ours refuses; where veraPDF does not look, the list says so and ours does.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../judges.sh"
tool=$BUILD/tests/contract/archive_defects
"$tool" --write "$work" 120 || exit 1

judge "veraPDF passes the files the defects are made from" judge_verapdf 2u "$work/plain.pdf" "$work/field.pdf"
judge "veraPDF passes the one with attachments" judge_verapdf 3u "$work/attached.pdf"
check "ours passes them" [ "$("$tool" --check "$work/plain.pdf" "$work/field.pdf" "$work/attached.pdf" | grep -c '^PASS')" -eq 3 ]

# veraPDF's verdict on each file; one file of many cannot hold up the others
judge_verapdf 2u "$work"/defect-*.pdf >/dev/null 2>&1
[ -z "$judge_why" ] && cp "$work/.vera" "$work/vera-all"
# defects of the attachments are judged as 3u
attached=$(grep ' 6.8$' "$work/list" | grep -v defect-attached.pdf | sed "s|^\([^ ]*\) .*|$work/\1|")
# shellcheck disable=SC2086
if [ -z "$judge_why" ]; then
    for file in $attached; do sed -i "\|$file|d" "$work/vera-all"; done
    judge_verapdf 3u $attached >/dev/null 2>&1
    cat "$work/.vera" >>"$work/vera-all"
fi
verdicts() {
    grep ' both ' "$work/list" | while read -r name _ rule; do
        grep -q "^PASS .*/$name" "$work/vera-all" && echo "veraPDF passes $name (rule $rule)"
    done >"$work/disagree"
    cat "$work/disagree"
    [ ! -s "$work/disagree" ] && [ "$(grep -c '^PASS\|^FAIL' "$work/vera-all")" -gt 40 ]
}
blind() {
    grep ' ours ' "$work/list" | while read -r name _; do
        grep -q "^PASS .*/$name" "$work/vera-all" || echo "veraPDF refuses $name, too: say so in the list"
    done >"$work/disagree"
    cat "$work/disagree"
    [ ! -s "$work/disagree" ]
}
ours() {
    "$tool" --check "$work"/defect-*.pdf >"$work/ours-all"
    grep '^PASS' "$work/ours-all"
    [ "$(grep -c '^FAIL' "$work/ours-all")" -eq "$(wc -l <"$work/list")" ]
}
check "ours refuses every defect" ours
if [ -n "$judge_why" ]; then
    skip "veraPDF refuses each of them but where it does not look" "$judge_why"
else
    check "veraPDF refuses each of them where it looks" verdicts
    check "where it does not look the list says so" blind
fi

"$tool" --check "$work"/mutation-*.pdf | sed -n 's/^PASS //p' >"$work/passed"
check "of 120 files of which one character is another some stay good" [ -s "$work/passed" ]
# shellcheck disable=SC2046 # names without blanks
judge "what ours passes of them, veraPDF passes" judge_verapdf 2u $(cat "$work/passed")
tap_end
