/* A document of drawn pages for the tests of archive/: included by one .c file each. */
#ifndef SOHOA_TESTS_UNIT_ARCHIVE_DOCUMENT_H
#define SOHOA_TESTS_UNIT_ARCHIVE_DOCUMENT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"
#include "core/file.h"
#include "tests/sample_pages.h"

#define SAMPLE_PAGES_MAX 600
#define SAMPLE_TIME "2026-11-22T14:05:09+07:00"
#define SAMPLE_CUSTODIAN "Ủy ban nhân dân xã Đông Sơn, tỉnh Thanh Hóa"

struct sample_document {
    struct document document;
    struct archive_settings settings;
    struct archive_page pages[SAMPLE_PAGES_MAX];
    struct archive_source source;
};

static enum status sample_give_page(void *context, size_t index, struct arena *memory,
                                    struct archive_page *out, struct error *error)
{
    const struct sample_document *sample = context;
    (void)memory;
    (void)error;
    *out = sample->pages[index];
    return STATUS_OK;
}

/* The shipped catalogues. To be asked for the first time before the working folder changes. */
static inline const char *sample_config(void)
{
    static char path[4096];
    if (!*path && !realpath("config", path))
        *path = '\0';
    return path;
}

/* Without pages yet: set pages[] and source.page_count. */
static inline void sample_document(struct sample_document *sample)
{
    memset(sample, 0, sizeof *sample);
    document_init(&sample->document, "20261122T140509-7e57", "0001-1");
    sample->document.custodian = SAMPLE_CUSTODIAN;
    sample->document.signed_at = SAMPLE_TIME;
    sample->document.fields[FIELD_TYPE].value = "khai_sinh";
    sample->document.fields[FIELD_TITLE].value = "Giấy khai sinh";
    sample->settings = (struct archive_settings){.custodian = "",
                                                 .copy_form = "SAO Y",
                                                 .key = "",
                                                 .certificate = "",
                                                 .trust = "",
                                                 .pkcs11_module = "",
                                                 .pin_command = "",
                                                 .font = "",
                                                 .icc = "",
                                                 .config = sample_config(),
                                                 .jpeg_quality = 85};
    sample->source = (struct archive_source){.page = sample_give_page, .context = sample};
}

static inline enum status sample_build(struct sample_document *sample, enum archive_flavour flavour,
                                       bool sign, const char *path, struct archive_report *report,
                                       struct error *error)
{
    return archive_build(&sample->settings, flavour, sign, &sample->document, &sample->source, path,
                         report, error);
}

/* Draws a page and writes it as TIFF, or as JPEG with an orientation when jpeg is set. The words
 * are those of the upright page; the file is stored turned back by turn_deg. */
static inline enum status sample_add_page(struct sample_document *sample, struct arena *memory,
                                          const char *path, enum sample_kind kind, int dpi,
                                          int turn_deg, bool jpeg, struct error *error)
{
    struct image upright = {0}, stored = {0};
    struct words *words = arena_alloc(memory, sizeof *words);
    sample_page(kind, dpi, memory, &upright, words);
    image_turn(&upright, (360 - turn_deg) % 360, &stored);
    enum status status;
    if (jpeg) {
        struct buffer bytes = {0};
        status = image_encode_jpeg(&stored, 90, &bytes, error);
        if (status == STATUS_OK)
            status = file_write(path, bytes.data, bytes.size, error);
        buffer_clear(&bytes);
    } else {
        status = image_write_tiff(&stored, path, NULL, error);
    }
    sample->pages[sample->source.page_count++] =
        (struct archive_page){.image_path = path, .words = words, .turn_deg = turn_deg};
    image_clear(&upright);
    image_clear(&stored);
    return status;
}

#endif
