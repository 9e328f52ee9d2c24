#include "tools/search_more.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/journal.h"
#include "core/text.h"
#include "index/catalogue.h"
#include "index/day.h"
#include "index/saved.h"
#include "index/validity.h"
#include "tools/account.h"
#include "tools/decisions.h"
#include "tools/sheets.h"

enum { WRITE_MAX = 1000000, WRITE_PAGE = 500 };

/* The members of a kept question, by the names of the options. */
struct member {
    const char *name;
    const char **text;
    int *number;
};
enum { MEMBERS = 17 };

static void members_of(struct search_query *query, struct search_options *options,
                       struct member out[MEMBERS])
{
    const struct member members[MEMBERS] = {
        {"text", &query->text, NULL},           {"band", &query->band, NULL},
        {"procedure", &query->procedure, NULL}, {"type", &query->type, NULL},
        {"unit", &query->unit, NULL},           {"number", &query->number, NULL},
        {"name", &query->owner, NULL},          {"id", &query->owner_id, NULL},
        {"owner", &query->owner_ref, NULL},     {"place", &query->place, NULL},
        {"state", &query->state, NULL},         {"since", &query->date_from, NULL},
        {"to", &query->date_to, NULL},          {"sort", &options->sort, NULL},
        {"from", NULL, &query->year_from},      {"until", NULL, &query->year_to},
        {"limit", NULL, &query->limit}};
    memcpy(out, members, sizeof members);
}

static void take_saved(struct cli *cli, const json_t *saved, struct search_query *query,
                       struct search_options *options)
{
    struct member members[MEMBERS];
    members_of(query, options, members);
    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].text && (!*members[i].text || !**members[i].text))
            *members[i].text = json_text(saved, members[i].name, cli->arena);
        else if (members[i].number && *members[i].number == 0)
            *members[i].number = (int)json_int(saved, members[i].name, 0);
    query->unit_exact = query->unit_exact || json_flag(saved, "unit_exact", 0);
    options->all_validity = options->all_validity || json_flag(saved, "all_validity", 0);
}

static enum status find_sort(struct cli *cli, const char *name, enum search_sort *sort)
{
    static const char *const names[] = {"relevance", "date", "number", "owner"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) {
            *sort = (enum search_sort)i;
            return STATUS_OK;
        }
    return error_set(&cli->error, STATUS_REJECT,
                     _("--sort takes relevance, date, number or owner, not '%s'"), name);
}

enum status search_complete(struct cli *cli, struct search_options *options,
                            struct search_query *query)
{
    char *day = arena_alloc(cli->arena, DAY_SIZE);
    enum status status = STATUS_OK;
    if (options->saved) {
        struct saved_search saved = {0};
        status = saved_search_find(cli->db, options->saved, cli->arena, &saved, &cli->error);
        json_t *json = status == STATUS_OK ? json_loads(saved.query, 0, NULL) : NULL;
        take_saved(cli, json, query, options);
        json_decref(json);
    }
    if (status == STATUS_OK && options->sort)
        status = find_sort(cli, options->sort, &query->sort);
    day_today(day);
    if (status == STATUS_OK && options->on && !text_date(options->on, day))
        status = error_set(&cli->error, STATUS_REJECT,
                           _("there is no such day: %s; write day/month/year, as in 02/09/2025"),
                           options->on);
    query->valid_on = options->all_validity ? NULL : day;
    if (status == STATUS_OK && query->valid_on)
        status = index_has_ended(cli->db, day, &options->hides, &cli->error);
    query->facets = options->facets;
    return status;
}

/* ---------------------------------------------------------------- kept by name */

static json_t *question_json(const struct search_query *query, const struct search_options *options)
{
    struct search_query copy = *query;
    struct search_options own = *options;
    struct member members[MEMBERS];
    json_t *object = json_object();
    members_of(&copy, &own, members);
    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].text && *members[i].text && **members[i].text)
            json_put_text(object, members[i].name, *members[i].text);
        else if (members[i].number && *members[i].number)
            json_object_set_new(object, members[i].name, json_integer(*members[i].number));
    if (query->unit_exact)
        json_object_set_new(object, "unit_exact", json_true());
    if (options->all_validity)
        json_object_set_new(object, "all_validity", json_true());
    return object;
}

/* As it is asked on the command line: the words, then the options. */
static const char *question_line(struct cli *cli, const json_t *question)
{
    const char *line = json_text(question, "text", cli->arena), *key;
    json_t *value;
    line = line ? line : "";
    json_object_foreach((json_t *)question, key, value)
    {
        const char *option = strcmp(key, "name") == 0           ? "owner"
                             : strcmp(key, "owner") == 0        ? "of"
                             : strcmp(key, "unit_exact") == 0   ? "unit-exact"
                             : strcmp(key, "all_validity") == 0 ? "all-validity"
                                                                : key;
        if (json_is_string(value) && strcmp(key, "text") != 0)
            line =
                arena_printf(cli->arena, "%s --%s \"%s\"", line, option, json_string_value(value));
        else if (json_is_integer(value))
            line = arena_printf(cli->arena, "%s%s--%s %lld", line, *line ? " " : "", option,
                                (long long)json_integer_value(value));
        else if (json_is_true(value))
            line = arena_printf(cli->arena, "%s%s--%s", line, *line ? " " : "", option);
    }
    return line;
}

static enum status list_questions(struct cli *cli)
{
    struct saved_search *list = NULL;
    size_t count = 0;
    json_t *array = json_array();
    enum status status = saved_search_list(cli->db, cli->arena, &list, &count, &cli->error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        json_t *query = json_loads(list[i].query, 0, NULL);
        json_array_append_new(array,
                              json_pack("{s:s, s:o, s:s*, s:s}", "name", list[i].name, "query",
                                        query, "actor", list[i].actor, "at", list[i].at));
        if (!cli->json)
            printf("%s\n    %s\n", list[i].name, question_line(cli, query));
    }
    if (cli->json && status == STATUS_OK)
        cli_json(array);
    else
        json_decref(array);
    return status;
}

enum status search_keep_question(struct cli *cli, const struct search_options *options,
                                 const struct search_query *query, bool *done)
{
    struct saved_search saved;
    *done = options->list || options->forget;
    if (options->list)
        return list_questions(cli);
    if (options->forget) {
        enum status status =
            saved_search_find(cli->db, options->forget, cli->arena, &saved, &cli->error);
        return status == STATUS_OK
                   ? decisions_record(cli, "saved-search", json_pack("{s:s}", "name", saved.name),
                                      NULL, NULL)
                   : status;
    }
    if (!options->save)
        return STATUS_OK;
    return decisions_record(
        cli, "saved-search",
        json_pack("{s:s, s:o}", "name", options->save, "query", question_json(query, options)),
        NULL, NULL);
}

/* ---------------------------------------------------------------- counts */

static const char *facet_label(const char *name)
{
    static const struct {
        const char *name, *label;
    } labels[] = {{"band", N_("year band")}, {"type", N_("type")},   {"procedure", N_("procedure")},
                  {"unit", N_("unit")},      {"place", N_("place")}, {"state", N_("state")},
                  {"owner", N_("owner")}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (strcmp(labels[i].name, name) == 0)
            return message(labels[i].label);
    return name;
}

void search_print_facets(struct cli *cli, const struct search_result *result)
{
    enum { LINES = 8 };
    printf(result->capped ? _("Counted over the first %lld; there are more:\n")
                          : _("Counted over all %lld:\n"),
           (long long)result->counted);
    for (size_t i = 0; i < result->facet_count; i++) {
        const struct search_facet *facet = &result->facets[i];
        printf("  %s:", facet_label(facet->name));
        for (size_t j = 0; j < facet->count && j < LINES; j++) {
            const struct search_count *count = &facet->counts[j];
            printf("%s %s (%lld)", j ? "," : "",
                   count->label && *count->label ? account_short(cli, count->label)
                   : *count->value               ? count->value
                                                 : "—",
                   (long long)count->count);
        }
        size_t more = facet->others + (facet->count > LINES ? facet->count - LINES : 0);
        if (more > 0)
            printf(_(", and %zu others"), more);
        putchar('\n');
    }
}

json_t *search_facets_json(const struct search_result *result)
{
    json_t *facets = json_object();
    for (size_t i = 0; i < result->facet_count; i++) {
        const struct search_facet *facet = &result->facets[i];
        json_t *counts = json_array();
        for (size_t j = 0; j < facet->count; j++) {
            json_t *row = json_pack("{s:s, s:I}", "value", facet->counts[j].value, "count",
                                    (json_int_t)facet->counts[j].count);
            json_put_text(row, "label", facet->counts[j].label);
            json_array_append_new(counts, row);
        }
        json_object_set_new(
            facets, facet->name,
            json_pack("{s:o, s:I}", "counts", counts, "others", (json_int_t)facet->others));
    }
    json_object_set_new(facets, "counted", json_integer(result->counted));
    json_object_set_new(facets, "capped", json_boolean(result->capped));
    return facets;
}

/* ---------------------------------------------------------------- lists as files */

static const struct tabular_column columns[] = {
    {N_("owner"), TABULAR_TEXT, false},    {N_("number of the owner"), TABULAR_TEXT, false},
    {N_("type"), TABULAR_TEXT, false},     {N_("title"), TABULAR_TEXT, false},
    {N_("number"), TABULAR_TEXT, false},   {N_("date"), TABULAR_DAY, false},
    {N_("agency"), TABULAR_TEXT, false},   {N_("unit"), TABULAR_TEXT, false},
    {N_("procedure"), TABULAR_TEXT, true}, {N_("in force until"), TABULAR_DAY, true},
    {N_("state"), TABULAR_TEXT, true},     {N_("document"), TABULAR_TEXT, true},
    {N_("package"), TABULAR_TEXT, true}};
enum { COLUMNS = sizeof columns / sizeof *columns };

struct list {
    const char *const **rows;
    size_t count, room;
};

/* A type as people call it; as it is written here when no catalogue has it. */
static const char *type_name(struct cli *cli, const char *type, const char *day)
{
    const char *name = NULL;
    enum status status =
        type ? catalogue_name(cli->db, "validity-class", type, day, cli->arena, &name, NULL)
             : STATUS_END;
    return status == STATUS_OK && name && *name ? name : type;
}

const char *hit_owners(struct arena *arena, const struct search_hit *hit)
{
    const char *text = hit->owners[0] ? hit->owners[0] : "";
    for (size_t i = 1; i < SEARCH_OWNERS && hit->owners[i - 1] && hit->owners[i]; i++)
        text = arena_printf(arena, "%s, %s", text, hit->owners[i]);
    return hit->owner_count > SEARCH_OWNERS
               ? arena_printf(arena, _("%s and %lld more"), text,
                              (long long)(hit->owner_count - SEARCH_OWNERS))
               : text;
}

static void add_hit(struct cli *cli, struct list *list, const struct search_hit *hit)
{
    const char *type = type_name(cli, hit->type, hit->date);
    const char *state = validity_state_label(validity_state_find(hit->state));
    const char *const cells[COLUMNS] = {hit_owners(cli->arena, hit),
                                        hit->owner_id,
                                        type,
                                        hit->title,
                                        hit->number,
                                        hit->date,
                                        hit->agency,
                                        hit->unit,
                                        hit->procedure,
                                        hit->ends,
                                        state,
                                        hit->document_id,
                                        hit->path};
    const char **row = arena_array(cli->arena, COLUMNS, sizeof *row);
    memcpy(row, cells, sizeof cells);
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 512;
        list->rows = memory_resize(list->rows, list->room * sizeof *list->rows);
    }
    list->rows[list->count++] = row;
}

int search_write(struct cli *cli, struct index *index, const struct search_options *options,
                 const struct search_query *query,
                 enum status (*record)(struct cli *cli, const struct search_query *query,
                                       const struct search_result *result))
{
    struct search_query page = *query;
    struct list list = {0};
    struct tabular_column heads[COLUMNS];
    enum status status = STATUS_OK;
    page.limit = WRITE_PAGE;
    page.facets = false;
    do {
        struct search_result result = {0};
        status = index_search(index, &page, cli->arena, &result, &cli->error);
        if (status == STATUS_OK && result.hit_count > 0)
            status = record(cli, &page, &result);
        for (size_t i = 0; i < result.hit_count && status == STATUS_OK; i++)
            add_hit(cli, &list, &result.hits[i]);
        page.after = result.after;
        page.offset = 0;
    } while (status == STATUS_OK && page.after && list.count < WRITE_MAX);
    for (size_t i = 0; i < COLUMNS; i++)
        heads[i] =
            (struct tabular_column){message(columns[i].head), columns[i].kind, columns[i].aside};
    json_t *question = question_json(query, options);
    const char *asked = question_line(cli, question);
    const char *const notes[] = {
        arena_printf(cli->arena, _("Asked for: %s"), *asked ? asked : _("all")),
        arena_printf(cli->arena,
                     page.after ? _("Documents: %zu, and there are more: the list ends here")
                                : _("Documents: %zu"),
                     list.count),
        NULL};
    json_decref(question);
    const struct tabular sheet = {.title = _("Documents found"),
                                  .notes = notes,
                                  .columns = heads,
                                  .column_count = COLUMNS,
                                  .rows = list.rows,
                                  .row_count = list.count};
    if (status == STATUS_OK)
        status = tabular_write(&sheet, sheet_formats, cli, options->out, &cli->error);
    free(list.rows);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(
            json_pack("{s:I, s:s}", "rows", (json_int_t)list.count, "file", options->out));
    printf(message_count("%lld document written.\n", "%lld documents written.\n",
                         (long long)list.count),
           (long long)list.count);
    if (page.after)
        puts(_("There are more: the list ends there. Narrow the question for the others."));
    return EXIT_DONE;
}
