/* A package whose paper came in as a PDF of others. */
#include <stdio.h>

#include "core/file.h"
#include "core/package.h"
#include "tools/verdict.h"

/* False: it came in as paper, or cannot be read. */
static bool judge(struct cli *cli, const struct archive_trust *trust, const char *path,
                  struct archive_verdict *verdict, struct archive_signature **each)
{
    const char *part = package_part(PACKAGE_RECEIVED);
    const char *received = package_path(cli->arena, path, part);
    if (!file_exists(received))
        return false;
    const struct archive_trust own = store_trust(path, part, trust, cli->arena);
    return archive_signatures(received, &own, cli->arena, verdict, each, NULL, NULL, NULL) ==
           STATUS_OK;
}

bool verdict_received_lost(struct cli *cli, const struct archive_trust *trust, const char *path)
{
    struct archive_verdict verdict;
    struct archive_signature *each = NULL;
    struct archive_received then;
    const char *report = package_part_path(cli->arena, path, PACKAGE_RECEIVED_REPORT);
    return judge(cli, trust, path, &verdict, &each) && verdict.signatures > 0 && !verdict.trusted &&
           archive_received_read(report, cli->arena, &then, NULL) == STATUS_OK && then.trusted;
}

void verdict_received(struct cli *cli, const struct archive_trust *trust, const char *path,
                      json_t *json)
{
    struct archive_verdict verdict;
    struct archive_signature *each = NULL;
    if (!judge(cli, trust, path, &verdict, &each))
        return;
    if (json) {
        json_object_set_new(json, "received",
                            json_pack("{s:i, s:b, s:b, s:o}", "signatures", verdict.signatures,
                                      "intact", verdict.signatures == 0 || verdict.intact,
                                      "trusted", verdict.trusted, "each",
                                      verdict_each_json(each, false)));
        verdict_proven_json(json_object_get(json, "received"), &verdict);
        return;
    }
    printf(_("  As it came in (received.pdf): signatures: %d, time-stamps: %d\n"),
           verdict.signatures, verdict.timestamps);
    verdict_print_each(cli, each, false);
    verdict_print_proven(cli, &verdict);
}
