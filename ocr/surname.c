#include "ocr/surname.h"

#include <math.h>
#include <string.h>

#include "core/text.h"
#include "ocr/confusion.h"
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

/* Of a thousand people so many bear it. */
static const struct {
    const char *text;
    double share;
} names[] = {
    {"nguyễn", 380}, {"trần", 110}, {"lê", 95},    {"phạm", 70},   {"hoàng", 35}, {"huỳnh", 16},
    {"phan", 45},    {"vũ", 25},    {"võ", 14},    {"đặng", 21},   {"bùi", 20},   {"đỗ", 14},
    {"hồ", 13},      {"ngô", 13},   {"dương", 10}, {"lý", 5},      {"đinh", 10},  {"đoàn", 5},
    {"lương", 5},    {"mai", 5},    {"trịnh", 6},  {"trương", 22}, {"cao", 5},    {"đào", 5},
    {"hà", 5},       {"tạ", 3},     {"chu", 3},    {"lâm", 3},     {"quách", 2},  {"phùng", 3},
    {"thái", 2},     {"tô", 2},     {"nông", 2},   {"hứa", 1},     {"tống", 2},   {"kiều", 1},
    {"triệu", 2},    {"vương", 2},  {"lưu", 3},    {"đàm", 1},     {"vi", 1},     {"lò", 1},
    {"lường", 1},    {"quàng", 1},  {"ma", 1},     {"giang", 1},   {"châu", 2},   {"tăng", 1},
};
#define NAME_COUNT (sizeof names / sizeof *names)

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
static const char *likeliest(const char *lower, double limit)
{
    struct letters read = letters_of(lower);
    double best = INFINITY, second = INFINITY;
    const char *found = NULL;
    for (size_t i = 0; i < NAME_COUNT && read.count; i++) {
        struct letters printed = letters_of(names[i].text);
        double cost = cost_of(&read, &printed) - log(names[i].share / 1000);
        if (strcmp(names[i].text, lower) == 0)
            return names[i].text;
        if (cost < best) {
            second = best;
            best = cost;
            found = names[i].text;
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

bool surname_doubt(struct line *line, struct arena *arena)
{
    struct word *word = &line->words[0];
    if (line->word_count < WORDS_MIN || line->word_count > WORDS_MAX || word->confidence >= CERTAIN)
        return false;
    bool capitals = true;
    for (size_t i = 1; i < line->word_count; i++) {
        const char *text = line->words[i].text;
        if (!is_name_word(&line->words[i], arena))
            return false;
        capitals = capitals && strcmp(text_title(arena, text_lower(arena, text)), text) != 0;
    }
    const char *lower = text_lower(arena, word->text),
               *name = likeliest(lower, word->confidence < DOUBTFUL ? LIMIT : MARK);
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
