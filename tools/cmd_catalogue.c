/* sohoa catalogue: procedures, units, result types, as they were on a day. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "index/catalogue.h"
#include "index/day.h"
#include "tools/decisions.h"

enum { CSV_MAX = 32 << 20 };

/* ------------------------------------------------------------------ show */

static const char *span_of(struct cli *cli, const struct catalogue_version *version)
{
    return arena_printf(cli->arena, "%s – %s",
                        version->from ? terminal_date(cli->arena, version->from) : "…",
                        version->to ? terminal_date(cli->arena, version->to) : "…");
}

static json_t *version_json(const struct catalogue_version *version)
{
    json_t *object = json_pack("{s:s, s:s, s:s}", "code", version->code, "name", version->full_name,
                               "place", version->place);
    json_put_text(object, "valid_from", version->from);
    json_put_text(object, "valid_to", version->to);
    json_t *detail = json_loads(version->detail, 0, NULL);
    if (detail)
        json_object_set_new(object, "detail", detail);
    if (version->record > 0)
        json_object_set_new(object, "record", json_integer(version->record));
    return object;
}

static json_t *steps_json(const struct catalogue_step *steps, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *row = version_json(&steps[i].version);
        json_put_text(row, "date", steps[i].date);
        json_put_text(row, "extent", steps[i].extent);
        json_array_append_new(array, row);
    }
    return array;
}

static void print_steps(struct cli *cli, const char *head, const struct catalogue_step *steps,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("    %s%s%s%s%s (%s%s)\n", i == 0 ? head : "      ", steps[i].version.full_name,
               *steps[i].version.place ? ", " : "", steps[i].version.place,
               strcmp(steps[i].extent, "part") == 0 ? _(", a part") : "", _("on "),
               terminal_date(cli->arena, steps[i].date));
}

static enum status show_version(struct cli *cli, const char *kind,
                                const struct catalogue_version *version, json_t *array)
{
    struct catalogue_step *before = NULL, *after = NULL;
    size_t before_count = 0, after_count = 0;
    enum status status =
        catalogue_before(cli->db, kind, version, cli->arena, &before, &before_count, &cli->error);
    if (status == STATUS_OK)
        status =
            catalogue_after(cli->db, kind, version, cli->arena, &after, &after_count, &cli->error);
    if (status != STATUS_OK)
        return status;
    if (cli->json) {
        json_t *row = version_json(version);
        json_object_set_new(row, "before", steps_json(before, before_count));
        json_object_set_new(row, "after", steps_json(after, after_count));
        json_array_append_new(array, row);
        return STATUS_OK;
    }
    terminal_bold(true);
    printf("%s", version->full_name);
    terminal_bold(false);
    printf("%s%s · %s · %s\n", *version->place ? ", " : "", version->place, version->code,
           span_of(cli, version));
    print_steps(cli, _("formerly: "), before, before_count);
    print_steps(cli, _("now:      "), after, after_count);
    return STATUS_OK;
}

static int run_show(struct cli *cli, int argc, char **argv)
{
    static const char *at;
    static int limit;
    static const struct option_row rows[] = {
        {"at", OPTION_TEXT, &at, N_("DAY"), N_("as it was on this day")},
        {"limit", OPTION_COUNT, &limit, "N", N_("at most so many (20)")},
        OPTION_ROWS_END};
    char **rest = NULL, day[DAY_SIZE];
    int count = 0, code = 0;
    if (!decisions_options(cli, "catalogue show", N_("KIND NAME|CODE"), argc, argv, rows, 2, 2,
                           &rest, &count, &code))
        return code;
    struct catalogue_version *list = NULL;
    size_t found = 0;
    enum status status = catalogue_kind(rest[0], &cli->error);
    if (status == STATUS_OK && at && !text_date(at, day))
        status =
            error_set(&cli->error, STATUS_REJECT,
                      _("there is no such day: %s; write day/month/year, as in 02/09/2025"), at);
    if (status == STATUS_OK)
        status = catalogue_find(cli->db, rest[0], rest[1], at ? day : NULL, limit ? limit : 20,
                                cli->arena, &list, &found, &cli->error);
    json_t *array = json_array();
    for (size_t i = 0; i < found && status == STATUS_OK; i++)
        status = show_version(cli, rest[0], &list[i], array);
    if (status == STATUS_OK && cli->json)
        return cli_json(array);
    json_decref(array);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (found == 0)
        puts(_("The catalogue has nothing of this name."));
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ import, list */

static int print_report(struct cli *cli, const struct catalogue_report *report, int64_t record)
{
    if (cli->json) {
        json_t *examples = json_array();
        for (size_t i = 0; i < report->example_count; i++)
            json_array_append_new(examples, json_string(report->examples[i]));
        json_t *answer =
            json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "rows", (json_int_t)report->rows,
                      "same", (json_int_t)report->same, "new", (json_int_t)report->added, "changed",
                      (json_int_t)report->changed, "ended", (json_int_t)report->ended, "missing",
                      (json_int_t)report->missing, "unknown", (json_int_t)report->unknown,
                      "examples", examples);
        if (record)
            json_object_set_new(answer, "record", json_integer(record));
        return cli_json(answer);
    }
    printf(_("%lld rows: %lld as they are, %lld new, %lld changed, %lld ended, %lld codes named "
             "that nobody knows\n"),
           (long long)report->rows, (long long)report->same, (long long)report->added,
           (long long)report->changed, (long long)report->ended, (long long)report->unknown);
    if (report->missing > 0)
        printf(_("%lld in force are not in the file and stay (--whole ends them)\n"),
               (long long)report->missing);
    for (size_t i = 0; i < report->example_count; i++)
        printf("  %s\n", report->examples[i]);
    if (record)
        printf(_("Record %lld is written.\n"), (long long)record);
    else
        puts(_("Nothing was written (--dry-run)."));
    return EXIT_DONE;
}

static int run_import(struct cli *cli, int argc, char **argv)
{
    static const char *source, *date;
    static bool whole, dry;
    static const struct option_row rows[] = {
        {"source", OPTION_TEXT, &source, N_("WORDS"), N_("where it comes from: decision, office")},
        {"date", OPTION_TEXT, &date, N_("DAY"), N_("since when it holds")},
        {"whole", OPTION_FLAG, &whole, NULL, N_("what it does not name has ended")},
        {"dry-run", OPTION_FLAG, &dry, NULL, N_("only say what it would do")},
        OPTION_ROWS_END};
    static const char *const rules[] = {"catalogue", NULL};
    char **rest = NULL, day[DAY_SIZE] = "", hex[HASH_HEX_SIZE] = "", *csv = NULL;
    int count = 0, code = 0;
    int64_t record = 0;
    struct catalogue_report report = {0};
    if (!decisions_options(cli, "catalogue import", N_("KIND FILE.csv"), argc, argv, rows, 2, 2,
                           &rest, &count, &code))
        return code;
    enum status status = catalogue_kind(rest[0], &cli->error);
    if (status == STATUS_OK && (!date || !text_date(date, day)))
        status =
            error_set(&cli->error, STATUS_REJECT,
                      date ? _("there is no such day: %s; write day/month/year, as in 02/09/2025")
                           : _("since when does the catalogue hold? Give its day (--date)"),
                      date);
    if (status == STATUS_OK)
        status = file_read(rest[1], CSV_MAX, cli->arena, &csv, NULL, &cli->error);
    if (status == STATUS_OK)
        hash_bytes(csv, strlen(csv), hex);
    json_t *data = json_pack("{s:s, s:s*, s:s, s:s, s:b, s:s*}", "kind", rest[0], "source", source,
                             "date", day, "sha256", hex, "whole", whole, "csv", csv);
    if (status == STATUS_OK && !data)
        status = error_set(&cli->error, STATUS_REJECT,
                           _("%s is not UTF-8; save it as CSV in UTF-8"), rest[1]);
    if (status == STATUS_OK)
        status = catalogue_try(cli->db, data, cli->arena, &report, &cli->error);
    if (status == STATUS_OK && !dry)
        status = decisions_record(cli, "catalogue", data, rules, &record);
    else
        json_decref(data);
    if (status != STATUS_OK)
        return cli_fail(cli, error_add(&cli->error, status, "%s", rest[1]));
    return print_report(cli, &report, record);
}

static int run_list(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    struct db_query *query = NULL;
    if (!decisions_options(cli, "catalogue list", "", argc, argv, NULL, 0, 0, &rest, &count, &code))
        return code;
    json_t *array = json_array();
    struct table *table =
        table_new((const char *const[]){_("kind"), _("day"), _("record"), _("source"), NULL});
    enum status status = db_prepare(cli->db,
                                    "SELECT kind, date, record, source, sha256, whole FROM"
                                    " catalogue_import ORDER BY kind, date, record",
                                    &query, &cli->error);
    while (status == STATUS_OK && (status = db_step(query, &cli->error)) == STATUS_OK) {
        bool shipped = db_int(query, 2) <= 0;
        json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:b}", "kind", db_text(query, 0), "date",
                                db_text(query, 1), "source", db_text(query, 3), "sha256",
                                db_text(query, 4), "whole", db_int(query, 5) != 0);
        if (!shipped)
            json_object_set_new(row, "record", json_integer(db_int(query, 2)));
        json_array_append_new(array, row);
        table_row(table,
                  (const char *const[]){
                      db_text(query, 0), terminal_date(cli->arena, db_text(query, 1)),
                      shipped ? _("shipped")
                              : arena_printf(cli->arena, "%lld", (long long)db_int(query, 2)),
                      db_text(query, 3)});
    }
    db_finish(query);
    if (status == STATUS_END && !cli->json)
        table_print(table);
    else
        table_drop(table);
    if (status == STATUS_END && cli->json)
        return cli_json(array);
    json_decref(array);
    return status == STATUS_END ? EXIT_DONE : cli_fail(cli, status);
}

int cmd_catalogue(struct cli *cli, int argc, char **argv)
{
    static const struct act_row acts[] = {
        {"show", run_show, N_("KIND NAME|CODE"), N_("what it is, was before and is now")},
        {"import", run_import, N_("KIND FILE.csv"),
         N_("a newer catalogue: procedure, unit, result-type, validity-class, unit-succession, "
            "procedure-succession")},
        {"list", run_list, "", N_("where the catalogues come from")},
        {NULL, NULL, NULL, NULL}};
    return decisions_run(cli, acts, argc, argv);
}
