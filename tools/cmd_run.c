/* sohoa run, status, review: the pipeline, and what it holds for a person. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "core/text.h"
#include "tools/command.h"
#include "tools/fields.h"
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

/* To the minute. */
static const char *moment(struct cli *cli, const char *iso)
{
    const char *shown = terminal_date(cli->arena, iso);
    return shown == iso ? arena_strndup(cli->arena, iso, 16) : shown;
}

#define WHY_COLUMNS 100 /* of a reason in a table; all of it is in review show and --json */

/* Cut at a word, with "…". */
static const char *shorten(struct cli *cli, const char *why)
{
    if (text_length(why) <= WHY_COLUMNS)
        return why;
    const char *at = why, *blank = NULL;
    for (size_t columns = 0; *at && columns < WHY_COLUMNS; at++) {
        columns += (*at & 0xC0) != 0x80;
        blank = *at == ' ' ? at : blank;
    }
    size_t length = (size_t)((blank ? blank : at) - why);
    return arena_printf(cli->arena, "%.*s …", (int)length, why);
}

static enum status print_held(struct cli *cli, struct db *db, json_t *json, size_t *held)
{
    struct held_item *items = NULL;
    enum status status = review_list(&cli->warehouse, db, cli->arena, &items, held, &cli->error);
    if (status != STATUS_OK || (*held == 0 && json == NULL))
        return status;
    struct table *table =
        table_new((const char *[]){_("held"), _("id"), _("since"), _("why"), NULL});
    for (size_t i = 0; i < *held; i++) {
        if (json != NULL)
            json_array_append_new(json, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind",
                                                  items[i].kind, "id", items[i].id, "state",
                                                  items[i].state, "why", items[i].why, "since",
                                                  items[i].since, "path", items[i].path));
        table_row(table, (const char *[]){message(items[i].kind), items[i].id,
                                          moment(cli, items[i].since), shorten(cli, items[i].why)});
    }
    if (json == NULL)
        table_print(table);
    else
        table_drop(table);
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
        if (json != NULL)
            json_array_append_new(json,
                                  json_pack("{s:s, s:s, s:s, s:s, s:I}", "kind", items[i].kind,
                                            "state", items[i].state, "why", items[i].why, "since",
                                            items[i].since, "count", (json_int_t)items[i].count));
        table_row(table, (const char *[]){
                             message(items[i].kind), items[i].label,
                             arena_printf(cli->arena, "%lld", (long long)items[i].count),
                             terminal_age(cli->arena, items[i].since), shorten(cli, items[i].why)});
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
        status = print_held(cli, cli->db, held_items, &held);
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

/* ------------------------------------------------------------------ review */

#define WORDS_SHOWN 20 /* all are in --json */

static json_t *field_json(const struct field *field)
{
    json_t *value = json_object();
    json_put_text(value, "value", field->value);
    json_put_text(value, "printed", field->printed);
    json_put_number(value, "confidence", field->confidence, 3);
    json_put_text(value, "doubt", field->doubt);
    return value;
}

static json_t *words_json(const struct review_word *words, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct word *word = words[i].word;
        json_t *item = json_pack("{s:s, s:s, s:s, s:[i,i,i,i]}", "page", words[i].page, "text",
                                 word->text, "doubt", word->doubt, "box", word->box.x, word->box.y,
                                 word->box.width, word->box.height);
        json_put_number(item, "confidence", word->confidence, 3);
        if (word->alternative_count > 0)
            json_put_text(item, "or", word->alternatives[0].text);
        json_array_append_new(list, item);
    }
    return list;
}

static void print_words(struct cli *cli, const struct review_word *words, size_t count, size_t all)
{
    if (count == 0)
        return;
    printf(_("\nWords to look at: %zu of %zu\n"), count, all);
    struct table *table = table_new((const char *[]){_("page"), _(">left, top px"), _("read as"),
                                                     _("or as"), _("doubt"), NULL});
    for (size_t i = 0; i < count && i < WORDS_SHOWN; i++) {
        const struct word *word = words[i].word;
        table_row(table,
                  (const char *[]){
                      words[i].page, arena_printf(cli->arena, "%d, %d", word->box.x, word->box.y),
                      word->text, word->alternative_count > 0 ? word->alternatives[0].text : "",
                      strcmp(word->doubt, "syllable") == 0 ? _("Vietnamese has no such syllable")
                                                           : _("hard to read")});
    }
    table_print(table);
    if (count > WORDS_SHOWN)
        printf("…\n");
}

/* A page, a batch or a document's proofs that are held: why, and what can be done. */
static int show_other(struct cli *cli, const struct held_item *item)
{
    enum status status = cli_record_look(cli, "show", item->id, NULL);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", item->kind, "id",
                                  item->id, "state", item->state, "why", item->why, "since",
                                  item->since, "path", item->path ? item->path : ""));
    printf(_("%s %s\nheld: %s\nsince: %s\nfiles: %s\n\n"), message(item->kind), item->id, item->why,
           moment(cli, item->since), item->path ? item->path : "—");
    if (strcmp(item->kind, "proof") == 0)
        printf(_("Once the reason is mended: sohoa seal\n"));
    else if (strcmp(item->state, "open") != 0) /* of an open batch the reason says it */
        printf(_("Once the reason is mended, try it again: sohoa review send-back %s\n"), item->id);
    return EXIT_DONE;
}

/* What the list of held things names and is no document; NULL: there is no such thing. */
static const struct held_item *find_other(struct cli *cli, const char *id)
{
    struct held_item *items = NULL;
    size_t count = 0;
    if (review_list(&cli->warehouse, cli->db, cli->arena, &items, &count, NULL) != STATUS_OK)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i].id, id) == 0 && strcmp(items[i].kind, "document") != 0)
            return &items[i];
    return NULL;
}

/* The document.json of a document in the spool, by its path from the held list or by search
 * there. */
static int show_document(struct cli *cli, const char *id)
{
    struct document document;
    struct review_word *words = NULL;
    size_t word_count = 0;
    const char *why = "", *path = NULL, *pages = NULL;
    enum status status = review_document(&cli->warehouse, cli->db, id, cli->arena, &document, &why,
                                         &path, &cli->error);
    if (status == STATUS_OK)
        status = review_pages(&cli->warehouse, &document, cli->arena, &pages, &cli->error);
    if (status == STATUS_OK)
        status =
            review_words(&cli->warehouse, &document, cli->arena, &words, &word_count, &cli->error);
    if (status == STATUS_OK)
        status = cli_record_look(cli, "show", document.id, NULL);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json) {
        json_t *fields = json_object();
        for (int i = 0; i < FIELD_COUNT; i++)
            json_object_set_new(fields, field_name(i), field_json(&document.fields[i]));
        return cli_json(json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "id", document.id, "why", why,
                                  "path", path, "pages", pages, "fields", fields, "words",
                                  words_json(words, word_count)));
    }
    printf(_("Document %s\nheld: %s\nfiles: %s\n\n"), document.id, why, path);
    struct table *table = table_new(
        (const char *[]){_("field"), _("meaning"), _("value"), _(">sure"), _("doubt"), NULL});
    for (int i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &document.fields[i];
        table_row(table, (const char *[]){
                             field_name(i), field_label(i), terminal_date(cli->arena, field->value),
                             field->value != NULL
                                 ? arena_printf(cli->arena, "%.0f %%", field->confidence * 100)
                                 : "",
                             field->doubt});
    }
    table_print(table);
    print_words(cli, words, word_count, document.word_count);
    printf(_("\nPages:\n"));
    for (size_t i = 0; i < document.page_count; i++)
        printf("  %s%s%s%s\n", file_join(cli->arena, pages, document.pages[i].file),
               document.pages[i].blank ? _(" (blank)") : "",
               document.pages[i].held != NULL ? ": " : "",
               document.pages[i].held != NULL ? document.pages[i].held : "");
    printf(_("\nCorrect: sohoa review correct %s FIELD=VALUE ...\n"
             "Approve: sohoa review approve %s\n"),
           document.id, document.id);
    return EXIT_DONE;
}

static enum status correct_fields(struct cli *cli, const char *id, char **assignments, int count,
                                  const char *actor)
{
    for (int i = 0; i < count; i++) {
        enum field_id field = FIELD_COUNT;
        const char *value = NULL;
        enum status status = fields_assignment(cli, assignments[i], &field, &value);
        if (status == STATUS_OK)
            status = review_correct(&cli->warehouse, cli->db, id, field, value, actor, &cli->error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static int review_all(struct cli *cli)
{
    json_t *json = cli->json ? json_array() : NULL;
    size_t held = 0;
    enum status status = print_held(cli, cli->db, json, &held);
    if (status != STATUS_OK) {
        json_decref(json);
        return cli_fail(cli, status);
    }
    if (cli->json)
        return cli_json(json);
    if (held == 0)
        printf(_("Nothing is held for a person.\n"));
    return EXIT_DONE;
}

/* Held or not, and why, as it is now. */
static int say_after_correction(struct cli *cli, const char *id)
{
    struct document document;
    const char *why = "", *path = NULL;
    if (review_document(&cli->warehouse, cli->db, id, cli->arena, &document, &why, &path,
                        &cli->error) == STATUS_OK &&
        *why)
        printf(_("Recorded. It stays held: %s\nWhen it is right: sohoa review approve %s\n"), why,
               id);
    else
        printf(_("Recorded. 'sohoa run' goes on with it.\n"));
    return EXIT_DONE;
}

int cmd_review(struct cli *cli, int argc, char **argv)
{
    static const char *actor;
    static const struct option_row rows[] = {
        {"as", OPTION_TEXT, &actor, N_("NAME"), N_("who decides (the same as --actor)")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, -1, &rest, &count, &code))
        return code;
    if (actor != NULL) {
        cli->actor = actor;
        cli_identify(cli);
    }
    if (count == 0 || (count == 1 && strcmp(rest[0], "list") == 0))
        return review_all(cli);
    const char *act = rest[0], *id = count > 1 ? rest[1] : NULL, *who = journal_actor();
    cli->recorded = strcmp(act, "show") != 0; /* by the pipeline, with what was done */
    enum status status = STATUS_OK;
    if (id != NULL && count == 2 && strcmp(act, "show") == 0) {
        const struct held_item *other = find_other(cli, id);
        return other ? show_other(cli, other) : show_document(cli, id);
    }
    if (id != NULL && count > 2 && strcmp(act, "correct") == 0)
        status = correct_fields(cli, id, rest + 2, count - 2, who);
    else if (id != NULL && count == 2 && strcmp(act, "approve") == 0)
        status = review_approve(&cli->warehouse, cli->db, id, who, &cli->error);
    else if (id != NULL && count == 2 && strcmp(act, "send-back") == 0)
        status = review_send_back(&cli->warehouse, cli->db, id, who, &cli->error);
    else {
        fprintf(stderr, _("usage: sohoa review [list]\n"
                          "       sohoa review show ID\n"
                          "       sohoa review correct ID FIELD=VALUE...\n"
                          "       sohoa review approve ID\n"
                          "       sohoa review send-back ID\n"));
        return EXIT_USAGE;
    }
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:s}", "status", "ok"));
    if (strcmp(act, "correct") == 0)
        return say_after_correction(cli, id);
    printf(_("Recorded. 'sohoa run' goes on with it.\n"));
    return EXIT_DONE;
}
