/*
 * Files that are there or are not there: write beside, fsync, rename, fsync the folder.
 *
 * Every durable act of the program goes through here or through core/db.h, so these two hold the
 * fault points (core/fault.h) by which the crash tests stop the program at each one.
 * Disk full, quota, read-only: RETRY with a sentence that names the folder and what to do.
 */
#ifndef SOHOA_CORE_FILE_H
#define SOHOA_CORE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/status.h"

/* A file being written as PATH.part; it gets its name only at file_commit. */
struct file_writer;

/* RETRY also when another living process is writing the same file. */
enum status file_create(const char *path, struct file_writer **out, struct error *error);
/* The stream to write to; write errors are remembered and reported by file_commit. Lent. */
FILE *file_stream(struct file_writer *writer);
/* Path of the .part file, for libraries that want to write by name (they must not remove it). */
const char *file_part(const struct file_writer *writer);
/* Flush, fsync, rename to path, fsync the folder; frees writer whatever happens. On failure the
 * .part is removed and path is as it was; only when the last step, the folder's fsync, fails does
 * path hold the new bytes already, whole: doing it all again is right then too. */
enum status file_commit(struct file_writer *writer, struct error *error);
/* The same without waiting for the disk: for what goes away again, or has file_sync_all behind it
 * before anything leans on it. */
enum status file_settle(struct file_writer *writer, struct error *error);
void file_abandon(struct file_writer *writer); /* NULL is fine; removes the .part */

enum status file_write(const char *path, const void *bytes, size_t size, struct error *error);

/* Adds bytes at the end of path in one write and syncs it; makes the file (and syncs its folder)
 * when it is not there. When the disk gets full in the middle, a part of them may stand there: who
 * appends records must be able to tell half a record. Several writers: lock elsewhere. */
enum status file_append(const char *path, const void *bytes, size_t size, struct error *error);

/* Whole file into the arena, a 0 byte behind it. REJECT when larger than limit bytes or absent,
 * RETRY when it cannot be read. size may be NULL. */
enum status file_read(const char *path, size_t limit, struct arena *arena, char **bytes,
                      size_t *size, struct error *error);
/* Durable copy; keeps nothing of the old one's times. It shares its bytes with nothing. */
enum status file_copy(const char *from, const char *to, struct error *error);
/* A second name for the same bytes, durable; where the file system has none, or not between these
 * two places, a copy, and *linked says so. Only for files that nobody ever writes again: those of
 * the store. to must not exist. */
enum status file_link(const char *from, const char *to, bool *linked, struct error *error);

enum status file_mkdirs(const char *path,
                        struct error *error); /* durable, 0750; existing is fine */
enum status file_mkdirs_loose(const char *path, struct error *error); /* as file_settle */
/* All that was written to the file system of path is on its disk: one wait for many files. */
enum status file_sync_all(const char *path, struct error *error);
/* A file that a library wrote and closed under another name: fsync, then rename as below. */
enum status file_adopt(const char *from, const char *to, struct error *error);
/* rename(2) made durable. to must not exist (REJECT when it does). */
enum status file_rename(const char *from, const char *to, struct error *error);
enum status file_remove(const char *path, struct error *error);      /* absent is fine */
enum status file_remove_tree(const char *path, struct error *error); /* absent is fine */
/* Makes the folder, takes it for this process alone and empties it of what an interrupted run left.
 * The lock goes with the folder when it is renamed, and with the process when that dies. RETRY:
 * another process has it. The caller closes *lock when it is not -1. */
enum status file_take_folder(const char *folder, int *lock, struct error *error);
/* To read from; NULL and errno as fopen. A FIFO (whose writer may never come), a device and a
 * folder are as if they were not there. */
FILE *file_open_stream(const char *path);
bool file_exists(const char *path);
bool file_is_folder(const char *path);
bool file_same_disk(const char *a, const char *b); /* on one file system; false: not, or unknown */
int64_t file_size(const char *path);               /* bytes; -1 when absent */
int64_t file_free_space(const char *path); /* bytes free for us on that file system; -1 unknown */

/* Names in a folder in byte order, without "." and ".."; count in *count. REJECT when absent. */
enum status file_list(const char *folder, struct arena *arena, char ***names, size_t *count,
                      struct error *error);
/* Calls visit for each regular file below folder, paths relative to it, in byte order; symbolic
 * links are not followed. Ends with the first outcome of visit that is not OK, and returns it. */
enum status file_walk(const char *folder,
                      enum status (*visit)(void *context, const char *relative,
                                           struct error *error),
                      void *context, struct error *error);

/* Gives every regular file below from, but for *.part, a second name at its place below to, which
 * is made: what is replaced by rename later on stays there as it is now. Not durable, and for no
 * longer than it is looked at. What goes away meanwhile is passed over. Where the file system has
 * no second names, or not between these two places, it copies. */
enum status file_mirror(const char *from, const char *to, struct error *error);

/* "folder/name" in the arena. */
char *file_join(struct arena *arena, const char *folder, const char *name);
const char *file_name(const char *path); /* what follows the last slash; lent from path */

/* Now, as "2026-11-22T14:05:09+07:00": Vietnam time whatever the machine's zone is. The
 * environment SOHOA_NOW (same form) fixes it, so that tests and repeated builds give the same
 * bytes. */
void file_now(char iso[26]);
/* Seconds from that time, in the same form, to now; below 0: it is to come. false: it is no time.
 */
bool file_age(const char *iso, int64_t *seconds);
/* When the file or folder was last written, in the same form; "" when it is absent. */
void file_changed(const char *path, char iso[26]);

#endif
