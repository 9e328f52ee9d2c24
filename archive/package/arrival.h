/* A package that is being taken in. import.c takes ours (import_ours.c judges it), import_foreign.c
 * others'. */
#ifndef SOHOA_ARCHIVE_ARRIVAL_H
#define SOHOA_ARCHIVE_ARRIVAL_H

#include <stdbool.h>

#include "archive/package/bag.h"
#include "archive/package/described.h"
#include "archive/sign/said.h"
#include "archive/store.h"
#include "archive/transfer.h"

struct arrival {
    const struct import_wish *wish;
    const char *from; /* as it was named */
    void (*finding)(void *context, const char *sentence);
    void *context;
    struct arena *arena;
    const char *work;        /* our folder in the store */
    const char *root, *csip; /* the package; its tree with METS.xml */
    bool unpacked, is_bag, has_mets, is_ours, is_foreign;
    bool is_own_pdf;        /* of a foreign package: its PDF was made by sohoa */
    struct bag_file *files; /* of the tree, sorted, paths relative to it */
    size_t count, room;
    bool *named; /* by a METS.xml */
    struct bag_report report;
    struct said_report said;
    struct document document;
    const char *kind, *objid, *label;
    const char *pdf;    /* of a foreign package, relative to the tree */
    const char *record; /* the evidence record that came beside it; NULL: none */
    int faults;
};

void arrival_tell(void *arrival, const char *sentence);
void arrival_say(struct arrival *arrival, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The document, its masters, images, PDFs and words against each other; fills document. */
void arrival_check_ours(struct arrival *arrival, const struct described *described,
                        const struct mets *mets);
/* Every file of data/ against manifest-sha256.txt, whatever form others give it. */
void arrival_check_manifest(struct arrival *arrival);
/* What a package of others must have to become a document here: one PDF/A that our checker passes.
 * Fills document and pdf. */
enum status arrival_foreign(struct arrival *arrival, struct error *error);
enum status arrival_take_foreign(struct arrival *arrival, struct imported *out,
                                 struct error *error);

#endif
