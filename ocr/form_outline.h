/*
 * A form's printed phrases and where they stand on the paper: what form_match.c chains.
 */
#ifndef SOHOA_OCR_FORM_OUTLINE_H
#define SOHOA_OCR_FORM_OUTLINE_H

#include "ocr/fields.h"
#include "ocr/form.h"

#define WORDINGS_MAX 16

struct at {
    size_t row, token;
};

struct match {
    size_t from, to; /* in the stream of tokens */
    double score;    /* 0..1 */
    bool colon;
};

struct phrase {
    const char *flat;
    size_t length, forms;
    const struct form *last_form; /* counted for it already */
    struct match *matches;
    size_t count;
    unsigned char bag[36];
};

struct wording {
    struct phrase *phrase;
    bool colon; /* the label ends with one */
};

struct anchor {
    struct wording wordings[WORDINGS_MAX];
    size_t count;
    bool optional, title, foot;
    const char *slot; /* whose label it is; NULL: none */
    bool leader;
    bool list; /* the heading of a table's column, whose cells hold the slot's values */
};

struct outline {
    struct anchor *anchors;
    size_t count;
};

/* The paper's words as one stream, and the phrases of all forms, each looked for once. */
struct matcher {
    struct paper *paper;
    struct at *stream;
    size_t length;
    struct phrase **phrases;
    size_t phrase_count, room, form_count;
};

void matcher_init(struct matcher *matcher, struct paper *paper);
const struct token *token_at(const struct matcher *matcher, size_t i);
/* The anchors of the form in the order its text is read in. */
void make_outline(struct matcher *matcher, const struct form *form, struct outline *outline);

#endif
