/*
 * Packs one page image 1, 50, 500 and, when asked for, more times over into a PDF, each in a
 * process of its own, and tells CPU and peak memory of each. What must hold: memory does not grow
 * with the pages, CPU a page does not either. The CPU of only decoding the image stands beside it,
 * because most of packing is that. What passes a volume goes on in the next; one lies on the disk
 * at a time.
 *
 *   pack IMAGE FOLDER [PAGES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/archive.h"
#include "core/file.h"
#include "core/message.h"

#define LINES 45 /* a dense page: 495 words */
#define WORDS 11
#define VOLUME_MB 1500 /* as the settings have it */

struct work {
    const char *image;
    int width_px, height_px;
};

/* Words all over the page; the texts change with the page, as they do in life. */
static struct words *make_words(const struct work *work, size_t page, struct arena *arena)
{
    static const char *const syllables[] = {"Nguyễn", "đường", "quyết", "định", "số", "của", "Ủy",
                                            "ban",    "nhân",  "dân",   "xã",   "về", "việc"};
    struct words *words = arena_alloc(arena, sizeof *words);
    *words = (struct words){
        .width_px = work->width_px, .height_px = work->height_px, .dpi = 300, .line_count = LINES};
    words->lines = arena_array(arena, LINES, sizeof *words->lines);
    int step_x = work->width_px / (WORDS + 1), step_y = work->height_px / (LINES + 1);
    for (int i = 0; i < LINES; i++) {
        struct line *line = &words->lines[i];
        line->word_count = WORDS;
        line->words = arena_array(arena, WORDS, sizeof *line->words);
        for (int j = 0; j < WORDS; j++)
            line->words[j] =
                (struct word){.text = syllables[((size_t)(i * WORDS + j) + page) %
                                                (sizeof syllables / sizeof *syllables)],
                              .box = {step_x / 2 + j * step_x, step_y / 2 + i * step_y,
                                      step_x * 8 / 10, step_y * 6 / 10}};
    }
    return words;
}

static enum status give_page(void *context, size_t index, struct arena *arena,
                             struct archive_page *out, struct error *error)
{
    const struct work *work = context;
    (void)error;
    *out =
        (struct archive_page){.image_path = work->image, .words = make_words(work, index, arena)};
    return STATUS_OK;
}

static size_t pack(struct work *work, size_t pages, const char *path)
{
    const struct archive_settings settings = {.custodian = "Ủy ban nhân dân xã Đo Lường",
                                              .copy_form = "SAO Y",
                                              .font = "",
                                              .icc = "",
                                              .config = "config",
                                              .jpeg_quality = 85,
                                              .volume_mb = VOLUME_MB};
    struct document document;
    struct error error = {""};
    document_init(&document, "bench", "0001-1");
    document.signed_at = "2026-11-22T14:05:09+07:00";
    struct archive_source source = {.page_count = pages, .page = give_page, .context = work};
    struct archive_report report = {.pages = 0};
    size_t bytes = 0;
    for (source.volume = 0; source.first < pages; source.first += report.pages) {
        source.volume++;
        if (archive_build(&settings, ARCHIVE_PDFA_2U, true, &document, &source, path, &report,
                          &error) != STATUS_OK) {
            fprintf(stderr, "pack: %s\n", error.text);
            _exit(1);
        }
        bytes += report.bytes;
    }
    return bytes;
}

static void decode(const struct work *work, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        struct image image = {0};
        if (image_read(work->image, 0, &image, NULL) != STATUS_OK)
            _exit(1);
        image_clear(&image);
    }
}

struct cost {
    struct rusage usage;
    size_t bytes; /* of what was packed, all volumes */
};

/* In a child: CPU seconds and peak KiB. pages 0: decode 20 times. */
static struct cost measure(struct work *work, size_t pages, const char *path)
{
    struct cost cost = {.bytes = 0};
    int state = 0, told[2];
    if (pipe(told) != 0)
        exit(1);
    pid_t child = fork();
    if (child == 0) {
        size_t bytes = 0;
        if (pages == 0)
            decode(work, 20);
        else
            bytes = pack(work, pages, path);
        _exit(write(told[1], &bytes, sizeof bytes) != sizeof bytes);
    }
    if (child < 0 || wait4(child, &state, 0, &cost.usage) < 0 || state != 0 ||
        read(told[0], &cost.bytes, sizeof cost.bytes) != sizeof cost.bytes)
        exit(1);
    close(told[0]);
    close(told[1]);
    return cost;
}

static double cpu_ms(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000 +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000;
}

static void print_counts(struct work *work, size_t more, const char *path)
{
    const size_t counts[] = {1, 50, 500, more};
    const struct cost alone = measure(work, 0, NULL);
    struct cost first = {.bytes = 0};
    double decode_ms = cpu_ms(&alone.usage) / 20;
    printf("%10s %14s %18s %12s %16s %14s\n", "pages", "CPU ms/page", "x decoding alone", "peak MB",
           "x one page", "file MB");
    printf("%10s %14.1f %18.2f %12.1f\n", "decoding", decode_ms, 1.0,
           (double)alone.usage.ru_maxrss / 1024);
    for (size_t i = 0; i < sizeof counts / sizeof *counts && counts[i] > 0; i++) {
        const struct cost cost = measure(work, counts[i], path);
        first = i == 0 ? cost : first;
        double ms = cpu_ms(&cost.usage) / (double)counts[i];
        printf("%10zu %14.1f %18.2f %12.1f %16.2f %14.1f\n", counts[i], ms, ms / decode_ms,
               (double)cost.usage.ru_maxrss / 1024,
               (double)cost.usage.ru_maxrss / (double)first.usage.ru_maxrss,
               (double)cost.bytes / 1e6);
        fflush(stdout);
    }
    if (more == 0)
        printf("      5000   not measured here: PACK_PAGES=5000 packs so many (minutes, and 1.5 GB "
               "of disk);\n             make bench-conformance packs 5,000 pages of 60 dpi\n");
}

int main(int argc, char **argv)
{
    struct image facts = {0};
    struct error error = {""};
    enum image_format format;
    int parts;
    message_use("en");
    if (argc < 3 || argc > 4 ||
        image_probe(argv[1], &facts, &format, &parts, &error) != STATUS_OK) {
        fprintf(stderr, "usage: pack IMAGE FOLDER [PAGES]  %s\n", error.text);
        return 2;
    }
    struct work work = {argv[1], facts.width_px, facts.height_px};
    struct arena *arena = arena_new();
    const char *path = file_join(arena, argv[2], "pack.pdf");
    printf("Packing %dx%d px pages with 495 words each, signature block on the first\n\n",
           facts.width_px, facts.height_px);
    fflush(stdout);
    print_counts(&work, argc > 3 ? strtoul(argv[3], NULL, 10) : 0, path);
    file_remove(path, NULL);
    arena_free(arena);
    return 0;
}
