/* A report counted again, and held against what it prints. */
#include "pipeline/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "account/xlsx.h"
#include "archive/report.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/account.h"

struct verifying {
    const struct warehouse *warehouse;
    struct db *db;
    const char *path;
    void (*finding)(void *context, const char *place, const char *sentence);
    void *context;
    struct arena *arena;
    struct report_verdict *out;
    struct report *told;
};

static void tell(void *context, const char *place, const char *sentence)
{
    struct verifying *v = context;
    v->out->faults++;
    v->finding(v->context, place, sentence);
}

static void tell_file(void *context, const char *sentence)
{
    struct verifying *v = context;
    tell(v, file_name(v->path), sentence);
}

/* ---------------------------------------------------------------- PDF */

static enum status judge_pdf(struct verifying *v, struct error *error)
{
    struct archive_verdict verdict;
    const struct archive_trust trust = archive_trust_of(&v->warehouse->archive);
    enum status status = archive_judge(v->path, &trust, &verdict, tell_file, v, error);
    if (status != STATUS_OK && status != STATUS_REJECT)
        return status;
    v->out->intact = verdict.intact;
    v->out->trusted = verdict.trusted;
    v->out->signer = arena_strdup(v->arena, verdict.signer);
    v->out->signed_at = arena_strdup(v->arena, verdict.signed_at);
    if (verdict.signatures == 0)
        tell_file(v, _("it is not signed"));
    return STATUS_OK;
}

/* So many bytes of a text, or a little less, to the end of a character. */
static const char *beginning(struct verifying *v, const char *text, size_t most)
{
    size_t size = strnlen(text, most);
    while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80)
        size--;
    return arena_strndup(v->arena, text, size);
}

/* Where two texts part, with some of each around it. */
static const char *parting(struct verifying *v, const char *shown, const char *expected)
{
    size_t at = 0;
    while (shown[at] && shown[at] == expected[at])
        at++;
    size_t from = at > 24 ? at - 24 : 0;
    while (from > 0 && ((unsigned char)shown[from] & 0xC0) == 0x80)
        from--;
    return arena_printf(v->arena, _("printed is \"…%s…\", its report.json says \"…%s…\""),
                        beginning(v, shown + from, 48), beginning(v, expected + from, 48));
}

static enum status compare_pdf(struct verifying *v, const char *shown, struct error *error)
{
    const char *expected = NULL;
    enum status status =
        archive_report_shown(&v->warehouse->archive, v->told, v->arena, &expected, error);
    if (status == STATUS_OK && strcmp(shown, expected) != 0)
        tell_file(v, parting(v, shown, expected));
    return status;
}

static enum status read_pdf(struct verifying *v, struct error *error)
{
    json_t *json = NULL;
    const char *shown = "";
    enum status status = archive_report_read(v->path, v->arena, &json, &shown, error);
    if (status == STATUS_REJECT && json) { /* it can be counted again all the same */
        tell_file(v, error->text);
        status = STATUS_OK;
        shown = NULL;
    }
    if (status == STATUS_OK)
        status = report_from_json(json, &v->told, error);
    json_decref(json);
    if (status == STATUS_OK && shown)
        status = compare_pdf(v, shown, error);
    return status == STATUS_OK ? judge_pdf(v, error) : status;
}

/* ---------------------------------------------------------------- spreadsheet */

static int by_place(const void *a, const void *b)
{
    const struct spread_cell *one = a, *other = b;
    if (one->sheet != other->sheet)
        return one->sheet < other->sheet ? -1 : 1;
    if (one->row != other->row)
        return one->row < other->row ? -1 : 1;
    return (one->column > other->column) - (one->column < other->column);
}

static const struct spread_cell *find_cell(const struct spread_cell *cells, size_t count, int sheet,
                                           size_t row, size_t column)
{
    const struct spread_cell key = {.sheet = sheet, .row = (int)row, .column = (int)column};
    return bsearch(&key, cells, count, sizeof *cells, by_place);
}

/* The pieces of report.json, below the cell that names it. */
static json_t *find_json(struct verifying *v, const struct spread_cell *cells, size_t count)
{
    struct buffer text = {0};
    json_t *json = NULL;
    (void)v;
    for (size_t i = 0; i < count; i++) {
        if (cells[i].row != 0 || cells[i].column != 0 || strcmp(cells[i].text, REPORT_JSON) != 0)
            continue;
        for (size_t k = i + 1; k < count && cells[k].sheet == cells[i].sheet; k++)
            buffer_text(&text, cells[k].text);
        json = json_loadb(text.data ? (const char *)text.data : "", text.size,
                          JSON_REJECT_DUPLICATES, NULL);
        break;
    }
    buffer_clear(&text);
    return json;
}

static bool same_cell(const struct report *told, const struct report_cell *cell,
                      const struct spread_cell *found)
{
    const struct report_figure *figure = cell->figure >= 0 ? &told->figures[cell->figure] : NULL;
    if (figure && figure->known)
        return found && found->number && fabs(found->value - figure->value) < 1e-6;
    return strcmp(found ? found->text : "", cell->text) == 0;
}

static void expect_words(struct verifying *v, const char *place, const struct spread_cell *shown,
                         const char *words)
{
    if (strcmp(shown ? shown->text : "", words) != 0)
        tell(v, place,
             arena_printf(v->arena, _("the sheet shows \"%s\", its report.json says \"%s\""),
                          shown ? shown->text : "", words));
}

static void compare_words(struct verifying *v, const struct spread_cell *cells, size_t count)
{
    size_t lines_count = 0, found = 0;
    const char **lines = xlsx_words(v->told, v->arena, &lines_count);
    for (size_t i = 0; i < lines_count; i++)
        expect_words(v, file_name(v->path), find_cell(cells, count, 0, i, 0), lines[i]);
    for (size_t i = 0; i < count; i++)
        found += cells[i].sheet == 0;
    if (found > lines_count)
        tell_file(v, _("the sheet has rows or columns that the report does not have"));
}

static void compare_sheet(struct verifying *v, const struct report_table *table, int sheet,
                          const struct spread_cell *cells, size_t count)
{
    size_t columns = table->column_count, found = 0;
    expect_words(v, table->id, find_cell(cells, count, sheet, 0, 0),
                 *table->title ? table->title : table->id);
    for (size_t c = 0; c < columns; c++)
        expect_words(v, table->id, find_cell(cells, count, sheet, XLSX_HEAD_ROW, c),
                     table->columns[c].head);
    for (size_t i = 0; i < count; i++)
        found += cells[i].sheet == sheet && cells[i].row > XLSX_HEAD_ROW;
    for (size_t i = 0; i < table->row_count * columns; i++) {
        const struct report_cell *cell = &table->cells[i];
        const struct spread_cell *shown =
            find_cell(cells, count, sheet, XLSX_HEAD_ROW + 1 + i / columns, i % columns);
        found -= shown != NULL;
        if (!same_cell(v->told, cell, shown))
            tell(v, cell->figure >= 0 ? v->told->figures[cell->figure].key : table->id,
                 arena_printf(v->arena, _("the sheet shows \"%s\", its report.json says \"%s\""),
                              shown ? shown->text : "", cell->text));
    }
    if (found > 0)
        tell(v, table->id, _("the sheet has rows or columns that the report does not have"));
}

static enum status read_xlsx(struct verifying *v, struct error *error)
{
    struct spread_cell *cells = NULL;
    size_t count = 0;
    int sheet = 0;
    enum status status = archive_spreadsheet(v->path, v->arena, &cells, &count, error);
    json_t *json = status == STATUS_OK ? find_json(v, cells, count) : NULL;
    if (status == STATUS_OK && count > 0)
        qsort(cells, count, sizeof *cells, by_place);
    if (status == STATUS_OK)
        status = json ? report_from_json(json, &v->told, error)
                      : error_set(error, STATUS_REJECT, _("there is no report of sohoa in it"));
    json_decref(json);
    if (status == STATUS_OK)
        compare_words(v, cells, count);
    for (size_t i = 0; status == STATUS_OK && i < v->told->block_count; i++)
        if (v->told->blocks[i].table)
            compare_sheet(v, v->told->blocks[i].table, ++sheet, cells, count);
    return status;
}

/* ---------------------------------------------------------------- figures */

static enum status check_position(struct verifying *v, struct error *error)
{
    struct account_at at;
    const json_t *position = json_object_get(v->told->facts, "position");
    const char *head = json_text(position, "head", v->arena);
    v->out->sequence = json_int(position, "sequence", 0);
    v->out->record = json_int(position, "record", 0);
    if (!position)
        return error_set(error, STATUS_REJECT,
                         _("this is a list and no report: it names no moment at which it could be "
                           "counted again"));
    enum status status =
        v->out->sequence < 1
            ? error_set(error, STATUS_REJECT, _("its report.json is damaged"))
            : pipeline_account_at(v->warehouse, v->db, v->out->sequence, &at, error);
    if (status != STATUS_OK)
        return status;
    if (!head || strcmp(head, at.head) != 0)
        tell(v, "position",
             arena_printf(v->arena,
                          _("entry %lld of the journal is not the one that it was "
                            "counted at: it is another warehouse's, or the journal was "
                            "changed"),
                          (long long)v->out->sequence));
    if (v->out->record != at.record)
        tell(v, "position",
             arena_printf(v->arena, _("it says that %lld records were entered then; it were %lld"),
                          (long long)v->out->record, (long long)at.record));
    return STATUS_OK;
}

static void compare_files(struct verifying *v)
{
    const char *name;
    json_t *hash;
    json_object_foreach(json_object_get(v->told->facts, "files"), name, hash)
    {
        char hex[HASH_HEX_SIZE] = "";
        const char *path = pipeline_account_file(v->warehouse, file_name(name), v->arena);
        if (!file_exists(path) || hash_file(path, hex, NULL) != STATUS_OK ||
            !json_is_string(hash) || strcmp(hex, json_string_value(hash)) != 0)
            v->out->plan_changed = true;
    }
}

static enum status find_recorded(struct verifying *v, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    struct db_query *query = NULL;
    enum status status = hash_file(v->path, hex, error);
    if (status == STATUS_OK)
        status =
            db_prepare(v->db, "SELECT record FROM account_report WHERE sha256 = ?", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, hex);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        v->out->recorded = db_int(query, 0);
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status count_again(struct verifying *v, struct error *error)
{
    struct report *again = NULL;
    enum language language = message_language();
    message_use(v->told->vietnamese ? "vi" : "en"); /* its words are compared, too */
    enum status status = account_report_again(v->db, v->told, &again, error);
    if (status == STATUS_OK) {
        message_use(language == LANGUAGE_VIETNAMESE ? "vi" : "en");
        account_report_compare(v->told, again, v->out->plan_changed, tell, v);
        v->out->figures = again->figure_count;
    }
    message_use(language == LANGUAGE_VIETNAMESE ? "vi" : "en");
    report_free(again);
    return status;
}

enum status pipeline_report_verify(
    const struct warehouse *warehouse, struct db *db, const char *path,
    void (*finding)(void *context, const char *place, const char *sentence), void *context,
    struct arena *arena, struct report_verdict *out, struct error *error)
{
    char head[4] = "";
    struct verifying v = {.warehouse = warehouse,
                          .db = db,
                          .path = path,
                          .finding = finding,
                          .context = context,
                          .arena = arena,
                          .out = out};
    FILE *file = fopen(path, "rbe");
    *out = (struct report_verdict){.signer = "", .signed_at = "", .title = "", .period = ""};
    if (!file)
        return error_set(error, STATUS_REJECT, _("There is no file and no folder %s."), path);
    out->is_pdf = fread(head, 1, sizeof head, file) == sizeof head && memcmp(head, "%PDF", 4) == 0;
    fclose(file);
    enum status status = out->is_pdf ? read_pdf(&v, error) : read_xlsx(&v, error);
    if (status == STATUS_OK) {
        const char *period = json_text(v.told->facts, "period", arena);
        out->title = arena_strdup(arena, v.told->title);
        out->period = period ? period : "";
        status = check_position(&v, error);
    }
    if (status == STATUS_OK) {
        compare_files(&v);
        status = count_again(&v, error);
    }
    if (status == STATUS_OK)
        status = find_recorded(&v, error);
    report_free(v.told);
    if (status == STATUS_OK && out->faults > 0)
        status = error_set(error, STATUS_REJECT,
                           message_count("The report differs in %lld place.",
                                         "The report differs in %lld places.", out->faults),
                           (long long)out->faults);
    return status;
}
