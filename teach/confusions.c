/*
 * Counts what an engine reads for each letter (config/language/confusions.tsv):
 *
 *   confusions [ENGINE READ TRUTH]... >confusions.tsv
 *
 * ENGINE: "vn" (knows Vietnamese) or "latin" (does not). READ: folder of NAME.txt as read, TRUTH:
 * folder of NAME.gt.txt. Words are aligned page by page, letters word by word; what is counted is
 * a letter (small, with its marks) and the none, one or two letters that stand for it. Besides
 * these, what old scans showed of engines that know no Vietnamese (known[] below) has a share of
 * its own, so that an engine that is not at hand is thought of, too.
 *
 * A row: engine, letter, reading ("-" none), share of the letter's readings in 10,000.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

enum { WORDS = 2000, LETTERS = 24, TEXT_MAX = 1 << 22, ROOM = 1 << 16, LEAST = 15, TIMES = 2 };

struct cell { /* of the count */
    char engine[8], letter[8], reading[12];
    long count;
};
static struct cell cells[ROOM];
static size_t cell_count;

struct known {
    const char *letters, *readings; /* each letter may be read as each of these */
    int share;                      /* of the letter's readings in 10,000, each */
};
static const struct known known[] = {
    {"á", "é", 300},        {"ã", "4|3|&", 500},  {"ế", "é|&", 500},  {"ộ", "d|g|§", 500},
    {"ố", "6|b|s", 500},    {"ứ", "ir|tr|i", 500}, {"ữ", "it|tt", 400}, {"ợ", "g", 500},
    {"ự", "y", 500},        {"đ", "p", 1500},     {"l", "1|i", 150},  {"c", "e|¢", 100},
};

static struct cell *cell_of(const char *engine, const char *letter, const char *reading)
{
    for (size_t i = 0; i < cell_count; i++)
        if (strcmp(cells[i].letter, letter) == 0 && strcmp(cells[i].reading, reading) == 0 &&
            strcmp(cells[i].engine, engine) == 0)
            return &cells[i];
    if (cell_count == ROOM) {
        fprintf(stderr, "confusions: too many readings\n");
        exit(1);
    }
    struct cell *cell = &cells[cell_count++];
    snprintf(cell->engine, sizeof cell->engine, "%s", engine);
    snprintf(cell->letter, sizeof cell->letter, "%s", letter);
    snprintf(cell->reading, sizeof cell->reading, "%s", reading);
    return cell;
}

struct letters {
    char at[LETTERS][5];
    size_t count;
};

static struct letters letters_of(const char *word)
{
    struct letters letters = {0};
    for (uint32_t code; letters.count < LETTERS && (code = text_next(&word)) != 0;)
        text_put(code, letters.at[letters.count++]);
    return letters;
}

/* 0 the same, 1 the same but for marks, 2 another. */
static int apart(const char *a, const char *b, struct arena *arena)
{
    return strcmp(a, b) == 0 ? 0 : strcmp(text_fold(arena, a), text_fold(arena, b)) == 0 ? 1 : 2;
}

/* Letters of a true word against those read for it: the cheapest way, counted backwards. */
static void count_word(const char *engine, const char *true_word, const char *read,
                       struct arena *arena)
{
    struct letters from = letters_of(true_word), to = letters_of(read);
    int cost[LETTERS + 1][LETTERS + 1];
    for (size_t i = 0; i <= from.count; i++)
        for (size_t j = 0; j <= to.count; j++) {
            int best = i || j ? 1 << 20 : 0;
            if (i && j && cost[i - 1][j - 1] + apart(from.at[i - 1], to.at[j - 1], arena) < best)
                best = cost[i - 1][j - 1] + apart(from.at[i - 1], to.at[j - 1], arena);
            if (i && j > 1 && cost[i - 1][j - 2] + 3 < best)
                best = cost[i - 1][j - 2] + 3;
            if (i && cost[i - 1][j] + 3 < best)
                best = cost[i - 1][j] + 3;
            if (j && cost[i][j - 1] + 4 < best)
                best = cost[i][j - 1] + 4;
            cost[i][j] = best;
        }
    if (cost[from.count][to.count] > (int)from.count + 1)
        return; /* another word */
    for (size_t i = from.count, j = to.count; i > 0;) {
        if (j && cost[i][j] == cost[i - 1][j - 1] + apart(from.at[i - 1], to.at[j - 1], arena)) {
            cell_of(engine, from.at[--i], to.at[--j])->count++;
        } else if (j > 1 && cost[i][j] == cost[i - 1][j - 2] + 3) {
            char both[12];
            snprintf(both, sizeof both, "%s%s", to.at[j - 2], to.at[j - 1]);
            cell_of(engine, from.at[--i], both)->count++;
            j -= 2;
        } else if (cost[i][j] == cost[i - 1][j] + 3) {
            cell_of(engine, from.at[--i], "-")->count++;
        } else {
            j--;
        }
    }
}

static size_t words_of(char *text, char **words)
{
    char *rest = NULL;
    size_t count = 0;
    for (char *word = strtok_r(text, " \n\t.,:;()\"'", &rest); word && count < WORDS;
         word = strtok_r(NULL, " \n\t.,:;()\"'", &rest))
        words[count++] = word;
    return count;
}

/* How far two words are apart, in 64ths. */
static int word_cost(const char *a, const char *b)
{
    size_t longer = strlen(a) > strlen(b) ? strlen(a) : strlen(b);
    size_t distance = text_distance(a, b);
    return strcmp(a, b) == 0 ? 0 : (int)(64 * distance / (longer ? longer : 1));
}

static void count_page(const char *engine, char *truth, char *read, struct arena *arena)
{
    static char *from[WORDS], *to[WORDS];
    size_t rows = words_of(truth, from), columns = words_of(read, to);
    int *cost = memory_new((rows + 1) * (columns + 1) * sizeof *cost);
#define COST(i, j) cost[(i) * (columns + 1) + (j)]
    for (size_t i = 0; i <= rows; i++)
        for (size_t j = 0; j <= columns; j++) {
            int best = i || j ? 1 << 28 : 0;
            if (i && COST(i - 1, j) + 40 < best)
                best = COST(i - 1, j) + 40;
            if (j && COST(i, j - 1) + 40 < best)
                best = COST(i, j - 1) + 40;
            if (i && j && COST(i - 1, j - 1) + word_cost(from[i - 1], to[j - 1]) < best)
                best = COST(i - 1, j - 1) + word_cost(from[i - 1], to[j - 1]);
            COST(i, j) = best;
        }
    for (size_t i = rows, j = columns; i > 0 && j > 0;) {
        if (COST(i, j) == COST(i - 1, j - 1) + word_cost(from[i - 1], to[j - 1]))
            count_word(engine, from[--i], to[--j], arena);
        else if (COST(i, j) == COST(i - 1, j) + 40)
            i--;
        else
            j--;
    }
#undef COST
    free(cost);
}

static void count_folder(const char *engine, const char *folder, const char *truths)
{
    struct arena *arena = arena_new();
    struct error error = {0};
    char **names = NULL;
    size_t count = 0;
    if (file_list(folder, arena, &names, &count, &error) != STATUS_OK) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i]);
        char *read = NULL, *truth = NULL;
        if (length < 5 || strcmp(names[i] + length - 4, ".txt") != 0)
            continue;
        const char *path = file_join(
            arena, truths, arena_printf(arena, "%.*s.gt.txt", (int)length - 4, names[i]));
        if (file_read(file_join(arena, folder, names[i]), TEXT_MAX, arena, &read, NULL, &error) ==
                STATUS_OK &&
            file_read(path, TEXT_MAX, arena, &truth, NULL, &error) == STATUS_OK)
            count_page(engine, text_lower(arena, truth), text_lower(arena, read), arena);
    }
    arena_free(arena);
}

static int by_name(const void *a, const void *b)
{
    const struct cell *first = a, *second = b;
    int order = strcmp(first->engine, second->engine);
    order = order ? order : strcmp(first->letter, second->letter);
    if (order || first->count == second->count)
        return order ? order : strcmp(first->reading, second->reading);
    return first->count < second->count ? 1 : -1;
}

static long sum_of(const char *engine, const char *letter)
{
    long sum = 0;
    for (size_t i = 0; i < cell_count; i++)
        if (strcmp(cells[i].letter, letter) == 0 && strcmp(cells[i].engine, engine) == 0)
            sum += cells[i].count;
    return sum;
}

/* The known readings take their share from what was counted. */
static void add_known(void)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        long sum = sum_of("latin", known[i].letters);
        char list[64], *rest = NULL;
        snprintf(list, sizeof list, "%s", known[i].readings);
        for (char *one = strtok_r(list, "|", &rest); one; one = strtok_r(NULL, "|", &rest))
            cell_of("latin", known[i].letters, one)->count +=
                (sum ? sum : 100) * known[i].share / 10000 + 1;
    }
}

int main(int argc, char **argv)
{
    message_use("en");
    for (int i = 1; i + 2 < argc; i += 3)
        count_folder(argv[i], argv[i + 1], argv[i + 2]);
    add_known();
    qsort(cells, cell_count, sizeof *cells, by_name);
    puts("# What engines read for a letter, made by teach/confusions.c; do not edit.\n"
         "# engine\tletter\treading (- none)\tshare of the letter's readings in 10,000");
    for (size_t i = 0; i < cell_count; i++) {
        const struct cell *cell = &cells[i];
        long share = cell->count * 10000 / sum_of(cell->engine, cell->letter);
        if (share >= LEAST && cell->count >= TIMES)
            printf("%s\t%s\t%s\t%ld\n", cell->engine, cell->letter, cell->reading, share);
    }
    return 0;
}
