#include "tests/scanner_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"

static void must(enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "the rig failed: %s\n", error->text);
    exit(1);
}

void rig_make(struct rig *rig, const char *dll)
{
    struct error error = {{0}};
    const char *build = getenv("BUILD");
    char libraries[512];
    snprintf(rig->folder, sizeof rig->folder, "/tmp/sohoa-rig-XXXXXX");
    if (!mkdtemp(rig->folder)) {
        perror(rig->folder);
        exit(1);
    }
    snprintf(rig->sheets, sizeof rig->sheets, "%s/sheets", rig->folder);
    snprintf(rig->sane, sizeof rig->sane, "%s/sane", rig->folder);
    snprintf(rig->out, sizeof rig->out, "%s/out", rig->folder);
    must(file_mkdirs(rig->sheets, &error), &error);
    must(file_mkdirs(rig->sane, &error), &error);
    must(file_mkdirs(rig->out, &error), &error);
    rig_file(rig, "sane", "dll.conf", dll);
    snprintf(libraries, sizeof libraries, "%s/sane", build ? build : "build");
    setenv("LD_LIBRARY_PATH", libraries, 1);
    setenv("SANE_CONFIG_DIR", rig->sane, 1);
    setenv("SOHOA_FEEDER", rig->sheets, 1);
}

void rig_remove(struct rig *rig)
{
    struct error error = {{0}};
    must(file_remove_tree(rig->folder, &error), &error);
}

void rig_clear_out(struct rig *rig)
{
    struct error error = {{0}};
    must(file_remove_tree(rig->out, &error), &error);
    must(file_mkdirs(rig->out, &error), &error);
}

void rig_file(struct rig *rig, const char *place, const char *name, const char *text)
{
    struct error error = {{0}};
    char path[256];
    snprintf(path, sizeof path, "%s/%s/%s", rig->folder, place, name);
    must(file_write(path, text, strlen(text), &error), &error);
}

void rig_noise(struct image *image, int width_px, int height_px, int channels, int bits,
               unsigned seed)
{
    image_init(image, width_px, height_px, channels, bits);
    image->dpi_x = image->dpi_y = 300;
    for (int y = 0; y < height_px; y++) {
        uint8_t *row = image->data + (size_t)y * image->stride;
        for (size_t i = 0; i < image->stride; i++) {
            seed = seed * 1664525U + 1013904223U;
            row[i] = (uint8_t)(seed >> 24);
        }
        if (bits == 1 && width_px % 8)
            row[width_px / 8] &= (uint8_t)(0xff00 >> (width_px % 8));
    }
}

void rig_sheet(struct rig *rig, const char *name, int width_px, int height_px, int channels,
               int bits, unsigned seed, struct image *out)
{
    struct error error = {{0}};
    struct image image;
    char path[256];
    snprintf(path, sizeof path, "%s/%s", rig->sheets, name);
    rig_noise(&image, width_px, height_px, channels, bits, seed);
    must(image_write_tiff(&image, path, NULL, &error), &error);
    if (out)
        *out = image;
    else
        image_clear(&image);
}

bool rig_same(const struct image *one, const struct image *other)
{
    if (one->width_px != other->width_px || one->height_px != other->height_px ||
        one->channels != other->channels || one->bits != other->bits) {
        fprintf(stderr, "sizes differ: %dx%d %d/%d, %dx%d %d/%d\n", one->width_px, one->height_px,
                one->channels, one->bits, other->width_px, other->height_px, other->channels,
                other->bits);
        return false;
    }
    size_t bytes = ((size_t)one->width_px * (size_t)one->channels * (size_t)one->bits + 7) / 8;
    for (int y = 0; y < one->height_px; y++)
        if (memcmp(one->data + (size_t)y * one->stride, other->data + (size_t)y * other->stride,
                   bytes) != 0) {
            fprintf(stderr, "pixels differ in row %d\n", y);
            return false;
        }
    return true;
}

void rig_read(struct rig *rig, const char *name, struct image *out)
{
    struct error error = {{0}};
    char path[256];
    snprintf(path, sizeof path, "%s/%s", rig->out, name);
    must(image_read(path, 0, out, &error), &error);
}

bool rig_has(struct rig *rig, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", rig->out, name);
    return file_exists(path);
}
