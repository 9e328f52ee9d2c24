#include <stdlib.h>
#include <string.h>

#include "core/catalogue.h"
#include "core/buffer.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"

#define LEFT_SHARE 0.50 /* of the page's width: the agency's name has its middle left of this */
#define CATALOGUE_SURENESS 0.85
#define PARTS_MAX 8
#define AGENCY_BLANKS 3 /* "Công an xã X" has so many; a shorter name lacks its unit */
#define PLACES_MAX 64

/* The levels of government as papers print them. */
static const struct level {
    const char *flat, *name;
    size_t words;
    bool commune;
} levels[] = {
    {"thitran", "thị trấn", 2, true},
    {"phuong", "phường", 1, true},
    {"xa", "xã", 1, true},
    {"dackhu", "đặc khu", 2, true},
    {"thixa", "thị xã", 2, false},
    {"huyen", "huyện", 1, false},
    {"thanhpho", "thành phố", 2, false},
    {"quan", "quận", 1, false},
    {"tinh", "tỉnh", 1, false},
};
#define LEVEL_COUNT (sizeof levels / sizeof *levels)

/* A unit as a paper names it. */
struct unit_name {
    const struct level *level; /* NULL: not said */
    const char *name;          /* as read, in the usual case */
    struct place place;
};

/* ---------------------------------------------------------------- units of the catalogue */

struct known_place {
    const char *kind, *name, *parent;
    size_t edits;
};

struct place_search {
    const struct paper *paper;
    const struct level *level; /* NULL: any commune */
    const char *flat;
    struct known_place places[PLACES_MAX];
    size_t count;
    const char *page_flat;   /* all the text, for the district's name */
    const char *page_spoken; /* the same with its marks, for the spelling */
    char **district_codes;   /* of districts that the paper names */
    size_t district_count;
};

static bool level_fits(const struct place_search *search, const char *kind, const char *rank)
{
    if (!search->level)
        return strcmp(rank, "commune") == 0;
    return strcmp(flatten(search->paper->arena, kind), search->level->flat) == 0;
}

static void try_place(void *context, char **cells, size_t count)
{
    struct place_search *search = context;
    if (count < 5 || search->count == PLACES_MAX || !level_fits(search, cells[2], cells[1]))
        return;
    const char *flat = flatten(search->paper->arena, cells[3]);
    size_t a = strlen(flat), b = strlen(search->flat);
    if ((a > b ? a - b : b - a) > 1)
        return;
    size_t edits = text_distance(flat, search->flat);
    if (edits == 0 || (edits == 1 && b >= 5))
        search->places[search->count++] = (struct known_place){cells[2], cells[3], cells[4], edits};
}

static void try_district(void *context, char **cells, size_t count)
{
    struct place_search *search = context;
    if (count < 5 || strcmp(cells[1], "district") != 0 || search->district_count == 64)
        return;
    const char *flat = flatten(search->paper->arena,
                               arena_printf(search->paper->arena, "%s%s", cells[2], cells[3]));
    if (strstr(search->page_flat, flat))
        search->district_codes[search->district_count++] = cells[0];
}

static bool in_named_district(const struct place_search *search, const struct known_place *place)
{
    for (size_t i = 0; i < search->district_count; i++)
        if (strcmp(search->district_codes[i], place->parent) == 0)
            return true;
    return false;
}

static char *all_flat(const struct paper *paper)
{
    size_t size = 1;
    for (size_t i = 0; i < paper->row_count; i++)
        for (size_t j = 0; j < paper->rows[i].count; j++)
            size += strlen(paper->rows[i].tokens[j].flat);
    char *all = arena_alloc(paper->arena, size), *end = all;
    for (size_t i = 0; i < paper->row_count; i++)
        for (size_t j = 0; j < paper->rows[i].count; j++)
            end = stpcpy(end, paper->rows[i].tokens[j].flat);
    return all;
}

static char *all_text(const struct paper *paper)
{
    struct buffer text = {0};
    for (size_t i = 0; i < paper->row_count; i++)
        for (size_t j = 0; j < paper->rows[i].count; j++)
            buffer_printf(&text, " %s", paper->rows[i].tokens[j].text);
    char *all = arena_strdup(paper->arena, text.data ? (const char *)text.data : "");
    buffer_clear(&text);
    return all;
}

/* A place that is spelled as read wins, then one of a district the paper names, then one without
 * misread letters; those left must agree on the spelling. */
static const struct known_place *choose_place(const struct place_search *search, const char *read)
{
    const struct paper *paper = search->paper;
    const char *spoken = text_tone_last(paper->arena, read);
    const struct known_place *best = NULL;
    int best_rank = 0;
    bool split = false;
    for (size_t i = 0; i < search->count; i++) {
        const struct known_place *place = &search->places[i];
        bool spelled = strcmp(text_tone_last(paper->arena, place->name), spoken) == 0;
        bool elsewhere = strstr(search->page_spoken, text_tone_last(paper->arena, place->name));
        int rank = 1 + 8 * spelled + 4 * in_named_district(search, place) + 2 * elsewhere +
                   (place->edits == 0);
        if (rank > best_rank) {
            best = place;
            best_rank = rank;
            split = false;
        } else if (best && rank == best_rank && strcmp(place->name, best->name) != 0) {
            split = true;
        }
    }
    bool sure = best && !split && (best->edits == 0 || in_named_district(search, best));
    return sure ? best : NULL;
}

/* The catalogue's spelling where the paper's is misread; *kind where the paper does not say it. Hoà
 * and Hòa are one: the paper's stays. */
static enum status look_up(struct paper *paper, struct unit_name *unit, const char **kind,
                           bool *mended, struct error *error)
{
    struct place_search search = {.paper = paper, .level = unit->level};
    search.flat = flatten(paper->arena, unit->name);
    search.page_flat = all_flat(paper);
    search.page_spoken = text_tone_last(paper->arena, all_text(paper));
    search.district_codes = arena_array(paper->arena, 64, sizeof *search.district_codes);
    enum status status = catalogue_read(paper->config_folder, "units.csv", ',', paper->arena,
                                        try_district, &search, error);
    if (status == STATUS_OK)
        status = catalogue_read(paper->config_folder, "units.csv", ',', paper->arena, try_place,
                                &search, error);
    const struct known_place *place =
        status == STATUS_OK ? choose_place(&search, unit->name) : NULL;
    *kind = place ? place->kind : NULL;
    if (place && strcmp(text_tone_last(paper->arena, place->name),
                        text_tone_last(paper->arena, unit->name)) != 0) {
        *mended = true;
        unit->name = place->name;
    }
    return status;
}

/* ---------------------------------------------------------------- parts of the letterhead */

enum part_kind { PART_MORE, PART_BODY, PART_LEVEL };

struct part {
    enum part_kind kind;
    size_t row, last_row;
    char *text; /* specks at its ends taken off */
};

static const struct level *level_at(const struct row *row, size_t at)
{
    for (size_t i = 0; i < LEVEL_COUNT; i++) {
        char flat[64] = "";
        for (size_t j = 0; j < levels[i].words && at + j < row->count; j++)
            if (strlen(flat) + strlen(row->tokens[at + j].flat) < sizeof flat)
                strcat(flat, row->tokens[at + j].flat);
        bool district = strcmp(levels[i].flat, "huyen") == 0 && strlen(flat) == 5;
        bool same = strcmp(flat, levels[i].flat) == 0 || (district && alike(flat, "huyen")) ||
                    (strlen(levels[i].flat) >= 7 && alike(flat, levels[i].flat));
        if (same)
            return &levels[i];
    }
    return NULL;
}

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
    return level_at(row, first) ? PART_LEVEL : PART_MORE;
}

static bool is_motto(const struct paper *paper, size_t at)
{
    return row_has(paper, at, "conghoaxahoi") || row_has(paper, at, "chunghiavietnam") ||
           row_has(paper, at, "doclap") || row_has(paper, at, "hanhphuc");
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
        size_t first = first_word(row);
        if (strncmp(row->tokens[first].flat, "so", 2) == 0 && strpbrk(text, "0123456789"))
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

/* "XÃ ĐÔNG KHÊ" -> level and "Đông Khê"; looks for the last level word in the text. */
static bool split_unit(const struct paper *paper, const char *text, char **before,
                       struct unit_name *unit)
{
    struct row row = {.tokens = arena_array(paper->arena, strlen(text) + 1, sizeof *row.tokens)};
    char *rest = NULL;
    for (char *word = strtok_r(arena_strdup(paper->arena, text), " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
        row.tokens[row.count].text = word;
        row.tokens[row.count++].flat = flatten(paper->arena, word);
    }
    unit->level = NULL;
    for (size_t i = row.count; i-- > 0 && !unit->level;) {
        const struct level *level = level_at(&row, i);
        if (!level || i + level->words >= row.count)
            continue;
        if (i > 0 && level->words == 1 && strcmp(level->flat, "xa") == 0 &&
            strcmp(row.tokens[i - 1].flat, "thi") == 0)
            continue;
        unit->level = level;
        char *name = arena_strdup(paper->arena, "");
        *before = arena_strdup(paper->arena, "");
        for (size_t j = 0; j < i; j++)
            *before = arena_printf(paper->arena, "%s%s ", *before, row.tokens[j].text);
        for (size_t j = i + level->words; j < row.count; j++)
            name = arena_printf(paper->arena, "%s%s%s", name, *name ? " " : "", row.tokens[j].text);
        unit->name = text_title(paper->arena, trim_marks(paper->arena, name));
    }
    return unit->level != NULL;
}

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
        status = look_up(paper, unit, &kind, &mended, error);
    if (status != STATUS_OK)
        return status;
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
    weaken(paper, FIELD_AGENCY, doubt && !mended ? 0.3 : 1);
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
    struct unit_name unit = {NULL, NULL, NOWHERE};
    char *before = parts[body].text, *unused = NULL;
    const char *printed = parts[body].text;
    size_t row = parts[body].row;
    if (!split_unit(paper, parts[body].text, &before, &unit)) {
        before = parts[body].text;
        bool council = alike(flatten(paper->arena, before), "uybannhandan");
        if (council && body + 1 < count && parts[body + 1].kind == PART_LEVEL) {
            split_unit(paper, parts[body + 1].text, &unused, &unit);
            printed = arena_printf(paper->arena, "%s %s", printed, parts[body + 1].text);
            row = parts[body + 1].row;
        } else if (!council) {
            for (size_t i = body; i-- > 0 && !unit.level;)
                split_unit(paper, parts[i].text, &unused, &unit);
        }
    }
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
        struct unit_name unit = {NULL, NULL, NOWHERE};
        if (!split_unit(paper, text, &before, &unit))
            continue;
        *done = true;
        return put_agency(paper, usual_words(paper, "Ủy ban nhân dân"), &unit, text, place, error);
    }
    return STATUS_OK;
}

/* "Quận, huyện: Vạn Ninh / Phường, xã: Vạn Thắng" at the head of a form. */
static enum status from_form_head(struct paper *paper, bool *done, struct error *error)
{
    for (size_t i = 0; i < paper->head_end && i < paper->row_count; i++) {
        const struct row *row = &paper->rows[i];
        size_t colon = 0;
        const struct level *level = NULL;
        size_t communes = 0;
        while (colon < row->count && !strchr(row->tokens[colon].text, ':')) {
            colon++;
        }
        for (size_t j = 0; j <= colon && colon < row->count; j++) {
            const struct level *here = level_at(row, j);
            if (here && here->commune) {
                level = here;
                communes++;
            }
        }
        if (!level || colon + 1 >= row->count)
            continue;
        struct place place = {i, colon + 1, row->count};
        struct unit_name unit = {communes == 1 ? level : NULL, NULL, place};
        unit.name = text_title(paper->arena, trim_marks(paper->arena, text_of(paper, place)));
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
        struct unit_name unit = {NULL, NULL, place};
        unit.name = text_title(paper->arena, trim_marks(paper->arena, text_of(paper, place)));
        *done = true;
        return put_agency(paper, "Ủy ban nhân dân", &unit, NULL, place, error);
    }
    return STATUS_OK;
}

enum status read_agency(struct paper *paper, struct error *error)
{
    static enum status (*const sources[])(struct paper *, bool *, struct error *) = {
        from_letterhead, from_register, from_form_head};
    bool done = false;
    enum status status = STATUS_OK;
    if (paper->type && strcmp(paper->type, "chung_thuc") == 0)
        return from_certification(paper, &done, error);
    for (size_t i = 0; i < sizeof sources / sizeof *sources && !done && status == STATUS_OK; i++)
        status = sources[i](paper, &done, error);
    return status;
}
