/*
 * Where the fields of a document stand in the text layer of its PDF. The metadata tell the places
 * and not the words, so they name nobody, and who has the PDF alone reads the fields back
 * (docs/formats.md, "From PDFs alone").
 *
 * One place is "NAME PAGE:RANGES FORM": the field's name (field_name; "owners" for each further
 * person, in their order, "owners.birth_date" and "owners.id" for the one before), the page of this
 * file (from 1), its words (from 1, as the strings of the text layer follow one another:
 * "12-15+20-20"), and how they are read: "text" as they stand with a blank between them, "bare"
 * without marks at both ends, "words" each word so, "sign" what stands behind the first colon,
 * "name" with capitals at the start of syllables, "agency" as an agency's name is spelled in a
 * sentence, "digits" only those, "date" day, month and year as an ISO date. Places follow one
 * another with "; " between them, pages in their order. What a person typed without a place is
 * looked for in the text. Only what reads back as the very value that the document has is told.
 */
#ifndef SOHOA_ARCHIVE_PLACES_H
#define SOHOA_ARCHIVE_PLACES_H

#include "archive/pdf/pdf_read.h"
#include "core/buffer.h"
#include "core/document.h"
#include "core/words.h"

/* Appends the places on a page: its index in the document, its number in the file, its words as
 * they go into the text layer. */
void places_add(struct buffer *out, const struct document *document, size_t page, size_t number,
                const struct words *words, struct arena *arena);

/* Is the field's place told in what places_add wrote (NULL: nothing)? */
bool places_tell(const char *places, const char *name);

/* Fills the fields and further persons of a document whose text they are; a place that is none is
 * left out. A field that has a value keeps it, but for the title. Memory in the arena. */
void places_take(struct pdf_file *file, const char *places, struct document *document,
                 struct arena *arena);

#endif
