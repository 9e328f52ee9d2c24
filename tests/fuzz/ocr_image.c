/* Any pixels as a page: it is read or refused with a sentence, and boxes stay on the page. Any text
 * as what was read: it is understood or refused, and what is found is text. */
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/ocr.h"
#include "tests/fuzz/driver/fuzz.h"

#define SIDE_MAX 400

/* First byte even: an image (width, height, depth, then pixels, repeated). Odd: rows of text, each
 * with its place in two bytes. */
const unsigned fuzz_rounds = 600;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("\x02\x40\x40\x00\xFF\xFF\x00\x00"),
    FUZZ_SEED("\x02\xFF\x20\x01\xF0\x0F\x00\xFF\xAA\x55"),
    FUZZ_SEED("\x02\x10\xFF\x02\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
    FUZZ_SEED("\x02\x80\x80\x03\xFF\xFF\xFF\x00\x10\x20\xFF\x00\x00"),
    FUZZ_SEED("\x01\x10\x08ỦY BAN NHÂN DÂN\n\x10\x10XÃ ĐÔNG KHÊ\n\x10\x18Số: 12/QĐ-UB\n"
              "\x80\x08CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
              "\x80\x18Đông Khê, ngày 03 tháng 02 năm 2011\n\x50\x30QUYẾT ĐỊNH\n"
              "\x50\x34Về việc cho thuê đất\n\x10\x40Họ và tên: NGUYỄN VĂN AN Giới tính: Nam\n"
              "\x10\x48Sinh ngày: 02/09/1960, CCCD số 001060012345\n\x90\xC0"
              "CHỦ TỊCH\n"
              "\x90\xE0Trần Minh Long\n"),
    FUZZ_SEED(
        "\x03\x10\x08TUYỆT MẬT\n\x10\x20Số chứng thực: 1/ Quyển số:\n\x10\x30ngày tháng năm\n"),
    FUZZ_SEED("\x01\x10\x90ngày 1 tháng 1 năm 1\n\x10\xA0"
              "99/99/9999 1//2 /// - --- :;:;\n"),
    FUZZ_SEEDS_END,
};

static const struct ocr_settings settings = {.tessdata = "",
                                             .model = "Vietnamese",
                                             .second = "vie",
                                             .doubt_confidence = 0.75,
                                             .doubt_words = 0.15,
                                             .correct = true,
                                             .language = "config/language"};

static void check_words(const struct words *words)
{
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++) {
            const struct word *word = &words->lines[i].words[j];
            fuzz_check(text_valid(word->text, strlen(word->text)), "words are UTF-8");
            fuzz_check(strpbrk(word->text, " \n\t") == NULL, "words have no blanks");
            fuzz_check(word->box.x >= 0 && word->box.y >= 0 &&
                           word->box.x + word->box.width <= words->width_px &&
                           word->box.y + word->box.height <= words->height_px,
                       "boxes stay on the page");
        }
}

static void read_pixels(struct arena *arena, const uint8_t *bytes, size_t size)
{
    static const int depths[4][2] = {{1, 8}, {1, 1}, {3, 8}, {1, 16}};
    static struct ocr_engine *engine;
    struct error error = {""};
    struct image image = {0};
    struct words words;
    fuzz_check(engine || ocr_open(&settings, &engine, &error) == STATUS_OK, "there is an engine");
    if (size < 4)
        return;
    int width = IMAGE_SIDE_MIN + bytes[0] % SIDE_MAX, height = IMAGE_SIDE_MIN + bytes[1] % SIDE_MAX;
    image_init(&image, width, height, depths[bytes[2] % 4][0], depths[bytes[2] % 4][1]);
    int dpi = 30 * (bytes[2] / 4);
    image.dpi_x = image.dpi_y = dpi;
    for (size_t i = 0; i < image.stride * (size_t)height; i++)
        image.data[i] = bytes[3 + i % (size - 3)];
    enum status status = ocr_read(engine, &image, arena, &words, &error);
    fuzz_check(status == STATUS_OK || status == STATUS_REJECT, "a page is read or refused");
    fuzz_check(status == STATUS_OK || error.text[0], "a refusal has its sentence");
    if (status == STATUS_OK)
        check_words(&words);
    image_clear(&image);
}

static size_t add_line(struct arena *arena, const uint8_t *bytes, size_t size, struct words *page)
{
    const uint8_t *end = memchr(bytes, '\n', size);
    size_t used = end ? (size_t)(end - bytes) + 1 : size;
    if (size < 3 || used < 3)
        return used;
    char *text =
        text_tidy(arena, text_nfc(arena, arena_strndup(arena, (const char *)bytes + 2, used - 2)));
    struct line *line = &page->lines[page->line_count++];
    line->words = arena_array(arena, strlen(text) + 1, sizeof *line->words);
    line->box = (struct box){bytes[0] * 6, bytes[1] * 9, (int)strlen(text) * 12, 30};
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        line->words[line->word_count++] = (struct word){.text = word, .confidence = 0.9};
    return used;
}

static void understand(struct arena *arena, const uint8_t *bytes, size_t size)
{
    struct error error = {""};
    struct words page = {.width_px = 1650, .height_px = 2340, .dpi = 200};
    const struct words *pages[] = {&page};
    struct document document;
    page.lines = arena_array(arena, size + 1, sizeof *page.lines);
    for (size_t at = 0; at < size;)
        at += add_line(arena, bytes + at, size - at, &page);
    document_init(&document, "fuzz", "0001-1");
    struct ocr_knowledge *knowledge = NULL;
    fuzz_check(ocr_learn(&settings, "config", &knowledge, &error) == STATUS_OK, "forms are read");
    enum status status = ocr_understand(knowledge, pages, 1, arena, &document, &error);
    ocr_forget(knowledge);
    fuzz_check(status == STATUS_OK || status == STATUS_REJECT, "a paper is understood or refused");
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const char *value = document.fields[i].value;
        char iso[11];
        fuzz_check(!value || text_valid(value, strlen(value)), "values are UTF-8");
        if (value && (i == FIELD_DATE || i == FIELD_BIRTH_DATE))
            fuzz_check(text_date(value, iso) && strcmp(iso, value) == 0, "dates exist");
        if (value && i == FIELD_OWNER_ID)
            fuzz_check(strspn(value, "0123456789") == strlen(value), "numbers are digits");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    message_use("en");
    if (size > 1 && bytes[0] % 2 == 0)
        read_pixels(arena, bytes + 1, size - 1);
    else if (size > 1)
        understand(arena, bytes + 1, size - 1);
    arena_free(arena);
    return 0;
}
