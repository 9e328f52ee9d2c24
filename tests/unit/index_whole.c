/* Each table and index of the catalogue and its full text: that it is gone is told by its name, and
 * it can be made again, so that what is entered after that is found. */
#include "index/schema.h"
#include "tests/unit/index_rig_bare.h"

static size_t names(struct db *db, const char **list, const char **types, size_t most)
{
    struct db_query *query = NULL;
    size_t count = 0;
    GOOD(db_prepare(db,
                    "SELECT name, type FROM sqlite_schema WHERE sql IS NOT NULL"
                    " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
                    &query, &error));
    while (count < most && db_step(query, &error) == STATUS_OK) {
        list[count] = arena_strdup(arena, db_text(query, 0));
        types[count++] = arena_strdup(arena, db_text(query, 1));
    }
    db_finish(query);
    return count;
}

static void each_that_is_gone_is_told_and_made_again(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *whole = rig_open("whole.db", &index);
    const char *list[128], *types[128], *again[128], *kinds[128];
    size_t count = names(whole, list, types, 128);
    assert_true(count > 50 && count < 128);
    index_close(index);
    GOOD(schema_whole(whole, &error));
    db_close(whole);
    for (size_t i = 0; i < count; i++) {
        const char *name = arena_printf(arena, "t%zu.db", i);
        struct db *db = rig_open(name, &index);
        index_close(index);
        GOOD(db_run(db, "PRAGMA foreign_keys = OFF", &error));
        GOOD(db_run(db, arena_printf(arena, "DROP %s %s", types[i], list[i]), &error));
        db_close(db); /* what it had prepared knows of no damage */
        GOOD(db_open(file_join(arena, folder, name), false, &db, &error));
        error.text[0] = '\0';
        if (schema_whole(db, &error) != STATUS_FATAL ||
            !strstr(error.text, arena_printf(arena, "(%s is missing)", list[i])))
            fail_msg("%s: %s", list[i], error.text);
        GOOD(schema_mend(db, &error));
        GOOD(schema_whole(db, &error));
        GOOD(index_open(db, &roadmap, "config", &index, &error));
        size_t after = names(db, again, kinds, 128);
        if (after != count)
            fail_msg("%s: %zu of %zu", list[i], after, count);
        GOOD(index_check(index, &error));
        index_close(index);
        db_close(db);
        file_remove(file_join(arena, folder, name), NULL);
    }
}

static void an_empty_database_and_an_earlier_one_are_no_damage(void **state)
{
    (void)state;
    struct db *db = NULL;
    GOOD(db_open_memory(&db, &error));
    GOOD(schema_whole(db, &error));
    GOOD(schema_mend(db, &error));
    GOOD(db_run(db,
                "CREATE TABLE catalog_meta (key text PRIMARY KEY, value text NOT NULL);"
                "INSERT INTO catalog_meta VALUES ('schema', '1')",
                &error));
    GOOD(schema_whole(db, &error));
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_that_is_gone_is_told_and_made_again),
        cmocka_unit_test(an_empty_database_and_an_earlier_one_are_no_damage),
    };
    return cmocka_run_group_tests(tests, rig_begin_bare, rig_end_bare);
}
