/* Reading a page again as a PDF shows it, for the guard of layered pages. */
#include <stdlib.h>
#include <string.h>

#include "ocr/ocr.h"

#define SURE 0.9 /* confidence; a word that was doubtful may be read otherwise by chance */

static bool overlap(const struct box *a, const struct box *b)
{
    return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

/* The very same text, marks included: a lost dot or hook is a lost word. */
static bool stands_in(const struct word *word, const struct words *words)
{
    for (size_t i = 0; i < words->line_count; i++) {
        const struct line *line = &words->lines[i];
        for (size_t k = 0; k < line->word_count; k++)
            if (overlap(&word->box, &line->words[k].box) &&
                strcmp(word->text, line->words[k].text) == 0)
                return true;
    }
    return false;
}

/* Words of the first reading that are not found again. */
struct missing {
    const struct word **words;
    size_t count;
};

static void list_sure(const struct words *words, struct missing *out)
{
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t k = 0; k < words->lines[i].word_count; k++)
            if (words->lines[i].words[k].confidence >= SURE)
                out->words[out->count++] = &words->lines[i].words[k];
}

/* Reads image, and keeps of the list the words that stand there, or do not. */
static enum status sift(struct ocr_engine *engine, const struct image *image, bool standing,
                        struct missing *missing, struct error *error)
{
    struct words again = {0};
    struct arena *arena = arena_new();
    enum status status = ocr_read(engine, image, arena, &again, error);
    size_t kept = 0;
    for (size_t i = 0; i < missing->count && status == STATUS_OK; i++)
        if (stands_in(missing->words[i], &again) == standing)
            missing->words[kept++] = missing->words[i];
    missing->count = status == STATUS_OK ? kept : missing->count;
    arena_free(arena);
    return status;
}

/* A quarter of each pixel goes to its neighbours across, a quarter to those down: a change that
 * takes nothing from what a person can read. */
static void soften(const struct image *image, struct image *out)
{
    size_t stride = image->stride, channels = (size_t)image->channels;
    image_init(out, image->width_px, image->height_px, image->channels, 8);
    out->dpi_x = image->dpi_x;
    out->dpi_y = image->dpi_y;
    memcpy(out->data, image->data, stride * (size_t)image->height_px);
    for (int y = 1; y + 1 < image->height_px; y++) {
        const uint8_t *row = image->data + (size_t)y * stride;
        uint8_t *to = out->data + (size_t)y * out->stride;
        for (size_t i = channels; i + channels < (size_t)image->width_px * channels; i++)
            to[i] = (uint8_t)((4 * row[i] + row[i - channels] + row[i + channels] +
                               row[i - stride] + row[i + stride] + 4) /
                              8);
    }
}

static enum status sift_softened(struct ocr_engine *engine, const struct image *image,
                                 bool standing, struct missing *missing, struct error *error)
{
    struct image soft = {0};
    soften(image, &soft);
    enum status status = sift(engine, &soft, standing, missing, error);
    image_clear(&soft);
    return status;
}

enum status ocr_find_lost(struct ocr_engine *engine, const struct image *master,
                          const struct image *shown, const struct words *words, struct box *lost,
                          size_t *count, struct error *error)
{
    struct missing missing = {memory_new((words_count(words) + 1) * sizeof *missing.words), 0};
    list_sure(words, &missing);
    enum status status = sift(engine, shown, false, &missing, error);
    if (status == STATUS_OK && missing.count > 0)
        status = sift_softened(engine, master, true, &missing, error);
    if (status == STATUS_OK && missing.count > 0)
        status = sift_softened(engine, shown, false, &missing, error);
    for (size_t i = 0; i < missing.count; i++)
        lost[i] = missing.words[i]->box;
    *count = missing.count;
    free(missing.words);
    return status;
}

size_t ocr_count_sure(const struct words *words)
{
    size_t count = 0;
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t k = 0; k < words->lines[i].word_count; k++)
            count += words->lines[i].words[k].confidence >= SURE;
    return count;
}
