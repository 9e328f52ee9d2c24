/* SQLite's own: the file is attached to the live database. */
#include "index/rebuild.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "index/catalog/catalog.h"
#include "index/catalog/catalogue_lay.h"
#include "index/copy_rows.h"
#include "index/catalog/facet_rows.h"
#include "index/text/full_text.h"
#include "index/owner/owner_private.h"
#include "index/schema.h"
#include "index/catalog/upgrade.h"

enum { PART = 200 }; /* packages of a transaction */

struct rebuild {
    struct db *db;
    struct index *index;
    const char *path, *id;
    const struct roadmap *roadmap;
    const char *config;
    int uncommitted;
    struct arena *arena;
};

/* What records and catalogues say, without which owners and days in force would be others. */
static const char *const inputs[] = {"catalogue_row", "owner_act", "validity_act"};

/* ---------------------------------------------------------------- the file */

static enum status forget(const char *path, struct error *error)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    for (size_t i = 0; i < 3 && status == STATUS_OK; i++)
        status = file_remove(arena_printf(arena, "%s%s", path, endings[i]), error);
    arena_free(arena);
    return status;
}

/* What a half-made file must have been made by to go on with it. */
static enum status read_maker(struct db *live, struct arena *arena, const char **out,
                              struct error *error)
{
    const char *schema = NULL, *tokens = NULL, *procedures = NULL, *catalogues = NULL;
    enum status status = meta_get(live, "schema", arena, &schema, error);
    if (status == STATUS_OK)
        status = meta_get(live, "tokens", arena, &tokens, error);
    if (status == STATUS_OK)
        status = meta_get(live, "procedures", arena, &procedures, error);
    if (status == STATUS_OK)
        status = meta_get(live, "catalogues", arena, &catalogues, error);
    *out = arena_printf(arena, "%s %s %s %s", schema ? schema : "", tokens ? tokens : "",
                        procedures ? procedures : "", catalogues ? catalogues : "");
    return status;
}

static enum status open_file(struct rebuild *rebuild, struct error *error)
{
    enum status status = db_open(rebuild->path, true, &rebuild->db, error);
    if (status == STATUS_OK) /* a kill leaves it whole; it can be made again after anything worse */
        status = db_run(rebuild->db, "PRAGMA synchronous = NORMAL", error);
    if (status == STATUS_OK)
        status = index_open(rebuild->db, rebuild->roadmap, rebuild->config, &rebuild->index, error);
    if (status == STATUS_OK) /* the full text comes at the end, of all packages at once */
        status = index_bulk_begin(rebuild->index, error);
    return status;
}

static void close_file(struct rebuild *rebuild)
{
    index_close(rebuild->index);
    db_close(rebuild->db);
    rebuild->index = NULL;
    rebuild->db = NULL;
}

/* Is the file ours, and not done with? */
static enum status is_ours(struct rebuild *rebuild, struct db *live, const char *maker, bool *ours,
                           struct error *error)
{
    const char *by = NULL, *done = NULL;
    *ours = false;
    enum status status = meta_get(rebuild->db, "rebuild-maker", rebuild->arena, &by, error);
    if (status == STATUS_OK)
        status = meta_get(rebuild->db, "rebuild-id", rebuild->arena, &rebuild->id, error);
    if (status == STATUS_OK)
        status = meta_get(live, "rebuilt", rebuild->arena, &done, error);
    if (status == STATUS_OK && by && rebuild->id)
        *ours = strcmp(by, maker) == 0 && !(done && strcmp(done, rebuild->id) == 0);
    return status;
}

/* Few rows: what people decided, and one table of shipped ones. */
static enum status copy_inputs(struct db *live, struct db *to, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs && status == STATUS_OK; i++)
        status = copy_rows(live, to, inputs[i], NULL, error);
    return status;
}

static enum status make_file(struct rebuild *rebuild, struct db *live, const char *maker,
                             struct error *error)
{
    unsigned char random[8];
    char id[17];
    hash_random(random, sizeof random);
    hash_hex(random, sizeof random, id);
    rebuild->id = arena_strdup(rebuild->arena, id);
    close_file(rebuild);
    enum status status = forget(rebuild->path, error);
    if (status == STATUS_OK)
        status = open_file(rebuild, error);
    if (status == STATUS_OK)
        status = db_begin(rebuild->db, error);
    if (status == STATUS_OK)
        status = copy_inputs(live, rebuild->db, error);
    if (status == STATUS_OK)
        status = meta_put(rebuild->db, "rebuild-maker", maker, error);
    if (status == STATUS_OK)
        status = meta_put(rebuild->db, "rebuild-id", id, error);
    return status == STATUS_OK ? db_commit(rebuild->db, error) : status;
}

enum status rebuild_open(struct db *live, const char *path, const struct roadmap *roadmap,
                         const char *config_folder, struct rebuild **out, struct error *error)
{
    struct arena *arena = arena_new();
    struct rebuild *rebuild = arena_alloc(arena, sizeof *rebuild);
    const char *maker = NULL;
    bool ours = false;
    *rebuild = (struct rebuild){.arena = arena,
                                .path = arena_strdup(arena, path),
                                .roadmap = roadmap,
                                .config = arena_strdup(arena, config_folder)};
    *out = rebuild;
    enum status status = read_maker(live, arena, &maker, error);
    if (status == STATUS_OK && file_exists(path)) {
        if (open_file(rebuild, NULL) == STATUS_OK) /* what cannot be opened is made again */
            status = is_ours(rebuild, live, maker, &ours, error);
    }
    if (status == STATUS_OK && !ours)
        status = make_file(rebuild, live, maker, error);
    if (status == STATUS_OK)
        return STATUS_OK;
    rebuild_close(rebuild);
    *out = NULL;
    return status;
}

static enum status commit_part(struct rebuild *rebuild, struct error *error)
{
    if (!db_in_transaction(rebuild->db))
        return STATUS_OK;
    rebuild->uncommitted = 0;
    return db_commit(rebuild->db, error);
}

enum status rebuild_add(struct rebuild *rebuild, const char *document_id, int version,
                        const char *package, bool *done, struct error *error)
{
    int there = 0;
    enum status status = index_version(rebuild->db, document_id, &there, error);
    *done = status == STATUS_OK && there >= version;
    if (status != STATUS_OK || *done)
        return status;
    if (!db_in_transaction(rebuild->db))
        status = db_begin(rebuild->db, error);
    if (status == STATUS_OK)
        status = index_package(rebuild->index, package, error);
    if (status == STATUS_OK && ++rebuild->uncommitted >= PART)
        status = commit_part(rebuild, error);
    return status;
}

void rebuild_close(struct rebuild *rebuild)
{
    if (!rebuild)
        return;
    if (rebuild->db && db_in_transaction(rebuild->db) && db_commit(rebuild->db, NULL) != STATUS_OK)
        db_rollback(rebuild->db);
    close_file(rebuild);
    arena_free(rebuild->arena);
}

/* ---------------------------------------------------------------- in the place of the old */

/* Tables that are made of packages alone: those of the full text's inside too. */
static const char derived[] =
    "SELECT name FROM fresh.sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    " AND (substr(name, 1, 8) = 'catalog_' OR name IN ('owner', 'owner_mention'))"
    " AND name NOT IN ('catalog_meta', 'catalog_procedure') ORDER BY name";

static enum status read_names(struct db *live, struct arena *arena, const char **names,
                              size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(live, derived, &query, error);
    while (status == STATUS_OK && *count < 64 && (status = db_step(query, error)) == STATUS_OK)
        names[(*count)++] = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* Of the old: what the new does not have in this version. */
static const char set_aside[] =
    "CREATE TEMP TABLE kept AS SELECT e.* FROM main.catalog_entry e LEFT JOIN fresh.catalog_entry n"
    " ON n.document_id = e.document_id WHERE n.id IS NULL OR n.version < e.version;"
    "CREATE TEMP TABLE kept_unit AS SELECT * FROM main.catalog_unit;"
    "CREATE TEMP TABLE kept_person AS SELECT * FROM main.catalog_person WHERE entry_id IN"
    " (SELECT id FROM kept);"
    "CREATE TEMP TABLE kept_identifier AS SELECT * FROM main.catalog_identifier WHERE entry_id IN"
    " (SELECT id FROM kept);"
    "CREATE TEMP TABLE kept_page AS SELECT * FROM main.catalog_page WHERE entry_id IN"
    " (SELECT id FROM kept)";

static enum status replace(struct db *live, struct error *error)
{
    struct arena *arena = arena_new();
    const char *names[64];
    size_t count = 0;
    enum status status = read_names(live, arena, names, &count, error);
    if (status == STATUS_OK)
        status = db_run(live, set_aside, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = db_run(live, arena_printf(arena, "DELETE FROM main.%s", names[i]), error);
        if (status == STATUS_OK)
            status = db_run(live,
                            arena_printf(arena, "INSERT INTO main.%s SELECT * FROM fresh.%s",
                                         names[i], names[i]),
                            error);
    }
    arena_free(arena);
    return status;
}

/* What is in no package: its rows under a new number, and what is derived of them. */
static enum status carry_over(struct index *index, int64_t old, struct error *error)
{
    struct db *db = index->db;
    int64_t id = 0;
    enum status status =
        db_first_int(db, &id, error, "SELECT coalesce(max(id), 0) + 1 FROM main.catalog_entry", "");
    static const char *const sql[] = {
        "INSERT INTO main.catalog_unit (id, name, exact, folded) SELECT (SELECT max(id) + 1 FROM"
        " main.catalog_unit) + 0 * ?, name, exact, folded FROM kept_unit WHERE id ="
        " (SELECT unit_id FROM kept WHERE id = ?) ON CONFLICT (exact) DO NOTHING",
        "INSERT INTO main.catalog_entry (id, document_id, version, path, batch, box_code, shelf,"
        " custodian, type, title, procedure, number, number_key, book, date, year, agency, unit_id,"
        " signer, pages) SELECT ?, k.document_id, k.version, k.path, k.batch, k.box_code, k.shelf,"
        " k.custodian, k.type, k.title, k.procedure, k.number, k.number_key, k.book, k.date,"
        " k.year, k.agency, (SELECT u.id FROM main.catalog_unit u JOIN kept_unit o ON o.exact ="
        " u.exact WHERE o.id = k.unit_id), k.signer, k.pages FROM kept k WHERE k.id = ?",
        "INSERT INTO main.catalog_person (entry_id, role, name, base, ordered, birth_date)"
        " SELECT ?, role, name, base, ordered, birth_date FROM kept_person WHERE entry_id = ?"
        " ORDER BY id",
        "INSERT INTO main.catalog_identifier (entry_id, digits) SELECT ?, digits FROM"
        " kept_identifier WHERE entry_id = ? ORDER BY id",
        "INSERT INTO main.catalog_page (entry_id, page, text) SELECT ?, page, text FROM kept_page"
        " WHERE entry_id = ? ORDER BY page"};
    for (size_t i = 0; i < sizeof sql / sizeof *sql && status == STATUS_OK; i++)
        status = db_do(index->db, error, sql[i], "ii", id, old);
    if (status == STATUS_OK)
        status = upgrade_entry(db, id, error);
    return status == STATUS_OK ? text_insert(index->db, id, error) : status;
}

/* What came in while the new one was made has its package; what has none is carried over, unless a
 * version of it is in the new one. */
static enum status bring_on(struct index *index, const char *store, int64_t *kept,
                            struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    for (int64_t last = 0; status == STATUS_OK;) {
        struct db_query *query = NULL;
        const char *path = NULL;
        status = db_prepare(index->db, "SELECT id, path FROM kept WHERE id > ? ORDER BY id LIMIT 1",
                            &query, error);
        if (status == STATUS_OK) {
            db_bind_int(query, 1, last);
            status = db_step(query, error);
        }
        if (status == STATUS_OK) {
            last = db_int(query, 0);
            path = file_join(arena, store, db_text(query, 1));
        }
        db_finish(query);
        if (status != STATUS_OK)
            break;
        status = file_exists(path) ? index_package(index, path, error) : STATUS_REJECT;
        if (status == STATUS_REJECT) {
            status = carry_over(index, last, error);
            ++*kept;
        }
    }
    arena_free(arena);
    return status == STATUS_END ? STATUS_OK : status;
}

#define CLASSES(place)                                                                             \
    "SELECT code, valid_from, valid_to, detail FROM " place                                        \
    ".catalogue_row WHERE kind = 'validity-class'"

/* Decisions that were made while the new one was. */
static enum status decide_again(struct index *index, struct error *error)
{
    int64_t changed = 0;
    enum status status = db_first_int(
        index->db, &changed, error,
        "SELECT (SELECT count(*) FROM (" CLASSES("main") " EXCEPT " CLASSES(
            "fresh") ")) + (SELECT count(*) FROM (" CLASSES("fresh") " EXCEPT " CLASSES("main") ")"
                                                                                                ")",
        "");
    if (status == STATUS_OK && changed)
        status = lay_refresh_validity(index->db, error);
    if (status == STATUS_OK)
        status = facets_refresh(index->db, NULL, NULL, error);
    return status == STATUS_OK ? owners_settle_acts(index->db, error) : status;
}

static enum status swap(struct index *index, const char *store, const char *id, int64_t *kept,
                        struct error *error)
{
    enum status status = replace(index->db, error);
    if (status == STATUS_OK)
        status = bring_on(index, store, kept, error);
    if (status == STATUS_OK)
        status = decide_again(index, error);
    if (status == STATUS_OK)
        status = meta_put(index->db, "rebuilt", id, error);
    if (status == STATUS_OK)
        status = db_do(index->db, error, "DELETE FROM catalog_meta WHERE key = 'owners'", "");
    return status;
}

enum status rebuild_swap(struct rebuild *rebuild, struct db *live, const char *store, int64_t *kept,
                         struct error *error)
{
    struct index *index = NULL;
    bool attached = false;
    *kept = 0;
    enum status status = commit_part(rebuild, error);
    if (status == STATUS_OK)
        status = index_bulk_end(rebuild->index, error);
    close_file(rebuild);
    if (status == STATUS_OK)
        status = index_open(live, rebuild->roadmap, rebuild->config, &index, error);
    if (status == STATUS_OK) /* whole tables go and come */
        status = db_run(live, "PRAGMA foreign_keys = OFF", error);
    if (status == STATUS_OK)
        status = db_do(live, error, "ATTACH DATABASE ? AS fresh", "s", rebuild->path);
    attached = status == STATUS_OK;
    if (status == STATUS_OK)
        status = db_begin(live, error);
    if (status == STATUS_OK)
        status = swap(index, store, rebuild->id, kept, error);
    if (status == STATUS_OK)
        status = db_commit(live, error);
    index_close(index);
    if (status != STATUS_OK)
        db_rollback(live);
    for (int i = 0; i < 5 && attached; i++) {
        static const char *const kept_tables[] = {"kept", "kept_unit", "kept_person",
                                                  "kept_identifier", "kept_page"};
        char sql[64];
        snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS temp.%s", kept_tables[i]);
        db_run(live, sql, NULL);
    }
    if (attached)
        db_run(live, "DETACH DATABASE fresh", NULL);
    db_run(live, "PRAGMA foreign_keys = ON", NULL);
    return status == STATUS_OK ? forget(rebuild->path, error) : status;
}
