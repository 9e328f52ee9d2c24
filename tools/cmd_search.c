/* sohoa search, inventory, progress, index, reindex: the catalogue and the accounts. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "core/package.h"
#include "core/text.h"
#include "tools/command.h"

enum { SHOWN_MAX = 200 }; /* ids of one search in the journal */

static enum status open_index(struct cli *cli, struct index **index)
{
    return index_open(cli->db, &cli->warehouse.roadmap, cli->warehouse.config, index, &cli->error);
}

/* ------------------------------------------------------------------ search */

static const char *why_label(enum hit_why why)
{
    switch (why) {
    case HIT_IDENTIFIER:
        return _("by number");
    case HIT_NAME:
        return _("by name");
    case HIT_EXACT:
        return _("exact words");
    case HIT_FOLDED:
        return _("without marks");
    case HIT_SIMILAR:
        return _("similar");
    case HIT_FILTER:
        break;
    }
    return _("by filter");
}

/* The snippet with the hit bold on a terminal, in «» elsewhere. */
static void print_snippet(const char *snippet)
{
    for (const char *at = snippet; *at != 0; at++) {
        if (*at == '\x02')
            terminal_mark(true);
        else if (*at == '\x03')
            terminal_mark(false);
        else
            putchar(*at == '\n' ? ' ' : *at);
    }
    putchar('\n');
}

static const char *or_dash(const char *text)
{
    return text != NULL && *text != 0 ? text : "—";
}

static void print_hit(struct cli *cli, int number, const struct search_hit *hit)
{
    printf("%2d. ", number);
    terminal_bold(true);
    printf("%s", or_dash(hit->owner));
    terminal_bold(false);
    printf(" · %s\n", or_dash(hit->title != NULL && *hit->title != 0 ? hit->title : hit->type));
    printf(_("    number %s · date %s · %s\n"), or_dash(hit->number),
           or_dash(terminal_date(cli->arena, hit->date)), or_dash(hit->agency));
    if (hit->snippet != NULL && *hit->snippet != 0) {
        printf("    ");
        print_snippet(hit->snippet);
    }
    const char *package = file_join(cli->arena, cli->warehouse.store, hit->path);
    printf("    %s · %.2f · %s\n", why_label(hit->why), hit->score,
           package_part_path(cli->arena, package, PACKAGE_PDF));
}

/* The page and the boxes of the hit; NULL when it stands nowhere or its package is away. */
static json_t *place_json(struct cli *cli, const struct search_hit *hit)
{
    struct hit_place place;
    const char *package = file_join(cli->arena, cli->warehouse.store, hit->path);
    if (index_place(package, hit, cli->arena, &place, NULL) != STATUS_OK)
        return json_null();
    json_t *boxes = json_array();
    for (size_t i = 0; i < place.box_count; i++)
        json_array_append_new(boxes, json_pack("{s:i, s:i, s:i, s:i}", "x", place.boxes[i].x, "y",
                                               place.boxes[i].y, "width", place.boxes[i].width,
                                               "height", place.boxes[i].height));
    return json_pack("{s:s, s:i, s:i, s:f, s:o}", "page", place.page, "width_px", place.width_px,
                     "height_px", place.height_px, "dpi", place.dpi, "boxes", boxes);
}

static json_t *hit_json(struct cli *cli, const struct search_hit *hit)
{
    json_t *object = json_object();
    const struct {
        const char *key, *value;
    } texts[] = {{"document", hit->document_id},
                 {"path", hit->path},
                 {"title", hit->title},
                 {"type", hit->type},
                 {"procedure", hit->procedure},
                 {"number", hit->number},
                 {"date", hit->date},
                 {"agency", hit->agency},
                 {"unit", hit->unit},
                 {"owner", hit->owner},
                 {"owner_id", hit->owner_id},
                 {"band", hit->band},
                 {"snippet", hit->snippet}};
    static const char *const why[] = {"identifier", "name", "exact", "folded", "similar", "filter"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_put_text(object, texts[i].key, texts[i].value);
    json_object_set_new(object, "version", json_integer(hit->version));
    json_object_set_new(object, "page", json_integer(hit->page));
    json_put_number(object, "score", hit->score, 4);
    json_put_text(object, "why", why[hit->why]);
    json_object_set_new(object, "place", place_json(cli, hit));
    return object;
}

static int print_result(struct cli *cli, const struct search_query *query,
                        const struct search_result *result)
{
    if (cli->json) {
        json_t *hits = json_array();
        for (size_t i = 0; i < result->hit_count; i++)
            json_array_append_new(hits, hit_json(cli, &result->hits[i]));
        return cli_json(json_pack("{s:I, s:o}", "total", (json_int_t)result->total, "hits", hits));
    }
    if (result->hit_count == 0)
        printf(_("Nothing found. Fewer words, or without the filters, may find more.\n"));
    else
        printf(_("%lld found\n"), (long long)result->total);
    for (size_t i = 0; i < result->hit_count; i++)
        print_hit(cli, query->offset + (int)i + 1, &result->hits[i]);
    return EXIT_DONE;
}

/* Who asked what, and which documents were shown, before they are. What was asked is told by a
 * keyed hash only. */
static enum status record_search(struct cli *cli, const struct search_query *query,
                                 const struct search_result *result)
{
    char hash[HASH_HEX_SIZE];
    struct arena *arena = cli->arena;
    const char *const parts[] = {query->text, query->owner, query->owner_id, query->number};
    char *asked = arena_strdup(arena, ""), *shown = arena_strdup(arena, "");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] != NULL && *parts[i] != 0)
            asked = arena_printf(arena, "%s%s%s", asked, *asked != 0 ? " " : "", parts[i]);
    for (size_t i = 0; i < result->hit_count && i < SHOWN_MAX; i++)
        shown = arena_printf(arena, "%s%s%s", shown, i > 0 ? "," : "", result->hits[i].document_id);
    enum status status = journal_query(cli->warehouse.journal, asked, hash, &cli->error);
    if (status != STATUS_OK)
        return status;
    return cli_record_look(
        cli, "search", NULL,
        arena_printf(arena, "query=%s count=%lld shown=%s", hash, (long long)result->total, shown));
}

/* Names while they are typed. Who types looks for somebody: it is entered like a search. */
static int suggest_names(struct cli *cli, const char *typed, int limit)
{
    struct index *index = NULL;
    struct suggestion *names = NULL;
    size_t count = 0;
    struct search_query asked = {.text = typed};
    enum status status = limit < 0 ? STATUS_REJECT : open_index(cli, &index);
    if (limit < 0)
        error_set(&cli->error, status,
                  _("%d: the number of results, and how many to skip, cannot be negative"), limit);
    if (status == STATUS_OK)
        status =
            index_suggest(index, typed, (size_t)limit, cli->arena, &names, &count, &cli->error);
    if (status == STATUS_OK)
        status = record_search(cli, &asked, &(struct search_result){.total = (int64_t)count});
    if (status != STATUS_OK) {
        index_close(index);
        return cli_fail(cli, status);
    }
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_pack("{s:s, s:I}", "name", names[i].name, "persons",
                                              (json_int_t)names[i].persons));
        if (!cli->json)
            printf("%6lld  %s\n", (long long)names[i].persons, names[i].name);
    }
    index_close(index);
    if (cli->json)
        return cli_json(list);
    json_decref(list);
    if (count == 0)
        printf(_("No name begins so.\n"));
    return EXIT_DONE;
}

int cmd_search(struct cli *cli, int argc, char **argv)
{
    static struct search_query query;
    static const char *typed;
    static const struct option_row rows[] = {
        {"band", OPTION_TEXT, &query.band, N_("BAND"), N_("year band, as in 2006-2015; unknown")},
        {"procedure", OPTION_TEXT, &query.procedure, N_("CODE|WORDS"), N_("procedure")},
        {"type", OPTION_TEXT, &query.type, N_("TYPE"), N_("type of paper: khai_sinh, ket_hon ...")},
        {"unit", OPTION_TEXT, &query.unit, N_("WORDS"), N_("commune, ward, district")},
        {"number", OPTION_TEXT, &query.number, N_("NUMBER"), N_("number and sign of the document")},
        {"owner", OPTION_TEXT, &query.owner, N_("NAME"), N_("citizen or organisation")},
        {"id", OPTION_TEXT, &query.owner_id, N_("NUMBER"), N_("CCCD, CMND or tax code")},
        {"from", OPTION_INT, &query.year_from, N_("YEAR"), N_("issued in this year or later")},
        {"until", OPTION_INT, &query.year_to, N_("YEAR"), N_("issued in this year or earlier")},
        {"limit", OPTION_INT, &query.limit, "N", N_("at most so many results (10)")},
        {"skip", OPTION_INT, &query.offset, "N", N_("without the first N")},
        {"suggest", OPTION_TEXT, &typed, N_("TEXT"), N_("names that begin so, instead of papers")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, -1, &rest, &count, &code))
        return code;
    if (typed != NULL)
        return suggest_names(cli, typed, query.limit);
    char *text = arena_strdup(cli->arena, "");
    for (int i = 0; i < count; i++)
        text = arena_printf(cli->arena, "%s%s%s", text, i > 0 ? " " : "", rest[i]);
    query.text = text;
    struct index *index = NULL;
    struct search_result result = {0};
    enum status status = open_index(cli, &index);
    if (status == STATUS_OK)
        status = index_search(index, &query, cli->arena, &result, &cli->error);
    if (status == STATUS_OK)
        status = record_search(cli, &query, &result);
    index_close(index);
    return status == STATUS_OK ? print_result(cli, &query, &result) : cli_fail(cli, status);
}

/* ------------------------------------------------------------------ inventory, progress */

int cmd_inventory(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0, imported = 0;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 1, 1, &rest, &count, &code))
        return code;
    struct index *index = NULL;
    enum status status = open_index(cli, &index);
    if (status == STATUS_OK)
        status = inventory_import(cli->db, rest[0], &imported, &cli->error);
    index_close(index);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:i}", "rows", imported));
    printf(message_count("%lld row of the inventory entered.\n",
                         "%lld rows of the inventory entered.\n", imported),
           (long long)imported);
    return EXIT_DONE;
}

struct progress_view {
    struct cli *cli;
    int split; /* PROGRESS_BY_... */
    struct table *table;
    json_t *rows;
};

/* Official names run over several lines; on a terminal their beginning tells them apart. */
static const char *shortened(struct arena *arena, const char *text)
{
    enum { SHORT = 44 };
    const char *at = text;
    for (int i = 0; at != NULL && i < SHORT && *at != 0; i++)
        text_next(&at);
    if (at == NULL || *at == 0)
        return text;
    return arena_printf(arena, "%.*s…", (int)(at - text), text);
}

static enum status show_progress(void *context, const struct progress_row *row, struct error *error)
{
    (void)error;
    struct progress_view *view = context;
    struct arena *arena = view->cli->arena;
    const char *band = row->band == NULL                      ? _("all")
                       : strcmp(row->band, BAND_UNKNOWN) == 0 ? _("year unknown")
                                                              : row->band;
    if (view->rows != NULL) {
        json_t *object = json_object();
        json_put_text(object, "band", row->band);
        json_put_text(object, "unit", row->unit);
        json_put_text(object, "procedure", row->procedure);
        json_object_set_new(object, "papers_planned", json_integer(row->papers_planned));
        json_object_set_new(object, "papers_done", json_integer(row->papers_done));
        json_object_set_new(object, "papers_outside", json_integer(row->papers_outside));
        json_object_set_new(object, "pages_planned", json_integer(row->pages_planned));
        json_object_set_new(object, "pages_done", json_integer(row->pages_done));
        if (row->percent >= 0)
            json_put_number(object, "percent", row->percent, 2);
        json_put_number(object, "target_percent", row->target_percent, 2);
        json_put_text(object, "deadline", row->deadline);
        json_array_append_new(view->rows, object);
    }
    const char *cells[12] = {band};
    size_t count = 1;
    if (view->split & PROGRESS_BY_UNIT)
        cells[count++] = row->unit;
    if (view->split & PROGRESS_BY_PROCEDURE)
        cells[count++] = shortened(arena, row->procedure);
    cells[count++] = arena_printf(arena, "%lld", (long long)row->papers_planned);
    cells[count++] = arena_printf(arena, "%lld", (long long)row->papers_done);
    cells[count++] =
        row->papers_outside > 0 ? arena_printf(arena, "%lld", (long long)row->papers_outside) : "";
    cells[count++] = row->percent < 0 ? _("n/a") : arena_printf(arena, "%.1f %%", row->percent);
    cells[count++] = arena_printf(arena, "%lld", (long long)row->pages_planned);
    cells[count++] = arena_printf(arena, "%lld", (long long)row->pages_done);
    cells[count++] = row->band != NULL && row->target_percent > 0
                         ? arena_printf(arena, "%.0f %%", row->target_percent)
                         : "";
    cells[count++] = terminal_date(arena, row->deadline);
    table_row(view->table, cells);
    return STATUS_OK;
}

int cmd_progress(struct cli *cli, int argc, char **argv)
{
    static const char *by;
    static const struct option_row rows[] = {
        {"by", OPTION_TEXT, &by, "unit,procedure", N_("a row for each unit, procedure, or both")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, 0, &rest, &count, &code))
        return code;
    int split = 0;
    if (by != NULL)
        split = (strstr(by, "unit") != NULL ? PROGRESS_BY_UNIT : 0) |
                (strstr(by, "procedure") != NULL ? PROGRESS_BY_PROCEDURE : 0);
    if (by != NULL && split == 0) {
        fprintf(stderr, _("sohoa: --by takes unit, procedure or unit,procedure, not '%s'\n"), by);
        return EXIT_USAGE;
    }
    struct progress_view view = {
        .cli = cli, .split = split, .rows = cli->json ? json_array() : NULL};
    const char *heads[12] = {_("year band")};
    size_t columns = 1;
    if (split & PROGRESS_BY_UNIT)
        heads[columns++] = _("unit");
    if (split & PROGRESS_BY_PROCEDURE)
        heads[columns++] = _("procedure");
    const char *const figures[] = {_(">papers planned"), _(">done"), _(">outside"), _(">share"),
                                   _(">pages planned"),  _(">done"), _(">target"),  _("deadline")};
    memcpy(heads + columns, figures, sizeof figures);
    view.table = table_new(heads);
    struct index *index = NULL;
    enum status status = open_index(cli, &index);
    if (status == STATUS_OK)
        status = progress_each(cli->db, &cli->warehouse.roadmap, split, show_progress, &view,
                               &cli->error);
    index_close(index);
    if (status == STATUS_OK && !cli->json)
        table_print(view.table);
    else
        table_drop(view.table);
    if (status == STATUS_OK)
        return cli->json ? cli_json(view.rows) : EXIT_DONE;
    json_decref(view.rows);
    return cli_fail(cli, status);
}

/* ------------------------------------------------------------------ index, reindex */

int cmd_index(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 1, -1, &rest, &count, &code))
        return code;
    struct index *index = NULL;
    enum status status = open_index(cli, &index);
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        status = index_package(index, rest[i], &cli->error);
        if (status != STATUS_OK)
            error_add(&cli->error, status, "%s", rest[i]);
    }
    index_close(index);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:i}", "packages", count));
    printf(message_count("%lld package is in the catalogue.\n",
                         "%lld packages are in the catalogue.\n", count),
           (long long)count);
    return EXIT_DONE;
}

static void show_reindex(void *context, int64_t done, int64_t total)
{
    (void)context;
    terminal_progress(_("Indexing"), done, total, "");
}

static void show_unread(void *context, const char *path, const char *sentence)
{
    (void)context;
    terminal_progress_end();
    fprintf(stderr, "✗ %s: %s\n", path, sentence);
}

/* REJECT is here what was found, not what was asked. */
static int found_wrong(struct cli *cli, enum status status)
{
    int code = cli_fail(cli, status);
    return status == STATUS_REJECT ? EXIT_WRONG : code;
}

static int check_index(struct cli *cli)
{
    struct index *index = NULL;
    enum status status = open_index(cli, &index);
    if (status == STATUS_OK)
        status = index_check(index, &cli->error);
    index_close(index);
    if (status != STATUS_OK)
        return found_wrong(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:b}", "whole", true));
    puts(_("The catalogue and its full text agree."));
    return EXIT_DONE;
}

/* The catalogue of what only PDFs are left of. */
static int reindex_from_pdf(struct cli *cli, char **paths, int count)
{
    struct from_pdf done;
    enum status status = pipeline_from_pdf(&cli->warehouse, cli->db, (const char *const *)paths,
                                           (size_t)count, show_unread, NULL, &done, &cli->error);
    if (status != STATUS_OK)
        return found_wrong(cli, status);
    int code = done.refused + done.incomplete > 0 ? EXIT_WRONG : EXIT_DONE;
    if (cli->json) {
        cli_json(json_pack("{s:I, s:I, s:I, s:I, s:I}", "pdfs", (json_int_t)done.pdfs, "documents",
                           (json_int_t)done.documents, "there", (json_int_t)done.there, "refused",
                           (json_int_t)done.refused, "incomplete", (json_int_t)done.incomplete));
        return code;
    }
    printf(_("%s entered from %lld PDF files; in the catalogue already: %lld, not ours or not "
             "readable: %lld, without all their pages: %lld.\n"),
           terminal_count(cli->arena, "%lld document", "%lld documents", (long long)done.documents),
           (long long)done.pdfs, (long long)done.there, (long long)done.refused,
           (long long)done.incomplete);
    if (done.documents > 0)
        puts(
            _("A PDF does not carry persons, identity numbers, days of birth, signers, nor a title "
              "that names a person: these stay empty. Names are found in the full text."));
    return code;
}

int cmd_reindex(struct cli *cli, int argc, char **argv)
{
    static bool check, from_pdf;
    const struct option_row rows[] = {
        {"check", OPTION_FLAG, &check, NULL,
         N_("only see whether the full text agrees with the catalogue")},
        {"from-pdf", OPTION_FLAG, &from_pdf, NULL,
         N_("enter documents from their PDFs alone, in these files and folders, when their "
            "packages "
            "are lost")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, -1, &rest, &count, &code))
        return code;
    if (from_pdf != (count > 0) || (check && from_pdf)) {
        fprintf(stderr,
                _("sohoa reindex: --from-pdf goes with the files and folders to look in\n"));
        return EXIT_USAGE;
    }
    if (from_pdf)
        return reindex_from_pdf(cli, rest, count);
    if (check)
        return check_index(cli);
    int64_t packages = 0;
    enum status status = pipeline_reindex(&cli->warehouse, cli->db, show_reindex, show_unread, NULL,
                                          &packages, &cli->error);
    terminal_progress_end();
    if (status != STATUS_OK)
        return found_wrong(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:I}", "packages", (json_int_t)packages));
    printf(_("The catalogue was made again from %s.\n"),
           terminal_count(cli->arena, "%lld package", "%lld packages", packages));
    return EXIT_DONE;
}
