#include "archive/package/mets_read.h"

#include <libxml/xmlerror.h>
#include <libxml/xmlreader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/pdf/xml_tags.h"
#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"

#define METS_NAMESPACE "http://www.loc.gov/METS/"
#define PREMIS_NAMESPACE "http://www.loc.gov/premis/v3"
#define EAD_NAMESPACE "urn:isbn:1-931666-22-9"
#define ALTO_NAMESPACE "http://www.loc.gov/standards/alto/ns-v4#"
#define FILE_LIMIT ((int64_t)256 * 1024 * 1024)
#define ENTRIES_MAX 1000000

struct reading {
    const char *space; /* namespace whose elements are taken */
    void (*take)(struct reading *reading, const char *name);
    struct ead *texts; /* of EAD: takes its texts */
    size_t text_room;
    xmlTextReaderPtr reader;
    struct arena *arena;
    struct mets *out;
    size_t room, event_room;
    struct mets_entry file; /* the <file> we are in */
    const char *kind;       /* PREMIS: of the identifier we are in */
    struct group *groups;   /* METS: of files, newest first */
    const char *label;      /* METS: of the division we are in */
    struct buffer words;    /* ALTO */
};

struct group {
    struct group *next;
    const char *id, *use;
};

static const char *attribute(struct reading *r, const char *name)
{
    xmlChar *value = xmlTextReaderGetAttribute(r->reader, BAD_CAST name);
    const char *copy = value ? arena_strdup(r->arena, (const char *)value) : NULL;
    xmlFree(value);
    return copy;
}

static const char *attribute_ns(struct reading *r, const char *name, const char *space)
{
    xmlChar *value = xmlTextReaderGetAttributeNs(r->reader, BAD_CAST name, BAD_CAST space);
    const char *copy = value ? arena_strdup(r->arena, (const char *)value) : NULL;
    xmlFree(value);
    return copy;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* %XX back to bytes; a 0 byte cannot come of it. */
static char *decode(struct arena *arena, const char *href)
{
    char *out = arena_strdup(arena, href), *to = out;
    for (const char *at = href; *at; at++) {
        int high = at[0] == '%' ? digit(at[1]) : -1, low = high >= 0 ? digit(at[2]) : -1;
        if (low >= 0 && (high > 0 || low > 0)) {
            *to++ = (char)(high * 16 + low);
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    return out;
}

static int64_t size_of(const char *text)
{
    char *end = NULL;
    long long size = text && *text ? strtoll(text, &end, 10) : -1;
    return end && *end == '\0' && size >= 0 ? size : -1;
}

static struct mets_entry described(struct reading *r)
{
    return (struct mets_entry){.bytes = size_of(attribute(r, "SIZE")),
                               .checksum = attribute(r, "CHECKSUM"),
                               .checksum_type = attribute(r, "CHECKSUMTYPE")};
}

/* List, or a larger copy of it when it is full: there is room for one more. */
static void *with_room(struct reading *r, void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room ? 2 * *room : 64;
    void *larger = arena_array(r->arena, *room, size);
    if (count)
        memcpy(larger, list, count * size);
    return larger;
}

static void keep(struct reading *r, struct mets_entry entry)
{
    struct mets *out = r->out;
    if (out->count >= ENTRIES_MAX)
        return;
    out->entries = with_room(r, out->entries, out->count, &r->room, sizeof *out->entries);
    r->out->entries[r->out->count++] = entry;
}

static void add(struct reading *r, struct mets_entry entry)
{
    const char *href = attribute_ns(r, "href", "http://www.w3.org/1999/xlink");
    if (!href)
        return;
    if (strncmp(href, "./", 2) == 0)
        href += 2;
    entry.path = decode(r->arena, href);
    keep(r, entry);
}

static const char csip[] = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS";

static void add_group(struct reading *r)
{
    struct group *group = arena_alloc(r->arena, sizeof *group);
    *group = (struct group){r->groups, attribute(r, "ID"), attribute(r, "USE")};
    r->groups = group;
}

/* A division leads to a group that is called as it is, or to several below that name. */
static void check_label(struct reading *r, const char *id)
{
    size_t size = r->label ? strlen(r->label) : 0;
    for (const struct group *group = r->groups; id && group; group = group->next)
        if (group->id && group->use && strcmp(group->id, id) == 0)
            r->out->labels_differ = r->out->labels_differ || size == 0 ||
                                    strncmp(group->use, r->label, size) != 0 ||
                                    (group->use[size] != '\0' && group->use[size] != '/');
}

static void take_mets(struct reading *r, const char *name)
{
    if (strcmp(name, "mets") == 0) {
        r->out->objid = attribute(r, "OBJID");
        r->out->label = attribute(r, "LABEL");
    } else if (strcmp(name, "metsHdr") == 0) {
        r->out->type = attribute_ns(r, "OAISPACKAGETYPE", csip);
    } else if (strcmp(name, "file") == 0) {
        r->file = described(r);
    } else if (strcmp(name, "FLocat") == 0) {
        add(r, r->file);
    } else if (strcmp(name, "mdRef") == 0) {
        add(r, described(r));
    } else if (strcmp(name, "fileGrp") == 0) {
        add_group(r);
    } else if (strcmp(name, "div") == 0) {
        r->label = attribute(r, "LABEL");
    } else if (strcmp(name, "fptr") == 0) {
        check_label(r, attribute(r, "FILEID"));
    } else if (strcmp(name, "mptr") == 0) {
        check_label(r, attribute_ns(r, "title", "http://www.w3.org/1999/xlink"));
    }
}

static const char *content(struct reading *r)
{
    xmlChar *value = xmlTextReaderReadString(r->reader);
    const char *copy = value ? arena_strdup(r->arena, (const char *)value) : "";
    xmlFree(value);
    return copy;
}

static void add_event(struct reading *r)
{
    struct mets *out = r->out;
    if (out->event_count >= ENTRIES_MAX)
        return;
    out->events = with_room(r, out->events, out->event_count, &r->event_room, sizeof *out->events);
    out->events[out->event_count++] = (struct premis_event){"", "", "", "", ""};
}

/* What follows an <event> is its own, up to the first <agent>. */
static void take_event(struct reading *r, const char *name)
{
    struct mets *out = r->out;
    struct premis_event *last = out->event_count ? &out->events[out->event_count - 1] : NULL;
    if (strcmp(name, "event") == 0)
        add_event(r);
    else if (last == NULL)
        return;
    else if (strcmp(name, "eventIdentifierValue") == 0)
        last->id = content(r);
    else if (strcmp(name, "eventDateTime") == 0)
        last->at = content(r);
    else if (strcmp(name, "eventDetail") == 0)
        last->detail = content(r);
    else if (strcmp(name, "eventOutcome") == 0)
        last->outcome = content(r);
    else if (strcmp(name, "linkingAgentIdentifierValue") == 0)
        last->agent = content(r);
}

/* An object is kept at its path, digest and size are those that follow it. */
static void take_premis(struct reading *r, const char *name)
{
    struct mets_entry *last = r->out->count ? &r->out->entries[r->out->count - 1] : NULL;
    if (strcmp(name, "objectIdentifierType") == 0) {
        r->kind = content(r);
    } else if (strcmp(name, "objectIdentifierValue") == 0 && r->kind) {
        if (strcmp(r->kind, "URN") == 0 && !r->out->objid)
            r->out->objid = content(r);
        if (strcmp(r->kind, "path") == 0)
            keep(r, (struct mets_entry){.path = content(r), .bytes = -1});
    } else if (strcmp(name, "messageDigestAlgorithm") == 0 && last) {
        last->checksum_type = content(r);
    } else if (strcmp(name, "messageDigest") == 0 && last) {
        last->checksum = content(r);
    } else if (strcmp(name, "size") == 0 && last) {
        last->bytes = size_of(content(r));
    } else {
        take_event(r, name);
    }
}

static void take_ead(struct reading *r, const char *name)
{
    if (strcmp(name, "eadid") == 0 && !r->out->objid)
        r->out->objid = content(r);
}

static void take_alto(struct reading *r, const char *name)
{
    const char *text = strcmp(name, "String") == 0 ? attribute(r, "CONTENT") : NULL;
    buffer_text(&r->words, text ? text : "");
    buffer_text(&r->words, text ? " " : "");
}

static void add_text(struct reading *r)
{
    struct ead *ead = r->texts;
    const char *text = (const char *)xmlTextReaderConstValue(r->reader);
    if (!text || ead->count >= ENTRIES_MAX)
        return;
    ead->texts = with_room(r, ead->texts, ead->count, &r->text_room, sizeof *ead->texts);
    ead->texts[ead->count++] = arena_strdup(r->arena, text);
}

static void say_nothing(void *context, xmlErrorPtr error)
{
    (void)context;
    (void)error;
}

/* All tags of the file are of a size that somebody writes. */
static bool has_fit_tags(const char *path)
{
    enum { ROOM = 1 << 16 };
    struct xml_tags tags = {0};
    FILE *file = file_open_stream(path);
    char *bytes = memory_new(ROOM);
    size_t size;
    bool fit = file != NULL;
    while (fit && (size = fread(bytes, 1, ROOM, file)) > 0)
        fit = xml_tags_fit(&tags, bytes, size);
    free(bytes);
    if (file)
        fclose(file);
    return fit;
}

/* Every name stands once in the parser's dictionary. */
static bool has_many_names(xmlTextReaderPtr reader)
{
    const xmlNode *node = xmlTextReaderCurrentNode(reader);
    return node && node->doc && node->doc->dict && xmlDictSize(node->doc->dict) > XML_NAMES_MAX;
}

static bool read_all(struct reading *r, bool *has_dtd)
{
    int got;
    while ((got = xmlTextReaderRead(r->reader)) == 1) {
        if (has_many_names(r->reader))
            return false;
        int kind = xmlTextReaderNodeType(r->reader);
        if (kind == XML_READER_TYPE_DOCUMENT_TYPE || kind == XML_READER_TYPE_ENTITY_REFERENCE) {
            *has_dtd = true;
            return false;
        }
        const char *space = (const char *)xmlTextReaderConstNamespaceUri(r->reader);
        if (kind == XML_READER_TYPE_ELEMENT && space && strcmp(space, r->space) == 0)
            r->take(r, (const char *)xmlTextReaderConstLocalName(r->reader));
        if (r->texts && (kind == XML_READER_TYPE_TEXT || kind == XML_READER_TYPE_CDATA))
            add_text(r);
    }
    return got == 0;
}

static enum status read_xml(struct reading *r, const char *path, struct error *error)
{
    bool has_dtd = false;
    *r->out = (struct mets){0};
    int64_t bytes = file_size(path);
    if (bytes < 0 || bytes > FILE_LIMIT)
        return error_set(error, STATUS_REJECT, _("%s is missing, or too large for a %s."), path,
                         file_name(path));
    xmlSetStructuredErrorFunc(NULL, say_nothing);
    /* neither XML_PARSE_NOENT nor XML_PARSE_DTDLOAD: nothing is replaced, nothing is fetched */
    r->reader = has_fit_tags(path)
                    ? xmlReaderForFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOWARNING)
                    : NULL;
    bool good = r->reader && read_all(r, &has_dtd);
    xmlFreeTextReader(r->reader);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (has_dtd)
        return error_set(error, STATUS_REJECT, _("%s has a DTD or entities; such XML is not read."),
                         path);
    return good ? STATUS_OK
                : error_set(error, STATUS_REJECT,
                            _("%s is not well-formed XML, or no XML that a program writes."), path);
}

enum status mets_read(const char *path, struct arena *arena, struct mets *out, struct error *error)
{
    struct reading r = {.space = METS_NAMESPACE, .take = take_mets, .arena = arena, .out = out};
    enum status status = read_xml(&r, path, error);
    if (status == STATUS_OK && !out->objid)
        status = error_set(error, STATUS_REJECT, _("%s is no METS: it has no OBJID."), path);
    return status;
}

enum status premis_read(const char *path, struct arena *arena, struct mets *out,
                        struct error *error)
{
    struct reading r = {.space = PREMIS_NAMESPACE, .take = take_premis, .arena = arena, .out = out};
    return read_xml(&r, path, error);
}

enum status ead_read(const char *path, struct arena *arena, struct ead *out, struct error *error)
{
    struct mets read;
    struct reading r = {
        .space = EAD_NAMESPACE, .take = take_ead, .arena = arena, .out = &read, .texts = out};
    *out = (struct ead){0};
    enum status status = read_xml(&r, path, error);
    out->id = read.objid ? read.objid : "";
    return status;
}

enum status alto_read(const char *path, struct arena *arena, const char **text, struct error *error)
{
    struct mets read;
    struct reading r = {.space = ALTO_NAMESPACE, .take = take_alto, .arena = arena, .out = &read};
    enum status status = read_xml(&r, path, error);
    *text = arena_strndup(arena, r.words.data ? (const char *)r.words.data : "", r.words.size);
    buffer_clear(&r.words);
    return status;
}
