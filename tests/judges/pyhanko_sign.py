"""Signs as other houses do: pyhanko_sign.py AUTHORITY URL BASE OUT

AUTHORITY is the folder of tests/authority.sh, URL where it answers, BASE an unsigned PDF. OUT gets one.pdf
(one signature), two.pdf (another by somebody else, with a time-stamp in it), stamped.pdf (evidence and a
document time-stamp over that), changed.pdf (then a page that says something else), added.pdf (then a note on
the page)."""

import sys

from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation import add_validation_info
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

authority, url, base, out = sys.argv[1:]
root = load_cert_from_pemder(authority + "/ca.crt")
tsa = HTTPTimeStamper(url + "/tsa")


def signer(name):
    return SimpleSigner(
        signing_cert=load_cert_from_pemder(f"{authority}/{name}.crt"),
        signing_key=load_private_key_from_pemder(f"{authority}/{name}.key", None),
        cert_registry=SimpleCertificateStore.from_certs([root]),
    )


def sign(source, target, field, name, timestamper):
    with open(f"{out}/{source}" if "/" not in source else source, "rb") as file:
        writer = IncrementalPdfFileWriter(file)
        meta = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
        with open(f"{out}/{target}", "wb") as to:
            PdfSigner(meta, signer(name), timestamper=timestamper).sign_pdf(writer, output=to)


def change(target, edit):
    with open(f"{out}/stamped.pdf", "rb") as file:
        writer = IncrementalPdfFileWriter(file)
        edit(writer)
        with open(f"{out}/{target}", "wb") as to:
            writer.write(to)


def other_words(writer):
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stream = generic.StreamObject(stream_data=b"BT ET 0 0 300 300 re f")
    page["/Contents"] = writer.add_object(stream)
    writer.update_container(page)


def a_note(writer):
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Text"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (10, 10, 30, 30))),
            pdf_name("/Contents"): generic.TextStringObject("seen"),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])


sign(base, "one.pdf", "Officer", "officer", None)
sign("one.pdf", "two.pdf", "Agency", "signer", tsa)
with open(f"{out}/two.pdf", "rb") as file:
    context = ValidationContext(trust_roots=[root], allow_fetching=True, revocation_mode="soft-fail")
    for embedded in PdfFileReader(file).embedded_regular_signatures[:1]:
        with open(f"{out}/proven.pdf", "w+b") as to:
            add_validation_info(embedded, context, output=to)
with open(f"{out}/proven.pdf", "rb") as file, open(f"{out}/stamped.pdf", "wb") as to:
    PdfTimeStamper(tsa).timestamp_pdf(IncrementalPdfFileWriter(file), "sha256", context, output=to)
change("changed.pdf", other_words)
change("added.pdf", a_note)
