/*
 * leader: the rows of dots that values are written on. They are painted white before reading; the
 * dots of the words on them are not.
 */
#ifndef SOHOA_OCR_LEADER_H
#define SOHOA_OCR_LEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/page.h"

#define LEADER_PITCH 1.1 /* in small letters: dots further apart are no leader */

/* dots: a row of small pieces from left to right; h: height of a small letter. False: it is no
 * leader. of_leader: which of them are, for a word may stand on it: a dot below a letter, a comma
 * or half a colon is higher than the dots beside it, or greater, or stands between two at one
 * pitch, or apart from the first. */
bool leader_dots(const struct box *dots, size_t count, double h, struct arena *arena,
                 bool *of_leader);

#endif
