/* Scanned pages that tests draw themselves: a letterhead, paragraphs, a seal; and what stands on
 * them. */
#ifndef SOHOA_TESTS_SAMPLE_PAGES_H
#define SOHOA_TESTS_SAMPLE_PAGES_H

#include "core/buffer.h"
#include "core/image.h"
#include "core/words.h"

enum sample_kind { SAMPLE_BILEVEL, SAMPLE_GRAY, SAMPLE_COLOR };

/* An A4 page at dpi, upright. Words are dark bars, each known by its box and a Vietnamese (or Nôm)
 * text. The four corners of the text differ, so that a turned page is not taken for an upright one.
 */
void sample_page(enum sample_kind kind, int dpi, struct arena *arena, struct image *image,
                 struct words *words);

/* JPEG bytes with an EXIF orientation (1-8) put in. */
void sample_exif(struct buffer *jpeg, int orientation);

#endif
