/* Inside pipeline/ only. */
#ifndef SOHOA_PIPELINE_REVIEW_VALUES_H
#define SOHOA_PIPELINE_REVIEW_VALUES_H

#include "pipeline/pipeline.h"

/* REJECT, with the nearest that is known: a type of paper that types.tsv does not have, a code of a
 * procedure that the catalogue does not have. Where there is no catalogue any value will do. */
enum status review_check_value(const struct warehouse *warehouse, struct db *db,
                               enum field_id field, const char *value, struct arena *arena,
                               struct error *error);

#endif
