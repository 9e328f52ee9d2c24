#!/bin/sh
# One flipped bit at each of 1,000 places drawn by lot, in any file of a package as it is kept: `sohoa verify`
# finds every one, by its exit code.
. "$(dirname "$0")/../tap.sh"
if ! command -v python3 >/dev/null 2>&1; then
    skip "1,000 flipped bits are found" "bits are flipped with python3, which is not installed"
    tap_end
    exit
fi
places=1000
[ -z "${SANITIZE-}" ] || places=60
"$SOHOA" init "$work/kho" --agency 'UBND xã Thử' >/dev/null
"$SOHOA" --warehouse "$work/kho" import "$pages"/*.tif >/dev/null
"$SOHOA" --warehouse "$work/kho" --set pipeline.review=none --set ocr.model=vie run >"$work/run" 2>&1
kept=$(find "$work/kho/store" -mindepth 3 -maxdepth 3 -type d | head -n 1)
mkdir -p "$work/one/2026/$(basename "$(dirname "$kept")")" # the folders by which a store knows it
package=$work/one/2026/$(basename "$(dirname "$kept")")/v1
cp -a "$kept" "$package" && chmod -R u+w "$package"
check "the package is whole, away from its warehouse too" "$SOHOA" --set "archive.trust=$work/kho/keys/ca.pem" verify "$package"
cat >"$work/flip.py" <<'END'
import os, pathlib, random, subprocess, sys
sohoa, trust, package, places = sys.argv[1:]
lot = random.Random("sohoa")
files = sorted(p for p in pathlib.Path(package).rglob("*") if p.is_file() and p.stat().st_size)
sizes = [p.stat().st_size for p in files]
missed, seen = [], set()
for turn in range(int(places)):
    # half by size, where most bytes are; half by file, so that small ones come up too
    path = lot.choices(files, sizes)[0] if turn % 2 else lot.choice(files)
    at, bit = lot.randrange(path.stat().st_size), 1 << lot.randrange(8)
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ bit]))
    code = subprocess.run([sohoa, "--set", "archive.trust=" + trust, "verify", package],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    with open(path, "r+b") as file:
        file.seek(at)
        file.write(bytes([byte]))
    seen.add(path)
    if code != 1:
        missed.append("%s byte %d bit %d: exit %d" % (path.relative_to(package), at, bit, code))
print(len(files) - len(seen), "files were not hit")
print("\n".join(missed))
sys.exit(1 if missed or seen != set(files) else 0)
END
check "a flipped bit at each of $places places is found, in every file" \
    python3 "$work/flip.py" "$SOHOA" "$work/kho/keys/ca.pem" "$package" "$places"
check "flipped back it is whole again" "$SOHOA" --set "archive.trust=$work/kho/keys/ca.pem" verify "$package"
tap_end
