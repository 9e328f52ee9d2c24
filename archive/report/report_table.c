/* Tables of a report: columns as wide as their words ask for, rows over pages, the head on each. */
#include <math.h>
#include <string.h>

#include "archive/report/report_layout.h"
#include "core/text.h"

#define SIZE 9.5
#define PAD 3.0
#define ROW_GAP 4.0
#define NATURAL_MAX 200.0 /* longer texts are broken rather than given room */

#define HEAD_MAX 80.0

/* The widest word, and the whole text. */
static void measure(const struct report_layout *layout, int font, const char *text, double *word,
                    double *whole)
{
    const char *tidy = text_tidy(layout->arena, text);
    *whole = fmax(*whole, fmin(layout_width(layout, font, tidy, SIZE), NATURAL_MAX));
    while (*tidy) {
        size_t size = strcspn(tidy, " ");
        *word =
            fmax(*word, layout_width(layout, font, arena_strndup(layout->arena, tidy, size), SIZE));
        tidy += size;
        tidy += *tidy == ' ';
    }
}

static double *column_widths(const struct report_layout *layout, const struct report_table *table)
{
    size_t count = table->column_count;
    double *least = arena_array(layout->arena, count, sizeof *least);
    double *wanted = arena_array(layout->arena, count, sizeof *wanted);
    double room = layout->width - LAYOUT_LEFT - LAYOUT_RIGHT, sum = 0, more = 0;
    for (size_t c = 0; c < count; c++) {
        measure(layout, LAYOUT_BOLD, table->columns[c].head, &least[c], &wanted[c]);
        wanted[c] = fmax(fmin(wanted[c], HEAD_MAX), least[c]);
        for (size_t r = 0; r < table->row_count; r++)
            measure(layout, LAYOUT_PLAIN, table->cells[r * count + c].text, &least[c], &wanted[c]);
        least[c] += 2 * PAD;
        wanted[c] = fmax(wanted[c] + 2 * PAD, least[c]);
        sum += least[c];
        more += wanted[c] - least[c];
    }
    for (size_t c = 0; c < count; c++)
        if (sum > room) /* words will be broken */
            least[c] *= room / sum;
        else if (more > 0)
            least[c] += (wanted[c] - least[c]) * fmin(1, (room - sum) / more);
    return least;
}

struct row {
    const char ***lines; /* of each column */
    size_t *counts, most;
};

static struct row break_row(const struct report_layout *layout, const struct report_table *table,
                            const double *widths, const struct report_cell *cells)
{
    size_t count = table->column_count;
    struct row row = {.lines = arena_array(layout->arena, count, sizeof *row.lines),
                      .counts = arena_array(layout->arena, count, sizeof *row.counts)};
    for (size_t c = 0; c < count; c++) {
        const char *text = cells ? cells[c].text : table->columns[c].head;
        row.counts[c] = layout_break(layout, cells ? LAYOUT_PLAIN : LAYOUT_BOLD, SIZE, text,
                                     widths[c] - 2 * PAD + 0.01, &row.lines[c]);
        row.most = row.counts[c] > row.most ? row.counts[c] : row.most;
    }
    return row;
}

static double height_of(const struct row *row)
{
    return (double)(row->most ? row->most : 1) * SIZE * LAYOUT_LEADING + ROW_GAP;
}

static void draw_row(struct report_layout *layout, const struct report_table *table,
                     const double *widths, const struct row *row, bool head)
{
    double left = LAYOUT_LEFT, height = height_of(row), top = layout->at, right = LAYOUT_LEFT;
    int font = head ? LAYOUT_BOLD : LAYOUT_PLAIN;
    for (size_t c = 0; c < table->column_count; c++)
        right += widths[c];
    layout_line(layout, LAYOUT_LEFT, top, right, top);
    layout_line(layout, LAYOUT_LEFT, top + height, right, top + height);
    layout_line(layout, LAYOUT_LEFT, top, LAYOUT_LEFT, top + height);
    for (size_t c = 0; c < table->column_count; c++) {
        for (size_t i = 0; i < row->counts[c]; i++) {
            double width = layout_width(layout, font, row->lines[c][i], SIZE);
            double from = table->columns[c].right && !head ? left + widths[c] - PAD - width
                          : head ? left + fmax((widths[c] - width) / 2, PAD)
                                 : left + PAD;
            layout_text(layout, font, SIZE, from,
                        top + ROW_GAP / 2 + (double)(i + 1) * SIZE * LAYOUT_LEADING - SIZE * 0.3,
                        row->lines[c][i]);
        }
        left += widths[c];
        layout_line(layout, left, top, left, top + height);
    }
    layout->at += height;
}

static double least_of(const struct row *head)
{
    return height_of(head) + 3 * SIZE * LAYOUT_LEADING + 20;
}

double layout_table_least(const struct report_layout *layout, const struct report_table *table)
{
    struct row head = break_row(layout, table, column_widths(layout, table), NULL);
    return least_of(&head);
}

void layout_table(struct report_layout *layout, const struct report_table *table, bool titled)
{
    const double *widths = column_widths(layout, table);
    struct row head = break_row(layout, table, widths, NULL);
    layout_room(layout, least_of(&head));
    if (titled && *table->title) {
        layout->at += SIZE * LAYOUT_LEADING + 2;
        layout_text(layout, LAYOUT_BOLD, SIZE + 1, LAYOUT_LEFT, layout->at - 3, table->title);
    }
    draw_row(layout, table, widths, &head, true);
    for (size_t r = 0; r < table->row_count; r++) {
        struct row row = break_row(layout, table, widths, &table->cells[r * table->column_count]);
        if (layout_room(layout, height_of(&row)))
            draw_row(layout, table, widths, &head, true);
        draw_row(layout, table, widths, &row, false);
    }
    layout->at += 4;
}
