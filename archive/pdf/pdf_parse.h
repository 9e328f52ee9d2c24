/* What the files of the PDF reader share (pdf_read.h is its door). */
#ifndef SOHOA_ARCHIVE_PDF_PARSE_H
#define SOHOA_ARCHIVE_PDF_PARSE_H

#include "archive/pdf/pdf_read.h"

#define PDF_NUMBERS_MAX 8388607 /* of PDF/A, ISO 19005-2 6.1.13 */

/* ---- pdf_read.c */

bool pdf_at_word(const struct pdf_file *file, size_t at, const char *word);
struct pdf_lexer pdf_lexer_at(struct pdf_file *file, size_t at, bool references);
bool pdf_next_int(struct pdf_lexer *lexer, int64_t *out); /* not negative */
bool pdf_next_word(struct pdf_lexer *lexer, const char *word);
/* "stream" and its end of line behind a dictionary: where its bytes begin; 0: it is none. */
int64_t pdf_stream_start(const struct pdf_file *file, struct pdf_lexer *lexer);

/* ---- pdf_xref.c: fills slots, sections, trailer, end */
enum status pdf_xref_read(struct pdf_file *file, struct error *error);

/* ---- pdf_xref_stream.c */

/* An entry as a section says it, newest section first; what is known already stays. Entries of
 * kind 0 are free, 1 at an offset, 2 in an object stream. The stream that belongs to the table
 * `section` (XRefStm) is -section. False: no such entry can be, or the section says two things of
 * the object. */
bool pdf_xref_entry(struct pdf_file *file, int section, int64_t number, int kind, int64_t offset,
                    int64_t generation);
/* Makes room for the objects first to first + count - 1. */
bool pdf_xref_room(struct pdf_file *file, int64_t first, int64_t count);
/* The cross-reference stream at offset, with its dictionary. False: there is none, or a damaged
 * one. behind: after its bytes. */
bool pdf_xref_stream(struct pdf_file *file, int64_t offset, int section,
                     const struct pdf_value **dict, size_t *behind);

/* ---- pdf_objstm.c: objects in object streams */

/* The value at the slot's place in its object stream; false: it is not there. */
bool pdf_bundled(struct pdf_file *file, int64_t number, struct pdf_value *out);
void pdf_bundles_free(struct pdf_file *file);

/* ---- pdf_filter.c */

/* pdf_stream_decoded for the reader itself: all of a file together within a limit. */
bool pdf_stream_counted(struct pdf_file *file, const struct pdf_value *dict, size_t limit,
                        struct buffer *out);

#endif
