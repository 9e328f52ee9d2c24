#include "tools/versions.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/package.h"

/* <document>/v<n> beside it, with the highest n; 0: none is higher than its own. */
static int newest_beside(struct cli *cli, const char *package, int version)
{
    const char *folder = arena_strndup(cli->arena, package, (size_t)(file_name(package) - package));
    int newest = 0;
    while (file_is_folder(arena_printf(cli->arena, "%sv%d", folder, version + 1)))
        newest = ++version;
    return newest;
}

void versions_told(struct cli *cli, const char *package, json_t *json)
{
    struct document document;
    if (document_read(package_part_path(cli->arena, package, PACKAGE_DOCUMENT), cli->arena,
                      &document, NULL) != STATUS_OK)
        return;
    int newest = newest_beside(cli, package, document.version);
    if (json != NULL) {
        json_put_text(json, "supersedes", document.supersedes);
        json_put_text(json, "reason", document.reason);
        if (newest > 0)
            json_object_set_new(json, "superseded_by", json_integer(newest));
        return;
    }
    if (document.supersedes)
        printf(_("  Version %d, takes the place of version %d: %s\n"), document.version,
               document.version - 1, document.reason ? document.reason : "");
    if (newest > 0)
        printf(_("  Superseded: version %d of this document is the newest.\n"), newest);
}
