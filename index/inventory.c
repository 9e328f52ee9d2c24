#include "index/roadmap.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "index/csv.h"
#include "index/number.h"
#include "index/procedures.h"
#include "index/schema.h"

struct columns {
    int unit, procedure, year, papers, pages;
};

static enum status find_columns(const struct csv *csv, const char *path, struct arena *arena,
                                struct columns *out, struct error *error)
{
    static const struct {
        const char *names[4];
        size_t offset;
    } known[] = {
        {{"unit", "don_vi", NULL}, offsetof(struct columns, unit)},
        {{"procedure", "thu_tuc", NULL}, offsetof(struct columns, procedure)},
        {{"year", "nam", NULL}, offsetof(struct columns, year)},
        {{"papers", "so_giay_to", NULL}, offsetof(struct columns, papers)},
        {{"pages", "so_trang", NULL}, offsetof(struct columns, pages)},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int column = csv_column(csv, known[i].names, arena);
        memcpy((char *)out + known[i].offset, &column, sizeof column);
        if (column < 0)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: the column %s (%s) is missing; the first line names the "
                               "columns unit, procedure, year, papers, pages"),
                             path, csv->rows[0].line, known[i].names[0], known[i].names[1]);
        if (csv_column_after(csv, column, known[i].names, arena) >= 0)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: the column %s (%s) is there twice; leave one"), path,
                             csv->rows[0].line, known[i].names[0], known[i].names[1]);
    }
    return STATUS_OK;
}

/* A row with more fields than there are columns, or without one that we need: a separator too many
 * may have moved its numbers. A column of the office's own may be missing at the end. */
static enum status check_rows(const struct csv *csv, const struct columns *used, const char *path,
                              struct error *error)
{
    const int needed[] = {used->unit, used->procedure, used->year, used->papers, used->pages};
    size_t columns = csv->rows[0].count, least = 0;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        least = (size_t)needed[i] + 1 > least ? (size_t)needed[i] + 1 : least;
    for (size_t i = 1; i < csv->count; i++)
        if (csv->rows[i].count > columns || csv->rows[i].count < least)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: this line has %zu fields, the first line names %zu columns; "
                               "put a text with a separator in quotation marks"),
                             path, csv->rows[i].line, csv->rows[i].count, columns);
    return STATUS_OK;
}

static bool read_count(const char *text, int64_t *value)
{
    if (!*text || text[strspn(text, "0123456789")] != 0 || strlen(text) > 9)
        return false;
    *value = strtoll(text, NULL, 10);
    return true;
}

static enum status put_row(struct db *db, const struct procedures *procedures,
                           const struct csv_row *row, const struct columns *columns,
                           const char *path, struct arena *arena, struct error *error)
{
    const char *unit = csv_field(row, columns->unit), *year = csv_field(row, columns->year);
    const char *procedure = csv_field(row, columns->procedure);
    const char *key = procedures_key(procedures, procedure, arena);
    int64_t papers, pages;
    if (!*unit || !*key)
        return error_set(error, STATUS_REJECT, _("%s:%d: unit and procedure must be given"), path,
                         row->line);
    if (*year && (strlen(year) != 4 || !number_year(year)))
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: \"%s\" is no year; leave it empty when it is unknown"), path,
                         row->line, year);
    if (!read_count(csv_field(row, columns->papers), &papers) ||
        !read_count(csv_field(row, columns->pages), &pages))
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: papers and pages must be whole numbers without separators"),
                         path, row->line);
    const char *label = procedures_label(procedures, key);
    return db_do(db, error,
                 "INSERT INTO inventory (unit_key, procedure_key, year, unit, procedure, papers,"
                 " pages) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (unit_key, procedure_key, year)"
                 " DO UPDATE SET unit = excluded.unit, procedure = excluded.procedure,"
                 " papers = excluded.papers, pages = excluded.pages",
                 "ssissii", unit_key(unit, arena), key, (int64_t)number_year(*year ? year : NULL),
                 text_tidy(arena, unit), label ? label : text_tidy(arena, procedure), papers,
                 pages);
}

/* What a row is about; two rows of one file about the same would silently lose one of them. */
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

static enum status find_twins(const struct csv *csv, const struct procedures *procedures,
                              const struct columns *columns, const char *path, struct arena *arena,
                              struct error *error)
{
    struct subject *subjects = arena_array(arena, csv->count, sizeof *subjects);
    size_t count = 0;
    for (size_t i = 1; i < csv->count; i++) {
        const struct csv_row *row = &csv->rows[i];
        const char *key =
            arena_printf(arena, "%s\t%s\t%s", unit_key(csv_field(row, columns->unit), arena),
                         procedures_key(procedures, csv_field(row, columns->procedure), arena),
                         csv_field(row, columns->year));
        subjects[count++] = (struct subject){key, row->line};
    }
    qsort(subjects, count, sizeof *subjects, by_key);
    for (size_t i = 1; i < count; i++)
        if (strcmp(subjects[i - 1].key, subjects[i].key) == 0)
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: unit, procedure and year are those of line %d; add the two "
                               "lines up"),
                             path, subjects[i].line, subjects[i - 1].line);
    return STATUS_OK;
}

enum status inventory_import(struct db *db, const char *csv_path, int *rows, struct error *error)
{
    struct arena *arena = arena_new();
    struct procedures *procedures = NULL;
    struct columns columns;
    struct csv csv;
    bool began = false;
    *rows = 0;
    enum status status = schema_ensure(db, error);
    if (status == STATUS_OK)
        status = csv_read(csv_path, arena, &csv, error);
    if (status == STATUS_OK)
        status = find_columns(&csv, csv_path, arena, &columns, error);
    if (status == STATUS_OK)
        status = check_rows(&csv, &columns, csv_path, error);
    if (status == STATUS_OK)
        status = procedures_read(db, arena, &procedures, error);
    if (status == STATUS_OK) {
        status = db_begin(db, error);
        began = status == STATUS_OK;
    }
    for (size_t i = 1; status == STATUS_OK && i < csv.count; i++)
        status = put_row(db, procedures, &csv.rows[i], &columns, csv_path, arena, error);
    if (status == STATUS_OK)
        status = find_twins(&csv, procedures, &columns, csv_path, arena, error);
    if (status == STATUS_OK)
        status = db_commit(db, error);
    if (status == STATUS_OK)
        *rows = (int)csv.count - 1;
    else if (began)
        db_rollback(db);
    arena_free(arena);
    return status;
}
