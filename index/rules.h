/* The texts of law that values are checked against, with the day since when: kept with the records
 * (config/catalogues/rules.tsv). */
#ifndef SOHOA_INDEX_RULES_H
#define SOHOA_INDEX_RULES_H

#include "core/json.h"

/* {"dossier": "2025-07-01: TT 01/2018/TT-VPCP ..."} of the rules named (NULL-terminated); those
 * that the file does not have are left out. */
enum status rules_read(const char *path, const char *const *names, json_t **out,
                       struct error *error);

#endif
