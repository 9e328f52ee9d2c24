/*
 * The masters of a document as one hash, which stands in the XMP of its PDF (sohoa:mastersDigest)
 * and so below the signature: SHA-256 over "<SHA-256>  <file name>\n" of each master, in the order
 * of the pages, all volumes together. `sha256sum` over the masters in that order gives the lines.
 */
#ifndef SOHOA_ARCHIVE_MASTERS_H
#define SOHOA_ARCHIVE_MASTERS_H

#include <stddef.h>

#include "core/hash.h"

#define MASTERS_PROPERTY "sohoa:mastersDigest"
/* Beside it: the SHA-256 of received.pdf, of a document that came in as a PDF. */
#define RECEIVED_PROPERTY "sohoa:receivedDigest"

struct master {
    const char *name; /* of the file, without folders */
    char sha256[HASH_HEX_SIZE];
};
void masters_digest(const struct master *masters, size_t count, char hex[HASH_HEX_SIZE]);

#endif
