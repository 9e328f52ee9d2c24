/* BagIt folders (RFC 8493): writing them and finding every fault in them. */
#ifndef SOHOA_ARCHIVE_BAG_H
#define SOHOA_ARCHIVE_BAG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/hash.h"
#include "core/status.h"

#define BAG_MANIFEST "manifest-sha256.txt"
#define BAG_TAG_MANIFEST "tagmanifest-sha256.txt"

struct bag_file {
    const char *path; /* relative to the bag: "data/document.pdf" */
    char hash[HASH_HEX_SIZE];
    int64_t bytes;
};

/* What bag-info.txt says beside the sums; NULL members are left out. */
struct bag_info {
    const char *identifier; /* External-Identifier */
    const char *group;      /* Bag-Group-Identifier */
    const char *source;     /* Source-Organization */
    const char *sender;     /* Internal-Sender-Identifier */
};

/* May this name stand in a bag of ours? Relative, no "." or "..", UTF-8 without control characters,
 * nothing another system would read as a drive, a home or a separator, no %: RFC 8493 codes it in
 * manifests, and not every validator decodes it. */
bool bag_name_allowed(const char *path);

/* A name from doubtful hands as it may be shown: cut, and bytes that are no text made visible. */
const char *bag_shown(struct arena *arena, const char *text, size_t size);

/* Sorts by path, as manifests are. */
void bag_sort(struct bag_file *files, size_t count);
/* Text of a manifest over sorted files, the same bytes for the same files. */
void bag_manifest(const struct bag_file *files, size_t count, struct buffer *out);
/* Writes the four tag files beside data/; payload is sorted. */
enum status bag_write(const char *folder, const struct bag_file *payload, size_t count,
                      const struct bag_info *info, struct error *error);

/* Reads a manifest's text into sorted files. What is no line "<64 hex digits>  <allowed name>", a
 * name that stands twice or an order or form we do not write is told to finding(); such lines
 * are left out. Other line ends, a byte order mark, upper-case digits, other blanks are read as
 * what they mean (RFC 8493, 2.1.3, 2.4) and told in one sentence. text needs no 0 at its end. */
typedef void bag_finding(void *context, const char *sentence);
void bag_parse(const char *name, const char *text, size_t size, struct arena *arena,
               struct bag_file **files, size_t *count, bag_finding *finding, void *context);

struct bag_report {
    int files;            /* ordinary files in it, tag files too */
    int64_t bytes;        /* of them */
    char identifier[128]; /* External-Identifier, "" unknown */
};

/* Does bag-info.txt say that sohoa made the bag? Also of a bag that is damaged otherwise. */
bool bag_is_ours(const char *folder);
/* The manifest of another program as we would write its lines: LF for CR, LF and CR LF, no byte
 * order mark, lower-case digits, two blanks. In the arena. */
char *bag_plain(const char *text, size_t size, struct arena *arena, size_t *out_size);

/* Recomputes everything: each file's hash, none missing, none extra, nothing but ordinary files and
 * folders, tag files as they were written, the sums of bag-info.txt. finding() gets each fault.
 * OK: looked at all, with or without faults. RETRY: the folder cannot be listed. */
enum status bag_check(const char *folder, struct bag_report *report, bag_finding *finding,
                      void *context, struct error *error);

#endif
