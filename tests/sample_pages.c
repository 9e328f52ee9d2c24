#include "tests/sample_pages.h"

#include <string.h>

#define LINES 24
#define WORDS 8

/* With marks in both forms of Unicode, XML's own characters, and letters beyond U+FFFF. */
static const char *const texts[] = {"Cộng",  "hòa",  "xã",      "hội",    "chủ",
                                    "nghĩa", "Việt", "Nam",     "Độc",    "lập",
                                    "Tự",    "do",   "Hạnh",    "phúc",   "Nguye\xCC\x82\xCC\x83n",
                                    "ĐƯỜNG", "số",   "12/UBND", "&<>\"'", "𡨸喃",
                                    "Ủy",    "ban",  "nhân",    "dân"};
#define TEXT_COUNT (sizeof texts / sizeof *texts)

static void set_pixel(struct image *image, int x, int y, unsigned red, unsigned green,
                      unsigned blue)
{
    uint8_t *row = image->data + (size_t)y * image->stride;
    if (image->bits == 1) {
        uint8_t bit = (uint8_t)(0x80 >> x % 8);
        row[x / 8] = (uint8_t)(red < 128 || green < 128 ? row[x / 8] | bit : row[x / 8] & ~bit);
    } else if (image->channels == 1) {
        row[x] = (uint8_t)((red * 299 + green * 587 + blue * 114) / 1000);
    } else {
        row[x * 3] = (uint8_t)red;
        row[x * 3 + 1] = (uint8_t)green;
        row[x * 3 + 2] = (uint8_t)blue;
    }
}

static void fill(struct image *image, const struct box *box, unsigned red, unsigned green,
                 unsigned blue)
{
    for (int y = box->y; y < box->y + box->height && y < image->height_px; y++)
        for (int x = box->x; x < box->x + box->width && x < image->width_px; x++)
            set_pixel(image, x, y, red, green, blue);
}

/* Paper that is a little yellow and darker to the left, as old paper in a scanner is. */
static void draw_paper(struct image *image)
{
    for (int y = 0; y < image->height_px; y++)
        for (int x = 0; x < image->width_px; x++) {
            unsigned tone =
                225 + (unsigned)(x * 20 / image->width_px) + (unsigned)((x * 7 + y * 13) % 5);
            set_pixel(image, x, y, tone, tone, tone - 15);
        }
}

static void draw_word(struct image *image, const struct box *box)
{
    struct box stroke = {box->x, box->y, box->width / 12 + 1, box->height};
    for (int i = 0; i < 6; i++, stroke.x += box->width / 6)
        fill(image, &stroke, 30, 30, 40);
    struct box base = {box->x, box->y + box->height * 3 / 4, box->width, box->height / 6 + 1};
    fill(image, &base, 30, 30, 40);
}

static void draw_seal(struct image *image, int dpi)
{
    int cx = image->width_px * 3 / 4, cy = image->height_px * 3 / 4, radius = dpi * 6 / 10;
    for (int y = -radius; y <= radius; y++)
        for (int x = -radius; x <= radius; x++) {
            int far = x * x + y * y;
            if (far <= radius * radius && far >= radius * radius * 8 / 10)
                set_pixel(image, cx + x, cy + y, 200, 30, 40);
        }
}

static void make_line(struct words *words, size_t index, int dpi, struct arena *arena)
{
    struct line *line = &words->lines[index];
    int left = dpi * 12 / 10, top = dpi + (int)index * dpi * 35 / 100, height = dpi / 7;
    int gap = dpi / 12, wide = (words->width_px - left - dpi * 7 / 10) / WORDS - gap;
    line->word_count = index % 3 == 2 ? WORDS / 2 : WORDS;
    line->words = arena_array(arena, line->word_count, sizeof *line->words);
    line->block = (int)index / 3;
    line->box = (struct box){left, top, (int)line->word_count * (wide + gap) - gap, height};
    for (size_t i = 0; i < line->word_count; i++)
        line->words[i] = (struct word){
            .text = texts[(index * WORDS + i) % TEXT_COUNT],
            .confidence = 0.9,
            .box = {left + (int)i * (wide + gap), top, wide, height},
        };
}

void sample_page(enum sample_kind kind, int dpi, struct arena *arena, struct image *image,
                 struct words *words)
{
    image_init(image, dpi * 827 / 100, dpi * 1169 / 100, kind == SAMPLE_COLOR ? 3 : 1,
               kind == SAMPLE_BILEVEL ? 1 : 8);
    image->dpi_x = image->dpi_y = dpi;
    draw_paper(image);
    *words = (struct words){.width_px = image->width_px,
                            .height_px = image->height_px,
                            .dpi = dpi,
                            .line_count = LINES,
                            .engine = "sample",
                            .model = "sample"};
    words->lines = arena_array(arena, LINES, sizeof *words->lines);
    for (size_t i = 0; i < LINES; i++) {
        make_line(words, i, dpi, arena);
        for (size_t j = 0; j < words->lines[i].word_count; j++)
            draw_word(image, &words->lines[i].words[j].box);
    }
    draw_seal(image, dpi);
    struct box corner = {dpi * 12 / 10, dpi * 106 / 10, dpi / 2, dpi / 4}; /* bottom left only */
    fill(image, &corner, 20, 40, 160);
}

void sample_exif(struct buffer *jpeg, int orientation)
{
    uint8_t exif[] = {0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
                      'M',  'M',  0, 42, 0,   0,   0,   8,   0, 1,
                      0x01, 0x12, 0, 3,  0,   0,   0,   1,   0, (uint8_t)orientation,
                      0,    0,    0, 0,  0,   0};
    struct buffer out = {0};
    buffer_add(&out, jpeg->data, 2);
    buffer_add(&out, exif, sizeof exif);
    buffer_add(&out, jpeg->data + 2, jpeg->size - 2);
    buffer_clear(jpeg);
    *jpeg = out;
}
