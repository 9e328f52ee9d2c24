/*
 * A page image that lost something when it was encoded, held against its master once more.
 *
 *   AGAIN_SAME      the master, encoded again with the quality that packing.json tells, gives the
 *                   very bytes of the PDF; so it does with the same libjpeg
 *   AGAIN_ALIKE     other bytes (another libjpeg, or no quality told), but both decoded are alike
 *   AGAIN_DIFFERS   another picture
 *
 * Alike: in every square of AGAIN_SQUARE pixels the mean of each channel differs by AGAIN_LEVELS of
 * 255 at most, and its pixels by AGAIN_APART in the mean. That is less than a stroke makes that is
 * there or not, or moved.
 */
#ifndef SOHOA_ARCHIVE_AGAIN_H
#define SOHOA_ARCHIVE_AGAIN_H

#include "archive/store.h"
#include "core/image.h"

#define AGAIN_SQUARE STORE_ALIKE_SQUARE
#define AGAIN_LEVELS STORE_ALIKE_LEVELS
#define AGAIN_APART 32

enum again { AGAIN_DIFFERS, AGAIN_ALIKE, AGAIN_SAME };

/* master: 8 bits. quality: 0 not known. shown: decoded from the PDF; sha256: of its bytes there. */
enum again again_encoded(const struct image *master, int quality, const struct image *shown,
                         const char *sha256);

#endif
