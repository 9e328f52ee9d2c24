#include "tools/handover.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "tools/held.h"

static const char *folder_of(struct cli *cli)
{
    return file_join(cli->arena, cli->warehouse.root, "handovers");
}

/* What is kept of it is named by its hashes: an edited receipt is none. */
static enum status record(struct cli *cli, const char *transfer, const char *state)
{
    const char *hashes = "";
    enum status status =
        handover_hashes(folder_of(cli), transfer, cli->arena, &hashes, &cli->error);
    return status == STATUS_OK ? cli_record(cli, "handover", transfer,
                                            arena_printf(cli->arena, "%s%s", state, hashes))
                               : status;
}

enum status handover_kept_check(struct cli *cli,
                                void (*finding)(void *context, const char *place,
                                                const char *sentence),
                                void *context)
{
    return handover_check(folder_of(cli), cli->warehouse.journal, finding, context, &cli->error);
}

enum status handover_before(struct cli *cli, const char *summary, const char *receiver,
                            const char *const *ids, size_t count, const char **before)
{
    return handover_open(folder_of(cli), summary, receiver, ids, count, cli->arena, before,
                         &cli->error);
}

enum status handover_given(struct cli *cli, json_t *summary, const char *receiver,
                           const char *before)
{
    json_put_text(summary, "giver", cli->warehouse.archive.custodian);
    json_put_text(summary, "receiver", receiver ? receiver : "");
    if (*before)
        json_put_text(summary, "supersedes", before);
    enum status status =
        handover_give(folder_of(cli), cli->warehouse.journal, summary, &cli->error);
    const char *transfer = json_string_value(json_object_get(summary, "transfer"));
    return status == STATUS_OK
               ? record(cli, transfer,
                        arena_printf(cli->arena, "state=given packages=%lld",
                                     (long long)json_int(summary, "packages_count", 0)))
               : status;
}

/* Receipt, signature and record, where the giver gets them from. */
static enum status copy_out(struct cli *cli, const struct handover_sum *sum, const char *to)
{
    const char *own = file_join(cli->arena, folder_of(cli), sum->transfer);
    static const char *const names[] = {HANDOVER_RECEIPT, "receipt.p7s", "record.txt"};
    enum status status = file_mkdirs(to, &cli->error);
    for (size_t i = 0; i < sizeof names / sizeof *names && status == STATUS_OK; i++) {
        const char *from = file_join(cli->arena, own, names[i]);
        if (file_exists(from))
            status = file_copy(from, file_join(cli->arena, to, names[i]), &cli->error);
    }
    return status;
}

static const char *state_of(struct cli *cli, const char *state, const struct handover_sum *sum)
{
    return arena_printf(cli->arena, "state=%s packages=%d taken=%d signed=%d", state, sum->handed,
                        sum->taken, sum->is_signed);
}

enum status handover_taken(struct cli *cli, const char *from, const struct handover_taken *taken,
                           size_t count, const char *to, bool *refused)
{
    struct handover_sum sum;
    cli_identify(cli);
    const struct handover_receiver receiver = {folder_of(cli), cli->warehouse.archive.custodian,
                                               journal_actor(), &cli->warehouse.archive};
    enum status status =
        handover_receive(&receiver, from, taken, count, cli->arena, &sum, &cli->error);
    *refused = sum.refused;
    if (status != STATUS_OK || sum.path == NULL)
        return status;
    status = record(cli, sum.transfer, state_of(cli, "received", &sum));
    if (status == STATUS_OK && to)
        status = copy_out(cli, &sum, to);
    if (status == STATUS_OK && !cli->json)
        printf(_("Receipt of the hand-over: packages taken over: %d of %d; %s\n"
                 "The giver gets the files in %s back, and keeps them by: sohoa export --receipt "
                 "receipt.json\n"),
               sum.taken, sum.handed, sum.path,
               to ? to : file_join(cli->arena, folder_of(cli), sum.transfer));
    return status;
}

static void show_fault(void *context, const char *sentence)
{
    json_array_append_new(context, json_string(sentence));
    fprintf(stderr, "✗ %s\n", sentence);
}

int handover_returned(struct cli *cli, const char *receipt)
{
    struct handover_sum sum;
    json_t *faults = json_array();
    enum status status = handover_accept(folder_of(cli), receipt, &cli->warehouse.archive,
                                         cli->arena, show_fault, faults, &sum, &cli->error);
    if (status == STATUS_OK)
        status = record(cli, sum.transfer, state_of(cli, "receipt", &sum));
    if (status != STATUS_OK) {
        json_decref(faults);
        return cli_fail(cli, status);
    }
    if (cli->json) {
        cli_json(json_pack("{s:s, s:i, s:i, s:b, s:b, s:s, s:o}", "transfer", sum.transfer,
                           "packages", sum.handed, "taken", sum.taken, "complete", sum.complete,
                           "signed", sum.is_signed, "signer", sum.signer, "faults", faults));
    } else {
        json_decref(faults);
        printf(_("Packages taken over: %d of %d; the receipt is kept: %s\n"), sum.taken, sum.handed,
               sum.path);
        if (sum.is_signed)
            printf(_("It is signed by %s.\n"), sum.signer);
        else
            printf(_("It is not signed digitally: keep the paper that was signed.\n"));
    }
    return sum.complete ? EXIT_DONE : EXIT_PERSON;
}

static const char *word_of(const json_t *one, const char *key)
{
    const char *text = json_string_value(json_object_get(one, key));
    return text ? text : "";
}

static const char *receipt_words(struct cli *cli, const json_t *one, bool superseded)
{
    const char *back = word_of(one, "received_at");
    if (*back == 0)
        return superseded ? _("none: a later one into the same folder took its place")
                          : _("no receipt yet");
    return arena_printf(cli->arena, _("%s: packages taken over: %lld of %lld"),
                        held_moment(cli, back), (long long)json_int(one, "taken", 0),
                        (long long)json_int(one, "packages", 0));
}

int handover_show(struct cli *cli)
{
    json_t *list = NULL;
    enum status status = handover_list(folder_of(cli), cli->arena, &list, &cli->error);
    if (status != STATUS_OK) {
        json_decref(list);
        return cli_fail(cli, status);
    }
    int waiting = 0;
    struct table *table = table_new(
        (const char *[]){_("handed over"), _("receiver"), _(">packages"), _("receipt"), NULL});
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        bool complete = json_is_true(json_object_get(one, "complete"));
        const char *back = word_of(one, "received_at");
        bool superseded = *word_of(one, "superseded_by") != 0 && *back == 0;
        waiting += !complete && !superseded;
        table_row(table,
                  (const char *[]){
                      held_moment(cli, word_of(one, "at")), word_of(one, "receiver"),
                      arena_printf(cli->arena, "%lld", (long long)json_int(one, "packages", 0)),
                      receipt_words(cli, one, superseded)});
    }
    if (!cli->json && json_array_size(list) > 0)
        table_print(table);
    else
        table_drop(table);
    if (!cli->json && json_array_size(list) == 0)
        printf(_("Nothing was handed over yet.\n"));
    if (cli->json)
        cli_json(json_incref(list));
    json_decref(list);
    return waiting > 0 ? EXIT_PERSON : EXIT_DONE;
}
