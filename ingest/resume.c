#include "ingest/resume.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"

struct known_page {
    const char *path, *origin; /* origin "": its facts were not written any more */
    bool used;
};

struct known_pages {
    struct arena *arena;
    struct known_page *pages;
    size_t count;
};

static const char *page_name(const char *file, struct arena *arena)
{
    const char *at = strstr(file, ".scan.");
    return at && (strcmp(at, ".scan.tif") == 0 || strcmp(at, ".scan.jpg") == 0)
               ? arena_strndup(arena, file, (size_t)(at - file))
               : NULL;
}

enum status resume_read(const char *folder, int first_sheet, struct known_pages **out,
                        struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    struct known_pages *known = memory_new(sizeof *known);
    known->arena = arena_new();
    *out = known;
    if (first_sheet == 1)
        return STATUS_OK;
    enum status status = file_list(folder, known->arena, &names, &count, error);
    known->pages = arena_array(known->arena, count + 1, sizeof *known->pages);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct page page;
        const char *name = page_name(names[i], known->arena);
        if (!name)
            continue;
        bool told = page_read(folder, name, known->arena, &page, NULL) == STATUS_OK;
        known->pages[known->count++] =
            (struct known_page){.path = file_join(known->arena, folder, names[i]),
                                .origin = told && page.origin ? page.origin : ""};
    }
    return status;
}

void resume_free(struct known_pages *known)
{
    if (!known)
        return;
    arena_free(known->arena);
    free(known);
}

static bool may_be(const struct known_page *page, const char *origin)
{
    return !page->used && (!*page->origin || strcmp(page->origin, origin) == 0);
}

bool resume_has_bytes(struct known_pages *known, const char *origin, const char *sha256)
{
    char hex[HASH_HEX_SIZE];
    for (size_t i = 0; i < known->count; i++) {
        struct known_page *page = &known->pages[i];
        if (!may_be(page, origin) || hash_file(page->path, hex, NULL) != STATUS_OK ||
            strcmp(hex, sha256) != 0)
            continue;
        page->used = true;
        return true;
    }
    return false;
}

static bool same_pixels(const struct image *a, const struct image *b)
{
    if (a->width_px != b->width_px || a->height_px != b->height_px || a->channels != b->channels ||
        a->bits != b->bits || a->stride != b->stride)
        return false;
    return memcmp(a->data, b->data, a->stride * (size_t)a->height_px) == 0;
}

bool resume_has_pixels(struct known_pages *known, const char *origin, const struct image *image)
{
    for (size_t i = 0; i < known->count; i++) {
        struct known_page *page = &known->pages[i];
        struct image master = {0};
        if (!may_be(page, origin))
            continue;
        page->used =
            image_read(page->path, 0, &master, NULL) == STATUS_OK && same_pixels(&master, image);
        image_clear(&master);
        if (page->used)
            return true;
    }
    return false;
}
