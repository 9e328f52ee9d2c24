/* The fields that a query may name, and where the name of a type, unit or procedure ends. */
#ifndef SOHOA_INDEX_QUERY_FIELDS_H
#define SOHOA_INDEX_QUERY_FIELDS_H

#include "core/arena.h"

enum field_kind {
    FIELD_NONE,
    FIELD_OF_NUMBER,
    FIELD_OF_IDENTIFIER,
    FIELD_OF_NAME,
    FIELD_OF_YEAR,
    FIELD_OF_BIRTH,
    FIELD_OF_FROM,
    FIELD_OF_UNTIL,
    FIELD_OF_TYPE,
    FIELD_OF_UNIT,
    FIELD_OF_PROCEDURE,
    FIELD_OF_BOX
};

/* name: folded. */
enum field_kind query_field(const char *name);

/* Bytes of the most first words of value that are one of the names; 0 when none are. names: slugs,
 * NULL at the end; NULL: none. */
size_t query_name_size(const char *value, const char *const *names, struct arena *arena);

#endif
