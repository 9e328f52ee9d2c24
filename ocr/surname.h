/*
 * surname: family names. Of a few dozen nearly everybody bears one: a name that begins otherwise
 * was misread, or is asked of a person. They stand in surnames.tsv of the folder of the language: a
 * spelling and how many of a thousand people bear it.
 */
#ifndef SOHOA_OCR_SURNAME_H
#define SOHOA_OCR_SURNAME_H

#include "core/status.h"
#include "core/words.h"

/* First syllable of a family name. */
struct surname {
    const char *flat;    /* "dinh" */
    const char *spelled; /* the spellings there are, a blank between: "đinh" */
    double share;        /* of a thousand people, all spellings together */
};

struct surnames;

/* FATAL when the file is missing or a row of it is none. */
enum status surnames_open(const char *folder, struct surnames **out, struct error *error);
void surnames_close(struct surnames *names); /* NULL is fine */

/* NULL: none; nor has names that are NULL any. */
const struct surname *surname_of(const struct surnames *names, const char *flat);
/* "nhuyen", "yham": the one family name of the usual ones that is one letter off; NULL: none or
 * two. */
const struct surname *surname_near(const struct surnames *names, const char *flat);

/* The first word of a name that stands alone in its line, as a signer's does: the frame of a seal
 * hides or joins its first letters. In a line of three to five words with capitals, a first word
 * that was read doubtfully and is no family name gets the one that is clearly the likeliest as its
 * first other reading, and the doubt "reading". Returns whether it did. A name is never made
 * likely: what was read stays, and a person is asked. */
bool surname_doubt(const struct surnames *names, struct line *line, struct arena *arena);

#endif
