/*
 * What document.json says of the paper, and what binds it where no journal of ours reaches.
 *
 *   sohoa:descriptionDigest in the signed PDF  =  said_digest of document.json
 *   words.json as people corrected it          =  the text of the PDF (core/corrected.h)
 *   a field that was read, a further person    =  the words at its place, nearly (said_field.c)
 *   ALTO                                       =  words.json, word by word
 *
 * The hash does not speak of what a later version of the same PDF changes: version, supersedes,
 * reason, kept_from, volumes; nor of what people did (acts), nor of confidences. A PDF of before
 * has none: then text and fields bind what they can, and who typed a value where nothing was read
 * is not bound.
 *
 * A PDF of ours that was taken over alone says the fields itself: document.json says the same.
 */
#ifndef SOHOA_ARCHIVE_SAID_H
#define SOHOA_ARCHIVE_SAID_H

#include "archive/package/bag.h"
#include "core/document.h"
#include "core/words.h"

#define SAID_PROPERTY "sohoa:descriptionDigest"

/* SHA-256 over "<path> <value>\n" of all that document.json says, in the order of the bytes:
 * "fields.owner.value \"An\"\n". Values are JSON; docs/formats.md has it as a line of jq. */
void said_digest(const struct document *document, char hex[HASH_HEX_SIZE]);

struct said_report {
    int bound, unbound; /* PDFs that name the hash; those of before, or of others */
    int faults;         /* sentences told to finding() */
};
/* package: its folder. */
void said_check(const char *package, const struct document *document, struct said_report *report,
                bag_finding *finding, void *context);

/* ---- said_field.c */

/* Does what was read as this field stand at its place on its page? words: of that page; NULL: it
 * names none, or there are none. True also where that cannot be asked: it was not read, or does not
 * stand on paper as it is. */
bool said_field_holds(const struct document *document, enum field_id field,
                      const struct words *words, struct arena *arena);
bool said_owner_holds(const struct document_owner *owner, const struct words *words,
                      struct arena *arena);

#endif
