/* What the files of the checker share. Clause numbers are those of ISO 19005-2. */
#ifndef SOHOA_ARCHIVE_CHECK_H
#define SOHOA_ARCHIVE_CHECK_H

#include "archive/archive.h"
#include "archive/pdf_read.h"

#define CHECK_FINDINGS_MAX 200 /* a broken file need not be told to the end */
#define CHECK_STREAM_MAX (256u << 20)

struct check_font;

struct check {
    struct pdf_file *file;
    void (*finding)(void *context, const char *sentence);
    void *context;
    int findings;
    int pages;                /* in the page tree */
    char flavour[3];          /* "2u" or "3u" as pdfaid says; "" for any other */
    struct check_font *fonts; /* those seen */
    bool *seen;               /* by object number: nodes of the page tree */
    int depth, forms;         /* of forms within forms; forms so far */
};

void check_tell(struct check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* check.c: archive_check with the chains as they stood at moment (ISO; NULL: now). */
enum status check_at(const char *path, const char *trust, const char *moment,
                     struct archive_verdict *verdict,
                     void (*finding)(void *context, const char *sentence), void *context,
                     struct error *error);

/* check_file.c: header, trailer, every object at its offset, limits, forbidden keys */
void check_structure(struct check *check);
/* check_catalog.c: catalog, output intent, form */
void check_catalog(struct check *check, const struct pdf_value *catalog);
/* check_xmp.c: metadata stream against Info */
void check_metadata(struct check *check, const struct pdf_value *catalog);
/* check_page.c */
void check_pages(struct check *check, const struct pdf_value *catalog);
/* check_state.c */
void check_intent(struct check *check, const struct pdf_value *intent, const char *where);
void check_state(struct check *check, const struct pdf_value *state, const char *where);
void check_optional(struct check *check, const struct pdf_value *catalog);
/* check_content.c: operators and what they name; where: "page 3" */
void check_content(struct check *check, const struct pdf_value *resources, const void *bytes,
                   size_t size, const char *where);
/* A form XObject: its own resources, its content. */
void check_form(struct check *check, const struct pdf_value *form, const char *where);
/* check_image.c */
void check_image(struct check *check, const struct pdf_value *image, const char *where);
/* check_font.c: judged once each; NULL when it is no font */
struct check_font *check_font(struct check *check, const struct pdf_value *font, const char *where);
/* The bytes of a string that is shown in it. */
void check_shown(struct check *check, struct check_font *font, const char *bytes, size_t size,
                 const char *where);
void check_fonts_free(struct check *check);

#endif
