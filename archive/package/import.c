#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "archive/archive.h"
#include "archive/package/arrival.h"
#include "archive/package/describe.h"
#include "archive/package/described.h"
#include "archive/evidence.h"
#include "archive/package/layout.h"
#include "archive/package/put.h"
#include "archive/transfer.h"
#include "archive/package/zip.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "core/turn.h"

#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)

bool import_is_package(const char *path)
{
    struct arena *arena = arena_new();
    size_t length = strlen(path);
    bool is_zip = length > 4 && strcmp(path + length - 4, ".zip") == 0 && !file_is_folder(path);
    bool is =
        is_zip || (file_is_folder(path) && (file_exists(file_join(arena, path, "bagit.txt")) ||
                                            file_exists(file_join(arena, path, "METS.xml"))));
    arena_free(arena);
    return is;
}

/* Where a ZIP was unpacked means nothing to whoever reads: it goes out of the sentence. */
static const char *without_site(const struct arrival *a, const char *sentence)
{
    if (!a->work || !a->unpacked)
        return sentence;
    struct buffer out = {0};
    const char *site = file_join(a->arena, a->work, "in");
    size_t size = strlen(site);
    for (const char *found; (found = strstr(sentence, site)); sentence = found) {
        buffer_add(&out, sentence, (size_t)(found - sentence));
        found += size;
        if (*found == '/')
            found++;
        else
            buffer_text(&out, file_name(a->from));
    }
    buffer_text(&out, sentence);
    const char *copy = arena_strndup(a->arena, (const char *)out.data, out.size);
    buffer_clear(&out);
    return copy;
}

void arrival_tell(void *context, const char *sentence)
{
    struct arrival *a = context;
    a->faults++;
    a->finding(a->context, without_site(a, sentence));
}

void arrival_say(struct arrival *a, const char *format, ...)
{
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    arrival_tell(a, text);
}

/* ---------------------------------------------------------------- the files */

static enum status add_file(void *context, const char *relative, struct error *error)
{
    struct arrival *a = context;
    if (a->count == a->room) {
        size_t room = a->room ? 2 * a->room : 256;
        struct bag_file *files = arena_array(a->arena, room, sizeof *files);
        if (a->count)
            memcpy(files, a->files, a->count * sizeof *files);
        a->files = files;
        a->room = room;
    }
    struct bag_file *file = &a->files[a->count++];
    const char *path = file_join(a->arena, a->csip, relative);
    file->path = arena_strdup(a->arena, relative);
    file->bytes = file_size(path);
    if (!bag_name_allowed(relative))
        arrival_say(a, _("%s cannot be the name of a file in a package."),
                    bag_shown(a->arena, relative, strlen(relative)));
    return hash_file(path, file->hash, error);
}

static enum status list_files(struct arrival *a, struct error *error)
{
    enum status status = file_walk(a->csip, add_file, a, error);
    if (status != STATUS_OK)
        return status;
    bag_sort(a->files, a->count);
    a->named = arena_array(a->arena, a->count + 1, sizeof *a->named);
    return STATUS_OK;
}

/* The folder that is the package: folder, which came as from, or the only one in it. Beside it may
 * lie its evidence record, and nothing else. */
static enum status package_in(const char *folder, const char *from, struct arena *arena,
                              const char **root, struct error *error)
{
    char **names = NULL;
    size_t count = 0, found = 0;
    *root = folder;
    if (import_is_package(folder) && file_is_folder(folder))
        return STATUS_OK;
    enum status status = file_list(folder, arena, &names, &count, error);
    if (status != STATUS_OK)
        return status;
    while (found < count && !import_is_package(file_join(arena, folder, names[found])))
        found++;
    if (found == count || !file_is_folder(file_join(arena, folder, names[found])))
        return error_set(error, STATUS_REJECT,
                         _("%s is no package: it has neither bagit.txt nor METS.xml."), from);
    *root = file_join(arena, folder, names[found]);
    const char *record = arena_printf(arena, "%s%s", names[found], EVIDENCE_SUFFIX);
    for (size_t i = 0; i < count; i++)
        if (i != found && strcmp(names[i], record) != 0)
            return error_set(error, STATUS_REJECT,
                             _("%s holds something beside the package %s: %s. A package is one "
                               "folder, with nothing beside it but its evidence record."),
                             from, names[found], bag_shown(arena, names[i], strlen(names[i])));
    return STATUS_OK;
}

static enum status find_root(struct arrival *a, const char *from, struct error *error)
{
    enum status status = package_in(from, a->from, a->arena, &a->root, error);
    if (status != STATUS_OK)
        return status;
    const char *record = arena_printf(a->arena, "%s%s", a->root, EVIDENCE_SUFFIX);
    a->record = file_exists(record) ? record : NULL;
    a->is_bag = file_exists(file_join(a->arena, a->root, "bagit.txt"));
    a->csip = a->is_bag ? file_join(a->arena, a->root, PACKAGE_ROOT) : a->root;
    a->has_mets = file_exists(file_join(a->arena, a->csip, "METS.xml"));
    bool has_document = file_exists(package_part_path(a->arena, a->root, PACKAGE_DOCUMENT));
    a->is_ours = a->is_bag && a->has_mets && has_document;
    if (!a->is_ours && a->is_bag && bag_is_ours(a->root))
        return error_set(error, STATUS_REJECT,
                         _("%s was made by sohoa, as its bag-info.txt says, and has no %s: it is "
                           "not whole and is not taken for another program's."),
                         a->from, a->has_mets ? "document.json" : "METS.xml");
    return STATUS_OK;
}

bool import_is_encrypted(const char *zip)
{
    return zip_is_encrypted(zip);
}

bool import_opens(const char *zip, const char *passphrase)
{
    return zip_opens(zip, passphrase);
}

enum status import_unpack(const char *zip, const char *folder, const char *passphrase,
                          void (*finding)(void *context, const char *sentence), void *context,
                          struct arena *arena, const char **root, struct error *error)
{
    enum status status = zip_unpack(zip, folder, passphrase, finding, context, error);
    return status == STATUS_OK ? package_in(folder, zip, arena, root, error) : status;
}

/* ---------------------------------------------------------------- one of ours */

/* Where the same version lies already: told when it is the same, refused when not. */
static enum status compare_there(struct arrival *a, const char *there, struct imported *out,
                                 struct error *error)
{
    char ours[HASH_HEX_SIZE] = "", theirs[HASH_HEX_SIZE] = "";
    /* a SIP is described otherwise than the AIP that was made of it: its PDF decides */
    bool aip = strcmp(a->kind, "AIP") == 0;
    const char *pdf = package_volume(PACKAGE_PDF, a->document.volume_count > 0 ? 1 : 0, a->arena);
    enum status status = hash_file(aip ? file_join(a->arena, a->root, BAG_MANIFEST)
                                       : package_path(a->arena, a->root, pdf),
                                   theirs, error);
    if (status == STATUS_OK)
        status = hash_file(aip ? file_join(a->arena, there, BAG_MANIFEST)
                               : package_path(a->arena, there, pdf),
                           ours, error);
    if (status == STATUS_OK && strcmp(ours, theirs) != 0)
        return error_set(error, STATUS_REJECT,
                         _("The store has %s already with other content; nothing is overwritten."),
                         layout_identifier(&a->document, a->arena));
    out->there = true;
    out->path = there;
    return status;
}

static enum status take_aip(struct arrival *a, const char *final, struct imported *out,
                            struct error *error)
{
    const char *package = a->root;
    char *parent = arena_strndup(a->arena, final, (size_t)(file_name(final) - final) - 1);
    struct bag_report report;
    enum status status = STATUS_OK;
    if (!a->unpacked) {
        package = file_join(a->arena, a->work, "package");
        status = put_copy(a->root, package, error);
        int before = a->faults;
        if (status == STATUS_OK)
            status = bag_check(package, &report, arrival_tell, a, error);
        if (status == STATUS_OK && a->faults > before)
            status = error_set(error, STATUS_RETRY, _("The copy of %s is not whole: try again."),
                               a->root);
    }
    if (status == STATUS_OK && a->unpacked)
        status = file_sync_all(package, error);
    if (status == STATUS_OK)
        status = file_mkdirs(parent, error);
    if (status == STATUS_OK)
        status = file_rename(package, final, error);
    out->path = final;
    return status;
}

/* document.json and events.jsonl as they are here: a SIP brings one version, those before it stay
 * with who gave it, and both say so. */
static enum status write_taken(struct arrival *a, const char *json, const char *lines,
                               struct error *error)
{
    struct event *events = NULL, *all;
    size_t count = 0;
    char *now = arena_alloc(a->arena, 26);
    file_now(now);
    if (a->document.version > 1)
        a->document.kept_from = a->document.version;
    enum status status = event_read(package_part_path(a->arena, a->root, PACKAGE_EVENTS), a->arena,
                                    &events, &count, error);
    if (status == STATUS_OK)
        status = document_write(&a->document, json, error);
    if (status != STATUS_OK)
        return status;
    all = arena_array(a->arena, count + 1, sizeof *all);
    if (count)
        memcpy(all, events, count * sizeof *all);
    all[count] = (struct event){
        .type = EVENT_IMPORT,
        .at = now,
        .agent = EVENT_SOHOA,
        .outcome = "success",
        .detail =
            a->document.version > 1
                ? arena_printf(a->arena, "SIP, version %d; versions 1 to %d stay with the giver",
                               a->document.version, a->document.version - 1)
                : "SIP, version 1"};
    /* who gave it on had taken it in, too */
    event_name(&all[count], arena_printf(a->arena, "%s behind %zu", a->document.id, count));
    return event_write(lines, all, count + 1, error);
}

/* Content of a SIP, described anew as an AIP. */
static enum status take_sip(struct arrival *a, struct imported *out, struct error *error)
{
    struct store_item *items = arena_array(a->arena, a->count + 3, sizeof *items);
    const char *json = file_join(a->arena, a->work, "document.json");
    const char *lines = file_join(a->arena, a->work, "events.jsonl");
    size_t kept = 0;
    for (size_t i = 0; i < a->count; i++) {
        const char *path = a->files[i].path;
        if (!describe_is_made(path) && strcmp(path, package_part(PACKAGE_DOCUMENT)) != 0 &&
            strcmp(path, package_part(PACKAGE_EVENTS)) != 0)
            items[kept++] = (struct store_item){file_join(a->arena, a->csip, path), path};
    }
    items[kept++] = (struct store_item){json, package_part(PACKAGE_DOCUMENT)};
    items[kept++] = (struct store_item){lines, package_part(PACKAGE_EVENTS)};
    enum status status = write_taken(a, json, lines, error);
    if (status == STATUS_OK)
        status = store_package(a->wish->store, a->wish->config, &a->document, items, kept, a->arena,
                               &out->path, error);
    return status;
}

static enum status take_ours(struct arrival *a, struct imported *out, struct error *error)
{
    char *final = NULL;
    enum status status = layout_package(a->wish->store, &a->document, a->arena, &final, error);
    if (status != STATUS_OK)
        return STATUS_REJECT;
    if (file_exists(final))
        return compare_there(a, final, out, error);
    return strcmp(a->kind, "AIP") == 0 ? take_aip(a, final, out, error) : take_sip(a, out, error);
}

/* ---------------------------------------------------------------- its evidence record */

static const char *tag_manifest(const struct arrival *a, const char *package)
{
    return file_join(a->arena, package, BAG_TAG_MANIFEST);
}

/* It is a proof of what the package was: a bad one, or one that is missing, is a fault of the
 * package, so that no receipt is given for what did not come whole. */
static enum status check_record(struct arrival *a, struct error *error)
{
    struct evidence_verdict verdict;
    struct error fault = {""};
    char hex[HASH_HEX_SIZE] = "";
    const char *listed = a->wish->record_sha256 ? a->wish->record_sha256 : "";
    enum status status = a->record ? hash_file(a->record, hex, error) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (*listed && !a->record)
        arrival_say(a, _("The list names an evidence record, and none came with the package."));
    else if (*listed && strcmp(hex, listed) != 0)
        arrival_say(a, _("%s is not the evidence record on the list: its SHA-256 differs."),
                    file_name(a->record));
    else if (a->record && (!a->is_ours || strcmp(a->kind, "AIP") != 0))
        arrival_say(a,
                    _("%s proves a package as it is kept (AIP), and this is none: without the "
                      "record it can be taken in."),
                    file_name(a->record));
    else if (a->record)
        status = evidence_check(tag_manifest(a, a->root), a->record, NULL, &verdict, &fault);
    if (status == STATUS_REJECT)
        arrival_tell(a, fault.text);
    return status == STATUS_OK || status == STATUS_REJECT
               ? STATUS_OK
               : error_set(error, status, "%s", fault.text);
}

static enum status keep_record(struct arrival *a, struct imported *out, struct error *error)
{
    if (!a->record || !a->wish->evidence)
        return STATUS_OK;
    out->record = true;
    return evidence_keep(
        tag_manifest(a, out->path), a->record,
        evidence_path(a->wish->evidence, a->document.id, a->document.version, a->arena), a->arena,
        error);
}

/* ---------------------------------------------------------------- taking in */

/* Everything is looked at before anything is decided. */
static enum status look(struct arrival *a, struct error *error)
{
    struct mets mets = {0};
    enum status status = list_files(a, error);
    struct described described = {a->csip,  a->files,     a->count, a->named,
                                  a->arena, arrival_tell, a,        a->is_ours};
    if (status == STATUS_OK && a->is_ours)
        status = bag_check(a->root, &a->report, arrival_tell, a, error);
    else if (status == STATUS_OK && a->is_bag)
        arrival_check_manifest(a);
    if (status != STATUS_OK)
        return status;
    if (a->has_mets) {
        described_mets(&described, &mets);
        if (a->is_ours)
            described_all(&described);
    }
    a->kind = mets.type ? mets.type : "AIP";
    a->objid = mets.objid;
    a->label = mets.label;
    if (a->is_ours && strcmp(a->kind, "AIP") != 0 && strcmp(a->kind, "SIP") != 0)
        return error_set(error, STATUS_REJECT,
                         _("This is a %s, a copy for use without masters; an AIP or SIP is taken "
                           "in."),
                         a->kind);
    if (a->is_ours)
        arrival_check_ours(a, &described, &mets);
    else if (a->faults == 0)
        status = arrival_foreign(a, error);
    if (status == STATUS_OK)
        status = check_record(a, error);
    if (status == STATUS_OK && a->faults > 0)
        return error_set(error, STATUS_REJECT, _("%s is refused: %d faults; nothing was taken in."),
                         a->from, a->faults);
    return status;
}

/* Where others' PDFs may be here already under another id. */
static enum status ask(struct arrival *a, struct error *error)
{
    const char **pdfs = arena_array(a->arena, a->count + 1, sizeof *pdfs);
    size_t count = 0;
    for (size_t i = 0; i < a->count; i++) {
        size_t length = strlen(a->files[i].path);
        if (length > 4 && strcasecmp(a->files[i].path + length - 4, ".pdf") == 0)
            pdfs[count++] = a->files[i].hash;
    }
    return a->wish->arrives ? a->wish->arrives(a->wish->context, a->document.id, pdfs, count, error)
                            : STATUS_OK;
}

static enum status open_arrival(struct arrival *a, int *turn, int *lock, struct error *error)
{
    char whole[PATH_MAX], hex[HASH_HEX_SIZE];
    const char *name = hex;
    if (!realpath(a->from, whole))
        return error_set(error, STATUS_REJECT, _("There is no %s: check the path."), a->from);
    hash_bytes(whole, strlen(whole), hex);
    char *site = arena_printf(a->arena, "%s/.importing-%.16s", a->wish->store, hex);
    enum status status =
        a->wish->turns ? turn_take(a->wish->turns, &name, 1, turn, error) : STATUS_OK;
    if (status == STATUS_OK)
        status = file_take_folder(site, lock, error);
    if (status != STATUS_OK) /* it is another's: not ours to clear away */
        return status;
    a->work = site;
    if (file_is_folder(a->from))
        return find_root(a, arena_strdup(a->arena, whole), error);
    char *in = file_join(a->arena, a->work, "in");
    a->unpacked = true;
    status = file_mkdirs(in, error);
    if (status == STATUS_OK)
        status = zip_unpack(a->from, in, a->wish->passphrase, arrival_tell, a, error);
    return status == STATUS_OK ? find_root(a, in, error) : status;
}

struct counting {
    const struct arrival *a;
    struct imported *out;
};

static enum status count_file(void *context, const char *relative, struct error *error)
{
    struct counting *counting = context;
    (void)error;
    counting->out->came_files++;
    counting->out->came_bytes +=
        file_size(file_join(counting->a->arena, counting->a->root, relative));
    return STATUS_OK;
}

enum status import_package(const struct import_wish *wish, const char *from,
                           void (*finding)(void *context, const char *sentence), void *context,
                           struct arena *arena, struct imported *out, struct error *error)
{
    struct arrival a = {
        .wish = wish, .from = from, .finding = finding, .context = context, .arena = arena};
    struct counting counting = {&a, out};
    int lock = -1, turn = -1;
    *out = (struct imported){0};
    enum status status = open_arrival(&a, &turn, &lock, error);
    if (status == STATUS_OK)
        status = look(&a, error);
    if (status == STATUS_OK && a.is_bag)
        status = hash_file(file_join(arena, a.root, BAG_MANIFEST), out->package_sha256, error);
    if (status == STATUS_OK)
        status = file_walk(a.root, count_file, &counting, error);
    if (status == STATUS_OK)
        status = ask(&a, error);
    if (status == STATUS_OK)
        status = a.is_ours ? take_ours(&a, out, error) : arrival_take_foreign(&a, out, error);
    if (status == STATUS_OK)
        status = keep_record(&a, out, error);
    if (status == STATUS_OK) {
        out->id = arena_strdup(arena, a.document.id);
        out->version = a.document.version;
        out->kind = a.kind;
        out->unsaid = a.said.unbound > 0;
        out->pages = (int)a.document.page_count;
        out->files = (int)a.count;
        for (size_t i = 0; i < a.count; i++)
            out->bytes += a.files[i].bytes;
    }
    if (status != STATUS_OK && error)
        error_set(error, status, "%s", without_site(&a, arena_strdup(arena, error->text)));
    if (a.work) {
        enum status removed = file_remove_tree(a.work, status == STATUS_OK ? error : NULL);
        if (status == STATUS_OK)
            status = removed;
    }
    if (lock >= 0)
        close(lock);
    turn_end(&turn);
    return status;
}
