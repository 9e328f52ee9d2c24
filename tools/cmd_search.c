/* sohoa search: the catalogue asked. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "core/package.h"
#include "core/text.h"
#include "tools/command.h"
#include "tools/paper.h"
#include "tools/search_more.h"

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
    printf("%s", or_dash(hit_owners(cli->arena, hit)));
    terminal_bold(false);
    /* so that people of one name are told apart */
    if (hit->owner_count == 1 && hit->birth_date != NULL && *hit->birth_date != 0)
        printf(_(" · born %s"), terminal_date(cli->arena, hit->birth_date));
    printf(" · %s\n", or_dash(hit->title != NULL && *hit->title != 0 ? hit->title : hit->type));
    bool agency = hit->agency != NULL && *hit->agency != 0;
    printf(_("    number %s · date %s · %s\n"), or_dash(hit->number),
           or_dash(terminal_date(cli->arena, hit->date)),
           or_dash(agency ? hit->agency : hit->unit));
    if (hit->snippet != NULL && *hit->snippet != 0) {
        printf("    ");
        print_snippet(hit->snippet);
    }
    const char *pdf = paper_pdf(cli, hit->path);
    printf("    %s · %.2f · %s\n", why_label(hit->why), hit->score,
           pdf ? pdf : _("its PDF is NOT in the store"));
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
                 {"birth_date", hit->birth_date},
                 {"band", hit->band},
                 {"snippet", hit->snippet},
                 {"valid_to", hit->ends},
                 {"state", hit->state}};
    static const char *const why[] = {"identifier", "name", "exact", "folded", "similar", "filter"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_put_text(object, texts[i].key, texts[i].value);
    json_t *owners = json_array();
    for (const char *const *name = hit->owners; *name; name++)
        json_array_append_new(owners, json_string(*name));
    json_object_set_new(object, "owners", owners);
    json_object_set_new(object, "owner_count", json_integer(hit->owner_count));
    json_object_set_new(object, "version", json_integer(hit->version));
    json_object_set_new(object, "page", json_integer(hit->page));
    json_put_number(object, "score", hit->score, 4);
    json_put_text(object, "why", why[hit->why]);
    json_object_set_new(object, "place", place_json(cli, hit));
    return object;
}

static int print_result(struct cli *cli, const struct search_query *query,
                        const struct search_options *options, const struct search_result *result)
{
    if (cli->json) {
        json_t *hits = json_array();
        for (size_t i = 0; i < result->hit_count; i++)
            json_array_append_new(hits, hit_json(cli, &result->hits[i]));
        json_t *answer = json_pack("{s:I, s:o}", "total", (json_int_t)result->total, "hits", hits);
        if (result->more)
            json_object_set_new(answer, "more", json_true());
        json_put_text(answer, "after", result->after);
        json_put_text(answer, "in_force_on", query->valid_on);
        json_put_text(answer, "unknown", result->unknown);
        if (options->better > 0)
            json_object_set_new(answer, "better_not_in_force",
                                json_integer((json_int_t)options->better));
        if (query->facets)
            json_object_set_new(answer, "facets", search_facets_json(result));
        return cli_json(answer);
    }
    if (result->unknown != NULL)
        printf("%s\n", result->unknown);
    if (result->hit_count == 0)
        printf(_("Nothing found. Fewer words, or without the filters, may find more.\n"));
    else
        printf(options->ended ? _("%lld found, none of them in force any more\n")
               : result->more ? _("%lld or more found\n")
                              : _("%lld found\n"),
               (long long)result->total);
    for (size_t i = 0; i < result->hit_count; i++)
        print_hit(cli, query->offset + (int)i + 1, &result->hits[i]);
    if (result->after != NULL)
        printf(_("More: the same again with --after %s\n"), result->after);
    if (query->facets)
        search_print_facets(cli, result);
    if (options->better > 0)
        printf(message_count("%lld paper that answers by name or number is not in force any more; "
                             "--all-validity shows it, too.\n",
                             "%lld papers that answer by name or number are not in force any more; "
                             "--all-validity shows them, too.\n",
                             options->better),
               (long long)options->better);
    else if (query->valid_on != NULL && options->hides)
        printf(_("Only what is in force is shown; --all-validity shows all.\n"));
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

static int64_t named(const struct search_result *result)
{
    int64_t count = 0;
    for (size_t i = 0; i < result->hit_count; i++)
        count += result->hits[i].why == HIT_IDENTIFIER || result->hits[i].why == HIT_NAME;
    return count;
}

/* Whoever is asked for must not be missed beside those who only resemble her, because her paper has
 * ended. */
static enum status look_behind(struct cli *cli, struct index *index, struct search_options *options,
                               const struct search_query *query, const struct search_result *result)
{
    struct search_query all = *query;
    struct search_result found = {0};
    if (!query->valid_on || !options->hides || query->after || result->total == 0 ||
        named(result) > 0)
        return STATUS_OK;
    all.valid_on = NULL;
    all.facets = false;
    enum status status = index_search(index, &all, cli->arena, &found, &cli->error);
    options->better = named(&found);
    return status;
}

int cmd_search(struct cli *cli, int argc, char **argv)
{
    static struct search_query query;
    static struct search_options options;
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
        {"limit", OPTION_COUNT, &query.limit, "N", N_("at most so many results (10)")},
        {"skip", OPTION_INT, &query.offset, "N", N_("without the first N")},
        {"since", OPTION_TEXT, &query.date_from, N_("DAY"), N_("issued on this day or later")},
        {"to", OPTION_TEXT, &query.date_to, N_("DAY"), N_("issued on this day or earlier")},
        {"unit-exact", OPTION_FLAG, &query.unit_exact, NULL,
         N_("not under the names the unit had before or has now")},
        {"of", OPTION_TEXT, &query.owner_ref, N_("OWNER"), N_("papers of an owner by its id")},
        {"place", OPTION_TEXT, &query.place, N_("CODE"), N_("box or shelf")},
        {"state", OPTION_TEXT, &query.state, N_("STATE"),
         N_("draft, checked, signed, returned, superseded, revoked")},
        {"all-validity", OPTION_FLAG, &options.all_validity, NULL,
         N_("also what is not in force any more")},
        {"on", OPTION_TEXT, &options.on, N_("DAY"), N_("in force on this day instead of today")},
        {"sort", OPTION_TEXT, &options.sort, N_("ORDER"), N_("relevance, date, number, owner")},
        {"after", OPTION_TEXT, &query.after, N_("CURSOR"), N_("the page behind this one")},
        {"facets", OPTION_FLAG, &options.facets, NULL,
         N_("count what is found by band, type, procedure, unit, place, state, owner")},
        {"out", OPTION_TEXT, &options.out, N_("FILE"),
         N_("all that is found into a list: .csv, .xlsx or .pdf")},
        {"save", OPTION_TEXT, &options.save, N_("NAME"), N_("keep this question by name")},
        {"saved", OPTION_TEXT, &options.saved, N_("NAME"), N_("ask a kept question")},
        {"forget", OPTION_TEXT, &options.forget, N_("NAME"), N_("keep it no longer")},
        {"list-saved", OPTION_FLAG, &options.list, NULL, N_("the kept questions")},
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
    bool done = false;
    enum status status = search_complete(cli, &options, &query);
    if (status == STATUS_OK)
        status = search_keep_question(cli, &options, &query, &done);
    if (status == STATUS_OK && done)
        return EXIT_DONE;
    if (status == STATUS_OK)
        status = open_index(cli, &index);
    if (status == STATUS_OK && options.out != NULL) {
        code = search_write(cli, index, &options, &query, record_search);
        index_close(index);
        return code;
    }
    if (status == STATUS_OK)
        status = index_search(index, &query, cli->arena, &result, &cli->error);
    if (status == STATUS_OK && result.total == 0 && query.valid_on != NULL) {
        query.valid_on = NULL; /* nothing in force: rather the others than nothing */
        options.ended = true;
        status = index_search(index, &query, cli->arena, &result, &cli->error);
    }
    if (status == STATUS_OK)
        status = look_behind(cli, index, &options, &query, &result);
    if (status == STATUS_OK)
        status = record_search(cli, &query, &result);
    index_close(index);
    return status == STATUS_OK ? print_result(cli, &query, &options, &result)
                               : cli_fail(cli, status);
}
