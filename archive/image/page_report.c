#include "archive/image/page_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"

static const char *const codings[] = {
    [PAGE_PASSED] = "faithful", [PAGE_TRANSCODED] = "transcoded", [PAGE_LOSSLESS] = "lossless",
    [PAGE_ENCODED] = "encoded", [PAGE_LAYERED] = "layered",
};
static const char *const classes[CLASS_COUNT] = {"color", "gray", "bilevel"};

struct packing {
    json_t *pages;
    const char *profile;
    bool layered;
    struct archive_report sum;
};

void page_report_stream(struct page_report *report, const char *role, const char *filter,
                        int width_px, int height_px, size_t size, const char *sha256)
{
    if (report->stream_count == STREAMS_MAX)
        return;
    struct image_stream *stream = &report->streams[report->stream_count++];
    *stream = (struct image_stream){.bytes = size, .width_px = width_px, .height_px = height_px};
    strncpy(stream->role, role, sizeof stream->role - 1);
    strncpy(stream->filter, filter, sizeof stream->filter - 1);
    strncpy(stream->sha256, sha256, sizeof stream->sha256 - 1);
    report->bytes += size;
}

struct packing *packing_new(const struct archive_settings *settings)
{
    struct packing *packing = memory_new(sizeof *packing);
    packing->pages = json_array();
    packing->layered = settings->page_profile == PROFILE_LAYERED;
    packing->profile = packing->layered ? "layered" : "faithful";
    packing->sum.sizes[CLASS_COLOR].budget = (size_t)settings->budget_color_kb * 1000;
    packing->sum.sizes[CLASS_GRAY].budget = (size_t)settings->budget_gray_kb * 1000;
    packing->sum.sizes[CLASS_BILEVEL].budget = (size_t)settings->budget_bilevel_kb * 1000;
    return packing;
}

void packing_free(struct packing *packing)
{
    if (packing != NULL)
        json_decref(packing->pages);
    free(packing);
}

static json_t *stream_json(const struct image_stream *stream)
{
    json_t *json = json_object();
    json_put_text(json, "role", stream->role);
    json_put_text(json, "filter", stream->filter);
    json_put_text(json, "sha256", stream->sha256);
    json_object_set_new(json, "bytes", json_integer((json_int_t)stream->bytes));
    json_object_set_new(json, "width_px", json_integer(stream->width_px));
    json_object_set_new(json, "height_px", json_integer(stream->height_px));
    return json;
}

static void put_figure(json_t *json, const char *name, double value, int decimals)
{
    double scale = pow(10, decimals);
    json_put_number(json, name, floor(value * scale) / scale, decimals);
}

json_t *guard_figures_json(const struct guard_figures *guard)
{
    json_t *json = json_object();
    put_figure(json, "ink", guard->ink, 3);
    put_figure(json, "red", guard->red, 3);
    put_figure(json, "blue", guard->blue, 3);
    json_object_set_new(json, "lost_px", json_integer(guard->lost_px));
    json_object_set_new(json, "gained_px", json_integer(guard->gained_px));
    put_figure(json, "faded", guard->faded, 3);
    put_figure(json, "broken_mm", guard->broken_mm, 1);
    json_object_set_new(json, "places_kept", json_integer((json_int_t)guard->places_kept));
    json_object_set_new(json, "reread", json_boolean(guard->reread));
    if (guard->reread) {
        json_object_set_new(json, "words_read", json_integer((json_int_t)guard->words_read));
        json_object_set_new(json, "words_lost", json_integer((json_int_t)guard->words_lost));
        json_object_set_new(json, "words_kept", json_integer((json_int_t)guard->words_kept));
    }
    return json;
}

static double figure(const json_t *json, const char *name)
{
    return json_number_value(json_object_get(json, name));
}

bool guard_figures_read(const json_t *json, struct guard_figures *out, bool *older)
{
    const json_t *lost = json_object_get(json, "lost_px");
    const json_t *more = json_object_get(json, "gained_px");
    *older = !json_object_get(json, "broken_mm");
    *out = (struct guard_figures){
        .judged = true,
        .ink = figure(json, "ink"),
        .red = figure(json, "red"),
        .blue = figure(json, "blue"),
        .lost_px = (int)json_integer_value(lost),
        .gained_px = (int)json_integer_value(more),
        .faded = figure(json, "faded"),
        .broken_mm = figure(json, "broken_mm"),
        .reread = json_is_true(json_object_get(json, "reread")),
        .words_lost = (size_t)json_integer_value(json_object_get(json, "words_lost"))};
    return json_is_number(json_object_get(json, "ink")) && json_is_integer(lost) &&
           json_is_integer(more);
}

static void count_kept(struct archive_report *sum, const char *reason)
{
    size_t i = 0;
    sum->kept++;
    while (i + 1 < PAGE_REASONS_MAX && sum->kept_for[i].reason != NULL &&
           strcmp(sum->kept_for[i].reason, reason) != 0)
        i++;
    sum->kept_for[i].reason = reason;
    sum->kept_for[i].pages++;
}

void packing_add(struct packing *packing, const char *image_path, const struct page_report *report)
{
    enum page_class class = report->bits == 1       ? CLASS_BILEVEL
                            : report->channels == 1 ? CLASS_GRAY
                                                    : CLASS_COLOR;
    struct page_sizes *sizes = &packing->sum.sizes[class];
    bool over = sizes->budget > 0 && report->bytes > sizes->budget;
    json_t *page = json_object(), *streams = json_array();
    json_put_text(page, "master", file_name(image_path));
    json_put_text(page, "master_sha256", report->master_sha256);
    json_put_text(page, "coding", codings[report->coding]);
    if (report->quality > 0)
        json_object_set_new(page, "quality", json_integer(report->quality));
    json_put_text(page, "reason", report->reason);
    json_put_text(page, "class", classes[class]);
    json_object_set_new(page, "bytes", json_integer((json_int_t)report->bytes));
    json_object_set_new(page, "over_budget", json_boolean(over));
    for (size_t i = 0; i < report->stream_count; i++)
        json_array_append_new(streams, stream_json(&report->streams[i]));
    json_object_set_new(page, "streams", streams);
    if (report->guard.judged)
        json_object_set_new(page, "guard", guard_figures_json(&report->guard));
    json_array_append_new(packing->pages, page);
    sizes->pages++;
    sizes->bytes += report->bytes;
    sizes->over_budget += over;
    packing->sum.layered += report->coding == PAGE_LAYERED;
    if (packing->layered && report->coding != PAGE_LAYERED && class != CLASS_BILEVEL)
        count_kept(&packing->sum, report->reason == NULL ? "other" : report->reason);
}

void packing_sum(const struct packing *packing, struct archive_report *out)
{
    memcpy(out->sizes, packing->sum.sizes, sizeof out->sizes);
    memcpy(out->kept_for, packing->sum.kept_for, sizeof out->kept_for);
    out->layered = packing->sum.layered;
    out->kept = packing->sum.kept;
}

enum status packing_write(const struct packing *packing, const char *path, struct error *error)
{
    json_t *json = json_object(), *by_class = json_object();
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        const struct page_sizes *sizes = &packing->sum.sizes[i];
        if (sizes->pages == 0)
            continue;
        json_t *row = json_object();
        json_object_set_new(row, "pages", json_integer((json_int_t)sizes->pages));
        json_object_set_new(row, "bytes", json_integer((json_int_t)sizes->bytes));
        json_object_set_new(row, "over_budget", json_integer((json_int_t)sizes->over_budget));
        json_object_set_new(row, "budget", json_integer((json_int_t)sizes->budget));
        json_object_set_new(by_class, classes[i], row);
    }
    json_put_text(json, "profile", packing->profile);
    json_object_set_new(json, "classes", by_class);
    json_object_set(json, "pages", packing->pages);
    enum status status = json_write(path, json, error);
    json_decref(json);
    return status;
}
