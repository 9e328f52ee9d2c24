#include "index/catalog/catalogue_lay.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/text.h"
#include "index/csv.h"
#include "index/day.h"
#include "index/catalog/facet_rows.h"
#include "index/number.h"
#include "index/procedures.h"
#include "index/catalog/types.h"

enum { EXAMPLES = 40 };

/* ---------------------------------------------------------------- a file's rows */

struct columns {
    int code, name, from, to, parent, kind, months, old_code, new_code, date, extent, match;
    int old_name, old_place;
};

struct sheet {
    const struct lay *lay;
    struct csv csv;
    struct columns columns;
    const char **codes; /* of its rows, for a whole catalogue */
};

static int column(const struct sheet *sheet, const char *a, const char *b)
{
    return csv_column(&sheet->csv, (const char *const[]){a, b, NULL}, sheet->lay->arena);
}

static enum status find_columns(struct sheet *sheet, struct error *error)
{
    struct columns *c = &sheet->columns;
    *c = (struct columns){.code = column(sheet, "code", "ma"),
                          .name = column(sheet, "name", "ten"),
                          .from = column(sheet, "valid_from", "tu_ngay"),
                          .to = column(sheet, "valid_to", "den_ngay"),
                          .parent = column(sheet, "parent", "ma_cap_tren"),
                          .kind = column(sheet, "kind", "loai"),
                          .months = column(sheet, "months", "so_thang"),
                          .old_code = column(sheet, "old_code", "ma_cu"),
                          .new_code = column(sheet, "new_code", "ma_moi"),
                          .date = column(sheet, "date", "ngay"),
                          .extent = column(sheet, "extent", "pham_vi"),
                          .match = column(sheet, "match", "match"),
                          .old_name = column(sheet, "old_name", "ten_cu"),
                          .old_place = column(sheet, "old_district", "huyen_cu")};
    bool succession = sheet->lay->kind->rows != NULL;
    if (succession ? c->old_code < 0 || c->new_code < 0 : c->code < 0 || c->name < 0)
        return error_set(error, STATUS_REJECT,
                         succession ? _("the columns old_code and new_code are needed")
                                    : _("the columns code and name are needed"));
    if (strcmp(sheet->lay->kind->kind, "validity-class") == 0 && c->months < 0)
        return error_set(error, STATUS_REJECT,
                         _("the column months is needed (empty: in force for ever)"));
    return STATUS_OK;
}

static void note(const struct lay *lay, const char *sign, const char *code, const char *what)
{
    struct catalogue_report *report = lay->report;
    if (!report->examples)
        report->examples = arena_array(lay->arena, EXAMPLES, sizeof *report->examples);
    if (report->example_count < EXAMPLES)
        report->examples[report->example_count++] =
            arena_printf(lay->arena, "%s %s%s%s", sign, code, *what ? ": " : "", what);
}

static const char *or_null(const char *text)
{
    return text && *text ? text : NULL;
}

static enum status day_of(const struct sheet *sheet, size_t row, int at, const char **day,
                          struct error *error)
{
    char iso[DAY_SIZE];
    const char *text = csv_field(&sheet->csv.rows[row], at);
    *day = NULL;
    if (!*text)
        return STATUS_OK;
    if (!text_date(text, iso))
        return error_set(error, STATUS_REJECT, _("line %d: there is no such day: %s"),
                         sheet->csv.rows[row].line, text);
    *day = arena_strdup(sheet->lay->arena, iso);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- versions */

struct version {
    const char *code, *name, *full_name, *parent, *from, *to, *detail;
    int line;
};

/* All columns that have no place of their own, as one JSON text; of a class its months. */
static const char *detail_of(const struct sheet *sheet, size_t at)
{
    const struct columns *c = &sheet->columns;
    const struct csv_row *head = &sheet->csv.rows[0], *row = &sheet->csv.rows[at];
    if (c->months >= 0 && strcmp(sheet->lay->kind->kind, "validity-class") == 0)
        return *csv_field(row, c->months) ? csv_field(row, c->months) : "0";
    json_t *object = json_object();
    for (int i = 0; i < (int)head->count; i++)
        if (i != c->code && i != c->name && i != c->from && i != c->to && i != c->parent &&
            *csv_field(row, i))
            json_object_set_new(object, csv_field(head, i), json_string(csv_field(row, i)));
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    const char *kept = arena_strdup(sheet->lay->arena, text);
    free(text);
    json_decref(object);
    return kept;
}

static enum status read_version(const struct sheet *sheet, size_t at, struct version *out,
                                struct error *error)
{
    const struct columns *c = &sheet->columns;
    const struct csv_row *row = &sheet->csv.rows[at];
    struct arena *arena = sheet->lay->arena;
    const char *kind = text_tidy(arena, csv_field(row, c->kind));
    *out = (struct version){.code = csv_field(row, c->code),
                            .name = text_tidy(arena, csv_field(row, c->name)),
                            .parent = or_null(csv_field(row, c->parent)),
                            .detail = detail_of(sheet, at),
                            .line = row->line};
    out->full_name =
        *kind && c->parent >= 0 ? arena_printf(arena, "%s %s", kind, out->name) : out->name;
    if (strcmp(sheet->lay->kind->kind, "procedure") == 0 && procedure_is_code(out->code))
        out->code = arena_strndup(arena, out->code, 8);
    if (!sheet->lay->kind->is_code(out->code))
        return error_set(error, STATUS_REJECT,
                         _("line %d: \"%s\" is no code of this catalogue; it "
                           "looks like %s"),
                         row->line, out->code, sheet->lay->kind->like);
    if (!*out->name)
        return error_set(error, STATUS_REJECT, _("line %d: %s has no name"), row->line, out->code);
    if (out->detail[0] != '{' && out->detail[strspn(out->detail, "0123456789")])
        return error_set(error, STATUS_REJECT, _("line %d: \"%s\" is no number of months"),
                         row->line, out->detail);
    enum status status = day_of(sheet, at, c->from, &out->from, error);
    if (status == STATUS_OK)
        status = day_of(sheet, at, c->to, &out->to, error);
    if (status == STATUS_OK && out->from && out->to && strcmp(out->from, out->to) > 0)
        status = error_set(error, STATUS_REJECT, _("line %d: it ends (%s) before it begins (%s)"),
                           row->line, out->to, out->from);
    return status;
}

struct there { /* a version that is there */
    int64_t id;
    bool same; /* but for its end */
    bool to_same, open;
    int64_t record; /* that said so last */
};

/* The version with the same beginning, else (any true) the one that is current. */
static enum status find_there(const struct lay *lay, const struct version *v, bool any,
                              struct there *out, struct error *error)
{
    static const char sql[] =
        "SELECT id, name, full_name, coalesce(parent, ''), detail, coalesce(valid_to, ''), record"
        " FROM catalogue_row WHERE kind = ? AND code = ? AND coalesce(valid_from, '') = ?";
    static const char current[] =
        "SELECT id, name, full_name, coalesce(parent, ''), detail, coalesce(valid_to, ''), record"
        " FROM catalogue_row WHERE kind = ? AND code = ? AND valid_to IS NULL"
        " ORDER BY coalesce(valid_from, '') DESC LIMIT 1";
    struct db_query *query = NULL;
    enum status status = db_prepare(lay->db, any ? current : sql, &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, lay->kind->kind);
    db_bind_text(query, 2, v->code);
    if (!any)
        db_bind_text(query, 3, v->from ? v->from : "");
    status = db_step(query, error);
    if (status == STATUS_OK)
        *out = (struct there){.id = db_int(query, 0),
                              .same = strcmp(db_text(query, 1), v->name) == 0 &&
                                      strcmp(db_text(query, 2), v->full_name) == 0 &&
                                      strcmp(db_text(query, 3), v->parent ? v->parent : "") == 0 &&
                                      strcmp(db_text(query, 4), v->detail) == 0,
                              .to_same = strcmp(db_text(query, 5), v->to ? v->to : "") == 0,
                              .open = !*db_text(query, 5),
                              .record = db_int(query, 6)};
    db_finish(query);
    return status;
}

static enum status insert(const struct lay *lay, const struct version *v, const char *from,
                          struct error *error)
{
    const char *folded = text_fold(lay->arena, v->full_name);
    const char *bare = v->full_name != v->name ? text_fold(lay->arena, v->name) : folded;
    return db_do(lay->db, error,
                 "INSERT INTO catalogue_row (kind, code, name, full_name, folded, bare,"
                 " parent, valid_from, valid_to, detail, record)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 "ssssssssssi", lay->kind->kind, v->code, v->name, v->full_name, folded, bare,
                 v->parent, from, v->to, v->detail, lay->record);
}

static enum status correct(const struct lay *lay, const struct version *v, int64_t id,
                           struct error *error)
{
    const char *folded = text_fold(lay->arena, v->full_name);
    const char *bare = v->full_name != v->name ? text_fold(lay->arena, v->name) : folded;
    return db_do(lay->db, error,
                 "UPDATE catalogue_row SET name = ?, full_name = ?, folded = ?, bare = ?,"
                 " parent = ?, valid_to = ?, detail = ?, record = ? WHERE id = ?",
                 "sssssssii", v->name, v->full_name, folded, bare, v->parent, v->to, v->detail,
                 lay->record, id);
}

static enum status end_version(const struct lay *lay, int64_t id, const char *last,
                               struct error *error)
{
    return db_do(lay->db, error, "UPDATE catalogue_row SET valid_to = ?, record = ? WHERE id = ?",
                 "sii", last, lay->record, id);
}

/* Another one of the code begins; the one that was current has ended. */
static enum status lay_change(const struct lay *lay, const struct version *v, int64_t current,
                              struct error *error)
{
    char last[DAY_SIZE];
    lay->report->changed++;
    note(lay, "~", v->code, v->name);
    day_before(lay->date, last);
    enum status status = end_version(lay, current, last, error);
    return status == STATUS_OK ? insert(lay, v, lay->date, error) : status;
}

/* Two lines of one file that say two things of a code: which counts is nobody's guess. What was
 * taken once is laid as it was. */
static enum status refuse_twice(const struct lay *lay, const struct version *v,
                                const struct there *there, struct error *error)
{
    if (lay->record != LAY_TRIED || there->record != lay->record || there->same)
        return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("line %d: %s is there twice and says two things; leave one"), v->line,
                     v->code);
}

/* It says neither since when nor until when: what is current. */
static enum status lay_current(const struct lay *lay, const struct version *v, struct error *error)
{
    struct there there = {0};
    enum status status = find_there(lay, v, true, &there, error);
    if (status == STATUS_OK && there.same) {
        lay->report->same++;
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = refuse_twice(lay, v, &there, error);
        return status == STATUS_OK ? lay_change(lay, v, there.id, error) : status;
    }
    if (status != STATUS_END)
        return status;
    lay->report->added++;
    if (lay->record > 0)
        note(lay, "+", v->code, v->name);
    status = find_there(lay, v, false, &there, error); /* it had ended, and is there again */
    if (status == STATUS_OK || status == STATUS_END)
        return insert(lay, v, status == STATUS_OK ? lay->date : NULL, error);
    return status;
}

static enum status lay_version(const struct lay *lay, const struct version *v, struct error *error)
{
    struct catalogue_report *report = lay->report;
    struct there there = {0};
    if (!v->from && !v->to)
        return lay_current(lay, v, error);
    enum status status = find_there(lay, v, false, &there, error);
    if (status == STATUS_END) {
        report->added++;
        if (lay->record > 0)
            note(lay, "+", v->code, v->name);
        return insert(lay, v, v->from, error);
    }
    if (status == STATUS_OK)
        status = refuse_twice(lay, v, &there, error);
    if (status != STATUS_OK)
        return status;
    if (there.same && there.to_same) {
        report->same++;
        return STATUS_OK;
    }
    if (there.same && there.open) {
        report->ended++;
        note(lay, "-", v->code, v->name);
        return end_version(lay, there.id, v->to, error);
    }
    report->changed++; /* the same version, told better */
    note(lay, "~", v->code, v->name);
    return correct(lay, v, there.id, error);
}

/* ---------------------------------------------------------------- what is named and not known */

static enum status knows(const struct lay *lay, const char *kind, const char *code,
                         struct error *error)
{
    int64_t there = 0;
    enum status status = db_first_int(
        lay->db, &there, error, "SELECT 1 FROM catalogue_row WHERE kind = ? AND code = ? LIMIT 1",
        "ss", kind, code);
    if (status == STATUS_END) {
        lay->report->unknown++;
        note(lay, "?", code, "");
        return STATUS_OK;
    }
    return status;
}

/* ---------------------------------------------------------------- successions */

static enum status lay_succession(const struct sheet *sheet, size_t at, struct error *error)
{
    const struct lay *lay = sheet->lay;
    const struct columns *c = &sheet->columns;
    const struct csv_row *row = &sheet->csv.rows[at];
    const char *old = csv_field(row, c->old_code), *new = csv_field(row, c->new_code);
    const char *extent = csv_field(row, c->extent), *day = NULL;
    int64_t there = 0;
    bool named = !*old && *csv_field(row, c->old_name); /* nobody knows its code */
    if (named)
        old = arena_printf(lay->arena, "%s%s%s", csv_field(row, c->old_name),
                           *csv_field(row, c->old_place) ? ", " : "", csv_field(row, c->old_place));
    if ((!named && !lay->kind->is_code(old)) || !lay->kind->is_code(new))
        return error_set(error, STATUS_REJECT,
                         _("line %d: \"%s\" is no code of this catalogue; it "
                           "looks like %s"),
                         row->line, lay->kind->is_code(old) ? new : old, lay->kind->like);
    if (*extent && strcmp(extent, "whole") != 0 && strcmp(extent, "part") != 0)
        return error_set(error, STATUS_REJECT, _("line %d: extent is whole or part, not '%s'"),
                         row->line, extent);
    if (lay->record == LAY_TRIED && strcmp(old, new) == 0)
        return error_set(error, STATUS_REJECT, _("line %d: %s cannot follow itself"), row->line,
                         old);
    enum status status = day_of(sheet, at, c->date, &day, error);
    if (status == STATUS_OK)
        status = db_first_int(lay->db, &there, error,
                              "SELECT 1 FROM catalogue_succession WHERE kind = ? AND old_code = ?"
                              " AND new_code = ? AND date = ? AND extent = ?",
                              "sssss", lay->kind->rows, old, new, day ? day : lay->date,
                              *extent ? extent : "whole");
    if (status == STATUS_OK)
        lay->report->same += there;
    if (status != STATUS_END)
        return status;
    status = db_do(lay->db, error,
                   "DELETE FROM catalogue_succession WHERE kind = ? AND old_code = ?"
                   " AND new_code = ? AND date = ?",
                   "ssss", lay->kind->rows, old, new, day ? day : lay->date);
    if (status == STATUS_OK)
        status = db_do(lay->db, error,
                       "INSERT INTO catalogue_succession (kind, old_code, new_code, date,"
                       " extent, match, record) VALUES (?, ?, ?, ?, ?, ?, ?)",
                       "ssssssi", lay->kind->rows, old, new, day ? day : lay->date,
                       *extent ? extent : "whole", or_null(csv_field(row, c->match)), lay->record);
    lay->report->added++;
    if (status == STATUS_OK && !named)
        status = knows(lay, lay->kind->rows, old, error);
    return status == STATUS_OK ? knows(lay, lay->kind->rows, new, error) : status;
}

/* ---------------------------------------------------------------- all of it */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Current versions that the file does not name: of a whole catalogue they end. */
static enum status find_missing(struct sheet *sheet, struct error *error)
{
    const struct lay *lay = sheet->lay;
    struct db_query *query = NULL;
    size_t count = sheet->csv.count - 1, missing_count = 0, room = 0;
    int64_t *missing = NULL;
    char last[DAY_SIZE];
    day_before(lay->date, last);
    qsort(sheet->codes, count, sizeof *sheet->codes, by_text);
    enum status status =
        db_prepare(lay->db,
                   "SELECT id, code, name FROM catalogue_row WHERE kind = ? AND valid_to IS"
                   " NULL ORDER BY code",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, lay->kind->kind);
    while ((status = db_step(query, error)) == STATUS_OK) {
        const char *code = db_text(query, 1);
        if (bsearch(&code, sheet->codes, count, sizeof *sheet->codes, by_text))
            continue;
        if (missing_count == room) {
            room = room ? 2 * room : 64;
            missing = memory_resize(missing, room * sizeof *missing);
        }
        missing[missing_count++] = db_int(query, 0);
        if (lay->whole)
            note(lay, "-", code, db_text(query, 2));
    }
    db_finish(query);
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < missing_count && lay->whole && status == STATUS_OK; i++)
        status = end_version(lay, missing[i], last, error);
    *(lay->whole ? &lay->report->ended : &lay->report->missing) += (int64_t)missing_count;
    free(missing);
    return status;
}

static enum status lay_versions(struct sheet *sheet, struct error *error)
{
    enum status status = STATUS_OK;
    struct version *versions = arena_array(sheet->lay->arena, sheet->csv.count, sizeof *versions);
    for (size_t i = 1; i < sheet->csv.count && status == STATUS_OK; i++) {
        status = read_version(sheet, i, &versions[i], error);
        sheet->codes[i - 1] = versions[i].code;
        if (status == STATUS_OK)
            status = lay_version(sheet->lay, &versions[i], error);
    }
    for (size_t i = 1; i < sheet->csv.count && status == STATUS_OK; i++)
        if (sheet->lay->kind->parent && versions[i].parent)
            status = knows(sheet->lay, sheet->lay->kind->kind, versions[i].parent, error);
    return status == STATUS_OK ? find_missing(sheet, error) : status;
}

enum status lay_rows(const struct lay *lay, const char *csv, struct error *error)
{
    struct sheet sheet = {.lay = lay};
    enum status status =
        csv_parse(csv, strlen(csv), lay->kind->kind, lay->arena, &sheet.csv, error);
    if (status == STATUS_OK)
        status = find_columns(&sheet, error);
    if (status == STATUS_OK && lay->record == LAY_TRIED && sheet.csv.count < 2)
        status = error_set(error, STATUS_REJECT,
                           _("%s has no line below the one that names the columns"),
                           lay->kind->kind); /* taken as whole, it would end all there is */
    if (status != STATUS_OK)
        return status;
    lay->report->rows = (int64_t)sheet.csv.count - 1;
    sheet.codes = arena_array(lay->arena, sheet.csv.count, sizeof *sheet.codes);
    if (!lay->kind->rows)
        return lay_versions(&sheet, error);
    for (size_t i = 1; i < sheet.csv.count && status == STATUS_OK; i++)
        status = lay_succession(&sheet, i, error);
    return status;
}

enum status lay_clear(struct db *db, const char *kind, struct error *error)
{
    const struct catalogue_kind_row *row = catalogue_kind_of(kind);
    if (row->rows)
        return db_do(db, error, "DELETE FROM catalogue_succession WHERE kind = ?", "s", row->rows);
    return db_do(db, error, "DELETE FROM catalogue_row WHERE kind = ?", "s", kind);
}

enum status lay_refresh_validity(struct db *db, struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *query = NULL;
    const char *types[256];
    size_t count = 0;
    enum status status =
        db_prepare(db,
                   "SELECT DISTINCT v.value FROM catalog_value v JOIN catalog_total t"
                   " ON t.id = v.id * 8 + 1 WHERE v.facet = 'type' AND t.papers > 0",
                   &query, error);
    while (status == STATUS_OK && count < 256 && (status = db_step(query, error)) == STATUS_OK)
        types[count++] = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    status = status == STATUS_END ? STATUS_OK : status;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = facets_refresh(db, NULL, types[i], error);
    arena_free(arena);
    return status;
}
