/*
 * The room that is kept for a signature, or for a time-stamp token, in a PDF that is being written:
 * ByteRange and Contents of the one dictionary that is not filled yet.
 *
 *   ... /ByteRange [0 2147483647 2147483647 2147483647]  ->  [0 840 33610 1220             ]
 *       /Contents <0000000000...>                        ->  <3082...0000>
 */
#ifndef SOHOA_ARCHIVE_ROOM_H
#define SOHOA_ARCHIVE_ROOM_H

#include "archive/pdf/sigdict.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/hash.h"

#define ROOM_SIZE 16384 /* bytes kept; ISO 19005-2 allows 32,767 */

/* Text of the two keys with room of ROOM_SIZE bytes, for a dictionary that is being made. */
void room_keys(struct buffer *out);

/* The one dictionary with empty room in what was written so far. name: for sentences.
 * REJECT: none, several, damaged, filled already. */
enum status room_find(FILE *file, const char *name, struct sigdict *out, struct error *error);

/* Writes the ranges in place and gives the digest of all that will be signed. */
enum status room_close(FILE *file, const char *name, const struct sigdict *room,
                       enum hash_kind kind, uint8_t digest[HASH_SIZE_MAX], struct error *error);
/* Writes the blob in place. REJECT: it is larger than the room. */
enum status room_fill(FILE *file, const struct sigdict *room, const struct buffer *blob,
                      struct error *error);

/* What goes into the room: a signature or a token over the digest. */
typedef enum status room_make_fn(void *context, const uint8_t *digest, size_t size,
                                 struct buffer *blob, struct error *error);

/* All of it, for a file that was written to the writer's stream: finds the room, closes and fills
 * it, judges the bytes as anybody would, and gives the file its name. writer is used up whatever
 * happens. RETRY also when what was written does not hold when read back. */
enum status room_commit(struct file_writer *writer, const char *name, enum hash_kind kind,
                        room_make_fn *make, void *context, struct error *error);

#endif
