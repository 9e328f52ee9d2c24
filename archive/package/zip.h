/* ZIP files: packages that leave the house or come into it. Door: libzip. */
#ifndef SOHOA_ARCHIVE_ZIP_H
#define SOHOA_ARCHIVE_ZIP_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/status.h"

/* Writes every ordinary file below folder as "name/<relative path>", and record (NULL: none) beside
 * that as "name.er", with `when` as their time, so that the same files give the same bytes.
 * passphrase NULL: open; else, in NFC, AES-256 (WinZip AE-2), names stay readable: they tell
 * nothing of a citizen. to must not exist; it is durable. Its .part of an earlier run is replaced.
 */
enum status zip_pack(const char *folder, const char *name, const char *record, const char *when,
                     const char *to, const char *passphrase, struct error *error);

/* Is any of its entries? False also for what is no ZIP. */
bool zip_is_encrypted(const char *path);
/* False: it is encrypted, and with this passphrase neither as it is nor in NFC. */
bool zip_opens(const char *path, const char *passphrase);

/* Bounds against files that are made to fill the disk. */
#define ZIP_ENTRIES_MAX 200000
#define ZIP_RATIO_MAX 1000 /* unpacked to packed bytes of what is larger than 1 MiB */

/* Unpacks into folder, which is there and empty, and does not wait for the disk: whoever keeps what
 * came calls file_sync_all. Everything is judged before the first byte is
 * written; finding() gets each fault: names that lead elsewhere or cannot stand in a package,
 * links, names that stand twice, too many entries, contents that are out of all proportion or
 * larger than the free space. REJECT: faults, no package in it, a wrong passphrase, an entry that
 * is not what its checksum says. */
enum status zip_unpack(const char *from, const char *folder, const char *passphrase,
                       void (*finding)(void *context, const char *sentence), void *context,
                       struct error *error);

/* One entry by its name, unpacked in memory, at most limit bytes. END: there is none of that name.
 * REJECT: no ZIP, damaged, larger, or a name that stands twice. */
enum status zip_entry(const char *from, const char *name, size_t limit, struct arena *arena,
                      char **bytes, size_t *size, struct error *error);

#endif
