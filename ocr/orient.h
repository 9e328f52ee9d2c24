/*
 * orient: which way up a page is. Its longest lines are read at 0, 90, 180 and 270 degrees and the
 * best reading wins. Tesseract's own orientation detection is fooled by Vietnamese marks (65 of 75
 * right).
 */
#ifndef SOHOA_OCR_ORIENT_H
#define SOHOA_OCR_ORIENT_H

#include "core/words.h"
#include "ocr/clean.h"
#include "ocr/engine_tesseract.h"
#include "ocr/segment.h"

/* A page in one direction: straightened, cut into lines, some of them read. */
struct view {
    struct clean clean;
    struct segments segments;
    struct line *lines; /* beside segments.lines; boxes in the view's px */
    bool *read;         /* which of them were read */
    bool *raw;          /* ... and as raw lines */
    double score;       /* letters times confidence of the lines that were read */
    double confidence;  /* 0..1: mean of those lines, by letters */
    size_t letters;
};

/* The page turned clockwise by quarters, straightened and cut into lines; nothing is read yet. The
 * caller frees it with view_free, after a failure too. REJECT: far too many specks. */
enum status view_make(const struct clean *page, int quarters, double dpi, struct arena *arena,
                      struct view *view, struct error *error);

/* Finds the direction and gives its view (the caller frees it with view_free) and the clockwise
 * turn to it. confidence: 0..1. REJECT: not a page of text (far too many specks). */
enum status orient_page(struct engine *engine, const struct clean *page, double dpi,
                        struct arena *arena, struct view *out, int *turn_deg, double *confidence,
                        struct error *error);

/* Reads one line of the view unless it is read already. */
enum status view_read_line(struct engine *engine, struct view *view, size_t line, double dpi,
                           struct arena *arena, struct error *error);
/* Reads the words from..to-1 of a line that was read by another engine; the view stays as it is. */
enum status view_read_by(struct engine *engine, const struct view *view, size_t line, size_t from,
                         size_t to, enum line_mode mode, double dpi, struct arena *arena,
                         struct line *out, struct error *error);
void view_free(struct view *view);

/* Letters and digits of a line, and its confidence (mean over words by length). */
size_t line_letters(const struct line *line);
double line_confidence(const struct line *line);

#endif
