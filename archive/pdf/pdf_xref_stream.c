/* Entries of cross-reference sections, and the sections that are streams (ISO 32000-1 7.5.8). */
#include <stdlib.h>
#include <string.h>

#include "archive/pdf/pdf_parse.h"

#define NUMBERS_SMALL ((int64_t)1 << 20) /* a small file may have so many objects */
#define OLDS_MAX ((size_t)4 << 20)
#define FIELD_MAX 8 /* bytes */

bool pdf_xref_room(struct pdf_file *file, int64_t first, int64_t count)
{
    /* A number costs memory: there are not many more of them than bytes. */
    int64_t most = (int64_t)file->size > NUMBERS_SMALL ? (int64_t)file->size : NUMBERS_SMALL;
    if (most > PDF_NUMBERS_MAX)
        most = PDF_NUMBERS_MAX;
    if (first < 0 || count < 0 || first > most || count > most - first)
        return false;
    size_t wanted = (size_t)(first + count);
    if (wanted <= file->slot_count)
        return true;
    file->slots = memory_resize(file->slots, wanted * sizeof *file->slots);
    memset(file->slots + file->slot_count, 0, (wanted - file->slot_count) * sizeof *file->slots);
    file->slot_count = wanted;
    return true;
}

/* The place that a newer section took from the object. */
static bool keep_old(struct pdf_file *file, int64_t number, int64_t offset, int generation)
{
    if (file->old_count == OLDS_MAX)
        return false;
    if (file->old_count == file->old_room) {
        file->old_room = file->old_room ? 2 * file->old_room : 64;
        file->olds = memory_resize(file->olds, file->old_room * sizeof *file->olds);
    }
    file->olds[file->old_count++] = (struct pdf_old){number, offset, generation};
    return true;
}

/* One section speaks of an object twice: some readers take the first, others the last. */
static bool says_the_same(const struct pdf_slot *slot, int kind, int64_t offset, int64_t generation)
{
    if (!slot->used || kind == 0)
        return !slot->used && kind == 0;
    return kind == 2 ? slot->stream == offset && slot->offset == generation
                     : !slot->stream && slot->offset == offset && slot->generation == generation;
}

bool pdf_xref_entry(struct pdf_file *file, int section, int64_t number, int kind, int64_t offset,
                    int64_t generation)
{
    struct pdf_slot *slot = &file->slots[number];
    bool packed = kind == 2;
    if (offset < 0 || generation < 0 || (packed && offset > PDF_NUMBERS_MAX) ||
        generation > (packed ? PDF_NUMBERS_MAX : 65535))
        return false;
    if (slot->section != 0 && abs(slot->section) == abs(section)) {
        /* 7.5.8.4: what a table calls free may stand in the stream that belongs to it */
        if (slot->used || slot->section == section)
            return says_the_same(slot, kind, offset, generation);
    } else if (slot->section != 0) {
        return kind != 1 || (slot->used && !slot->stream && slot->offset == offset) ||
               keep_old(file, number, offset, (int)generation);
    }
    *slot = (struct pdf_slot){.section = section,
                              .used = kind == 1 || kind == 2,
                              .offset = packed ? generation : offset,
                              .generation = packed ? 0 : (int)generation,
                              .stream = packed ? (int)offset : 0};
    return true;
}

/* ---------------------------------------------------------------- a stream */

struct layout {
    int width[3]; /* bytes */
    size_t row;
    int64_t *pairs; /* first, count */
    size_t pair_count;
    int64_t total;
};

static bool read_layout(struct pdf_file *file, const struct pdf_value *dict, struct layout *out)
{
    const struct pdf_value *w = pdf_raw(dict, "W"), *index = pdf_raw(dict, "Index"),
                           *size = pdf_raw(dict, "Size");
    if (w->kind != PDF_ARRAY || w->size != 3 || size->kind != PDF_INT || size->number < 0)
        return false;
    for (size_t i = 0; i < 3; i++) {
        if (w->items[i].kind != PDF_INT || w->items[i].number < 0 || w->items[i].number > FIELD_MAX)
            return false;
        out->width[i] = (int)w->items[i].number;
        out->row += (size_t)out->width[i];
    }
    if (out->width[1] == 0 || (index->kind != PDF_NULL && index->kind != PDF_ARRAY) ||
        index->size % 2 != 0)
        return false;
    out->pair_count = index->kind == PDF_ARRAY ? index->size / 2 : 1;
    out->pairs = arena_array(file->arena, 2 * out->pair_count + 2, sizeof *out->pairs);
    out->pairs[1] = size->number;
    for (size_t i = 0; index->kind == PDF_ARRAY && i < index->size; i++)
        out->pairs[i] = index->items[i].kind == PDF_INT ? index->items[i].number : -1;
    for (size_t i = 0; i < out->pair_count; i++) {
        if (!pdf_xref_room(file, out->pairs[2 * i], out->pairs[2 * i + 1]))
            return false;
        out->total += out->pairs[2 * i + 1];
    }
    return out->total <= PDF_NUMBERS_MAX;
}

/* Big-endian; -1 when it is above what a number here can be. */
static int64_t field(const uint8_t *from, int width)
{
    uint64_t value = 0;
    for (int i = 0; i < width; i++)
        value = value << 8 | from[i];
    return value > INT64_MAX ? -1 : (int64_t)value;
}

static bool take_rows(struct pdf_file *file, int section, const struct layout *layout,
                      const struct buffer *data)
{
    const uint8_t *row = data->data;
    if (data->size < (size_t)layout->total * layout->row)
        return false;
    for (size_t i = 0; i < layout->pair_count; i++)
        for (int64_t k = 0; k < layout->pairs[2 * i + 1]; k++, row += layout->row) {
            const int *width = layout->width;
            int64_t kind = width[0] ? field(row, width[0]) : 1;
            int64_t second = field(row + width[0], width[1]);
            int64_t third = field(row + width[0] + width[1], width[2]);
            /* kinds of later versions are to be taken as no object; so is a free one's number */
            if (kind == 0 || kind > 2 || kind < 0)
                kind = second = third = 0;
            if (!pdf_xref_entry(file, section, layout->pairs[2 * i] + k, (int)kind, second, third))
                return false;
        }
    return true;
}

bool pdf_xref_stream(struct pdf_file *file, int64_t offset, int section,
                     const struct pdf_value **dict, size_t *behind)
{
    struct pdf_lexer lexer = pdf_lexer_at(file, (size_t)offset, false);
    struct layout layout = {.total = 0};
    struct buffer data = {0};
    int64_t number, generation;
    const uint8_t *bytes;
    size_t size;
    if (!pdf_next_int(&lexer, &number) || !pdf_next_int(&lexer, &generation) ||
        !pdf_next_word(&lexer, "obj"))
        return false;
    lexer.references = true;
    struct pdf_value *kept = arena_alloc(file->arena, sizeof *kept);
    if (!pdf_lexer_next(&lexer, kept) || !pdf_is_name(pdf_raw(kept, "Type"), "XRef") ||
        (kept->stream_at = pdf_stream_start(file, &lexer)) <= 0 ||
        !pdf_stream_raw(file, kept, &bytes, &size) || !read_layout(file, kept, &layout))
        return false;
    bool good = pdf_stream_counted(file, kept, (size_t)layout.total * layout.row + 4096, &data) &&
                take_rows(file, section, &layout, &data);
    buffer_clear(&data);
    *dict = kept;
    *behind = (size_t)(bytes - file->bytes) + size;
    return good;
}
