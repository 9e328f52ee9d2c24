/* What was added to a PDF behind a signature, and whether that may be. */
#ifndef SOHOA_ARCHIVE_REVISION_H
#define SOHOA_ARCHIVE_REVISION_H

#include "archive/archive.h"
#include "archive/pdf_read.h"

/* What may follow a signature of ours: signature fields that are signed, the value of an empty one,
 * a DSS (certificates and proofs, ETSI EN 319 142-1 5.4.2), and what these need in catalog, form
 * and page. */
#define REVISION_OURS (CHANGED_SIGNATURE | CHANGED_TIMESTAMP | CHANGED_PROOFS)
/* And one of others: what ISO 32000-1 12.8.2.2 lets follow a signature. */
#define REVISION_OTHERS                                                                            \
    (REVISION_OURS | CHANGED_METADATA | CHANGED_FORM | CHANGED_ANNOTATIONS | CHANGED_MARKS)

/* Compares what the first end bytes say with what the whole file says. changes: what was found
 * (enum archive_change); what is not in allowed is told, and what the signatures in the first end
 * bytes lock (12.7.4.5, 12.8.2.4): then it counts as content. end: where a revision ends. False:
 * something was told. */
bool revision_check(struct pdf_file *whole, int64_t end, unsigned allowed, unsigned *changes,
                    void (*finding)(void *context, const char *sentence), void *context);
/* What the file's DocMDP lets follow its certification; when it has none, everything but marks,
 * which could hide the page. */
unsigned revision_permits(struct pdf_file *file);

#endif
