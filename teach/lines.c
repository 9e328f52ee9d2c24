/*
 * teach_lines KIND FROM TO OUT TEXTS UNITS: pages FROM..TO-1 of KIND (train, held), damaged, cut
 * into lines by the reader's own steps, as OUT.tif (a line a page) and OUT.box (WordStr, as
 * Tesseract's training wants them). KIND decides fonts: those of "held" are never taught.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ocr/orient.h"
#include "teach/damage.h"
#include "teach/paint.h"
#include "teach/text.h"

#define WORDS_MAX 4000
#define INSIDE 0.6  /* a word with this share of its width in a line belongs to it */
#define OUTSIDE 0.2 /* one with less does not; what lies between spoils the label */
#define LABEL_MIN 1 /* a row number in a cell */
#define SLOPE_PX 4  /* a straightened line may still rise by so much */

struct drawn {
    const char *text;
    struct box box;
};

struct composer {
    struct sheet *sheet;
    const struct texts *texts;
    struct chance *chance;
    struct arena *arena;
    struct face face;
    double dpi, left, right, y, step; /* px */
    int height_px;
    struct drawn words[WORDS_MAX];
    size_t count;
};

static const char *const fonts_train[] = {
    "Tinos",           "Liberation Serif", "Liberation Serif",
    "FreeSerif",       "TeX Gyre Termes",  "Tinos",
    "Cousine",         "Liberation Mono",  "FreeMono",
    "TeX Gyre Cursor", "DejaVu Sans Mono", "Arimo",
    "Liberation Sans", "DejaVu Sans",      "DejaVu Serif",
    "FreeSans",        "Charis SIL",       "Linux Libertine O",
    "Roboto",          "Noto Serif",       "EB Garamond",
    "TeX Gyre Heros"};
static const char *const fonts_held[] = {
    "Gentium Plus", "Noto Sans", "JetBrains Mono", "TeX Gyre Pagella", "Andika",
    "Vollkorn",     "Lato"};

static void choose_face(struct composer *c, bool held)
{
    struct chance *chance = c->chance;
    size_t count =
        held ? sizeof fonts_held / sizeof *fonts_held : sizeof fonts_train / sizeof *fonts_train;
    const char *font = (held ? fonts_held : fonts_train)[chance_next(chance) % count];
    bool mono = strstr(font, "Mono") || strstr(font, "Cursor") || strstr(font, "Cousine");
    c->face = (struct face){.font = font,
                            .size_px = chance_between(chance, 10.5, 14) * c->dpi / 72,
                            .ink = chance_between(chance, 0.8, 1)};
    if (mono && chance_hit(chance, 0.7))
        c->face.strike = chance_between(chance, 0.2, 1);
    else if (mono && chance_hit(chance, 0.4))
        c->face.dots = true;
    if (mono)
        c->face.size_px *= 0.9;
    c->step = c->face.size_px * chance_between(chance, 1.25, 1.7);
}

static double space_of(struct composer *c)
{
    return face_width(c->sheet, &c->face, "n") * 0.55 + c->face.spread;
}

static void put_word(struct composer *c, const char *word, double x)
{
    if (c->count == WORDS_MAX)
        return;
    struct drawn *drawn = &c->words[c->count++];
    drawn->text = word;
    sheet_word(c->sheet, &c->face, word, x, c->y, c->chance, &drawn->box);
}

/* Draws words between left and right, wrapped; centred when asked. Returns where the last ended. */
static double put_text(struct composer *c, const char *text, double left, double right, double from,
                       bool centred)
{
    char *rest = arena_strdup(c->arena, text), *words[400];
    double widths[400], space = space_of(c), x = from;
    size_t count = 0, start = 0;
    for (char *word; count < 400 && (word = strsep(&rest, " "));)
        if (*word) {
            widths[count] = face_width(c->sheet, &c->face, word);
            words[count++] = word;
        }
    while (start < count && c->y < 0.96 * c->height_px) {
        size_t end = start;
        double width = 0;
        for (; end < count && (end == start || x + width + widths[end] <= right); end++)
            width += widths[end] + space;
        if (centred)
            x = left + (right - left - width + space) / 2;
        double extra = !centred && end < count && end - start > 3
                           ? (right - x - width + space) / (double)(end - start - 1)
                           : 0; /* justified */
        for (; start < end; start++) {
            put_word(c, words[start], x);
            x += widths[start] + space + (extra > 0 && extra < 4 * space ? extra : 0);
        }
        if (start < count) {
            c->y += c->step;
            x = left;
        }
    }
    return x;
}

static char *draw_text(struct composer *c, const char *kind)
{
    return texts_draw(c->texts, kind, c->chance, c->arena);
}

static void letterhead(struct composer *c)
{
    double middle = c->left + (c->right - c->left) * chance_between(c->chance, 0.4, 0.46);
    double size = c->face.size_px, top = c->y, lowest = top;
    for (int side = 0; side < 2; side++) {
        c->y = top;
        for (int i = chance_int(c->chance, 2, 3); i > 0; i--) {
            c->face.bold = chance_hit(c->chance, 0.6);
            c->face.size_px = size * (side ? 0.95 : 0.9);
            put_text(c, draw_text(c, i == 1 && side == 0 ? "number" : "agency"),
                     side ? middle + 20 : c->left, side ? c->right : middle - 20, 0, true);
            c->y += c->step;
        }
        lowest = c->y > lowest ? c->y : lowest;
    }
    c->face.size_px = size;
    c->face.bold = false;
    c->y = lowest + c->step * 0.4;
    c->face.italic = true;
    if (chance_hit(c->chance, 0.6))
        put_text(c, draw_text(c, "number"), middle, c->right, 0, true);
    c->face.italic = false;
    c->y += 1.5 * c->step;
}

static void title(struct composer *c)
{
    double size = c->face.size_px;
    c->face.bold = true;
    c->face.size_px *= chance_between(c->chance, 1, 1.5);
    c->face.spread = chance_hit(c->chance, 0.1) ? size * 0.12 : 0;
    put_text(c, draw_text(c, "title"), c->left, c->right, 0, true);
    c->face.spread = 0;
    c->y += c->step * 1.2;
    c->face.size_px = size;
    c->face.bold = chance_hit(c->chance, 0.5);
    if (chance_hit(c->chance, 0.5))
        put_text(c, draw_text(c, "title"), c->left, c->right, 0, true);
    c->face.bold = false;
    c->y += c->step * 1.4;
}

static void field(struct composer *c)
{
    c->face.bold = chance_hit(c->chance, 0.1);
    double base = c->y, x = put_text(c, draw_text(c, "field"), c->left, c->right, c->left, false);
    double h = c->face.size_px, dot = h * chance_between(c->chance, 0.03, 0.06);
    double pitch = h * chance_between(c->chance, 0.18, 0.4);
    double drop = h * chance_between(c->chance, 0, 0.12);
    if (chance_hit(c->chance, 0.5) && c->y == base)
        sheet_leader(c->sheet, chance_hit(c->chance, 0.4) ? c->left + 0.3 * (x - c->left) : x,
                     c->right, c->y + drop, dot, pitch);
    c->face.bold = false;
    c->y += c->step;
}

static void paragraph(struct composer *c)
{
    c->face.italic = chance_hit(c->chance, 0.15);
    put_text(c, draw_text(c, "sentence"), c->left, c->right,
             c->left + (chance_hit(c->chance, 0.6) ? c->dpi * 0.4 : 0), false);
    c->face.italic = false;
    c->y += c->step * chance_between(c->chance, 1, 1.3);
}

static void table(struct composer *c)
{
    int columns = chance_int(c->chance, 3, 6), rows = chance_int(c->chance, 2, 6);
    double cuts[8], size = c->face.size_px, top = c->y, thick = c->dpi / 150;
    cuts[0] = c->left;
    for (int i = 1; i <= columns; i++)
        cuts[i] = c->left +
                  (c->right - c->left) *
                      (i < columns ? (i + chance_between(c->chance, -0.25, 0.25)) / columns : 1);
    c->face.size_px *= 0.85;
    sheet_rule(c->sheet, c->left, top, c->right, top, thick);
    for (int row = 0; row < rows && c->y < 0.85 * c->height_px; row++) {
        double upper = c->y, lower = upper;
        for (int i = 0; i < columns; i++) {
            c->y = upper + c->step * 0.95;
            put_text(c, draw_text(c, "cell"), cuts[i] + size * 0.3, cuts[i + 1] - size * 0.3,
                     cuts[i] + size * 0.3, chance_hit(c->chance, 0.4));
            lower = c->y > lower ? c->y : lower;
        }
        c->y = lower + c->step * 0.35;
        sheet_rule(c->sheet, c->left, c->y, c->right, c->y, thick);
    }
    for (int i = 0; i <= columns; i++)
        sheet_rule(c->sheet, cuts[i], top, cuts[i], c->y, thick);
    c->face.size_px = size;
    c->y += c->step * 1.5;
}

static void signature(struct composer *c)
{
    double middle = (c->left + c->right) / 2, top = c->y, size = c->face.size_px;
    c->face.size_px *= 0.8;
    for (int i = chance_int(c->chance, 0, 4); i > 0; i--, c->y += c->step * 0.8)
        put_text(c, draw_text(c, "recipient"), c->left, middle, c->left, false);
    c->face.size_px = size;
    c->y = top;
    c->face.bold = true;
    for (int i = chance_int(c->chance, 1, 3); i > 0; i--, c->y += c->step)
        put_text(c, draw_text(c, "signer"), middle, c->right, 0, true);
    double seal = c->y + c->dpi * 0.3;
    c->y += c->dpi * chance_between(c->chance, 0.3, 1);
    put_text(c, draw_text(c, "signer"), middle, c->right, 0, true);
    c->face.bold = false;
    double x = middle + (c->right - middle) * chance_between(c->chance, 0.1, 0.5);
    if (chance_hit(c->chance, 0.8))
        sheet_seal(c->sheet, x, seal, c->dpi * chance_between(c->chance, 0.6, 0.75),
                   draw_text(c, "agency"), c->chance);
    if (chance_hit(c->chance, 0.7))
        sheet_pen(c->sheet, x + c->dpi * 0.3, seal, c->dpi, c->chance);
}

static void compose(struct composer *c)
{
    letterhead(c);
    title(c);
    while (c->y < 0.78 * c->height_px) {
        double pick = chance_unit(c->chance);
        if (pick < 0.5)
            field(c);
        else if (pick < 0.93)
            paragraph(c);
        else
            table(c);
    }
    signature(c);
    for (int strokes = chance_int(c->chance, 0, 2); strokes > 0; strokes--) /* a pen over print */
        sheet_pen(c->sheet, chance_between(c->chance, c->left, c->right),
                  chance_between(c->chance, 0.2, 0.8) * c->height_px, c->dpi * 0.4, c->chance);
    if (chance_hit(c->chance, 0.15))
        sheet_seal(c->sheet, chance_between(c->chance, c->left, c->right),
                   chance_between(c->chance, 0.2, 0.8) * c->height_px, c->dpi * 0.65,
                   draw_text(c, "agency"), c->chance);
}

/* ---------------------------------------------------------------- lines with their labels */

static int by_x(const void *a, const void *b)
{
    const struct drawn *p = a, *q = b;
    return (p->box.x > q->box.x) - (p->box.x < q->box.x);
}

/* The words that stand in the line as it is cut out, and how high they reach; NULL when one is cut
 * or there are two rows. A dash that can be seen in the cut and is not in the label would teach to
 * leave dashes out. */
static char *label_of(const struct composer *c, const struct segment_line *line, int *top,
                      int *foot, struct arena *arena)
{
    struct box body = line->body, cut = line->box;
    struct drawn in[400];
    size_t count = 0;
    for (size_t i = 0; i < c->count && count < 400; i++) {
        struct box word = c->words[i].box;
        int middle = word.y + word.height / 2;
        if (middle < body.y - body.height / 2 || middle > body.y + body.height * 3 / 2)
            continue;
        int left = word.x > cut.x ? word.x : cut.x;
        int right =
            word.x + word.width < cut.x + cut.width ? word.x + word.width : cut.x + cut.width;
        double share = word.width > 0 ? (double)(right - left) / word.width : 0;
        if (share < OUTSIDE)
            continue;
        if (share < INSIDE || middle < body.y || middle > body.y + body.height)
            return NULL;
        *top = count && *top < word.y ? *top : word.y;
        *foot = count && *foot > word.y + word.height ? *foot : word.y + word.height;
        in[count++] = c->words[i];
    }
    qsort(in, count, sizeof *in, by_x);
    char *label = arena_strdup(arena, "");
    for (size_t i = 0; i < count; i++) {
        if (i && in[i].box.x < in[i - 1].box.x + in[i - 1].box.width / 2)
            return NULL;
        label = arena_printf(arena, "%s%s%s", label, i ? " " : "", in[i].text);
    }
    return strlen(label) < LABEL_MIN ? NULL : label;
}

/* The engine's letters have no long dash; a line with one would not be taught at all. */
static char *in_known_letters(const char *label, struct arena *arena)
{
    char *out = arena_strdup(arena, label), *end = out;
    for (const char *at = label; *at;) {
        bool dash = strncmp(at, "–", strlen("–")) == 0;
        *end++ = dash ? '-' : *at;
        at += dash ? strlen("–") : 1;
    }
    *end = '\0';
    return out;
}

struct output {
    const char *tif;
    FILE *box;
    int lines;
};

static void write_line(struct output *out, PIX *part, const char *label)
{
    int width = pixGetWidth(part), height = pixGetHeight(part);
    if (pixWriteTiff(out->tif, part, IFF_TIFF_LZW, out->lines ? "a" : "w"))
        return;
    fprintf(out->box, "WordStr 0 0 %d %d %d #%s\n\t %d 0 %d %d %d\n", width, height, out->lines,
            label, width, width + 1, height, out->lines);
    out->lines++;
}

static void cut(struct composer *c, struct image *page, struct output *out)
{
    struct clean clean = {0};
    struct view view = {0};
    struct error error = {0};
    PIX *pix = pix_from_image(page, 1);
    if (pix && clean_page(pix, c->dpi, &clean) &&
        view_make(&clean, 0, c->dpi, c->arena, &view, &error) == STATUS_OK)
        for (size_t i = 0; i < view.segments.line_count; i++) {
            struct segment_line *line = &view.segments.lines[i];
            int top = 0, foot = 0;
            char *label = label_of(c, line, &top, &foot, c->arena);
            struct box box = line->box;
            if (label && chance_hit(c->chance, 0.6)) { /* the engine looks for the line in it */
                int above = top - SLOPE_PX - box.y, below = box.y + box.height - foot - SLOPE_PX;
                above = above > 0 ? chance_int(c->chance, 0, above) : 0;
                below = below > 0 ? chance_int(c->chance, 0, below) : 0;
                box = (struct box){box.x, box.y + above, box.width, box.height - above - below};
            }
            PIX *part = label ? pix_part(view.clean.gray, &box) : NULL;
            if (part && box.height > 12 && box.width > 12)
                write_line(out, part, in_known_letters(label, c->arena));
            pixDestroy(&part);
        }
    view_free(&view);
    clean_free(&clean);
    pixDestroy(&pix);
}

static void make_page(int seed, bool held, const struct texts *texts, struct output *out)
{
    static struct composer c;
    static struct chance chance;
    chance = (struct chance){(uint64_t)seed * 2654435761U + (held ? 77 : 0)};
    struct image page;
    memset(&c, 0, sizeof c);
    c.texts = texts;
    c.chance = &chance;
    c.arena = arena_new();
    c.dpi = chance_hit(&chance, 0.65) ? 300 : 200;
    c.height_px = (int)(11.69 * c.dpi);
    c.left = c.dpi * chance_between(&chance, 0.7, 1.3);
    c.right = c.dpi * (8.27 - chance_between(&chance, 0.5, 0.9));
    c.y = c.dpi * chance_between(&chance, 0.7, 1.2);
    c.sheet = sheet_new((int)(8.27 * c.dpi), c.height_px);
    choose_face(&c, held);
    compose(&c);
    int level = chance_int(&chance, 0, 3);
    double skew = level && chance_hit(&chance, 0.7) ? chance_between(&chance, -2, 2) : 0;
    double bleed =
        level && chance_hit(&chance, 0.4) ? chance_between(&chance, 0.02, 0.06 * level) : 0;
    sheet_image(c.sheet, skew, bleed, c.dpi, &page);
    double pick = chance_unit(&chance);
    enum scan_mode mode = pick < 0.35 ? SCAN_COLOUR : pick < 0.75 ? SCAN_GRAY : SCAN_BILEVEL;
    damage_page(&page, level, mode, &chance);
    cut(&c, &page, out);
    image_clear(&page);
    sheet_free(c.sheet);
    arena_free(c.arena);
}

int main(int count, char **arguments)
{
    if (count != 7) {
        fprintf(stderr, "use: teach_lines train|held FROM TO OUT TEXTS UNITS\n");
        return 2;
    }
    pix_silence();
    struct arena *arena = arena_new();
    struct texts *texts = texts_load(arguments[5], arguments[6], arena);
    struct output out = {.tif = arena_printf(arena, "%s.tif", arguments[4])};
    out.box = fopen(arena_printf(arena, "%s.box", arguments[4]), "w");
    if (!texts || !out.box) {
        fprintf(stderr, "%s: cannot be written, or the texts are missing\n", arguments[4]);
        return 1;
    }
    for (int page = atoi(arguments[2]); page < atoi(arguments[3]); page++)
        make_page(page, strcmp(arguments[1], "held") == 0, texts, &out);
    printf("%s: %d lines\n", arguments[4], out.lines);
    fclose(out.box);
    arena_free(arena);
    return 0;
}
