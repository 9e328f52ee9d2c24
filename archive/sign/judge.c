/* One file, several sets of roots: which chain does its signer stand on? */
#include <stdio.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/sign/chain.h"
#include "archive/check/check.h"
#include "core/arena.h"

/* What the first look found, told only when no other finds better. */
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

size_t trust_sets(const struct archive_trust *trust, struct trust_set sets[TRUST_SETS])
{
    const struct trust_set all[] = {{trust->state, NULL, NULL, CHAIN_STATE},
                                    {trust->open, NULL, NULL, CHAIN_PUBLIC},
                                    {trust->own, NULL, NULL, CHAIN_OWN}};
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].roots && *all[i].roots)
            sets[count++] = all[i];
    size_t given = trust->proven ? count : 0;
    for (size_t i = 0; i < given; i++) {
        sets[count] = sets[i];
        sets[count].moment = trust->proven;
        sets[count++].moment_until = trust->proven_until;
    }
    if (count == 0)
        sets[count++] = (struct trust_set){NULL, NULL, NULL, CHAIN_NONE};
    return count;
}

void trust_found(const struct trust_set *set, struct archive_verdict *verdict)
{
    verdict->chain = set ? set->chain : CHAIN_NONE;
    /* what `sohoa init` makes says so in its name, whatever root it is trusted by */
    if (strstr(verdict->organization, ARCHIVE_TEST_MARK))
        verdict->chain = CHAIN_TEST;
    const char *since = set ? set->moment : NULL, *until = set ? set->moment_until : NULL;
    verdict->by_record = since != NULL;
    snprintf(verdict->record_since, sizeof verdict->record_since, "%s", since ? since : "");
    snprintf(verdict->record_until, sizeof verdict->record_until, "%s",
             since && until ? until : "");
}

enum status archive_judge(const char *path, const struct archive_trust *trust,
                          struct archive_verdict *verdict,
                          void (*finding)(void *context, const char *sentence), void *context,
                          struct error *error)
{
    struct kept kept = {.arena = arena_new()};
    struct trust_set sets[TRUST_SETS];
    size_t count = trust_sets(trust, sets);
    const struct trust_set *found = &sets[0];
    enum status status = check_at(path, sets[0].roots, NULL, verdict, keep, &kept, error);
    for (size_t i = 1; i < count && verdict->signatures > 0 && !verdict->trusted &&
                       (status == STATUS_OK || status == STATUS_REJECT);
         i++) {
        struct archive_verdict other;
        struct kept again = {.arena = kept.arena};
        struct error fault = {""};
        enum status next =
            check_at(path, sets[i].roots, sets[i].moment, &other, keep, &again, &fault);
        if (!other.trusted && (!other.over || verdict->over)) /* the root that is over is the one */
            continue;
        *verdict = other;
        kept = again;
        status = next;
        if (error)
            *error = fault;
        found = &sets[i];
    }
    trust_found(verdict->trusted ? found : NULL, verdict);
    for (size_t i = 0; finding && i < kept.count; i++)
        finding(context, kept.sentences[i]);
    arena_free(kept.arena);
    return status;
}
