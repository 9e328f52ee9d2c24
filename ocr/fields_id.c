#include <stdlib.h>
#include <string.h>

#include "core/catalogue.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/form_match.h"

#define REACH_TOKENS 16 /* a number stands so near behind its label */
#define REAL_DIGITS 6   /* at least so many characters of it were read as digits */

struct id_number {
    char digits[16];
    struct place place;
    int guessed; /* digits that were mended */
    bool right;  /* 9 or 12 digits */
};

/* Digits from token `at` on; numbers in groups ("079 083 001 234") are put together. */
static bool take_digits(const struct paper *paper, size_t row_at, size_t at, struct id_number *id)
{
    const struct row *row = &paper->rows[row_at];
    *id = (struct id_number){.place = {row_at, at, at}};
    size_t length = 0, real = 0;
    for (size_t i = at; i < row->count; i++) {
        char part[16];
        const char *text = trim_marks(paper->arena, row->tokens[i].text);
        int changed = read_digits(text, false, part, sizeof part);
        size_t more = changed < 0 ? 0 : strlen(part);
        if (changed < 0 || length + more > 13 || changed * 3 > (int)more)
            break;
        memcpy(id->digits + length, part, more + 1);
        length += more;
        real += more - (size_t)changed;
        id->guessed += changed;
        id->place.to = i + 1;
        if (length == 12 || (length == 9 && more == 9))
            break;
    }
    id->right = length == 9 || length == 12;
    return length >= 8 && real >= REAL_DIGITS;
}

static struct place id_label(const struct paper *paper, size_t row)
{
    static const char *const labels[] = {"cancuoccongdan",
                                         "chungminhnhandan",
                                         "sodinhdanhcanhan",
                                         "sodinhdanh",
                                         "giaytotuythan",
                                         "thecancuoc",
                                         "cmnd",
                                         "cccd",
                                         "cancuoc"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct place at = find_phrase(paper, row, 0, labels[i]);
        if (found(at))
            return at;
    }
    const struct row *line = &paper->rows[row];
    for (size_t i = 0; i < line->count; i++) /* "CMND/CCCD:", "CMND/Hộ" in one word */
        if (strstr(line->tokens[i].flat, "cmnd") || strstr(line->tokens[i].flat, "cccd"))
            return (struct place){row, i, i + 1};
    return NOWHERE;
}

/* Behind the label in its row, or at the start of the next two (a broken row, the next cell). */
static bool number_behind(const struct paper *paper, struct place label, struct id_number *id)
{
    struct id_number wrong = {.place = NOWHERE};
    for (size_t row = label.row; row < paper->row_count && row < label.row + 3; row++) {
        size_t from = row == label.row ? label.to : 0, to = from + REACH_TOKENS;
        if (row > label.row && found(id_label(paper, row)))
            break;
        for (size_t i = from; i < paper->rows[row].count && i < to; i++) {
            if (!take_digits(paper, row, i, id))
                continue;
            if (id->right)
                return true;
            if (!found(wrong.place))
                wrong = *id;
        }
    }
    *id = wrong;
    return found(wrong.place);
}

static bool find_id(const struct paper *paper, size_t first, size_t end, struct id_number *out)
{
    bool any = false;
    for (size_t row = first; row < end; row++) {
        struct place label = id_label(paper, row);
        struct id_number now;
        if (!found(label) || !number_behind(paper, label, &now))
            continue;
        if (!any || now.right)
            *out = now;
        any = true;
        if (now.right)
            return true;
    }
    return any;
}

/* ---------------------------------------------------------------- checks */

struct prefix_search {
    const char *prefix;
    bool known;
};

static void try_prefix(void *context, char **cells, size_t count)
{
    struct prefix_search *search = context;
    search->known = search->known || (count > 0 && strcmp(cells[0], search->prefix) == 0);
}

/* Digit 4 tells century and sex, digits 5 and 6 the year of birth. */
static bool year_fits(const char *digits, const char *birth)
{
    int century = 19 + (digits[3] - '0') / 2;
    char year[5] = {(char)('0' + century / 10), (char)('0' + century % 10), digits[4], digits[5],
                    0};
    return strncmp(birth, year, 4) == 0;
}

static enum status judge(struct paper *paper, const struct id_number *id, const char **doubt,
                         struct error *error)
{
    const struct field *birth = &paper->document->fields[FIELD_BIRTH_DATE];
    char prefix[4] = {id->digits[0], id->digits[1], id->digits[2], 0};
    struct prefix_search search = {prefix, false};
    *doubt = id->guessed ? _("some digits were misread and have been guessed") : NULL;
    if (!id->right) {
        *doubt =
            arena_printf(paper->arena, _("an identity number has 9 or 12 digits; %zu were read"),
                         strlen(id->digits));
        return STATUS_OK;
    }
    if (strlen(id->digits) == 9)
        return STATUS_OK;
    enum status status = catalogue_read(paper->config_folder, "provinces.csv", ',', paper->arena,
                                        try_prefix, &search, error);
    if (status == STATUS_OK && !search.known)
        *doubt = _("no province has the first three digits of this number");
    else if (birth->value && !year_fits(id->digits, birth->value))
        *doubt = _("the year of birth in this number is not that of the date of birth");
    return status;
}

bool find_id_number(const struct paper *paper, size_t row, char digits[16], struct place *where)
{
    for (size_t at = 0; at < paper->rows[row].count; at++) {
        struct id_number id;
        if (!take_digits(paper, row, at, &id) || !id.right)
            continue;
        strcpy(digits, id.digits);
        *where = id.place;
        return true;
    }
    return false;
}

static bool id_of_form(const struct paper *paper, struct id_number *out)
{
    const struct form_fit *fit = &paper->fits->body;
    const struct region *region;
    bool any = false;
    for (size_t i = 0; fit->form && (region = form_region(fit, "owner_id", i)); i++)
        for (size_t at = 0; at < paper->rows[region->row].count; at++) {
            struct id_number now;
            if (!take_digits(paper, region->row, at, &now))
                continue;
            if (!any || now.right)
                *out = now;
            any = true;
            if (now.right)
                return true;
        }
    return any;
}

enum status read_owner_id(struct paper *paper, struct error *error)
{
    struct id_number id;
    size_t owner = paper->owner_row < paper->row_count ? paper->owner_row : 0;
    bool formed = id_of_form(paper, &id);
    if (!formed && !find_id(paper, owner, paper->row_count, &id) && !find_id(paper, 0, owner, &id))
        return STATUS_OK;
    const char *doubt = NULL;
    enum status status = judge(paper, &id, &doubt, error);
    bool elsewhere = !formed && !doubt && off_form(paper, "owner_id");
    if (elsewhere)
        doubt = _("this does not stand where the form has it");
    if (status == STATUS_OK)
        put_field(paper, FIELD_OWNER_ID, arena_strdup(paper->arena, id.digits), id.place, doubt);
    weaken(paper, FIELD_OWNER_ID, !id.right ? 0.1 : elsewhere ? 0.9 : doubt ? 0.6 : 1);
    return status;
}
