/*
 * The noun package: what lies where in it. The only place that knows; everyone else asks here.
 *
 *   <package>/                          a BagIt bag (RFC 8493); store.h says where it stands
 *     bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt
 *     data/                             the tree of TT 05/2025/TT-BNV (E-ARK CSIP)
 *       METS.xml                        what there is, with size and SHA-256 of every file
 *       metadata/descriptive/EAD.xml    the document in the words of archivists
 *       metadata/preservation/PREMIS.xml  files, events, agents, rights
 *       metadata/other/document.json  events.jsonl  packing.json  check.json  received.json
 *       documentation/README.txt  schemas/catalog.xml   for whoever finds it
 *       representations/rep1/METS.xml   data/document.pdf: the signed PDF/A
 *       representations/rep2/METS.xml   data/NNNN-S.scan.tif: the masters, and their facts beside
 * them representations/rep3/METS.xml   data/NNNN-S.words.json NNNN-S.alto.xml: the text
 *       representations/rep4/METS.xml   data/received.pdf: what came in as a PDF, byte for byte
 *
 * Paths are relative to data/, which is where the items of store_package are told from.
 */
#ifndef SOHOA_CORE_PACKAGE_H
#define SOHOA_CORE_PACKAGE_H

#include <stdbool.h>

#include "core/arena.h"

#define PACKAGE_ROOT "data"

/* What every package has once. */
enum package_part {
    PACKAGE_METS,
    PACKAGE_EAD,
    PACKAGE_PREMIS,
    PACKAGE_DOCUMENT, /* document.json */
    PACKAGE_EVENTS,   /* events.jsonl, core/event.h */
    PACKAGE_PACKING,  /* packing.json: how each page's image was made */
    PACKAGE_CHECK,    /* check.json: the pass record of document.pdf */
    PACKAGE_PDF,
    PACKAGE_RECEIVED, /* received.pdf: the PDF it was rendered from, byte for byte as it came */
    PACKAGE_RECEIVED_REPORT, /* received.json: what its signatures were found to be then */
    PACKAGE_PART_COUNT
};
const char *package_part(enum package_part part); /* never freed */
/* The same of a document that was split: "document-2.pdf", "check-2.json"; volume 0: as
 * package_part. */
char *package_volume(enum package_part part, int volume, struct arena *arena);

/* What it has of each page. */
enum package_page {
    PACKAGE_MASTER, /* name: the master's file, "0001-1.scan.tif" */
    PACKAGE_FACTS,  /* name of the page from here on: "0001-1" */
    PACKAGE_WORDS,
    PACKAGE_ALTO
};
char *package_page(enum package_page what, const char *name, struct arena *arena);

/* Representations, from 1. */
enum package_representation { PACKAGE_REP_PDF = 1, PACKAGE_REP_MASTERS, PACKAGE_REP_TEXT };
#define PACKAGE_REP_COUNT 3
/* "representations/rep1". */
char *package_representation(int representation, struct arena *arena);
/* The representation that a path belongs to; 0: to the package itself. */
int package_representation_of(const char *path);

/* Where that lies below a package's folder: "<package>/data/<path>". */
char *package_path(struct arena *arena, const char *package, const char *path);
/* For those who only look: the whole path of a part. */
char *package_part_path(struct arena *arena, const char *package, enum package_part part);

#endif
