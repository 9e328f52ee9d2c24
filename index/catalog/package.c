#include "index/catalog/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/corrected.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "core/package.h"
#include "core/words.h"
#include "index/text/full_text.h"
#include "index/schema.h"
#include "index/catalog/version.h"

static const char *const classes[INDEX_CLASSES] = {"color", "gray", "bilevel"};

/* The last three parts of a path; all of it when there are fewer. */
static const char *last_parts(const char *path, struct arena *arena)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    char *copy = arena_strndup(arena, path, length), *at = copy + length;
    for (int parts = 0; at > copy && parts < 3; parts++)
        do
            at--;
        while (at > copy && *at != '/');
    return *at == '/' ? at + 1 : at;
}

/* "2026/<36 characters>/v1" */
static bool is_place(const char *path)
{
    return strspn(path, "0123456789") == 4 && path[4] == '/' && strcspn(path + 5, "/") == 36 &&
           strncmp(path + 41, "/v", 2) == 0 && path[43] &&
           !path[43 + strspn(path + 43, "0123456789")];
}

/* Where it lies in whatever store it is looked up in: <year>/<document id>/v<version>. As it was
 * named, because a year or a document may be a link to another disk; by its real path only when it
 * was named in another way ("."). */
static enum status relative_path(const char *package, struct arena *arena, const char **out,
                                 struct error *error)
{
    *out = last_parts(package, arena);
    if (is_place(*out) && file_exists(package))
        return STATUS_OK;
    char *whole = realpath(package, NULL);
    if (!whole)
        return error_set(error, STATUS_REJECT, _("the package %s cannot be opened: %s"), package,
                         message_errno(errno));
    *out = last_parts(whole, arena);
    free(whole);
    return STATUS_OK;
}

/* The words of a page as they were approved, which is what its PDF says. A page that could not be
 * read, or is blank, may have none. */
static enum status page_text(const char *package, const struct document *document, size_t index,
                             struct arena *arena, const char **text, struct error *error)
{
    const struct document_page *page = &document->pages[index];
    const char *path = package_path(arena, package, package_page(PACKAGE_WORDS, page->name, arena));
    struct words words;
    *text = "";
    if (!file_exists(path) && (page->blank || page->held))
        return STATUS_OK;
    enum status status = words_read(path, arena, &words, error);
    if (status == STATUS_OK)
        *text = words_text(document_corrected(document, index, &words, arena), arena);
    return status;
}

/* Adds what one packing.json says; a package of another maker has none. */
static enum status add_sizes(const char *path, struct index_images *images, struct error *error)
{
    json_t *packing = NULL;
    if (!file_exists(path))
        return STATUS_OK;
    enum status status = json_read(path, &packing, error);
    const json_t *sizes = json_object_get(packing, "classes");
    for (size_t i = 0; i < INDEX_CLASSES; i++) {
        const json_t *row = json_object_get(sizes, images[i].class);
        images[i].pages += json_int(row, "pages", 0);
        images[i].bytes += json_int(row, "bytes", 0);
        images[i].over_budget += json_int(row, "over_budget", 0);
    }
    json_decref(packing);
    return status;
}

static enum status read_sizes(const char *package, const struct document *document,
                              struct arena *arena, struct entry *entry, struct error *error)
{
    struct index_images *images = arena_array(arena, INDEX_CLASSES, sizeof *images);
    int first = document->volume_count > 0 ? 1 : 0, last = (int)document->volume_count;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < INDEX_CLASSES; i++)
        images[i] = (struct index_images){.class = classes[i]};
    for (int i = first; i <= last && status == STATUS_OK; i++)
        status = add_sizes(package_path(arena, package, package_volume(PACKAGE_PACKING, i, arena)),
                           images, error);
    entry->images = images;
    return status;
}

static enum status read_package(const char *package, struct arena *arena, struct document *document,
                                struct entry *entry, struct error *error)
{
    enum status status = relative_path(package, arena, &entry->path, error);
    if (status == STATUS_OK)
        status = document_read(package_part_path(arena, package, PACKAGE_DOCUMENT), arena, document,
                               error);
    if (status != STATUS_OK)
        return status;
    const char **text = arena_array(arena, document->page_count + 1, sizeof *text);
    for (size_t i = 0; i < document->page_count && status == STATUS_OK; i++)
        status = page_text(package, document, i, arena, &text[i], error);
    entry->document = document;
    entry->text = text;
    return status == STATUS_OK ? read_sizes(package, document, arena, entry, error) : status;
}

/* What its first page came through; NULL: its facts do not say. */
static const char *scanner_of(const char *package, const struct document *document,
                              struct arena *arena)
{
    struct page page;
    if (document->page_count == 0)
        return NULL;
    const char *name = document->pages[0].name;
    const char *path = package_path(arena, package, package_page(PACKAGE_FACTS, name, arena));
    const char *folder = arena_strndup(arena, path, (size_t)(file_name(path) - path - 1));
    return page_read(folder, name, arena, &page, NULL) == STATUS_OK && *page.device ? page.device
                                                                                    : NULL;
}

/* The work in the caller's transaction when there is one, else in its own. */
static enum status in_transaction(struct index *index, const struct entry *entry,
                                  const char *scanner, struct error *error)
{
    bool own = !db_in_transaction(index->db);
    enum status status = own ? db_begin(index->db, error) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = catalog_put(index, entry, error);
    if (status == STATUS_OK && scanner)
        status = version_scanner(index, entry->document, scanner, error);
    if (own)
        status = db_end(index->db, status, error);
    return status;
}

enum status index_bulk_begin(struct index *index, struct error *error)
{
    bool own = !db_in_transaction(index->db);
    enum status status = own ? db_begin(index->db, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = text_put_off(index->db, error);
    if (own)
        status = db_end(index->db, status, error);
    index->bulk = status == STATUS_OK;
    return status;
}

enum status index_bulk_end(struct index *index, struct error *error)
{
    bool own = !db_in_transaction(index->db);
    enum status status = own ? db_begin(index->db, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = text_make_anew(index->db, index->channel, error);
    if (own)
        status = db_end(index->db, status, error);
    index->bulk = index->bulk && status != STATUS_OK;
    return status;
}

enum status index_package(struct index *index, const char *package, struct error *error)
{
    struct arena *arena = arena_new();
    struct document document;
    struct entry entry = {0};
    enum status status = read_package(package, arena, &document, &entry, error);
    if (status == STATUS_OK)
        status = in_transaction(index, &entry, scanner_of(package, &document, arena), error);
    arena_free(arena);
    return status;
}

enum status index_document(struct index *index, const struct document *document, const char *path,
                           const char *const *text, struct error *error)
{
    struct entry entry = {document, path, text, NULL};
    return in_transaction(index, &entry, NULL, error);
}

enum status index_each(struct db *db,
                       enum status (*visit)(void *context, const char *document_id, int version,
                                            const char *path, struct error *error),
                       void *context, struct error *error)
{
    struct db_query *query = NULL;
    enum status status =
        db_prepare(db, "SELECT document_id, version, path FROM catalog_entry ORDER BY document_id",
                   &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK)
        status = visit(context, db_text(query, 0), (int)db_int(query, 1), db_text(query, 2), error);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status index_version(struct db *db, const char *document_id, int *version, struct error *error)
{
    struct db_query *query = NULL;
    *version = 0;
    enum status status =
        db_prepare(db, "SELECT version FROM catalog_entry WHERE document_id = ?", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, document_id);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *version = (int)db_int(query, 0);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status index_image_sizes(struct db *db, struct index_images out[INDEX_CLASSES],
                              struct error *error)
{
    struct db_query *query = NULL;
    for (size_t i = 0; i < INDEX_CLASSES; i++)
        out[i] = (struct index_images){.class = classes[i]};
    if (!schema_has_images(db))
        return STATUS_OK;
    enum status status =
        db_prepare(db,
                   "SELECT class, CAST(sum(pages) AS bigint), CAST(sum(bytes) AS bigint),"
                   " CAST(sum(over_budget) AS bigint) FROM catalog_images GROUP BY class",
                   &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK)
        for (size_t i = 0; i < INDEX_CLASSES; i++)
            if (strcmp(db_text(query, 0), classes[i]) == 0) {
                out[i].pages = db_int(query, 1);
                out[i].bytes = db_int(query, 2);
                out[i].over_budget = db_int(query, 3);
            }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
