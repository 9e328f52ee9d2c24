/*
 * Outcomes and the sentence that goes with them.
 *
 * A function that can fail returns what the caller should do next (enum status) and takes a
 * struct error * as its last parameter, into which the first to notice writes one sentence for a
 * person: what is wrong and what to do. Callers may put "where" in front; only programs print.
 */
#ifndef SOHOA_CORE_STATUS_H
#define SOHOA_CORE_STATUS_H

enum status {
    STATUS_OK,     /* done */
    STATUS_END,    /* nothing more: feeder empty, no more rows */
    STATUS_RETRY,  /* the same call may work later: device busy, disk full, authority away */
    STATUS_REJECT, /* this page or document needs a person */
    STATUS_FATAL   /* the program or its set-up is wrong: stop */
};

struct error {
    char text[512]; /* UTF-8, one sentence, no line break; "" when nothing is wrong */
};

/* Writes the sentence (printf style, cut at a whole UTF-8 character when too long) and returns
 * status, so that `return error_set(error, STATUS_REJECT, _("..."), ...);` is one line.
 * error may be NULL. */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts a place in front of the sentence that is there: "place: sentence". Returns status. */
enum status error_add(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#ifdef __clang_analyzer__
/* The analyzer sees one file at a time: tell it that these two return the status they are given.
 * Only `make lint` reads this. */
static inline enum status error_known(enum status returned, enum status given)
{
    (void)returned;
    return given;
}
#define error_set(error, status, ...) error_known(error_set(error, status, __VA_ARGS__), status)
#define error_add(error, status, ...) error_known(error_add(error, status, __VA_ARGS__), status)
#endif

/* "ok", "end", "retry", "reject", "fatal": for logs and JSON, never translated. */
const char *status_name(enum status status);

#endif
