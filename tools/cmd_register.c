/* sohoa register: registers and one-stop exports, and what of them was never scanned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/missing.h"
#include "account/register.h"
#include "tools/account.h"
#include "tools/sheets.h"

static int import(struct cli *cli, const char *path, const char *unit)
{
    struct register_columns *columns = NULL;
    json_t *data = NULL;
    const char *ignored = "";
    int rows = 0;
    int64_t number = 0, replaced = 0;
    enum status status =
        register_columns_read(pipeline_account_file(&cli->warehouse, "register.conf", cli->arena),
                              cli->arena, &columns, &cli->error);
    if (status == STATUS_OK)
        status = register_read(cli->db, path, columns, unit, &data, &rows, cli->arena, &ignored,
                               &cli->error);
    if (status == STATUS_OK)
        status = account_add(cli, KIND_REGISTER, data, &number);
    if (status == STATUS_OK)
        status = register_replaced(cli->db, number, &replaced, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:i, s:I, s:s, s:I}", "rows", rows, "record",
                                  (json_int_t)number, "ignored", ignored, "replaced",
                                  (json_int_t)replaced));
    printf(message_count("%lld row of the register entered.\n",
                         "%lld rows of the register entered.\n", rows),
           (long long)rows);
    if (replaced > 0)
        printf(message_count("%lld result of an earlier register counts no more: this one has its "
                             "dossier with another number. Where both were issued, enter one "
                             "register with both.\n",
                             "%lld results of earlier registers count no more: this one has their "
                             "dossiers with other numbers. Where both were issued, enter one "
                             "register with both.\n",
                             replaced),
               (long long)replaced);
    if (*ignored)
        printf(_("Columns that were left out, for register.conf does not name them: %s\n"),
               ignored);
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ what is missing */

static const struct tabular_column columns[] = {
    {N_("state"), TABULAR_TEXT, false},  {N_("dossier"), TABULAR_TEXT, false},
    {N_("number"), TABULAR_TEXT, false}, {N_("date"), TABULAR_DAY, false},
    {N_("unit"), TABULAR_TEXT, false},   {N_("procedure"), TABULAR_TEXT, false},
    {N_("owner"), TABULAR_TEXT, false},  {N_("document"), TABULAR_TEXT, true}};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct missing_list {
    struct cli *cli;
    json_t *json;
    const char *const **rows; /* each of COLUMNS texts */
    size_t count, room;
    bool all;
};

static const char *const states[] = {"found", "doubtful", "never"};

static enum status take_row(void *context, const struct missing_row *row, struct error *error)
{
    struct missing_list *listing = context;
    struct arena *arena = listing->cli->arena;
    (void)error;
    if (row->state == MISSING_FOUND && !listing->all)
        return STATUS_OK;
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "state",
                               states[row->state], "dossier", row->dossier, "number", row->number,
                               "date", row->date, "unit", row->unit, "procedure", row->procedure,
                               "owner", row->owner, "document", row->document_id, "record",
                               (json_int_t)row->record, "line", (json_int_t)row->line);
    json_put_number(object, "score", row->score, 2);
    json_array_append_new(listing->json, object);
    const char *const labels[] = {_("in the store"), _("doubtful"), _("never scanned")};
    const char *const texts[COLUMNS] = {labels[row->state], row->dossier,    row->number,
                                        row->date,          row->unit,       row->procedure,
                                        row->owner,         row->document_id};
    const char **cells = arena_array(arena, COLUMNS, sizeof *cells);
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = arena_strdup(arena, texts[i]);
    if (listing->count == listing->room) {
        listing->room = listing->room ? 2 * listing->room : 256;
        listing->rows = memory_resize(listing->rows, listing->room * sizeof *listing->rows);
    }
    listing->rows[listing->count++] = cells;
    return STATUS_OK;
}

static const char *sum_words(struct cli *cli, const struct missing_sum *sum)
{
    if (sum->expected == 0)
        return _("No register was entered yet, so nobody knows what is missing: sohoa register "
                 "import FILE.csv");
    return arena_printf(
        cli->arena,
        _("Of %lld results in the registers %lld are in the store, %lld are doubtful, %lld were "
          "never scanned."),
        (long long)sum->expected, (long long)sum->found, (long long)sum->doubtful,
        (long long)sum->never);
}

static enum status write_list(struct missing_list *listing, const struct missing_sum *sum,
                              const char *out)
{
    struct cli *cli = listing->cli;
    struct tabular_column heads[COLUMNS];
    const char *const notes[] = {sum_words(cli, sum), NULL};
    for (size_t i = 0; i < COLUMNS; i++)
        heads[i] =
            (struct tabular_column){message(columns[i].head), columns[i].kind, columns[i].aside};
    const struct tabular sheet = {.title = _("Results that were never scanned"),
                                  .notes = notes,
                                  .columns = heads,
                                  .column_count = COLUMNS,
                                  .rows = listing->rows,
                                  .row_count = listing->count};
    return tabular_write(&sheet, sheet_formats, cli, out, &cli->error);
}

static void print_list(struct missing_list *listing, const struct missing_sum *sum)
{
    const char *heads[COLUMNS + 1] = {NULL};
    for (size_t i = 0; i < COLUMNS; i++)
        heads[i] = message(columns[i].head);
    struct table *table = table_new(heads);
    for (size_t r = 0; r < listing->count; r++) {
        const char *cells[COLUMNS];
        memcpy(cells, listing->rows[r], sizeof cells);
        cells[3] = terminal_date(listing->cli->arena, cells[3]);
        cells[5] = account_short(listing->cli, cells[5]);
        table_row(table, cells);
    }
    if (listing->count > 0)
        table_print(table);
    else
        table_drop(table);
    printf("%s\n", sum_words(listing->cli, sum));
    if (sum->told_again > 0)
        printf(_("%lld further rows tell of results that another row tells of; each is expected "
                 "once.\n"),
               (long long)sum->told_again);
}

static int missing(struct cli *cli, const char *as_of, const char *out, bool all)
{
    struct account_at at;
    struct missing_sum sum = {0};
    struct missing_list listing = {.cli = cli, .json = json_array(), .all = all};
    enum status status = account_moment(cli, as_of, &at);
    if (status == STATUS_OK) /* names of citizens are shown */
        status = cli_record_look(cli, "register", NULL, "missing");
    if (status == STATUS_OK)
        status = missing_each(cli->db, &at, take_row, &listing, &sum, &cli->error);
    if (status == STATUS_OK && out != NULL)
        status = write_list(&listing, &sum, out);
    int code = status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
    if (status == STATUS_OK && cli->json)
        cli_json(json_pack("{s:I, s:I, s:I, s:I, s:I, s:O}", "expected", (json_int_t)sum.expected,
                           "found", (json_int_t)sum.found, "doubtful", (json_int_t)sum.doubtful,
                           "never", (json_int_t)sum.never, "told_again", (json_int_t)sum.told_again,
                           "rows", listing.json));
    else if (status == STATUS_OK && out != NULL) {
        printf(
            message_count("%lld row written to %s\n", "%lld rows written to %s\n", listing.count),
            (long long)listing.count, out);
        if (sum.expected == 0)
            printf("%s\n", sum_words(cli, &sum));
    } else if (status == STATUS_OK)
        print_list(&listing, &sum);
    json_decref(listing.json);
    free(listing.rows);
    return code;
}

const struct act_words register_acts[] = {
    {"import", N_("FILE.csv"),
     N_("results that were issued, one a line; register.conf says which column is what")},
    {"missing", "", N_("which of them are not in the store")},
    {NULL, NULL, NULL}};

int cmd_register(struct cli *cli, int argc, char **argv)
{
    static const char *unit, *out, *as_of;
    static bool all;
    static const struct option_row rows[] = {
        {"unit", OPTION_TEXT, &unit, N_("NAME"), N_("import: the unit of rows that name none")},
        {"out", OPTION_TEXT, &out, N_("FILE"),
         N_("missing: write the list as .csv, .xlsx or .pdf")},
        {"all", OPTION_FLAG, &all, NULL, N_("missing: also those that are in the store")},
        {"as-of", OPTION_TEXT, &as_of, N_("ENTRY|DAY"),
         N_("missing: as it stood at an entry of the journal or at the end of a day")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 1, 2, &rest, &count, &code))
        return code;
    if (strcmp(rest[0], "import") == 0 && count == 2)
        return import(cli, rest[1], unit);
    if (strcmp(rest[0], "missing") == 0 && count == 1)
        return missing(cli, as_of, out, all);
    return account_no_act("register", rest[0], N_("import FILE.csv, missing"));
}
