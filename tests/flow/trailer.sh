#!/bin/sh
# JPEG files with something behind their end marker, as phones write them: the master keeps every byte, the
# PDF gets the picture, and verify holds the two together.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
export SOHOA_WAREHOUSE=$work/kho SOHOA_PIPELINE_REVIEW=none
"$SOHOA" init "$work/kho" --agency "UBND xã Thử" >/dev/null
jpeg=$samples/simplex/0003-1.jpg
cp "$jpeg" "$work/plain.jpg"
cp "$jpeg" "$work/padded.jpg"
head -c 200000 /dev/zero >>"$work/padded.jpg"
# MPF: the index in APP2 of the first picture, the second picture behind its end; MicroVideo: a film
python3 - "$jpeg" "$samples/simplex/0005-1.jpg" "$work" <<'END'
import struct, sys
first, second = open(sys.argv[1], 'rb').read(), open(sys.argv[2], 'rb').read()
entries = struct.pack('<IIIHH', 0x030000, len(first) + 90, 0, 0, 0) + struct.pack('<IIIHH', 0x020002, len(second), len(first), 0, 0)
index = b'MPF\0II*\0' + struct.pack('<I', 8) + struct.pack('<H', 3)
index += struct.pack('<HHI4s', 0xB000, 7, 4, b'0100') + struct.pack('<HHII', 0xB001, 4, 1, 2)
index += struct.pack('<HHII', 0xB002, 7, len(entries), 50) + struct.pack('<I', 0) + entries
app2 = b'\xff\xe2' + struct.pack('>H', len(index) + 2) + index
open(sys.argv[3] + '/mpf.jpg', 'wb').write(first[:2] + app2 + first[2:] + second)
open(sys.argv[3] + '/mpf-first.jpg', 'wb').write(first[:2] + app2 + first[2:])
film = struct.pack('>I4s4sI', 16, b'ftyp', b'mp42', 0) + struct.pack('>I4s', 150008, b'mdat') + b'\xff\xd9\x00\xff\xd8\x5a' * 25000
open(sys.argv[3] + '/motion.jpg', 'wb').write(first + film)
END
"$SOHOA" import --separate file "$work/plain.jpg" "$work/padded.jpg" "$work/mpf.jpg" "$work/motion.jpg" >/dev/null
check "all are read, packed, signed and stored" sh -c "'$SOHOA' --json run -j 2 && [ \$(find '$work/kho/store' -name document.pdf | wc -l) -eq 4 ]"
for name in plain padded mpf motion; do
    # shellcheck disable=SC2016 # the inner shell's own
    check "$name: the master is the file, byte for byte" sh -c '
        find "$1/store" -name "*.scan.jpg" -exec cmp -s {} "$2" \; -print | grep -q .' _ "$work/kho" "$work/$name.jpg"
done
# the picture that each PDF shows, taken out by another program
number=0
find "$work/kho/store" -name document.pdf >"$work/pdfs"
while read -r pdf; do
    number=$((number + 1))
    pdfimages -all "$pdf" "$work/shown-$number"
done <"$work/pdfs"
sums() { sha256sum "$@" | cut -c1-64 | sort; }
sums "$work"/shown-*.jpg >"$work/shown"
sums "$jpeg" "$jpeg" "$jpeg" "$work/mpf-first.jpg" >"$work/wanted" # the second of them padded, the third a motion photo
check "each PDF has the picture up to its end marker, and nothing behind it" cmp "$work/shown" "$work/wanted"
check "verify traces all four with the very bytes" sh -c "
    '$SOHOA' --json verify '$work/kho/store' | jq -e '.whole and .verdicts[0].traced_pages == 4 and .verdicts[0].same_pages == 4'"
pdf=$(find "$work/kho/store" -name packing.json -exec grep -l "$(sha256sum <"$work/padded.jpg" | cut -c1-64)" {} +)
check "packing.json has the digest up to the end marker" grep -q "$(sha256sum <"$jpeg" | cut -c1-64)" "$pdf"
check "re-coded without loss it is the same picture" sh -c "
    '$SOHOA' import --separate file --box khac '$work/motion.jpg' >/dev/null && '$SOHOA' --set archive.jpeg_transcode=yes run &&
    '$SOHOA' --json verify '$work/kho/store' | jq -e '.whole and .verdicts[0].same_pages == 5'"
tap_end
