/*
 * Turns: of what bears a name one process at a time is at work, and who comes second waits; those
 * at work on other names go on beside it. All of them share one file, of which each name has a byte
 * of its own (by its hash), so nothing is left lying of names that nobody works on. A turn ends
 * with its process, however that ends.
 */
#ifndef SOHOA_CORE_TURN_H
#define SOHOA_CORE_TURN_H

#include <stddef.h>

#include "core/status.h"

/* Takes the turns of all these names, in one order whoever asks, so that two with some in common
 * cannot wait for each other. Who has a turn asks for no further one whose holder may wait for it.
 * turn: to be ended; -1 when it failed. RETRY: the file at path cannot be made or locked, or a
 * signal came while it waited. */
enum status turn_take(const char *path, const char *const *names, size_t count, int *turn,
                      struct error *error);
void turn_end(int *turn); /* -1 is fine, and so it is afterwards */

#endif
