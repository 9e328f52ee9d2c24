/* Whether what is kept of the hand-overs is what the journal's entries name, and the journal what
 * the hand-overs name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/handover.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/journal.h"
#include "core/json.h"
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

/* What a list says of the journal. */
struct head {
    const char *transfer, *at, *hash;
    int64_t sequence;
};

struct checking {
    struct transfer *list;
    size_t count, room;
    struct head *heads; /* by sequence */
    size_t head_count, next;
    const char *folder;
    struct arena *arena;
    void (*finding)(void *context, const char *place, const char *sentence);
    void *context;
    int faults;
};

static void tell(struct checking *checking, const char *transfer, const char *file,
                 const char *sentence)
{
    checking->faults++;
    checking->finding(
        checking->context,
        arena_printf(checking->arena, "%s/%s/%s", file_name(checking->folder), transfer, file),
        sentence);
}

/* ---------------------------------------------------------------- the journal, by the lists */

static int by_sequence(const void *a, const void *b)
{
    const struct head *one = a, *other = b;
    return (one->sequence > other->sequence) - (one->sequence < other->sequence);
}

/* The receipt that came back is for this very list. */
static void check_receipt(struct checking *checking, const char *transfer, const char *list)
{
    char hex[HASH_HEX_SIZE];
    json_t *receipt = NULL;
    const char *own = file_join(checking->arena, checking->folder, transfer);
    const char *path = file_join(checking->arena, own, HANDOVER_RECEIPT);
    if (!file_exists(path) || json_read(path, &receipt, NULL) != STATUS_OK)
        return;
    const char *said = json_text(receipt, "handed_sha256", checking->arena);
    if (said && hash_file(list, hex, NULL) == STATUS_OK && strcmp(said, hex) != 0)
        tell(checking, transfer, HANDOVER_RECEIPT,
             _("this receipt is for another list than the one beside it"));
    json_decref(receipt);
}

/* What every list says, beside its receipt. */
static enum status read_lists(struct checking *checking, struct error *error)
{
    struct arena *arena = checking->arena;
    char **names = NULL;
    size_t count = 0;
    if (!file_is_folder(checking->folder))
        return STATUS_OK;
    enum status status = file_list(checking->folder, arena, &names, &count, error);
    checking->heads = arena_array(arena, count + 1, sizeof *checking->heads);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        json_t *json = NULL;
        const char *own = file_join(arena, checking->folder, names[i]);
        const char *list = file_join(arena, own, HANDOVER_HANDED);
        if (!handover_is_transfer(names[i]) || json_read(list, &json, NULL) != STATUS_OK)
            continue; /* of others, or away: the journal's entries tell it */
        const json_t *said = json_object_get(json, "journal");
        struct head head = {names[i], json_text(json, "at", arena), json_text(said, "hash", arena),
                            json_int(said, "sequence", 0)};
        if (head.sequence > 0 && head.hash)
            checking->heads[checking->head_count++] = head;
        check_receipt(checking, names[i], list);
        json_decref(json);
    }
    qsort(checking->heads, checking->head_count, sizeof *checking->heads, by_sequence);
    return status;
}

static const char *day_of(const struct head *head, char out[MESSAGE_DATE_SIZE])
{
    char day[11];
    snprintf(day, sizeof day, "%.10s", head->at ? head->at : "");
    return message_date(day, out);
}

static void meet(struct checking *checking, const struct journal_record *record)
{
    char shown[MESSAGE_DATE_SIZE];
    const struct head *head = &checking->heads[checking->next];
    for (; checking->next < checking->head_count && head->sequence <= record->sequence;
         head = &checking->heads[++checking->next])
        if (head->sequence == record->sequence && strcmp(head->hash, record->hash) != 0)
            tell(checking, head->transfer, HANDOVER_HANDED,
                 arena_printf(checking->arena,
                              _("the journal was written anew: entry %lld is another than the "
                                "one that this list named on %s"),
                              (long long)head->sequence, day_of(head, shown)));
}

static void check_end(struct checking *checking, int64_t last)
{
    char shown[MESSAGE_DATE_SIZE];
    for (size_t i = checking->next; i < checking->head_count; i++)
        tell(checking, checking->heads[i].transfer, HANDOVER_HANDED,
             arena_printf(checking->arena,
                          _("the journal was cut off: it ends with entry %lld, but when this list "
                            "was written (%s) it had %lld"),
                          (long long)last, day_of(&checking->heads[i], shown),
                          (long long)checking->heads[i].sequence));
}

/* ---------------------------------------------------------------- the files, by the journal */

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
    meet(context, record);
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

static void compare(struct checking *checking, const struct transfer *transfer)
{
    for (int i = 0; i < KEPT; i++) {
        char hex[HASH_HEX_SIZE] = "";
        const char *own = file_join(checking->arena, checking->folder, transfer->name);
        const char *path = file_join(checking->arena, own, kept[i].file);
        bool there = file_exists(path);
        if (transfer->hash[i][0] == '\0' || (there && hash_file(path, hex, NULL) == STATUS_OK &&
                                             strcmp(hex, transfer->hash[i]) == 0))
            continue;
        tell(checking, transfer->name, kept[i].file,
             arena_printf(checking->arena,
                          there ? _("this is not the file that entry %lld of the journal names; "
                                    "bring it back from a backup")
                                : _("it is missing, and entry %lld of the journal names it; "
                                    "bring it back from a backup"),
                          (long long)transfer->sequence));
    }
}

enum status handover_check(const char *folder, const char *journal,
                           void (*finding)(void *context, const char *place, const char *sentence),
                           void *context, struct error *error)
{
    struct checking checking = {
        .folder = folder, .arena = arena_new(), .finding = finding, .context = context};
    struct journal_summary summary = {0};
    enum status status = read_lists(&checking, error);
    if (status == STATUS_OK)
        status = journal_read(journal, take, NULL, &checking, &summary, error);
    if (status == STATUS_REJECT) /* its own faults are told by who judges it */
        status = STATUS_OK;
    if (status == STATUS_OK)
        check_end(&checking, summary.sequence);
    for (size_t i = 0; i < checking.count && status == STATUS_OK; i++)
        compare(&checking, &checking.list[i]);
    if (checking.faults > 0)
        status = error_set(error, STATUS_REJECT,
                           _("Of what is kept of hand-overs, %d files are not as the journal names "
                             "them, or the journal is not as they do."),
                           checking.faults);
    free(checking.list);
    arena_free(checking.arena);
    return status;
}
