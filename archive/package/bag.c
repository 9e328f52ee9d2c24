#include "archive/package/bag.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

#define NAME_MAX_BYTES 255 /* one part of a path on every file system we may meet */
#define PATH_MAX_BYTES 1024
#define INFO_MAX ((size_t)1024 * 1024)
static const char declaration[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/* ---------------------------------------------------------------- names */

bool bag_name_allowed(const char *path)
{
    size_t size = strlen(path);
    if (size == 0 || size > PATH_MAX_BYTES || path[0] == '~' || !text_valid(path, size))
        return false;
    for (const char *at = path; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F || strchr("\\:*?\"<>|%", *at))
            return false;
    for (const char *part = path;; part++) {
        size_t length = strcspn(part, "/");
        if (length == 0 || length > NAME_MAX_BYTES || (length == 1 && part[0] == '.') ||
            (length == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        part += length;
        if (!*part)
            return true;
    }
}

const char *bag_shown(struct arena *arena, const char *text, size_t size)
{
    struct buffer out = {0};
    size_t length = size < 120 ? size : 120;
    bool valid = text_valid(text, length);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F || (!valid && (text[i] & 0x80)))
            buffer_printf(&out, "\\x%02X", (unsigned char)text[i]);
        else
            buffer_add(&out, text + i, 1);
    const char *copy = arena_strndup(arena, out.data ? (const char *)out.data : "", out.size);
    buffer_clear(&out);
    return copy;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct bag_file *)a)->path, ((const struct bag_file *)b)->path);
}

void bag_sort(struct bag_file *files, size_t count)
{
    if (count)
        qsort(files, count, sizeof *files, by_path);
}

/* ---------------------------------------------------------------- writing */

void bag_manifest(const struct bag_file *files, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%s  %s\n", files[i].hash, files[i].path);
}

/* One line "Label: value"; line ends in the value would be read as another label. */
static void info_line(struct buffer *out, const char *label, const char *value, struct arena *arena)
{
    if (value && *value)
        buffer_printf(out, "%s: %s\n", label, text_tidy(arena, value));
}

static void make_info(const struct bag_info *info, const struct bag_file *payload, size_t count,
                      struct arena *arena, struct buffer *out)
{
    int64_t bytes = 0;
    char now[26];
    for (size_t i = 0; i < count; i++)
        bytes += payload[i].bytes;
    file_now(now);
    info_line(out, "Source-Organization", info->source, arena);
    buffer_printf(out, "Bagging-Date: %.10s\n", now);
    buffer_printf(out, "Payload-Oxum: %" PRId64 ".%zu\n", bytes, count);
    info_line(out, "External-Identifier", info->identifier, arena);
    info_line(out, "Bag-Group-Identifier", info->group, arena);
    info_line(out, "Internal-Sender-Identifier", info->sender, arena);
    buffer_text(out, "Bag-Software-Agent: sohoa " SOHOA_VERSION "\n");
}

bool bag_is_ours(const char *folder)
{
    static const char label[] = "\nBag-Software-Agent: sohoa ";
    struct arena *arena = arena_new();
    char *text = NULL;
    bool is = file_read(file_join(arena, folder, "bag-info.txt"), INFO_MAX, arena, &text, NULL,
                        NULL) == STATUS_OK &&
              strstr(arena_printf(arena, "\n%s", text), label) != NULL;
    arena_free(arena);
    return is;
}

enum status bag_write(const char *folder, const struct bag_file *payload, size_t count,
                      const struct bag_info *info, struct error *error)
{
    enum { TAGS = 3 };
    struct bag_file tags[TAGS] = {
        {.path = "bag-info.txt"}, {.path = "bagit.txt"}, {.path = BAG_MANIFEST}};
    struct buffer texts[TAGS] = {{0}}, last = {0};
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    make_info(info, payload, count, arena, &texts[0]);
    buffer_text(&texts[1], declaration);
    bag_manifest(payload, count, &texts[2]);
    for (int i = 0; i < TAGS && status == STATUS_OK; i++) {
        hash_bytes(texts[i].data, texts[i].size, tags[i].hash);
        status =
            file_write(file_join(arena, folder, tags[i].path), texts[i].data, texts[i].size, error);
    }
    bag_manifest(tags, TAGS, &last);
    if (status == STATUS_OK)
        status =
            file_write(file_join(arena, folder, BAG_TAG_MANIFEST), last.data, last.size, error);
    for (int i = 0; i < TAGS; i++)
        buffer_clear(&texts[i]);
    buffer_clear(&last);
    arena_free(arena);
    return status;
}
