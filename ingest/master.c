#include "ingest/master.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"

enum status master_check_dpi(double dpi_x, double dpi_y, struct error *error)
{
    double dpi = dpi_x < dpi_y ? dpi_x : dpi_y;
    if (!(dpi > 0))
        return error_set(error, STATUS_REJECT,
                         _("the image does not say its resolution; scan it again, or save it with "
                           "its dpi, at %d dpi or more"),
                         MASTER_DPI_MIN);
    if (dpi < MASTER_DPI_MIN - 0.5)
        return error_set(error, STATUS_REJECT,
                         _("the image has %.0f dpi; NĐ 30/2020 wants %d or more: scan it again"),
                         dpi, MASTER_DPI_MIN);
    return STATUS_OK;
}

/* Keeps a copy of what is about to be replaced, under the first free number. */
static enum status supersede(struct arena *arena, const char *folder, const char *name,
                             const char *ending, struct error *error)
{
    char *old = arena_printf(arena, "%s/%s.scan.%s", folder, name, ending);
    if (!file_exists(old))
        return STATUS_OK;
    for (int n = 1;; n++) {
        char *kept = arena_printf(arena, "%s/%s.superseded-%d.%s", folder, name, n, ending);
        if (!file_exists(kept))
            return file_copy(old, kept, error);
    }
}

static const char *mode_of(const struct image *image)
{
    return image->bits == 1 ? "bilevel" : image->channels == 1 ? "gray" : "color";
}

/* Names the page and keeps what may be replaced. */
static enum status begin(struct arena *arena, const char *folder, int sheet, int side,
                         const char *ending, const struct image *image, struct page *page,
                         struct error *error)
{
    if (sheet < 1 || sheet > MASTER_SHEET_MAX || side < 1 || side > 2)
        return error_set(error, STATUS_FATAL, _("a batch has no sheet %d"), sheet);
    char *now = arena_alloc(arena, 26);
    file_now(now);
    *page = (struct page){
        .name = arena_printf(arena, "%04d-%d", sheet, side),
        .origin = page->origin ? page->origin : "",
        .received = page->received,
        .received_page = page->received_page,
        .device = page->device ? page->device : "",
        .mode = page->mode ? page->mode : mode_of(image),
        .scanned_at = page->scanned_at ? page->scanned_at : now,
        .sheet = sheet,
        .side = side,
        .width_px = image->width_px,
        .height_px = image->height_px,
        .channels = image->channels,
        .bits = image->bits,
        .dpi_x = image->dpi_x,
        .dpi_y = image->dpi_y,
    };
    page->file = arena_printf(arena, "%s.scan.%s", page->name, ending);
    enum status status = supersede(arena, folder, page->name, "tif", error);
    return status == STATUS_OK ? supersede(arena, folder, page->name, "jpg", error) : status;
}

/* The master is durable; now what is known of it. A master of the other kind goes last: it has been
 * copied, and page.json names the new one. */
static enum status finish(struct arena *arena, const char *folder, struct page *page,
                          struct error *error)
{
    char *hex = arena_alloc(arena, HASH_HEX_SIZE);
    enum status status = hash_file(file_join(arena, folder, page->file), hex, error);
    page->sha256 = hex;
    if (status == STATUS_OK)
        status = page_write(page, folder, error);
    bool jpeg = strstr(page->file, ".scan.jpg") != NULL;
    char *other = arena_printf(arena, "%s/%s.scan.%s", folder, page->name, jpeg ? "tif" : "jpg");
    if (status == STATUS_OK && file_exists(other))
        status = file_remove(other, error);
    return status;
}

/* "2026-11-22T14:05:09+07:00" -> "2026:11:22 14:05:09"; NULL for what is no such time. */
static char *tiff_time(struct arena *arena, const char *iso)
{
    if (strlen(iso) < 19 || iso[4] != '-' || iso[10] != 'T')
        return NULL;
    char *time = arena_strndup(arena, iso, 19);
    time[4] = time[7] = ':';
    time[10] = ' ';
    return time;
}

enum status master_store(struct arena *arena, const char *folder, int sheet, int side,
                         const struct image *image, const struct image_tags *tags,
                         struct page *page, struct error *error)
{
    enum status status = begin(arena, folder, sheet, side, "tif", image, page, error);
    if (status != STATUS_OK)
        return status;
    struct image_tags all = tags ? *tags : (struct image_tags){0};
    if (!all.description)
        all.description = arena_printf(arena, "%s %s", file_name(folder), page->name);
    if (!all.device)
        all.device = page->device;
    if (!all.software)
        all.software = "sohoa " SOHOA_VERSION;
    if (!all.datetime)
        all.datetime = tiff_time(arena, page->scanned_at);
    status = image_write_tiff(image, file_join(arena, folder, page->file), &all, error);
    return status == STATUS_OK ? finish(arena, folder, page, error) : status;
}

enum status master_store_jpeg(struct arena *arena, const char *folder, int sheet, int side,
                              const char *path, const struct image *facts, struct page *page,
                              struct error *error)
{
    enum status status = begin(arena, folder, sheet, side, "jpg", facts, page, error);
    if (status == STATUS_OK)
        status = file_copy(path, file_join(arena, folder, page->file), error);
    return status == STATUS_OK ? finish(arena, folder, page, error) : status;
}
