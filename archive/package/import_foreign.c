/* Packages that other programs made: a BagIt bag, or a CSIP tree. The whole of it is kept as it
 * came, in a representation of its own; its PDF becomes the document. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "archive/archive.h"
#include "archive/package/arrival.h"
#include "archive/package/describe.h"
#include "archive/package/layout.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"
#include "core/text.h"

#define MANIFEST_MAX ((size_t)64 * 1024 * 1024)
#define RECEIVED "representations/rep4/data/" /* as it came */

struct first { /* of what is wrong with a manifest */
    struct arrival *a;
    const char *sentence;
    int count;
};

static void keep_first(void *context, const char *sentence)
{
    struct first *first = context;
    if (!first->count++)
        first->sentence = arena_strdup(first->a->arena, sentence);
}

static int by_path(const void *key, const void *file)
{
    return strcmp(key, ((const struct bag_file *)file)->path);
}

/* Every line was understood: what was told is only that the order is another than ours. */
static bool is_sorting(const char *text, size_t size, const struct bag_file *listed, size_t count)
{
    size_t lines = 0, bytes = 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    for (size_t i = 0; i < count; i++)
        bytes += HASH_HEX_SIZE + 2 + strlen(listed[i].path);
    return lines == count && bytes == size;
}

void arrival_check_manifest(struct arrival *a)
{
    struct bag_file *listed = NULL;
    size_t size = 0, count = 0, found = 0;
    char *text = NULL;
    struct error error = {""};
    if (file_read(file_join(a->arena, a->root, BAG_MANIFEST), MANIFEST_MAX, a->arena, &text, &size,
                  &error) != STATUS_OK) {
        arrival_tell(a, error.text);
        return;
    }
    struct first first = {.a = a};
    text = bag_plain(text, size, a->arena, &size);
    bag_parse(BAG_MANIFEST, text, size, a->arena, &listed, &count, keep_first, &first);
    if (count == 0 || (first.count > 0 && !is_sorting(text, size, listed, count))) {
        arrival_say(a, _("%s cannot be used: %s Ask who made the bag for one after RFC 8493."),
                    BAG_MANIFEST, first.sentence ? first.sentence : _("It names no file."));
        return;
    }
    for (size_t i = 0; i < a->count; i++) {
        const char *path = arena_printf(a->arena, PACKAGE_ROOT "/%s", a->files[i].path);
        const struct bag_file *file =
            count ? bsearch(path, listed, count, sizeof *listed, by_path) : NULL;
        const char *shown = bag_shown(a->arena, path, strlen(path));
        found += file != NULL;
        if (!file)
            arrival_say(a, _("%s is extra: it stands in no manifest."), shown);
        else if (strcmp(file->hash, a->files[i].hash) != 0)
            arrival_say(a, _("%s was changed: its checksum is not the one in %s."), shown,
                        BAG_MANIFEST);
    }
    if (found < count)
        arrival_say(a, _("%s names %zu files that are not there."), BAG_MANIFEST, count - found);
}

/* ---------------------------------------------------------------- a document of it */

static const char *find_pdf(struct arrival *a)
{
    const char *pdf = NULL;
    for (size_t i = 0; i < a->count; i++) {
        size_t length = strlen(a->files[i].path);
        if (length < 4 || strcasecmp(a->files[i].path + length - 4, ".pdf") != 0)
            continue;
        if (pdf)
            return NULL;
        pdf = a->files[i].path;
    }
    return pdf;
}

/* The id of a PDF of ours, the UUID in its identifier, or one made of its content: the same package
 * is the same document. */
static void name_document(struct arrival *a)
{
    struct archive_identity identity;
    if (archive_identify(file_join(a->arena, a->csip, a->pdf), a->arena, &identity, NULL) ==
            STATUS_OK &&
        identity.document.batch && strspn(identity.document.batch, "0123456789") >= 4) {
        a->is_own_pdf = true;
        a->document = identity.document;
        return;
    }
    size_t length = a->objid ? strlen(a->objid) : 0;
    if (length >= 36) {
        char *id = arena_strdup(a->arena, a->objid + length - 36);
        for (char *at = id; *at; at++)
            *at = (char)tolower((unsigned char)*at);
        if (layout_is_id(id)) {
            memcpy(a->document.id, id, sizeof a->document.id);
            return;
        }
    }
    struct buffer list = {0};
    bag_manifest(a->files, a->count, &list);
    buffer_add(&list, "", 1);
    hash_uuid((const char *)list.data, a->document.id);
    buffer_clear(&list);
}

/* The year it came stands for the year it was digitised, which others do not tell. */
static void describe_other(struct arrival *a, const char *now)
{
    a->document.version = 1;
    a->document.batch = arena_printf(a->arena, "%.4s-import-%.8s", now, a->document.id);
    a->document.scanned_at = now;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        a->document.fields[i].page = -1;
}

/* What is there under its id must be the same: this very PDF, when that is one of ours; else every
 * file as it came. */
static enum status compare_there(struct arrival *a, const char *there, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    bool same = true;
    for (size_t i = 0; i < a->count && same; i++) {
        const struct bag_file *file = &a->files[i];
        const char *kept =
            package_path(a->arena, there,
                         a->is_own_pdf ? package_part(PACKAGE_PDF)
                                       : arena_printf(a->arena, RECEIVED "%s", file->path));
        if (a->is_own_pdf && strcmp(file->path, a->pdf) != 0)
            continue;
        enum status status = file_exists(kept) ? hash_file(kept, hex, error) : STATUS_OK;
        if (status != STATUS_OK)
            return status;
        same = file_exists(kept) && strcmp(hex, file->hash) == 0;
    }
    return same ? STATUS_OK
                : error_set(error, STATUS_REJECT,
                            _("The store has %s already with other content; nothing is "
                              "overwritten."),
                            layout_identifier(&a->document, a->arena));
}

enum status arrival_foreign(struct arrival *a, struct error *error)
{
    struct archive_verdict verdict = {0};
    a->is_foreign = true;
    a->pdf = find_pdf(a);
    if (!a->pdf)
        return error_set(error, STATUS_REJECT,
                         _("%s was not made by sohoa, and is taken in only with exactly one PDF."),
                         a->from);
    int before = a->faults;
    enum status status =
        archive_check(file_join(a->arena, a->csip, a->pdf), NULL, &verdict, arrival_tell, a, error);
    if (status == STATUS_REJECT && a->faults > before)
        status = STATUS_OK; /* told, and refused with the rest */
    if (status != STATUS_OK)
        return status;
    char *now = arena_alloc(a->arena, 26);
    file_now(now);
    name_document(a);
    const char *title =
        a->label && text_valid(a->label, strlen(a->label)) ? text_tidy(a->arena, a->label) : NULL;
    if (a->is_own_pdf)
        a->document.kept_from = a->document.version > 1 ? a->document.version : 0;
    else
        describe_other(a, now);
    if (title && *title && !a->is_own_pdf)
        a->document.fields[FIELD_TITLE] =
            (struct field){.value = title, .confidence = 1, .source = SOURCE_PERSON, .page = -1};
    a->document.page_count = verdict.pages > 0 ? (size_t)verdict.pages : 0;
    a->document.pages =
        arena_array(a->arena, a->document.page_count + 1, sizeof(struct document_page));
    for (size_t i = 0; i < a->document.page_count; i++)
        a->document.pages[i] =
            (struct document_page){.name = arena_printf(a->arena, "%04zu-1", i + 1),
                                   .file = "document.pdf",
                                   .held = "imported"};
    return STATUS_OK;
}

enum status arrival_take_foreign(struct arrival *a, struct imported *out, struct error *error)
{
    const char *there = NULL;
    char *now = arena_alloc(a->arena, 26);
    file_now(now);
    out->there = store_find(a->wish->store, a->document.id, 0, a->arena, &there, NULL) == STATUS_OK;
    if (out->there) {
        out->path = there;
        return compare_there(a, there, error);
    }
    const char *json = file_join(a->arena, a->work, "document.json");
    const char *lines = file_join(a->arena, a->work, "events.jsonl");
    struct event event = {.type = EVENT_IMPORT,
                          .at = now,
                          .agent = EVENT_SOHOA,
                          .outcome = "success",
                          .detail = arena_printf(a->arena, "%zu files", a->count)};
    event_name(&event, a->document.id);
    struct store_item *items = arena_array(a->arena, a->count + 4, sizeof *items);
    size_t count = 0;
    items[count++] = (struct store_item){json, package_part(PACKAGE_DOCUMENT)};
    items[count++] = (struct store_item){lines, package_part(PACKAGE_EVENTS)};
    items[count++] =
        (struct store_item){file_join(a->arena, a->csip, a->pdf), package_part(PACKAGE_PDF)};
    for (size_t i = 0; i < a->count; i++)
        items[count++] =
            (struct store_item){file_join(a->arena, a->csip, a->files[i].path),
                                arena_printf(a->arena, RECEIVED "%s", a->files[i].path)};
    enum status status = document_write(&a->document, json, error);
    if (status == STATUS_OK)
        status = event_write(lines, &event, 1, error);
    if (status == STATUS_OK)
        status = store_package(a->wish->store, a->wish->config, &a->document, items, count,
                               a->arena, &out->path, error);
    return status;
}
