/*
 * seal: the round frames of seals in black or grey. A red seal pales when the picture is made grey
 * (pix.h); in a photocopy its frame runs through the signer's name and office and makes one piece
 * of them, which no line can be cut from.
 */
#ifndef SOHOA_OCR_SEAL_H
#define SOHOA_OCR_SEAL_H

#include "ocr/clean.h"

#define SEALS_MAX 4

struct seal {
    double x, y, radius; /* of its outermost frame, px */
};

/* Takes the frames (concentric circles) of at most SEALS_MAX seals off the picture; strokes that
 * cross a frame stay. pieces: boxes of its black components. Returns how many seals were found. */
size_t seals_off(struct clean *clean, const struct box *pieces, size_t count, double dpi,
                 struct seal *seals);

/* The box lies inside the seal: what stands there is the seal's own. */
bool seal_holds(const struct seal *seal, struct box box);

#endif
