/* What the files that compare revisions share (revision.h is their door). */
#ifndef SOHOA_ARCHIVE_REVISION_PARTS_H
#define SOHOA_ARCHIVE_REVISION_PARTS_H

#include "archive/pdf/pdf_read.h"

/* ---- revision_equal.c */

/* The same value; references are not followed. depth: 0. */
bool revision_equal(const struct pdf_value *a, const struct pdf_value *b, int depth);
/* Two dictionaries, equal but for the entries named in except (NULL ends it). */
bool revision_equal_but(const struct pdf_value *older, const struct pdf_value *newer,
                        const char *const *except);
bool revision_is_among(const char *key, const char *const *list);

/* ---- revision_lock.c: which fields the signatures of a revision lock (ISO 32000-1 12.7.4.5 Lock,
 * 12.8.2.4 FieldMDP) */

struct revision_locks {
    struct pdf_file *file;
    const struct pdf_value **items; /* dictionaries with Action and Fields, in the file's arena */
    size_t count;
    unsigned allowed; /* what their P lets follow (ISO 32000-2 12.7.5.5) */
};
void revision_locks(struct pdf_file *file, struct revision_locks *out);
/* Is this field, or the one that this widget is of, locked? */
bool revision_is_locked(const struct revision_locks *locks, const struct pdf_value *field);
/* What P of a DocMDP or of a Lock lets follow. */
unsigned revision_level(int64_t level);

/* Does it take room on its page, so that it may hide what is there? */
bool revision_is_seen(struct pdf_file *file, const struct pdf_value *widget);

#endif
