#include "pipeline/spool.h"

#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"

const char *pipeline_batch_folder(const struct warehouse *warehouse, const char *batch,
                                  struct arena *arena)
{
    return file_join(arena, warehouse->spool, batch);
}

const char *spool_page_id(struct arena *arena, const char *batch, const char *page)
{
    return arena_printf(arena, "%s/%s", batch, page);
}

const char *spool_page_name(const char *page_id)
{
    return file_name(page_id);
}

const char *spool_words(struct arena *arena, const char *folder, const char *page)
{
    return arena_printf(arena, "%s/%s.words.json", folder, page);
}

const char *spool_alto(struct arena *arena, const char *folder, const char *page)
{
    return arena_printf(arena, "%s/%s.alto.xml", folder, page);
}

const char *spool_document_folder(const struct warehouse *warehouse, const char *batch,
                                  const char *document, struct arena *arena)
{
    const char *amended = spool_amended(warehouse, document, arena);
    return file_is_folder(amended)
               ? amended
               : arena_printf(arena, "%s/%s/%s", warehouse->spool, batch, document);
}

const char *spool_amended(const struct warehouse *warehouse, const char *document,
                          struct arena *arena)
{
    return arena_printf(arena, "%s/%s" SPOOL_AMENDED, warehouse->spool, document);
}

enum status spool_clear_amended(const struct warehouse *warehouse, const char *document,
                                struct arena *arena, struct error *error)
{
    const char *folder = spool_amended(warehouse, document, arena);
    const char *away = arena_printf(arena, "%s" SPOOL_DONE, folder);
    enum status status = file_remove_tree(away, error);
    if (status == STATUS_OK && file_is_folder(folder))
        status = file_rename(folder, away, error);
    return status == STATUS_OK ? file_remove_tree(away, error) : status;
}

static const char *folder_of(const char *package, enum package_page what, struct arena *arena)
{
    char *path = package_path(arena, package, package_page(what, "page", arena));
    *strrchr(path, '/') = '\0';
    return path;
}

enum status spool_place(const struct warehouse *warehouse, const struct document *document,
                        struct arena *arena, struct spool_place *out, struct error *error)
{
    const char *folder = pipeline_batch_folder(warehouse, document->batch, arena);
    *out = (struct spool_place){folder, folder, folder, NULL};
    if (!document->supersedes)
        return STATUS_OK;
    enum status status = store_find(warehouse->store, document->id, document->version - 1, arena,
                                    &out->package, error);
    if (status != STATUS_OK)
        return status;
    out->masters = folder_of(out->package, PACKAGE_MASTER, arena);
    out->facts = folder_of(out->package, PACKAGE_FACTS, arena);
    out->texts = folder_of(out->package, PACKAGE_WORDS, arena);
    return STATUS_OK;
}

/* file without its ending, NULL when it has another one. */
static const char *without(struct arena *arena, const char *file, const char *ending)
{
    size_t length = strlen(file), tail = strlen(ending);
    if (length <= tail || strcmp(file + length - tail, ending) != 0 || file[0] == '.')
        return NULL;
    return arena_strndup(arena, file, length - tail);
}

const char *spool_master_page(struct arena *arena, const char *file)
{
    const char *page = without(arena, file, ".scan.tif");
    return page ? page : without(arena, file, ".scan.jpg");
}

static int by_place(const void *a, const void *b)
{
    const struct page *left = a, *right = b;
    if (left->sheet != right->sheet)
        return left->sheet < right->sheet ? -1 : 1;
    return (left->side > right->side) - (left->side < right->side);
}

enum status spool_pages(const char *folder, struct arena *arena, struct page **pages, size_t *count,
                        struct error *error)
{
    char **names = NULL;
    size_t name_count = 0;
    *count = 0;
    enum status status = file_list(folder, arena, &names, &name_count, error);
    if (status != STATUS_OK)
        return status;
    *pages = arena_array(arena, name_count + 1, sizeof **pages);
    for (size_t i = 0; i < name_count && status == STATUS_OK; i++) {
        const char *name = spool_master_page(arena, names[i]);
        const char *facts = without(arena, names[i], ".page.json");
        if (facts)
            status = page_read(folder, facts, arena, &(*pages)[(*count)++], error);
        else if (name && !file_exists(arena_printf(arena, "%s/%s.page.json", folder, name)))
            status = error_set(error, STATUS_REJECT,
                               _("%s/%s is called like a scanned page and is none. Move it out of "
                                 "there, then: sohoa review send-back %s"),
                               folder, names[i], file_name(folder));
    }
    qsort(*pages, *count, sizeof **pages, by_place);
    return status;
}

enum status spool_check_master(const struct spool_place *place, const char *file,
                               struct error *error)
{
    struct arena *arena = arena_new();
    const char *path = file_join(arena, place->masters, file);
    enum status status = STATUS_OK;
    if (!file_exists(path) && place->package)
        status = error_set(error, STATUS_REJECT,
                           _("The scanned image %s is gone from its package: repair that package "
                             "from a second copy, then send this back."),
                           path);
    else if (!file_exists(path))
        status = error_set(error, STATUS_REJECT,
                           _("The scanned image %s is gone from the spool. Put it back from a "
                             "backup and send this back, or scan the sheet again."),
                           path);
    arena_free(arena);
    return status;
}

enum status spool_all_words(const char *folder, const char *const *names, size_t count,
                            struct arena *arena, const struct words ***words, struct error *error)
{
    enum status status = STATUS_OK;
    *words = arena_array(arena, count + 1, sizeof **words);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *path = spool_words(arena, folder, names[i]);
        if (!file_exists(path))
            continue;
        struct words *page = arena_alloc(arena, sizeof *page);
        status = words_read(path, arena, page, error);
        (*words)[i] = page;
    }
    return status;
}

enum status spool_read_document(const struct warehouse *warehouse, const char *batch,
                                const char *id, struct arena *arena, struct document *out,
                                struct error *error)
{
    const char *folder = spool_document_folder(warehouse, batch, id, arena);
    return document_read(file_join(arena, folder, "document.json"), arena, out, error);
}

enum status spool_write_document(const struct warehouse *warehouse, const struct document *document,
                                 struct error *error)
{
    struct arena *arena = arena_new();
    const char *folder = spool_document_folder(warehouse, document->batch, document->id, arena);
    enum status status = file_mkdirs(folder, error);
    if (status == STATUS_OK)
        status = document_write(document, file_join(arena, folder, "document.json"), error);
    arena_free(arena);
    return status;
}
