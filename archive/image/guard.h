/*
 * The guard of layered pages: what will be shown is put together from the coded bytes and compared
 * with the master, region by region (about 5 mm). Nothing that the encoder believed is used.
 *
 *   mask     decoded again, it is bit for bit the one that was meant
 *   ink      darkness above the paper, in sum: what is missing or too much
 *   red      colour of seals and stamps, in sum; it may not fade, turn or appear
 *   blue     the same of pens
 *   lost     dark in the master, light in what is shown, two pixels wide: a stroke or a dot
 *   gained   the other way round
 *   faded    strokes of little contrast that were blurred (guard_strokes.h)
 *   broken   pale lines that an eye can follow in the master alone (guard_lines.h)
 *
 * Limits are in guard.c. Between "surely good" and "refused" lies "risk", which reading again
 * settles; a broken line is refused at once, for nobody reads pencil. Regions that are not surely
 * good can be shown by their own pixels (layered_keep), and the page judged anew.
 */
#ifndef SOHOA_ARCHIVE_GUARD_H
#define SOHOA_ARCHIVE_GUARD_H

#include "archive/image/layered.h"

/* The layers as a reader decodes them. */
struct shown {
    struct image mask, background, ink, patches[PATCHES_MAX];
    const struct layered *layers;
};
/* mask: as it was coded. REJECT when something does not decode to its right size. */
enum status shown_open(const struct layered *layers, const struct buffer *mask, int mask_coding,
                       struct shown *out, struct error *error);
void shown_close(struct shown *shown);
/* Row y of the page as it will be seen, in the master's channels. */
void shown_row(const struct shown *shown, int y, uint8_t *row);
/* The whole page, for reading again. */
void shown_image(const struct shown *shown, const struct image *master, struct image *out);

enum guard_verdict { GUARD_GOOD, GUARD_RISK, GUARD_REFUSED };
/* Places on the master that are not surely good. */
struct guard_places {
    struct box *boxes;
    size_t count;
};
void guard_places_clear(struct guard_places *places);
/* master: 8 bits. reason: of a refusal or risk, a word for the report. places: NULL, or gets the
 * regions that are behind it (cleared by the caller); none when it is the mask. */
enum guard_verdict guard_judge(const struct image *master, double dpi, const struct shown *shown,
                               struct guard_figures *figures, const char **reason,
                               struct guard_places *places);
/* Would these figures, as packing.json has them, be refused? */
bool guard_refuses(const struct guard_figures *figures);

#endif
