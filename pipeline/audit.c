#include "pipeline/audit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive/evidence.h"
#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "index/mirror.h"
#include "pipeline/audit_entries.h"
#include "pipeline/audit_ledger.h"

struct audit {
    const struct warehouse *warehouse;
    struct db *db;
    struct mirror *mirror; /* NULL: no package was compared yet */
    bool damaged;          /* the catalogue cannot be compared: told once */
    audit_finding *finding;
    void *context;
    struct arena *arena;
    struct entries entries;
    int64_t journal_size; /* when entries were read */
    struct anchor_report report;
    int journal_faults; /* of chain and anchors */
};

/* ---------------------------------------------------------------- the journal, once */

static void note(void *context, const char *place, const char *sentence)
{
    struct audit *audit = context;
    audit->journal_faults++;
    audit->finding(audit->context,
                   arena_printf(audit->arena, "%s/%s", audit->warehouse->journal, place), sentence);
}

static int64_t journal_size(const char *folder)
{
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    int64_t size = 0;
    file_list(folder, arena, &names, &count, NULL);
    for (size_t i = 0; i < count; i++) {
        const char *dot = strrchr(names[i], '.');
        size +=
            dot && strcmp(dot, ".jsonl") == 0 ? file_size(file_join(arena, folder, names[i])) : 0;
    }
    arena_free(arena);
    return size;
}

static enum status read_entries(struct audit *audit, struct error *error)
{
    struct journal_summary summary;
    const char *folder = audit->warehouse->journal;
    int64_t size = journal_size(folder);
    struct entries entries = {.named = NULL};
    enum status status = journal_read(folder, entries_take, NULL, &entries, &summary, error);
    if (status != STATUS_OK && status != STATUS_REJECT) {
        entries_clear(&entries);
        return status;
    }
    entries_gather(&entries);
    entries_clear(&audit->entries);
    audit->entries = entries;
    audit->journal_size = size;
    return STATUS_OK;
}

enum status audit_open(const struct warehouse *warehouse, struct db *db, audit_finding *finding,
                       void *context, struct audit **out, struct error *error)
{
    struct audit *audit = memory_new(sizeof *audit);
    *audit = (struct audit){.warehouse = warehouse,
                            .db = db,
                            .finding = finding,
                            .context = context,
                            .arena = arena_new()};
    *out = NULL;
    struct journal_mark mark = {0};
    const struct anchor_witness witness = {.trust = archive_roots(&warehouse->archive),
                                           .mark = &mark,
                                           .settings = &warehouse->archive,
                                           .store = warehouse->store};
    enum status status = db ? journal_mark_read(db, &mark, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = anchor_check(warehouse->journal, &witness, &audit->report, note, audit, error);
    if (status == STATUS_OK || status == STATUS_REJECT)
        status = read_entries(audit, error);
    if (status != STATUS_OK) {
        audit_close(audit);
        return status;
    }
    *out = audit;
    return STATUS_OK;
}

void audit_close(struct audit *audit)
{
    if (!audit)
        return;
    mirror_close(audit->mirror);
    arena_free(audit->arena);
    entries_clear(&audit->entries);
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

/* What the journal says of the package at path; NULL: nothing. */
static const struct bond *bond_of(const struct audit *audit, const char *path)
{
    struct arena *arena = arena_new();
    const char *name = file_name(path);
    const struct bond *bond = bonds_find(
        &audit->entries.packages, file_name(arena_strndup(arena, path, (size_t)(name - path - 1))),
        store_version(name));
    arena_free(arena);
    return bond;
}

int64_t audit_entry(const struct audit *audit, const char *path)
{
    const struct bond *bond = bond_of(audit, path);
    return bond ? bond->sequence : 0;
}

enum audit_bond audit_bond(const struct audit *audit, const char *path)
{
    struct arena *arena = arena_new();
    char hash[HASH_HEX_SIZE] = "";
    const char *name = file_name(path);
    const char *id = file_name(arena_strndup(arena, path, (size_t)(name - path - 1)));
    int version = store_version(name);
    const struct bond *bond = bonds_find(&audit->entries.packages, id, version);
    bool same = bond && hash_file(store_tagmanifest(path, arena), hash, NULL) == STATUS_OK &&
                strcmp(hash, bond->hash) == 0;
    bool broken = bond ? !same : bonds_know_older(&audit->entries.packages, id, version);
    arena_free(arena);
    return broken ? AUDIT_BROKEN : bond ? AUDIT_BOUND : AUDIT_UNBOUND;
}

const char *audit_place(const struct audit *audit, const char *path)
{
    const struct bond *bond = bond_of(audit, path);
    return bond ? bond->place : NULL;
}

/* A second one of the same document, under another year, is what others would find instead of it.
 */
static void check_place(struct audit *audit, const char *path, struct arena *arena)
{
    const char *place = audit_place(audit, path), *here = store_place(path);
    bool inside = strcmp(file_join(arena, audit->warehouse->store, here), path) == 0;
    if (inside && place && strcmp(place, here) != 0)
        audit->finding(
            audit->context, path,
            arena_printf(arena,
                         _("The journal says that it was stored as %s. Here lies a copy, "
                           "or it was moved: take the copy away, or put it back."),
                         place));
}

static void check_bond(struct audit *audit, const char *path, const char *id, int version,
                       struct arena *arena, struct audit_package *out)
{
    const struct bond *bond = bonds_find(&audit->entries.packages, id, version);
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

/* ---------------------------------------------------------------- its evidence record */

enum audit_record audit_record(const struct audit *audit, const char *path, const char *record,
                               struct evidence_verdict *verdict, struct error *why)
{
    struct arena *arena = arena_new();
    struct document document = {.version = 0};
    const struct bond *bond = NULL;
    enum audit_record is = AUDIT_RECORD_DAMAGED;
    memset(verdict, 0, sizeof *verdict);
    *why = (struct error){""};
    if (document_read(package_part_path(arena, path, PACKAGE_DOCUMENT), arena, &document, why) !=
        STATUS_OK)
        goto done;
    bond = bonds_find(&audit->entries.records, document.id, document.version);
    bool named = bond && *bond->hash;
    if (!file_exists(record)) {
        is = named ? AUDIT_RECORD_GONE : AUDIT_RECORD_NONE;
        if (named)
            error_set(why, STATUS_REJECT,
                      _("Its evidence record is gone: entry %lld of the journal names one."),
                      (long long)bond->sequence);
        goto done;
    }
    evidence_check(store_tagmanifest(path, arena), record,
                   archive_roots(&audit->warehouse->archive), verdict, why);
    if (!verdict->intact)
        goto done;
    is = !named                                      ? AUDIT_RECORD_UNNAMED
         : evidence_goes_on_from(record, bond->hash) ? AUDIT_RECORD_NAMED
                                                     : AUDIT_RECORD_OTHER;
    if (is == AUDIT_RECORD_OTHER)
        error_set(why, STATUS_REJECT,
                  _("Its evidence record is not the one that entry %lld of the journal names."),
                  (long long)bond->sequence);
done:
    arena_free(arena);
    return is;
}

bool audit_record_is_whole(enum audit_record is)
{
    return is == AUDIT_RECORD_NONE || is == AUDIT_RECORD_NAMED || is == AUDIT_RECORD_UNNAMED;
}

/* Whether its authorities are trusted is another question than whether it is the one that was made.
 */
static void check_evidence(struct audit *audit, const char *path, const struct document *document,
                           struct arena *arena, struct audit_package *out)
{
    if (!audit->warehouse->root)
        return;
    out->record = audit_record(
        audit, path, pipeline_evidence(audit->warehouse, document->id, document->version, arena),
        &out->evidence, &out->distrust);
    if (audit_record_is_whole(out->record))
        return;
    audit->finding(
        audit->context, path,
        out->record == AUDIT_RECORD_DAMAGED
            ? arena_printf(arena, _("Its evidence record does not hold: %s"), out->distrust.text)
            : arena_strdup(arena, out->distrust.text));
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

static void tell_damage(struct audit *audit, const struct error *error)
{
    audit->damaged = true;
    audit->finding(audit->context, file_join(audit->arena, audit->warehouse->root, "sohoa.db"),
                   error->text);
}

static void tell_difference(struct audit *audit, const char *path, const char *difference,
                            struct arena *arena, struct audit_package *out)
{
    bool words = strcmp(difference, "catalog_text") == 0;
    bool names = strcmp(difference, "catalog_names") == 0;
    out->differs = arena_strdup(audit->arena, difference);
    audit->finding(
        audit->context, path,
        words   ? _("A search does not find this document by the words of its package: sohoa "
                      "reindex")
        : names ? _("A search does not find this document by a name in its package: sohoa reindex")
                : arena_printf(arena,
                               _("The catalogue says something else than the package (%s): sohoa "
                                 "index %s"),
                               difference, path));
}

static enum status check_row(struct audit *audit, const char *path, const struct document *document,
                             struct arena *arena, struct audit_package *out, struct error *error)
{
    const char *difference = NULL;
    int version = 0;
    enum status status = STATUS_OK;
    out->compared = audit->db != NULL && !audit->damaged;
    if (audit->db)
        status = index_version(audit->db, document->id, &version, error);
    out->newer_in_catalogue = version > document->version;
    /* It keeps the newest version. Of one that it does not have yet pipeline_check tells, unless a
     * run is about to enter it. */
    if (!out->compared || !out->newest || status != STATUS_OK ||
        (version > 0 && version < document->version))
        return status;
    status = compare_rows(audit, path, arena, &difference, error);
    if (status == STATUS_REJECT) { /* store_verify tells what is wrong with the package */
        out->in_catalogue = version > 0;
        return STATUS_OK;
    }
    if (status == STATUS_FATAL) {
        tell_damage(audit, error);
        out->compared = false;
        return STATUS_OK;
    }
    out->in_catalogue = status == STATUS_OK;
    out->words = audit->mirror && mirror_has_words(audit->mirror);
    out->agrees = status == STATUS_OK && !difference;
    if (status == STATUS_OK && difference)
        tell_difference(audit, path, difference, arena, out);
    return status == STATUS_END ? STATUS_OK : status; /* no row: pipeline_check tells it */
}

static enum status check_ledger(struct audit *audit, const char *path,
                                const struct document *document, struct arena *arena,
                                struct audit_package *out, struct error *error)
{
    const char *why = NULL;
    int version = 0;
    if (!audit->db || !out->newest)
        return STATUS_OK;
    enum status status = index_version(audit->db, document->id, &version, error);
    if (status == STATUS_OK)
        status = audit_ledger(audit->warehouse, audit->db, path, document, version, out->stored,
                              arena, &out->ledger, &why, error);
    if (why)
        out->ledger_why = arena_strdup(audit->arena, why);
    if (status == STATUS_OK && out->ledger == AUDIT_LEDGER_DIFFERS)
        audit->finding(audit->context, path, why);
    return status;
}

bool audit_has_words(const struct audit *audit)
{
    return !audit->mirror || mirror_has_words(audit->mirror);
}

enum status audit_more_words(struct audit *audit, struct error *error)
{
    int64_t more = 0;
    bool asked = audit->mirror && !audit->damaged;
    enum status status = asked ? mirror_more_words(audit->mirror, &more, error) : STATUS_OK;
    if (status == STATUS_FATAL) {
        tell_damage(audit, error);
        status = STATUS_OK;
    }
    if (status == STATUS_OK && more != 0)
        audit->finding(audit->context, "sohoa.db",
                       arena_printf(audit->arena,
                                    message_count("The full text holds %lld word that no package "
                                                  "has at that page: sohoa reindex",
                                                  "The full text holds %lld words that no package "
                                                  "has at that page: sohoa reindex",
                                                  more),
                                    (long long)more));
    return status;
}

static bool is_unknown(const struct audit *audit, const struct document *document)
{
    const struct named *named = entries_named(&audit->entries, document->id);
    const struct bonds *packages = &audit->entries.packages;
    return !named || !named->stored ||
           (!bonds_find(packages, document->id, document->version) &&
            bonds_know_older(packages, document->id, document->version));
}

/* A package gets its name, then its entry. One that came while others are judged is in the journal
 * as it stands now, or in a moment. */
static enum status look_again(struct audit *audit, const char *path,
                              const struct document *document, struct error *error)
{
    enum { TRIES = 20, STEP_US = 100000, YOUNG_S = 5 };
    enum status status = STATUS_OK;
    struct stat info;
    for (int i = 0; i < TRIES && status == STATUS_OK && is_unknown(audit, document); i++) {
        bool grew = journal_size(audit->warehouse->journal) != audit->journal_size;
        if (!grew && (stat(path, &info) != 0 || time(NULL) - info.st_ctime > YOUNG_S))
            break;
        if (grew)
            status = read_entries(audit, error);
        else
            usleep(STEP_US);
    }
    return status;
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
    if ((status = look_again(audit, path, &document, error)) != STATUS_OK)
        goto done;
    const struct named *named = entries_named(&audit->entries, document.id);
    out->entries = named ? named->entries : 0;
    out->stored = named && named->stored;
    if (!out->stored)
        audit->finding(audit->context, path,
                       _("The journal does not know that this document was stored."));
    check_bond(audit, path, document.id, document.version, arena, out);
    check_place(audit, path, arena);
    check_evidence(audit, path, &document, arena, out);
    if (named && named->is_signed)
        check_signed(audit, path, &document, arena);
    status = store_find(audit->warehouse->store, document.id, 0, arena, &newest, NULL);
    out->newest = status == STATUS_OK && strcmp(store_place(newest), store_place(path)) == 0;
    status = check_row(audit, path, &document, arena, out, error);
    if (status == STATUS_OK)
        status = check_ledger(audit, path, &document, arena, out, error);
done:
    arena_free(arena);
    return status;
}

bool audit_knows(const struct audit *audit, const char *path)
{
    struct arena *arena = arena_new();
    const char *name = file_name(path);
    const struct named *named = entries_named(
        &audit->entries, file_name(arena_strndup(arena, path, (size_t)(name - path - 1))));
    arena_free(arena);
    return named != NULL && named->stored;
}

enum status audit_missing(struct audit *audit, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    for (size_t i = 0; i < audit->entries.packages.count && status == STATUS_OK; i++) {
        const struct bond *bond = &audit->entries.packages.list[i];
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
    for (size_t i = 0; i < audit->entries.packages.count && status == STATUS_OK; i++)
        status = visit(context, audit->entries.packages.list[i].place, error);
    return status;
}
