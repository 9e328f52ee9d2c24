/*
 * A field against the words at its place. What was read is mended on its way (a name by its other
 * readings, O for 0 in a number, a title over several rows), so value and words are held together
 * by likeness, and what was printed by its very letters.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/said.h"
#include "core/buffer.h"
#include "core/text.h"

#define ROWS_BEHIND 2 /* a value goes on in the next rows */

/* Letters and digits alone, without marks. */
static char *flatten(struct arena *arena, const char *text)
{
    char *flat = text_fold(arena, text), *to = flat;
    for (const char *at = flat; *at; at++)
        if ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9'))
            *to++ = *at;
    *to = 0;
    return flat;
}

/* Letters to change in text until value stands somewhere in it. */
static size_t distance_within(const char *value, const char *text, struct arena *arena)
{
    size_t size = strlen(value), least = size;
    size_t *column = arena_array(arena, size + 1, sizeof *column);
    for (size_t i = 0; i <= size; i++)
        column[i] = i;
    for (; *text; text++) {
        size_t before = column[0]; /* 0: it may begin anywhere */
        for (size_t i = 1; i <= size; i++) {
            size_t change = before + (value[i - 1] != *text);
            before = column[i];
            size_t other = (column[i] < column[i - 1] ? column[i] : column[i - 1]) + 1;
            column[i] = change < other ? change : other;
        }
        least = column[size] < least ? column[size] : least;
    }
    return least;
}

/* Three letters of five are there. */
static bool is_like(const char *value, const char *text, struct arena *arena)
{
    const char *flat = flatten(arena, value);
    return 5 * distance_within(flat, flatten(arena, text), arena) <= 2 * strlen(flat);
}

static bool meets(const struct box *a, const struct box *b)
{
    return a->x <= b->x + b->width && b->x <= a->x + a->width && a->y <= b->y + b->height &&
           b->y <= a->y + a->height;
}

static bool line_meets(const struct line *line, const struct box *box)
{
    for (size_t i = 0; i < line->word_count; i++)
        if (meets(&line->words[i].box, box))
            return true;
    return false;
}

/* The lines that reach into the box and what follows them; box NULL: the whole page. Flat. */
static const char *read_at(const struct words *words, const struct box *box, struct arena *arena)
{
    struct buffer out = {0};
    size_t until = box ? 0 : words->line_count;
    for (size_t i = 0; i < words->line_count; i++) {
        if (box && line_meets(&words->lines[i], box))
            until = i + 1 + ROWS_BEHIND;
        for (size_t j = 0; i < until && j < words->lines[i].word_count; j++)
            buffer_text(&out, flatten(arena, words->lines[i].words[j].text));
    }
    const char *text = arena_strndup(arena, out.data ? (char *)out.data : "", out.size);
    buffer_clear(&out);
    return text;
}

/* Each word of it stands there, letter by letter. */
static bool stands(const char *printed, const char *there, struct arena *arena)
{
    for (const char *at = printed + strspn(printed, " "); *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (!strstr(there, flatten(arena, arena_strndup(arena, at, length))))
            return false;
        at += length;
    }
    return true;
}

/* "ngày 12 tháng 3 năm 2010", "12/3/2010": the same day. What is written otherwise, or was doubted,
 * is not judged. */
static bool same_day(const struct field *field)
{
    int numbers[3] = {0};
    size_t count = 0, length = 0;
    char iso[16];
    for (const char *at = field->printed; *at; at += length ? length : 1) {
        length = strspn(at, "0123456789");
        if (length > 4 || (length > 0 && count == 3))
            return true;
        if (length > 0)
            numbers[count++] = atoi(at);
    }
    if (count < 3 || field->doubt || !text_date_valid(numbers[2], numbers[1], numbers[0]))
        return true;
    snprintf(iso, sizeof iso, "%04d-%02d-%02d", numbers[2], numbers[1], numbers[0]);
    return strcmp(iso, field->value) == 0;
}

/* What a machine reads of these it reads at a place. */
static bool is_read_somewhere(enum field_id id)
{
    return id == FIELD_NUMBER || id == FIELD_BOOK || id == FIELD_OWNER || id == FIELD_OWNER_ID ||
           id == FIELD_SIGNER || id == FIELD_DATE || id == FIELD_BIRTH_DATE;
}

bool said_field_holds(const struct document *document, enum field_id id, const struct words *words,
                      struct arena *arena)
{
    const struct field *field = &document->fields[id];
    if (field->source != SOURCE_OCR || !field->value)
        return true;
    if (!words || !field->printed || field->box.width <= 0)
        return !is_read_somewhere(id);
    switch (id) {
    case FIELD_DATE:
    case FIELD_BIRTH_DATE:
        return stands(field->printed, read_at(words, &field->box, arena), arena) && same_day(field);
    case FIELD_NUMBER:
    case FIELD_BOOK:
    case FIELD_OWNER:
    case FIELD_OWNER_ID:
    case FIELD_SIGNER:
        return stands(field->printed, read_at(words, &field->box, arena), arena) &&
               is_like(field->value, field->printed, arena);
    case FIELD_TITLE: /* where a stamp of secrecy was found, that is its place */
        return stands(field->printed, read_at(words, NULL, arena), arena) &&
               is_like(field->value, read_at(words, NULL, arena), arena);
    case FIELD_AGENCY: /* its place is spelled as the catalogue has it */
        return stands(field->printed, read_at(words, NULL, arena), arena);
    default: /* type, procedure and unit do not stand on paper so */
        return true;
    }
}

bool said_owner_holds(const struct document_owner *owner, const struct words *words,
                      struct arena *arena)
{
    return owner->box.width <= 0 ||
           (is_like(owner->name, read_at(words, &owner->box, arena), arena) &&
            (!owner->id || is_like(owner->id, read_at(words, NULL, arena), arena)));
}
