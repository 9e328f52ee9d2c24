/*
 * The text that came through: taken out of the final bytes, and held against the approved words,
 * word by word and place by place. Nothing of the writer is used here but the rule that each word
 * is one string, shown invisibly at its box; that readers take the strings for those words follows
 * from where they stand alone (check_apart.c).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/check/check_text.h"
#include "archive/pdf/pdf_read.h"
#include "core/message.h"
#include "core/text.h"

#define CONTENT_MAX (256u << 20)
#define OPERANDS_MAX 16
#define INVISIBLE 3       /* text render mode */
#define WIDTH_OF_CODE 0.5 /* of the size, in the text layer's font */
#define HEIGHT_OF_CODE 1.1
#define NEAR_PT 2.0 /* a word may lie this far from its box */

struct extract {
    struct pdf_file *file;
    const struct pdf_value *fonts; /* of the page's resources */
    struct pdf_unicode *unicode;   /* of the font that is set */
    const struct pdf_value *font;
    double size, stretch, x, y;
    int64_t mode;
    struct arena *arena; /* of the page */
    struct shown *list;
    size_t count, room;
    bool lost; /* a code without text, or visible text */
};

/* ---------------------------------------------------------------- taking it out */

static void set_font(struct extract *extract, const char *name)
{
    const struct pdf_value *font = pdf_get(extract->file, extract->fonts, name);
    if (font == extract->font)
        return;
    pdf_unicode_free(extract->unicode);
    extract->font = font;
    extract->unicode = pdf_unicode_new(extract->file, font);
}

static void add_shown(struct extract *extract, const struct shown *shown)
{
    if (extract->count == extract->room) {
        extract->room = extract->room == 0 ? 512 : extract->room * 2;
        extract->list = memory_resize(extract->list, extract->room * sizeof *extract->list);
    }
    extract->list[extract->count++] = *shown;
}

static void show_string(struct extract *extract, const struct pdf_value *value)
{
    struct buffer text = {0};
    size_t codes = 0;
    if (value->kind != PDF_STRING || extract->unicode == NULL || extract->mode != INVISIBLE) {
        extract->lost = true;
        return;
    }
    for (size_t i = 0; i + 1 < value->size; i += 2) {
        unsigned code = (unsigned)(uint8_t)value->text[i] << 8 | (uint8_t)value->text[i + 1];
        const char *one = pdf_unicode_of(extract->unicode, code);
        extract->lost = extract->lost || one == NULL || *one == 0;
        if (one == NULL)
            continue;
        buffer_text(&text, one);
        codes++;
    }
    bool blank = text.size > 0 && text.data[text.size - 1] == ' '; /* towards the next word */
    text.size -= blank;
    codes -= blank;
    struct shown shown = {
        .text = arena_strndup(extract->arena, (const char *)text.data, text.size),
        .codes = codes,
        .blank = blank,
        .left = extract->x,
        .bottom = extract->y,
        .size = extract->size,
        .width = (double)codes * WIDTH_OF_CODE * extract->size * extract->stretch / 100,
    };
    buffer_clear(&text);
    add_shown(extract, &shown);
}

static void apply(struct extract *extract, const char *operator, const struct pdf_value * operands,
                  size_t count)
{
    const struct pdf_value *last = &operands[count - 1];
    if (count == 0)
        return;
    if (strcmp(operator, "Tf") == 0 && count == 2 && operands[0].kind == PDF_NAME) {
        set_font(extract, operands[0].text);
        extract->size = last->real;
    } else if (strcmp(operator, "Tz") == 0) {
        extract->stretch = last->real;
    } else if (strcmp(operator, "Tr") == 0) {
        extract->mode = last->number;
    } else if (strcmp(operator, "Tm") == 0 && count == 6) {
        extract->x = operands[4].real;
        extract->y = operands[5].real;
        extract->lost = extract->lost || operands[0].real != 1 || operands[1].real != 0 ||
                        operands[2].real != 0 || operands[3].real != 1;
    } else if (strcmp(operator, "Tj") == 0) {
        show_string(extract, last);
    } else if (strcmp(operator, "TJ") == 0 || strcmp(operator, "'") == 0 ||
               strcmp(operator, "\"") == 0 || strcmp(operator, "Td") == 0) {
        extract->lost = true; /* the text layer has none of them */
    }
}

/* The strings of a page in the order of its content. False: it cannot be read, or has text that is
 * not of the text layer. */
static bool extract_page(struct extract *extract, const struct pdf_value *page)
{
    struct buffer content = {0};
    struct pdf_value operands[OPERANDS_MAX], value;
    size_t count = 0;
    extract->count = 0;
    extract->lost = false;
    extract->mode = 0;
    extract->fonts = pdf_get(extract->file, pdf_get(extract->file, page, "Resources"), "Font");
    bool good = pdf_page_content(extract->file, page, CONTENT_MAX, &content);
    struct arena *arena = arena_new();
    struct pdf_lexer lexer = {.bytes = content.data, .size = content.size, .arena = arena};
    while (good && pdf_lexer_next(&lexer, &value)) {
        if (value.kind != PDF_OPERATOR) {
            if (count < OPERANDS_MAX)
                operands[count++] = value;
            continue;
        }
        apply(extract, value.text, operands, count);
        count = 0;
        arena_clear(arena);
    }
    arena_free(arena);
    buffer_clear(&content);
    return good && !lexer.failed && !extract->lost;
}

static void extract_end(struct extract *extract)
{
    pdf_unicode_free(extract->unicode);
    free(extract->list);
    arena_free(extract->arena);
}

bool shown_page(struct pdf_file *file, const struct pdf_value *page, struct arena *arena,
                const struct shown **list, size_t *count)
{
    struct extract extract = {.file = file, .arena = arena};
    bool good = extract_page(&extract, page);
    struct shown *kept = arena_array(arena, extract.count + 1, sizeof *kept);
    for (size_t i = 0; good && i < extract.count; i++)
        kept[i] = extract.list[i];
    *list = kept;
    *count = good ? extract.count : 0;
    pdf_unicode_free(extract.unicode);
    free(extract.list);
    return good;
}

enum status archive_text(const char *path, struct arena *arena, char ***pages, size_t *count,
                         struct error *error)
{
    struct pdf_file file;
    enum status status = pdf_file_open(path, &file, error);
    if (status != STATUS_OK)
        return status;
    const struct pdf_value **list = pdf_pages(&file, count);
    *pages = arena_array(arena, *count + 1, sizeof **pages);
    struct extract extract = {.file = &file, .arena = arena_new()};
    for (size_t i = 0; i < *count && status == STATUS_OK; i++) {
        struct buffer text = {0};
        arena_clear(extract.arena);
        if (!extract_page(&extract, list[i]))
            status =
                error_set(error, STATUS_REJECT, _("page %zu: its text cannot be read."), i + 1);
        for (size_t j = 0; j < extract.count; j++) {
            if (j > 0)
                buffer_text(&text, shown_between(&extract.list[j - 1], &extract.list[j]));
            buffer_text(&text, extract.list[j].text);
        }
        (*pages)[i] = arena_strndup(arena, text.data == NULL ? "" : (char *)text.data, text.size);
        buffer_clear(&text);
    }
    extract_end(&extract);
    pdf_file_close(&file);
    return status;
}

/* ---------------------------------------------------------------- holding it against the words */

const char *shown_text(struct arena *arena, const char *word)
{
    const char *nfc = text_nfc(arena, word);
    char *out = arena_alloc(arena, strlen(nfc) + 1), *to = out;
    for (const char *at = nfc; *at != 0;) {
        uint32_t code = text_next(&at);
        if (code >= 0x20 && (code < 0x7F || code > 0x9F) && code != 0xFEFF && code != 0xFFFE &&
            code != 0xFFFF)
            to += text_put(code, to);
    }
    return out;
}

/* Another string that begins or ends so near that this one had to make room for it. */
static bool is_beside(const struct extract *got, const struct shown *shown, double x)
{
    for (size_t i = 0; i < got->count; i++) {
        const struct shown *other = &got->list[i];
        double size = fmax(shown->size, other->size);
        if (other != shown && fabs(other->bottom - shown->bottom) < 2 * size &&
            (fabs(other->left - x) <= size || fabs(other->left + other->width - x) <= size))
            return true;
    }
    return false;
}

/* Both have one width and one middle; or the word ends earlier, or begins later, because of one
 * that stands beside it; or it is broad enough for its letters only beyond its box. */
static bool lies_along(const struct extract *got, const struct shown *shown, double left,
                       double width, double slack, bool level)
{
    double right = left + width, end = shown->left + shown->width;
    bool as_wide = shown->width <= width + slack && (!level || shown->width >= width - slack);
    if (as_wide && fabs(shown->left + shown->width / 2 - left - width / 2) <= slack)
        return true;
    bool begins = fabs(shown->left - left) <= slack ||
                  (shown->left > left && shown->left <= right + 2 * shown->size &&
                   is_beside(got, shown, shown->left));
    bool ends = fabs(end - right) <= slack ||
                (end < right ? !level || is_beside(got, shown, end)
                             : shown->width <= 0.15 * shown->size * (double)shown->codes);
    return begins && ends;
}

/* The middle of the word's box lies in the string's band. */
static bool in_place(const struct extract *got, const struct shown *shown, const struct box *box,
                     const struct words *words, double width_pt, double height_pt)
{
    double scale_x = width_pt / words->width_px, scale_y = height_pt / words->height_px;
    double slope = sin(fabs(words->skew_deg) * acos(-1) / 180);
    double middle_y = height_pt - (box->y + box->height / 2.0) * scale_y;
    double slack = NEAR_PT + slope * (shown->size + box->width * scale_x);
    return lies_along(got, shown, box->x * scale_x, box->width * scale_x, slack, slope <= 0.001) &&
           middle_y >= shown->bottom - slack &&
           middle_y <= shown->bottom + HEIGHT_OF_CODE * shown->size + slack;
}

struct proof {
    struct extract extract;
    const struct archive_source *source;
    struct arena *arena; /* of the page as it was approved */
    size_t words;
};

static void page_size(struct proof *proof, const struct pdf_value *page, double *width,
                      double *height)
{
    const struct pdf_value *box = pdf_get(proof->extract.file, page, "MediaBox");
    bool good = box->kind == PDF_ARRAY && box->size == 4;
    *width = good ? box->items[2].real - box->items[0].real : 0;
    *height = good ? box->items[3].real - box->items[1].real : 0;
}

/* No word stands in a sentence: it may be a citizen's name. */
static enum status compare_page(struct proof *proof, const struct pdf_value *page,
                                const struct words *words, struct error *error)
{
    double width, height;
    size_t next = 0;
    const struct extract *got = &proof->extract;
    page_size(proof, page, &width, &height);
    for (size_t i = 0; words != NULL && i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++) {
            const struct word *word = &words->lines[i].words[j];
            const char *text = shown_text(proof->arena, word->text);
            if (*text == 0)
                continue;
            if (next == got->count || strcmp(got->list[next].text, text) != 0)
                return error_set(error, STATUS_REJECT,
                                 _("word %zu came out of the PDF otherwise than it was approved."),
                                 next + 1);
            if (!in_place(got, &got->list[next], &word->box, words, width, height))
                return error_set(error, STATUS_REJECT,
                                 _("word %zu does not lie at its place in the PDF."), next + 1);
            next++;
        }
    if (next != got->count)
        return error_set(error, STATUS_REJECT, _("the PDF has %zu words that nobody approved."),
                         got->count - next);
    proof->words += next;
    return shown_apart(got->list, got->count, proof->arena, error);
}

static enum status prove_page(struct proof *proof, const struct pdf_value *page, size_t index,
                              struct error *error)
{
    struct archive_page approved = {0};
    arena_clear(proof->arena);
    arena_clear(proof->extract.arena);
    enum status status =
        proof->source->page(proof->source->context, index, proof->arena, &approved, error);
    if (status == STATUS_OK && !extract_page(&proof->extract, page))
        status = error_set(error, STATUS_REJECT, _("its text cannot be read."));
    if (status == STATUS_OK)
        status = compare_page(proof, page, approved.words, error);
    return status == STATUS_OK ? status : error_add(error, status, _("page %zu"), index + 1);
}

enum status archive_check_text(const char *path, const struct archive_source *source, size_t *words,
                               struct error *error)
{
    struct pdf_file file;
    size_t count = 0;
    enum status status = pdf_file_open(path, &file, error);
    if (status != STATUS_OK)
        return status;
    struct proof proof = {
        .extract = {.file = &file, .arena = arena_new()}, .source = source, .arena = arena_new()};
    const struct pdf_value **pages = pdf_pages(&file, &count);
    if (count == 0 || source->first + count > source->page_count)
        status = error_set(error, STATUS_REJECT, _("The PDF has other pages than the document."));
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = prove_page(&proof, pages[i], source->first + i, error);
    *words = proof.words;
    extract_end(&proof.extract);
    arena_free(proof.arena);
    pdf_file_close(&file);
    return status;
}
