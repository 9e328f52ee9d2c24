/* Signatures as the reader sees them: object, field, revision. */
#include <string.h>

#include "archive/signature_parts.h"

struct place {
    int64_t number, offset;
    bool old; /* it was taken by a newer definition */
};

/* The object that begins last before a byte. */
static struct place object_before(const struct pdf_file *file, int64_t at)
{
    struct place best = {.number = 0};
    for (size_t i = 1; i < file->slot_count; i++) {
        const struct pdf_slot *slot = &file->slots[i];
        if (slot->used && slot->stream == 0 && slot->offset < at && slot->offset > best.offset)
            best = (struct place){(int64_t)i, slot->offset, false};
    }
    for (size_t i = 0; i < file->old_count; i++) {
        const struct pdf_old *old = &file->olds[i];
        if (old->offset < at && old->offset > best.offset)
            best = (struct place){old->number, old->offset, true};
    }
    return best;
}

static bool is_signature(const struct pdf_value *value)
{
    return pdf_raw(value, "ByteRange")->kind == PDF_ARRAY &&
           pdf_raw(value, "Contents")->kind == PDF_STRING;
}

/* Is the place within the bytes of the stream that the object is? */
static bool in_stream(struct pdf_file *file, const struct place *place, int64_t at)
{
    const uint8_t *bytes;
    size_t size;
    const struct pdf_value *value = pdf_object_at(file, place->number);
    return !place->old && place->number > 0 && pdf_stream_raw(file, value, &bytes, &size) &&
           at > value->stream_at && at < value->stream_at + (int64_t)size;
}

static void name_one(struct pdf_file *file, struct arena *arena, int64_t number,
                     struct sigdict *one)
{
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    const struct pdf_value *certifying = pdf_raw(pdf_get(file, catalog, "Perms"), "DocMDP");
    /* programs escape what they like in a string */
    const struct pdf_value *time = pdf_get(file, pdf_object_at(file, number), "M");
    if (time->kind == PDF_STRING)
        sigdict_time(time->text, time->size, one->time);
    one->certifies = certifying->kind == PDF_REF && certifying->number == number;
    for (size_t i = 1; i < file->slot_count && !one->field; i++) {
        const struct pdf_value *field = pdf_object_at(file, (int64_t)i);
        const struct pdf_value *value = pdf_raw(field, "V"), *name = pdf_get(file, field, "T");
        if (value->kind == PDF_REF && value->number == number && name->kind == PDF_STRING)
            one->field = arena_strndup(arena, name->text, strnlen(name->text, name->size));
    }
}

/* Objects that are signatures, but were not found by their bytes. */
static size_t count_hidden(struct pdf_file *file, const int64_t *numbers, size_t count,
                           struct sigdict *hidden, size_t room)
{
    size_t more = 0;
    for (size_t i = 1; i < file->slot_count && more < room; i++) {
        bool known = false;
        if (!file->slots[i].used || !is_signature(pdf_object_at(file, (int64_t)i)))
            continue;
        for (size_t k = 0; k < count; k++)
            known |= numbers[k] == (int64_t)i;
        if (!known)
            hidden[more++] = (struct sigdict){.doubtful = true};
    }
    return more;
}

void signature_place(struct pdf_file *file, struct arena *arena, struct sigdict **found,
                     size_t *count)
{
    enum { HIDDEN_MAX = 16 };
    struct sigdict *kept = arena_array(arena, *count + HIDDEN_MAX, sizeof *kept);
    int64_t *numbers = arena_array(arena, *count + 1, sizeof *numbers);
    size_t all = 0;
    for (size_t i = 0; i < *count; i++) {
        const struct sigdict *one = &(*found)[i];
        struct place place = object_before(file, one->range_at);
        if (in_stream(file, &place, one->range_at))
            continue;
        kept[all] = *one;
        kept[all].taken_out = place.old;
        numbers[all] = place.old ? 0 : place.number;
        if (!place.old)
            name_one(file, arena, place.number, &kept[all]);
        all++;
    }
    *count = all + count_hidden(file, numbers, all, kept + all, HIDDEN_MAX);
    *found = kept;
}

int signature_revision(const struct pdf_file *file, int64_t end)
{
    int revisions = 0;
    for (const struct pdf_section *at = file->sections; at; at = at->next)
        /* the two sections of a linearized file are one revision: the newer stands first */
        revisions += at->end <= end && (!at->next || at->next->offset < at->offset);
    return revisions;
}
