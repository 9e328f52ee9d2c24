/* Who signed the anchors of a journal, as it is told. */
#ifndef SOHOA_TOOLS_ANCHORS_H
#define SOHOA_TOOLS_ANCHORS_H

#include "archive/anchor.h"
#include "core/json.h"

void anchors_print_signers(struct arena *arena, const struct anchor_report *report);
json_t *anchors_signers_json(const struct anchor_report *report);

#endif
