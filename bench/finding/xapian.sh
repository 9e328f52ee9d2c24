#!/bin/sh
# Xapian on the papers of the search bench: xapian.sh FOLDER (bench/finding/others.h). Text and words
# without marks; the words as a phrase, else all, else any, by BM25. Times are CPU of one process.
set -eu
folder=$1
python=/usr/bin/python3
if ! "$python" -c 'import xapian' 2>/dev/null; then
    echo "xapian: left out: python3-xapian is not installed (section [bench] of packages)"
    exit 1
fi
exec "$python" - "$folder" <<'EOF2'
import os, shutil, sys, tempfile, time, unicodedata
import xapian

folder = sys.argv[1]
work = tempfile.mkdtemp(prefix="sohoa-xapian-")


def bare(text):
    text = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in text if not unicodedata.combining(c)).replace("đ", "d")


made = time.process_time()
db = xapian.WritableDatabase(work + "/db", xapian.DB_CREATE)
generator = xapian.TermGenerator()
for line in open(folder + "/papers.tsv", encoding="utf-8", errors="replace"):
    number, text = line.rstrip("\n").split("\t", 1)
    document = xapian.Document()
    generator.set_document(document)
    generator.index_text(bare(text))
    db.add_document(document)
db.commit()
made = time.process_time() - made


def found(query):
    enquire = xapian.Enquire(db)
    enquire.set_query(query)
    return [str(match.docid - 1) for match in enquire.get_mset(0, 10)]


with open(folder + "/answers-xapian.tsv", "w") as out:
    for line in open(folder + "/questions.tsv", encoding="utf-8"):
        number, asked = line.rstrip("\n").split("\t", 1)
        started = time.process_time()
        words = bare(asked).replace("/", " ").replace("-", " ").replace(".", " ").split()
        papers = []
        for query in (
            xapian.Query(xapian.Query.OP_PHRASE, words),
            xapian.Query(xapian.Query.OP_AND, words),
            xapian.Query(xapian.Query.OP_OR, words),
        ):
            papers = found(query)
            if papers:
                break
        ms = (time.process_time() - started) * 1e3
        out.write("%s\t%.3f\t%s\n" % (number, ms, " ".join(papers)))
size = sum(os.path.getsize(os.path.join(work, "db", name)) for name in os.listdir(work + "/db"))
print("xapian %s: %.1f MB index, %.1f CPU s" % (xapian.version_string(), size / 1e6, made))
shutil.rmtree(work)
EOF2
