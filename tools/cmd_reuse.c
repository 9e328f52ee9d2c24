/* sohoa reuse: a paper used again for a new request, and what that saved. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/package.h"
#include "core/text.h"
#include "index/day.h"
#include "index/identifier.h"
#include "index/reuse.h"
#include "pipeline/share.h"
#include "tools/decisions.h"
#include "tools/paper.h"

enum { TABLE_MAX = 1 << 20 };

/* ------------------------------------------------------------------ used again, or not digitised
 */

static int reuse_done(struct cli *cli, enum status status, int64_t record, const char *dossier)
{
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:I, s:s}", "record", (json_int_t)record, "dossier", dossier));
    printf(_("Record %lld is written.\n"), (long long)record);
    return EXIT_DONE;
}

static const char *const rules[] = {"dossier", "procedure", NULL};

static enum status need_dossier(struct cli *cli, const char *dossier)
{
    char today[DAY_SIZE];
    day_today(today);
    return dossier ? dossier_check(dossier, today, &cli->error)
                   : error_set(&cli->error, STATUS_REJECT,
                               _("for which dossier? Give its code (--dossier)"));
}

struct use {
    const char *dossier, *component, *state, *procedure;
    int copies;
};

/* What it saved is taken from the catalogue and the settings, never typed. */
static enum status add_use(struct cli *cli, const struct use *use, const struct paper *paper,
                           enum component_state state, int64_t *record)
{
    bool again = state == COMPONENT_FROM_COMPONENT || state == COMPONENT_FROM_RESULT;
    int64_t copies = again ? (use->copies > 0 ? use->copies : 1) : 0;
    int64_t pages = paper->pages * copies;
    json_t *data =
        json_pack("{s:s, s:s, s:i, s:s, s:s*, s:I, s:I, s:I}", "dossier", use->dossier, "component",
                  use->component ? use->component : paper->type, "state", (int)state, "document",
                  paper->id, "procedure", use->procedure, "pages", (json_int_t)pages, "copies",
                  (json_int_t)copies, "fee", (json_int_t)copies * cli->warehouse.reuse.fee_copy);
    return decisions_record(cli, "reuse", data, rules, record);
}

static int run_use(struct cli *cli, int argc, char **argv)
{
    static struct use use;
    static const struct option_row rows[] = {
        {"dossier", OPTION_TEXT, &use.dossier, N_("CODE"), N_("the dossier it is used for")},
        {"component", OPTION_TEXT, &use.component, N_("WORDS"),
         N_("which component of the dossier (the type of the paper)")},
        {"state", OPTION_TEXT, &use.state, N_("STATE"),
         N_("from-result (else), from-component, digitized")},
        {"procedure", OPTION_TEXT, &use.procedure, N_("CODE"), N_("procedure of the dossier")},
        {"copies", OPTION_INT, &use.copies, "N", N_("copies it saved (1)")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    int64_t record = 0;
    struct paper paper;
    if (!decisions_options(cli, "reuse", N_("DOCUMENT"), argc, argv, rows, 1, 1, &rest, &count,
                           &code))
        return code;
    enum component_state state =
        use.state ? component_state_find(use.state) : COMPONENT_FROM_RESULT;
    enum status status = need_dossier(cli, use.dossier);
    if (status == STATUS_OK && (state == COMPONENT_STATES || state == COMPONENT_NONE))
        status = error_set(&cli->error, STATUS_REJECT,
                           _("--state takes from-result, from-component or digitized, not '%s'"),
                           use.state);
    if (status == STATUS_OK)
        status = paper_read(cli, rest[0], &paper);
    if (status == STATUS_OK && state != COMPONENT_DIGITIZED && !paper.in_force)
        status = error_set(&cli->error, STATUS_REJECT,
                           _("the paper is not in force any more and cannot be used again; 'sohoa "
                             "show' says why"));
    if (status == STATUS_OK)
        status = paper_reason(cli, &paper, use.dossier);
    if (status == STATUS_OK)
        cli->object = paper.id;
    if (status == STATUS_OK)
        status = add_use(cli, &use, &paper, state, &record);
    return reuse_done(cli, status, record, use.dossier);
}

static int run_none(struct cli *cli, int argc, char **argv)
{
    static struct use use;
    static const struct option_row rows[] = {
        {"dossier", OPTION_TEXT, &use.dossier, N_("CODE"), N_("the dossier")},
        {"procedure", OPTION_TEXT, &use.procedure, N_("CODE"), N_("procedure of the dossier")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    int64_t record = 0;
    if (!decisions_options(cli, "reuse none", N_("COMPONENT"), argc, argv, rows, 1, 1, &rest,
                           &count, &code))
        return code;
    enum status status = need_dossier(cli, use.dossier);
    if (status == STATUS_OK)
        status = decisions_record(cli, "reuse",
                                  json_pack("{s:s, s:s, s:i, s:s*}", "dossier", use.dossier,
                                            "component", rest[0], "state", COMPONENT_NONE,
                                            "procedure", use.procedure),
                                  rules, &record);
    return reuse_done(cli, status, record, use.dossier);
}

/* ------------------------------------------------------------------ list, count */

struct span {
    struct reuse_filter filter;
    const char *by;
};

static enum status read_span(struct cli *cli, struct span *span)
{
    const char **days[] = {&span->filter.from, &span->filter.to};
    for (size_t i = 0; i < 2; i++) {
        char iso[DAY_SIZE];
        if (*days[i] && !text_date(*days[i], iso))
            return error_set(&cli->error, STATUS_REJECT,
                             _("there is no such day: %s; write day/month/year, as in 02/09/2025"),
                             *days[i]);
        if (*days[i])
            *days[i] = arena_strdup(cli->arena, iso);
    }
    return STATUS_OK;
}

static int run_list(struct cli *cli, int argc, char **argv)
{
    static struct span span;
    static const struct option_row rows[] = {
        {"from", OPTION_TEXT, &span.filter.from, N_("DAY"), N_("on this day or later")},
        {"to", OPTION_TEXT, &span.filter.to, N_("DAY"), N_("on this day or earlier")},
        {"dossier", OPTION_TEXT, &span.filter.dossier, N_("CODE"), N_("of this dossier")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    struct reuse *list = NULL;
    size_t found = 0;
    if (!decisions_options(cli, "reuse list", "", argc, argv, rows, 0, 0, &rest, &count, &code))
        return code;
    enum status status = read_span(cli, &span);
    if (status == STATUS_OK)
        status = reuse_list(cli->db, &span.filter, cli->arena, &list, &found, &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    json_t *array = json_array();
    struct table *table = table_new((const char *const[]){
        _("day"), _("dossier"), _("component"), _("state"), _(">pages"), _("document"), NULL});
    for (size_t i = 0; i < found; i++) {
        const struct reuse *one = &list[i];
        json_t *row =
            json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "record", (json_int_t)one->record,
                      "day", one->day, "dossier", one->dossier, "component", one->component,
                      "state", component_state_name(one->state), "pages", (json_int_t)one->pages,
                      "copies", (json_int_t)one->copies, "fee", (json_int_t)one->fee);
        json_put_text(row, "document", one->document);
        json_put_text(row, "procedure", one->procedure);
        json_put_text(row, "actor", one->actor);
        json_array_append_new(array, row);
        table_row(table,
                  (const char *const[]){terminal_date(cli->arena, one->day), one->dossier,
                                        one->component, component_state_label(one->state),
                                        arena_printf(cli->arena, "%lld", (long long)one->pages),
                                        one->document});
    }
    if (cli->json) {
        table_drop(table);
        return cli_json(array);
    }
    json_decref(array);
    table_print(table);
    return EXIT_DONE;
}

static json_t *count_json(const struct reuse_count *row)
{
    json_t *object =
        json_pack("{s:s, s:I, s:I, s:I, s:I, s:I}", "group", row->group, "dossiers",
                  (json_int_t)row->dossiers, "dossiers_reusing", (json_int_t)row->dossiers_reusing,
                  "pages_saved", (json_int_t)row->pages, "copies_saved", (json_int_t)row->copies,
                  "fee_saved", (json_int_t)row->fee);
    json_t *components = json_object();
    for (int i = 0; i < COMPONENT_STATES; i++)
        json_object_set_new(components, component_state_name((enum component_state)i),
                            json_integer(row->components[i]));
    json_object_set_new(object, "components", components);
    if (row->dossiers > 0)
        json_put_number(object, "percent",
                        100.0 * (double)row->dossiers_reusing / (double)row->dossiers, 2);
    return object;
}

static int run_count(struct cli *cli, int argc, char **argv)
{
    static struct span span;
    static const struct option_row rows[] = {
        {"from", OPTION_TEXT, &span.filter.from, N_("DAY"), N_("on this day or later")},
        {"to", OPTION_TEXT, &span.filter.to, N_("DAY"), N_("on this day or earlier")},
        {"by", OPTION_TEXT, &span.by, "month|procedure|actor", N_("a row for each")},
        OPTION_ROWS_END};
    static const char *const bys[] = {"all", "month", "procedure", "actor"};
    char **rest = NULL;
    int count = 0, code = 0, by = 0;
    struct reuse_count *list = NULL;
    size_t found = 0;
    if (!decisions_options(cli, "reuse count", "", argc, argv, rows, 0, 0, &rest, &count, &code))
        return code;
    while (span.by && by < 4 && strcmp(bys[by], span.by) != 0)
        by++;
    if (by == 4) {
        fprintf(stderr, _("sohoa: --by takes month, procedure or actor, not '%s'\n"), span.by);
        return EXIT_USAGE;
    }
    enum status status = read_span(cli, &span);
    if (status == STATUS_OK)
        status = reuse_count(cli->db, &span.filter, (enum reuse_by)by, cli->arena, &list, &found,
                             &cli->error);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    json_t *array = json_array();
    struct table *table = table_new(
        (const char *const[]){_("group"), _(">dossiers"), _(">with reuse"), _(">share"),
                              _(">pages saved"), _(">copies saved"), _(">đồng saved"), NULL});
    for (size_t i = 0; i < found; i++) {
        const struct reuse_count *row = &list[i];
        const int64_t figures[] = {row->dossiers, row->dossiers_reusing, row->pages, row->copies,
                                   row->fee};
        const char *cells[5];
        for (int j = 0; j < 5; j++)
            cells[j] = arena_printf(cli->arena, "%lld", (long long)figures[j]);
        json_array_append_new(array, count_json(row));
        table_row(table, (const char *const[]){*row->group ? row->group : "—", cells[0], cells[1],
                                               arena_printf(cli->arena, "%.2f %%",
                                                            100.0 * (double)row->dossiers_reusing /
                                                                (double)row->dossiers),
                                               cells[2], cells[3], cells[4]});
    }
    if (cli->json) {
        table_drop(table);
        return cli_json(array);
    }
    json_decref(array);
    table_print(table);
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ result codes, export */

static int run_code(struct cli *cli, int argc, char **argv)
{
    static const char *given;
    static const struct option_row rows[] = {
        {"code", OPTION_TEXT, &given, N_("CODE"), N_("as another system gave it")},
        OPTION_ROWS_END};
    static const char *const code_rules[] = {"result-code", NULL};
    char **rest = NULL;
    int count = 0, code = 0;
    int64_t record = 0;
    struct paper paper;
    const char *next = NULL;
    if (!decisions_options(cli, "reuse code", N_("DOCUMENT"), argc, argv, rows, 1, 1, &rest, &count,
                           &code))
        return code;
    enum status status = paper_read(cli, rest[0], &paper);
    next = given;
    if (status == STATUS_OK && !*paper.code && !given)
        status = result_code_next(cli->db, cli->warehouse.reuse.code, paper.id, cli->arena, &next,
                                  &cli->error);
    if (status == STATUS_OK)
        cli->object = paper.id;
    if (status == STATUS_OK && (!*paper.code || given))
        status = decisions_record(cli, "result-code",
                                  json_pack("{s:s, s:s}", "document", paper.id, "code", next),
                                  code_rules, &record);
    else
        next = paper.code;
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:s, s:s}", "document", paper.id, "code", next));
    puts(next);
    return EXIT_DONE;
}

/* The other system's name of a member; NULL: it is not handed over. */
static const char *name_of(struct cli *cli, const char *table, const char *part, const char *ours)
{
    size_t part_length = strlen(part), length = strlen(ours);
    for (const char *line = table; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (strncmp(line, part, part_length) == 0 && line[part_length] == '\t' &&
            strncmp(line + part_length + 1, ours, length) == 0 &&
            line[part_length + 1 + length] == '\t') {
            const char *theirs = line + part_length + length + 2;
            return arena_strndup(cli->arena, theirs, strcspn(theirs, "\t\r\n"));
        }
    return NULL;
}

static void put(struct cli *cli, json_t *object, const char *table, const char *part,
                const char *ours, const char *value)
{
    const char *theirs = name_of(cli, table, part, ours);
    if (theirs && value && *value)
        json_put_text(object, theirs, value);
}

static json_t *result_json(struct cli *cli, const char *table, const struct paper *paper)
{
    json_t *object = json_object();
    static const char *const types[] = {"none", "CMND", "CCCD", "MST", "MST", "other"};
    const struct {
        const char *ours, *value;
    } members[] = {{"procedure", arena_printf(cli->arena, "%s%s", paper->procedure, paper->suffix)},
                   {"owner_type", paper->personal ? "CONGDAN" : "TOCHUC"},
                   {"owner_id_kind", types[identifier_kind(paper->owner_id)]},
                   {"owner_id", paper->owner_id},
                   {"agency", paper->agency},
                   {"unit", paper->unit},
                   {"code", paper->code},
                   {"title", *paper->title ? paper->title : paper->type},
                   {"number", paper->number},
                   {"summary", paper->title},
                   {"date", paper->date},
                   {"valid_to", paper->ends ? paper->ends : "unlimited"},
                   {"file", paper->path}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        put(cli, object, table, "result", members[i].ours, members[i].value);
    return object;
}

static json_t *component_json(struct cli *cli, const char *table, const struct paper *paper,
                              const struct reuse *use)
{
    json_t *object = json_object();
    bool again = use->state >= COMPONENT_FROM_COMPONENT;
    put(cli, object, table, "result", "dossier", use->dossier);
    put(cli, object, table, "component", "file_id", paper->id);
    put(cli, object, table, "component", "file_name", file_name(package_part(PACKAGE_PDF)));
    put(cli, object, table, "component", "component", use->component);
    put(cli, object, table, "component", "file", paper->path);
    put(cli, object, table, "component", "digitized",
        use->state == COMPONENT_DIGITIZED ? "1" : "0");
    put(cli, object, table, "component", "reused", again ? "1" : "0");
    put(cli, object, table, "component", "from_warehouse",
        use->state == COMPONENT_FROM_RESULT ? "1" : "0");
    put(cli, object, table, "component", "code", paper->code);
    return object;
}

static int run_export(struct cli *cli, int argc, char **argv)
{
    static const char *dossier;
    static const struct option_row rows[] = {{"dossier", OPTION_TEXT, &dossier, N_("CODE"),
                                              N_("for which dossier; stands for a purpose")},
                                             OPTION_ROWS_END};
    char **rest = NULL, *table = NULL;
    int count = 0, code = 0;
    if (!decisions_options(cli, "reuse export", N_("DOCUMENT..."), argc, argv, rows, 1, -1, &rest,
                           &count, &code))
        return code;
    const char *own = file_join(cli->arena, cli->warehouse.config, "exchange.tsv");
    const char *share = share_config(cli->arena);
    if (!file_exists(own) && share)
        own = file_join(cli->arena, share, "catalogues/exchange.tsv");
    json_t *results = json_array(), *components = json_array();
    enum status status = file_read(own, TABLE_MAX, cli->arena, &table, NULL, &cli->error);
    for (int i = 0; i < count && status == STATUS_OK; i++) {
        struct paper paper;
        struct reuse *uses = NULL;
        size_t use_count = 0;
        status = paper_read(cli, rest[i], &paper);
        if (status == STATUS_OK)
            status = paper_reason(cli, &paper, dossier);
        if (status == STATUS_OK)
            status = reuse_list(cli->db, &(struct reuse_filter){.document = paper.id}, cli->arena,
                                &uses, &use_count, &cli->error);
        if (status == STATUS_OK)
            status = decisions_look(cli, "show", paper.id, NULL, "exchange");
        if (status != STATUS_OK)
            break;
        json_array_append_new(results, result_json(cli, table, &paper));
        for (size_t j = 0; j < use_count; j++)
            json_array_append_new(components, component_json(cli, table, &paper, &uses[j]));
    }
    json_t *answer = json_pack("{s:o, s:o}", "KetQua", results, "ThanhPhan", components);
    if (status == STATUS_OK)
        return cli_json(answer);
    json_decref(answer);
    return cli_fail(cli, status);
}

int cmd_reuse(struct cli *cli, int argc, char **argv)
{
    static const struct act_row acts[] = {
        {"none", run_none, N_("COMPONENT"), N_("a component of a dossier that is not digitised")},
        {"list", run_list, "", N_("what was used again, when and for which dossier")},
        {"count", run_count, "", N_("how many dossiers used a paper again, and what that saved")},
        {"code", run_code, N_("DOCUMENT"), N_("the digitised-result code of a document")},
        {"export", run_export, N_("DOCUMENT..."),
         N_("results and components under the names of a one-stop system (JSON)")},
        {NULL, NULL, NULL, NULL}};
    bool document = argc > 1 && strlen(argv[1]) >= 36 && strchr(argv[1], '-') != NULL;
    bool option = argc > 1 && strncmp(argv[1], "--", 2) == 0 && strcmp(argv[1], "--help") != 0;
    if (document || option)
        return run_use(cli, argc, argv);
    return decisions_run(cli, acts, argc, argv);
}
