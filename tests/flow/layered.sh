#!/bin/sh
# Layered pages with the real binary: from feeder to store, before and after signing, and what others
# make of them: validity, masks, pictures.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../feeder.sh"
. "$(dirname "$0")/../judges.sh"
. "$(dirname "$0")/../reseal.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho

mkdir "$work/sheets"
cp "$samples/simplex/0003-1.jpg" "$samples/simplex/0006-1.jpg" "$samples/simplex/0001-1.tif" "$work/sheets"
check "init makes a warehouse" "$SOHOA" init "$work/kho" --agency "Ủy ban nhân dân xã Thử Nghiệm"
check "pages are taken in" "$SOHOA" import "$work/sheets"/* --to "$work/pages"

pack() { # NAME OPTION...
    pack_name=$1
    shift
    "$SOHOA" --set archive.page_profile=layered "$@" pack "$work/pages" --to "$work/$pack_name.pdf"
}
"$SOHOA" pack "$work/pages" --to "$work/faithful.pdf" >"$work/said" 2>&1
check "pack writes layered pages" pack jbig2
check "pack writes them with G4 masks" pack g4 --set archive.mask_coding=g4
check "pack signs them" "$SOHOA" --set archive.page_profile=layered pack "$work/pages" --sign --to "$work/signed.pdf"
judge "veraPDF: layered pages are PDF/A-2u, unsigned and signed" judge_verapdf 2u \
    "$work/jbig2.pdf" "$work/g4.pdf" "$work/signed.pdf"
judge "poppler draws them without complaint" judge_poppler "$work/jbig2.pdf" "$work/g4.pdf" "$work/signed.pdf"
judge "mupdf draws them without complaint" judge_mupdf "$work/jbig2.pdf" "$work/g4.pdf" "$work/signed.pdf"
judge "qpdf finds them whole" judge_qpdf "$work/jbig2.pdf" "$work/g4.pdf" "$work/signed.pdf"

size() { wc -c <"$1"; }
check "layered is less than a third of faithful" test $(($(size "$work/jbig2.pdf") * 3)) -lt "$(size "$work/faithful.pdf")"
check "a JBIG2 mask is smaller than a G4 mask" test "$(size "$work/jbig2.pdf")" -lt "$(size "$work/g4.pdf")"
check "a colour page has background, ink and mask" sh -c "
    pdfimages -list '$work/jbig2.pdf' | awk '\$1 == 2 { print \$3 }' | xargs | grep -qxE 'image( image)* mask'"

# Two readers that know nothing of each other decode the masks, coded in two ways: the same picture.
same_picture() {
    mutool draw -q -r 150 -F ppm -o "$work/a.ppm" "$work/jbig2.pdf" 2 2>/dev/null
    mutool draw -q -r 150 -F ppm -o "$work/b.ppm" "$work/g4.pdf" 2 2>/dev/null
    cmp "$work/a.ppm" "$work/b.ppm" || return 1
    pdftoppm -r 150 -f 2 -l 2 -singlefile "$work/jbig2.pdf" "$work/c"
    pdftoppm -r 150 -f 2 -l 2 -singlefile "$work/g4.pdf" "$work/d"
    cmp "$work/c.ppm" "$work/d.ppm"
}
check "mupdf and poppler: JBIG2 and G4 masks paint the same picture" same_picture

feeder_load "$work/sheets"
"$SOHOA" --json scan --box H-07 --sheets 3 >"$work/scan.json" 2>"$work/scan.err"
"$SOHOA" --set archive.page_profile=layered --set pipeline.review=none --json run >"$work/run.json" 2>"$work/run.err"
check "run packs, signs and stores them" jq -e '.documents_indexed >= 1 and .held == 0' "$work/run.json"
find "$work/kho/store" -name packing.json >"$work/packings"
xargs jq -c '.pages[]' <"$work/packings" >"$work/page-reports"
check "every page's making is told" test "$(grep -c . "$work/page-reports")" -eq "$(jq .pages "$work/scan.json")"
check "colour pages are layered, with the guard's figures" jq -es '
    [.[] | select(.class == "color")] | length > 0 and all(.coding == "layered" and .guard.ink < 0.5)' "$work/page-reports"
check "verify finds the store whole" "$SOHOA" verify "$work/kho/store"
# shellcheck disable=SC2046
judge "veraPDF: what was stored is PDF/A-2u" judge_verapdf 2u $(find "$work/kho/store" -name document.pdf)

# The layers of another page under hashes, figures and sums that are right by themselves.
"$SOHOA" import "$samples/simplex/0005-1.jpg" "$samples/simplex/0006-1.jpg" --separate file >"$work/said" 2>&1
"$SOHOA" --set archive.page_profile=layered --set archive.mask_coding=g4 --set pipeline.review=none run >"$work/said" 2>&1
check "patches and G4 masks are read back" "$SOHOA" verify "$work/kho/store"
part=data/metadata/other/packing.json
find "$work/kho/store" -name packing.json -newer "$work/page-reports" | sed "s|/$part||" | sort >"$work/two"
one=$(head -n 1 "$work/two") other=$(tail -n 1 "$work/two")
check "two more packages are layered" sh -c "jq -e '.pages | length == 1 and all(.coding == \"layered\")' '$one/$part' '$other/$part' && [ '$one' != '$other' ]"
chmod -R u+w "$one"
pdf=data/representations/rep1/data/document.pdf
cp "$other/$pdf" "$one/$pdf"
jq --slurpfile was "$one/$part" '.pages[0].master = $was[0].pages[0].master | .pages[0].master_sha256 = $was[0].pages[0].master_sha256' \
    "$other/$part" >"$work/packing.json"
cp "$work/packing.json" "$one/$part"
reseal_whole "$one"
refuse "layers of another page are found by the guard" 1 "layers in the PDF do not show" "$SOHOA" verify "$one"
tap_end
