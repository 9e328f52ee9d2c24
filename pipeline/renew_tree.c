/* One time-stamp for the evidence records of many packages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/evidence.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/audit.h"
#include "pipeline/pipeline.h"

struct planting {
    const struct warehouse *warehouse;
    const struct pipeline_trees_wish *wish;
    struct audit *audit;
    struct arena *arena;         /* until the next tree is planted */
    struct evidence_item *items; /* own: path of the package */
    size_t count, room;
    char now[26];
    struct pipeline_trees *out;
};

/* ---------------------------------------------------------------- while they are made */

static void tell(struct planting *planting, const char *path, const char *sentence)
{
    planting->wish->finding(planting->wish->context, path, sentence);
}

static bool may_begin_anew(void *context, const struct evidence_item *item)
{
    const struct planting *planting = context;
    return pipeline_stands_alone(planting->warehouse, item->own);
}

static enum status set_aside(void *context, const struct evidence_item *item, const char *why,
                             struct error *error)
{
    struct planting *planting = context;
    const char *place = store_place(item->own);
    const char *id = strchr(place, '/') + 1;
    struct arena *arena = planting->arena;
    planting->out->anew++;
    tell(planting, item->own,
         arena_printf(arena, _("%s It was set aside as %s.bad, and a new one is begun."), why,
                      file_name(item->record)));
    return pipeline_record(planting->warehouse, "renew", arena_strndup(arena, id, strcspn(id, "/")),
                           arena_printf(arena, "place=%s record=none", place), error);
}

static enum status written(void *context, const struct evidence_item *item, struct error *error)
{
    struct planting *planting = context;
    int64_t *count = item->complete ? &planting->out->completed : &planting->out->packages;
    ++*count;
    return pipeline_record_package(planting->warehouse, "renew", item->own, "", error);
}

static void left(void *context, const struct evidence_item *item, bool gain, const char *why)
{
    struct planting *planting = context;
    if (gain) {
        planting->out->no_gain++;
        return;
    }
    planting->out->left++;
    tell(planting, item->own,
         arena_printf(planting->arena,
                      _("%s Nothing else proves this package: bring the record back from a backup "
                        "('sohoa fixity repair'); when none has it, give it the name %s.bad, "
                        "and the next renewal begins a new one."),
                      why, file_name(item->record)));
}

static void unproven(void *context, const struct evidence_item *item, enum status status,
                     const char *why)
{
    struct planting *planting = context;
    struct pipeline_trees *out = planting->out;
    (void)item;
    int64_t *count = status == STATUS_RETRY ? &out->unproven : &out->unprovable;
    ++*count;
    if (!*out->why)
        snprintf(out->why, sizeof out->why, "%s", why);
}

static void show(void *context, size_t done, size_t total)
{
    const struct planting *planting = context;
    if (planting->wish->progress)
        planting->wish->progress(planting->wish->context, done, total);
}

static enum status plant(struct planting *planting, struct error *error)
{
    const struct evidence_listener listener = {may_begin_anew, set_aside, written, left,
                                               unproven,       show,      planting};
    int tokens = 0;
    enum status status = evidence_make(&planting->warehouse->archive, planting->items,
                                       planting->count, &listener, &tokens, error);
    planting->out->tokens += tokens;
    planting->count = 0;
    arena_clear(planting->arena);
    return status;
}

/* ---------------------------------------------------------------- which */

static enum status add(struct planting *planting, const struct evidence_item *item,
                       struct error *error)
{
    if (planting->count == planting->room) {
        planting->room = planting->room ? 2 * planting->room : 256;
        planting->items = memory_resize(planting->items, planting->room * sizeof *planting->items);
    }
    planting->items[planting->count++] = *item;
    return planting->count == EVIDENCE_ITEMS_MAX ? plant(planting, error) : STATUS_OK;
}

/* A person has given it up. */
static bool was_set_aside(const char *record, struct arena *arena)
{
    return file_exists(arena_printf(arena, "%s" EVIDENCE_BAD, record));
}

/* Stopped between the record and its entry, or of before there were entries: it is named now. */
static enum status name_it(struct planting *planting, const struct pipeline_provable *one,
                           enum audit_record is, struct error *error)
{
    return is == AUDIT_RECORD_UNNAMED
               ? pipeline_record_package(planting->warehouse, "renew", one->path, "", error)
               : STATUS_OK;
}

static enum status gather(void *context, const struct pipeline_provable *one, struct error *error)
{
    struct planting *planting = context;
    struct arena *arena = planting->arena;
    struct evidence_verdict verdict;
    struct error why;
    if (!one->batch) /* what cannot be read is `sohoa verify`'s to tell */
        return STATUS_OK;
    if (planting->wish->needed && strcmp(one->pdf_until, planting->now) > 0 &&
        !pipeline_rests_on_record(one, planting->wish->limit))
        return STATUS_OK;
    enum audit_record is = audit_record(planting->audit, one->path, one->record, &verdict, &why);
    if (planting->wish->needed && is == AUDIT_RECORD_NONE && !*one->pdf_until)
        return STATUS_OK; /* nobody has asked for its first one */
    bool whole = audit_record_is_whole(is);
    bool lasts =
        whole && *one->record_until && strcmp(one->record_until, planting->wish->limit) >= 0;
    enum status status = lasts ? name_it(planting, one, is, error) : STATUS_OK;
    if (status != STATUS_OK || (lasts && !verdict.last_unproven))
        return status;
    if (!one->newest && (!whole || !verdict.trusted))
        return STATUS_OK; /* it ends with what it proves */
    bool gone = is == AUDIT_RECORD_GONE;
    bool anew = gone && (pipeline_stands_alone(planting->warehouse, one->path) ||
                         was_set_aside(one->record, arena));
    struct evidence_item item = {.object = arena_strdup(arena, one->object),
                                 .record = arena_strdup(arena, one->record),
                                 .refused = whole ? NULL : arena_strdup(arena, why.text),
                                 .complete = lasts,
                                 .own = arena_strdup(arena, one->path)};
    if (gone && !anew) {
        left(planting, &item, false, item.refused);
        return STATUS_OK;
    }
    if (gone) {
        planting->out->anew++;
        tell(planting, one->path, arena_printf(arena, _("%s A new one is begun."), why.text));
    }
    return add(planting, &item, error);
}

enum status pipeline_renew_tree(const struct warehouse *warehouse,
                                const struct pipeline_trees_wish *wish, struct pipeline_trees *out,
                                struct error *error)
{
    struct planting planting = {
        .warehouse = warehouse, .wish = wish, .arena = arena_new(), .out = out};
    *out = (struct pipeline_trees){0};
    file_now(planting.now);
    enum status status =
        audit_open(warehouse, NULL, wish->finding, wish->context, &planting.audit, error);
    if (status == STATUS_OK)
        status = pipeline_each_proven(warehouse, gather, &planting, error);
    if (status == STATUS_OK)
        status = plant(&planting, error);
    audit_close(planting.audit);
    free(planting.items);
    arena_free(planting.arena);
    return status;
}
