/*
 * damage: what years, copiers and scanners do to a sheet. Levels as of the reader's tables: 0
 * clean, 1 office scan, 2 poor photocopy, 3 old and damaged.
 */
#ifndef SOHOA_TEACH_DAMAGE_H
#define SOHOA_TEACH_DAMAGE_H

#include "core/image.h"
#include "teach/random.h"

enum scan_mode { SCAN_COLOUR, SCAN_GRAY, SCAN_BILEVEL };

/* Works on the RGB page in place; it ends as RGB, grey or 1 bit by the mode. */
void damage_page(struct image *page, int level, enum scan_mode mode, struct chance *chance);

#endif
