#include "archive/package/described.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "archive/package/describe.h"
#include "core/event.h"
#include "core/file.h"
#include "core/message.h"
#include "core/package.h"

__attribute__((format(printf, 2, 3))) static void say(const struct described *d, const char *format,
                                                      ...)
{
    char text[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    d->finding(d->context, text);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct bag_file *)a)->path, ((const struct bag_file *)b)->path);
}

/* One file that teller names, against the file as it is; NULL: it is not there. */
static const struct bag_file *check_entry(const struct described *d, const char *teller,
                                          const char *path, const struct mets_entry *entry)
{
    const char *shown = bag_shown(d->arena, path, strlen(path));
    struct bag_file key = {.path = path};
    const struct bag_file *file =
        d->count ? bsearch(&key, d->files, d->count, sizeof *d->files, by_path) : NULL;
    if (!file) {
        say(d, _("%s names %s, which is not there."), teller, shown);
        return NULL;
    }
    if (entry->bytes >= 0 && entry->bytes != file->bytes)
        say(d, _("%s has %lld bytes, %s says %lld."), shown, (long long)file->bytes, teller,
            (long long)entry->bytes);
    if (!entry->checksum || !entry->checksum_type || strcmp(entry->checksum_type, "SHA-256") != 0)
        say(d, _("%s gives no SHA-256 of %s."), teller, shown);
    else if (strcasecmp(entry->checksum, file->hash) != 0)
        say(d, _("%s is not the file that %s names: its checksum differs."), shown, teller);
    return file;
}

/* ---------------------------------------------------------------- METS */

static bool ends_with_mets(const char *path)
{
    return strcmp(file_name(path), "METS.xml") == 0;
}

/* The METS.xml in folder ("" : the package), and those it leads to. */
static void check_mets(struct described *d, const char *folder, int depth, struct mets *out)
{
    struct mets mets;
    struct error error = {""};
    char *path = arena_printf(d->arena, "%s/%s%sMETS.xml", d->tree, folder, *folder ? "/" : "");
    if (mets_read(path, d->arena, &mets, &error) != STATUS_OK) {
        d->finding(d->context, error.text);
        return;
    }
    if (d->ours && mets.labels_differ)
        say(d, _("%s%sMETS.xml calls a part otherwise than the files it leads to."), folder,
            *folder ? "/" : "");
    for (size_t i = 0; i < mets.count; i++) {
        const char *entry = mets.entries[i].path;
        const char *whole =
            *folder ? file_join(d->arena, folder, entry) : arena_strdup(d->arena, entry);
        const struct bag_file *file = check_entry(d, "METS.xml", whole, &mets.entries[i]);
        if (file)
            d->named[file - d->files] = true;
        if (depth == 0 && ends_with_mets(entry) && strchr(entry, '/') && bag_name_allowed(entry))
            check_mets(d, arena_strndup(d->arena, entry, (size_t)(file_name(entry) - entry) - 1),
                       depth + 1, NULL);
    }
    if (out)
        *out = mets;
}

void described_mets(struct described *described, struct mets *out)
{
    *out = (struct mets){0};
    check_mets(described, "", 0, out);
}

void described_all(const struct described *d)
{
    for (size_t i = 0; i < d->count; i++)
        if (!d->named[i] && strcmp(d->files[i].path, "METS.xml") != 0)
            say(d, _("%s is named by no METS.xml."),
                bag_shown(d->arena, d->files[i].path, strlen(d->files[i].path)));
}

/* ---------------------------------------------------------------- PREMIS and EAD */

static bool is_told(const struct premis_event *told, const struct event *event, struct arena *arena)
{
    const char *detail = event->detail && *event->detail
                             ? arena_printf(arena, "%s: %s", event->type, event->detail)
                             : event->type;
    return strcmp(told->id, event->id) == 0 && strcmp(told->at, event->at) == 0 &&
           strcmp(told->outcome, event->outcome) == 0 &&
           ead_text_is(told->agent, event->agent, arena) &&
           ead_text_is(told->detail, detail, arena);
}

/* PREMIS.xml was made of events.jsonl, with which it comes and goes. */
static void check_events(const struct described *d, const struct mets *premis)
{
    struct event *events = NULL;
    size_t count = 0;
    const char *path = file_join(d->arena, d->tree, package_part(PACKAGE_EVENTS));
    if (event_read(path, d->arena, &events, &count, NULL) != STATUS_OK)
        return; /* told */
    bool same = count == premis->event_count;
    for (size_t i = 0; i < count && same; i++)
        same = is_told(&premis->events[i], &events[i], d->arena);
    if (!same)
        say(d, _("PREMIS.xml and events.jsonl tell different events."));
}

static void check_premis(const struct described *d, const char *objid)
{
    struct mets premis;
    struct error error = {""};
    const char *path = file_join(d->arena, d->tree, package_part(PACKAGE_PREMIS));
    bool *told = arena_array(d->arena, d->count + 1, sizeof *told);
    if (premis_read(path, d->arena, &premis, &error) != STATUS_OK) {
        d->finding(d->context, error.text);
        return;
    }
    if (!premis.objid || strcmp(premis.objid, objid) != 0)
        say(d, _("%s and document.json name different documents."), "PREMIS.xml");
    check_events(d, &premis);
    for (size_t i = 0; i < premis.count; i++) {
        const struct bag_file *file =
            check_entry(d, "PREMIS.xml", premis.entries[i].path, &premis.entries[i]);
        if (file)
            told[file - d->files] = true;
    }
    for (size_t i = 0; i < d->count; i++)
        if (!told[i] && !describe_is_made(d->files[i].path))
            say(d, _("%s is not named by PREMIS.xml."),
                bag_shown(d->arena, d->files[i].path, strlen(d->files[i].path)));
}

/* Packages of before are called by the printed title. */
static bool is_label(const struct described *d, const char *label, const struct document *document)
{
    const char *title = document->fields[FIELD_TITLE].value;
    const char *pdf = file_join(d->arena, d->tree,
                                package_volume(PACKAGE_PDF, document->volume_count > 0, d->arena));
    return ead_text_is(label, describe_label(document, pdf, d->arena), d->arena) ||
           ead_text_is(label, title ? title : "", d->arena);
}

void described_document(const struct described *d, const struct mets *mets,
                        const struct document *document)
{
    struct error error = {""};
    struct ead ead;
    const char *objid = describe_objid(document, d->arena), *label = mets->label;
    const char *path = file_join(d->arena, d->tree, package_part(PACKAGE_EAD));
    if (!mets->objid || strcmp(mets->objid, objid) != 0)
        say(d, _("%s and document.json name different documents."), "METS.xml");
    else if (!is_label(d, label ? label : "", document))
        say(d, _("%s says something that document.json does not say."), "METS.xml");
    check_premis(d, objid);
    if (ead_read(path, d->arena, &ead, &error) != STATUS_OK)
        d->finding(d->context, error.text);
    else if (strcmp(ead.id, objid) != 0)
        say(d, _("%s and document.json name different documents."), "EAD.xml");
    bool said = true;
    for (size_t i = 0; i < ead.count && said; i++)
        said = ead_says(document, ead.texts[i], d->arena);
    if (!said)
        say(d, _("%s says something that document.json does not say."), "EAD.xml");
}
