/*
 * One paper that is in the store twice: type, number, day and owner are the same. However it came
 * there, it counts once, until a person says that they are two papers.
 *
 * Record "twin": {"document": ID, "same": bool, "other": ID, "reason": WORDS}. What is said last of
 * a document is right: another paper counts for itself; the same one goes on counting once, and
 * nobody is asked again. Of several that nobody called another, that one counts which came into
 * the store first.
 */
#ifndef SOHOA_ACCOUNT_TWINS_H
#define SOHOA_ACCOUNT_TWINS_H

#include "account/account.h"

#define KIND_TWIN "twin"

/* REJECT: it names no document, or another paper without a reason. */
enum status twin_apply(struct db *db, const struct record *record, struct error *error);

/* The documents that count, each with its newest version at a moment, as a table of
 * catalog_version's columns and place, day, with no parameters. */
const char *twins_counted(const struct account_at *at, struct arena *arena);
/* Those that do not count for a twin that does. */
const char *twins_left_out(const struct account_at *at, struct arena *arena);

enum twin_state { TWIN_OPEN, TWIN_SAME, TWIN_ANOTHER };
const char *twin_state_name(enum twin_state state); /* "open": JSON, stable */

struct twin {
    const char *document, *other; /* other: that counts, or "" */
    enum twin_state state;
    const char *reason; /* of who said it; "" */
};
/* Every document that does not count, and those that a person said are another paper, by id. */
enum status twins_each(struct db *db, const struct account_at *at,
                       enum status (*visit)(void *context, const struct twin *twin,
                                            struct error *error),
                       void *context, struct error *error);

/* One of them; OK with document NULL: it counts, and nobody had to say so. */
enum status twin_find(struct db *db, const struct account_at *at, const char *document_id,
                      struct arena *arena, struct twin *out, struct error *error);

/* What was said of it last; OPEN: nothing. */
enum status twin_said(struct db *db, const char *document_id, enum twin_state *state,
                      struct error *error);

#endif
