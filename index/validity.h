/*
 * Is a paper still in force? Not the same as how long it is kept: an expired one stays in the store
 * and leaves only the list of what may be used again.
 *
 * It begins on its day of issue and ends never, or after the months of its type's class (catalogue
 * "validity-class", as it was on the day of issue), or as records of the kind "validity" say:
 *
 *   {"document": ID, "act": "revoke", "day": ISO, "other": number or id of what revokes it,
 * "reason"}
 *   {"document": ID, "act": "supersede", "day": ISO, "other": DOCUMENT, "reason"}
 *   {"document": ID, "act": "return", "day": ISO}            given to the citizen
 *   {"document": ID, "act": "limit", "from": ISO, "to": ISO or "unlimited", "reason"}
 *   {"document": ID, "act": "restore", "reason"}             neither revoked nor superseded any
 * more
 */
#ifndef SOHOA_INDEX_VALIDITY_H
#define SOHOA_INDEX_VALIDITY_H

#include "core/db.h"
#include "core/record.h"

enum validity_state {
    STATE_DRAFT,   /* nobody has approved it */
    STATE_CHECKED, /* approved, not signed */
    STATE_SIGNED,
    STATE_RETURNED,
    STATE_SUPERSEDED,
    STATE_REVOKED,
    STATE_COUNT
};
const char *validity_state_name(enum validity_state state);  /* "signed": JSON; stable */
const char *validity_state_label(enum validity_state state); /* for people */
enum validity_state validity_state_find(const char *name);   /* STATE_COUNT: there is none */

enum status validity_apply(struct db *db, const struct record *record, struct error *error);

#endif
