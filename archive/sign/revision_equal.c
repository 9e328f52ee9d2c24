#include <string.h>

#include "archive/sign/revision_parts.h"

bool revision_equal(const struct pdf_value *a, const struct pdf_value *b, int depth)
{
    if (a->kind != b->kind || depth > 64)
        return false;
    switch (a->kind) {
    case PDF_NULL:
        return true;
    case PDF_REAL:
        return a->real - b->real < 1e-6 && b->real - a->real < 1e-6;
    case PDF_STRING:
    case PDF_NAME:
    case PDF_OPERATOR:
        return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
    case PDF_ARRAY:
        if (a->size != b->size)
            return false;
        for (size_t i = 0; i < a->size; i++)
            if (!revision_equal(&a->items[i], &b->items[i], depth + 1))
                return false;
        return true;
    case PDF_DICT:
        if (a->size != b->size || (a->stream_at > 0) != (b->stream_at > 0))
            return false;
        for (size_t i = 0; i < a->size; i++)
            if (!revision_equal(&a->entries[i].value, pdf_raw(b, a->entries[i].key), depth + 1))
                return false;
        return true;
    case PDF_REF:
        return a->number == b->number && a->size == b->size;
    default:
        return a->number == b->number;
    }
}

bool revision_is_among(const char *key, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(*list, key) == 0)
            return true;
    return false;
}

bool revision_equal_but(const struct pdf_value *older, const struct pdf_value *newer,
                        const char *const *except)
{
    if (older->kind != PDF_DICT || newer->kind != PDF_DICT || older->stream_at > 0 ||
        newer->stream_at > 0)
        return false;
    for (size_t i = 0; i < older->size; i++)
        if (!revision_is_among(older->entries[i].key, except) &&
            !revision_equal(&older->entries[i].value, pdf_raw(newer, older->entries[i].key), 0))
            return false;
    for (size_t i = 0; i < newer->size; i++)
        if (!revision_is_among(newer->entries[i].key, except) &&
            pdf_raw(older, newer->entries[i].key)->kind != newer->entries[i].value.kind)
            return false;
    return true;
}

bool revision_is_seen(struct pdf_file *file, const struct pdf_value *widget)
{
    const struct pdf_value *box = pdf_get(file, widget, "Rect");
    double side[4] = {0};
    bool known = box->kind == PDF_ARRAY && box->size == 4;
    for (size_t i = 0; known && i < 4; i++) {
        const struct pdf_value *one = pdf_resolve(file, &box->items[i]);
        known = one->kind == PDF_INT || one->kind == PDF_REAL;
        side[i] = one->real;
    }
    return known ? side[0] != side[2] && side[1] != side[3]
                 : pdf_get(file, widget, "AP")->kind != PDF_NULL;
}
