/*
 * A person amends what is stored. The document goes through packing, signing, checking, storing and
 * indexing once more, as a new version that names the one it supersedes and why; the old version
 * stays as it is, with its signature and its proofs.
 *
 *   spool/<document>.amended/document.json   the version before, numbered on and corrected
 *                            events.jsonl    who asked for it and why; then what the steps did
 *
 * Masters, words, ALTO and a PDF that came in are not copied: they are read in the version before,
 * and the new one shares their bytes. The folder comes by one rename, then the journal's entry
 * `amend`, then the rows: the document from indexed to approved, its proofs (if it has a row of
 * them) from the start. Proofs are asked for only of what is indexed, so none comes in between.
 *
 * Killed before the rows, nothing was amended: the next run removes the folder, and the same
 * command does it. Killed later, the next run goes on. With the ledger lost, a folder goes on where
 * its version is not in the store; where it is, it is stored again, which changes nothing but that
 * the journal surely has its entry.
 */
#ifndef SOHOA_PIPELINE_AMEND_H
#define SOHOA_PIPELINE_AMEND_H

#include "pipeline/pipeline.h"

struct amend_field {
    enum field_id id;
    const char *value; /* as a person types it; "" says that the paper has none */
};

/* What a person says of it. fields may be none when sign_again: then all stays but the PDF and its
 * signature. */
struct amendment {
    const struct amend_field *fields;
    size_t field_count;
    bool sign_again;
    const char
        *reason; /* stands in document.json, EAD.xml and PREMIS.xml; no digits of a citizen */
    const char *actor, *role;
};

/* Brings the newest version of a stored document back, as approved. version: of the new one.
 * REJECT: not in the store, on its way already, a value that may not stand there, nothing would
 * change, a page without its image or text. RETRY: a worker has it, or its proofs, in hand. */
enum status amend_document(const struct warehouse *warehouse, struct db *db, const char *id,
                           const struct amendment *amendment, int *version, struct error *error);
/* Takes that back as long as the new version is not in the store: the document stands as before.
 * REJECT: it is not being amended. */
enum status amend_withdraw(const struct warehouse *warehouse, struct db *db, const char *id,
                           struct error *error);

/* Which documents are signed again together, by their newest version. */
enum amend_which {
    AMEND_TEST,     /* signed by a TEST certificate */
    AMEND_UNTRUSTED /* by one whose chain does not end in a root of ours; TEST ones too */
};
struct amend_count {
    int64_t looked;  /* documents in the store */
    int64_t amended; /* by this call */
    int64_t waiting; /* on their way already */
    int64_t refused; /* told to finding() */
    bool more;       /* limit was reached */
};
/* At most limit of them (0: all). What is on its way, or was signed again before, is passed over,
 * so that a call which was stopped, or had a limit, goes on with the same words. END: a person
 * stopped it. */
enum status amend_all(const struct warehouse *warehouse, struct db *db, enum amend_which which,
                      int64_t limit, const struct amendment *amendment,
                      bool (*progress)(void *context, int64_t done, int64_t total),
                      void (*finding)(void *context, const char *package, const char *sentence),
                      void *context, struct amend_count *out, struct error *error);

#endif
