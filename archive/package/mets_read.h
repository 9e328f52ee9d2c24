/* What METS.xml, PREMIS.xml, EAD.xml and ALTO say, read with doubt: no network, no entities, no
 * DTD. Door: libxml2. */
#ifndef SOHOA_ARCHIVE_METS_READ_H
#define SOHOA_ARCHIVE_METS_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/status.h"

struct mets_entry {
    const char *path;                     /* relative to the METS.xml, %XX decoded */
    int64_t bytes;                        /* -1: not told */
    const char *checksum, *checksum_type; /* NULL: not told */
};
struct premis_event {
    const char *id, *at, *agent, *detail, *outcome; /* "": not told */
};
struct mets {
    const char *objid, *label, *type; /* type: OAISPACKAGETYPE; NULL: not told */
    struct mets_entry *entries;       /* file and mdRef */
    size_t count;
    struct premis_event *events; /* of a PREMIS.xml, in its order */
    size_t event_count;
    bool labels_differ; /* a division of its map is not called what its group of files is */
};
struct ead {
    const char *id;     /* eadid; "": there is none */
    const char **texts; /* all that stands in it */
    size_t count;
};

/* REJECT: it is not well-formed, has a DTD, is no METS, larger than 256 MiB or made to keep a
 * reader busy (xml_tags.h). */
enum status mets_read(const char *path, struct arena *arena, struct mets *out, struct error *error);
/* The same of the files that a PREMIS.xml names, and its events; objid is its URN. */
enum status premis_read(const char *path, struct arena *arena, struct mets *out,
                        struct error *error);
enum status ead_read(const char *path, struct arena *arena, struct ead *out, struct error *error);
/* text: the words of an ALTO file, CONTENT of its Strings in their order, a blank behind each. */
enum status alto_read(const char *path, struct arena *arena, const char **text,
                      struct error *error);

#endif
