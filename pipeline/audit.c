#include "pipeline/audit.h"

#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"

/* How often each document is named; sorted by id once all is read. */
struct named {
    char id[37];
    int64_t entries;
    bool stored;
};

struct audit {
    const struct warehouse *warehouse;
    struct db *db;
    audit_finding *finding;
    void *context;
    struct arena *arena;
    struct named *named;
    size_t count, room;
    struct anchor_report report;
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
        } else {
            audit->named[++kept] = audit->named[i];
        }
    }
    audit->count = kept + 1;
}

static bool says_stored(const char *action)
{
    static const char *const words[] = {"store", "import", "restore", "repair"};
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
    *one = (struct named){.entries = 1, .stored = says_stored(record->action)};
    memcpy(one->id, record->object, sizeof one->id);
    return STATUS_OK;
}

static void note(void *context, const char *place, const char *sentence)
{
    struct audit *audit = context;
    audit->finding(audit->context,
                   arena_printf(audit->arena, "%s/%s", audit->warehouse->journal, place), sentence);
}

enum status audit_open(const struct warehouse *warehouse, struct db *db, audit_finding *finding,
                       void *context, struct audit **out, struct error *error)
{
    struct audit *audit = memory_new(sizeof *audit);
    struct journal_summary summary;
    *audit = (struct audit){warehouse, db, finding, context, arena_new(), NULL, 0, 0, {0}};
    *out = NULL;
    enum status status = anchor_check(warehouse->journal, NULL, archive_roots(&warehouse->archive),
                                      &audit->report, note, audit, error);
    if (status == STATUS_OK || status == STATUS_REJECT)
        status = journal_read(warehouse->journal, take, NULL, audit, &summary, error);
    if (status != STATUS_OK && status != STATUS_REJECT) {
        audit_close(audit);
        return status;
    }
    gather(audit);
    *out = audit;
    return STATUS_OK;
}

void audit_close(struct audit *audit)
{
    if (!audit)
        return;
    arena_free(audit->arena);
    free(audit->named);
    free(audit);
}

const struct anchor_report *audit_journal(const struct audit *audit)
{
    return &audit->report;
}

/* ---------------------------------------------------------------- one package */

/* The last three parts: "<year>/<id>/v<version>". */
static const char *place_of(const char *path)
{
    const char *at = path + strlen(path);
    for (int slashes = 0; at > path; at--)
        if (at[-1] == '/' && ++slashes == 3)
            break;
    return at;
}

static enum status check_row(struct audit *audit, const char *path, const struct document *document,
                             struct arena *arena, struct audit_package *out, struct error *error)
{
    const char *difference = NULL;
    if (!audit->db || !out->newest) /* the catalogue keeps the newest version */
        return STATUS_OK;
    enum status status =
        index_compare(audit->db, document, place_of(path), arena, &difference, error);
    out->in_catalogue = status == STATUS_OK;
    if (status == STATUS_OK && difference)
        audit->finding(audit->context, path,
                       arena_printf(arena,
                                    _("The catalogue says another %s than document.json: sohoa "
                                      "index %s"),
                                    difference, path));
    return status == STATUS_END ? STATUS_OK : status; /* no row: pipeline_check tells it */
}

enum status audit_package(struct audit *audit, const char *path, struct audit_package *out,
                          struct error *error)
{
    struct arena *arena = arena_new();
    struct document document;
    const char *newest = NULL;
    struct named key = {.entries = 0};
    *out = (struct audit_package){0};
    enum status status =
        document_read(package_part_path(arena, path, PACKAGE_DOCUMENT), arena, &document, NULL);
    if (status != STATUS_OK) {
        status = STATUS_OK; /* store_verify tells it */
        goto done;
    }
    memcpy(key.id, document.id, sizeof key.id);
    const struct named *named =
        audit->count ? bsearch(&key, audit->named, audit->count, sizeof *audit->named, by_id)
                     : NULL;
    out->entries = named ? named->entries : 0;
    out->stored = named && named->stored;
    if (!out->stored)
        audit->finding(audit->context, path,
                       _("The journal does not know that this document was stored."));
    status = store_find(audit->warehouse->store, document.id, 0, arena, &newest, NULL);
    out->newest = status == STATUS_OK && strcmp(place_of(newest), place_of(path)) == 0;
    status = check_row(audit, path, &document, arena, out, error);
done:
    arena_free(arena);
    return status;
}
