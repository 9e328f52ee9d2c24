/* sohoa review: what is held for a person, and what a person says of it. */
#include <stdio.h>
#include <string.h>

#include "account/twins.h"
#include "core/file.h"
#include "core/journal.h"
#include "tools/account.h"
#include "tools/decisions.h"
#include "tools/fields.h"
#include "tools/held.h"
#include "tools/twins.h"

#define WORDS_SHOWN 20 /* all are in --json */

static json_t *field_json(struct cli *cli, const struct field *field)
{
    json_t *value = json_object();
    json_put_text(value, "value", field->value);
    json_put_text(value, "printed", field->printed);
    json_put_number(value, "confidence", field->confidence, 3);
    json_put_text(value, "doubt", message_again(cli->arena, field->doubt));
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
    const char *why = message_again(cli->arena, item->why);
    enum status status = cli_record_look(cli, "show", item->id, NULL);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", item->kind, "id",
                                  item->id, "state", item->state, "why", why, "since", item->since,
                                  "path", item->path ? item->path : ""));
    printf(_("%s %s\nheld: %s\nsince: %s\nfiles: %s\n\n"), message(item->kind), item->id, why,
           held_moment(cli, item->since), item->path ? item->path : "—");
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
    why = message_again(cli->arena, why);
    if (cli->json) {
        json_t *fields = json_object();
        for (int i = 0; i < FIELD_COUNT; i++)
            json_object_set_new(fields, field_name(i), field_json(cli, &document.fields[i]));
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
                             message_again(cli->arena, field->doubt)});
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
    enum status status = held_print(cli, cli->db, json, &held);
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
        printf(_("Recorded. It stays held: %s\nWhen it is right: sohoa review approve %s\n"),
               message_again(cli->arena, why), id);
    else
        printf(_("Recorded. 'sohoa run' goes on with it.\n"));
    return EXIT_DONE;
}

static enum status say_of_twin(struct cli *cli, const char *id, bool same, const char *reason,
                               const char *actor)
{
    enum status status = same ? STATUS_OK : decisions_reason(cli, reason);
    return status == STATUS_OK
               ? review_twin(&cli->warehouse, cli->db, id, same, reason, actor, &cli->error)
               : status;
}

static int say_after_twin(struct cli *cli, const char *id, bool same)
{
    struct document document;
    const char *why = "", *path = NULL;
    bool held = review_document(&cli->warehouse, cli->db, id, cli->arena, &document, &why, &path,
                                &cli->error) == STATUS_OK &&
                *why;
    if (held)
        printf(_("Recorded: it is another paper. It stays held: %s\nWhen it is right: sohoa review "
                 "approve %s\n"),
               message_again(cli->arena, why), id);
    else if (same)
        printf(_("Recorded: it is the same paper, and does not count. Its pages are kept.\n"));
    else
        printf(_("Recorded: it is another paper, and counts.\n"));
    return EXIT_DONE;
}

/* Of each document by itself: one that is refused is told, and the others go on. */
static int say_of_twins(struct cli *cli, bool same, char **ids, int count, const char *reason,
                        const char *actor)
{
    enum status worst = same ? STATUS_OK : decisions_reason(cli, reason);
    if (worst != STATUS_OK)
        return cli_fail(cli, worst);
    json_t *said = json_array(), *refused = json_array();
    for (int i = 0; i < count && worst != STATUS_FATAL; i++) {
        enum status status =
            review_twin(&cli->warehouse, cli->db, ids[i], same, reason, actor, &cli->error);
        if (status == STATUS_OK) {
            json_array_append_new(said, json_string(ids[i]));
            continue;
        }
        fprintf(stderr, "sohoa: %s: %s\n", ids[i], cli->error.text);
        json_array_append_new(
            refused, json_pack("{s:s, s:s}", "document", ids[i], "error", cli->error.text));
        worst = status > worst ? status : worst;
    }
    size_t done = json_array_size(said);
    if (!cli->json)
        printf(same ? message_count("%lld document is set aside as the same paper.\n",
                                    "%lld documents are set aside as the same papers.\n", done)
                    : message_count("%lld document is another paper.\n",
                                    "%lld documents are other papers.\n", done),
               (long long)done);
    if (cli->json)
        cli_json(json_pack("{s:s, s:O, s:O}", "status", status_name(worst),
                           same ? "same" : "another", said, "refused", refused));
    else if (!same && done > 0)
        printf(_("What was held for it waits for its approval: sohoa review\n"));
    json_decref(said);
    json_decref(refused);
    return cli_exit_code(worst);
}

/* With one id behind it; *known false: there is no such act. */
static enum status do_act(struct cli *cli, const char *act, const char *id, const char *reason,
                          const char *actor, bool *known)
{
    bool same = strcmp(act, "same") == 0;
    *known = true;
    if (strcmp(act, "approve") == 0)
        return review_approve(&cli->warehouse, cli->db, id, actor, &cli->error);
    if (strcmp(act, "send-back") == 0)
        return review_send_back(&cli->warehouse, cli->db, id, actor, &cli->error);
    if (same || strcmp(act, "another") == 0)
        return say_of_twin(cli, id, same, reason, actor);
    *known = false;
    return STATUS_OK;
}

const struct act_words review_acts[] = {
    {"list", "", N_("what is held, and why; the same as without a word")},
    {"show", N_("ID"), N_("one of them: what was read, what is doubtful in it, its pages")},
    {"correct", N_("ID FIELD=VALUE..."), N_("what a field says, as it stands on the paper")},
    {"approve", N_("ID"), N_("all is right: 'sohoa run' packs, signs and stores it")},
    {"send-back", N_("ID"),
     N_("the step at which it stopped is done again (of a page: the reading)")},
    {"twins", "", N_("papers that are there twice, and what a person said of them")},
    {"same", N_("ID... [--reason WORDS]"), N_("the same paper, taken in twice: counted once")},
    {"another", N_("ID... --reason WORDS"), N_("another paper, although it looks the same")},
    {NULL, NULL, NULL}};

static int usage(void)
{
    for (const struct act_words *act = review_acts; act->name != NULL; act++)
        fprintf(
            stderr,
            act == review_acts ? _("usage: sohoa review %s%s%s\n") : "       sohoa review %s%s%s\n",
            act->name, *act->arguments ? " " : "", *act->arguments ? message(act->arguments) : "");
    return EXIT_USAGE;
}

int cmd_review(struct cli *cli, int argc, char **argv)
{
    static const char *actor, *reason;
    static const struct option_row rows[] = {
        {"as", OPTION_TEXT, &actor, N_("NAME"), N_("who decides (the same as --actor)")},
        {"reason", OPTION_TEXT, &reason, N_("WORDS"),
         N_("why it is another paper, or the same (another, same)")},
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
    if (count == 1 && strcmp(rest[0], "twins") == 0)
        return twins_list(cli);
    const char *act = rest[0], *id = count > 1 ? rest[1] : NULL, *who = journal_actor();
    cli->recorded = strcmp(act, "show") != 0; /* by the pipeline, with what was done */
    enum status status = STATUS_OK;
    bool known = false;
    if (id != NULL && count == 2 && strcmp(act, "show") == 0) {
        const struct held_item *other = find_other(cli, id);
        return other ? show_other(cli, other) : show_document(cli, id);
    }
    bool same = strcmp(act, "same") == 0;
    if (count > 2 && (same || strcmp(act, "another") == 0))
        return say_of_twins(cli, same, rest + 1, count - 1, reason, who);
    if (id != NULL && count > 2 && strcmp(act, "correct") == 0) {
        status = correct_fields(cli, id, rest + 2, count - 2, who);
        known = true;
    } else if (id != NULL && count == 2) {
        status = do_act(cli, act, id, reason, who, &known);
    }
    if (!known)
        return usage();
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:s}", "status", "ok"));
    if (strcmp(act, "correct") == 0)
        return say_after_correction(cli, id);
    if (same || strcmp(act, "another") == 0)
        return say_after_twin(cli, id, same);
    printf(_("Recorded. 'sohoa run' goes on with it.\n"));
    return EXIT_DONE;
}
