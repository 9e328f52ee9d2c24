/* Any bytes as the parts of a spreadsheet, and as report.json: what comes out is bounded and can be
 * shown; what is refused says so in one line. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "archive/report.h"
#include "core/file.h"
#include "core/text.h"
#include "tests/fuzz/driver/fuzz.h"

const unsigned fuzz_rounds = 3000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\"><v>12.5"
        "</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData></worksheet>"),
    FUZZ_SEED("<sst><si><t>report.json</t></si><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>"),
    FUZZ_SEED("<worksheet><c r=\"ZZZZZZ99999999999\"><f>1+1</f><v>1e999</v></c></worksheet>"),
    FUZZ_SEED("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">]><worksheet>&a;&a;</worksheet>"),
    FUZZ_SEED(
        "{\"report\": 1, \"facts\": {}, \"figures\": [{\"key\": \"k\", \"definition\": \"d\", "
        "\"decimals\": 2, \"value\": 1.5, \"numerator\": 3, \"denominator\": 2}], \"blocks\": "
        "[{\"kind\": \"table\", \"id\": \"t\", \"title\": \"T\", \"columns\": [{\"head\": \"h\"}], "
        "\"rows\": [[{\"text\": \"1,50\", \"figure\": 0}]]}, {\"kind\": \"paragraph\", \"text\": "
        "\"p\"}]}"),
    FUZZ_SEEDS_END,
};

static void as_parts(const uint8_t *bytes, size_t size, struct arena *arena)
{
    int code = 0;
    struct error error = {""};
    struct spread_cell *cells = NULL;
    size_t count = 0;
    const char *path = file_join(arena, fuzz_folder(), "s.xlsx");
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    fuzz_check(zip != NULL, "a ZIP can be made");
    for (int i = 0; i < 2; i++)
        zip_file_add(zip, i ? "xl/sharedStrings.xml" : "xl/worksheets/sheet1.xml",
                     zip_source_buffer(zip, bytes, size, 0), ZIP_FL_ENC_UTF_8);
    fuzz_check(zip_close(zip) == 0, "and closed");
    enum status status = archive_spreadsheet(path, arena, &cells, &count, &error);
    fuzz_check((status == STATUS_OK) == (error.text[0] == 0), "what is refused says why");
    for (size_t i = 0; i < count; i++)
        fuzz_check(cells[i].text[0] != 0 && text_valid(cells[i].text, strlen(cells[i].text)),
                   "cells hold text");
}

static void as_json(const uint8_t *bytes, size_t size)
{
    struct report *report = NULL;
    struct error error = {""};
    json_t *json = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    enum status status = report_from_json(json, &report, &error);
    fuzz_check((status == STATUS_OK) == (report != NULL), "a report or none");
    fuzz_check((status == STATUS_OK) == (error.text[0] == 0), "what is refused says why");
    if (report) {
        json_t *again = report_json(report);
        fuzz_check(json_is_object(again), "it is written again");
        json_decref(again);
    }
    report_free(report);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    as_parts(bytes, size, arena);
    as_json(bytes, size);
    arena_free(arena);
    return 0;
}
