/*
 * ingest: paper or files -> page masters, durable one by one.
 *
 * A source gives pages one after the other; each is on disk under its final name, synced, with its
 * NAME.page.json beside it, before the next is asked for. Ingest knows nothing of the ledger: it
 * tells of each durable page through a callback.
 */
#ifndef SOHOA_INGEST_INGEST_H
#define SOHOA_INGEST_INGEST_H

#include <stdbool.h>

#include "core/page.h"
#include "core/settings.h"
#include "core/status.h"
#include "core/words.h"

/* A scanner profile: config/profiles/NAME.conf, section [profile]. */
struct scan_profile {
    const char *name;   /* of the file, without .conf; whoever reads it sets it. NULL is fine */
    const char *device; /* SANE name; "" the first scanner found */
    int source;         /* enum scan_source */
    int mode;           /* enum scan_mode */
    int resolution_dpi; /* at least 200: NĐ 30/2020 Phụ lục I */
    int depth_bits;     /* 8 or 16 */
    double page_width_mm, page_height_mm; /* 0: the device's largest */
    const char *options; /* further options of the device, "name=value; name=value" */
    int timeout_s;       /* a page that takes longer is a fault */
};
enum scan_source { SCAN_FLATBED, SCAN_ADF_SIMPLEX, SCAN_ADF_DUPLEX };
enum scan_mode { SCAN_COLOR, SCAN_GRAY, SCAN_LINEART };
extern const struct setting_row scan_profile_rows[];

/* How pages become documents. */
enum separation {
    SEPARATE_MOTTO, /* a page with Quốc hiệu at its top begins a document (needs the words) */
    SEPARATE_BLANK, /* a wholly blank sheet stands between documents; it belongs to the one before
                     */
    SEPARATE_COUNT, /* every N sheets */
    SEPARATE_FILE,  /* source files: one file, one document */
    SEPARATE_BATCH  /* the whole batch is one document */
};

struct ingest_settings {
    int separate;           /* enum separation */
    int separate_count;     /* sheets, with SEPARATE_COUNT */
    double blank_ink_share; /* a page with less ink is blank */
};
extern const struct setting_row ingest_setting_rows[];

/* Called for each durable page. Anything but OK stops the source after this page. */
typedef enum status ingest_page_fn(void *context, const struct page *page, struct error *error);
/* Called while a page comes in: share 0..1, or -1 when the height is unknown. Returns false to
 * cancel. */
typedef bool ingest_progress_fn(void *context, int sheet, int side, double share);

/* Asked before a PDF is taken, by its SHA-256. REJECT: it is not to be, with the sentence for
 * held(). */
typedef enum status ingest_known_fn(void *context, const char *sha256, struct error *error);
struct ingest_sink {
    ingest_page_fn *page;
    ingest_known_fn *known;       /* may be NULL: all are taken */
    ingest_progress_fn *progress; /* may be NULL */
    void *context;
};

/* What came of a run, also when it ended in a fault. */
struct ingest_result {
    int pages, sheets;  /* durable */
    int put_back_sheet; /* after a fault: this sheet, and those after it, go back into the feeder; 0
                           none */
    int held;           /* source files that could not be taken; each is named to `held` */
};

/* Scans into folder (a batch's folder in the spool) until the feeder is empty (flatbed: one sheet).
 * first_sheet numbers the first sheet, so that a batch goes on after a fault. When a master of the
 * same name is there already (the front of a sheet whose back never came) it is kept as
 * NAME.superseded-N.tif.
 * RETRY: device busy, jam, cover open, double feed, out of paper at the start, I/O error, time-out,
 * a driver that crashed, a page that came incomplete, cancelled, full disk; the sentence names the
 * sheet to put back. FATAL: no such device, resolution under 200 dpi, an option the device does not
 * have. What the sink's page() returns when it is not OK. */
enum status ingest_scan(const struct scan_profile *profile, const char *folder, int first_sheet,
                        const struct ingest_sink *sink, struct ingest_result *result,
                        struct error *error);

/* Takes files and folders (not descending) of TIFF (all directories), JPEG and PNG in name order as
 * if they were a scanner; a JPEG's bytes become the master unchanged, the rest lossless TIFF. A PDF
 * is kept byte for byte in the folder (struct page: received), and its pages are rendered. A file
 * that is no page (damaged, too small, too big, under 200 dpi, an odd name) is skipped, counted in
 * result->held and told to held(); it stays where it is. first_sheet above 1: goes on with an
 * import that stopped; pages whose file and content are in the folder already are counted and not
 * taken again. */
enum status ingest_files(const char *const *paths, size_t path_count, const char *folder,
                         int first_sheet, const struct ingest_sink *sink,
                         void (*held)(void *context, const char *path, const char *why),
                         struct ingest_result *result, struct error *error);

/* SANE devices. Lent until the next call or ingest_end. */
struct scan_device {
    const char *name, *vendor, *model, *type;
};
enum status ingest_devices(const struct scan_device **devices, size_t *count, struct error *error);
/* The options of one device as it describes them: name, type, unit, range or list, present
 * value. */
enum status ingest_device_options(const char *device,
                                  void (*visit)(void *context, const char *name, const char *title,
                                                const char *values, const char *now),
                                  void *context, struct error *error);
void ingest_end(void); /* gives SANE back; once at the end of the process */

/* Measures the master: ink, colour, sharpness, blank. Writes nothing. */
enum status ingest_inspect(const char *folder, const struct ingest_settings *settings,
                           struct page *page, struct error *error);

/* Which pages begin a document: starts[i] is set for each of count pages in order. words[i] may be
 * NULL (page held or not read). The first page always begins one. */
void ingest_separate(int separation, int every_sheets, const struct page *pages,
                     const struct words *const *words, size_t count, bool *starts);

#endif
