#include "archive/pdf/update.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/message.h"

struct change {
    int64_t number;
    int generation;
    struct buffer body;
    int64_t offset; /* once written */
};

struct update {
    struct pdf_file file;
    struct change *changes;
    size_t count, room;
    int64_t next; /* number */
};

enum status update_open(const char *path, struct update **out, struct error *error)
{
    struct update *update = memory_new(sizeof *update);
    enum status status = pdf_file_open(path, &update->file, error);
    for (size_t i = 1; i < update->file.slot_count && status == STATUS_OK; i++)
        if (update->file.slots[i].used && update->file.slots[i].generation != 0)
            status = error_set(error, STATUS_REJECT,
                               _("%s was rewritten in a way that cannot be added to."), path);
    if (status != STATUS_OK) {
        update_close(update);
        return status;
    }
    const struct pdf_value *size = pdf_raw(update->file.trailer, "Size");
    update->next = (int64_t)update->file.slot_count;
    if (size->kind == PDF_INT && size->number > update->next)
        update->next = size->number;
    *out = update;
    return STATUS_OK;
}

void update_close(struct update *update)
{
    if (!update)
        return;
    for (size_t i = 0; i < update->count; i++)
        buffer_clear(&update->changes[i].body);
    free(update->changes);
    if (update->file.bytes)
        pdf_file_close(&update->file);
    free(update);
}

struct pdf_file *update_file(struct update *update)
{
    return &update->file;
}

/* ---------------------------------------------------------------- objects */

int64_t update_number(struct update *update)
{
    return update->next++;
}

static struct change *change_of(struct update *update, int64_t number)
{
    for (size_t i = 0; i < update->count; i++)
        if (update->changes[i].number == number)
            return &update->changes[i];
    if (update->count == update->room) {
        update->room = update->room ? 2 * update->room : 16;
        update->changes = memory_resize(update->changes, update->room * sizeof *update->changes);
    }
    struct change *change = &update->changes[update->count++];
    *change = (struct change){.number = number};
    if ((size_t)number < update->file.slot_count && update->file.slots[number].used)
        change->generation = update->file.slots[number].generation;
    return change;
}

void update_put(struct update *update, int64_t number, const struct buffer *body)
{
    struct change *change = change_of(update, number);
    buffer_clear(&change->body);
    buffer_add(&change->body, body->data, body->size);
}

void update_put_stream(struct update *update, int64_t number, const void *bytes, size_t size)
{
    struct change *change = change_of(update, number);
    buffer_clear(&change->body);
    buffer_printf(&change->body, "<< /Length %zu >>\nstream\n", size);
    buffer_add(&change->body, bytes, size);
    buffer_text(&change->body, "\nendstream");
}

/* ---------------------------------------------------------------- values as text */

static void put_name(struct buffer *out, const char *text, size_t size)
{
    buffer_text(out, "/");
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c > 0x20 && c < 0x7F && !strchr("()<>[]{}/%#", c))
            buffer_add(out, &c, 1);
        else
            buffer_printf(out, "#%02X", c);
    }
}

static void put_string(struct buffer *out, const char *text, size_t size)
{
    buffer_text(out, "<");
    for (size_t i = 0; i < size; i++)
        buffer_printf(out, "%02X", (unsigned char)text[i]);
    buffer_text(out, ">");
}

static void put_real(struct buffer *out, double value)
{
    char text[64];
    snprintf(text, sizeof text, "%.10f", value);
    size_t size = strlen(text);
    while (size > 0 && text[size - 1] == '0')
        size--;
    text[size - (size > 0 && text[size - 1] == '.')] = '\0';
    buffer_text(out, text);
}

void update_value(struct buffer *out, const struct pdf_value *value)
{
    switch (value->kind) {
    case PDF_BOOL:
        buffer_text(out, value->number ? "true" : "false");
        break;
    case PDF_INT:
        buffer_printf(out, "%" PRId64, value->number);
        break;
    case PDF_REAL:
        put_real(out, value->real);
        break;
    case PDF_STRING:
        put_string(out, value->text, value->size);
        break;
    case PDF_NAME:
        put_name(out, value->text, value->size);
        break;
    case PDF_REF: /* pdf_read knows references by their number; ours all have generation 0 */
        buffer_printf(out, "%" PRId64 " 0 R", value->number);
        break;
    case PDF_ARRAY:
        buffer_text(out, "[");
        for (size_t i = 0; i < value->size; i++) {
            buffer_text(out, i ? " " : "");
            update_value(out, &value->items[i]);
        }
        buffer_text(out, "]");
        break;
    case PDF_DICT:
        update_dictionary(out, value, NULL);
        buffer_text(out, " >>");
        break;
    default:
        buffer_text(out, "null");
    }
}

static bool is_among(const char *key, const char *const *list)
{
    for (; list && *list; list++)
        if (strcmp(*list, key) == 0)
            return true;
    return false;
}

void update_dictionary(struct buffer *out, const struct pdf_value *dict, const char *const *except)
{
    buffer_text(out, "<<");
    for (size_t i = 0; dict->kind == PDF_DICT && i < dict->size; i++) {
        if (is_among(dict->entries[i].key, except))
            continue;
        buffer_text(out, " ");
        put_name(out, dict->entries[i].key, strlen(dict->entries[i].key));
        buffer_text(out, " ");
        update_value(out, &dict->entries[i].value);
    }
}

/* ---------------------------------------------------------------- catalog and first page */

enum status update_catalog(struct update *update, int64_t *number, struct error *error)
{
    const struct pdf_value *root = pdf_raw(update->file.trailer, "Root");
    if (root->kind != PDF_REF || pdf_resolve(&update->file, root)->kind != PDF_DICT)
        return error_set(error, STATUS_REJECT, _("The file has no catalog."));
    *number = root->number;
    return STATUS_OK;
}

enum status update_first_page(struct update *update, int64_t *number, struct error *error)
{
    struct pdf_file *file = &update->file;
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    const struct pdf_value *at = pdf_raw(catalog, "Pages");
    for (int depth = 0; depth < 64 && at->kind == PDF_REF; depth++) {
        const struct pdf_value *node = pdf_resolve(file, at);
        if (pdf_is_name(pdf_get(file, node, "Type"), "Page")) {
            *number = at->number;
            return STATUS_OK;
        }
        const struct pdf_value *kids = pdf_get(file, node, "Kids");
        if (kids->kind != PDF_ARRAY || kids->size == 0)
            break;
        at = &kids->items[0];
    }
    return error_set(error, STATUS_REJECT, _("The page tree is broken."));
}

/* ---------------------------------------------------------------- writing */

static int by_number(const void *a, const void *b)
{
    const struct change *first = a, *second = b;
    return first->number < second->number ? -1 : first->number > second->number;
}

static void put_sections(struct buffer *out, const struct update *update)
{
    buffer_text(out, "xref\n0 1\n0000000000 65535 f \n");
    for (size_t i = 0; i < update->count;) {
        size_t end = i + 1;
        while (end < update->count &&
               update->changes[end].number == update->changes[end - 1].number + 1)
            end++;
        buffer_printf(out, "%" PRId64 " %zu\n", update->changes[i].number, end - i);
        for (; i < end; i++)
            buffer_printf(out, "%010" PRId64 " %05d n \n", update->changes[i].offset,
                          update->changes[i].generation);
    }
    buffer_text(out, "trailer\n");
}

static void put_row(struct buffer *rows, int64_t offset)
{
    uint8_t row[7] = {1};
    for (int i = 5; i > 0; i--, offset >>= 8)
        row[i] = (uint8_t)offset;
    buffer_add(rows, row, sizeof row);
}

/* The second half of the ID tells this revision from the others; the first stays (14.4). */
static void put_trailer(struct buffer *out, const struct update *update)
{
    static const char *const except[] = {"Size",  "Prev",   "ID",          "XRefStm", "Type", "W",
                                         "Index", "Length", "DecodeParms", "Filter",  NULL};
    const struct pdf_value *id = pdf_raw(update->file.trailer, "ID");
    uint8_t digest[HASH_SIZE];
    struct hash *hash = hash_new();
    hash_add(hash, out->data, out->size);
    hash_end(hash, digest);
    update_dictionary(out, update->file.trailer, except);
    buffer_printf(out, " /Size %" PRId64 " /Prev %" PRId64, update->next,
                  update->file.sections->offset);
    if (id->kind == PDF_ARRAY && id->size == 2 && id->items[0].kind == PDF_STRING) {
        buffer_text(out, " /ID [");
        put_string(out, id->items[0].text, id->items[0].size);
        buffer_text(out, " ");
        put_string(out, (const char *)digest, 16);
        buffer_text(out, "]");
    }
}

/* A file that has cross-reference streams goes on with them (7.5.8): kind in one byte, five of
 * offset, one of generation, which is 0. */
static void put_stream_section(struct buffer *out, struct update *update, int64_t start)
{
    struct buffer rows = {0};
    int64_t number = update_number(update);
    for (size_t i = 0; i < update->count; i++)
        put_row(&rows, update->changes[i].offset);
    put_row(&rows, start); /* numbers ascend: its own is the highest */
    buffer_printf(out, "%" PRId64 " 0 obj\n", number);
    put_trailer(out, update);
    buffer_printf(out, " /Type /XRef /W [1 5 1] /Length %zu /Index [", rows.size);
    for (size_t i = 0; i < update->count; i++)
        buffer_printf(out, "%" PRId64 " 1 ", update->changes[i].number);
    buffer_printf(out, "%" PRId64 " 1] >>\nstream\n", number);
    buffer_add(out, rows.data, rows.size);
    buffer_text(out, "\nendstream\nendobj");
    buffer_clear(&rows);
}

void update_write(struct update *update, FILE *to)
{
    const struct pdf_file *file = &update->file;
    struct buffer out = {0};
    if (update->count > 1)
        qsort(update->changes, update->count, sizeof *update->changes, by_number);
    if (file->bytes[file->size - 1] != '\n')
        buffer_text(&out, "\n");
    for (size_t i = 0; i < update->count; i++) {
        struct change *change = &update->changes[i];
        change->offset = (int64_t)(file->size + out.size);
        buffer_printf(&out, "%" PRId64 " %d obj\n", change->number, change->generation);
        buffer_add(&out, change->body.data, change->body.size);
        buffer_text(&out, "\nendobj\n");
    }
    int64_t start = (int64_t)(file->size + out.size);
    if (file->sections->stream) {
        put_stream_section(&out, update, start);
    } else {
        put_sections(&out, update);
        put_trailer(&out, update);
        buffer_text(&out, " >>");
    }
    buffer_printf(&out, "\nstartxref\n%" PRId64 "\n%%%%EOF\n", start);
    fwrite(file->bytes, 1, file->size, to);
    fwrite(out.data, 1, out.size, to);
    buffer_clear(&out);
}
