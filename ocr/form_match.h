/*
 * Laying forms over a paper: which form it is, and where the values of its slots stand.
 *
 * The printed phrases of a form are looked for in the paper's words, misread letters forgiven, and
 * the best chain of them in the form's order is taken (columns one after the other, as they are
 * read). Missing rows, broken rows and page breaks cost a little and spoil nothing. A value runs
 * from its label to the next phrase of the chain, or to where its printed rows end.
 */
#ifndef SOHOA_OCR_FORM_MATCH_H
#define SOHOA_OCR_FORM_MATCH_H

#include "ocr/fields.h"
#include "ocr/form.h"

/* Where a slot's value stands: a row of its own behind paper->rows, of the tokens in it. */
struct region {
    const char *slot;
    size_t row;     /* in paper->rows, behind the printed ones; empty where no value was read */
    size_t printed; /* the printed row it begins in */
    bool list;      /* a heading of a table: the values stand below it; row is the heading's */
    bool leader;    /* the form has it written on leaders */
};

struct form_fit {
    const struct form *form; /* NULL: none fits */
    double share;            /* of its printed phrases that were found, weighted; 0..1 */
    struct region *regions;
    size_t region_count;
    size_t first_row; /* of the paper, where its first phrase stands */
};

struct form_fits {
    struct form_fit body; /* the paper itself */
    struct form_fit
        below; /* what was put under it by another: an office's word that a copy is true */
};

/* Adds the regions' rows to paper->rows (row_count stays). */
void form_match(struct paper *paper, const struct form *forms, size_t count, struct form_fits *out);

/* The nth (from 0) region of that slot in the fit; NULL: there are not so many. */
const struct region *form_region(const struct form_fit *fit, const char *slot, size_t nth);

#endif
