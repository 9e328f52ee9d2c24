#include "account/exempt.h"

#include <string.h>

#include "account/sheet_csv.h"
#include "account/tables.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

enum { UNIT, PROCEDURE, YEAR, REASON, PAPERS, PAGES, SHEETS, NUMBER, NOTE, COLUMNS };

static const struct sheet_column columns[COLUMNS] = {
    {{"unit", "don_vi"}, true},   {{"procedure", "thu_tuc"}, true},  {{"year", "nam"}, true},
    {{"reason", "ly_do"}, true},  {{"papers", "so_giay_to"}, true},  {{"pages", "so_trang"}, false},
    {{"sheets", "so_to"}, false}, {{"number", "so_ky_hieu"}, false}, {{"note", "ghi_chu"}, false},
};

/* words: as people write it in Vietnamese; another way behind "|". */
static const struct {
    const char *slug, *words, *label;
} reasons[] = {
    {"born_digital", "bản điện tử", N_("signed digitally from the start")},
    {"duplicate", "trùng", N_("the same paper is digitised already")},
    {"expired", "hết hiệu lực", N_("no longer valid")},
    {"secret", "mật", N_("secret, under rules of its own")},
    {"personnel", "hồ sơ cá nhân", N_("personnel file, under rules of its own")},
    {"damaged", "hư hỏng", N_("damaged beyond reading")},
    {"elsewhere", "nơi khác số hóa", N_("digitised by another agency")},
    {"lost", "thất lạc|mất", N_("lost, by a record of it")},
};

const char *exempt_reason(size_t at, const char **label)
{
    if (at >= sizeof reasons / sizeof *reasons)
        return NULL;
    if (label)
        *label = message(reasons[at].label);
    return reasons[at].slug;
}

static bool has_words(const char *words, const char *text, bool marked, struct arena *arena)
{
    for (const char *at = words; *at;) {
        size_t size = strcspn(at, "|");
        const char *one = arena_strndup(arena, at, size);
        if (strcmp(marked ? text_tone_last(arena, one) : text_fold(arena, one), text) == 0)
            return true;
        at += size + (at[size] != '\0');
    }
    return false;
}

/* Typed with marks, they count: "mất" is lost, "mật" is secret, and "mat" may be either. */
static const char *find_reason(const char *text, struct arena *arena)
{
    const char *folded = text_fold(arena, text), *exact = text_tone_last(arena, text);
    const char *found = NULL;
    bool marked = strcmp(folded, exact) != 0;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (strcmp(folded, reasons[i].slug) == 0)
            return reasons[i].slug;
        if (!has_words(reasons[i].words, marked ? exact : folded, marked, arena))
            continue;
        if (found)
            return NULL;
        found = reasons[i].slug;
    }
    return found;
}

static const char *all_reasons(struct arena *arena)
{
    const char *all = "";
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        all = arena_printf(arena, "%s%s%s (%.*s)", all, *all ? ", " : "", reasons[i].slug,
                           (int)strcspn(reasons[i].words, "|"), reasons[i].words);
    return all;
}

static enum status read_row(const struct sheet *sheet, size_t row, json_t *into, const char **key,
                            struct error *error)
{
    int year = 0;
    int64_t papers = 0, pages = 0, sheets = -1;
    const char *reason = find_reason(sheet_text(sheet, row, REASON), sheet->arena);
    const char *number = text_tidy(sheet->arena, sheet_text(sheet, row, NUMBER));
    enum status status = sheet_subject(sheet, row, UNIT, PROCEDURE, into, error);
    if (status == STATUS_OK)
        status = sheet_year(sheet, row, YEAR, &year, error);
    if (status == STATUS_OK && !reason)
        status = sheet_refuse(sheet, row, error, _("\"%s\" is no reason; there are %s"),
                              sheet_text(sheet, row, REASON), all_reasons(sheet->arena));
    if (status == STATUS_OK)
        status = sheet_count(sheet, row, PAPERS, _("papers"), SHEET_NEEDED, &papers, error);
    if (status == STATUS_OK)
        status = sheet_count(sheet, row, PAGES, _("pages"), 0, &pages, error);
    if (status == STATUS_OK)
        status = sheet_count(sheet, row, SHEETS, _("sheets"), -1, &sheets, error);
    if (status == STATUS_OK && *number && papers > 1)
        status = sheet_refuse(sheet, row, error, _("with a number it is one paper, not %lld"),
                              (long long)papers);
    if (status != STATUS_OK)
        return status;
    json_object_set_new(into, "year", json_integer(year));
    json_put_text(into, "reason", reason);
    json_object_set_new(into, "papers", json_integer(papers));
    json_object_set_new(into, "pages", json_integer(pages));
    if (sheets >= 0)
        json_object_set_new(into, "sheets", json_integer(sheets));
    json_put_text(into, "number", number);
    json_put_text(into, "note", text_tidy(sheet->arena, sheet_text(sheet, row, NOTE)));
    *key = arena_printf(sheet->arena, "%s\t%s\t%d\t%s\t%s",
                        json_string_value(json_object_get(into, "unit_key")),
                        json_string_value(json_object_get(into, "procedure_key")), year, reason,
                        text_fold(sheet->arena, number));
    return STATUS_OK;
}

enum status exempt_read(struct db *db, const char *csv_path, json_t **data, int *rows,
                        struct error *error)
{
    return sheet_read(db, csv_path, columns, COLUMNS, read_row,
                      _("unit, procedure, year, reason and number"), data, rows, error);
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
    const json_t *sheets = json_object_get(row, "sheets");
    enum status status = db_do(
        db, error,
        "INSERT INTO account_exempt (record, line, unit_key, procedure_key, year, reason, number,"
        " unit, procedure, papers, pages, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "iississssiis", record->number, (int64_t)line, text_of(row, "unit_key"),
        text_of(row, "procedure_key"), json_int(row, "year", 0), text_of(row, "reason"),
        text_fold(arena, text_of(row, "number")), text_of(row, "unit"), text_of(row, "procedure"),
        json_int(row, "papers", 0), json_int(row, "pages", 0), text_of(row, "note"));
    if (status == STATUS_OK && sheets)
        status =
            db_do(db, error, "UPDATE account_exempt SET sheets = ? WHERE record = ? AND line = ?",
                  "iii", (int64_t)json_integer_value(sheets), record->number, (int64_t)line);
    return status;
}

/* Of a unit, procedure and year, more may not be exempt than there are. */
static enum status check_room(struct db *db, const struct record *record, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db,
        "SELECT min(x.unit), min(x.procedure), x.year, sum(x.papers),"
        " (SELECT coalesce(sum(t.papers), 0) FROM " SQL_INVENTORY " AS t"
        " WHERE t.unit_key = x.unit_key AND t.procedure_key = x.procedure_key AND t.year = x.year)"
        " AS there FROM " SQL_EXEMPT " AS x"
        " WHERE EXISTS (SELECT 1 FROM account_exempt o WHERE o.record = ?"
        " AND o.unit_key = x.unit_key AND o.procedure_key = x.procedure_key AND o.year = x.year)"
        " GROUP BY x.unit_key, x.procedure_key, x.year ORDER BY 1, 2, 3",
        &query, error);
    for (int i = 1; status == STATUS_OK && i <= 5; i++)
        db_bind_int(query, i, record->number);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK)
        if (db_int(query, 3) > db_int(query, 4))
            status = error_set(error, STATUS_REJECT,
                               _("%s, %s, %lld: %lld papers would be exempt, and the inventory has "
                                 "%lld; enter the inventory first"),
                               db_text(query, 0), db_text(query, 1), (long long)db_int(query, 2),
                               (long long)db_int(query, 3), (long long)db_int(query, 4));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status exempt_apply(struct db *db, const struct record *record, struct error *error)
{
    const json_t *rows = json_object_get(record->data, "rows");
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    if (!json_is_array(rows))
        status = error_set(error, STATUS_REJECT, _("a list of exempt papers without rows"));
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(rows); i++)
        status = put_row(db, record, i + 1, json_array_get(rows, i), arena, error);
    if (status == STATUS_OK)
        status = check_room(db, record, error);
    arena_free(arena);
    return status;
}

enum status exempt_each(struct db *db, const struct account_at *at,
                        enum status (*visit)(void *context, const struct exempt_row *row,
                                             struct error *error),
                        void *context, struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(
        db,
        "SELECT unit, procedure, reason, number, note, year, papers, pages, coalesce(sheets, -1),"
        " record FROM " SQL_EXEMPT " AS t WHERE papers > 0"
        " ORDER BY unit_key, procedure_key, year, reason, number",
        &query, error);
    if (status == STATUS_OK) {
        db_bind_int(query, 1, at->record);
        db_bind_int(query, 2, at->record);
    }
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        const struct exempt_row row = {.unit = db_text(query, 0),
                                       .procedure = db_text(query, 1),
                                       .reason = db_text(query, 2),
                                       .number = db_text(query, 3),
                                       .note = db_text(query, 4),
                                       .year = (int)db_int(query, 5),
                                       .papers = db_int(query, 6),
                                       .pages = db_int(query, 7),
                                       .sheets = db_int(query, 8),
                                       .record = db_int(query, 9)};
        status = visit(context, &row, error);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}
