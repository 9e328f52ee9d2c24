/* Papers of the inventory that need not be digitised (CV 7197: born digital, duplicate, expired,
 * secret ...): taken out of the denominator, and listed. Records of kind "exempt". */
#ifndef SOHOA_ACCOUNT_EXEMPT_H
#define SOHOA_ACCOUNT_EXEMPT_H

#include "account/account.h"
#include "core/json.h"

#define KIND_EXEMPT "exempt"

/* The reasons there are, in order: slug ("born_digital") and label, translated; NULL: no more. */
const char *exempt_reason(size_t at, const char **label);

/* CSV with the columns unit, procedure, year, reason, papers (don_vi, thu_tuc, nam, ly_do,
 * so_giay_to) and, where they are known, pages, sheets, number (so_ky_hieu, of one paper), note.
 * reason: a slug or its Vietnamese words. REJECT with the line of the first bad row. */
enum status exempt_read(struct db *db, const char *csv_path, json_t **data, int *rows,
                        struct error *error);
/* Saying it again about the same unit, procedure, year, reason and number replaces. REJECT: more
 * papers would be exempt than the inventory has. */
enum status exempt_apply(struct db *db, const struct record *record, struct error *error);

struct exempt_row {
    const char *unit, *procedure, *reason, *number, *note; /* reason: slug */
    int year;
    int64_t papers, pages, sheets; /* sheets -1: not counted */
    int64_t record;
};
enum status exempt_each(struct db *db, const struct account_at *at,
                        enum status (*visit)(void *context, const struct exempt_row *row,
                                             struct error *error),
                        void *context, struct error *error);

#endif
