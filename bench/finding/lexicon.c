#include "bench/finding/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { SLOTS = 1 << 14, TABLE_MAX = 16 << 20, COMMON = 250 };

struct follower {
    uint32_t word, sum; /* sum: of the counts up to and with this one */
};

struct word {
    const char *text;
    uint32_t count;
    struct follower *next;
    size_t next_count, next_room;
};

struct names {
    const char *at[256];
    size_t count;
};

struct lexicon {
    struct arena *arena;
    struct word *words;
    size_t count, room;
    uint32_t slots[SLOTS]; /* word + 1 */
    struct names names[3];
    const char **units;
    size_t unit_count;
};

uint32_t chance(uint64_t *state, uint32_t limit)
{
    *state += 0x9E3779B97F4A7C15u; /* splitmix64 */
    uint64_t mixed = *state;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return limit ? (uint32_t)((mixed ^ mixed >> 31) % limit) : 0;
}

static uint32_t word_of(struct lexicon *lexicon, const char *text)
{
    uint32_t hash = 2166136261u;
    for (const char *at = text; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    for (; lexicon->slots[hash % SLOTS]; hash++)
        if (strcmp(lexicon->words[lexicon->slots[hash % SLOTS] - 1].text, text) == 0)
            return lexicon->slots[hash % SLOTS] - 1;
    if (lexicon->count == lexicon->room) {
        lexicon->room = lexicon->room ? 2 * lexicon->room : 4096;
        lexicon->words = memory_resize(lexicon->words, lexicon->room * sizeof *lexicon->words);
    }
    lexicon->words[lexicon->count] = (struct word){.text = arena_strdup(lexicon->arena, text)};
    lexicon->slots[hash % SLOTS] = (uint32_t)lexicon->count + 1;
    return (uint32_t)lexicon->count++;
}

static void add_pair(struct lexicon *lexicon, uint32_t left, uint32_t right, uint32_t count)
{
    struct word *word = &lexicon->words[left];
    if (word->next_count == word->next_room) {
        word->next_room = word->next_room ? 2 * word->next_room : 4;
        word->next = memory_resize(word->next, word->next_room * sizeof *word->next);
    }
    uint32_t sum = word->next_count ? word->next[word->next_count - 1].sum : 0;
    word->next[word->next_count++] = (struct follower){right, sum + count};
}

/* Rows "syllable <tab> count" and "left <tab> right <tab> count"; "<n>" and the like are no words.
 */
static enum status read_counts(struct lexicon *lexicon, struct error *error)
{
    char *text = NULL, *rest = NULL;
    enum status status =
        file_read("config/language/counts.tsv", TABLE_MAX, lexicon->arena, &text, NULL, error);
    for (char *row = status == STATUS_OK ? strtok_r(text, "\n", &rest) : NULL; row;
         row = strtok_r(NULL, "\n", &rest)) {
        char *first = row, *second = strchr(row, '\t');
        if (*row == '#' || strchr(row, '<') || !second)
            continue;
        *second++ = 0;
        char *third = strchr(second, '\t');
        uint32_t left = word_of(lexicon, first);
        if (!third) {
            lexicon->words[left].count += (uint32_t)strtoul(second, NULL, 10);
            continue;
        }
        *third++ = 0;
        add_pair(lexicon, left, word_of(lexicon, second), (uint32_t)strtoul(third, NULL, 10));
    }
    return status;
}

static enum status read_names(struct lexicon *lexicon, struct error *error)
{
    char *text = NULL, *rest = NULL;
    enum status status =
        file_read("teach/texts/names.tsv", TABLE_MAX, lexicon->arena, &text, NULL, error);
    int part = -1;
    for (char *word = status == STATUS_OK ? strtok_r(strchr(text, '\n'), " \n", &rest) : NULL; word;
         word = strtok_r(NULL, " \n", &rest)) {
        const char *place = strlen(word) == 1 ? strchr("hdt", *word) : NULL;
        if (place) {
            part = *word == 'h' ? NAME_FAMILY : *word == 'd' ? NAME_MIDDLE : NAME_GIVEN;
            continue;
        }
        if (part >= 0 && lexicon->names[part].count < COUNT(lexicon->names[part].at))
            lexicon->names[part].at[lexicon->names[part].count++] = word;
    }
    return status;
}

/* "code,level,kind,name,...": communes and wards, by kind and name. */
static enum status read_units(struct lexicon *lexicon, struct error *error)
{
    char *text = NULL, *rest = NULL;
    size_t room = 0;
    enum status status =
        file_read("config/units.csv", TABLE_MAX, lexicon->arena, &text, NULL, error);
    for (char *row = status == STATUS_OK ? strtok_r(text, "\n", &rest) : NULL; row;
         row = strtok_r(NULL, "\n", &rest)) {
        char *kind = strstr(row, ",commune,");
        if (!kind)
            continue;
        kind += strlen(",commune,");
        size_t size = strcspn(kind, ","), name = strcspn(kind + size + (kind[size] != 0), ",\r");
        if (lexicon->unit_count == room) {
            room = room ? 2 * room : 1024;
            lexicon->units = memory_resize(lexicon->units, room * sizeof *lexicon->units);
        }
        lexicon->units[lexicon->unit_count++] =
            arena_printf(lexicon->arena, "%.*s %.*s", (int)size, kind, (int)name, kind + size + 1);
    }
    return status;
}

enum status lexicon_read(struct arena *arena, struct lexicon **out, struct error *error)
{
    struct lexicon *lexicon = arena_alloc(arena, sizeof *lexicon);
    lexicon->arena = arena;
    enum status status = read_counts(lexicon, error);
    if (status == STATUS_OK)
        status = read_names(lexicon, error);
    if (status == STATUS_OK)
        status = read_units(lexicon, error);
    if (status == STATUS_OK && lexicon->unit_count == 0)
        status = error_set(error, STATUS_REJECT, "config/units.csv has no communes");
    *out = lexicon;
    return status;
}

/* A syllable that Vietnamese may have, whether or not any text has it. */
static void rare_syllable(uint64_t *state, struct buffer *out)
{
    static const char *const onsets[] = {"b", "c",  "ch", "d", "đ", "g", "h",  "kh", "l", "m",
                                         "n", "nh", "ph", "r", "s", "t", "th", "tr", "v", "x"};
    static const char *const rhymes[] = {
        "ạch", "ần",  "ắp",   "ấu",  "ẹn", "ỏng", "ộc", "ơm",  "ớp", "ủn",   "ưng", "ượt",
        "ấm",  "ánh", "ẽo",   "ỗng", "ợn", "uất", "ữa", "ăng", "ặc", "ương", "uối", "úc",
        "òm",  "oan", "oạch", "ủy",  "ụp", "ươi", "at", "ấp",  "ỡ",  "ổ",    "iêu", "ửu"};
    buffer_printf(out, "%s%s ", onsets[chance(state, COUNT(onsets))],
                  rhymes[chance(state, COUNT(rhymes))]);
}

void lexicon_walk(const struct lexicon *lexicon, uint64_t *state, size_t syllables,
                  struct buffer *out)
{
    uint32_t word = chance(state, (uint32_t)lexicon->count);
    for (size_t i = 0; i < syllables; i++) {
        const struct word *at = &lexicon->words[word];
        uint32_t dice = chance(state, 100);
        if (dice < 5) {
            rare_syllable(state, out);
            continue;
        }
        buffer_printf(out, "%s ", at->text);
        if (at->next_count == 0 || dice < 10) { /* any syllable: mostly a rare one */
            word = chance(state, (uint32_t)lexicon->count);
            continue;
        }
        uint32_t sum = chance(state, at->next[at->next_count - 1].sum);
        size_t low = 0, high = at->next_count - 1;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (at->next[middle].sum > sum)
                high = middle;
            else
                low = middle + 1;
        }
        word = at->next[low].word;
    }
}

const char *lexicon_name(const struct lexicon *lexicon, uint64_t *state, enum name_part part)
{
    const struct names *names = &lexicon->names[part];
    return names->at[chance(state, (uint32_t)names->count)];
}

bool lexicon_is_common(const struct lexicon *lexicon, const char *word)
{
    /* the counts begin with the most frequent */
    for (size_t i = 0; i < COMMON && i < lexicon->count; i++)
        if (strcmp(lexicon->words[i].text, word) == 0)
            return true;
    return false;
}

const char *lexicon_unit(const struct lexicon *lexicon, uint64_t *state)
{
    return lexicon->units[chance(state, (uint32_t)lexicon->unit_count)];
}
