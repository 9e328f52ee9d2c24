#!/bin/sh
# Everything said to people is said in Vietnamese: po/vi.po has each message of the sources.
. "$(dirname "$0")/../tap.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
po=$root/po/vi.po
pot=$work/build/po/sohoa.pot
export LC_ALL=C.UTF-8

# Each of these prints what is wrong and fails when there is something.
none() { ! grep .; }
untranslated() { # of the messages in the sources: those without a translation, or with a guessed one
    msgmerge --quiet --no-fuzzy-matching -o "$work/merged.po" "$1" "$pot" &&
        { msgattrib --untranslated --no-wrap "$work/merged.po" && msgattrib --only-fuzzy --no-wrap "$work/merged.po"; } |
        grep '^msgid' | grep -v '^msgid ""$' | none
}
composed() { # NFC: every Vietnamese letter has a code point of its own, so no combining mark is left
    grep -nP '[\x{0300}-\x{036F}\x{1DC0}-\x{1DFF}]' "$1" | none
}
one_spelling() { # hòa, khóa, hủy; not hoà, khoá, huỷ
    msgattrib --no-obsolete --no-wrap "$1" | sed '/^#/d' | grep -niP 'o[àáảãạèéẻẽẹ](?!\p{L})|(?<!q)u[ỳýỷỹỵ](?!\p{L})' | none
}
formats() {
    msgfmt --check-format -o "$work/vi.mo" "$1"
}

check "the messages are collected from the sources" make -s -C "$root" B="$work/build" "$pot"
check "there are hundreds of them" sh -c "[ \$(grep -c '^msgid' '$pot') -gt 500 ]"
check "each message has its Vietnamese" untranslated "$po"
check "formats take the same values in the same order" formats "$po"
check "all is NFC" composed "$po"
check "marks stand where hòa, khóa and hủy have them" one_spelling "$po"
# The catalogue in the program is looked up by the plain text; such formats are spelled by the machine.
check "no format depends on the machine (PRId64)" sh -c "! grep '%<' '$pot'"

# Does it notice? One fault at a time in a copy.
sed '/^msgid "scanner"$/{n;s/.*/msgstr ""/}' "$po" >"$work/missing.po"
refuse "an empty translation is found" 1 'msgid "scanner"' untranslated "$work/missing.po"
sed '/^msgid "scanner"$/{N;d}' "$po" >"$work/gone.po"
refuse "a missing message is found" 1 'msgid "scanner"' untranslated "$work/gone.po"
sed 's/^msgstr "trang %d"$/msgstr "trang %s"/' "$po" >"$work/format.po"
refuse "another format is found" 1 "trang\|format\|msgid" formats "$work/format.po"
sed "s/^msgstr \"kho\"\$/msgstr \"ho$(printf '\314\200')a\"/" "$po" >"$work/decomposed.po"
refuse "a combining mark is found" 1 "msgstr" composed "$work/decomposed.po"
sed 's/^msgstr "kho"$/msgstr "khoá"/' "$po" >"$work/spelling.po"
refuse "another spelling is found" 1 "msgstr" one_spelling "$work/spelling.po"
tap_end
