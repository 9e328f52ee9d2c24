#include "tools/signers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/verdict.h"

struct row {
    const char *by, *signer, *organization;
    bool trusted, over;
    int64_t count;
};

struct signers {
    struct cli *cli;
    const struct archive_trust *trust;
    struct arena *arena;
    struct row *rows;
    size_t count, room;
};

struct signers *signers_new(struct cli *cli, const struct archive_trust *trust)
{
    struct signers *signers = memory_new(sizeof *signers);
    *signers = (struct signers){.cli = cli, .trust = trust, .arena = arena_new()};
    return signers;
}

void signers_free(struct signers *signers)
{
    if (!signers)
        return;
    arena_free(signers->arena);
    free(signers->rows);
    free(signers);
}

static struct row *find(struct signers *signers, const struct row *wanted)
{
    for (size_t i = 0; i < signers->count; i++) {
        struct row *line = &signers->rows[i];
        if (strcmp(line->by, wanted->by) == 0 && strcmp(line->signer, wanted->signer) == 0 &&
            strcmp(line->organization, wanted->organization) == 0 &&
            line->trusted == wanted->trusted && line->over == wanted->over)
            return line;
    }
    return NULL;
}

static void count_one(struct signers *signers, const struct archive_signature *one)
{
    struct row wanted = {.by = verdict_role(one, true),
                         .signer = one->signer,
                         .organization = one->organization,
                         .trusted = one->trusted,
                         .over = one->over,
                         .count = 1};
    struct row *line = find(signers, &wanted);
    if (line) {
        line->count++;
        return;
    }
    if (signers->count == signers->room) {
        signers->room = signers->room ? 2 * signers->room : 16;
        signers->rows = memory_resize(signers->rows, signers->room * sizeof *signers->rows);
    }
    wanted.signer = arena_strdup(signers->arena, one->signer);
    wanted.organization = arena_strdup(signers->arena, one->organization);
    signers->rows[signers->count++] = wanted;
}

static void count_all(void *context, const char *file, const struct archive_verdict *verdict,
                      const struct archive_signature *list)
{
    (void)file;
    (void)verdict;
    for (; list; list = list->next)
        count_one(context, list);
}

void signers_add(struct signers *signers, const char *package)
{
    store_signatures(package, signers->trust, count_all, signers);
}

void signers_print(const struct signers *signers)
{
    if (signers->count > 0)
        printf(_("  Signers:\n"));
    for (size_t i = 0; i < signers->count; i++) {
        const struct row *line = &signers->rows[i];
        const char *by = verdict_role_words(line->by, line->trusted);
        printf("    %6lld  %s%*s %s%s%s: %s\n", (long long)line->count, by, terminal_pad(by, 27),
               "", line->signer[0] ? line->signer : "—", line->organization[0] ? ", " : "",
               line->organization, verdict_trust(signers->cli, line->trusted, line->over));
    }
}

json_t *signers_json(const struct signers *signers)
{
    json_t *list = json_array();
    for (size_t i = 0; i < signers->count; i++) {
        const struct row *line = &signers->rows[i];
        json_t *one = json_pack("{s:b, s:b, s:I}", "trusted", line->trusted, "over", line->over,
                                "count", (json_int_t)line->count);
        json_put_text(one, "by", line->by);
        json_put_text(one, "signer", line->signer);
        json_put_text(one, "organization", line->organization);
        json_array_append_new(list, one);
    }
    return list;
}
