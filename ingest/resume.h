/* What an import that stopped has taken already. Inside ingest/ only.
 *
 * A page is known by the file it came from and by its content: a file that was changed or replaced
 * meanwhile is another page. */
#ifndef SOHOA_INGEST_RESUME_H
#define SOHOA_INGEST_RESUME_H

#include "core/image.h"
#include "core/page.h"

struct known_pages;

/* The masters in folder; none when first_sheet is 1. */
enum status resume_read(const char *folder, int first_sheet, struct known_pages **out,
                        struct error *error);
void resume_free(struct known_pages *known); /* NULL is fine */

/* Is a page with this origin and these bytes (sha256 of a JPEG file) or pixels there? Each master
 * answers for one page only. */
bool resume_has_bytes(struct known_pages *known, const char *origin, const char *sha256);
bool resume_has_pixels(struct known_pages *known, const char *origin, const struct image *image);

#endif
