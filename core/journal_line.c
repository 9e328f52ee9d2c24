/* The form of a line of the journal, its segments, its lock. */
#include "core/journal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/file.h"
#include "core/file_private.h"

#define HASH_KEY ",\"hash\":\""

static bool is_hash(const char *text)
{
    return text && strlen(text) == HASH_HEX_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == HASH_HEX_SIZE - 1;
}

bool journal_parse(const char *bytes, size_t size, struct journal_line *out)
{
    const size_t tail = sizeof HASH_KEY - 1 + HASH_HEX_SIZE - 1 + 2; /* ,"hash":"<64>"} */
    char hex[HASH_HEX_SIZE];
    *out = (struct journal_line){0};
    if (size <= tail || size > JOURNAL_LINE_MAX ||
        memcmp(bytes + size - tail, HASH_KEY, sizeof HASH_KEY - 1) != 0)
        return false;
    out->json = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
    struct journal_record *record = &out->record;
    const struct {
        const char *key;
        const char **to;
    } texts[] = {
        {"time", &record->time},         {"actor", &record->actor},   {"role", &record->role},
        {"action", &record->action},     {"object", &record->object}, {"purpose", &record->purpose},
        {"station", &record->station},   {"result", &record->result}, {"detail", &record->detail},
        {"previous", &record->previous}, {"hash", &record->hash}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i].to = json_string_value(json_object_get(out->json, texts[i].key));
        if (!*texts[i].to)
            return false;
    }
    record->sequence = json_int(out->json, "seq", 0);
    if (record->sequence < 1 || !is_hash(record->previous) || !is_hash(record->hash) ||
        strlen(record->time) != JOURNAL_TIME_SIZE - 1)
        return false;
    hash_bytes(bytes, size - tail, hex);
    out->sound = strcmp(hex, record->hash) == 0;
    return true;
}

void journal_line_clear(struct journal_line *line)
{
    json_decref(line->json);
    *line = (struct journal_line){0};
}

static bool is_segment(const char *name)
{
    static const char form[] = "dddd-dd.jsonl";
    size_t i;
    for (i = 0; form[i] != '\0'; i++) {
        bool digit = name[i] >= '0' && name[i] <= '9';
        if (form[i] == 'd' ? !digit : name[i] != form[i])
            return false;
    }
    return name[i] == '\0';
}

enum status journal_segments(const char *folder, struct arena *arena, char ***names, size_t *count,
                             struct error *error)
{
    size_t kept = 0;
    *names = NULL;
    *count = 0;
    if (!file_exists(folder))
        return STATUS_OK;
    enum status status = file_list(folder, arena, names, count, error);
    for (size_t i = 0; i < *count; i++)
        if (is_segment((*names)[i]))
            (*names)[kept++] = (*names)[i];
    *count = kept;
    return status;
}

char *journal_torn_name(struct arena *arena, const char *bytes, size_t size)
{
    char hex[HASH_HEX_SIZE];
    hash_bytes(bytes, size, hex);
    return arena_printf(arena, "bytes=%zu sha256=%s", size, hex);
}

int journal_lock(const char *folder, bool exclusive, enum status *status, struct error *error)
{
    struct arena *arena = arena_new();
    const char *path = file_join(arena, folder, "lock");
    int flags = exclusive ? O_RDWR | O_CREAT : O_RDONLY;
    int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0640);
    *status = STATUS_OK;
    if (fd < 0 && exclusive)
        *status = file_write_fault(error, path);
    while (fd >= 0 && flock(fd, exclusive ? LOCK_EX : LOCK_SH) != 0) {
        if (errno == EINTR)
            continue;
        if (exclusive)
            *status = file_write_fault(error, path);
        close(fd);
        fd = -1;
    }
    arena_free(arena);
    return fd;
}
