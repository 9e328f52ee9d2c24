#!/usr/bin/env python3
"""resign.py KEY CERTIFICATE SOURCE TARGET: a PDF of ours with the signature of another program in the
place of its own: ISO 32000's adbe.pkcs7.detached, by openssl."""
import re
import subprocess
import sys

key, certificate, source, target = sys.argv[1:]
data = open(source, "rb").read().replace(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached")
a, b, c, d = map(int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)", data).groups())
blob = subprocess.run(["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256",
                       "-nosmimecap", "-signer", certificate, "-inkey", key],
                      input=data[a:a + b] + data[c:c + d], stdout=subprocess.PIPE, check=True).stdout
hexed = blob.hex().upper().encode()
room = c - b - 2
open(target, "wb").write(data[:b + 1] + hexed + b"0" * (room - len(hexed)) + data[c - 1:])
