#include "core/corrected.h"

#include <string.h>

#include "core/buffer.h"
#include "core/text.h"

#define GROUPS 3 /* of digits in a date */

/* The words of a page that lie in the box of a field. */
struct covered {
    struct word **words;
    size_t *lines; /* of each */
    size_t count;
};

static struct covered cover(struct words *words, const struct box *box, struct arena *arena)
{
    size_t total = words_count(words);
    struct covered out = {arena_array(arena, total + 1, sizeof *out.words),
                          arena_array(arena, total + 1, sizeof *out.lines), 0};
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++)
            if (box_holds_middle(box, &words->lines[i].words[j].box)) {
                out.words[out.count] = &words->lines[i].words[j];
                out.lines[out.count++] = i;
            }
    return out;
}

static char *text_of(const struct covered *covered, struct arena *arena)
{
    struct buffer out = {0};
    for (size_t i = 0; i < covered->count; i++)
        buffer_printf(&out, "%s%s", i > 0 ? " " : "", covered->words[i]->text);
    char *text = arena_strndup(arena, out.data ? (char *)out.data : "", out.size);
    buffer_clear(&out);
    return text;
}

/* ---------------------------------------------------------------- dates */

/* "ngày 12 tháng 3 năm 2010" keeps its words, its three numbers become those of the ISO date. */
static void correct_date(const struct covered *covered, const char *iso, struct arena *arena)
{
    const char *wanted[GROUPS] = {iso + 8, iso + 5, iso}; /* day, month, year */
    const size_t sizes[GROUPS] = {2, 2, 4};
    size_t groups = 0;
    for (int pass = 0; pass < 2; pass++) {
        size_t group = 0;
        for (size_t i = 0; i < covered->count; i++) {
            struct buffer out = {0};
            for (const char *at = covered->words[i]->text; *at;) {
                size_t digits = strspn(at, "0123456789");
                if (digits == 0) {
                    buffer_add(&out, at++, 1);
                    continue;
                }
                if (pass == 1)
                    buffer_add(&out, wanted[group], sizes[group]);
                at += digits;
                group++;
            }
            if (pass == 1)
                covered->words[i]->text =
                    arena_strndup(arena, out.data ? (char *)out.data : "", out.size);
            buffer_clear(&out);
        }
        groups = group;
        if (groups != GROUPS)
            return; /* not written as day, month and year: the reading stays */
    }
}

/* ---------------------------------------------------------------- texts */

static size_t split(const char *value, struct arena *arena, const char ***tokens)
{
    size_t count = 0;
    *tokens = arena_array(arena, strlen(value) / 2 + 2, sizeof **tokens);
    for (const char *at = value + strspn(value, " "); *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        (*tokens)[count++] = arena_strndup(arena, at, length);
        at += length;
    }
    return count;
}

/* The words from first on that stand in one line, as one box. */
static struct box line_box(const struct covered *covered, size_t first, size_t *next)
{
    struct box box = covered->words[first]->box;
    size_t i = first + 1;
    for (; i < covered->count && covered->lines[i] == covered->lines[first]; i++) {
        const struct box *other = &covered->words[i]->box;
        int right = box.x + box.width, bottom = box.y + box.height;
        int other_right = other->x + other->width, other_bottom = other->y + other->height;
        box.x = other->x < box.x ? other->x : box.x;
        box.y = other->y < box.y ? other->y : box.y;
        box.width = (other_right > right ? other_right : right) - box.x;
        box.height = (other_bottom > bottom ? other_bottom : bottom) - box.y;
    }
    *next = i;
    return box;
}

static bool is_among(const struct covered *covered, size_t first, size_t next,
                     const struct word *word)
{
    for (size_t i = first; i < next; i++)
        if (covered->words[i] == word)
            return true;
    return false;
}

/* In place of the covered words of a line, count tokens over their box, each as wide as it is long.
 */
static void lay_line(const struct covered *covered, size_t first, size_t next,
                     const char *const *tokens, size_t count, const struct box *box,
                     struct line *line, struct arena *arena)
{
    size_t letters = 0, passed = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        letters += text_length(tokens[i]) + (i + 1 < count);
    struct word *out = arena_array(arena, line->word_count + count + 1, sizeof *out);
    for (size_t i = 0; i < line->word_count; i++) {
        const struct word *word = &line->words[i];
        if (!is_among(covered, first, next, word))
            out[kept++] = *word;
        for (size_t j = 0; word == covered->words[first] && j < count; j++) {
            int left = (int)((double)box->width * (double)passed / (double)letters);
            passed += text_length(tokens[j]);
            int right = (int)((double)box->width * (double)passed / (double)letters);
            passed++;
            out[kept++] = (struct word){
                .text = tokens[j],
                .confidence = 1,
                .box = {box->x + left, box->y, right > left ? right - left : 1, box->height}};
        }
    }
    line->words = out;
    line->word_count = kept;
}

static void correct_text(struct words *words, const struct covered *covered, const char *value,
                         struct arena *arena)
{
    const char **tokens = NULL;
    size_t count = split(value, arena, &tokens), given = 0, next = 0;
    double wide = 0, so_far = 0;
    for (size_t first = 0; first < covered->count; first = next)
        wide += line_box(covered, first, &next).width;
    for (size_t first = 0; first < covered->count; first = next) {
        struct box box = line_box(covered, first, &next);
        so_far += box.width;
        size_t upto =
            next == covered->count ? count : (size_t)((double)count * so_far / wide + 0.5);
        lay_line(covered, first, next, tokens + given, upto - given, &box,
                 &words->lines[covered->lines[first]], arena);
        given = upto;
    }
}

/* ---------------------------------------------------------------- the page */

static bool is_date(enum field_id id)
{
    return id == FIELD_DATE || id == FIELD_BIRTH_DATE;
}

/* Fields whose value stands on the paper as it is. */
static bool is_printed(enum field_id id)
{
    return id != FIELD_TYPE && id != FIELD_PROCEDURE && id != FIELD_UNIT;
}

/* The same for a reader: letter case, the place of a tone and blanks in a number do not count. */
static bool says_the_same(enum field_id id, const char *printed, const char *value,
                          struct arena *arena)
{
    if (id == FIELD_OWNER_ID)
        return strcmp(text_digits(arena, printed), text_digits(arena, value)) == 0;
    return strcmp(text_tone_last(arena, printed), text_tone_last(arena, value)) == 0;
}

static struct words *copy_words(const struct words *words, struct arena *arena)
{
    struct words *copy = arena_alloc(arena, sizeof *copy);
    *copy = *words;
    copy->lines = arena_array(arena, words->line_count + 1, sizeof *copy->lines);
    for (size_t i = 0; i < words->line_count; i++) {
        struct line *line = &copy->lines[i];
        *line = words->lines[i];
        line->words = arena_array(arena, line->word_count + 1, sizeof *line->words);
        for (size_t j = 0; j < line->word_count; j++)
            line->words[j] = words->lines[i].words[j];
    }
    return copy;
}

static void correct_field(struct words *words, enum field_id id, const struct field *field,
                          struct arena *arena)
{
    struct covered covered = cover(words, &field->box, arena);
    if (covered.count == 0 || says_the_same(id, text_of(&covered, arena), field->value, arena))
        return;
    if (!is_date(id))
        correct_text(words, &covered, field->value, arena);
    else if (strlen(field->value) == 10)
        correct_date(&covered, field->value, arena);
}

bool document_corrects(const struct document *document, enum field_id id)
{
    const struct field *field = &document->fields[id];
    return field->source == SOURCE_PERSON && field->value != NULL && field->page >= 0 &&
           field->box.width > 0 && field->box.height > 0 && is_printed(id);
}

const struct words *document_corrected(const struct document *document, size_t page,
                                       const struct words *words, struct arena *arena)
{
    struct words *copy = NULL;
    for (int id = 0; words != NULL && id < FIELD_COUNT; id++) {
        const struct field *field = &document->fields[id];
        if (field->page != (int)page || !document_corrects(document, id))
            continue;
        if (copy == NULL)
            copy = copy_words(words, arena);
        correct_field(copy, id, field, arena);
    }
    return copy == NULL ? words : copy;
}
