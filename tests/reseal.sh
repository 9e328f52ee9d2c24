# shellcheck shell=sh
# Sourced by tests that forge packages: what anybody can do to one with coreutils, without a key.
#   reseal PACKAGE          its manifests and sums say what is there now
#   reseal_whole PACKAGE    METS.xml and PREMIS.xml too
reseal() (
    cd "$1" && chmod -R u+w . || exit 1
    find data -type f | LC_ALL=C sort | xargs -d '\n' sha256sum >manifest-sha256.txt
    sed -i "s/^Payload-Oxum: .*/Payload-Oxum: $(find data -type f -printf '%s\n' | awk '{s += $1; n++} END {print s "." n}')/" bag-info.txt
    sha256sum bag-info.txt bagit.txt manifest-sha256.txt >tagmanifest-sha256.txt
)

reseal_whole() {
    chmod -R u+w "$1"
    python3 - "$1/data" <<'END' && reseal "$1"
import hashlib, pathlib, re, sys
root = pathlib.Path(sys.argv[1])
def facts(path):
    data = path.read_bytes()
    return hashlib.sha256(data).hexdigest(), len(data)
def mets(path):
    text = path.read_text()
    def entry(match):
        one = match.group(0)
        href = re.search(r'xlink:href="([^"]*)"', one)
        file = path.parent / href.group(1)
        digest, size = facts(file)
        one = re.sub(r'CHECKSUM="[0-9a-f]*"', 'CHECKSUM="%s"' % digest, one)
        return re.sub(r' SIZE="\d+"', ' SIZE="%d"' % size, one)
    text = re.sub(r'<mdRef[^>]*>|<file [^>]*>\s*<FLocat[^>]*>', entry, text)
    path.write_text(text)
premis = root / "metadata/preservation/PREMIS.xml"
text = premis.read_text()
def thing(match):
    one = match.group(0)
    name = re.search(r'<objectIdentifierValue>([^<]*)<', one).group(1)
    if not (root / name).is_file():
        return one
    digest, size = facts(root / name)
    one = re.sub(r'<messageDigest>[^<]*<', '<messageDigest>%s<' % digest, one)
    return re.sub(r'<size>\d+<', '<size>%d<' % size, one)
premis.write_text(re.sub(r'<object xsi:type="file">.*?</object>', thing, text, flags=re.S))
for one in sorted(root.glob("representations/*/METS.xml")):
    mets(one)
mets(root / "METS.xml")
END
}

# A segment of the journal written anew with sound hashes: its first entries, each with another role.
journal_anew() { # SEGMENT ENTRIES
    python3 - "$1" "$2" <<'END'
import hashlib, json, sys
lines, out, before = open(sys.argv[1], encoding="utf-8").read().splitlines(), [], "0" * 64
for line in lines[: int(sys.argv[2])]:
    body = line[: line.rindex(',"hash":')]
    body = body.replace(json.loads(line)["previous"], before).replace('"role":""', '"role":"x"')
    before = hashlib.sha256(body.encode()).hexdigest()
    out.append(body + ',"hash":"' + before + '"}')
open(sys.argv[1], "w", encoding="utf-8").write("\n".join(out) + "\n")
END
}
