/*
 * Making one page durable: the master image, then its NAME.page.json. Private to ingest; every
 * source ends here, so that all masters are alike whatever they came from.
 */
#ifndef SOHOA_INGEST_MASTER_H
#define SOHOA_INGEST_MASTER_H

#include "core/arena.h"
#include "core/image.h"
#include "core/page.h"
#include "core/status.h"

#define MASTER_DPI_MIN 200 /* NĐ 30/2020 Phụ lục I */
#define MASTER_SHEET_MAX 999999

/* REJECT with a sentence when either is under MASTER_DPI_MIN or unknown (0). */
enum status master_check_dpi(double dpi_x, double dpi_y, struct error *error);

/*
 * Writes folder/NNNN-S.scan.tif (lossless, image_write_tiff) and folder/NNNN-S.page.json, both
 * durable when this returns OK.
 *
 * page in: device, mode, origin, scanned_at; NULL becomes "", the mode of the image, "", now.
 * page out: all of it but what inspection measures; text sits in arena (what came in is lent).
 * tags: NULL, or with NULL members, takes batch and page, the device, sohoa and the time.
 *
 * A master of that name that is there already is first copied to NNNN-S.superseded-N.tif (or .jpg)
 * and then replaced in one rename, so that at no moment a page has no master.
 * RETRY: disk full and the like (core/file.h).
 */
enum status master_store(struct arena *arena, const char *folder, int sheet, int side,
                         const struct image *image, const struct image_tags *tags,
                         struct page *page, struct error *error);

/* The same for a JPEG whose bytes become the master NNNN-S.scan.jpg unchanged. image: the facts
 * (no data) as image_probe gives them. */
enum status master_store_jpeg(struct arena *arena, const char *folder, int sheet, int side,
                              const char *path, const struct image *facts, struct page *page,
                              struct error *error);

#endif
