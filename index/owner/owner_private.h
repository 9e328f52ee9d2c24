/* How owners are made of mentions (index/owner.h). For index/owner*.c and the catalogue. */
#ifndef SOHOA_INDEX_OWNER_PRIVATE_H
#define SOHOA_INDEX_OWNER_PRIVATE_H

#include "core/document.h"
#include "index/owner.h"

enum { MENTIONS_MAX = 65536 }; /* of one paper; id of a mention = entry * MENTIONS_MAX + place */

struct mention {
    int64_t id, owner_id;
    enum owner_type type;
    const char *name, *base, *exact; /* as printed, folded, with its marks; "" when there is none */
    const char *birth_date;          /* ISO; "" unknown */
    const char *digits;              /* "" none */
    enum identifier_kind kind;
    enum identifier_fault fault;
    bool apart; /* a record took it out */
    const char *document_id;
    int64_t ordinal;
};

/* The columns of a mention m with its entry e, for mention_row. */
#define MENTION_COLUMNS                                                                            \
    "m.id, m.owner_id, m.type, m.name, m.base, m.exact, m.birth_date, m.kind, m.digits, m.fault,"  \
    " m.apart, e.document_id"
#define MENTION_FROM " FROM owner_mention m JOIN catalog_entry e ON e.id = m.id / 65536"
/* The owners (owner_mention.owner_id) of a number, given twice: those of which papers print it, and
 * those to whom a record gives it. */
#define OWNERS_BY_DIGITS                                                                           \
    "SELECT m.owner_id FROM owner_mention m WHERE m.digits = ? UNION"                              \
    " SELECT m.owner_id FROM owner_act a JOIN catalog_entry p ON p.document_id = a.document_id"    \
    " JOIN owner_mention m ON m.id = p.id * 65536 + a.ordinal"                                     \
    " WHERE a.digits = ? AND a.undone = 0"
void mention_row(struct db_query *query, struct arena *arena, struct mention *out);
/* A number that joins. */
bool mention_is_strong(const struct mention *mention);
/* Neither number nor doubt: joined by the very name and day of birth. */
bool mention_is_plain(const struct mention *mention);
/* Can these names be one person's that bears one number? Folded names. */
bool owner_names_alike(const char *base, const char *other);
/* END: that paper is not in the catalogue, or has no such place. */
enum status mention_find(struct db *db, const char *document_id, int64_t ordinal, int64_t *id,
                         struct error *error);

/* The mentions of a paper that comes, or comes again, as this entry. */
enum status mentions_put(struct db *db, const struct document *document, int64_t entry,
                         struct error *error);
/* A mention with an owner of its own, before owners_settle looks whose it is. */
enum status mention_insert(struct db *db, const struct mention *mention, struct error *error);
/* What the mention says of itself from name, number and day of birth; texts in the arena. */
void mention_fill(struct mention *mention, const char *name, const char *number,
                  const char *birth_date, struct arena *arena);

/* Makes anew the owners of these mentions and of all that a rule or record may connect with them.
 */
enum status owners_settle(struct db *db, const int64_t *mentions, size_t count,
                          struct error *error);
/* The effect of all records on the owners that are there: when the catalogue was made again without
 * them. */
enum status owners_settle_acts(struct db *db, struct error *error);
/* All owners made again of all mentions: of an upgraded database. */
enum status owners_settle_all(struct db *db, struct error *error);

#endif
