/* sohoa sample: acceptance of what was digitised, lot by lot, after ISO 2859-1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/lot.h"
#include "archive/report.h"
#include "core/text.h"
#include "tools/account.h"

static struct {
    const char *batch, *box, *unit, *procedure, *from, *until, *series, *seed, *level, *aql, *by,
        *as_of;
    bool reduced, good;
    int again;
} option;

static const char *text_in(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    return text ? text : "";
}

/* Words of the records, as people read them. */
static const char *label_of(const char *word)
{
    static const struct {
        const char *word, *label;
    } labels[] = {{"normal", N_("normal")},       {"tightened", N_("tightened")},
                  {"reduced", N_("reduced")},     {"fault", N_("fault")},
                  {"type", N_("type of paper")},  {"operator", N_("operator")},
                  {"scanner", N_("scanner")},     {"day", N_("day")},
                  {"procedure", N_("procedure")}, {"unit", N_("unit")}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strcmp(labels[i].word, word) == 0)
            return message(labels[i].label);
    return word;
}

/* ------------------------------------------------------------------ draw, show */

static enum status read_day(struct cli *cli, const char *text, const char **iso)
{
    char day[11];
    *iso = NULL;
    if (text == NULL)
        return STATUS_OK;
    if (!text_date(text, day))
        return error_set(&cli->error, STATUS_REJECT, _("'%s' is no day; write 23/11/2026."), text);
    *iso = arena_strdup(cli->arena, day);
    return STATUS_OK;
}

static enum status read_order(struct cli *cli, struct lot_order *order)
{
    int level = iso_level_find(option.level ? option.level : "II");
    int aql = iso_aql_find(option.aql ? option.aql : "1.0");
    *order = (struct lot_order){.batch = option.batch,
                                .box = option.box,
                                .unit = option.unit,
                                .procedure = option.procedure,
                                .series = option.series ? option.series : "",
                                .seed = option.seed,
                                .level = (enum iso_level)level,
                                .aql = aql,
                                .reduced = option.reduced,
                                .again = option.again};
    if (level < 0)
        return error_set(&cli->error, STATUS_REJECT,
                         _("\"%s\" is no inspection level; there are S-1, S-2, S-3, S-4, I, II, "
                           "III"),
                         option.level);
    if (aql < 0)
        return error_set(&cli->error, STATUS_REJECT,
                         _("\"%s\" is no AQL of the standard; there are 0.010 0.015 0.025 0.040 "
                           "0.065 0.10 0.15 0.25 0.40 0.65 1.0 1.5 2.5 4.0 6.5 10"),
                         option.aql);
    enum status status = read_day(cli, option.from, &order->from);
    return status == STATUS_OK ? read_day(cli, option.until, &order->until) : status;
}

static void print_lot(int64_t number, const json_t *lot)
{
    const json_t *drawn = json_object_get(lot, "drawn");
    printf(_("Lot %lld: %lld documents, level %s, AQL %s, %s inspection, letter %s.\n"),
           (long long)number, (long long)json_int(lot, "size", 0), text_in(lot, "level"),
           text_in(lot, "aql"), label_of(text_in(lot, "severity")), text_in(lot, "letter"));
    printf(_("Sample of %lld: accepted with at most %lld faulty, refused from %lld on.\n"),
           (long long)json_int(lot, "sample", 0), (long long)json_int(lot, "accept", 0),
           (long long)json_int(lot, "reject", 0));
    printf(_("Drawn at entry %lld of the journal by the seed %s\n"),
           (long long)json_int(lot, "sequence", 0), text_in(lot, "seed"));
    for (size_t i = 0; i < json_array_size(drawn); i++)
        printf("  %s\n", json_string_value(json_array_get(drawn, i)));
}

static int draw(struct cli *cli)
{
    struct account_at at;
    struct lot_order order;
    json_t *data = NULL;
    int64_t number = 0;
    enum status status = read_order(cli, &order);
    if (status == STATUS_OK)
        status = account_moment(cli, option.as_of, &at);
    if (status == STATUS_OK)
        status = lot_draw(cli->db, &at, &order, &data, &cli->error);
    json_t *kept = json_incref(data);
    if (status == STATUS_OK)
        status = account_add(cli, KIND_LOT, data, &number);
    if (status == STATUS_OK && cli->json) {
        json_object_set_new(kept, "lot", json_integer((json_int_t)number));
        return cli_json(kept);
    }
    if (status == STATUS_OK)
        print_lot(number, kept);
    json_decref(kept);
    return status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
}

static bool read_number(const char *text, int64_t *number)
{
    char *end = NULL;
    *number = strtoll(text, &end, 10);
    return end != text && !*end && *number > 0;
}

/* Says of a verdict by whom it is signed, and whether that holds. */
static enum status check_signature(struct cli *cli, const json_t *verdict, const char **signer,
                                   bool *trusted)
{
    char *words = lot_words(verdict);
    const char *hex = text_in(verdict, "signature");
    *signer = "";
    *trusted = false;
    enum status status = *hex ? archive_check_words(&cli->warehouse.archive, words, strlen(words),
                                                    hex, cli->arena, signer, trusted, &cli->error)
                              : error_set(&cli->error, STATUS_REJECT, _("it is not signed"));
    free(words);
    return status;
}

static int show(struct cli *cli, int64_t number)
{
    json_t *lot = NULL, *verdict = NULL;
    const char *signer = "";
    bool trusted = false;
    enum status status = lot_find(cli->db, number, &lot, &cli->error);
    if (status == STATUS_OK)
        status = lot_verdict(cli->db, number, &verdict, &cli->error);
    if (status == STATUS_OK) /* the places that it draws from are the journal's */
        status = pipeline_account_read(&cli->warehouse, cli->db, &cli->error);
    if (status == STATUS_OK)
        status = lot_redraw(cli->db, lot, &cli->error);
    if (status == STATUS_OK && verdict)
        status = check_signature(cli, verdict, &signer, &trusted);
    if (cli->json && lot && (status == STATUS_OK || status == STATUS_REJECT)) {
        cli_json(json_pack("{s:I, s:O, s:O?, s:b, s:s, s:b}", "lot", (json_int_t)number, "data",
                           lot, "verdict", verdict, "same", status == STATUS_OK, "signer", signer,
                           "trusted", trusted));
    } else if (lot) {
        print_lot(number, lot);
        if (verdict)
            printf(_("%s: %lld of %lld with faults; signed by %s\n"),
                   json_flag(verdict, "accepted", 0) ? _("Accepted") : _("Refused"),
                   (long long)json_int(verdict, "faulty", 0),
                   (long long)json_int(verdict, "inspected", 0), *signer ? signer : "—");
        if (status == STATUS_OK)
            printf(_("✓ The seed draws the same sample again.\n"));
    }
    json_decref(lot);
    json_decref(verdict);
    if (status == STATUS_OK)
        return EXIT_DONE;
    return cli->json && lot ? EXIT_WRONG : cli_fail(cli, status);
}

/* ------------------------------------------------------------------ judge */

/* The agency's key signs what was found, before it is recorded. */
static enum status sign(struct cli *cli, json_t *data)
{
    const struct archive_settings *settings = &cli->warehouse.archive;
    struct signer *signer = NULL;
    struct error warning = {""};
    const char *hex = NULL;
    enum status status = *settings->key ? signer_open(settings, NULL, &signer, &cli->error)
                                        : error_set(&cli->error, STATUS_FATAL,
                                                    _("A verdict is signed, and no key is set: set "
                                                      "archive.key."));
    if (status == STATUS_OK)
        status = signer_ask(settings, signer, &warning, &cli->error);
    if (status == STATUS_OK) {
        char *words = lot_words(data);
        status = archive_sign_words(signer, words, strlen(words), cli->arena, &hex, &cli->error);
        free(words);
    }
    if (status == STATUS_OK)
        json_put_text(data, "signature", hex);
    signer_close(signer);
    return status;
}

static int judge(struct cli *cli, int64_t number, const char *csv)
{
    json_t *data = NULL;
    int64_t record = 0;
    enum status status = lot_judge(cli->db, number, csv, &data, &cli->error);
    if (status == STATUS_OK)
        status = sign(cli, data);
    json_t *kept = json_incref(data);
    if (status == STATUS_OK)
        status = account_add(cli, KIND_VERDICT, data, &record);
    else
        json_decref(data);
    if (status == STATUS_OK && cli->json) {
        json_object_set_new(kept, "record", json_integer((json_int_t)record));
        return cli_json(kept);
    }
    if (status == STATUS_OK)
        printf(_("%s: %lld of %lld with faults.\n"),
               json_flag(kept, "accepted", 0) ? _("Accepted") : _("Refused"),
               (long long)json_int(kept, "faulty", 0), (long long)json_int(kept, "inspected", 0));
    json_decref(kept);
    return status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
}

/* ------------------------------------------------------------------ list, stats */

static enum status list_row(void *context, const struct lot_row *row, struct error *error)
{
    struct listing *listing = context;
    struct cli *cli = listing->cli;
    (void)error;
    json_t *object = json_pack(
        "{s:I, s:s, s:I, s:I, s:s, s:s, s:s, s:b}", "lot", (json_int_t)row->lot, "series",
        row->series, "size", (json_int_t)row->size, "sample", (json_int_t)row->sample, "level",
        row->level, "aql", row->aql, "severity", row->severity, "judged", row->verdict > 0);
    if (row->verdict > 0) {
        json_object_set_new(object, "faulty", json_integer((json_int_t)row->faulty));
        json_object_set_new(object, "accepted", json_boolean(row->accepted));
    }
    json_array_append_new(listing->rows, object);
    table_row(listing->table,
              (const char *[]){account_count(cli, row->lot), row->series,
                               account_count(cli, row->size), account_count(cli, row->sample),
                               row->level, row->aql, label_of(row->severity),
                               row->verdict ? account_count(cli, row->faulty) : "",
                               !row->verdict   ? _("waits")
                               : row->accepted ? _("accepted")
                                               : _("refused")});
    return STATUS_OK;
}

static int list(struct cli *cli)
{
    struct account_at at;
    struct listing listing = listing_new(
        cli, (const char *[]){_(">lot"), _("series"), _(">documents"), _(">sample"), _("level"),
                              _("AQL"), _("inspection"), _(">faulty"), _("verdict"), NULL});
    enum status status = account_moment(cli, option.as_of, &at);
    if (status == STATUS_OK)
        status = lot_each(cli->db, &at, list_row, &listing, &cli->error);
    return listing_end(&listing, status);
}

static enum status stat_row(void *context, const struct lot_stat *stat, struct error *error)
{
    struct listing *listing = context;
    struct cli *cli = listing->cli;
    (void)error;
    json_t *object = json_pack("{s:s, s:I, s:I}", "key", stat->key, "inspected",
                               (json_int_t)stat->inspected, "faulty", (json_int_t)stat->faulty);
    if (stat->percent >= 0) {
        json_put_number(object, "percent", stat->percent, 2);
        json_put_number(object, "low", stat->low, 2);
        json_put_number(object, "high", stat->high, 2);
    }
    json_array_append_new(listing->rows, object);
    table_row(listing->table,
              (const char *[]){*stat->key ? stat->key : "—", account_count(cli, stat->inspected),
                               account_count(cli, stat->faulty),
                               stat->percent < 0
                                   ? _("n/a")
                                   : arena_printf(cli->arena, "%.2f %% (%.2f–%.2f)", stat->percent,
                                                  stat->low, stat->high)});
    return STATUS_OK;
}

static int stats(struct cli *cli)
{
    struct account_at at;
    const char *by = option.by ? option.by : "fault";
    struct listing listing =
        listing_new(cli, (const char *[]){label_of(by), _(">inspected"), _(">faulty"),
                                          _(">share (95 in 100)"), NULL});
    enum status status = account_moment(cli, option.as_of, &at);
    if (status == STATUS_OK)
        status = lot_stats(cli->db, &at, by, stat_row, &listing, &cli->error);
    return listing_end(&listing, status);
}

const struct act_words sample_acts[] = {
    {"draw", "", N_("a sample of the documents of a lot; all of them when nothing says which")},
    {"show", N_("LOT"), N_("which documents are drawn, and what was said of them")},
    {"judge", N_("LOT FILE.csv"),
     N_("accepted or refused, by a table: tai_lieu, ket_qua (đạt, lỗi), loi; --good when all are "
        "good")},
    {"list", "", N_("all lots, and what became of them")},
    {"stats", "", N_("how many documents were faulty, by what --by says")},
    {NULL, NULL, NULL}};

int cmd_sample(struct cli *cli, int argc, char **argv)
{
    static const struct option_row rows[] = {
        {"batch", OPTION_TEXT, &option.batch, "ID", N_("draw: documents of this batch")},
        {"box", OPTION_TEXT, &option.box, N_("CODE"), N_("draw: of this box")},
        {"unit", OPTION_TEXT, &option.unit, N_("NAME"), N_("draw: of this unit")},
        {"procedure", OPTION_TEXT, &option.procedure, N_("CODE"), N_("draw: of this procedure")},
        {"from", OPTION_TEXT, &option.from, N_("DAY"), N_("draw: scanned on this day or later")},
        {"until", OPTION_TEXT, &option.until, N_("DAY"),
         N_("draw: scanned on this day or earlier")},
        {"level", OPTION_TEXT, &option.level, "II",
         N_("draw: inspection level: I, II, III, S-1 ..")},
        {"aql", OPTION_TEXT, &option.aql, "1.0", N_("draw: acceptance quality limit, in percent")},
        {"series", OPTION_TEXT, &option.series, N_("NAME"),
         N_("draw: lots of one series decide how strictly the next is inspected")},
        {"seed", OPTION_TEXT, &option.seed, N_("WORD"),
         N_("draw: by this word, not by the hash of the journal's last entry")},
        {"reduced", OPTION_FLAG, &option.reduced, NULL,
         N_("draw: reduced inspection is allowed when it is earned")},
        {"again", OPTION_INT, &option.again, N_("LOT"),
         N_("draw: a refused lot that is offered again")},
        {"good", OPTION_FLAG, &option.good, NULL, N_("judge: every document is good")},
        {"by", OPTION_TEXT, &option.by, N_("WHAT"),
         N_("stats: by fault, type, operator, scanner, day, procedure or unit")},
        {"as-of", OPTION_TEXT, &option.as_of, N_("ENTRY|DAY"),
         N_("as it stood at an entry of the journal or at the end of a day")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    int64_t lot = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 1, 3, &rest, &count, &code))
        return code;
    if (strcmp(rest[0], "draw") == 0 && count == 1)
        return draw(cli);
    if (strcmp(rest[0], "list") == 0 && count == 1)
        return list(cli);
    if (strcmp(rest[0], "stats") == 0 && count == 1)
        return stats(cli);
    if (strcmp(rest[0], "show") == 0 && count == 2 && read_number(rest[1], &lot))
        return show(cli, lot);
    if (strcmp(rest[0], "judge") == 0 && count == (option.good ? 2 : 3) &&
        read_number(rest[1], &lot))
        return judge(cli, lot, option.good ? NULL : rest[2]);
    return account_no_act("sample", rest[0],
                          N_("draw, show LOT, judge LOT FILE.csv, judge LOT --good, list, stats"));
}
