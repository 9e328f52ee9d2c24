#include "pipeline/events.h"

#include <stdlib.h>
#include <string.h>

#include "core/event.h"
#include "core/file.h"
#include "core/package.h"
#include "pipeline/spool.h"

/* By what events are named: what was done with a new version was not done with the one before. */
static const char *events_subject(struct work *work, const char *folder)
{
    struct document document;
    enum status status = document_read(file_join(work->arena, folder, "document.json"), work->arena,
                                       &document, NULL);
    return status == STATUS_OK && document.supersedes
               ? event_subject(document.id, document.version, work->arena)
               : work->task->id;
}

enum status events_note(struct work *work, const char *type, const char *detail, const char *object,
                        struct error *error)
{
    return events_note_outcome(work, type, "success", detail, object, error);
}

enum status events_note_outcome(struct work *work, const char *type, const char *outcome,
                                const char *detail, const char *object, struct error *error)
{
    char now[26];
    file_now(now);
    struct event event = {.type = type,
                          .at = now,
                          .agent = EVENT_SOHOA,
                          .outcome = outcome,
                          .detail = detail,
                          .object = object};
    const char *folder =
        spool_document_folder(work->warehouse, work->task->batch, work->task->id, work->arena);
    return event_append(folder, events_subject(work, folder), &event, error);
}

/* ---------------------------------------------------------------- gathering */

struct gathering {
    struct work *work;
    const struct document *document;
    struct event *events;
    size_t count;
};

static void add(struct gathering *g, const struct event *event)
{
    struct event *to = &g->events[g->count];
    if (!event->at || !*event->at)
        return;
    *to = *event;
    if (!to->outcome)
        to->outcome = "success";
    event_name(to, g->document->id);
    g->count++;
}

static void add_reading(struct gathering *g, const struct words *words, const char *page)
{
    struct arena *arena = g->work->arena;
    const char *second = words->second
                             ? arena_printf(arena, "; doubtful lines again by %s, SHA-256 %s",
                                            words->second, words->second_sha256)
                             : "";
    add(g, &(struct event){.type = EVENT_READING,
                           .at = words->read_at,
                           .agent = words->engine ? words->engine : EVENT_SOHOA,
                           .detail = arena_printf(arena, "model %s, SHA-256 %s%s, confidence %.4f",
                                                  words->model ? words->model : "",
                                                  words->model_sha256 ? words->model_sha256 : "",
                                                  second, words->confidence),
                           .object = package_page(PACKAGE_WORDS, page, arena)});
}

/* What happened to a page stands in its own files. */
static enum status add_page(struct gathering *g, const char *folder, const char *name,
                            struct error *error)
{
    struct arena *arena = g->work->arena;
    struct page page;
    const struct words **words = NULL;
    enum status status = page_read(folder, name, arena, &page, error);
    if (status == STATUS_OK)
        status = spool_all_words(folder, &name, 1, arena, &words, error);
    if (status != STATUS_OK)
        return status;
    const char *master = package_page(PACKAGE_MASTER, page.file, arena);
    const char *device = page.origin && *page.origin ? page.origin : "unknown";
    add(g, &(struct event){.type = EVENT_CAPTURE,
                           .at = page.scanned_at,
                           .agent = device,
                           .agent_kind = EVENT_DEVICE,
                           .detail = arena_printf(arena, "%d x %d px, %.0f dpi, SHA-256 %s",
                                                  page.width_px, page.height_px, page.dpi_x,
                                                  page.sha256 ? page.sha256 : ""),
                           .object = master});
    add(g, &(struct event){.type = EVENT_INSPECTION,
                           .at = page.inspected_at,
                           .agent = EVENT_SOHOA,
                           .detail = page.blank ? "blank" : NULL,
                           .object = master});
    if (words[0])
        add_reading(g, words[0], name);
    return STATUS_OK;
}

/* The name of the field says enough: what stood in it may be about a citizen. */
static void add_acts(struct gathering *g)
{
    static const struct {
        const char *what, *type;
    } kinds[] = {
        {"correct", EVENT_CORRECTION}, {"approve", EVENT_APPROVAL}, {"send_back", EVENT_RETURN}};
    for (size_t i = 0; i < g->document->act_count; i++) {
        const struct document_act *act = &g->document->acts[i];
        for (size_t k = 0; act->what && k < sizeof kinds / sizeof *kinds; k++)
            if (strcmp(act->what, kinds[k].what) == 0)
                add(g, &(struct event){.type = kinds[k].type,
                                       .at = act->at,
                                       .agent = act->actor ? act->actor : "unknown",
                                       .agent_kind = EVENT_PERSON,
                                       .detail = act->field});
    }
    if (g->document->approved_by && strcmp(g->document->approved_by, "policy") == 0)
        add(g, &(struct event){.type = EVENT_APPROVAL,
                               .at = g->document->approved_at,
                               .agent = EVENT_SOHOA,
                               .detail = "review policy"});
}

struct placed {
    struct event event;
    size_t place;
};

static int by_time(const void *a, const void *b)
{
    const struct placed *first = a, *second = b;
    int order = strcmp(first->event.at, second->event.at);
    return order ? order : (first->place > second->place) - (first->place < second->place);
}

/* By time; what happened in the same second in the order it was told. */
static void sort_by_time(struct gathering *g)
{
    struct placed *list = arena_array(g->work->arena, g->count + 1, sizeof *list);
    for (size_t i = 0; i < g->count; i++)
        list[i] = (struct placed){g->events[i], i};
    qsort(list, g->count, sizeof *list, by_time);
    for (size_t i = 0; i < g->count; i++)
        g->events[i] = list[i].event;
}

/* Of a new version: those of the version before, and behind them its own. */
static enum status gather_on(struct work *work, const struct document *document, const char *own,
                             const char *path, struct error *error)
{
    struct spool_place place;
    struct event *before = NULL, *noted = NULL;
    size_t before_count = 0, noted_count = 0;
    enum status status = spool_place(work->warehouse, document, work->arena, &place, error);
    if (status == STATUS_OK)
        status = event_read(package_part_path(work->arena, place.package, PACKAGE_EVENTS),
                            work->arena, &before, &before_count, error);
    if (status == STATUS_OK)
        status = event_read(own, work->arena, &noted, &noted_count, error);
    if (status != STATUS_OK)
        return status;
    struct event *all = arena_array(work->arena, before_count + noted_count + 1, sizeof *all);
    for (size_t i = 0; i < before_count + noted_count; i++)
        all[i] = i < before_count ? before[i] : noted[i - before_count];
    return event_write(path, all, before_count + noted_count, error);
}

enum status events_gather(struct work *work, const struct document *document, const char *path,
                          struct error *error)
{
    struct event *noted = NULL;
    size_t noted_count = 0;
    const char *folder = pipeline_batch_folder(work->warehouse, document->batch, work->arena);
    const char *own = file_join(
        work->arena,
        spool_document_folder(work->warehouse, document->batch, document->id, work->arena),
        "events.jsonl");
    if (document->supersedes)
        return gather_on(work, document, own, path, error);
    enum status status = event_read(own, work->arena, &noted, &noted_count, error);
    struct gathering g = {.work = work, .document = document};
    g.events =
        arena_array(work->arena, 3 * document->page_count + document->act_count + noted_count + 1,
                    sizeof *g.events);
    for (size_t i = 0; i < document->page_count && status == STATUS_OK; i++)
        status = add_page(&g, folder, document->pages[i].name, error);
    if (status != STATUS_OK)
        return status;
    add_acts(&g);
    for (size_t i = 0; i < noted_count; i++)
        g.events[g.count++] = noted[i];
    sort_by_time(&g);
    return event_write(path, g.events, g.count, error);
}
