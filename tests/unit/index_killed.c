/*
 * Entering papers, killed at any moment: what was acknowledged is there and found, the full text
 * fits the catalogue, and made anew it is the same. And readers beside a writer see whole papers.
 *
 *   INDEX_KILLS=100   so many kills (6 unless said)
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/buffer.h"
#include "index/catalog/catalog.h"
#include "index/text/full_text.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig_bare.h"

enum { BATCH = 3, READERS = 3, WRITTEN = 60 };

struct place {
    struct db *db;
    struct index *index;
};

static struct place open_place(const char *path, bool looking)
{
    struct place place = {0};
    enum status status = looking ? db_open_readonly(path, &place.db, &error)
                                 : db_open(path, true, &place.db, &error);
    if (status == STATUS_OK)
        status = index_open(place.db, &roadmap, "config", &place.index, &error);
    if (status != STATUS_OK) {
        fprintf(stderr, "%s\n", error.text);
        exit(3);
    }
    return place;
}

static void close_place(struct place *place)
{
    index_close(place->index);
    db_close(place->db);
}

/* A batch of papers in one transaction, the odd ones for the second time. */
static enum status enter(struct place *place, uint32_t from)
{
    enum status status = db_begin(place->db, &error);
    struct arena *own = arena_new();
    for (uint32_t i = from; i < from + BATCH && status == STATUS_OK; i++) {
        struct made_paper paper;
        made_paper(7, i, (enum made_noise)(i % 3), own, &paper);
        for (uint32_t again = 0; again <= i % 2 && status == STATUS_OK; again++)
            status = index_document(place->index, &paper.document, paper.document.id, paper.text,
                                    &error);
    }
    arena_free(own);
    return status == STATUS_OK ? db_commit(place->db, &error) : status;
}

/* Enters papers from the first on and tells each batch that is committed. */
static void write_until_killed(const char *path, int tell)
{
    struct place place = open_place(path, false);
    for (uint32_t from = 0; enter(&place, from) == STATUS_OK; from += BATCH) {
        uint32_t done = from + BATCH;
        if (write(tell, &done, sizeof done) != sizeof done)
            break;
    }
    _exit(4);
}

static uint32_t killed_after(const char *path, long microseconds)
{
    int ends[2];
    uint32_t done = 0, told;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0)
        write_until_killed(path, ends[1]);
    close(ends[1]);
    assert_int_equal(read(ends[0], &told, sizeof told), sizeof told); /* the first is in */
    done = told;
    struct timespec pause = {0, microseconds * 1000};
    nanosleep(&pause, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    while (read(ends[0], &told, sizeof told) == sizeof told)
        done = told;
    close(ends[0]);
    return done;
}

/* Every term with the pages that have it. */
static const char *dump(struct db *db)
{
    struct buffer out = {0};
    struct db_query *query = NULL;
    assert_int_equal(
        db_run(db,
               "CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, catalog_text,"
               " instance);"
               "CREATE VIRTUAL TABLE IF NOT EXISTS temp.name_terms USING fts5vocab(main,"
               " catalog_names, instance)",
               &error),
        STATUS_OK);
    assert_int_equal(db_prepare(db,
                                "SELECT term, doc FROM temp.terms UNION ALL"
                                " SELECT t.term, n.name FROM temp.name_terms t"
                                " JOIN catalog_name n ON n.id = t.doc ORDER BY 1, 2",
                                &query, &error),
                     STATUS_OK);
    while (db_step(query, &error) == STATUS_OK)
        buffer_printf(&out, "%s %s\n", db_text(query, 0), db_text(query, 1));
    db_finish(query);
    const char *text = arena_strdup(arena, (const char *)out.data);
    buffer_clear(&out);
    return text;
}

static size_t count_found(struct index *index, uint32_t papers)
{
    size_t found = 0;
    for (uint32_t i = 0; i < papers; i++) {
        struct arena *own = arena_new();
        struct made_paper paper;
        struct search_result result;
        made_paper(7, i, (enum made_noise)(i % 3), own, &paper);
        struct search_query query = {.text = paper.document.fields[FIELD_OWNER_ID].value};
        assert_int_equal(index_search(index, &query, own, &result, &error), STATUS_OK);
        found += result.hit_count > 0 && strcmp(result.hits[0].document_id, paper.document.id) == 0;
        arena_free(own);
    }
    return found;
}

static void what_was_acknowledged_outlives_a_kill(void **state)
{
    (void)state;
    const char *kills = getenv("INDEX_KILLS");
    uint64_t random = 41;
    for (long i = 0; i < (kills ? atol(kills) : 6); i++) {
        const char *path = file_join(arena, folder, arena_printf(arena, "killed-%ld.db", i));
        uint32_t done = killed_after(path, (long)made_random(&random, 60000));
        struct place place = open_place(path, false);
        if (index_check(place.index, &error) != STATUS_OK)
            fail_msg("kill %ld: %s", i, error.text);
        assert_int_equal(count_found(place.index, done), done);
        const char *before = dump(place.db);
        assert_int_equal(index_mend(place.index, &error), STATUS_OK);
        assert_string_equal(dump(place.db), before);
        close_place(&place);
    }
}

/* Asks until the papers are all there; the number of papers never goes back, nothing is refused. */
static void read_until_done(const char *path)
{
    struct place place = open_place(path, true);
    int64_t last = 0;
    while (last < WRITTEN) {
        struct arena *own = arena_new();
        struct search_result all, words;
        struct search_query everything = {0}, named = {.text = "công nhân dân ủy ban"};
        if (index_search(place.index, &named, own, &words, &error) != STATUS_OK ||
            index_search(place.index, &everything, own, &all, &error) != STATUS_OK ||
            all.total < last || all.total % BATCH != 0)
            _exit(1);
        last = all.total;
        arena_free(own);
    }
    close_place(&place);
    _exit(0);
}

static void readers_are_not_kept_from_reading(void **state)
{
    (void)state;
    pid_t readers[READERS];
    const char *path = file_join(arena, folder, "together.db");
    struct place place = open_place(path, false);
    assert_int_equal(enter(&place, 0), STATUS_OK);
    close_place(&place); /* no connection goes over a fork */
    for (size_t i = 0; i < READERS; i++) {
        readers[i] = fork();
        if (readers[i] == 0)
            read_until_done(path);
    }
    place = open_place(path, false);
    for (uint32_t from = BATCH; from < WRITTEN; from += BATCH)
        assert_int_equal(enter(&place, from), STATUS_OK);
    for (size_t i = 0; i < READERS; i++) {
        int status = -1;
        waitpid(readers[i], &status, 0);
        assert_int_equal(status, 0);
    }
    close_place(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_outlives_a_kill),
        cmocka_unit_test(readers_are_not_kept_from_reading),
    };
    return cmocka_run_group_tests(tests, rig_begin_bare, rig_end_bare);
}
