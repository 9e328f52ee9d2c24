/* Files that lie in the store already and go into a new version of their document. */
#ifndef SOHOA_ARCHIVE_STORED_H
#define SOHOA_ARCHIVE_STORED_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/status.h"

struct stored; /* in the arena; remembers the last manifest it read */

struct stored *stored_open(const char *store, struct arena *arena);
/* Is this a file of a package in the store? */
bool stored_holds(struct stored *stored, const char *path);
/* Holds the hash against the manifest of the package that the file lies in. REJECT: they differ, or
 * the manifest does not know it. */
enum status stored_check(struct stored *stored, const char *path, const char *hash,
                         struct error *error);

#endif
