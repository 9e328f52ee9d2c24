#include "pipeline/audit_ledger.h"

#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/enter.h"
#include "pipeline/ledger.h"
#include "pipeline/spool.h"

struct row {
    const char *state; /* "": there is none */
    const char *owner;
    int level;
};

static enum status read_row(struct db *db, const char *kind, const char *id, struct arena *arena,
                            struct row *row, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db, "SELECT state, owner, level FROM ledger WHERE kind = ? AND id = ?", &query, error);
    *row = (struct row){"", "", 0};
    if (status == STATUS_OK) {
        db_bind_text(query, 1, kind);
        db_bind_text(query, 2, id);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *row = (struct row){arena_strdup(arena, db_text(query, 0)),
                            arena_strdup(arena, db_text(query, 1)), (int)db_int(query, 2)};
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- its proofs */

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

static int rank(const char *state)
{
    static const char *const states[] = {"waiting", "timestamped", "evidenced", "sealed"};
    int at = 0;
    while (at < 4 && strcmp(states[at], state) != 0)
        at++;
    return at; /* others behind them */
}

/* Less than it has is told for a moment by many ways: a mark for renewal, an amendment taken back,
 * a row made when an authority was set. The next run sees that nothing is to be done. */
static enum audit_ledger compare_proofs(const struct warehouse *warehouse, const char *path,
                                        const struct document *document, const struct row *row,
                                        struct arena *arena, const char **why)
{
    bool wanted = proof_wanted(warehouse), unsigned_row = strcmp(row->state, "unsigned") == 0;
    if (!*row->state && !wanted) /* nothing is told, and nothing is to be done */
        return AUDIT_LEDGER_AGREES;
    const struct proof_state has = proof_state_of(path, document, arena);
    bool is_signed = strcmp(has.state, "unsigned") != 0;
    if (!is_signed && (!*row->state || unsigned_row))
        return AUDIT_LEDGER_AGREES;
    *why = !is_signed ? _("The ledger says that this document is signed, and its PDF carries no "
                          "signature.")
           : unsigned_row && wanted && !*row->owner
               ? _("The ledger says that this document is not signed, and its PDF carries a "
                   "signature: sohoa reindex")
           : row->level > (int)has.level &&
                   row->level > level_by_roots(warehouse, path, document, arena)
               ? _("The ledger says that this document has further proofs than its PDF has.")
               : NULL;
    if (*why)
        return AUDIT_LEDGER_DIFFERS;
    if (!unsigned_row && *row->state && row->level >= (int)has.level &&
        rank(row->state) >= rank(has.state) && strcmp(row->state, "aging") != 0)
        return AUDIT_LEDGER_AGREES;
    *why = strcmp(row->state, "aging") == 0 ? _("it is marked for new proofs")
                                            : _("it has fewer proofs there than in its package");
    return AUDIT_LEDGER_OPEN;
}

/* ---------------------------------------------------------------- the document */

/* A new version has its folder before its row is moved, and until behind it is moved back. */
static bool is_amended(const struct warehouse *warehouse, const struct document *document,
                       struct arena *arena)
{
    struct document next;
    const char *path =
        file_join(arena, spool_amended(warehouse, document->id, arena), "document.json");
    return document_read(path, arena, &next, NULL) == STATUS_OK && next.version > document->version;
}

static enum audit_ledger compare_document(const struct warehouse *warehouse,
                                          const struct document *document, const struct row *row,
                                          int in_catalogue, struct arena *arena, const char **why)
{
    const struct step *step = step_find(&pipeline_table, "document", row->state);
    bool near = strcmp(row->state, "signed") == 0 || strcmp(row->state, "stored") == 0;
    if (strcmp(row->state, "indexed") == 0)
        return AUDIT_LEDGER_AGREES;
    *why = _("The ledger says that this document was set aside, and it is in the store.");
    if (strcmp(row->state, "aside") == 0)
        return AUDIT_LEDGER_DIFFERS;
    *why = _("a new version, or its row, is on its way");
    if (*row->owner || is_amended(warehouse, document, arena) ||
        (near && in_catalogue != document->version))
        return AUDIT_LEDGER_OPEN;
    *why = arena_printf(arena,
                        _("The ledger says that this document is only “%s”, and its package is in "
                          "the store: sohoa reindex"),
                        step ? message(step->label) : row->state);
    return AUDIT_LEDGER_DIFFERS;
}

/* No row: a run that begins on a new database makes all of them. */
static enum status compare_none(struct db *db, int in_catalogue, bool journaled,
                                enum audit_ledger *is, const char **why, struct error *error)
{
    bool began = false;
    enum status status = enter_began(db, &began, error);
    bool gone = began && in_catalogue > 0 && journaled;
    *is = gone ? AUDIT_LEDGER_DIFFERS : AUDIT_LEDGER_OPEN;
    *why = gone ? _("The ledger has no row of this document, which is in the store and in the "
                    "catalogue: sohoa reindex")
                : _("the next run makes its row");
    return status;
}

/* What was read while a step was at work is of two moments: the package comes before its row, so a
 * newer one may have come meanwhile, or the row is another by now. */
static enum status settle(const struct warehouse *warehouse, struct db *db, const char *path,
                          const struct document *document, const struct row *row,
                          struct arena *arena, enum audit_ledger *is, const char **why,
                          struct error *error)
{
    struct row now;
    const char *newest = NULL;
    enum status status = read_row(db, "document", document->id, arena, &now, error);
    bool other =
        strcmp(now.state, row->state) != 0 ||
        (store_find(warehouse->store, document->id, 0, arena, &newest, NULL) == STATUS_OK &&
         strcmp(store_place(newest), store_place(path)) != 0);
    if (status == STATUS_OK && other && *is == AUDIT_LEDGER_DIFFERS) {
        *is = AUDIT_LEDGER_OPEN;
        *why = _("a new version, or its row, is on its way");
    }
    return status;
}

enum status audit_ledger(const struct warehouse *warehouse, struct db *db, const char *path,
                         const struct document *document, int in_catalogue, bool journaled,
                         struct arena *arena, enum audit_ledger *is, const char **why,
                         struct error *error)
{
    struct row row, proof;
    *why = NULL;
    *is = AUDIT_LEDGER_OPEN;
    enum status status = read_row(db, "document", document->id, arena, &row, error);
    if (status == STATUS_OK && !*row.state)
        status = compare_none(db, in_catalogue, journaled, is, why, error);
    else if (status == STATUS_OK)
        *is = compare_document(warehouse, document, &row, in_catalogue, arena, why);
    if (status == STATUS_OK && *is == AUDIT_LEDGER_AGREES) {
        *why = NULL;
        status = read_row(db, "proof", document->id, arena, &proof, error);
        if (status == STATUS_OK)
            *is = compare_proofs(warehouse, path, document, &proof, arena, why);
    }
    if (status == STATUS_OK && *is == AUDIT_LEDGER_DIFFERS)
        status = settle(warehouse, db, path, document, &row, arena, is, why, error);
    return status;
}

/* ---------------------------------------------------------------- put right */

struct mending {
    const struct warehouse *warehouse;
    struct db *db;
    bool began; /* else the next run makes all rows that there are none of */
};

static enum status mend(const struct mending *work, const char *package,
                        const struct document *document, struct arena *arena, struct error *error)
{
    const struct proof_state proof = proof_state_of(package, document, arena);
    char now[26];
    file_now(now);
    enum status status = db_begin(work->db, error);
    if (status == STATUS_OK)
        status = ledger_add(work->db, "document", document->id, "", "indexed", error);
    if (status == STATUS_OK)
        status = db_do(work->db, error,
                       "UPDATE ledger SET state = 'indexed', held = 0, why = '', tries = 0,"
                       " since = ? WHERE kind = 'document' AND id = ? AND state <> 'indexed'"
                       " AND owner = ''",
                       "ss", now, document->id);
    if (status == STATUS_OK)
        status = proof_row(work->warehouse, work->db, document->id, "", &proof, false, error);
    return db_end(work->db, status, error);
}

static enum status mend_one(void *context, const char *id, int version, const char *path,
                            struct error *error)
{
    const struct mending *work = context;
    struct arena *arena = arena_new();
    struct document document;
    struct row row, proof;
    const char *newest = NULL, *why = NULL;
    (void)path;
    enum status status = read_row(work->db, "document", id, arena, &row, error);
    if (status == STATUS_OK)
        status = read_row(work->db, "proof", id, arena, &proof, error);
    bool fits = strcmp(row.state, "indexed") == 0 && strcmp(proof.state, "unsigned") != 0;
    if (status == STATUS_OK && !fits &&
        store_find(work->warehouse->store, id, 0, arena, &newest, NULL) == STATUS_OK &&
        store_version(file_name(newest)) == version &&
        document_read(package_part_path(arena, newest, PACKAGE_DOCUMENT), arena, &document, NULL) ==
            STATUS_OK &&
        ((!*row.state && work->began) || strcmp(row.state, "indexed") == 0 ||
         (*row.state && compare_document(work->warehouse, &document, &row, version, arena, &why) ==
                            AUDIT_LEDGER_DIFFERS)))
        status = mend(work, newest, &document, arena, error);
    arena_free(arena);
    return status;
}

enum status audit_ledger_mend(const struct warehouse *warehouse, struct db *db, struct error *error)
{
    struct mending work = {.warehouse = warehouse, .db = db};
    enum status status = enter_began(db, &work.began, error);
    return status == STATUS_OK ? index_each(db, mend_one, &work, error) : status;
}
