#include <stdlib.h>
#include <string.h>

#include "archive/proof/vouch.h"

#define INTEGER 0x02
#define OBJECT 0x06
#define SEQUENCE 0x30
#define SET 0x31
#define FIRST 0xA0  /* [0] */
#define SECOND 0xA1 /* [1]: crls of SignedData, "other" within them */

static const uint8_t signed_data[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02};
static const uint8_t ocsp_response[] = {0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x10, 0x02};

struct parts {
    struct der version, middle, crls, signers; /* middle: digests, content, certificates */
    bool has_crls;
};

static bool read_parts(const struct der *token, struct parts *out)
{
    struct der all = *token, info, type, content, body, whole, ignored;
    *out = (struct parts){.has_crls = false};
    if (!der_next(&all, SEQUENCE, &info) || all.size || !der_next(&info, OBJECT, &type) ||
        type.size != sizeof signed_data || memcmp(type.bytes, signed_data, type.size) != 0 ||
        !der_next(&info, FIRST, &content) || info.size || !der_next(&content, SEQUENCE, &body) ||
        content.size || !der_next(&body, INTEGER, &out->version) || out->version.size != 1)
        return false;
    out->middle = body;
    if (!der_next(&body, SET, &ignored) || !der_next(&body, SEQUENCE, &ignored))
        return false;
    der_next(&body, FIRST, &ignored);
    out->middle.size -= body.size;
    out->has_crls = der_next(&body, SECOND, &out->crls);
    return der_next_whole(&body, SET, &whole, NULL) && (out->signers = whole, body.size == 0);
}

/* "other" makes it version 5; a time-stamp without is 3 (RFC 5652 5.1). */
static void put_parts(const struct parts *parts, const struct buffer *crls, uint8_t version,
                      struct buffer *out)
{
    struct buffer body = {0}, content = {0}, info = {0};
    der_put(&body, INTEGER, &version, 1);
    buffer_add(&body, parts->middle.bytes, parts->middle.size);
    if (crls->size)
        der_put(&body, SECOND, crls->data, crls->size);
    buffer_add(&body, parts->signers.bytes, parts->signers.size);
    der_put(&content, SEQUENCE, body.data, body.size);
    der_put(&info, OBJECT, signed_data, sizeof signed_data);
    der_put(&info, FIRST, content.data, content.size);
    der_put(out, SEQUENCE, info.data, info.size);
    buffer_clear(&body);
    buffer_clear(&content);
    buffer_clear(&info);
}

/* The version that it has without proofs. */
static uint8_t bare_version(const struct parts *parts)
{
    struct der crls = parts->crls;
    struct der ignored;
    while (parts->has_crls && crls.size && der_next(&crls, SEQUENCE, &ignored))
        continue;
    return parts->has_crls && crls.size ? 3 : parts->version.bytes[0];
}

bool token_bare(const struct der *token, struct buffer *out)
{
    const struct buffer none = {0};
    struct parts parts;
    if (!read_parts(token, &parts))
        return false;
    put_parts(&parts, &none, bare_version(&parts), out);
    return true;
}

static void put_answer(const struct buffer *der, struct buffer *out)
{
    struct buffer body = {0};
    der_put(&body, OBJECT, ocsp_response, sizeof ocsp_response);
    buffer_add(&body, der->data, der->size);
    der_put(out, SECOND, body.data, body.size);
    buffer_clear(&body);
}

/* A set in DER is sorted (X.690 11.6). */
static int by_bytes(const void *a, const void *b)
{
    const struct buffer *one = a, *other = b;
    size_t size = one->size < other->size ? one->size : other->size;
    int order = memcmp(one->data, other->data, size);
    return order ? order : (one->size > other->size) - (one->size < other->size);
}

bool token_put(const struct der *token, const struct proof *proofs, size_t count,
               struct buffer *out)
{
    struct parts parts;
    struct buffer crls = {0};
    if (!read_parts(token, &parts))
        return false;
    struct buffer *entries = memory_new((count + 1) * sizeof *entries);
    uint8_t version = bare_version(&parts);
    for (size_t i = 0; i < count; i++) {
        if (proofs[i].ocsp) {
            put_answer(&proofs[i].der, &entries[i]);
            version = 5;
        } else {
            buffer_add(&entries[i], proofs[i].der.data, proofs[i].der.size);
        }
    }
    qsort(entries, count, sizeof *entries, by_bytes);
    for (size_t i = 0; i < count; i++) {
        buffer_add(&crls, entries[i].data, entries[i].size);
        buffer_clear(&entries[i]);
    }
    put_parts(&parts, &crls, version, out);
    buffer_clear(&crls);
    free(entries);
    return true;
}

static bool read_answer(struct der *from, struct der *out)
{
    struct der other, type;
    if (!der_next(from, SECOND, &other) || !der_next(&other, OBJECT, &type) ||
        type.size != sizeof ocsp_response || memcmp(type.bytes, ocsp_response, type.size) != 0)
        return false;
    *out = other;
    return true;
}

void token_proofs(const struct der *token, struct signature_proofs *out)
{
    struct parts parts;
    signature_proofs_read(NULL, out);
    if (!read_parts(token, &parts) || !parts.has_crls)
        return;
    while (parts.crls.size && !out->damaged) {
        struct buffer der = {0};
        struct der one;
        bool list = der_next_whole(&parts.crls, SEQUENCE, &one, NULL);
        if (list || read_answer(&parts.crls, &one)) {
            buffer_add(&der, one.bytes, one.size);
            signature_proofs_add(out, !list, &der, 0);
        } else {
            out->damaged = true;
        }
        buffer_clear(&der);
    }
}
