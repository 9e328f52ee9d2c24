/* PREMIS 3.0: the files, what was done with them, by whom, and on what ground they are kept. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "archive/package/describe.h"
#include "core/hash.h"
#include "core/package.h"

#define NAMESPACE "http://www.loc.gov/premis/v3"

static void identifier(struct xml *xml, const char *name, const char *type, const char *value)
{
    char tag[80];
    xml_open(xml, name);
    snprintf(tag, sizeof tag, "%sType", name);
    xml_leaf(xml, tag, type);
    char second[80];
    snprintf(second, sizeof second, "%sValue", name);
    xml_leaf(xml, second, value);
    xml_close(xml);
}

/* ---------------------------------------------------------------- objects */

static void write_entity(struct xml *xml, const struct description *d)
{
    xml_open(xml, "object");
    xml_attribute(xml, "xsi:type", "intellectualEntity");
    identifier(xml, "objectIdentifier", "URN", d->objid);
    identifier(xml, "objectIdentifier", "package",
               arena_printf(d->arena, "%s/v%d", d->document->id, d->document->version));
    xml_close(xml);
}

static void write_file(struct xml *xml, const struct description *d, const struct bag_file *file)
{
    const char *path = describe_path(file);
    const struct kind *kind = describe_kind(path);
    xml_open(xml, "object");
    xml_attribute(xml, "xsi:type", "file");
    identifier(xml, "objectIdentifier", "path", path);
    xml_open(xml, "objectCharacteristics");
    xml_open(xml, "fixity");
    xml_leaf(xml, "messageDigestAlgorithm", "SHA-256");
    xml_leaf(xml, "messageDigest", file->hash);
    xml_close(xml);
    xml_leaf(xml, "size", arena_printf(d->arena, "%" PRId64, file->bytes));
    xml_open(xml, "format");
    xml_open(xml, "formatDesignation");
    xml_leaf(xml, "formatName", kind->format);
    xml_close(xml);
    if (kind->registry) {
        xml_open(xml, "formatRegistry");
        xml_leaf(xml, "formatRegistryName", "PRONOM");
        xml_leaf(xml, "formatRegistryKey", kind->registry);
        xml_close(xml);
    }
    xml_close(xml);
    xml_close(xml);
    xml_leaf(xml, "originalName", strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    xml_close(xml);
}

static bool has_file(const struct description *d, const char *path)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(describe_path(&d->files[i]), path) == 0)
            return true;
    return false;
}

/* ---------------------------------------------------------------- events, agents, rights */

static void write_event(struct xml *xml, const struct description *d, const struct event *event)
{
    const char *name = mapping_find(d->mapping, "event", event->type);
    xml_open(xml, "event");
    identifier(xml, "eventIdentifier", "UUID", event->id);
    xml_leaf(xml, "eventType", name ? name : event->type);
    xml_leaf(xml, "eventDateTime", event->at);
    xml_open(xml, "eventDetailInformation");
    xml_leaf(xml, "eventDetail",
             event->detail && *event->detail
                 ? arena_printf(d->arena, "%s: %s", event->type, event->detail)
                 : event->type);
    xml_close(xml);
    if (event->outcome && *event->outcome) {
        xml_open(xml, "eventOutcomeInformation");
        xml_leaf(xml, "eventOutcome", event->outcome);
        xml_close(xml);
    }
    identifier(xml, "linkingAgentIdentifier", "name", event->agent);
    if (event->object && has_file(d, event->object))
        identifier(xml, "linkingObjectIdentifier", "path", event->object);
    else
        identifier(xml, "linkingObjectIdentifier", "URN", d->objid);
    xml_close(xml);
}

static bool told_before(const struct description *d, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(d->events[i].agent, d->events[index].agent) == 0)
            return true;
    return false;
}

/* Each agent once, in the order they acted. */
static void write_agents(struct xml *xml, const struct description *d)
{
    static const char *const kinds[] = {"software", "person", "hardware"};
    for (size_t i = 0; i < d->event_count; i++) {
        if (told_before(d, i))
            continue;
        xml_open(xml, "agent");
        identifier(xml, "agentIdentifier", "name", d->events[i].agent);
        xml_leaf(xml, "agentName", d->events[i].agent);
        xml_leaf(xml, "agentType", kinds[d->events[i].agent_kind]);
        xml_close(xml);
    }
}

static void write_rights(struct xml *xml, const struct description *d)
{
    const char *statute = mapping_find(d->mapping, "rights", "statute");
    const char *jurisdiction = mapping_find(d->mapping, "rights", "jurisdiction");
    const char *act = mapping_find(d->mapping, "rights", "act");
    char uuid[37];
    if (!statute)
        return;
    hash_uuid(arena_printf(d->arena, "rights %s", d->objid), uuid);
    xml_open(xml, "rights");
    xml_open(xml, "rightsStatement");
    identifier(xml, "rightsStatementIdentifier", "UUID", uuid);
    xml_leaf(xml, "rightsBasis", "statute");
    xml_open(xml, "statuteInformation");
    xml_leaf(xml, "statuteJurisdiction", jurisdiction ? jurisdiction : "vn");
    xml_leaf(xml, "statuteCitation", statute);
    xml_close(xml);
    xml_open(xml, "rightsGranted");
    xml_leaf(xml, "act", act ? act : "disseminate");
    if (d->document->access && *d->document->access)
        xml_leaf(xml, "restriction", arena_printf(d->arena, "sensitivity %s", d->document->access));
    xml_close(xml);
    identifier(xml, "linkingObjectIdentifier", "URN", d->objid);
    xml_close(xml);
    xml_close(xml);
}

void premis_write(const struct description *d, struct buffer *out)
{
    struct xml xml;
    xml_begin(&xml, out);
    xml_open(&xml, "premis");
    xml_attribute(&xml, "xmlns", NAMESPACE);
    xml_attribute(&xml, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    xml_attribute(&xml, "xsi:schemaLocation",
                  NAMESPACE " http://www.loc.gov/standards/premis/premis.xsd");
    xml_attribute(&xml, "version", "3.0");
    write_entity(&xml, d);
    for (size_t i = 0; i < d->count; i++)
        write_file(&xml, d, &d->files[i]);
    for (size_t i = 0; i < d->event_count; i++)
        write_event(&xml, d, &d->events[i]);
    write_agents(&xml, d);
    write_rights(&xml, d);
    xml_end(&xml);
}
