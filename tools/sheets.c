#include "tools/sheets.h"

#include <stdlib.h>
#include <string.h>

#include "account/xlsx.h"
#include "archive/report.h"
#include "core/file.h"
#include "core/text.h"
#include "tools/command.h"

enum { COLUMNS_MAX = 32 };

static struct report_cell cell_of(struct report *report, const struct tabular_column *column,
                                  const char *text, struct arena *arena)
{
    char *end = NULL;
    double value = text && column->kind == TABULAR_NUMBER ? strtod(text, &end) : 0;
    if (end && end != text && !*end)
        return report_measure(report, "list", "list", value, 0);
    return report_words(report, column->kind == TABULAR_DAY ? terminal_date(arena, text) : text);
}

/* The list as a document of one table. on_paper: without what lies aside. */
static struct report *as_report(struct cli *cli, const struct tabular *sheet, bool on_paper)
{
    struct report *report = report_new();
    const char *heads[COLUMNS_MAX + 1];
    size_t shown[COLUMNS_MAX], count = 0;
    char now[26];
    for (size_t i = 0; i < sheet->column_count && count < COLUMNS_MAX; i++)
        if (!on_paper || !sheet->columns[i].aside) {
            bool right = sheet->columns[i].kind == TABULAR_NUMBER;
            heads[count] = right ? arena_printf(cli->arena, ">%s", sheet->columns[i].head)
                                 : sheet->columns[i].head;
            shown[count++] = i;
        }
    heads[count] = NULL;
    file_now(now);
    report->title = sheet->title;
    report->subtitle = "";
    report->parent = text_upper(cli->arena, cli->warehouse.report.parent);
    report->agency = text_upper(cli->arena, cli->warehouse.archive.custodian);
    report->number = "";
    report->place = cli->warehouse.report.place;
    report->signer = "";
    report->made_at = arena_strdup(cli->arena, now);
    for (size_t i = 0; sheet->notes && sheet->notes[i]; i++)
        report_paragraph(report, sheet->notes[i]);
    struct report_table *table = report_table(report, "list", on_paper ? "" : sheet->title, heads);
    for (size_t row = 0; row < sheet->row_count; row++) {
        struct report_cell *cells = report_row(report, table);
        for (size_t i = 0; i < count; i++)
            cells[i] =
                cell_of(report, &sheet->columns[shown[i]], sheet->rows[row][shown[i]], cli->arena);
    }
    return report;
}

static enum status write_xlsx(void *context, const struct tabular *sheet, const char *path,
                              struct error *error)
{
    struct report *report = as_report(context, sheet, false);
    enum status status = xlsx_write(report, path, error);
    report_free(report);
    return status;
}

/* PDF/A without a signature: a list is a working paper. */
static enum status write_pdf(void *context, const struct tabular *sheet, const char *path,
                             struct error *error)
{
    struct cli *cli = context;
    struct report *report = as_report(cli, sheet, true);
    enum status status = archive_report(&cli->warehouse.archive, report, false, path, error);
    report_free(report);
    return status;
}

static const struct tabular_format xlsx = {".xlsx", write_xlsx}, pdf = {".pdf", write_pdf};

const struct tabular_format *const sheet_formats[] = {&tabular_csv, &xlsx, &pdf, NULL};
