"""What pyHanko says of the signatures of PDF files, offline.

pyhanko_judge.py ROOTS.pem FILE... prints one line a signature or document time-stamp:

    VALID|INVALID KIND LEVEL CHANGES FILE

KIND is signature or timestamp; LEVEL is what the signature carries (B, T, or - for a time-stamp) and
LTV when pyHanko finds it valid by the evidence in the file alone; CHANGES is pyHanko's word for
what later revisions did. A file without signatures gives "NONE - - - FILE".
"""

import asyncio
import logging
import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.ltv import RevocationInfoValidationType, async_validate_pdf_ltv_signature
from pyhanko_certvalidator import ValidationContext

logging.disable(logging.CRITICAL)


def read_roots(path):
    with open(path, "rb") as roots:
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(roots.read(), multiple=True)]


def context(roots):
    return ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")


async def is_ltv(embedded, roots):
    try:
        status = await async_validate_pdf_ltv_signature(
            embedded,
            RevocationInfoValidationType.PADES_LTA,
            {"trust_roots": roots, "allow_fetching": False},
        )
        return status.bottom_line
    except Exception:  # pyHanko tells by exception that the evidence does not do
        return False


async def judge_file(path, roots):
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        for embedded in reader.embedded_regular_signatures:
            status = await async_validate_pdf_signature(
                embedded, signer_validation_context=context(roots), ts_validation_context=context(roots)
            )
            level = "B" if status.timestamp_validity is None else "T"
            if level == "T" and await is_ltv(embedded, roots):
                level = "LTV"
            changes = "-" if status.modification_level is None else status.modification_level.name
            print("VALID" if status.bottom_line else "INVALID", "signature", level, changes, path)
        for embedded in reader.embedded_timestamp_signatures:
            status = await async_validate_pdf_timestamp(embedded, context(roots))
            good = status.intact and status.valid and status.trusted
            print("VALID" if good else "INVALID", "timestamp", "-", "-", path)
        if not reader.embedded_signatures:
            print("NONE - - -", path)


async def judge(roots, paths):
    for path in paths:
        try:
            await judge_file(path, roots)
        except Exception as fault:  # one broken file must not hide the verdict on the others
            print("FAULT - - -", path)
            print("#", type(fault).__name__, fault)


asyncio.run(judge(read_roots(sys.argv[1]), sys.argv[2:]))
