/* The full text of many pages at once: the table is the one that FTS5 makes of them itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buffer.h"
#include "core/db.h"
#include "core/file.h"
#include "core/message.h"
#include "index/text/postings.h"
#include "index/text/segment.h"
#include "index/text/tokenizer.h"
#include "tests/made_papers.h"

enum { PAGES = 70000, PAPERS = 300 }; /* more than are gathered for one segment */

static char folder[] = "/tmp/sohoa-postings-XXXXXX";
static struct db *db;
static struct channel *channel;
static struct arena *arena;
static struct error error;

#define ALL "SELECT id, x FROM page ORDER BY id"
#define TABLE(name)                                                                                \
    "DROP TABLE IF EXISTS " name "; CREATE VIRTUAL TABLE " name                                    \
    " USING fts5(x, content='page', content_rowid='id', detail=none, columnsize=0,"                \
    " tokenize='sohoa text');"

static void run(const char *sql)
{
    if (db_run(db, sql, &error) != STATUS_OK)
        fail_msg("%s: %s", sql, error.text);
}

static int64_t number(const char *sql)
{
    int64_t value = -1;
    if (db_first_int(db, &value, &error, sql, "") != STATUS_OK)
        fail_msg("%s: %s", sql, error.text);
    return value;
}

/* ours by postings_fill, theirs by FTS5; how many segments ours was made of. */
static size_t make_both(void)
{
    size_t segments = 99;
    run(TABLE("ours") TABLE("theirs"));
    assert_int_equal(postings_fill(db, "ours", ALL, channel, &segments, &error), STATUS_OK);
    run("INSERT INTO theirs (rowid, x) " ALL);
    return segments;
}

static void assert_whole(const char *table)
{
    char sql[128];
    snprintf(sql, sizeof sql, "INSERT INTO %s (%s, rank) VALUES ('integrity-check', 1)", table,
             table);
    run(sql);
}

/* Every term with every page that has it, and what FTS5 knows of all. */
static void assert_same(void)
{
    assert_whole("ours");
    run("CREATE VIRTUAL TABLE IF NOT EXISTS temp.our_terms USING fts5vocab(main, ours, instance);"
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.their_terms USING fts5vocab(main, theirs,"
        " instance);");
    struct db_query *ours = NULL, *theirs = NULL;
    const char *sql = "SELECT term, doc FROM temp.our_terms";
    assert_int_equal(db_prepare(db, sql, &ours, &error), STATUS_OK);
    sql = "SELECT term, doc FROM temp.their_terms";
    assert_int_equal(db_prepare(db, sql, &theirs, &error), STATUS_OK);
    enum status status;
    while ((status = db_step(theirs, &error)) == STATUS_OK) {
        assert_int_equal(db_step(ours, &error), STATUS_OK);
        assert_string_equal(db_text(ours, 0), db_text(theirs, 0));
        assert_int_equal(db_int(ours, 1), db_int(theirs, 1));
    }
    assert_int_equal(status, STATUS_END);
    assert_int_equal(db_step(ours, &error), STATUS_END);
    db_finish(ours);
    db_finish(theirs);
    assert_int_equal(number("SELECT count(*) FROM ours_data o JOIN theirs_data t"
                            " ON t.id = 1 AND o.id = 1 AND t.block = o.block"),
                     1);
}

static void put_page(int64_t id, const char *text)
{
    assert_int_equal(db_do(db, &error, "INSERT INTO page (id, x) VALUES (?, ?)", "is", id, text),
                     STATUS_OK);
}

/* Words on all pages, on many, on few, on one; ids with gaps. */
static void put_many(void)
{
    run("BEGIN; DELETE FROM page");
    for (int64_t i = 0; i < PAGES; i++) {
        char text[128];
        snprintf(text, sizeof text, "uy ban %s %s %s x%lldy", i % 2 ? "nhân" : "dân",
                 i % 7 ? "" : "hộ tịch", i % 1000 ? "" : "đất đai", (long long)(i * 31 % 5000));
        put_page(i < PAGES / 2 ? i + 1 : 3 * i + 1000000, text);
    }
    run("COMMIT");
}

static void rows_over_many_leaves_are_those_of_fts5(void **state)
{
    (void)state;
    put_many();
    assert_int_equal(make_both(), 2);
    assert_same();
}

/* By a list of first rows, from both ends, from the middle. */
static void long_rows_are_walked_both_ways(void **state)
{
    (void)state;
    static const char *const asked[] = {
        "SELECT sum(rowid * n) FROM (SELECT rowid, row_number() OVER () AS n FROM %s"
        " WHERE %s MATCH 'uy' ORDER BY rowid DESC LIMIT 9000)",
        "SELECT sum(rowid * n) FROM (SELECT rowid, row_number() OVER () AS n FROM %s"
        " WHERE %s MATCH 'uy AND ho AND tich AND dat' ORDER BY rowid DESC)",
        "SELECT sum(rowid * n) FROM (SELECT rowid, row_number() OVER () AS n FROM %s"
        " WHERE %s MATCH 'ban AND x31y' ORDER BY rowid)",
        "SELECT sum(rowid) FROM %s WHERE %s MATCH 'uy' AND rowid BETWEEN 33000 AND 1150000",
        "SELECT count(*) FROM %s WHERE %s MATCH 'nhan NOT tich'",
        "SELECT count(*) FROM %s WHERE %s MATCH 'x3* OR dai'",
    };
    put_many();
    make_both();
    for (int joined = 0; joined < 2; joined++) {
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            char ours[256], theirs[256];
            snprintf(ours, sizeof ours, asked[i], "ours", "ours");
            snprintf(theirs, sizeof theirs, asked[i], "theirs", "theirs");
            assert_true(number(theirs) > 0);
            assert_int_equal(number(ours), number(theirs));
        }
        run("INSERT INTO ours (ours) VALUES ('optimize')");
    }
    assert_same();
}

/* What papers have, and what no paper should: letters of all the world, runs without end. */
static void put_papers(void)
{
    run("BEGIN; DELETE FROM page");
    for (uint32_t i = 0; i < PAPERS; i++) {
        struct arena *own = arena_new();
        struct made_paper paper;
        made_paper(7, i, (enum made_noise)(i % 3), own, &paper);
        put_page(10 * i + 1, paper.text[0]);
        struct buffer wild = {0};
        for (uint32_t code = 1 + i * 300; code < 1 + (i + 1) * 300; code++)
            buffer_printf(&wild, "%c%c%c%s", (int)(0xC2 + code % 40), (int)(0x80 + code % 64),
                          (int)(1 + code % 255), code % 5 ? "" : "/QĐ-UBND 12/");
        put_page(10 * i + 4, (const char *)wild.data);
        buffer_clear(&wild);
        arena_free(own);
    }
    put_page(5, "");
    run("COMMIT");
}

static void papers_are_those_of_fts5(void **state)
{
    (void)state;
    put_papers();
    assert_int_equal(make_both(), 1);
    assert_same();
}

/* More than have a pile in common, and more on a page than it would ever have. */
static void words_without_end_are_those_of_fts5(void **state)
{
    (void)state;
    run("DELETE FROM page");
    for (int page = 0; page < 3; page++) {
        struct buffer text = {0};
        for (int i = 0; i < 60000; i++)
            buffer_printf(&text, "q%dz ", page * 50000 + i * 7919 % 60000);
        put_page(page + 1, (const char *)text.data);
        buffer_clear(&text);
    }
    assert_int_equal(make_both(), 1);
    assert_same();
    assert_int_equal(number("SELECT count(*) FROM ours WHERE ours MATCH 'q50001z'"), 2);
    assert_int_equal(number("SELECT count(*) FROM ours WHERE ours MATCH 'q159999z'"), 1);
}

/* FTS5 goes on where it was left. */
static void what_changes_later_is_as_in_its_own(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "INSERT INTO %s (%s, rowid, x) SELECT 'delete', id, x FROM page WHERE id %% 70 < 20",
        "INSERT INTO %s (rowid, x) SELECT id, x FROM page WHERE id %% 70 < 20 ORDER BY id",
        "INSERT INTO %s (%s, rank) VALUES ('merge', 500)",
        "INSERT INTO %s (%s) VALUES ('optimize')",
    };
    put_papers();
    make_both();
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char sql[256];
        snprintf(sql, sizeof sql, changes[i], "ours", "ours");
        run(sql);
        snprintf(sql, sizeof sql, changes[i], "theirs", "theirs");
        run(sql);
        if (i > 0)
            assert_same();
    }
}

static void nothing_gives_an_empty_table(void **state)
{
    (void)state;
    run("DELETE FROM page");
    assert_int_equal(make_both(), 0);
    assert_whole("ours");
    assert_int_equal(number("SELECT count(*) FROM ours WHERE ours MATCH 'uy'"), 0);
    put_page(1, "ủy ban");
    run("INSERT INTO ours (rowid, x) " ALL);
    assert_whole("ours");
    assert_int_equal(number("SELECT count(*) FROM ours WHERE ours MATCH 'uy'"), 1);
}

static void a_table_of_another_format_is_left_to_fts5(void **state)
{
    bool known = false;
    (void)state;
    run(TABLE("ours"));
    assert_int_equal(segments_known(db, "ours", &known, &error), STATUS_OK);
    assert_true(known);
    run("UPDATE ours_config SET v = 5 WHERE k = 'version'");
    assert_int_equal(segments_known(db, "ours", &known, &error), STATUS_OK);
    assert_false(known);
    run("UPDATE ours_config SET v = 4 WHERE k = 'version'");
}

static void a_table_that_is_not_there_is_told(void **state)
{
    (void)state;
    size_t segments;
    put_many();
    assert_int_equal(postings_fill(db, "nobody", ALL, channel, &segments, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "nobody_data"));
}

static int begin(void **state)
{
    (void)state;
    message_use("en");
    arena = arena_new();
    if (!mkdtemp(folder) ||
        db_open(file_join(arena, folder, "t.db"), true, &db, &error) != STATUS_OK ||
        channel_read("config/language", &channel, &error) != STATUS_OK ||
        tokenizer_register(db, channel, &error) != STATUS_OK)
        return 1;
    return db_run(db, "CREATE TABLE page (id integer PRIMARY KEY, x text)", &error) != STATUS_OK;
}

static int end(void **state)
{
    (void)state;
    db_close(db);
    channel_release(channel);
    arena_free(arena);
    return file_remove_tree(folder, NULL) != STATUS_OK;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_over_many_leaves_are_those_of_fts5),
        cmocka_unit_test(long_rows_are_walked_both_ways),
        cmocka_unit_test(papers_are_those_of_fts5),
        cmocka_unit_test(words_without_end_are_those_of_fts5),
        cmocka_unit_test(what_changes_later_is_as_in_its_own),
        cmocka_unit_test(nothing_gives_an_empty_table),
        cmocka_unit_test(a_table_of_another_format_is_left_to_fts5),
        cmocka_unit_test(a_table_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
