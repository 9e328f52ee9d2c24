# Reads the catalogue of a warehouse, and the fields of a PDF that has lost its package, as docs/formats.md
# says ("The catalogue", "What the metadata say") and from nothing else, with Python's own library only.
#
#   catalogue_reader.py WAREHOUSE
#
# Holds every document's newest package against its rows, and what its PDFs tell of the fields against
# document.json. Prints a line for each fault and ends with 1; else one line of JSON with counts.
import json
import re
import sqlite3
import sys
import zlib
from pathlib import Path
from xml.etree import ElementTree

SOHOA = "{urn:x-sohoa:archive:1#}"
MARKS = " .,:;()[]\"'-_*"
LEVELS = "thị trấn|thị xã|thành phố|đặc khu|xã|phường|huyện|quận|tỉnh"
faults = []


def same(what, got, wanted):
    if got != wanted:
        faults.append("%s: %.80r, not %.80r" % (what, got, wanted))


# ---------------------------------------------------------------- a PDF of ours


def objects(data):
    """By number, of the newest revision: the dictionary's text and the stream, inflated."""
    found, at = {}, 0
    begin = re.compile(rb"(\d+) 0 obj\b")
    while (match := begin.search(data, at)) is not None:
        body = re.compile(rb"\bstream\r?\n|\bendobj\b").search(data, match.end())
        text, stream, at = data[match.end() : body.start()], None, body.end()
        if body.group().startswith(b"stream"):
            at = data.index(b"endstream", body.end())
            stream = data[body.end() : at]
            if b"FlateDecode" in text and b"/Image" not in text:
                stream = zlib.decompressobj().decompress(stream)
        found[int(match.group(1))] = text.decode("latin-1"), stream
    return found


def letters(cmap):
    table, text = {}, cmap.decode("latin-1")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for code, to in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            table[int(code, 16)] = bytes.fromhex(to).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, to in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = bytes.fromhex(to).decode("utf-16-be")
            for code in range(int(first, 16), int(last, 16) + 1):
                table[code] = start[:-1] + chr(ord(start[-1]) + code - int(first, 16))
    return table


def number_of(key, text):
    return int(re.search(r"/%s\s+\[?\s*(\d+) 0 R" % key, text).group(1))


def pages_of(found, number):
    text = found[number][0]
    if not re.search(r"/Type\s*/Pages\b", text):
        return [text]
    kids = re.search(r"/Kids\s*\[(.*?)\]", text, re.S).group(1)
    return [page for kid in re.findall(r"(\d+) 0 R", kids) for page in pages_of(found, int(kid))]


def words_of(found, page):
    """The strings in render mode 3, one word each."""
    words, hidden, table = [], False, None
    content = found[number_of("Contents", page)][1].decode("latin-1")
    for mode, code in re.findall(r"\b(\d) Tr\b|<(\w*)> Tj", content):
        if mode:
            hidden = mode == "3"
            continue
        if hidden and table is None:
            font = found[number_of("T", page)][0]
            table = letters(found[number_of("ToUnicode", font)][1])
        if hidden:
            codes = [int(code[i : i + 4], 16) for i in range(0, len(code), 4)]
            words.append("".join(table[one] for one in codes).rstrip(" "))
    return words


def read_pdf(path):
    found = objects(path.read_bytes())
    root = next(text for text, _ in found.values() if re.search(r"/Type\s*/Catalog\b", text))
    told = {}
    for element in ElementTree.fromstring(found[number_of("Metadata", root)][1]).iter():
        if element.tag.startswith(SOHOA):
            told[element.tag[len(SOHOA) :]] = element.text or ""
    return told, [words_of(found, page) for page in pages_of(found, number_of("Pages", root))]


# ---------------------------------------------------------------- fields by their places


def agency(text):
    text = text.lower().replace("uỷ ban", "ủy ban")
    level = re.search(r"\b(%s)\b" % LEVELS, text)
    end = level.end() if level else len(text)
    rest = " ".join(word[:1].upper() + word[1:] for word in text[end:].split(" "))
    return text[:1].upper() + text[1:end] + rest


def date(text):
    day, month, year = map(int, re.findall(r"\d+", text))
    return "%04d-%02d-%02d" % (year, month, day)


FORMS = {
    "text": lambda text: text,
    "bare": lambda text: text.strip(MARKS),
    "words": lambda text: " ".join(word.strip(MARKS) for word in text.split(" ")),
    "sign": lambda text: text.split(":", 1)[1].strip(MARKS),
    "name": lambda text: " ".join(
        word[:1].upper() + word[1:].lower() for word in text.strip(MARKS).split(" ")
    ),
    "agency": lambda text: agency(text.strip(MARKS)),
    "digits": lambda text: re.sub(r"\D", "", text),
    "date": date,
}


def fields_of(places, pages):
    for place in filter(None, places.split("; ")):
        name, where, form = place.split(" ")
        page, ranges = where.split(":")
        words = []
        for first, last in re.findall(r"(\d+)-(\d+)", ranges):
            words += pages[int(page) - 1][int(first) - 1 : int(last)]
        yield name, FORMS[form](" ".join(words))


def check_places(document, told, pages):
    count = 0
    for name, value in fields_of(told.get("fieldPlaces", ""), pages):
        owners = [owner.get("name") for owner in document.get("owners", [])]
        allowed = owners if name == "owners" else [document["fields"][name]["value"]]
        if value not in allowed:
            faults.append("place of %s: %r" % (name, value))
        count += 1
    return count


# ---------------------------------------------------------------- the catalogue


def field(document, name):
    return (document["fields"].get(name) or {}).get("value") or ""


def check_rows(db, entry, document):
    for column in "type title number book date agency signer".split():
        same(column, entry[column] or "", field(document, column))
    for column in "batch box_code shelf custodian".split():
        same(column, entry[column] or "", document.get(column) or "")
    same("pages", entry["pages"], sum(not page.get("blank") for page in document["pages"]))
    same("year", entry["year"] or 0, int(field(document, "date")[:4] or 0))
    persons = [(field(document, "owner"), field(document, "birth_date"), field(document, "owner_id"))]
    for owner in document.get("owners", []):
        persons.append(tuple(owner.get(key) or "" for key in ("name", "birth_date", "id")))
    rows = "SELECT name, coalesce(birth_date, '') FROM catalog_person WHERE entry_id = ?"
    same("persons", sorted(map(tuple, db.execute(rows, (entry["id"],)))),
         sorted(person[:2] for person in persons if person[0]))
    rows = "SELECT digits FROM catalog_identifier WHERE entry_id = ?"
    same("numbers", sorted(row[0] for row in db.execute(rows, (entry["id"],))),
         sorted(re.sub(r"\D", "", person[2]) for person in persons if person[2]))


def check_document(db, store, entry):
    package = store / entry["path"]
    other = package / "data/metadata/other"
    document = json.loads((other / "document.json").read_text("utf-8"))
    same("version", entry["version"], document["version"])
    check_rows(db, entry, document)
    places, at = 0, 0
    for path in sorted((package / "data/representations/rep1/data").glob("document*.pdf"),
                       key=lambda one: (len(one.name), one.name)):
        told, pages = read_pdf(path)
        same("documentId", told["documentId"], entry["document_id"])
        same("firstPage", told["firstPage"], str(at + 1))
        places += check_places(document, told, pages)
        for words in pages:
            rows = "SELECT text FROM catalog_page WHERE entry_id = ? AND page = ?"
            row = db.execute(rows, (entry["id"], at)).fetchone()
            text = row["text"].split("\f")[0] if row else ""
            same("text of page %d" % (at + 1), text.split(), " ".join(words).split())
            at += 1
    same("pages in the PDFs", at, len(document["pages"]))
    return places


def main(warehouse):
    db = sqlite3.connect("file:%s?mode=ro" % (warehouse / "sohoa.db"), uri=True)
    db.row_factory = sqlite3.Row
    entries = db.execute("SELECT * FROM catalog_entry ORDER BY document_id").fetchall()
    places = 0
    for entry in entries:
        before = len(faults)
        places += check_document(db, warehouse / "store", entry)
        faults[before:] = [entry["document_id"] + ": " + words for words in faults[before:]]
    for words in faults:
        print(words)
    if not faults:
        print(json.dumps({"documents": len(entries), "places": places}))
    return 1 if faults else 0


sys.exit(main(Path(sys.argv[1])))
