/*
 * What the catalogue answers beside words: the counter's question, counts by facet, pages, owners,
 * the accounts, and making it again. Each figure stands beside plain SQL on the same database in
 * the same run.
 *
 *   catalog [PAPERS [PACKAGES]]      (100000 and 2000 unless said)
 *
 * Papers are invented and have hardly any text; times are CPU of one process, all in the cache.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "account/progress.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "core/words.h"
#include "index/catalogue.h"
#include "index/index.h"
#include "index/owner.h"
#include "index/rebuild.h"
#include "tests/made_papers.h"

enum { ROUNDS = 200, SEED = 2027, UNITS = 300, TYPES = 12 };
#define TODAY "2026-11-30"

static struct arena *arena;
static struct error error;
static struct db *db;
static struct index *index_;
static struct roadmap roadmap;
static int64_t papers;

static void must(enum status status)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "%s\n", error.text);
    exit(1);
}

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ---------------------------------------------------------------- invented papers */

static const char *const families[] = {"Nguyễn", "Trần", "Lê",   "Phạm",
                                       "Hoàng",  "Vũ",   "Đặng", "Bùi"};
static const char *const middles[] = {"Văn", "Thị", "Hữu", "Đức", "Ngọc", "Minh", "Xuân", "Thanh"};
static const char *const givens[] = {"An",  "Bình", "Cường", "Dũng", "Giang", "Hà",
                                     "Hải", "Hòa",  "Hương", "Lan",  "Sơn",   "Yến"};

/* Three papers a person. One in five bears no number, one in ten an old one; one in 500 was taken
 * in twice. */
static void make_paper(int64_t number, struct arena *own, struct document *out)
{
    static struct document_page page = {.name = "0001-1", .file = "x"};
    const char *name = arena_printf(own, "%lld", (long long)number);
    number -= number % 500 == 499;
    uint64_t person = (uint64_t)number / 3 * 2654435761u + SEED, paper = (uint64_t)number + SEED;
    int year = 1930 + (int)made_random(&person, 90);
    document_init(out, "B", name);
    out->version = 1;
    out->signed_at = "2026-01-01T00:00:00+07:00";
    out->box_code = arena_printf(own, "H%lld", (long long)number / 500);
    out->shelf = arena_printf(own, "G%lld", (long long)number / 20000);
    out->fields[FIELD_TYPE].value =
        arena_printf(own, number % 41 == 0 ? "tthn" : "loai_%u", made_random(&paper, TYPES));
    out->fields[FIELD_PROCEDURE].value = arena_printf(own, "1.%06u", made_random(&paper, 60));
    out->fields[FIELD_UNIT].value = arena_printf(own, "Xã số %u", made_random(&paper, UNITS));
    out->fields[FIELD_DATE].value =
        arena_printf(own, "%04u-%02u-%02u", 1980 + made_random(&paper, 46),
                     1 + made_random(&paper, 12), 1 + made_random(&paper, 28));
    out->fields[FIELD_NUMBER].value = arena_printf(
        own, "%u/%u/QĐ-UBND", 1 + made_random(&paper, 9000), 1980 + made_random(&paper, 46));
    out->fields[FIELD_OWNER].value =
        arena_printf(own, "%s %s %s", families[made_random(&person, 8)],
                     middles[made_random(&person, 8)], givens[made_random(&person, 12)]);
    out->fields[FIELD_BIRTH_DATE].value = arena_printf(
        own, "%04d-%02u-%02u", year, 1 + made_random(&person, 12), 1 + made_random(&person, 28));
    if (number % 5 != 0)
        out->fields[FIELD_OWNER_ID].value =
            number % 10 == 1 ? arena_printf(own, "%09u", made_random(&person, 1000000000))
                             : arena_printf(own, "038%c%02d%06u", year < 2000 ? '0' : '2',
                                            year % 100, made_random(&person, 1000000));
    out->pages = &page;
    out->page_count = 1;
}

static double fill(void)
{
    struct arena *own = arena_new();
    static const char *const text[] = {"quyết định"};
    double spent = 0;
    must(db_begin(db, &error));
    for (int64_t i = 0; i < papers; i++) {
        struct document document;
        make_paper(i, own, &document);
        double started = cpu_ms();
        must(index_document(index_, &document, "2026/x/v1", text, &error));
        spent += cpu_ms() - started;
        must(account_place(db, document.id, 1, i + 1, TODAY, &error));
        if (i % 1000 == 999) {
            arena_clear(own);
            must(db_commit(db, &error));
            must(db_begin(db, &error));
        }
    }
    must(db_commit(db, &error));
    arena_free(own);
    return spent;
}

/* ---------------------------------------------------------------- measured */

struct times {
    double ms[ROUNDS];
    size_t count;
};

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static double part(struct times *times, double share)
{
    qsort(times->ms, times->count, sizeof(double), by_value);
    return times->ms[(size_t)((double)(times->count - 1) * share)];
}

static void row(const char *what, struct times *ours, struct times *plain)
{
    double p50 = part(ours, .5), p99 = part(ours, .99);
    printf("| %-44s | %8.3f %8.3f |", what, p50, p99);
    if (plain->count > 0)
        printf(" %8.3f %8.3f | %6.3f |\n", part(plain, .5), part(plain, .99),
               p50 / part(plain, .5));
    else
        printf(" %17s | %6s |\n", "", "");
}

static void plain_sql(struct times *times, const char *sql, const char *text)
{
    struct db_query *query = NULL;
    double started = cpu_ms();
    must(db_prepare(db, sql, &query, &error));
    if (text)
        db_bind_text(query, 1, text);
    while (db_step(query, &error) == STATUS_OK)
        ;
    db_finish(query);
    times->ms[times->count++] = cpu_ms() - started;
}

static struct search_result ask(struct times *times, struct search_query query, struct arena *own)
{
    struct search_result result;
    double started = cpu_ms();
    must(index_search(index_, &query, own, &result, &error));
    times->ms[times->count++] = cpu_ms() - started;
    return result;
}

static void bench_has(void)
{
    struct times ours = {0}, plain = {0}, named = {0}, by_name = {0};
    for (int i = 0; i < ROUNDS; i++) {
        struct arena *own = arena_new();
        struct document document;
        struct owner_answer answer;
        make_paper((int64_t)i * papers / ROUNDS / 10 * 10 + 2, own, &document);
        const char *digits = document.fields[FIELD_OWNER_ID].value;
        struct owner_has question = {
            .who.digits = digits, .type = document.fields[FIELD_TYPE].value, .today = TODAY};
        double started = cpu_ms();
        must(owner_ask(db, &question, own, &answer, &error));
        ours.ms[ours.count++] = cpu_ms() - started;
        plain_sql(&plain,
                  "SELECT e.document_id FROM catalog_identifier i JOIN catalog_entry e"
                  " ON e.id = i.entry_id WHERE i.digits = ?",
                  digits);
        question.who =
            (struct owner_question){.name = document.fields[FIELD_OWNER].value,
                                    .birth_date = document.fields[FIELD_BIRTH_DATE].value};
        started = cpu_ms();
        must(owner_ask(db, &question, own, &answer, &error));
        named.ms[named.count++] = cpu_ms() - started;
        plain_sql(&by_name,
                  "SELECT e.document_id FROM catalog_person p JOIN catalog_entry e"
                  " ON e.id = p.entry_id WHERE p.name = ?",
                  document.fields[FIELD_OWNER].value);
        arena_free(own);
    }
    row("has it? by number (plain: papers of the number)", &ours, &plain);
    row("has it? by name and birth (plain: by name)", &named, &by_name);
}

static void bench_facets(const char *what, struct search_query query, const char *condition,
                         int rounds)
{
    static const char *const columns[] = {"year", "type", "procedure", "unit_id",
                                          "shelf, box_code"};
    struct times ours = {0}, plain = {0};
    query.facets = true;
    for (int i = 0; i < rounds; i++) {
        struct arena *own = arena_new();
        ask(&ours, query, own);
        if (i < 5 && condition) {
            struct times each = {0};
            for (size_t j = 0; j < sizeof columns / sizeof *columns; j++)
                plain_sql(&each,
                          arena_printf(own, "SELECT %s, count(*) FROM catalog_entry%s GROUP BY %s",
                                       columns[j], condition, columns[j]),
                          NULL);
            for (size_t j = 0; j < each.count; j++)
                plain.ms[plain.count] += each.ms[j];
            plain.count++;
        }
        arena_free(own);
    }
    row(what, &ours, &plain);
}

/* Deep into the list: behind a cursor, and by counting off. */
static void bench_pages(enum search_sort sort, const char *what)
{
    struct times ours = {0}, plain = {0};
    struct arena *own = arena_new();
    struct search_query query = {.sort = sort, .limit = 50, .offset = (int)(papers / 2)};
    for (int i = 0; i < 20; i++) {
        struct search_query skipping = query;
        skipping.offset += i * 50;
        struct search_result result = ask(&plain, skipping, own);
        query.after = result.after;
        struct search_query behind = {.sort = sort, .limit = 50, .after = result.after};
        ask(&ours, behind, own);
    }
    arena_free(own);
    row(what, &ours, &plain);
}

/* ---------------------------------------------------------------- the accounts */

static enum status count_row(void *context, const struct progress_row *row, struct error *unused)
{
    (void)unused;
    if (!row->band)
        *(struct progress_row *)context = *row;
    return STATUS_OK;
}

static void bench_progress(bool with_twins, const char *what)
{
    struct times ours = {0}, plain = {0};
    for (int i = 0; i < 3; i++) {
        struct account_at at = account_now(TODAY);
        struct progress_row total = {0};
        at.with_twins = with_twins;
        double started = cpu_ms();
        must(progress_each(db, &roadmap, &at, PROGRESS_BY_UNIT | PROGRESS_BY_PROCEDURE, count_row,
                           &total, &error));
        ours.ms[ours.count++] = cpu_ms() - started;
        if (total.papers_done + total.papers_twice != papers ||
            total.papers_twice != (with_twins ? 0 : papers / 500))
            exit(1);
        plain_sql(&plain,
                  "SELECT year, unit, procedure, count(*), sum(pages) FROM catalog_version"
                  " GROUP BY year, unit, procedure",
                  NULL);
    }
    row(what, &ours, &plain);
}

/* ---------------------------------------------------------------- made again */

static struct words words_of(const char *text, struct arena *own)
{
    struct words words = {.width_px = 1654, .height_px = 2339, .dpi = 200, .engine = "made"};
    char *copy = arena_strdup(own, text), *lines = NULL;
    words.lines = arena_array(own, 400, sizeof *words.lines);
    for (char *line = strtok_r(copy, "\n", &lines); line && words.line_count < 400;
         line = strtok_r(NULL, "\n", &lines)) {
        struct line *out = &words.lines[words.line_count++];
        char *rest = NULL;
        out->words = arena_array(own, 200, sizeof *out->words);
        for (char *word = strtok_r(line, " ", &rest); word && out->word_count < 200;
             word = strtok_r(NULL, " ", &rest))
            out->words[out->word_count++] = (struct word){.text = word, .confidence = 1};
    }
    return words;
}

static const char *write_package(const char *store, uint32_t number, struct made_paper *paper,
                                 double *bytes)
{
    struct arena *own = arena_new();
    made_paper(SEED, number, MADE_LIGHT, own, paper);
    const char *package = arena_printf(arena, "%s/2026/%s/v1", store, paper->document.id);
    must(file_mkdirs(arena_printf(own, "%s/data/metadata/other", package), &error));
    must(file_mkdirs(arena_printf(own, "%s/data/representations/rep3/data", package), &error));
    must(document_write(&paper->document,
                        arena_printf(own, "%s/data/metadata/other/document.json", package),
                        &error));
    for (size_t i = 0; i < paper->document.page_count; i++) {
        struct words words = words_of(paper->text[i], own);
        *bytes += (double)strlen(paper->text[i]);
        must(words_write(&words,
                         arena_printf(own, "%s/data/representations/rep3/data/%s.words.json",
                                      package, paper->document.pages[i].name),
                         &error));
    }
    arena_free(own);
    return package;
}

static void bench_rebuild(const char *folder, uint32_t packages)
{
    const char **paths = arena_array(arena, packages, sizeof *paths);
    char(*ids)[37] = arena_array(arena, packages, sizeof *ids);
    const char *store = file_join(arena, folder, "store");
    struct db *live = NULL;
    struct index *index = NULL;
    struct rebuild *rebuild = NULL;
    double bytes = 0;
    int64_t kept = 0;
    bool done = false;
    for (uint32_t i = 0; i < packages; i++) {
        struct made_paper paper;
        paths[i] = write_package(store, i, &paper, &bytes);
        memcpy(ids[i], paper.document.id, sizeof ids[i]);
    }
    must(db_open(file_join(arena, folder, "live.db"), true, &live, &error));
    must(index_open(live, &roadmap, "config", &index, &error));
    double started = cpu_ms();
    for (uint32_t i = 0; i < packages; i++) {
        if (i % 200 == 0)
            must(db_begin(live, &error));
        must(index_package(index, paths[i], &error));
        if (i % 200 == 199 || i + 1 == packages)
            must(db_commit(live, &error));
    }
    double plain_ms = cpu_ms() - started;
    index_close(index);
    started = cpu_ms();
    must(rebuild_open(live, file_join(arena, folder, "rebuild.db"), &roadmap, "config", &rebuild,
                      &error));
    for (uint32_t i = 0; i < packages; i++)
        must(rebuild_add(rebuild, ids[i], 1, paths[i], &done, &error));
    double build_ms = cpu_ms() - started;
    started = cpu_ms();
    must(rebuild_swap(rebuild, live, store, &kept, &error));
    double swap_ms = cpu_ms() - started;
    rebuild_close(rebuild);
    db_close(live);
    printf("\nmade again from %u packages (%.1f MB of text): %.2f MB/s beside the one in use, %.2f "
           "MB/s entered for the first time (ratio %.2f); put in its place in %.0f ms\n",
           packages, bytes / 1e6, bytes / 1e3 / (build_ms + swap_ms), bytes / 1e3 / plain_ms,
           plain_ms / (build_ms + swap_ms), swap_ms);
}

int main(int argc, char **argv)
{
    char folder[64] = "/tmp/sohoa-bench-XXXXXX";
    if (access("/dev/shm", W_OK) == 0) /* the disk is not what is measured */
        snprintf(folder, sizeof folder, "/dev/shm/sohoa-bench-XXXXXX");
    papers = argc > 1 ? strtoll(argv[1], NULL, 10) : 100000;
    uint32_t packages = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 2000;
    message_use("en");
    arena = arena_new();
    if (!mkdtemp(folder) || papers < ROUNDS * 10)
        return 1;
    must(roadmap_read("config/roadmap.conf", arena, &roadmap, &error));
    must(db_open(file_join(arena, folder, "catalog.db"), true, &db, &error));
    must(index_open(db, &roadmap, "config", &index_, &error));
    must(catalogue_ship(db, "config/catalogues", &error));
    must(account_tables(db, &error));
    double spent = fill();
    printf("%lld papers entered in %.1f s, %.0f µs each (one line of text)\n\n", (long long)papers,
           spent / 1e3, spent * 1e3 / (double)papers);
    printf("| asked                                        | ours p50 p99 ms   | plain SQL p50 p99"
           " | ratio  |\n|---|---|---|---|\n");
    bench_has();
    bench_facets("counts of everything", (struct search_query){0}, "", 50);
    bench_facets("counts of all in force", (struct search_query){.valid_on = TODAY}, "", 50);
    bench_facets("counts of one unit", (struct search_query){.unit = "Xã số 7", .unit_exact = true},
                 " WHERE unit_id = (SELECT id FROM catalog_unit WHERE name = 'Xã số 7')", 50);
    bench_facets("counts of one band (10,000 of many)", (struct search_query){.band = "2006-2015"},
                 " WHERE year BETWEEN 2006 AND 2015", 50);
    bench_facets("counts of one type in force (10,000 of many)",
                 (struct search_query){.type = "loai_3", .valid_on = TODAY},
                 " WHERE type = 'loai_3'", 50);
    bench_facets("counts of a word that stands in all", (struct search_query){.text = "quyết định"},
                 NULL, 20);
    bench_pages(SORT_DATE, "a page from the middle, newest first (skipping)");
    bench_pages(SORT_NUMBER, "a page from the middle, by number (skipping)");
    bench_progress(true, "progress, a paper twice counting twice");
    bench_progress(false, "progress, each paper once");
    index_close(index_);
    db_close(db);
    bench_rebuild(folder, packages);
    arena_free(arena);
    return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : 1;
}
