/* Whether what is kept of the hand-overs is what the journal's entries name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/handover.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/journal.h"
#include "core/message.h"

/* Files of a hand-over and the words that an entry has for their hashes. */
static const struct {
    const char *word, *file;
} kept[] = {{" handed=", HANDOVER_HANDED},
            {" offered=", "offered.json"},
            {" receipt=", HANDOVER_RECEIPT},
            {" signature=", "receipt.p7s"},
            {" record=", "record.txt"}};
enum { KEPT = sizeof kept / sizeof *kept };

enum status handover_hashes(const char *folder, const char *transfer, struct arena *arena,
                            const char **out, struct error *error)
{
    enum status status = STATUS_OK;
    const char *text = "";
    for (int i = 0; i < KEPT && status == STATUS_OK; i++) {
        char hex[HASH_HEX_SIZE];
        const char *path = file_join(arena, file_join(arena, folder, transfer), kept[i].file);
        if (!file_exists(path))
            continue;
        status = hash_file(path, hex, error);
        text = arena_printf(arena, "%s%s%s", text, kept[i].word, hex);
    }
    *out = text;
    return status;
}

/* The last entry about each hand-over decides. */
struct transfer {
    char name[33];
    int64_t sequence;
    char hash[KEPT][HASH_HEX_SIZE]; /* "": it names no such file */
};

struct checking {
    struct transfer *list;
    size_t count, room;
};

static struct transfer *transfer_of(struct checking *checking, const char *name)
{
    for (size_t i = checking->count; i > 0; i--)
        if (strcmp(checking->list[i - 1].name, name) == 0)
            return &checking->list[i - 1];
    if (checking->count == checking->room) {
        checking->room = checking->room ? 2 * checking->room : 32;
        checking->list = memory_resize(checking->list, checking->room * sizeof *checking->list);
    }
    struct transfer *transfer = &checking->list[checking->count++];
    *transfer = (struct transfer){.sequence = 0};
    memcpy(transfer->name, name, sizeof transfer->name);
    return transfer;
}

static enum status take(void *context, const struct journal_record *record, struct error *error)
{
    struct transfer named = {.sequence = record->sequence};
    bool any = false;
    (void)error;
    if (strcmp(record->action, "handover") != 0 || strlen(record->object) != sizeof named.name - 1)
        return STATUS_OK;
    for (int i = 0; i < KEPT; i++) {
        const char *at = strstr(record->detail, kept[i].word);
        at = at ? at + strlen(kept[i].word) : "";
        if (strspn(at, "0123456789abcdef") != HASH_HEX_SIZE - 1)
            continue;
        memcpy(named.hash[i], at, HASH_HEX_SIZE - 1);
        any = true;
    }
    if (!any) /* of before entries had hashes */
        return STATUS_OK;
    memcpy(named.name, record->object, sizeof named.name);
    *transfer_of(context, record->object) = named;
    return STATUS_OK;
}

static int compare(const char *folder, const struct transfer *transfer, struct arena *arena,
                   void (*finding)(void *context, const char *place, const char *sentence),
                   void *context)
{
    int faults = 0;
    for (int i = 0; i < KEPT; i++) {
        char hex[HASH_HEX_SIZE] = "";
        const char *place = arena_printf(arena, "%s/%s", transfer->name, kept[i].file);
        const char *path = file_join(arena, folder, place);
        bool there = file_exists(path);
        if (transfer->hash[i][0] == '\0' || (there && hash_file(path, hex, NULL) == STATUS_OK &&
                                             strcmp(hex, transfer->hash[i]) == 0))
            continue;
        faults++;
        finding(context, arena_printf(arena, "%s/%s", file_name(folder), place),
                arena_printf(arena,
                             there ? _("this is not the file that entry %lld of the journal names; "
                                       "bring it back from a backup")
                                   : _("it is missing, and entry %lld of the journal names it; "
                                       "bring it back from a backup"),
                             (long long)transfer->sequence));
    }
    return faults;
}

enum status handover_check(const char *folder, const char *journal,
                           void (*finding)(void *context, const char *place, const char *sentence),
                           void *context, struct error *error)
{
    struct checking checking = {.list = NULL};
    struct journal_summary summary;
    struct arena *arena = arena_new();
    int faults = 0;
    enum status status = journal_read(journal, take, NULL, &checking, &summary, error);
    if (status == STATUS_REJECT) /* its own faults are told by who judges it */
        status = STATUS_OK;
    for (size_t i = 0; i < checking.count && status == STATUS_OK; i++)
        faults += compare(folder, &checking.list[i], arena, finding, context);
    if (faults > 0)
        status = error_set(error, STATUS_REJECT,
                           _("Of what is kept of hand-overs, %d files are not as the journal names "
                             "them."),
                           faults);
    free(checking.list);
    arena_free(arena);
    return status;
}
