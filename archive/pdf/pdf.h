/*
 * The door to libharu, and what the PDF files of this folder share.
 *
 * Only libharu's Dict, Array, Stream, Xref and TrueType levels are used: no document object of its
 * own, none of its PDF/A, page, image or font functions (see docs/design.md for what they break).
 * libharu remembers its first error (pdf_failed asks), so objects are built without asking each
 * time.
 *
 * Stream bytes do not sit in memory: they are read when the file is written, from the page's own
 * file or from the spill, a nameless file beside the target. The objects do, until then: about 7 kB
 * a page (each key of a dictionary and each name takes libharu 136 bytes), and packing.json's 2 kB.
 */
#ifndef SOHOA_ARCHIVE_PDF_H
#define SOHOA_ARCHIVE_PDF_H

#include <stdio.h>

#include <hpdf.h>

#include "archive/archive.h"
#include "archive/image/page_report.h"
#include "core/buffer.h"

#define PDF_BYTES_MAX 2040109465LL /* 1.9 GiB: libharu's offsets are 32-bit */
#define PDF_CONTENTS_SIZE 16384    /* bytes kept for the signature; ISO 19005-2 allows 32,767 */
#define PDF_POINTS 72.0            /* an inch */

/* ---- pdf.c: objects, streams, the file */

struct pdf {
    HPDF_Error_Rec error;
    HPDF_MMgr memory;
    HPDF_Xref xref;
    HPDF_Dict catalog;
    struct pdf_range *ranges; /* all of them, for freeing */
    FILE *spill;
    int64_t spill_size;
    int64_t expected; /* stream bytes so far, not counting what Flate saves */
    enum archive_flavour flavour;
};

/* target: the path that will be written; the spill is made in its folder. */
enum status pdf_open(struct pdf *pdf, enum archive_flavour flavour, const char *target,
                     struct error *error);
void pdf_close(struct pdf *pdf);
enum status pdf_failed(const struct pdf *pdf, struct error *error);

HPDF_Dict pdf_object(struct pdf *pdf, const char *type); /* indirect dictionary; type may be NULL */
HPDF_Dict pdf_inline(HPDF_Dict parent, const char *key); /* direct dictionary under key */
HPDF_Array pdf_array(HPDF_Dict parent, const char *key); /* direct array under key */
void pdf_text_string(HPDF_Dict dict, const char *key, const char *utf8); /* UTF-16 with BOM */
void pdf_plain_string(HPDF_Dict dict, const char *key, const char *ascii);
/* "2026-11-22T14:05:09+07:00" as D:20261122140509+07'00' */
void pdf_date_string(HPDF_Dict dict, const char *key, const char *iso);
void pdf_box(HPDF_Dict dict, const char *key, double left, double bottom, double right, double top);
/* A number as PDF wants it (no exponent, point as separator), at most 4 decimals. */
void pdf_number(struct buffer *out, double value);

/* Stream objects. Bytes are spilled; filter is one of HPDF_STREAM_FILTER_. */
HPDF_Dict pdf_stream(struct pdf *pdf, const void *bytes, size_t size, HPDF_UINT filter);
/* The bytes of a file, read when the PDF is written; a file that got shorter meanwhile fails
 * then. */
HPDF_Dict pdf_file_stream(struct pdf *pdf, const char *path, size_t size, HPDF_UINT filter);

/* Writes all durably to path; the ID is the digest of what was written. REJECT above the limit. */
enum status pdf_write(struct pdf *pdf, const char *path, size_t *bytes, struct error *error);

/* ---- pdf_image.c, pdf_layered.c: page images */

#define PDF_PAINTS_MAX (2 + PATCHES_MAX)

struct pdf_paint {
    HPDF_Dict object;
    char name[4];     /* in the page's resources */
    double matrix[6]; /* cm that draws the unit square upright over its place */
};
struct pdf_image {
    struct pdf_paint paints[PDF_PAINTS_MAX]; /* in the order of painting */
    size_t paint_count;
    double width_pt, height_pt; /* of the upright page */
    int width_px, height_px;    /* of the upright page */
    double dpi;                 /* of the stored image, across */
    double matrix[6];           /* draws the whole stored image upright over the page */
};

/* What is to be done with one page. */
struct pdf_image_job {
    const struct archive_settings *settings;
    const struct archive_page *page;
    const struct archive_source *source; /* for re-reading */
};
/* upright: when not NULL, the decoded page turned upright comes back in it (caller clears it). */
enum status pdf_image_add(struct pdf *pdf, const struct pdf_image_job *job, struct pdf_image *out,
                          struct image *upright, struct page_report *report, struct error *error);

/* Private to the two files. A stream object whose bytes the report counts and digests; like: size,
 * channels, bits. The role "mask" makes it a mask. */
enum pdf_coding { PDF_DCT, PDF_G4, PDF_JBIG2, PDF_FLATE };
HPDF_Dict pdf_image_object(struct pdf *pdf, const struct buffer *bytes, enum pdf_coding coding,
                           const struct image *like, const char *role, struct page_report *report);
/* Bilevel as G4 or JBIG2 (enum mask_coding); JBIG2 is decoded again and compared. */
enum status pdf_image_bilevel(struct pdf *pdf, const struct image *image, int mask_coding,
                              const char *role, HPDF_Dict *out, struct page_report *report,
                              struct error *error);
/* Tries the layered form. Returns OK with out->paint_count 0 and a reason in the report when the
 * page must stay faithful. out is placed already. */
enum status pdf_image_layered(struct pdf *pdf, const struct pdf_image_job *job,
                              const struct image *image, struct pdf_image *out,
                              struct page_report *report, struct error *error);

/* ---- pdf_text.c: the invisible text layer */

/* Of the font size. Readers judge gaps by the size, so it is that of real letters: their marks
 * stand above it. */
#define PDF_TEXT_WIDTH 0.5
#define PDF_TEXT_HEIGHT 1.1

struct pdf_text; /* the glyph-less font of one document and the characters used so far */

struct pdf_text *pdf_text_new(void);
void pdf_text_free(struct pdf_text *text); /* NULL is fine */
/* Appends the words of a page to its content. Returns how many were written. */
size_t pdf_text_page(struct pdf_text *text, const struct words *words, double width_pt,
                     double height_pt, struct arena *arena, struct buffer *content);
/* A word as it stands on the page: level, in points from the bottom left. */
struct pdf_word {
    double left, bottom, width;
    double size;   /* of the font */
    double middle; /* of its box, above bottom: it is never made lower than that */
    size_t characters, line;
};
/* pdf_apart.c: takes from the heights of lines and from the ends of words, and where that is not
 * enough moves their beginnings to the right, until every reader sees all words apart and in one
 * piece. line counts from 0 to below lines. */
void pdf_words_apart(struct pdf_word *words, size_t count, size_t lines, struct arena *arena);
/* The font object for a page's resources; made at the first call. */
HPDF_Dict pdf_text_font(struct pdf_text *text, struct pdf *pdf);
/* Writes the character maps, once all pages are there. */
void pdf_text_finish(struct pdf_text *text, struct pdf *pdf);

/* ---- pdf_cmap.c: what both fonts need */

/* Type0 font with a CIDFontType2 descendant, Identity-H. */
struct pdf_font_parts {
    HPDF_Dict font, descendant, descriptor;
};
void pdf_font_parts(struct pdf *pdf, const char *base_font, struct pdf_font_parts *out);
/* ToUnicode for CIDs 1..count; codes[0] belongs to CID 1. */
HPDF_Dict pdf_to_unicode(struct pdf *pdf, const uint32_t *codes, size_t count);

/* ---- pdf_glyphless.c */

/* A TrueType font with two glyphs without outlines, for text that is never painted. */
void pdf_glyphless_font(struct buffer *out);

/* ---- pdf_font.c: a subset of a real font, for the visible block */

struct pdf_font;

/* path "": the packaged default. FATAL: no font, damaged, or embedding forbidden. */
enum status pdf_font_open(struct pdf *pdf, const char *path, struct pdf_font **out,
                          struct error *error);
void pdf_font_close(struct pdf_font *font); /* NULL is fine; before pdf_close */
/* Width of the text in units of the font size. Characters that the font lacks count as 0. */
double pdf_font_width(struct pdf_font *font, const char *text);
/* Appends <hex> for Tj and keeps the characters for the subset. REJECT when one is missing. */
enum status pdf_font_show(struct pdf_font *font, const char *text, struct buffer *content,
                          struct error *error);
/* Writes the subset; the font object for resources. */
HPDF_Dict pdf_font_finish(struct pdf_font *font, struct pdf *pdf);

/* ---- pdf_metadata.c: XMP, Info, output intent, language */

struct pdf_volume {
    int number;               /* from 1 */
    bool split;               /* there are others */
    size_t first, page_count; /* its first page, from 0; pages of the whole document */
    const char *masters;      /* masters_digest of the whole document */
    const char *description;  /* said_digest of it */
    const char *received;     /* SHA-256 of the PDF that it came in as; "": it came as paper */
    const char *places;       /* of fields on its pages, as places_add writes them; NULL: none */
};
/* path: ICC profile, "": the packaged one. FATAL: it is none for PDF/A's screens and printers. */
enum status pdf_output_intent(struct pdf *pdf, const char *path, struct arena *arena,
                              struct error *error);
enum status pdf_metadata_add(struct pdf *pdf, const struct archive_settings *settings,
                             const struct document *document, const struct pdf_volume *volume,
                             struct error *error);

/* Of a PDF that is no document of the archive: what every reader knows, and nothing of ours. date:
 * ISO. */
struct pdf_facts {
    const char *id, *title, *author, *date;
};
enum status pdf_metadata_plain(struct pdf *pdf, const struct archive_settings *settings,
                               const struct pdf_facts *facts, struct error *error);

/* ---- pdf_attach.c: files inside a 3u */

struct pdf_attachments {
    HPDF_Array associated, kids; /* of the catalog, of the name tree */
    HPDF_Array names, limits;    /* of the leaf that is being filled */
    size_t count;
};
struct pdf_attachment {
    const char *name, *date; /* date: ISO */
    const char *path;        /* NULL: bytes, which must last until the file is written */
    const void *bytes;
    size_t size;
    const char *type, *description; /* "application/json" */
    const char *relation;           /* "Data", "Supplement" */
};
enum status pdf_attach_file(struct pdf *pdf, struct pdf_attachments *attachments,
                            const struct pdf_attachment *attachment, struct error *error);
/* Attaches the file as <name>.alto.xml; date: ISO. Names must come in their order. */
enum status pdf_attach(struct pdf *pdf, struct pdf_attachments *attachments, const char *name,
                       const char *path, const char *date, struct error *error);

/* ---- pdf_signature.c: signature field with its visible block; officer: the room for a signature
 * is in a second field that shows nothing */

struct block_place;

/* pdf_seal.c: a picture of a seal, cut out of its paper. */
struct pdf_seal {
    HPDF_Dict object; /* its shape: a mask */
    double color[3];  /* the mean of what is painted, 0..1 */
    double aspect;    /* height / width */
};
/* path: PNG, on white or transparent. FATAL: it cannot be read, or is no seal but a full area. */
enum status pdf_seal_open(struct pdf *pdf, const char *path, struct pdf_seal *out,
                          struct error *error);

/* seal may be NULL. */
enum status pdf_signature_add(struct pdf *pdf, struct pdf_font *font, HPDF_Dict page,
                              double page_height_pt, const struct block_place *place,
                              const struct pdf_seal *seal, const char *custodian,
                              const char *signed_at, bool officer, struct error *error);

#endif
