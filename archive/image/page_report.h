/*
 * What became of each page's image, and packing.json, where it is told (docs/formats.md).
 *
 * Whoever verifies later holds master and PDF together by it: a passed image's digest is the
 * master's, a lossless one gives the same raster, a layered one has the guard's figures.
 */
#ifndef SOHOA_ARCHIVE_PAGE_REPORT_H
#define SOHOA_ARCHIVE_PAGE_REPORT_H

#include "archive/archive.h"
#include "core/hash.h"
#include "core/json.h"

#define PHOTOS_MAX 6   /* continuous-tone places of a layered page */
#define PATCHES_MAX 96 /* these, and words that would be lost */
#define STREAMS_MAX (3 + PATCHES_MAX)

/* One image stream as it stands in the PDF, between stream and endstream. */
struct image_stream {
    char role[12]; /* "page", "background", "ink", "mask", "patch" */
    char filter[16];
    int width_px, height_px;
    size_t bytes;
    char sha256[HASH_HEX_SIZE];
};

/* Worst figures over the page, what guard.h says about each. */
struct guard_figures {
    bool judged;
    double ink;  /* share of ink missing or added in a region */
    double red;  /* share of a seal's or stamp's colour lost or gained in a region */
    double blue; /* the same of pens */
    int lost_px; /* stroke pixels of the master that are not shown, in the worst region */
    int gained_px;
    double faded;     /* share of the structure of fine strokes that is blurred away in a region */
    double broken_mm; /* longest pale line of the master that is shown broken, or not at all */
    bool reread;
    size_t words_read, words_lost;
    size_t words_kept;  /* shown by their own pixels, because they would have been lost */
    size_t places_kept; /* regions of the page, because they were not surely good */
};

/* As packing.json has them: never more than they are, so that what passed passes again. The
 * caller's. */
json_t *guard_figures_json(const struct guard_figures *guard);
/* False: they are not there. older: packed before pale lines were looked for. */
bool guard_figures_read(const json_t *json, struct guard_figures *out, bool *older);

struct page_report {
    enum page_coding coding;
    const char *reason; /* why a page that should be layered is not: a word, see docs; or NULL */
    struct image_stream streams[STREAMS_MAX];
    size_t stream_count;
    int quality;                             /* of an encoded page's JPEG; 0: it has none */
    size_t bytes;                            /* of the streams */
    int channels, bits, width_px, height_px; /* of the master as decoded */
    double dpi;
    char master_sha256[HASH_HEX_SIZE];
    struct guard_figures guard;
};

/* Adds a stream to the report. bytes as they will stand in the file. */
void page_report_stream(struct page_report *report, const char *role, const char *filter,
                        int width_px, int height_px, size_t size, const char *sha256);

/* packing.json while the pages go by. */
struct packing;
struct packing *packing_new(const struct archive_settings *settings);
void packing_free(struct packing *packing); /* NULL is fine */
void packing_add(struct packing *packing, const char *image_path, const struct page_report *report);
/* Fills in what is about pages' images. */
void packing_sum(const struct packing *packing, struct archive_report *out);
enum status packing_write(const struct packing *packing, const char *path, struct error *error);

#endif
