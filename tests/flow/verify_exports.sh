#!/bin/sh
# verify, of what left the store: a copy for use, a folder with its list, ZIPs; what is no whole is
# told as that. And what is said when nobody can say whose a signature is.
. "$(dirname "$0")/../tap.sh"
export SOHOA_WAREHOUSE=$work/kho
{
    "$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' &&
        "$SOHOA" import "$pages"/*.tif && "$SOHOA" --set ocr.model=vie --set pipeline.review=none run
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
first=$("$SOHOA" --json search 'tran thi thu' | jq -r '.hits[0].document')
package=$(echo "$work"/kho/store/*/"$first"/v1)

# ---- a copy for use
"$SOHOA" export --to "$work/dip" --as dip --plain 'bản thử' "$first" >"$work/made" 2>&1
dip=$(echo "$work"/dip/urn*)
check "a copy for use is whole without its masters" sh -c "'$SOHOA' verify '$dip' >'$work/said'"
check "which is said" grep -q '• .*masters are not part of a copy for use' "$work/said"
check "the signed PDF names the hash of what packing.json tells of" grep -q '✓ scan → signature .*packing.json' "$work/said"
check "JSON counts it" sh -c "'$SOHOA' --json verify '$dip' | jq -e '.whole and .verdicts[0].copies_for_use == 1 and .verdicts[0].elsewhere_pages == .verdicts[0].pages and .verdicts[0].traced_pages == 0'"
remade() { # FOLDER: its manifests are those of what is in it
    (cd "$1" && find data -type f | LC_ALL=C sort | xargs -d '\n' sha256sum >manifest-sha256.txt &&
        sha256sum bag-info.txt bagit.txt manifest-sha256.txt >tagmanifest-sha256.txt)
}
changed() { # NAME: a copy to change
    rm -rf "${work:?}/$1"
    cp -a "$dip" "$work/$1"
    chmod -R u+w "$work/$1"
}
changed other
packing=$work/other/data/metadata/other/packing.json
sed -i "s/\"master_sha256\": \"..../\"master_sha256\": \"0000/" "$packing"
remade "$work/other"
refuse "a packing.json that tells of other images is found" 1 'other scanned images than those that packing.json tells of' "$SOHOA" verify "$work/other"
changed stream
sed -i "s/\"sha256\": \"..../\"sha256\": \"0000/" "$work/stream/data/metadata/other/packing.json"
remade "$work/stream"
refuse "so is one that tells of another image on a page" 1 'image in the PDF is not the one' "$SOHOA" verify "$work/stream"
cp -a "$package" "$work/unmastered"
chmod -R u+w "$work/unmastered"
rm -r "$work/unmastered/data/representations/rep2/data"
remade "$work/unmastered"
refuse "an AIP without masters is no copy for use" 1 'scanned image is not in the package' "$SOHOA" verify "$work/unmastered"
mkdir -p "$work/own/2026/$first"
cp -a "$dip" "$work/own/2026/$first/v1"
refuse "nor is a copy for use a kept package" 1 'A copy for use (DIP) lies where the store keeps a package' "$SOHOA" verify "$work/own"

# ---- what export wrote
"$SOHOA" export --to "$work/aip" --all >/dev/null
check "the folder of an export is judged package by package" sh -c "'$SOHOA' --json verify '$work/aip' | jq -e '.whole and (.verdicts | length) == 2'"
cp -a "$work/aip" "$work/less"
chmod -R u+w "$work/less"
one=$(jq -r '.packages[0].name' "$work/less/export.json")
mv "$work/less/$one" "$work/elsewhere"
refuse "one that is gone is missed" 1 'on the list, and is not there' "$SOHOA" verify "$work/less"
cp -a "$work/less/$(jq -r '.packages[1].name' "$work/less/export.json")" "$work/less/$one"
refuse "one that took its place is found" 1 'not the package that is on the list' "$SOHOA" verify "$work/less"
mv "$work/less/$one" "$work/less/second"
mv "$work/elsewhere" "$work/less/$one"
refuse "one more is told" 1 'second: This package is not on the list' "$SOHOA" verify "$work/less"
echo '{"packages": []}' >"$work/less/export.json"
refuse "a list of nothing is no whole" 1 'names no package' "$SOHOA" verify "$work/less"

"$SOHOA" export --to "$work/zip" --zip --plain 'bản thử' "$first" >/dev/null
zip=$(echo "$work"/zip/*.zip)
mkdir "$work/tmp"
check "a ZIP is judged by what is in it" env TMPDIR="$work/tmp" "$SOHOA" verify "$zip"
check "and leaves nothing unpacked" sh -c "[ -z \"\$(ls -A '$work/tmp')\" ]"
check "it is named, not where it was unpacked" sh -c "'$SOHOA' --json verify '$zip' | jq -e '.verdicts[0].path == \"$zip\"'"
check "so is a folder of ZIPs" "$SOHOA" verify "$work/zip"
cp -a "$work/zip" "$work/touched"
python3 -c "import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'a') as z:
    z.writestr(z.namelist()[0].split('/')[0] + '/data/more.txt', 'x')" "$work/touched/$(basename "$zip")"
refuse "a ZIP that was changed is found by its list" 1 'not the ZIP that is on the list' "$SOHOA" verify "$work/touched"
refuse "and by itself" 1 'more.txt' "$SOHOA" verify "$work/touched/$(basename "$zip")"
"$SOHOA" export --to "$work/locked" --zip --passphrase-command 'echo chuyến tàu 7 giờ' "$first" >/dev/null
locked=$(echo "$work"/locked/*.zip)
refuse "an encrypted one is no broken one: what it needs is said" 3 'encrypted ZIP.*--passphrase' "$SOHOA" verify "$locked"
refuse "in its folder, too" 3 'encrypted ZIP' "$SOHOA" verify "$work/locked"
check "with its passphrase it is judged" "$SOHOA" verify --passphrase-command 'echo chuyến tàu 7 giờ' "$locked"
refuse "with another nothing is judged, and none is called broken" 3 'another passphrase' "$SOHOA" verify --passphrase-command 'echo sai' "$locked"
refuse "a year of a store is told as that" 3 "one year of a store. Verify the store (sohoa verify $(realpath "$work/kho/store"))" "$SOHOA" verify "$(dirname "$(dirname "$package")")"

# ---- whose object it is, in the journal
objects() { # of the last entry
    "$SOHOA" --json journal --last 1 --action verify | jq -r '.entries[0].object'
}
"$SOHOA" verify "$package/data/representations/rep1/data/document.pdf" >/dev/null
check "the journal names the document whose file was judged" sh -c "[ '$(objects)' = '$first' ]"
"$SOHOA" verify "$(dirname "$package")" >/dev/null
check "and the one whose folder was" sh -c "[ '$(objects)' = '$first' ]"

# ---- without trusted roots
untold() { "$SOHOA" --set archive.trust= "$@"; }
check "without trusted roots what is whole is whole" untold verify "$package"
check "and the last line says that trust was not judged" sh -c "
    '$SOHOA' --set archive.trust= verify '$package' | tail -n 1 | grep -q 'Whole; trust was NOT judged: no trusted roots are set'"
check "of a file and a store, too" sh -c "
    for path in '$package/data/representations/rep1/data/document.pdf' '$work/kho/store' '$dip'; do
        '$SOHOA' --set archive.trust= verify \"\$path\" | tail -n 1 | grep -q 'trust was NOT judged' || exit 1
    done"
check "JSON has it" sh -c "'$SOHOA' --set archive.trust= --json verify '$package' | jq -e '.whole and .trust_judged == false and .not_judged == 1'"
check "and with roots the other" sh -c "'$SOHOA' --json verify '$package' | jq -e '.whole and .trust_judged and .not_judged == 0'"
check "nobody is called the agency whom nobody knows" sh -c "
    '$SOHOA' --set archive.trust= verify '$package' >'$work/said'; grep -q '(field named agency)' '$work/said' && ! grep -q '(agency)' '$work/said'"
check "who is known is" sh -c "'$SOHOA' verify '$package' | grep -q '(agency)'"
tap_end
