#include "pipeline/enter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/account.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/log.h"
#include "core/package.h"
#include "index/schema.h"
#include "pipeline/account.h"
#include "pipeline/ledger.h"
#include "pipeline/steps.h"

#define ENTERED_TO                                                                                 \
    "entered_journal" /* meta: the journal's entries up to this one are in the rows */

/* ---------------------------------------------------------------- its proofs */

struct proof_state proof_state_of(const char *package, const struct document *document,
                                  struct arena *arena)
{
    static const char *const states[] = {"waiting", "timestamped", "evidenced", "sealed"};
    const struct archive_trust nobody = {.state = NULL}; /* who signed is not asked here */
    struct proof_state least = {"sealed", ARCHIVE_B_LTA};
    int last = (int)document->volume_count;
    for (int i = last > 0; i <= last; i++) {
        struct archive_verdict verdict = {.signatures = 0};
        struct archive_signature *list = NULL;
        const char *pdf = package_path(arena, package, package_volume(PACKAGE_PDF, i, arena));
        enum status status =
            archive_signatures(pdf, &nobody, arena, &verdict, &list, NULL, NULL, NULL);
        if (status == STATUS_OK && verdict.signatures == 0)
            return (struct proof_state){"unsigned", ARCHIVE_B_B};
        bool good = status == STATUS_OK && verdict.intact; /* else its step says what is wrong */
        enum archive_level level = good ? verdict.level : ARCHIVE_B_B;
        if (level < least.level)
            least = (struct proof_state){states[level], level};
    }
    return least;
}

enum status proof_row(const struct warehouse *warehouse, struct db *db, const char *id,
                      const char *batch, const struct proof_state *proof, bool news,
                      struct error *error)
{
    char now[26];
    file_now(now);
    if (!proof_wanted(warehouse) && strcmp(proof->state, "unsigned") != 0)
        return STATUS_OK;
    return db_do(db, error,
                 "INSERT INTO ledger (kind, id, batch, state, level, since, not_before)"
                 " VALUES ('proof', ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE"
                 " SET state = excluded.state, level = excluded.level, since = excluded.since,"
                 " not_before = excluded.not_before, held = 0, why = '', tries = 0"
                 " WHERE ledger.owner = '' AND (ledger.state <> 'aging' OR ?)",
                 "sssisii", id, batch, proof->state, (int64_t)proof->level, now, ledger_now(),
                 (int64_t)(news && proof->level == ARCHIVE_B_LTA));
}

/* ---------------------------------------------------------------- one package */

/* A document's row has no batch when it came as a package: its pages were scanned elsewhere. */
static enum status put_rows(const struct warehouse *warehouse, struct db *db, struct index *index,
                            const char *package, const struct document *document,
                            const struct proof_state *proof, struct error *error)
{
    int known = 0;
    enum status status = db_begin(db, error);
    if (status == STATUS_OK)
        status = index_version(db, document->id, &known, error);
    if (status == STATUS_OK)
        status = index_package(index, package, error);
    if (status == STATUS_OK)
        status = ledger_add(db, "document", document->id, "", "indexed", error);
    if (status == STATUS_OK && proof)
        status =
            proof_row(warehouse, db, document->id, "", proof, document->version > known, error);
    return db_end(db, status, error);
}

enum status pipeline_enter(const struct warehouse *warehouse, struct db *db, struct index *index,
                           const char *package, struct error *error)
{
    struct arena *arena = arena_new();
    struct document document;
    struct proof_state proof;
    const char *newest = NULL;
    enum status status =
        document_read(package_part_path(arena, package, PACKAGE_DOCUMENT), arena, &document, error);
    if (status == STATUS_OK)
        status = store_find(warehouse->store, document.id, 0, arena, &newest, error);
    bool is_newest = status == STATUS_OK && store_version(file_name(newest)) == document.version;
    if (is_newest)
        proof = proof_state_of(package, &document, arena);
    if (status == STATUS_OK)
        status =
            put_rows(warehouse, db, index, package, &document, is_newest ? &proof : NULL, error);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- what was left behind */

struct version {
    const char *id;
    int version;
};

/* A document that is on its way (also a new version of one) has its own steps. */
static enum status list_missing(struct db *db, int64_t known, struct arena *arena,
                                struct version **out, size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    size_t room = 0;
    enum status status = db_prepare(
        db,
        "SELECT p.document_id, p.version FROM account_place AS p WHERE p.sequence > ?"
        " AND NOT EXISTS (SELECT 1 FROM ledger AS d WHERE d.kind = 'document'"
        " AND d.id = p.document_id AND d.state <> 'indexed')"
        " AND (NOT EXISTS (SELECT 1 FROM catalog_version AS v WHERE v.document_id = p.document_id"
        " AND v.version = p.version) OR NOT EXISTS (SELECT 1 FROM ledger AS d"
        " WHERE d.kind = 'document' AND d.id = p.document_id))"
        " ORDER BY p.document_id, p.version",
        &query, error);
    if (status == STATUS_OK)
        db_bind_int(query, 1, known);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (*count == room) {
            room = room ? 2 * room : 64;
            *out = memory_resize(*out, room * sizeof **out);
        }
        (*out)[(*count)++] =
            (struct version){arena_strdup(arena, db_text(query, 0)), (int)db_int(query, 1)};
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* One that cannot be read does not keep the others out. */
static enum status enter_all(const struct warehouse *warehouse, struct db *db,
                             const struct version *list, size_t count, struct error *error)
{
    struct index *index = NULL;
    struct arena *arena = arena_new();
    int64_t entered = 0;
    enum status status = index_open(db, &warehouse->roadmap, warehouse->config, &index, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *package = NULL;
        struct error why = {""};
        if (store_find(warehouse->store, list[i].id, list[i].version, arena, &package, NULL) !=
            STATUS_OK)
            continue;
        status = pipeline_enter(warehouse, db, index, package, &why);
        entered += status == STATUS_OK;
        if (status == STATUS_REJECT) {
            log_write(LOG_WARNING, "%s is not entered; `sohoa verify` says more", package);
            status = STATUS_OK;
        } else if (status != STATUS_OK && error) {
            *error = why;
        }
        arena_clear(arena);
    }
    if (entered > 0)
        log_write(LOG_INFO, "entered: %lld packages that were in the store without their rows",
                  (long long)entered);
    index_close(index);
    arena_free(arena);
    return status;
}

/* -1: no run has begun yet. */
static enum status entered_to(struct db *db, int64_t *sequence, struct error *error)
{
    struct arena *arena = arena_new();
    const char *text = NULL;
    enum status status = meta_get(db, ENTERED_TO, arena, &text, error);
    *sequence = text ? strtoll(text, NULL, 10) : -1;
    arena_free(arena);
    return status;
}

enum status enter_began(struct db *db, bool *began, struct error *error)
{
    int64_t known = -1;
    enum status status = entered_to(db, &known, error);
    *began = known >= 0;
    return status;
}

enum status enter_missing(const struct warehouse *warehouse, struct db *db, struct error *error)
{
    struct arena *arena = arena_new();
    struct version *list = NULL;
    size_t count = 0;
    int64_t last = 0, known = -1;
    enum status status = pipeline_account_read(warehouse, db, error);
    if (status == STATUS_OK)
        status = account_read_to(db, &last, error);
    if (status == STATUS_OK)
        status = entered_to(db, &known, error);
    if (status == STATUS_OK && last > known)
        status = list_missing(db, known, arena, &list, &count, error);
    if (status == STATUS_OK && count > 0)
        status = enter_all(warehouse, db, list, count, error);
    if (status == STATUS_OK && last > known)
        status = meta_put(db, ENTERED_TO, arena_printf(arena, "%lld", (long long)last), error);
    free(list);
    arena_free(arena);
    return status;
}
