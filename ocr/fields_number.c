#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/form_match.h"

#define LABEL_ROWS_BEHIND 2 /* a number may still stand so many rows behind the letterhead */

#define TORN_FACTOR 0.7

/* ---------------------------------------------------------------- the sign */

/* Parts of signs as agencies write them; a part that is read nearly so is taken for it. */
static const char *const sign_parts[] = {
    "QĐ",   "QĐST",   "HNGĐ", "NĐ",   "CP",   "UBND", "UB",     "HĐND", "HĐBT", "XN",
    "KH",   "TB",     "BC",   "CV",   "TTr",  "TT",   "GM",     "GP",   "GPXD", "GCN",
    "BS",   "XNTTHN", "TLKS", "TLKH", "TLKT", "TL",   "TS",     "SCT",  "CT",   "VP",
    "TP",   "ĐC",     "CA",   "CAX",  "CAP",  "HT",   "LĐTBXH", "TCKH", "TNMT", "QLĐT",
    "KTHT", "NV",     "HĐ",   "NQ",   "TC",   "STP",  "BTP",    NULL};

/* Signs are capitals without tone marks; of Ư, Ủ ... only the letter is meant. Đ is told from D by
 * the list. */
static const char *mend_part(struct arena *arena, const char *part, bool *guessed)
{
    const char *flat = flatten(arena, part), *near = NULL;
    if (strlen(flat) != strcspn(flat, "0123456789"))
        return part; /* with digits: a year, a serial */
    for (size_t i = 0; sign_parts[i]; i++) {
        const char *wanted = flatten(arena, sign_parts[i]);
        if (strcmp(flat, wanted) == 0)
            return sign_parts[i];
        if (!near && strlen(wanted) >= 4 && text_distance(flat, wanted) == 1)
            near = sign_parts[i];
    }
    if (!near)
        return part;
    *guessed = true;
    return near;
}

static const char *mend_digits(struct arena *arena, const char *part, bool *guessed)
{
    char digits[32];
    int changed = read_digits(part, false, digits, sizeof digits);
    if (changed < 0 || !isdigit((unsigned char)*part))
        return part;
    *guessed = *guessed || changed > 0;
    return arena_strdup(arena, digits);
}

/* "805/QĐ-ƯB" -> "805/QĐ-UB" */
static char *mend_number(struct arena *arena, const char *raw, bool *guessed)
{
    char *out = arena_strdup(arena, "");
    bool first = true;
    while (*raw) {
        size_t length = strcspn(raw, "/-");
        const char *part = arena_strndup(arena, raw, length);
        if (!first)
            part = mend_part(arena, part, guessed);
        else if (raw[length] == '/') /* else letters may belong to it: 01G004128 */
            part = mend_digits(arena, part, guessed);
        out = arena_printf(arena, "%s%s%.*s", out, part, raw[length] ? 1 : 0, raw + length);
        raw += length + (raw[length] != 0);
        first = false;
    }
    return out;
}

/* ---------------------------------------------------------------- the number */

/* What stands between the label and the next label or the end of the row, without blanks. */
static bool take_number(struct paper *paper, enum field_id id, struct place label)
{
    const struct row *row = &paper->rows[label.row];
    struct place place = {label.row, label.to, label.to};
    char *raw = arena_strdup(paper->arena, "");
    double digits = 0;
    bool torn = false;
    for (size_t i = label.to; i < row->count; i++) {
        const struct token *token = &row->tokens[i];
        if (!found(place) && strlen(token->flat) <= 2 && strchr(token->text, ':') &&
            !strpbrk(token->text, "0123456789")) {
            place.from = place.to = i + 1; /* what is left of a label read twice: "Số: ố: 36/UB" */
            continue;
        }
        if (alike(token->flat, "quyen") || alike(token->flat, "ngay") ||
            (strchr(token->text, ':') && !strpbrk(token->text, "0123456789")))
            break;
        if (!*token->flat && strcmp(token->text, "/") != 0 && strcmp(token->text, "-") != 0) {
            if (place.to > place.from)
                break;
            place.from = place.to = i + 1; /* specks before the number */
            continue;
        }
        torn = torn || (place.to > place.from && *token->text == '/');
        raw = arena_printf(paper->arena, "%s%s", raw, token->text);
        place.to = i + 1;
        digits += (double)(strcspn(token->text, "0123456789") < strlen(token->text));
        if (strpbrk(token->text, ";,:"))
            break;
    }
    raw = trim_marks(paper->arena, raw);
    if (digits == 0 || !found(place) || text_length(raw) > 40)
        return false;
    bool guessed = false;
    const char *value = mend_number(paper->arena, raw, &guessed);
    const char *doubt = guessed ? _("some signs were misread and have been guessed")
                        : torn  ? _("there is a blank in this number: a part may be missing")
                                : NULL;
    put_field(paper, id, value, place, doubt);
    weaken(paper, id, guessed ? 0.8 : torn ? TORN_FACTOR : 1);
    return true;
}

/* "Số:" at the head of a row; misread as "Sốt", "Só", "SỐ.", "Sô". */
static struct place number_label(const struct paper *paper, size_t at)
{
    const struct row *row = &paper->rows[at];
    for (size_t i = 0; i < row->count && i < 2; i++) {
        const char *flat = row->tokens[i].flat;
        size_t length = strlen(flat);
        bool label = strcmp(flat, "so") == 0 || (length == 3 && strncmp(flat, "so", 2) == 0) ||
                     strcmp(flat, "s6") == 0;
        if (label && i + 1 < row->count)
            return (struct place){at, i, i + 1};
        if (length > 0)
            break;
    }
    return NOWHERE;
}

/* 4506/QĐ-UB without its label */
static bool looks_like_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && text[digits] == '/' && strlen(text) > digits + 2 &&
           strcspn(text + digits + 1, "0123456789") > 1;
}

/* The value of a slot that the form has for it. */
static bool number_of_form(struct paper *paper, enum field_id id, const struct form_fit *fit,
                           const char *slot)
{
    const struct region *region = fit->form ? form_region(fit, slot, 0) : NULL;
    return region && take_number(paper, id, (struct place){region->row, 0, 0});
}

static void read_letter_number(struct paper *paper)
{
    size_t end = paper->head_end + LABEL_ROWS_BEHIND;
    end = end < paper->row_count ? end : paper->row_count;
    for (size_t i = 0; i < end; i++) {
        struct place label = number_label(paper, i);
        if (found(label) && take_number(paper, FIELD_NUMBER, label))
            return;
    }
    for (size_t i = 0; i < end; i++)
        for (size_t j = 0; j < paper->rows[i].count && j < 2; j++)
            if (looks_like_number(paper->rows[i].tokens[j].text) &&
                take_number(paper, FIELD_NUMBER, (struct place){i, j, j}))
                return;
}

static void read_book(struct paper *paper)
{
    const struct form_fits *fits = paper->fits;
    if (number_of_form(paper, FIELD_BOOK, &fits->below, "book") ||
        number_of_form(paper, FIELD_BOOK, &fits->body, "book"))
        return;
    for (size_t i = 0; i < paper->row_count && i < paper->head_end + LABEL_ROWS_BEHIND; i++) {
        struct place label = find_phrase(paper, i, 0, "quyenso");
        if (found(label) && take_number(paper, FIELD_BOOK, label))
            return;
    }
}

/* "Quyển số: 01/2009" was taken for the number of the paper, whose own was not read: it is the
 * book's, and the number is asked for. */
static void give_to_book(struct paper *paper)
{
    struct field *number = &paper->document->fields[FIELD_NUMBER];
    struct box own = number->box;
    if (number->source == SOURCE_PERSON || !number->value)
        return;
    for (size_t i = 0; i < paper->row_count; i++) {
        const struct row *row = &paper->rows[i];
        struct place label = find_phrase(paper, i, 0, "quyenso");
        if (row->page != number->page || !found(label) || label.to >= row->count)
            continue;
        struct box value = row->tokens[label.to].box;
        if (strcmp(trim_marks(paper->arena, row->tokens[label.to].text), number->value) != 0 ||
            value.x >= own.x + own.width || own.x >= value.x + value.width ||
            value.y >= own.y + own.height || own.y >= value.y + value.height)
            continue;
        *number = (struct field){.page = number->page,
                                 .box = own,
                                 .source = number->source,
                                 .doubt = _("only the number of the book was found here; type the "
                                            "number of the paper")};
        if (!paper->document->fields[FIELD_BOOK].value)
            take_number(paper, FIELD_BOOK, label);
        return;
    }
}

void read_number(struct paper *paper)
{
    const struct form_fits *fits = paper->fits;
    if (!number_of_form(paper, FIELD_NUMBER, &fits->below, "number") &&
        !number_of_form(paper, FIELD_NUMBER, &fits->body, "number"))
        read_letter_number(paper);
    read_book(paper);
    give_to_book(paper);
}
