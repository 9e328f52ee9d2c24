/* FIELD=VALUE as a person types it: of review correct and amend. */
#ifndef SOHOA_TOOLS_FIELDS_H
#define SOHOA_TOOLS_FIELDS_H

#include "tools/command.h"

/* REJECT, with the nearest field in the sentence, when there is no such field. value: lent, from
 * the assignment. */
enum status fields_assignment(struct cli *cli, const char *assignment, enum field_id *field,
                              const char **value);

#endif
