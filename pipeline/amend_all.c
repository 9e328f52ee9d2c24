/* Documents that are signed again together: by a TEST certificate, or by one that is not trusted.
 */
#include <stdlib.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/amend.h"
#include "pipeline/ledger.h"

struct documents {
    struct arena *arena;
    const char **packages; /* the newest of each, in path order */
    size_t count, room;
};

/* v1 to vN of a document come one after the other: the last one stays. */
static enum status add(void *context, const char *path, struct error *error)
{
    struct documents *all = context;
    (void)error;
    size_t folder = (size_t)(file_name(path) - path);
    if (all->count > 0 && strncmp(all->packages[all->count - 1], path, folder) == 0) {
        all->packages[all->count - 1] = arena_strdup(all->arena, path);
        return STATUS_OK;
    }
    if (all->count == all->room) {
        all->room = all->room ? 2 * all->room : 256;
        all->packages = memory_resize(all->packages, all->room * sizeof *all->packages);
    }
    all->packages[all->count++] = arena_strdup(all->arena, path);
    return STATUS_OK;
}

struct look {
    enum amend_which which;
    bool found;
};

static void look_at(void *context, const char *file, const struct archive_verdict *verdict,
                    const struct archive_signature *list)
{
    struct look *look = context;
    (void)file;
    (void)verdict;
    for (; list; list = list->next) {
        if (strcmp(list->role, "timestamp") == 0)
            continue;
        bool test = list->organization && strstr(list->organization, ARCHIVE_TEST_MARK);
        look->found |= test || (look->which == AMEND_UNTRUSTED && !list->trusted);
    }
}

/* Signed again by such a key, the same documents would be found again for ever. */
static enum status check_key(const struct warehouse *warehouse, enum amend_which which,
                             struct error *error)
{
    const struct archive_settings *archive = &warehouse->archive;
    struct signer *signer = NULL;
    if (!archive->sign)
        return error_set(error, STATUS_REJECT, _("This warehouse does not sign: [archive] sign."));
    enum status status = signer_open(archive, NULL, &signer, error);
    if (status == STATUS_OK && signer_is_test(signer))
        status = error_set(error, STATUS_REJECT,
                           _("The key that signs now is a TEST key, too; set the real one first: "
                             "[archive] key, certificate and trust."));
    else if (status == STATUS_OK && which == AMEND_UNTRUSTED && !signer_is_trusted(archive, signer))
        status = error_set(error, STATUS_REJECT,
                           _("The key that signs now is not trusted either: the root of its "
                             "authority belongs into the file that archive.trust, trust_public or "
                             "trust_government names."));
    signer_close(signer);
    return status;
}

static enum status on_its_way(struct db *db, const char *id, int64_t *count, struct error *error)
{
    return ledger_number(db, count, error,
                         "SELECT COUNT(*) FROM ledger WHERE kind = 'document' AND id = ?"
                         " AND state <> 'indexed'",
                         id, NULL);
}

static enum status amend_one(const struct warehouse *warehouse, struct db *db,
                             const struct amendment *amendment, const char *package,
                             enum amend_which which, struct arena *arena, struct error *refused,
                             struct amend_count *out, struct error *error)
{
    const struct archive_trust trust = archive_trust_of(&warehouse->archive);
    struct look look = {which, false};
    int64_t waiting = 0;
    int version = 0;
    const char *id =
        file_name(arena_strndup(arena, package, (size_t)(file_name(package) - package - 1)));
    enum status status = on_its_way(db, id, &waiting, error);
    out->waiting += waiting;
    if (status != STATUS_OK || waiting)
        return status;
    store_signatures(package, &trust, look_at, &look);
    if (!look.found)
        return STATUS_OK;
    status = amend_document(warehouse, db, id, amendment, &version, refused);
    if (status == STATUS_OK)
        out->amended++;
    else if (status != STATUS_REJECT)
        return error_set(error, status, "%s", refused->text);
    return STATUS_OK;
}

enum status amend_all(const struct warehouse *warehouse, struct db *db, enum amend_which which,
                      int64_t limit, const struct amendment *amendment,
                      bool (*progress)(void *context, int64_t done, int64_t total),
                      void (*finding)(void *context, const char *package, const char *sentence),
                      void *context, struct amend_count *out, struct error *error)
{
    struct documents all = {.arena = arena_new()};
    struct arena *arena = arena_new();
    *out = (struct amend_count){0};
    enum status status = check_key(warehouse, which, error);
    if (status == STATUS_OK)
        status = store_each(warehouse->store, add, &all, error);
    for (size_t i = 0; i < all.count && status == STATUS_OK; i++) {
        struct error refused = {""};
        out->more = limit > 0 && out->amended >= limit;
        if (out->more)
            break;
        if (!progress(context, (int64_t)i, (int64_t)all.count))
            status = STATUS_END;
        else
            status = amend_one(warehouse, db, amendment, all.packages[i], which, arena, &refused,
                               out, error);
        out->looked += status == STATUS_OK;
        out->refused += *refused.text != '\0';
        if (status == STATUS_OK && *refused.text)
            finding(context, all.packages[i], refused.text);
        arena_clear(arena);
    }
    free(all.packages);
    arena_free(arena);
    arena_free(all.arena);
    return status;
}
