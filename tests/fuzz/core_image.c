/*
 * Images of doubtful bytes: whatever they are, reading ends with a page or with a sentence.
 *
 * Run as it is, it mutates small images of its own by a fixed seed, some thousand times. For a
 * longer hunt: clang -fsanitize=fuzzer,address -Dmain=standalone with the same libraries.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/file.h"
#include "core/image.h"
#include "core/message.h"

#define ROUNDS 600 /* of each seed image */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool good, const char *what)
{
    if (good)
        return;
    printf("not ok - %s\n", what);
    exit(1);
}

/* A file that is nowhere, for readers that want a path. */
static char *path_of(const uint8_t *bytes, size_t size, int *fd, char path[32])
{
    *fd = memfd_create("image", MFD_CLOEXEC);
    must(*fd >= 0 && write(*fd, bytes, size) == (ssize_t)size, "a file in memory");
    snprintf(path, 32, "/proc/self/fd/%d", *fd);
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct error error = {{0}};
    struct image facts, image = {0};
    enum image_format format;
    int fd, pages = 0;
    char path[32];
    path_of(bytes, size, &fd, path);
    enum status status = image_probe(path, &facts, &format, &pages, &error);
    must(status == STATUS_OK || (status == STATUS_REJECT && error.text[0]), "probe has an outcome");
    must(!facts.data, "probe decodes nothing");
    for (int page = 0; page < 2; page++) {
        error.text[0] = '\0';
        status = image_read(path, page, &image, &error);
        must(status == STATUS_OK || (status == STATUS_REJECT && error.text[0]),
             "reading has an outcome");
        must((status == STATUS_OK) == (image.data != NULL), "pixels come with success only");
        must(status != STATUS_OK ||
                 ((long long)image.width_px * image.height_px <= IMAGE_PIXELS_MAX &&
                  image.width_px >= IMAGE_SIDE_MIN),
             "pages keep the limits");
        image_clear(&image);
    }
    close(fd);
    return 0;
}

static unsigned seed = 20261122;

static unsigned dice(size_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (unsigned)((seed >> 8) % (sides ? sides : 1));
}

/* Flips, interesting numbers, holes, repeats, and an early end. */
static size_t mutate(uint8_t *bytes, size_t size, size_t room)
{
    static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, 0xd8, 0xda, 0xc0, 0xc4};
    for (unsigned i = dice(6) + 1; i > 0 && size > 4; i--) {
        size_t at = dice(size), length = dice(12) + 1;
        length = length < size - at ? length : size - at;
        switch (dice(6)) {
        case 0:
            bytes[at] ^= (uint8_t)(1u << dice(8));
            break;
        case 1:
            bytes[at] = odd[dice(sizeof odd)];
            break;
        case 2:
            memset(bytes + at, odd[dice(sizeof odd)], length);
            break;
        case 3: /* cut out */
            memmove(bytes + at, bytes + at + length, size - at - length);
            size -= length;
            break;
        case 4: /* repeat */
            if (size + length <= room) {
                memmove(bytes + at + length, bytes + at, size - at);
                size += length;
            }
            break;
        default:
            size = dice(8) ? size : at + 1;
        }
    }
    return size;
}

static struct image sample(int channels, int bits)
{
    struct image image;
    image_init(&image, 40, 30, channels, bits);
    image.dpi_x = image.dpi_y = 300;
    for (size_t i = 0; i < image.stride * 30; i++)
        image.data[i] = (uint8_t)(i * 7 + dice(24));
    return image;
}

static void fuzz(const char *name, const uint8_t *bytes, size_t size)
{
    size_t room = 2 * size + 64;
    uint8_t *copy = malloc(room);
    must(copy != NULL, "memory");
    for (int i = 0; i < ROUNDS; i++) {
        memcpy(copy, bytes, size);
        LLVMFuzzerTestOneInput(copy, i ? mutate(copy, size, room) : size);
    }
    free(copy);
    printf("ok - %s: %d mutants end with a page or a sentence\n", name, ROUNDS);
    fflush(stdout);
}

int main(void)
{
    char folder[] = "/tmp/sohoa-fuzz-XXXXXX";
    struct arena *arena = arena_new();
    struct error error;
    message_use("en");
    must(mkdtemp(folder) != NULL, "a folder");
    static const int kinds[][2] = {{1, 1}, {1, 8}, {3, 8}, {3, 16}};
    for (int format = 0; format < 3; format++)
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
            struct image image = sample(kinds[i][0], kinds[i][1]);
            static const char *const names[] = {"TIFF", "PNG", "JPEG"};
            char *path = file_join(arena, folder, "seed"), *bytes = NULL;
            size_t size = 0;
            struct buffer jpeg = {0};
            if (format == 0)
                must(image_write_tiff(&image, path, NULL, &error) == STATUS_OK, "TIFF");
            else if (format == 1)
                must(image_write_png(&image, path, &error) == STATUS_OK, "PNG");
            else
                must(image_encode_jpeg(&image, 80, &jpeg, &error) == STATUS_OK &&
                         file_write(path, jpeg.data, jpeg.size, &error) == STATUS_OK,
                     "JPEG");
            must(file_read(path, 1 << 20, arena, &bytes, &size, &error) == STATUS_OK, "a seed");
            fuzz(arena_printf(arena, "%s of %d channels and %d bits", names[format], kinds[i][0],
                              kinds[i][1]),
                 (const uint8_t *)bytes, size);
            buffer_clear(&jpeg);
            image_clear(&image);
        }
    must(file_remove_tree(folder, &error) == STATUS_OK, "nothing is left behind");
    arena_free(arena);
    return 0;
}
