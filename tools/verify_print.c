/* What sohoa verify says of a store, a sample or a package as a whole. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "tools/verdict.h"
#include "tools/verify.h"

bool verify_in_store(const struct cli *cli, const char *path, char whole[PATH_MAX])
{
    char own[PATH_MAX];
    if (realpath(path, whole) == NULL || cli->warehouse.store == NULL ||
        realpath(cli->warehouse.store, own) == NULL)
        return false;
    size_t size = strlen(own);
    return strncmp(own, whole, size) == 0 && (whole[size] == 0 || whole[size] == '/');
}

const char *verify_object(const struct cli *cli, const char *path)
{
    enum { ID = 36 };
    char whole[PATH_MAX], own[PATH_MAX];
    if (!verify_in_store(cli, path, whole) || realpath(cli->warehouse.store, own) == NULL)
        return NULL;
    const char *year = whole + strlen(own) + (whole[strlen(own)] == '/');
    const char *id = strchr(year, '/');
    size_t size = id ? strcspn(id + 1, "/") : 0;
    return size == ID ? arena_strndup(cli->arena, id + 1, size) : NULL;
}

json_t *verify_store_json(const char *path, const struct store_verdict *verdict, int faults,
                          bool compared, const struct signers *signers)
{
    json_t *json = json_pack(
        "{s:s, s:i, s:i, s:I, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:b, s:i}", "path", path,
        "packages", verdict->packages, "files", verdict->files, "bytes", (json_int_t)verdict->bytes,
        "signed", verdict->signed_documents, "unsigned", verdict->unsigned_documents, "untrusted",
        verdict->untrusted, "not_judged", verdict->not_judged, "old_algorithms",
        verdict->old_algorithms, "pages", verdict->pages, "traced_pages", verdict->traced_pages,
        "same_pages", verdict->same_pages, "layered_pages", verdict->layered_pages,
        "compared_with_catalogue", compared, "faults", faults);
    json_object_update_new(json, json_pack("{s:i, s:i, s:i, s:i}", "encoded_again_pages",
                                           verdict->encoded_pages, "alike_pages",
                                           verdict->alike_pages, "bound_pdfs", verdict->bound_pdfs,
                                           "unbound_pdfs", verdict->unbound_pdfs));
    json_object_update_new(json, json_pack("{s:i, s:i}", "superseded", verdict->superseded,
                                           "superseded_untrusted", verdict->superseded_untrusted));
    json_object_update_new(json, json_pack("{s:i, s:i}", "copies_for_use", verdict->copies,
                                           "elsewhere_pages", verdict->elsewhere_pages));
    json_object_update_new(json, json_pack("{s:i, s:i}", "said_pdfs", verdict->said_pdfs,
                                           "unsaid_pdfs", verdict->unsaid_pdfs));
    json_object_set_new(json, "over", json_integer(verdict->over));
    json_object_set_new(json, "partly_elsewhere", json_integer(verdict->partly_elsewhere));
    if (signers)
        json_object_set_new(json, "signers", signers_json(signers));
    return json;
}

/* Why packages were judged by themselves alone. */
static void print_not_compared(struct verify_view *view, const char *path)
{
    struct arena *arena = view->cli->arena;
    char whole[PATH_MAX];
    bool own = verify_in_store(view->cli, path, whole);
    const char *root = arena_strndup(arena, whole, (size_t)(file_name(whole) - whole - 1));
    if (own)
        printf(_("  There is no catalogue (sohoa.db of the warehouse) to compare with; the journal "
                 "was compared.\n"));
    else if (file_exists(file_join(arena, root, "sohoa.db")))
        printf(_("  Only the packages were judged: this is the store of another warehouse than the "
                 "open one, so neither its catalogue nor its journal was compared; for that: sohoa "
                 "--warehouse %s verify %s\n"),
               root, path);
    else
        printf(_("  Only the packages were judged: this is no store of a warehouse, there is no "
                 "catalogue and no journal to compare with, so one that was taken away as a whole "
                 "is not missed.\n"));
}

static void print_records(const struct verify_view *view)
{
    if (view->records + view->records_over > 0)
        printf(_("  Evidence records: %d hold, %d are not trusted or over.\n"), view->records,
               view->records_over);
    if (view->records_unproven > 0)
        printf(message_count("  ! %d record brings no proof that an authority of its was not "
                             "revoked: 'sohoa renew --tree' asks for it.\n",
                             "  ! %d records bring no proof that an authority of theirs was not "
                             "revoked: 'sohoa renew --tree' asks for it.\n",
                             view->records_unproven),
               view->records_unproven);
}

void verify_print_store(struct verify_view *view, const char *path,
                        const struct store_verdict *verdict, int faults, bool compared,
                        const struct signers *signers)
{
    struct arena *arena = view->cli->arena;
    printf(_("%s: %s, %s, %.1f MB recomputed; %d signed, %d unsigned, %d by an untrusted signer; "
             "%s\n"),
           path, terminal_count(arena, "%lld package", "%lld packages", verdict->packages),
           terminal_count(arena, "%lld file", "%lld files", verdict->files),
           (double)verdict->bytes / 1e6, verdict->signed_documents, verdict->unsigned_documents,
           verdict->untrusted - verdict->over,
           terminal_count(arena, "%lld fault", "%lld faults", faults));
    printf(_("  Pages: %d of %d traced from the scan to the PDF: %s.\n"), verdict->traced_pages,
           verdict->pages, verdict_pages(view->cli, verdict));
    if (verdict->copies > 0)
        printf(
            message_count("  %lld package is a copy for use (DIP): masters are not part of it.\n",
                          "  %lld packages are copies for use (DIP): masters are not part of "
                          "them.\n",
                          verdict->copies),
            (long long)verdict->copies);
    if (verdict->over > 0)
        printf(message_count("  %lld document is signed by a certificate that is over, and nothing "
                             "proves that the signature is older.\n",
                             "  %lld documents are signed by a certificate that is over, and "
                             "nothing proves that the signature is older.\n",
                             verdict->over),
               (long long)verdict->over);
    if (verdict->old_algorithms > 0)
        printf(_("  Signed by an old algorithm that today's rules do not let judge: %d\n"),
               verdict->old_algorithms);
    if (verdict->superseded > 0)
        printf(_("  Superseded by a newer version, and stay as they are: %s, of them by an "
                 "untrusted signer: %d.\n"),
               terminal_count(arena, "%lld package", "%lld packages", verdict->superseded),
               verdict->superseded_untrusted);
    if (verdict->partly_elsewhere > 0)
        printf(
            message_count("  %lld document was taken over as a SIP: its earlier versions stay "
                          "with who gave it.\n",
                          "  %lld documents were taken over as SIPs: their earlier versions stay "
                          "with who gave them.\n",
                          verdict->partly_elsewhere),
            (long long)verdict->partly_elsewhere);
    if (view->audit != NULL) {
        const struct anchor_report *journal = audit_journal(view->audit);
        printf(_("  Journal: %s, %s; anchors that wait for a time-stamp: %d; packages that are "
                 "those it names: %d, not bound to it: %d.\n"),
               terminal_count(arena, "%lld entry", "%lld entries", journal->journal.entries),
               verdict_anchored(view->cli, journal), journal->waiting, view->bound, view->unbound);
        if (journal->marked == 0)
            printf(_("  Whether entries are missing at the journal's end was not compared: the "
                     "database (sohoa.db) is lost, or does not have it yet.\n"));
    }
    print_records(view);
    if (verdict->not_judged > 0)
        printf(_("  Whether their signers are trusted was not judged for %d: [archive] trust names "
                 "no roots.\n"),
               verdict->not_judged);
    if (verdict->unbound_pdfs > 0)
        printf(message_count("  %lld PDF does not name the hash of the scanned images: these are "
                             "not bound to the signature.\n",
                             "  %lld PDFs do not name the hash of the scanned images: these are "
                             "not bound to the signature.\n",
                             verdict->unbound_pdfs),
               (long long)verdict->unbound_pdfs);
    if (verdict->unsaid_pdfs > 0)
        printf(message_count("  %lld PDF does not name the hash of document.json: what it says of "
                             "the paper (owner, number ...) is bound by no signature.\n",
                             "  %lld PDFs do not name the hash of document.json: what it says of "
                             "the paper (owner, number ...) is bound by no signature.\n",
                             verdict->unsaid_pdfs),
               (long long)verdict->unsaid_pdfs);
    signers_print(signers);
    if (!compared) {
        print_not_compared(view, path);
        return;
    }
    printf(_("  The journal and the catalogue were compared.\n"));
    if (view->audit && !audit_has_words(view->audit))
        printf(_("! What a search finds documents by was not compared: the full text is an earlier "
                 "program's, or waits to be made ('sohoa reindex').\n"));
}
