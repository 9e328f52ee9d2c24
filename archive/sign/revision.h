/* What was added to a PDF behind a signature, and whether that may be. */
#ifndef SOHOA_ARCHIVE_REVISION_H
#define SOHOA_ARCHIVE_REVISION_H

#include "archive/archive.h"
#include "archive/pdf/pdf_read.h"

/* What may follow a signature of ours: signature fields that are signed, the value of an empty one,
 * a DSS (certificates and proofs, ETSI EN 319 142-1 5.4.2), and what these need in catalog, form
 * and page. */
#define REVISION_OURS (CHANGED_SIGNATURE | CHANGED_TIMESTAMP | CHANGED_PROOFS | REVISION_SHOWN)
/* Beside enum archive_change: a signature that came in shows something on a page. Ours show what
 * they do in a field that is there before the first signature, so in a PDF of ours it may hide what
 * was signed, and revision_permits takes it out. A time-stamp that shows something is a mark. */
#define REVISION_SHOWN 0x1000u
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
 * which could hide the page. Of a PDF of ours (its XMP names the hash of the scans) no further
 * signature that shows something. */
unsigned revision_permits(struct pdf_file *file);

#endif
