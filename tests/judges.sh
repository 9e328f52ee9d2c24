# shellcheck shell=sh
# Sourced by tests and benches after tap.sh: programs of others that judge our files.
#
#   judge_verapdf 2u|3u|1b FILE...      veraPDF, PDF/A                        (Maven)
#   judge_preflight FILE...             PDFBox Preflight, PDF/A-1b            (Debian)
#   judge_dss ROOTS LEVEL FILE...       EU DSS, PAdES; LEVEL B T LT LTA       (Maven)
#   judge_pyhanko ROOTS LEVEL FILE...   pyHanko, PAdES and its later revisions (PyPI)
#   judge_pdfsig ROOTS FILE...          poppler's pdfsig
#   judge_openssl ROOTS FILE...         openssl cms/ts on each signature's blob
#   judge_poppler FILE...               draws every page without complaint
#   judge_mupdf FILE...                 the same by mupdf
#   judge_qpdf FILE...                  qpdf --check
#   judge_bagit FOLDER...               the Library of Congress's bagit       (PyPI)
#   judge_eark FOLDER...                eark-validator: CSIP, rules and tree  (PyPI)
#   judge_mets FILE...                  xmllint, the schemas of METS and CSIP (PyPI)
#   judge_zip PASSPHRASE FILE...        pyzipper: AES-256 (AE-2), every entry (PyPI); in a file, its first line
#
# Each ends with 0: agrees with all; 1: refuses one, and prints what it said; 77: cannot be reached,
# and $judge_why says so in a sentence. ROOTS is a PEM file of trusted roots. In a test say
#   judge "name of what holds" judge_verapdf 2u FILE...
#   judge_refuses "name of what it finds" judge_verapdf 2u FILE...
# which check, or skip with that sentence: who cannot be reached neither agrees nor refuses. What is fetched is kept in $SOHOA_JUDGES for all.
: "${SOHOA_JUDGES:=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/sohoa-judges}"
judges_folder=${JUDGES_FOLDER:-$(cd "$(dirname "$0")" && while [ ! -e tests/judges.sh ] && [ "$PWD" != / ]; do cd ..; done && pwd)/tests/judges}
judge_why=
vera_version=1.28.2

judge() {
    judge_name=$1
    shift
    "$@" >"$work/.judged" 2>&1
    case $? in
    0) check "$judge_name" true ;;
    77) skip "$judge_name" "$judge_why" ;;
    *) check "$judge_name" judge_said ;;
    esac
}
judge_refuses() {
    judge_name=$1
    shift
    "$@" >"$work/.judged" 2>&1
    judge_code=$?
    case $judge_code in
    1) check "$judge_name" true ;;
    77) skip "$judge_name" "$judge_why" ;;
    *) check "$judge_name" judge_did_not_refuse ;;
    esac
}
judge_did_not_refuse() {
    echo "ended with $judge_code"
    judge_said
}
judge_said() {
    cat "$work/.judged"
    return 1
}

# Runs a fetch once, whoever comes first; a failure is not tried again for an hour.
judge_fetch() { # NAME FUNCTION: $SOHOA_JUDGES/NAME is there afterwards
    [ -e "$SOHOA_JUDGES/$1/ready" ] && return 0
    mkdir -p "$SOHOA_JUDGES" 2>/dev/null || return 1
    (
        flock 9
        [ -e "$SOHOA_JUDGES/$1/ready" ] && exit 0
        [ -z "$(find "$SOHOA_JUDGES/$1.failed" -mmin -60 2>/dev/null)" ] || exit 1
        rm -rf "${SOHOA_JUDGES:?}/$1"
        mkdir "$SOHOA_JUDGES/$1"
        if "$2" "$SOHOA_JUDGES/$1" >"$SOHOA_JUDGES/$1.log" 2>&1; then
            touch "$SOHOA_JUDGES/$1/ready"
        else
            touch "$SOHOA_JUDGES/$1.failed"
            exit 1
        fi
    ) 9>"$SOHOA_JUDGES/$1.lock"
}
unreachable() {
    judge_why=$1
    echo "$1"
    return 77
}
have() { command -v "$1" >/dev/null 2>&1; }

# ---------------------------------------------------------------- PDF/A

fetch_verapdf() {
    have mvn && timeout 300 mvn -q dependency:copy \
        -Dartifact=org.verapdf.apps:greenfield-apps:$vera_version -DoutputDirectory="$1"
}
judge_verapdf() {
    vera_flavour=$1
    shift
    have java || { unreachable "veraPDF needs java"; return; }
    judge_fetch verapdf-$vera_version fetch_verapdf ||
        { unreachable "veraPDF is in no Debian release and could not be fetched with Maven"; return; }
    java -cp "$SOHOA_JUDGES/verapdf-$vera_version/greenfield-apps-$vera_version.jar" \
        org.verapdf.apps.GreenfieldCliWrapper --flavour "$vera_flavour" --format text -v "$@" \
        >"$work/.vera" 2>&1
    grep -v '^PASS' "$work/.vera"
    [ "$(grep -c '^PASS' "$work/.vera")" -eq $# ]
}

judge_preflight() {
    jars=/usr/share/java
    if [ ! -e $jars/preflight.jar ] || ! have java; then
        unreachable "Preflight needs the Debian packages libpdfbox2-java and default-jre-headless"
        return
    fi
    classes=$jars/pdfbox2.jar:$jars/fontbox2.jar:$jars/preflight.jar:$jars/xmpbox.jar
    classes=$classes:$jars/jaxb-api.jar:$jars/javax.activation.jar:$jars/commons-logging.jar
    printf '%s\n' "$@" >"$work/.preflight-list"
    java -cp "$classes" org.apache.pdfbox.preflight.Validator_A1b xml group "$work/.preflight-list" \
        >"$work/.preflight" 2>&1
    said=$work/.preflight
    [ ! -e "$work/.preflight-list.preflight.xml" ] || said=$work/.preflight-list.preflight.xml
    tr '>' '>\n' <"$said" | grep -a -i -E 'false|exception|<code|<details' | head -n 20
    good=$(grep -a -o '<isValid[^>]*>true' "$said" | grep -c .)
    rm -f "$work/.preflight-list.preflight.xml"
    [ "$good" -eq $# ]
}

# ---------------------------------------------------------------- signatures

fetch_dss() {
    have mvn && have javac && cp "$judges_folder/pom.xml" "$1/pom.xml" &&
        (cd "$1" && timeout 600 mvn -q dependency:copy-dependencies -DoutputDirectory=jars) &&
        javac -cp "$1/jars/*" -d "$1/classes" "$judges_folder/DssJudge.java"
}
# Without a clock of its own evidence DSS cannot know whether the certificate was revoked: at B and T it says
# so (INDETERMINATE for want of revocation data) and nothing else may be wrong; from LT on all must pass.
judge_dss() {
    dss_roots=$1 dss_level=$2
    shift 2
    have java || { unreachable "EU DSS needs java"; return; }
    dss=dss-$(cat "$judges_folder/pom.xml" "$judges_folder/DssJudge.java" | cksum | cut -d' ' -f1)
    judge_fetch "$dss" fetch_dss ||
        { unreachable "EU DSS could not be fetched with Maven, or there is no javac"; return; }
    JUDGE_WHY=1 java -cp "$SOHOA_JUDGES/$dss/jars/*:$SOHOA_JUDGES/$dss/classes" DssJudge \
        "$dss_roots" "$@" >"$work/.dss" 2>&1
    awk -v files=$# -v level="$dss_level" '
        function close_one() { if (open && !(passed || (level ~ /^[BT]$/ && indeterminate && !other && norevocation))) { printf "%s", text; bad++ } }
        /^(TOTAL|INDETERMINATE|NONE|FAULT|PASSED|FAILED)/ {
            close_one(); open = 1; text = $0 "\n"; other = norevocation = 0
            path = $0; sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", path); seen[path]++
            passed = $1 ~ /PASSED$/; indeterminate = $1 == "INDETERMINATE"
            if ($3 ~ "PA[dD]ES-BASELINE-" level "$") right[path]++
            next
        }
        /^# BBB_XCV_IRDPFC|revocation data/ { norevocation = 1; text = text $0 "\n"; next }
        /^# .*(BBB_XCV_SUB_ANS|not conclusive|TSV_|LTV_)/ { text = text $0 "\n"; next }
        /^#/ { other = 1; text = text $0 "\n"; next }
        { open = 1; text = text $0 "\n"; passed = indeterminate = 0 }
        END {
            close_one()
            for (path in seen) { n++; if (!right[path]) { print "not at level " level ": " path; bad++ } }
            if (n != files) { print n + 0 " of " files " files judged"; bad++ }
            exit bad > 0
        }' "$work/.dss"
}

fetch_pyhanko() {
    have python3 && python3 -m venv "$1/venv" && timeout 600 "$1/venv/bin/pip" install -q \
        --disable-pip-version-check pyhanko pyhanko-cli
}
judge_pyhanko() {
    hanko_roots=$1 hanko_level=$2
    shift 2
    judge_fetch pyhanko fetch_pyhanko ||
        { unreachable "pyHanko could not be fetched from the Python package index, or python3-venv is missing"; return; }
    "$SOHOA_JUDGES/pyhanko/venv/bin/python" "$judges_folder/pyhanko_judge.py" "$hanko_roots" "$@" \
        >"$work/.hanko" 2>&1
    awk -v files=$# -v level="$hanko_level" '
        BEGIN { rank["B"] = 1; rank["T"] = 2; rank["LT"] = 3; rank["LTV"] = rank["LTA"] = 4 }
        function want(path, text) { print text ": " path; bad++ }
        /^(VALID|INVALID|NONE|FAULT) / {
            path = $0; sub(/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ /, "", path); seen[path]++
            if ($1 != "VALID" || $4 == "OTHER") want(path, $1 " " $2 " " $3 " " $4)
            else if ($2 == "timestamp") stamps[path]++
            else if (rank[$3] < rank[level]) want(path, "has only level " $3)
            next
        }
        /^#/ { said = said $0 "\n"; next }
        { print }
        END {
            for (path in seen) { n++; if (level == "LTA" && !stamps[path]) want(path, "no document time-stamp") }
            if (n != files) { print n + 0 " of " files " files judged"; bad++ }
            if (bad) printf "%s", said
            exit bad > 0
        }' "$work/.hanko"
}

# pdfsig of poppler 22 cannot verify document time-stamps ("not yet been verified"), so only the others count.
judge_pdfsig() {
    sig_roots=$1
    shift
    if ! have pdfsig || ! have certutil; then
        unreachable "pdfsig and certutil (poppler-utils, libnss3-tools) are not installed"
        return
    fi
    sig_nss=$work/.nss-$(cksum <"$sig_roots" | cut -d' ' -f1)
    if [ ! -d "$sig_nss" ]; then
        mkdir "$sig_nss"
        certutil -N -d "sql:$sig_nss" --empty-password
        awk -v base="$sig_nss/root" '/BEGIN CERT/ { n++ } n { print > (base n ".pem") }' "$sig_roots"
        for root in "$sig_nss"/root*.pem; do
            certutil -A -d "sql:$sig_nss" -n "${root##*/}" -t CT,C,C -i "$root"
        done
    fi
    sig_bad=0
    for file in "$@"; do
        pdfsig -nssdir "sql:$sig_nss" "$file" >"$work/.sig" 2>&1
        awk -v path="$file" '
            function close_one() { if (open && !stamp && !(valid && trusted)) { printf "%s: %s", path, text; bad++ } if (open && !stamp) n++ }
            /^Signature #/ { close_one(); open = 1; stamp = valid = trusted = 0; text = "" }
            { text = text $0 "\n" }
            /Signature Type: (ETSI.RFC3161|unknown)/ { stamp = 1 }
            /Signature is Valid/ { valid = 1 }
            /Certificate is Trusted/ { trusted = 1 }
            END { close_one(); if (!n) { print path ": no signature"; bad++ } exit bad > 0 }' "$work/.sig" ||
            sig_bad=1
    done
    return $sig_bad
}

# Blob and signed bytes of the signature whose ByteRange is $2 $3 $4 $5 of file $1.
judge_extract() {
    head -c "$3" "$1" >"$work/.content"
    tail -c "+$(($4 + 1))" "$1" | head -c "$5" >>"$work/.content"
    head -c "$(($4 - 1))" "$1" | tail -c "+$(($3 + 2))" | xxd -r -p >"$work/.padded.der"
    # the DER's own length: 30 82 hh ll
    head -c "$((0x$(xxd -s 2 -l 2 -p "$work/.padded.der") + 4))" "$work/.padded.der" >"$work/.blob.der"
}
judge_openssl() {
    ssl_roots=$1
    shift
    have xxd || { unreachable "xxd is not installed"; return; }
    for file in "$@"; do
        grep -a -o '/ByteRange *\[ *0 [0-9 ]*\]' "$file" | sed 's/.*\[//; s/\]//' >"$work/.ranges"
        [ -s "$work/.ranges" ] || { echo "$file: no signature"; return 1; }
        while read -r a b c d; do
            judge_extract "$file" "$a" "$b" "$c" "$d"
            # what is signed: the content type stands at depth 4 (a signature may hold a time-stamp deeper)
            if openssl asn1parse -inform DER -in "$work/.blob.der" 2>/dev/null | grep 'd=4 .*OBJECT' |
                head -n 1 | grep -q 'id-smime-ct-TSTInfo'; then
                openssl ts -verify -token_in -in "$work/.blob.der" -data "$work/.content" -CAfile "$ssl_roots" \
                    -partial_chain >"$work/.ssl" 2>&1
            else
                openssl cms -verify -cades -binary -inform DER -in "$work/.blob.der" -content "$work/.content" \
                    -CAfile "$ssl_roots" -purpose any -out /dev/null >"$work/.ssl" 2>&1
            fi || { echo "$file: the signature over $a $b $c $d"; cat "$work/.ssl"; return 1; }
        done <"$work/.ranges"
    done
}

# ---------------------------------------------------------------- readers

judge_poppler() {
    have pdftoppm || { unreachable "poppler-utils is not installed"; return; }
    for file in "$@"; do
        pdftoppm -r 20 -gray "$file" "$work/.page" >"$work/.drawn" 2>&1 || echo failed >>"$work/.drawn"
        [ ! -s "$work/.drawn" ] || { echo "$file:"; cat "$work/.drawn"; return 1; }
        rm -f "$work"/.page*
    done
}
judge_mupdf() {
    have mutool || { unreachable "mupdf-tools is not installed"; return; }
    for file in "$@"; do
        mutool draw -q -r 20 -c gray -F pgm -o /dev/null "$file" >"$work/.mu" 2>&1 || echo failed >>"$work/.mu"
        # Debian's mupdf has no colour management, and says so once
        grep -v 'ICC support is not available' "$work/.mu" >"$work/.drawn"
        [ ! -s "$work/.drawn" ] || { echo "$file:"; cat "$work/.drawn"; return 1; }
    done
}
judge_qpdf() {
    have qpdf || { unreachable "qpdf is not installed"; return; }
    for file in "$@"; do
        qpdf --check "$file" >"$work/.qpdf" 2>&1 || { cat "$work/.qpdf"; return 1; }
    done
}

fetch_bagit() {
    have python3 && python3 -m venv "$1/venv" && timeout 300 "$1/venv/bin/pip" install -q \
        --disable-pip-version-check bagit setuptools
}
judge_bagit() {
    judge_fetch bagit fetch_bagit ||
        { unreachable "bagit could not be fetched from the Python package index, or python3-venv is missing"; return; }
    "$SOHOA_JUDGES/bagit/venv/bin/bagit.py" --validate "$@"
}

# ---------------------------------------------------------------- packages

fetch_eark() { # the validator, and with it METS' and CSIP's schemas
    have python3 && python3 -m venv "$1/venv" &&
        timeout 300 "$1/venv/bin/pip" install -q --disable-pip-version-check eark-validator==1.1.3 &&
        eark_schemas=$(echo "$1"/venv/lib/python3*/site-packages/eark_validator/ipxml/resources/schema) &&
        mkdir "$1/schema" && cp "$eark_schemas"/*.xsd "$1/schema" &&
        sed -i 's#schemaLocation="http[^"]*xlink.xsd"#schemaLocation="xlink.xsd"#' "$1/schema/mets.xsd" &&
        cat >"$1/schema/both.xsd" <<XSD
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:import namespace="http://www.loc.gov/METS/" schemaLocation="mets.xsd"/>
<xs:import namespace="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" schemaLocation="DILCISExtensionMETS.xsd"/>
</xs:schema>
XSD
}
judge_eark() {
    judge_fetch eark-1.1.3 fetch_eark ||
        { unreachable "eark-validator needs python3-venv and the Python package index"; return; }
    "$SOHOA_JUDGES/eark-1.1.3/venv/bin/python" "$judges_folder/eark.py" "$@" 2>&1
}
fetch_zip() {
    have python3 && python3 -m venv "$1/venv" && timeout 300 "$1/venv/bin/pip" install -q \
        --disable-pip-version-check pyzipper
}
judge_zip() {
    judge_fetch pyzipper fetch_zip ||
        { unreachable "pyzipper could not be fetched from the Python package index, or python3-venv is missing"; return; }
    "$SOHOA_JUDGES/pyzipper/venv/bin/python" "$judges_folder/zip_judge.py" "$@" 2>&1
}
judge_mets() {
    have xmllint || { unreachable "xmllint is in libxml2-utils"; return; }
    judge_fetch eark-1.1.3 fetch_eark ||
        { unreachable "METS' schema comes with eark-validator, from the Python package index"; return; }
    xmllint --noout --nonet --schema "$SOHOA_JUDGES/eark-1.1.3/schema/both.xsd" "$@" 2>&1
}
