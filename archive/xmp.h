/* Looking into an XMP packet of ours: no XML library, the packets are written by pdf_metadata.c. */
#ifndef SOHOA_ARCHIVE_XMP_H
#define SOHOA_ARCHIVE_XMP_H

#include "archive/pdf_read.h"

#define XMP_SOHOA "urn:x-sohoa:archive:1#"

/* Content of the first element (or attribute) called name, entities undone, markup dropped; NULL:
 * there is none. */
char *xmp_property(struct arena *arena, const char *xmp, const char *name);
/* The packet of the catalog, a 0 behind it, in the arena; NULL when it cannot be read. */
char *xmp_packet(struct pdf_file *file, struct arena *arena);

#endif
