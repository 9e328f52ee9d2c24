/* A catalogue of every earlier version, as its program left it (tests/data/catalogue/version-N.sql:
 * its tables without the full text), becomes by opening what the same papers make today. */
#include "core/buffer.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig_bare.h"

enum { PAPERS = 12, SEED = 77 };

/* Rows of a query as text. */
static void add_rows(struct db *db, const char *sql, struct buffer *out)
{
    struct db_query *query = NULL;
    if (db_prepare(db, sql, &query, &error) != STATUS_OK)
        fail_msg("%s: %s", sql, error.text);
    while (db_step(query, &error) == STATUS_OK)
        buffer_printf(out, "%s\n", db_text(query, 0));
    db_finish(query);
}

static const char *schema_of(struct db *db)
{
    struct buffer out = {0};
    add_rows(db,
             "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
             " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1",
             &out);
    const char *text = arena_strdup(arena, (const char *)out.data);
    buffer_clear(&out);
    return text;
}

/* All that is derived from the papers, by their ids and not by the numbers of rows. */
static const char *content_of(struct db *db, struct index *index)
{
    static const char *const sql[] = {
        "SELECT document_id || '|' || version || '|' || path || '|' || coalesce(type, '') || '|' ||"
        " coalesce(procedure, '') || '|' || coalesce(number_key, '') || '|' || coalesce(date, '')"
        " || '|' || pages FROM catalog_entry ORDER BY 1",
        "SELECT e.document_id || '|' || m.id % 65536 || '|' || coalesce(m.name, '') || '|' ||"
        " coalesce(m.digits, '') || '|' || coalesce(m.birth_date, '') || '|' || m.kind || '|' ||"
        " m.fault || '|' || m.type || '|' || o.document_id || '.' || o.ordinal FROM owner_mention m"
        " JOIN catalog_entry e ON e.id = m.id / 65536 JOIN owner o ON o.id = m.owner_id ORDER BY 1",
        "SELECT document_id || '.' || ordinal || '|' || coalesce(name, '') || '|' || mentions"
        " FROM owner ORDER BY 1",
        "SELECT e.document_id || '|' || f.year || '|' || t.value || '|' || p.value || '|' ||"
        " u.value || '|' || l.value || '|' || f.state || '|' || f.made || '|' ||"
        " coalesce(f.begins, '') || '|' || coalesce(f.ends, '-') FROM catalog_facet f"
        " JOIN catalog_entry e ON e.id = f.entry_id JOIN catalog_value t ON t.id = f.type_id"
        " JOIN catalog_value p ON p.id = f.procedure_id JOIN catalog_value u ON u.id = f.unit_id"
        " JOIN catalog_value l ON l.id = f.place_id ORDER BY 1",
        "SELECT t.id % 8 || '|' || coalesce(v.value, t.id / 8) || '|' || t.papers || '|' ||"
        " t.unlimited FROM catalog_total t LEFT JOIN catalog_value v ON v.id = t.id / 8 AND"
        " t.id % 8 BETWEEN 1 AND 4 ORDER BY 1"};
    struct buffer out = {0};
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++)
        add_rows(db, sql[i], &out);
    for (uint32_t i = 0; i < PAPERS; i++) {
        struct made_paper paper;
        struct search_result result;
        made_paper(SEED, i, MADE_CLEAN, arena, &paper);
        struct search_query query = {.text = paper.phrase, .limit = 1};
        if (index_search(index, &query, arena, &result, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        buffer_printf(&out, "%s %s\n", paper.phrase,
                      result.hit_count ? result.hits[0].document_id : "");
    }
    const char *text = arena_strdup(arena, (const char *)out.data);
    buffer_clear(&out);
    return text;
}

static struct index *open_index(struct db *db)
{
    struct index *index = NULL;
    if (index_open(db, &roadmap, "config", &index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return index;
}

static struct db *open_db(const char *name)
{
    struct db *db = NULL;
    if (db_open(file_join(arena, folder, name), true, &db, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return db;
}

static void every_earlier_version_becomes_what_is_made_today(void **state)
{
    (void)state;
    struct db *fresh = open_db("fresh.db");
    struct index *index = open_index(fresh);
    for (uint32_t i = 0; i < PAPERS; i++) {
        struct made_paper paper;
        made_paper(SEED, i, MADE_CLEAN, arena, &paper);
        paper.document.signed_at = "2026-01-01T00:00:00+07:00"; /* as all that is stored */
        if (index_document(index, &paper.document,
                           arena_printf(arena, "2026/%s/v1", paper.document.id), paper.text,
                           &error) != STATUS_OK)
            fail_msg("%s", error.text);
    }
    const char *schema = schema_of(fresh), *content = content_of(fresh, index);
    index_close(index);
    db_close(fresh);
    int version = 1;
    for (;; version++) {
        char *sql = NULL;
        const char *path = arena_printf(arena, "tests/data/catalogue/version-%d.sql", version);
        if (!file_exists(path))
            break;
        struct db *db = open_db(arena_printf(arena, "version-%d.db", version));
        if (file_read(path, 1 << 24, arena, &sql, NULL, &error) != STATUS_OK ||
            db_run(db, sql, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        index = open_index(db);
        assert_string_equal(schema_of(db), schema);
        assert_string_equal(content_of(db, index), content);
        if (index_check(index, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        index_close(index);
        index = open_index(db); /* once more: nothing to do */
        assert_string_equal(content_of(db, index), content);
        index_close(index);
        db_close(db);
    }
    assert_true(version > 3);
}

static void an_upgrade_that_is_interrupted_begins_again(void **state)
{
    (void)state;
    char *sql = NULL;
    struct index *index = NULL;
    struct db *db = open_db("half.db");
    assert_int_equal(
        file_read("tests/data/catalogue/version-1.sql", 1 << 24, arena, &sql, NULL, &error),
        STATUS_OK);
    assert_int_equal(db_run(db, sql, &error), STATUS_OK);
    /* what stands in the way of the last step */
    assert_int_equal(db_run(db, "CREATE TABLE saved_search (x text)", &error), STATUS_OK);
    assert_int_not_equal(index_open(db, &roadmap, "config", &index, &error), STATUS_OK);
    struct buffer out = {0};
    add_rows(db, "SELECT value FROM catalog_meta WHERE key = 'schema'", &out);
    assert_string_equal((const char *)out.data, "1\n");
    buffer_clear(&out);
    assert_int_equal(db_run(db, "DROP TABLE saved_search", &error), STATUS_OK);
    index = open_index(db);
    assert_int_equal(index_check(index, &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_earlier_version_becomes_what_is_made_today),
        cmocka_unit_test(an_upgrade_that_is_interrupted_begins_again),
    };
    return cmocka_run_group_tests(tests, rig_begin_bare, rig_end_bare);
}
