/*
 * What may be said of a paper where programs that know nothing of privacy read it: in the metadata
 * of its PDF, which are copied, indexed and logged. Nothing stands there in the paper's own words,
 * in which anybody may be named: what is said is a member of a closed list or has a shape that no
 * person's name and no person's number has. The paper's words stand in the text layer alone, and
 * the metadata tell where (places.h).
 */
#ifndef SOHOA_ARCHIVE_CLOSED_H
#define SOHOA_ARCHIVE_CLOSED_H

#include "core/arena.h"
#include "core/document.h"
#include "core/status.h"

/* The name of a document of which no type is known. */
#define CLOSED_NO_TITLE "Kết quả giải quyết thủ tục hành chính"

/* NULL: not known, or not to be said. */
struct closed {
    const char *title;     /* the type's name as types.tsv has it; CLOSED_NO_TITLE: none is known */
    const char *type;      /* slug of types.tsv */
    const char *procedure; /* national code, also with the suffix of a local system */
    const char *issued;    /* ISO */
    const char *unit;      /* kind and name of a unit of units.csv, as the document has it */
    const char *agency;    /* "Ủy ban nhân dân" or "Công an" of such a unit */
    const char *number, *book, *box, *shelf;  /* closed_code; number and book with no serial */
    const char *batch, *scanned, *supersedes; /* as this program writes them: packages come in */
};

/* Memory in the arena. config: folder of types.tsv, units.csv and abbreviations.tsv; NULL: they are
 * empty. units: without it no unit and agency are said, and units.csv, which is long, is not read.
 * FATAL: one cannot be read. */
enum status closed_read(const char *config, const struct document *document, bool units,
                        struct arena *arena, struct closed *out, struct error *error);

/* "Giấy khai sinh (tập 2)": the title that volume number (from 1) has in its PDF. split false: the
 * document is one file, and title is lent. */
const char *closed_volume(struct arena *arena, const char *title, bool split, int number);
/* "Giấy khai sinh (3 tập)": what a package of so many volumes is called; 0: title is lent. */
const char *closed_volumes(struct arena *arena, const char *title, size_t count);
/* The title that a PDF of ours has in its metadata, without the volume; NULL: it is not ours, or
 * has none. */
const char *closed_title_of(const char *pdf, struct arena *arena);

/* Is text a number and sign, or a place in a store-room: "45/2019/QĐ-UBND", "01 TP/CC-SCT/BS",
 * "Hộp 12", "K-2"? It has digits, eight at most (a person's number has nine or more); of its
 * letters, which are Latin, those that stand together are one, or capitals without a vowel, which
 * make no syllable, or an abbreviation (a list of them, NULL at the end), or a word for boxes,
 * shelves and volumes, none of which is a family name. Three single letters in a row with a vowel
 * among them are a word that is spelled. */
bool closed_code(struct arena *arena, const char *text, const char *const *abbreviations);

#endif
