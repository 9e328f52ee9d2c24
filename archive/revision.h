/* What was added to a PDF behind a signature, and whether that may be. */
#ifndef SOHOA_ARCHIVE_REVISION_H
#define SOHOA_ARCHIVE_REVISION_H

#include "archive/pdf_read.h"

/* Compares what the first end bytes say with what the whole file says. A later revision may add a
 * DSS (certificates and proofs, ETSI EN 319 142-1 5.4.2), signature fields that are signed, the
 * value of an empty signature field, and what these need in catalog, form and page. Everything
 * else is told. end: where a revision ends. False: something was told. */
bool revision_check(struct pdf_file *whole, int64_t end,
                    void (*finding)(void *context, const char *sentence), void *context);
/* Is there a DSS with CRLs or OCSP responses in what the first end bytes say? */
bool revision_has_proofs(const struct pdf_file *whole, int64_t end);

#endif
