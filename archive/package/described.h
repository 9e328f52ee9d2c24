/* A package's files against what its METS.xml, PREMIS.xml and EAD.xml say of them. */
#ifndef SOHOA_ARCHIVE_DESCRIBED_H
#define SOHOA_ARCHIVE_DESCRIBED_H

#include <stdbool.h>

#include "archive/package/bag.h"
#include "archive/package/mets_read.h"
#include "core/document.h"

struct described {
    const char *tree;             /* folder with METS.xml: data/ of a bag */
    const struct bag_file *files; /* all of it, sorted, paths relative to it */
    size_t count;
    bool *named; /* by a METS.xml; one for each file, false at first */
    struct arena *arena;
    bag_finding *finding;
    void *context;
    bool ours; /* made by sohoa: the labels of METS.xml, too */
};

/* METS.xml and those it leads to: every file they name is there, with that size and SHA-256. */
void described_mets(struct described *described, struct mets *out);
/* Every file of the tree is named, but for the one that names. Behind described_mets. */
void described_all(const struct described *described);
/* PREMIS.xml names all content and nothing else, each file with its size and SHA-256, and tells the
 * events of events.jsonl; EAD.xml is there and says nothing that document.json does not; METS,
 * PREMIS and EAD speak of this document. mets: of the topmost METS.xml. */
void described_document(const struct described *described, const struct mets *mets,
                        const struct document *document);

#endif
