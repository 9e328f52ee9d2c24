/* A small PDF with one page and room for a signature, for tests that sign. */
#ifndef SOHOA_TESTS_SAMPLE_PDF_H
#define SOHOA_TESTS_SAMPLE_PDF_H

#include <stddef.h>

#include "core/buffer.h"

/* Writes it to path. time: M as PDF has it ("D:20261122140509+07'00'"). padding: bytes of a content
 * stream full of things that look like a signature; room: bytes kept for the signature.
 * Returns 0, or -1 when it cannot be written. */
int sample_pdf(const char *path, const char *time, size_t padding, size_t room);

/* ---- Files by hand, object by object, for tests of the reader. */

#define SAMPLE_OBJECTS 64

struct sample_file {
    struct buffer out;
    struct {
        int kind; /* 0: nothing new since the last section, 1: at a place, 2: packed */
        long place;
        int index;
    } objects[SAMPLE_OBJECTS];
    long section; /* the newest; 0: none */
};

void sample_begin(struct sample_file *file); /* header */
void sample_object(struct sample_file *file, int number, const char *body);
/* dict: further entries; Length is put in. */
void sample_stream(struct sample_file *file, int number, const char *dict, const void *bytes,
                   size_t size);
/* An object stream of count objects; head: NULL, or what is to stand instead of N and First. */
void sample_packed(struct sample_file *file, int number, const int *numbers,
                   const char *const *bodies, int count, const char *dict, const char *head);
/* Sections for what is new, Prev put in: a table (its trailer's entries given), a stream with
 * fields of 1, 4 and 2 bytes (w: NULL, or another W; data: NULL, or the rows as they are to be,
 * encoded as dict says). */
void sample_table(struct sample_file *file, const char *trailer);
void sample_xref(struct sample_file *file, int number, const char *dict, const char *w,
                 const struct buffer *data);
/* The rows that sample_xref would write; index: text of its Index. */
void sample_rows(const struct sample_file *file, int number, struct buffer *rows,
                 struct buffer *index);
void sample_end(struct sample_file *file, long section); /* startxref, %%EOF */

#endif
