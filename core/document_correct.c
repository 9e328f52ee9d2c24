/* What a person says stands on the paper: checked, written one way, and where it stands. */
#include <string.h>

#include "core/document.h"
#include "core/message.h"
#include "core/text.h"

#define VALUE_MAX 1000  /* code points of a field that a person types */
#define LETTER_WIDTH 20 /* % of its height; a narrower one is not found there again */
#define TITLE_WIDTH 30  /* narrower: a title of which the box has the first line only */

static enum status check_date(struct arena *arena, char **value, struct error *error)
{
    char iso[11];
    if (!text_date(*value, iso))
        return error_set(
            error, STATUS_REJECT,
            _("“%s” is no day of the calendar; write day/month/year, as in 02/09/2025"), *value);
    *value = arena_strdup(arena, iso);
    return STATUS_OK;
}

/* CMND 9, tax code 10 or 13, CCCD 12; grouped by blanks, dots or dashes as papers do. */
static enum status check_number(struct arena *arena, char **value, struct error *error)
{
    char *digits = text_digits(arena, *value);
    size_t length = strlen(digits);
    bool only_digits = strspn(*value, "0123456789 .-") == strlen(*value);
    if (!only_digits || (length != 9 && length != 10 && length != 12 && length != 13))
        return error_set(
            error, STATUS_REJECT,
            _("an identity number has 9 or 12 digits, a tax code 10 or 13; this has %zu "
              "digits%s"),
            length, only_digits ? "" : _(" and other characters"));
    *value = digits;
    return STATUS_OK;
}

static enum status check_type(struct arena *arena, char **value, struct error *error)
{
    (void)arena;
    const char *slug = *value;
    if (strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(slug) || strlen(slug) > 64)
        return error_set(error, STATUS_REJECT,
                         _("“%s” is no type of paper; a type is written like khai_sinh: small "
                           "letters without marks, digits and _"),
                         slug);
    return STATUS_OK;
}

static enum status check_procedure(struct arena *arena, char **value, struct error *error)
{
    (void)arena;
    const char *code = *value;
    bool right = strlen(code) == 8 && code[1] == '.' && strspn(code, "0123456789") == 1 &&
                 strspn(code + 2, "0123456789") == 6;
    if (!right)
        return error_set(error, STATUS_REJECT,
                         _("“%s” is no national procedure code; one looks like 1.001193"), code);
    return STATUS_OK;
}

/* Fields whose values have a form; the rest is tidied text. */
typedef enum status check_fn(struct arena *arena, char **value, struct error *error);
static check_fn *const checks[FIELD_COUNT] = {
    [FIELD_TYPE] = check_type,       [FIELD_PROCEDURE] = check_procedure, [FIELD_DATE] = check_date,
    [FIELD_OWNER_ID] = check_number, [FIELD_BIRTH_DATE] = check_date,
};

/* Does it stand on the paper as it is, written in one way only? */
static bool is_text(enum field_id id)
{
    return id == FIELD_TITLE || id == FIELD_NUMBER || id == FIELD_BOOK || id == FIELD_AGENCY ||
           id == FIELD_OWNER || id == FIELD_OWNER_ID || id == FIELD_SIGNER;
}

/* So many letters in so many lines of a box, none narrower than that share of its line's height. */
static bool fits(const struct box *box, size_t letters, int lines, int percent)
{
    long long room = 100LL * box->width * lines * lines;
    return room >= (long long)percent * (long long)letters * box->height;
}

/* A title is looked for by its look: what is found may be the letterhead, or the first of several
 * lines. */
static bool is_other_title(const struct box *box, const char *read, const char *value,
                           struct arena *arena)
{
    char *was = text_fold(arena, read), *is = text_fold(arena, value);
    size_t one = text_length(was), other = text_length(is), longer = one > other ? one : other;
    return 5 * text_distance(was, is) > 3 * longer || !fits(box, one, 1, TITLE_WIDTH);
}

/* What the person says does not stand where the machine had read: it is another title, or there is
 * no room for it. Nothing is written over there. */
static bool stands_elsewhere(const struct field *field, enum field_id id, const char *value,
                             struct arena *arena)
{
    const char *read = field->printed ? field->printed : field->value;
    bool title = id == FIELD_TITLE;
    if (!*value)
        return true; /* the paper has none */
    if (!is_text(id) || !read)
        return false;
    return (title && is_other_title(&field->box, read, value, arena)) ||
           !fits(&field->box, text_length(value), id == FIELD_AGENCY ? 2 : 1, LETTER_WIDTH);
}

enum status document_correct(struct document *document, struct arena *arena, enum field_id id,
                             const char *value, struct error *error)
{
    if (id >= FIELD_COUNT)
        return error_set(error, STATUS_REJECT, _("there is no such field"));
    if (value && !text_valid(value, strlen(value)))
        return error_set(error, STATUS_REJECT, _("%s: the text is not UTF-8"), field_label(id));
    char *blank = arena_strdup(arena, value ? value : "");
    for (char *at = blank; *at; at++)
        *at = strchr("\t\n\r", *at) ? ' ' : *at; /* of pasting: tidied */
    uint32_t hidden = text_hidden(blank);
    if (hidden)
        return error_set(error, STATUS_REJECT,
                         _("%s: there is a character that is not seen (U+%04X); type it anew"),
                         field_label(id), (unsigned)hidden);
    char *tidy = text_tidy(arena, value ? value : "");
    if (text_length(tidy) > VALUE_MAX)
        return error_set(error, STATUS_REJECT, _("%s: longer than %d characters"), field_label(id),
                         VALUE_MAX);
    if (*tidy && checks[id]) {
        enum status status = checks[id](arena, &tidy, error);
        if (status != STATUS_OK)
            return error_add(error, status, "%s", field_label(id));
    }
    /* The place on the page stays, so that the next person is shown it, unless it was none; an
     * empty text says that the paper has none, which is knowledge too. */
    struct field *field = &document->fields[id];
    if (stands_elsewhere(field, id, tidy, arena)) {
        field->page = -1;
        field->box = (struct box){0};
    }
    field->value = *tidy ? tidy : NULL;
    field->printed = NULL;
    field->confidence = 1;
    field->source = SOURCE_PERSON;
    field->doubt = NULL;
    return STATUS_OK;
}
