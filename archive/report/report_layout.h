/* A report laid out on pages. For this folder only. */
#ifndef SOHOA_ARCHIVE_REPORT_LAYOUT_H
#define SOHOA_ARCHIVE_REPORT_LAYOUT_H

#include "archive/pdf/pdf.h"
#include "core/report.h"

enum { LAYOUT_PLAIN, LAYOUT_BOLD, LAYOUT_ITALIC, LAYOUT_FONTS };

struct layout_mark { /* a line of words; points from the page's top left, on the base line */
    size_t page;
    double left, down, size;
    int font;
    const char *text;
};
struct layout_rule {
    size_t page;
    double left, top, right, bottom;
};
struct report_layout {
    struct arena *arena;
    struct pdf_font *const *fonts;
    double width, height;
    size_t pages;
    struct layout_mark *marks;
    size_t mark_count, mark_room;
    struct layout_rule *rules;
    size_t rule_count, rule_room;
    double block_left, block_top; /* of the signature's visible block, on the last page */
    double at;                    /* how far down the page is full */
};
#define LAYOUT_BLOCK_WIDTH 220.0
#define LAYOUT_BLOCK_HEIGHT 40.0

/* Lays all of it out; fonts must stay. */
void report_layout(const struct report *report, struct pdf_font *const fonts[LAYOUT_FONTS],
                   struct arena *arena, struct report_layout *out);
void report_layout_free(struct report_layout *layout);

/* ---- report_table.c */
/* So much of it is not left alone: its head and some rows. */
double layout_table_least(const struct report_layout *layout, const struct report_table *table);
/* titled: with its title above; a heading says it otherwise. */
void layout_table(struct report_layout *layout, const struct report_table *table, bool titled);

/* What both files use. */
double layout_width(const struct report_layout *layout, int font, const char *text, double size);
void layout_text(struct report_layout *layout, int font, double size, double left, double down,
                 const char *text);
void layout_line(struct report_layout *layout, double left, double top, double right,
                 double bottom);
/* Breaks a text into lines of at most so many points: lines[i] in the arena. */
size_t layout_break(const struct report_layout *layout, int font, double size, const char *text,
                    double width, const char ***lines);
/* A new page when less than so many points are free. True: there is one. */
bool layout_room(struct report_layout *layout, double height);

#define LAYOUT_LEFT 85.0  /* 30 mm */
#define LAYOUT_RIGHT 43.0 /* 15 mm */
#define LAYOUT_TOP 57.0   /* 20 mm */
#define LAYOUT_BOTTOM 57.0
#define LAYOUT_LEADING 1.25

#endif
