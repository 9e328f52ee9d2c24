/* A package whose paper came in as a PDF of others. */
#include <stdio.h>

#include "core/file.h"
#include "core/package.h"
#include "tools/verdict.h"

void verdict_received(struct cli *cli, const struct archive_trust *trust, const char *path,
                      json_t *json)
{
    struct archive_verdict verdict;
    struct archive_signature *each = NULL;
    struct error fault = {""};
    const char *received = package_part_path(cli->arena, path, PACKAGE_RECEIVED);
    if (!file_exists(received) || archive_signatures(received, trust, cli->arena, &verdict, &each,
                                                     NULL, NULL, &fault) != STATUS_OK)
        return;
    if (json) {
        json_object_set_new(json, "received",
                            json_pack("{s:i, s:b, s:b, s:o}", "signatures", verdict.signatures,
                                      "intact", verdict.signatures == 0 || verdict.intact,
                                      "trusted", verdict.trusted, "each",
                                      verdict_each_json(each, false)));
        return;
    }
    printf(_("  As it came in (received.pdf): signatures: %d, time-stamps: %d\n"),
           verdict.signatures, verdict.timestamps);
    verdict_print_each(cli, each, false);
}
