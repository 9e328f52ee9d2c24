#include "index/roadmap.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/settings.h"
#include "core/text.h"
#include "index/number.h"
#include "index/procedures.h"

enum given { /* keys that a section has had */
             HAS_FROM = 1,
             HAS_TO = 2,
             HAS_PHASE = 4,
             HAS_START = 8,
             HAS_DEADLINE = 16,
             HAS_TARGET = 32,
             HAS_TITLE = 64,
             HAS_PLAN = 128,
             HAS_UNIT = 256,
             HAS_MEASURE = 512,
             HAS_BAND = 1024,
             HAS_YEAR = 2048,
             HAS_PERCENT = 4096,
             HAS_SOURCE = 8192,
             HAS_FORMER = 16384,
             HAS_SINCE = 32768
};

/* Where a section stands, for sentences about the whole. */
struct place {
    const char *section; /* "band 2006-2015" */
    int line;            /* of its first key */
    unsigned has;
    struct band band;   /* or */
    struct phase phase; /* or */
    struct target target;
    struct unit_group unit;
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

static bool is_target(const struct place *place)
{
    return strncmp(place->section, "target ", 7) == 0;
}

static bool is_unit(const struct place *place)
{
    return strncmp(place->section, "unit ", 5) == 0;
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

/* The last day of that year. */
static enum status read_target_year(const char *value, char iso[11], struct error *error)
{
    int year = 0;
    enum status status = read_year(value, 0, &year, error);
    if (status == STATUS_OK && year > 0)
        snprintf(iso, 11, "%.4s-12-31", value);
    return status;
}

/* ---------------------------------------------------------------- keys */

enum { IN_BAND = 1, IN_PHASE = 2, IN_PLAN = 4, IN_TARGET = 8, IN_UNIT = 16 };

static const struct {
    const char *name;
    enum given given;
    unsigned where; /* it may stand */
} keys[] = {
    {"from", HAS_FROM, IN_BAND},
    {"to", HAS_TO, IN_BAND},
    {"phase", HAS_PHASE, IN_BAND},
    {"start", HAS_START, IN_BAND | IN_PHASE},
    {"deadline", HAS_DEADLINE, IN_BAND | IN_PHASE | IN_TARGET},
    {"target", HAS_TARGET, IN_BAND},
    {"title", HAS_TITLE, IN_PHASE | IN_PLAN},
    {"plan", HAS_PLAN, IN_PLAN},
    {"unit", HAS_UNIT, IN_TARGET},
    {"measure", HAS_MEASURE, IN_TARGET},
    {"band", HAS_BAND, IN_TARGET},
    {"year", HAS_YEAR, IN_TARGET},
    {"percent", HAS_PERCENT, IN_TARGET},
    {"source", HAS_SOURCE, IN_TARGET},
    {"former", HAS_FORMER, IN_UNIT},
    {"since", HAS_SINCE, IN_UNIT},
};

static unsigned kind_of(const struct place *place)
{
    return is_band(place)     ? IN_BAND
           : is_phase(place)  ? IN_PHASE
           : is_target(place) ? IN_TARGET
           : is_unit(place)   ? IN_UNIT
                              : IN_PLAN;
}

/* The key of this name if it may stand in this section. */
static enum status find_key(const struct place *place, const char *name, enum given *given,
                            struct error *error)
{
    const char *names[sizeof keys / sizeof *keys + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        bool here = (keys[i].where & kind_of(place)) != 0;
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
        return read_date(value,
                         band              ? place->band.deadline
                         : is_phase(place) ? place->phase.deadline
                                           : place->target.by,
                         error);
    case HAS_PERCENT:
        return read_target(value, &place->target.percent, error);
    case HAS_YEAR:
        return read_target_year(value, place->target.by, error);
    case HAS_UNIT:
        place->target.unit = arena_strdup(reader->arena, value);
        return STATUS_OK;
    case HAS_MEASURE:
        place->target.measure = arena_strdup(reader->arena, value);
        return STATUS_OK;
    case HAS_BAND:
        place->target.band = arena_strdup(reader->arena, value);
        return STATUS_OK;
    case HAS_SOURCE:
        place->target.source = arena_strdup(reader->arena, value);
        return STATUS_OK;
    case HAS_FORMER:
        unit_group_former(&place->unit, value, reader->arena);
        return STATUS_OK;
    case HAS_SINCE:
        return read_date(value, place->unit.since, error);
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
    place.target =
        (struct target){.name = "", .unit = "", .measure = "papers", .band = "", .source = ""};
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
    } else if (is_target(&place)) {
        place.target.name = place.section + 7;
    } else if (is_unit(&place)) {
        place.unit.name = place.section + 5;
    } else if (strcmp(section, "roadmap") != 0) {
        return error_set(error, STATUS_REJECT,
                         _("[%s] is unknown; a plan has [roadmap], [phase N], [band ID], [target "
                           "NAME] and [unit "
                           "NAME]"),
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
    if (is_unit(place) && place->unit.former_count == 0)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: [%s] needs former: the units that were merged into it"),
                         reader->path, place->line, place->section);
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

/* Units as papers and inventory are counted: "Hoà" is "Hòa". */
static bool same_subject(const struct target *a, const struct target *b, struct arena *arena)
{
    return strcmp(unit_key(a->unit, arena), unit_key(b->unit, arena)) == 0 &&
           strcmp(a->measure, b->measure) == 0 && strcmp(a->band, b->band) == 0;
}

static enum status check_target(const struct reader *reader, size_t at, struct error *error)
{
    const struct place *place = &reader->places[at];
    const struct target *target = &place->target;
    bool known = !*target->band;
    for (size_t i = 0; i < reader->out->band_count; i++)
        known = known || strcmp(reader->out->bands[i].id, target->band) == 0;
    if (!known || (*target->band && strcmp(target->measure, "papers") != 0))
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: [%s] names the band \"%s\", which its measure does not have"),
                         reader->path, place->line, place->section, target->band);
    if (!(place->has & HAS_PERCENT) || !*target->by ||
        (place->has & (HAS_YEAR | HAS_DEADLINE)) == (HAS_YEAR | HAS_DEADLINE))
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: [%s] needs percent, and either year or deadline"), reader->path,
                         place->line, place->section);
    for (size_t i = 0; i < at; i++) {
        const struct place *other = &reader->places[i];
        if (!is_target(other) || !same_subject(&other->target, target, reader->arena))
            continue;
        int order = strcmp(other->target.by, target->by);
        double before = order <= 0 ? other->target.percent : target->percent;
        double after = order <= 0 ? target->percent : other->target.percent;
        if (order == 0 ? before != after : after < before)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: [%s] (%g %% by %s) contradicts [%s] (%g %% by %s)"),
                             reader->path, place->line, place->section, target->percent, target->by,
                             other->section, other->target.percent, other->target.by);
    }
    return STATUS_OK;
}

/* A band is worked on within its phase, when the plan describes that. */
static enum status check_phase(const struct reader *reader, const struct place *place,
                               struct error *error)
{
    const struct band *band = &place->band;
    const struct phase *phase = NULL;
    for (size_t i = 0; i < reader->out->phase_count; i++)
        if (reader->out->phases[i].number == band->phase)
            phase = &reader->out->phases[i];
    if (band->phase && !phase && reader->out->phase_count > 0)
        return error_set(error, STATUS_REJECT, _("%s:%d: [%s] is of phase %d, and there is none"),
                         reader->path, place->line, place->section, band->phase);
    if (!phase)
        return STATUS_OK;
    if (*band->start && *phase->start && strcmp(band->start, phase->start) < 0)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: [%s] starts on %s, before its phase %d does (%s)"), reader->path,
                         place->line, place->section, band->start, phase->number, phase->start);
    if (*band->deadline && *phase->deadline && strcmp(band->deadline, phase->deadline) > 0)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: [%s] has the deadline %s, and its phase %d ends on %s"),
                         reader->path, place->line, place->section, band->deadline, phase->number,
                         phase->deadline);
    return STATUS_OK;
}

static enum status finish(struct reader *reader, struct error *error)
{
    struct roadmap *out = reader->out;
    enum status status = STATUS_OK;
    out->bands = arena_array(reader->arena, reader->count + 1, sizeof *out->bands);
    out->phases = arena_array(reader->arena, reader->count + 1, sizeof *out->phases);
    out->targets = arena_array(reader->arena, reader->count + 1, sizeof *out->targets);
    out->units = arena_array(reader->arena, reader->count + 1, sizeof *out->units);
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
        else if (is_target(place))
            out->targets[out->target_count++] = place->target;
        else if (is_unit(place))
            out->units[out->unit_count++] = place->unit;
    }
    for (size_t i = 0; i < reader->count && status == STATUS_OK; i++)
        if (is_band(&reader->places[i]))
            status = check_phase(reader, &reader->places[i], error);
        else if (is_target(&reader->places[i]))
            status = check_target(reader, i, error);
    for (size_t i = 0; i < out->unit_count; i++)
        unit_group_keys(&out->units[i], reader->arena);
    if (status == STATUS_OK && roadmap_check_units(out, error) != STATUS_OK)
        status = error_add(error, STATUS_REJECT, "%s", reader->path);
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
