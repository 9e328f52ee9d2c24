/*
 * A paper that is on its way and there already: type, number, day and owner are those of another
 * document, which is in the catalogue or on its way itself. Inside pipeline/ only.
 *
 * Who is first to be judged has claimed the paper (table ledger_paper, until it is in the
 * catalogue), so that of two that are judged at the same moment one is held.
 */
#ifndef SOHOA_PIPELINE_TWINS_H
#define SOHOA_PIPELINE_TWINS_H

#include "core/document.h"
#include "pipeline/pipeline.h"

/* Makes the table when it is not there. */
enum status twins_create(struct db *db, struct error *error);
/* *other: the document that is the same paper as far as can be told; NULL: there is none, then this
 * one has claimed it. Nor is there for one that a person said is another paper, and for a new
 * version of what is stored. Not inside a transaction. */
enum status twins_claim(struct db *db, const struct document *document, struct arena *arena,
                        const char **other, struct error *error);
/* It is in the catalogue, or is not to come there. */
enum status twins_let_go(struct db *db, const char *document_id, struct error *error);

#endif
