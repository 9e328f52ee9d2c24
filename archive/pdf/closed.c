#include "archive/pdf/closed.h"

#include <string.h>

#include "archive/store.h"
#include "core/catalogue.h"
#include "core/text.h"

#define CODE_DIGITS 8
#define SERIAL_DIGITS 6 /* that stand together: a passport has a letter and seven or eight */
#define ABBREVIATIONS_MAX 512

/* ---------------------------------------------------------------- codes */

static bool is_digit(uint32_t code)
{
    return code >= '0' && code <= '9';
}

/* Marks that stand in numbers and signs; whatever else is no digit counts as a letter. */
static bool is_mark(uint32_t code)
{
    return code < 0x80 && strchr(" .,:;()[]/\\-_+#&'\"", (int)code) != NULL;
}

static bool is_listed(const char *group, const char *const *list)
{
    for (; list != NULL && *list != NULL; list++)
        if (strcmp(*list, group) == 0)
            return true;
    return false;
}

/* Of the Latin alphabet, marks or none: names in others cannot be told from signs. */
static bool is_latin(struct arena *arena, const char *group)
{
    const char *folded = text_fold(arena, group);
    return folded[strspn(folded, "abcdefghijklmnopqrstuvwxyz")] == 0;
}

static bool has_vowel(struct arena *arena, const char *group)
{
    return strpbrk(text_fold(arena, group), "aeiouy") != NULL;
}

/* Capitals none of which is a vowel: no syllable, so no part of a name. */
static bool is_sign(struct arena *arena, const char *group)
{
    for (const char *at = group; *at != 0;) {
        uint32_t code = text_next(&at);
        if (text_upper_letter(code) != code)
            return false;
    }
    return is_latin(arena, group) && !has_vowel(arena, group);
}

/* Letters that stand together, as they are. */
static bool may_stand(struct arena *arena, const char *group, const char *const *abbreviations)
{
    static const char *const words[] = {
        "hộp", "cặp", "tập", "quyển", "số",   "kệ", "tủ",  "kho",  "ngăn", "tầng", "dãy", "bó",
        "hop", "cap", "tap", "quyen", "hàng", "ke", "day", "ngan", "giá",  "gia",  "ub",  NULL};
    return (text_length(group) == 1 && is_latin(arena, group)) || is_sign(arena, group) ||
           is_listed(group, abbreviations) || is_listed(text_lower(arena, group), words);
}

/* Letters that stand alone, with no digit and nothing longer between them: "H O A" is spelled. */
struct spelled {
    int letters;
    bool vowel;
};

static bool is_spelled(struct spelled *spelled, struct arena *arena, const char *group)
{
    if (text_length(group) > 1) {
        *spelled = (struct spelled){0};
        return false;
    }
    spelled->letters++;
    spelled->vowel = spelled->vowel || has_vowel(arena, group);
    return spelled->letters > 2 && spelled->vowel;
}

bool closed_code(struct arena *arena, const char *text, const char *const *abbreviations)
{
    size_t digits = 0;
    struct spelled spelled = {0};
    const char *at = text_nfc(arena, text);
    while (*at != 0) {
        const char *start = at, *end;
        uint32_t code = text_next(&at);
        if (is_digit(code)) {
            digits++;
            spelled = (struct spelled){0};
        }
        if (is_digit(code) || is_mark(code))
            continue;
        do {
            end = at;
            code = text_next(&at);
        } while (code != 0 && !is_digit(code) && !is_mark(code));
        at = end;
        const char *group = arena_strndup(arena, start, (size_t)(end - start));
        if (!may_stand(arena, group, abbreviations) || is_spelled(&spelled, arena, group))
            return false;
    }
    return digits > 0 && digits <= CODE_DIGITS;
}

/* ---------------------------------------------------------------- lists */

struct lists {
    const struct document *document;
    struct closed *out;
    struct arena *arena;
    bool exact; /* the title is that of type and procedure */
    const char *abbreviations[ABBREVIATIONS_MAX + 1];
    size_t count;
};

static const char *value_of(const struct document *document, enum field_id id)
{
    const char *value = document->fields[id].value;
    return value == NULL || *value == 0 ? NULL : value;
}

/* slug, procedure, where, phrases, name: that of the procedure, else the shortest, which says
 * least.
 */
static void try_type(void *context, char **cells, size_t count)
{
    struct lists *lists = context;
    struct closed *out = lists->out;
    const char *procedure = value_of(lists->document, FIELD_PROCEDURE);
    if (lists->exact || count < 5 || strcmp(cells[0], value_of(lists->document, FIELD_TYPE)) != 0)
        return;
    lists->exact = procedure != NULL && strcmp(cells[1], procedure) == 0;
    if (out->type != NULL && !lists->exact && strlen(cells[4]) >= strlen(out->title))
        return;
    out->type = cells[0];
    out->title = cells[4];
}

/* "Xã Đông Sơn", or "xã Đông Sơn" behind the agency of that unit. */
static bool is_unit(struct arena *arena, const char *text, const char *kind, const char *name)
{
    size_t size = strlen(kind);
    return strlen(text) > size && text[size] == ' ' && strcmp(text + size + 1, name) == 0 &&
           strcmp(text_lower(arena, arena_strndup(arena, text, size)), text_lower(arena, kind)) ==
               0;
}

/* What stands behind the agency's kind; NULL: it is of none that is known. */
static const char *unit_of_agency(const char *agency)
{
    static const char *const kinds[] = {"Ủy ban nhân dân ", "Công an ", "Hội đồng nhân dân "};
    for (size_t i = 0; agency != NULL && i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(agency, kinds[i], strlen(kinds[i])) == 0)
            return agency + strlen(kinds[i]);
    return NULL;
}

/* code, rank, kind, name */
static void try_unit(void *context, char **cells, size_t count)
{
    struct lists *lists = context;
    const char *unit = value_of(lists->document, FIELD_UNIT);
    const char *agency = value_of(lists->document, FIELD_AGENCY), *of = unit_of_agency(agency);
    if (count < 4)
        return;
    if (unit != NULL && lists->out->unit == NULL && is_unit(lists->arena, unit, cells[2], cells[3]))
        lists->out->unit = unit;
    if (of != NULL && lists->out->agency == NULL && is_unit(lists->arena, of, cells[2], cells[3]))
        lists->out->agency = agency;
}

static void add_abbreviation(void *context, char **cells, size_t count)
{
    struct lists *lists = context;
    if (count >= 2 && lists->count < ABBREVIATIONS_MAX)
        lists->abbreviations[lists->count++] = cells[0];
}

/* 0 stands for a digit, A for a capital, x for a hexadecimal digit, what else for itself. */
static bool has_shape(const char *text, const char *shape)
{
    for (; *shape != 0 && *text != 0; shape++, text++)
        if (*shape == '0'   ? !is_digit((unsigned char)*text)
            : *shape == 'A' ? *text < 'A' || *text > 'Z'
            : *shape == 'x' ? strchr("0123456789abcdef", *text) == NULL
                            : *text != *shape)
            return false;
    return *shape == *text;
}

static const char *shaped(const char *text, const char *const *shapes)
{
    for (; text != NULL && *shapes != NULL; shapes++)
        if (has_shape(text, *shapes))
            return text;
    return NULL;
}

/* The code of the agency behind it has no room for anything else (QĐ 20/2020/QĐ-TTg). */
static const char *const procedures[] = {"0.000000", "0.000000.A00", "0.000000.000.00.00.A00",
                                         NULL};
/* Runs of a scanner, and what came as a package of others (import_foreign.c). */
static const char *const batches[] = {"00000000T000000-xxxx", "0000-import-xxxxxxxx", NULL};
static const char *const times[] = {"0000-00-00T00:00:00+00:00", NULL};

static const char *issued_of(struct arena *arena, const struct document *document)
{
    char iso[11];
    const char *date = value_of(document, FIELD_DATE);
    return date != NULL && text_date(date, iso) ? arena_strdup(arena, iso) : NULL;
}

/* Another version of the same document. */
static const char *version_of(const struct document *document)
{
    const char *text = document->supersedes;
    size_t id = strlen(document->id);
    return text != NULL && strncmp(text, document->id, id) == 0 && text[id] == '/' &&
                   store_version(text + id + 1) > 0
               ? text
               : NULL;
}

static const char *code_of(const struct lists *lists, const char *text)
{
    if (text == NULL)
        return NULL;
    text = text_tidy(lists->arena, text);
    return closed_code(lists->arena, text, lists->abbreviations) ? text : NULL;
}

/* Of the paper, on which passports have numbers, too. */
static const char *printed_of(const struct lists *lists, enum field_id id)
{
    const char *text = code_of(lists, value_of(lists->document, id));
    for (const char *at = text; at != NULL && *at != 0;) {
        size_t digits = strspn(at, "0123456789");
        if (digits > SERIAL_DIGITS)
            return NULL;
        at += digits > 0 ? digits : 1;
    }
    return text;
}

enum status closed_read(const char *config, const struct document *document, bool units,
                        struct arena *arena, struct closed *out, struct error *error)
{
    struct lists lists = {.document = document, .out = out, .arena = arena};
    enum status status = STATUS_OK;
    *out = (struct closed){.title = CLOSED_NO_TITLE};
    if (config != NULL && value_of(document, FIELD_TYPE) != NULL)
        status = catalogue_read(config, "types.tsv", '\t', arena, try_type, &lists, error);
    if (status == STATUS_OK && config != NULL && units)
        status = catalogue_read(config, "units.csv", ',', arena, try_unit, &lists, error);
    if (status == STATUS_OK && config != NULL)
        status = catalogue_read(config, "abbreviations.tsv", '\t', arena, add_abbreviation, &lists,
                                error);
    out->procedure = shaped(value_of(document, FIELD_PROCEDURE), procedures);
    out->batch = shaped(document->batch, batches);
    out->scanned = shaped(document->scanned_at, times);
    out->supersedes = version_of(document);
    out->issued = issued_of(arena, document);
    out->number = printed_of(&lists, FIELD_NUMBER);
    out->book = printed_of(&lists, FIELD_BOOK);
    out->box = code_of(&lists, document->box_code);
    out->shelf = code_of(&lists, document->shelf);
    return status;
}

/* ---------------------------------------------------------------- titles */

const char *closed_volume(struct arena *arena, const char *title, bool split, int number)
{
    return split ? arena_printf(arena, "%s (tập %d)", title, number) : title;
}

const char *closed_volumes(struct arena *arena, const char *title, size_t count)
{
    return count > 0 ? arena_printf(arena, "%s (%zu tập)", title, count) : title;
}
