/* The page tree, read. */
#include <stdlib.h>
#include <string.h>

#include "archive/pdf/pdf_read.h"

#define TREE_DEPTH 32

struct leaves {
    struct pdf_file *file;
    const struct pdf_value **list;
    size_t count, room;
    bool *seen;
};

static void add_leaf(struct leaves *leaves, const struct pdf_value *page)
{
    if (leaves->count == leaves->room) {
        leaves->room = leaves->room == 0 ? 64 : leaves->room * 2;
        leaves->list = memory_resize(leaves->list, leaves->room * sizeof(*leaves->list));
    }
    leaves->list[leaves->count++] = page;
}

static void add_node(struct leaves *leaves, const struct pdf_value *reference, int depth)
{
    const struct pdf_value *node = pdf_resolve(leaves->file, reference);
    if (reference->kind != PDF_REF || node->kind != PDF_DICT || depth > TREE_DEPTH ||
        leaves->seen[reference->number])
        return;
    leaves->seen[reference->number] = true;
    if (pdf_is_name(pdf_get(leaves->file, node, "Type"), "Page"))
        add_leaf(leaves, node);
    const struct pdf_value *kids = pdf_get(leaves->file, node, "Kids");
    for (size_t i = 0; kids->kind == PDF_ARRAY && i < kids->size; i++)
        add_node(leaves, &kids->items[i], depth + 1);
}

const struct pdf_value **pdf_pages(struct pdf_file *file, size_t *count)
{
    struct leaves leaves = {.file = file,
                            .seen = memory_new((file->slot_count + 1) * sizeof(*leaves.seen))};
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    add_node(&leaves, pdf_raw(catalog, "Pages"), 0);
    const struct pdf_value **kept = arena_array(file->arena, leaves.count + 1, sizeof *kept);
    if (leaves.count > 0)
        memcpy(kept, leaves.list, leaves.count * sizeof *kept);
    *count = leaves.count;
    free(leaves.list);
    free(leaves.seen);
    return kept;
}

bool pdf_page_content(struct pdf_file *file, const struct pdf_value *page, size_t limit,
                      struct buffer *out)
{
    const struct pdf_value *contents = pdf_get(file, page, "Contents");
    if (contents->kind == PDF_NULL)
        return true;
    if (contents->kind != PDF_ARRAY)
        return pdf_stream_decoded(file, contents, limit, out);
    for (size_t i = 0; i < contents->size; i++) {
        const struct pdf_value *part = pdf_resolve(file, &contents->items[i]);
        struct buffer bytes = {0};
        bool good = pdf_stream_decoded(file, part, limit, &bytes);
        buffer_add(out, bytes.data, bytes.size);
        buffer_add(out, "\n", 1);
        buffer_clear(&bytes);
        if (!good || out->size > limit)
            return false;
    }
    return true;
}
