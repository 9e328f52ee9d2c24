/*
 * Where the crash tests stop the program. core/fault.c is linked into the test binary,
 * core/fault_none.c into the one that is installed: the build chooses the file.
 *
 * SOHOA_FAULT=n       kills the whole process group (SIGKILL) just before the n-th durable act,
 *                     counted over all its processes
 * SOHOA_FAULT_FAIL=n  makes the n-th durable act fail as if the disk were full
 * SOHOA_FAULT_LOG=f   appends one line "n label" to f for each durable act
 */
#ifndef SOHOA_CORE_FAULT_H
#define SOHOA_CORE_FAULT_H

#include <stdbool.h>

void fault_start(void); /* first thing in main(), before any fork: sets up the shared counter */

/* True when the act must fail as if the disk were full (errno = ENOSPC). label: a word. */
bool fault_point(const char *label);

#endif
