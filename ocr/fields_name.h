/*
 * Names of persons: which words can be one, and how it is spelled.
 */
#ifndef SOHOA_OCR_FIELDS_NAME_H
#define SOHOA_OCR_FIELDS_NAME_H

#include "ocr/fields.h"
#include "ocr/surname.h"

#define NAME_MAX_WORDS 6

struct name {
    const struct token *words[NAME_MAX_WORDS];
    size_t count;
    struct place place; /* in its first row */
    bool capitals, closed;
    const struct surname *surname; /* what its first word was misread from; NULL: nothing */
};

bool is_surname(const struct paper *paper, const char *flat);
/* Adds the words of a name from token `from` on, as far as they look like one. */
void add_words(const struct paper *paper, size_t row, size_t from, struct name *name);
/* The name that begins at token `from`; it may run on into the next row. */
bool take_name(const struct paper *paper, size_t row, size_t from, struct name *name);
/* Spelled as most readings on the paper have it. Returns why a person should look; NULL: no need.
 */
const char *spell_name(struct paper *paper, enum field_id id, const struct name *name,
                       const char **value, char **printed, double *confidence);
void put_name(struct paper *paper, enum field_id id, const struct name *name, const char *doubt);

#endif
