#include "bench/finding/seen.h"

#include <stdio.h>
#include <string.h>

#include "bench/finding/measure.h"
#include "bench/finding/plain.h"
#include "core/file.h"
#include "core/text.h"

enum { TEXT_MAX = 1 << 20, LINE_WORDS = 5 };

static struct error error;

static const char *read_text(const char *folder, const char *name, struct arena *arena)
{
    char *text = NULL;
    return file_read(file_join(arena, folder, name), TEXT_MAX, arena, &text, NULL, &error) ==
                   STATUS_OK
               ? text
               : "";
}

static void put(struct bench *bench, uint32_t number, const char *text)
{
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    document_init(&document, "seen", page.name);
    snprintf(document.id, sizeof document.id, "p%08u", number);
    document.version = 1;
    document.batch = "seen";
    document.pages = &page;
    document.page_count = 1;
    must(index_document(bench->index, &document, "2026/x/v1", &text, &error), &error);
    plain_put_more(bench->plain, number, text);
}

/* Every line of the truth with enough words is asked for, with marks and without. */
static void ask_lines(struct bench *bench, uint32_t number, char *truth, struct measure ours[2],
                      struct measure plain[2], struct arena *arena)
{
    char *rest = NULL;
    for (char *line = strtok_r(truth, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        size_t blanks = 0;
        for (const char *at = line; *at; at++)
            blanks += *at == ' ';
        if (blanks + 1 < LINE_WORDS || strpbrk(line, ":\"0123456789"))
            continue;
        for (int bare = 0; bare < 2; bare++) {
            const char *text = bare ? text_fold(arena, line) : line;
            struct question question = {.answers = {number}, .answer_count = 1};
            uint32_t found[10];
            double started = cpu_ms();
            size_t count = ours_ask(bench->index, text, found, arena);
            measure_add(&ours[bare], cpu_ms() - started, &question, found, count);
            started = cpu_ms();
            count = plain_ask(bench->plain, text, found, arena);
            measure_add(&plain[bare], cpu_ms() - started, &question, found, count);
        }
    }
}

void seen(struct bench *bench, const char *folder, const char *truth)
{
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    uint32_t first = bench->papers + 80000;
    struct measure ours[2] = {{0}}, plain[2] = {{0}};
    if (!folder || !truth)
        goto done;
    must(file_list(folder, arena, &names, &count, &error), &error);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count; i++) {
            size_t length = strlen(names[i]);
            if (length < 5 || strcmp(names[i] + length - 4, ".txt") != 0)
                continue;
            const char *stem = arena_strndup(arena, names[i], length - 4);
            if (pass == 0)
                put(bench, first + (uint32_t)i, read_text(folder, names[i], arena));
            else
                ask_lines(
                    bench, first + (uint32_t)i,
                    arena_strdup(arena,
                                 read_text(truth, arena_printf(arena, "%s.gt.txt", stem), arena)),
                    ours, plain, arena);
        }
    for (int bare = 0; bare < 2; bare++)
        printf("%spages read by our reader, lines%s: ours %.3f/%.3f, plain %.3f/%.3f (%zu lines)\n",
               bare ? "" : "\n", bare ? " without marks" : "", measure_first(&ours[bare]),
               measure_in_ten(&ours[bare]), measure_first(&plain[bare]),
               measure_in_ten(&plain[bare]), ours[bare].count);
done:
    arena_free(arena);
}
