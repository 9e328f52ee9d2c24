/* Rows of comma- or tab-separated files: the catalogues of the config folder. */
#ifndef SOHOA_CORE_CATALOGUE_H
#define SOHOA_CORE_CATALOGUE_H

#include "core/arena.h"
#include "core/status.h"

/* Calls visit for each record of folder/name; lines that begin with # and empty ones are left out,
 * and of a comma-separated file the first, which names the columns. separator ',' (quotes as in
 * RFC 4180) or '\t'. The cells lie in the arena. FATAL when the file is not there. */
typedef void catalogue_visit(void *context, char **cells, size_t count);
enum status catalogue_read(const char *folder, const char *name, char separator,
                           struct arena *arena, catalogue_visit *visit, void *context,
                           struct error *error);

#endif
