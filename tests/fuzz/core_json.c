/*
 * Words, documents, pages and batches of doubtful bytes: read whole or refused in words, and what
 * was read can be written and read again.
 *
 * Run as it is, it mutates texts of its own by a fixed seed. For a longer hunt: clang
 * -fsanitize=fuzzer,address -Dmain=standalone with the same libraries.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/document.h"
#include "core/file.h"
#include "core/message.h"
#include "core/words.h"

#define ROUNDS 1500 /* of each seed */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static char folder[] = "/dev/shm/sohoa-fuzz-XXXXXX", elsewhere[] = "/tmp/sohoa-fuzz-XXXXXX";
static const char *place;

static void must(bool good, const char *what)
{
    if (good)
        return;
    printf("not ok - %s\n", what);
    exit(1);
}

static void put(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    must(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, "a file to read");
}

static void check(enum status status, const struct error *error)
{
    must(status == STATUS_OK || (status == STATUS_REJECT && error->text[0]),
         "reading ends well or with a sentence");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct error error = {{0}};
    struct words words, again;
    struct document document, copy;
    struct page page;
    struct batch batch;
    if (!place)
        place = mkdtemp(folder) ? folder : mkdtemp(elsewhere);
    must(place != NULL, "a folder");
    const char *in = file_join(arena, place, "batch.json");
    const char *out = file_join(arena, place, "out.json");
    put(in, bytes, size);
    put(file_join(arena, place, "0001-1.page.json"), bytes, size);

    enum status status = words_read(in, arena, &words, &error);
    check(status, &error);
    if (status == STATUS_OK) {
        must(words_write(&words, out, &error) == STATUS_OK &&
                 words_read(out, arena, &again, &error) == STATUS_OK &&
                 words_count(&again) == words_count(&words) &&
                 strcmp(words_text(&again, arena), words_text(&words, arena)) == 0,
             "words come back");
        must(words_write_alto(&words, "x.tif", out, &error) == STATUS_OK, "words become ALTO");
    }
    status = document_read(in, arena, &document, &error);
    check(status, &error);
    if (status == STATUS_OK)
        must(document_write(&document, out, &error) == STATUS_OK &&
                 document_read(out, arena, &copy, &error) == STATUS_OK &&
                 copy.page_count == document.page_count,
             "a document comes back");
    check(page_read(place, "0001-1", arena, &page, &error), &error);
    check(batch_read(place, arena, &batch, &error), &error);
    arena_free(arena);
    return 0;
}

static const char *const seeds[] = {
    "{\"width_px\":2480,\"height_px\":3508,\"dpi\":300.0,\"turn_deg\":90,\"skew_deg\":-0.5,"
    "\"confidence\":0.75,\"engine\":\"tesseract\",\"model\":\"vie\",\"lines\":[{\"box\":[1,2,30,4],"
    "\"block\":1,\"words\":[{\"text\":\"Hộ\",\"confidence\":0.5,\"box\":[1,2,3,4],\"alternatives\":"
    "["
    "{\"text\":\"Họ\",\"confidence\":0.25}]},{\"text\":\"tên\",\"box\":[5,2,3,4]}]}]}",
    "{\"id\":\"01234567-89ab-8def-8123-456789abcdef\",\"version\":1,\"batch\":\"b1\","
    "\"fields\":{\"owner\":{\"value\":\"An\",\"printed\":\"AN\",\"source\":\"ocr\",\"page\":0,"
    "\"confidence\":0.5,\"box\":[1,2,3,4],\"doubt\":\"?\"},\"date\":{\"value\":\"2025-09-02\"}},"
    "\"pages\":[{\"name\":\"0001-1\",\"file\":\"0001-1.scan.tif\",\"turn_deg\":180,\"blank\":false}"
    "]}",
    "{\"name\":\"0001-1\",\"file\":\"0001-1.scan.tif\",\"id\":\"b1\",\"sheet\":1,\"side\":1,"
    "\"width_px\":10,\"dpi_x\":300.0,\"inspected\":true,\"blank\":true,\"ink_share\":0.01}"};

static unsigned seed = 20261122;

static unsigned dice(size_t sides)
{
    seed = seed * 1664525u + 1013904223u;
    return (unsigned)((seed >> 8) % (sides ? sides : 1));
}

/* Changes that mostly leave JSON: numbers, strings and lists put in each other's place. */
static size_t mutate(char *text, size_t size, size_t room)
{
    static const char *const parts[] = {"-1",         "1e308", "99999999999999999999",
                                        "2147483648", "null",  "[]",
                                        "{}",         "\"\"",  "\"\\u0000\"",
                                        "\"../x\"",   "true",  "-9223372036854775808",
                                        "0.1",        "[[[[",  "\xff"};
    for (unsigned i = dice(3) + 1; i > 0 && size > 2; i--) {
        size_t at = dice(size), end = at;
        while (dice(4) && end < size && !strchr(",]}:", text[end])) /* to the end of a value */
            end++;
        const char *part = parts[dice(sizeof parts / sizeof *parts)];
        size_t length = dice(5) ? strlen(part) : 0;
        if (size - (end - at) + length > room)
            continue;
        memmove(text + at + length, text + end, size - end);
        memcpy(text + at, part, length);
        size = size - (end - at) + length;
    }
    return size;
}

int main(void)
{
    message_use("en");
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        char text[4096];
        for (int round = 0; round < ROUNDS; round++) {
            size_t size = strlen(seeds[i]);
            memcpy(text, seeds[i], size);
            LLVMFuzzerTestOneInput((const uint8_t *)text,
                                   round ? mutate(text, size, sizeof text) : size);
        }
        printf("ok - seed %zu: %d mutants are read whole or refused\n", i + 1, ROUNDS);
        fflush(stdout);
    }
    struct error error;
    must(file_remove_tree(place, &error) == STATUS_OK, "nothing is left behind");
    return 0;
}
