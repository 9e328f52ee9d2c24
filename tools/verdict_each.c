/* Each signature and time-stamp of a PDF, as it is told. */
#include <stdio.h>
#include <string.h>

#include "tools/verdict.h"

static const char *each_words(const struct archive_signature *one)
{
    if (!one->intact)
        return _("BROKEN");
    if (one->changes & (CHANGED_FORM | CHANGED_ANNOTATIONS | CHANGED_MARKS))
        return _("whole; fields or notes were changed behind it");
    if (!one->whole)
        return _("whole; only signatures, proofs and metadata follow it");
    return _("whole");
}

/* How it stands; whom one trusts is not asked of what is broken. */
static const char *state_words(struct cli *cli, const struct archive_signature *one)
{
    return one->intact ? arena_printf(cli->arena, "%s, %s", each_words(one),
                                      verdict_trust(cli, one->trusted, one->over))
                       : each_words(one);
}

static bool is_stamp(const struct archive_signature *one)
{
    return strcmp(one->role, "timestamp") == 0;
}

const char *verdict_role(const struct archive_signature *one, bool ours)
{
    if (is_stamp(one))
        return "authority";
    if (ours && strncmp(one->field, "Officer", strlen("Officer")) == 0)
        return "officer";
    if (ours && strcmp(one->field, ARCHIVE_AGENCY_FIELD) == 0)
        return "agency";
    return strcmp(one->role, "certification") == 0 ? "certifying" : "";
}

const char *verdict_role_words(const char *role, bool known)
{
    return strcmp(role, "authority") == 0    ? _("time-stamp authority")
           : strcmp(role, "officer") == 0    ? known ? _("officer") : _("field named officer")
              : strcmp(role, "agency") == 0 ? known ? _("agency") : _("field named agency")
              : strcmp(role, "certifying") == 0 ? _("certifying")
                                             : _("signer");
}

const char *verdict_trust(const struct cli *cli, bool trusted, bool over)
{
    return !verdict_judged(cli) ? _("trust not judged")
           : trusted            ? _("trusted")
           : over               ? _("its certificate is OVER, and nothing proves the time")
                                : _("NOT trusted");
}

static const struct archive_signature *last_signature(const struct archive_signature *list)
{
    const struct archive_signature *last = NULL;
    for (; list; list = list->next)
        last = is_stamp(list) ? last : list;
    return last;
}

/* What the seven lines of TT 15/2025 say of the last signature, of one before it. */
static void print_rest(struct cli *cli, const struct archive_signature *one)
{
    if (!one->certificate_until[0])
        return;
    const char *from = terminal_date(cli->arena, one->certificate_from);
    printf(_("      certification authority: %s; managing unit: %s; valid when signed: %s; "
             "time-stamp: %s; certificate: %s to %s\n"),
           *one->issuer ? one->issuer : "—", *one->organization ? one->organization : "—",
           one->intact && !one->unfit ? _("yes") : _("no"),
           *one->stamped_at ? terminal_date(cli->arena, one->stamped_at) : "—", from,
           terminal_date(cli->arena, one->certificate_until));
}

void verdict_print_each(struct cli *cli, const struct archive_signature *list, bool ours)
{
    int signatures = 0, stamps = 0;
    const struct archive_signature *last = last_signature(list);
    for (; list; list = list->next) {
        const char *who = list->signer[0] ? list->signer : "—";
        const char *when = list->signed_at[0] ? terminal_date(cli->arena, list->signed_at) : "—";
        if (is_stamp(list))
            printf(_("    time-stamp %d: %s, %s, revision %d of %d: %s\n"), ++stamps, who, when,
                   list->revision, list->revisions, state_words(cli, list));
        else
            printf(_("    signature %d (%s): %s, %s, revision %d of %d: %s\n"), ++signatures,
                   verdict_role_words(verdict_role(list, ours), list->trusted), who, when,
                   list->revision, list->revisions, state_words(cli, list));
        if (!is_stamp(list) && list != last)
            print_rest(cli, list);
    }
}

json_t *verdict_each_json(const struct archive_signature *list, bool ours)
{
    json_t *json = archive_signatures_json(list);
    for (size_t i = 0; list; list = list->next, i++)
        json_put_text(json_array_get(json, i), "by", verdict_role(list, ours));
    return json;
}
