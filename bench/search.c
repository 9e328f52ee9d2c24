/*
 * Search over invented noisy papers against plain FTS5 on the same texts, in the same run: how
 * often the right paper comes first, how long a question takes, how large and how fast the index
 * is.
 *
 *   search [PAGES [QUERIES]]      (20000 and 150 a class unless said)
 *
 * Plain FTS5 is unicode61 with remove_diacritics 2 and the usual plan: the words as a phrase, else
 * all of them, else any, ranked by bm25. Times are CPU of one process, everything in the cache.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "index/index.h"
#include "tests/made_papers.h"

enum { SEED = 2026, CLASSES = 6 };

struct question {
    const char *text, *document_id;
};

struct measure {
    double *times_ms;
    size_t count, first, in_ten;
};

static struct arena *arena;
static struct error error;

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

/* ---------------------------------------------------------------- plain FTS5 */

static enum status plain_try(struct db *db, const char *words, const char *joint, const char *id,
                             size_t *place)
{
    struct buffer match = {0};
    struct db_query *query = NULL;
    char *copy = arena_strdup(arena, words), *rest = NULL;
    bool phrase = strcmp(joint, " ") == 0;
    for (char *word = strtok_r(copy, " /-.", &rest); word; word = strtok_r(NULL, " /-.", &rest))
        buffer_printf(&match, phrase ? "%s%s" : "%s\"%s\"",
                      match.size ? joint
                      : phrase   ? "\""
                                 : "",
                      word);
    if (phrase)
        buffer_text(&match, "\"");
    must(db_prepare(db,
                    "SELECT d.document_id FROM plain JOIN plain_page d ON d.id = plain.rowid"
                    " WHERE plain MATCH ? ORDER BY rank LIMIT 10",
                    &query, &error));
    db_bind_text(query, 1, (const char *)match.data);
    size_t rows = 0;
    *place = 0;
    while (db_step(query, &error) == STATUS_OK)
        if (++rows && !*place && strcmp(db_text(query, 0), id) == 0)
            *place = rows;
    db_finish(query);
    buffer_clear(&match);
    return rows ? STATUS_OK : STATUS_END;
}

static size_t plain_place(struct db *db, const struct question *question)
{
    static const char *const joints[] = {" ", " AND ", " OR "};
    size_t place = 0;
    for (int i = 0; i < 3; i++)
        if (plain_try(db, question->text, joints[i], question->document_id, &place) == STATUS_OK)
            break;
    return place;
}

/* ---------------------------------------------------------------- ours */

static size_t our_place(struct index *index, const struct question *question)
{
    struct arena *own = arena_new();
    struct search_result result;
    must(index_search(index, &(struct search_query){.text = question->text}, own, &result, &error));
    size_t place = 0;
    for (size_t i = 0; i < result.hit_count && !place; i++)
        if (strcmp(result.hits[i].document_id, question->document_id) == 0)
            place = i + 1;
    arena_free(own);
    return place;
}

/* ---------------------------------------------------------------- questions */

static const char *const class_names[CLASSES] = {"phrase", "phrase, no marks",  "four words apart",
                                                 "name",   "number, 12 digits", "number and sign"};

/* Every other word of the phrase, the owner's given name and the mother's: words far apart. */
static const char *words_apart(const struct made_paper *paper)
{
    char *copy = arena_strdup(arena, paper->phrase), *rest = NULL, *words[6] = {NULL};
    size_t count = 0;
    for (char *word = strtok_r(copy, " ", &rest); word && count < 6;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    return arena_printf(arena, "%s %s %s %s", words[4], words[2], strrchr(paper->mother, ' ') + 1,
                        words[0]);
}

static const char *ask(const struct made_paper *paper, int class)
{
    switch (class) {
    case 0:
        return paper->phrase;
    case 1:
        return text_fold(arena, paper->phrase);
    case 2:
        return words_apart(paper);
    case 3: /* a mother's name stands in the text only; with a word of her paper */
        return arena_printf(arena, "%s %s", paper->mother, paper->phrase);
    case 4:
        return paper->mother_id;
    default:
        return paper->document.fields[FIELD_NUMBER].value;
    }
}

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

static void add_measure(struct measure *measure, double started_ms, size_t place)
{
    measure->times_ms[measure->count++] = cpu_ms() - started_ms;
    measure->first += place == 1;
    measure->in_ten += place > 0;
}

static double part(size_t some, size_t all)
{
    return all ? (double)some / (double)all : 0;
}

static void print_row(const char *name, struct measure *ours, struct measure *plain)
{
    qsort(ours->times_ms, ours->count, sizeof(double), by_value);
    qsort(plain->times_ms, plain->count, sizeof(double), by_value);
    double our_p50 = ours->times_ms[ours->count / 2],
           our_p99 = ours->times_ms[ours->count * 99 / 100];
    double p50 = plain->times_ms[plain->count / 2], p99 = plain->times_ms[plain->count * 99 / 100];
    printf("| %-17s | %.2f/%.2f | %.2f/%.2f | %6.2f %6.2f | %6.2f %6.2f | %5.2f | %5.2f |\n", name,
           part(ours->first, ours->count), part(ours->in_ten, ours->count),
           part(plain->first, plain->count), part(plain->in_ten, plain->count), our_p50, our_p99,
           p50, p99, our_p50 / p50, our_p99 / p99);
}

/* ---------------------------------------------------------------- the whole */

struct bench {
    struct db *ours, *plain;
    struct index *index;
    uint32_t papers;
    size_t pages, text_bytes;
    double our_ms, plain_ms;
};

static void fill(struct bench *bench, size_t pages)
{
    struct arena *own = arena_new();
    must(db_begin(bench->ours, &error));
    must(db_begin(bench->plain, &error));
    for (; bench->pages < pages; bench->papers++) {
        struct made_paper paper;
        made_paper(SEED, bench->papers, bench->papers % 5 < 3 ? MADE_HEAVY : MADE_LIGHT, own,
                   &paper);
        double started = cpu_ms();
        must(index_document(bench->index, &paper.document, "2026/x/v1", paper.text, &error));
        bench->our_ms += cpu_ms() - started;
        started = cpu_ms();
        for (size_t i = 0; i < paper.document.page_count; i++) {
            bench->text_bytes += strlen(paper.text[i]);
            bench->pages++;
            must(db_do(bench->plain, &error,
                       "INSERT INTO plain_page (id, document_id, text) VALUES (?, ?, ?)", "iss",
                       (int64_t)bench->pages, paper.document.id, paper.text[i]));
            must(db_do(bench->plain, &error, "INSERT INTO plain (rowid, text) VALUES (?, ?)", "is",
                       (int64_t)bench->pages, paper.text[i]));
        }
        bench->plain_ms += cpu_ms() - started;
        if (bench->papers % 500 == 0)
            arena_clear(own);
    }
    must(db_commit(bench->ours, &error));
    must(db_commit(bench->plain, &error));
    arena_free(own);
}

static double index_bytes(struct db *db, const char *tables)
{
    struct db_query *query = NULL;
    double bytes = 0;
    must(db_prepare(
        db, arena_printf(arena, "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%s'", tables),
        &query, &error));
    if (db_step(query, &error) == STATUS_OK)
        bytes = db_real(query, 0);
    db_finish(query);
    return bytes;
}

static void measure_class(struct bench *bench, int class, size_t queries)
{
    struct measure ours = {arena_array(arena, queries, sizeof(double)), 0, 0, 0};
    struct measure plain = {arena_array(arena, queries, sizeof(double)), 0, 0, 0};
    for (size_t q = 0; q < queries; q++) {
        struct made_paper paper;
        uint32_t number = (uint32_t)(q * bench->papers / queries);
        made_paper(SEED, number, number % 5 < 3 ? MADE_HEAVY : MADE_LIGHT, arena, &paper);
        struct question question = {ask(&paper, class), paper.document.id};
        double started = cpu_ms();
        add_measure(&ours, started, our_place(bench->index, &question));
        started = cpu_ms();
        add_measure(&plain, started, plain_place(bench->plain, &question));
    }
    print_row(class_names[class], &ours, &plain);
}

int main(int argc, char **argv)
{
    size_t pages = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
    size_t queries = argc > 2 ? strtoul(argv[2], NULL, 10) : 150;
    char folder[] = "/tmp/sohoa-bench-XXXXXX";
    struct roadmap roadmap;
    struct bench bench = {0};
    message_use("en");
    arena = arena_new();
    if (!mkdtemp(folder) || pages == 0 || queries == 0)
        return 1;
    must(roadmap_read("config/roadmap.conf", arena, &roadmap, &error));
    must(db_open(file_join(arena, folder, "ours.db"), true, &bench.ours, &error));
    must(db_open(file_join(arena, folder, "plain.db"), true, &bench.plain, &error));
    must(index_open(bench.ours, &roadmap, "config", &bench.index, &error));
    must(db_run(bench.plain,
                "CREATE TABLE plain_page (id integer PRIMARY KEY, document_id text, text text);"
                "CREATE VIRTUAL TABLE plain USING fts5(text, content='plain_page',"
                " content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
                &error));
    fill(&bench, pages);
    double megabytes = (double)bench.text_bytes / 1e6;
    printf("%zu pages of %u papers, %.1f MB of text; %zu questions a class\n\n", bench.pages,
           bench.papers, megabytes, queries);
    printf(
        "| asked             | first/in ten: ours | plain | p50 p99 ms: ours | plain | ours/plain "
        "p50 | p99 |\n|---|---|---|---|---|---|---|\n");
    for (int class = 0; class < CLASSES; class ++)
        measure_class(&bench, class, queries);
    double our_index =
        index_bytes(bench.ours, "catalog_words%") + index_bytes(bench.ours, "catalog_skeletons%");
    printf(
        "\nindex/text: ours %.2f, plain %.2f; indexing: ours %.1f MB/s with the catalogue, plain "
        "%.1f MB/s\n",
        our_index / 1e6 / megabytes, index_bytes(bench.plain, "plain_data") / 1e6 / megabytes,
        megabytes / bench.our_ms * 1e3, megabytes / bench.plain_ms * 1e3);
    index_close(bench.index);
    db_close(bench.ours);
    db_close(bench.plain);
    arena_free(arena);
    return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : 1;
}
