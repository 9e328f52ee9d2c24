#include "account/inventory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "account/sheet_csv.h"
#include "account/tables.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

enum { UNIT, PROCEDURE, YEAR, PAPERS, PAGES, SHEETS, SHELF, METRES, COLUMNS };

static const struct sheet_column columns[COLUMNS] = {
    {{"unit", "don_vi"}, true},      {{"procedure", "thu_tuc"}, true},
    {{"year", "nam"}, true},         {{"papers", "so_giay_to"}, true},
    {{"pages", "so_trang"}, true},   {{"sheets", "so_to"}, false},
    {{"shelf", "ke", "gia"}, false}, {{"metres", "met_gia", "so_met"}, false},
};

static enum status read_metres(const struct sheet *sheet, size_t row, double *metres,
                               struct error *error)
{
    char *text = arena_strdup(sheet->arena, sheet_text(sheet, row, METRES)), *end = text;
    *metres = -1;
    if (!*text)
        return STATUS_OK;
    for (char *at = text; *at; at++)
        *at = *at == ',' ? '.' : *at; /* 2,5 m as people write it here */
    if (isdigit((unsigned char)*text))
        *metres = strtod(text, &end);
    if (*end || end == text || !(*metres <= 100000))
        return sheet_refuse(sheet, row, error, _("\"%s\" is no length in metres, like 2.5"), text);
    return STATUS_OK;
}

static enum status read_row(const struct sheet *sheet, size_t row, json_t *into, const char **key,
                            struct error *error)
{
    int year = 0;
    int64_t papers = 0, pages = 0, sheets = -1;
    double metres = -1;
    const char *shelf = text_tidy(sheet->arena, sheet_text(sheet, row, SHELF));
    enum status status = sheet_subject(sheet, row, UNIT, PROCEDURE, into, error);
    if (status == STATUS_OK)
        status = sheet_year(sheet, row, YEAR, &year, error);
    if (status == STATUS_OK)
        status = sheet_count(sheet, row, PAPERS, _("papers"), SHEET_NEEDED, &papers, error);
    if (status == STATUS_OK)
        status = sheet_count(sheet, row, PAGES, _("pages"), SHEET_NEEDED, &pages, error);
    if (status == STATUS_OK)
        status = sheet_count(sheet, row, SHEETS, _("sheets"), -1, &sheets, error);
    if (status == STATUS_OK)
        status = read_metres(sheet, row, &metres, error);
    if (status != STATUS_OK)
        return status;
    json_object_set_new(into, "year", json_integer(year));
    json_object_set_new(into, "papers", json_integer(papers));
    json_object_set_new(into, "pages", json_integer(pages));
    if (sheets >= 0)
        json_object_set_new(into, "sheets", json_integer(sheets));
    if (metres >= 0)
        json_put_number(into, "metres", metres, 3);
    if (*shelf)
        json_put_text(into, "shelf", shelf);
    *key = arena_printf(sheet->arena, "%s\t%s\t%d\t%s",
                        json_string_value(json_object_get(into, "unit_key")),
                        json_string_value(json_object_get(into, "procedure_key")), year,
                        text_fold(sheet->arena, shelf));
    return STATUS_OK;
}

enum status inventory_read(struct db *db, const char *csv_path, json_t **data, int *rows,
                           struct error *error)
{
    return sheet_read(db, csv_path, columns, COLUMNS, read_row,
                      _("unit, procedure, year and shelf"), data, rows, error);
}

/* ---------------------------------------------------------------- rows */

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text ? text : "";
}

static enum status put_row(struct db *db, const struct record *record, size_t line,
                           const json_t *row, struct arena *arena, struct error *error)
{
    const json_t *sheets = json_object_get(row, "sheets"), *metres = json_object_get(row, "metres");
    enum status status = db_do(
        db, error,
        "INSERT INTO account_inventory (record, line, unit_key, procedure_key, year, shelf_key,"
        " unit, procedure, shelf, papers, pages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "iississssii", record->number, (int64_t)line, text_of(row, "unit_key"),
        text_of(row, "procedure_key"), json_int(row, "year", 0),
        text_fold(arena, text_of(row, "shelf")), text_of(row, "unit"), text_of(row, "procedure"),
        text_of(row, "shelf"), json_int(row, "papers", 0), json_int(row, "pages", 0));
    if (status == STATUS_OK && sheets)
        status = db_do(db, error,
                       "UPDATE account_inventory SET sheets = ? WHERE record = ? AND line = ?",
                       "iii", (int64_t)json_integer_value(sheets), record->number, (int64_t)line);
    if (status == STATUS_OK && metres)
        status = db_do(db, error,
                       "UPDATE account_inventory SET metres = ? WHERE record = ? AND line = ?",
                       "rii", json_number_value(metres), record->number, (int64_t)line);
    return status;
}

enum status inventory_apply(struct db *db, const struct record *record, struct error *error)
{
    const json_t *rows = json_object_get(record->data, "rows");
    struct arena *arena = arena_new();
    enum status status = db_run(db, "DELETE FROM inventory", error); /* told by a record since */
    if (status == STATUS_OK && !json_is_array(rows))
        status = error_set(error, STATUS_REJECT, _("an inventory without rows"));
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(rows); i++)
        status = put_row(db, record, i + 1, json_array_get(rows, i), arena, error);
    arena_free(arena);
    return status;
}

enum status inventory_old(struct db *db, json_t **data, struct error *error)
{
    struct db_query *query = NULL;
    json_t *rows = json_array();
    *data = NULL;
    enum status status =
        db_prepare(db,
                   "SELECT unit_key, procedure_key, year, unit, procedure, papers, pages"
                   " FROM inventory ORDER BY unit_key, procedure_key, year",
                   &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK)
        json_array_append_new(rows, json_pack("{s:s, s:s, s:I, s:s, s:s, s:I, s:I}", "unit_key",
                                              db_text(query, 0), "procedure_key", db_text(query, 1),
                                              "year", (json_int_t)db_int(query, 2), "unit",
                                              db_text(query, 3), "procedure", db_text(query, 4),
                                              "papers", (json_int_t)db_int(query, 5), "pages",
                                              (json_int_t)db_int(query, 6)));
    db_finish(query);
    if (status == STATUS_END && json_array_size(rows) > 0)
        *data = json_pack("{s:s, s:O}", "file", "", "rows", rows);
    json_decref(rows);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status inventory_each(struct db *db, const struct account_at *at,
                           enum status (*visit)(void *context, const struct inventory_row *row,
                                                struct error *error),
                           void *context, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db,
        "SELECT unit, procedure, shelf, year, papers, pages, coalesce(sheets, -1),"
        " coalesce(metres, -1), record FROM " SQL_INVENTORY " AS t"
        " WHERE papers > 0 OR pages > 0 ORDER BY unit_key, procedure_key, year, shelf_key, record",
        &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, at->record);
        db_bind_int(query, 2, at->record);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const struct inventory_row row = {.unit = db_text(query, 0),
                                          .procedure = db_text(query, 1),
                                          .shelf = db_text(query, 2),
                                          .year = (int)db_int(query, 3),
                                          .papers = db_int(query, 4),
                                          .pages = db_int(query, 5),
                                          .sheets = db_int(query, 6),
                                          .metres = db_real(query, 7),
                                          .record = db_int(query, 8)};
        status = visit(context, &row, error);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
