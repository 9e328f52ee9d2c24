/*
 * The description of a package: METS.xml, EAD.xml, PREMIS.xml and the representations' METS.xml,
 * made from what goes in. The same content, document and events give the same bytes.
 */
#ifndef SOHOA_ARCHIVE_DESCRIBE_H
#define SOHOA_ARCHIVE_DESCRIBE_H

#include <stdbool.h>

#include "archive/package/bag.h"
#include "archive/package/mapping.h"
#include "archive/store.h"
#include "core/document.h"
#include "core/event.h"
#include "core/xml.h"

/* A file that was made in memory. */
struct made_file {
    struct bag_file file;
    const char *text;
};

struct description {
    const struct document *document;
    const struct mapping *mapping;
    const struct event *events;
    size_t event_count;
    const char *type; /* "AIP", "SIP", "DIP" */
    /* what is there so far: the content, then what was made; path as in the bag ("data/...") */
    struct bag_file *files;
    size_t count;
    const char *objid;   /* "urn:{fonds}:uuid:{UUID}" */
    const char *label;   /* of METS.xml: describe_label */
    const char *created; /* ISO time */
    struct arena *arena;
};

#define DESCRIBE_MADE_MAX 14 /* METS, EAD, PREMIS, two for readers, nine representations */

/* What METS calls the package: by the closed title of its PDF (archive/pdf/closed.h), which names
 * nobody, and how many volumes there are; by its objid where pdf (may be NULL) is none of ours. */
const char *describe_label(const struct document *document, const char *pdf, struct arena *arena);

/* pdf: the document's, or its first volume; NULL: it has none.
 * files: the content, sorted; made, made_count: what describes it, in the arena. */
enum status describe(const char *config, const struct document *document, const char *pdf,
                     const char *type, const struct event *events, size_t event_count,
                     const struct bag_file *files, size_t count, struct arena *arena,
                     struct made_file **made, size_t *made_count, struct error *error);

/* Is this one of the files that describe() makes? path: without "data/". */
bool describe_is_made(const char *path);

/* FATAL: not the code of a fonds. NULL is fine. */
enum status describe_fonds(const char *fonds, struct error *error);
/* "urn:{fonds}:uuid:{UUID in upper case}". */
char *describe_objid(const struct document *document, struct arena *arena);

/* ---- for the writers of each file ---- */

struct kind {
    const char *mime, *format, *registry; /* registry: PRONOM key, NULL unknown */
};
const struct kind *describe_kind(const char *path);     /* by the end of its name; never NULL */
const char *describe_path(const struct bag_file *file); /* without "data/" */
/* A path as an xlink:href from the folder `from` ("" : the package), other bytes as %XX. */
char *describe_href(const char *path, const char *from, struct arena *arena);

void ead_write(const struct description *d, struct buffer *out);
/* Is text something that ead_write writes of this document, whatever the table of elements? */
bool ead_says(const struct document *document, const char *text, struct arena *arena);
/* The same, but for blanks and what cannot stand in XML. */
bool ead_text_is(const char *text, const char *value, struct arena *arena);
void premis_write(const struct description *d, struct buffer *out);
void mets_write(const struct description *d, struct buffer *out);
void mets_write_representation(const struct description *d, int representation, struct buffer *out);

#endif
