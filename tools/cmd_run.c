/* sohoa run, status: the pipeline, and how far things have come. */
#include <stdio.h>
#include <string.h>

#include "tools/command.h"
#include "tools/held.h"
#include "tools/proofs.h"
#include "tools/twins.h"

/* ------------------------------------------------------------------ status */

static enum status print_counts(struct cli *cli, struct db *db, json_t *json)
{
    struct pipeline_count *counts = NULL;
    size_t count = 0, rows = 0;
    enum status status = pipeline_status(db, cli->arena, &counts, &count, &cli->error);
    if (status != STATUS_OK)
        return status;
    struct table *table = table_new((const char *[]){_("what"), _("state"), _(">number"), NULL});
    for (size_t i = 0; i < count; i++) {
        if (json != NULL)
            json_array_append_new(json,
                                  json_pack("{s:s, s:s, s:I}", "kind", counts[i].kind, "state",
                                            counts[i].state, "count", (json_int_t)counts[i].count));
        if (counts[i].count == 0)
            continue; /* for people only what there is */
        rows++;
        table_row(table,
                  (const char *[]){message(counts[i].kind), counts[i].label,
                                   arena_printf(cli->arena, "%lld", (long long)counts[i].count)});
    }
    if (json == NULL && rows > 0)
        table_print(table);
    else
        table_drop(table);
    int64_t known = 0; /* also without rows here: from PDFs alone */
    if (json == NULL && rows == 0 &&
        db_first_int(db, &known, NULL, "SELECT count(*) FROM catalog_entry", "") == STATUS_OK &&
        known == 0)
        printf(_("Nothing has come in yet. Next: sohoa scan, or sohoa import\n"));
    return STATUS_OK;
}

/* What does not go on by itself just now: a key that is not there, a disk that was full. */
static enum status print_waiting(struct cli *cli, struct db *db, json_t *json)
{
    struct pipeline_waiting *items = NULL;
    size_t count = 0;
    enum status status = pipeline_waiting(db, cli->arena, &items, &count, &cli->error);
    if (status != STATUS_OK || count == 0)
        return status;
    struct table *table = table_new(
        (const char *[]){_("waits"), _("state"), _(">number"), _(">for"), _("why"), NULL});
    for (size_t i = 0; i < count; i++) {
        items[i].why = message_again(cli->arena, items[i].why);
        if (json != NULL)
            json_array_append_new(json,
                                  json_pack("{s:s, s:s, s:s, s:s, s:I}", "kind", items[i].kind,
                                            "state", items[i].state, "why", items[i].why, "since",
                                            items[i].since, "count", (json_int_t)items[i].count));
        table_row(table,
                  (const char *[]){message(items[i].kind), items[i].label,
                                   arena_printf(cli->arena, "%lld", (long long)items[i].count),
                                   terminal_age(cli->arena, items[i].since),
                                   held_shorten(cli, items[i].why)});
    }
    if (json == NULL) {
        table_print(table);
        putchar('\n');
    } else {
        table_drop(table);
    }
    return STATUS_OK;
}

/* What page images take in the store, beside the budget each page had. */
static enum status print_images(struct cli *cli, struct db *db, json_t *json)
{
    static const char *const names[INDEX_CLASSES] = {N_("colour pages"), N_("grey pages"),
                                                     N_("bilevel pages")};
    struct index_images images[INDEX_CLASSES];
    enum status status = index_image_sizes(db, images, &cli->error);
    if (status != STATUS_OK)
        return status;
    json_t *list = json_array();
    for (size_t i = 0; i < INDEX_CLASSES; i++) {
        if (images[i].pages == 0)
            continue;
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}", "class", images[i].class,
                                              "pages", (json_int_t)images[i].pages, "bytes",
                                              (json_int_t)images[i].bytes, "over_budget",
                                              (json_int_t)images[i].over_budget));
        if (json == NULL)
            printf(_("Stored %s: %lld, %.0f kB each on average; above their budget: %lld\n"),
                   message(names[i]), (long long)images[i].pages,
                   (double)images[i].bytes / 1000 / (double)images[i].pages,
                   (long long)images[i].over_budget);
    }
    if (json != NULL)
        json_object_set(json, "images", list);
    json_decref(list);
    return STATUS_OK;
}

int cmd_status(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 0, 0, &rest, &count, &code))
        return code;
    json_t *counts = cli->json ? json_array() : NULL;
    json_t *held_items = cli->json ? json_array() : NULL;
    json_t *waiting = cli->json ? json_array() : NULL;
    size_t held = 0;
    enum status status = print_counts(cli, cli->db, counts);
    if (!cli->json && status == STATUS_OK)
        putchar('\n');
    if (status == STATUS_OK)
        status = print_waiting(cli, cli->db, waiting);
    if (status == STATUS_OK)
        status = held_print(cli, cli->db, held_items, &held);
    if (status != STATUS_OK) {
        json_decref(waiting);
        json_decref(counts);
        json_decref(held_items);
        return cli_fail(cli, status);
    }
    if (cli->json) {
        json_t *all =
            json_pack("{s:o, s:o, s:o}", "counts", counts, "waiting", waiting, "held", held_items);
        status = cli_print_keeping(cli, cli->db, all);
        if (status == STATUS_OK)
            status = print_images(cli, cli->db, all);
        if (status == STATUS_OK)
            return cli_json(all);
        json_decref(all);
        return cli_fail(cli, status);
    }
    if (held == 0)
        printf(_("Nothing is held for a person.\n"));
    else
        printf(_("\n%zu held. 'sohoa review show ID' shows one.\n"), held);
    if (pipeline_catalogue_there(&cli->warehouse, cli->db, &cli->error) == STATUS_RETRY)
        puts(cli->error.text);
    status = cli_print_keeping(cli, cli->db, NULL);
    if (status == STATUS_OK)
        status = print_images(cli, cli->db, NULL);
    return status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
}

/* ------------------------------------------------------------------ run */

struct run_view {
    struct pipeline_progress last;
};

static void show_run(void *context, const struct pipeline_progress *now)
{
    struct run_view *view = context;
    view->last = *now;
    char note[120];
    snprintf(note, sizeof note, _("%lld pages read, %lld documents found again, %lld held"),
             (long long)now->pages_read, (long long)now->documents_indexed, (long long)now->held);
    terminal_progress(_("Working"), now->steps_done, now->steps_done + now->steps_left, note);
}

int cmd_run(struct cli *cli, int argc, char **argv)
{
    static int jobs = -1; /* not said */
    static bool no_sign;
    static const struct option_row rows[] = {
        {"j", OPTION_INT, &jobs, "N", N_("worker processes (else [pipeline] jobs)")},
        {"no-sign", OPTION_FLAG, &no_sign, NULL,
         N_("pack without a signature: copies without legal value")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, 0, &rest, &count, &code))
        return code;
    if (jobs == 0 || jobs > 64) {
        fprintf(stderr, _("sohoa: -j takes 1 to 64 workers\n"));
        return EXIT_USAGE;
    }
    if (jobs > 0)
        cli->warehouse.pipeline.jobs = jobs;
    if (no_sign)
        cli->warehouse.archive.sign = false;
    struct run_view view = {0};
    int64_t last = twins_last(cli);
    enum status status = pipeline_run(&cli->warehouse, show_run, &view, &cli->error);
    terminal_progress_end();
    bool failed = status != STATUS_OK && status != STATUS_END;
    if (failed && (cli->json || view.last.steps_done == 0))
        return cli_fail(cli, status);
    struct pipeline_proofs proofs = {.since = "", .why = ""};
    struct error fault = {""}; /* what the run came to is told in any case */
    if (warehouse_db(&cli->warehouse, &cli->db, &fault) == STATUS_OK)
        pipeline_proofs(cli->db, cli->arena, &proofs, &fault);
    json_t *twins = view.last.documents_indexed > 0 ? twins_since(cli, last) : json_array();
    if (cli->json)
        cli_json(json_pack(
            "{s:I, s:I, s:I, s:I, s:I, s:O, s:o}", "pages_read", (json_int_t)view.last.pages_read,
            "documents_signed", (json_int_t)view.last.documents_signed, "documents_stored",
            (json_int_t)view.last.documents_stored, "documents_indexed",
            (json_int_t)view.last.documents_indexed, "held", (json_int_t)view.last.held, "twins",
            twins, "proofs", proofs_json(&proofs)));
    else
        printf(_("%s read; documents: %lld signed, %lld stored, %lld indexed; %lld held for a "
                 "person.\n"),
               terminal_count(cli->arena, "%lld page", "%lld pages", view.last.pages_read),
               (long long)view.last.documents_signed, (long long)view.last.documents_stored,
               (long long)view.last.documents_indexed, (long long)view.last.held);
    if (!cli->json) {
        twins_print(twins);
        proofs_print_left(cli, &proofs);
    }
    json_decref(twins);
    if (failed)
        return cli_fail(cli, status);
    if (status == STATUS_END)
        return EXIT_INTERRUPTED;
    return view.last.held > 0 ? EXIT_PERSON : EXIT_DONE;
}
