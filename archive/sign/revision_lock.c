#include <string.h>

#include "archive/archive.h"
#include "archive/sign/revision_parts.h"
#include "core/buffer.h"

#define LOCKS_MAX 64
#define DEPTH_MAX 32

unsigned revision_level(int64_t level)
{
    if (level == 1)
        return CHANGED_TIMESTAMP | CHANGED_PROOFS | CHANGED_METADATA;
    return level == 3 ? ~0u : ~0u & ~(CHANGED_ANNOTATIONS | CHANGED_MARKS);
}

static void take(struct revision_locks *out, const struct pdf_value *lock)
{
    const struct pdf_value *level = pdf_get(out->file, lock, "P");
    if (lock->kind != PDF_DICT || out->count == LOCKS_MAX)
        return;
    out->items[out->count++] = lock;
    if (level->kind == PDF_INT)
        out->allowed &= revision_level(level->number);
}

/* The FieldMDP among what a signature refers to. */
static void take_reference(struct revision_locks *out, const struct pdf_value *signature)
{
    const struct pdf_value *list = pdf_get(out->file, signature, "Reference");
    for (size_t i = 0; list->kind == PDF_ARRAY && i < list->size; i++) {
        const struct pdf_value *one = pdf_resolve(out->file, &list->items[i]);
        if (pdf_is_name(pdf_get(out->file, one, "TransformMethod"), "FieldMDP"))
            take(out, pdf_get(out->file, one, "TransformParams"));
    }
}

void revision_locks(struct pdf_file *file, struct revision_locks *out)
{
    *out = (struct revision_locks){.file = file,
                                   .items = arena_array(file->arena, LOCKS_MAX, sizeof *out->items),
                                   .allowed = ~0u};
    for (size_t i = 1; i < file->slot_count; i++) {
        const struct pdf_value *field =
            file->slots[i].used ? pdf_object_at(file, (int64_t)i) : NULL;
        if (!field || !pdf_is_name(pdf_get(file, field, "FT"), "Sig"))
            continue;
        const struct pdf_value *signature = pdf_get(file, field, "V");
        if (signature->kind != PDF_DICT) /* it locks once it is signed */
            continue;
        take(out, pdf_get(file, field, "Lock"));
        take_reference(out, signature);
    }
}

/* "form.owner.name": the names from the top down, with dots. */
static void full_name(struct pdf_file *file, const struct pdf_value *field, int depth,
                      struct buffer *out)
{
    const struct pdf_value *own = pdf_get(file, field, "T");
    const struct pdf_value *parent = pdf_get(file, field, "Parent");
    if (parent->kind == PDF_DICT && depth < DEPTH_MAX)
        full_name(file, parent, depth + 1, out);
    if (own->kind != PDF_STRING)
        return;
    if (out->size)
        buffer_text(out, ".");
    buffer_add(out, own->text, own->size);
}

/* Is the field one of the list, or below one of it? */
static bool is_listed(struct pdf_file *file, const struct pdf_value *list,
                      const struct buffer *name)
{
    for (size_t i = 0; list->kind == PDF_ARRAY && i < list->size; i++) {
        const struct pdf_value *one = pdf_resolve(file, &list->items[i]);
        if (one->kind == PDF_STRING && one->size > 0 && one->size <= name->size &&
            memcmp(one->text, name->data, one->size) == 0 &&
            (one->size == name->size || name->data[one->size] == '.'))
            return true;
    }
    return false;
}

bool revision_is_locked(const struct revision_locks *locks, const struct pdf_value *field)
{
    struct buffer name = {0};
    bool locked = false;
    full_name(locks->file, field, 0, &name);
    for (size_t i = 0; i < locks->count && !locked; i++) {
        const struct pdf_value *action = pdf_get(locks->file, locks->items[i], "Action");
        bool listed =
            is_listed(locks->file, pdf_get(locks->file, locks->items[i], "Fields"), &name);
        locked = pdf_is_name(action, "All") || (pdf_is_name(action, "Include") && listed) ||
                 (pdf_is_name(action, "Exclude") && !listed);
    }
    buffer_clear(&name);
    return locked;
}
