/* sohoa verify, of evidence records: one that lies beside a package which left its store, and what
 * JSON says of one in the warehouse. */
#include <stdio.h>
#include <string.h>

#include "archive/store.h"
#include "core/file.h"
#include "core/hash.h"
#include "tools/verdict.h"
#include "tools/verify.h"

static const char *said_of(struct verify_view *view, const char *record, const char *sentence)
{
    return arena_printf(view->cli->arena, "%s: %s", file_name(record), sentence);
}

/* It proves the package; whether by authorities that are trusted here is told apart. */
static void judge(struct verify_view *view, const char *path, const char *record,
                  struct evidence_verdict *evidence)
{
    struct cli *cli = view->cli;
    struct error fault = {""};
    struct evidence_verdict trusted;
    const char *object = store_tagmanifest(path, cli->arena);
    const char *roots = archive_roots(&cli->warehouse.archive);
    if (evidence_check(object, record, NULL, evidence, &fault) != STATUS_OK) {
        *evidence = (struct evidence_verdict){0};
        verify_fault(view, path, said_of(view, record, fault.text));
    } else if (*roots && evidence_check(object, record, roots, &trusted, &fault) != STATUS_OK) {
        verify_fault(view, path, said_of(view, record, fault.text));
        view->count--;
        view->untrusted++;
    } else if (*roots) {
        *evidence = trusted;
    }
}

bool verify_record(struct verify_view *view, const char *path, struct evidence_verdict *evidence)
{
    struct cli *cli = view->cli;
    char hex[HASH_HEX_SIZE] = "";
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    const char *listed = view->record_sha256 ? view->record_sha256 : "";
    const char *record = arena_printf(cli->arena, "%.*s%s", (int)size, path, EVIDENCE_SUFFIX);
    *evidence = (struct evidence_verdict){0};
    bool there = file_exists(record);
    if (*listed && !there)
        verify_fault(view, path,
                     _("The list names an evidence record, and none lies beside the package."));
    else if (*listed && (hash_file(record, hex, NULL) != STATUS_OK || strcmp(hex, listed) != 0))
        verify_fault(view, path,
                     arena_printf(cli->arena,
                                  _("%s is not the evidence record on the list: its SHA-256 "
                                    "differs."),
                                  file_name(record)));
    else if (there)
        judge(view, path, record, evidence);
    return there || *listed;
}

void verify_print_record(const struct verify_view *view, const struct evidence_verdict *evidence)
{
    struct arena *arena = view->cli->arena;
    if (evidence->timestamps == 0)
        printf(_("  ✗ The evidence record beside it proves nothing.\n"));
    else
        printf(_("  ✓ The evidence record beside it proves that it was there as it is, since %s, "
                 "until %s.\n"),
               terminal_date(arena, evidence->since), terminal_date(arena, evidence->until));
    if (evidence->unproven > 0)
        printf(_("  ! Of %d of its %d time-stamps nothing proves that their authority was not "
                 "revoked.\n"),
               evidence->unproven, evidence->timestamps);
}

json_t *verify_record_json(const struct evidence_verdict *evidence)
{
    return json_pack("{s:b, s:i, s:i, s:s, s:s}", "intact", evidence->timestamps > 0, "timestamps",
                     evidence->timestamps, "unproven", evidence->unproven, "since", evidence->since,
                     "until", evidence->until);
}

/* ---------------------------------------------------------------- one in the warehouse */

static const char *record_name(enum audit_record record)
{
    static const char *const names[] = {"none", "named", "unnamed", "gone", "other", "damaged"};
    return names[record];
}

json_t *verdict_record_json(const struct cli *cli, const struct audit_package *package)
{
    const struct evidence_verdict *evidence = &package->evidence;
    return json_pack("{s:s, s:b, s:b, s:b, s:i, s:i, s:s, s:s, s:s}", "record",
                     record_name(package->record), "intact", evidence->intact, "trusted",
                     evidence->trusted, "trust_judged", verdict_judged(cli), "timestamps",
                     evidence->timestamps, "unproven", evidence->unproven, "since", evidence->since,
                     "until", evidence->until, "fault", package->distrust.text);
}
