"""What pyHanko says of the signatures of PDF files, offline.

pyhanko_judge.py ROOTS.pem FILE... prints one line a signature or document time-stamp:

    VALID|INVALID KIND LEVEL CHANGES FILE

KIND is signature or timestamp; LEVEL is what the signature carries (B, T, or - for a time-stamp); LT
when pyHanko finds all its certificates, the time-stamp's too, not revoked by the evidence in the file
alone; LTV when it also finds it valid, long after, by the document time-stamp over that evidence;
CHANGES is pyHanko's word for what later revisions did. A file without signatures gives "NONE - - - FILE".
"""

import asyncio
import logging
import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

logging.disable(logging.CRITICAL)


def read_roots(path):
    with open(path, "rb") as roots:
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(roots.read(), multiple=True)]


def context(roots):
    return ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")


async def is_ltv(embedded, roots):
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(revocation_checking_policy=REQUIRE_REVINFO),
    )
    gathering = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = SignatureValidationSpec(cert_validation_policy=policy, revinfo_gathering_policy=gathering)
    result = await ades_lta_validation(embedded, PdfSignatureValidationSpec(spec))
    if result.ades_subindic != AdESPassed.OK:
        print("#", result.ades_subindic, result.failure_msg)
    return result.ades_subindic == AdESPassed.OK


async def has_evidence(reader, embedded, roots):
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return False
    strict = {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "require"}
    status = await async_validate_pdf_signature(
        embedded,
        signer_validation_context=store.as_validation_context(strict),
        ts_validation_context=store.as_validation_context(strict),
    )
    return status.bottom_line


async def judge_file(path, roots):
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        for embedded in reader.embedded_regular_signatures:
            status = await async_validate_pdf_signature(
                embedded, signer_validation_context=context(roots), ts_validation_context=context(roots)
            )
            # EN 319 142-1: a time-stamp in the signature, or one over the document, makes B-T
            stamped = status.timestamp_validity or reader.embedded_timestamp_signatures
            level = "T" if stamped else "B"
            changes = "-" if status.modification_level is None else status.modification_level.name
            if level == "T" and await has_evidence(reader, embedded, roots):
                level = "LT"
            if stamped and reader.embedded_timestamp_signatures and await is_ltv(embedded, roots):
                level = "LTV"
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
