/* What of keys/ goes into a backup: certificates, which are public, and never a key. */
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "pipeline/backup_private.h"

enum { PUBLIC_MAX = 16 << 20, PUBLIC_FILES = 5 };

static const char begin[] = "-----BEGIN ", certificate[] = "-----BEGIN CERTIFICATE-----",
                  end[] = "-----END CERTIFICATE-----";

struct named {
    const char *setting, *path; /* "": none is set */
};

static void list_named(const struct archive_settings *archive, struct named out[PUBLIC_FILES])
{
    const struct named all[PUBLIC_FILES] = {{"trust_government", archive->trust_government},
                                            {"trust_public", archive->trust_public},
                                            {"trust", archive->trust},
                                            {"certificate", archive->certificate},
                                            {"officer_certificate", archive->officer_certificate}};
    memcpy(out, all, sizeof all);
    for (size_t i = 0; i < PUBLIC_FILES; i++)
        if (!out[i].path)
            out[i].path = "";
}

/* ---------------------------------------------------------------- into the backup */

/* The certificates of a PEM file and nothing else: a key may stand beside them. */
static void only_certificates(const char *pem, struct buffer *out)
{
    const char *at = pem, *last = NULL;
    while ((at = strstr(at, certificate)) && (last = strstr(at, end))) {
        const char *next = strstr(at + 1, begin);
        if (!next || next > last) { /* never what stands between two of them */
            last += sizeof end - 1;
            buffer_add(out, at, (size_t)(last - at));
            buffer_text(out, "\n");
        }
        at++;
    }
}

/* Where it stands in the backup and, when it was in the warehouse, after a restore. */
static const char *place_of(const struct backup *backup, const struct named *named)
{
    const char *root = backup->warehouse->root;
    size_t size = strlen(root);
    bool inside = strncmp(named->path, root, size) == 0 && named->path[size] == '/' &&
                  !strstr(named->path, "/../");
    return inside ? named->path + size + 1
                  : arena_printf(backup->arena, BACKUP_PUBLIC "/%s.pem", named->setting);
}

static enum status take_public(struct backup *backup, const struct named *named,
                               struct error *error)
{
    struct arena *arena = backup->arena;
    struct buffer pem = {0};
    char *bytes = NULL, hash[HASH_HEX_SIZE];
    size_t size = 0;
    const char *place = place_of(backup, named), *to = file_join(arena, backup->to, place);
    if (file_read(named->path, PUBLIC_MAX, arena, &bytes, &size, NULL) != STATUS_OK)
        return STATUS_OK; /* doctor tells that it cannot be read, restore that it is missing */
    only_certificates(bytes, &pem);
    enum status status = STATUS_OK;
    if (pem.size > 0 && !file_exists(to)) {
        status = backup_parent(backup, to, error);
        if (status == STATUS_OK)
            status = file_write(to, pem.data, pem.size, error);
        if (status == STATUS_OK)
            status = hash_file(to, hash, error);
        if (status == STATUS_OK)
            backup_count(backup, place, hash, (int64_t)pem.size);
    }
    if (status == STATUS_OK && pem.size > 0)
        json_array_append_new(backup->public_files,
                              json_pack("{s:s, s:s}", "setting", named->setting, "place", place));
    buffer_clear(&pem);
    return status;
}

enum status backup_take_public(struct backup *backup, struct error *error)
{
    struct named named[PUBLIC_FILES];
    enum status status = STATUS_OK;
    list_named(&backup->warehouse->archive, named);
    for (size_t i = 0; i < PUBLIC_FILES && status == STATUS_OK; i++)
        if (*named[i].path)
            status = take_public(backup, &named[i], error);
    return status;
}

/* ---------------------------------------------------------------- out of it */

static const char *kept_place(const json_t *files, const char *setting)
{
    size_t i;
    const json_t *file;
    json_array_foreach(files, i, file)
    {
        const char *of = json_string_value(json_object_get(file, "setting"));
        if (of && strcmp(of, setting) == 0)
            return json_string_value(json_object_get(file, "place"));
    }
    return NULL;
}

enum status backup_public(const char *snapshot, const char *root,
                          void (*visit)(void *context, const char *setting, const char *path,
                                        const char *place),
                          void *context, struct error *error)
{
    struct arena *arena = arena_new();
    struct named named[PUBLIC_FILES];
    struct warehouse warehouse = {.root = NULL};
    json_t *facts = NULL;
    enum status status = json_read(file_join(arena, snapshot, "backup.json"), &facts, error);
    if (status == STATUS_OK)
        status = warehouse_open(root, NULL, &warehouse, error);
    if (status == STATUS_OK) {
        list_named(&warehouse.archive, named);
        for (size_t i = 0; i < PUBLIC_FILES; i++)
            if (*named[i].path)
                visit(context, named[i].setting, named[i].path,
                      kept_place(json_object_get(facts, "public"), named[i].setting));
        warehouse_close(&warehouse);
    }
    json_decref(facts);
    arena_free(arena);
    return status;
}
