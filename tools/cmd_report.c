/* sohoa progress --report, --verify, --indicators: figures that can be counted again. */
#include <stdio.h>
#include <string.h>

#include "account/indicators.h"
#include "core/file.h"
#include "pipeline/report.h"
#include "tools/account.h"

static int find_kind(const char *word, enum report_period *kind)
{
    int found = report_period_find(word);
    if (found < 0) {
        fprintf(stderr, _("sohoa progress: --report takes month, quarter or year, not '%s'\n"),
                word);
        return EXIT_USAGE;
    }
    *kind = (enum report_period)found;
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ making */

/* Long names are cut on the screen; they are whole in files. Forecasts are sentences, not names. */
static void print_table(struct cli *cli, const struct report_table *table)
{
    bool names = strcmp(table->id, REPORT_DETAILS) == 0;
    const char *heads[33] = {NULL};
    char room[32][128];
    for (size_t c = 0; c < table->column_count && c < 32; c++) {
        snprintf(room[c], sizeof room[c], "%s%s", table->columns[c].right ? ">" : "",
                 table->columns[c].head);
        heads[c] = room[c];
    }
    struct table *out = table_new(heads);
    for (size_t r = 0; r < table->row_count; r++) {
        const char *cells[33] = {NULL};
        for (size_t c = 0; c < table->column_count && c < 32; c++)
            cells[c] = names ? account_short(cli, table->cells[r * table->column_count + c].text)
                             : table->cells[r * table->column_count + c].text;
        table_row(out, cells);
    }
    table_print(out);
}

static int show(struct cli *cli, const struct report *report)
{
    if (cli->json)
        return cli_json(report_json(report));
    printf("%s\n%s\n", report->title, report->subtitle);
    for (size_t i = 0; i < report->block_count; i++) {
        const struct report_block *block = &report->blocks[i];
        if (block->table != NULL)
            print_table(cli, block->table);
        else
            printf("\n%s\n", block->text);
    }
    return EXIT_DONE;
}

/* "bao-cao-2026-11.pdf" and .xlsx in a folder, or the file that was named. */
static enum status write_all(struct cli *cli, const struct report *report, const char *out,
                             json_t *written)
{
    static const char *const ends[] = {"pdf", "xlsx"};
    enum status status = STATUS_OK;
    const char *period = json_string_value(json_object_get(report->facts, "period"));
    bool folder = file_is_folder(out);
    for (size_t i = 0; i < (folder ? 2 : 1) && status == STATUS_OK; i++) {
        const char *path =
            folder ? arena_printf(cli->arena, "%s/bao-cao-%s.%s", out, period, ends[i]) : out;
        status = pipeline_report_write(&cli->warehouse, cli->db, report, path, &cli->error);
        if (status == STATUS_OK)
            json_array_append_new(written, json_string(path));
    }
    return status;
}

int report_make(struct cli *cli, const char *word, const char *period, const struct account_at *at,
                const char *out)
{
    struct report *report = NULL;
    enum report_period kind = REPORT_MONTH;
    json_t *written = json_array();
    int code = find_kind(word, &kind);
    if (code != EXIT_DONE)
        return code;
    cli_identify(cli);
    enum status status = pipeline_report(&cli->warehouse, cli->db, kind, period ? period : "", at,
                                         &report, &cli->error);
    if (status == STATUS_OK && out == NULL)
        code = show(cli, report);
    else if (status == STATUS_OK)
        status = write_all(cli, report, out, written);
    if (status != STATUS_OK)
        code = cli_fail(cli, status);
    else if (out != NULL && cli->json)
        code = cli_json(json_pack("{s:O, s:O}", "written", written, "facts", report->facts));
    for (size_t i = 0; status == STATUS_OK && !cli->json && i < json_array_size(written); i++)
        printf("%s\n", json_string_value(json_array_get(written, i)));
    json_decref(written);
    report_free(report);
    return code;
}

/* ------------------------------------------------------------------ verifying */

struct hearing {
    struct cli *cli;
    json_t *faults;
};

static void hear(void *context, const char *place, const char *sentence)
{
    struct hearing *hearing = context;
    if (!hearing->cli->json)
        printf("✗ %s: %s\n", place, sentence);
    json_array_append_new(hearing->faults,
                          json_pack("{s:s, s:s}", "place", place, "fault", sentence));
}

static void print_verdict(struct cli *cli, const struct report_verdict *verdict)
{
    printf("%s\n", verdict->title);
    printf(_("  counted at entry %lld of the journal, record %lld: %zu figures counted again\n"),
           (long long)verdict->sequence, (long long)verdict->record, verdict->figures);
    if (verdict->is_pdf && *verdict->signer != 0)
        printf(verdict->trusted ? _("  signed by %s, %s\n")
                                : _("  signed by %s, %s, whom this archive does not trust\n"),
               verdict->signer, terminal_date(cli->arena, verdict->signed_at));
    if (!verdict->is_pdf)
        printf(_("  a spreadsheet carries no signature; its figures are what was counted\n"));
    if (verdict->recorded > 0)
        printf(_("  this file is the one of record %lld\n"), (long long)verdict->recorded);
    if (verdict->plan_changed)
        printf(
            _("  the plan or a catalogue is another today; the report was counted by its own\n"));
}

int report_verify(struct cli *cli, const char *path)
{
    struct report_verdict verdict;
    struct hearing hearing = {cli, json_array()};
    enum status status = pipeline_report_verify(&cli->warehouse, cli->db, path, hear, &hearing,
                                                cli->arena, &verdict, &cli->error);
    if (status != STATUS_OK && verdict.faults == 0) {
        json_decref(hearing.faults);
        return cli_fail(cli, status) == EXIT_PERSON ? EXIT_WRONG : cli_exit_code(status);
    }
    if (cli->json) {
        cli_json(json_pack("{s:b, s:s, s:I, s:I, s:I, s:b, s:b, s:s, s:I, s:b, s:o}", "same",
                           status == STATUS_OK, "title", verdict.title, "sequence",
                           (json_int_t)verdict.sequence, "record", (json_int_t)verdict.record,
                           "figures", (json_int_t)verdict.figures, "signed", *verdict.signer != 0,
                           "trusted", verdict.trusted, "signer", verdict.signer, "recorded",
                           (json_int_t)verdict.recorded, "plan_changed", verdict.plan_changed,
                           "faults", hearing.faults));
        return status == STATUS_OK ? EXIT_DONE : EXIT_WRONG;
    }
    json_decref(hearing.faults);
    print_verdict(cli, &verdict);
    if (status == STATUS_OK)
        printf(_("✓ Every figure is what is counted again.\n"));
    else
        printf("✗ %s\n", cli->error.text);
    return status == STATUS_OK ? EXIT_DONE : EXIT_WRONG;
}

/* ------------------------------------------------------------------ indicators */

static enum status list_row(void *context, const struct indicator_row *row, struct error *error)
{
    struct listing *listing = context;
    (void)error;
    json_array_append_new(listing->rows,
                          json_pack("{s:s, s:s, s:s, s:s}", "id", row->id, "number", row->number,
                                    "date", row->date, "unit", row->unit));
    table_row(listing->table,
              (const char *[]){row->id, row->number, terminal_date(listing->cli->arena, row->date),
                               row->unit});
    return STATUS_OK;
}

/* "4.2" or "4.2/all" */
static int list_behind(struct cli *cli, const struct indicators *indicators, const char *what,
                       const struct account_at *at, const struct indicator_scope *scope)
{
    const char *id = arena_strndup(cli->arena, what, strcspn(what, "/"));
    const struct indicator *one = indicator_on(indicators, id, scope->until);
    struct listing listing = listing_new(
        cli, (const char *[]){_("dossier or document"), _("number"), _("date"), _("unit"), NULL});
    enum status status =
        one ? cli_record_look(cli, "indicators", NULL, arena_printf(cli->arena, "list=%s", what))
            : error_set(&cli->error, STATUS_REJECT, _("there is no indicator %s"), id);
    if (status == STATUS_OK)
        status = indicator_each(cli->db, at, one, scope,
                                strchr(what, '/') ? INDICATOR_DENOMINATOR : INDICATOR_NUMERATOR,
                                list_row, &listing, &cli->error);
    return listing_end(&listing, status);
}

/* Why there is nothing to divide by. */
static enum status why_none(struct cli *cli, const struct indicator *one, const char **why)
{
    int64_t rows = 0;
    bool of_register = strcmp(one->source, "register") == 0;
    enum status status = STATUS_OK;
    if (of_register)
        status =
            db_first_int(cli->db, &rows, &cli->error,
                         "SELECT count(*) FROM (SELECT 1 FROM account_register LIMIT 1) x", "");
    *why = !of_register ? _("no document that counts came into the store in these days")
           : rows == 0  ? _("no register was entered yet: “sohoa register import”")
                        : _("no row of the register that counts is of these days");
    return status;
}

static json_t *value_json(const struct indicator *one, const struct indicator_value *value,
                          const char *why)
{
    json_t *json = json_pack("{s:s, s:i, s:s, s:I, s:I}", "id", one->id, "version", one->version,
                             "title", one->title, "numerator", (json_int_t)value->numerator,
                             "denominator", (json_int_t)value->denominator);
    if (value->percent >= 0)
        json_put_number(json, "percent", value->percent, 2);
    json_put_text(json, "why", why);
    return json;
}

static int show_all(struct cli *cli, const struct indicators *indicators,
                    const struct account_at *at, const struct indicator_scope *scope)
{
    json_t *rows = json_array();
    const char *none = "";
    struct table *table = table_new((const char *[]){_("indicator"), _("name"), _(">numerator"),
                                                     _(">denominator"), _(">share"), NULL});
    enum status status = STATUS_OK;
    for (size_t i = 0; i < indicators->count && status == STATUS_OK; i++) {
        const struct indicator *one = &indicators->at[i];
        struct indicator_value value;
        if (indicator_on(indicators, one->id, scope->until) != one)
            continue;
        const char *why = NULL;
        status = indicator_count(cli->db, at, one, scope, &value, &cli->error);
        if (status == STATUS_OK && value.percent < 0)
            status = why_none(cli, one, &why);
        if (why)
            none = arena_printf(cli->arena, _("%s%s has no share yet: %s.\n"), none, one->id, why);
        json_array_append_new(rows, value_json(one, &value, why));
        table_row(table, (const char *[]){one->id, one->title, account_count(cli, value.numerator),
                                          account_count(cli, value.denominator),
                                          value.percent < 0 ? _("n/a")
                                                            : arena_printf(cli->arena, "%.2f %%",
                                                                           value.percent)});
    }
    if (status == STATUS_OK && !cli->json) {
        printf(_("from %s to %s\n"), terminal_date(cli->arena, scope->from),
               terminal_date(cli->arena, scope->until));
        table_print(table);
        fputs(none, stdout);
    } else {
        table_drop(table);
    }
    if (status == STATUS_OK && cli->json)
        return cli_json(json_pack("{s:s, s:s, s:o}", "from", scope->from, "until", scope->until,
                                  "indicators", rows));
    json_decref(rows);
    return status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
}

int indicators_show(struct cli *cli, const char *word, const char *period,
                    const struct account_at *at, const char *list)
{
    struct indicators indicators;
    enum report_period kind = REPORT_YEAR;
    char from[11], until[11], name[8];
    int code = word ? find_kind(word, &kind) : EXIT_DONE;
    if (code != EXIT_DONE)
        return code;
    enum status status =
        report_days(kind, period ? period : "", at->day, 0, from, until, name, &cli->error);
    if (status == STATUS_OK)
        status =
            indicators_read(pipeline_account_file(&cli->warehouse, "indicators.conf", cli->arena),
                            cli->arena, &indicators, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    const struct indicator_scope scope = {from, until, "", NULL};
    return list ? list_behind(cli, &indicators, list, at, &scope)
                : show_all(cli, &indicators, at, &scope);
}
