#include "teach/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define PATTERNS_MAX 400
#define UNITS_MAX 12000
#define NAMES_MAX 400
#define PAIRS_MAX 60000

struct pair {
    const char *left, *right;
    unsigned count;
};

struct texts {
    const char *kinds[PATTERNS_MAX], *patterns[PATTERNS_MAX];
    size_t pattern_count;
    const char *units[UNITS_MAX]; /* "xã|Đông Hoàng" */
    size_t unit_count;
    const char *names[3][NAMES_MAX]; /* family, middle, given */
    size_t name_counts[3];
    struct pair *pairs; /* sorted by left */
    size_t pair_count;
};

static int by_left(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->left, ((const struct pair *)b)->left);
}

/* Cells of the next line that is no comment; 0 at the end. */
static size_t read_row(FILE *from, const char *parts, char **cells, size_t max, struct arena *arena)
{
    char line[4096];
    while (fgets(line, sizeof line, from)) {
        line[strcspn(line, "\r\n")] = 0;
        if (!*line || *line == '#')
            continue;
        char *rest = arena_strdup(arena, line);
        size_t count = 0;
        while (rest && count < max)
            cells[count++] = strsep(&rest, parts);
        return count;
    }
    return 0;
}

static FILE *open_text(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s%s%s", folder, *name ? "/" : "", name);
    FILE *file = fopen(path, "r");
    if (!file)
        fprintf(stderr, "%s cannot be read\n", path);
    return file;
}

static bool load_patterns(struct texts *texts, const char *folder, struct arena *arena)
{
    FILE *from = open_text(folder, "patterns.tsv");
    char *cells[2];
    while (from && texts->pattern_count < PATTERNS_MAX) {
        size_t count = read_row(from, "\t", cells, 2, arena);
        if (count < 2)
            break;
        texts->kinds[texts->pattern_count] = cells[0];
        texts->patterns[texts->pattern_count++] = cells[1];
    }
    if (from)
        fclose(from);
    return from != NULL;
}

static bool load_names(struct texts *texts, const char *folder, struct arena *arena)
{
    FILE *from = open_text(folder, "names.tsv");
    char *cells[64];
    for (size_t count, kind = 0; from && (count = read_row(from, " ", cells, 64, arena));) {
        kind = *cells[0] == 'h' ? 0 : *cells[0] == 'd' ? 1 : 2;
        for (size_t i = 1; i < count && texts->name_counts[kind] < NAMES_MAX; i++)
            texts->names[kind][texts->name_counts[kind]++] = cells[i];
    }
    if (from)
        fclose(from);
    return from != NULL;
}

static bool load_units(struct texts *texts, const char *path, struct arena *arena)
{
    FILE *from = open_text(path, "");
    char *cells[4];
    while (from && texts->unit_count < UNITS_MAX && read_row(from, ",", cells, 4, arena) == 4)
        texts->units[texts->unit_count++] =
            arena_printf(arena, "%s %s", text_lower(arena, cells[2]), cells[3]);
    if (from)
        fclose(from);
    return from != NULL;
}

static bool load_pairs(struct texts *texts, const char *folder, struct arena *arena)
{
    FILE *from = open_text(folder, "bigrams.tsv");
    texts->pairs = arena_array(arena, PAIRS_MAX, sizeof *texts->pairs);
    char *cells[3];
    while (from && texts->pair_count < PAIRS_MAX && read_row(from, "\t", cells, 3, arena) == 3)
        if (strcmp(cells[1], "<x>") != 0)
            texts->pairs[texts->pair_count++] =
                (struct pair){cells[0], cells[1], (unsigned)strtoul(cells[2], NULL, 10)};
    if (from)
        fclose(from);
    qsort(texts->pairs, texts->pair_count, sizeof *texts->pairs, by_left);
    return from != NULL;
}

struct texts *texts_load(const char *folder, const char *units, struct arena *arena)
{
    struct texts *texts = arena_alloc(arena, sizeof *texts);
    bool all = load_patterns(texts, folder, arena) && load_names(texts, folder, arena) &&
               load_units(texts, units, arena) && load_pairs(texts, folder, arena);
    return all && texts->pattern_count && texts->unit_count && texts->pair_count ? texts : NULL;
}

/* ---------------------------------------------------------------- slots */

/* Half the time as often as counted, half each pair alike: rare syllables must be learned too. */
static const char *follow(const struct texts *texts, const char *left, struct chance *chance)
{
    struct pair key = {.left = left};
    struct pair *at = bsearch(&key, texts->pairs, texts->pair_count, sizeof key, by_left);
    if (!at)
        return "</s>";
    struct pair *end = texts->pairs + texts->pair_count, *to = at;
    while (at > texts->pairs && strcmp(at[-1].left, left) == 0)
        at--;
    bool even = chance_hit(chance, 0.5);
    uint64_t sum = 0;
    for (to = at; to < end && strcmp(to->left, left) == 0; to++)
        sum += even ? 1 : to->count;
    uint64_t pick = chance_next(chance) % sum;
    for (; at < to; at++) {
        uint64_t weight = even ? 1 : at->count;
        if (pick < weight)
            return at->right;
        pick -= weight;
    }
    return "</s>";
}

static char *sentence(const struct texts *texts, struct chance *chance, int length,
                      struct arena *arena)
{
    char *text = arena_strdup(arena, "");
    const char *last = "<s>";
    for (int i = 0; i < length; i++) {
        const char *next = follow(texts, last, chance);
        if (strcmp(next, "</s>") == 0) {
            last = "<s>";
            continue;
        }
        last = next;
        if (strcmp(next, "<p>") == 0) {
            static const char *const signs[] = {",", ",", ",", ".", ";", ":", " -"};
            if (i > 0 && i + 1 < length)
                text = arena_printf(arena, "%s%s", text, signs[chance_int(chance, 0, 6)]);
            continue;
        }
        if (strcmp(next, "<n>") == 0)
            next = arena_printf(arena, "%d",
                                chance_int(chance, 1, chance_hit(chance, 0.5) ? 31 : 2999));
        text = arena_printf(arena, "%s%s%s", text, *text ? " " : "", next);
    }
    return text;
}

static char *upper(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, 2 * strlen(text) + 1), *end = out;
    for (uint32_t code; (code = text_next(&text));)
        end += text_put(text_upper_letter(code), end);
    return out;
}

static char *first_upper(struct arena *arena, const char *text)
{
    const char *rest = text;
    uint32_t code = text_next(&rest);
    char first[5] = "";
    if (code)
        text_put(text_upper_letter(code), first);
    return arena_printf(arena, "%s%s", first, code ? rest : "");
}

static char *person(const struct texts *texts, struct chance *chance, struct arena *arena)
{
    const char *part[3];
    for (int i = 0; i < 3; i++)
        part[i] = texts->names[i][chance_int(chance, 0, (int)texts->name_counts[i] - 1)];
    if (chance_hit(chance, 0.15))
        return arena_printf(arena, "%s %s", part[0], part[2]);
    return arena_printf(arena, "%s %s %s", part[0], part[1], part[2]);
}

static char *number_sign(struct chance *chance, struct arena *arena)
{
    static const char *const kinds[] = {"QĐ-UBND", "UBND",    "GXN-UBND", "TB-UBND", "KH-UBND",
                                        "GCN",     "TLKS-BS", "GPXD",     "NĐ-CP",   "TT-BTP",
                                        "CV-TNMT", "GP-UBND", "HĐND",     "QĐ-UB",   "BC-UBND",
                                        "TLKT",    "QH13",    "TTr-TNMT", "XN-UBND", "TT-BTNMT"};
    const char *kind = kinds[chance_int(chance, 0, 19)];
    int number = chance_int(chance, 1, chance_hit(chance, 0.7) ? 300 : 9999);
    int year = chance_int(chance, 1976, 2024);
    const char *zero = number < 100 && chance_hit(chance, 0.4) ? "0" : "";
    if (chance_hit(chance, 0.55))
        return arena_printf(arena, "%s%d/%d/%s", zero, number, year, kind);
    return arena_printf(arena, "%s%d/%s", zero, number, kind);
}

static char *day(struct chance *chance, struct arena *arena)
{
    int d = chance_int(chance, 1, 28), m = chance_int(chance, 1, 12),
        y = chance_int(chance, 1930, 2024);
    switch (chance_int(chance, 0, 4)) {
    case 0:
        return arena_printf(arena, "ngày %02d tháng %02d năm %d", d, m, y);
    case 1:
        return arena_printf(arena, "ngày %d tháng %d năm %d", d, m, y);
    case 2:
        return arena_printf(arena, "%02d-%02d-%d", d, m, y);
    case 3:
        return arena_printf(arena, "%d/%d/%d", d, m, y);
    default:
        return arena_printf(arena, "%02d/%02d/%d", d, m, y);
    }
}

static char *digits(struct chance *chance, int count, struct arena *arena)
{
    char *text = arena_alloc(arena, (size_t)count + 1);
    for (int i = 0; i < count; i++)
        text[i] = (char)('0' + chance_int(chance, 0, 9));
    return text;
}

static char *amount(struct chance *chance, struct arena *arena)
{
    int thousands = chance_int(chance, 1, 9999);
    const char *point = chance_hit(chance, 0.8) ? "." : ",";
    if (thousands >= 1000)
        return arena_printf(arena, "%d%s%03d%s000", thousands / 1000, point, thousands % 1000,
                            point);
    return arena_printf(arena, "%d%s%03d", thousands, point, chance_int(chance, 0, 1) * 500);
}

static char *slot(const struct texts *texts, const char *name, struct chance *chance,
                  struct arena *arena)
{
    const char *unit = texts->units[chance_int(chance, 1, (int)texts->unit_count - 1)];
    if (strcmp(name, "ten") == 0)
        return person(texts, chance, arena);
    if (strcmp(name, "TEN") == 0)
        return upper(arena, person(texts, chance, arena));
    if (strcmp(name, "ngay") == 0)
        return day(chance, arena);
    if (strcmp(name, "so") == 0)
        return arena_printf(arena, "%d",
                            chance_int(chance, 1, chance_hit(chance, 0.6) ? 99 : 9999));
    if (strcmp(name, "nam") == 0)
        return arena_printf(arena, "%d", chance_int(chance, 1930, 2024));
    if (strcmp(name, "kyhieu") == 0)
        return number_sign(chance, arena);
    if (strcmp(name, "xa") == 0)
        return arena_strdup(arena, unit);
    if (strcmp(name, "XA") == 0)
        return upper(arena, unit);
    if (strcmp(name, "cccd") == 0)
        return arena_printf(arena, "0%s", digits(chance, 11, arena));
    if (strcmp(name, "cmnd") == 0)
        return digits(chance, 9, arena);
    if (strcmp(name, "mst") == 0)
        return digits(chance, 10, arena);
    if (strcmp(name, "tien") == 0)
        return amount(chance, arena);
    if (strcmp(name, "thapphan") == 0)
        return arena_printf(arena, "%d,%d", chance_int(chance, 0, 999), chance_int(chance, 0, 99));
    if (strcmp(name, "chu") == 0)
        return arena_printf(arena, "%c", 'A' + chance_int(chance, 0, 25));
    char *text = sentence(texts, chance, chance_int(chance, 3, name[0] == 'd' ? 8 : 40), arena);
    return strcmp(name, "CAU") == 0 ? upper(arena, text) : text; /* cau, doan */
}

char *texts_draw(const struct texts *texts, const char *kind, struct chance *chance,
                 struct arena *arena)
{
    const char *pattern = "{cau}";
    int seen = 0;
    for (size_t i = 0; i < texts->pattern_count; i++)
        if (strcmp(texts->kinds[i], kind) == 0 && chance_int(chance, 0, seen++) == 0)
            pattern = texts->patterns[i];
    char *text = arena_strdup(arena, "");
    while (*pattern) {
        size_t fixed = strcspn(pattern, "{");
        text = arena_printf(arena, "%s%.*s", text, (int)fixed, pattern);
        pattern += fixed;
        if (*pattern == '{') {
            size_t length = strcspn(pattern, "}");
            char *name = arena_strndup(arena, pattern + 1, length - 1);
            text = arena_printf(arena, "%s%s", text, slot(texts, name, chance, arena));
            pattern += length + (pattern[length] == '}');
        }
    }
    return first_upper(arena, text_tidy(arena, text));
}
