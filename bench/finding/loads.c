#include "bench/finding/loads.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/finding/measure.h"
#include "core/file.h"
#include "core/text.h"

enum { READERS = 10, PAGES_MORE = 200, LONG_PAGES = 20, LONG_PAPERS = 50, NAMES = 400 };

static struct error error;

size_t ours_ask(struct index *index, const char *text, uint32_t found[10], struct arena *arena)
{
    struct search_result result;
    must(index_search(index, &(struct search_query){.text = text}, arena, &result, &error), &error);
    for (size_t i = 0; i < result.hit_count; i++)
        found[i] = (uint32_t)strtoul(result.hits[i].document_id + 1, NULL, 10);
    return result.hit_count;
}

void bench_miss(const struct question *question, const uint32_t *found, size_t count)
{
    size_t right = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t a = 0; a < question->answer_count; a++)
            right += question->answers[a] == found[i];
    if (right < question->answer_count)
        fprintf(stderr, "%s: %s: %zu of %zu (%u); first %u\n", question_classes[question->class],
                question->text, right, question->answer_count, question->answers[0], found[0]);
}

double bench_number(struct db *db, const char *sql)
{
    struct db_query *query = NULL;
    must(db_prepare(db, sql, &query, &error), &error);
    double number = db_step(query, &error) == STATUS_OK ? db_real(query, 0) : 0;
    db_finish(query);
    return number;
}

double bench_bytes(struct db *db, const char *names)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%s'", names);
    return bench_number(db, sql);
}

/* ---------------------------------------------------------------- writing page by page */

static void put_more(struct bench *bench, uint32_t from, uint32_t count, uint32_t batch,
                     struct measure *pages, struct measure *commits)
{
    struct arena *arena = arena_new();
    for (uint32_t i = 0; i < count; i += batch) {
        double spent = 0;
        must(db_begin(bench->ours, &error), &error);
        for (uint32_t j = 0; j < batch; j++) {
            struct paper paper;
            paper_make(bench->lexicon, bench->seed, from + i + j, true, arena, &paper, NULL);
            double started = cpu_ms();
            must(index_document(bench->index, &paper.document, "2026/x/v1", &paper.text, &error),
                 &error);
            spent += cpu_ms() - started;
        }
        double started = wall_ms(), cpu = cpu_ms();
        must(db_commit(bench->ours, &error), &error);
        measure_time(commits, wall_ms() - started);
        measure_time(pages, (spent + cpu_ms() - cpu) / batch);
        arena_clear(arena);
    }
    arena_free(arena);
}

static void write_pages(struct bench *bench)
{
    puts("\n| pages a commit | CPU ms a page p50  p99 (target 1) | commit wall ms p50  max (target "
         "100) |\n|---|---|---|");
    for (uint32_t batch = 1, from = bench->papers; batch <= 100; batch *= 10) {
        struct measure pages = {0}, commits = {0};
        put_more(bench, from, PAGES_MORE * (batch == 1 ? 1 : 5), batch, &pages, &commits);
        from += PAGES_MORE * 5;
        printf("| %14u | %18.2f %6.2f            | %19.1f %6.1f             |\n", batch,
               measure_part(&pages, 50), measure_part(&pages, 99), measure_part(&commits, 50),
               measure_part(&commits, 100));
    }
}

/* ---------------------------------------------------------------- in processes of their own */

/* What a process of its own tells, through a pipe. */
struct told {
    double p50, p99, worst, resident_mb, asked;
};

static double anonymous_mb(void)
{
    char line[256];
    double kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "RssAnon:", 8) == 0)
            kb = strtod(line + 8, NULL);
    if (status)
        fclose(status);
    return kb / 1024;
}

/* Asks for so long, or every question once (seconds 0), on a connection of its own. */
static struct told ask_alone(const struct bench *bench, double seconds, size_t first)
{
    struct arena *arena = arena_new();
    struct measure times = {0};
    struct db *db = NULL;
    struct index *index = NULL;
    double empty = anonymous_mb(), ends = wall_ms() + seconds * 1e3;
    must(db_open_readonly(bench->path, &db, &error), &error);
    must(index_open(db, bench->roadmap, "config", &index, &error), &error);
    for (size_t i = 0; seconds > 0 ? wall_ms() < ends : i < bench->questions->count; i++) {
        uint32_t found[10];
        const struct question *question =
            &bench->questions->at[(first + i * 7) % bench->questions->count];
        double started = wall_ms();
        ours_ask(index, question->text, found, arena);
        measure_time(&times, wall_ms() - started);
        arena_clear(arena);
    }
    struct told told = {measure_part(&times, 50), measure_part(&times, 99),
                        measure_part(&times, 100), anonymous_mb() - empty, (double)times.count};
    index_close(index);
    db_close(db);
    return told;
}

static int start(const struct bench *bench, double seconds, size_t first, pid_t *pid)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0 || (*pid = fork()) < 0)
        exit(1);
    if (*pid > 0) {
        close(ends[1]);
        return ends[0];
    }
    struct told told = ask_alone(bench, seconds, first);
    _exit(write(ends[1], &told, sizeof told) == sizeof told ? 0 : 1);
}

static bool hear(int fd, pid_t pid, struct told *told)
{
    int status = 0;
    bool heard = read(fd, told, sizeof *told) == sizeof *told;
    close(fd);
    waitpid(pid, &status, 0);
    return heard && status == 0;
}

static void readers(struct bench *bench)
{
    pid_t pids[READERS];
    int fds[READERS];
    struct measure pages = {0}, commits = {0};
    double worst = 0, p99 = 0, asked = 0, seconds = 5;
    size_t blocked = 0;
    for (size_t i = 0; i < READERS; i++)
        fds[i] = start(bench, seconds, i * 101, &pids[i]);
    double ends = wall_ms() + seconds * 1e3;
    for (uint32_t from = bench->papers + 10000; wall_ms() < ends; from += 10)
        put_more(bench, from, 10, 10, &pages, &commits);
    for (size_t i = 0; i < READERS; i++) {
        struct told told;
        if (!hear(fds[i], pids[i], &told)) {
            blocked++;
            continue;
        }
        asked += told.asked;
        worst = told.worst > worst ? told.worst : worst;
        p99 = told.p99 > p99 ? told.p99 : p99;
    }
    printf("\nten readers beside one writer for %.0f s: %.0f questions, worst p99 %.0f ms of wall "
           "time, worst %.0f ms, readers refused: %zu; %zu commits of ten pages, p50 %.1f, worst "
           "%.1f ms\n",
           seconds, asked, p99, worst, blocked, commits.count, measure_part(&commits, 50),
           measure_part(&commits, 100));
}

static void alone(struct bench *bench)
{
    struct told told;
    pid_t pid;
    int fd = start(bench, 0, 0, &pid);
    if (hear(fd, pid, &told))
        printf("\na process of its own, warm: wall ms p50 %.2f p99 %.1f; %.1f MB resident beside "
               "the page cache (target 64)\n",
               told.p50, told.p99, told.resident_mb);
    sync();
    fd = open(bench->path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0) {
        close(fd);
        fd = start(bench, 0, 0, &pid);
        if (hear(fd, pid, &told))
            printf("the same with a cold cache: p50 %.2f p99 %.1f worst %.0f ms\n", told.p50,
                   told.p99, told.worst);
    }
}

/* ---------------------------------------------------------------- papers of twenty pages */

static void long_papers(struct bench *bench)
{
    struct measure times = {0}, found_times = {0};
    struct arena *arena = arena_new();
    must(db_begin(bench->ours, &error), &error);
    for (uint32_t i = 0; i < LONG_PAPERS; i++) {
        struct paper pages[LONG_PAGES];
        const char *texts[LONG_PAGES];
        struct document_page named[LONG_PAGES];
        for (uint32_t p = 0; p < LONG_PAGES; p++) {
            paper_make(bench->lexicon, bench->seed, bench->papers + 50000 + i * LONG_PAGES + p,
                       true, arena, &pages[p], NULL);
            texts[p] = pages[p].text;
            named[p] = (struct document_page){.name = arena_printf(arena, "%04u-1", p + 1),
                                              .file = "x.scan.tif"};
        }
        pages[0].document.pages = named;
        pages[0].document.page_count = LONG_PAGES;
        double started = cpu_ms();
        must(index_document(bench->index, &pages[0].document, "2026/x/v1", texts, &error), &error);
        measure_time(&times, cpu_ms() - started);
        arena_clear(arena);
    }
    must(db_commit(bench->ours, &error), &error);
    for (uint32_t i = 0; i < LONG_PAPERS; i++) {
        struct paper page;
        uint32_t found[10], first = bench->papers + 50000 + i * LONG_PAGES;
        paper_make(bench->lexicon, bench->seed, first + 13, false, arena, &page, NULL);
        const char *start = page.free[0], *end = start;
        for (int words = 0; words < 6 && end; words++)
            end = strchr(end + 1, ' ');
        const char *phrase = end ? arena_strndup(arena, start, (size_t)(end - start)) : start;
        struct question question = {.answers = {first}, .answer_count = 1};
        double started = cpu_ms();
        size_t count = ours_ask(bench->index, phrase, found, arena);
        measure_add(&found_times, cpu_ms() - started, &question, found, count);
    }
    printf("\npapers of %d pages: %.1f CPU ms to enter one; a phrase of page 14: hit@1 %.2f rec@10 "
           "%.2f, p50 %.2f p99 %.1f ms\n",
           LONG_PAGES, measure_part(&times, 50), measure_first(&found_times),
           measure_in_ten(&found_times), measure_part(&found_times, 50),
           measure_part(&found_times, 99));
    arena_free(arena);
}

/* ---------------------------------------------------------------- while typing */

/* What somebody has typed of a name: letters from the left; given name and a letter of the family
 * name; all words but the last and a letter of it; two letters of the last word. */
static const char *typed_of(const char *name, int way, struct arena *arena)
{
    const char *folded = text_fold(arena, name), *given = strrchr(folded, ' ') + 1;
    switch (way) {
    case 0:
        return arena_strndup(arena, folded, 4);
    case 1:
        return arena_strndup(arena, folded, 9);
    case 2:
        return arena_printf(arena, "%s %.1s", given, folded);
    case 3:
        return arena_strndup(arena, folded, (size_t)(given - folded) + 1);
    default:
        return arena_strndup(arena, given, 2);
    }
}

static void typing(struct bench *bench)
{
    static const char *const ways[] = {"4 letters from the left", "9 letters from the left",
                                       "given name, 1 letter", "all but the last, 1 letter",
                                       "2 letters of the last word"};
    struct arena *arena = arena_new();
    uint64_t state = 5;
    printf("\nwhile typing, over %.0f distinct names (target p99 2 ms):\n",
           bench_number(bench->ours, "SELECT count(*) FROM catalog_name"));
    for (int way = 0; way < 5; way++) {
        struct measure times = {0};
        for (int i = 0; i < NAMES; i++) {
            struct paper paper;
            struct suggestion *names;
            size_t count;
            paper_make(bench->lexicon, bench->seed, chance(&state, bench->papers), false, arena,
                       &paper, NULL);
            const char *typed = typed_of(paper.persons[0].name, way, arena);
            double started = cpu_ms();
            must(index_suggest(bench->index, typed, 10, arena, &names, &count, &error), &error);
            measure_time(&times, cpu_ms() - started);
            arena_clear(arena);
        }
        printf("  %-26s p50 %.2f p99 %.2f worst %.1f ms\n", ways[way], measure_part(&times, 50),
               measure_part(&times, 99), measure_part(&times, 100));
    }
    arena_free(arena);
}

void loads(struct bench *bench)
{
    typing(bench);
    alone(bench);
    write_pages(bench);
    readers(bench);
    long_papers(bench);
}
