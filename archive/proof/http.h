/* One question over HTTP, one answer. Door: libcurl. */
#ifndef SOHOA_ARCHIVE_HTTP_H
#define SOHOA_ARCHIVE_HTTP_H

#include <stddef.h>

#include "core/buffer.h"
#include "core/status.h"

struct http_question {
    const char *url;  /* http: or https: only */
    const char *type; /* of the body: "application/timestamp-query" */
    const void *body; /* NULL: GET */
    size_t size;
    double timeout_s;
    size_t limit; /* bytes of an answer, more is refused */
};

/* RETRY: no answer, too slow, too large, or one that says no (any code but 200); the sentence names
 * the host and never what was asked. */
enum status http_ask(const struct http_question *question, struct buffer *answer,
                     struct error *error);

#endif
