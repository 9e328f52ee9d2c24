#!/bin/sh
# What others say of a package's description: METS and CSIP by their schemas and by eark-validator, the
# bag by bagit, PREMIS and EAD by profiles of ours (their official schemas are in no package registry;
# PREMIS_XSD and EAD_XSD name copies of them).
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../judges.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
kho() { "$SOHOA" --warehouse "$work/kho" --set ocr.model=vie --set pipeline.review=none --set archive.fonds=H30.81 "$@"; }

{
    "$SOHOA" init "$work/kho" --agency 'UBND xã <Thử> & "Nghiệm"' && kho import "$pages"/*.tif && kho run &&
        kho export --to "$work/sip" --as sip --plain thử --all && kho export --to "$work/dip" --as dip --plain thử --all
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
set --
for package in "$work"/kho/store/*/*/v1 "$work"/sip/uuid-* "$work"/dip/urn_*; do
    set -- "$@" "$package"
done
check "there are six packages to judge: two each as AIP, SIP and DIP" [ $# -eq 6 ]

roots=
mets=
for package; do
    roots="$roots $package/data"
    mets="$mets $package/data/METS.xml $(echo "$package"/data/representations/*/METS.xml)"
done
# shellcheck disable=SC2086
judge "the schemas of METS and CSIP hold for every METS.xml" judge_mets $mets
# shellcheck disable=SC2086
judge "eark-validator finds no rule of CSIP broken" judge_eark $roots
judge "bagit finds every bag valid" judge_bagit "$@"

valid() { xmllint --noout --nonet --schema "$1" "$2"; }
all() { # SCHEMA FILE-BELOW-DATA
    for package in "$work"/kho/store/*/*/v1 "$work"/sip/uuid-* "$work"/dip/urn_*; do
        valid "$1" "$package/data/$2" || return
    done
}
premis=metadata/preservation/PREMIS.xml
ead=metadata/descriptive/EAD.xml
check "PREMIS.xml is as PREMIS 3 orders it" all "$here/data/premis-profile.xsd" $premis
check "EAD.xml is as EAD 2002 orders it" all "$here/data/ead-profile.xsd" $ead
one=$(echo "$work"/sip/uuid-* | cut -d' ' -f1)/data
broken() { # NAME SED FILE SCHEMA
    sed "$2" "$one/$3" >"$work/broken.xml"
    cmp -s "$work/broken.xml" "$one/$3" && { echo "the script changes nothing"; return 1; }
    ! valid "$4" "$work/broken.xml"
}
check "an event without time would be refused" broken time '/<eventDateTime>/d' $premis "$here/data/premis-profile.xsd"
check "an object without its hash, too" broken hash '/<messageDigest>/d' $premis "$here/data/premis-profile.xsd"
check "an event of an agent that is not told, too" broken agent '/<agent>/,/<\/agent>/d' $premis "$here/data/premis-profile.xsd"
check "an EAD without did, too" broken did '/<did>/,/<\/did>/d' $ead "$here/data/ead-profile.xsd"
if [ -n "${PREMIS_XSD-}" ]; then
    check "the Library of Congress's schema of PREMIS holds" all "$PREMIS_XSD" $premis
else
    skip "the Library of Congress's schema of PREMIS holds" \
        "premis-v3-0.xsd is in no package registry; name a copy with PREMIS_XSD=..."
fi
if [ -n "${EAD_XSD-}" ]; then
    check "the Library of Congress's schema of EAD holds" all "$EAD_XSD" $ead
else
    skip "the Library of Congress's schema of EAD holds" \
        "ead.xsd is in no package registry; name a copy with EAD_XSD=..."
fi

# ---- what it tells
one=$(echo "$work"/kho/store/*/*/v1 | cut -d' ' -f1)/data
check "every step of the way is an event, with Vietnam's time" sh -c "
    for type in capture inspection reading approval packing signing check storing; do
        grep -q \"\\\"type\\\":\\\"\$type\\\"\" '$one/metadata/other/events.jsonl' || { echo \$type; exit 1; }
    done
    [ \$(grep -c '<eventDateTime>20.*+07:00</' '$one/$premis') -eq \$(wc -l <'$one/metadata/other/events.jsonl') ]"
check "no citizen's name stands in the events" sh -c "! grep -i 'trần\|thử' '$one/metadata/other/events.jsonl' | grep -v UBND"
check "the model that read is named with its hash" grep -q 'model vie, SHA-256 [0-9a-f]\{64\}' "$one/$premis"
tap_end
