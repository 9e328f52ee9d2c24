/*
 * paint: words, rules, seals and strokes on a sheet. The door to Pango and Cairo. Lengths in px of
 * the sheet, y downwards.
 */
#ifndef SOHOA_TEACH_PAINT_H
#define SOHOA_TEACH_PAINT_H

#include "core/image.h"
#include "core/page.h"
#include "teach/random.h"

struct sheet;

struct face {
    const char *font; /* as fontconfig knows it */
    double size_px;   /* of the em */
    bool bold, italic;
    double strike; /* typewriter: 0 even .. 1 each letter otherwise placed and inked */
    bool dots;     /* dot matrix */
    double spread; /* extra room between letters, px */
    double ink;    /* 0..1 */
};

struct sheet *sheet_new(int width_px, int height_px);
void sheet_free(struct sheet *sheet);

double face_width(struct sheet *sheet, const struct face *face, const char *word);
/* Draws with the baseline's left end at x, y; out: the box of its ink. */
void sheet_word(struct sheet *sheet, const struct face *face, const char *word, double x, double y,
                struct chance *chance, struct box *out);
void sheet_leader(struct sheet *sheet, double from, double to, double y, double dot, double pitch);
void sheet_rule(struct sheet *sheet, double x0, double y0, double x1, double y1, double width);
void sheet_seal(struct sheet *sheet, double x, double y, double radius, const char *text,
                struct chance *chance);
void sheet_pen(struct sheet *sheet, double x, double y, double size, struct chance *chance);

/* RGB copy, turned by skew_deg about its centre, with the other side shining through mirrored. */
void sheet_image(struct sheet *sheet, double skew_deg, double bleed, double dpi, struct image *out);

#endif
