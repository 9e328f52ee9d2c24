/*
 * Reading an XMP packet: well-formed XML, namespaces, and the part of RDF that XMP allows (ISO
 * 16684-1 clause 7; what ISO 19005-2 6.6.2.1 asks of a packet). xmp.c is a door to libxml2.
 */
#ifndef SOHOA_ARCHIVE_XMP_H
#define SOHOA_ARCHIVE_XMP_H

#include "archive/pdf/pdf_read.h"

#define XMP_SOHOA "urn:x-sohoa:archive:1#"
#define XMP_DC "http://purl.org/dc/elements/1.1/"
#define XMP_BASIC "http://ns.adobe.com/xap/1.0/"
#define XMP_MM "http://ns.adobe.com/xap/1.0/mm/"
#define XMP_PDF "http://ns.adobe.com/pdf/1.3/"
#define XMP_PDFA_ID "http://www.aiim.org/pdfa/ns/id/"
#define XMP_EXTENSION "http://www.aiim.org/pdfa/ns/extension/"
#define XMP_EXTENSION_SCHEMA "http://www.aiim.org/pdfa/ns/schema#"
#define XMP_EXTENSION_PROPERTY "http://www.aiim.org/pdfa/ns/property#"

enum xmp_form { XMP_SIMPLE, XMP_ALT, XMP_BAG, XMP_SEQ, XMP_STRUCT };

/* A property, a field of a structure, or an item of an array (whose names are NULL). */
struct xmp_node {
    const char *space, *prefix,
        *name; /* namespace URI, the prefix it is written with, local name */
    enum xmp_form form;
    const char *text;        /* of XMP_SIMPLE, else NULL */
    const char *lang;        /* xml:lang, NULL: none */
    struct xmp_node *inside; /* items or fields */
    struct xmp_node *next;
};

/* The properties of a packet of size bytes, in the arena. False: it is no XML, has a document type,
 * or is no RDF that XMP allows; also when a property stands in it twice. */
bool xmp_read(struct arena *arena, const char *packet, size_t size, struct xmp_node **properties);

/* The property or field of that namespace and name; NULL: there is none. */
const struct xmp_node *xmp_find(const struct xmp_node *list, const char *space, const char *name);

/* The value of "dc:title" (the prefixes are those of the table in xmp.c, whatever the packet
 * writes), of an array that of its first item; NULL when there is none. */
const char *xmp_property(const struct xmp_node *properties, const char *name);

/* The bytes of the catalog's packet, a 0 behind them, in the arena; NULL when there is none. */
const char *xmp_packet(struct pdf_file *file, struct arena *arena, size_t *size);
/* Its properties; NULL when there are none or the packet cannot be read. */
const struct xmp_node *xmp_of(struct pdf_file *file, struct arena *arena);

#endif
