#include "bench/finding/others.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/finding/measure.h"
#include "core/file.h"

static const char *const engines[] = {"postgres", "xapian"};
enum { ENGINES = sizeof engines / sizeof *engines };

struct others {
    struct arena *arena;
    const char *folder;
    FILE *papers;
};

static bool is_asked(const struct question *question)
{
    return question->class <= ASK_NAME;
}

struct others *others_open(const char *folder, const struct questions *questions)
{
    if (!folder)
        return NULL;
    struct arena *arena = arena_new();
    struct others *others = arena_alloc(arena, sizeof *others);
    *others = (struct others){.arena = arena, .folder = folder};
    others->papers = fopen(file_join(arena, folder, "papers.tsv"), "w");
    FILE *asked = fopen(file_join(arena, folder, "questions.tsv"), "w");
    if (!others->papers || !asked) {
        fprintf(stderr, "%s: cannot be written\n", folder);
        exit(1);
    }
    for (size_t i = 0; i < questions->count; i++)
        if (is_asked(&questions->at[i]))
            fprintf(asked, "%zu\t%s\n", i, questions->at[i].words);
    fclose(asked);
    return others;
}

void others_paper(struct others *others, uint32_t number, const char *text)
{
    if (!others)
        return;
    fprintf(others->papers, "%u\t", number);
    for (; *text; text++)
        putc(*text == '\n' || *text == '\t' || *text == '\\' ? ' ' : *text, others->papers);
    putc('\n', others->papers);
}

static size_t read_papers(char *list, uint32_t found[ANSWERS])
{
    char *rest = NULL;
    size_t count = 0;
    for (char *one = strtok_r(list, " \n", &rest); one && count < ANSWERS;
         one = strtok_r(NULL, " \n", &rest))
        found[count++] = (uint32_t)strtoul(one, NULL, 10);
    return count;
}

static void judge(struct others *others, const char *engine, const struct questions *questions)
{
    struct measure measures[ASK_CLASSES] = {{0}}, all = {0};
    char line[512];
    double first = 0, in_ten = 0;
    FILE *answers = fopen(file_join(others->arena, others->folder,
                                    arena_printf(others->arena, "answers-%s.tsv", engine)),
                          "r");
    if (!answers)
        return;
    while (fgets(line, sizeof line, answers)) {
        char *ms = strchr(line, '\t'), *list = ms ? strchr(ms + 1, '\t') : NULL;
        size_t i = strtoul(line, NULL, 10);
        uint32_t found[ANSWERS];
        if (list && i < questions->count)
            measure_add(&measures[questions->at[i].class], strtod(ms + 1, NULL), &questions->at[i],
                        found, read_papers(list + 1, found));
    }
    fclose(answers);
    printf("%s:", engine);
    for (int class = 0; class <= ASK_NAME; class ++)
        printf("%s %s %.2f/%.2f", class ? "," : "", question_classes[class],
               measure_first(&measures[class]), measure_in_ten(&measures[class]));
    for (int class = 0; class < ASK_SIX; class ++) {
        first += measure_first(&measures[class]) / ASK_SIX;
        in_ten += measure_in_ten(&measures[class]) / ASK_SIX;
        measure_join(&all, &measures[class]);
    }
    printf("; mean of six %.3f/%.3f; p50 %.1f p99 %.1f ms\n", first, in_ten, measure_part(&all, 50),
           measure_part(&all, 99));
}

void others_close(struct others *others, const struct questions *questions)
{
    if (!others)
        return;
    fclose(others->papers);
    for (size_t i = 0; i < ENGINES; i++) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            const char *script = arena_printf(others->arena, "bench/finding/%s.sh", engines[i]);
            execl("/bin/sh", "sh", script, others->folder, (char *)NULL);
            _exit(127);
        }
        int status = 1;
        if (pid > 0)
            waitpid(pid, &status, 0);
        if (status == 0)
            judge(others, engines[i], questions);
    }
    arena_free(others->arena);
}
