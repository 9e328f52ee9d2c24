/* One page about one signed document, for people: what TT 15/2025/TT-BKHCN asks a verifier to show,
 * and the way from the scan to the search hit. */
#ifndef SOHOA_TOOLS_VERDICT_H
#define SOHOA_TOOLS_VERDICT_H

#include "archive/store.h"
#include "pipeline/audit.h"
#include "tools/command.h"

/* A line for each signature and document time-stamp, by what ISO 32000 lets follow it. */
void verdict_print_each(struct cli *cli, const struct archive_signature *list);
/* The seven lines: CA, signer, managing unit, time, integrity, validity then, certificate. */
void verdict_print(struct cli *cli, const struct archive_verdict *pdf);
json_t *verdict_json(const struct cli *cli, const struct archive_verdict *pdf);

/* The chain of one package. journal, package: NULL outside of a warehouse. */
void verdict_print_chain(struct cli *cli, const struct store_verdict *verdict,
                         const struct anchor_report *journal, const struct audit_package *package);

/* "bound", "unbound", "broken". */
const char *verdict_bond(enum audit_bond bond);

#endif
