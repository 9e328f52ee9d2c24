#include "account/sheet_csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "index/day.h"
#include "index/number.h"

static const char *names_of(const struct sheet_column *columns, size_t count, struct arena *arena)
{
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        if (columns[i].needed)
            all = arena_printf(arena, "%s%s%s", all, *all ? ", " : "", columns[i].names[0]);
    return all;
}

static enum status find_columns(struct sheet *sheet, const struct sheet_column *columns,
                                size_t count, struct error *error)
{
    const struct csv *csv = &sheet->csv;
    for (size_t i = 0; i < count; i++) {
        const char *const *names = columns[i].names;
        sheet->at[i] = csv_column(csv, names, sheet->arena);
        if (sheet->at[i] < 0 && columns[i].needed)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: the column %s (%s) is missing; the first line names the "
                               "columns %s"),
                             sheet->path, csv->rows[0].line, names[0], names[1],
                             names_of(columns, count, sheet->arena));
        if (sheet->at[i] >= 0 && csv_column_after(csv, sheet->at[i], names, sheet->arena) >= 0)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: the column %s (%s) is there twice; leave one"), sheet->path,
                             csv->rows[0].line, names[0], names[1]);
    }
    return STATUS_OK;
}

/* A row with more fields than there are columns, or without one that we need: a separator too many
 * may have moved its numbers. A column of the office's own may be missing at the end. */
static enum status check_rows(const struct sheet *sheet, const struct sheet_column *columns,
                              size_t count, struct error *error)
{
    const struct csv *csv = &sheet->csv;
    size_t all = csv->rows[0].count, least = 0;
    for (size_t i = 0; i < count; i++)
        if (columns[i].needed && (size_t)sheet->at[i] + 1 > least)
            least = (size_t)sheet->at[i] + 1;
    for (size_t i = 1; i < csv->count; i++)
        if (csv->rows[i].count > all || csv->rows[i].count < least)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: this line has %zu fields, the first line names %zu columns; "
                               "put a text with a separator in quotation marks"),
                             sheet->path, csv->rows[i].line, csv->rows[i].count, all);
    return STATUS_OK;
}

enum status sheet_open(struct db *db, const char *path, const struct sheet_column *columns,
                       size_t count, struct arena *arena, struct sheet *out, struct error *error)
{
    struct procedures *procedures = NULL;
    *out = (struct sheet){.path = path, .arena = arena};
    enum status status = csv_read(path, arena, &out->csv, error);
    if (status == STATUS_OK)
        status = find_columns(out, columns, count, error);
    if (status == STATUS_OK)
        status = check_rows(out, columns, count, error);
    if (status == STATUS_OK && out->csv.count < 2)
        status = error_set(error, STATUS_REJECT,
                           _("%s has no line below the one that names the columns"), path);
    if (status == STATUS_OK)
        status = procedures_read(db, arena, &procedures, error);
    out->procedures = procedures;
    return status;
}

const char *sheet_ignored(const struct sheet *sheet, size_t column_count)
{
    const char *heads = "";
    const struct csv_row *first = &sheet->csv.rows[0];
    for (size_t i = 0; i < first->count; i++) {
        const char *head = csv_field(first, (int)i);
        bool known = false;
        for (size_t j = 0; j < column_count; j++)
            known = known || sheet->at[j] == (int)i;
        if (!known && *head)
            heads = arena_printf(sheet->arena, "%s%s%s", heads, *heads ? "; " : "", head);
    }
    return heads;
}

const char *sheet_text(const struct sheet *sheet, size_t row, int column)
{
    return csv_field(&sheet->csv.rows[row], sheet->at[column]);
}

enum status sheet_refuse(const struct sheet *sheet, size_t row, struct error *error,
                         const char *format, ...)
{
    char text[sizeof error->text];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    return error_set(error, STATUS_REJECT, "%s:%d: %s", sheet->path, sheet->csv.rows[row].line,
                     text);
}

enum status sheet_count(const struct sheet *sheet, size_t row, int column, const char *name,
                        int64_t otherwise, int64_t *value, struct error *error)
{
    const char *text = sheet_text(sheet, row, column);
    *value = otherwise;
    if (!*text && otherwise != SHEET_NEEDED)
        return STATUS_OK;
    if (!*text || text[strspn(text, "0123456789")] != 0 || strlen(text) > 9)
        return sheet_refuse(sheet, row, error,
                            _("%s must be a whole number without separators, not \"%s\""), name,
                            text);
    *value = strtoll(text, NULL, 10);
    return STATUS_OK;
}

enum status sheet_year(const struct sheet *sheet, size_t row, int column, int *year,
                       struct error *error)
{
    const char *text = sheet_text(sheet, row, column);
    *year = *text ? number_year(text) : 0;
    if (*text && (strlen(text) != 4 || !*year))
        return sheet_refuse(sheet, row, error,
                            _("\"%s\" is no year; leave it empty when it is unknown"), text);
    char today[DAY_SIZE];
    day_today(today);
    if (*year > number_year(today))
        return sheet_refuse(sheet, row, error,
                            _("the year %s has not begun; leave it empty when it is unknown"),
                            text);
    return STATUS_OK;
}

enum status sheet_date(const struct sheet *sheet, size_t row, int column, char iso[11],
                       struct error *error)
{
    const char *text = sheet_text(sheet, row, column);
    const char *day = arena_strndup(sheet->arena, text, strcspn(text, " T"));
    iso[0] = '\0';
    if (*text && !text_date(day, iso))
        return sheet_refuse(sheet, row, error,
                            _("the date %s does not exist; write a day of the calendar as "
                              "DD/MM/YYYY"),
                            text);
    return STATUS_OK;
}

enum status sheet_subject(const struct sheet *sheet, size_t row, int unit, int procedure,
                          json_t *into, struct error *error)
{
    const char *name = sheet_text(sheet, row, unit), *of = sheet_text(sheet, row, procedure);
    const char *key = procedures_key(sheet->procedures, of, sheet->arena);
    const char *label = procedures_label(sheet->procedures, key);
    if (!*unit_key(name, sheet->arena) || !*key)
        return sheet_refuse(sheet, row, error, _("unit and procedure must be given"));
    json_put_text(into, "unit", text_tidy(sheet->arena, name));
    json_put_text(into, "unit_key", unit_key(name, sheet->arena));
    json_put_text(into, "procedure", label ? label : text_tidy(sheet->arena, of));
    json_put_text(into, "procedure_key", key);
    return STATUS_OK;
}

struct subject {
    const char *key;
    int line;
};

static int by_key(const void *a, const void *b)
{
    const struct subject *first = a, *second = b;
    int order = strcmp(first->key, second->key);
    return order ? order : (first->line > second->line) - (first->line < second->line);
}

/* Two rows of one file about the same would silently lose one of them. keys[i] belongs to row i
 * + 1. */
static enum status refuse_twins(const struct sheet *sheet, const char *const *keys,
                                const char *what, struct error *error)
{
    size_t count = sheet->csv.count - 1;
    struct subject *subjects = arena_array(sheet->arena, count + 1, sizeof *subjects);
    for (size_t i = 0; i < count; i++)
        subjects[i] = (struct subject){keys[i], sheet->csv.rows[i + 1].line};
    qsort(subjects, count, sizeof *subjects, by_key);
    for (size_t i = 1; i < count; i++)
        if (strcmp(subjects[i - 1].key, subjects[i].key) == 0)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: %s are those of line %d; add the two lines up"), sheet->path,
                             subjects[i].line, what, subjects[i - 1].line);
    return STATUS_OK;
}

enum status sheet_read(struct db *db, const char *path, const struct sheet_column *columns,
                       size_t column_count,
                       enum status (*row)(const struct sheet *sheet, size_t at, json_t *into,
                                          const char **key, struct error *error),
                       const char *what, json_t **data, int *rows, struct error *error)
{
    struct arena *arena = arena_new();
    struct sheet sheet;
    json_t *list = json_array();
    const char **keys = NULL;
    *data = NULL;
    *rows = 0;
    enum status status = sheet_open(db, path, columns, column_count, arena, &sheet, error);
    if (status == STATUS_OK)
        keys = arena_array(arena, sheet.csv.count, sizeof *keys);
    for (size_t i = 1; status == STATUS_OK && i < sheet.csv.count; i++) {
        json_t *into = json_object();
        json_array_append_new(list, into);
        status = row(&sheet, i, into, &keys[i - 1], error);
    }
    if (status == STATUS_OK)
        status = refuse_twins(&sheet, keys, what, error);
    if (status == STATUS_OK) {
        *rows = (int)json_array_size(list);
        *data = json_pack("{s:s, s:O}", "file", file_name(path), "rows", list);
    }
    json_decref(list);
    arena_free(arena);
    return status;
}
