#include "pipeline/audit.h"

#include <stdlib.h>
#include <string.h>

#include "archive/evidence.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "index/mirror.h"

/* How often each document is named; sorted by id once all is read. */
struct named {
    char id[37];
    int64_t entries;
    bool stored, is_signed;
};

/* The first entry that names the hash of a version; sorted by id and version. */
struct bond {
    char id[37];
    int version;
    int64_t sequence;
    char place[60]; /* "<year>/<id>/v<version>" */
    char hash[HASH_HEX_SIZE];
};

struct audit {
    const struct warehouse *warehouse;
    struct db *db;
    struct mirror *mirror; /* NULL: no package was compared yet */
    audit_finding *finding;
    void *context;
    struct arena *arena;
    struct named *named;
    size_t count, room;
    struct bond *bonds;
    size_t bond_count, bond_room;
    struct anchor_report report;
    int journal_faults; /* of chain and anchors */
};

/* ---------------------------------------------------------------- the journal, once */

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

/* Equal ids become one. */
static void gather(struct audit *audit)
{
    size_t kept = 0;
    if (audit->count == 0)
        return;
    qsort(audit->named, audit->count, sizeof *audit->named, by_id);
    for (size_t i = 1; i < audit->count; i++) {
        struct named *last = &audit->named[kept];
        if (strcmp(last->id, audit->named[i].id) == 0) {
            last->entries += audit->named[i].entries;
            last->stored |= audit->named[i].stored;
            last->is_signed |= audit->named[i].is_signed;
        } else {
            audit->named[++kept] = audit->named[i];
        }
    }
    audit->count = kept + 1;
}

static const struct named *named_of(const struct audit *audit, const char *id)
{
    struct named key = {.entries = 0};
    if (strlen(id) != sizeof key.id - 1 || audit->count == 0)
        return NULL;
    memcpy(key.id, id, sizeof key.id);
    return bsearch(&key, audit->named, audit->count, sizeof *audit->named, by_id);
}

static int by_bond(const void *a, const void *b)
{
    const struct bond *one = a, *other = b;
    int order = strcmp(one->id, other->id);
    if (order == 0)
        order = (one->version > other->version) - (one->version < other->version);
    return order ? order : (one->sequence > other->sequence) - (one->sequence < other->sequence);
}

/* Of the entries about a version the first stays: what it was when it came. */
static void gather_bonds(struct audit *audit)
{
    size_t kept = 0;
    if (audit->bond_count == 0)
        return;
    qsort(audit->bonds, audit->bond_count, sizeof *audit->bonds, by_bond);
    for (size_t i = 1; i < audit->bond_count; i++) {
        const struct bond *one = &audit->bonds[i];
        if (strcmp(audit->bonds[kept].id, one->id) != 0 ||
            audit->bonds[kept].version != one->version)
            audit->bonds[++kept] = *one;
    }
    audit->bond_count = kept + 1;
}

/* "... place=2026/<id>/v2 tagmanifest=<64 hex digits>", as pipeline_record_package writes it. */
static void take_bond(struct audit *audit, const struct journal_record *record)
{
    const char *place = strstr(record->detail, "place=");
    const char *hash = strstr(record->detail, " tagmanifest=");
    struct bond bond = {.sequence = record->sequence};
    if (!place || !hash)
        return;
    place += strlen("place=");
    hash += strlen(" tagmanifest=");
    if (strcspn(place, " ") >= sizeof bond.place ||
        strspn(hash, "0123456789abcdef") != sizeof bond.hash - 1)
        return;
    memcpy(bond.place, place, strcspn(place, " "));
    bond.version = store_version(file_name(bond.place));
    if (bond.version == 0)
        return;
    memcpy(bond.id, record->object, sizeof bond.id);
    memcpy(bond.hash, hash, sizeof bond.hash - 1);
    if (audit->bond_count == audit->bond_room) {
        audit->bond_room = audit->bond_room ? 2 * audit->bond_room : 256;
        audit->bonds = memory_resize(audit->bonds, audit->bond_room * sizeof *audit->bonds);
    }
    audit->bonds[audit->bond_count++] = bond;
}

static bool says_stored(const char *action)
{
    static const char *const words[] = {"store", "prove", "import", "restore", "repair"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(action, words[i]) == 0)
            return true;
    return false;
}

static enum status take(void *context, const struct journal_record *record, struct error *error)
{
    struct audit *audit = context;
    (void)error;
    if (strlen(record->object) != sizeof audit->named->id - 1)
        return STATUS_OK;
    if (audit->count == audit->room) {
        if (audit->room > 4096) /* a document that is looked at often is kept once */
            gather(audit);
        if (2 * audit->count >= audit->room) {
            audit->room = audit->room ? 2 * audit->room : 256;
            audit->named = memory_resize(audit->named, audit->room * sizeof *audit->named);
        }
    }
    struct named *one = &audit->named[audit->count++];
    *one = (struct named){.entries = 1,
                          .stored = says_stored(record->action),
                          .is_signed = strcmp(record->action, "sign") == 0};
    memcpy(one->id, record->object, sizeof one->id);
    if (one->stored)
        take_bond(audit, record);
    return STATUS_OK;
}

static void note(void *context, const char *place, const char *sentence)
{
    struct audit *audit = context;
    audit->journal_faults++;
    audit->finding(audit->context,
                   arena_printf(audit->arena, "%s/%s", audit->warehouse->journal, place), sentence);
}

enum status audit_open(const struct warehouse *warehouse, struct db *db, audit_finding *finding,
                       void *context, struct audit **out, struct error *error)
{
    struct audit *audit = memory_new(sizeof *audit);
    struct journal_summary summary;
    *audit = (struct audit){.warehouse = warehouse,
                            .db = db,
                            .finding = finding,
                            .context = context,
                            .arena = arena_new()};
    *out = NULL;
    struct journal_mark mark = {0};
    const struct anchor_witness witness = {.trust = archive_roots(&warehouse->archive),
                                           .mark = &mark};
    enum status status = db ? journal_mark_read(db, &mark, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = anchor_check(warehouse->journal, &witness, &audit->report, note, audit, error);
    if (status == STATUS_OK || status == STATUS_REJECT)
        status = journal_read(warehouse->journal, take, NULL, audit, &summary, error);
    if (status != STATUS_OK && status != STATUS_REJECT) {
        audit_close(audit);
        return status;
    }
    gather(audit);
    gather_bonds(audit);
    *out = audit;
    return STATUS_OK;
}

void audit_close(struct audit *audit)
{
    if (!audit)
        return;
    mirror_close(audit->mirror);
    arena_free(audit->arena);
    free(audit->named);
    free(audit->bonds);
    free(audit);
}

const struct anchor_report *audit_journal(const struct audit *audit)
{
    return &audit->report;
}

int audit_journal_faults(const struct audit *audit)
{
    return audit->journal_faults;
}

/* ---------------------------------------------------------------- one package */

/* The first bond from this version on; the end when there is none. */
static const struct bond *first_bond(const struct audit *audit, const char *id, int version)
{
    size_t low = 0;
    for (size_t high = audit->bond_count; low < high;) {
        size_t middle = (low + high) / 2;
        const struct bond *one = &audit->bonds[middle];
        int order = strcmp(one->id, id);
        if (order < 0 || (order == 0 && one->version < version))
            low = middle + 1;
        else
            high = middle;
    }
    return audit->bonds + low;
}

static const struct bond *bond_of(const struct audit *audit, const char *id, int version)
{
    const struct bond *bond = first_bond(audit, id, version);
    bool is = bond < audit->bonds + audit->bond_count && strcmp(bond->id, id) == 0 &&
              bond->version == version;
    return is ? bond : NULL;
}

/* Is an older version named? Then entries have had hashes since, and this one should have its own.
 */
static bool older_is_named(const struct audit *audit, const char *id, int version)
{
    const struct bond *bond = first_bond(audit, id, 0);
    return bond < audit->bonds + audit->bond_count && strcmp(bond->id, id) == 0 &&
           bond->version < version;
}

int64_t audit_entry(const struct audit *audit, const char *path)
{
    struct arena *arena = arena_new();
    const char *name = file_name(path);
    const struct bond *bond =
        bond_of(audit, file_name(arena_strndup(arena, path, (size_t)(name - path - 1))),
                store_version(name));
    arena_free(arena);
    return bond ? bond->sequence : 0;
}

enum audit_bond audit_bond(const struct audit *audit, const char *path)
{
    struct arena *arena = arena_new();
    char hash[HASH_HEX_SIZE] = "";
    const char *name = file_name(path);
    const char *id = file_name(arena_strndup(arena, path, (size_t)(name - path - 1)));
    int version = store_version(name);
    const struct bond *bond = bond_of(audit, id, version);
    bool same = bond && hash_file(store_tagmanifest(path, arena), hash, NULL) == STATUS_OK &&
                strcmp(hash, bond->hash) == 0;
    bool broken = bond ? !same : older_is_named(audit, id, version);
    arena_free(arena);
    return broken ? AUDIT_BROKEN : bond ? AUDIT_BOUND : AUDIT_UNBOUND;
}

static void check_bond(struct audit *audit, const char *path, const char *id, int version,
                       struct arena *arena, struct audit_package *out)
{
    const struct bond *bond = bond_of(audit, id, version);
    out->bond = audit_bond(audit, path);
    if (out->bond == AUDIT_BROKEN && bond)
        audit->finding(
            audit->context, path,
            arena_printf(arena,
                         _("This is not the package that was stored: its tagmanifest-sha256.txt is "
                           "not the one that entry %lld of the journal names."),
                         (long long)bond->sequence));
    else if (out->bond == AUDIT_BROKEN)
        audit->finding(audit->context, path,
                       arena_printf(arena,
                                    _("The journal names the versions before it, and no version "
                                      "%d of this document."),
                                    version));
}

/* Each volume of a document that was signed here has a signature. */
static void check_signed(struct audit *audit, const char *path, const struct document *document,
                         struct arena *arena)
{
    int last = (int)document->volume_count;
    for (int volume = last > 0; volume <= last; volume++) {
        const char *part = package_volume(PACKAGE_PDF, volume, arena);
        if (!archive_carries_signature(package_path(arena, path, part)))
            audit->finding(audit->context, path,
                           arena_printf(arena,
                                        _("%s carries no signature; the journal says that this "
                                          "document was signed."),
                                        file_name(part)));
    }
}

/* A record that is there has to fit, by the roots that are trusted. */
static void check_evidence(struct audit *audit, const char *path, const struct document *document,
                           struct arena *arena, struct audit_package *out)
{
    struct evidence_verdict verdict;
    struct error why = {""};
    const char *trust = audit->warehouse->archive.trust;
    const char *record =
        pipeline_evidence(audit->warehouse, document->id, document->version, arena);
    if (!audit->warehouse->root || !file_exists(record))
        return;
    enum status status = evidence_check(store_tagmanifest(path, arena), record,
                                        trust && *trust ? trust : NULL, &verdict, &why);
    out->evidence = status == STATUS_OK ? verdict.timestamps : 0;
    if (status != STATUS_OK)
        audit->finding(audit->context, path,
                       arena_printf(arena, _("Its evidence record does not hold: %s"), why.text));
}

/* Opened for the first package: looking at a journal alone needs none. */
static enum status compare_rows(struct audit *audit, const char *path, struct arena *arena,
                                const char **difference, struct error *error)
{
    const struct warehouse *warehouse = audit->warehouse;
    enum status status = STATUS_OK;
    if (!audit->mirror)
        status =
            mirror_open(audit->db, &warehouse->roadmap, warehouse->config, &audit->mirror, error);
    return status == STATUS_OK ? mirror_compare(audit->mirror, path, arena, difference, error)
                               : status;
}

static enum status check_row(struct audit *audit, const char *path, const struct document *document,
                             struct arena *arena, struct audit_package *out, struct error *error)
{
    const char *difference = NULL;
    int version = 0;
    enum status status = STATUS_OK;
    out->compared = audit->db != NULL;
    if (audit->db)
        status = index_version(audit->db, document->id, &version, error);
    out->newer_in_catalogue = version > document->version;
    /* It keeps the newest version. Of one that it does not have yet pipeline_check tells, unless a
     * run is about to enter it. */
    if (!audit->db || !out->newest || status != STATUS_OK ||
        (version > 0 && version < document->version))
        return status;
    status = compare_rows(audit, path, arena, &difference, error);
    if (status == STATUS_REJECT) { /* store_verify tells what is wrong with the package */
        out->in_catalogue = version > 0;
        return STATUS_OK;
    }
    out->in_catalogue = status == STATUS_OK;
    out->agrees = status == STATUS_OK && !difference;
    if (status == STATUS_OK && difference)
        audit->finding(audit->context, path,
                       arena_printf(arena,
                                    _("The catalogue says something else than the package (%s): "
                                      "sohoa index %s"),
                                    difference, path));
    return status == STATUS_END ? STATUS_OK : status; /* no row: pipeline_check tells it */
}

enum status audit_package(struct audit *audit, const char *path, struct audit_package *out,
                          struct error *error)
{
    struct arena *arena = arena_new();
    struct document document;
    const char *newest = NULL;
    *out = (struct audit_package){0};
    enum status status =
        document_read(package_part_path(arena, path, PACKAGE_DOCUMENT), arena, &document, NULL);
    if (status != STATUS_OK) {
        status = STATUS_OK; /* store_verify tells it */
        goto done;
    }
    const struct named *named = named_of(audit, document.id);
    out->entries = named ? named->entries : 0;
    out->stored = named && named->stored;
    if (!out->stored)
        audit->finding(audit->context, path,
                       _("The journal does not know that this document was stored."));
    check_bond(audit, path, document.id, document.version, arena, out);
    check_evidence(audit, path, &document, arena, out);
    if (named && named->is_signed)
        check_signed(audit, path, &document, arena);
    status = store_find(audit->warehouse->store, document.id, 0, arena, &newest, NULL);
    out->newest = status == STATUS_OK && strcmp(store_place(newest), store_place(path)) == 0;
    status = check_row(audit, path, &document, arena, out, error);
done:
    arena_free(arena);
    return status;
}

bool audit_knows(const struct audit *audit, const char *path)
{
    struct arena *arena = arena_new();
    const char *name = file_name(path);
    const struct named *named =
        named_of(audit, file_name(arena_strndup(arena, path, (size_t)(name - path - 1))));
    arena_free(arena);
    return named != NULL && named->stored;
}

enum status audit_missing(struct audit *audit, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    for (size_t i = 0; i < audit->bond_count && status == STATUS_OK; i++) {
        const struct bond *bond = &audit->bonds[i];
        const char *path = file_join(arena, audit->warehouse->store, bond->place);
        int version = 0;
        if (file_is_folder(path))
            continue;
        if (audit->db)
            status = index_version(audit->db, bond->id, &version, error);
        if (status == STATUS_OK && version == 0)
            audit->finding(audit->context, path,
                           _("The package is missing: it is recorded, and is not in the store."));
        status = status == STATUS_END ? STATUS_OK : status;
    }
    arena_free(arena);
    return status;
}

enum status audit_each_stored(const struct audit *audit,
                              enum status (*visit)(void *context, const char *place,
                                                   struct error *error),
                              void *context, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < audit->bond_count && status == STATUS_OK; i++)
        status = visit(context, audit->bonds[i].place, error);
    return status;
}
