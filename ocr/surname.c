#include "ocr/surname.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/catalogue.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/confusion.h"
#include "ocr/fields.h"
#include "ocr/syllable.h"

#define WORDS_MIN 3
#define WORDS_MAX 5
#define DOUBTFUL 0.75 /* of a first word read more surely only a mark may be wrong ... */
#define CERTAIN 0.93  /* ... and one read so surely stays */
#define OTHERS 0.50   /* the other words are read so surely at least */
#define LETTERS_MAX 8
#define HIDDEN 1.5 /* a first letter is hidden more easily than one within is lost */
#define LIMIT 12.0 /* of what may be believed, -ln */
#define MARK 7.0   /* ... where only a mark may be wrong */
#define CLEARLY 2.0

#define NAMES_MAX 1000
#define NEAR_SHARE 6   /* what so many of a thousand bear is meant by what is one letter off */
#define NEAR_LETTERS 4 /* ... and so long at least */
#define EVERYWHERE 300 /* ... by what is two letters off */

struct spelling {
    const char *text;
    double share;
};

struct surnames {
    struct arena *arena;
    struct spelling *spellings;
    size_t spelling_count;
    struct surname *names; /* the spellings of one skeleton together */
    size_t name_count;
    bool broken; /* while it is read: a row that is none, or too many */
};

/* ---------------------------------------------------------------- the table */

static void add_spelling(struct surnames *names, const char *text, double share)
{
    names->spellings[names->spelling_count++] = (struct spelling){text, share};
    const char *flat = flatten(names->arena, text);
    size_t i = 0;
    while (i < names->name_count && strcmp(names->names[i].flat, flat) != 0)
        i++;
    struct surname *name = &names->names[i];
    if (i == names->name_count) {
        *name = (struct surname){flat, text, share};
        names->name_count++;
        return;
    }
    name->spelled = arena_printf(names->arena, "%s %s", name->spelled, text);
    name->share += share;
}

static void add_row(void *context, char **cells, size_t count)
{
    struct surnames *names = context;
    char *end = NULL;
    double share = count == 2 ? strtod(cells[1], &end) : 0;
    if (!end || *end || end == cells[1] || !(share > 0 && share <= 1000) || !*cells[0] ||
        !text_valid(cells[0], strlen(cells[0])) || names->spelling_count == NAMES_MAX) {
        names->broken = true;
        return;
    }
    add_spelling(names, text_lower(names->arena, cells[0]), share);
}

enum status surnames_open(const char *folder, struct surnames **out, struct error *error)
{
    struct surnames *names = memory_new(sizeof *names);
    names->arena = arena_new();
    names->spellings = arena_array(names->arena, NAMES_MAX, sizeof *names->spellings);
    names->names = arena_array(names->arena, NAMES_MAX, sizeof *names->names);
    enum status status =
        catalogue_read(folder, "surnames.tsv", '\t', names->arena, add_row, names, error);
    if (status == STATUS_OK && (names->broken || names->name_count == 0))
        status = error_set(error, STATUS_FATAL,
                           _("the family names in %s/surnames.tsv are damaged; copy the file there "
                             "from the program's config folder"),
                           folder);
    if (status == STATUS_OK)
        *out = names;
    else
        surnames_close(names);
    return status;
}

void surnames_close(struct surnames *names)
{
    if (!names)
        return;
    arena_free(names->arena);
    free(names);
}

const struct surname *surname_of(const struct surnames *names, const char *flat)
{
    for (size_t i = 0; names && i < names->name_count; i++)
        if (strcmp(flat, names->names[i].flat) == 0)
            return &names->names[i];
    return NULL;
}

const struct surname *surname_near(const struct surnames *names, const char *flat)
{
    const struct surname *near = NULL;
    for (size_t i = 0; names && i < names->name_count; i++) {
        const struct surname *name = &names->names[i];
        size_t length = strlen(name->flat);
        bool everywhere = name->share >= EVERYWHERE;
        if (name->share < NEAR_SHARE || length < NEAR_LETTERS ||
            (!everywhere && strlen(flat) != length) ||
            text_distance(flat, name->flat) > (everywhere ? 2 : 1))
            continue;
        if (near)
            return NULL;
        near = name;
    }
    return near;
}

/* ---------------------------------------------------------------- a name alone in its line */

struct letters {
    uint32_t codes[LETTERS_MAX];
    size_t count; /* 0: too long */
};

static struct letters letters_of(const char *lower)
{
    struct letters out = {0};
    for (uint32_t code; (code = text_next(&lower));) {
        if (out.count == LETTERS_MAX)
            return (struct letters){0};
        out.codes[out.count++] = code;
    }
    return out;
}

/* What it costs that `printed` was there where `read` was read. */
static double cost_of(const struct letters *read, const struct letters *printed)
{
    double row[LETTERS_MAX + 1];
    row[0] = 0;
    for (size_t j = 1; j <= printed->count; j++)
        row[j] = (double)j * HIDDEN;
    for (size_t i = 0; i < read->count; i++) {
        double corner = row[0];
        row[0] += CONFUSION_LOST;
        for (size_t j = 0; j < printed->count; j++) {
            double change = corner + confusion_cost(read->codes[i], printed->codes[j]);
            corner = row[j + 1];
            row[j + 1] = fmin(change, fmin(row[j + 1], row[j]) + CONFUSION_LOST);
        }
    }
    return row[printed->count];
}

/* A capital, small letters behind it (or capitals only), a syllable, surely read. */
static bool is_name_word(const struct word *word, struct arena *arena)
{
    const char *lower = text_lower(arena, word->text), *at = word->text, *low = lower;
    bool capital = text_next(&at) != text_next(&low);
    return capital && word->confidence >= OTHERS && syllable_possible(lower);
}

/* The likeliest family name; NULL: none is clearly so. */
static const char *likeliest(const struct surnames *names, const char *lower, double limit)
{
    struct letters read = letters_of(lower);
    double best = INFINITY, second = INFINITY;
    const char *found = NULL;
    for (size_t i = 0; i < names->spelling_count && read.count; i++) {
        const struct spelling *name = &names->spellings[i];
        struct letters printed = letters_of(name->text);
        double cost = cost_of(&read, &printed) - log(name->share / 1000);
        if (strcmp(name->text, lower) == 0)
            return name->text;
        if (cost < best) {
            second = best;
            best = cost;
            found = name->text;
        } else if (cost < second) {
            second = cost;
        }
    }
    return best <= limit && second - best >= CLEARLY ? found : NULL;
}

static char *in_capitals(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, 4 * strlen(text) + 1), *end = out;
    for (uint32_t code; (code = text_next(&text));)
        end += text_put(text_upper_letter(code), end);
    *end = 0;
    return out;
}

bool surname_doubt(const struct surnames *names, struct line *line, struct arena *arena)
{
    struct word *word = &line->words[0];
    if (!names || line->word_count < WORDS_MIN || line->word_count > WORDS_MAX ||
        word->confidence >= CERTAIN)
        return false;
    bool capitals = true;
    for (size_t i = 1; i < line->word_count; i++) {
        const char *text = line->words[i].text;
        if (!is_name_word(&line->words[i], arena))
            return false;
        capitals = capitals && strcmp(text_title(arena, text_lower(arena, text)), text) != 0;
    }
    const char *lower = text_lower(arena, word->text),
               *name = likeliest(names, lower, word->confidence < DOUBTFUL ? LIMIT : MARK);
    if (!name || (capitals && strcmp(name, lower) == 0))
        return false;
    const char *text = capitals ? in_capitals(arena, name) : text_title(arena, name);
    if (strcmp(text, word->text) == 0)
        return false;
    struct alternative *all = arena_array(arena, word->alternative_count + 1, sizeof *all);
    size_t count = 0;
    all[count++] = (struct alternative){text, word->confidence};
    for (size_t i = 0; i < word->alternative_count; i++)
        if (strcmp(word->alternatives[i].text, text) != 0)
            all[count++] = word->alternatives[i];
    word->alternatives = all;
    word->alternative_count = count;
    word->doubt = "reading";
    return true;
}
