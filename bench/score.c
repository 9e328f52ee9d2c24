/*
 * How right the text is that was read of a corpus, two readings beside each other.
 *
 *   score CORPUS BASE OURS
 *
 * CORPUS: NAME.json with "type", "level", "year_band", the true fields, those as "printed", and
 * "pages": "file", "blank", "rotation", "blocks" (of each block the texts in all right orders).
 * BASE, OURS: NAME-pN.txt of each page; OURS also NAME.json of read_corpus. Of a page's right
 * orders that counts which fits a reading best, of 64 at most. Pages scanned turned, and blank
 * ones, are told apart and are not in the sums.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/reading/compare.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/json.h"

enum { SIDES = 2, FIELDS = 8, GROUPS_MAX = 64, ORDERS_MAX = 64, TEXT_BYTES = 1 << 20 };

static const char *const keys[FIELDS] = {"type",       "citizen_name",   "id_number", "birth_date",
                                         "doc_number", "issuing_agency", "date",      "signer"};

struct sums {
    size_t letters, words;                           /* of the true text, by each side's order */
    size_t wrong_letters, wrong_words, shared, read; /* shared, read: words */
    size_t fields_in_text;
};

struct group {
    char name[64];
    size_t pages, fields, extracted, asked; /* fields: printed; asked, extracted: of OURS */
    struct sums sides[SIDES];
};

struct scoring {
    const char *corpus, *folders[SIDES];
    struct group groups[GROUPS_MAX];
    size_t group_count, blank_pages, invented[SIDES];
    struct arena *arena; /* of a document */
};

static struct group *group_of(struct scoring *scoring, const char *name)
{
    for (size_t i = 0; i < scoring->group_count; i++)
        if (strcmp(scoring->groups[i].name, name) == 0)
            return &scoring->groups[i];
    if (scoring->group_count == GROUPS_MAX) {
        fprintf(stderr, "score: more than %d types, levels and bands\n", GROUPS_MAX);
        exit(1);
    }
    struct group *group = &scoring->groups[scoring->group_count++];
    snprintf(group->name, sizeof group->name, "%s", name);
    return group;
}

/* ---------------------------------------------------------------- a page */

/* The page's text with choice[i] of block i. */
static const char *order_text(const json_t *blocks, const size_t *choice, struct arena *arena)
{
    struct buffer out = {0};
    for (size_t i = 0; i < json_array_size(blocks); i++) {
        const char *text = json_string_value(json_array_get(json_array_get(blocks, i), choice[i]));
        buffer_printf(&out, "%s\n", text ? text : "");
    }
    char *text = arena_strdup(arena, out.data ? (const char *)out.data : "");
    buffer_clear(&out);
    return compare_tidy(arena, text);
}

/* The next combination, the last block's first; false: there is none. */
static bool next_order(const json_t *blocks, size_t *choice)
{
    for (size_t i = json_array_size(blocks); i-- > 0;) {
        if (++choice[i] < json_array_size(json_array_get(blocks, i)))
            return true;
        choice[i] = 0;
    }
    return false;
}

static void score_page(const json_t *blocks, const char *read, struct arena *arena,
                       struct sums *sums)
{
    size_t *choice = arena_array(arena, json_array_size(blocks) + 1, sizeof *choice);
    struct symbols letters = compare_letters(arena, read);
    const char *best = NULL;
    size_t least = 0;
    for (int tried = 0; tried < ORDERS_MAX; tried++) {
        const char *text = order_text(blocks, choice, arena);
        size_t wrong = compare_distance(compare_letters(arena, text), letters);
        if (!best || wrong < least) {
            best = text;
            least = wrong;
        }
        if (wrong == 0 || !next_order(blocks, choice))
            break;
    }
    struct vocabulary *vocabulary = vocabulary_new();
    struct symbols wanted = compare_words(arena, vocabulary, best);
    struct symbols got = compare_words(arena, vocabulary, read);
    *sums = (struct sums){.letters = compare_letters(arena, best).count,
                          .words = wanted.count,
                          .wrong_letters = least,
                          .wrong_words = compare_distance(wanted, got),
                          .shared = compare_shared(wanted, got),
                          .read = got.count};
    vocabulary_free(vocabulary);
}

static void add_sums(struct sums *to, const struct sums *sums)
{
    to->letters += sums->letters;
    to->words += sums->words;
    to->wrong_letters += sums->wrong_letters;
    to->wrong_words += sums->wrong_words;
    to->shared += sums->shared;
    to->read += sums->read;
}

static const char *text_of(const struct scoring *scoring, int side, const char *file)
{
    char *text = NULL;
    const char *stem = arena_strndup(scoring->arena, file, strcspn(file, "."));
    const char *path = file_join(scoring->arena, scoring->folders[side],
                                 arena_printf(scoring->arena, "%s.txt", stem));
    struct error error = {""};
    if (file_read(path, TEXT_BYTES, scoring->arena, &text, NULL, &error) != STATUS_OK) {
        fprintf(stderr, "score: %s\n", error.text);
        exit(1);
    }
    return compare_tidy(scoring->arena, text);
}

/* ---------------------------------------------------------------- a document */

struct paper {
    const json_t *facts, *found;
    struct group *groups[4]; /* all, level, band, type */
    struct buffer texts[SIDES];
    bool turned, has_text;
};

static void take_page(struct scoring *scoring, struct paper *paper, const json_t *page)
{
    const char *file = json_string_value(json_object_get(page, "file"));
    bool turned = json_number(page, "rotation", 0) != 0;
    paper->turned |= turned;
    scoring->blank_pages += json_is_true(json_object_get(page, "blank"));
    for (int side = 0; side < SIDES && file; side++) {
        const char *read = text_of(scoring, side, file);
        struct sums sums;
        if (json_is_true(json_object_get(page, "blank"))) {
            scoring->invented[side] += strlen(read);
            continue;
        }
        paper->has_text = true;
        buffer_printf(&paper->texts[side], "%s ", read);
        score_page(json_object_get(page, "blocks"), read, scoring->arena, &sums);
        struct group *turned_ones = turned ? group_of(scoring, "turned pages") : NULL;
        for (size_t i = 0; i < (turned ? 1 : 4); i++) {
            struct group *group = turned ? turned_ones : paper->groups[i];
            add_sums(&group->sides[side], &sums);
            group->pages += side == 0;
        }
    }
}

static bool is_in(const char *value, const char *text, struct arena *arena)
{
    if (strstr(text, value))
        return true;
    char *packed[2] = {arena_strdup(arena, value), arena_strdup(arena, text)};
    for (int i = 0; i < 2; i++) {
        char *to = packed[i];
        for (const char *at = packed[i]; *at; at++)
            if (*at != ' ')
                *to++ = *at;
        *to = '\0';
    }
    return strstr(packed[1], packed[0]) != NULL;
}

/* Kind and place of an agency stand on two lines of the letterhead, between which another column
 * may have been read: then each counts that has two words. */
static bool is_in_parts(const char *value, const char *text, struct arena *arena)
{
    for (const char *at = strchr(value, ' '); at; at = strchr(at + 1, ' ')) {
        const char *head = arena_strndup(arena, value, (size_t)(at - value)), *place = at + 1;
        if (strchr(head, ' ') && strchr(place, ' ') && is_in(head, text, arena) &&
            is_in(place, text, arena))
            return true;
    }
    return false;
}

static bool is_printed(int field, const char *value, const char *text, struct arena *arena)
{
    const char *folded = compare_folded(arena, value);
    return is_in(folded, text, arena) ||
           (strcmp(keys[field], "issuing_agency") == 0 && is_in_parts(folded, text, arena));
}

static void take_fields(struct scoring *scoring, struct paper *paper)
{
    struct arena *arena = scoring->arena;
    const char *texts[SIDES];
    for (int side = 0; side < SIDES; side++)
        texts[side] = compare_folded(
            arena, paper->texts[side].data ? (const char *)paper->texts[side].data : "");
    for (int i = 0; i < FIELDS; i++) {
        const char *printed = json_text(json_object_get(paper->facts, "printed"), keys[i], arena);
        const char *right = json_text(paper->facts, keys[i], arena);
        const char *found = json_text(paper->found, keys[i], arena);
        bool same = right && found &&
                    strcmp(compare_folded(arena, right), compare_folded(arena, found)) == 0;
        for (int g = 0; g < 4; g++) {
            struct group *group = paper->groups[g];
            group->asked += right != NULL;
            group->extracted += same;
            group->fields += i > 0 && printed;
            for (int side = 0; side < SIDES && i > 0 && printed; side++)
                group->sides[side].fields_in_text += is_printed(i, printed, texts[side], arena);
        }
    }
}

static void take_paper(struct scoring *scoring, const char *name)
{
    json_t *facts = NULL, *found = NULL;
    struct error error = {""};
    struct arena *arena = scoring->arena;
    if (json_read(file_join(arena, scoring->corpus, name), &facts, &error) != STATUS_OK ||
        json_read(file_join(arena, scoring->folders[1], name), &found, &error) != STATUS_OK) {
        fprintf(stderr, "score: %s\n", error.text);
        exit(1);
    }
    struct paper paper = {.facts = facts, .found = found};
    const char *band = json_text(facts, "year_band", arena),
               *type = json_text(facts, "type", arena);
    paper.groups[0] = group_of(scoring, "all");
    paper.groups[1] =
        group_of(scoring, arena_printf(arena, "level %d", (int)json_number(facts, "level", 0)));
    paper.groups[2] = group_of(scoring, arena_printf(arena, "years %s", band ? band : "?"));
    paper.groups[3] = group_of(scoring, type ? type : "?");
    const json_t *pages = json_object_get(facts, "pages");
    for (size_t i = 0; i < json_array_size(pages); i++)
        take_page(scoring, &paper, json_array_get(pages, i));
    if (paper.has_text && !paper.turned)
        take_fields(scoring, &paper);
    for (int side = 0; side < SIDES; side++)
        buffer_clear(&paper.texts[side]);
    json_decref(facts);
    json_decref(found);
    arena_clear(arena);
}

/* ---------------------------------------------------------------- the table */

static double share(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_rate(double base, double ours)
{
    printf("  %6.2f %6.2f %6.3f", base, ours, base > 0 ? ours / base : 0);
}

static void print_group(const struct group *group)
{
    const struct sums *base = &group->sides[0], *ours = &group->sides[1];
    printf("%-16s %5zu", group->name, group->pages);
    print_rate(share(base->wrong_letters, base->letters),
               share(ours->wrong_letters, ours->letters));
    print_rate(share(base->wrong_words, base->words), share(ours->wrong_words, ours->words));
    printf("  %6.1f %6.1f", share(2 * base->shared, base->words + base->read),
           share(2 * ours->shared, ours->words + ours->read));
    if (group->fields)
        printf("  %6.1f %6.1f %6.1f", share(base->fields_in_text, group->fields),
               share(ours->fields_in_text, group->fields), share(group->extracted, group->asked));
    putchar('\n');
}

static int by_name(const void *a, const void *b)
{
    const struct group *one = a, *other = b;
    bool all = strcmp(one->name, "all") == 0, all_other = strcmp(other->name, "all") == 0;
    return all != all_other ? (int)all_other - (int)all : strcmp(one->name, other->name);
}

static void print_table(struct scoring *scoring)
{
    printf("%-16s %5s  %20s  %20s  %13s  %20s\n", "", "", "wrong letters, %", "wrong words, %",
           "bag F1, %", "fields, %");
    printf("%-16s %5s", "", "pages");
    printf("  %6s %6s %6s  %6s %6s %6s", "base", "ours", "x", "base", "ours", "x");
    printf("  %6s %6s  %6s %6s %6s\n", "base", "ours", "base", "ours", "right");
    qsort(scoring->groups, scoring->group_count, sizeof *scoring->groups, by_name);
    for (size_t i = 0; i < scoring->group_count; i++)
        print_group(&scoring->groups[i]);
    printf("\nblank pages: %zu; bytes invented on them: base %zu, ours %zu\n", scoring->blank_pages,
           scoring->invented[0], scoring->invented[1]);
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    if (argc != 4) {
        fprintf(stderr, "score CORPUS BASE OURS\n");
        return 2;
    }
    struct scoring scoring = {
        .corpus = argv[1], .folders = {argv[2], argv[3]}, .arena = arena_new()};
    int count = scandir(argv[1], &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        size_t length = strlen(entries[i]->d_name);
        if (length > 5 && strcmp(entries[i]->d_name + length - 5, ".json") == 0)
            take_paper(&scoring, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (scoring.group_count == 0) {
        fprintf(stderr, "score: no documents in %s\n", argv[1]);
        return 1;
    }
    print_table(&scoring);
    arena_free(scoring.arena);
    return 0;
}
