#include "archive/package/bag.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"

#define TAG_FILE_MAX (64 << 20) /* bytes of a manifest: far more than any package of ours needs */
#define DEPTH_MAX 32
#define FAULTS_MAX 100 /* told of one manifest: who reads more? */

static const char declaration[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

struct list {
    struct arena *arena;
    struct bag_file *files;
    size_t count, room;
};

static void append(struct list *list, const struct bag_file *one)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 32;
        struct bag_file *more = arena_array(list->arena, room, sizeof *more);
        if (list->count)
            memcpy(more, list->files, list->count * sizeof *more);
        list->files = more;
        list->room = room;
    }
    list->files[list->count++] = *one;
}

/* ---------------------------------------------------------------- telling */

struct teller {
    bag_finding *finding;
    void *context;
    int told;
};

static void tell(struct teller *teller, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void tell(struct teller *teller, const char *format, ...)
{
    char sentence[512];
    va_list values;
    va_start(values, format);
    int wanted = vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    size_t length = strlen(sentence);
    if ((size_t)wanted > length) /* cut: not in the middle of a character */
        while (length > 0 && (sentence[length - 1] & 0xC0) == 0x80)
            sentence[--length] = '\0';
    if ((size_t)wanted > length && length > 0 && (sentence[length - 1] & 0xC0) == 0xC0)
        sentence[length - 1] = '\0';
    teller->told++;
    teller->finding(teller->context, sentence);
}

/* ---------------------------------------------------------------- manifests */

static void parse_line(const char *manifest, const char *line, size_t size, struct list *list,
                       struct teller *teller)
{
    struct bag_file one = {.bytes = -1};
    size_t digits = 0;
    while (digits < size && digits < 64 && strchr("0123456789abcdef", line[digits]) && line[digits])
        digits++;
    if (digits != 64 || size < 67 || line[64] != ' ' || line[65] != ' ' || memchr(line, 0, size)) {
        tell(teller, _("%s has a line that is no checksum and name: \"%s\"."), manifest,
             bag_shown(list->arena, line, size));
        return;
    }
    memcpy(one.hash, line, 64);
    one.path = arena_strndup(list->arena, line + 66, size - 66);
    if (!bag_name_allowed(one.path)) {
        tell(teller, _("%s names a file that must not be in a package: \"%s\"."), manifest,
             bag_shown(list->arena, line + 66, size - 66));
        return;
    }
    append(list, &one);
}

/* Sorted, each name once. */
static void drop_doubles(const char *manifest, struct list *list, struct teller *teller)
{
    size_t kept = 0;
    bag_sort(list->files, list->count);
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && strcmp(list->files[kept - 1].path, list->files[i].path) == 0)
            tell(teller, _("%s names %s twice."), manifest, list->files[i].path);
        else
            list->files[kept++] = list->files[i];
    }
    list->count = kept;
}

/* A line up to its end, as we write it; what is no checksum and name stays as it is. */
static void plain_line(const char *line, size_t size, struct buffer *out)
{
    size_t digits = 0, name;
    while (digits < size && strchr("0123456789abcdefABCDEF", line[digits]) && line[digits])
        digits++;
    for (name = digits; name < size && (line[name] == ' ' || line[name] == '\t');)
        name++;
    if (digits == 64 && name > digits && name < size) {
        for (size_t i = 0; i < digits; i++)
            buffer_add(out, &(char){line[i] <= 'F' && line[i] >= 'A' ? line[i] + 32 : line[i]}, 1);
        buffer_text(out, "  ");
        buffer_add(out, line + name, size - name);
    } else {
        buffer_add(out, line, size);
    }
    buffer_text(out, "\n");
}

char *bag_plain(const char *text, size_t size, struct arena *arena, size_t *out_size)
{
    struct buffer out = {0};
    size_t at = size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < size) {
        size_t length = 0;
        while (at + length < size && text[at + length] != '\n' && text[at + length] != '\r')
            length++;
        if (length > 0)
            plain_line(text + at, length, &out);
        at += length;
        at += at < size && text[at] == '\r' && at + 1 < size && text[at + 1] == '\n' ? 2 : 1;
    }
    *out_size = out.size;
    char *copy = arena_alloc(arena, out.size + 1);
    if (out.size)
        memcpy(copy, out.data, out.size);
    copy[out.size] = '\0';
    buffer_clear(&out);
    return copy;
}

void bag_parse(const char *name, const char *text, size_t size, struct arena *arena,
               struct bag_file **files, size_t *count, bag_finding *finding, void *context)
{
    struct teller teller = {.finding = finding, .context = context};
    struct list list = {.arena = arena};
    struct buffer again = {0};
    size_t plain_size = 0;
    const char *plain = bag_plain(text, size, arena, &plain_size);
    if (plain_size != size || (size > 0 && memcmp(plain, text, size) != 0))
        tell(&teller,
             _("%s has other line ends, digits or marks than it was written with: it was edited or "
               "changed on its way. Have it sent again as it is, in a ZIP."),
             name);
    text = plain;
    size = plain_size;
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        size_t length = end ? (size_t)(end - text) - at : size - at;
        parse_line(name, text + at, length, &list, &teller);
        at += length + 1;
        if (teller.told >= FAULTS_MAX) {
            tell(&teller, _("%s is not read further: it has too many faults."), name);
            break;
        }
    }
    drop_doubles(name, &list, &teller);
    /* Another order means the same to RFC 8493, but we never wrote it: somebody else did. */
    bag_manifest(list.files, list.count, &again);
    if (teller.told == 0 &&
        (again.size != size || (size > 0 && memcmp(again.data, text, size) != 0)))
        tell(&teller, _("%s is not as it was written: it was edited."), name);
    buffer_clear(&again);
    *files = list.files;
    *count = list.count;
}

/* ---------------------------------------------------------------- the folder */

/* Everything below folder: ordinary files into the list, told what else there is. */
static enum status list_folder(const char *folder, const char *below, int depth, struct list *list,
                               struct teller *teller, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status =
        file_list(file_join(list->arena, folder, below), list->arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct bag_file one = {.path = *below ? file_join(list->arena, below, names[i]) : names[i]};
        struct stat about;
        if (lstat(file_join(list->arena, folder, one.path), &about) != 0)
            tell(teller, _("%s cannot be read."),
                 bag_shown(list->arena, one.path, strlen(one.path)));
        else if (S_ISREG(about.st_mode)) {
            one.bytes = about.st_size;
            append(list, &one);
        } else if (S_ISDIR(about.st_mode) && depth < DEPTH_MAX)
            status = list_folder(folder, one.path, depth + 1, list, teller, error);
        else
            tell(teller, _("%s is no ordinary file."),
                 bag_shown(list->arena, one.path, strlen(one.path)));
    }
    return status;
}

static struct bag_file *find(struct bag_file *files, size_t count, const char *path)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(files[middle].path, path);
        if (order == 0)
            return &files[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool is_payload(const char *path)
{
    return strncmp(path, "data/", 5) == 0;
}

/* One manifest against the files there are. */
static void compare(const char *manifest, bool payload, struct bag_file *named, size_t named_count,
                    struct list *there, struct teller *teller)
{
    for (size_t i = 0; i < named_count; i++) {
        const char *path = named[i].path;
        const struct bag_file *file = find(there->files, there->count, path);
        if (is_payload(path) != payload)
            tell(teller, _("%s names %s, which is none of its files."), manifest, path);
        else if (!file)
            tell(teller, _("%s is missing."), path);
        else if (file->hash[0] && strcmp(file->hash, named[i].hash) != 0)
            tell(teller, _("%s was changed: its checksum is not the one in %s."), path, manifest);
    }
    for (size_t i = 0; i < there->count; i++) {
        const char *path = there->files[i].path;
        if (is_payload(path) == payload && strcmp(path, BAG_TAG_MANIFEST) != 0 &&
            !find(named, named_count, path))
            tell(teller, _("%s is extra: it stands in no manifest."),
                 bag_shown(there->arena, path, strlen(path)));
    }
}

/* Text of a tag file, NULL when it is not there as an ordinary file (reading a pipe would never
 * end). */
static char *read_tag(const char *folder, const char *name, struct list *there, size_t *size,
                      struct teller *teller)
{
    char *text = NULL;
    struct error error = {""};
    *size = 0;
    if (!find(there->files, there->count, name)) {
        tell(teller, _("%s is missing."), name);
        return NULL;
    }
    if (file_read(file_join(there->arena, folder, name), TAG_FILE_MAX, there->arena, &text, size,
                  &error) == STATUS_OK)
        return text;
    tell(teller, "%s", error.text);
    return NULL;
}

static void check_manifest(const char *folder, const char *name, bool payload, struct list *there,
                           struct teller *teller)
{
    struct bag_file *named = NULL;
    size_t size = 0, count = 0;
    char *text = read_tag(folder, name, there, &size, teller);
    if (!text)
        return;
    bag_parse(name, text, size, there->arena, &named, &count, teller->finding, teller->context);
    compare(name, payload, named, count, there, teller);
}

/* ---------------------------------------------------------------- bag-info.txt, bagit.txt */

/* Value of "Label: value" into out; "" when there is no such line. */
static void find_label(const char *text, const char *label, char *out, size_t room)
{
    size_t length = strlen(label);
    out[0] = '\0';
    for (const char *line = text; line && *line;) {
        size_t size = strcspn(line, "\r\n");
        if (size > length + 2 && strncmp(line, label, length) == 0 && line[length] == ':' &&
            line[length + 1] == ' ' && size - length - 2 < room) {
            memcpy(out, line + length + 2, size - length - 2);
            out[size - length - 2] = '\0';
            return;
        }
        line += size + strspn(line + size, "\r\n");
    }
}

static void check_info(const char *folder, struct list *there, struct bag_report *report,
                       struct teller *teller)
{
    char sums[64], expected[64];
    int64_t bytes = 0;
    size_t files = 0, size = 0;
    char *text = read_tag(folder, "bag-info.txt", there, &size, teller);
    if (!text)
        return;
    for (size_t i = 0; i < there->count; i++)
        if (is_payload(there->files[i].path)) {
            bytes += there->files[i].bytes;
            files++;
        }
    snprintf(expected, sizeof expected, "%" PRId64 ".%zu", bytes, files);
    find_label(text, "Payload-Oxum", sums, sizeof sums);
    if (strcmp(sums, expected) != 0)
        tell(teller, _("bag-info.txt says the content is %s (bytes.files), it is %s."),
             bag_shown(there->arena, sums, strlen(sums)), expected);
    find_label(text, "External-Identifier", report->identifier, sizeof report->identifier);
}

static void check_declaration(const char *folder, struct list *there, struct teller *teller)
{
    size_t size = 0;
    char *text = read_tag(folder, "bagit.txt", there, &size, teller);
    if (text && (size != sizeof declaration - 1 || memcmp(text, declaration, size) != 0))
        tell(teller, _("bagit.txt does not declare the form of our packages."));
}

static void hash_all(const char *folder, struct list *there, struct bag_report *report,
                     struct teller *teller)
{
    for (size_t i = 0; i < there->count; i++) {
        struct bag_file *file = &there->files[i];
        struct error error = {""};
        report->files++;
        report->bytes += file->bytes;
        if (hash_file(file_join(there->arena, folder, file->path), file->hash, &error) !=
            STATUS_OK) {
            file->hash[0] = '\0';
            tell(teller, "%s", error.text);
        }
    }
}

enum status bag_check(const char *folder, struct bag_report *report, bag_finding *finding,
                      void *context, struct error *error)
{
    struct teller teller = {.finding = finding, .context = context};
    struct list there = {.arena = arena_new()};
    memset(report, 0, sizeof *report);
    enum status status = list_folder(folder, "", 0, &there, &teller, error);
    if (status == STATUS_OK) {
        bag_sort(there.files, there.count);
        hash_all(folder, &there, report, &teller);
        check_declaration(folder, &there, &teller);
        check_manifest(folder, BAG_MANIFEST, true, &there, &teller);
        check_manifest(folder, BAG_TAG_MANIFEST, false, &there, &teller);
        check_info(folder, &there, report, &teller);
    }
    arena_free(there.arena);
    return status;
}
