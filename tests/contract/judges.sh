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

judge "veraPDF passes the signed sample" judge_verapdf 2u "$signed"
judge_refuses "veraPDF refuses a field that is not signed" judge_verapdf 2u "$work/colour-field.pdf"
judge "Preflight passes two twins" judge_preflight "$work/colour.1b.pdf" "$work/bilevel.1b.pdf"
judge_refuses "Preflight refuses the 2u file as 1b" judge_preflight "$work/colour.1b.pdf" "$work/colour.pdf"
judge "EU DSS passes the signed sample at B" judge_dss "$roots" B "$signed"
for level in T LT LTA; do
    judge_refuses "EU DSS refuses it as $level" judge_dss "$roots" $level "$signed"
    judge_refuses "pyHanko refuses it as $level" judge_pyhanko "$roots" $level "$signed"
done
judge_refuses "EU DSS refuses a changed file" judge_dss "$roots" B "$work/changed.pdf"
judge_refuses "EU DSS refuses a file without signature" judge_dss "$roots" B "$work/colour.pdf"
judge "pyHanko passes the signed sample" judge_pyhanko "$roots" B "$signed"
judge_refuses "pyHanko refuses a changed file" judge_pyhanko "$roots" B "$work/changed.pdf"
judge "pdfsig passes the signed sample" judge_pdfsig "$roots" "$signed"
judge_refuses "pdfsig refuses a changed file" judge_pdfsig "$roots" "$work/changed.pdf"
judge "openssl passes the signed sample" judge_openssl "$roots" "$signed"
judge_refuses "openssl refuses a changed file" judge_openssl "$roots" "$work/changed.pdf"
for one in poppler mupdf qpdf; do
    judge "$one passes all samples" judge_$one "$signed" "$work/colour.pdf" "$work/bilevel.pdf"
    judge_refuses "$one refuses a file that was cut" judge_$one "$work/cut.pdf"
done

# The judges' judge: who cannot be reached has refused nothing, and who agrees or breaks down neither.
# shellcheck disable=SC2034,SC2317
outcome() { # CODE: what judge_refuses says of a judge that ends so
    (
        ends() { return "$1"; }
        judge_why="not there" tap_count=0
        judge_refuses x ends "$1" | head -n 1
    )
}
check "an unreachable judge is skipped, and does not count as a refusal" [ "$(outcome 77)" = "ok 1 - x # SKIP not there" ]
check "one that refuses does" [ "$(outcome 1)" = "ok 1 - x" ]
check "one that agrees does not" [ "$(outcome 0)" = "not ok 1 - x" ]
check "nor one that breaks down" [ "$(outcome 2)" = "not ok 1 - x" ]
tap_end
