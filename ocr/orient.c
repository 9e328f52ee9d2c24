#include "ocr/orient.h"

#include <stdlib.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/letters.h"
#include "ocr/seal.h"

#define PROBE_LINES 5 /* read in each direction */
#define PROBE_LETTERS                                                                              \
    60 /* counted of one line at most: one long line must not outvote the rest                     \
        */

/* A line that is read worse and is wider (in small letters) is read again. In a short one there is
 * little for the engine to find the line by. */
#define AGAIN_CONFIDENCE 0.75
#define AGAIN_WIDTH 3
#define SHORT_CONFIDENCE 0.88
#define SHORT_WIDTH 15
#define NARROW_CONFIDENCE 0.30 /* of a lone letter or digit: only where nothing was found ... */
#define NARROW_HEIGHT 0.9      /* ... and it is no speck */

/* Measured on 75 pages: the best wrong direction never reached 0.56 of the right one's score. */
#define SURE_CONFIDENCE 0.80
#define SURE_LETTERS 60

void view_free(struct view *view)
{
    clean_free(&view->clean);
    *view = (struct view){0};
}

size_t line_letters(const struct line *line)
{
    size_t letters = 0;
    for (size_t i = 0; i < line->word_count; i++) {
        const char *at = line->words[i].text;
        for (uint32_t code; (code = text_next(&at));)
            letters += text_is_letter(code) || (code >= '0' && code <= '9');
    }
    return letters;
}

double line_confidence(const struct line *line)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < line->word_count; i++) {
        double length = (double)text_length(line->words[i].text);
        sum += length * line->words[i].confidence;
        weight += length;
    }
    return weight > 0 ? sum / weight : 0;
}

/* What is read worse than `enough` is read once more as a raw line; the surer reading counts. */
static enum status read_twice(struct engine *engine, PIX *part, double dpi, double enough,
                              struct arena *arena, struct line *out, bool *as_raw,
                              struct error *error)
{
    enum status status = engine_read_line(engine, part, dpi, LINE_FOUND, arena, out, error);
    if (status != STATUS_OK || line_confidence(out) >= enough)
        return status;
    struct line raw;
    status = engine_read_line(engine, part, dpi, LINE_RAW, arena, &raw, error);
    *as_raw = line_confidence(&raw) > line_confidence(out);
    if (*as_raw)
        *out = raw;
    return status;
}

static double sure_enough(const struct view *view, const struct segment_line *line, int width)
{
    int text = view->segments.text_px;
    if (width < AGAIN_WIDTH * text)
        return line->body.height < NARROW_HEIGHT * text ? 0 : NARROW_CONFIDENCE;
    return width < SHORT_WIDTH * text ? SHORT_CONFIDENCE : AGAIN_CONFIDENCE;
}

/* The line's boxes come to be those of the view. */
static void place_line(const struct segment_line *segment, struct line *line)
{
    line->box = segment->box;
    line->block = segment->block;
    for (size_t i = 0; i < line->word_count; i++) {
        line->words[i].box.x += segment->box.x;
        line->words[i].box.y += segment->box.y;
    }
}

enum status view_read_line(struct engine *engine, struct view *view, size_t line, double dpi,
                           struct arena *arena, struct error *error)
{
    if (view->read[line])
        return STATUS_OK;
    view->read[line] = true;
    struct box box = view->segments.lines[line].box;
    PIX *part = pix_part(view->clean.gray, &box);
    if (!part)
        return STATUS_OK;
    struct line *out = &view->lines[line];
    enum status status =
        read_twice(engine, part, dpi, sure_enough(view, &view->segments.lines[line], box.width),
                   arena, out, &view->raw[line], error);
    pixDestroy(&part);
    struct segment_line placed = view->segments.lines[line];
    placed.box = box;
    place_line(&placed, out);
    return status;
}

/* From the middle of the gap before the words to that behind them. */
static struct box box_of_words(const struct line *line, struct box box, size_t from, size_t to)
{
    int left = box.x, right = box.x + box.width;
    const struct word *words = line->words;
    if (from > 0)
        left = (words[from - 1].box.x + words[from - 1].box.width + words[from].box.x) / 2;
    if (to < line->word_count)
        right = (words[to - 1].box.x + words[to - 1].box.width + words[to].box.x) / 2;
    return (struct box){left, box.y, right - left, box.height};
}

enum status view_read_by(struct engine *engine, const struct view *view, size_t line, size_t from,
                         size_t to, enum line_mode mode, double dpi, struct arena *arena,
                         struct line *out, struct error *error)
{
    struct segment_line placed = view->segments.lines[line];
    placed.box = box_of_words(&view->lines[line], placed.box, from, to);
    *out = (struct line){0};
    PIX *part = pix_part(view->clean.gray, &placed.box);
    if (!part)
        return STATUS_OK;
    enum status status = engine_read_line(engine, part, dpi, mode, arena, out, error);
    pixDestroy(&part);
    place_line(&placed, out);
    return status;
}

static void leave_out_seals(struct segments *segments, const struct seal *seals, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < segments->line_count; i++) {
        bool inside = false;
        for (size_t k = 0; k < count; k++)
            inside = inside || seal_holds(&seals[k], segments->lines[i].body);
        if (!inside)
            segments->lines[kept++] = segments->lines[i];
    }
    segments->line_count = kept;
}

/* A noisy page may have too many specks: once more without the small ones. */
static bool cut_into_lines(struct view *view, double dpi, struct arena *arena)
{
    struct clean *clean = &view->clean;
    for (int pass = 0; pass < 2; pass++) {
        size_t count = 0;
        struct box *pieces = pix_components(clean->binary, arena, &count);
        struct seal seals[SEALS_MAX];
        size_t seal_count = seals_off(clean, pieces, count, dpi, seals);
        if (seal_count)
            pieces = pix_components(clean->binary, arena, &count);
        if (segment_lines(pieces, count, &clean->rules, dpi, arena, &view->segments)) {
            leave_out_seals(&view->segments, seals, seal_count);
            return true;
        }
        PIX *opened = pass == 0 ? pixOpenBrick(NULL, clean->binary, 2, 2) : NULL;
        if (opened) {
            pixDestroy(&clean->binary);
            clean->binary = opened;
        }
    }
    return false;
}

enum status view_make(const struct clean *page, int quarters, double dpi, struct arena *arena,
                      struct view *view, struct error *error)
{
    *view = (struct view){0};
    if (!clean_turned(page, quarters, dpi, arena, &view->clean))
        return error_set(error, STATUS_RETRY, _("there is not enough memory to read this page"));
    if (!cut_into_lines(view, dpi, arena))
        return error_set(error, STATUS_REJECT,
                         _("this page is full of specks and cannot be read as text; scan it again "
                           "with another contrast, or enter its data by hand"));
    struct segments *segments = &view->segments;
    for (size_t i = 0; i < segments->leader_count; i++) {
        struct box dot = segments->leaders[i];
        pix_erase(view->clean.gray,
                  (struct box){dot.x - 1, dot.y - 1, dot.width + 2, dot.height + 2});
    }
    layout_order(segments, &view->clean.rules, pixGetHeight(view->clean.gray), arena);
    view->lines = arena_array(arena, segments->line_count + 1, sizeof *view->lines);
    view->read = arena_array(arena, segments->line_count + 1, sizeof *view->read);
    view->raw = arena_array(arena, segments->line_count + 1, sizeof *view->raw);
    return STATUS_OK;
}

/* The widest lines that are not wider than their height allows for text of one line. */
static enum status probe(struct engine *engine, struct view *view, double dpi, struct arena *arena,
                         struct error *error)
{
    double weighted = 0;
    for (int n = 0; n < PROBE_LINES; n++) {
        size_t best = view->segments.line_count;
        for (size_t i = 0; i < view->segments.line_count; i++)
            if (!view->read[i] &&
                (best == view->segments.line_count ||
                 view->segments.lines[i].body.width > view->segments.lines[best].body.width))
                best = i;
        if (best == view->segments.line_count)
            break;
        enum status status = view_read_line(engine, view, best, dpi, arena, error);
        if (status != STATUS_OK)
            return status;
        size_t letters = line_letters(&view->lines[best]);
        double confidence = line_confidence(&view->lines[best]);
        view->letters += letters;
        weighted += (double)letters * confidence;
        view->score += confidence * (double)(letters < PROBE_LETTERS ? letters : PROBE_LETTERS);
    }
    view->confidence = view->letters ? weighted / (double)view->letters : 0;
    return STATUS_OK;
}

static bool clearly_right(const struct view *view)
{
    return view->confidence >= SURE_CONFIDENCE && view->letters >= SURE_LETTERS;
}

enum status orient_page(struct engine *engine, const struct clean *page, double dpi,
                        struct arena *arena, struct view *out, int *turn_deg, double *confidence,
                        struct error *error)
{
    *turn_deg = 0;
    enum status status = view_make(page, 0, dpi, arena, out, error);
    if (status == STATUS_OK)
        status = probe(engine, out, dpi, arena, error);
    *confidence = out->confidence;
    if (status != STATUS_OK || clearly_right(out) || out->segments.line_count == 0)
        return status;

    static const int order[] = {2, 1, 3};
    double second = 0;
    for (size_t i = 0; i < 3; i++) {
        struct view view;
        status = view_make(page, order[i], dpi, arena, &view, error);
        if (status == STATUS_OK)
            status = probe(engine, &view, dpi, arena, error);
        if (status != STATUS_OK) {
            view_free(&view);
            return status;
        }
        struct view *worse = &view;
        if (view.score > out->score) {
            struct view swap = *out;
            *out = view;
            view = swap;
            *turn_deg = 90 * order[i];
        }
        second = worse->score > second ? worse->score : second;
        view_free(&view);
        if (clearly_right(out))
            break;
    }
    *confidence = out->score > 0 ? (out->score - second) / out->score : 0;
    return STATUS_OK;
}
