#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/fields_unit.h"

#define LEFT_SHARE 0.50 /* of the page's width: the agency's name has its middle left of this */
#define CATALOGUE_SURENESS 0.85
#define UNKNOWN_FACTOR 0.9 /* a unit that the catalogue does not know: an old one, or misread */
#define PARTS_MAX 8
#define AGENCY_BLANKS 3 /* "Công an xã X" has so many; a shorter name lacks its unit */
#define DECIDER_ROWS 3  /* so near below the title it says who decides */

/* ---------------------------------------------------------------- parts of the letterhead */

enum part_kind { PART_MORE, PART_BODY, PART_LEVEL };

struct part {
    enum part_kind kind;
    size_t row, last_row;
    char *text; /* specks at its ends taken off */
};

static size_t first_word(const struct row *row)
{
    size_t at = 0;
    while (at < row->count && !*row->tokens[at].flat)
        at++;
    return at;
}

static char *text_flat(const struct paper *paper, struct place place)
{
    return flatten(paper->arena, text_of(paper, place));
}

/* Short words must be read rightly: "phường" is one letter from "phòng". */
static enum part_kind kind_of(const struct paper *paper, size_t at)
{
    static const char *const bodies[] = {
        "uybannhandan", "hoidongnhandan", "congan", "phong", "so", "ubnd", "truong",
        "trungtam",     "vanphong",       "chicuc", "ban",   "bo", "toaan"};
    const struct row *row = &paper->rows[at];
    size_t first = first_word(row);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct place place = find_phrase(paper, at, first, bodies[i]);
        bool exact = found(place) && strlen(bodies[i]) < 7
                         ? strcmp(text_flat(paper, place), bodies[i]) == 0
                         : true;
        if (found(place) && place.from == first && exact)
            return PART_BODY;
    }
    return unit_level_at(row, first) ? PART_LEVEL : PART_MORE;
}

static bool is_motto(const struct paper *paper, size_t at)
{
    return row_has(paper, at, "conghoaxahoi") || row_has(paper, at, "chunghiavietnam") ||
           row_has(paper, at, "doclap") || row_has(paper, at, "hanhphuc");
}

/* "Số: 12/QĐ-UB", its label misread ("Bố:"), or what is left of it ("XN-UB"). */
static bool is_number_row(const struct row *row, const char *text)
{
    const struct token *label = &row->tokens[first_word(row)];
    bool digits = strpbrk(text, "0123456789") != NULL;
    if (digits && (strncmp(label->flat, "so", 2) == 0 ||
                   (strlen(label->flat) <= 3 && strchr(label->text, ':'))))
        return true;
    const char *dash = strchr(text, '-');
    return row->count == 1 && dash && dash > text && dash[1] && is_upper(text);
}

static size_t letterhead_parts(const struct paper *paper, struct part *parts)
{
    size_t count = 0;
    for (size_t i = 0; i < paper->head_end; i++) {
        const struct row *row = &paper->rows[i];
        char *text = trim_marks(paper->arena, text_of(paper, (struct place){i, 0, row->count}));
        const char *flat = flatten(paper->arena, text);
        if (row->box.x + row->box.width / 2.0 > LEFT_SHARE * page_width(paper, row) ||
            is_motto(paper, i) || strlen(flat) < 3)
            continue;
        if (is_number_row(row, text))
            break;
        enum part_kind kind = kind_of(paper, i);
        if (kind == PART_MORE && count > 0 && is_upper(text) && !strpbrk(text, "0123456789/")) {
            parts[count - 1].text =
                arena_printf(paper->arena, "%s %s", parts[count - 1].text, text);
            parts[count - 1].last_row = i;
        } else if (kind != PART_MORE && count < PARTS_MAX) {
            parts[count++] = (struct part){kind, i, i, text};
        }
    }
    return count;
}

/* ---------------------------------------------------------------- putting the name together */

/* "UỶ BẠN NHÂN DÂN" -> "Uỷ ban nhân dân": the words everybody knows, spelled as they are. */
static char *usual_words(const struct paper *paper, const char *text)
{
    static const struct {
        const char *flat, *text;
    } bodies[] = {{"uybannhandan", "Ủy ban nhân dân"},
                  {"hoidongnhandan", "Hội đồng nhân dân"},
                  {"congan", "Công an"},
                  {"phongtaichinhkehoach", "Phòng Tài chính - Kế hoạch"},
                  {"phongtuphap", "Phòng Tư pháp"}};
    const char *flat = flatten(paper->arena, text);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        if (alike(flat, bodies[i].flat))
            return arena_strdup(paper->arena, bodies[i].text);
    char *lower = text_lower(paper->arena, text_tidy(paper->arena, text));
    const char *rest = lower;
    struct arena *arena = paper->arena;
    uint32_t first = text_next(&rest);
    char letter[5] = "";
    if (first)
        letter[text_put(first, letter)] = 0;
    return arena_printf(arena, "%s%s", text_title(arena, letter), rest);
}

static size_t count_blanks(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == ' ';
    return count;
}

/* Body and unit, the unit's spelling mended by the catalogue. unit->level may be NULL (any
 * commune). */
static enum status put_agency(struct paper *paper, const char *body, struct unit_name *unit,
                              const char *printed, struct place where, struct error *error)
{
    const char *kind = NULL, *doubt = NULL;
    bool mended = false, told = unit->level != NULL;
    enum status status = STATUS_OK;
    if (unit->name && *unit->name)
        status = unit_look_up(paper, unit, &kind, &mended, error);
    if (status != STATUS_OK)
        return status;
    mended = mended || unit->elsewhere;
    const char *level = told ? unit->level->name : kind ? text_lower(paper->arena, kind) : NULL;
    if (unit->name && *unit->name && level) {
        body = arena_printf(paper->arena, "%s %s %s", body, level, unit->name);
        const char *shown = kind ? kind : text_title(paper->arena, level);
        put_field(paper, FIELD_UNIT, arena_printf(paper->arena, "%s %s", shown, unit->name), where,
                  kind ? NULL : _("this unit is not in the catalogue of units"));
    }
    if (mended)
        doubt = _("the name of the place was misread and has been taken from the catalogue");
    else if (count_blanks(body) < AGENCY_BLANKS ||
             alike(flatten(paper->arena, body), "uybannhandan"))
        doubt = _("this is short for the name of an agency");
    put_field(paper, FIELD_AGENCY, body, where, doubt);
    weaken(paper, FIELD_AGENCY, doubt && !mended ? 0.3 : unit->name && !kind ? UNKNOWN_FACTOR : 1);
    struct field *put = &paper->document->fields[FIELD_AGENCY];
    if (put->source == SOURCE_OCR && mended && put->confidence < CATALOGUE_SURENESS)
        put->confidence = CATALOGUE_SURENESS; /* the catalogue bears it out */
    struct field *field = &paper->document->fields[FIELD_AGENCY];
    if (field->source == SOURCE_OCR && printed)
        field->printed = printed;
    return STATUS_OK;
}

static struct place whole_row(const struct paper *paper, size_t at)
{
    return (struct place){at, 0, paper->rows[at].count};
}

/* ---------------------------------------------------------------- where agencies are named */

/* Who decides, below the title: "CHỦ TỊCH ỦY BAN NHÂN DÂN HUYỆN X", "ỦY BAN NHÂN DÂN XÃ X". */
static bool find_decider(const struct paper *paper, struct unit_name *unit, const char **printed)
{
    size_t end = paper->title_to + DECIDER_ROWS;
    for (size_t i = paper->title_to; i < end && i < paper->row_count; i++) {
        struct place council = find_phrase(paper, i, 0, "uybannhandan");
        char *before = NULL;
        if (!found(council) || council.from > 2)
            continue;
        struct place place = {i, council.from, paper->rows[i].count};
        char *text = trim_marks(paper->arena, text_of(paper, place));
        if (!is_upper(text) || !unit_split(paper, text, &before, unit))
            continue;
        unit->place = place;
        *printed = text;
        return true;
    }
    return false;
}

static enum status from_decider(struct paper *paper, bool *done, struct error *error)
{
    struct unit_name unit;
    const char *printed;
    *done = find_decider(paper, &unit, &printed);
    return *done ? put_agency(paper, "Ủy ban nhân dân", &unit, printed, unit.place, error)
                 : STATUS_OK;
}

/* A unit that the catalogue does not know may have been read better where the paper says who
 * decides. */
static enum status read_better(struct paper *paper, struct unit_name *unit, struct error *error)
{
    struct unit_name first = *unit, other;
    const char *kind = NULL, *printed;
    bool mended;
    if (!unit->level || !find_decider(paper, &other, &printed) || other.level != unit->level)
        return STATUS_OK;
    enum status status = unit_look_up(paper, &first, &kind, &mended, error);
    if (status != STATUS_OK || kind)
        return status;
    status = unit_look_up(paper, &other, &kind, &mended, error);
    if (status == STATUS_OK && kind) {
        unit->name = other.name;
        unit->elsewhere = true;
    }
    return status;
}

/* UBND / XÃ X / HUYỆN Y;  UBND HUYỆN Y / PHÒNG Z;  CÔNG AN HUYỆN Y / CÔNG AN XÃ X */
static enum status from_letterhead(struct paper *paper, bool *done, struct error *error)
{
    struct part parts[PARTS_MAX];
    size_t count = letterhead_parts(paper, parts), body = count;
    for (size_t i = 0; i < count; i++)
        if (parts[i].kind == PART_BODY)
            body = i;
    if (body == count)
        return STATUS_OK;
    *done = true;
    struct unit_name unit = {.place = NOWHERE};
    char *before = parts[body].text, *unused = NULL;
    const char *printed = parts[body].text;
    size_t row = parts[body].row;
    if (!unit_split(paper, parts[body].text, &before, &unit)) {
        before = parts[body].text;
        bool council = alike(flatten(paper->arena, before), "uybannhandan");
        if (council && body + 1 < count && parts[body + 1].kind == PART_LEVEL) {
            unit_split(paper, parts[body + 1].text, &unused, &unit);
            printed = arena_printf(paper->arena, "%s %s", printed, parts[body + 1].text);
            row = parts[body + 1].row;
        } else if (!council) {
            for (size_t i = body; i-- > 0 && !unit.level;)
                unit_split(paper, parts[i].text, &unused, &unit);
        }
    }
    enum status status = read_better(paper, &unit, error);
    if (status != STATUS_OK)
        return status;
    return put_agency(paper, usual_words(paper, trim_marks(paper->arena, before)), &unit, printed,
                      whole_row(paper, row), error);
}

/* "Nơi đăng ký: Ủy ban nhân dân xã X" of the civil register. */
static enum status from_register(struct paper *paper, bool *done, struct error *error)
{
    for (size_t i = paper->head_end; i < paper->row_count; i++) {
        struct place label = find_phrase(paper, i, 0, "noidangky");
        struct place council = find_phrase(paper, i, 0, "uybannhandan");
        if (!found(label) || !found(council) || council.from < label.to)
            continue;
        struct place place = {i, council.from, paper->rows[i].count};
        char *text = trim_marks(paper->arena, text_of(paper, place)), *before = NULL;
        char *comma = strchr(text, ',');
        if (comma)
            *comma = 0;
        struct unit_name unit = {.place = NOWHERE};
        if (!unit_split(paper, text, &before, &unit))
            continue;
        *done = true;
        return put_agency(paper, usual_words(paper, "Ủy ban nhân dân"), &unit, text, place, error);
    }
    return STATUS_OK;
}

/* The label's words were lost but one ("thị trấn: X" of "Xã, thị trấn: X"), and there is no such
 * town: any commune of that name. */
static enum status level_by_catalogue(struct paper *paper, struct unit_name *unit,
                                      struct error *error)
{
    struct unit_name same = *unit, any = *unit;
    const char *kind = NULL;
    bool mended = false;
    any.level = NULL;
    enum status status =
        unit->level ? unit_look_up(paper, &same, &kind, &mended, error) : STATUS_OK;
    if (status != STATUS_OK || !unit->level || kind)
        return status;
    status = unit_look_up(paper, &any, &kind, &mended, error);
    if (kind && !mended)
        unit->level = NULL;
    return status;
}

/* "Quận, huyện: Vạn Ninh / Phường, xã: Vạn Thắng" at the head of a form. */
static enum status from_form_head(struct paper *paper, bool *done, struct error *error)
{
    size_t end = paper->head_end > paper->title_from ? paper->head_end : paper->title_from;
    for (size_t i = 0; i < end && i < paper->row_count; i++) {
        const struct row *row = &paper->rows[i];
        size_t colon = 0;
        const struct level *level = NULL;
        size_t communes = 0;
        while (colon < row->count && !strchr(row->tokens[colon].text, ':')) {
            colon++;
        }
        for (size_t j = 0; j <= colon && colon < row->count; j++) {
            const struct level *here = unit_level_at(row, j);
            if (here && here->commune) {
                level = here;
                communes++;
            }
        }
        if (!level || colon + 1 >= row->count)
            continue;
        struct place place = {i, colon + 1, row->count};
        struct unit_name unit = {.place = place};
        unit.name = text_title(paper->arena, trim_marks(paper->arena, text_of(paper, place)));
        /* what another row says ("xã Vạn Thắng"), else the label, where it says one level only */
        unit.level = unit_level_named(paper, i, unit.name);
        unit.level = unit.level || communes > 1 ? unit.level : level;
        enum status status = level_by_catalogue(paper, &unit, error);
        if (status != STATUS_OK)
            return status;
        *done = true;
        return put_agency(paper, "Ủy ban nhân dân", &unit, NULL, place, error);
    }
    return STATUS_OK;
}

/* A certified copy is issued by who certifies: "Vạn Long, ngày ..." above "TM. ỦY BAN NHÂN DÂN". */
static enum status from_certification(struct paper *paper, bool *done, struct error *error)
{
    for (size_t i = paper->row_count; i-- > 0;) {
        char iso[11];
        struct place date;
        bool guessed;
        if (!find_date(paper, i, 0, iso, &date, &guessed) || date.from == 0 || date.from > 5)
            continue;
        struct place place = {i, 0, date.from};
        struct unit_name unit = {.place = place};
        unit.name = text_title(paper->arena, trim_marks(paper->arena, text_of(paper, place)));
        *done = true;
        return put_agency(paper, "Ủy ban nhân dân", &unit, NULL, place, error);
    }
    return STATUS_OK;
}

enum status read_agency(struct paper *paper, struct error *error)
{
    static enum status (*const sources[])(struct paper *, bool *, struct error *) = {
        from_letterhead, from_decider, from_register, from_form_head};
    bool done = false;
    enum status status = STATUS_OK;
    if (paper->type && strcmp(paper->type, "chung_thuc") == 0)
        return from_certification(paper, &done, error);
    for (size_t i = 0; i < sizeof sources / sizeof *sources && !done && status == STATUS_OK; i++)
        status = sources[i](paper, &done, error);
    return status;
}
