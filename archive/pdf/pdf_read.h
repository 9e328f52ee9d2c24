/*
 * Reads PDF files (ISO 32000-1 7.5), ours and those of others: cross-reference tables and streams,
 * both in one file (hybrid), chains of either, objects in object streams, linearized files. Nothing
 * is guessed: a file whose tables are damaged, that is encrypted, or that begins behind something
 * else is told in one sentence. Hostile bytes never crash it nor fill the memory: every offset,
 * length, depth and count is bounded, and so is all that is inflated.
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
    bool odd;                  /* of these digits there was an odd number; REAL: a whole number
                                * that is too large to be one here; NAME: a # without two digits
                                * behind it; DICT: such a key */
    int64_t number;            /* INT, BOOL (0/1), REF: object number */
    double real;               /* REAL; INT too */
    const char *text;          /* STRING, NAME, OPERATOR: bytes, a 0 behind them */
    size_t size;               /* of text; of items; of entries; REF: generation */
    struct pdf_value *items;   /* ARRAY */
    struct pdf_entry *entries; /* DICT */
    int64_t stream_at;         /* DICT: where the bytes of its stream begin; 0: no stream */
};

struct pdf_entry {
    const char *key; /* in its dictionary once: where a key stands twice there is no dictionary */
    struct pdf_value value;
};

struct pdf_bundle;

struct pdf_slot {   /* what the newest section that speaks of an object says */
    int64_t offset; /* in the file; of an object in an object stream: its place in that, from 0 */
    int generation;
    int stream;  /* number of that object stream; 0: the object stands by itself */
    int section; /* that said it; below 0: the stream that belongs to it; 0: none yet */
    bool used;
    struct pdf_value *value;   /* once parsed */
    struct pdf_bundle *bundle; /* of an object stream, once opened */
};

struct pdf_section { /* one cross-reference section with its trailer, newest first */
    int64_t offset;  /* of "xref", or of the cross-reference stream's object */
    int64_t end;     /* behind its %%EOF marker's line */
    bool stream;     /* no table */
    const struct pdf_value *trailer; /* of a stream: its dictionary */
    struct pdf_section *next;
};

struct pdf_old { /* an object's earlier place, which a newer section took from it */
    int64_t number, offset;
    int generation;
};

struct pdf_file {
    const uint8_t *bytes;
    size_t size;
    struct arena *arena;
    struct pdf_slot *slots;
    size_t slot_count;
    struct pdf_section *sections;
    const struct pdf_value *trailer; /* of the newest */
    int64_t end;                     /* of the revision that ends last in the file */
    struct pdf_old *olds;
    size_t old_count, old_room;
    struct pdf_bundle *bundles; /* all that are open */
    size_t inflated;            /* bytes so far, for tables and object streams */
    bool busy;                  /* no object stream is to be opened now */
    bool mapped;
};

/* Maps path and reads its cross-reference sections. REJECT: no PDF, a damaged or an encrypted one.
 */
enum status pdf_file_open(const char *path, struct pdf_file *out, struct error *error);
/* The same of bytes in memory, which must stay. */
enum status pdf_file_bytes(const void *bytes, size_t size, struct pdf_file *out,
                           struct error *error);
void pdf_file_close(struct pdf_file *file); /* unmaps only what pdf_file_open mapped */

/* The object, parsed at first use; a PDF null when absent or damaged. Never NULL. */
const struct pdf_value *pdf_object_at(struct pdf_file *file, int64_t number);
/* Is "number generation obj" at the slot's offset, followed by a value and endobj; or is it, in an
 * object stream, where that stream's head says it is? */
bool pdf_object_sound(struct pdf_file *file, int64_t number);
/* The same. *end: offset behind its endobj; 0 of one in an object stream. */
bool pdf_object_whole(struct pdf_file *file, int64_t number, size_t *end);
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
/* pdf_filter.c: decoded when it has no filter or FlateDecode, with PNG's or TIFF's predictor or
 * without; false otherwise, or above limit. */
bool pdf_stream_decoded(struct pdf_file *file, const struct pdf_value *dict, size_t limit,
                        struct buffer *out);

/* ---- pdf_unicode.c: ToUnicode maps */

/* Each code a font's ToUnicode maps, with its UTF-16BE as written, to whose last character plus is
 * to be added. False: the font has no readable map. */
typedef void pdf_unicode_entry(void *context, unsigned code, const uint8_t *utf16, size_t size,
                               unsigned plus);
bool pdf_unicode_each(struct pdf_file *file, const struct pdf_value *font, pdf_unicode_entry *entry,
                      void *context);

/* Does it stand by itself (no other map is used), and has each section as many entries as it says?
 * What readers make of another is not known. */
bool pdf_unicode_sound(struct pdf_file *file, const struct pdf_value *font);

/* The map, kept; NULL when there is no readable map. */
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
