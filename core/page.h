/* The noun page: one side of one sheet, and the batch it came in. */
#ifndef SOHOA_CORE_PAGE_H
#define SOHOA_CORE_PAGE_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/status.h"

struct box { /* px, origin top left */
    int x, y, width, height;
};

/* One run of a source. Kept as <spool>/<batch>/batch.json. */
struct batch {
    const char *id;      /* "20261122T140509-3fa9": time and random, no meaning beside uniqueness */
    const char *source;  /* "scanner" or "files" */
    const char *device;  /* SANE name, or as a page's origin; "" several files */
    const char *call;    /* hash of the paths of an import, by which it is gone on with; "" none */
    const char *profile; /* scanner profile, "" for files */
    const char *operator_name;
    const char *box_code, *shelf; /* where the paper lies; "" when not said */
    const char *started, *ended;  /* ISO times; ended "" while running */
    int sheets_expected;          /* 0: not counted beforehand */
    int separate; /* enum separation of ingest/ingest.h, how documents are told apart */
    int separate_count;
};

/* What the master image shows, measured once, without judging it. Kept as NNNN-S.page.json. */
struct page {
    const char *name;   /* "0007-1": sheet 7, front; "0007-2": its back. Unique in the batch */
    const char *file;   /* name of the master in the batch's folder: "0007-1.scan.tif" or .jpg */
    const char *origin; /* device, or "file-" and 16 hex digits of the path's SHA-256; "" unknown */
    const char *sha256; /* of the master's bytes */
    /* of a page that was rendered from a PDF that came in: that file in the batch's folder, byte
     * for byte ("received-" and 16 hex digits of its SHA-256), and its page, from 1; NULL and 0
     * else */
    const char *received;
    int received_page;
    const char *device, *mode, *scanned_at;
    int sheet, side; /* from 1; side 1 front, 2 back */
    int width_px, height_px, channels, bits;
    double dpi_x, dpi_y;
    bool inspected; /* the rest is there */
    const char *inspected_at;
    bool blank;         /* nothing but paper; kept and marked, never dropped */
    double ink_share;   /* of the pixels, 0..1 */
    double color_share; /* of the pixels that are clearly coloured, 0..1 */
    double sharpness;   /* 0..1, relative; small is blurred */
};

enum status batch_write(const struct batch *batch, const char *folder, struct error *error);
enum status batch_read(const char *folder, struct arena *arena, struct batch *out,
                       struct error *error);
/* folder/NAME.page.json */
enum status page_write(const struct page *page, const char *folder, struct error *error);
enum status page_read(const char *folder, const char *name, struct arena *arena, struct page *out,
                      struct error *error);

#endif
