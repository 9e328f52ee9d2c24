#!/bin/sh
# ALTO 4.4 against a schema. The Library of Congress's is in no package registry, so it is a narrower
# one of our own (tests/data/alto-profile.xsd); ALTO_XSD=path of alto-4-4.xsd, with xlink.xsd known
# to the XML catalogue, checks against the official one as well.
. "$(dirname "$0")/../tap.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
expected=$here/golden/expected # what words_write_alto makes of fixed words

valid() { xmllint --noout --nonet --schema "$here/data/alto-profile.xsd" "$1"; }
invalid() { ! valid "$1"; }
official() { xmllint --noout --nonet --schema "$ALTO_XSD" "$@"; }

check "a page with blocks, readings and odd letters is valid" valid "$expected/page.alto.xml"
check "a page without words is valid" valid "$expected/blank.alto.xml"

# A page as the program reads it.
"$SOHOA" read --format alto --to "$work" "$here/../samples/simplex/0002-1.tif" >/dev/null 2>"$work/err"
check "what sohoa read writes of a paper is valid" valid "$work/0002-1.alto.xml"
check "and has words" grep -q '<String ' "$work/0002-1.alto.xml"

# The gate itself: each of these breaks one rule of the standard.
broken() { # NAME SED-SCRIPT
    sed "$2" "$expected/page.alto.xml" >"$work/broken.xml"
    if cmp -s "$work/broken.xml" "$expected/page.alto.xml"; then
        echo "the script changes nothing: $2"
        return 1
    fi
    invalid "$work/broken.xml"
}
check "a String without its text is refused" broken text 's/ CONTENT="Họ"//'
check "a confidence above 1 is refused" broken share 's/WC="0.9900"/WC="1.9900"/'
check "a decimal comma is refused" broken comma 's/WC="0.9900"/WC="0,9900"/'
check "an id that stands twice is refused" broken id 's/ID="l1s2"/ID="l1s1"/'
check "a line without a String is refused" broken line '/<TextLine ID="l4"/,/<\/TextLine>/{/<String/d;/<SP/d}'
check "another namespace is refused" broken namespace 's/ns-v4#/ns-v3#/g'
check "elements in another order are refused" broken order 's/<SP\/>/<SP\/><SP\/>/'

if [ -n "${ALTO_XSD-}" ]; then
    check "the Library of Congress's schema finds all of them valid" \
        official "$expected/page.alto.xml" "$expected/blank.alto.xml" "$work/0002-1.alto.xml"
else
    skip "the Library of Congress's schema finds them valid, too" \
        "alto-4-4.xsd is in no package registry; name a copy with ALTO_XSD=..."
fi
tap_end
