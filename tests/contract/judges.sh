#!/bin/sh
# The judges of judges.sh agree with good files and refuse bad ones; else their word means nothing.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../judges.sh"
"$BUILD/tests/contract/archive_samples" --write "$work" || exit 1
roots=$work/keys/ca.pem
signed=$work/colour-signed.pdf
sed 's/MediaBox \[ *0 0 5/MediaBox [ 0 0 6/' "$signed" | cmp -s - "$signed" && exit 1
sed 's/MediaBox \[ *0 0 5/MediaBox [ 0 0 6/' "$signed" >"$work/changed.pdf"
head -c 5000 "$signed" >"$work/cut.pdf"

refuses() { # a judge that cannot be reached refuses nothing, and is skipped by its check above
    "$@"
    case $? in
    0) return 1 ;;
    *) return 0 ;;
    esac
}

judge "veraPDF passes the signed sample" judge_verapdf 2u "$signed"
check "veraPDF refuses a field that is not signed" refuses judge_verapdf 2u "$work/colour-field.pdf"
judge "Preflight passes two twins" judge_preflight "$work/colour.1b.pdf" "$work/bilevel.1b.pdf"
check "Preflight refuses the 2u file as 1b" refuses judge_preflight "$work/colour.1b.pdf" "$work/colour.pdf"
judge "EU DSS passes the signed sample at B" judge_dss "$roots" B "$signed"
check "EU DSS refuses it as LT" refuses judge_dss "$roots" LT "$signed"
check "EU DSS refuses a changed file" refuses judge_dss "$roots" B "$work/changed.pdf"
check "EU DSS refuses a file without signature" refuses judge_dss "$roots" B "$work/colour.pdf"
judge "pyHanko passes the signed sample" judge_pyhanko "$roots" B "$signed"
check "pyHanko refuses it as T" refuses judge_pyhanko "$roots" T "$signed"
check "pyHanko refuses a changed file" refuses judge_pyhanko "$roots" B "$work/changed.pdf"
judge "pdfsig passes the signed sample" judge_pdfsig "$roots" "$signed"
check "pdfsig refuses a changed file" refuses judge_pdfsig "$roots" "$work/changed.pdf"
judge "openssl passes the signed sample" judge_openssl "$roots" "$signed"
check "openssl refuses a changed file" refuses judge_openssl "$roots" "$work/changed.pdf"
for one in poppler mupdf qpdf; do
    judge "$one passes all samples" judge_$one "$signed" "$work/colour.pdf" "$work/bilevel.pdf"
    check "$one refuses a file that was cut" refuses judge_$one "$work/cut.pdf"
done
tap_end
