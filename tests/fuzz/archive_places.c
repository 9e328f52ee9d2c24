/* Any text as the places of the fields in a PDF: what is taken is text of its text layer, and never
 * more than a document has. */
#include <string.h>

#include "archive/pdf/places.h"
#include "core/file.h"
#include "core/text.h"
#include "tests/fuzz/driver/fuzz.h"
#include "tests/unit/archive_document.h"

const unsigned fuzz_rounds = 3000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED("owner 1:1-3 name; owner_id 1:2-2+4-5 digits; date 1:1-9 date; owners 1:1-1 bare"),
    FUZZ_SEED("title 1:1-2 words; agency 2:1-4 agency; number 2:3-3 sign; unit 2:1-1 text"),
    FUZZ_SEED("owners 1:1-1 text; owners 2:1-1 text; owners 1:1-1 text; x 1:1-99999999999 text"),
    FUZZ_SEED("; ; owner 1; owner 1:; owner 1:-; owner :1-2 text; owner 1:+1-1 text; signer"),
    FUZZ_SEEDS_END,
};

static struct pdf_file pdf;
static struct arena *arena;

/* Two pages of words, opened once and for all. */
static void open_base(void)
{
    static struct sample_document sample;
    struct error error = {""};
    const char *folder = fuzz_folder();
    struct arena *making = arena_new();
    const char *path = file_join(making, folder, "a.pdf");
    sample_document(&sample);
    for (int i = 0; i < 2; i++)
        fuzz_check(sample_add_page(&sample, making,
                                   file_join(making, folder, i == 0 ? "p.tif" : "q.tif"),
                                   SAMPLE_BILEVEL, 40, 0, true, &error) == STATUS_OK,
                   "the page is made");
    fuzz_check(sample_build(&sample, ARCHIVE_PDFA_2U, false, path, NULL, &error) == STATUS_OK &&
                   pdf_file_open(path, &pdf, &error) == STATUS_OK,
               "the good file is made");
    arena_free(making);
    arena = arena_new();
}

static void look_at(const char *text)
{
    fuzz_check(text != NULL && *text != 0 && text_valid(text, strlen(text)), "a value is text");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct document document = {.owner_count = 0};
    if (arena == NULL)
        open_base();
    arena_clear(arena);
    places_take(&pdf, arena_strndup(arena, (const char *)bytes, size), &document, arena);
    fuzz_check(document.owner_count <= 1000, "persons have an end");
    for (int id = 0; id < FIELD_COUNT; id++)
        if (document.fields[id].value != NULL)
            look_at(document.fields[id].value);
    for (size_t i = 0; i < document.owner_count; i++)
        look_at(document.owners[i].name);
    return 0;
}
