#include "ocr/fields_unit.h"

#include <stdlib.h>
#include <string.h>

#include "core/catalogue.h"
#include "core/buffer.h"
#include "core/text.h"

#define PLACES_MAX 64

/* The levels of government as papers print them. */
static const struct level levels[] = {
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

enum status unit_look_up(struct paper *paper, struct unit_name *unit, const char **kind,
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
    *mended = false;
    if (place && strcmp(text_tone_last(paper->arena, place->name),
                        text_tone_last(paper->arena, unit->name)) != 0) {
        *mended = true;
        unit->name = place->name;
    }
    return status;
}

/* ---------------------------------------------------------------- units in words */

const struct level *unit_level_at(const struct row *row, size_t at)
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

const struct level *unit_level_named(const struct paper *paper, size_t but, const char *name)
{
    const char *flat = flatten(paper->arena, name);
    for (size_t i = 0; i < paper->row_count && *flat; i++) {
        struct place row = {i, 0, paper->rows[i].count};
        const char *all = flatten(paper->arena, text_of(paper, row));
        for (size_t k = 0; k < LEVEL_COUNT && i != but; k++)
            if (levels[k].commune &&
                strstr(all, arena_printf(paper->arena, "%s%s", levels[k].flat, flat)))
                return &levels[k];
    }
    return NULL;
}

bool unit_split(const struct paper *paper, const char *text, char **before, struct unit_name *unit)
{
    struct row row = {.tokens = arena_array(paper->arena, strlen(text) + 1, sizeof *row.tokens)};
    char *rest = NULL;
    for (char *word = strtok_r(arena_strdup(paper->arena, text), " ", &rest); word;
         word = strtok_r(NULL, " ", &rest)) {
        row.tokens[row.count].text = word;
        row.tokens[row.count++].flat = flatten(paper->arena, word);
    }
    *unit = (struct unit_name){.place = NOWHERE};
    for (size_t i = row.count; i-- > 0 && !unit->level;) {
        const struct level *level = unit_level_at(&row, i);
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
