/* A small PDF with one page and room for a signature, for tests that sign. */
#ifndef SOHOA_TESTS_SAMPLE_PDF_H
#define SOHOA_TESTS_SAMPLE_PDF_H

#include <stddef.h>

/* Writes it to path. time: M as PDF has it ("D:20261122140509+07'00'"). padding: bytes of a content
 * stream full of things that look like a signature; room: bytes kept for the signature.
 * Returns 0, or -1 when it cannot be written. */
int sample_pdf(const char *path, const char *time, size_t padding, size_t room);

#endif
