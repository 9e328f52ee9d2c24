/*
 * Words, documents, pages and batches of doubtful bytes: read whole or refused in words, and what
 * was read can be written and read again.
 */
#include <string.h>
#include <unistd.h>

#include "core/document.h"
#include "core/file.h"
#include "core/message.h"
#include "core/words.h"
#include "tests/fuzz/driver/fuzz.h"

/* In memory where there is such a place: every write syncs. */

const unsigned fuzz_rounds = 3000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(
        "{\"width_px\":2480,\"height_px\":3508,\"dpi\":300.0,\"turn_deg\":90,\"skew_deg\":-0.5,"
        "\"confidence\":0.75,\"engine\":\"tesseract\",\"model\":\"vie\",\"lines\":[{\"box\":[1,2,"
        "30,4],"
        "\"block\":1,\"words\":[{\"text\":\"Hộ\",\"confidence\":0.5,\"box\":[1,2,3,4],"
        "\"alternatives\":"
        "["
        "{\"text\":\"Họ\",\"confidence\":0.25}]},{\"text\":\"tên\",\"box\":[5,2,3,4]}]}]}"),
    FUZZ_SEED(
        "{\"id\":\"01234567-89ab-8def-8123-456789abcdef\",\"version\":1,\"batch\":\"b1\","
        "\"fields\":{\"owner\":{\"value\":\"An\",\"printed\":\"AN\",\"source\":\"ocr\",\"page\":0,"
        "\"confidence\":0.5,\"box\":[1,2,3,4],\"doubt\":\"?\"},\"date\":{\"value\":\"2025-09-02\"}}"
        ","
        "\"pages\":[{\"name\":\"0001-1\",\"file\":\"0001-1.scan.tif\",\"turn_deg\":180,\"blank\":"
        "false}"
        "]}"),
    FUZZ_SEED(
        "{\"name\":\"0001-1\",\"file\":\"0001-1.scan.tif\",\"id\":\"b1\",\"sheet\":1,\"side\":1,"
        "\"width_px\":10,\"dpi_x\":300.0,\"inspected\":true,\"blank\":true,\"ink_share\":0.01}"),
    FUZZ_SEED(
        "{\"lines\":[[[[{}]]]],\"fields\":null,\"pages\":1e308,\"version\":99999999999999999999}"),
    FUZZ_SEEDS_END,
};

static void put(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    fuzz_check(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0, "a file to read");
}

static void check(enum status status, const struct error *error)
{
    fuzz_check(status == STATUS_OK || (status == STATUS_REJECT && error->text[0]),
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
    const char *place = fuzz_folder();
    message_use("en");
    const char *in = file_join(arena, place, "batch.json");
    const char *out = file_join(arena, place, "out.json");
    put(in, bytes, size);
    put(file_join(arena, place, "0001-1.page.json"), bytes, size);

    enum status status = words_read(in, arena, &words, &error);
    check(status, &error);
    if (status == STATUS_OK) {
        fuzz_check(words_write(&words, out, &error) == STATUS_OK &&
                       words_read(out, arena, &again, &error) == STATUS_OK &&
                       words_count(&again) == words_count(&words) &&
                       strcmp(words_text(&again, arena), words_text(&words, arena)) == 0,
                   "words come back");
        fuzz_check(words_write_alto(&words, "x.tif", out, &error) == STATUS_OK,
                   "words become ALTO");
    }
    status = document_read(in, arena, &document, &error);
    check(status, &error);
    if (status == STATUS_OK)
        fuzz_check(document_write(&document, out, &error) == STATUS_OK &&
                       document_read(out, arena, &copy, &error) == STATUS_OK &&
                       copy.page_count == document.page_count,
                   "a document comes back");
    check(page_read(place, "0001-1", arena, &page, &error), &error);
    check(batch_read(place, arena, &batch, &error), &error);
    arena_free(arena);
    return 0;
}
