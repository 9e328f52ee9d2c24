/*
 * What was digitised once and used again: for which dossier, and what that saved.
 *
 * A dossier (hồ sơ) has components (thành phần). Record "reuse":
 *   {"dossier": CODE, "component": "Giấy khai sinh", "state": 0..3, "document": ID (not of 0),
 *    "procedure": CODE, "pages": N, "copies": N, "fee": đồng, "rules": {...}}
 * A component that is said again replaces what was said of it. The indicator is counted from these
 * rows, never typed.
 *
 * Record "result-code" gives a document its digitised-result code (TT 01/2023): {"document",
 * "code"}. No two documents ever have the same, and one that was given is not taken back.
 */
#ifndef SOHOA_INDEX_REUSE_H
#define SOHOA_INDEX_REUSE_H

#include "core/db.h"
#include "core/record.h"

enum component_state {
    COMPONENT_NONE,           /* not digitised */
    COMPONENT_DIGITIZED,      /* digitised for this dossier */
    COMPONENT_FROM_COMPONENT, /* used again from another dossier's component */
    COMPONENT_FROM_RESULT,    /* used again from another procedure's result */
    COMPONENT_STATES
};
const char *component_state_label(enum component_state state); /* for people */
const char *component_state_name(enum component_state state); /* "from-result": CLI, JSON; stable */
enum component_state component_state_find(const char *name);  /* COMPONENT_STATES: there is none */

/* A dossier code in one of its three forms (TT 01/2018 Art. 19, "H56.14-240823-0001", TT 04/2025
 * Art. 23), with a day that exists and is not after today. REJECT says what is wrong. */
enum status dossier_check(const char *code, const char *today, struct error *error);

enum status reuse_apply(struct db *db, const struct record *record, struct error *error);
enum status result_code_apply(struct db *db, const struct record *record, struct error *error);

struct reuse {
    const char *document, *dossier, *component, *procedure, *day, *actor;
    enum component_state state;
    int64_t record, pages, copies, fee;
};
struct reuse_filter {      /* NULL: all */
    const char *from, *to; /* ISO days */
    const char *document, *dossier, *procedure;
};
enum status reuse_list(struct db *db, const struct reuse_filter *filter, struct arena *arena,
                       struct reuse **out, size_t *count, struct error *error);

enum reuse_by { REUSE_BY_ALL, REUSE_BY_MONTH, REUSE_BY_PROCEDURE, REUSE_BY_ACTOR };
struct reuse_count {
    const char *group;                    /* "" for all */
    int64_t dossiers, dossiers_reusing;   /* with any component told here; with one used again */
    int64_t components[COMPONENT_STATES]; /* by state */
    int64_t pages, copies, fee;           /* saved by those used again */
};
enum status reuse_count(struct db *db, const struct reuse_filter *filter, enum reuse_by by,
                        struct arena *arena, struct reuse_count **out, size_t *count,
                        struct error *error);

/* The next code after the template: {owner} the digits that name the owner, {result_type} the KQ
 * code or type, {procedure}, {year}, {NN} a serial number of the same beginning, two digits or
 * more. REJECT: something the template needs is not known of the document. */
enum status result_code_next(struct db *db, const char *template, const char *document,
                             struct arena *arena, const char **code, struct error *error);
/* NULL: it has none. */
enum status result_code_of(struct db *db, const char *document, struct arena *arena,
                           const char **code, struct error *error);

#endif
