/*
 * Pale lines, for the guard (guard.h): a pencil's signature, a tick, ink that has almost gone. No
 * pixel of them stands out from the paper's grain, but an eye that follows them sees them, because
 * it adds up along the line. So does this: pieces of 1.5 mm in eight directions, each against what
 * lies close by on both sides of it.
 *
 *   seen      a piece stands out from what grain alone adds up to, all along (a speck of dust does
 *             not) and with sharp sides (what shines through from the back has none)
 *   broken    it stands out by much less in what is shown, or a part of it does not at all
 *
 * Where one piece is surely seen, the line is followed to where it is likely seen. Its broken
 * pieces that hang together are one line; what is broken of it in the regions beside a broken line
 * belongs to that. Private to guard*.c.
 */
#ifndef SOHOA_ARCHIVE_GUARD_LINES_H
#define SOHOA_ARCHIVE_GUARD_LINES_H

#include <stdint.h>

/* How light both are, a byte a pixel: the master, and what is shown of it. */
struct line_planes {
    const uint8_t *was, *is;
    int width, height;
    double dpi;  /* of the planes */
    int side_px; /* of a region in them */
};

/* broken_mm[y * across + x]: length of the longest line that is broken in that region or goes on
 * in it, 0: none. What passes the last region across or down belongs to that. */
void lines_broken(const struct line_planes *planes, int across, int down, double *broken_mm);

#endif
