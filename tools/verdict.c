#include "tools/verdict.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"

/* Are there roots to judge chains by? */
static bool judged(const struct cli *cli)
{
    const struct archive_settings *archive = &cli->warehouse.archive;
    return *archive->trust != 0 || *archive->trust_public != 0;
}

/* ------------------------------------------------------------------ the seven lines */

static const char *chain_words(const struct cli *cli, const struct archive_verdict *pdf)
{
    switch (pdf->chain) {
    case CHAIN_STATE:
        return _("officials' chain (công vụ)");
    case CHAIN_PUBLIC:
        return _("public chain");
    case CHAIN_TEST:
        return _("TEST chain, without legal value");
    case CHAIN_NONE:
        break;
    }
    return judged(cli) ? _("NOT trusted") : _("trust not judged: [archive] trust names no roots");
}

static void line(int number, const char *what, const char *words)
{
    printf(" %d. %s%*s %s\n", number, what, terminal_pad(what, 26), "", words);
}

static const char *integrity_words(const struct archive_verdict *pdf)
{
    if (pdf->old_algorithm)
        return _("old algorithm: today's rules do not let it be judged");
    return pdf->intact ? _("whole, nothing was changed since") : _("BROKEN");
}

static const char *validity_words(const struct archive_verdict *pdf)
{
    if (pdf->old_algorithm)
        return _("old algorithm");
    return pdf->fit ? _("valid") : _("not valid");
}

static const char *time_words(struct cli *cli, const struct archive_verdict *pdf)
{
    const char *told = terminal_date(cli->arena, pdf->signed_at);
    if (pdf->stamped_at[0])
        return arena_printf(cli->arena, _("%s; time-stamp %s"), told,
                            terminal_date(cli->arena, pdf->stamped_at));
    return arena_printf(cli->arena, _("%s (the signer's clock; no time-stamp yet)"), told);
}

static const char *certificate_words(struct cli *cli, const struct archive_verdict *pdf)
{
    char now[26];
    file_now(now);
    bool over = strcmp(pdf->certificate_until, now) < 0;
    return arena_printf(cli->arena, over ? _("%s to %s, expired since") : _("%s to %s"),
                        terminal_date(cli->arena, pdf->certificate_from),
                        terminal_date(cli->arena, pdf->certificate_until));
}

void verdict_print(struct cli *cli, const struct archive_verdict *pdf)
{
    printf("    PDF/A-2u: %s\n", pdf->pdfa_2u ? _("yes") : _("no"));
    if (pdf->signatures == 0) {
        printf(_("    signature: none: this is a scan, not a copy with legal value\n"));
        return;
    }
    printf(_("    signatures: %d, level %s\n"), pdf->signatures, archive_level_name(pdf->level));
    line(1, _("Certification authority"),
         arena_printf(cli->arena, "%s (%s)", pdf->issuer, chain_words(cli, pdf)));
    line(2, _("Signer"), pdf->signer);
    line(3, _("Managing unit"), pdf->organization[0] ? pdf->organization : "—");
    line(4, _("Signing time"), time_words(cli, pdf));
    line(5, _("Integrity"), integrity_words(pdf));
    line(6, _("Valid when signed"), validity_words(pdf));
    line(7, _("Certificate"), certificate_words(cli, pdf));
}

static const char *each_words(const struct archive_signature *one)
{
    if (!one->intact)
        return _("BROKEN");
    if (one->changes & (CHANGED_FORM | CHANGED_ANNOTATIONS))
        return _("whole; fields or notes were changed behind it");
    if (!one->whole)
        return _("whole; only signatures, proofs and metadata follow it");
    return _("whole");
}

void verdict_print_each(struct cli *cli, const struct archive_signature *list)
{
    for (int number = 1; list; list = list->next, number++)
        printf(_("    signature %d: %s, %s, revision %d of %d: %s, %s\n"), number,
               list->signer[0] ? list->signer : "—", terminal_date(cli->arena, list->signed_at),
               list->revision, list->revisions, each_words(list),
               list->trusted ? _("trusted") : _("not trusted"));
}

json_t *verdict_json(const struct cli *cli, const struct archive_verdict *pdf)
{
    static const char *const chains[] = {"none", "cong_vu", "public", "test"};
    return json_pack(
        "{s:b, s:i, s:i, s:b, s:b, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, "
        "s:s, s:s, s:s}",
        "pdfa_2u", pdf->pdfa_2u, "signatures", pdf->signatures, "timestamps", pdf->timestamps,
        "intact", pdf->intact, "trusted", pdf->trusted, "trust_judged", judged(cli), "signer",
        pdf->signer, "issuer", pdf->issuer, "organization", pdf->organization, "signed_at",
        pdf->signed_at, "certificate_from", pdf->certificate_from, "certificate_until",
        pdf->certificate_until, "valid_when_signed", pdf->fit, "old_algorithm", pdf->old_algorithm,
        "chain", chains[pdf->chain], "level", archive_level_name(pdf->level), "stamped_at",
        pdf->stamped_at, "provable_until", pdf->provable_until);
}

/* ------------------------------------------------------------------ the chain */

static void link_line(bool whole, const char *what, const char *words)
{
    printf("  %s %s%*s %s\n", whole ? "✓" : "✗", what, terminal_pad(what, 27), "", words);
}

const char *verdict_bond(enum audit_bond bond)
{
    static const char *const words[] = {"unbound", "bound", "broken"};
    return words[bond];
}

static const char *bond_words(const struct audit_package *package)
{
    if (!package->stored)
        return _("none says that it was stored");
    if (package->bond == AUDIT_UNBOUND)
        return _("not bound: they are from before entries named the package's hash");
    return package->bond == AUDIT_BOUND ? _("its hash is the one that was entered")
                                        : _("its hash is NOT the one that was entered");
}

void verdict_print_chain(struct cli *cli, const struct store_verdict *verdict,
                         const struct anchor_report *journal, const struct audit_package *package)
{
    struct arena *arena = cli->arena;
    const struct archive_verdict *pdf = &verdict->pdf;
    int untraced = verdict->pages - verdict->traced_pages;
    link_line(untraced == 0, _("scan → image in the PDF"),
              arena_printf(arena,
                           _("%d of %d pages; %d of them with the very pixels, %d in layers that "
                             "passed the guard"),
                           verdict->traced_pages, verdict->pages, verdict->same_pages,
                           verdict->layered_pages));
    link_line(pdf->pdfa_2u, _("PDF object → signature"),
              pdf->signatures == 0 ? _("no signature") : integrity_words(pdf));
    link_line(verdict->faults == 0, _("signature → manifest"),
              arena_printf(arena, _("%s, %.1f MB recomputed"),
                           terminal_count(arena, "%lld file", "%lld files", verdict->files),
                           (double)verdict->bytes / 1e6));
    if (package == NULL || journal == NULL) {
        printf(_("  • Journal and catalogue were not looked at: the package lies outside of this "
                 "warehouse's store.\n"));
        return;
    }
    link_line(package->stored && package->bond == AUDIT_BOUND && journal->journal.faults == 0,
              _("manifest → journal"),
              arena_printf(arena, _("%lld entries name it; %s; anchored until entry %lld"),
                           (long long)package->entries, bond_words(package),
                           (long long)journal->covered));
    link_line(package->in_catalogue || !package->newest, _("journal → catalogue"),
              package->in_catalogue ? _("the row says what document.json says")
              : package->newest     ? _("there is no row")
                                    : _("a newer version is in the catalogue"));
}
