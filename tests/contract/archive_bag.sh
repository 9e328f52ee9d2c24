#!/bin/sh
# What other programs say of our packages: sha256sum on the manifests, and the Library of Congress's
# bagit on the whole bag.
. "$(dirname "$0")/../tap.sh"
tool=$BUILD/tests/contract/archive_token

"$tool" sample "$work/document.pdf" "$(date -u +D:%Y%m%d%H%M%SZ)" || exit 1
echo '{}' >"$work/tờ khai.json"
: >"$work/empty"
bag=$("$tool" put "$work/store" "$work/document.pdf" "$work/tờ khai.json" "$work/empty") || exit 1

in_bag() {
    (cd "$bag" && "$@")
}
check "sha256sum agrees with the manifest" in_bag sha256sum --strict -c manifest-sha256.txt
check "sha256sum agrees with the tag manifest" in_bag sha256sum --strict -c tagmanifest-sha256.txt
check "all files of the payload are in the manifest" \
    [ "$(find "$bag/data" -type f | wc -l)" -eq "$(wc -l <"$bag/manifest-sha256.txt")" ]

why=
if ! command -v python3 >/dev/null; then
    why="python3 is not installed"
elif ! python3 -m venv "$work/venv" >/dev/null 2>&1; then
    why="python3-venv is not installed"
elif ! "$work/venv/bin/pip" install -q --disable-pip-version-check bagit setuptools \
    >/dev/null 2>&1; then
    why="the package index is out of reach"
fi
if [ -n "$why" ]; then
    skip "bagit finds the bag valid" "$why"
else
    check "bagit finds the bag valid" "$work/venv/bin/bagit.py" --validate "$bag"
    echo x >>"$bag/data/2 empty"
    refuse "bagit sees a changed file" 1 "invalid" "$work/venv/bin/bagit.py" --validate "$bag"
fi
tap_end
