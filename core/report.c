#include "core/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"

enum { COLUMNS_MAX = 32, ROWS_MAX = 1000000 };

struct report *report_new(void)
{
    struct arena *arena = arena_new();
    struct report *report = arena_alloc(arena, sizeof *report);
    *report = (struct report){.arena = arena,
                              .title = "",
                              .subtitle = "",
                              .parent = "",
                              .agency = "",
                              .number = "",
                              .place = "",
                              .made_at = "",
                              .signer = "",
                              .layout = REPORT_LAYOUT,
                              .vietnamese = message_language() == LANGUAGE_VIETNAMESE,
                              .facts = json_object()};
    return report;
}

void report_free(struct report *report)
{
    if (!report)
        return;
    for (size_t i = 0; i < report->block_count; i++)
        if (report->blocks[i].table)
            free(report->blocks[i].table->cells);
    free(report->blocks);
    free(report->figures);
    json_decref(report->facts);
    arena_free(report->arena);
}

/* ---------------------------------------------------------------- building */

static void add_block(struct report *report, struct report_block block)
{
    if (report->block_count == report->block_room) {
        report->block_room = report->block_room ? 2 * report->block_room : 16;
        report->blocks = memory_resize(report->blocks, report->block_room * sizeof *report->blocks);
    }
    report->blocks[report->block_count++] = block;
}

void report_paragraph(struct report *report, const char *text)
{
    add_block(report, (struct report_block){.kind = REPORT_PARAGRAPH,
                                            .text = arena_strdup(report->arena, text)});
}

void report_heading(struct report *report, const char *text)
{
    add_block(report, (struct report_block){.kind = REPORT_HEADING,
                                            .text = arena_strdup(report->arena, text)});
}

struct report_table *report_table(struct report *report, const char *id, const char *title,
                                  const char *const *heads)
{
    struct report_table *table = arena_alloc(report->arena, sizeof *table);
    table->id = arena_strdup(report->arena, id);
    table->title = arena_strdup(report->arena, title);
    while (heads[table->column_count])
        table->column_count++;
    table->columns = arena_array(report->arena, table->column_count, sizeof *table->columns);
    for (size_t i = 0; i < table->column_count; i++) {
        bool right = heads[i][0] == '>';
        table->columns[i] =
            (struct report_column){arena_strdup(report->arena, heads[i] + right), right};
    }
    add_block(report, (struct report_block){.kind = REPORT_TABLE, .text = "", .table = table});
    return table;
}

struct report_cell *report_row(struct report *report, struct report_table *table)
{
    (void)report; /* its blocks own the table */
    if (table->row_count == table->room) {
        table->room = table->room ? 2 * table->room : 16;
        table->cells =
            memory_resize(table->cells, table->room * table->column_count * sizeof *table->cells);
    }
    struct report_cell *row = &table->cells[table->row_count++ * table->column_count];
    for (size_t i = 0; i < table->column_count; i++)
        row[i] = (struct report_cell){"", -1};
    return row;
}

struct report_cell report_words(struct report *report, const char *text)
{
    return (struct report_cell){text ? arena_strdup(report->arena, text) : "", -1};
}

static struct report_cell add_figure(struct report *report, struct report_figure figure)
{
    if (report->figure_count == report->figure_room) {
        report->figure_room = report->figure_room ? 2 * report->figure_room : 64;
        report->figures =
            memory_resize(report->figures, report->figure_room * sizeof *report->figures);
    }
    figure.key = arena_strdup(report->arena, figure.key);
    figure.definition = arena_strdup(report->arena, figure.definition);
    report->figures[report->figure_count] = figure;
    return (struct report_cell){report_shown(report, &figure), (int)report->figure_count++};
}

struct report_cell report_count(struct report *report, const char *key, const char *definition,
                                int64_t value)
{
    return add_figure(report, (struct report_figure){.key = key,
                                                     .definition = definition,
                                                     .known = true,
                                                     .value = (double)value,
                                                     .numerator = -1,
                                                     .denominator = -1});
}

struct report_cell report_share(struct report *report, const char *key, const char *definition,
                                int64_t numerator, int64_t denominator)
{
    double value = denominator > 0 ? 100.0 * (double)numerator / (double)denominator : 0;
    return add_figure(report, (struct report_figure){.key = key,
                                                     .definition = definition,
                                                     .known = denominator > 0,
                                                     .value = round(value * 100) / 100,
                                                     .decimals = 2,
                                                     .numerator = numerator,
                                                     .denominator = denominator});
}

struct report_cell report_measure(struct report *report, const char *key, const char *definition,
                                  double value, int decimals)
{
    double unit = pow(10, decimals);
    return add_figure(report, (struct report_figure){.key = key,
                                                     .definition = definition,
                                                     .known = true,
                                                     .value = round(value * unit) / unit,
                                                     .decimals = decimals,
                                                     .numerator = -1,
                                                     .denominator = -1});
}

const char *report_shown(const struct report *report, const struct report_figure *figure)
{
    bool vietnamese = report->vietnamese;
    char digits[64], out[96], *to = out;
    if (!figure->known)
        return report->layout < 4 ? "N/A" : vietnamese ? "chưa có" : "n/a";
    snprintf(digits, sizeof digits, "%.*f", figure->decimals, fabs(figure->value));
    size_t whole = strcspn(digits, "."), size = strlen(digits);
    if (figure->value < 0 && strspn(digits, "0.") < size)
        *to++ = '-';
    for (size_t i = 0; i < size; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0)
            *to++ = vietnamese ? '.' : ',';
        *to++ = digits[i] != '.' ? digits[i] : vietnamese ? ',' : '.';
    }
    *to = '\0';
    return arena_strdup(report->arena, out);
}

/* ---------------------------------------------------------------- as JSON */

static json_t *table_json(const struct report_table *table)
{
    json_t *columns = json_array(), *rows = json_array();
    for (size_t i = 0; i < table->column_count; i++)
        json_array_append_new(columns, json_pack("{s:s, s:b}", "head", table->columns[i].head,
                                                 "figures", table->columns[i].right));
    for (size_t r = 0; r < table->row_count; r++) {
        json_t *row = json_array();
        for (size_t c = 0; c < table->column_count; c++) {
            const struct report_cell *cell = &table->cells[r * table->column_count + c];
            json_t *one = json_pack("{s:s}", "text", cell->text);
            if (cell->figure >= 0)
                json_object_set_new(one, "figure", json_integer(cell->figure));
            json_array_append_new(row, one);
        }
        json_array_append_new(rows, row);
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:o}", "kind", "table", "id", table->id, "title",
                     table->title, "columns", columns, "rows", rows);
}

static json_t *figure_json(const struct report_figure *figure)
{
    json_t *json = json_pack("{s:s, s:s, s:i}", "key", figure->key, "definition",
                             figure->definition, "decimals", figure->decimals);
    if (figure->known)
        json_put_number(json, "value", figure->value, figure->decimals);
    if (figure->denominator >= 0) {
        json_object_set_new(json, "numerator", json_integer((json_int_t)figure->numerator));
        json_object_set_new(json, "denominator", json_integer((json_int_t)figure->denominator));
    }
    return json;
}

json_t *report_json(const struct report *report)
{
    json_t *json = json_object(), *blocks = json_array(), *figures = json_array();
    const struct {
        const char *key, *value;
    } texts[] = {{"title", report->title},     {"subtitle", report->subtitle},
                 {"parent", report->parent},   {"agency", report->agency},
                 {"number", report->number},   {"place", report->place},
                 {"made_at", report->made_at}, {"signer", report->signer}};
    json_object_set_new(json, "report", json_integer(REPORT_FORMAT));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_put_text(json, texts[i].key, texts[i].value);
    json_put_text(json, "language", report->vietnamese ? "vi" : "en");
    json_object_set_new(json, "layout", json_integer(report->layout));
    json_object_set(json, "facts", report->facts);
    for (size_t i = 0; i < report->block_count; i++) {
        const struct report_block *block = &report->blocks[i];
        json_array_append_new(
            blocks, block->kind == REPORT_TABLE
                        ? table_json(block->table)
                        : json_pack("{s:s, s:s}", "kind",
                                    block->kind == REPORT_HEADING ? "heading" : "paragraph", "text",
                                    block->text));
    }
    for (size_t i = 0; i < report->figure_count; i++)
        json_array_append_new(figures, figure_json(&report->figures[i]));
    json_object_set_new(json, "blocks", blocks);
    json_object_set_new(json, "figures", figures);
    return json;
}

static const char *text_in(const json_t *json, const char *key, struct arena *arena)
{
    const char *text = json_text(json, key, arena);
    return text ? text : "";
}

static bool read_cells(struct report *report, struct report_table *table, const json_t *rows)
{
    if (json_array_size(rows) > ROWS_MAX)
        return false;
    for (size_t r = 0; r < json_array_size(rows); r++) {
        const json_t *row = json_array_get(rows, r);
        if (json_array_size(row) != table->column_count)
            return false;
        struct report_cell *cells = report_row(report, table);
        for (size_t c = 0; c < table->column_count; c++) {
            const json_t *cell = json_array_get(row, c);
            int64_t figure = json_int(cell, "figure", -1);
            if (figure < -1 || figure >= (int64_t)report->figure_count)
                return false;
            cells[c] = (struct report_cell){text_in(cell, "text", report->arena), (int)figure};
        }
    }
    return true;
}

static bool read_table(struct report *report, const json_t *json)
{
    const json_t *columns = json_object_get(json, "columns");
    const char *heads[COLUMNS_MAX + 1] = {NULL};
    size_t count = json_array_size(columns);
    if (count == 0 || count > COLUMNS_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        heads[i] = text_in(json_array_get(columns, i), "head", report->arena);
    struct report_table *table = report_table(report, text_in(json, "id", report->arena),
                                              text_in(json, "title", report->arena), heads);
    for (size_t i = 0; i < count; i++) {
        table->columns[i].head = heads[i];
        table->columns[i].right = json_flag(json_array_get(columns, i), "figures", 0) != 0;
    }
    return read_cells(report, table, json_object_get(json, "rows"));
}

static bool read_blocks(struct report *report, const json_t *blocks)
{
    for (size_t i = 0; i < json_array_size(blocks); i++) {
        const json_t *block = json_array_get(blocks, i);
        const char *kind = text_in(block, "kind", report->arena);
        if (strcmp(kind, "table") == 0 && !read_table(report, block))
            return false;
        if (strcmp(kind, "heading") == 0)
            report_heading(report, text_in(block, "text", report->arena));
        else if (strcmp(kind, "paragraph") == 0)
            report_paragraph(report, text_in(block, "text", report->arena));
        else if (strcmp(kind, "table") != 0)
            return false;
    }
    return true;
}

static void read_figures(struct report *report, const json_t *figures)
{
    for (size_t i = 0; i < json_array_size(figures); i++) {
        const json_t *figure = json_array_get(figures, i);
        int64_t decimals = json_int(figure, "decimals", 0);
        add_figure(report, (struct report_figure){
                               .key = text_in(figure, "key", report->arena),
                               .definition = text_in(figure, "definition", report->arena),
                               .known = json_is_number(json_object_get(figure, "value")),
                               .value = json_number(figure, "value", 0),
                               .decimals = decimals < 0 || decimals > 6 ? 0 : (int)decimals,
                               .numerator = json_int(figure, "numerator", -1),
                               .denominator = json_int(figure, "denominator", -1)});
    }
}

enum status report_from_json(const json_t *json, struct report **out, struct error *error)
{
    const json_t *facts = json_object_get(json, "facts");
    *out = NULL;
    if (json_int(json, "report", 0) > REPORT_FORMAT)
        return error_set(error, STATUS_REJECT,
                         _("the report was made by a newer sohoa; install the newer program"));
    if (json_int(json, "report", 0) != REPORT_FORMAT || !json_is_object(facts) ||
        !json_is_array(json_object_get(json, "blocks")) ||
        !json_is_array(json_object_get(json, "figures")))
        return error_set(error, STATUS_REJECT, _("there is no report of sohoa in it"));
    struct report *report = report_new();
    json_decref(report->facts);
    report->facts = json_deep_copy(facts);
    report->title = text_in(json, "title", report->arena);
    report->subtitle = text_in(json, "subtitle", report->arena);
    report->parent = text_in(json, "parent", report->arena);
    report->agency = text_in(json, "agency", report->arena);
    report->number = text_in(json, "number", report->arena);
    report->place = text_in(json, "place", report->arena);
    report->made_at = text_in(json, "made_at", report->arena);
    report->signer = text_in(json, "signer", report->arena);
    report->vietnamese = strcmp(text_in(json, "language", report->arena), "en") != 0;
    report->layout = (int)json_int(json, "layout", 1);
    read_figures(report, json_object_get(json, "figures"));
    if (!read_blocks(report, json_object_get(json, "blocks"))) {
        report_free(report);
        return error_set(error, STATUS_REJECT, _("its report.json is damaged"));
    }
    *out = report;
    return STATUS_OK;
}
