/*
 * Vietnamese text: valid, normalised, folded for search.
 *
 * All text inside the program is UTF-8 in NFC (TCVN 6909:2001 is Unicode). Door: utf8proc.
 */
#ifndef SOHOA_CORE_TEXT_H
#define SOHOA_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* Well-formed UTF-8 as RFC 3629 has it (no overlong forms, no surrogates, nothing above 10FFFF). */
bool text_valid(const char *bytes, size_t size);

/* Next code point of valid UTF-8; moves *at past it. 0 at the end. */
uint32_t text_next(const char **at);
/* Writes code as UTF-8 into to[4]; returns the bytes used. */
size_t text_put(uint32_t code, char *to);
size_t text_length(const char *text); /* code points */
/* The first character that a person does not see and that may change what is seen: controls (tabs
 * and line ends too), marks and overrides of writing direction, zero-width ones; U+FFFD where the
 * bytes are not UTF-8. 0: there is none. */
uint32_t text_hidden(const char *text);

/* NFC copy. Bytes that are not UTF-8 become U+FFFD. */
char *text_nfc(struct arena *arena, const char *text);

/* NFC copy of text that may come from before Unicode: TCVN3 or VNI, its bytes as they were or taken
 * for Latin-1 ("NguyÔn V¨n An", "Nguyeãn Vaên An"). Only when nearly all of its words with other
 * letters than ASCII's are Vietnamese syllables that way and hardly any is as it stands (of the
 * first 400); so text in Unicode stays what it is. Blanks and line ends stay where they are. */
char *text_unicode(struct arena *arena, const char *text);

/* Search form: NFC/NFD alike, lower case, no marks, đ -> d, so that hoà = hòa = HÒA = hoa.
 * White space runs become one blank, ends trimmed; digits and ASCII punctuation stay; other
 * punctuation (dashes, quotes) becomes its ASCII look-alike or a blank. Idempotent. */
char *text_fold(struct arena *arena, const char *text);

/* Exact-compare form: as text_fold but marks kept, the tone moved to the end of its syllable as a
 * digit 1-5 (huyền 1, sắc 2, hỏi 3, ngã 4, nặng 5), so hoà and hòa are equal but hóa is not:
 * "Hòa" -> "hoa1", "đường" -> "đương1". */
char *text_tone_last(struct arena *arena, const char *text);

uint32_t text_upper_letter(uint32_t code);               /* Unicode simple upper case */
char *text_lower(struct arena *arena, const char *text); /* Unicode simple lower case, NFC */
char *text_upper(struct arena *arena, const char *text); /* upper case, likewise */
/* NFC, white space runs to one blank, ends trimmed, control characters dropped. */
char *text_tidy(struct arena *arena, const char *text);
/* Syllables with a capital at the start: "NGUYỄN VĂN AN" -> "Nguyễn Văn An". */
char *text_title(struct arena *arena, const char *text);

/* Only the digits of text ("079.083 001234" -> "079083001234"). */
char *text_digits(struct arena *arena, const char *text);

/* Edit distance in code points (insert, delete, change, swap of neighbours: 1 each). */
size_t text_distance(const char *a, const char *b);

/* Reads a calendar date that exists: "31/6/2025" is none. Accepts D/M/Y, D-M-Y, D.M.Y and ISO
 * Y-M-D; writes ISO "YYYY-MM-DD" (11 bytes with the 0). */
bool text_date(const char *text, char iso[11]);
bool text_date_valid(int year, int month, int day); /* Gregorian, year 1800-2199 */

#endif
