/*
 * language: which syllable follows which in administrative Vietnamese, counted; made by
 * teach/counts.c from the counts and forms of this repository. Two files of a folder:
 * counts.tsv ("syllable count", "left right count") and exceptions.tsv (loans, abbreviations and
 * words of other languages that the rules of ocr/syllable.h refuse).
 */
#ifndef SOHOA_OCR_LANGUAGE_H
#define SOHOA_OCR_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/status.h"

#define LANGUAGE_LETTERS 8
#define LANGUAGE_UNKNOWN (-1)

struct speech;

struct entry {
    const char *text; /* lower case, NFC */
    uint32_t letters[LANGUAGE_LETTERS];
    int length;      /* 0: no syllable but <s>, <n>, <p>, <x> */
    uint32_t bases;  /* bit per letter without marks */
    double count;    /* times seen */
    double followed; /* times anything was counted behind it */
    double kinds;    /* different ones */
};

/* FATAL when a file is missing or a row of it is none. */
enum status language_open(const char *folder, struct speech **out, struct error *error);
void language_close(struct speech *language); /* NULL is fine */

int language_find(const struct speech *language, const char *text); /* or LANGUAGE_UNKNOWN */
int language_size(const struct speech *language);
const struct entry *language_entry(const struct speech *language, int id);
/* Times left was seen before right. */
double language_pair(const struct speech *language, int left, int right);
/* -ln of the likelihood of right behind left; LANGUAGE_UNKNOWN for either is a word never seen. */
double language_cost(const struct speech *language, int left, int right);
/* A possible syllable, or one of the exceptions; any case. */
bool language_has(const struct speech *language, const char *text);

#endif
