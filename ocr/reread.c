/* Reading a page again as a PDF shows it, for the guard of layered pages. */
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

enum status ocr_count_lost(struct ocr_engine *engine, const struct image *image,
                           const struct words *words, size_t *lost, struct error *error)
{
    struct words again = {0};
    struct arena *arena = arena_new();
    *lost = 0;
    enum status status = ocr_read(engine, image, arena, &again, error);
    for (size_t i = 0; i < words->line_count && status == STATUS_OK; i++)
        for (size_t k = 0; k < words->lines[i].word_count; k++) {
            const struct word *word = &words->lines[i].words[k];
            *lost += word->confidence >= SURE && !stands_in(word, &again);
        }
    arena_free(arena);
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
