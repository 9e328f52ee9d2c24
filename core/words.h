/*
 * The noun words: the text of a page as read, with places, confidence and other readings.
 *
 * Coordinates are px of the master image *turned upright* (by turn_deg, a multiple of 90, about
 * which nothing is resampled), not deskewed; skew_deg says how much the lines slope there.
 */
#ifndef SOHOA_CORE_WORDS_H
#define SOHOA_CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/page.h"

struct alternative {
    const char *text;
    double confidence; /* 0..1 */
};

struct word {
    const char *text;  /* UTF-8, NFC, no blanks */
    double confidence; /* 0..1 */
    struct box box;
    struct alternative *alternatives; /* other readings, best first; may be none */
    size_t alternative_count;
    const char *changed; /* NULL: text is what was read first; else by what it was changed
                            ("language", "date"), and the first reading is the first alternative */
    const char *doubt;   /* why a person may want to look: "syllable" (Vietnamese has none such),
                            "reading" (hard to read); NULL: nothing speaks against it */
};

struct line {
    struct box box;
    int block; /* lines of one block (a column of the letterhead, a paragraph) share a number */
    struct word *words;
    size_t word_count;
};

struct words {
    int width_px, height_px; /* of the upright page */
    double dpi;
    int turn_deg;           /* clockwise turn that makes the master upright: 0, 90, 180, 270 */
    double turn_confidence; /* 0..1; small: a person should look */
    double skew_deg;        /* counter-clockwise slope of the lines on the upright page */
    double confidence;      /* mean over the words, weighted by length; 0 when there are none */
    const char *engine;     /* "tesseract 5.3.0" */
    const char *model;      /* "Vietnamese" */
    const char *model_sha256;
    const char *second; /* model that doubtful lines were read by, too; NULL: none */
    const char *second_sha256;
    const char *read_at; /* ISO time; NULL unknown */
    struct line *lines;  /* reading order */
    size_t line_count;
};

/* JSON with the members above; a file of words is read back equal. */
enum status words_write(const struct words *words, const char *path, struct error *error);
enum status words_read(const char *path, struct arena *arena, struct words *out,
                       struct error *error);
/* ALTO 4.4 XML (https://www.loc.gov/standards/alto/), boxes in px, alternatives as ALTERNATIVE. */
enum status words_write_alto(const struct words *words, const char *image_name, const char *path,
                             struct error *error);
/* hOCR 1.2 (https://kba.github.io/hocr-spec/1.2/), XHTML; x_wconf in percent, no other readings.
 * words_hocr.c */
enum status words_write_hocr(const struct words *words, const char *image_name, const char *path,
                             struct error *error);
/* Printed lines separated by "\n", words by one blank. */
char *words_text(const struct words *words, struct arena *arena);
size_t words_count(const struct words *words);
/* Does the middle of a word's box lie in box? Then the word is of what stands there. */
bool box_holds_middle(const struct box *box, const struct box *word);
/* Those with a doubt. */
size_t words_doubtful(const struct words *words);

#endif
