#!/usr/bin/env python3
"""bombs.py FOLDER: small PDFs that ask for very much work.

inflated.pdf  one page, whose content is a thousand times as long as the file
painted.pdf   many small pages that share one content of some seconds each
nested.pdf    forms within forms, twenty at each of eight levels
shaded.pdf    a page that is cheap when small and dear when large
large.pdf     a page of three metres
"""
import os
import sys
import zlib


def write(name, objects):
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + one + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at)
    with open(os.path.join(sys.argv[1], name), "wb") as file:
        file.write(out)


def stream(content, keys=b"", times=1):
    press = zlib.compressobj(9)
    data = b"".join(press.compress(content) for _ in range(times)) + press.flush()
    return b"<< %s /Length %d /Filter /FlateDecode >>\nstream\n" % (keys, len(data)) + data + b"\nendstream"


def one_page(resources=b""):
    return [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << %s >> >>" % resources]


line = b"0 0 m 500 800 l S\n" * 50000
write("large.pdf", [
    b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 8640 8640] /Contents 4 0 R /Resources << >> >>",
    stream(b"0 0 100 100 re f")])
write("inflated.pdf", one_page() + [stream(line, times=300)])
pages = 30
write("painted.pdf", [
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % (4 + i) for i in range(pages)), pages),
    stream(line, times=2)] +
    [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << >> >>"] * pages)
form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
write("nested.pdf", one_page(b"/XObject << /F 5 0 R >>") + [stream(b"/F Do")] +
      [stream(b"/F Do\n" * 20, form + b" /Resources << /XObject << /F %d 0 R >> >>" % (6 + i)) for i in range(7)] +
      [stream(b"0 0 595 842 re f\n", form)])
write("shaded.pdf", one_page(b"/Shading << /S << /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 595 0 842] /Function 5 0 R >> >>") +
      [stream(b"/S sh\n"), stream(b"{ " + b"1.1 sin 1.1 cos mul pop " * 300 + b" pop 600 div dup dup }",
                                  b"/FunctionType 4 /Domain [0 595 0 842] /Range [0 1 0 1 0 1]")])
