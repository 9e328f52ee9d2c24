"""Opens encrypted ZIP files as their receiver would, without sohoa: zip_judge.py PASSPHRASE-FILE ZIP...

Ends with 1, and says why, when one cannot be opened, or holds an entry that is not encrypted by AES-256 after
WinZip's AE-2."""

import sys
import zlib

import pyzipper

with open(sys.argv[1], "rb") as file:
    passphrase = file.readline().rstrip(b"\n")


def fault(path):
    with pyzipper.AESZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if not entries:
            return "it is empty"
        for entry in entries:
            if (entry.wz_aes_version, entry.wz_aes_strength) != (2, 3):
                return f"{entry.filename} is not encrypted by AES-256 after AE-2"
            archive.read(entry, passphrase)
    return None


bad = 0
for path in sys.argv[2:]:
    try:
        said = fault(path)
    except (RuntimeError, OSError, ValueError, zlib.error, pyzipper.BadZipFile) as failure:
        said = str(failure)
    if said:
        print(f"{path}: {said}")
        bad = 1
sys.exit(bad)
