#include "teach/paint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pango/pangocairo.h>

struct sheet {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoLayout *layout;
    int width_px, height_px;
};

struct sheet *sheet_new(int width_px, int height_px)
{
    struct sheet *sheet = g_new0(struct sheet, 1);
    sheet->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width_px, height_px);
    sheet->cairo = cairo_create(sheet->surface);
    sheet->width_px = width_px;
    sheet->height_px = height_px;
    cairo_set_source_rgb(sheet->cairo, 1, 1, 1);
    cairo_paint(sheet->cairo);
    sheet->layout = pango_cairo_create_layout(sheet->cairo);
    return sheet;
}

void sheet_free(struct sheet *sheet)
{
    if (!sheet)
        return;
    g_object_unref(sheet->layout);
    cairo_destroy(sheet->cairo);
    cairo_surface_destroy(sheet->surface);
    g_free(sheet);
}

static void set(struct sheet *sheet, const struct face *face, const char *text, int size)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, face->font);
    pango_font_description_set_absolute_size(font, face->size_px * PANGO_SCALE);
    if (face->bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    if (face->italic)
        pango_font_description_set_style(font, PANGO_STYLE_ITALIC);
    pango_layout_set_font_description(sheet->layout, font);
    pango_layout_set_text(sheet->layout, text, size);
    pango_font_description_free(font);
}

static double advance(struct sheet *sheet)
{
    PangoRectangle logical;
    pango_layout_get_extents(sheet->layout, NULL, &logical);
    return logical.width / (double)PANGO_SCALE;
}

static bool by_letter(const struct face *face)
{
    return face->strike > 0 || face->spread > 0;
}

double face_width(struct sheet *sheet, const struct face *face, const char *word)
{
    if (!by_letter(face)) {
        set(sheet, face, word, -1);
        return advance(sheet);
    }
    double width = 0;
    for (const char *at = word; *at; at = g_utf8_next_char(at)) {
        set(sheet, face, at, (int)(g_utf8_next_char(at) - at));
        width += advance(sheet) + face->spread;
    }
    return width;
}

static void show(struct sheet *sheet, double x, double y)
{
    cairo_move_to(sheet->cairo, x,
                  y - pango_layout_get_baseline(sheet->layout) / (double)PANGO_SCALE);
    pango_cairo_show_layout(sheet->cairo, sheet->layout);
}

static void ink_box(struct sheet *sheet, double x, double y, struct box *out)
{
    PangoRectangle ink;
    pango_layout_get_pixel_extents(sheet->layout, &ink, NULL);
    double top = y - pango_layout_get_baseline(sheet->layout) / (double)PANGO_SCALE;
    *out = (struct box){(int)x + ink.x, (int)top + ink.y, ink.width, ink.height};
}

/* Each type bar hits a little higher, lower, harder or askew. */
static void strike_letters(struct sheet *sheet, const struct face *face, const char *word, double x,
                           double y, struct chance *chance)
{
    for (const char *at = word; *at; at = g_utf8_next_char(at)) {
        set(sheet, face, at, (int)(g_utf8_next_char(at) - at));
        double wide = advance(sheet), dark = 1 - face->strike * 0.5 * chance_unit(chance);
        cairo_save(sheet->cairo);
        cairo_set_source_rgba(sheet->cairo, 0, 0, 0, face->ink * dark);
        cairo_translate(sheet->cairo, x + wide / 2,
                        y + face->strike * 0.03 * face->size_px * chance_normal(chance));
        cairo_rotate(sheet->cairo, face->strike * 0.02 * chance_normal(chance));
        show(sheet, -wide / 2, 0);
        cairo_restore(sheet->cairo);
        x += wide + face->spread;
    }
}

/* Needles strike where the letter's shape is dark. */
static void strike_needles(struct sheet *sheet, const struct face *face, const char *word, double x,
                           double y)
{
    set(sheet, face, word, -1);
    int width = (int)advance(sheet) + 4, height = (int)(2.2 * face->size_px);
    cairo_surface_t *shape = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
    cairo_t *cairo = cairo_create(shape);
    cairo_move_to(cairo, 2,
                  1.5 * face->size_px -
                      pango_layout_get_baseline(sheet->layout) / (double)PANGO_SCALE);
    pango_cairo_show_layout(cairo, sheet->layout);
    cairo_surface_flush(shape);
    const unsigned char *bytes = cairo_image_surface_get_data(shape);
    int stride = cairo_image_surface_get_stride(shape);
    double pitch = face->size_px / 17;
    for (double v = pitch / 2; v < height - 1; v += pitch)
        for (double u = pitch / 2; u < width - 1; u += pitch)
            if (bytes[(int)v * stride + (int)u] > 100) {
                cairo_arc(sheet->cairo, x - 2 + u, y - 1.5 * face->size_px + v, 0.62 * pitch, 0,
                          2 * M_PI);
                cairo_fill(sheet->cairo);
            }
    cairo_destroy(cairo);
    cairo_surface_destroy(shape);
}

void sheet_word(struct sheet *sheet, const struct face *face, const char *word, double x, double y,
                struct chance *chance, struct box *out)
{
    cairo_set_source_rgba(sheet->cairo, 0, 0, 0, face->ink);
    if (by_letter(face)) {
        set(sheet, face, word, -1);
        ink_box(sheet, x, y, out);
        out->width = (int)face_width(sheet, face, word);
        strike_letters(sheet, face, word, x, y, chance);
    } else if (face->dots) {
        strike_needles(sheet, face, word, x, y);
        ink_box(sheet, x, y, out);
    } else {
        set(sheet, face, word, -1);
        show(sheet, x, y);
        ink_box(sheet, x, y, out);
    }
}

void sheet_leader(struct sheet *sheet, double from, double to, double y, double dot, double pitch)
{
    cairo_set_source_rgba(sheet->cairo, 0, 0, 0, 0.9);
    for (double x = from; x < to; x += pitch) {
        cairo_arc(sheet->cairo, x, y - dot, dot, 0, 2 * M_PI);
        cairo_fill(sheet->cairo);
    }
}

void sheet_rule(struct sheet *sheet, double x0, double y0, double x1, double y1, double width)
{
    cairo_set_source_rgba(sheet->cairo, 0, 0, 0, 0.95);
    cairo_set_line_width(sheet->cairo, width);
    cairo_move_to(sheet->cairo, x0, y0);
    cairo_line_to(sheet->cairo, x1, y1);
    cairo_stroke(sheet->cairo);
}

void sheet_seal(struct sheet *sheet, double x, double y, double radius, const char *text,
                struct chance *chance)
{
    struct face face = {.font = "Liberation Sans", .size_px = radius / 5, .bold = true};
    cairo_save(sheet->cairo);
    cairo_set_source_rgba(sheet->cairo, 0.85, 0.1 + 0.1 * chance_unit(chance), 0.15,
                          chance_between(chance, 0.35, 0.85));
    cairo_translate(sheet->cairo, x, y);
    cairo_rotate(sheet->cairo, chance_between(chance, -0.3, 0.3));
    for (int ring = 0; ring < 3; ring++) {
        static const double at[] = {1, 0.94, 0.66};
        cairo_set_line_width(sheet->cairo, radius * (ring == 0 ? 0.035 : 0.015));
        cairo_arc(sheet->cairo, 0, 0, radius * at[ring], 0, 2 * M_PI);
        cairo_stroke(sheet->cairo);
    }
    double angle = -2.6;
    for (const char *at = text; *at && angle < 2.6; at = g_utf8_next_char(at)) {
        set(sheet, &face, at, (int)(g_utf8_next_char(at) - at));
        cairo_save(sheet->cairo);
        cairo_rotate(sheet->cairo, angle);
        show(sheet, 0, -radius * 0.73);
        cairo_restore(sheet->cairo);
        angle += (advance(sheet) + radius * 0.02) / (radius * 0.73);
    }
    for (int point = 0; point < 10; point++) {
        double r = radius * (point % 2 ? 0.12 : 0.3), a = M_PI * point / 5 - M_PI / 2;
        cairo_line_to(sheet->cairo, r * cos(a), r * sin(a));
    }
    cairo_fill(sheet->cairo);
    cairo_restore(sheet->cairo);
}

void sheet_pen(struct sheet *sheet, double x, double y, double size, struct chance *chance)
{
    bool blue = chance_hit(chance, 0.75);
    cairo_set_source_rgba(sheet->cairo, blue ? 0.1 : 0.05, blue ? 0.15 : 0.05, blue ? 0.6 : 0.05,
                          chance_between(chance, 0.6, 0.95));
    cairo_set_line_width(sheet->cairo, size * chance_between(chance, 0.02, 0.05));
    cairo_move_to(sheet->cairo, x, y);
    for (int turn = chance_int(chance, 3, 8); turn > 0; turn--) {
        double to[6];
        for (int i = 0; i < 6; i++)
            to[i] = size * chance_between(chance, i % 2 ? -0.6 : -0.2, i % 2 ? 0.6 : 0.8);
        cairo_rel_curve_to(sheet->cairo, to[0], to[1], to[2], to[3], to[4] * 0.6, to[5] * 0.6);
    }
    cairo_stroke(sheet->cairo);
}

void sheet_image(struct sheet *sheet, double skew_deg, double bleed, double dpi, struct image *out)
{
    int width = sheet->width_px, height = sheet->height_px;
    cairo_surface_t *turned = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cairo = cairo_create(turned);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    cairo_translate(cairo, width / 2.0, height / 2.0);
    cairo_rotate(cairo, skew_deg * M_PI / 180);
    cairo_set_source_surface(cairo, sheet->surface, -width / 2.0, -height / 2.0);
    cairo_paint(cairo);
    if (bleed > 0) {
        cairo_scale(cairo, -1, 1);
        cairo_set_operator(cairo, CAIRO_OPERATOR_MULTIPLY);
        cairo_set_source_surface(cairo, sheet->surface, -width / 2.0 + 9, -height / 2.0 + 23);
        cairo_paint_with_alpha(cairo, bleed);
    }
    cairo_destroy(cairo);
    cairo_surface_flush(turned);
    image_init(out, width, height, 3, 8);
    out->dpi_x = out->dpi_y = dpi;
    for (int y = 0; y < height; y++) {
        const uint32_t *from =
            (const void *)(cairo_image_surface_get_data(turned) +
                           (size_t)y * (size_t)cairo_image_surface_get_stride(turned));
        uint8_t *to = out->data + (size_t)y * out->stride;
        for (int x = 0; x < width; x++, to += 3) {
            to[0] = (uint8_t)(from[x] >> 16);
            to[1] = (uint8_t)(from[x] >> 8);
            to[2] = (uint8_t)from[x];
        }
    }
    cairo_surface_destroy(turned);
}
