/* sohoa inventory: how many papers there are to digitise, and which need not be. */
#include <stdio.h>
#include <string.h>

#include "account/exempt.h"
#include "account/inventory.h"
#include "index/procedures.h"
#include "tools/account.h"

static const char *year_of(struct cli *cli, int year)
{
    return year ? arena_printf(cli->arena, "%d", year) : _("year unknown");
}

/* ------------------------------------------------------------------ the inventory */

static enum status show_row(void *context, const struct inventory_row *row, struct error *error)
{
    struct listing *listing = context;
    struct cli *cli = listing->cli;
    (void)error;
    if (cli->json) {
        json_t *object = json_pack("{s:s, s:s, s:s, s:i, s:I, s:I, s:I}", "unit", row->unit,
                                   "procedure", row->procedure, "shelf", row->shelf, "year",
                                   row->year, "papers", (json_int_t)row->papers, "pages",
                                   (json_int_t)row->pages, "record", (json_int_t)row->record);
        if (row->sheets >= 0)
            json_object_set_new(object, "sheets", json_integer((json_int_t)row->sheets));
        if (row->metres >= 0)
            json_put_number(object, "metres", row->metres, 3);
        json_array_append_new(listing->rows, object);
    }
    table_row(listing->table,
              (const char *[]){row->unit, account_short(cli, row->procedure),
                               year_of(cli, row->year), row->shelf, account_count(cli, row->papers),
                               account_count(cli, row->pages), account_count(cli, row->sheets),
                               account_metres(cli, row->metres)});
    return STATUS_OK;
}

static int list(struct cli *cli, const char *as_of)
{
    struct account_at at;
    struct listing listing = listing_new(
        cli, (const char *[]){_("unit"), _("procedure"), _("year"), _("shelf"), _(">papers"),
                              _(">pages"), _(">sheets"), _(">metres"), NULL});
    enum status status = account_moment(cli, as_of, &at);
    if (status == STATUS_OK)
        status = inventory_each(cli->db, &at, show_row, &listing, &cli->error);
    return listing_end(&listing, status);
}

/* Procedures that neither the catalogue nor a type of paper is called: a slip, or one's own words.
 * "; " between them, the first few. */
static enum status unknown_procedures(struct cli *cli, const json_t *data, const char **names)
{
    enum { NAMED = 5 };
    struct procedures *procedures = NULL;
    const char *found[NAMED];
    size_t count = 0, i;
    json_t *row;
    *names = "";
    enum status status = procedures_read(cli->db, cli->arena, &procedures, &cli->error);
    if (status != STATUS_OK)
        return status;
    json_array_foreach(json_object_get(data, "rows"), i, row)
    {
        const char *key = json_text(row, "procedure_key", cli->arena);
        const char *name = json_text(row, "procedure", cli->arena);
        bool known = !key || !name || procedures_label(procedures, key);
        for (size_t j = 0; j < count && !known; j++)
            known = strcmp(found[j], name) == 0;
        if (known || count == NAMED)
            continue;
        found[count++] = name;
        *names = arena_printf(cli->arena, "%s%s%s", *names, **names ? "; " : "", name);
    }
    return STATUS_OK;
}

static int import(struct cli *cli, const char *path)
{
    json_t *data = NULL;
    const char *unknown = "";
    int rows = 0;
    int64_t number = 0;
    enum status status = inventory_read(cli->db, path, &data, &rows, &cli->error);
    if (status == STATUS_OK)
        status = unknown_procedures(cli, data, &unknown);
    if (status == STATUS_OK)
        status = account_add(cli, KIND_INVENTORY, data, &number);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:i, s:I, s:s}", "rows", rows, "record", (json_int_t)number,
                                  "unknown_procedures", unknown));
    printf(message_count("%lld row of the inventory entered.\n",
                         "%lld rows of the inventory entered.\n", rows),
           (long long)rows);
    if (*unknown)
        printf(_("No procedure and no type of paper is called so, and no paper will be counted "
                 "there: %s\n"),
               unknown);
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ what is exempt */

static const char *reason_of(const char *slug)
{
    const char *label = slug, *known = NULL;
    for (size_t i = 0; (known = exempt_reason(i, NULL)) != NULL; i++)
        if (strcmp(known, slug) == 0)
            exempt_reason(i, &label);
    return label;
}

static enum status show_exempt(void *context, const struct exempt_row *row, struct error *error)
{
    struct listing *listing = context;
    struct cli *cli = listing->cli;
    (void)error;
    if (cli->json)
        json_array_append_new(listing->rows,
                              json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:I, s:I, s:I}", "unit",
                                        row->unit, "procedure", row->procedure, "year", row->year,
                                        "reason", row->reason, "number", row->number, "note",
                                        row->note, "papers", (json_int_t)row->papers, "pages",
                                        (json_int_t)row->pages, "record", (json_int_t)row->record));
    table_row(listing->table,
              (const char *[]){row->unit, account_short(cli, row->procedure),
                               year_of(cli, row->year), reason_of(row->reason),
                               account_count(cli, row->papers), row->number, row->note});
    return STATUS_OK;
}

static int list_exempt(struct cli *cli, const char *as_of)
{
    struct account_at at;
    struct listing listing =
        listing_new(cli, (const char *[]){_("unit"), _("procedure"), _("year"), _("reason"),
                                          _(">papers"), _("number"), _("note"), NULL});
    enum status status = account_moment(cli, as_of, &at);
    if (status == STATUS_OK)
        status = exempt_each(cli->db, &at, show_exempt, &listing, &cli->error);
    return listing_end(&listing, status);
}

static int exempt(struct cli *cli, const char *path)
{
    json_t *data = NULL;
    int rows = 0;
    int64_t number = 0;
    enum status status = exempt_read(cli->db, path, &data, &rows, &cli->error);
    if (status == STATUS_OK)
        status = account_add(cli, KIND_EXEMPT, data, &number);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:i, s:I}", "rows", rows, "record", (json_int_t)number));
    printf(message_count("%lld row of exempt papers entered.\n",
                         "%lld rows of exempt papers entered.\n", rows),
           (long long)rows);
    return EXIT_DONE;
}

const struct act_words inventory_acts[] = {
    {"import", N_("FILE.csv"),
     N_("columns don_vi, thu_tuc, nam, so_giay_to, so_trang; where counted so_to, ke, met_gia")},
    {"exempt", N_("[FILE.csv]"),
     N_("papers not to be digitised: don_vi, thu_tuc, nam, ly_do, so_giay_to; no file: lists "
        "them")},
    {"list", "", N_("what was entered, by unit, procedure, year and shelf")},
    {NULL, NULL, NULL}};

int cmd_inventory(struct cli *cli, int argc, char **argv)
{
    static const char *as_of;
    static const struct option_row rows[] = {
        {"as-of", OPTION_TEXT, &as_of, N_("ENTRY|DAY"),
         N_("list it as it stood at an entry of the journal or at the end of a day")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 1, 2, &rest, &count, &code))
        return code;
    if (strcmp(rest[0], "list") == 0 && count == 1)
        return list(cli, as_of);
    if (strcmp(rest[0], "exempt") == 0)
        return count == 2 ? exempt(cli, rest[1]) : list_exempt(cli, as_of);
    if (strcmp(rest[0], "import") == 0 && count == 2)
        return import(cli, rest[1]);
    if (count == 1 && strcmp(rest[0], "import") != 0)
        return import(cli, rest[0]);
    return account_no_act("inventory", rest[0], N_("import FILE.csv, exempt [FILE.csv], list"));
}
