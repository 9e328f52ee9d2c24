/* What file.c and file_tree.c share. */
#ifndef SOHOA_CORE_FILE_PRIVATE_H
#define SOHOA_CORE_FILE_PRIVATE_H

#include <sys/stat.h>

#include "core/file.h"

/* The sentence and outcome for errno after a failed write to, or below, path. */
enum status file_write_fault(struct error *error, const char *path);
/* The same after a failed read: REJECT when path is absent, else RETRY. */
enum status file_read_fault(struct error *error, const char *path);

/* Opens a regular file for reading; a FIFO or device would block or never end. -1 with status. */
int file_open_regular(const char *path, struct stat *info, enum status *status,
                      struct error *error);

/* fsync of the folder that path stands in, so that its names survive a power cut. */
enum status file_sync_parent(const char *path, struct error *error);

#endif
