/* One page about one signed document, for people: what TT 15/2025/TT-BKHCN asks a verifier to show,
 * and the way from the scan to the search hit. */
#ifndef SOHOA_TOOLS_VERDICT_H
#define SOHOA_TOOLS_VERDICT_H

#include "archive/store.h"
#include "pipeline/audit.h"
#include "tools/command.h"

/* A line for each signature and document time-stamp, by what ISO 32000 lets follow it. ours: made
 * by sohoa, so that fields tell the officer's from the agency's. */
void verdict_print_each(struct cli *cli, const struct archive_signature *list, bool ours);
/* As received.json has them, and "by" of each: its role. */
json_t *verdict_each_json(const struct archive_signature *list, bool ours);
/* "officer", "agency", "authority" (of a time-stamp), "certifying", "". */
const char *verdict_role(const struct archive_signature *one, bool ours);
/* known: the signer is trusted, so that it is the officer or the agency who signed in the field
 * that is named so; anyone can name a field. */
const char *verdict_role_words(const char *role, bool known);
bool verdict_judged(const struct cli *cli); /* are there roots to judge chains by? */
/* The seven lines: CA, signer, managing unit, time, integrity, validity then, certificate. */
void verdict_print(struct cli *cli, const struct archive_verdict *pdf);
json_t *verdict_json(const struct cli *cli, const struct archive_verdict *pdf);

/* When its own proofs do not prove its signatures any more, and another one does: since when, until
 * when. received: it is the PDF that a package came in as. */
void verdict_print_proven(struct cli *cli, const struct archive_verdict *pdf, bool received);
void verdict_proven_json(json_t *json, const struct archive_verdict *pdf);
/* Its evidence record. */
json_t *verdict_record_json(const struct cli *cli, const struct audit_package *package);

/* Of one package: by the worst volume, then every signature of every volume. */
void verdict_print_package(struct cli *cli, const char *path, const struct archive_trust *trust,
                           const struct store_verdict *verdict);
json_t *verdict_package_json(struct cli *cli, const char *path, const struct archive_trust *trust,
                             const struct store_verdict *verdict);

/* The chain of one package. audit, package: NULL outside of a warehouse. A tick: the line's claim
 * holds; a cross: it does not; a dot: there is nothing to hold, or nothing to hold it by. */
void verdict_print_chain(struct cli *cli, const struct store_verdict *verdict,
                         const struct audit *audit, const struct audit_package *package);

/* Adds one package's counts to those of others. */
void verdict_sum(struct store_verdict *all, const struct store_verdict *one);
/* How the pages were held against the scans. */
const char *verdict_pages(struct cli *cli, const struct store_verdict *verdict);
/* "trusted", "NOT trusted", "trust not judged". */
const char *verdict_trust(const struct cli *cli, bool trusted, bool over);
/* "anchored until entry 12", "never anchored". */
const char *verdict_anchored(struct cli *cli, const struct anchor_report *journal);
/* "bound", "unbound", "broken". */
const char *verdict_bond(enum audit_bond bond);

/* received.c: the signatures of the PDF that a package came in as, if it did, whatever ours beside
 * it says. json: as an object into it; NULL: in words. path: of the package. */
void verdict_received(struct cli *cli, const struct archive_trust *trust, const char *path,
                      json_t *json);
/* They were trusted when it came in, and are not any more. */
bool verdict_received_lost(struct cli *cli, const struct archive_trust *trust, const char *path);

#endif
