#include "index/schema.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/message.h"
#include "index/procedures.h"
#include "index/catalog/schema_steps.h"
#include "index/catalog/upgrade.h"

/* Row n brings version n to n + 1. Never edit a row that was shipped: add one.
 * ids are given by us (largest + 1), dates are ISO text, unknown is NULL. */
static const char *const steps[] = {
    /* What is kept of a package: one row for each document, its newest version. */
    "CREATE TABLE catalog_unit (id integer PRIMARY KEY, name text NOT NULL, exact text NOT NULL "
    "UNIQUE,"
    " folded text NOT NULL);"
    "CREATE TABLE catalog_procedure (code text PRIMARY KEY, name text NOT NULL, folded text NOT "
    "NULL);"
    "CREATE TABLE catalog_entry (id integer PRIMARY KEY, document_id text NOT NULL UNIQUE,"
    " version bigint NOT NULL, path text NOT NULL, batch text, box_code text, shelf text,"
    " custodian text, type text, title text, procedure text, number text, number_key text, book "
    "text,"
    " date text, year bigint, agency text, unit_id integer REFERENCES catalog_unit (id), signer "
    "text,"
    " pages bigint NOT NULL);"
    "CREATE INDEX catalog_entry_unit ON catalog_entry (unit_id, year, procedure);"
    "CREATE INDEX catalog_entry_year ON catalog_entry (year, procedure, unit_id);"
    "CREATE INDEX catalog_entry_procedure ON catalog_entry (procedure, year);"
    "CREATE INDEX catalog_entry_number ON catalog_entry (number_key, year, unit_id);"
    "CREATE INDEX catalog_entry_date ON catalog_entry (date);"
    /* base: folded name; ordered: its syllables in alphabetical order, for names given name
     * first */
    "CREATE TABLE catalog_person (id integer PRIMARY KEY,"
    " entry_id integer NOT NULL REFERENCES catalog_entry (id), role text NOT NULL,"
    " name text NOT NULL, base text NOT NULL, ordered text NOT NULL, birth_date text);"
    "CREATE INDEX catalog_person_entry ON catalog_person (entry_id);"
    "CREATE INDEX catalog_person_base ON catalog_person (base, birth_date);"
    "CREATE INDEX catalog_person_ordered ON catalog_person (ordered);"
    "CREATE TABLE catalog_identifier (id integer PRIMARY KEY,"
    " entry_id integer NOT NULL REFERENCES catalog_entry (id), digits text NOT NULL);"
    "CREATE INDEX catalog_identifier_entry ON catalog_identifier (entry_id);"
    "CREATE INDEX catalog_identifier_digits ON catalog_identifier (digits);"
    /* The text, stored once; full text is made of it. Page 0 has the checked fields behind a form
     * feed, so that they are found like printed words. */
    "CREATE TABLE catalog_page (id integer PRIMARY KEY,"
    " entry_id integer NOT NULL REFERENCES catalog_entry (id), page bigint NOT NULL,"
    " text text NOT NULL);"
    "CREATE UNIQUE INDEX catalog_page_entry ON catalog_page (entry_id, page);"
    /* Rà soát, kiểm đếm: what should be digitised. year 0: unknown. */
    "CREATE TABLE inventory (unit_key text NOT NULL, procedure_key text NOT NULL,"
    " year bigint NOT NULL, unit text NOT NULL, procedure text NOT NULL, papers bigint NOT NULL,"
    " pages bigint NOT NULL, PRIMARY KEY (unit_key, procedure_key, year));",
    /* Keys of units keep their marks: see rekey_units. */
    "UPDATE inventory SET unit_key = '/' || unit_key",
    /* What page images take, from packing.json; packages entered earlier are counted when the
     * index is made again. */
    "CREATE TABLE catalog_images (entry_id integer NOT NULL REFERENCES catalog_entry (id),"
    " class text NOT NULL, pages bigint NOT NULL, bytes bigint NOT NULL,"
    " over_budget bigint NOT NULL, PRIMARY KEY (entry_id, class))",
    /* Every version of every document, for accounts that are asked as of an earlier moment. Of
     * those entered before, only the newest is known until the index is made again, and neither
     * its sheets nor its scanner. */
    "CREATE TABLE catalog_version (document_id text NOT NULL, version bigint NOT NULL,"
    " batch text, box text, shelf text, operator text, scanner text, scanned_at text, type text,"
    " procedure text, number_key text, date text, year bigint, unit text, owner_key text,"
    " pages bigint NOT NULL, sheets bigint, PRIMARY KEY (document_id, version));"
    "CREATE INDEX catalog_version_number ON catalog_version (number_key, date);"
    "CREATE INDEX catalog_version_owner ON catalog_version (owner_key, date);"
    "CREATE INDEX catalog_version_date ON catalog_version (date);"
    "INSERT INTO catalog_version (document_id, version, batch, box, shelf, type, procedure,"
    " number_key, date, year, unit, owner_key, pages) SELECT e.document_id, e.version, e.batch,"
    " e.box_code, e.shelf, e.type, e.procedure, e.number_key, e.date, e.year, u.name,"
    " (SELECT p.ordered FROM catalog_person p WHERE p.entry_id = e.id ORDER BY p.id LIMIT 1),"
    " e.pages FROM catalog_entry e LEFT JOIN catalog_unit u ON u.id = e.unit_id",
    /* Owners, catalogues with time, validity and facets, reuse; made for what is there by
     * index/catalog/upgrade.c. */
    SCHEMA_OWNERS SCHEMA_CATALOGUES SCHEMA_FACETS SCHEMA_REUSE,
    /* Whose a page is, without its text. */
    "CREATE INDEX catalog_page_of ON catalog_page (id, entry_id)",
    /* Papers that are there twice, and documents of several versions: both few. */
    "DROP INDEX catalog_version_number;"
    "CREATE INDEX catalog_version_paper"
    " ON catalog_version (number_key, date, owner_key, document_id);"
    "CREATE INDEX catalog_version_later ON catalog_version (document_id) WHERE version > 1;"
    /* Papers of a type are read newest first. */
    "DROP INDEX catalog_entry_type;"
    "CREATE INDEX catalog_entry_type"
    " ON catalog_entry (type, coalesce(date, '') DESC, document_id)",
    /* What many papers share is counted from these alone. */
    "CREATE INDEX catalog_facet_year ON catalog_facet (year, type_id, procedure_id, unit_id,"
    " place_id, state, ends);"
    "CREATE INDEX catalog_facet_type ON catalog_facet (type_id, year, procedure_id, unit_id,"
    " place_id, state, ends);"
    "CREATE INDEX catalog_facet_procedure ON catalog_facet (procedure_id, year, type_id, unit_id,"
    " place_id, state, ends);"
    "CREATE INDEX catalog_facet_unit ON catalog_facet (unit_id, year, type_id, procedure_id,"
    " place_id, state, ends)",
};
enum { VERSION = sizeof steps / sizeof *steps, UNITS_WITH_MARKS = 2, IMAGES = 3, OWNERS = 5 };

/* The keys of units made anew from their names. The step in SQL put a slash before the old ones, so
 * that none is in the way of a new one. */
static enum status rekey_units(struct db *db, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    const char **units = NULL;
    size_t count = 0, room = 0;
    enum status status = db_prepare(db, "SELECT DISTINCT unit FROM inventory", &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (count == room) {
            room = room ? 2 * room : 64;
            units = memory_resize(units, room * sizeof *units);
        }
        units[count++] = arena_strdup(arena, db_text(query, 0));
    }
    db_finish(query);
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = db_do(db, error, "UPDATE inventory SET unit_key = ? WHERE unit = ?", "ss",
                       unit_key(units[i], arena), units[i]);
    free(units);
    arena_free(arena);
    return status;
}

enum status schema_version(struct db *db, long *version, struct error *error)
{
    struct db_query *query = NULL;
    *version = 0;
    /* Looking must not write: a database without our tables shows by the query that it refuses. */
    if (db_prepare(db, "SELECT value FROM catalog_meta WHERE key = 'schema'", &query, NULL) !=
        STATUS_OK)
        return STATUS_OK;
    enum status status = db_step(query, error);
    if (status == STATUS_OK)
        *version = strtol(db_text(query, 0), NULL, 10);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status upgrade(struct db *db, struct error *error)
{
    long version = 0;
    enum status status = db_begin(db, error);
    if (status != STATUS_OK)
        return status;
    /* First the table, then the look into it: a refused query would end a transaction of
     * PostgreSQL's. */
    status = db_run(
        db, "CREATE TABLE IF NOT EXISTS catalog_meta (key text PRIMARY KEY, value text NOT NULL)",
        error);
    if (status == STATUS_OK)
        status = schema_version(db, &version, error); /* another process may have been quicker */
    for (; status == STATUS_OK && version < VERSION; version++) {
        status = db_run(db, steps[version], error);
        if (status == STATUS_OK && version + 1 == UNITS_WITH_MARKS)
            status = rekey_units(db, error);
        if (status == STATUS_OK && version + 1 == OWNERS)
            status = upgrade_owners(db, error);
    }
    if (status == STATUS_OK)
        status = schema_say_current(db, error);
    return db_end(db, status, error);
}

enum status schema_ensure(struct db *db, struct error *error)
{
    long version = 0;
    enum status status = schema_version(db, &version, error);
    if (status == STATUS_OK && version > VERSION)
        return error_set(
            error, STATUS_FATAL,
            _("the catalogue was made by a newer sohoa (version %ld, this one knows %d); "
              "install the newer program"),
            version, (int)VERSION);
    if (status == STATUS_OK && version < VERSION)
        status = upgrade(db, error);
    return status;
}

enum status meta_get(struct db *db, const char *key, struct arena *arena, const char **value,
                     struct error *error)
{
    struct db_query *query = NULL;
    *value = NULL;
    enum status status =
        db_prepare(db, "SELECT value FROM catalog_meta WHERE key = ?", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, key);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *value = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status meta_put(struct db *db, const char *key, const char *value, struct error *error)
{
    return db_do(db, error,
                 "INSERT INTO catalog_meta (key, value) VALUES (?, ?)"
                 " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                 "ss", key, value);
}

enum status schema_say_current(struct db *db, struct error *error)
{
    char text[24];
    snprintf(text, sizeof text, "%d", VERSION);
    return meta_put(db, "schema", text, error);
}

bool schema_is_current(struct db *db)
{
    long version = 0;
    return schema_version(db, &version, NULL) == STATUS_OK && version == VERSION;
}

bool schema_has_images(struct db *db)
{
    long version = 0;
    return schema_version(db, &version, NULL) == STATUS_OK && version >= IMAGES;
}
