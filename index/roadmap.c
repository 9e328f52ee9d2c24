#include "index/roadmap.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/settings.h"
#include "core/text.h"
#include "index/number.h"

enum given { /* keys that a section has had */
             HAS_FROM = 1,
             HAS_TO = 2,
             HAS_PHASE = 4,
             HAS_START = 8,
             HAS_DEADLINE = 16,
             HAS_TARGET = 32,
             HAS_TITLE = 64,
             HAS_PLAN = 128
};

/* Where a section stands, for sentences about the whole. */
struct place {
    const char *section; /* "band 2006-2015" */
    int line;            /* of its first key */
    unsigned has;
    struct band band; /* or */
    struct phase phase;
};

struct reader {
    const char *path;
    struct arena *arena;
    struct roadmap *out;
    struct place *places;
    size_t count, room;
};

static bool is_band(const struct place *place)
{
    return strncmp(place->section, "band ", 5) == 0;
}

static bool is_phase(const struct place *place)
{
    return strncmp(place->section, "phase ", 6) == 0;
}

/* ---------------------------------------------------------------- values (settings_parse says
 * where) */

static enum status read_year(const char *value, int open, int *year, struct error *error)
{
    *year = strcmp(value, "-") == 0 ? open : strlen(value) == 4 ? number_year(value) : 0;
    if (*year)
        return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("\"%s\" is no year; write four digits, or - for an open end"), value);
}

static enum status read_date(const char *value, char iso[11], struct error *error)
{
    if (text_date(value, iso))
        return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("the date %s does not exist; write a day of the calendar as DD/MM/YYYY"),
                     value);
}

static enum status read_phase(const char *value, int *phase, struct error *error)
{
    if (!*value || strlen(value) > 3 || value[strspn(value, "0123456789")])
        return error_set(error, STATUS_REJECT, _("the phase \"%s\" is no number"), value);
    *phase = (int)strtol(value, NULL, 10);
    return STATUS_OK;
}

static enum status read_target(const char *value, double *target, struct error *error)
{
    char *end = NULL;
    *target = isdigit((unsigned char)*value) ? strtod(value, &end) : -1;
    if (end && strcmp(end, "%") == 0)
        end++;
    if (!end || *end || !(*target >= 0 && *target <= 100))
        return error_set(error, STATUS_REJECT,
                         _("the target \"%s\" is no percentage from 0 to 100"), value);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- keys */

static const struct {
    const char *name;
    enum given given;
    bool band, phase, plan; /* where it may stand */
} keys[] = {
    {"from", HAS_FROM, true, false, false},        {"to", HAS_TO, true, false, false},
    {"phase", HAS_PHASE, true, false, false},      {"start", HAS_START, true, true, false},
    {"deadline", HAS_DEADLINE, true, true, false}, {"target", HAS_TARGET, true, false, false},
    {"title", HAS_TITLE, false, true, true},       {"plan", HAS_PLAN, false, false, true},
};

/* The key of this name if it may stand in this section. */
static enum status find_key(const struct place *place, const char *name, enum given *given,
                            struct error *error)
{
    const char *names[sizeof keys / sizeof *keys + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        bool here = is_band(place) ? keys[i].band : is_phase(place) ? keys[i].phase : keys[i].plan;
        if (here && strcmp(keys[i].name, name) == 0) {
            *given = keys[i].given;
            return STATUS_OK;
        }
        if (here)
            names[count++] = keys[i].name;
    }
    const char *nearest = settings_nearest(name, names);
    return nearest ? error_set(error, STATUS_REJECT,
                               _("[%s] has no setting \"%s\"; did you mean \"%s\"?"),
                               place->section, name, nearest)
                   : error_set(error, STATUS_REJECT, _("[%s] has no setting \"%s\""),
                               place->section, name);
}

static enum status read_value(struct reader *reader, struct place *place, enum given given,
                              const char *value, struct error *error)
{
    bool band = is_band(place);
    switch (given) {
    case HAS_FROM:
        return read_year(value, INT_MIN, &place->band.from, error);
    case HAS_TO:
        return read_year(value, INT_MAX, &place->band.to, error);
    case HAS_PHASE:
        return read_phase(value, &place->band.phase, error);
    case HAS_START:
        return read_date(value, band ? place->band.start : place->phase.start, error);
    case HAS_DEADLINE:
        return read_date(value, band ? place->band.deadline : place->phase.deadline, error);
    case HAS_TARGET:
        return read_target(value, &place->band.target_percent, error);
    case HAS_TITLE:
        *(is_phase(place) ? &place->phase.title : &reader->out->title) =
            arena_strdup(reader->arena, value);
        return STATUS_OK;
    default:
        reader->out->plan = arena_strdup(reader->arena, value);
        return STATUS_OK;
    }
}

static enum status begin_section(struct reader *reader, const char *section, int line,
                                 struct error *error)
{
    struct place place = {.section = arena_strdup(reader->arena, section), .line = line};
    place.band.target_percent = 100;
    place.phase.title = "";
    for (size_t i = 0; i < reader->count; i++)
        if (strcmp(reader->places[i].section, section) == 0)
            return error_set(error, STATUS_REJECT, _("[%s] is there already, in line %d"), section,
                             reader->places[i].line);
    if (is_band(&place)) {
        place.band.id = place.section + 5;
        if (!*place.band.id || strcmp(place.band.id, BAND_UNKNOWN) == 0)
            return error_set(error, STATUS_REJECT, _("a band cannot be called \"%s\""),
                             place.band.id);
    } else if (is_phase(&place)) {
        enum status status = read_phase(section + 6, &place.phase.number, error);
        if (status != STATUS_OK)
            return status;
    } else if (strcmp(section, "roadmap") != 0) {
        return error_set(error, STATUS_REJECT,
                         _("[%s] is unknown; a plan has [roadmap], [phase N] and [band ID]"),
                         section);
    }
    if (reader->count == reader->room) {
        reader->room = reader->room ? 2 * reader->room : 16;
        reader->places = memory_resize(reader->places, reader->room * sizeof *reader->places);
    }
    reader->places[reader->count++] = place;
    return STATUS_OK;
}

static enum status read_key(void *context, const char *section, const char *key, const char *value,
                            int line, struct error *error)
{
    struct reader *reader = context;
    enum given given = 0;
    enum status status = STATUS_OK;
    if (reader->count == 0 || strcmp(reader->places[reader->count - 1].section, section) != 0)
        status = begin_section(reader, section, line, error);
    if (status != STATUS_OK)
        return status;
    struct place *place = &reader->places[reader->count - 1];
    status = find_key(place, key, &given, error);
    if (status != STATUS_OK)
        return status;
    if (place->has & given)
        return error_set(error, STATUS_REJECT, _("%s is given twice in [%s]"), key, section);
    place->has |= given;
    return read_value(reader, place, given, value, error);
}

/* ---------------------------------------------------------------- the whole */

static enum status check_section(const struct reader *reader, const struct place *place,
                                 struct error *error)
{
    const char *start = is_band(place) ? place->band.start : place->phase.start;
    const char *deadline = is_band(place) ? place->band.deadline : place->phase.deadline;
    if (is_band(place) && (!(place->has & HAS_FROM) || !(place->has & HAS_TO)))
        return error_set(error, STATUS_REJECT, _("%s:%d: [%s] needs from and to"), reader->path,
                         place->line, place->section);
    if (is_band(place) && place->band.from > place->band.to)
        return error_set(error, STATUS_REJECT, _("%s:%d: [%s] begins in %d, after its end %d"),
                         reader->path, place->line, place->section, place->band.from,
                         place->band.to);
    if (*start && *deadline && strcmp(deadline, start) < 0)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: the deadline %s of [%s] is before its start %s"), reader->path,
                         place->line, deadline, place->section, start);
    return STATUS_OK;
}

/* Two neighbours by year: each year in exactly one band, open only at the two ends. */
static enum status check_neighbours(const struct reader *reader, const struct place *before,
                                    const struct place *place, struct error *error)
{
    const struct place *open = before->band.to == INT_MAX    ? before
                               : place->band.from == INT_MIN ? place
                                                             : NULL;
    if (open)
        return error_set(
            error, STATUS_REJECT,
            _("%s:%d: [%s] is open (-) in the middle; only the first band may begin and "
              "only the last may end with -"),
            reader->path, open->line, open->section);
    if (place->band.from <= before->band.to)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: [%s] overlaps [%s]: both have the year %d"), reader->path,
                         place->line, place->section, before->section, place->band.from);
    if (place->band.from > before->band.to + 1)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: between [%s] and [%s] the year %d is missing"), reader->path,
                         place->line, before->section, place->section, before->band.to + 1);
    return STATUS_OK;
}

/* Bands first and by year, then phases as they stand. */
static int by_year(const void *a, const void *b)
{
    const struct place *first = a, *second = b;
    if (is_band(first) != is_band(second))
        return is_band(first) ? -1 : 1;
    if (is_band(first) && first->band.from != second->band.from)
        return first->band.from < second->band.from ? -1 : 1;
    return (first->line > second->line) - (first->line < second->line);
}

static enum status finish(struct reader *reader, struct error *error)
{
    struct roadmap *out = reader->out;
    enum status status = STATUS_OK;
    out->bands = arena_array(reader->arena, reader->count + 1, sizeof *out->bands);
    out->phases = arena_array(reader->arena, reader->count + 1, sizeof *out->phases);
    for (size_t i = 0; i < reader->count && status == STATUS_OK; i++)
        status = check_section(reader, &reader->places[i], error);
    if (status == STATUS_OK && reader->count > 0)
        qsort(reader->places, reader->count, sizeof *reader->places, by_year);
    for (size_t i = 0; i < reader->count && status == STATUS_OK; i++) {
        const struct place *place = &reader->places[i];
        if (is_band(place) && i > 0)
            status = check_neighbours(reader, place - 1, place, error);
        if (is_band(place))
            out->bands[out->band_count++] = place->band;
        else if (is_phase(place))
            out->phases[out->phase_count++] = place->phase;
    }
    if (status == STATUS_OK && out->band_count == 0)
        status = error_set(error, STATUS_REJECT, _("%s: a plan needs at least one [band ID]"),
                           reader->path);
    return status;
}

enum status roadmap_read(const char *path, struct arena *arena, struct roadmap *out,
                         struct error *error)
{
    struct reader reader = {.path = path, .arena = arena, .out = out};
    *out = (struct roadmap){.title = "", .plan = ""};
    enum status status = settings_parse(path, read_key, &reader, error);
    if (status == STATUS_OK)
        status = finish(&reader, error);
    free(reader.places);
    return status;
}

const char *roadmap_band(const struct roadmap *roadmap, const char *iso_date)
{
    int year = number_year(iso_date);
    for (size_t i = 0; year && i < roadmap->band_count; i++)
        if (year >= roadmap->bands[i].from && year <= roadmap->bands[i].to)
            return roadmap->bands[i].id;
    return BAND_UNKNOWN;
}
