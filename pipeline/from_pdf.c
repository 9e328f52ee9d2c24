/* The catalogue made again from PDFs alone: what XMP and text layer say. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "pipeline/pipeline.h"

/* A PDF of ours, before it is entered with the other volumes of its document. */
struct volume {
    const char *path;
    char id[37];
    int version; /* of the package it lies in, else of its XMP */
    size_t first, pages, order;
};

struct rebuild {
    const struct warehouse *warehouse;
    struct db *db;
    struct index *index;
    void (*finding)(void *context, const char *path, const char *sentence);
    void *context;
    struct arena *arena;
    struct volume *volumes;
    size_t count, room;
    const char *folder;
    struct from_pdf *out;
};

/* ---------------------------------------------------------------- which PDFs there are */

/* The version of the package that the PDF lies in, ".../<id>/v3/data/representations/rep1/data/x";
 * 0: it lies alone. */
static int version_of_place(const char *path, const char *id, struct arena *arena)
{
    const char *place = strstr(path, arena_printf(arena, "/%s/v", id));
    char *end = NULL;
    if (!place)
        return 0;
    long version = strtol(place + 39, &end, 10);
    return version > 0 && version < 1000000 && strncmp(end, "/" PACKAGE_ROOT "/", 6) == 0
               ? (int)version
               : 0;
}

static enum status add_pdf(struct rebuild *r, const char *path, struct error *error)
{
    struct archive_identity identity;
    struct error why = {""};
    struct arena *arena = arena_new();
    enum status status = archive_identify(path, arena, &identity, &why);
    if (status == STATUS_REJECT) {
        r->out->refused++;
        r->finding(r->context, path, why.text);
        status = STATUS_OK;
        goto done;
    }
    if (status != STATUS_OK) {
        status = error_set(error, status, "%s", why.text);
        goto done;
    }
    if (r->count == r->room) {
        r->room = r->room ? 2 * r->room : 256;
        r->volumes = memory_resize(r->volumes, r->room * sizeof *r->volumes);
    }
    struct volume *volume = &r->volumes[r->count];
    *volume = (struct volume){.path = arena_strdup(r->arena, path),
                              .version = version_of_place(path, identity.document.id, arena),
                              .first = identity.first,
                              .pages = identity.pages,
                              .order = r->count++};
    memcpy(volume->id, identity.document.id, sizeof volume->id);
    if (volume->version == 0)
        volume->version = identity.document.version;
    r->out->pdfs++;
done:
    arena_free(arena);
    return status;
}

static bool is_pdf(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".pdf") == 0;
}

static enum status add_file(void *context, const char *relative, struct error *error)
{
    struct rebuild *r = context;
    /* what came in as a PDF is another's; ours lies beside it */
    if (!is_pdf(relative) || strstr(relative, "representations/rep4/"))
        return STATUS_OK;
    return add_pdf(r, file_join(r->arena, r->folder, relative), error);
}

/* By document, its newest version first, volume by volume; of the same one the last found first. */
static int by_document(const void *a, const void *b)
{
    const struct volume *first = a, *second = b;
    int order = strcmp(first->id, second->id);
    if (order == 0)
        order = second->version - first->version;
    if (order == 0)
        order = (first->first > second->first) - (first->first < second->first);
    return order ? order : (second->order > first->order) - (second->order < first->order);
}

/* ---------------------------------------------------------------- one document */

static enum status add_text(const struct volume *volume, struct document *document,
                            const char **text, struct arena *arena, size_t *found,
                            struct error *error)
{
    char **pages = NULL;
    size_t count = 0;
    enum status status = archive_text(volume->path, arena, &pages, &count, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        size_t page = volume->first + i;
        if (page >= document->page_count)
            break;
        text[page] = pages[i];
        document->pages[page].blank = *pages[i] == '\0'; /* a blank back has no word */
        ++*found;
    }
    return status;
}

/* What the text of a further volume says and that of those before it does not. */
static enum status add_fields(const struct volume *volume, struct document *document,
                              struct arena *arena, struct error *error)
{
    struct archive_identity identity;
    enum status status = archive_identify(volume->path, arena, &identity, error);
    if (status != STATUS_OK)
        return status;
    const struct document *more = &identity.document;
    for (int id = 0; id < FIELD_COUNT; id++)
        if (document->fields[id].value == NULL)
            document->fields[id] = more->fields[id];
    if (more->owner_count == 0)
        return STATUS_OK;
    size_t count = document->owner_count + more->owner_count;
    struct document_owner *owners = arena_array(arena, count, sizeof *owners);
    for (size_t i = 0; i < count; i++)
        owners[i] = i < document->owner_count ? document->owners[i]
                                              : more->owners[i - document->owner_count];
    document->owners = owners;
    document->owner_count = count;
    return STATUS_OK;
}

/* Where its package would lie. */
static const char *place_of(const struct document *document, struct arena *arena)
{
    const char *batch =
        document->batch && strspn(document->batch, "0123456789") >= 4 ? document->batch : "0000";
    return arena_printf(arena, "%.4s/%s/v%d", batch, document->id, document->version);
}

static enum status enter(struct rebuild *r, const struct volume *volumes, size_t count,
                         struct error *error)
{
    struct archive_identity identity;
    struct arena *arena = arena_new();
    int there = 0;
    size_t found = 0;
    enum status status = index_version(r->db, volumes[0].id, &there, error);
    if (status == STATUS_OK && there > 0) { /* what a package says is never given up for less */
        r->out->there++;
        goto done;
    }
    if (status == STATUS_OK)
        status = archive_identify(volumes[0].path, arena, &identity, error);
    if (status != STATUS_OK)
        goto done;
    struct document *document = &identity.document;
    document->version = volumes[0].version;
    const char **text = arena_array(arena, document->page_count + 1, sizeof *text);
    for (size_t i = 0; i < document->page_count; i++)
        text[i] = "";
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        if (volumes[i].version != volumes[0].version ||
            (i > 0 && volumes[i].first == volumes[i - 1].first))
            continue;
        if (i > 0)
            status = add_fields(&volumes[i], document, arena, error);
        if (status == STATUS_OK)
            status = add_text(&volumes[i], document, text, arena, &found, error);
    }
    if (status == STATUS_OK && found < document->page_count) {
        r->out->incomplete++;
        r->finding(r->context, volumes[0].path,
                   arena_printf(arena,
                                _("Of the %zu pages of document %s only %zu are here: another "
                                  "volume is missing."),
                                document->page_count, document->id, found));
    }
    if (status == STATUS_OK)
        status = index_document(r->index, document, place_of(document, arena), text, error);
    r->out->documents += status == STATUS_OK;
done:
    arena_free(arena);
    return status;
}

/* One that cannot be read does not hold the others. */
static enum status enter_all(struct rebuild *r, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0, next; i < r->count && status == STATUS_OK; i = next) {
        struct error why = {""};
        for (next = i + 1; next < r->count && strcmp(r->volumes[next].id, r->volumes[i].id) == 0;)
            next++;
        status = enter(r, &r->volumes[i], next - i, &why);
        if (status == STATUS_REJECT) {
            r->out->refused++;
            r->finding(r->context, r->volumes[i].path, why.text);
            status = STATUS_OK;
        } else if (status != STATUS_OK) {
            error_set(error, status, "%s", why.text);
        }
    }
    return status;
}

enum status pipeline_from_pdf(const struct warehouse *warehouse, struct db *db,
                              const char *const *paths, size_t count,
                              void (*finding)(void *context, const char *path,
                                              const char *sentence),
                              void *context, struct from_pdf *out, struct error *error)
{
    struct rebuild r = {.warehouse = warehouse,
                        .db = db,
                        .finding = finding,
                        .context = context,
                        .arena = arena_new(),
                        .out = out};
    *out = (struct from_pdf){0};
    enum status status = index_open(db, &warehouse->roadmap, warehouse->config, &r.index, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        r.folder = paths[i];
        status = file_is_folder(paths[i]) ? file_walk(paths[i], add_file, &r, error)
                                          : add_pdf(&r, paths[i], error);
    }
    if (status == STATUS_OK && r.count > 0) {
        qsort(r.volumes, r.count, sizeof *r.volumes, by_document);
        status = enter_all(&r, error);
    }
    if (status == STATUS_OK)
        status = index_check(r.index, error);
    index_close(r.index);
    free(r.volumes);
    arena_free(r.arena);
    return status;
}

/* ---------------------------------------------------------------- one that comes in as paper does
 */

static enum status known_here(const struct warehouse *warehouse, struct db *db, const char *id,
                              bool *known, struct error *error)
{
    struct arena *arena = arena_new();
    const char *path = NULL;
    int version = 0;
    enum status status = db ? index_version(db, id, &version, error) : STATUS_OK;
    *known = version > 0 || (warehouse->store &&
                             store_find(warehouse->store, id, 0, arena, &path, NULL) == STATUS_OK);
    arena_free(arena);
    return status;
}

enum status pipeline_is_own_pdf(const struct warehouse *warehouse, struct db *db, const char *path,
                                bool *own, struct error *error)
{
    struct archive_identity identity;
    struct arena *arena = arena_new();
    const char *agency = warehouse->archive.custodian;
    enum status status = STATUS_OK;
    *own = false;
    if (is_pdf(path) && archive_identify(path, arena, &identity, NULL) == STATUS_OK) {
        status = known_here(warehouse, db, identity.document.id, own, error);
        *own = *own || (agency && *agency && identity.document.custodian &&
                        strcmp(agency, identity.document.custodian) == 0);
        if (status == STATUS_OK && *own)
            error_set(error, STATUS_REJECT,
                      _("%s is the PDF of document %s, which this archive made itself; it is not "
                        "taken as a new paper. Its package comes in by 'sohoa import PACKAGE', and "
                        "when only PDFs are left, 'sohoa reindex --from-pdf' enters them."),
                      path, identity.document.id);
    }
    arena_free(arena);
    return status;
}
