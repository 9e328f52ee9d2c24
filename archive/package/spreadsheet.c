/*
 * Cells of a spreadsheet (ECMA-376: SpreadsheetML), as far as a report is held against it: numbers
 * and words, whichever program saved it. Doors: libxml2.
 */
#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

#include "archive/report.h"
#include "archive/package/zip.h"
#include "core/message.h"

#define PART_MAX ((size_t)256 << 20)
#define SHEETS_MAX 256
#define CELLS_MAX 5000000
#define WORDS_MAX 5000000

struct reading {
    struct arena *arena;
    xmlTextReaderPtr reader;
    const char **words; /* shared strings */
    size_t word_count, word_room;
    struct spread_cell *cells;
    size_t count, room;
    struct spread_cell cell; /* the one we are in */
    char type[16];           /* its t: "s", "inlineStr", "str", "b", "e"; "" number */
    int sheet;
    bool in_value, in_text, phonetic, formula;
    struct buffer text;
};

static void say_nothing(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
}

static void attribute(struct reading *reading, const char *name, char *out, size_t size)
{
    xmlChar *value = xmlTextReaderGetAttribute(reading->reader, BAD_CAST name);
    out[0] = '\0';
    if (value && strlen((const char *)value) < size)
        memcpy(out, value, strlen((const char *)value) + 1);
    xmlFree(value);
}

/* Each node of a part; a DTD or an entity ends it. */
static bool each_node(struct reading *reading, const char *bytes, size_t size,
                      void (*take)(struct reading *reading, int kind, const char *name))
{
    bool good = size < INT32_MAX;
    int got = 0;
    xmlSetStructuredErrorFunc(NULL, say_nothing);
    reading->reader =
        good ? xmlReaderForMemory(bytes, (int)size, NULL, NULL,
                                  XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_HUGE)
             : NULL;
    good = reading->reader != NULL;
    while (good && (got = xmlTextReaderRead(reading->reader)) == 1) {
        int kind = xmlTextReaderNodeType(reading->reader);
        if (kind == XML_READER_TYPE_DOCUMENT_TYPE || kind == XML_READER_TYPE_ENTITY_REFERENCE)
            good = false;
        else
            take(reading, kind, (const char *)xmlTextReaderConstLocalName(reading->reader));
    }
    xmlFreeTextReader(reading->reader);
    xmlSetStructuredErrorFunc(NULL, NULL);
    return good && got == 0;
}

static void add_text(struct reading *reading)
{
    const char *text = (const char *)xmlTextReaderConstValue(reading->reader);
    if (text)
        buffer_text(&reading->text, text);
}

static const char *take_text(struct reading *reading)
{
    const char *text =
        arena_strndup(reading->arena, reading->text.data ? (const char *)reading->text.data : "",
                      reading->text.size);
    reading->text.size = 0;
    return text;
}

static bool is_text(int kind)
{
    return kind == XML_READER_TYPE_TEXT || kind == XML_READER_TYPE_CDATA ||
           kind == XML_READER_TYPE_SIGNIFICANT_WHITESPACE || kind == XML_READER_TYPE_WHITESPACE;
}

/* sharedStrings.xml: <si><t>..</t></si>, or runs <si><r><t>..</t></r>...</si>; <rPh> is how it is
 * pronounced. */
static void take_shared(struct reading *reading, int kind, const char *name)
{
    bool begin = kind == XML_READER_TYPE_ELEMENT, end = kind == XML_READER_TYPE_END_ELEMENT;
    if (begin && xmlTextReaderIsEmptyElement(reading->reader) == 1)
        end = strcmp(name, "si") == 0;
    else if (strcmp(name, "t") == 0 && (begin || end))
        reading->in_text = begin;
    else if (strcmp(name, "rPh") == 0)
        reading->phonetic = begin;
    if (is_text(kind) && reading->in_text && !reading->phonetic)
        add_text(reading);
    if (!end || strcmp(name, "si") != 0 || reading->word_count >= WORDS_MAX)
        return;
    if (reading->word_count == reading->word_room) {
        reading->word_room = reading->word_room ? 2 * reading->word_room : 256;
        reading->words = memory_resize(reading->words, reading->word_room * sizeof *reading->words);
    }
    reading->words[reading->word_count++] = take_text(reading);
}

/* "AB12": column 27, row 11. */
static void place_cell(struct reading *reading)
{
    char name[24];
    int column = 0;
    attribute(reading, "r", name, sizeof name);
    const char *at = name;
    for (; *at >= 'A' && *at <= 'Z' && column < 20000; at++)
        column = column * 26 + (*at - 'A' + 1);
    reading->cell = (struct spread_cell){
        .sheet = reading->sheet, .row = (int)strtol(at, NULL, 10) - 1, .column = column - 1};
    attribute(reading, "t", reading->type, sizeof reading->type);
}

static void end_cell(struct reading *reading)
{
    struct spread_cell *cell = &reading->cell;
    cell->text = take_text(reading);
    if (strcmp(reading->type, "s") == 0) {
        unsigned long at = strtoul(cell->text, NULL, 10);
        cell->text = at < reading->word_count ? reading->words[at] : "";
    } else if ((!*reading->type || strcmp(reading->type, "n") == 0) && *cell->text) {
        cell->number = true;
        cell->value = strtod(cell->text, NULL);
    }
    if (!*cell->text || reading->count >= CELLS_MAX)
        return;
    if (reading->count == reading->room) {
        reading->room = reading->room ? 2 * reading->room : 256;
        reading->cells = memory_resize(reading->cells, reading->room * sizeof *reading->cells);
    }
    reading->cells[reading->count++] = *cell;
}

static void take_cell(struct reading *reading, int kind, const char *name)
{
    bool begin = kind == XML_READER_TYPE_ELEMENT, end = kind == XML_READER_TYPE_END_ELEMENT;
    bool empty = begin && xmlTextReaderIsEmptyElement(reading->reader) == 1;
    if (is_text(kind) && (reading->in_value || (reading->in_text && !reading->phonetic)))
        add_text(reading);
    if (begin && strcmp(name, "c") == 0)
        place_cell(reading);
    if (begin && strcmp(name, "f") == 0)
        reading->formula = true;
    if (empty)
        return;
    if ((begin || end) && strcmp(name, "v") == 0)
        reading->in_value = begin;
    else if ((begin || end) && strcmp(name, "t") == 0)
        reading->in_text = begin;
    else if ((begin || end) && strcmp(name, "rPh") == 0)
        reading->phonetic = begin;
    else if (end && strcmp(name, "c") == 0)
        end_cell(reading);
}

static enum status read_part(struct reading *reading, const char *path, const char *name,
                             void (*take)(struct reading *reading, int kind, const char *name),
                             struct error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    enum status status = zip_entry(path, name, PART_MAX, reading->arena, &bytes, &size, error);
    if (status == STATUS_OK && !each_node(reading, bytes, size, take))
        status = error_set(error, STATUS_REJECT, _("%s in it is damaged."), name);
    return status;
}

enum status archive_spreadsheet(const char *path, struct arena *arena, struct spread_cell **cells,
                                size_t *count, struct error *error)
{
    struct reading reading = {.arena = arena};
    enum status status = read_part(&reading, path, "xl/sharedStrings.xml", take_shared, error);
    status = status == STATUS_END ? STATUS_OK : status;
    for (reading.sheet = 0; status == STATUS_OK && reading.sheet < SHEETS_MAX; reading.sheet++)
        status = read_part(&reading, path,
                           arena_printf(arena, "xl/worksheets/sheet%d.xml", reading.sheet + 1),
                           take_cell, error);
    status = status == STATUS_END ? STATUS_OK : status;
    if (status == STATUS_OK && reading.count == 0)
        status = error_set(error, STATUS_REJECT, _("%s is no spreadsheet."), path);
    if (status == STATUS_OK && reading.formula)
        status = error_set(error, STATUS_REJECT,
                           _("it computes figures where it shows them; a report has none of that"));
    *count = reading.count;
    *cells = arena_array(arena, reading.count + 1, sizeof **cells);
    if (reading.count > 0)
        memcpy(*cells, reading.cells, reading.count * sizeof **cells);
    free(reading.cells);
    free(reading.words);
    buffer_clear(&reading.text);
    return status;
}
