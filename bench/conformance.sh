#!/bin/sh
# What independent judges say of our PDFs: every profile x every signature level x every judge, and our
# own checker against veraPDF. All pages are drawn for it. "all": agrees with each document.
#   CONFORMANCE=20    fewer documents
#   PROFILES='faithful 3u' LEVELS='none B-B'   only these
#   WAYS=4               documents for each other way of signing; 0: none of them
set -eu
cd "$(dirname "$0")/.."
: "${BUILD:=$PWD/build}" "${CONFORMANCE:=200}" "${WAYS:=4}"
: "${PROFILES:=faithful layered 3u 1b}" "${LEVELS:=none B-B B-T B-LT B-LTA}"
export SOHOA_LANG=en LC_ALL=C.UTF-8
# shellcheck disable=SC2034
root=$PWD JUDGES_FOLDER=$PWD/tests/judges
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-bench.XXXXXX")
authority_pid=
trap '[ -z "$authority_pid" ] || authority_stop || true; rm -rf "$work"' EXIT
. tests/judges.sh
. tests/authority.sh
tool=$BUILD/bench/conformance
bad=0
authority_start "$work/ca"
roots=$work/ca/ca.crt

# shellcheck disable=SC2317
judge_ours() { "$tool" check "$@"; }

flavour_of() { case $1 in 3u | 1b) echo "$1" ;; *) echo 2u ;; esac }

cell() { # JUDGE ARGUMENTS...: one column of the row
    judge_name=$1
    shift
    code=0
    "judge_$judge_name" "$@" >"$work/said" 2>&1 || code=$?
    case $code in
    0) printf ' %8s' all ;;
    77) printf ' %8s' skipped && echo "$judge_why" >>"$work/skipped" ;;
    *) printf ' %8s' REFUSED && bad=1 && { echo "-- $row, $judge_name:" && head -n 20 "$work/said"; } >>"$work/refused" ;;
    esac
}

echo "$CONFORMANCE documents of 1 to 300 pages; what each judge agrees with"
echo
printf '%-16s %8s %8s %8s %8s %8s %8s %8s %8s %8s %8s\n' "" ours verapdf prefl. dss pyhanko pdfsig openssl \
    poppler mupdf qpdf
made() { # PROFILE LEVEL COUNT KEY WAY MORE: the documents of a row, in $folder
    folder=$work/pdf
    rm -rf "$folder" && mkdir "$folder"
    if [ "$2" = none ]; then
        "$tool" build "$1" "$3" "$folder"
    else
        "$tool" sign "$1" "$3" "$folder" "$work/ca/$4.pem" "$roots" "$authority/tsa" "$2" "$5" "$6"
    fi
}

judged() { # PROFILE LEVEL FILES...: a row of cells
    profile=$1 level=$2
    shift 2
    printf '%-16s' "$row"
    if [ "$profile" = 1b ]; then
        printf ' %8s' -
        cell verapdf 1b "$@"
        cell preflight "$@"
    else
        cell ours "$@"
        cell verapdf "$(flavour_of "$profile")" "$@"
        printf ' %8s' -
    fi
    if [ "$level" = none ]; then
        printf ' %8s %8s %8s %8s' - - - -
    else
        cell dss "$roots" "${level#B-}" "$@"
        "$cell_of_pyhanko" pyhanko "$roots" "${level#B-}" "$@"
        cell pdfsig "$roots" "$@"
        cell openssl "$roots" "$@"
    fi
    cell poppler "$@"
    cell mupdf "$@"
    cell qpdf "$@"
    echo
}

cell_of_pyhanko=cell
for profile in $PROFILES; do
    for level in $LEVELS; do
        [ "$profile" != 1b ] || [ "$level" = none ] || continue
        row="$profile, $level"
        made "$profile" "$level" "$CONFORMANCE" signer plain ""
        judged "$profile" "$level" "$folder"/*.pdf
    done
done

# ---------------------------------------------------------------- ways of signing

# pyHanko at LTA, which it refuses for want of a time-stamp in the signature, and at LT, where it agrees.
# shellcheck disable=SC2317
cell_without_stamp() {
    shift 3
    code=0
    judge_pyhanko "$roots" LTA "$@" >"$work/said" 2>&1 || code=$?
    if [ $code -ne 1 ]; then
        cell pyhanko "$roots" LTA "$@"
    elif judge_pyhanko "$roots" LT "$@" >"$work/said" 2>&1; then
        printf ' %8s' 'all LT*'
        exception=1
    else
        cell pyhanko "$roots" LT "$@"
    fi
}

ways() {
    exception=
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/ca/p256.key" 2>/dev/null
    authority_issue "$work/ca" p256 signer >/dev/null 2>&1
    echo
    echo "$WAYS documents each, B-LTA, faithful unless said, signed in other ways"
    echo
    while read -r name profile key way more; do
        row=$name
        cell_of_pyhanko=cell
        [ "$way" != late ] || cell_of_pyhanko=cell_without_stamp
        made "$profile" B-LTA "$WAYS" "$key" "$way" "$more"
        judged "$profile" B-LTA "$folder"/*.pdf
    done <<END
sealed-later faithful signer late
two-roles faithful signer two $work/ca/officer.pem
two-roles,layer. layered signer two $work/ca/officer.pem
two-roles,3u 3u signer two $work/ca/officer.pem
RSA-PSS faithful signer pss
SHA-384 faithful signer sha384
SHA-512 faithful signer sha512
ECDSA-P-256 faithful p256 plain
ECDSA-P-384 faithful ec plain
renewed faithful signer renewed $authority/tsa/long
END
    [ -z "$exception" ] || cat <<END
* Signed while no authority answered, so that the time-stamp over the document is the only one. pyHanko's LTA profile
  asks for one within the signature as well; EN 319 142-1 does not, and EU DSS finds B-LTA. pyHanko agrees at LT.
END
}
[ "$WAYS" -eq 0 ] || ways

# ---------------------------------------------------------------- and what they refuse

echo
echo "Asked for more than the file has, a judge must refuse: has, asked"
echo
refusal() { # JUDGE HAS ASKED
    code=0
    "judge_$1" "$roots" "$3" "$folder"/*.pdf >"$work/said" 2>&1 || code=$?
    case $code in
    1) said=refused ;;
    77) said=skipped && echo "$judge_why" >>"$work/skipped" ;;
    *) said=AGREED && bad=1 ;;
    esac
    printf '  %-8s B-%s, B-%s: %s\n' "$1" "$2" "$3" $said
}
for pair in B:T B:LT B:LTA T:LT T:LTA; do
    made faithful "B-${pair%:*}" 2 signer plain ""
    refusal dss "${pair%:*}" "${pair#*:}"
    refusal pyhanko "${pair%:*}" "${pair#*:}"
done
echo
[ ! -e "$work/skipped" ] || sort "$work/skipped" | uniq -c | sed 's/^ *\([0-9]*\)/skipped \1 times:/'
[ ! -e "$work/refused" ] || cat "$work/refused"

# ---------------------------------------------------------------- defects

echo
echo "Files that break exactly one rule, by clause: refused by ours and by veraPDF, of how many"
echo
defects=$work/defects
mkdir "$defects"
"$BUILD/tests/contract/archive_defects" --write "$defects"
"$BUILD/tests/contract/archive_defects" --check "$defects"/defect-*.pdf | sed 's|/.*/||' >"$work/ours"
: >"$work/vera-said"
for flavour in 2u 3u; do
    judge_verapdf $flavour "$defects"/defect-*.pdf >/dev/null 2>&1 || true
    # defects of attachments are judged as 3u, all others as 2u
    [ ! -e "$work/.vera" ] || sed 's|/.*/||' "$work/.vera" | sed "s/^/$flavour /" >>"$work/vera-said"
done
awk '
    FILENAME ~ /list$/ { rule[$1] = $3 " " $4 " " $5; looks[$1] = $2; next }
    FILENAME ~ /ours$/ { if ($1 == "FAIL") ours[$2] = 1; next }
    $2 == "PASS" { passed[$1 " " $3] = 1 }
    $2 == "PASS" || $2 == "FAIL" { seen++ }
    END {
        for (name in rule) {
            r = rule[name]; n[r]++; o[r] += ours[name]
            as = (r ~ /^6\.8 / && name !~ /attached/) ? "3u " : "2u "
            if (seen && !((as name) in passed)) v[r]++
            total++; oo += ours[name]; if (looks[name] == "ours") blind++
        }
        for (r in n) printf "  %-24s %4d of %d %8s of %d\n", r, o[r], n[r], seen ? v[r] + 0 : "?", n[r] | "sort -V"
        close("sort -V")
        printf "  ours refuses %d of %d; in %d of them veraPDF does not look\n", oo, total, blind
    }' "$defects/list" "$work/ours" "$work/vera-said"

# ---------------------------------------------------------------- speed

echo
echo "Packing the same small pages"
echo
mkdir "$work/many"
"$tool" many "$work/many"

echo
rm -rf "$work/pdf" && mkdir "$work/pdf"
"$tool" build faithful "$CONFORMANCE" "$work/pdf"
ours=$("$tool" check "$work"/pdf/*.pdf | sed -n 's/.* \([0-9.]*\) s$/\1/p')
if command -v /usr/bin/time >/dev/null; then
    vera_jar=$SOHOA_JUDGES/verapdf-$vera_version/greenfield-apps-$vera_version.jar
    if [ -e "$vera_jar" ]; then
        /usr/bin/time -o "$work/time" -f '%U %S' java -cp "$vera_jar" org.verapdf.apps.GreenfieldCliWrapper \
            --flavour 2u --format text "$work"/pdf/*.pdf >/dev/null 2>&1
        awk -v n="$CONFORMANCE" -v ours="$ours" '{
            vera = $1 + $2
            printf "Checking, CPU: ours %.0f files/s, veraPDF %.1f files/s (with its start): %.0f x\n", n / ours, n / vera, vera / ours
        }' "$work/time"
    fi
fi
exit $bad
