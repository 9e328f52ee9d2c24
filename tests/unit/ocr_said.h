/* Papers said line by line, for tests of what is understood of them. */
#ifndef SOHOA_TESTS_UNIT_OCR_SAID_H
#define SOHOA_TESTS_UNIT_OCR_SAID_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/ocr.h"

#define WIDTH 1650 /* A4 at 200 dpi */
#define HEIGHT 2340
#define LETTER 14
#define LINES_MAX 100
#define PAGES_MAX 3

static const struct ocr_settings settings = {
    .tessdata = "", .model = "Vietnamese", .doubt_confidence = 0.75, .language = "config/language"};
static struct arena *arena;
static struct error fault;
static struct words pages[PAGES_MAX];
static size_t page_count;
static struct document document;
static double sureness;
static const char *config = "config";

static int start(void **state)
{
    (void)state;
    message_use("en");
    arena = arena_new();
    fault.text[0] = 0;
    memset(pages, 0, sizeof pages);
    page_count = 0;
    sureness = 0.95;
    document_init(&document, "batch", "0001-1");
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void new_page(void)
{
    pages[page_count++] =
        (struct words){.width_px = WIDTH,
                       .height_px = HEIGHT,
                       .dpi = 200,
                       .lines = arena_array(arena, LINES_MAX, sizeof(struct line))};
}

/* A line that begins at x with its top at y. */
static void say(int x, int y, const char *text)
{
    struct words *page = &pages[page_count - 1];
    struct line *line = &page->lines[page->line_count++];
    char *rest = NULL, *copy = arena_strdup(arena, text);
    line->words = arena_array(arena, strlen(text) + 1, sizeof *line->words);
    line->box = (struct box){x, y, (int)text_length(text) * LETTER, 34};
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        int width = (int)text_length(word) * LETTER;
        line->words[line->word_count++] =
            (struct word){.text = word, .confidence = sureness, .box = {x, y, width, 34}};
        x += width + LETTER;
    }
}

static enum status understand_pages(const struct words *const *list, size_t count)
{
    struct ocr_knowledge *knowledge = NULL;
    enum status status = ocr_learn(&settings, config, &knowledge, &fault);
    if (status == STATUS_OK)
        status = ocr_understand(knowledge, list, count, arena, &document, &fault);
    ocr_forget(knowledge);
    return status;
}

static enum status try_to_understand(void)
{
    const struct words *list[PAGES_MAX];
    for (size_t i = 0; i < page_count; i++)
        list[i] = &pages[i];
    return understand_pages(list, page_count);
}

static void understand(void)
{
    assert_int_equal(try_to_understand(), STATUS_OK);
}

static const char *value(enum field_id id)
{
    return document.fields[id].value ? document.fields[id].value : "(none)";
}

#define assert_field(id, wanted) assert_string_equal(value(id), wanted)
#define assert_no_field(id) assert_null(document.fields[id].value)

static void say_letterhead(const char *agency, const char *unit, const char *number,
                           const char *date)
{
    new_page();
    say(200, 150, agency);
    say(240, 200, unit);
    say(280, 270, number);
    say(800, 150, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    say(900, 200, "Độc lập - Tự do - Hạnh phúc");
    say(820, 270, date);
}

static void say_signature(const char *office, const char *name)
{
    say(200, 1800, "Nơi nhận:");
    say(1050, 1800, "TM. ỦY BAN NHÂN DÂN");
    say(1120, 1850, office);
    say(1100, 2100, name);
}

#endif
