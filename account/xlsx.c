#include "account/xlsx.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xlsxwriter.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

enum { NAME_MAX_LENGTH = 31, DECIMALS = 7 };

struct book {
    lxw_workbook *workbook;
    lxw_format *title, *head, *words, *numbers[DECIMALS];
    struct arena *arena;
};

static void make_formats(struct book *book)
{
    static const char *const forms[DECIMALS] = {
        "#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000", "#,##0.00000", "#,##0.000000"};
    book->title = workbook_add_format(book->workbook);
    format_set_bold(book->title);
    format_set_font_size(book->title, 13);
    book->head = workbook_add_format(book->workbook);
    format_set_bold(book->head);
    format_set_text_wrap(book->head);
    format_set_border(book->head, LXW_BORDER_THIN);
    book->words = workbook_add_format(book->workbook);
    format_set_text_wrap(book->words);
    format_set_border(book->words, LXW_BORDER_THIN);
    for (int i = 0; i < DECIMALS; i++) {
        book->numbers[i] = workbook_add_format(book->workbook);
        format_set_num_format(book->numbers[i], forms[i]);
        format_set_border(book->numbers[i], LXW_BORDER_THIN);
    }
}

/* A name that Excel takes: 31 characters without []:*?/\, and none twice. */
static const char *sheet_name(struct book *book, const char *title, size_t number)
{
    char *name = arena_printf(book->arena, "%zu. %s", number, title), *at = name;
    for (; *at; at++)
        *at = strchr("[]:*?/\\'", *at) ? ' ' : *at;
    const char *end = name;
    for (int i = 0; i < NAME_MAX_LENGTH && *end; i++)
        text_next(&end);
    return arena_strndup(book->arena, name, (size_t)(end - name));
}

const char **xlsx_words(const struct report *report, struct arena *arena, size_t *count)
{
    const char *const head[] = {report->title,  report->subtitle, report->parent,
                                report->agency, report->number,   report->made_at};
    size_t heads = sizeof head / sizeof *head;
    const char **lines = arena_array(arena, heads + report->block_count, sizeof *lines);
    *count = 0;
    for (size_t i = 0; i < heads; i++)
        if (*head[i])
            lines[(*count)++] = head[i];
    for (size_t i = 0; i < report->block_count; i++)
        if (report->blocks[i].kind != REPORT_TABLE && *report->blocks[i].text)
            lines[(*count)++] = report->blocks[i].text;
    return lines;
}

static void words_sheet(lxw_worksheet *sheet, const struct report *report, const struct book *book)
{
    size_t count = 0;
    const char **lines = xlsx_words(report, book->arena, &count);
    worksheet_set_column(sheet, 0, 0, 100, NULL);
    for (size_t i = 0; i < count; i++)
        worksheet_write_string(sheet, (lxw_row_t)i, 0, lines[i], i == 0 ? book->title : NULL);
}

/* What a sheet cannot hold is an error, not left out: rows past the last, too long a text. */
static lxw_error table_sheet(lxw_worksheet *sheet, const struct report *report,
                             const struct report_table *table, const struct book *book)
{
    lxw_error code = LXW_NO_ERROR;
    worksheet_write_string(sheet, 0, 0, *table->title ? table->title : table->id, book->title);
    for (size_t c = 0; c < table->column_count; c++) {
        worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, c == 0 ? 28 : 18, NULL);
        worksheet_write_string(sheet, XLSX_HEAD_ROW, (lxw_col_t)c, table->columns[c].head,
                               book->head);
    }
    for (size_t r = 0; r < table->row_count; r++)
        for (size_t c = 0; c < table->column_count && code == LXW_NO_ERROR; c++) {
            const struct report_cell *cell = &table->cells[r * table->column_count + c];
            const struct report_figure *figure =
                cell->figure >= 0 ? &report->figures[cell->figure] : NULL;
            lxw_row_t row = (lxw_row_t)(XLSX_HEAD_ROW + 1 + r);
            if (figure && figure->known)
                code = worksheet_write_number(sheet, row, (lxw_col_t)c, figure->value,
                                              book->numbers[figure->decimals % DECIMALS]);
            else
                code = worksheet_write_string(sheet, row, (lxw_col_t)c, cell->text, book->words);
        }
    worksheet_freeze_panes(sheet, XLSX_HEAD_ROW + 1, 0);
    return code;
}

/* Pieces end at whole characters. */
static void json_sheet(lxw_worksheet *sheet, const struct report *report, struct arena *arena)
{
    json_t *json = report_json(report);
    char *bytes = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    lxw_row_t row = 0;
    worksheet_write_string(sheet, row++, 0, REPORT_JSON, NULL);
    for (const char *at = bytes; *at;) {
        size_t size = strlen(at);
        if (size > XLSX_PIECE)
            for (size = XLSX_PIECE; ((unsigned char)at[size] & 0xC0) == 0x80; size--)
                ;
        worksheet_write_string(sheet, row++, 0, arena_strndup(arena, at, size), NULL);
        at += size;
    }
    worksheet_hide(sheet);
    free(bytes);
    json_decref(json);
}

static void set_facts(lxw_workbook *workbook, const struct report *report)
{
    struct tm parts = {0};
    lxw_doc_properties facts = {.title = (char *)(uintptr_t)report->title,
                                .author = (char *)(uintptr_t)report->agency,
                                .company = (char *)(uintptr_t)report->agency};
    if (strptime(report->made_at, "%Y-%m-%dT%H:%M:%S", &parts))
        facts.created = timegm(&parts) - (time_t)7 * 60 * 60;
    workbook_set_properties(workbook, &facts);
}

static enum status write_book(struct book *book, const struct report *report, struct error *error)
{
    size_t number = 0;
    lxw_error held = LXW_NO_ERROR;
    make_formats(book);
    set_facts(book->workbook, report);
    words_sheet(workbook_add_worksheet(book->workbook, sheet_name(book, _("report"), ++number)),
                report, book);
    for (size_t i = 0; i < report->block_count; i++) {
        const struct report_table *table = report->blocks[i].table;
        if (!table)
            continue;
        lxw_worksheet *sheet = workbook_add_worksheet(
            book->workbook, sheet_name(book, *table->title ? table->title : table->id, ++number));
        if (sheet && held == LXW_NO_ERROR)
            held = table_sheet(sheet, report, table, book);
    }
    json_sheet(workbook_add_worksheet(book->workbook, REPORT_JSON), report, book->arena);
    lxw_error code = workbook_close(book->workbook);
    book->workbook = NULL;
    if (held != LXW_NO_ERROR)
        return error_set(error, STATUS_REJECT,
                         _("This is more than a spreadsheet holds (%s); write a .csv, or ask for "
                           "less."),
                         lxw_strerror(held));
    return code == LXW_NO_ERROR
               ? STATUS_OK
               : error_set(error, STATUS_RETRY, _("The spreadsheet cannot be written: %s."),
                           lxw_strerror(code));
}

enum status xlsx_write(const struct report *report, const char *path, struct error *error)
{
    struct file_writer *writer = NULL;
    enum status status = file_create(path, &writer, error);
    if (status != STATUS_OK)
        return status;
    struct book book = {.arena = arena_new()};
    book.workbook = workbook_new(file_part(writer));
    status = book.workbook ? write_book(&book, report, error)
                           : error_set(error, STATUS_RETRY,
                                       _("The spreadsheet cannot be written: %s."), path);
    arena_free(book.arena);
    if (status == STATUS_OK)
        return file_commit(writer, error);
    file_abandon(writer);
    return status;
}
