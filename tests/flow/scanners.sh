#!/bin/sh
# The real binary on scanners that are not ours: SANE's test and pnm back ends, and our feeder behind
# saned over the network.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
mkdir "$work/sane"
SANE_CONFIG_DIR=$work/sane
LD_LIBRARY_PATH=$BUILD/sane${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export SANE_CONFIG_DIR LD_LIBRARY_PATH SOHOA_WAREHOUSE="$work/kho"
"$SOHOA" init "$work/kho" --agency "UBND xã Thử Nghiệm" >/dev/null

profile() { # NAME line...
    name=$1
    shift
    { echo '[profile]'; printf '%s\n' "$@"; } >"$work/kho/profiles/$name.conf"
}
masters() { find "$1" -name '*.scan.tif' | wc -l; }

# ---- SANE's test back end
echo test >"$SANE_CONFIG_DIR/dll.conf"
cp /etc/sane.d/test.conf "$SANE_CONFIG_DIR/" 2>/dev/null
profile test-flatbed 'device = test:0' 'source = flatbed' 'mode = color' 'resolution_dpi = 200' 'page_width_mm = 40' 'page_height_mm = 30'
profile test-adf 'device = test:0' 'source = adf-simplex' 'mode = gray' 'resolution_dpi = 200' 'page_width_mm = 40' 'page_height_mm = 30'
check "the test back end is listed" sh -c "'$SOHOA' devices | grep -q test:0"
check "its options are shown" sh -c "'$SOHOA' devices test:0 | grep -q resolution"
check "a colour page from its flatbed" "$SOHOA" scan --profile test-flatbed --to "$work/flatbed"
check "is one TIFF of 40 x 30 mm at 200 dpi" sh -c "'$BUILD/sohoa' read '$work/flatbed/0001-1.scan.tif' --format json | jq -e '.dpi == 200 and .width_px > 300 and .width_px < 330'"
check "ten sheets from its feeder" "$SOHOA" scan --profile test-adf --to "$work/adf"
check "are ten masters" test "$(masters "$work/adf")" -eq 10

# ---- SANE's pnm back end: a picture as a scanner without resolution
echo pnm >"$SANE_CONFIG_DIR/dll.conf"
profile pnm 'device = pnm:0' 'source = flatbed' 'mode = gray' 'resolution_dpi = 200'
refuse "the pnm back end has no page until its file is named: a sentence, nothing kept" 4 "" \
    "$SOHOA" scan --profile pnm --to "$work/pnm-none"
pnm() { printf 'P5\n320 240\n255\n' && head -c 76800 /dev/zero | tr '\0' '\250'; }
pnm >"$work/page.pnm"
profile pnm 'device = pnm:0' 'source = flatbed' 'mode = gray' 'resolution_dpi = 200' "options = filename=$work/page.pnm"
"$SOHOA" scan --profile pnm --to "$work/pnm" >"$work/pnm.out" 2>&1
tiffcp -c none "$work/pnm/0001-1.scan.tif" "$work/raw.tif" 2>>"$work/pnm.out"
check "a page from the pnm back end comes pixel for pixel" sh -c "
    LC_ALL=C tr -cd '\\250' <'$work/raw.tif' | wc -c | { read n; echo \$n; test \$n -ge 76800; }"

# ---- our feeder behind saned
saned_port=6566
echo sohoafeeder >"$SANE_CONFIG_DIR/dll.conf"
mkdir "$work/sheets"
cp "$samples/simplex/0001-1.tif" "$work/sheets/0001-1.tif"
cp "$samples/simplex/0002-1.tif" "$work/sheets/0002-1.tif"
echo "folder $work/sheets" >"$SANE_CONFIG_DIR/sohoafeeder.conf"
printf '127.0.0.0/8\n' >"$SANE_CONFIG_DIR/saned.conf"
saned=$(command -v saned || echo /usr/sbin/saned)
"$saned" -l -b 127.0.0.7 -p $saned_port >"$work/saned.log" 2>&1 &
server=$!
sleep 1
mkdir "$work/client"
echo net >"$work/client/dll.conf"
echo 127.0.0.7 >"$work/client/net.conf"
profile net 'device = net:127.0.0.7:sohoafeeder:0' 'source = adf-simplex' 'mode = gray' 'resolution_dpi = 200'
if kill -0 $server 2>/dev/null; then
    device=$(SANE_CONFIG_DIR=$work/client "$SOHOA" --json devices | jq -r '.[0].name // empty')
    check "saned's scanner is listed over the network" test -n "$device"
    profile net "device = $device" 'source = adf-simplex' 'mode = gray' 'resolution_dpi = 200'
    check "two sheets come over the network" env SANE_CONFIG_DIR="$work/client" "$SOHOA" scan --profile net --to "$work/net"
    check "and are two masters" test "$(masters "$work/net")" -eq 2
    kill $server 2>/dev/null
else
    skip "scanning over the network" "saned does not start here: $(tail -n 1 "$work/saned.log")"
fi
tap_end
