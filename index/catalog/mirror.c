#include "index/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "core/text.h"
#include "index/copy_rows.h"
#include "index/catalog/catalog.h"
#include "index/schema.h"
#include "index/text/words_check.h"

struct mirror {
    struct db *db; /* looked at */
    struct db *own;
    struct index *index;
    long version;       /* of the schema of db */
    bool words;         /* the full text of db can be compared, too */
    int64_t writing;    /* writing_of(db), before anything was compared */
    int64_t compared;   /* documents that agree, and */
    int64_t word_count; /* their words, each once a page */
};

/* What is derived of a package: its columns, and the rows of one document in an order that does not
 * depend on ids. since: the schema's version that brought the table. */
struct table {
    const char *name, *columns, *rows;
    long since;
};
#define OF_ENTRY(alias) " JOIN catalog_entry e ON e.id = " alias ".entry_id WHERE e.document_id = ?"
static const struct table tables[] = {
    {"catalog_entry",
     "path version batch box_code shelf custodian type title procedure number number_key book date "
     "year agency unit signer pages",
     "SELECT e.path, e.version, e.batch, e.box_code, e.shelf, e.custodian, e.type, e.title,"
     " e.procedure, e.number, e.number_key, e.book, e.date, e.year, e.agency,"
     " u.exact || '/' || u.folded, e.signer, e.pages FROM catalog_entry e"
     " LEFT JOIN catalog_unit u ON u.id = e.unit_id WHERE e.document_id = ?",
     1},
    {"catalog_person", "role name base ordered birth_date",
     "SELECT p.role, p.name, p.base, p.ordered, p.birth_date FROM catalog_person p" OF_ENTRY(
         "p") " ORDER BY p.id",
     1},
    {"catalog_identifier", "digits",
     "SELECT i.digits FROM catalog_identifier i" OF_ENTRY("i") " ORDER BY i.id", 1},
    {"catalog_page", "page text",
     "SELECT c.page, c.text FROM catalog_page c" OF_ENTRY("c") " ORDER BY c.page", 1},
    {"catalog_images", "class pages bytes over_budget",
     "SELECT g.class, g.pages, g.bytes, g.over_budget FROM catalog_images g" OF_ENTRY(
         "g") " ORDER BY g.class",
     3},
    {"catalog_version",
     "batch box shelf operator scanner scanned_at type procedure number_key date year unit "
     "owner_key pages sheets",
     "SELECT v.batch, v.box, v.shelf, v.operator, v.scanner, v.scanned_at, v.type, v.procedure,"
     " v.number_key, v.date, v.year, v.unit, v.owner_key, v.pages, v.sheets FROM catalog_version v"
     " JOIN catalog_entry e ON e.document_id = v.document_id AND e.version = v.version"
     " WHERE e.document_id = ?",
     4},
    /* its unit: check_unit */
    {"catalog_facet", "year type procedure place made state begins ends suffix",
     "SELECT f.year, t.value, p.value, l.value, f.made, f.state, f.begins, f.ends, f.suffix"
     " FROM catalog_facet f LEFT JOIN catalog_value t ON t.id = f.type_id"
     " LEFT JOIN catalog_value p ON p.id = f.procedure_id"
     " LEFT JOIN catalog_value l ON l.id = f.place_id" OF_ENTRY("f"),
     5},
    /* whose a mention is depends on other papers: index_check looks at that */
    {"owner_mention", "type name base exact birth_date kind digits fault",
     "SELECT m.type, m.name, m.base, m.exact, m.birth_date, m.kind, m.digits, m.fault"
     " FROM owner_mention m JOIN catalog_entry e ON m.id / 65536 = e.id WHERE e.document_id = ?"
     " ORDER BY m.id",
     5},
};

/* ---------------------------------------------------------------- opening */

/* What entering a package reads beside it: names of procedures, how long a type of paper is in
 * force, what people said of it. since: as of struct table. */
static enum status copy_inputs(struct mirror *mirror, struct error *error)
{
    static const struct {
        const char *table, *condition;
        long since;
    } inputs[] = {{"catalog_procedure", NULL, 1},
                  {"catalogue_row", "kind = 'validity-class'", 5},
                  {"validity_act", NULL, 5}};
    enum status status = db_run(mirror->own, "DELETE FROM catalog_procedure", error);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs && status == STATUS_OK; i++)
        if (inputs[i].since <= mirror->version)
            status =
                copy_rows(mirror->db, mirror->own, inputs[i].table, inputs[i].condition, error);
    return status;
}

/* A number that is another one when another connection has written. */
static enum status writing_of(struct db *db, int64_t *writing, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, "PRAGMA data_version", &query, error);
    if (status == STATUS_OK)
        status = db_step(query, error);
    if (status == STATUS_OK)
        *writing = db_int(query, 0);
    db_finish(query);
    return status;
}

enum status mirror_open(struct db *db, const struct roadmap *roadmap, const char *config_folder,
                        struct mirror **out, struct error *error)
{
    struct mirror *mirror = memory_new(sizeof *mirror);
    *mirror = (struct mirror){.db = db};
    *out = NULL;
    enum status status = schema_version(db, &mirror->version, error);
    if (status == STATUS_OK)
        status = db_open_memory(&mirror->own, error);
    if (status == STATUS_OK)
        status = index_open(mirror->own, roadmap, config_folder, &mirror->index, error);
    if (status == STATUS_OK)
        status = db_begin(mirror->own, error);
    if (status == STATUS_OK)
        status = copy_inputs(mirror, error);
    if (status == STATUS_OK)
        status = db_commit(mirror->own, error);
    if (status == STATUS_OK)
        status = words_open(db, mirror->own, mirror->index->channel, &mirror->words, error);
    if (status == STATUS_OK)
        status = writing_of(db, &mirror->writing, error);
    if (status == STATUS_OK)
        *out = mirror;
    else
        mirror_close(mirror);
    return status;
}

void mirror_close(struct mirror *mirror)
{
    if (!mirror)
        return;
    index_close(mirror->index);
    db_close(mirror->own);
    free(mirror);
}

/* ---------------------------------------------------------------- comparing */

static bool same(const char *there, const char *here)
{
    return there && here ? strcmp(there, here) == 0 : there == here;
}

/* The n-th word of the columns. */
static const char *column_name(const struct table *table, int column, struct arena *arena)
{
    const char *at = table->columns;
    while (column-- > 0)
        at += strcspn(at, " ") + 1;
    return arena_printf(arena, "%s.%.*s", table->name, (int)strcspn(at, " "), at);
}

static int column_count(const struct table *table)
{
    int count = 1;
    for (const char *at = table->columns; (at = strchr(at, ' ')); at++)
        count++;
    return count;
}

static const char *compare_row(const struct table *table, struct db_query *there,
                               struct db_query *here, struct arena *arena)
{
    for (int i = 0; i < column_count(table); i++)
        if (!same(db_text(there, i), db_text(here, i)))
            return column_name(table, i, arena);
    return NULL;
}

static enum status rows_of(struct db *db, const struct table *table, const char *document_id,
                           struct db_query **query, struct error *error)
{
    enum status status = db_prepare(db, table->rows, query, error);
    if (status == STATUS_OK)
        db_bind_text(*query, 1, document_id);
    return status;
}

static enum status compare_table(struct mirror *mirror, const struct table *table,
                                 const char *document_id, struct arena *arena,
                                 const char **difference, struct error *error)
{
    struct db_query *there = NULL, *here = NULL;
    enum status row = STATUS_OK;
    enum status status = rows_of(mirror->db, table, document_id, &there, error);
    if (status == STATUS_OK)
        status = rows_of(mirror->own, table, document_id, &here, error);
    while (status == STATUS_OK && !*difference) {
        status = db_step(there, error);
        row = db_step(here, error);
        if (row != STATUS_OK && row != STATUS_END)
            status = row;
        else if ((status == STATUS_OK && row == STATUS_END) ||
                 (status == STATUS_END && row == STATUS_OK))
            *difference = table->name; /* rows too many, or too few */
        else if (status == STATUS_OK)
            *difference = compare_row(table, there, here, arena);
    }
    db_finish(there);
    db_finish(here);
    return status == STATUS_END ? STATUS_OK : status;
}

/* The distinct names, by which the full text leads to persons; made with it. */
static const struct table names = {
    "catalog_name", "name base persons",
    "SELECT DISTINCT p.name, n.base, n.persons = (SELECT count(*) FROM catalog_person q"
    " WHERE q.base = p.base AND q.name = p.name) FROM catalog_entry e"
    " JOIN catalog_person p ON p.entry_id = e.id"
    " LEFT JOIN catalog_name n ON n.base = p.base AND n.name = p.name"
    " WHERE e.document_id = ? ORDER BY p.name",
    1};

/* END: the catalogue has no row of this version. */
static enum status find_row(struct mirror *mirror, const struct document *document,
                            struct error *error)
{
    int version = 0;
    enum status status = index_version(mirror->db, document->id, &version, error);
    return status == STATUS_OK && version != document->version ? STATUS_END : status;
}

/* The name that a search shows and counts is the first that came, however it is spelled: it must be
 * a spelling of the unit that it stands for. */
static enum status check_spelling(struct mirror *mirror, const char *sql, const char *document_id,
                                  struct arena *arena, const char *place, const char **difference,
                                  struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(mirror->db, sql, &query, error);
    if (status == STATUS_OK)
        db_bind_text(query, 1, document_id);
    if (status == STATUS_OK)
        status = db_step(query, error);
    if (status == STATUS_OK &&
        strcmp(text_tone_last(arena, db_text(query, 0)), db_text(query, 1)) != 0)
        *difference = place;
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status check_unit(struct mirror *mirror, const char *document_id, struct arena *arena,
                              const char **difference, struct error *error)
{
    enum status status =
        check_spelling(mirror,
                       "SELECT u.name, u.exact FROM catalog_entry e JOIN catalog_unit u"
                       " ON u.id = e.unit_id WHERE e.document_id = ?",
                       document_id, arena, "catalog_unit.name", difference, error);
    if (status != STATUS_OK || *difference || mirror->version < 5)
        return status;
    return check_spelling(mirror,
                          "SELECT coalesce(v.value, ''), coalesce(u.exact, '') FROM catalog_entry e"
                          " JOIN catalog_facet f ON f.entry_id = e.id"
                          " LEFT JOIN catalog_value v ON v.id = f.unit_id"
                          " LEFT JOIN catalog_unit u ON u.id = e.unit_id WHERE e.document_id = ?",
                          document_id, arena, "catalog_facet.unit", difference, error);
}

enum status mirror_compare(struct mirror *mirror, const char *package, struct arena *arena,
                           const char **difference, struct error *error)
{
    struct document document;
    *difference = NULL;
    enum status status =
        document_read(package_part_path(arena, package, PACKAGE_DOCUMENT), arena, &document, error);
    if (status == STATUS_OK)
        status = find_row(mirror, &document, error);
    if (status == STATUS_OK)
        status = db_begin(mirror->own, error);
    if (status != STATUS_OK)
        return status;
    status = index_package(mirror->index, package, error);
    for (size_t i = 0; i < sizeof tables / sizeof *tables && !*difference && status == STATUS_OK;
         i++)
        if (tables[i].since <= mirror->version)
            status = compare_table(mirror, &tables[i], document.id, arena, difference, error);
    if (status == STATUS_OK && !*difference)
        status = check_unit(mirror, document.id, arena, difference, error);
    if (status == STATUS_OK && !*difference && mirror->words)
        status = words_compare(mirror->db, mirror->own, document.id, arena, difference,
                               &mirror->word_count, error);
    if (status == STATUS_OK && !*difference && mirror->words) {
        status = compare_table(mirror, &names, document.id, arena, difference, error);
        *difference = *difference ? "catalog_names" : NULL;
    }
    mirror->compared += status == STATUS_OK && !*difference;
    db_rollback(mirror->own);
    return status;
}

bool mirror_has_words(const struct mirror *mirror)
{
    return mirror->words;
}

enum status mirror_more_words(struct mirror *mirror, int64_t *more, struct error *error)
{
    int64_t documents = 0, words = 0, writing = 0;
    *more = 0;
    if (!mirror->words)
        return STATUS_OK;
    enum status status = words_total(mirror->db, &documents, &words, error);
    if (status == STATUS_OK)
        status = writing_of(mirror->db, &writing, error);
    if (status == STATUS_OK && documents == mirror->compared && writing == mirror->writing)
        *more = words - mirror->word_count;
    return status;
}
