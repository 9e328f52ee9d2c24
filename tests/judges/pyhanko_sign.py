"""Signs as other houses do: pyhanko_sign.py AUTHORITY URL BASE OUT

AUTHORITY is the folder of tests/authority.sh, URL where it answers, BASE an unsigned PDF. OUT gets one.pdf
(one signature), two.pdf (another by somebody else, with a time-stamp in it), stamped.pdf (evidence and a
document time-stamp over that), changed.pdf (then a page that says something else), added.pdf (then a note on
the page), covered.pdf (rather a white square over it); filled.pdf and named.pdf (a form that is signed, with one
field locked; then that field or another is filled)."""

import sys

from pyhanko.keys import load_cert_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, SigFieldSpec, SigSeedSubFilter
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


def sign(source, target, field, name, timestamper, spec=None):
    with open(f"{out}/{source}" if "/" not in source else source, "rb") as file:
        writer = IncrementalPdfFileWriter(file)
        meta = PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
        with open(f"{out}/{target}", "wb") as to:
            PdfSigner(meta, signer(name), timestamper=timestamper, new_field_spec=spec).sign_pdf(writer, output=to)


def change(target, edit, source="stamped.pdf"):
    with open(f"{out}/{source}" if "/" not in source else source, "rb") as file:
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


def a_square(writer):
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    white = generic.StreamObject(stream_data=b"1 1 1 rg 0 0 600 850 re f")
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 850)))
    white[pdf_name("/Type")] = pdf_name("/XObject")
    white[pdf_name("/Subtype")] = pdf_name("/Form")
    white[pdf_name("/BBox")] = box
    square = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Square"),
            pdf_name("/Rect"): box,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(white)}),
        }
    )
    page["/Annots"].append(writer.add_object(square))
    writer.update_container(page["/Annots"])


def text_field(name):
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject(name),
            pdf_name("/V"): generic.TextStringObject("1000"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (10, 10, 90, 30))),
        }
    )


def a_form(writer):
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    fields = generic.ArrayObject(writer.add_object(text_field(name)) for name in ("amount", "name"))
    page["/Annots"] = writer.add_object(generic.ArrayObject(fields))
    writer.update_container(page)
    writer.root["/AcroForm"] = writer.add_object(generic.DictionaryObject({pdf_name("/Fields"): fields}))
    writer.update_root()


def fill(number):
    def edit(writer):
        field = writer.root["/AcroForm"]["/Fields"][number]
        field["/V"] = generic.TextStringObject("9000")
        writer.update_container(field)

    return edit


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
change("covered.pdf", a_square)
change("form.pdf", a_form, base)
lock = FieldMDPSpec(FieldMDPAction.INCLUDE, ["amount"])
sign("form.pdf", "locked.pdf", "Officer", "officer", None, SigFieldSpec("Officer", field_mdp_spec=lock))
change("filled.pdf", fill(0), "locked.pdf")
change("named.pdf", fill(1), "locked.pdf")
