/* config/package.tsv: what is called how in METS, EAD and PREMIS. */
#ifndef SOHOA_ARCHIVE_MAPPING_H
#define SOHOA_ARCHIVE_MAPPING_H

#include <stddef.h>

#include "core/arena.h"
#include "core/status.h"

struct mapping_row {
    const char *table, *name, *value;
};
struct mapping {
    struct mapping_row *rows; /* in the order of the file */
    size_t count;
};

/* FATAL with file and line when it is not as it must be. */
enum status mapping_read(const char *config_folder, struct arena *arena, struct mapping *out,
                         struct error *error);
/* NULL when there is no such row. */
const char *mapping_find(const struct mapping *mapping, const char *table, const char *name);

#endif
