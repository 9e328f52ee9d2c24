/*
 * The invisible text layer: each word over its picture, in a font that has no shapes.
 *
 * CIDs are given out in the order of first use, from 1; all show glyph 1, and ToUnicode says what
 * they are. That holds ISO 19005-2 6.2.11.7.2 (every code has its Unicode) and 6.2.11.8 (no
 * .notdef), which also apply to text that is not painted.
 */
#include "archive/pdf/pdf.h"

#include <math.h>
#include <stdlib.h>

#include "core/text.h"

#define BASE_FONT "SohoaGlyphless"
#define SKEW_MIN_DEG 0.03 /* less is level: over a whole line it is below a pixel */
#define SKEW_MAX_DEG 20.0 /* boxes say nothing about steeper lines */
#define CID_MAX 65535
#define CODE_BLOCKS (0x110000 >> 8)

struct pdf_text {
    HPDF_Dict font;
    struct pdf_font_parts parts;
    uint16_t *cids[CODE_BLOCKS]; /* by code point: blocks of 256, made when first needed */
    uint32_t *codes;             /* by CID - 1 */
    size_t count, room;
};

struct pdf_text *pdf_text_new(void)
{
    return memory_new(sizeof(struct pdf_text));
}

void pdf_text_free(struct pdf_text *text)
{
    if (text == NULL)
        return;
    for (size_t i = 0; i < CODE_BLOCKS; i++)
        free(text->cids[i]);
    free(text->codes);
    free(text);
}

/* Characters that a reader must never get back (6.2.11.7.2) or that mean nothing on paper. */
static bool is_text(uint32_t code)
{
    return code >= 0x20 && (code < 0x7F || code > 0x9F) && code != 0xFEFF && code != 0xFFFE &&
           code != 0xFFFF;
}

/* 0: full, which takes 65,535 different characters in one document. */
static unsigned cid_of(struct pdf_text *text, uint32_t code)
{
    uint16_t **block = &text->cids[code >> 8];
    if (*block == NULL)
        *block = memory_new(256 * sizeof **block);
    uint16_t *cid = &(*block)[code & 0xFF];
    if (*cid == 0 && text->count < CID_MAX) {
        if (text->count == text->room) {
            text->room = text->room == 0 ? 256 : text->room * 2;
            text->codes = memory_resize(text->codes, text->room * sizeof *text->codes);
        }
        text->codes[text->count++] = code;
        *cid = (uint16_t)text->count;
    }
    return *cid;
}

/* ---------------------------------------------------------------- places */

/* A word in points, in the frame that is turned with its line: there the line is level. */
struct placed {
    double left, top, width, height;
};

/* The frame of a page's words. y grows downwards, as in the boxes. */
struct frame {
    double scale_x, scale_y; /* px -> pt */
    double page_height;
    double sine, cosine; /* of the slope, counter-clockwise */
};

static struct placed place_word(const struct frame *frame, const struct box *box)
{
    double width = box->width * frame->scale_x, height = box->height * frame->scale_y;
    double x = box->x * frame->scale_x + width / 2, y = box->y * frame->scale_y + height / 2;
    double sine = fabs(frame->sine), cosine = frame->cosine;
    /* The upright box is drawn around a turned one: w = w'cos + h'sin, h = w'sin + h'cos. */
    double determinant = cosine * cosine - sine * sine;
    double inner_width = (width * cosine - height * sine) / determinant;
    double inner_height = (height * cosine - width * sine) / determinant;
    inner_width = fmax(inner_width, width / 2);
    inner_height = fmax(inner_height, height / 4);
    return (struct placed){
        .left = x * frame->cosine - y * frame->sine - inner_width / 2,
        .top = x * frame->sine + y * frame->cosine - inner_height / 2,
        .width = inner_width,
        .height = inner_height,
    };
}

static int compare_double(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* All words of a line get one height, so that a selection looks like a line; a word that is far
 * from the others (a drop capital, a stroke of the seal) keeps its own and does not spoil theirs.
 */
static void level_line(struct placed *words, size_t count, struct arena *arena)
{
    double *heights = arena_array(arena, count, sizeof *heights);
    for (size_t i = 0; i < count; i++)
        heights[i] = words[i].height;
    qsort(heights, count, sizeof *heights, compare_double);
    double usual = heights[count / 2], top = INFINITY, bottom = -INFINITY;
    for (size_t i = 0; i < count; i++)
        if (words[i].height <= 2 * usual) {
            top = fmin(top, words[i].top);
            bottom = fmax(bottom, words[i].top + words[i].height);
        }
    if (bottom - top > 3 * usual)
        return;
    for (size_t i = 0; i < count; i++)
        if (words[i].height <= 2 * usual) {
            words[i].top = top;
            words[i].height = bottom - top;
        }
}

/* ---------------------------------------------------------------- content */

static size_t add_hex(struct pdf_text *text, const char *word, struct buffer *hex)
{
    size_t characters = 0;
    for (const char *at = word; *at != 0;) {
        uint32_t code = text_next(&at);
        unsigned cid = is_text(code) ? cid_of(text, code) : 0;
        if (cid == 0)
            continue;
        buffer_printf(hex, "%04X", cid);
        characters++;
    }
    return characters;
}

/* Where the word stands on the page itself, from its bottom left.
 *
 * Each word is level, on a stair that climbs with its line: text that is turned by a few degrees is
 * what pdftotext (so most readers' search) takes for letters of many lines, and breaks its words
 * apart. */
static struct pdf_word stand(const struct frame *frame, const struct placed *placed,
                             const struct box *box)
{
    double bottom = placed->top + placed->height, middle = placed->left + placed->width / 2;
    double y = -middle * frame->sine + bottom * frame->cosine;
    return (struct pdf_word){
        .left = middle * frame->cosine + bottom * frame->sine - placed->width / 2,
        .width = placed->width,
        .bottom = frame->page_height - y,
        .size = fmax(placed->height / PDF_TEXT_HEIGHT, 1),
        .middle = y - (box->y + box->height / 2.0) * frame->scale_y,
    };
}

/* Size, stretch, place, characters. */
static void add_word(const struct pdf_word *word, const struct buffer *hex, struct buffer *content)
{
    buffer_text(content, "/T ");
    pdf_number(content, word->size);
    buffer_text(content, " Tf ");
    pdf_number(content,
               100 * word->width / ((double)word->characters * PDF_TEXT_WIDTH * word->size));
    buffer_text(content, " Tz 1 0 0 1 ");
    pdf_number(content, word->left);
    buffer_text(content, " ");
    pdf_number(content, word->bottom);
    buffer_text(content, " Tm <");
    buffer_add(content, hex->data, hex->size);
    buffer_text(content, "> Tj\n");
}

/* The words of a line that say something, each with its characters in hexadecimal and a blank: also
 * at the end of a line, for readers who take the next one for its end. How many they are. */
static size_t take_line(struct pdf_text *text, const struct frame *frame, const struct line *line,
                        struct arena *arena, struct pdf_word *words, struct buffer *hex)
{
    size_t taken = 0;
    if (line->word_count == 0)
        return 0;
    struct placed *placed = arena_array(arena, line->word_count, sizeof *placed);
    for (size_t i = 0; i < line->word_count; i++)
        placed[i] = place_word(frame, &line->words[i].box);
    level_line(placed, line->word_count, arena);
    for (size_t i = 0; i < line->word_count; i++) {
        hex[taken] = (struct buffer){0};
        size_t characters = add_hex(text, text_nfc(arena, line->words[i].text), &hex[taken]);
        if (characters == 0)
            continue;
        buffer_printf(&hex[taken], "%04X", cid_of(text, ' '));
        words[taken] = stand(frame, &placed[i], &line->words[i].box);
        words[taken++].characters = characters;
    }
    return taken;
}

size_t pdf_text_page(struct pdf_text *text, const struct words *words, double width_pt,
                     double height_pt, struct arena *arena, struct buffer *content)
{
    size_t count = 0, room = words_count(words) + 1;
    if (words->line_count == 0 || words->width_px <= 0 || words->height_px <= 0)
        return 0;
    double skew = fabs(words->skew_deg);
    double angle =
        skew < SKEW_MIN_DEG || skew > SKEW_MAX_DEG ? 0 : words->skew_deg * acos(-1) / 180;
    struct frame frame = {
        .scale_x = width_pt / words->width_px,
        .scale_y = height_pt / words->height_px,
        .page_height = height_pt,
        .sine = sin(angle),
        .cosine = cos(angle),
    };
    struct pdf_word *list = arena_array(arena, room, sizeof *list);
    struct buffer *hex = arena_array(arena, room, sizeof *hex);
    for (size_t i = 0; i < words->line_count; i++) {
        size_t first = count;
        count += take_line(text, &frame, &words->lines[i], arena, &list[count], &hex[count]);
        for (; first < count; first++)
            list[first].line = i;
    }
    pdf_words_apart(list, count, words->line_count, arena);
    buffer_text(content, "BT 3 Tr\n");
    for (size_t i = 0; i < count; i++) {
        add_word(&list[i], &hex[i], content);
        buffer_clear(&hex[i]);
    }
    buffer_text(content, "ET\n");
    return count;
}

/* ---------------------------------------------------------------- the font object */

HPDF_Dict pdf_text_font(struct pdf_text *text, struct pdf *pdf)
{
    if (text->font == NULL) {
        pdf_font_parts(pdf, BASE_FONT, &text->parts);
        text->font = text->parts.font;
    }
    return text->font;
}

void pdf_text_finish(struct pdf_text *text, struct pdf *pdf)
{
    if (text->font == NULL)
        return;
    struct buffer bytes = {0};
    pdf_glyphless_font(&bytes);
    HPDF_Dict file = pdf_stream(pdf, bytes.data, bytes.size, HPDF_STREAM_FILTER_FLATE_DECODE);
    HPDF_Dict_AddNumber(file, "Length1", (HPDF_INT32)bytes.size);
    buffer_clear(&bytes);

    HPDF_Dict descriptor = text->parts.descriptor;
    HPDF_Dict_AddNumber(descriptor, "Flags", 5); /* fixed pitch, own characters */
    pdf_box(descriptor, "FontBBox", 0, 0, 1000 * PDF_TEXT_WIDTH, 1000 * PDF_TEXT_HEIGHT);
    HPDF_Dict_AddNumber(descriptor, "ItalicAngle", 0);
    HPDF_Dict_AddNumber(descriptor, "Ascent", (HPDF_INT32)(1000 * PDF_TEXT_HEIGHT));
    HPDF_Dict_AddNumber(descriptor, "Descent", -1); /* readers take 0 for "not said" and guess */
    HPDF_Dict_AddNumber(descriptor, "CapHeight", (HPDF_INT32)(1000 * PDF_TEXT_HEIGHT));
    HPDF_Dict_AddNumber(descriptor, "StemV", 80);
    HPDF_Dict_Add(descriptor, "FontFile2", file);

    /* CID 0 -> glyph 0, all others -> glyph 1 */
    buffer_add(&bytes, "\0", 2);
    for (size_t i = 0; i < text->count; i++)
        buffer_add(&bytes, "\0\1", 2);
    HPDF_Dict map = pdf_stream(pdf, bytes.data, bytes.size, HPDF_STREAM_FILTER_FLATE_DECODE);
    buffer_clear(&bytes);
    HPDF_Dict_AddNumber(text->parts.descendant, "DW", 500);
    HPDF_Dict_Add(text->parts.descendant, "CIDToGIDMap", map);
    HPDF_Dict_Add(text->font, "ToUnicode", pdf_to_unicode(pdf, text->codes, text->count));
}
