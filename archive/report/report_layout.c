#include "archive/report/report_layout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"

#define TEXT_SIZE 12.0
#define WIDE_COLUMNS 7 /* a table of more lies across */

/* The state's head is the law's words, whatever language the report is in. */
#define STATE_NAME "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
#define STATE_MOTTO "Độc lập - Tự do - Hạnh phúc"

double layout_width(const struct report_layout *layout, int font, const char *text, double size)
{
    return pdf_font_width(layout->fonts[font], text) * size;
}

/* Characters that the font lacks are shown as "?": a report says what it can. */
static const char *sayable(const struct report_layout *layout, int font, const char *text)
{
    const char *nfc = text_nfc(layout->arena, text);
    char *out = arena_alloc(layout->arena, strlen(nfc) + 1), *to = out;
    for (const char *at = nfc; *at;) {
        char one[5] = {0};
        uint32_t code = text_next(&at);
        size_t size = code < 0x20 ? 0 : text_put(code, one);
        if (size > 0 && pdf_font_width(layout->fonts[font], one) <= 0) {
            one[0] = '?';
            size = 1;
        }
        memcpy(to, one, size);
        to += size;
    }
    return out;
}

void layout_text(struct report_layout *layout, int font, double size, double left, double down,
                 const char *text)
{
    if (!*text)
        return;
    if (layout->mark_count == layout->mark_room) {
        layout->mark_room = layout->mark_room ? 2 * layout->mark_room : 256;
        layout->marks = memory_resize(layout->marks, layout->mark_room * sizeof *layout->marks);
    }
    layout->marks[layout->mark_count++] = (struct layout_mark){
        layout->pages - 1, left, down, size, font, sayable(layout, font, text)};
}

void layout_line(struct report_layout *layout, double left, double top, double right, double bottom)
{
    if (layout->rule_count == layout->rule_room) {
        layout->rule_room = layout->rule_room ? 2 * layout->rule_room : 256;
        layout->rules = memory_resize(layout->rules, layout->rule_room * sizeof *layout->rules);
    }
    layout->rules[layout->rule_count++] =
        (struct layout_rule){layout->pages - 1, left, top, right, bottom};
}

static void new_page(struct report_layout *layout)
{
    layout->pages++;
    layout->at = LAYOUT_TOP;
    if (layout->pages > 1) { /* NĐ 30/2020: numbers stand above, and not on page 1 */
        const char *number = arena_printf(layout->arena, "%zu", layout->pages);
        double width = layout_width(layout, LAYOUT_PLAIN, number, TEXT_SIZE);
        layout_text(layout, LAYOUT_PLAIN, TEXT_SIZE, (layout->width - width) / 2, LAYOUT_TOP - 20,
                    number);
    }
}

bool layout_room(struct report_layout *layout, double height)
{
    if (layout->at + height <= layout->height - LAYOUT_BOTTOM)
        return false;
    new_page(layout);
    return true;
}

/* ---------------------------------------------------------------- lines */

/* As many characters of a word as fit, at least one. */
static size_t part_of(const struct report_layout *layout, int font, double size, const char *word,
                      size_t length, double width)
{
    size_t fits = 0;
    for (const char *at = word; at < word + length;) {
        text_next(&at);
        const char *part = arena_strndup(layout->arena, word, (size_t)(at - word));
        if (fits > 0 && layout_width(layout, font, part, size) > width)
            break;
        fits = (size_t)(at - word);
    }
    return fits;
}

size_t layout_break(const struct report_layout *layout, int font, double size, const char *text,
                    double width, const char ***lines)
{
    const char *tidy = text_tidy(layout->arena, text);
    size_t count = 0, room = strlen(tidy) + 1;
    *lines = arena_array(layout->arena, room, sizeof **lines);
    while (*tidy) {
        size_t fits = 0;
        for (size_t at = strcspn(tidy, " ");; at += 1 + strcspn(tidy + at + 1, " ")) {
            const char *line = arena_strndup(layout->arena, tidy, at);
            if (fits > 0 && layout_width(layout, font, line, size) > width)
                break;
            fits = at;
            if (!tidy[at])
                break;
        }
        const char *line = arena_strndup(layout->arena, tidy, fits);
        if (layout_width(layout, font, line, size) > width) {
            fits = part_of(layout, font, size, tidy, fits, width);
            line = arena_strndup(layout->arena, tidy, fits);
        }
        (*lines)[count++] = line;
        tidy += fits;
        tidy += *tidy == ' ';
    }
    return count;
}

enum align { LEFT, CENTER };

static void paragraph(struct report_layout *layout, int font, double size, const char *text,
                      double left, double right, enum align align)
{
    const char **lines = NULL;
    size_t count = layout_break(layout, font, size, text, right - left, &lines);
    for (size_t i = 0; i < count; i++) {
        layout_room(layout, size * LAYOUT_LEADING);
        layout->at += size * LAYOUT_LEADING;
        double width = layout_width(layout, font, lines[i], size);
        layout_text(layout, font, size, align == CENTER ? left + (right - left - width) / 2 : left,
                    layout->at - size * 0.25, lines[i]);
    }
}

/* ---------------------------------------------------------------- head and foot */

static void underline(struct report_layout *layout, double left, double right, double share)
{
    double middle = (left + right) / 2, half = (right - left) * share / 2;
    layout_line(layout, middle - half, layout->at + 3, middle + half, layout->at + 3);
}

static const char *date_words(const struct report *report, struct arena *arena)
{
    int year = 0, month = 0, day = 0;
    const char *place = *report->place ? report->place : "…";
    if (sscanf(report->made_at, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return place;
    return arena_printf(arena, "%s, ngày %02d tháng %02d năm %d", place, day, month, year);
}

/* Where the name of an agency that is too long for its line is broken: before the unit that it is
 * of
 * ("ỦY BAN NHÂN DÂN / XÃ ĐÔNG TIẾN"), else where the longer line is shortest; 0: nowhere. */
static size_t agency_break(const struct report_layout *layout, const char *text, double room)
{
    static const char people[] = "NHÂN DÂN ";
    const char *unit = strstr(text, people);
    size_t best = unit ? (size_t)(unit - text) + strlen(people) : 0;
    double least = room;
    if (best > 0 && text[best] && layout_width(layout, LAYOUT_BOLD, text + best, TEXT_SIZE) <= room)
        return best;
    best = 0;
    for (const char *at = strchr(text, ' '); at; at = strchr(at + 1, ' ')) {
        const char *first = arena_strndup(layout->arena, text, (size_t)(at - text));
        double longer = fmax(layout_width(layout, LAYOUT_BOLD, first, TEXT_SIZE),
                             layout_width(layout, LAYOUT_BOLD, at + 1, TEXT_SIZE));
        if (longer > least)
            continue;
        least = longer;
        best = (size_t)(at + 1 - text);
    }
    return best;
}

static void agency(struct report_layout *layout, const struct report *report, double right)
{
    const char *text = text_tidy(layout->arena, report->agency);
    double room = right - LAYOUT_LEFT;
    size_t at = report->layout >= 3 && layout_width(layout, LAYOUT_BOLD, text, TEXT_SIZE) > room
                    ? agency_break(layout, text, room)
                    : 0;
    if (at > 0)
        paragraph(layout, LAYOUT_BOLD, TEXT_SIZE, arena_strndup(layout->arena, text, at),
                  LAYOUT_LEFT, right, CENTER);
    paragraph(layout, LAYOUT_BOLD, TEXT_SIZE, text + at, LAYOUT_LEFT, right, CENTER);
}

/* What kind of paper it is ("BÁO CÁO") stands on a line of its own, above what it is about. */
static void title(struct report_layout *layout, const struct report *report, double right)
{
    const char *text = text_tidy(layout->arena, report->title);
    size_t kind = 0;
    while (report->layout >= 3 && text[kind]) {
        size_t end = kind + strcspn(text + kind, " ");
        const char *word = arena_strndup(layout->arena, text + kind, end - kind);
        if (strcmp(text_upper(layout->arena, word), word) != 0)
            break;
        kind = end + (text[end] == ' ');
    }
    if (kind > 0)
        paragraph(layout, LAYOUT_BOLD, 14, arena_strndup(layout->arena, text, kind), LAYOUT_LEFT,
                  right, CENTER);
    paragraph(layout, LAYOUT_BOLD, 14, text + kind, LAYOUT_LEFT, right, CENTER);
}

/* NĐ 30/2020, Phụ lục I: agency and number on the left, the state, place and date on the right. */
static void head(struct report_layout *layout, const struct report *report)
{
    double right_edge = layout->width - LAYOUT_RIGHT;
    double middle = LAYOUT_LEFT + (right_edge - LAYOUT_LEFT) * 0.44, start = layout->at;
    if (*report->parent)
        paragraph(layout, LAYOUT_PLAIN, TEXT_SIZE, report->parent, LAYOUT_LEFT, middle - 10,
                  CENTER);
    agency(layout, report, middle - 10);
    underline(layout, LAYOUT_LEFT, middle - 10, 0.4);
    layout->at += 8;
    paragraph(layout, LAYOUT_PLAIN, TEXT_SIZE, report->number, LAYOUT_LEFT, middle - 10, CENTER);
    double end = layout->at;
    layout->at = start;
    paragraph(layout, LAYOUT_BOLD, 11.5, STATE_NAME, middle, right_edge, CENTER);
    paragraph(layout, LAYOUT_BOLD, 12.5, STATE_MOTTO, middle, right_edge, CENTER);
    underline(layout, middle, right_edge, 0.55);
    layout->at += 8;
    paragraph(layout, LAYOUT_ITALIC, TEXT_SIZE, date_words(report, layout->arena), middle,
              right_edge, CENTER);
    layout->at = fmax(layout->at, end) + 18;
}

static void foot(struct report_layout *layout, const struct report *report)
{
    double right_edge = layout->width - LAYOUT_RIGHT;
    layout_room(layout, LAYOUT_BLOCK_HEIGHT + 60);
    layout->at += 16;
    paragraph(layout, LAYOUT_BOLD, TEXT_SIZE, report->signer, right_edge - LAYOUT_BLOCK_WIDTH,
              right_edge, CENTER);
    layout->block_left = right_edge - LAYOUT_BLOCK_WIDTH;
    layout->block_top = layout->at + 12;
}

/* Landscape when a table has many columns. */
static bool is_wide(const struct report *report)
{
    for (size_t i = 0; i < report->block_count; i++)
        if (report->blocks[i].table && report->blocks[i].table->column_count > WIDE_COLUMNS)
            return true;
    return false;
}

/* A heading takes what it stands above along: lines of a paragraph, or a table's head with rows. */
static double below_heading(const struct report_layout *layout, const struct report *report,
                            size_t at)
{
    const struct report_block *next = at + 1 < report->block_count ? &report->blocks[at + 1] : NULL;
    const char **lines = NULL;
    if (report->layout < 2 || !next || next->kind != REPORT_TABLE)
        return 60;
    size_t count = layout_break(layout, LAYOUT_BOLD, TEXT_SIZE, report->blocks[at].text,
                                layout->width - LAYOUT_RIGHT - LAYOUT_LEFT, &lines);
    return (double)count * TEXT_SIZE * LAYOUT_LEADING + 6 + layout_table_least(layout, next->table);
}

void report_layout(const struct report *report, struct pdf_font *const fonts[LAYOUT_FONTS],
                   struct arena *arena, struct report_layout *out)
{
    bool wide = is_wide(report);
    *out = (struct report_layout){.arena = arena, .fonts = fonts};
    out->width = wide ? 841.89 : 595.28;
    out->height = wide ? 595.28 : 841.89;
    new_page(out);
    double right = out->width - LAYOUT_RIGHT;
    head(out, report);
    title(out, report, right);
    paragraph(out, LAYOUT_PLAIN, 12, report->subtitle, LAYOUT_LEFT, right, CENTER);
    out->at += 6;
    for (size_t i = 0; i < report->block_count; i++) {
        const struct report_block *block = &report->blocks[i];
        out->at += 6;
        if (block->kind == REPORT_TABLE) {
            layout_table(out, block->table, i == 0 || report->blocks[i - 1].kind != REPORT_HEADING);
        } else {
            if (block->kind == REPORT_HEADING)
                layout_room(out, below_heading(out, report, i));
            paragraph(out, block->kind == REPORT_HEADING ? LAYOUT_BOLD : LAYOUT_PLAIN, TEXT_SIZE,
                      block->text, LAYOUT_LEFT, right, LEFT);
        }
    }
    foot(out, report);
}

void report_layout_free(struct report_layout *layout)
{
    free(layout->marks);
    free(layout->rules);
}
