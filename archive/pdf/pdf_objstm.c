/* Objects in object streams (ISO 32000-1 7.5.7). Extends only tells that streams belong together:
 * each object is found by the section's entry for it, in the stream that this names. */
#include <stdlib.h>
#include <string.h>

#include "archive/pdf/pdf_parse.h"

#define BUNDLE_MAX ((size_t)64 << 20)
#define OBJECTS_MAX 1000000 /* in one stream */

struct pdf_bundle {
    struct pdf_bundle *next;
    struct buffer bytes;
    size_t first;    /* where the objects begin */
    size_t count;    /* 0: it is none, or a damaged one */
    int64_t *places; /* number and offset of each, in turn */
};

/* The head: count pairs of numbers before First. */
static bool read_head(struct pdf_file *file, struct pdf_bundle *bundle, int64_t count)
{
    struct pdf_lexer lexer = {
        .bytes = bundle->bytes.data, .size = bundle->first, .arena = file->arena};
    bundle->places = memory_new((size_t)count * 2 * sizeof *bundle->places);
    for (size_t i = 0; i < 2 * (size_t)count; i++)
        if (!pdf_next_int(&lexer, &bundle->places[i]))
            return false;
    return true;
}

static bool open_bundle(struct pdf_file *file, int number, struct pdf_bundle *bundle)
{
    const struct pdf_value *dict = pdf_object_at(file, number);
    const struct pdf_value *count = pdf_raw(dict, "N"), *first = pdf_raw(dict, "First");
    if (dict->kind != PDF_DICT || dict->stream_at <= 0 ||
        !pdf_is_name(pdf_raw(dict, "Type"), "ObjStm") || count->kind != PDF_INT ||
        first->kind != PDF_INT || count->number < 1 || count->number > OBJECTS_MAX ||
        first->number < 0 || !pdf_stream_counted(file, dict, BUNDLE_MAX, &bundle->bytes))
        return false;
    /* a pair of numbers is three bytes, and one apart from the next */
    if ((size_t)first->number > bundle->bytes.size || first->number < 4 * count->number - 1)
        return false;
    bundle->first = (size_t)first->number;
    if (!read_head(file, bundle, count->number))
        return false;
    bundle->count = (size_t)count->number;
    return true;
}

static struct pdf_bundle *bundle_of(struct pdf_file *file, int number)
{
    struct pdf_slot *slot = &file->slots[number];
    if (!slot->bundle) {
        struct pdf_bundle *bundle = memory_new(sizeof *bundle);
        bundle->next = file->bundles;
        file->bundles = slot->bundle = bundle;
        file->busy = true; /* its Length must not lie in an object stream itself */
        if (!open_bundle(file, number, bundle))
            buffer_clear(&bundle->bytes);
        file->busy = false;
    }
    return slot->bundle;
}

bool pdf_bundled(struct pdf_file *file, int64_t number, struct pdf_value *out)
{
    const struct pdf_slot *slot = &file->slots[number];
    if (slot->stream <= 0 || (size_t)slot->stream >= file->slot_count ||
        !file->slots[slot->stream].used || file->slots[slot->stream].stream != 0)
        return false;
    const struct pdf_bundle *bundle = bundle_of(file, slot->stream);
    size_t index = (size_t)slot->offset;
    if (index >= bundle->count || bundle->places[2 * index] != number ||
        (uint64_t)bundle->places[2 * index + 1] >= bundle->bytes.size - bundle->first)
        return false;
    struct pdf_lexer lexer = {.bytes = bundle->bytes.data,
                              .size = bundle->bytes.size,
                              .at = bundle->first + (size_t)bundle->places[2 * index + 1],
                              .arena = file->arena,
                              .references = true};
    return pdf_lexer_next(&lexer, out) && out->kind != PDF_OPERATOR;
}

void pdf_bundles_free(struct pdf_file *file)
{
    while (file->bundles) {
        struct pdf_bundle *next = file->bundles->next;
        buffer_clear(&file->bundles->bytes);
        free(file->bundles->places);
        free(file->bundles);
        file->bundles = next;
    }
}
