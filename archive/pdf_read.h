/*
 * Reads PDF files of the classic kind (cross-reference tables, ISO 32000-1 7.5), as our writer and
 * our signer make them, for checking. Anything else (cross-reference streams, damage) is told in
 * one sentence; hostile bytes never crash it: every offset, length, depth and count is bounded.
 */
#ifndef SOHOA_ARCHIVE_PDF_READ_H
#define SOHOA_ARCHIVE_PDF_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/status.h"

enum pdf_kind {
    PDF_NULL,
    PDF_BOOL,
    PDF_INT,
    PDF_REAL,
    PDF_STRING,
    PDF_NAME,
    PDF_ARRAY,
    PDF_DICT,
    PDF_REF,
    PDF_OPERATOR /* in content streams only */
};

struct pdf_entry;

struct pdf_value {
    enum pdf_kind kind;
    bool hex;                  /* STRING: written as <...> */
    bool odd;                  /* of these digits there was an odd number */
    int64_t number;            /* INT, BOOL (0/1), REF: object number */
    double real;               /* REAL; INT too */
    const char *text;          /* STRING, NAME, OPERATOR: bytes, a 0 behind them */
    size_t size;               /* of text; of items; of entries */
    struct pdf_value *items;   /* ARRAY */
    struct pdf_entry *entries; /* DICT */
    int64_t stream_at;         /* DICT: where the bytes of its stream begin; 0: no stream */
};

struct pdf_entry {
    const char *key;
    struct pdf_value value;
};

struct pdf_slot { /* of the cross-reference table */
    int64_t offset;
    int generation;
    bool used;
    struct pdf_value *value; /* once parsed */
};

struct pdf_section { /* one cross-reference section with its trailer, newest first */
    int64_t offset;  /* of "xref" */
    int64_t end;     /* behind its %%EOF marker's line */
    const struct pdf_value *trailer;
    struct pdf_section *next;
};

struct pdf_file {
    const uint8_t *bytes;
    size_t size;
    struct arena *arena;
    struct pdf_slot *slots;
    size_t slot_count;
    struct pdf_section *sections;
    const struct pdf_value *trailer; /* of the newest */
    bool mapped;
};

/* Maps path and reads its cross-reference tables. REJECT: no PDF, or one this reader does not
 * know. */
enum status pdf_file_open(const char *path, struct pdf_file *out, struct error *error);
/* The same of bytes in memory, which must stay. */
enum status pdf_file_bytes(const void *bytes, size_t size, struct pdf_file *out,
                           struct error *error);
void pdf_file_close(struct pdf_file *file); /* unmaps only what pdf_file_open mapped */

/* The object, parsed at first use; a PDF null when absent or damaged. Never NULL. */
const struct pdf_value *pdf_object_at(struct pdf_file *file, int64_t number);
/* Is "number generation obj" at the slot's offset, followed by a value and endobj? */
bool pdf_object_sound(struct pdf_file *file, int64_t number);
/* Follows references. Never NULL. */
const struct pdf_value *pdf_resolve(struct pdf_file *file, const struct pdf_value *value);
/* Member of a dictionary as it stands, and with references followed; a null when absent. */
const struct pdf_value *pdf_raw(const struct pdf_value *dict, const char *key);
const struct pdf_value *pdf_get(struct pdf_file *file, const struct pdf_value *dict,
                                const char *key);
bool pdf_is_name(const struct pdf_value *value, const char *name);

/* The stream's bytes as they are in the file. False: no stream, bad length, or no endstream
 * there. */
bool pdf_stream_raw(struct pdf_file *file, const struct pdf_value *dict, const uint8_t **bytes,
                    size_t *size);
/* Decoded when it has no filter or FlateDecode without predictor; false otherwise, or above
 * limit. */
bool pdf_stream_decoded(struct pdf_file *file, const struct pdf_value *dict, size_t limit,
                        struct buffer *out);

/* ---- pdf_unicode.c: ToUnicode maps */

/* Each code a font's ToUnicode maps, with its UTF-16BE as written, to whose last character plus is
 * to be added. False: the font has no readable map. */
typedef void pdf_unicode_entry(void *context, unsigned code, const uint8_t *utf16, size_t size,
                               unsigned plus);
bool pdf_unicode_each(struct pdf_file *file, const struct pdf_value *font, pdf_unicode_entry *entry,
                      void *context);

/* The same, kept; NULL when there is no readable map. */
struct pdf_unicode;
struct pdf_unicode *pdf_unicode_new(struct pdf_file *file, const struct pdf_value *font);
void pdf_unicode_free(struct pdf_unicode *unicode); /* NULL is fine */
/* UTF-8 of a code; NULL when it has none. Lent. */
const char *pdf_unicode_of(const struct pdf_unicode *unicode, unsigned code);

/* ---- the pages */

/* Page dictionaries in order, in the file's arena; a tree that is broken gives fewer. */
const struct pdf_value **pdf_pages(struct pdf_file *file, size_t *count);
/* The content of a page, its streams as one. */
bool pdf_page_content(struct pdf_file *file, const struct pdf_value *page, size_t limit,
                      struct buffer *out);

/* ---- the lexer, also for content streams and CMaps */

struct pdf_lexer {
    const uint8_t *bytes;
    size_t size, at;
    struct arena *arena;
    bool references; /* "1 0 R" is one value: in files yes, in content streams no */
    bool failed;     /* something that is no PDF syntax */
};

/* Next value; false at the end or on failure. */
bool pdf_lexer_next(struct pdf_lexer *lexer, struct pdf_value *out);
void pdf_lexer_skip_blanks(struct pdf_lexer *lexer); /* comments, too */

#endif
