/*
 * Sizes and CPU of layered pages, beside JPEG q75 of the same raster.
 *
 *   images make FOLDER IMAGE...   for each image FOLDER/NAME.q75.jpg and FOLDER/NAME.pdf, and a
 *                                 line: name class dpi jpeg_bytes layer_bytes coding reason
 *                                 encode_ms guard_ms ink red blue lost gained faded
 *                                 words_kept reread_ms places_kept
 *   images read MASTER IMAGE...   reads the pages: words surely read on MASTER, and of those how
 *                                 many each IMAGE has not
 *
 * encode: from the raster to the coded layers; guard: decoding and comparing them. make reads every
 * page, and again as it will be shown, as packing does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "archive/image/guard.h"
#include "archive/image/jbig2.h"
#include "archive/image/layered.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "ocr/ocr.h"

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

struct cost {
    double encode_ms, guard_ms;
};

static struct cost measure(const struct image *image, double dpi,
                           const struct archive_settings *settings)
{
    struct layered layers;
    struct buffer mask = {0};
    struct shown shown = {0};
    struct guard_figures figures = {0};
    const char *reason = NULL;
    struct cost cost = {0};
    double start = cpu_ms();
    if (layered_make(image, dpi, settings->layer_quality, &layers) == NULL) {
        jbig2_encode(&layers.mask, &mask);
        cost.encode_ms = cpu_ms() - start;
        start = cpu_ms();
        if (shown_open(&layers, &mask, MASK_JBIG2, &shown, NULL) == STATUS_OK)
            guard_judge(image, dpi, &shown, &figures, &reason, NULL);
        cost.guard_ms = cpu_ms() - start;
        shown_close(&shown);
    }
    buffer_clear(&mask);
    layered_clear(&layers);
    return cost;
}

/* A page, and what was read on it. */
struct read_page {
    char *path;
    struct words words;
    double reread_ms;
};
static struct ocr_engine *engine;

static void open_engine(void)
{
    const struct ocr_settings settings = {.tessdata = "tessdata", .model = "sohoa_nhanh"};
    struct error error = {""};
    if (ocr_open(&settings, &engine, &error) != STATUS_OK) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
}

static enum status read_again(void *context, const struct image *master, const struct image *shown,
                              const struct words *words, struct box *lost, size_t *count,
                              struct error *error)
{
    struct read_page *page = context;
    double start = cpu_ms();
    enum status status = ocr_find_lost(engine, master, shown, words, lost, count, error);
    page->reread_ms += cpu_ms() - start;
    return status;
}

static enum status give_page(void *context, size_t index, struct arena *arena,
                             struct archive_page *out, struct error *error)
{
    (void)index;
    (void)arena;
    (void)error;
    struct read_page *page = context;
    *out = (struct archive_page){
        .image_path = page->path, .words = &page->words, .turn_deg = page->words.turn_deg};
    return STATUS_OK;
}

static double number(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void tell(const char *name, double dpi, size_t jpeg, const struct cost *cost,
                 double reread_ms, const char *packing)
{
    json_t *root = NULL;
    if (json_read(packing, &root, NULL) != STATUS_OK)
        exit(1);
    const json_t *page = json_array_get(json_object_get(root, "pages"), 0);
    const json_t *guard = json_object_get(page, "guard");
    const char *reason = json_string_value(json_object_get(page, "reason"));
    printf("%s\t%s\t%.0f\t%zu\t%.0f\t%s\t%s\t%.1f\t%.1f\t%.3f\t%.3f\t%.3f\t%.0f\t%.0f\t%.3f\t%."
           "0f\t%.0f\t%.0f\n",
           name, json_string_value(json_object_get(page, "class")), dpi, jpeg,
           number(page, "bytes"), json_string_value(json_object_get(page, "coding")),
           reason == NULL ? "-" : reason, cost->encode_ms, cost->guard_ms, number(guard, "ink"),
           number(guard, "red"), number(guard, "blue"), number(guard, "lost_px"),
           number(guard, "gained_px"), number(guard, "faded"), number(guard, "words_kept"),
           reread_ms, number(guard, "places_kept"));
    json_decref(root);
}

static void make(const char *folder, char *path, const struct archive_settings *settings)
{
    struct arena *arena = arena_new();
    struct image image = {0};
    struct error error = {""};
    struct buffer jpeg = {0};
    struct document document;
    const char *name = file_name(path);
    const char *stem = arena_strndup(arena, name, strcspn(name, "."));
    const char *out = file_join(arena, folder, stem);
    if (image_read(path, 0, &image, &error) != STATUS_OK) {
        fprintf(stderr, "%s: %s\n", path, error.text);
        exit(1);
    }
    double dpi = image.dpi_x > 0 ? image.dpi_x : 300;
    if (image.bits == 8) {
        const char *packing = arena_printf(arena, "%s.packing.json", out);
        struct read_page page = {.path = path};
        struct archive_source source = {.page_count = 1,
                                        .page = give_page,
                                        .context = &page,
                                        .reread = read_again,
                                        .packing = packing};
        const struct cost cost = measure(&image, dpi, settings);
        document_init(&document, "bench", "0001-1");
        document.signed_at = "2026-11-22T14:05:09+07:00";
        if (ocr_read(engine, &image, arena, &page.words, &error) != STATUS_OK ||
            image_encode_jpeg(&image, 75, &jpeg, &error) != STATUS_OK ||
            file_write(arena_printf(arena, "%s.q75.jpg", out), jpeg.data, jpeg.size, &error) !=
                STATUS_OK ||
            archive_build(settings, ARCHIVE_PDFA_2U, false, &document, &source,
                          arena_printf(arena, "%s.pdf", out), NULL, &error) != STATUS_OK) {
            fprintf(stderr, "%s: %s\n", path, error.text);
            exit(1);
        }
        tell(stem, dpi, jpeg.size, &cost, page.reread_ms, packing);
    }
    buffer_clear(&jpeg);
    image_clear(&image);
    arena_free(arena);
}

static int read_pages(int count, char **paths)
{
    struct error error = {""};
    struct words words = {0};
    struct image master = {0}, other = {0};
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    for (int i = 0; i < count && status == STATUS_OK; i++) {
        struct image *image = i == 0 ? &master : &other;
        size_t lost = 0;
        struct box *boxes = arena_array(arena, words_count(&words) + 1, sizeof *boxes);
        status = image_read(paths[i], 0, image, &error);
        if (status == STATUS_OK && i == 0)
            status = ocr_read(engine, image, arena, &words, &error);
        else if (status == STATUS_OK)
            status = ocr_find_lost(engine, &master, image, &words, boxes, &lost, &error);
        if (status == STATUS_OK)
            printf("%zu%s", i == 0 ? ocr_count_sure(&words) : lost, i + 1 < count ? "\t" : "\n");
        image_clear(&other);
    }
    image_clear(&master);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n", error.text);
    arena_free(arena);
    return status != STATUS_OK;
}

int main(int argc, char **argv)
{
    const struct archive_settings settings = {.custodian = "",
                                              .copy_form = "SAO Y",
                                              .font = "",
                                              .icc = "",
                                              .config = "config",
                                              .jpeg_quality = 85,
                                              .page_profile = PROFILE_LAYERED,
                                              .reread = REREAD_ALWAYS,
                                              .layer_quality = 50,
                                              .volume_mb = 1500};
    message_use("en");
    open_engine();
    if (argc > 3 && strcmp(argv[1], "read") == 0)
        return read_pages(argc - 2, argv + 2);
    if (argc < 4 || strcmp(argv[1], "make") != 0) {
        fprintf(stderr, "usage: images make FOLDER IMAGE... | images read MASTER IMAGE...\n");
        return 2;
    }
    for (int i = 3; i < argc; i++)
        make(argv[2], argv[i], &settings);
    return 0;
}
