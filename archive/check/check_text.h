/* The strings of a page's text layer as they stand in the finished file, for the two files that
 * prove them. */
#ifndef SOHOA_ARCHIVE_CHECK_TEXT_H
#define SOHOA_ARCHIVE_CHECK_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "archive/pdf/pdf_read.h"

/* One string, level. */
struct shown {
    const char *text;          /* UTF-8, without the blank behind it */
    size_t codes;              /* without that blank */
    bool blank;                /* there is one behind it */
    double left, bottom, size; /* points, from the page's bottom left */
    double width;
};

/* The strings of a page in the order of its content, in the arena. False: it cannot be read, or has
 * text that is not of the text layer. */
bool shown_page(struct pdf_file *file, const struct pdf_value *page, struct arena *arena,
                const struct shown **list, size_t *count);

/* What of a word is shown: NFC, without characters that mean nothing on paper. "": nothing. */
const char *shown_text(struct arena *arena, const char *word);

/* What readers put between two strings that follow one another: "", " " or "\n". */
const char *shown_between(const struct shown *first, const struct shown *next);

/* Does every reader take each of a page's strings for one word? REJECT: some would join two or
 * break one apart. */
enum status shown_apart(const struct shown *list, size_t count, struct arena *arena,
                        struct error *error);

#endif
