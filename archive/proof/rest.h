/* Authorities that are left alone for a minute after they failed twice in a row, so that a queue of
 * a thousand documents does not wait for each of them a thousand times. Of one process. */
#ifndef SOHOA_ARCHIVE_REST_H
#define SOHOA_ARCHIVE_REST_H

#include <stdbool.h>

#include "core/status.h"

struct rest;
struct rest *rest_new(void);
void rest_free(struct rest *rest); /* NULL is fine */

/* Is this authority (its URL) left alone just now? Then error gets the sentence of its last failure
 * and RETRY is given, else OK. rest NULL: nobody rests. */
enum status rest_ask(const struct rest *rest, const char *url, struct error *error);
/* What became of a question: OK ends the count of failures, RETRY adds to it. */
void rest_note(struct rest *rest, const char *url, enum status status, const struct error *error);

#endif
