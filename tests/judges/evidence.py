#!/usr/bin/env python3
"""evidence.py OBJECT RECORD CA: does RECORD, an EvidenceRecord of RFC 4998, prove OBJECT?

Written from the RFC alone, without sohoa's code; tokens are judged by `openssl ts -verify`. Prints the
number of time-stamps, or what is wrong and ends with 1.
"""
import hashlib
import subprocess
import sys
import tempfile

HASHES = {bytes.fromhex("608648016503040201"): "sha256",
          bytes.fromhex("608648016503040202"): "sha384",
          bytes.fromhex("608648016503040203"): "sha512"}


def item(data, at=0):
    """tag, whole, content, place behind it"""
    tag, size, start = data[at], data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size = int.from_bytes(data[start:start + count], "big")
        start += count
    if start + size > len(data):
        sys.exit("the record is cut short")
    return tag, data[at:start + size], data[start:start + size], start + size


def items(data):
    at, all_of_them = 0, []
    while at < len(data):
        tag, whole, content, at = item(data, at)
        all_of_them.append((tag, whole, content))
    return all_of_them


def algorithm(content):
    """of an AlgorithmIdentifier's content"""
    oid = items(content)[0][2]
    if oid not in HASHES:
        sys.exit("a digest algorithm is not known here")
    return HASHES[oid]


def digest_of_token(token):
    """The digest algorithm that the token's signed content names first: that of its imprint."""
    for oid, name in HASHES.items():
        if token.find(b"\x06\x09" + oid) >= 0:
            return name
    return "sha256"


def root_of(tree, leaf, name):
    first = True
    for _, _, group in tree:
        hashes = [content for tag, _, content in items(group) if tag == 0x04]
        if first and leaf not in hashes:
            sys.exit("the object is not the one that was proven")
        if not first:
            hashes.append(leaf)
        leaf = hashes[0] if len(hashes) == 1 else \
            hashlib.new(name, b"".join(sorted(hashes))).digest()
        first = False
    return leaf


def put(tag, content):
    size = len(content)
    head = bytes([size]) if size < 128 else None
    if head is None:
        count = (size.bit_length() + 7) // 8
        head = bytes([0x80 | count]) + size.to_bytes(count, "big")
    return bytes([tag]) + head + content


def without_answers(token):
    """OCSP responses (RFC 5940) in SignedData.crls, which `openssl ts` does not read, are left out; with
    them version 5 is version 3 again (RFC 5652 5.1)."""
    kind, (_, _, inner) = items(item(token)[2])
    parts = items(items(inner)[0][2])
    if not any(tag == 0xA1 and any(t == 0xA1 for t, _, _ in items(content)) for tag, _, content in parts):
        return token
    kept = b"\x02\x01\x03" + b"".join(whole for tag, whole, _ in parts[1:] if tag != 0xA1)
    return put(0x30, kind[1] + put(0xA0, put(0x30, kept)))


def check_token(token, root, authority):
    with tempfile.NamedTemporaryFile() as out:
        out.write(without_answers(token))
        out.flush()
        done = subprocess.run(["openssl", "ts", "-verify", "-digest", root.hex(), "-in", out.name,
                               "-token_in", "-CAfile", authority], capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit("a time-stamp does not hold: " + done.stderr.decode(errors="replace"))


def main(path, record, authority):
    with open(path, "rb") as read:
        data = read.read()
    with open(record, "rb") as read:
        tag, whole, content, _ = item(read.read())
    parts = items(content)
    if tag != 0x30 or parts[0][2] != b"\x01":
        sys.exit("this is no evidence record of version 1")
    stamps = 0
    for _, _, chain in items(parts[-1][2]):
        for _, _, stamp in items(chain):
            fields = items(stamp)
            token = fields[-1][1]
            named = [c for t, _, c in fields if t == 0xA0]
            name = algorithm(named[0]) if named else digest_of_token(token)
            trees = [c for t, _, c in fields if t == 0xA2]
            leaf = hashlib.new(name, data).digest()
            check_token(token, root_of(items(trees[0]), leaf, name) if trees else leaf, authority)
            data = token  # what the next one of the chain renews
            stamps += 1
    print(stamps)


main(*sys.argv[1:])
