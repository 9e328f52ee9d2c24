#include "tools/verdict.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"

bool verdict_judged(const struct cli *cli)
{
    return *archive_roots(&cli->warehouse.archive) != 0;
}

/* ------------------------------------------------------------------ the seven lines */

static const char *chain_words(const struct cli *cli, const struct archive_verdict *pdf)
{
    if (pdf->over && pdf->intact)
        return _("its root is trusted; the certificate is OVER, and nothing proves that the "
                 "signature is older");
    switch (pdf->chain) {
    case CHAIN_STATE:
        return _("officials' chain (công vụ)");
    case CHAIN_PUBLIC:
        return _("public chain");
    case CHAIN_OWN:
        return _("trusted by this agency");
    case CHAIN_TEST:
        return _("TEST chain, without legal value");
    case CHAIN_NONE:
        break;
    }
    if (!pdf->intact)
        return _("trust is not asked of what is broken");
    return verdict_judged(cli) ? _("NOT trusted")
                               : _("trust not judged: [archive] trust names no roots");
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

/* A file that brings no answer of its authorities (B-B, B-T) cannot say that nothing was revoked.
 */
static const char *validity_words(const struct archive_verdict *pdf)
{
    if (pdf->old_algorithm)
        return _("old algorithm");
    if (!pdf->fit)
        return _("not valid");
    if (!pdf->intact)
        return _("not to be told of what is broken");
    return pdf->level >= ARCHIVE_B_LT
               ? _("valid")
               : _("valid by its dates and purpose; the file brings no proof yet "
                   "that it was not revoked");
}

/* What a broken signature does not tell is a dash. */
static const char *date_words(struct cli *cli, const char *iso)
{
    return *iso ? terminal_date(cli->arena, iso) : "—";
}

static const char *time_words(struct cli *cli, const struct archive_verdict *pdf)
{
    const char *told = date_words(cli, pdf->signed_at);
    if (pdf->clock_ahead)
        return arena_printf(cli->arena,
                            _("%s by the signer's clock, which stood WRONG: its time-stamp is of "
                              "%s, before that"),
                            told, terminal_date(cli->arena, pdf->stamped_at));
    if (pdf->stamped_at[0])
        return arena_printf(cli->arena, _("%s; time-stamp %s"), told,
                            terminal_date(cli->arena, pdf->stamped_at));
    if (!*pdf->signed_at)
        return told;
    return arena_printf(cli->arena,
                        pdf->timestamps == 0 ? _("%s (the signer's clock; no time-stamp yet)")
                        : verdict_judged(cli)
                            ? _("%s (the signer's clock; its time-stamp does not hold for all "
                                "signatures, or its authority is not trusted)")
                            : _("%s (the signer's clock; its time-stamp does not hold for all "
                                "signatures)"),
                        told);
}

static const char *certificate_words(struct cli *cli, const struct archive_verdict *pdf)
{
    char now[26];
    file_now(now);
    if (!*pdf->certificate_until)
        return "—";
    bool over = strcmp(pdf->certificate_until, now) < 0;
    return arena_printf(cli->arena, over ? _("%s to %s, expired since") : _("%s to %s"),
                        date_words(cli, pdf->certificate_from),
                        date_words(cli, pdf->certificate_until));
}

void verdict_print_proven(struct cli *cli, const struct archive_verdict *pdf, bool received)
{
    if (pdf->by_record)
        printf(received ? _("    Proven by our time-stamp or an evidence record, since %s, until "
                            "%s; its own proofs are over.\n")
                        : _("    Proven by an evidence record, since %s, until %s; its own proofs "
                            "are over.\n"),
               terminal_date(cli->arena, pdf->record_since),
               terminal_date(cli->arena, pdf->record_until));
}

void verdict_proven_json(json_t *json, const struct archive_verdict *pdf)
{
    json_object_set_new(json, "by_record", json_boolean(pdf->by_record));
    json_put_text(json, "record_since", pdf->record_since);
    json_put_text(json, "record_until", pdf->record_until);
}

void verdict_print(struct cli *cli, const struct archive_verdict *pdf)
{
    printf("    PDF/A%s%s: %s\n", pdf->flavour[0] ? "-" : "", pdf->flavour,
           pdf->pdfa_2u ? _("yes") : _("no"));
    if (pdf->signatures == 0) {
        printf(_("    signature: none: this is a scan, not a copy with legal value\n"));
        return;
    }
    printf(_("    signatures: %d, level %s\n"), pdf->signatures, archive_level_name(pdf->level));
    line(1, _("Certification authority"),
         arena_printf(cli->arena, "%s (%s)", *pdf->issuer ? pdf->issuer : "—",
                      chain_words(cli, pdf)));
    line(2, _("Signer"), *pdf->signer ? pdf->signer : "—");
    line(3, _("Managing unit"), pdf->organization[0] ? pdf->organization : "—");
    line(4, _("Signing time"), time_words(cli, pdf));
    line(5, _("Integrity"), integrity_words(pdf));
    line(6, _("Valid when signed"), validity_words(pdf));
    line(7, _("Certificate"), certificate_words(cli, pdf));
    verdict_print_proven(cli, pdf, false);
}

json_t *verdict_json(const struct cli *cli, const struct archive_verdict *pdf)
{
    static const char *const chains[] = {"none", "cong_vu", "public", "test", "own"};
    json_t *json = json_pack(
        "{s:s, s:b, s:b, s:i, s:i, s:b, s:b, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s, "
        "s:s, s:s, s:s}",
        "pdfa", pdf->flavour, "pdfa_whole", pdf->pdfa_2u, "pdfa_2u",
        pdf->pdfa_2u && strcmp(pdf->flavour, "2u") == 0, "signatures", pdf->signatures,
        "timestamps", pdf->timestamps, "intact", pdf->intact, "trusted", pdf->trusted,
        "trust_judged", verdict_judged(cli), "signer", pdf->signer, "issuer", pdf->issuer,
        "organization", pdf->organization, "signed_at", pdf->signed_at, "certificate_from",
        pdf->certificate_from, "certificate_until", pdf->certificate_until, "valid_when_signed",
        pdf->fit && pdf->intact, "old_algorithm", pdf->old_algorithm, "chain", chains[pdf->chain],
        "level", archive_level_name(pdf->level), "stamped_at", pdf->stamped_at, "provable_until",
        pdf->provable_until);
    json_object_set_new(json, "clock_ahead", json_boolean(pdf->clock_ahead));
    json_object_set_new(json, "over", json_boolean(pdf->over));
    verdict_proven_json(json, pdf);
    return json;
}

/* ------------------------------------------------------------------ a package */

struct volumes {
    struct cli *cli;
    bool several;
    json_t *json; /* NULL: printed */
};

static void print_volume(void *context, const char *file, const struct archive_verdict *pdf,
                         const struct archive_signature *list)
{
    const struct volumes *volumes = context;
    struct cli *cli = volumes->cli;
    if (volumes->several && pdf->signatures == 0)
        printf(_("  %s: no signature\n"), file);
    else if (volumes->several && !pdf->intact)
        printf("  %s: %s\n", file, integrity_words(pdf));
    else if (volumes->several)
        printf("  %s: %s, %s\n", file, integrity_words(pdf),
               verdict_trust(cli, pdf->trusted, pdf->over));
    verdict_print_each(cli, list, true);
}

void verdict_print_package(struct cli *cli, const char *path, const struct archive_trust *trust,
                           const struct store_verdict *verdict)
{
    struct volumes volumes = {cli, verdict->volumes > 1, NULL};
    if (volumes.several)
        printf(_("  The PDF has %d volumes; the one that holds least decides: %s\n"),
               verdict->volumes, verdict->pdf_name);
    verdict_print(cli, &verdict->pdf);
    store_signatures(path, trust, print_volume, &volumes);
}

static void add_volume(void *context, const char *file, const struct archive_verdict *pdf,
                       const struct archive_signature *list)
{
    const struct volumes *volumes = context;
    json_t *one = json_pack("{s:i, s:i, s:b, s:b, s:b}", "signatures", pdf->signatures,
                            "timestamps", pdf->timestamps, "intact", pdf->intact, "trusted",
                            pdf->trusted, "over", pdf->over);
    json_put_text(one, "file", file);
    json_object_set_new(one, "each", verdict_each_json(list, true));
    json_array_append_new(volumes->json, one);
}

json_t *verdict_package_json(struct cli *cli, const char *path, const struct archive_trust *trust,
                             const struct store_verdict *verdict)
{
    struct volumes volumes = {cli, verdict->volumes > 1, json_array()};
    json_t *json = verdict_json(cli, &verdict->pdf);
    json_put_text(json, "file", verdict->pdf_name);
    store_signatures(path, trust, add_volume, &volumes);
    json_object_set_new(json, "volumes", volumes.json);
    return json;
}

/* ------------------------------------------------------------------ the chain */

enum hold { HOLDS, FAILS, NOTHING };

static void link_line(enum hold hold, const char *what, const char *words)
{
    static const char *const marks[] = {"✓", "✗", "•"};
    printf("  %s %s%*s %s\n", marks[hold], what, terminal_pad(what, 27), "", words);
}

const char *verdict_anchored(struct cli *cli, const struct anchor_report *journal)
{
    if (journal->covered == 0)
        return _("never anchored");
    if (journal->waiting == 0)
        return arena_printf(cli->arena, _("anchored until entry %lld"),
                            (long long)journal->covered);
    return arena_printf(cli->arena,
                        _("anchored until entry %lld, with a time-stamp until entry %lld"),
                        (long long)journal->covered, (long long)journal->stamped_until);
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

const char *verdict_pages(struct cli *cli, const struct store_verdict *verdict)
{
    return arena_printf(cli->arena,
                        _("%d with the very pixels, %d encoded again to the same bytes, %d alike "
                          "when decoded (within %d of 255 in each %d px square), %d in layers that "
                          "passed the guard"),
                        verdict->same_pages, verdict->encoded_pages, verdict->alike_pages,
                        STORE_ALIKE_LEVELS, STORE_ALIKE_SQUARE, verdict->layered_pages);
}

/* Of a copy for use: what stands for the masters that it does not have. */
static void print_copy(struct cli *cli, const struct store_verdict *verdict)
{
    bool other = verdict->bound_faults > 0;
    bool bound = verdict->bound_pdfs > 0 && verdict->unbound_pdfs == 0;
    link_line(verdict->trace_faults > 0 ? FAILS : NOTHING, _("scan → image in the PDF"),
              arena_printf(cli->arena,
                           _("masters are not part of a copy for use; %d of %d pages show the "
                             "images that packing.json tells of"),
                           verdict->elsewhere_pages, verdict->pages));
    link_line(other                                  ? FAILS
              : bound && verdict->pdf.signatures > 0 ? HOLDS
                                                     : NOTHING,
              _("scan → signature"),
              other    ? _("the PDF names ANOTHER hash than that of the images that packing.json "
                              "tells of")
              : !bound ? _("not bound: the PDF does not name the hash of the scanned images")
              : verdict->pdf.signatures == 0
                  ? _("the PDF names the hash of the scanned images, and is not signed")
                  : _("the signed PDF names the hash of the scanned images, which are those that "
                      "packing.json tells of"));
}

/* The pages in the PDF are those that were scanned; the masters are below the signature. */
static void print_pages(struct cli *cli, const struct store_verdict *verdict)
{
    struct arena *arena = cli->arena;
    bool all = verdict->traced_pages == verdict->pages && verdict->pages > 0;
    link_line(verdict->trace_faults + verdict->damaged_pages > 0 ? FAILS
              : all                                              ? HOLDS
                                                                 : NOTHING,
              _("scan → image in the PDF"),
              arena_printf(arena, _("%d of %d pages: %s"), verdict->traced_pages, verdict->pages,
                           verdict_pages(cli, verdict)));
    bool bound = verdict->bound_pdfs > 0 && verdict->unbound_pdfs == 0;
    bool is_signed = verdict->pdf.signatures > 0;
    bool other = verdict->bound_faults > 0;
    link_line(
        other || (bound && verdict->damaged_pages > 0) ? FAILS
        : !bound || !is_signed                         ? NOTHING
                                                       : HOLDS,
        _("scan → signature"),
        other    ? _("the PDF names ANOTHER hash than that of the scanned images")
        : !bound ? _("not bound: the PDF does not name the hash of the scanned images")
        : verdict->damaged_pages > 0
            ? _("scanned images are damaged or gone: there is nothing to hold the hash against")
        : !is_signed ? _("the PDF names the hash of the scanned images, and is not signed")
                     : _("the signed PDF names the hash of the scanned images"));
}

/* Owner, number and all else that document.json says of the paper is below the signature. */
static void print_said(const struct store_verdict *verdict)
{
    bool bound = verdict->said_pdfs > 0 && verdict->unsaid_pdfs == 0;
    bool is_signed = verdict->pdf.signatures > 0;
    link_line(verdict->said_faults > 0 ? FAILS
              : bound && is_signed     ? HOLDS
                                       : NOTHING,
              _("document.json → signature"),
              verdict->said_faults > 0
                  ? _("document.json does NOT say what the PDF and its text say")
              : !bound     ? _("not bound: the PDF does not name the hash of document.json; its "
                                   "fields (owner, number ...) are bound by no signature")
              : !is_signed ? _("the PDF names the hash of document.json, and is not signed")
                           : _("the signed PDF names the hash of document.json"));
}

static void print_manifest(struct cli *cli, const struct store_verdict *verdict)
{
    struct arena *arena = cli->arena;
    const struct archive_verdict *pdf = &verdict->pdf;
    bool whole = pdf->pdfa_2u && pdf->intact && !pdf->old_algorithm;
    bool gone = verdict->volumes == 0;
    link_line(gone                   ? FAILS
              : pdf->signatures == 0 ? NOTHING
              : whole                ? HOLDS
                                     : FAILS,
              _("PDF object → signature"),
              gone                           ? _("the PDF is missing or cannot be read")
              : pdf->signatures == 0         ? _("no signature")
              : pdf->intact && !pdf->pdfa_2u ? _("the signature holds, the file is no PDF/A")
                                             : integrity_words(pdf));
    link_line(verdict->bag_faults + verdict->description_faults == 0 ? HOLDS : FAILS,
              _("signature → manifest"),
              arena_printf(arena, _("%s, %.1f MB recomputed"),
                           terminal_count(arena, "%lld file", "%lld files", verdict->files),
                           (double)verdict->bytes / 1e6));
}

/* Nothing when there is none. */
static void print_record(struct cli *cli, const struct audit_package *package)
{
    const struct evidence_verdict *evidence = &package->evidence;
    const char *what = _("manifest → evidence record");
    if (package->record == AUDIT_RECORD_NONE)
        return;
    if (!audit_record_is_whole(package->record))
        link_line(FAILS, what, package->distrust.text);
    else if (!verdict_judged(cli))
        link_line(NOTHING, what,
                  arena_printf(cli->arena, _("intact, since %s; trust not judged"),
                               terminal_date(cli->arena, evidence->since)));
    else if (evidence->trusted && evidence->unproven > 0)
        link_line(NOTHING, what,
                  arena_printf(cli->arena,
                               _("proves that it was there as it is, since %s, until %s; but of %d "
                                 "of its %d time-stamps nothing in it proves that their authority "
                                 "was not revoked ('sohoa renew --tree' asks for it)"),
                               terminal_date(cli->arena, evidence->since),
                               terminal_date(cli->arena, evidence->until), evidence->unproven,
                               evidence->timestamps));
    else if (evidence->trusted)
        link_line(HOLDS, what,
                  arena_printf(cli->arena,
                               _("proves that it was there as it is, since %s, until %s"),
                               terminal_date(cli->arena, evidence->since),
                               terminal_date(cli->arena, evidence->until)));
    else
        link_line(package->newest ? FAILS : NOTHING, what,
                  arena_printf(cli->arena, _("intact, and proves nothing today: %s"),
                               package->distrust.text));
}

/* Do the rows agree, and only the full text does not? */
static bool is_about_words(const struct audit_package *package)
{
    return package->differs && (strcmp(package->differs, "catalog_text") == 0 ||
                                strcmp(package->differs, "catalog_names") == 0);
}

/* What a search shows, and what the ledger holds for done. */
static void print_hit(struct cli *cli, const struct audit_package *package)
{
    if (!package->compared || !package->in_catalogue)
        return;
    bool found = package->agrees;
    if (!package->words)
        link_line(NOTHING, _("catalogue → search hit"),
                  _("not compared: the full text is an earlier program's, or waits to be made"));
    else if (found || is_about_words(package))
        link_line(found ? HOLDS : FAILS, _("catalogue → search hit"),
                  found ? _("a search finds it by the words of its package")
                        : _("a search does not find it by what its package says"));
    link_line(package->ledger == AUDIT_LEDGER_AGREES    ? HOLDS
              : package->ledger == AUDIT_LEDGER_DIFFERS ? FAILS
                                                        : NOTHING,
              _("package → ledger"),
              package->ledger == AUDIT_LEDGER_AGREES
                  ? _("what is held for done is what the package has")
              : package->ledger == AUDIT_LEDGER_DIFFERS
                  ? _("the ledger says what cannot be")
                  : arena_printf(cli->arena, _("not proven: %s"), package->ledger_why));
}

static void print_catalogue(const struct audit_package *package)
{
    const char *what = _("journal → catalogue");
    bool same = package->agrees || is_about_words(package);
    bool newer = package->newer_in_catalogue;
    if (!package->compared)
        link_line(NOTHING, what, _("there is no catalogue (sohoa.db) to compare with"));
    else if (package->in_catalogue)
        link_line(same ? HOLDS : FAILS, what,
                  same ? _("the rows say what the package says")
                       : _("a row says something else than the package"));
    else
        link_line(newer ? HOLDS : FAILS, what,
                  newer ? _("a newer version is in the catalogue") : _("there is no row"));
}

void verdict_print_chain(struct cli *cli, const struct store_verdict *verdict,
                         const struct audit *audit, const struct audit_package *package)
{
    if (verdict->copies > 0)
        print_copy(cli, verdict);
    else
        print_pages(cli, verdict);
    print_said(verdict);
    print_manifest(cli, verdict);
    if (package == NULL || audit == NULL) {
        printf(_("  • Journal and catalogue were not looked at: the package lies outside of this "
                 "warehouse's store.\n"));
        return;
    }
    const struct anchor_report *journal = audit_journal(audit);
    bool whole = audit_journal_faults(audit) == 0;
    link_line(
        !whole || !package->stored || package->bond == AUDIT_BROKEN ? FAILS
        : package->bond == AUDIT_BOUND                              ? HOLDS
                                                                    : NOTHING,
        _("manifest → journal"),
        arena_printf(cli->arena, _("named by %s; %s; %s"),
                     terminal_count(cli->arena, "%lld entry", "%lld entries", package->entries),
                     bond_words(package),
                     !whole ? _("the journal is NOT whole") : verdict_anchored(cli, journal)));
    print_record(cli, package);
    print_catalogue(package);
    print_hit(cli, package);
}

void verdict_sum(struct store_verdict *all, const struct store_verdict *one)
{
    all->packages += one->packages;
    all->files += one->files;
    all->bytes += one->bytes;
    all->signed_documents += one->signed_documents;
    all->unsigned_documents += one->unsigned_documents;
    all->untrusted += one->untrusted;
    all->over += one->over;
    all->trust_faults += one->trust_faults;
    all->over_faults += one->over_faults;
    all->partly_elsewhere += one->partly_elsewhere;
    all->not_judged += one->not_judged;
    all->old_algorithms += one->old_algorithms;
    all->pages += one->pages;
    all->traced_pages += one->traced_pages;
    all->same_pages += one->same_pages;
    all->layered_pages += one->layered_pages;
    all->copies += one->copies;
    all->elsewhere_pages += one->elsewhere_pages;
    all->encoded_pages += one->encoded_pages;
    all->alike_pages += one->alike_pages;
    all->bound_pdfs += one->bound_pdfs;
    all->unbound_pdfs += one->unbound_pdfs;
    all->said_pdfs += one->said_pdfs;
    all->unsaid_pdfs += one->unsaid_pdfs;
}
