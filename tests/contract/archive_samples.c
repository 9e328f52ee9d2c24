/*
 * Sample documents for programs that are not ours: archive_pdf.sh asks for them with "--write
 * FOLDER". Called without arguments it holds our own checker against the same documents.
 *
 *   NAME.pdf  NAME.1b.pdf (the twin for Preflight)  NAME.words  NAME-PAGE.pgm (what the page must
 * look like)
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/text.h"
#include "tests/unit/archive_probe.h"

/* Where each word must be found: "x0 y0 x1 y1 text", points from the top left. */
static void write_words(const char *path)
{
    FILE *file = fopen(path, "w");
    double scale = 72.0 / DPI;
    for (size_t p = 0; p < sample.source.page_count; p++)
        for (size_t i = 0; i < sample.pages[p].words->line_count; i++)
            for (size_t j = 0; j < sample.pages[p].words->lines[i].word_count; j++) {
                const struct word *word = &sample.pages[p].words->lines[i].words[j];
                const struct box *b = &word->box;
                fprintf(file, "%zu %.2f %.2f %.2f %.2f %s\n", p + 1, b->x * scale, b->y * scale,
                        (b->x + b->width) * scale, (b->y + b->height) * scale,
                        text_nfc(arena, word->text));
            }
    fclose(file);
}

/* The upright raster that a page must look like. */
static void write_raster(const struct archive_page *page, int turn_deg, const char *path)
{
    struct image stored, upright, plain;
    if (image_read(page->image_path, 0, &stored, &fault) != STATUS_OK)
        return;
    image_turn(&stored, turn_deg, &upright);
    image_to_gray(&upright, &plain);
    FILE *file = fopen(path, "w");
    fprintf(file, "P5\n%d %d\n255\n", plain.width_px, plain.height_px);
    for (int y = 0; y < plain.height_px; y++)
        fwrite(plain.data + (size_t)y * plain.stride, 1, (size_t)plain.width_px, file);
    fclose(file);
    image_clear(&stored);
    image_clear(&upright);
    image_clear(&plain);
}

/* NAME.pdf (2u), NAME.1b.pdf (its twin), NAME.words, NAME-N.pgm. */
static int write_document(const char *name, bool sign)
{
    const char *pdf = in(arena_printf(arena, "%s.pdf", name));
    const char *twin = in(arena_printf(arena, "%s.1b.pdf", name));
    if (sample_build(&sample, ARCHIVE_PDFA_2U, sign, pdf, NULL, &fault) != STATUS_OK ||
        sample_build(&sample, ARCHIVE_PDFA_1B, sign, twin, NULL, &fault) != STATUS_OK) {
        fprintf(stderr, "%s: %s\n", name, fault.text);
        return 1;
    }
    write_words(in(arena_printf(arena, "%s.words", name)));
    for (size_t i = 0; i < sample.source.page_count; i++)
        write_raster(&sample.pages[i], sample.pages[i].turn_deg,
                     in(arena_printf(arena, "%s-%zu.pgm", name, i + 1)));
    write_raster(&sample.pages[0], 180, in(arena_printf(arena, "%s-wrong.pgm", name)));
    return 0;
}

/* The page's words as they stand on a sheet that lay askew: the boxes are those around sloping
 * words. */
static void slope_words(struct words *words, double degrees)
{
    double sine = sin(degrees * acos(-1) / 180), cosine = cos(degrees * acos(-1) / 180);
    words->skew_deg = degrees;
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++) {
            struct box *box = &words->lines[i].words[j].box;
            double x = box->x + box->width / 2.0 - words->width_px / 2.0;
            double y = box->y + box->height / 2.0 - words->height_px / 2.0;
            double width = box->width * cosine + box->height * sine;
            double height = box->width * sine + box->height * cosine;
            box->x = (int)(words->width_px / 2.0 + x * cosine + y * sine - width / 2);
            box->y = (int)(words->height_px / 2.0 - x * sine + y * cosine - height / 2);
            box->width = (int)width;
            box->height = (int)height;
        }
}

static int write_sloped(void)
{
    struct words words = *sample.pages[0].words;
    slope_words(&words, 3);
    sample.pages[0].words = &words;
    return write_document("sloped", false);
}

/* Words that readers like to join or to break apart, in points; each row is a line of ours. */
struct tight {
    int row;
    const char *text;
    double x, y, width, height;
};
static const struct tight tights[] = {
    {0, "BAN", 72, 60, 30, 12}, /* they touch */
    {0, "NHÂN", 102, 60, 36, 12},
    {0, "DÂN", 138, 60, 30, 12},
    {1, "Vũ", 72, 90, 20, 12}, /* lean into one another */
    {1, "Văn", 89, 90, 25, 12},
    {1, "Ước", 110, 90, 25, 12},
    {2, "cục", 72, 120, 20, 12}, /* a hair's breadth */
    {2, "Thuế", 93, 120, 28, 12},
    {2, "17", 122, 120, 12, 12},
    {2, ",2", 135, 120, 7, 12},
    {3, "-", 72, 150, 4, 12}, /* single letters: letters set wide? */
    {3, "-", 77, 150, 4, 12},
    {3, "2", 85, 150, 6, 12},
    {3, "Nguyễn", 94, 150, 40, 12},
    {3, "Thị", 137, 150, 20, 12},
    {4, "0", 72, 180, 6, 12}, /* a form's boxes */
    {4, "7", 81, 180, 6, 12},
    {4, "9", 90, 180, 6, 12},
    {4, "0", 99, 180, 6, 12},
    {4, "8", 108, 180, 6, 12},
    {5, "trái", 72, 210, 30, 12}, /* two columns that touch */
    {5, "cột", 106, 210, 30, 12},
    {6, "phải", 136, 210, 30, 12},
    {6, "cũng", 170, 210, 30, 12},
    {7, "trên", 72, 240, 30, 12}, /* lines that overlap */
    {8, "dưới", 72, 248, 30, 12},
    {7, "sát", 106, 240, 20, 12},
    {8, "nhau", 104, 248, 30, 12},
    {9, "một", 72, 280, 25, 12}, /* all at one place */
    {9, "hai", 72, 280, 25, 12},
    {9, "ba", 72, 280, 25, 12},
    {10, "CAO", 72, 310, 60, 30}, /* thin letters beside high ones */
    {10, "lllll", 133, 314, 4, 20},
    {10, "iii", 137, 314, 3, 20},
    {11, "dấu", 72, 360, 30, 12}, /* read twice */
    {12, "dấu", 72, 360, 30, 12},
    {13, "sau", 110, 390, 30, 12}, /* not from left to right */
    {13, "trước", 72, 390, 38, 12},
    {14, "hết", 72, 420, 20, 12}, /* the next line begins where this one ends, a little lower */
    {15, "rồi", 92, 423, 20, 12},
    {16, "x", 72, 450, 6, 12}, /* single letters that stand first, then a word that touches */
    {16, "y", 84, 450, 6, 12},
    {16, "zet", 92, 450, 20, 12},
    {16, "vê", 112, 450, 20, 12},
};
#define TIGHT_COUNT (sizeof tights / sizeof *tights)
#define TIGHT_ROWS 17

static int write_tight(const char *name, double degrees)
{
    struct line lines[TIGHT_ROWS] = {{.word_count = 0}};
    static struct word all[TIGHT_ROWS][8];
    struct words words = *sample.pages[0].words;
    const double scale = DPI / 72.0;
    memset(all, 0, sizeof all);
    for (size_t i = 0; i < TIGHT_COUNT; i++) {
        const struct tight *t = &tights[i];
        struct line *line = &lines[t->row];
        line->words = all[t->row];
        line->words[line->word_count++] =
            (struct word){.text = t->text,
                          .confidence = 0.9,
                          .box = {(int)lround(t->x * scale), (int)lround(t->y * scale),
                                  (int)lround(t->width * scale), (int)lround(t->height * scale)}};
    }
    words.lines = lines;
    words.line_count = TIGHT_ROWS;
    if (degrees != 0)
        slope_words(&words, degrees);
    sample.pages[0].words = &words;
    int bad = write_document(name, false);
    size_t compared = 0;
    if (archive_check_text(in(arena_printf(arena, "%s.pdf", name)), &sample.source, &compared,
                           &fault) != STATUS_OK ||
        compared != TIGHT_COUNT) {
        fprintf(stderr, "%s: %zu words, %s\n", name, compared, fault.text);
        bad = 1;
    }
    return bad;
}

/* colour-signed.pdf, with a test key that is made for it. */
static int write_signed(void)
{
    struct archive_settings settings = {.key =
                                            arena_printf(arena, "file:%s", in("keys/agency.p12")),
                                        .certificate = "",
                                        .pin_command = ""};
    struct signer *signer = NULL;
    char *pass = NULL;
    sample.document.signed_at = getenv("SOHOA_NOW");
    enum status status =
        sample_build(&sample, ARCHIVE_PDFA_2U, true, in("field.pdf"), NULL, &fault);
    if (status == STATUS_OK)
        status = archive_test_keys(in("keys"), SAMPLE_CUSTODIAN, &fault);
    if (status == STATUS_OK)
        status = file_read(in("keys/agency.pass"), 100, arena, &pass, NULL, &fault);
    if (status == STATUS_OK)
        status = signer_open(&settings, pass, &signer, &fault);
    if (status == STATUS_OK)
        status = archive_sign(signer, in("field.pdf"), in("colour-signed.pdf"), &fault);
    signer_close(signer);
    if (status != STATUS_OK)
        fprintf(stderr, "signing: %s\n", fault.text);
    return status != STATUS_OK;
}

static int write_all(void)
{
    static const char *const kinds[] = {"bilevel", "grey", "colour"};
    int bad = 0;
    for (int kind = 0; kind < 3; kind++) {
        sample_document(&sample);
        for (int turn = 0; turn < 4; turn++)
            bad |= sample_add_page(
                       &sample, arena, in(arena_printf(arena, "%s%d.img", kinds[kind], turn)),
                       (enum sample_kind)kind, DPI, turn * 90, kind == 2, &fault) != STATUS_OK;
        bad |= write_document(kinds[kind], false);
        sample.source.page_count = 1;
        bad |= write_document(arena_printf(arena, "%s-field", kinds[kind]), true);
        if (kind == 2)
            bad |= write_signed();
        if (kind == 0) {
            const struct words *whole = sample.pages[0].words;
            bad |= write_tight("tight", 0);
            sample.pages[0].words = whole;
            bad |= write_tight("tight-sloped", 1.5);
            sample.pages[0].words = whole;
            bad |= write_sloped();
        }
    }
    return bad;
}

/* Mean over squares of 8 pixels of the difference of their tones, 0..255: what is elsewhere or
 * missing counts, half a pixel's shift does not. More when the files cannot be compared. */
static double pgm_difference(const char *a, const char *b)
{
    enum { SIDE = 8 };
    const char *paths[2] = {a, b};
    char *bytes[2];
    size_t size[2];
    int width[2], height[2], start[2] = {0, 0};
    for (int i = 0; i < 2; i++)
        if (file_read(paths[i], 1 << 28, arena, &bytes[i], &size[i], &fault) != STATUS_OK ||
            sscanf(bytes[i], "P5 %d %d 255%*1[\n]%n", &width[i], &height[i], &start[i]) < 2)
            return 1000;
    if (width[0] != width[1] || height[0] != height[1])
        return 999;
    double sum = 0;
    for (int y = 0; y + SIDE <= height[0]; y += SIDE)
        for (int x = 0; x + SIDE <= width[0]; x += SIDE) {
            int square = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                int at_pixel = (y + i / SIDE) * width[0] + x + i % SIDE;
                square +=
                    (uint8_t)bytes[0][start[0] + at_pixel] - (uint8_t)bytes[1][start[1] + at_pixel];
            }
            sum += abs(square) / (double)(SIDE * SIDE);
        }
    int squares = (width[0] / SIDE) * (height[0] / SIDE);
    return sum / squares;
}

static const char *const names[] = {"bilevel", "grey", "colour"};

static void every_sample_passes_our_own_checker(void **state)
{
    (void)state;
    assert_int_equal(write_all(), 0);
    for (size_t i = 0; i < 3; i++)
        assert_pdfa(arena_printf(arena, "%s.pdf", names[i]));
}

static void a_signed_document_is_pdfa_and_intact(void **state)
{
    struct archive_verdict verdict;
    (void)state;
    assert_int_equal(archive_check(in("colour-signed.pdf"), in("keys/ca.pem"), &verdict, no_finding,
                                   NULL, &fault),
                     STATUS_OK);
    assert_true(verdict.pdfa_2u && verdict.intact && verdict.trusted);
    assert_int_equal(verdict.signatures, 1);
    assert_string_equal(verdict.signed_at, "2026-11-22T15:00:00+07:00");
}

static void count_finding(void *context, const char *sentence)
{
    *(int *)context += strstr(sentence, "not signed yet") != NULL;
}

static void a_field_that_waits_for_its_signature_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct archive_verdict verdict;
        int told = 0;
        const char *path = in(arena_printf(arena, "%s-field.pdf", names[i]));
        assert_int_equal(archive_check(path, NULL, &verdict, count_finding, &told, &fault),
                         STATUS_REJECT);
        assert_false(verdict.pdfa_2u);
        assert_int_equal(told, 1);
    }
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--write") == 0)
        return set_up_at(argv[2]) != 0 || write_all() != 0;
    if (argc == 4 && strcmp(argv[1], "--difference") == 0) {
        arena = arena_new();
        printf("%.2f\n", pgm_difference(argv[2], argv[3]));
        arena_free(arena);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_passes_our_own_checker),
        cmocka_unit_test(a_signed_document_is_pdfa_and_intact),
        cmocka_unit_test(a_field_that_waits_for_its_signature_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, scratch_close);
}
