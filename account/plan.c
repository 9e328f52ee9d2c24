/* The plan (index/roadmap.h) as report.json keeps it. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "account/report.h"
#include "core/message.h"

/* NULL: none were merged. */
static json_t *units_json(const struct roadmap *roadmap)
{
    json_t *units = roadmap->unit_count > 0 ? json_array() : NULL;
    for (size_t i = 0; i < roadmap->unit_count; i++) {
        const struct unit_group *group = &roadmap->units[i];
        json_t *former = json_array();
        for (size_t j = 0; j < group->former_count; j++)
            json_array_append_new(former, json_string(group->former[j]));
        json_array_append_new(units, json_pack("{s:s, s:s, s:o}", "name", group->name, "since",
                                               group->since, "former", former));
    }
    return units;
}

json_t *plan_json(const struct roadmap *roadmap)
{
    json_t *bands = json_array(), *targets = json_array();
    for (size_t i = 0; i < roadmap->band_count; i++) {
        const struct band *band = &roadmap->bands[i];
        json_t *one = json_pack("{s:s, s:i, s:s, s:s}", "id", band->id, "phase", band->phase,
                                "start", band->start, "deadline", band->deadline);
        if (band->from != INT_MIN)
            json_object_set_new(one, "from", json_integer(band->from));
        if (band->to != INT_MAX)
            json_object_set_new(one, "to", json_integer(band->to));
        json_put_number(one, "target", band->target_percent, 2);
        json_array_append_new(bands, one);
    }
    for (size_t i = 0; i < roadmap->target_count; i++) {
        const struct target *target = &roadmap->targets[i];
        json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", target->name, "unit",
                                target->unit, "measure", target->measure, "band", target->band,
                                "by", target->by, "source", target->source);
        json_put_number(one, "percent", target->percent, 2);
        json_array_append_new(targets, one);
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:o*}", "title", roadmap->title, "plan", roadmap->plan,
                     "bands", bands, "targets", targets, "units", units_json(roadmap));
}

static const char *text_of(const json_t *json, const char *key, struct arena *arena)
{
    const char *text = json_text(json, key, arena);
    return text ? text : "";
}

static void units_from_json(const json_t *units, struct arena *arena, struct roadmap *out)
{
    out->units = arena_array(arena, json_array_size(units) + 1, sizeof *out->units);
    for (size_t i = 0; i < json_array_size(units); i++) {
        const json_t *one = json_array_get(units, i);
        const json_t *former = json_object_get(one, "former");
        struct unit_group *group = &out->units[out->unit_count++];
        *group = (struct unit_group){.name = text_of(one, "name", arena)};
        group->former = arena_array(arena, json_array_size(former) + 1, sizeof *group->former);
        for (size_t j = 0; j < json_array_size(former); j++) {
            const char *name = json_string_value(json_array_get(former, j));
            group->former[group->former_count++] = arena_strdup(arena, name ? name : "");
        }
        snprintf(group->since, sizeof group->since, "%s", text_of(one, "since", arena));
        unit_group_keys(group, arena);
    }
}

enum status plan_from_json(const json_t *json, struct arena *arena, struct roadmap *out,
                           struct error *error)
{
    const json_t *bands = json_object_get(json, "bands");
    const json_t *targets = json_object_get(json, "targets");
    *out = (struct roadmap){.title = text_of(json, "title", arena),
                            .plan = text_of(json, "plan", arena)};
    out->bands = arena_array(arena, json_array_size(bands) + 1, sizeof *out->bands);
    out->targets = arena_array(arena, json_array_size(targets) + 1, sizeof *out->targets);
    units_from_json(json_object_get(json, "units"), arena, out);
    for (size_t i = 0; i < json_array_size(bands); i++) {
        const json_t *one = json_array_get(bands, i);
        struct band *band = &out->bands[out->band_count++];
        *band = (struct band){.id = text_of(one, "id", arena),
                              .from = (int)json_int(one, "from", INT_MIN),
                              .to = (int)json_int(one, "to", INT_MAX),
                              .phase = (int)json_int(one, "phase", 0),
                              .target_percent = json_number(one, "target", 100)};
        snprintf(band->start, sizeof band->start, "%s", text_of(one, "start", arena));
        snprintf(band->deadline, sizeof band->deadline, "%s", text_of(one, "deadline", arena));
    }
    for (size_t i = 0; i < json_array_size(targets); i++) {
        const json_t *one = json_array_get(targets, i);
        struct target *target = &out->targets[out->target_count++];
        *target = (struct target){.name = text_of(one, "name", arena),
                                  .unit = text_of(one, "unit", arena),
                                  .measure = text_of(one, "measure", arena),
                                  .band = text_of(one, "band", arena),
                                  .source = text_of(one, "source", arena),
                                  .percent = json_number(one, "percent", 0)};
        snprintf(target->by, sizeof target->by, "%s", text_of(one, "by", arena));
    }
    return out->band_count > 0 ? STATUS_OK
                               : error_set(error, STATUS_REJECT, _("its report.json is damaged"));
}
