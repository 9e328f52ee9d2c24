#include "account/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/sheet_csv.h"
#include "account/tables.h"
#include "core/file.h"
#include "core/message.h"
#include "core/settings.h"
#include "core/text.h"
#include "index/number.h"

enum {
    DOSSIER,
    NUMBER,
    DATE,
    UNIT,
    PROCEDURE,
    OWNER,
    RECEIVED,
    SETTLED,
    CHANNEL,
    RESULT,
    RESULT_FILE,
    COMPONENTS,
    DIGITISED,
    REUSED,
    COLUMNS
};

static const char *const keys[COLUMNS + 1] = {
    "dossier", "number", "date",        "unit",       "procedure", "owner",  "received", "settled",
    "channel", "result", "result_file", "components", "digitised", "reused", NULL};

struct register_columns {
    struct sheet_column at[COLUMNS];
    struct arena *arena;
};

/* ---------------------------------------------------------------- which column is what */

/* As csv_column folds headers. */
static const char *header_key(struct arena *arena, const char *name, size_t size)
{
    char *folded = text_fold(arena, arena_strndup(arena, name, size)), *at = folded;
    for (; *at; at++)
        *at = *at == ' ' || *at == '-' ? '_' : *at;
    return folded;
}

static enum status take_key(void *context, const char *section, const char *key, const char *value,
                            int line, struct error *error)
{
    struct register_columns *columns = context;
    size_t at = 0, count = 1;
    (void)line;
    while (at < COLUMNS && strcmp(keys[at], key) != 0)
        at++;
    if (strcmp(section, "columns") != 0 || at == COLUMNS) {
        const char *nearest = settings_nearest(key, keys);
        return error_set(error, STATUS_REJECT, _("[%s] has no column \"%s\"; did you mean \"%s\"?"),
                         section, key, nearest ? nearest : keys[0]);
    }
    for (const char *name = value; *name; name += strcspn(name, "|"), name += *name == '|') {
        const char *folded = header_key(columns->arena, name, strcspn(name, "|"));
        if (count == SHEET_NAMES_MAX - 1)
            return error_set(error, STATUS_REJECT, _("%s: at most %d names for one column"), key,
                             SHEET_NAMES_MAX - 2);
        if (*folded)
            columns->at[at].names[count++] = folded;
    }
    return STATUS_OK;
}

enum status register_columns_read(const char *path, struct arena *arena,
                                  struct register_columns **out, struct error *error)
{
    struct register_columns *columns = arena_alloc(arena, sizeof *columns);
    columns->arena = arena;
    for (size_t i = 0; i < COLUMNS; i++)
        columns->at[i].names[0] = keys[i];
    *out = columns;
    return file_exists(path) ? settings_parse(path, take_key, columns, error) : STATUS_OK;
}

/* ---------------------------------------------------------------- rows of the file */

static bool says_no(const char *text, struct arena *arena)
{
    static const char *const words[] = {"khong", "no", "0", "false", "chua"};
    const char *folded = text_fold(arena, text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(folded, words[i]) == 0)
            return true;
    return false;
}

static void put_words(const struct sheet *sheet, size_t row, int column, json_t *into)
{
    const char *text = text_tidy(sheet->arena, sheet_text(sheet, row, column));
    if (*text)
        json_put_text(into, keys[column], text);
}

static enum status put_date(const struct sheet *sheet, size_t row, int column, json_t *into,
                            struct error *error)
{
    char iso[11];
    enum status status = sheet_date(sheet, row, column, iso, error);
    if (status == STATUS_OK && *iso)
        json_put_text(into, keys[column], iso);
    return status;
}

/* "có" is 1 where a count is not given. */
static enum status put_count(const struct sheet *sheet, size_t row, int column, json_t *into,
                             struct error *error)
{
    const char *text = sheet_text(sheet, row, column);
    int64_t value = -1;
    if (!*text)
        return STATUS_OK;
    if (says_no(text, sheet->arena))
        value = 0;
    else if (text[strspn(text, "0123456789")] != 0)
        value = 1;
    enum status status =
        value >= 0 ? STATUS_OK
                   : sheet_count(sheet, row, column, keys[column], SHEET_NEEDED, &value, error);
    if (status == STATUS_OK)
        json_object_set_new(into, keys[column], json_integer((json_int_t)value));
    return status;
}

static enum status read_row(const struct sheet *sheet, size_t row, const char *unit, json_t *into,
                            struct error *error)
{
    static const int words[] = {DOSSIER, NUMBER, UNIT, PROCEDURE, OWNER};
    static const int dates[] = {DATE, RECEIVED, SETTLED};
    static const int counts[] = {CHANNEL, RESULT_FILE, COMPONENTS, DIGITISED, REUSED};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        put_words(sheet, row, words[i], into);
    if (unit && !json_object_get(into, "unit"))
        json_put_text(into, "unit", text_tidy(sheet->arena, unit));
    for (size_t i = 0; i < sizeof dates / sizeof *dates && status == STATUS_OK; i++)
        status = put_date(sheet, row, dates[i], into, error);
    for (size_t i = 0; i < sizeof counts / sizeof *counts && status == STATUS_OK; i++)
        status = put_count(sheet, row, counts[i], into, error);
    if (status == STATUS_OK && !json_object_get(into, "dossier") &&
        !json_object_get(into, "number") && !json_object_get(into, "owner"))
        status = sheet_refuse(sheet, row, error,
                              _("a row needs a dossier, a number or an owner to be looked for by"));
    if (status != STATUS_OK)
        return status;
    if (says_no(sheet_text(sheet, row, RESULT), sheet->arena))
        json_object_set_new(into, "result", json_integer(0));
    const char *procedure = json_string_value(json_object_get(into, "procedure"));
    if (procedure)
        json_put_text(into, "procedure_key",
                      procedures_key(sheet->procedures, procedure, sheet->arena));
    return STATUS_OK;
}

enum status register_read(struct db *db, const char *csv_path,
                          const struct register_columns *columns, const char *unit, json_t **data,
                          int *rows, struct arena *arena, const char **ignored, struct error *error)
{
    struct sheet sheet;
    json_t *list = json_array();
    *ignored = "";
    *data = NULL;
    *rows = 0;
    enum status status = sheet_open(db, csv_path, columns->at, COLUMNS, arena, &sheet, error);
    if (status == STATUS_OK && sheet.at[DOSSIER] < 0 && sheet.at[NUMBER] < 0 && sheet.at[OWNER] < 0)
        status = error_set(error, STATUS_REJECT,
                           _("%s: none of its columns is known as dossier, number or owner; name "
                             "them in register.conf"),
                           csv_path);
    for (size_t i = 1; status == STATUS_OK && i < sheet.csv.count; i++) {
        json_t *row = json_object();
        json_array_append_new(list, row);
        status = read_row(&sheet, i, unit, row, error);
    }
    if (status == STATUS_OK) {
        *ignored = sheet_ignored(&sheet, COLUMNS);
        *rows = (int)json_array_size(list);
        *data = json_pack("{s:s, s:O}", "file", file_name(csv_path), "rows", list);
    }
    json_decref(list);
    return status;
}

/* ---------------------------------------------------------------- rows of the database */

static const char *text_of(const json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* What a later register may tell anew. */
static const char *identity(const json_t *row, const char *number, const char *unit,
                            const char *owner, struct arena *arena)
{
    const char *dossier = text_of(row, "dossier"), *date = or_empty(text_of(row, "date"));
    if (dossier)
        return arena_printf(arena, "d %s", text_fold(arena, dossier));
    if (number)
        return arena_printf(arena, "n %s %s %s", number, date, unit);
    return arena_printf(arena, "o %s %s %s", or_empty(owner), date,
                        or_empty(text_of(row, "procedure_key")));
}

static enum status put_row(struct db *db, const struct record *record, size_t line,
                           const json_t *row, struct arena *arena, struct error *error)
{
    static const char *const counts[] = {"channel", "result_file", "components", "digitised",
                                         "reused"};
    struct db_query *query = NULL;
    const char *number = text_of(row, "number"), *owner = text_of(row, "owner");
    const char *number_key_text = number ? number_key(arena, number) : NULL;
    const char *owner_key = owner ? name_key(arena, owner) : NULL;
    const char *unit = unit_key(or_empty(text_of(row, "unit")), arena);
    const char *const texts[] = {
        identity(row, number_key_text, unit, owner_key, arena),
        text_of(row, "dossier"),
        number,
        number_key_text,
        text_of(row, "date"),
        text_of(row, "unit"),
        unit,
        text_of(row, "procedure"),
        or_empty(text_of(row, "procedure_key")),
        owner,
        owner_key,
        text_of(row, "received"),
        text_of(row, "settled"),
    };
    enum status status = db_prepare(
        db,
        "INSERT INTO account_register (record, line, ident, dossier, number, number_key, date,"
        " unit, unit_key, procedure, procedure_key, owner, owner_key, received, settled,"
        " has_result, channel, result_file, components, digitised, reused)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &query, error);
    if (status != STATUS_OK)
        return status;
    int at = 1;
    db_bind_int(query, at++, record->number);
    db_bind_int(query, at++, (int64_t)line);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        db_bind_text(query, at++, texts[i]);
    db_bind_int(query, at++, json_int(row, "result", 1));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++, at++)
        if (json_object_get(row, counts[i]))
            db_bind_int(query, at, json_int(row, counts[i], 0));
        else
            db_bind_null(query, at);
    status = db_step(query, error);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status register_apply(struct db *db, const struct record *record, struct error *error)
{
    const json_t *rows = json_object_get(record->data, "rows");
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    if (!json_is_array(rows))
        status = error_set(error, STATUS_REJECT, _("a register without rows"));
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(rows); i++) {
        status = put_row(db, record, i + 1, json_array_get(rows, i), arena, error);
        arena_clear(arena);
    }
    arena_free(arena);
    return status;
}

enum status register_replaced(struct db *db, int64_t record, int64_t *count, struct error *error)
{
    return db_first_int(
        db, count, error,
        "SELECT count(DISTINCT i.ident || ' ' || i.number_key) FROM " SQL_RESULTS " AS i"
        " WHERE i.number_key IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM account_register n WHERE n.ident = i.ident AND n.record = ?"
        " AND n.number_key IS NOT NULL)"
        " AND NOT EXISTS (SELECT 1 FROM account_register n WHERE n.ident = i.ident"
        " AND n.record = ? AND n.number_key = i.number_key)",
        "iiii", record - 1, record - 1, record, record);
}
