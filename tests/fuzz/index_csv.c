/* Any bytes as a table: rows of valid text, or one sentence. */
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "index/csv.h"
#include "tests/fuzz/driver/fuzz.h"

const unsigned fuzz_rounds = 8000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED("unit,procedure,year,papers,pages\nXã A,Khai sinh,1999,5,7\n"),
    FUZZ_SEED("\xEF\xBB\xBF"
              "don_vi;thu_tuc\r\n\"Xã \"\"B\"\"\";\"a;\nb\"\r\n"),
    FUZZ_SEED("a,b\n\"x\"y,z\n\"open\n"),
    FUZZ_SEED("\n\n;;;\n \t,\r\n\r\"\""),
    FUZZ_SEEDS_END,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct error error = {""};
    struct csv csv;
    enum status status = csv_parse((const char *)bytes, size, "x.csv", arena, &csv, &error);
    if (status != STATUS_OK) {
        fuzz_check(status == STATUS_REJECT, "a fault in the file is a matter for a person");
        fuzz_check(strncmp(error.text, "x.csv", 5) == 0, "the sentence names the file");
        fuzz_check(text_valid(error.text, strlen(error.text)), "the sentence is UTF-8");
        arena_free(arena);
        return 0;
    }
    int line = 0;
    fuzz_check(csv.count > 0, "a table has a header");
    for (size_t i = 0; i < csv.count; i++) {
        const struct csv_row *row = &csv.rows[i];
        fuzz_check(row->line > line, "lines go up");
        line = row->line;
        for (size_t f = 0; f < row->count; f++)
            fuzz_check(text_valid(row->fields[f], strlen(row->fields[f])), "fields are UTF-8");
        fuzz_check(csv_field(row, (int)row->count)[0] == 0 && csv_field(row, -1)[0] == 0,
                   "a field that is not there is empty");
    }
    arena_free(arena);
    return 0;
}
