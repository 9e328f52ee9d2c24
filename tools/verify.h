/* What the files of sohoa verify share. */
#ifndef SOHOA_TOOLS_VERIFY_H
#define SOHOA_TOOLS_VERIFY_H

#include <limits.h>

#include "pipeline/audit.h"
#include "tools/command.h"
#include "tools/signers.h"

struct verify_view {
    struct cli *cli;
    json_t *faults, *verdicts;
    int count;     /* of what is not whole */
    int untrusted; /* of signatures whose signer is not trusted: another matter */
    struct archive_trust trust;
    struct audit *audit; /* of this warehouse; opened when first needed */
    struct db *db;       /* NULL: there is none */
    int bound, unbound;  /* packages whose hash the journal names, and those it does not */
};

/* Does path lie in (or is it) the store of the open warehouse? whole: its real path. */
bool verify_in_store(const struct cli *cli, const char *path, char whole[PATH_MAX]);
/* faults: of whatever kind; compared: with the catalogue; signers: NULL, or a table of them. */
json_t *verify_store_json(const char *path, const struct store_verdict *verdict, int faults,
                          bool compared, const struct signers *signers);
void verify_print_store(struct verify_view *view, const char *path,
                        const struct store_verdict *verdict, int faults, bool compared,
                        const struct signers *signers);

#endif
