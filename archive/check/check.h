/* What the files of the checker share. Clause numbers are those of ISO 19005-2. */
#ifndef SOHOA_ARCHIVE_CHECK_H
#define SOHOA_ARCHIVE_CHECK_H

#include "archive/archive.h"
#include "archive/pdf/pdf_read.h"

#define CHECK_FINDINGS_MAX 200 /* a broken file need not be told to the end */
#define CHECK_STREAM_MAX (256u << 20)
#define CHECK_CONTENT_RATIO 100 /* of all content to the file: a stream can be of many pages */

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
    int embedded;             /* dictionaries that name an embedded file */
    size_t content;           /* bytes of content that were looked at */
};

void check_tell(struct check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* check.c: archive_check with the chains as they stood at moment (ISO; NULL: now). */
enum status check_at(const char *path, const char *trust, const char *moment,
                     struct archive_verdict *verdict,
                     void (*finding)(void *context, const char *sentence), void *context,
                     struct error *error);

/* check_file.c: header, trailer, every object at its offset */
void check_structure(struct check *check);
/* check_object.c: limits and forbidden keys of a value and all that is in it */
void check_object(struct check *check, const struct pdf_value *value, long long number);
/* The limits, of an operand of a content stream. */
void check_operand(struct check *check, const struct pdf_value *value, const char *where);
/* check_catalog.c: catalog, output intent, form */
void check_catalog(struct check *check, const struct pdf_value *catalog);
/* check_xmp.c: metadata stream against Info */
void check_metadata(struct check *check, const struct pdf_value *catalog);
/* Of a page, an image, a font: its properties are judged as the document's (6.6.2.3). */
void check_other_metadata(struct check *check, const struct pdf_value *stream, long long number);
/* check_page.c */
void check_pages(struct check *check, const struct pdf_value *catalog);
/* check_state.c */
void check_intent(struct check *check, const struct pdf_value *intent, const char *where);
void check_state(struct check *check, const struct pdf_value *state, const char *where);
void check_optional(struct check *check, const struct pdf_value *catalog);
/* check_content.c: operators and what they name; where: "page 3" */
void check_content(struct check *check, const struct pdf_value *resources, const void *bytes,
                   size_t size, const char *where);
size_t check_content_left(const struct check *check); /* bytes that may yet be looked at */
/* A form XObject: its own resources, its content. */
void check_form(struct check *check, const struct pdf_value *form, const char *where);
/* check_color.c: components of a colour space; 0 when it is not allowed beside our output intent,
 * or is of a kind that is not judged here */
int check_space(struct check *check, const struct pdf_value *space);
/* The space that transparency blends in (6.2.10). */
void check_group(struct check *check, const struct pdf_value *dict, const char *where);
void check_shading(struct check *check, const struct pdf_value *shading, const char *where);
/* Is it a profile of that many components (0: any) for monitors or printers (device: also input and
 * colour space), below version 5? */
bool check_profile(struct check *check, const struct pdf_value *stream, int64_t components,
                   bool any_device);
/* check_image.c */
void check_image(struct check *check, const struct pdf_value *image, const char *where);
/* check_font.c: judged once each; NULL when it is no font */
struct check_font *check_font(struct check *check, const struct pdf_value *font, const char *where);
/* The bytes of a string that is shown in it. */
void check_shown(struct check *check, struct check_font *font, const char *bytes, size_t size,
                 const char *where);
void check_fonts_free(struct check *check);

#endif
