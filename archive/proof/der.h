/* The little of DER (X.690) that evidence records need. */
#ifndef SOHOA_ARCHIVE_DER_H
#define SOHOA_ARCHIVE_DER_H

#include <stdbool.h>

#include "core/buffer.h"

/* Bytes that are read from the front; lent. */
struct der {
    const uint8_t *bytes;
    size_t size;
};

/* Appends one element. */
void der_put(struct buffer *out, uint8_t tag, const void *content, size_t size);
/* Takes the element with this tag from the front; content lies in out. False: another tag, or a
 * length that is not DER or goes too far; then nothing is taken. */
bool der_next(struct der *from, uint8_t tag, struct der *content);
/* The same; whole gets the element with tag and length, content (may be NULL) what is in it. */
bool der_next_whole(struct der *from, uint8_t tag, struct der *whole, struct der *content);

#endif
