/*
 * A sample of a store's documents, drawn so that anybody who knows the seed draws the same: those
 * whose SHA-256 of "SEED <year>/<id>/v<version>" is least. Drawn from what should be there: the
 * newest version of each document that the store, the catalogue or the journal knows.
 */
#ifndef SOHOA_TOOLS_DRAW_H
#define SOHOA_TOOLS_DRAW_H

#include "pipeline/audit.h"
#include "tools/command.h"

struct drawing {
    const char **places; /* "<year>/<id>/v<version>", in the order of the draw */
    size_t count;        /* all documents */
    size_t there;        /* packages in the store, of any version */
};

/* audit, db: NULL outside of the warehouse. Memory in cli's arena. */
enum status draw(struct cli *cli, const char *store, const struct audit *audit, struct db *db,
                 const char *seed, struct drawing *out);

#endif
