#include "pipeline/steps.h"

#include <string.h>

#include "core/message.h"

/* No page is still on its way: each is read, or held for a person. */
#define PAGES_DONE(of)                                                                             \
    "NOT EXISTS (SELECT 1 FROM ledger AS p WHERE p.kind = 'page' AND " of                          \
    " AND p.state <> 'read' AND p.held = 0)"
/* And no page that is in none of them: the files go away with the batch. */
#define DOCUMENTS_INDEXED                                                                          \
    "NOT EXISTS (SELECT 1 FROM ledger AS d WHERE d.kind = 'document' AND d.batch = t.batch"        \
    " AND d.state NOT IN ('indexed', 'aside'))"                                                    \
    " AND NOT EXISTS (SELECT 1 FROM ledger AS p WHERE p.kind = 'page' AND p.batch = t.batch"       \
    " AND (p.held = 1 OR p.document = ''))"

/* Proofs are of the version that is stored; one that is on its way has its own. */
#define DOCUMENT_INDEXED                                                                           \
    "NOT EXISTS (SELECT 1 FROM ledger AS d WHERE d.kind = 'document' AND d.id = t.id"              \
    " AND d.state <> 'indexed')"

#define FOR_EVER 1000000000 /* tries: an authority that is away comes back */

/* tries and lease_s are 0 where the settings decide. Work that only touches rows has a short
 * lease. The first row of each kind marks its name for translation. */
static const struct step steps[] = {
    {N_("page"), "scanned", "inspected", N_("scanned"), step_inspect, NULL, NULL, NULL, 0, 0,
     TURN_OLDEST},
    {"page", "inspected", "read", N_("inspected"), step_read, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"page", "read", NULL, N_("read"), NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},

    {N_("batch"), "open", NULL, N_("open"), NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"batch", "closed", "separated", N_("complete"), step_separate, step_separate_rows, NULL,
     PAGES_DONE("p.batch = t.batch"), 0, 0, TURN_OLDEST},
    {"batch", "separated", "finished", N_("separated into documents"), NULL, NULL, step_clear_spool,
     DOCUMENTS_INDEXED, 0, 0, TURN_OLDEST},
    {"batch", "finished", NULL, N_("finished"), NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},

    {N_("document"), "formed", "understood", N_("formed"), step_understand, NULL, NULL,
     PAGES_DONE("p.document = t.id AND p.document <> ''"), 0, 0, TURN_OLDEST},
    {"document", "understood", "approved", N_("understood"), step_approve, NULL, NULL, NULL, 0, 0,
     TURN_OLDEST},
    /* Signed at the moment that is printed on it, not when thousands of others were packed. */
    {"document", "approved", "packed", N_("approved"), step_pack, NULL, NULL, NULL, 0, 0,
     TURN_AT_ONCE},
    {"document", "packed", "signed", N_("packed"), step_sign, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"document", "signed", "stored", N_("signed"), step_store, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"document", "stored", "indexed", N_("stored"), NULL, step_index_rows, step_clear_amended, NULL,
     0, 0, TURN_OLDEST},
    {"document", "indexed", NULL, N_("indexed"), NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"document", "aside", NULL, N_("set aside, the same paper as another"), NULL, NULL, NULL, NULL,
     0, 0, TURN_OLDEST},

    {N_("proof"), "waiting", "timestamped", N_("waiting for a time-stamp"), step_stamp,
     step_proof_rows, NULL, DOCUMENT_INDEXED, FOR_EVER, 0, TURN_PATIENT},
    {"proof", "timestamped", "evidenced", N_("time-stamped, waiting for evidence"), step_evidence,
     step_proof_rows, NULL, DOCUMENT_INDEXED, FOR_EVER, 0, TURN_PATIENT},
    {"proof", "evidenced", "sealed", N_("with evidence, waiting for its seal"), step_seal,
     step_proof_rows, NULL, DOCUMENT_INDEXED, FOR_EVER, 0, TURN_PATIENT},
    {"proof", "aging", "sealed", N_("proofs end soon, waiting for new ones"), step_renew,
     step_proof_rows, NULL, DOCUMENT_INDEXED, FOR_EVER, 0, TURN_PATIENT},
    {"proof", "sealed", NULL, N_("sealed"), NULL, NULL, NULL, NULL, 0, 0, TURN_OLDEST},
    {"proof", "unsigned", NULL, N_("not signed, nothing to prove"), NULL, NULL, NULL, NULL, 0, 0,
     TURN_OLDEST},
};

const struct step_table pipeline_table = {steps, sizeof steps / sizeof *steps};

const struct step *step_find(const struct step_table *table, const char *kind, const char *state)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->steps[i].kind, kind) == 0 && strcmp(table->steps[i].from, state) == 0)
            return &table->steps[i];
    return NULL;
}
