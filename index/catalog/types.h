/* The types of papers that a search may ask for: those of config/types.tsv and of the catalogue. */
#ifndef SOHOA_INDEX_TYPES_H
#define SOHOA_INDEX_TYPES_H

#include "index/catalog/catalog.h"

/* "Khai sinh" -> "khai_sinh". */
char *type_slug(struct arena *arena, const char *type);
/* The slugs of a types.tsv, NULL at the end. Absent: none. */
enum status types_read(const char *path, struct arena *arena, const char *const **out,
                       struct error *error);
/* "chung_thuc, khai_sinh": each once. */
const char *types_listed(const char *const *slugs, struct arena *arena);
/* Slugs of all names that types are called by, NULL at the end. */
enum status type_names(struct index *index, struct arena *arena, const char ***out,
                       struct error *error);
/* *out: a sentence with the nearest that is known, when the first words that were typed are called
 * like none of these names; else as it was. */
enum status type_unknown(struct index *index, const char *typed, const char *const *names,
                         struct arena *arena, const char **out, struct error *error);
/* REJECT, with the nearest that is known, when nothing knows the type. Where no types are known at
 * all, any will do. */
enum status type_check(struct index *index, const char *type, struct arena *arena,
                       struct error *error);

#endif
