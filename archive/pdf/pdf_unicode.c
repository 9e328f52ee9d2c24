/* ToUnicode CMaps, read: which text a code of a font stands for (ISO 32000-1 9.10.3). */
#include <stdlib.h>
#include <string.h>

#include "archive/pdf/pdf_read.h"
#include "core/text.h"

#define CODES 65536
#define CMAP_MAX (8u << 20)

static unsigned code_of(const struct pdf_value *value)
{
    unsigned code = 0;
    for (size_t i = 0; i < value->size && i < 4; i++)
        code = code << 8 | (uint8_t)value->text[i];
    return code;
}

static void give_range(const struct pdf_value *list, size_t per, pdf_unicode_entry *entry,
                       void *context)
{
    const struct pdf_value *from = &list[0], *to = &list[per - 2], *target = &list[per - 1];
    unsigned low = code_of(from), high = code_of(to);
    /* a range may not run past the low byte */
    if (from->kind != PDF_STRING || to->kind != PDF_STRING || low > high || high >= CODES ||
        low >> 8 != high >> 8)
        return;
    for (unsigned code = low; code <= high; code++) {
        const struct pdf_value *one = target;
        if (target->kind == PDF_ARRAY) {
            if (code - low >= target->size)
                return;
            one = &target->items[code - low];
        }
        if (one->kind == PDF_STRING)
            entry(context, code, (const uint8_t *)one->text, one->size,
                  target->kind == PDF_ARRAY ? 0 : code - low);
    }
}

bool pdf_unicode_each(struct pdf_file *file, const struct pdf_value *font, pdf_unicode_entry *entry,
                      void *context)
{
    struct buffer bytes = {0};
    if (!pdf_stream_decoded(file, pdf_get(file, font, "ToUnicode"), CMAP_MAX, &bytes)) {
        buffer_clear(&bytes);
        return false;
    }
    struct arena *arena = arena_new();
    struct pdf_lexer lexer = {.bytes = bytes.data, .size = bytes.size, .arena = arena};
    struct pdf_value value, list[3];
    size_t count = 0, per = 0; /* operands of one entry: 2 in bfchar, 3 in bfrange */
    while (pdf_lexer_next(&lexer, &value)) {
        if (value.kind == PDF_OPERATOR) {
            per = strcmp(value.text, "beginbfchar") == 0    ? 2
                  : strcmp(value.text, "beginbfrange") == 0 ? 3
                                                            : 0;
            count = 0;
            continue;
        }
        if (per == 0)
            continue;
        list[count++] = value;
        if (count < per)
            continue;
        give_range(list, per, entry, context);
        count = 0;
    }
    arena_free(arena);
    buffer_clear(&bytes);
    return true;
}

/* Lists of a CMap, "3 beginNAME ... endNAME", and how many operands an entry has. */
static const struct {
    const char *name;
    size_t per;
} lists[] = {{"codespacerange", 2}, {"bfchar", 2},      {"bfrange", 3},    {"cidchar", 2},
             {"cidrange", 3},       {"notdefrange", 3}, {"notdefchar", 2}, {"", 0}};
#define NO_LIST (sizeof lists / sizeof *lists - 1)

/* The one that the operator begins or ends (word); NO_LIST: none. */
static size_t list_of(const char *operator, const char * word)
{
    size_t i = 0, size = strlen(word);
    while (i < NO_LIST &&
           (strncmp(operator, word, size) != 0 || strcmp(operator+ size, lists[i].name) != 0))
        i++;
    return i;
}

bool pdf_unicode_sound(struct pdf_file *file, const struct pdf_value *font)
{
    const struct pdf_value *stream = pdf_get(file, font, "ToUnicode");
    struct buffer bytes = {0};
    if (!pdf_stream_decoded(file, stream, CMAP_MAX, &bytes)) {
        buffer_clear(&bytes);
        return false;
    }
    struct arena *arena = arena_new();
    struct pdf_lexer lexer = {.bytes = bytes.data, .size = bytes.size, .arena = arena};
    struct pdf_value value, last = {.kind = PDF_NULL};
    size_t count = 0, open = NO_LIST;
    int64_t told = 0;
    bool good = pdf_get(file, stream, "UseCMap")->kind == PDF_NULL;
    while (good && pdf_lexer_next(&lexer, &value)) {
        if (value.kind == PDF_OPERATOR) {
            good = list_of(value.text, "end") == open && strcmp(value.text, "usecmap") != 0 &&
                   (open == NO_LIST || (told >= 0 && count == lists[open].per * (size_t)told));
            open = list_of(value.text, "begin");
            told = last.kind == PDF_INT ? last.number : -1;
            count = 0;
        } else {
            count++;
        }
        last = value;
    }
    good = good && open == NO_LIST && !lexer.failed;
    arena_free(arena);
    buffer_clear(&bytes);
    return good;
}

/* ---------------------------------------------------------------- code -> text */

struct pdf_unicode {
    uint32_t at[CODES]; /* of the code's UTF-8 in text, counted from 1; 0: none */
    struct buffer text; /* each ends with a 0 */
};

static void keep_entry(void *context, unsigned code, const uint8_t *utf16, size_t size,
                       unsigned plus)
{
    struct pdf_unicode *unicode = context;
    char utf8[5] = "";
    unicode->at[code] = (uint32_t)unicode->text.size + 1;
    for (size_t i = 0; i + 1 < size; i += 2) {
        uint32_t unit = (uint32_t)utf16[i] << 8 | utf16[i + 1];
        if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < size) {
            uint32_t low = (uint32_t)utf16[i + 2] << 8 | utf16[i + 3];
            unit = 0x10000 + ((unit - 0xD800) << 10) + (low & 0x3FF);
            i += 2;
        }
        if (i + 2 >= size)
            unit += plus;
        if (unit < 0xD800 || (unit > 0xDFFF && unit < 0x110000))
            buffer_add(&unicode->text, utf8, text_put(unit, utf8));
    }
    buffer_add(&unicode->text, "", 1);
}

struct pdf_unicode *pdf_unicode_new(struct pdf_file *file, const struct pdf_value *font)
{
    struct pdf_unicode *unicode = memory_new(sizeof *unicode);
    if (pdf_unicode_each(file, font, keep_entry, unicode))
        return unicode;
    pdf_unicode_free(unicode);
    return NULL;
}

void pdf_unicode_free(struct pdf_unicode *unicode)
{
    if (unicode != NULL)
        buffer_clear(&unicode->text);
    free(unicode);
}

const char *pdf_unicode_of(const struct pdf_unicode *unicode, unsigned code)
{
    if (code >= CODES || unicode->at[code] == 0)
        return NULL;
    return (const char *)unicode->text.data + unicode->at[code] - 1;
}
