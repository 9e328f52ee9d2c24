#include "archive/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/archive.h"
#include "archive/package/bag.h"
#include "archive/sign/chain.h"
#include "archive/package/described.h"
#include "archive/package/layout.h"
#include "archive/sign/said.h"
#include "archive/verify/trace.h"
#include "core/event.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"

#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)

/* One run over a package or a store. */
struct run {
    const struct archive_trust *trust; /* never NULL */
    struct store_verdict *verdict;
    void (*finding)(void *context, const char *path, const char *sentence);
    void (*progress)(void *context, int done, int total);
    void *context;
    const char *path; /* of the package, or what is looked at just now */
    int total;
    bool was_signed; /* by the package's own events */
    bool in_store;   /* all of it is looked at */
    bool superseded; /* the next version is there */
    bool copy;       /* it is a copy for use, by its METS.xml */
};

/* What was found of one PDF, until it is known whether it is to be told. */
struct kept {
    struct arena *arena;
    const char **sentences;
    size_t count;
};

static void keep(void *context, const char *sentence)
{
    struct kept *kept = context;
    const char **all = arena_array(kept->arena, kept->count + 1, sizeof *all);
    if (kept->count > 0)
        memcpy(all, kept->sentences, kept->count * sizeof *all);
    all[kept->count++] = arena_strdup(kept->arena, sentence);
    kept->sentences = all;
}

static void tell(void *context, const char *sentence)
{
    struct run *run = context;
    run->verdict->faults++;
    run->finding(run->context, run->path, sentence);
}

static void ignore(void *context, const char *sentence)
{
    (void)context; /* bag_check told it already */
    (void)sentence;
}

/* ---------------------------------------------------------------- one package */

static bool is_ordinary(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* The name by which a package's own files know it: "<id>/v<version>", from its folder. "" when the
 * folder is not named as the store names it, for a package that somebody copied out. */
static const char *folder_identifier(const char *path, struct arena *arena)
{
    char *copy = arena_strdup(arena, path);
    size_t size = strlen(copy);
    while (size > 1 && copy[size - 1] == '/')
        copy[--size] = '\0';
    char *version = strrchr(copy, '/');
    if (!version || store_version(version + 1) == 0)
        return "";
    *version = '\0';
    if (!layout_is_id(file_name(copy)))
        return "";
    return arena_printf(arena, "%s/%s", file_name(copy), version + 1);
}

bool store_was_signed(const char *package)
{
    struct arena *arena = arena_new();
    struct event *events = NULL;
    size_t count = 0;
    bool was = false;
    const char *path = package_part_path(arena, package, PACKAGE_EVENTS);
    if (event_read(path, arena, &events, &count, NULL) != STATUS_OK)
        count = 0;
    for (size_t i = 0; i < count && !was; i++)
        was =
            strcmp(events[i].type, EVENT_SIGNING) == 0 && strcmp(events[i].outcome, "success") == 0;
    arena_free(arena);
    return was;
}

/* METS, PREMIS and EAD name what the manifest names; its hashes were recomputed before. */
static void check_description(struct run *run, const struct document *document, struct arena *arena)
{
    struct bag_file *files = NULL;
    struct mets mets;
    size_t size = 0, count = 0, kept = 0;
    char *text = NULL;
    const size_t root = strlen(PACKAGE_ROOT "/");
    if (file_read(file_join(arena, run->path, BAG_MANIFEST), MANIFEST_MAX, arena, &text, &size,
                  NULL) == STATUS_OK)
        bag_parse(BAG_MANIFEST, text, size, arena, &files, &count, ignore, NULL);
    if (count == 0)
        return; /* a manifest that is gone is told by bag_check, and nothing stands beside it */
    for (size_t i = 0; i < count; i++) {
        const char *path = file_join(arena, run->path, files[i].path);
        if (strncmp(files[i].path, PACKAGE_ROOT "/", root) != 0 || !is_ordinary(path))
            continue; /* told by bag_check */
        files[kept] = files[i];
        files[kept].path = files[i].path + root;
        files[kept++].bytes = file_size(path);
    }
    struct described described = {.tree = file_join(arena, run->path, PACKAGE_ROOT),
                                  .files = files,
                                  .count = kept,
                                  .named = arena_array(arena, kept + 1, sizeof(bool)),
                                  .arena = arena,
                                  .finding = tell,
                                  .context = run,
                                  .ours = true};
    described_mets(&described, &mets);
    if (!mets.objid) /* told */
        return;
    run->copy = mets.type && strcmp(mets.type, "DIP") == 0;
    described_all(&described);
    described_document(&described, &mets, document);
}

/* False: document.json does not tell what there is. */
static bool check_document(struct run *run, const char *identifier, bool held, struct arena *arena,
                           struct document *document)
{
    struct trace_report trace;
    struct said_report said;
    struct event *events = NULL;
    size_t count = 0;
    struct error fault = {""};
    char *path = package_part_path(arena, run->path, PACKAGE_DOCUMENT);
    *document = (struct document){0};
    if (!is_ordinary(path)) {
        tell(run, _("The package has no document.json."));
        return false;
    }
    if (document_read(path, arena, document, &fault) != STATUS_OK) {
        tell(run, fault.text);
        return false;
    }
    const char *place = folder_identifier(run->path, arena);
    const char *own = layout_identifier(document, arena);
    if (*place && strcmp(place, own) != 0)
        tell(run,
             arena_printf(arena, _("The package lies in the folder of another document: it is %s."),
                          own));
    if (*identifier && strcmp(identifier, own) != 0)
        tell(run, arena_printf(arena,
                               _("bag-info.txt and document.json name different documents: %s "
                                 "and %s."),
                               identifier, own));
    int before = run->verdict->faults;
    if (event_read(package_part_path(arena, run->path, PACKAGE_EVENTS), arena, &events, &count,
                   &fault) != STATUS_OK)
        tell(run, fault.text);
    check_description(run, document, arena);
    if (run->copy && *place)
        tell(run, _("A copy for use (DIP) lies where the store keeps a package: its masters are "
                    "gone. Bring the package back from a backup."));
    run->verdict->description_faults += run->verdict->faults - before;
    before = run->verdict->faults;
    trace_check(run->path, document, held, run->copy, &trace, tell, run);
    run->verdict->trace_faults += run->verdict->faults - before - trace.bound_faults;
    run->verdict->bound_faults += trace.bound_faults;
    run->verdict->copies += run->copy;
    run->verdict->elsewhere_pages += trace.elsewhere;
    run->verdict->damaged_pages += trace.damaged;
    run->verdict->pages += trace.pages;
    run->verdict->traced_pages += trace.traced;
    run->verdict->same_pages += trace.same;
    run->verdict->layered_pages += trace.layered;
    run->verdict->encoded_pages += trace.encoded;
    run->verdict->alike_pages += trace.alike;
    run->verdict->bound_pdfs += trace.bound;
    run->verdict->unbound_pdfs += trace.unbound;
    said_check(run->path, document, &said, tell, run);
    run->verdict->said_faults += said.faults;
    run->verdict->said_pdfs += said.bound;
    run->verdict->unsaid_pdfs += said.unbound;
    return true;
}

/* The worse, the more; a signature that is missing is the worst. */
static int badness(const struct archive_verdict *pdf)
{
    return (pdf->signatures == 0) << 5 | !pdf->intact << 4 | !pdf->fit << 3 | !pdf->trusted << 2 |
           pdf->old_algorithm << 1 | !pdf->pdfa_2u;
}

/* What holds of a document holds of each of its volumes. */
static void take_worst(struct store_verdict *verdict, const struct archive_verdict *pdf,
                       const char *name)
{
    const struct archive_verdict *worst = &verdict->pdf;
    int order = badness(pdf) - badness(worst);
    if (verdict->volumes++ > 0 && (order < 0 || (order == 0 && (pdf->level >= worst->level))))
        return;
    verdict->pdf = *pdf;
    snprintf(verdict->pdf_name, sizeof verdict->pdf_name, "%s", name);
}

static void count_document(struct run *run)
{
    struct store_verdict *verdict = run->verdict;
    const struct archive_verdict *pdf = &verdict->pdf;
    struct trust_set sets[TRUST_SETS];
    trust_sets(run->trust, sets);
    bool judged = sets[0].roots != NULL;
    bool is_signed = verdict->volumes > 0 && pdf->signatures > 0;
    verdict->signed_documents += is_signed;
    verdict->unsigned_documents += !is_signed;
    verdict->old_algorithms += is_signed && pdf->old_algorithm;
    verdict->not_judged += is_signed && !judged;
    bool untrusted = is_signed && judged && pdf->intact && !pdf->trusted; /* broken is told */
    verdict->superseded += run->superseded;
    verdict->superseded_untrusted += untrusted && run->superseded;
    verdict->untrusted += untrusted && !run->superseded;
    verdict->over += untrusted && !run->superseded && pdf->over;
}

/* One volume of the PDF; page_count below 0: not known. */
static enum status check_pdf(struct run *run, const char *part, const char *record, int page_count,
                             struct arena *arena, struct error *error)
{
    struct archive_verdict verdict;
    struct error fault = {""};
    char *path = package_path(arena, run->path, part);
    if (!is_ordinary(path)) {
        tell(run, arena_printf(arena, _("The package has no %s."), file_name(part)));
        return STATUS_OK;
    }
    memset(&verdict, 0, sizeof verdict);
    struct kept kept = {.arena = arena};
    int before = run->verdict->faults;
    const struct archive_trust trust = store_trust(run->path, part, run->trust, arena);
    enum status status = archive_judge(path, &trust, &verdict, keep, &kept, &fault);
    if (status == STATUS_FATAL)
        return error_set(error, status, "%s", fault.text);
    bool passed_over = run->superseded && kept.count > 0 &&
                       kept.count == (size_t)verdict.trust_faults; /* nothing else is wrong */
    if (passed_over)
        verdict.trust_faults = verdict.over_faults = 0;
    for (size_t i = 0; i < kept.count && !passed_over; i++)
        tell(run, kept.sentences[i]);
    if (status != STATUS_OK && run->verdict->faults == before && !passed_over)
        tell(run, fault.text);
    if (status == STATUS_RETRY)
        return STATUS_OK;
    if (page_count >= 0 && verdict.pages != page_count)
        tell(run, arena_printf(arena, _("%s has %d pages, document.json tells of %d."),
                               file_name(part), verdict.pages, page_count));
    if (verdict.signatures == 0 && run->was_signed)
        tell(run, arena_printf(arena,
                               _("%s carries no signature, and events.jsonl tells that it was "
                                 "signed."),
                               file_name(part)));
    if (archive_recorded(path, package_path(arena, run->path, record), &verdict, &fault) ==
        STATUS_REJECT)
        tell(run, fault.text);
    run->verdict->trust_faults += verdict.trust_faults;
    run->verdict->over_faults += verdict.over_faults;
    take_worst(run->verdict, &verdict, file_name(part));
    return STATUS_OK;
}

/* The PDF, or all volumes that it was split into. */
static enum status check_pdfs(struct run *run, const struct document *document, bool known,
                              struct arena *arena, struct error *error)
{
    int pages = known ? (int)document->page_count : -1;
    enum status status = STATUS_OK;
    if (document->volume_count == 0)
        return check_pdf(run, package_part(PACKAGE_PDF), package_part(PACKAGE_CHECK), pages, arena,
                         error);
    for (size_t i = 0; i < document->volume_count && status == STATUS_OK; i++)
        status = check_pdf(run, package_volume(PACKAGE_PDF, (int)i + 1, arena),
                           package_volume(PACKAGE_CHECK, (int)i + 1, arena), document->volumes[i],
                           arena, error);
    return status;
}

/* <document>/v<n+1> beside <document>/v<n>. */
static bool is_superseded(const char *path, struct arena *arena)
{
    int version = store_version(file_name(path));
    return version > 0 && file_is_folder(arena_printf(
                              arena, "%.*sv%d", (int)(file_name(path) - path), path, version + 1));
}

static enum status verify_package(void *context, const char *path, struct error *error)
{
    struct run *run = context;
    struct arena *arena = arena_new();
    struct bag_report report;
    struct error fault = {""};
    struct document document;
    run->path = path;
    int before = run->verdict->faults;
    enum status status = bag_check(path, &report, tell, run, &fault);
    if (status != STATUS_OK) /* a folder that cannot be listed is a fault of this package alone */
        tell(run, fault.text);
    run->verdict->bag_faults += run->verdict->faults - before;
    run->verdict->volumes = 0;
    run->verdict->pdf = (struct archive_verdict){0};
    run->was_signed = store_was_signed(path);
    run->superseded = run->in_store && is_superseded(path, arena);
    run->copy = false;
    bool held = run->verdict->faults == before;
    bool known = check_document(run, report.identifier, held, arena, &document);
    status = check_pdfs(run, &document, known, arena, error);
    count_document(run);
    run->verdict->packages++;
    run->verdict->files += report.files;
    run->verdict->bytes += report.bytes;
    if (run->progress)
        run->progress(run->context, run->verdict->packages, run->total);
    arena_free(arena);
    return status;
}

/* ---------------------------------------------------------------- a store */

static enum status count_package(void *context, const char *path, struct error *error)
{
    (void)path;
    (void)error;
    ++*(int *)context;
    return STATUS_OK;
}

/* The first version that must be here, as the newest says: what was taken over as a SIP came
 * without those before it. */
static int first_here(const char *folder, int highest, struct arena *arena)
{
    struct document document;
    const char *newest = arena_printf(arena, "%s/v%d", folder, highest);
    if (document_read(package_part_path(arena, newest, PACKAGE_DOCUMENT), arena, &document, NULL) !=
            STATUS_OK ||
        document.kept_from < 1 || document.kept_from > highest)
        return 1;
    return document.kept_from;
}

/* Versions are stored one after the other: a number left out is a package that was taken away,
 * unless it never came. */
static void check_versions(struct run *run, const char *folder, char **names, size_t count,
                           struct arena *arena)
{
    int highest = 0, there = 0, missing = 0, earlier = 0;
    run->path = folder;
    for (size_t i = 0; i < count; i++) {
        int version = store_version(names[i]);
        if (version == 0)
            tell(run, arena_printf(arena, _("%s does not belong here."),
                                   bag_shown(arena, names[i], strlen(names[i]))));
        there += version > 0;
        highest = version > highest ? version : highest;
    }
    if (there == 0) {
        tell(run, _("There is no version in the folder of this document."));
        return;
    }
    int first = first_here(folder, highest, arena);
    for (int version = 1; version < highest; version++)
        if (!file_is_folder(arena_printf(arena, "%s/v%d", folder, version)))
            ++*(version < first ? &earlier : &missing);
    run->verdict->partly_elsewhere += earlier > 0;
    if (missing > 0)
        tell(run,
             arena_printf(arena, _("Of %d versions only %d are there."), highest - earlier, there));
}

/* level 0: the store, 1: a year, 2: a document. What has no place by its name is told. */
static enum status check_places(struct run *run, const char *folder, int level, struct error *error)
{
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(folder, arena, &names, &count, error);
    if (status == STATUS_OK && level == 2)
        check_versions(run, folder, names, count, arena);
    for (size_t i = 0; i < count && status == STATUS_OK && level < 2; i++) {
        char *path = file_join(arena, folder, names[i]);
        bool named = level == 0 ? layout_is_year(names[i]) : layout_is_id(names[i]);
        if (named && file_is_folder(path)) {
            status = check_places(run, path, level + 1, error);
        } else if (level > 0 || (strncmp(names[i], ".building-", 10) != 0 &&
                                 strncmp(names[i], ".revising-", 10) != 0)) {
            run->path = folder;
            tell(run, arena_printf(arena, _("%s does not belong here."),
                                   bag_shown(arena, names[i], strlen(names[i]))));
        }
    }
    arena_free(arena);
    return status;
}

static bool is_package(const char *path, struct arena *arena)
{
    return file_exists(file_join(arena, path, "bagit.txt")) ||
           file_exists(file_join(arena, path, BAG_MANIFEST)) || *folder_identifier(path, arena);
}

enum status store_verify(const char *path, const struct archive_trust *trust,
                         struct store_verdict *verdict,
                         void (*finding)(void *context, const char *path, const char *sentence),
                         void (*progress)(void *context, int done, int total), void *context,
                         struct error *error)
{
    static const struct archive_trust nobody;
    struct arena *arena = arena_new();
    struct run run = {.trust = trust ? trust : &nobody,
                      .verdict = verdict,
                      .finding = finding,
                      .progress = progress,
                      .context = context,
                      .total = 1};
    enum status status = STATUS_OK;
    memset(verdict, 0, sizeof *verdict);
    if (!file_is_folder(path)) {
        status = error_set(error, STATUS_REJECT, _("%s is no folder with packages."), path);
        goto done;
    }
    if (is_package(path, arena)) {
        status = verify_package(&run, path, error);
        goto done;
    }
    run.total = 0;
    run.in_store = true;
    if ((status = store_each(path, count_package, &run.total, error)) != STATUS_OK ||
        (status = check_places(&run, path, 0, error)) != STATUS_OK)
        goto done;
    status = store_each(path, verify_package, &run, error);
done:
    if (status == STATUS_OK && verdict->faults > 0)
        status = error_set(error, STATUS_REJECT, _("%d faults were found in %d packages."),
                           verdict->faults, verdict->packages);
    arena_free(arena);
    return status;
}

void store_signatures(const char *package, const struct archive_trust *trust,
                      store_signatures_visit *visit, void *context)
{
    struct arena *arena = arena_new();
    struct document document;
    if (document_read(package_part_path(arena, package, PACKAGE_DOCUMENT), arena, &document,
                      NULL) != STATUS_OK)
        document.volume_count = 0;
    int last = (int)document.volume_count;
    for (int volume = last > 0; volume <= last; volume++) {
        const char *part = package_volume(PACKAGE_PDF, volume, arena);
        struct archive_verdict verdict = {0};
        struct archive_signature *list = NULL;
        const struct archive_trust own = store_trust(package, part, trust, arena);
        if (archive_signatures(package_path(arena, package, part), &own, arena, &verdict, &list,
                               NULL, NULL, NULL) == STATUS_OK)
            visit(context, file_name(part), &verdict, list);
    }
    arena_free(arena);
}
