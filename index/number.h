/* Document numbers and identifiers as keys that do not depend on marks and separators. */
#ifndef SOHOA_INDEX_NUMBER_H
#define SOHOA_INDEX_NUMBER_H

#include <stdbool.h>

#include "core/arena.h"

/* "12/2020/QĐ-UBND", "12 /2020/QĐ UBND." -> "12-2020-qdubnd": groups of digits without leading
 * zeros, letters run together over whatever stands between them. "" when nothing is left. */
char *number_key(struct arena *arena, const char *printed);

/* Digits that have the length of an identifier: 9 (CMND), 12 (CCCD), 10 or 13 (tax code). */
bool number_is_identifier(const char *digits);

/* A name in whatever order its syllables stand, without marks: "an nguyen van". */
char *name_key(struct arena *arena, const char *name);

/* The year of an ISO date or of a bare year; 0 when it is neither. */
int number_year(const char *date);

#endif
