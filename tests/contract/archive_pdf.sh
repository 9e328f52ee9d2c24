#!/bin/sh
# What others say of our PDFs: PDFBox Preflight of the 1b twin, poppler's text and pictures, qpdf, and
# veraPDF when it can be had.
. "$(dirname "$0")/../tap.sh"
samples=$BUILD/tests/contract/archive_samples
check "the samples are written" "$samples" --write "$work"

jars=/usr/share/java
classes=$jars/pdfbox2.jar:$jars/fontbox2.jar:$jars/preflight.jar:$jars/xmpbox.jar:$jars/jaxb-api.jar
classes=$classes:$jars/javax.activation.jar:$jars/commons-logging.jar

preflight() {
    java -cp "$classes" org.apache.pdfbox.preflight.Validator_A1b "$1" >"$work/preflight" 2>&1
    cat "$work/preflight"
    grep -q 'is a valid PDF/A-1b file' "$work/preflight"
}
# The same must not pass when a rule is broken, or the gate is none.
preflight_refuses() { ! preflight "$1"; }

for name in bilevel grey colour bilevel-field colour-field; do
    check "Preflight: the 1b twin of $name is PDF/A-1b" preflight "$work/$name.1b.pdf"
    check "qpdf: $name is whole" qpdf --check "$work/$name.pdf"
done
check "qpdf: the signed sample is whole" qpdf --check "$work/colour-signed.pdf"
check "Preflight refuses the 2u file as 1b" preflight_refuses "$work/colour.pdf"

# pdftotext's words with their boxes against NAME.words: same order, same text, within 2 points.
words_agree() {
    pdftotext -bbox "$work/$1.pdf" "$work/$1.bbox" || return 1
    sed -n 's/.*<page .*/PAGE/p; s/.*<word xMin="\([^"]*\)" yMin="\([^"]*\)" xMax="\([^"]*\)" yMax="\([^"]*\)">\(.*\)<\/word>.*/\1 \2 \3 \4 \5/p' \
        "$work/$1.bbox" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&apos;/'"'"'/g; s/&amp;/\&/g' |
        awk '$1 == "PAGE" { page++; next } { print page, $0 }' >"$work/$1.got"
    awk -v wanted="$work/$1.words" '
        function far(a, b) { return a - b > 2 || b - a > 2 }
        {
            if ((getline line < wanted) <= 0) { print "too many words: " $0; bad++; exit }
            split(line, w, " ")
            if (w[1] != $1 || w[6] != $6 || far(w[2], $2) || far(w[3], $3) || far(w[4], $4) || far(w[5], $5)) {
                print "wanted " line ", got " $0
                if (++bad > 5) exit
            }
        }
        END {
            if (!bad && (getline line < wanted) > 0) { print "missing: " line; bad++ }
            if (NR < 100) bad++
            exit bad > 0
        }' "$work/$1.got"
}
for name in bilevel grey colour; do
    check "pdftotext: every word of $name comes back in its place, in NFC" words_agree $name
done

# On a sheet that lay askew by 3 degrees the order of lines is poppler's guess, but no word may break.
sloped_words_whole() {
    pdftotext -raw "$work/sloped.pdf" - | tr ' \f' '\n' | sed '/^$/d' | sort >"$work/sloped.got"
    awk '{ print $6 }' "$work/sloped.words" | sort >"$work/sloped.wanted"
    diff "$work/sloped.got" "$work/sloped.wanted"
}
check "pdftotext: words of a sloping page stay whole" sloped_words_whole

# Words whose boxes touch, overlap, lie on one another or are too thin for their letters.
tight_words_whole() { # NAME PROGRAM...
    name=$1
    shift
    "$@" | tr ' \f' '\n' | sed '/^$/d' | sort >"$work/$name.got"
    awk '{ print $6 }' "$work/$name.words" | sort >"$work/$name.wanted"
    diff "$work/$name.got" "$work/$name.wanted"
}
tight_words_in_order() {
    pdftotext -raw "$work/tight.pdf" - | tr ' \f' '\n' | sed '/^$/d' >"$work/tight.got"
    awk '{ print $6 }' "$work/tight.words" | diff "$work/tight.got" -
}
for name in tight tight-sloped; do
    check "pdftotext: words of $name boxes stay apart and whole" tight_words_whole $name pdftotext "$work/$name.pdf" -
    check "pdftotext -layout: of $name too" tight_words_whole $name pdftotext -layout "$work/$name.pdf" -
    check "pdftotext -raw: of $name too" tight_words_whole $name pdftotext -raw "$work/$name.pdf" -
    check "mutool: of $name too" tight_words_whole $name mutool draw -q -F txt "$work/$name.pdf"
done
check "pdftotext -raw: they come in our order" tight_words_in_order

# Pictures of each page against the upright master. poppler stretches an image by a part of a pixel to
# fill its last row, mupdf does not; so mupdf is held tightly and poppler loosely.
close_to() {
    difference=$("$samples" --difference "$1" "$2") || return 1
    echo "$1: $difference"
    awk -v d="$difference" -v most="$3" 'BEGIN { exit d > most }'
}
poppler_agrees() {
    pdftoppm -gray -r 100 "$work/$1.pdf" "$work/$1-render" || return 1
    for page in 1 2 3 4; do
        close_to "$work/$1-render-$page.pgm" "$work/$1-$page.pgm" 3 || return 1
    done
}
mupdf_agrees() {
    mutool draw -q -r 100 -c gray -o "$work/$1-mu-%d.pgm" "$work/$1.pdf" || return 1
    for page in 1 2 3 4; do
        close_to "$work/$1-mu-$page.pgm" "$work/$1-$page.pgm" 0.5 || return 1
    done
}
# The comparison itself notices a page that lies the wrong way.
wrong_is_noticed() {
    ! close_to "$work/grey-render-1.pgm" "$work/grey-wrong.pgm" 6 &&
        ! close_to "$work/grey-render-1.pgm" "$work/absent.pgm" 6
}
for name in bilevel grey colour; do
    check "poppler: $name pages look like their masters, turned or not" poppler_agrees $name
    check "mupdf: $name pages look like their masters, turned or not" mupdf_agrees $name
done
check "the comparison tells a page that is upside down" wrong_is_noticed

block_text() {
    pdftotext -l 1 "$work/$1.pdf" - >"$work/block.txt" || return 1
    grep -q 'SAO Y' "$work/block.txt" && grep -q '2026-11-22T14:05:09+07:00' "$work/block.txt" &&
        tr '\n' ' ' <"$work/block.txt" | grep -q 'Ủy ban nhân dân xã Đông Sơn, tỉnh Thanh Hóa'
}
check "pdftotext: the visible block is text" block_text colour-field

no_complaint() {
    pdftoppm -r 30 -png "$work/$1.pdf" "$work/small" 2>"$work/complaint" && [ ! -s "$work/complaint" ]
}
for name in bilevel grey colour colour-field colour-signed; do
    check "poppler draws $name without complaint" no_complaint $name
done

fonts_embedded() {
    pdffonts "$work/$1.pdf" >"$work/fonts" || return 1
    tail -n +3 "$work/fonts" | awk '{ if ($(NF - 4) != "yes" || $(NF - 2) != "yes") bad++ } END { exit bad > 0 || NR < 2 }'
}
check "pdffonts: all fonts are embedded and have Unicode" fonts_embedded colour-field

# veraPDF, the reference checker, is in no Debian release; Maven knows it when there is a network.
vera=$BUILD/verapdf/greenfield-apps-1.28.2.jar
if [ ! -e "$vera" ] && command -v mvn >/dev/null; then
    mkdir -p "$BUILD/verapdf"
    timeout 120 mvn -q dependency:copy -Dartifact=org.verapdf.apps:greenfield-apps:1.28.2 \
        -DoutputDirectory="$BUILD/verapdf" >/dev/null 2>&1
fi
verapdf() {
    java -cp "$vera" org.verapdf.apps.GreenfieldCliWrapper --flavour 2u --format text "$@" >"$work/vera"
    cat "$work/vera"
    [ "$(grep -c '^PASS' "$work/vera")" -eq $# ]
}
verapdf_refuses() { ! verapdf "$1"; }
if [ -e "$vera" ]; then
    check "veraPDF: the samples are PDF/A-2u" verapdf "$work/bilevel.pdf" "$work/grey.pdf" "$work/colour.pdf"
    check "veraPDF: the signed sample is PDF/A-2u" verapdf "$work/colour-signed.pdf"
    check "veraPDF, as our checker, refuses a field that is not signed" verapdf_refuses "$work/colour-field.pdf"
else
    skip "veraPDF: the samples, signed or not, are PDF/A-2u" "veraPDF is in no Debian release and could not be fetched with Maven"
fi
tap_end
