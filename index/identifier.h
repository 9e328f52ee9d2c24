/*
 * Numbers that name a citizen, an organisation or a household business, and what can be wrong with
 * them in themselves.
 *
 *   cmnd9   9 digits, no structure
 *   cccd12  province or country of registration (3), century and sex (1), year of birth (2), 6
 * more; no check digit. Since 1/7/2025 also the tax number of citizens and households. mst10   tax
 * number: the tenth digit checks the nine before it mst13   a branch of it: mst10 and three digits
 * from 001
 */
#ifndef SOHOA_INDEX_IDENTIFIER_H
#define SOHOA_INDEX_IDENTIFIER_H

#include <stdbool.h>

#include "core/arena.h"

enum identifier_kind { ID_NONE, ID_CMND9, ID_CCCD12, ID_MST10, ID_MST13, ID_OTHER };
enum identifier_fault {
    ID_SOUND,
    ID_WRONG_LENGTH, /* no length of an identifier */
    ID_WRONG_CHECK,  /* tax number: the check digit is another */
    ID_WRONG_BRANCH, /* tax number: the branch is 000 */
    ID_WRONG_BIRTH,  /* CCCD: another year or century of birth than the paper's */
    ID_WRONG_SEX,    /* CCCD: another sex than the paper's */
    ID_STRANGE_PLACE /* CCCD: no province has this code; a warning, the number may be right */
};

/* By the count of digits: ID_OTHER when it is none of them, ID_NONE for "". */
enum identifier_kind identifier_kind(const char *digits);
const char *identifier_kind_name(enum identifier_kind kind);  /* "cccd12": JSON, records; stable */
const char *identifier_kind_label(enum identifier_kind kind); /* "CCCD": for people */
enum identifier_kind identifier_kind_find(const char *name);  /* ID_NONE: there is none */

/* birth_date: ISO, or a year; NULL unknown. sex: 'm', 'f', 0 unknown. */
enum identifier_fault identifier_fault(const char *digits, const char *birth_date, char sex);
/* The same in words for a person. */
const char *identifier_fault_label(enum identifier_fault fault);
/* Whether it may join papers: sound, or only strange by its place. */
bool identifier_is_strong(enum identifier_kind kind, enum identifier_fault fault);

/* The tenth digit that nine digits of a tax number ask for; -1: there is none. */
int mst_check_digit(const char *nine_digits);
/* The year of birth in a CCCD (12 digits). */
int cccd_year(const char *digits);
char cccd_sex(const char *digits); /* 'm' or 'f' */

#endif
