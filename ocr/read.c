#include "ocr/ocr.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/dates.h"
#include "ocr/doubt.h"
#include "ocr/lattice.h"
#include "ocr/orient.h"
#include "ocr/surname.h"
#include "ocr/vote.h"

/* The picture that is read: as scanned, but never finer than FINE_DPI, never coarser than
 * COARSE_DPI, never more than PIXELS_MAX. */
#define FINE_DPI 330
#define COARSE_DPI 150
#define READ_DPI 300
#define PIXELS_MAX (36.0 * 1000 * 1000) /* A3 at 400 dpi */

/* A line read worse than this is a seal, a signature or dirt. */
#define JUNK_CONFIDENCE 0.30
#define SHORT_LETTERS 4
#define SHORT_CONFIDENCE 0.75
#define CELL_CONFIDENCE 0.50

/* A lone number: so wide at most and so high at least (in small letters: a comma is lower), and
 * read less surely. */
#define ALONE_WIDTH 2.2
#define ALONE_HEIGHT 0.9
#define ALONE_CONFIDENCE 0.90
#define HEAD_SHARE 0.10 /* of the page's height */

/* A page with fewer letters and digits, or read worse in all, holds no text: specks look like
 * letters. */
#define PAGE_LETTERS_MIN 6
#define PAGE_CONFIDENCE_MIN 0.45

struct ocr_engine {
    struct engine *engine;
    struct engine *second; /* reads doubtful lines again; NULL: not needed yet */
    char *second_tessdata, *shipped, *model, *second_model; /* "": nothing reads again */
    struct speech *language;                                /* NULL: nobody knows what is likely */
    struct surnames *surnames;                              /* NULL, too, then */
    bool correct;
};

const struct setting_row ocr_setting_rows[] = {
    {"tessdata", SETTING_PATH, offsetof(struct ocr_settings, tessdata), "", 0, 0, NULL,
     N_("folder of the language data (*.traineddata); empty: where the distribution puts it")},
    {"model", SETTING_TEXT, offsetof(struct ocr_settings, model), "sohoa_nhanh", 0, 0, NULL,
     N_("language data to read with: sohoa_nhanh (taught old paper) or sohoa (larger), as they "
        "come with sohoa; Vietnamese or vie of the distribution")},
    {"second", SETTING_TEXT, offsetof(struct ocr_settings, second), "sohoa", 0, 0, "",
     N_("language data that reads doubtful lines once more; empty: nothing does")},
    {"doubt_confidence", SETTING_REAL, offsetof(struct ocr_settings, doubt_confidence), "0.75", 0,
     1, NULL, N_("a field read with less confidence than this is shown to a person")},
    {"doubt_words", SETTING_REAL, offsetof(struct ocr_settings, doubt_words), "0.15", 0, 1, NULL,
     N_("a document is shown to a person when more than this share of its words could hardly be "
        "read or are no Vietnamese")},
    {"correct", SETTING_BOOL, offsetof(struct ocr_settings, correct), "yes", 0, 0, NULL,
     N_("mend syllables by what the language makes likely; what was read stays beside them")},
    SETTING_ROWS_END,
};

/* An office's own folder need not have it. */
static const char *second_folder(const struct ocr_settings *settings)
{
    struct arena *arena = arena_new();
    const char *own = arena_printf(arena, "%s/%s.traineddata", settings->tessdata,
                                   settings->second ? settings->second : "");
    bool there = *settings->tessdata && file_exists(own);
    arena_free(arena);
    return there ? settings->tessdata : "";
}

enum status ocr_open(const struct ocr_settings *settings, struct ocr_engine **out,
                     struct error *error)
{
    pix_silence();
    struct engine *engine = NULL;
    enum status status =
        engine_open(settings->tessdata, settings->shipped, settings->model, &engine, error);
    if (status != STATUS_OK)
        return status;
    const char *second = settings->second ? settings->second : "";
    const char *folder = second_folder(settings);
    struct speech *language = NULL;
    struct surnames *surnames = NULL;
    if (*second)
        status = engine_check(folder, settings->shipped, second, error);
    if (status == STATUS_OK && settings->language)
        status = language_open(settings->language, &language, error);
    if (status == STATUS_OK && settings->language)
        status = surnames_open(settings->language, &surnames, error);
    if (status != STATUS_OK) {
        language_close(language);
        engine_close(engine);
        return status;
    }
    *out = memory_new(sizeof **out);
    (*out)->engine = engine;
    (*out)->language = language;
    (*out)->surnames = surnames;
    (*out)->correct = settings->correct;
    (*out)->second_tessdata = strdup(folder);
    (*out)->shipped = settings->shipped ? strdup(settings->shipped) : NULL;
    (*out)->model = strdup(settings->model);
    (*out)->second_model = strdup(second);
    return STATUS_OK;
}

void ocr_close(struct ocr_engine *engine)
{
    if (!engine)
        return;
    engine_close(engine->engine);
    engine_close(engine->second);
    surnames_close(engine->surnames);
    language_close(engine->language);
    free(engine->second_tessdata);
    free(engine->shipped);
    free(engine->model);
    free(engine->second_model);
    free(engine);
}

/* ---------------------------------------------------------------- resolution */

/* A sheet of the A series has sides as 1 to 1.41; taken as A4, the paper of the archive. */
static double guess_dpi(const struct image *image)
{
    double longer = image->width_px > image->height_px ? image->width_px : image->height_px;
    double shorter = image->width_px > image->height_px ? image->height_px : image->width_px;
    double dpi = longer / (297 / 25.4);
    return longer / shorter > 1.3 && longer / shorter < 1.55 && dpi >= 90 && dpi <= 1300 ? dpi : 0;
}

static double dpi_of(const struct image *image)
{
    double dpi =
        image->dpi_x > 0 && image->dpi_y > 0 ? (image->dpi_x + image->dpi_y) / 2 : guess_dpi(image);
    return dpi >= 30 && dpi <= 4800 ? dpi : 0;
}

static double scale_for(const struct image *image, double dpi)
{
    double scale = dpi > FINE_DPI || dpi < COARSE_DPI ? READ_DPI / dpi : 1;
    double pixels = (double)image->width_px * image->height_px;
    if (pixels * scale * scale > PIXELS_MAX)
        scale = sqrt(PIXELS_MAX / pixels);
    double shorter = image->width_px < image->height_px ? image->width_px : image->height_px;
    return shorter * scale < IMAGE_SIDE_MIN ? IMAGE_SIDE_MIN / shorter : scale;
}

/* ---------------------------------------------------------------- from the view to the page */

struct mapping {
    double sine, cosine, scale;
    double from_x, from_y, to_x, to_y; /* centres of the view and of the upright picture */
    int width_px, height_px;           /* of the upright page */
};

static int within(double value, int limit)
{
    return value < 0 ? 0 : value > limit ? limit : (int)value;
}

/* The smallest upright box round the four corners, turned back by the slope. */
static struct box map_back(const struct mapping *m, struct box box)
{
    double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
    for (int corner = 0; corner < 4; corner++) {
        double dx = box.x + (corner & 1 ? box.width : 0) - m->from_x;
        double dy = box.y + (corner & 2 ? box.height : 0) - m->from_y;
        double x = (m->cosine * dx + m->sine * dy + m->to_x) / m->scale;
        double y = (-m->sine * dx + m->cosine * dy + m->to_y) / m->scale;
        left = fmin(left, x);
        right = fmax(right, x);
        top = fmin(top, y);
        bottom = fmax(bottom, y);
    }
    int x0 = within(floor(left + 0.5), m->width_px), y0 = within(floor(top + 0.5), m->height_px);
    int x1 = within(floor(right + 0.5), m->width_px),
        y1 = within(floor(bottom + 0.5), m->height_px);
    return (struct box){x0, y0, x1 - x0, y1 - y0};
}

static struct mapping mapping_of(const struct view *view, const struct clean *page, int turn_deg,
                                 double scale, const struct words *out)
{
    double radians = view->clean.skew_deg * M_PI / 180;
    bool lying = turn_deg % 180 != 0;
    return (struct mapping){
        .sine = sin(radians),
        .cosine = cos(radians),
        .scale = scale,
        .from_x = pixGetWidth(view->clean.gray) / 2.0,
        .from_y = pixGetHeight(view->clean.gray) / 2.0,
        .to_x = (lying ? pixGetHeight(page->gray) : pixGetWidth(page->gray)) / 2.0,
        .to_y = (lying ? pixGetWidth(page->gray) : pixGetHeight(page->gray)) / 2.0,
        .width_px = out->width_px,
        .height_px = out->height_px,
    };
}

/* In a ruled cell a number of one digit is what one expects. */
static bool is_junk(const struct line *line, bool in_table)
{
    size_t letters = line_letters(line);
    double confidence = line_confidence(line);
    return letters == 0 || confidence < JUNK_CONFIDENCE ||
           (letters <= SHORT_LETTERS &&
            confidence < (in_table ? CELL_CONFIDENCE : SHORT_CONFIDENCE));
}

static void keep_line(const struct mapping *mapping, struct line *line, struct words *out)
{
    line->box = map_back(mapping, line->box);
    for (size_t i = 0; i < line->word_count; i++)
        line->words[i].box = map_back(mapping, line->words[i].box);
    out->lines[out->line_count++] = *line;
}

static double mean_confidence(const struct words *words)
{
    double sum = 0, weight = 0;
    for (size_t i = 0; i < words->line_count; i++) {
        double letters = (double)line_letters(&words->lines[i]);
        sum += letters * line_confidence(&words->lines[i]);
        weight += letters;
    }
    return weight > 0 ? sum / weight : 0;
}

/* Each line is mended knowing the last word of the line before it in its block. */
static void mend_lines(const struct ocr_engine *engine, struct words *words, struct arena *arena)
{
    const struct line *before = NULL;
    for (size_t i = 0; i < words->line_count; i++) {
        struct line *line = &words->lines[i];
        bool tied = before && before->block == line->block && before->word_count > 0;
        if (engine->language && engine->correct)
            lattice_correct(engine->language, line,
                            tied ? &before->words[before->word_count - 1] : NULL, arena);
        doubt_line(engine->language, line, arena);
        surname_doubt(engine->surnames, line, arena);
        before = line;
    }
}

/* Opened when it is first needed; the page tells that it read there. */
static enum status need_second(struct ocr_engine *engine, struct arena *arena, struct words *out,
                               struct error *error)
{
    enum status status = STATUS_OK;
    if (!engine->second)
        status = engine_open(engine->second_tessdata, engine->shipped, engine->second_model,
                             &engine->second, error);
    if (status == STATUS_OK && !out->second) {
        out->second = arena_strdup(arena, engine->second_model);
        out->second_sha256 = arena_strdup(arena, engine_model_sha256(engine->second));
    }
    return status;
}

static bool is_number(const struct line *line)
{
    return line->word_count == 1 &&
           strspn(line->words[0].text, "0123456789") == strlen(line->words[0].text);
}

/* Where the number of a page stands: in the middle of its upper margin. */
static bool heads_page(const struct view *view, struct box body)
{
    int middle = body.x + body.width / 2, width = pixGetWidth(view->clean.gray);
    return body.y < HEAD_SHARE * pixGetHeight(view->clean.gray) && middle > width / 4 &&
           middle < width * 3 / 4;
}

/* A number that stands alone, of a row or of the page: the smaller network often finds nothing
 * there or guesses, and the larger one reads it. */
static enum status read_alone(struct ocr_engine *engine, struct view *view, size_t at, double dpi,
                              struct arena *arena, struct words *out, struct error *error)
{
    struct line *first = &view->lines[at], second = {0};
    double own = line_confidence(first);
    const struct segment_line *segment = &view->segments.lines[at];
    struct box body = segment->body;
    if (!segment->in_table && !heads_page(view, body))
        return STATUS_OK;
    if (!*engine->second_model || own >= ALONE_CONFIDENCE ||
        body.width > ALONE_WIDTH * view->segments.text_px ||
        body.height < ALONE_HEIGHT * view->segments.text_px)
        return STATUS_OK;
    enum status status = need_second(engine, arena, out, error);
    if (status == STATUS_OK)
        status = view_read_by(engine->second, view, at, 0, first->word_count, LINE_FOUND, dpi,
                              arena, &second, error);
    if (status == STATUS_OK && is_number(&second) && line_confidence(&second) > own)
        *first = second;
    return status;
}

/* What was read doubtfully is read by the second network, too, and the two are put together. Both
 * may err over the same digit of a long number: it is read by the first once more the other way (as
 * a raw line, where it was not), in which it sees other edges. */
static enum status read_again(struct ocr_engine *engine, struct view *view, size_t at, double dpi,
                              struct arena *arena, struct words *out, struct error *error)
{
    struct line *first = &view->lines[at];
    if (!*engine->second_model)
        return STATUS_OK;
    struct span *spans = arena_array(arena, first->word_count + 1, sizeof *spans);
    size_t count = vote_spans(first, arena, spans);
    enum status status = count ? need_second(engine, arena, out, error) : STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct line second;
        status = view_read_by(engine->second, view, at, spans[i].from, spans[i].to, LINE_FOUND, dpi,
                              arena, &second, error);
        if (status == STATUS_OK)
            vote_line(engine->language, first, &second, arena);
        if (status == STATUS_OK && spans[i].number)
            status =
                view_read_by(engine->engine, view, at, spans[i].from, spans[i].to,
                             view->raw[at] ? LINE_FOUND : LINE_RAW, dpi, arena, &second, error);
        if (status == STATUS_OK && spans[i].number)
            vote_again(engine->language, first, &second, arena);
    }
    return status;
}

static enum status read_view(struct ocr_engine *engine, struct view *view,
                             const struct mapping *mapping, double dpi, struct arena *arena,
                             struct words *out, struct error *error)
{
    size_t count = view->segments.line_count;
    out->lines = arena_array(arena, count + 1, sizeof *out->lines);
    for (size_t i = 0; i < count; i++) {
        enum status status = view_read_line(engine->engine, view, i, dpi, arena, error);
        if (status != STATUS_OK)
            return status;
        status = read_alone(engine, view, i, dpi, arena, out, error);
        if (status == STATUS_OK)
            status = read_again(engine, view, i, dpi, arena, out, error);
        if (status != STATUS_OK)
            return status;
        dates_mend(&view->lines[i], arena);
        if (!is_junk(&view->lines[i], view->segments.lines[i].in_table))
            keep_line(mapping, &view->lines[i], out);
    }
    size_t letters = 0;
    for (size_t i = 0; i < out->line_count; i++)
        letters += line_letters(&out->lines[i]);
    out->confidence = mean_confidence(out);
    if (letters < PAGE_LETTERS_MIN || out->confidence < PAGE_CONFIDENCE_MIN) {
        out->line_count = 0;
        out->confidence = 0;
    }
    mend_lines(engine, out, arena);
    return STATUS_OK;
}

/* Size and slope of the page in the direction that was found. */
static void place_page(const struct image *image, double skew_deg, struct words *out)
{
    bool lying = out->turn_deg % 180 != 0;
    out->width_px = lying ? image->height_px : image->width_px;
    out->height_px = lying ? image->width_px : image->height_px;
    out->skew_deg = skew_deg;
}

static enum status read_at(struct ocr_engine *engine, const struct image *image, double own_dpi,
                           struct arena *arena, struct words *out, struct error *error)
{
    *out = (struct words){.dpi = own_dpi};
    double scale = scale_for(image, own_dpi), dpi = own_dpi * scale;
    struct clean page = {0};
    struct view view = {0};
    enum status status = STATUS_RETRY;
    PIX *pix = pix_from_image(image, scale);
    if (!pix || !clean_page(pix, dpi, &page)) {
        error_set(error, status, _("there is not enough memory to read this page"));
        goto done;
    }
    status = orient_page(engine->engine, &page, dpi, arena, &view, &out->turn_deg,
                         &out->turn_confidence, error);
    if (status != STATUS_OK)
        goto done;
    place_page(image, view.clean.skew_deg, out);
    out->engine = arena_strdup(arena, engine_name(engine->engine));
    out->model = arena_strdup(arena, engine->model);
    out->model_sha256 = arena_strdup(arena, engine_model_sha256(engine->engine));
    struct mapping mapping = mapping_of(&view, &page, out->turn_deg, scale, out);
    status = read_view(engine, &view, &mapping, dpi, arena, out, error);
    if (status == STATUS_OK && out->line_count == 0) { /* nothing tells which way is up */
        out->turn_deg = 0;
        out->turn_confidence = 0;
        place_page(image, 0, out);
    }
done:
    view_free(&view);
    clean_free(&page);
    pixDestroy(&pix);
    return status;
}

/* Programs that make a PDF of a picture may take each pixel for a point: by what the page says a
 * poster, larger than A3, whose letters are too large to be seen as such. */
static bool may_be_smaller(const struct image *image, double dpi)
{
    const double least = 1.5; /* times A4 */
    return guess_dpi(image) > least * dpi;
}

enum status ocr_read(struct ocr_engine *engine, const struct image *image, struct arena *arena,
                     struct words *out, struct error *error)
{
    double dpi = dpi_of(image);
    if (dpi <= 0)
        return error_set(
            error, STATUS_REJECT,
            _("the image does not say its resolution and is no A4 sheet; scan the page "
              "again, or write the resolution into the file"));
    struct words other;
    enum status status = read_at(engine, image, dpi, arena, out, error);
    if (status != STATUS_OK || !may_be_smaller(image, dpi))
        return status;
    status = read_at(engine, image, guess_dpi(image), arena, &other, error);
    if (status == STATUS_OK && ocr_count_sure(&other) > ocr_count_sure(out))
        *out = other;
    return status;
}
