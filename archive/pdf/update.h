/*
 * Incremental updates of a PDF (ISO 32000-1 7.5.6): objects appended behind the last byte, with a
 * cross-reference section of their own of the kind that the file has, a table or a stream. Not one
 * byte that is there already changes, so every signature goes on covering its revision.
 *
 *   original bytes, from "%PDF-" to "%%EOF"
 *   57 0 obj ... endobj                       new objects, and old ones issued again
 *   xref  0 1  12 1  57 3                     only what is in this update
 *   trailer << /Size 60 /Root 1 0 R /ID [<first> <new>] /Prev 84512 >>
 *   startxref 85991 %%EOF
 */
#ifndef SOHOA_ARCHIVE_UPDATE_H
#define SOHOA_ARCHIVE_UPDATE_H

#include <stdio.h>

#include "archive/pdf/pdf_read.h"

struct update;

/* Reads the file that is to be updated. REJECT: it is none that this writer can go on with
 * (damaged, encrypted, objects that were numbered anew). */
enum status update_open(const char *path, struct update **out, struct error *error);
void update_close(struct update *update);            /* NULL is fine */
struct pdf_file *update_file(struct update *update); /* what is there now; lent */

int64_t update_number(struct update *update); /* of an object that is new */
/* Gives the object its bytes, what stands between "obj" and "endobj"; an old one is issued again.
 * A second call for the same number replaces the first. */
void update_put(struct update *update, int64_t number, const struct buffer *body);
void update_put_stream(struct update *update, int64_t number, const void *bytes, size_t size);

/* PDF text of a value; of a dictionary without the entries named in except (NULL-terminated) and
 * without its closing brackets, so that others can follow. */
void update_value(struct buffer *out, const struct pdf_value *value);
void update_dictionary(struct buffer *out, const struct pdf_value *dict, const char *const *except);

/* The number of the catalog; of the first page; REJECT when there is none. */
enum status update_catalog(struct update *update, int64_t *number, struct error *error);
enum status update_first_page(struct update *update, int64_t *number, struct error *error);

/* Adds a signature field that shows nothing on the first page, with value (an object number) as its
 * V. Names are kept apart: "Officer", "Officer2" when that is taken. */
enum status update_add_field(struct update *update, const char *name, int64_t value,
                             struct error *error);
/* Gives the empty signature field name (in the file) its V. REJECT: no such field, or it is
 * filled. */
enum status update_fill_field(struct update *update, const char *name, int64_t value,
                              struct error *error);

/* The original bytes and the update, to a stream. Errors of writing show at file_commit. */
void update_write(struct update *update, FILE *to);

#endif
