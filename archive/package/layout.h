/* The names of the store's folders: <store>/<year>/<document id>/v<version>. */
#ifndef SOHOA_ARCHIVE_LAYOUT_H
#define SOHOA_ARCHIVE_LAYOUT_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/document.h"
#include "core/status.h"

bool layout_is_year(const char *name); /* four digits */
bool layout_is_id(const char *name);   /* a UUID in lower case */

/* Folder of a document's package. FATAL when its id, version or batch cannot name one. */
enum status layout_package(const char *store, const struct document *document, struct arena *arena,
                           char **path, struct error *error);
/* External-Identifier of its bag: "<id>/v<version>". */
char *layout_identifier(const struct document *document, struct arena *arena);

#endif
