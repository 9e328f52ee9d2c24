/*
 * Administrative units as papers name them, and the catalogue's spelling of them.
 */
#ifndef SOHOA_OCR_FIELDS_UNIT_H
#define SOHOA_OCR_FIELDS_UNIT_H

#include "ocr/fields.h"

/* A level of government as papers print it. */
struct level {
    const char *flat, *name;
    size_t words;
    bool commune;
};

struct unit_name {
    const struct level *level; /* NULL: not said */
    const char *name;          /* as read, in the usual case */
    struct place place;
    bool elsewhere; /* the name was read at another place of the paper */
};

/* The level whose words begin at that token; NULL: none. */
const struct level *unit_level_at(const struct row *row, size_t at);
/* The commune's level as another row than `but` says it ("xã Vạn Thắng"); NULL: none does. */
const struct level *unit_level_named(const struct paper *paper, size_t but, const char *name);
/* "ỦY BAN NHÂN DÂN XÃ ĐÔNG KHÊ" -> what stands before the last level word, level and "Đông Khê";
 * false: it names no unit. */
bool unit_split(const struct paper *paper, const char *text, char **before, struct unit_name *unit);
/* Gives unit->name the catalogue's spelling where the paper's is misread (*mended), and *kind, NULL
 * when the catalogue does not know it. Hoà and Hòa are one: the paper's stays. */
enum status unit_look_up(struct paper *paper, struct unit_name *unit, const char **kind,
                         bool *mended, struct error *error);

#endif
