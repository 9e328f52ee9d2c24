#include "archive/pdf/sigdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive.h"
#include "core/file.h"
#include "core/message.h"

#define WINDOW (1 << 20)    /* bytes searched at once */
#define OVERLAP 16          /* longer than any word that is searched */
#define AROUND (160 * 1024) /* bytes looked at on each side: Contents may have 2 x 32,767 */
#define KEYS_MAX 1024       /* in one file: more is an attack on our time */

/* The file with the window that was read last. */
struct scan {
    int descriptor;
    const char *path;
    int64_t size;
    char *window;
    int64_t start, length; /* of the window */
    struct error *error;
    enum status status;
};

static bool read_at(struct scan *scan, int64_t offset, char *to, size_t size)
{
    for (size_t got = 0; got < size;) {
        ssize_t more = pread(scan->descriptor, to + got, size - got, (off_t)offset + (off_t)got);
        if (more < 0 && errno == EINTR)
            continue;
        if (more <= 0) {
            scan->status =
                error_set(scan->error, STATUS_RETRY, _("%s cannot be read: %s."), scan->path,
                          more < 0 ? message_errno(errno) : _("it became shorter while reading"));
            return false;
        }
        got += (size_t)more;
    }
    return true;
}

/* Makes the window hold offset; windows lie on fixed places so that none is read twice in a row. */
static bool load(struct scan *scan, int64_t offset)
{
    int64_t start = offset - offset % WINDOW;
    if (scan->length > 0 && scan->start == start)
        return true;
    int64_t left = scan->size - start;
    scan->start = start;
    scan->length = left < WINDOW + OVERLAP ? left : WINDOW + OVERLAP;
    if (read_at(scan, start, scan->window, (size_t)scan->length))
        return true;
    scan->length = 0;
    return false;
}

/* Place of the first word that begins in [from, to); to when there is none. */
static int64_t find_word(struct scan *scan, int64_t from, int64_t to, const char *word)
{
    while (from < to && load(scan, from)) {
        const char *at = scan->window + (from - scan->start);
        const char *hit =
            memmem(at, (size_t)(scan->window + scan->length - at), word, strlen(word));
        if (hit) {
            int64_t place = scan->start + (hit - scan->window);
            return place < to ? place : to;
        }
        from = scan->start + WINDOW;
    }
    return to;
}

/* Is this "stream" the keyword: behind a dictionary, with its line end? */
static bool is_stream(struct scan *scan, int64_t at)
{
    char around[16] = "";
    int64_t start = at > 8 ? at - 8 : 0, end = at + 7 < scan->size ? at + 7 : scan->size;
    if (!read_at(scan, start, around, (size_t)(end - start)))
        return false;
    int64_t before = at - start;
    char after = at + 6 < scan->size ? around[before + 6] : 0;
    while (before > 0 && strchr(" \t\r\n", around[before - 1]))
        before--;
    return before >= 2 && around[before - 1] == '>' && around[before - 2] == '>' &&
           (after == '\n' || after == '\r');
}

static int64_t find_stream(struct scan *scan, int64_t from)
{
    for (int64_t at = from; scan->status == STATUS_OK; at += 6) {
        at = find_word(scan, at, scan->size, "stream");
        if (at >= scan->size || is_stream(scan, at))
            return at;
    }
    return scan->size;
}

/* ---------------------------------------------------------------- the list */

struct list {
    struct arena *arena;
    struct sigdict *items;
    size_t count, room;
    int looked;
};

static void append(struct list *list, const struct sigdict *one)
{
    if (list->count == list->room) {
        size_t room = list->room ? list->room * 2 : 4;
        struct sigdict *more = arena_array(list->arena, room, sizeof *more);
        if (list->count)
            memcpy(more, list->items, list->count * sizeof *more);
        list->items = more;
        list->room = room;
    }
    list->items[list->count++] = *one;
}

/* Reads the dictionary around the key at hit, inside the objects between two streams. */
static void look_at(struct scan *scan, int64_t hit, int64_t from, int64_t to, struct list *list)
{
    int64_t start = hit - from > AROUND ? hit - AROUND : from;
    int64_t end = to - hit > AROUND ? hit + AROUND : to;
    char *bytes = memory_new((size_t)(end - start) + 1);
    struct sigdict one;
    if (read_at(scan, start, bytes, (size_t)(end - start)) &&
        sigdict_read(bytes, (size_t)(end - start), start, (size_t)(hit - start), &one))
        append(list, &one);
    free(bytes);
}

static void look_between(struct scan *scan, int64_t from, int64_t to, struct list *list)
{
    int64_t hit = find_word(scan, from, to, SIGDICT_KEY);
    while (scan->status == STATUS_OK && hit < to) {
        if (++list->looked > KEYS_MAX) {
            scan->status = error_set(scan->error, STATUS_REJECT,
                                     _("%s has more than %d signatures and is not looked at."),
                                     scan->path, KEYS_MAX);
            return;
        }
        look_at(scan, hit, from, to, list);
        hit = find_word(scan, hit + 1, to, SIGDICT_KEY);
    }
}

enum status sigdict_find(FILE *file, const char *path, struct arena *arena, struct sigdict **found,
                         size_t *count, int64_t *file_size_bytes, struct error *error)
{
    struct list list = {.arena = arena};
    struct stat about;
    struct scan scan = {.descriptor = fileno(file), .path = path, .error = error};
    if (fstat(scan.descriptor, &about) != 0)
        return error_set(error, STATUS_RETRY, _("%s cannot be read: %s."), path,
                         message_errno(errno));
    scan.size = about.st_size;
    scan.window = memory_new(WINDOW + OVERLAP);
    for (int64_t at = 0; at < scan.size && scan.status == STATUS_OK;) {
        int64_t stream = find_stream(&scan, at);
        look_between(&scan, at, stream, &list);
        at = find_word(&scan, stream, scan.size, "endstream");
    }
    free(scan.window);
    *found = list.items;
    *count = list.count;
    *file_size_bytes = scan.size;
    return scan.status;
}

bool archive_carries_signature(const char *path)
{
    struct arena *arena = arena_new();
    struct sigdict *found = NULL;
    size_t count = 0;
    int64_t size = 0;
    FILE *file = file_open_stream(path);
    bool carries = file == NULL;
    if (file && sigdict_find(file, path, arena, &found, &count, &size, NULL) != STATUS_OK)
        count = 0;
    for (size_t i = 0; i < count && !carries; i++)
        carries = !found[i].taken_out && !sigdict_is_empty(&found[i]) &&
                  strcmp(found[i].sub_filter, "ETSI.RFC3161") != 0;
    if (file)
        fclose(file);
    arena_free(arena);
    return carries;
}
