#include "pipeline/audit_ledger.h"

#include <string.h>

#include "archive/store.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/enter.h"
#include "pipeline/ledger.h"

/* The row of a kind; state "" when there is none. */
static enum status read_row(struct db *db, const char *kind, const char *id, struct arena *arena,
                            const char **state, int *level, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db, "SELECT state, level FROM ledger WHERE kind = ? AND id = ?", &query, error);
    *state = "";
    *level = 0;
    if (status == STATUS_OK) {
        db_bind_text(query, 1, kind);
        db_bind_text(query, 2, id);
        status = db_step(query, error);
    }
    if (status == STATUS_OK) {
        *state = arena_strdup(arena, db_text(query, 0));
        *level = (int)db_int(query, 1);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* With the roots of the settings: a chain may end in one that the file does not bring. The lowest
 * of several volumes. */
static int level_by_roots(const struct warehouse *warehouse, const char *path,
                          const struct document *document, struct arena *arena)
{
    const struct archive_trust trust = archive_trust_of(&warehouse->archive);
    int last = (int)document->volume_count, least = ARCHIVE_B_LTA;
    for (int i = last > 0; i <= last; i++) {
        struct archive_verdict verdict = {.signatures = 0};
        const char *pdf = package_path(arena, path, package_volume(PACKAGE_PDF, i, arena));
        enum status status = archive_judge(pdf, &trust, &verdict, NULL, NULL, NULL);
        bool known = (status == STATUS_OK || status == STATUS_REJECT) && verdict.intact;
        int level = known ? (int)verdict.level : ARCHIVE_B_B;
        least = level < least ? level : least;
    }
    return least;
}

static const char *compare_proofs(const struct warehouse *warehouse, const char *path,
                                  const struct document *document, const char *state, int level,
                                  struct arena *arena)
{
    if (!*state || strcmp(state, "unsigned") == 0)
        return NULL;
    const struct proof_state has = proof_state_of(path, document, arena);
    if (strcmp(has.state, "unsigned") == 0)
        return _("The ledger says that this document is signed, and its PDF carries no signature.");
    if (level > (int)has.level && level > level_by_roots(warehouse, path, document, arena))
        return _("The ledger says that this document has further proofs than its PDF has.");
    return NULL;
}

enum status audit_ledger(const struct warehouse *warehouse, struct db *db, const char *path,
                         const struct document *document, struct arena *arena, const char **why,
                         struct error *error)
{
    const char *state = "", *newest = NULL;
    int level = 0;
    *why = NULL;
    enum status status = read_row(db, "document", document->id, arena, &state, &level, error);
    if (status == STATUS_OK && strcmp(state, "aside") == 0)
        *why = _("The ledger says that this document was set aside, and it is in the store.");
    if (status == STATUS_OK && !*why)
        status = read_row(db, "proof", document->id, arena, &state, &level, error);
    if (status == STATUS_OK && !*why)
        *why = compare_proofs(warehouse, path, document, state, level, arena);
    /* the package comes before its row: a newer one may have come meanwhile */
    if (*why && store_find(warehouse->store, document->id, 0, arena, &newest, NULL) == STATUS_OK &&
        strcmp(store_place(newest), store_place(path)) != 0)
        *why = NULL;
    return status;
}
