/* What evidence records prove of the files of a package. */
#include <stdio.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/package/bag.h"
#include "archive/evidence.h"
#include "archive/package/masters.h"
#include "archive/store.h"
#include "archive/pdf/xmp.h"
#include "core/file.h"
#include "core/package.h"

#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)

/* One file, and the best record for it so far. */
struct search {
    bool lasting; /* the best is the one that ends last */
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

/* The earlier moment, of the same the longer proof; or (lasting) the other way round. */
static void take(struct search *search, const char *since, const char *until)
{
    int earlier = strcmp(search->since, since), longer = strcmp(until, search->until);
    int order = search->lasting ? longer ? longer : earlier : earlier ? earlier : longer;
    if (*search->since && order <= 0)
        return;
    memcpy(search->since, since, sizeof search->since);
    memcpy(search->until, until, sizeof search->until);
}

static void try_record(struct search *search, const char *package, const char *record)
{
    struct evidence_verdict verdict;
    if (file_exists(record) && covers(package, search->hash) &&
        evidence_check(store_tagmanifest(package, search->arena), record, search->roots, &verdict,
                       NULL) == STATUS_OK)
        take(search, verdict.since, verdict.until);
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

/* ---------------------------------------------------------------- what our own PDF proves */

/* Does the PDF name this hash as that of the PDF that the document came in as? */
static bool is_named(const char *pdf, const char *hash, struct arena *arena)
{
    struct pdf_file file;
    if (pdf_file_open(pdf, &file, NULL) != STATUS_OK)
        return false;
    const char *told = xmp_property(xmp_of(&file, arena), RECEIVED_PROPERTY);
    bool is = told && strcmp(told, hash) == 0;
    pdf_file_close(&file);
    return is;
}

/* What came in was there when the PDF that names it got its time-stamp. */
static void try_document(struct search *search, const char *package,
                         const struct archive_trust *trust)
{
    struct arena *arena = search->arena;
    struct archive_verdict verdict = {.pages = 0};
    const char *part = package_part(PACKAGE_PDF);
    if (!file_exists(package_path(arena, package, part)))
        part = package_volume(PACKAGE_PDF, 1, arena);
    const char *pdf = package_path(arena, package, part);
    if (!file_exists(pdf) || !is_named(pdf, search->hash, arena))
        return;
    const struct archive_trust own = store_trust(package, part, trust, arena);
    archive_judge(pdf, &own, &verdict, NULL, NULL, NULL);
    if (!verdict.trusted || !verdict.intact || !*verdict.stamped_at)
        return;
    /* a record of before the PDF's own proofs are over goes on from there */
    bool longer = own.proven && strcmp(own.proven, verdict.provable_until) < 0 &&
                  strcmp(own.proven_until, verdict.provable_until) > 0;
    take(search, verdict.stamped_at, longer ? own.proven_until : verdict.provable_until);
}

/* ---------------------------------------------------------------- the best of it */

/* A record is there at all: else no file needs to be read for it. */
static bool has_records(const char *package, const struct archive_trust *trust, struct arena *arena)
{
    return (trust->evidence && file_is_folder(trust->evidence)) ||
           file_exists(arena_printf(arena, "%s" EVIDENCE_SUFFIX, package));
}

static struct archive_trust search_all(const char *package, const char *part,
                                       const struct archive_trust *trust, bool lasting,
                                       struct arena *arena)
{
    struct archive_trust own = *trust;
    const char *sets[] = {trust->state, trust->open, trust->own};
    char hash[HASH_HEX_SIZE];
    struct search search = {.lasting = lasting, .roots = "", .hash = hash, .arena = arena};
    own.proven = own.proven_until = NULL;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (sets[i] && *sets[i])
            search.roots =
                arena_printf(arena, "%s%s%s", search.roots, *search.roots ? "\n" : "", sets[i]);
    bool received = strcmp(part, package_part(PACKAGE_RECEIVED)) == 0;
    if (!*search.roots || (!received && !has_records(package, trust, arena)) ||
        hash_file(package_path(arena, package, part), hash, NULL) != STATUS_OK)
        return own;
    if (received)
        try_document(&search, package, trust);
    if (trust->evidence)
        try_versions(&search, package, trust->evidence);
    try_record(&search, package, arena_printf(arena, "%s" EVIDENCE_SUFFIX, package));
    if (*search.since) {
        own.proven = arena_strdup(arena, search.since);
        own.proven_until = arena_strdup(arena, search.until);
    }
    return own;
}

struct archive_trust store_trust(const char *package, const char *part,
                                 const struct archive_trust *trust, struct arena *arena)
{
    return search_all(package, part, trust, false, arena);
}

struct archive_trust store_trust_lasting(const char *package, const char *part,
                                         const struct archive_trust *trust, struct arena *arena)
{
    return search_all(package, part, trust, true, arena);
}

bool store_received_trusted(const char *package, const struct archive_trust *trust,
                            struct arena *arena)
{
    const char *report = package_part_path(arena, package, PACKAGE_RECEIVED_REPORT);
    const char *path = package_part_path(arena, package, PACKAGE_RECEIVED);
    struct archive_trust then = *trust;
    struct archive_received found;
    struct archive_verdict verdict;
    struct archive_signature *list = NULL;
    if (archive_received_read(report, arena, &found, NULL) != STATUS_OK || !found.trusted)
        return false;
    then.proven = found.judged_at;
    then.proven_until = "";
    return archive_signatures(path, &then, arena, &verdict, &list, NULL, NULL, NULL) == STATUS_OK &&
           verdict.trusted;
}
