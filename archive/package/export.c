#include <string.h>
#include <unistd.h>

#include "archive/package/bag.h"
#include "archive/package/describe.h"
#include "archive/evidence.h"
#include "archive/package/layout.h"
#include "archive/sign/pin.h"
#include "archive/package/put.h"
#include "archive/store.h"
#include "archive/transfer.h"
#include "archive/package/zip.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "core/text.h"

#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)

const char *export_kind_name(enum export_kind kind)
{
    static const char *const names[] = {"AIP", "SIP", "DIP"};
    return names[kind];
}

enum status export_passphrase(const char *descriptor, const char *command, double limit_s,
                              bool encrypts, char out[PASSPHRASE_SIZE], struct error *error)
{
    return pin_get_passphrase(descriptor, command, limit_s, encrypts, out, error);
}

enum status export_passphrase_fits(const char *passphrase, struct error *error)
{
    if (text_length(passphrase) >= PASSPHRASE_LEAST)
        return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("The passphrase has fewer than %d characters: whoever gets hold of the ZIP "
                       "files can try all of that length. Take several words."),
                     PASSPHRASE_LEAST);
}

void export_wipe(char passphrase[PASSPHRASE_SIZE])
{
    pin_wipe(passphrase);
}

/* ---------------------------------------------------------------- copying */

struct copying {
    const char *from, *to;
};

static enum status copy_one(void *context, const char *relative, struct error *error)
{
    const struct copying *copying = context;
    struct arena *arena = arena_new();
    char *to = file_join(arena, copying->to, relative);
    enum status status =
        file_mkdirs(arena_strndup(arena, to, (size_t)(file_name(to) - to) - 1), error);
    if (status == STATUS_OK)
        status = file_copy(file_join(arena, copying->from, relative), to, error);
    arena_free(arena);
    return status;
}

enum status put_copy(const char *from, const char *to, struct error *error)
{
    struct copying copying = {from, to};
    return file_walk(from, copy_one, &copying, error);
}

/* ---------------------------------------------------------------- one package on its way out */

struct leaving {
    const struct export_wish *wish;
    struct arena *arena;
    const char *package; /* in the store */
    struct document document;
    const char *name;   /* of what comes of it */
    const char *work;   /* folder for what is made on the way, in `to` */
    const char *built;  /* the package as it leaves */
    const char *record; /* its evidence record, copied into work; NULL: none */
};

struct heard {
    char text[400];
    int count;
};

static void hear(void *context, const char *sentence)
{
    struct heard *heard = context;
    if (heard->count++ == 0)
        strncat(heard->text, sentence, sizeof heard->text - 1);
}

/* A package must be whole before and after it leaves. */
static enum status check_whole(const char *folder, struct bag_report *report, struct error *error)
{
    struct heard heard = {0};
    enum status status = bag_check(folder, report, hear, &heard, error);
    if (status == STATUS_OK && heard.count > 0)
        return error_set(error, STATUS_REJECT, _("%s is damaged: %s"), folder, heard.text);
    return status;
}

static bool leaves(const struct leaving *leaving, const char *path)
{
    if (describe_is_made(path))
        return false;
    return leaving->wish->kind != EXPORT_DIP ||
           package_representation_of(path) != PACKAGE_REP_MASTERS;
}

static void ignore(void *context, const char *sentence)
{
    (void)context;
    (void)sentence;
}

/* The content without its description, which is made anew for another kind of package. */
static enum status describe_anew(struct leaving *leaving, struct error *error)
{
    struct arena *arena = leaving->arena;
    struct bag_file *files = NULL;
    size_t size = 0, count = 0, kept = 0;
    char *text = NULL;
    enum status status = file_read(file_join(arena, leaving->package, BAG_MANIFEST), MANIFEST_MAX,
                                   arena, &text, &size, error);
    if (status != STATUS_OK)
        return status;
    bag_parse(BAG_MANIFEST, text, size, arena, &files, &count, ignore, NULL);
    struct store_item *items = arena_array(arena, count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++)
        if (leaves(leaving, describe_path(&files[i])))
            items[kept++] = (struct store_item){file_join(arena, leaving->package, files[i].path),
                                                describe_path(&files[i])};
    return put_elsewhere(leaving->wish->store, leaving->wish->config,
                         export_kind_name(leaving->wish->kind), &leaving->document, items, kept,
                         file_join(arena, leaving->work, "site"), leaving->built, error);
}

static enum status hash_manifest(const char *package, struct arena *arena, char *hex,
                                 struct error *error)
{
    return hash_file(file_join(arena, package, BAG_MANIFEST), hex, error);
}

/* ---------------------------------------------------------------- its evidence record */

/* One that does not hold stays behind, and is told: the package is whole without it. */
static enum status take_record(struct leaving *leaving, struct exported *done, struct error *error)
{
    const struct export_wish *wish = leaving->wish;
    struct arena *arena = leaving->arena;
    struct evidence_verdict verdict;
    struct error fault = {""};
    if (wish->kind != EXPORT_AIP || wish->evidence == NULL)
        return STATUS_OK;
    const char *kept =
        evidence_path(wish->evidence, leaving->document.id, leaving->document.version, arena);
    const char *record =
        arena_printf(arena, "%s/%s%s", leaving->work, leaving->name, EVIDENCE_SUFFIX);
    if (!file_exists(kept))
        return STATUS_OK;
    enum status status = file_copy(kept, record, error);
    if (status != STATUS_OK)
        return status;
    status = evidence_check(file_join(arena, leaving->package, BAG_TAG_MANIFEST), record, NULL,
                            &verdict, &fault);
    if (status == STATUS_REJECT) {
        done->record_fault = arena_strdup(arena, fault.text);
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return error_set(error, status, "%s", fault.text);
    leaving->record = record;
    return hash_file(record, done->record_sha256, error);
}

/* The record that stands beside a package that is out already, or should. */
static enum status compare_record(struct leaving *leaving, const char *there,
                                  const struct exported *done, struct error *error)
{
    char hex[HASH_HEX_SIZE] = "";
    enum status status = file_exists(there) ? hash_file(there, hex, error) : STATUS_OK;
    if (status == STATUS_OK && strcmp(hex, done->record_sha256) != 0)
        status = error_set(error, STATUS_REJECT,
                           _("%s/%s is there already with another evidence record and is not "
                             "replaced."),
                           leaving->wish->to, leaving->name);
    return status;
}

static enum status place_record(struct leaving *leaving, const struct exported *done,
                                struct error *error)
{
    const char *final =
        arena_printf(leaving->arena, "%s/%s%s", leaving->wish->to, leaving->name, EVIDENCE_SUFFIX);
    if (file_exists(final))
        return compare_record(leaving, final, done, error);
    return leaving->record ? file_rename(leaving->record, final, error) : STATUS_OK;
}

/* ---------------------------------------------------------------- where it goes */

/* What stands under the final name: the same package, or something else, which is never replaced.
 */
static enum status compare_there(struct leaving *leaving, const char *there,
                                 const struct exported *done, struct error *error)
{
    char hex[HASH_HEX_SIZE] = "";
    struct bag_report report;
    enum status status = check_whole(there, &report, error);
    if (status == STATUS_OK)
        status = hash_manifest(there, leaving->arena, hex, error);
    if (status == STATUS_OK && strcmp(hex, done->package_sha256) != 0)
        status = error_set(error, STATUS_REJECT,
                           _("%s/%s is there already with other content and is not replaced."),
                           leaving->wish->to, leaving->name);
    return status;
}

/* Reads a ZIP back and holds what is in it against what went in. */
static enum status compare_zip(struct leaving *leaving, const char *zip,
                               const struct exported *done, struct error *error)
{
    char *folder = file_join(leaving->arena, leaving->work, "back");
    struct heard heard = {0};
    enum status status = file_remove_tree(folder, error);
    if (status == STATUS_OK)
        status = file_mkdirs(folder, error);
    if (status == STATUS_OK)
        status = zip_unpack(zip, folder, leaving->wish->passphrase, hear, &heard, error);
    if (status == STATUS_OK)
        status =
            compare_there(leaving, file_join(leaving->arena, folder, leaving->name), done, error);
    if (status == STATUS_OK)
        status = compare_record(
            leaving,
            arena_printf(leaving->arena, "%s/%s%s", folder, leaving->name, EVIDENCE_SUFFIX), done,
            error);
    return status;
}

static enum status place_folder(struct leaving *leaving, struct exported *done, struct error *error)
{
    char *final = file_join(leaving->arena, leaving->wish->to, leaving->name);
    enum status status = place_record(leaving, done, error);
    done->there = file_exists(final);
    if (status != STATUS_OK)
        return status;
    if (done->there)
        return compare_there(leaving, final, done, error);
    if (strcmp(leaving->built, leaving->package) != 0)
        return file_rename(leaving->built, final, error);
    char *copy = file_join(leaving->arena, leaving->work, "copy");
    struct bag_report report;
    status = put_copy(leaving->package, copy, error);
    if (status == STATUS_OK)
        status = check_whole(copy, &report, error);
    return status == STATUS_OK ? file_rename(copy, final, error) : status;
}

static enum status place_zip(struct leaving *leaving, struct exported *done, struct error *error)
{
    struct arena *arena = leaving->arena;
    const char *signed_at = leaving->document.signed_at, *when = signed_at ? signed_at : "";
    char *final = arena_printf(arena, "%s/%s.zip", leaving->wish->to, leaving->name);
    char *fresh = file_join(arena, leaving->work, "new.zip");
    enum status status = STATUS_OK;
    done->there = file_exists(final);
    if (!done->there) {
        status = zip_pack(leaving->built, leaving->name, leaving->record, when, fresh,
                          leaving->wish->passphrase, error);
        if (status == STATUS_OK)
            status = compare_zip(leaving, fresh, done, error);
        if (status == STATUS_OK)
            status = file_rename(fresh, final, error);
    } else {
        status = compare_zip(leaving, final, done, error);
    }
    return status == STATUS_OK ? hash_file(final, done->zip_sha256, error) : status;
}

static enum status send(struct leaving *leaving, struct exported *done, struct error *error)
{
    struct arena *arena = leaving->arena;
    struct bag_report report;
    int lock = -1;
    enum status status = check_whole(leaving->package, &report, error);
    leaving->work = arena_printf(arena, "%s/.exporting-%s", leaving->wish->to, leaving->name);
    leaving->built = leaving->package;
    if (status == STATUS_OK)
        status = file_take_folder(leaving->work, &lock, error);
    if (status == STATUS_OK && leaving->wish->kind != EXPORT_AIP) {
        leaving->built = file_join(arena, leaving->work, "package");
        status = describe_anew(leaving, error);
        if (status == STATUS_OK)
            status = check_whole(leaving->built, &report, error);
    }
    if (status == STATUS_OK)
        status = hash_manifest(leaving->built, arena, done->package_sha256, error);
    if (status == STATUS_OK)
        status = take_record(leaving, done, error);
    done->files = report.files;
    done->bytes = report.bytes;
    if (status == STATUS_OK)
        status = leaving->wish->zip ? place_zip(leaving, done, error)
                                    : place_folder(leaving, done, error);
    if (status == STATUS_OK)
        status = file_remove_tree(leaving->work, error);
    if (lock >= 0)
        close(lock);
    return status;
}

/* ---------------------------------------------------------------- a document */

static const char *name_of(const struct leaving *leaving, bool newest)
{
    struct arena *arena = leaving->arena;
    char *objid = describe_objid(&leaving->document, arena);
    for (char *at = objid; *at; at++)
        if (*at == ':')
            *at = '_';
    if (leaving->wish->kind == EXPORT_SIP)
        objid = arena_printf(arena, "uuid-%s", strrchr(objid, '_') + 1);
    return newest ? objid : arena_printf(arena, "%s.v%d", objid, leaving->document.version);
}

static enum status export_version(const struct export_wish *wish, const char *package, bool newest,
                                  enum status (*visit)(void *context, const struct exported *done,
                                                       struct error *error),
                                  void *context, struct error *error)
{
    struct leaving leaving = {.wish = wish, .package = package, .arena = arena_new()};
    struct exported done = {0};
    enum status status = document_read(package_part_path(leaving.arena, package, PACKAGE_DOCUMENT),
                                       leaving.arena, &leaving.document, error);
    if (status == STATUS_OK) {
        leaving.name = name_of(&leaving, newest);
        done.id = leaving.document.id;
        done.version = leaving.document.version;
        done.pages = (int)leaving.document.page_count;
        done.name = wish->zip ? arena_printf(leaving.arena, "%s.zip", leaving.name) : leaving.name;
        status = send(&leaving, &done, error);
    }
    if (status == STATUS_OK)
        status = visit(context, &done, error);
    arena_free(leaving.arena);
    return status;
}

/* The versions before it stay with who gave the document to us. */
static enum status first_kept(const char *newest, struct arena *arena, int *first,
                              struct error *error)
{
    struct document document;
    enum status status =
        document_read(package_part_path(arena, newest, PACKAGE_DOCUMENT), arena, &document, error);
    *first = status == STATUS_OK && document.kept_from > 0 ? document.kept_from : 1;
    return status;
}

enum status export_document(const struct export_wish *wish, const char *id,
                            enum status (*visit)(void *context, const struct exported *done,
                                                 struct error *error),
                            void *context, struct error *error)
{
    struct arena *arena = arena_new();
    const char *newest = NULL, *package = NULL;
    enum status status = store_find(wish->store, id, 0, arena, &newest, error);
    if (status == STATUS_OK)
        status = file_mkdirs(wish->to, error);
    int last = status == STATUS_OK ? store_version(file_name(newest)) : 0, first = last;
    if (status == STATUS_OK && wish->kind == EXPORT_AIP)
        status = first_kept(newest, arena, &first, error);
    for (int version = first; version <= last && status == STATUS_OK; version++) {
        status = store_find(wish->store, id, version, arena, &package, error);
        if (status == STATUS_OK)
            status = export_version(wish, package, version == last, visit, context, error);
    }
    arena_free(arena);
    return status;
}
