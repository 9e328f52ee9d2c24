# Another reader of sohoa's packages and journal, written from docs/formats.md and nothing else, with
# Python's own library only. It stands for whoever has to read them when sohoa is not there.
#
#   other_reader.py package FOLDER      one exported or stored package
#   other_reader.py journal FOLDER      the journal/ of a warehouse
#   other_reader.py records FOLDER      its records/, by the journal beside it
#   other_reader.py handover FOLDER     what was handed over: export.json and the packages (folders) beside it
#
# Prints a line for each fault and ends with 1; else one line of JSON that says what is there.
import hashlib
import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as xml
from pathlib import Path

METS = "{http://www.loc.gov/METS/}"
LINK = "{http://www.w3.org/1999/xlink}href"
CSIP = "{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}"
PREMIS = "{http://www.loc.gov/premis/v3}"
faults = []


def fault(words):
    faults.append(words)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------- the bag


def manifest(root, name):
    """Path to hash; in a path %0A, %0D and %25 stand for line ends and the per cent sign."""
    files = {}
    for line in (root / name).read_text("utf-8").split("\n")[:-1]:
        hash, path = line.split("  ", 1)
        for code, char in (("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
            path = path.replace(code, char)
        files[path] = hash
    return files


def check_bag(root):
    if not (root / "bagit.txt").read_text().startswith("BagIt-Version: 1.0"):
        fault("bagit.txt: no bag of version 1.0")
    content = manifest(root, "manifest-sha256.txt")
    tags = manifest(root, "tagmanifest-sha256.txt")
    for path, hash in {**content, **tags}.items():
        if not (root / path).is_file():
            fault("%s: missing" % path)
        elif sha256((root / path).read_bytes()) != hash:
            fault("%s: changed" % path)
    there = {str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir()}
    for path in sorted(there - content.keys() - tags.keys() - {"tagmanifest-sha256.txt"}):
        fault("%s: in no manifest" % path)
    info = dict(l.split(": ", 1) for l in (root / "bag-info.txt").read_text().splitlines())
    size = sum((root / p).stat().st_size for p in content if (root / p).is_file())
    if info["Payload-Oxum"] != "%d.%d" % (size, len(content)):
        fault("bag-info.txt: Payload-Oxum")
    return info, content


# ---------------------------------------------------------------- METS, PREMIS, EAD


def check_mets(data, folder, named):
    mets = xml.parse(data / folder / "METS.xml").getroot()
    entries = [(e, e.get(LINK)) for e in mets.iter(METS + "mdRef")]
    entries += [(f, l.get(LINK)) for f in mets.iter(METS + "file") for l in f.iter(METS + "FLocat")]
    for entry, href in entries:
        path = folder / urllib.parse.unquote(href)
        named.append(str(path))
        if not (data / path).is_file():
            fault("METS: %s is not there" % path)
            continue
        bytes = (data / path).read_bytes()
        if entry.get("CHECKSUMTYPE") != "SHA-256" or entry.get("CHECKSUM").lower() != sha256(bytes):
            fault("METS: checksum of %s" % path)
        if int(entry.get("SIZE")) != len(bytes):
            fault("METS: size of %s" % path)
        if folder == Path() and path.name == "METS.xml":
            check_mets(data, path.parent, named)
    return mets


def check_description(data, document, events):
    named = []
    mets = check_mets(data, Path(), named)
    there = sorted(str(p.relative_to(data)) for p in data.rglob("*") if p.is_file())
    there.remove("METS.xml")
    if sorted(named) != there:
        fault("METS: not every file is named by exactly one METS.xml")
    urn = "urn:%s:uuid:%s" % (document["fonds"] or "000", document["id"].upper())
    if mets.get("OBJID") != urn:
        fault("METS: %s is not %s" % (mets.get("OBJID"), urn))
    premis = xml.parse(data / "metadata/preservation/PREMIS.xml").getroot()
    times = sorted(e.text for e in premis.iter(PREMIS + "eventDateTime"))
    if times != sorted(e["at"] for e in events):
        fault("PREMIS: its events are not those of events.jsonl")
    for value in premis.iter(PREMIS + "objectIdentifierValue"):
        if value.text == urn:
            break
    else:
        fault("PREMIS: no object %s" % urn)
    return mets.find(METS + "metsHdr").get(CSIP + "OAISPACKAGETYPE")


# ---------------------------------------------------------------- the PDF's images


class Pdf:
    """Classic cross-reference tables, the newest first."""

    def __init__(self, bytes):
        self.bytes, self.at = bytes, {}
        place = int(re.findall(rb"startxref\s+(\d+)", bytes)[-1])
        self.root = None
        while place is not None:
            table, trailer = bytes[place:].split(b"trailer", 1)
            self.read_table(table)
            trailer = trailer.split(b"startxref", 1)[0]
            self.root = self.root or int(re.search(rb"/Root\s+(\d+)", trailer)[1])
            before = re.search(rb"/Prev\s+(\d+)", trailer)
            place = int(before[1]) if before else None

    def read_table(self, table):
        number = 0
        for line in table.split(b"\n")[1:]:
            words = line.split()
            if len(words) == 2:
                number = int(words[0])
            elif len(words) == 3:
                if words[2] == b"n":
                    self.at.setdefault(number, int(words[0]))
                number += 1

    def object(self, number):
        """Its dictionary as it stands, and its stream."""
        start = self.at[number]
        head = re.compile(rb"stream\r?\n|endobj").search(self.bytes, start)
        text = self.bytes[start : head.start()]
        if not head[0].startswith(b"stream"):
            return text, None
        length = re.search(rb"/Length\s+(\d+)( \d+ R)?", text)
        size = int(length[1])
        if length[2]:
            size = int(re.search(rb"obj\s+(\d+)", self.object(size)[0])[1])
        return text, self.bytes[head.end() : head.end() + size]

    def value(self, text, key):
        """The dictionary that stands behind a key, or that the key refers to."""
        found = re.search(rb"/" + key + rb"\s*(<<|(\d+) \d+ R)", text)
        if not found:
            return b""
        return self.object(int(found[2]))[0] if found[2] else text[found.end() :]

    def pages(self, number=None):
        if number is None:
            number = int(re.search(rb"/Pages\s+(\d+)", self.object(self.root)[0])[1])
        text = self.object(number)[0]
        kids = re.search(rb"/Kids\s*\[([^\]]*)\]", text)
        if not kids:
            return [text]
        return [p for kid in re.findall(rb"(\d+) \d+ R", kids[1]) for p in self.pages(int(kid))]

    def images(self, page):
        """SHA-256 of each image stream that the page shows, masks too."""
        hashes = []
        objects = self.value(self.value(page, b"Resources"), b"XObject").split(b">>", 1)[0]
        for number in re.findall(rb"/\w+ (\d+) \d+ R", objects):
            text, stream = self.object(int(number))
            if b"/Image" in text:
                hashes.append(sha256(stream))
                mask = re.search(rb"/Mask (\d+) \d+ R", text)
                if mask:
                    hashes.append(sha256(self.object(int(mask[1]))[1]))
        return hashes


def check_pages(data, document, content):
    """From the hash that was taken at the scan to the image in the PDF."""
    volumes = document.get("volumes") or []
    packed, shown = [], []
    for name in ["-%d" % (i + 1) for i in range(len(volumes))] or [""]:
        packing = json.loads((data / ("metadata/other/packing%s.json" % name)).read_text())
        pdf = Pdf((data / ("representations/rep1/data/document%s.pdf" % name)).read_bytes())
        packed += packing["pages"]
        shown += [pdf.images(page) for page in pdf.pages()]
    if not len(shown) == len(packed) == len(document["pages"]):
        fault("the PDF, packing.json and document.json have not the same number of pages")
    kinds = {}
    for page, how, images in zip(document["pages"], packed, shown):
        master = content.get("data/representations/rep2/data/" + page["file"])
        facts = data / ("representations/rep2/metadata/other/%s.page.json" % page["name"])
        if master and json.loads(facts.read_text())["sha256"] != master:
            fault("%s: not the image that was scanned" % page["name"])
        if how["master"] != page["file"] or (master and how["master_sha256"] != master):
            fault("%s: the PDF was made of another image" % page["name"])
        if sorted(images) != sorted(s["sha256"] for s in how["streams"]):
            fault("%s: other images in the PDF than packing.json says" % page["name"])
        if how["coding"] == "faithful" and images != [how["master_sha256"]]:
            fault("%s: not the master's bytes" % page["name"])
        kinds[how["coding"]] = kinds.get(how["coding"], 0) + 1
    return kinds


def lines_of(value, path=""):
    """What sohoa:descriptionDigest is made of."""
    if isinstance(value, dict):
        for key, member in value.items():
            number = isinstance(member, (int, float)) and not isinstance(member, bool)
            if key != "confidence" or not number:
                yield from lines_of(member, "%s.%s" % (path, key) if path else key)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from lines_of(member, "%s.%d" % (path, number) if path else str(number))
    elif value is not None and value is not False:
        yield ("%s %s\n" % (path, json.dumps(value, ensure_ascii=False))).encode()


def check_bound(data, document):
    """What stands below the signature: each PDF names the masters, document.json, what came as a PDF."""
    later = ("version", "supersedes", "reason", "kept_from", "volumes", "acts")
    said = {k: v for k, v in document.items() if k not in later}
    masters = ""
    for page in document["pages"]:
        master = data / "representations/rep2/data" / page["file"]
        if master.is_file():
            masters += "%s  %s\n" % (sha256(master.read_bytes()), page["file"])
    want = {b"descriptionDigest": sha256(b"".join(sorted(lines_of(said))))}
    if masters:
        want[b"mastersDigest"] = sha256(masters.encode())
    received = data / "representations/rep4/data/received.pdf"
    if received.is_file():
        want[b"receivedDigest"] = sha256(received.read_bytes())
    for pdf in sorted((data / "representations/rep1/data").glob("*.pdf")):
        for name, hash in want.items():
            told = re.search(rb"<sohoa:%s>([0-9a-f]{64})<" % name, pdf.read_bytes())
            if not told or told[1].decode() != hash:
                fault("%s: its %s is another" % (pdf.name, name.decode()))
    return sorted(name.decode() for name in want)


def check_passes(data):
    """Each PDF has the pass record of these bytes."""
    for pdf in sorted((data / "representations/rep1/data").glob("*.pdf")):
        record = data / "metadata/other" / (pdf.stem.replace("document", "check") + ".json")
        passed = json.loads(record.read_text())
        if passed["sha256"] != sha256(pdf.read_bytes()) or passed["findings"] != 0:
            fault("%s: its pass record is of other bytes" % pdf.name)


def check_text(data):
    """words.json and ALTO say the same words at the same places."""
    words = 0
    for path in sorted((data / "representations/rep3/data").glob("*.words.json")):
        lines = json.loads(path.read_text("utf-8"))["lines"]
        ours = [(w["text"], w["box"]) for line in lines for w in line["words"]]
        alto = xml.parse(str(path).replace(".words.json", ".alto.xml")).getroot()
        names = ("HPOS", "VPOS", "WIDTH", "HEIGHT")
        theirs = [
            (s.get("CONTENT"), [round(float(s.get(n))) for n in names])
            for s in alto.iter()
            if s.tag.endswith("}String")
        ]
        if ours != theirs:
            fault("%s: ALTO says other words" % path.name)
        words += len(ours)
    return words


def package(root):
    info, content = check_bag(root)
    if faults:
        return None  # what is damaged is not read
    data = root / "data"
    document = json.loads((data / "metadata/other/document.json").read_text("utf-8"))
    lines = (data / "metadata/other/events.jsonl").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    check_passes(data)
    if info["External-Identifier"] != "%s/v%d" % (document["id"], document["version"]):
        fault("bag-info.txt and document.json name different documents")
    return {
        "id": document["id"],
        "kind": check_description(data, document, events),
        "title": document["fields"]["title"]["value"] if "title" in document["fields"] else "",
        "events": len(events),
        "bound": check_bound(data, document),
        "pages": check_pages(data, document, content),
        "words": check_text(data),
    }


# ---------------------------------------------------------------- the journal


def journal(root):
    previous, last, count, torn = "0" * 64, 0, 0, None
    heads = {}
    for segment in sorted(root.glob("????-??.jsonl")):
        for number, line in enumerate(segment.read_bytes().split(b"\n")[:-1], 1):
            place = "%s:%d" % (segment.name, number)
            try:
                entry = json.loads(line)
                body, hash = line.rsplit(b',"hash":', 1)
            except ValueError:
                torn = "bytes=%d sha256=%s" % (len(line), sha256(line))
                continue
            if entry["seq"] != last + 1:
                fault("%s: sequence %d after %d" % (place, entry["seq"], last))
            if entry["previous"] != previous:
                fault("%s: it does not follow the entry before" % place)
            if sha256(body) != entry["hash"]:
                fault("%s: changed" % place)
            if torn and entry["action"] == "recover" and entry["detail"] == torn:
                torn = None
            elif torn and entry["action"] != "clock":
                fault("%s: a line before it is no entry" % place)
            previous, last, count = entry["hash"], entry["seq"], count + 1
            heads[last] = previous
    anchors = sorted((root / "anchors").glob("*.json")) if (root / "anchors").is_dir() else []
    before = ""
    for path in anchors:
        anchor = json.loads(path.read_text())
        if heads.get(anchor["sequence"]) != anchor["head"]:
            fault("%s: its entry is not there any more" % path.name)
        if anchor["previous"] != before:
            fault("%s: the anchor before it is another" % path.name)
        before = sha256(path.read_bytes())
    return {"entries": count, "anchors": len(anchors)}


# ---------------------------------------------------------------- records


def records(root):
    named, previous, count = {}, "0" * 64, 0
    for segment in sorted((root.parent / "journal").glob("????-??.jsonl")):
        for line in segment.read_text("utf-8").splitlines():
            entry = json.loads(line)
            if entry["action"] == "record":
                words = dict(w.split("=", 1) for w in entry["detail"].split() if "=" in w)
                named[int(entry["object"].partition("/")[2])] = words["sha256"]
    while (path := root / ("%03d/%08d.json" % ((count + 1) // 1000, count + 1))).is_file():
        count += 1
        bytes = path.read_bytes()
        record = json.loads(bytes)
        if record["record"] != count or record["previous"] != previous:
            fault("%s: it does not follow the record before" % path.name)
        if named.get(count) != sha256(bytes):
            fault("%s: the journal names another" % path.name)
        previous = sha256(bytes)
    if max(named, default=0) > count:
        fault("record %d is missing" % (count + 1))
    return {"records": count}


# ---------------------------------------------------------------- what was handed over


def handover(root):
    given = json.loads((root / "export.json").read_text("utf-8"))
    lines = [given["receiver"]]
    for one in given["packages"]:
        lines.append("%s %d %s" % (one["id"], one["version"], one["package_sha256"]))
        if sha256((root / one["name"] / "manifest-sha256.txt").read_bytes()) != one["package_sha256"]:
            fault("%s: not the package that is listed" % one["name"])
        if "record_sha256" in one:
            if sha256((root / (one["name"] + ".er")).read_bytes()) != one["record_sha256"]:
                fault("%s: not the evidence record that is listed" % one["name"])
    if given["transfer"] != sha256("".join(l + "\n" for l in lines).encode())[:32]:
        fault("export.json: the transfer is not made of what it lists")
    return {"packages": len(given["packages"]), "transfer": given["transfer"]}


if __name__ == "__main__":
    kinds = {"package": package, "journal": journal, "records": records, "handover": handover}
    told = kinds[sys.argv[1]](Path(sys.argv[2]))
    for words in faults:
        print(words)
    if faults:
        sys.exit(1)
    print(json.dumps(told, ensure_ascii=False, sort_keys=True))
