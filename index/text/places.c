/* Where on the page a hit stands. */
#include "core/corrected.h"
#include "core/package.h"
#include "core/words.h"
#include "index/index.h"

/* The words first, first + 1 ... of those that have text, in reading order. */
static void take_boxes(const struct words *words, size_t first, struct hit_place *out)
{
    size_t number = 0, wanted = out->box_count;
    out->box_count = 0;
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++) {
            const struct word *word = &words->lines[i].words[j];
            if (!word->text || !*word->text)
                continue;
            if (number >= first && out->box_count < wanted)
                out->boxes[out->box_count++] = word->box;
            number++;
        }
}

enum status index_place(const char *package, const struct search_hit *hit, struct arena *arena,
                        struct hit_place *out, struct error *error)
{
    struct document document;
    struct words words;
    *out = (struct hit_place){0};
    if (hit->word_count == 0)
        return STATUS_END;
    enum status status =
        document_read(package_part_path(arena, package, PACKAGE_DOCUMENT), arena, &document, error);
    if (status != STATUS_OK)
        return status;
    if (hit->page < 0 || (size_t)hit->page >= document.page_count)
        return STATUS_END; /* another version than the one that was found */
    out->page = document.pages[hit->page].name;
    status = words_read(package_path(arena, package, package_page(PACKAGE_WORDS, out->page, arena)),
                        arena, &words, error);
    if (status != STATUS_OK)
        return status;
    out->width_px = words.width_px;
    out->height_px = words.height_px;
    out->dpi = words.dpi;
    out->boxes = arena_array(arena, hit->word_count, sizeof *out->boxes);
    out->box_count = hit->word_count;
    take_boxes(document_corrected(&document, (size_t)hit->page, &words, arena), hit->first_word,
               out);
    return out->box_count > 0 ? STATUS_OK : STATUS_END;
}
