/*
 * Search over invented noisy papers against plain FTS5 on the same texts in the same run: how often
 * the right papers come, how long a question takes, how large and how fast the index is; targets
 * stand beside the figures.
 *
 *   search [PAPERS [QUESTIONS [SEED]]]     20000, 80 of a class, 7919 (held out) unless said
 *
 * SEARCH_SEEN=FOLDER    pages of our own reader besides: NAME.txt
 *
 * SEARCH_TRUE=FOLDER    their truth: NAME.gt.txt
 *
 * SEARCH_EXPORT=FOLDER  papers.tsv and questions.tsv for other engines; with answers-*.tsv there
 * already, these are judged (bench/search.sh does both)
 *
 * SEARCH_KEEP=1         the folder of the databases is left and named at the end
 *
 * SEARCH_USE=FOLDER     what SEARCH_KEEP left, of the same numbers, instead of making it again;
 * questions that were judged are kept there
 *
 * SEARCH_ONLY=1         questions and sizes only: no loads, no long papers
 *
 * Times are CPU of one process with everything in the cache, unless said otherwise.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/finding/loads.h"
#include "bench/finding/measure.h"
#include "bench/finding/others.h"
#include "bench/finding/plain.h"
#include "bench/finding/seen.h"
#include "core/file.h"
#include "core/message.h"

static struct error error;

struct figures {
    struct measure ours[ASK_CLASSES], plain[ASK_CLASSES];
};

struct targets {
    double first, in_ten, p99_ms;
};
static const struct targets targets[ASK_CLASSES] = {[ASK_PHRASE] = {.88, .92, 25},
                                                    [ASK_PHRASE_BARE] = {.96, .94, 25},
                                                    [ASK_WORDS] = {.75, .60, 25},
                                                    [ASK_HARD] = {.88, .92, 25},
                                                    [ASK_HARD_BARE] = {.96, .94, 25},
                                                    [ASK_HARD_WORDS] = {.45, .50, 25},
                                                    [ASK_NAME] = {0, .99, 15},
                                                    [ASK_NAME_BARE] = {0, .99, 15},
                                                    [ASK_NAME_TYPO] = {0, .95, 15},
                                                    [ASK_NAME_TURNED] = {0, .95, 15},
                                                    [ASK_NAME_BORN] = {0, .99, 15},
                                                    [ASK_IDENTIFIER] = {1, 1, 1},
                                                    [ASK_OTHER_IDENTIFIER] = {0, 1, 1},
                                                    [ASK_NUMBER] = {0, 1, 1},
                                                    [ASK_ABSENT] = {1, 1, 1}};

/* ---------------------------------------------------------------- the papers */

static void judge_all(struct bench *bench, struct questions *questions)
{
    struct judge *judge = judge_new(questions);
    struct arena *arena = arena_new();
    for (uint32_t number = 0; number < bench->papers; number++) {
        struct paper paper;
        paper_make(bench->lexicon, bench->seed, number, false, arena, &paper, NULL);
        judge_paper(judge, &paper);
        if (number % 100 == 99)
            arena_clear(arena);
    }
    arena_free(arena);
    judge_end(judge);
}

static void put_all(struct bench *bench, struct noise_counts counts[2])
{
    struct arena *arena = arena_new();
    must(index_bulk_begin(bench->index, &error), &error);
    must(db_begin(bench->ours, &error), &error);
    must(db_begin(bench->plain, &error), &error);
    for (uint32_t number = 0; number < bench->papers; number++) {
        struct paper paper;
        paper_make(bench->lexicon, bench->seed, number, true, arena, &paper, NULL);
        if (number % 50 == 0) /* counting is slow */
            paper_make(bench->lexicon, bench->seed, number, true, arena, &paper,
                       &counts[paper.noise]);
        double started = cpu_ms();
        must(index_document(bench->index, &paper.document, "2026/x/v1", &paper.text, &error),
             &error);
        bench->put_ms += cpu_ms() - started;
        bench->text_bytes += strlen(paper.text);
        plain_put(bench->plain, number, paper.text);
        others_paper(bench->others, number, paper.text);
        if (number % 100 == 99)
            arena_clear(arena);
    }
    must(db_commit(bench->ours, &error), &error);
    must(db_commit(bench->plain, &error), &error);
    arena_free(arena);
}

static void make_texts(struct bench *bench)
{
    double started = cpu_ms();
    must(index_bulk_end(bench->index, &error), &error);
    bench->make_ms = cpu_ms() - started;
    started = cpu_ms();
    plain_make(bench->plain);
    bench->plain_ms = cpu_ms() - started;
}

/* ---------------------------------------------------------------- the questions */

static void ask_all(struct bench *bench, const struct questions *questions, struct figures *figures)
{
    struct arena *arena = arena_new();
    for (size_t i = 0; i < questions->count; i++) {
        const struct question *question = &questions->at[i];
        uint32_t found[ANSWERS];
        ours_ask(bench->index, question->text, found, arena); /* into the cache */
        double started = cpu_ms();
        size_t count = ours_ask(bench->index, question->text, found, arena);
        measure_add(&figures->ours[question->class], cpu_ms() - started, question, found, count);
        if (getenv("SEARCH_MISSES") && count > 0)
            bench_miss(question, found, count);
        if (question->class < ASK_SIX || question->class == ASK_NAME) {
            started = cpu_ms();
            count = plain_ask(bench->plain, question->words, found, arena);
            measure_add(&figures->plain[question->class], cpu_ms() - started, question, found,
                        count);
        }
        arena_clear(arena);
    }
    arena_free(arena);
}

static void print_classes(struct figures *figures)
{
    puts("| asked             |   n | ours hit@1/rec@10 | target    | plain FTS5 | ours ms p50   "
         "p99   "
         "max | plain p50   p99 |");
    puts("|---|---|---|---|---|---|---|");
    for (int class = 0; class < ASK_CLASSES; class ++) {
        struct measure *ours = &figures->ours[class], *plain = &figures->plain[class];
        printf("| %-17s | %3zu |     %.3f/%.3f   | %.2f/%.2f |", question_classes[class],
               ours->count, measure_first(ours), measure_in_ten(ours), targets[class].first,
               targets[class].in_ten);
        if (plain->count)
            printf("  %.2f/%.2f ", measure_first(plain), measure_in_ten(plain));
        else
            printf("            ");
        printf("|     %6.2f %6.2f %6.2f |   %6.1f %6.1f |\n", measure_part(ours, 50),
               measure_part(ours, 99), measure_part(ours, 100), measure_part(plain, 50),
               measure_part(plain, 99));
    }
}

static void print_means(struct figures *figures)
{
    struct measure all = {0}, plain_all = {0};
    double first = 0, in_ten = 0, plain_first = 0, plain_in_ten = 0;
    for (int class = 0; class < ASK_SIX; class ++) {
        first += measure_first(&figures->ours[class]) / ASK_SIX;
        in_ten += measure_in_ten(&figures->ours[class]) / ASK_SIX;
        plain_first += measure_first(&figures->plain[class]) / ASK_SIX;
        plain_in_ten += measure_in_ten(&figures->plain[class]) / ASK_SIX;
        measure_join(&all, &figures->ours[class]);
        measure_join(&plain_all, &figures->plain[class]);
    }
    printf(
        "\nsix classes: %.3f/%.3f against %.3f/%.3f: hit@1 %.2f x, rec@10 %.2f x (target 2.2 x), "
        "misses %.2f x (target 0.35 x)\n",
        first, in_ten, plain_first, plain_in_ten, first / plain_first, in_ten / plain_in_ten,
        (1 - in_ten) / (1 - plain_in_ten));
    printf("mixed: ours p50 %.2f p99 %.2f max %.1f ms (targets 1, 25, 100); plain p50 %.1f p99 "
           "%.1f ms\n",
           measure_part(&all, 50), measure_part(&all, 99), measure_part(&all, 100),
           measure_part(&plain_all, 50), measure_part(&plain_all, 99));
}

static void print_sizes(struct bench *bench, const struct noise_counts counts[2])
{
    /* what the index is made of: pages as read, and the checked fields of each paper */
    double text = bench_number(bench->ours, "SELECT sum(length(CAST(text AS blob))) / 1e6"
                                            " FROM catalog_page"),
           plain_text = (double)bench->text_bytes / 1e6;
    printf("\n%u papers, %.1f MB of text; latin: %.1f %% of syllables exact, %.1f %% without "
           "marks; vn: %.1f and %.1f %%\n",
           bench->papers, text, 100. * (double)counts[1].exact / (double)counts[1].all,
           100. * (double)counts[1].folded / (double)counts[1].all,
           100. * (double)counts[0].exact / (double)counts[0].all,
           100. * (double)counts[0].folded / (double)counts[0].all);
    printf("index/text: %.3f (target 0.50), names besides %.3f; plain %.3f\n",
           bench_bytes(bench->ours, "catalog_text%") / 1e6 / text,
           bench_bytes(bench->ours, "catalog_name%") / 1e6 / text,
           bench_bytes(bench->plain, "plain%") / 1e6 / plain_text);
    printf("text a core, bulk: %.1f MB/s (target 12), plain %.1f MB/s; with the rows of the "
           "catalogue %.1f MB/s\n",
           text / bench->make_ms * 1e3, plain_text / bench->plain_ms * 1e3,
           text / (bench->put_ms + bench->make_ms) * 1e3);
}

int main(int argc, char **argv)
{
    struct bench bench = {.papers = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 20000,
                          .seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 7919};
    size_t each = argc > 2 ? strtoul(argv[2], NULL, 10) : 80;
    const char *where = getenv("TMPDIR");
    struct arena *arena = arena_new();
    struct questions questions;
    struct noise_counts counts[2] = {{0}, {0}};
    struct roadmap roadmap;
    static struct figures figures;
    const char *use = getenv("SEARCH_USE");
    char *folder = arena_printf(arena, "%s/sohoa-search-XXXXXX", where ? where : "/tmp");
    message_use("en");
    if (bench.papers < 1000 || each == 0 || (!use && !mkdtemp(folder))) {
        fprintf(stderr, "search [PAPERS [QUESTIONS [SEED]]]: at least 1000 papers\n");
        return 2;
    }
    bench.folder = use ? use : folder;
    must(lexicon_read(arena, &bench.lexicon, &error), &error);
    must(roadmap_read("config/roadmap.conf", arena, &roadmap, &error), &error);
    bench.path = file_join(arena, bench.folder, "ours.db");
    must(db_open(bench.path, true, &bench.ours, &error), &error);
    must(index_open(bench.ours, &roadmap, "config", &bench.index, &error), &error);
    bench.roadmap = &roadmap;
    plain_open(file_join(arena, bench.folder, "plain.db"), &bench.plain);
    const char *kept = arena_printf(arena, "%s/questions-%zu.tsv", bench.folder, each);
    if (!questions_load(kept, arena, &questions)) {
        questions_draw(bench.lexicon, bench.seed, bench.papers, each, arena, &questions);
        judge_all(&bench, &questions);
        questions_save(&questions, kept);
    }
    bench.questions = &questions;
    bench.others = others_open(getenv("SEARCH_EXPORT"), &questions);
    if (!use) {
        put_all(&bench, counts);
        make_texts(&bench);
        print_sizes(&bench, counts);
    }
    ask_all(&bench, &questions, &figures);
    print_classes(&figures);
    print_means(&figures);
    others_close(bench.others, &questions);
    if (!getenv("SEARCH_ONLY"))
        loads(&bench);
    seen(&bench, getenv("SEARCH_SEEN"), getenv("SEARCH_TRUE"));
    index_close(bench.index);
    db_close(bench.ours);
    db_close(bench.plain);
    arena_free(arena);
    if (use)
        return 0;
    if (getenv("SEARCH_KEEP")) {
        puts(folder);
        return 0;
    }
    return file_remove_tree(folder, NULL) == STATUS_OK ? 0 : 1;
}
