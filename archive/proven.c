/* What evidence records prove of the files of a package. */
#include <stdio.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/bag.h"
#include "archive/evidence.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/package.h"

#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)

/* One file, and the best record for it so far. */
struct search {
    const char *roots, *hash;
    struct arena *arena;
    char since[26], until[26];
};

static void ignore(void *context, const char *sentence)
{
    (void)context; /* faults of manifests are store_verify's */
    (void)sentence;
}

/* Does the manifest name of package know a file (NULL: any) with this hash? */
static bool names(const char *package, const char *name, const char *file, const char *hash,
                  struct arena *arena)
{
    struct bag_file *files = NULL;
    size_t size = 0, count = 0;
    char *text = NULL;
    if (file_read(file_join(arena, package, name), MANIFEST_MAX, arena, &text, &size, NULL) !=
        STATUS_OK)
        return false;
    bag_parse(name, text, size, arena, &files, &count, ignore, NULL);
    for (size_t i = 0; i < count; i++)
        if ((!file || strcmp(files[i].path, file) == 0) && strcmp(files[i].hash, hash) == 0)
            return true;
    return false;
}

/* From the file to what the record is about: manifest, tagmanifest. */
static bool covers(const char *package, const char *hash)
{
    struct arena *arena = arena_new();
    char manifest[HASH_HEX_SIZE];
    bool does = names(package, BAG_MANIFEST, NULL, hash, arena) &&
                hash_file(file_join(arena, package, BAG_MANIFEST), manifest, NULL) == STATUS_OK &&
                names(package, BAG_TAG_MANIFEST, BAG_MANIFEST, manifest, arena);
    arena_free(arena);
    return does;
}

static void try_record(struct search *search, const char *package, const char *record)
{
    struct evidence_verdict verdict;
    if (file_exists(record) && covers(package, search->hash) &&
        evidence_check(store_tagmanifest(package, search->arena), record, search->roots, &verdict,
                       NULL) == STATUS_OK &&
        (!*search->since || strcmp(verdict.since, search->since) < 0)) {
        memcpy(search->since, verdict.since, sizeof search->since);
        memcpy(search->until, verdict.until, sizeof search->until);
    }
}

/* The record of each version up to this one. */
static void try_versions(struct search *search, const char *package, const char *folder)
{
    struct document document;
    struct arena *arena = search->arena;
    if (document_read(package_part_path(arena, package, PACKAGE_DOCUMENT), arena, &document,
                      NULL) != STATUS_OK)
        return;
    bool placed = store_version(file_name(package)) == document.version;
    for (int i = placed ? 1 : document.version; i <= document.version; i++) {
        const char *other =
            i == document.version
                ? package
                : arena_printf(arena, "%.*sv%d", (int)(file_name(package) - package), package, i);
        try_record(search, other, evidence_path(folder, document.id, i, arena));
    }
}

/* A record is there at all: else no file needs to be read for it. */
static bool has_records(const char *package, const struct archive_trust *trust, struct arena *arena)
{
    return (trust->evidence && file_is_folder(trust->evidence)) ||
           file_exists(arena_printf(arena, "%s" EVIDENCE_SUFFIX, package));
}

struct archive_trust store_trust(const char *package, const char *part,
                                 const struct archive_trust *trust, struct arena *arena)
{
    struct archive_trust own = *trust;
    const char *sets[] = {trust->state, trust->open, trust->own};
    char hash[HASH_HEX_SIZE];
    struct search search = {.roots = "", .hash = hash, .arena = arena};
    own.proven = own.proven_until = NULL;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (sets[i] && *sets[i])
            search.roots =
                arena_printf(arena, "%s%s%s", search.roots, *search.roots ? "\n" : "", sets[i]);
    if (!*search.roots || !has_records(package, trust, arena) ||
        hash_file(package_path(arena, package, part), hash, NULL) != STATUS_OK)
        return own;
    if (trust->evidence)
        try_versions(&search, package, trust->evidence);
    try_record(&search, package, arena_printf(arena, "%s" EVIDENCE_SUFFIX, package));
    if (*search.since) {
        own.proven = arena_strdup(arena, search.since);
        own.proven_until = arena_strdup(arena, search.until);
    }
    return own;
}
