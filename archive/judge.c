/* One file, two sets of roots: which chain does its signer stand on? */
#include <string.h>

#include "archive/archive.h"
#include "core/arena.h"

/* What the first look found, told only when the second does not find better. */
struct kept {
    struct arena *arena;
    const char *sentences[64];
    size_t count;
};

static void keep(void *context, const char *sentence)
{
    struct kept *kept = context;
    if (kept->count < sizeof kept->sentences / sizeof *kept->sentences)
        kept->sentences[kept->count++] = arena_strdup(kept->arena, sentence);
}

static bool given(const char *path)
{
    return path && *path;
}

enum status archive_judge(const char *path, const struct archive_trust *trust,
                          struct archive_verdict *verdict,
                          void (*finding)(void *context, const char *sentence), void *context,
                          struct error *error)
{
    struct kept kept = {.arena = arena_new()};
    const char *first = given(trust->state) ? trust->state : trust->open;
    enum archive_chain chain = given(trust->state) ? CHAIN_STATE : CHAIN_PUBLIC;
    enum status status =
        archive_check(path, given(first) ? first : NULL, verdict, keep, &kept, error);
    if (verdict->signatures > 0 && !verdict->trusted && given(trust->state) && given(trust->open) &&
        (status == STATUS_OK || status == STATUS_REJECT)) {
        struct archive_verdict other;
        struct kept again = {.arena = kept.arena};
        struct error fault = {""};
        enum status second = archive_check(path, trust->open, &other, keep, &again, &fault);
        if (other.trusted) {
            *verdict = other;
            kept = again;
            status = second;
            *error = fault;
            chain = CHAIN_PUBLIC;
        }
    }
    verdict->chain = verdict->trusted ? chain : CHAIN_NONE;
    /* what `sohoa init` makes says so in its name, whatever root it is trusted by */
    if (strstr(verdict->organization, ARCHIVE_TEST_MARK))
        verdict->chain = CHAIN_TEST;
    for (size_t i = 0; finding && i < kept.count; i++)
        finding(context, kept.sentences[i]);
    arena_free(kept.arena);
    return status;
}
