/* Evidence records beside packages: where they are kept, and how those that come are taken. */
#include <string.h>

#include "archive/evidence.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"

char *evidence_path(const char *folder, const char *id, int version, struct arena *arena)
{
    return arena_printf(arena, "%s/%.2s/%s-v%d.er", folder, id, id, version);
}

static enum status are_same(const char *a, const char *b, bool *same, struct error *error)
{
    char first[HASH_HEX_SIZE], second[HASH_HEX_SIZE];
    enum status status = hash_file(a, first, error);
    if (status == STATUS_OK)
        status = hash_file(b, second, error);
    *same = status == STATUS_OK && strcmp(first, second) == 0;
    return status;
}

/* Of two that hold the one that proves the earlier time, as long as it can still be renewed. */
static bool is_better(const struct evidence_verdict *came, const struct evidence_verdict *kept)
{
    char now[26];
    file_now(now);
    return strcmp(came->since, kept->since) < 0 && strcmp(came->until, now) > 0;
}

enum status evidence_keep(const char *object, const char *record, const char *kept,
                          struct arena *arena, struct error *error)
{
    struct evidence_verdict came, ours;
    bool same = false;
    enum status status = evidence_check(object, record, NULL, &came, error);
    if (status == STATUS_OK && file_exists(kept)) {
        status = are_same(record, kept, &same, error);
        if (status != STATUS_OK || same)
            return status;
        if (evidence_check(object, kept, NULL, &ours, NULL) != STATUS_OK)
            status = file_rename(kept, arena_printf(arena, "%s.bad", kept), error);
        else if (!is_better(&came, &ours))
            return STATUS_OK;
    }
    if (status == STATUS_OK)
        status =
            file_mkdirs(arena_strndup(arena, kept, (size_t)(file_name(kept) - kept) - 1), error);
    return status == STATUS_OK ? file_copy(record, kept, error) : status;
}
