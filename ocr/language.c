#include "ocr/language.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/catalogue.h"
#include "core/arena.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/syllable.h"

#define ENTRIES_MAX 20000
#define ENTRY_SLOTS 65536 /* powers of two, more than twice what they hold */
#define PAIRS_MAX 200000
#define PAIR_SLOTS 524288
#define DISCOUNT 0.75
#define UNKNOWN_COST 15.0 /* a word that was never seen */

struct pair {
    int left, right; /* right + 1; 0: empty */
    float count;
};

struct speech {
    struct arena *arena;
    struct entry *entries;
    int count;
    int *slots; /* id + 1 */
    struct pair *pairs;
    size_t pair_count;
    double total;
    bool broken; /* while it is read: a row that is none, or too many */
};

/* ---------------------------------------------------------------- tables */

static size_t text_slot(const struct speech *language, const char *text)
{
    uint32_t hash = 2166136261u;
    for (const char *at = text; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    size_t slot = hash % ENTRY_SLOTS;
    while (language->slots[slot] &&
           strcmp(language->entries[language->slots[slot] - 1].text, text) != 0)
        slot = (slot + 1) % ENTRY_SLOTS;
    return slot;
}

static size_t pair_slot(const struct speech *language, int left, int right)
{
    uint32_t hash = ((uint32_t)left * 2654435761u) ^ ((uint32_t)right * 2246822519u);
    size_t slot = (hash ^ hash >> 15) % PAIR_SLOTS;
    const struct pair *pairs = language->pairs;
    while (pairs[slot].right && (pairs[slot].left != left || pairs[slot].right != right + 1))
        slot = (slot + 1) % PAIR_SLOTS;
    return slot;
}

static int add_entry(struct speech *language, const char *text)
{
    size_t slot = text_slot(language, text);
    if (language->slots[slot])
        return language->slots[slot] - 1;
    if (language->count == ENTRIES_MAX) {
        language->broken = true;
        return 0;
    }
    struct entry *entry = &language->entries[language->count];
    entry->text = arena_strdup(language->arena, text);
    const char *at = *text == '<' ? "" : text;
    for (uint32_t code; (code = text_next(&at)) && entry->length < LANGUAGE_LETTERS;) {
        int tone = 0;
        uint32_t base = syllable_base(syllable_letter(code, &tone));
        entry->letters[entry->length++] = code;
        entry->bases |= 1u << (base % 32);
    }
    language->slots[slot] = ++language->count;
    return language->count - 1;
}

static void add_row(void *context, char **cells, size_t count)
{
    struct speech *language = context;
    char *end = NULL;
    double seen = count == 2 || count == 3 ? strtod(cells[count - 1], &end) : 0;
    if (!end || *end || end == cells[count - 1] || !(seen >= 0 && seen < 1e9) || !*cells[0] ||
        !text_valid(cells[0], strlen(cells[0])) ||
        (count == 3 && !text_valid(cells[1], strlen(cells[1])))) {
        language->broken = true;
        return;
    }
    int left = add_entry(language, cells[0]);
    if (count == 2) {
        language->entries[left].count += seen;
        language->total += seen;
        return;
    }
    int right = add_entry(language, cells[1]);
    struct pair *pair = &language->pairs[pair_slot(language, left, right)];
    if (language->broken || (!pair->right && language->pair_count++ == PAIRS_MAX)) {
        language->broken = true;
        return;
    }
    language->entries[left].kinds += pair->right == 0;
    language->entries[left].followed += seen;
    *pair = (struct pair){left, right + 1, pair->count + (float)seen};
}

/* An exception is an entry that was never counted. */
static void add_exception(void *context, char **cells, size_t count)
{
    struct speech *language = context;
    if (count != 1 || !text_valid(cells[0], strlen(cells[0])))
        language->broken = true;
    else
        add_entry(language, text_lower(language->arena, cells[0]));
}

enum status language_open(const char *folder, struct speech **out, struct error *error)
{
    struct speech *language = memory_new(sizeof *language);
    language->arena = arena_new();
    language->entries = arena_array(language->arena, ENTRIES_MAX, sizeof *language->entries);
    language->slots = arena_array(language->arena, ENTRY_SLOTS, sizeof *language->slots);
    language->pairs = arena_array(language->arena, PAIR_SLOTS, sizeof *language->pairs);
    struct arena *files = arena_new();
    enum status status =
        catalogue_read(folder, "counts.tsv", '\t', files, add_row, language, error);
    if (status == STATUS_OK)
        status =
            catalogue_read(folder, "exceptions.tsv", '\t', files, add_exception, language, error);
    arena_free(files);
    if (status == STATUS_OK && (language->broken || language->total <= 0))
        status = error_set(error, STATUS_FATAL,
                           _("the counts of the language in %s are damaged; copy them there from "
                             "the program's config folder"),
                           folder);
    if (status == STATUS_OK)
        *out = language;
    else
        language_close(language);
    return status;
}

void language_close(struct speech *language)
{
    if (!language)
        return;
    arena_free(language->arena);
    free(language);
}

/* ---------------------------------------------------------------- questions */

int language_find(const struct speech *language, const char *text)
{
    return language->slots[text_slot(language, text)] - 1;
}

int language_size(const struct speech *language)
{
    return language->count;
}

const struct entry *language_entry(const struct speech *language, int id)
{
    return &language->entries[id];
}

double language_pair(const struct speech *language, int left, int right)
{
    if (left < 0 || right < 0)
        return 0;
    return (double)language->pairs[pair_slot(language, left, right)].count;
}

/* Absolute discounting; what is taken off goes to the syllables by how often they occur at all. */
double language_cost(const struct speech *language, int left, int right)
{
    if (right < 0)
        return UNKNOWN_COST;
    double alone = (language->entries[right].count + 0.5) / (language->total + 10000);
    if (left < 0 || language->entries[left].followed <= 0)
        return -log(alone);
    const struct entry *entry = &language->entries[left];
    double seen = language_pair(language, left, right);
    double part = (seen > DISCOUNT ? seen - DISCOUNT : 0) / (entry->followed + 2);
    return -log(part + (DISCOUNT * entry->kinds + 2) / (entry->followed + 2) * alone);
}

bool language_has(const struct speech *language, const char *text)
{
    if (syllable_possible(text))
        return true;
    struct arena *arena = arena_new();
    bool has = language_find(language, text_lower(arena, text)) >= 0;
    arena_free(arena);
    return has;
}
