#include "pipeline/spool.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"

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
    return arena_printf(arena, "%s/%s/%s", warehouse->spool, batch, document);
}

const char *spool_master_page(struct arena *arena, const char *file)
{
    static const char *const endings[] = {".scan.tif", ".scan.jpg"};
    size_t length = strlen(file);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t tail = strlen(endings[i]);
        if (length > tail && strcmp(file + length - tail, endings[i]) == 0 && file[0] != '.')
            return arena_strndup(arena, file, length - tail);
    }
    return NULL;
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
        if (name)
            status = page_read(folder, name, arena, &(*pages)[(*count)++], error);
    }
    qsort(*pages, *count, sizeof **pages, by_place);
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
