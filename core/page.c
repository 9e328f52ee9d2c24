#include "core/page.h"

#include <limits.h>
#include <string.h>

#include "core/file.h"
#include "core/json.h"
#include "core/message.h"

/* Text members of batches and pages are never NULL. */
static const char *text_or_empty(const json_t *object, const char *key, struct arena *arena)
{
    const char *text = json_text(object, key, arena);
    return text ? text : "";
}

static int small_int(const json_t *object, const char *key)
{
    int64_t value = json_int(object, key, 0);
    return value >= 0 && value <= INT_MAX ? (int)value : 0;
}

static double share(const json_t *object, const char *key)
{
    double value = json_number(object, key, 0);
    return value >= 0 && value <= 1 ? value : 0;
}

/* Files name their neighbours; a name that leads elsewhere was not written by us. */
static bool plain_name(const char *name)
{
    return *name && *name != '.' && !strchr(name, '/');
}

enum status batch_write(const struct batch *batch, const char *folder, struct error *error)
{
    struct arena *arena = arena_new();
    json_t *object = json_object();
    json_put_text(object, "id", batch->id);
    json_put_text(object, "source", batch->source);
    json_put_text(object, "device", batch->device);
    json_put_text(object, "call", batch->call && *batch->call ? batch->call : NULL);
    json_put_text(object, "profile", batch->profile);
    json_put_text(object, "operator", batch->operator_name);
    json_put_text(object, "box_code", batch->box_code);
    json_put_text(object, "shelf", batch->shelf);
    json_put_text(object, "started", batch->started);
    json_put_text(object, "ended", batch->ended);
    json_object_set_new(object, "sheets_expected", json_integer(batch->sheets_expected));
    json_object_set_new(object, "separate", json_integer(batch->separate));
    json_object_set_new(object, "separate_count", json_integer(batch->separate_count));
    enum status status = json_write(file_join(arena, folder, "batch.json"), object, error);
    json_decref(object);
    arena_free(arena);
    return status;
}

enum status batch_read(const char *folder, struct arena *arena, struct batch *out,
                       struct error *error)
{
    json_t *object = NULL;
    *out = (struct batch){0};
    enum status status = json_read(file_join(arena, folder, "batch.json"), &object, error);
    if (status != STATUS_OK)
        return status;
    *out = (struct batch){
        .id = text_or_empty(object, "id", arena),
        .source = text_or_empty(object, "source", arena),
        .device = text_or_empty(object, "device", arena),
        .call = text_or_empty(object, "call", arena),
        .profile = text_or_empty(object, "profile", arena),
        .operator_name = text_or_empty(object, "operator", arena),
        .box_code = text_or_empty(object, "box_code", arena),
        .shelf = text_or_empty(object, "shelf", arena),
        .started = text_or_empty(object, "started", arena),
        .ended = text_or_empty(object, "ended", arena),
        .sheets_expected = small_int(object, "sheets_expected"),
        .separate = small_int(object, "separate"),
        .separate_count = small_int(object, "separate_count"),
    };
    json_decref(object);
    if (!plain_name(out->id))
        return error_set(error, STATUS_REJECT, _("batch.json names no batch"));
    return STATUS_OK;
}

static json_t *page_to_json(const struct page *page)
{
    json_t *object = json_object();
    json_put_text(object, "name", page->name);
    json_put_text(object, "file", page->file);
    json_put_text(object, "origin", page->origin);
    json_put_text(object, "sha256", page->sha256);
    if (page->received) {
        json_put_text(object, "received", page->received);
        json_object_set_new(object, "received_page", json_integer(page->received_page));
    }
    json_put_text(object, "device", page->device);
    json_put_text(object, "mode", page->mode);
    json_put_text(object, "scanned_at", page->scanned_at);
    json_object_set_new(object, "sheet", json_integer(page->sheet));
    json_object_set_new(object, "side", json_integer(page->side));
    json_object_set_new(object, "width_px", json_integer(page->width_px));
    json_object_set_new(object, "height_px", json_integer(page->height_px));
    json_object_set_new(object, "channels", json_integer(page->channels));
    json_object_set_new(object, "bits", json_integer(page->bits));
    json_put_number(object, "dpi_x", page->dpi_x, 3);
    json_put_number(object, "dpi_y", page->dpi_y, 3);
    json_object_set_new(object, "inspected", json_boolean(page->inspected));
    if (page->inspected) {
        json_put_text(object, "inspected_at", page->inspected_at);
        json_object_set_new(object, "blank", json_boolean(page->blank));
        json_put_number(object, "ink_share", page->ink_share, 6);
        json_put_number(object, "color_share", page->color_share, 6);
        json_put_number(object, "sharpness", page->sharpness, 4);
    }
    return object;
}

static void page_from_json(const json_t *object, struct arena *arena, struct page *out)
{
    *out = (struct page){
        .name = text_or_empty(object, "name", arena),
        .file = text_or_empty(object, "file", arena),
        .origin = text_or_empty(object, "origin", arena),
        .sha256 = text_or_empty(object, "sha256", arena),
        .received = json_text(object, "received", arena),
        .received_page = small_int(object, "received_page"),
        .device = text_or_empty(object, "device", arena),
        .mode = text_or_empty(object, "mode", arena),
        .scanned_at = text_or_empty(object, "scanned_at", arena),
        .sheet = small_int(object, "sheet"),
        .side = small_int(object, "side"),
        .width_px = small_int(object, "width_px"),
        .height_px = small_int(object, "height_px"),
        .channels = small_int(object, "channels"),
        .bits = small_int(object, "bits"),
        .dpi_x = json_number(object, "dpi_x", 0),
        .dpi_y = json_number(object, "dpi_y", 0),
        .inspected = json_flag(object, "inspected", 0),
        .inspected_at = json_text(object, "inspected_at", arena),
        .blank = json_flag(object, "blank", 0),
        .ink_share = share(object, "ink_share"),
        .color_share = share(object, "color_share"),
        .sharpness = share(object, "sharpness"),
    };
}

enum status page_write(const struct page *page, const char *folder, struct error *error)
{
    struct arena *arena = arena_new();
    json_t *object = page_to_json(page);
    char *path = arena_printf(arena, "%s/%s.page.json", folder, page->name);
    enum status status = json_write(path, object, error);
    json_decref(object);
    arena_free(arena);
    return status;
}

enum status page_read(const char *folder, const char *name, struct arena *arena, struct page *out,
                      struct error *error)
{
    json_t *object = NULL;
    *out = (struct page){0};
    char *path = arena_printf(arena, "%s/%s.page.json", folder, name);
    enum status status = json_read(path, &object, error);
    if (status != STATUS_OK)
        return status;
    page_from_json(object, arena, out);
    json_decref(object);
    if (strcmp(out->name, name) != 0 || !plain_name(out->file) || out->sheet < 1 || out->side < 1 ||
        out->side > 2)
        return error_set(error, STATUS_REJECT, _("%s.page.json does not describe page %s"), name,
                         name);
    return STATUS_OK;
}
