/* The catalogue is derived: made again from the packages it answers the same; what is broken is
 * noticed. */
#include <sys/stat.h>

#include "core/buffer.h"
#include "core/words.h"
#include "index/mirror.h"
#include "index/rebuild.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig_bare.h"

enum { PAPERS = 24 };

static const char *packages[PAPERS];
static struct made_paper papers[PAPERS];

/* Lines of blank-divided words, as the recogniser leaves them. */
static struct words words_of(const char *text)
{
    struct words words = {.width_px = 1654, .height_px = 2339, .dpi = 200, .engine = "made"};
    char *copy = arena_strdup(arena, text), *lines = NULL;
    words.lines = arena_array(arena, 400, sizeof *words.lines);
    for (char *line = strtok_r(copy, "\n", &lines); line && words.line_count < 400;
         line = strtok_r(NULL, "\n", &lines)) {
        struct line *out = &words.lines[words.line_count++];
        char *rest = NULL;
        out->words = arena_array(arena, 200, sizeof *out->words);
        for (char *word = strtok_r(line, " ", &rest); word && out->word_count < 200;
             word = strtok_r(NULL, " ", &rest))
            out->words[out->word_count++] = (struct word){.text = word, .confidence = 1};
    }
    return words;
}

static const char *write_package(const struct made_paper *paper)
{
    const char *package = arena_printf(arena, "%s/store/2026/%s/v%d", folder, paper->document.id,
                                       paper->document.version);
    assert_int_equal(file_mkdirs(arena_printf(arena, "%s/data/metadata/other", package), &error),
                     STATUS_OK);
    assert_int_equal(
        file_mkdirs(arena_printf(arena, "%s/data/representations/rep3/data", package), &error),
        STATUS_OK);
    assert_int_equal(
        document_write(&paper->document,
                       arena_printf(arena, "%s/data/metadata/other/document.json", package),
                       &error),
        STATUS_OK);
    for (size_t i = 0; i < paper->document.page_count; i++) {
        struct words words = words_of(paper->text[i]);
        assert_int_equal(
            words_write(&words,
                        arena_printf(arena, "%s/data/representations/rep3/data/%s.words.json",
                                     package, paper->document.pages[i].name),
                        &error),
            STATUS_OK);
    }
    return package;
}

static void take(struct index *index, const char *package)
{
    if (index_package(index, package, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void add_hits(struct index *index, struct search_query query, struct buffer *out)
{
    struct search_result result;
    if (index_search(index, &query, arena, &result, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    buffer_printf(out, "%zu/%lld\n", result.hit_count, (long long)result.total);
    for (size_t i = 0; i < result.hit_count; i++)
        buffer_printf(out, "%s %s v%d %s %s %s %s %.6f %d %d %s\n", result.hits[i].document_id,
                      result.hits[i].path, result.hits[i].version, result.hits[i].owner,
                      result.hits[i].number, result.hits[i].band, result.hits[i].procedure_name,
                      result.hits[i].score, result.hits[i].why, result.hits[i].page,
                      result.hits[i].snippet);
}

/* Everything a catalogue answers to a set of questions. */
static char *answers(struct index *index)
{
    struct buffer out = {0};
    for (size_t i = 0; i < PAPERS; i++) {
        add_hits(index, (struct search_query){.text = papers[i].phrase}, &out);
        add_hits(index, (struct search_query){.text = papers[i].document.fields[FIELD_OWNER].value},
                 &out);
        add_hits(index,
                 (struct search_query){.text = papers[i].document.fields[FIELD_OWNER_ID].value},
                 &out);
    }
    add_hits(index, (struct search_query){.text = "đăng ký", .limit = 100}, &out);
    add_hits(index, (struct search_query){.limit = 100}, &out);
    char *text = arena_strdup(arena, (const char *)out.data);
    buffer_clear(&out);
    return text;
}

static void made_again_in_another_order_it_answers_the_same(void **state)
{
    (void)state;
    struct index *first = NULL, *second = NULL;
    struct db *one = rig_open("one.db", &first), *two = rig_open("two.db", &second);
    for (size_t i = 0; i < PAPERS; i++)
        take(first, packages[i]);
    for (size_t i = PAPERS; i-- > 0;) {
        take(second, packages[i]);
        if (i % 3 == 0) /* again, which changes nothing */
            take(second, packages[i]);
    }
    const char *before = answers(first);
    assert_non_null(strstr(before, "v1"));
    assert_string_equal(before, answers(second));
    assert_int_equal(index_check(first, &error), STATUS_OK);
    assert_int_equal(index_check(second, &error), STATUS_OK);
    index_close(first);
    index_close(second);
    db_close(one);
    db_close(two);
}

static void opened_again_it_answers_the_same(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("one.db", &index);
    const char *before = answers(index);
    index_close(index);
    /* made by an older tokenizer: the full text is made anew */
    assert_int_equal(
        db_run(db, "UPDATE catalog_meta SET value = 'old' WHERE key = 'tokens'", &error),
        STATUS_OK);
    db_close(db);
    db = rig_open("one.db", &index);
    assert_string_equal(before, answers(index));
    assert_int_equal(index_check(index, &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

static void looking_only_works_on_a_catalogue_that_is_there(void **state)
{
    (void)state;
    struct db *db = NULL;
    struct index *index = NULL;
    struct search_result result;
    assert_int_equal(db_open_readonly(file_join(arena, folder, "one.db"), &db, &error), STATUS_OK);
    if (index_open(db, &roadmap, "config", &index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    struct search_query query = {.text = papers[3].phrase};
    assert_int_equal(index_search(index, &query, arena, &result, &error), STATUS_OK);
    assert_string_equal(result.hits[0].document_id, papers[3].document.id);
    assert_int_not_equal(index_package(index, packages[0], &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

static void the_path_is_that_in_the_store(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("path.db", &index);
    struct search_result result;
    take(index, arena_printf(arena, "%s/", packages[0]));
    assert_int_equal(index_search(index, &(struct search_query){0}, arena, &result, &error),
                     STATUS_OK);
    assert_string_equal(result.hits[0].path,
                        arena_printf(arena, "2026/%s/v1", papers[0].document.id));
    index_close(index);
    db_close(db);
}

static void a_package_goes_in_with_the_callers_transaction(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("path.db", &index);
    struct search_result result;
    assert_int_equal(db_begin(db, &error), STATUS_OK);
    take(index, packages[1]);
    db_rollback(db);
    assert_int_equal(index_search(index, &(struct search_query){0}, arena, &result, &error),
                     STATUS_OK);
    assert_int_equal(result.total, 1);
    assert_int_equal(index_check(index, &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

static void a_package_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("path.db", &index);
    assert_int_equal(index_package(index, "/nowhere/2026/x/v1", &error), STATUS_REJECT);
    assert_true(error.text[0]);
    struct made_paper paper;
    made_paper(77, 1, MADE_CLEAN, arena, &paper);
    const char *package = write_package(&paper);
    const char *words =
        arena_printf(arena, "%s/data/representations/rep3/data/0001-1.words.json", package);
    assert_int_equal(file_remove(words, &error), STATUS_OK);
    assert_int_equal(index_package(index, package, &error), STATUS_REJECT);
    assert_int_equal(file_write(words, "{\"lines\": 3", 11, &error), STATUS_OK);
    assert_int_equal(index_package(index, package, &error), STATUS_REJECT);
    assert_int_equal(index_check(index, &error), STATUS_OK);
    index_close(index);
    db_close(db);
}

static void a_text_that_was_changed_behind_the_index_is_noticed(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("broken.db", &index);
    for (size_t i = 0; i < 4; i++)
        take(index, packages[i]);
    assert_int_equal(db_run(db, "UPDATE catalog_page SET text = 'khác' WHERE id = 1", &error),
                     STATUS_OK);
    assert_int_equal(index_check(index, &error), STATUS_REJECT);
    assert_int_equal(db_run(db, "DELETE FROM catalog_page", &error), STATUS_OK);
    assert_int_equal(index_check(index, &error), STATUS_REJECT);
    assert_non_null(strstr(error.text, "4 packages"));
    index_close(index);
    db_close(db);
}

/* All that can go wrong inside at once: text changed, rows that belong to nothing, tokens of
 * nothing. */
static void what_is_damaged_is_mended_and_answers_the_same(void **state)
{
    (void)state;
    struct index *index = NULL, *good = NULL;
    struct db *db = rig_open("mend.db", &index), *calm = rig_open("calm.db", &good);
    for (size_t i = 0; i < PAPERS; i++) {
        take(index, packages[i]);
        take(good, packages[i]);
    }
    static const char *const damages[] = {
        "UPDATE catalog_page SET text = 'khác' WHERE id % 3 = 1",
        "DELETE FROM catalog_page WHERE id % 5 = 2",
        "DELETE FROM catalog_entry WHERE id = 4",
        "INSERT INTO catalog_text (rowid, text) VALUES (9999, 'nobody')",
        "DELETE FROM catalog_names_data WHERE id > 10",
    };
    assert_int_equal(db_run(db, "PRAGMA foreign_keys = OFF", &error), STATUS_OK);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++)
        if (db_run(db, damages[i], &error) != STATUS_OK)
            fail_msg("%s: %s", damages[i], error.text);
    assert_int_equal(index_check(index, &error), STATUS_REJECT);
    if (index_mend(index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < PAPERS; i++)
        take(index, packages[i]);
    if (index_check(index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_string_equal(answers(index), answers(good));
    index_close(index);
    index_close(good);
    db_close(db);
    db_close(calm);
}

/* ---------------------------------------------------------------- beside the one in use */

static void add_package(struct rebuild *rebuild, size_t i, bool expect_done)
{
    bool done = false;
    if (rebuild_add(rebuild, papers[i].document.id, 1, packages[i], &done, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(done, expect_done);
}

static struct rebuild *open_rebuild(struct db *live)
{
    struct rebuild *rebuild = NULL;
    if (rebuild_open(live, file_join(arena, folder, "rebuild.db"), &roadmap, "config", &rebuild,
                     &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return rebuild;
}

static const char *answers_of(const char *name)
{
    struct index *index = NULL;
    struct db *db = rig_open(name, &index);
    const char *text = answers(index);
    if (index_check(index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    index_close(index);
    db_close(db);
    return text;
}

static void made_anew_beside_it_answers_from_the_old_until_it_is_put_in_its_place(void **state)
{
    (void)state;
    struct index *index = NULL, *good = NULL;
    struct db *db = rig_open("live.db", &index), *calm = rig_open("calm2.db", &good);
    int64_t kept = 0;
    for (size_t i = 0; i < PAPERS; i++)
        take(good, packages[i]);
    for (size_t i = 0; i < PAPERS - 4; i++) /* the last four come while the new one is made */
        take(index, packages[i]);
    assert_int_equal(db_run(db,
                            "PRAGMA foreign_keys = OFF; DELETE FROM catalog_page WHERE id % 5 ="
                            " 2; DELETE FROM catalog_facet WHERE entry_id = 3",
                            &error),
                     STATUS_OK);
    assert_int_equal(index_check(index, &error), STATUS_REJECT);
    const char *before = answers(index);
    struct rebuild *rebuild = open_rebuild(db);
    for (size_t i = 0; i < 10; i++)
        add_package(rebuild, i, false);
    assert_string_equal(answers(index), before);
    rebuild_close(rebuild); /* stopped: it goes on */
    rebuild = open_rebuild(db);
    for (size_t i = 0; i < PAPERS - 4; i++)
        add_package(rebuild, i, i < 10);
    for (size_t i = PAPERS - 4; i < PAPERS; i++)
        take(index, packages[i]);
    index_close(index);
    struct db *swapping = NULL;
    assert_int_equal(db_open(file_join(arena, folder, "live.db"), false, &swapping, &error),
                     STATUS_OK);
    if (rebuild_swap(rebuild, swapping, file_join(arena, folder, "store"), &kept, &error) !=
        STATUS_OK)
        fail_msg("%s", error.text);
    rebuild_close(rebuild);
    db_close(swapping);
    assert_int_equal(kept, 0);
    assert_false(file_exists(file_join(arena, folder, "rebuild.db")));
    assert_string_equal(answers_of("live.db"), answers(good));
    index_close(good);
    db_close(db);
    db_close(calm);
}

static void what_has_no_package_any_more_is_carried_over(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("lost.db", &index);
    struct search_result result;
    struct document lost = papers[2].document;
    int64_t kept = 0;
    snprintf(lost.id, sizeof lost.id, "%s", "99999999-9999-8999-8999-999999999999");
    take(index, packages[0]);
    if (index_document(index, &lost, "1999/99999999-9999-8999-8999-999999999999/v1", papers[2].text,
                       &error) != STATUS_OK)
        fail_msg("%s", error.text);
    struct rebuild *rebuild = open_rebuild(db);
    add_package(rebuild, 0, false);
    add_package(rebuild, 1, false);
    index_close(index);
    db_close(db);
    assert_int_equal(db_open(file_join(arena, folder, "lost.db"), false, &db, &error), STATUS_OK);
    if (rebuild_swap(rebuild, db, file_join(arena, folder, "store"), &kept, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    rebuild_close(rebuild);
    db_close(db);
    assert_int_equal(kept, 1);
    db = rig_open("lost.db", &index);
    if (index_check(index, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(index_search(index, &(struct search_query){.text = papers[2].phrase}, arena,
                                  &result, &error),
                     STATUS_OK);
    assert_string_equal(result.hits[0].document_id, lost.id);
    assert_int_equal(
        index_search(index, &(struct search_query){.limit = 50}, arena, &result, &error),
        STATUS_OK);
    assert_int_equal(result.total, 3);
    index_close(index);
    db_close(db);
}

static void one_begun_under_other_catalogues_or_damaged_begins_again(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("other.db", &index);
    struct rebuild *rebuild = open_rebuild(db);
    add_package(rebuild, 0, false);
    rebuild_close(rebuild);
    assert_int_equal(
        db_run(db, "UPDATE catalog_meta SET value = 'others' WHERE key = 'procedures'", &error),
        STATUS_OK);
    rebuild = open_rebuild(db);
    add_package(rebuild, 0, false);
    rebuild_close(rebuild);
    assert_int_equal(
        file_write(file_join(arena, folder, "rebuild.db"), "no database at all", 18, &error),
        STATUS_OK);
    rebuild = open_rebuild(db);
    add_package(rebuild, 0, false);
    rebuild_close(rebuild);
    index_close(index);
    db_close(db);
}

static void a_newer_catalogue_is_left_alone(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("newer.db", &index);
    index_close(index);
    assert_int_equal(
        db_run(db, "UPDATE catalog_meta SET value = '99' WHERE key = 'schema'", &error), STATUS_OK);
    assert_int_equal(index_open(db, &roadmap, "config", &index, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "99"));
    db_close(db);
}

static int begin(void **state)
{
    if (rig_begin_bare(state) != 0)
        return -1;
    for (uint32_t i = 0; i < PAPERS; i++) {
        made_paper(21, i, (enum made_noise)(i % 3), arena, &papers[i]);
        packages[i] = write_package(&papers[i]);
    }
    return 0;
}

/* ---------------------------------------------------------------- against the packages */

static const char *difference_of(struct db *db, size_t paper)
{
    struct mirror *mirror = NULL;
    const char *difference = NULL;
    if (mirror_open(db, &roadmap, "config", &mirror, &error) != STATUS_OK ||
        mirror_compare(mirror, packages[paper], arena, &difference, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    mirror_close(mirror);
    return difference ? difference : "";
}

/* What a column is changed into: another value of its kind. */
static const char *other_value(const char *kind)
{
    return strcmp(kind, "bigint") == 0 || strcmp(kind, "integer") == 0 ? "77" : "'khác'";
}

static void run_or_fail(struct db *db, const char *sql)
{
    if (db_run(db, sql, &error) != STATUS_OK)
        fail_msg("%s: %s", sql, error.text);
}

/* Every column of every table that has rows of one document: also those that come later. */
static size_t change_each(struct db *db, const char *table, const char *of_document, size_t paper)
{
    struct db_query *query = NULL;
    size_t changed = 0;
    const char *names[64], *kinds[64];
    size_t count = 0;
    assert_int_equal(
        db_prepare(db, arena_printf(arena, "PRAGMA table_info(%s)", table), &query, &error),
        STATUS_OK);
    while (count < 64 && db_step(query, &error) == STATUS_OK) {
        names[count] = arena_strdup(arena, db_text(query, 1));
        kinds[count++] = arena_strdup(arena, db_text(query, 2));
    }
    db_finish(query);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], "id") == 0 || strcmp(names[i], "entry_id") == 0 ||
            strcmp(names[i], "document_id") == 0 || strcmp(names[i], "version") == 0 ||
            strcmp(names[i], "owner_id") == 0 || strcmp(names[i], "apart") == 0)
            continue;
        const char *value = other_value(kinds[i]);
        assert_int_equal(db_begin(db, &error), STATUS_OK);
        if (strcmp(names[i], "unit_id") == 0) { /* another unit, which there is */
            run_or_fail(db, "INSERT INTO catalog_unit (id, name, exact, folded)"
                            " VALUES (77, 'khac', 'khac', 'khac')");
            value = "77";
        }
        run_or_fail(db, arena_printf(arena, "UPDATE %s SET %s = %s WHERE %s = '%s'", table,
                                     names[i], value, of_document, papers[paper].document.id));
        if (strncmp(difference_of(db, paper), table, strlen(table)) != 0)
            fail_msg("%s.%s was changed and nothing is told", table, names[i]);
        db_rollback(db);
        changed++;
    }
    return changed;
}

/* Page 0 of a paper in the full text, taken out ('delete') or put in: what it is says text. */
static void feed_text(struct db *db, const char *command, size_t paper, const char *text)
{
    bool out = *command != '\0';
    run_or_fail(db, arena_printf(arena,
                                 "INSERT INTO catalog_text (%srowid, text) SELECT %s c.id, %s FROM"
                                 " catalog_page c JOIN catalog_entry e ON e.id = c.entry_id"
                                 " WHERE c.page = 0 AND e.document_id = '%s'",
                                 out ? "catalog_text, " : "", out ? "'delete'," : "",
                                 text ? text : "c.text", papers[paper].document.id));
}

static void words_that_are_not_the_packages_are_told(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("words.db", &index);
    for (size_t i = 0; i < 4; i++)
        take(index, packages[i]);
    assert_string_equal(difference_of(db, 1), "");
    assert_int_equal(db_begin(db, &error), STATUS_OK);
    feed_text(db, "delete", 1, NULL); /* removed */
    assert_string_equal(difference_of(db, 1), "catalog_text");
    assert_string_equal(difference_of(db, 2), "");
    feed_text(db, "", 1, "'chỉ còn mấy chữ này'"); /* changed */
    assert_string_equal(difference_of(db, 1), "catalog_text");
    db_rollback(db);
    assert_int_equal(db_begin(db, &error), STATUS_OK);
    run_or_fail(db, arena_printf(arena,
                                 "INSERT INTO catalog_names (catalog_names, rowid, base)"
                                 " SELECT 'delete', n.id, n.base FROM catalog_name n WHERE n.name ="
                                 " '%s'",
                                 papers[1].document.fields[FIELD_OWNER].value));
    assert_string_equal(difference_of(db, 1), "catalog_names");
    db_rollback(db);
    index_close(index);
    db_close(db);
}

static int64_t more_words(struct db *db)
{
    struct mirror *mirror = NULL;
    const char *difference = NULL;
    int64_t more = -1;
    assert_int_equal(mirror_open(db, &roadmap, "config", &mirror, &error), STATUS_OK);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(mirror_compare(mirror, packages[i], arena, &difference, &error),
                         STATUS_OK);
    assert_int_equal(mirror_more_words(mirror, &more, &error), STATUS_OK);
    mirror_close(mirror);
    return more;
}

static void words_that_no_package_has_are_counted(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("more.db", &index);
    for (size_t i = 0; i < 4; i++)
        take(index, packages[i]);
    assert_int_equal(more_words(db), 0);
    assert_int_equal(db_begin(db, &error), STATUS_OK);
    feed_text(db, "", 1, "'zzyzx'");
    assert_string_equal(difference_of(db, 1), "");
    assert_true(more_words(db) > 0);
    db_rollback(db);
    index_close(index);
    db_close(db);
}

static void each_column_that_differs_from_the_package_is_told(void **state)
{
    (void)state;
    static const char of_entry[] =
        "(SELECT document_id FROM catalog_entry e WHERE e.id = entry_id)";
    struct index *index = NULL;
    struct db *db = rig_open("mirror.db", &index);
    for (size_t i = 0; i < 4; i++)
        take(index, packages[i]);
    assert_string_equal(difference_of(db, 1), "");
    assert_int_equal(change_each(db, "catalog_entry", "document_id", 1), 17);
    assert_int_equal(change_each(db, "catalog_person", of_entry, 1), 5);
    assert_int_equal(change_each(db, "catalog_identifier", of_entry, 1), 1);
    assert_int_equal(change_each(db, "catalog_page", of_entry, 1), 2);
    assert_int_equal(change_each(db, "catalog_version", "document_id", 1), 15);
    assert_int_equal(change_each(db, "catalog_facet", of_entry, 1), 10);
    assert_int_equal(change_each(db, "owner_mention",
                                 "(SELECT document_id FROM catalog_entry e WHERE e.id = "
                                 "owner_mention.id / 65536)",
                                 1),
                     8);
    assert_string_equal(difference_of(db, 1), "");
    index_close(index);
    db_close(db);
}

/* It is shared by all papers of the unit, so it is compared with none of them. */
static void another_name_for_a_unit_is_told(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("unit.db", &index);
    take(index, packages[0]);
    assert_string_equal(difference_of(db, 0), "");
    run_or_fail(db, "UPDATE catalog_unit SET name = upper(name)"); /* as another paper spells it */
    assert_string_equal(difference_of(db, 0), "");
    run_or_fail(db, "UPDATE catalog_unit SET name = 'Xã Khác'");
    assert_string_equal(difference_of(db, 0), "catalog_unit.name");
    index_close(index);
    db_close(db);
}

static void rows_too_many_and_too_few_are_told(void **state)
{
    (void)state;
    struct index *index = NULL;
    struct db *db = rig_open("rows.db", &index);
    take(index, packages[0]);
    assert_int_equal(db_begin(db, &error), STATUS_OK);
    run_or_fail(db, "INSERT INTO catalog_identifier (id, entry_id, digits)"
                    " SELECT 99, id, '001203004567' FROM catalog_entry");
    assert_string_equal(difference_of(db, 0), "catalog_identifier");
    db_rollback(db);
    assert_int_equal(db_begin(db, &error), STATUS_OK);
    run_or_fail(db, "DELETE FROM catalog_person");
    assert_string_equal(difference_of(db, 0), "catalog_person");
    db_rollback(db);
    assert_int_equal(db_begin(db, &error), STATUS_OK);
    run_or_fail(db, "INSERT INTO catalog_images (entry_id, class, pages, bytes, over_budget)"
                    " SELECT id, 'color', 1, 1, 0 FROM catalog_entry");
    assert_string_equal(difference_of(db, 0), "catalog_images");
    db_rollback(db);
    index_close(index);
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_column_that_differs_from_the_package_is_told),
        cmocka_unit_test(words_that_are_not_the_packages_are_told),
        cmocka_unit_test(words_that_no_package_has_are_counted),
        cmocka_unit_test(another_name_for_a_unit_is_told),
        cmocka_unit_test(rows_too_many_and_too_few_are_told),
        cmocka_unit_test(made_again_in_another_order_it_answers_the_same),
        cmocka_unit_test(opened_again_it_answers_the_same),
        cmocka_unit_test(looking_only_works_on_a_catalogue_that_is_there),
        cmocka_unit_test(the_path_is_that_in_the_store),
        cmocka_unit_test(a_package_goes_in_with_the_callers_transaction),
        cmocka_unit_test(a_package_that_cannot_be_read_is_refused),
        cmocka_unit_test(a_text_that_was_changed_behind_the_index_is_noticed),
        cmocka_unit_test(what_is_damaged_is_mended_and_answers_the_same),
        cmocka_unit_test(made_anew_beside_it_answers_from_the_old_until_it_is_put_in_its_place),
        cmocka_unit_test(what_has_no_package_any_more_is_carried_over),
        cmocka_unit_test(one_begun_under_other_catalogues_or_damaged_begins_again),
        cmocka_unit_test(a_newer_catalogue_is_left_alone),
    };
    return cmocka_run_group_tests(tests, begin, rig_end_bare);
}
