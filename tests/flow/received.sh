#!/bin/sh
# PDFs that others made: kept byte for byte, their signatures judged and reported, our text beside them;
# what cannot be taken is refused with its sentence.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
key=$work/signer.key

# Who signs elsewhere; the certificate is older than the signature.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$key" -out "$work/signer.crt" -days 365 \
    -subj "/C=VN/O=Sở Thử Nghiệm/CN=A Sender" -utf8 -addext basicConstraints=critical,CA:FALSE \
    -addext "keyUsage=critical,digitalSignature,nonRepudiation" 2>/dev/null

# A page with words on it, as a signed PDF of another house.
"$SOHOA" init "$work/other" --agency "UBND xã Khác" >/dev/null
(
    export SOHOA_WAREHOUSE=$work/other
    "$SOHOA" import "$samples/duplex/0001-1.tif" && "$SOHOA" run
) >"$work/.out" 2>&1 || sed 's/^/# /' "$work/.out"
ours=$(find "$work/other/store" -name document.pdf)

# The same with the signature of another program.
python3 "$(dirname "$0")/../resign.py" "$key" "$work/signer.crt" "$ours" "$work/foreign.pdf"
check "pdfsig finds the made file valid" sh -c "pdfsig '$work/foreign.pdf' | grep -q 'Signature is Valid'"

"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null
sed -i "s|^trust_public =.*|trust_public = $work/signer.crt|" "$work/kho/sohoa.conf"
taken() { # FILE: imports it, as one document
    before=$("$SOHOA" --json status | jq '[.counts[]|select(.kind=="document")|.count]|add // 0')
    "$SOHOA" import "$1" && { "$SOHOA" run || true; } &&
        [ "$("$SOHOA" --json status | jq '[.counts[]|select(.kind=="document")|.count]|add // 0')" = $((before + 1)) ]
}
report() { # JQ: of the newest report in spool and store
    jq -e "$1" "$(find "$work/kho" -name received.json -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)"
}

# ---- signed, and the signature holds
check "a PDF that others signed is taken" taken "$work/foreign.pdf"
check "its signature is reported: whole, whose, by which chain" report \
    '.signatures == 1 and .intact and .trusted and .chain == "public" and .signer == "A Sender" and .findings == []'
check "it is stored" sh -c "find '$work/kho/store' -name received.pdf | grep -q ."
kept=$(find "$work/kho/store" -name received.pdf)
package=${kept%/data/representations/*}
check "byte for byte" cmp "$work/foreign.pdf" "$kept"
check "who looks at it is told where the PDF that came in lies" sh -c "
    '$SOHOA' show '$(basename "$(dirname "$package")")' --purpose thử | grep -qF 'as it came in' &&
    [ \"\$('$SOHOA' --json show '$(basename "$(dirname "$package")")' --purpose thử | jq -r .received)\" = '$kept' ]"
check "our PDF/A with the text lies beside it" sh -c "pdftotext '$package/data/representations/rep1/data/document.pdf' - | grep -q ."
check "and is found" sh -c "'$SOHOA' --json search --band 2006-2015 | jq -es '.[0].total == 1'"
check "the package tells of the judgement" grep -q '"validation"' "$package/data/metadata/other/events.jsonl"
check "METS names what was received" grep -q "rep4" "$package/data/METS.xml"
first=${package%/v1}
check "the store is whole" "$SOHOA" verify "$work/kho/store"
check "no file is named after what came in" sh -c "! find '$work/kho' -name '*foreign*' | grep -q ."

"$SOHOA" export --to "$work/out" --all >/dev/null 2>&1
"$SOHOA" init "$work/third" --agency "UBND xã Ba" >/dev/null
check "handed over to another house it comes in" "$SOHOA" --warehouse "$work/third" import "$work/out"
check "byte for byte too" cmp "$work/foreign.pdf" "$(find "$work/third/store" -name received.pdf)"
sohoa_verify() { "$SOHOA" --warehouse "$work/third" --set "archive.trust=$work/kho/keys/ca.pem" verify "$work/third/store"; }
check "and its store is whole" sohoa_verify
dd if=/dev/zero of="$work/third.byte" bs=1 count=1 2>/dev/null
chmod -R u+w "$work/third/store"
dd if="$work/third.byte" of="$(find "$work/third/store" -name received.pdf)" bs=1 seek=5000 conv=notrunc 2>/dev/null
refuse "a byte of it that changes there is found" 1 "received.pdf" sohoa_verify

# ---- many pages, each with a letterhead: one document
pdftocairo -pdf "$ours" "$work/one.pdf"
qpdf --empty --pages "$work/one.pdf" "$work/one.pdf" -- "$work/two.pdf"
check "a PDF without a signature is taken, as one document" taken "$work/two.pdf"
check "its report says that there is none" report '.signatures == 0'
check "of two pages" sh -c "find '$work/kho/spool' '$work/kho/store' -name document.json -exec jq -e '.pages | length' {} + | sort | tail -n 1 | grep -qx 2"

# ---- signed, and changed afterwards
sed 's|^/Producer (sohoa|/Producer (other|; s|/Lang (vi-VN)|/Lang (en-US)|' "$work/foreign.pdf" >"$work/changed.pdf"
check "the change is one" sh -c "! cmp -s '$work/foreign.pdf' '$work/changed.pdf'"
export SOHOA_PIPELINE_REVIEW=doubtful
check "a PDF that was changed after signing is kept for a person to look at" taken "$work/changed.pdf"
check "its report says that it was changed" report '(.intact | not) and (.findings | length) > 0'
check "status says why it waits" sh -c "'$SOHOA' status | grep -q 'PDF'; '$SOHOA' --json status | jq -e '[.. | strings | select(test(\"does not hold|changed after\"))] | length > 0'"
export SOHOA_PIPELINE_REVIEW=none

# ---- what is not taken
cat >"$work/script.qdf" <<'END'
%PDF-1.4
1 0 obj
<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Java#53cript /J#53 (app.alert\(1\)) >> >>
endobj
2 0 obj
<< /Type /Pages /Kids [3 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>
endobj
trailer
<< /Root 1 0 R /Size 4 >>
startxref
0
%%EOF
END
qpdf --object-streams=generate "$work/script.qdf" "$work/script.pdf" 2>/dev/null
qpdf --encrypt "" owner 256 -- "$ours" "$work/encrypted.pdf"
qpdf --encrypt user owner 256 -- "$ours" "$work/locked.pdf"
head -c 20000 "$ours" >"$work/cut.pdf"
sed 's|^startxref|startxrex|' "$ours" >"$work/broken.pdf"
batches=$(find "$work/kho/spool" -maxdepth 1 | wc -l)
refuse "an encrypted PDF is refused" 3 "encrypted" "$SOHOA" import "$work/encrypted.pdf"
refuse "so is one with a password to open it" 3 "encrypted" "$SOHOA" import "$work/locked.pdf"
refuse "a PDF with JavaScript is refused, however it hides it" 3 "JavaScript" "$SOHOA" import "$work/script.pdf"
made() { # NAME OBJECT...: a page of one word, 4 0 obj is the catalogue's /OpenAction, then what is given
    python3 - "$work/$1.pdf" "$2" "${3-}" <<'END'
import sys
target, action, names = sys.argv[1:]
parts = [b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R %s >>" % names.encode(), b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
         b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 5 0 R >>", action.encode(),
         b"<< /Length 15 >>\nstream\n0 0 100 100 re f\nendstream".replace(b"15", b"16")]
out = b"%PDF-1.7\n"
places = []
for i, part in enumerate(parts):
    places.append(len(out))
    out += b"%d 0 obj\n%s\nendobj\n" % (i + 1, part)
start = len(out)
out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in places)
open(target, "wb").write(out + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
END
}
made launch '<< /S /L#61unch /F (cmd.exe) >>'
made submit '<< /S /SubmitForm /F (http://example.vn/) >>'
made import '<< /S /GoTo /D [3 0 R /Fit] /Next << /S /ImportData /F (a.fdf) >> >>'
made film '<< /S /GoTo /D [3 0 R /Fit] >>' '/X << /Subtype /RichMedia >>'
made portfolio '<< /S /GoTo /D [3 0 R /Fit] >>' '/Collection << /View /D >> /Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /UF (giay.pdf) /EF << /F 5 0 R >> >>] >> >>'
made program '<< /S /GoTo /D [3 0 R /Fit] >>' '/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /UF (Giay moi.pdf.EXE. ) /EF << /F 5 0 R >> >>] >> >>'
made hidden '<< /S /GoTo /D [3 0 R /Fit] >>' '/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /F <9fADff2E6A73> /EF << /F 5 0 R >> >>] >> >>'
made harmless '<< /S /GoTo /D [3 0 R /Fit] >>' '/Names << /EmbeddedFiles << /Names [(a) << /Type /Filespec /UF (so lieu.xlsx) /EF << /F 5 0 R >> >>] >> >>'
refuse "one that starts programs" 3 "can start programs" "$SOHOA" import "$work/launch.pdf"
refuse "one that sends what is typed" 3 "SubmitForm" "$SOHOA" import "$work/submit.pdf"
refuse "one that takes in other values" 3 "ImportData" "$SOHOA" import "$work/import.pdf"
refuse "one with films" 3 "RichMedia" "$SOHOA" import "$work/film.pdf"
refuse "one whose papers are files within it" 3 "is a portfolio" "$SOHOA" import "$work/portfolio.pdf"
refuse "one with a program attached" 3 "a program is attached" "$SOHOA" import "$work/program.pdf"
refuse "though its name is no text" 3 "a program is attached" "$SOHOA" import "$work/hidden.pdf"
check "one that opens at a page and has a table attached is taken" "$SOHOA" import --to "$work/harmless" "$work/harmless.pdf"

sed 's|/Size 6 |/Size 9 |' "$work/harmless.pdf" >"$work/more.pdf"
check "qpdf remarks on one that says it has more objects than it has" sh -c "qpdf --show-npages '$work/more.pdf' 2>&1 | grep -q 'reported number of objects'"
check "which is read as it is, and taken" "$SOHOA" import --to "$work/more" "$work/more.pdf"

# ---- stopped in the middle
mkdir "$work/slow"
printf '#!/bin/sh\nsleep 1\nexec /usr/bin/qpdf "$@"\n' >"$work/slow/qpdf"
chmod +x "$work/slow/qpdf"
stopped() { # SIGNAL FILE: the code of an import that a terminal's key stops, with all that it started
    PATH=$work/slow:$PATH python3 -c '
import os, signal, subprocess, sys, time
run = subprocess.Popen(sys.argv[2:], start_new_session=True)
time.sleep(0.5)
os.killpg(run.pid, getattr(signal, sys.argv[1]))
sys.exit(run.wait())' "$1" "$SOHOA" import --again "$2"
}
refuse "an import of a PDF that is interrupted says so" 130 "Interrupted; nothing was taken" stopped SIGINT "$work/foreign.pdf"
refuse "also by SIGTERM" 130 "Interrupted; nothing was taken" stopped SIGTERM "$work/foreign.pdf"
check "no batch is left of it" test "$(find "$work/kho/spool" -maxdepth 1 | wc -l)" -eq "$batches"
refuse "a PDF that was cut short is refused" 3 "damaged" "$SOHOA" import "$work/cut.pdf"
refuse "a damaged PDF is refused" 3 "damaged" "$SOHOA" import "$work/broken.pdf"
check "none of them left a batch" [ "$(find "$work/kho/spool" -maxdepth 1 | wc -l)" = "$batches" ]
check "and each is where it was" test -e "$work/encrypted.pdf" -a -e "$work/script.pdf" -a -e "$work/cut.pdf"
refuse "without qpdf the packages are named" 5 "poppler-utils" env PATH="$work" "$SOHOA" import --again "$work/two.pdf"

# ---- changed in the spool before it is stored
batch=$("$SOHOA" --json import --again "$work/foreign.pdf" --box again | jq -r .batch)
for file in "$work/kho/spool/$batch"/received-*.pdf; do printf x >>"$file"; done
"$SOHOA" run >/dev/null 2>&1
check "a file that changed since it came in is not stored" sh -c "
    '$SOHOA' --json status | jq -e '[.. | strings | select(test(\"has changed since it was taken\"))] | length > 0'"

# ---- amended
id=$(basename "$first")
check "amended, the file stays as it came, with what was found of it then" sh -c "
    '$SOHOA' amend '$id' owner='Người Thử' --reason 'thử' && { '$SOHOA' run || true; } && new='$first/v2/data' &&
    [ '$first/v1/data/representations/rep4/data/received.pdf' -ef \$new/representations/rep4/data/received.pdf ] && cmp '$first/v1/data/metadata/other/received.json' \$new/metadata/other/received.json &&
    grep -c '\"validation\"' \$new/metadata/other/events.jsonl | grep -qx 1 && '$SOHOA' verify '$first/v2'"
tap_end
