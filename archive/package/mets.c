/* METS 1.12 in the profile of E-ARK CSIP 2: every file with its size and SHA-256. */
#include <inttypes.h>
#include <string.h>

#include "archive/package/describe.h"
#include "core/package.h"

#define METS "http://www.loc.gov/METS/"
#define CSIP "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
#define XLINK "http://www.w3.org/1999/xlink"

/* Which METS.xml is being written: 0 is that of the package. */
struct place {
    const struct description *d;
    struct xml *xml;
    int representation;
    const char *folder; /* it lies in, "" : the package */
};

static void write_head(const struct place *place, const char *objid, const char *label)
{
    struct xml *xml = place->xml;
    const struct mapping *mapping = place->d->mapping;
    const char *own =
        mapping_find(mapping, "mets", arena_printf(place->d->arena, "profile_%s", place->d->type));
    xml_open(xml, "mets");
    xml_attribute(xml, "xmlns", METS);
    xml_attribute(xml, "xmlns:csip", CSIP);
    xml_attribute(xml, "xmlns:xlink", XLINK);
    xml_attribute(xml, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    xml_attribute(xml, "xsi:schemaLocation",
                  METS " http://www.loc.gov/standards/mets/mets.xsd " CSIP
                       " https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd");
    xml_attribute(xml, "OBJID", objid);
    xml_attribute(xml, "LABEL", label);
    xml_attribute(xml, "TYPE", mapping_find(mapping, "mets", "type"));
    xml_attribute(xml, "PROFILE", own ? own : mapping_find(mapping, "mets", "profile"));
    xml_attribute(xml, "csip:CONTENTINFORMATIONTYPE",
                  mapping_find(mapping, "mets", "content_type"));
    xml_attribute(xml, "csip:OTHERCONTENTINFORMATIONTYPE",
                  mapping_find(mapping, "mets", "other_content_type"));
    xml_open(xml, "metsHdr");
    xml_attribute(xml, "CREATEDATE", place->d->created);
    xml_attribute(xml, "LASTMODDATE", place->d->created);
    xml_attribute(xml, "RECORDSTATUS", place->d->document->version > 1 ? "Revised" : "NEW");
    xml_attribute(xml, "csip:OAISPACKAGETYPE", place->d->type);
    xml_open(xml, "agent");
    xml_attribute(xml, "ROLE", "CREATOR");
    xml_attribute(xml, "TYPE", "OTHER");
    xml_attribute(xml, "OTHERTYPE", "SOFTWARE");
    xml_leaf(xml, "name", "sohoa");
    xml_open(xml, "note");
    xml_attribute(xml, "csip:NOTETYPE", "SOFTWARE VERSION");
    xml_text(xml, SOHOA_VERSION);
    xml_close(xml);
    xml_close(xml);
    if (place->d->document->custodian && *place->d->document->custodian) {
        xml_open(xml, "agent");
        xml_attribute(xml, "ROLE", "CUSTODIAN");
        xml_attribute(xml, "TYPE", "ORGANIZATION");
        xml_leaf(xml, "name", place->d->document->custodian);
        xml_close(xml);
    }
    xml_close(xml);
}

static void write_link(const struct place *place, const char *path)
{
    xml_attribute(place->xml, "LOCTYPE", "URL");
    xml_attribute(place->xml, "xlink:type", "simple");
    xml_attribute(place->xml, "xlink:href", describe_href(path, place->folder, place->d->arena));
}

static void write_fixity(const struct place *place, const struct bag_file *file)
{
    struct arena *arena = place->d->arena;
    xml_attribute(place->xml, "MIMETYPE", describe_kind(describe_path(file))->mime);
    xml_attribute(place->xml, "SIZE", arena_printf(arena, "%" PRId64, file->bytes));
    xml_attribute(place->xml, "CREATED", place->d->created);
    xml_attribute(place->xml, "CHECKSUM", file->hash);
    xml_attribute(place->xml, "CHECKSUMTYPE", "SHA-256");
}

static char *file_id(const struct place *place, const char *letter, size_t index)
{
    return arena_printf(place->d->arena, "%s%zu", letter, index);
}

/* ---------------------------------------------------------------- metadata */

static bool is_part(const struct bag_file *file, enum package_part part)
{
    return strcmp(describe_path(file), package_part(part)) == 0;
}

/* METS' own word for what a metadata file is; NULL: OTHER. */
static const char *metadata_type(const struct bag_file *file)
{
    if (is_part(file, PACKAGE_EAD))
        return "EAD";
    return is_part(file, PACKAGE_PREMIS) ? "PREMIS" : NULL;
}

static bool is_metadata(const struct place *place, const struct bag_file *file)
{
    const char *path = describe_path(file) + strlen(place->folder) + (*place->folder != 0);
    return package_representation_of(describe_path(file)) == place->representation &&
           strncmp(path, "metadata/", 9) == 0;
}

static bool is_descriptive(const struct bag_file *file)
{
    return is_part(file, PACKAGE_EAD) || is_part(file, PACKAGE_DOCUMENT);
}

static void write_metadata(const struct place *place, const struct bag_file *file, size_t index)
{
    const char *type = metadata_type(file);
    xml_open(place->xml, "mdRef");
    xml_attribute(place->xml, "ID", file_id(place, "ref", index));
    write_link(place, describe_path(file));
    xml_attribute(place->xml, "MDTYPE", type ? type : "OTHER");
    if (!type)
        xml_attribute(place->xml, "OTHERMDTYPE", "sohoa");
    write_fixity(place, file);
    xml_close(place->xml);
}

/* dmdSec for what describes, then amdSec for the rest. */
static void write_sections(const struct place *place)
{
    const struct description *d = place->d;
    bool open = false;
    for (size_t i = 0; i < d->count; i++)
        if (is_metadata(place, &d->files[i]) && is_descriptive(&d->files[i])) {
            xml_open(place->xml, "dmdSec");
            xml_attribute(place->xml, "ID", file_id(place, "dmd", i));
            xml_attribute(place->xml, "CREATED", d->created);
            xml_attribute(place->xml, "STATUS", "CURRENT");
            write_metadata(place, &d->files[i], i);
            xml_close(place->xml);
        }
    for (size_t i = 0; i < d->count; i++) {
        if (!is_metadata(place, &d->files[i]) || is_descriptive(&d->files[i]))
            continue;
        if (!open)
            xml_open(place->xml, "amdSec");
        open = true;
        xml_open(place->xml, "digiprovMD");
        xml_attribute(place->xml, "ID", file_id(place, "amd", i));
        xml_attribute(place->xml, "STATUS", "CURRENT");
        write_metadata(place, &d->files[i], i);
        xml_close(place->xml);
    }
    if (open)
        xml_close(place->xml);
}

/* ---------------------------------------------------------------- files */

/* A group of the fileSec: what lies in a folder, or the METS.xml of a representation. */
struct group {
    const char *id, *use;
    const char *folder; /* NULL: representation is meant */
    int representation;
};

static bool is_in(const struct group *group, const struct place *place, const struct bag_file *file)
{
    const char *path = describe_path(file);
    if (group->folder)
        return strncmp(path, group->folder, strlen(group->folder)) == 0;
    if (package_representation_of(path) != group->representation)
        return false;
    bool mets = strcmp(path + strlen("representations/rep1/"), "METS.xml") == 0;
    return place->representation > 0 ? !mets && !is_metadata(place, file) : mets;
}

static bool has_any(const struct group *group, const struct place *place)
{
    for (size_t i = 0; i < place->d->count; i++)
        if (is_in(group, place, &place->d->files[i]))
            return true;
    return false;
}

static void write_group(const struct place *place, const struct group *group)
{
    const struct description *d = place->d;
    if (!has_any(group, place))
        return;
    xml_open(place->xml, "fileGrp");
    xml_attribute(place->xml, "ID", group->id);
    xml_attribute(place->xml, "USE", group->use);
    if (place->representation == 0) {
        xml_attribute(place->xml, "csip:CONTENTINFORMATIONTYPE",
                      mapping_find(d->mapping, "mets", "content_type"));
        xml_attribute(place->xml, "csip:OTHERCONTENTINFORMATIONTYPE",
                      mapping_find(d->mapping, "mets", "other_content_type"));
    }
    for (size_t i = 0; i < d->count; i++) {
        if (!is_in(group, place, &d->files[i]))
            continue;
        xml_open(place->xml, "file");
        xml_attribute(place->xml, "ID", file_id(place, "file", i));
        write_fixity(place, &d->files[i]);
        xml_open(place->xml, "FLocat");
        write_link(place, describe_path(&d->files[i]));
        xml_close(place->xml);
        xml_close(place->xml);
    }
    xml_close(place->xml);
}

static struct group representation_group(const struct place *place, int i)
{
    return (struct group){.id = file_id(place, "group", (size_t)i),
                          .use = arena_printf(place->d->arena, "Representations/rep%d", i),
                          .representation = i};
}

/* The groups that stand beside the representations. */
static const struct group beside[] = {
    {"documentation", "Documentation", "documentation/", 0},
    {"schemas", "Schemas", "schemas/", 0},
};

/* ---------------------------------------------------------------- the map */

static const char *join_ids(const struct place *place, bool descriptive)
{
    const struct description *d = place->d;
    char *ids = NULL;
    for (size_t i = 0; i < d->count; i++)
        if (is_metadata(place, &d->files[i]) && is_descriptive(&d->files[i]) == descriptive) {
            char *id = file_id(place, descriptive ? "dmd" : "amd", i);
            ids = ids ? arena_printf(d->arena, "%s %s", ids, id) : id;
        }
    return ids;
}

static void open_div(const struct place *place, const char *id, const char *label)
{
    xml_open(place->xml, "div");
    xml_attribute(place->xml, "ID", id);
    xml_attribute(place->xml, "LABEL", label);
}

static void open_map(const struct place *place, const char *label)
{
    xml_open(place->xml, "structMap");
    xml_attribute(place->xml, "ID", "structmap");
    xml_attribute(place->xml, "TYPE", "PHYSICAL");
    xml_attribute(place->xml, "LABEL", "CSIP");
    open_div(place, "whole", label);
    const char *described = join_ids(place, true), *kept = join_ids(place, false);
    if (!described && !kept)
        return;
    open_div(place, "metadata", "Metadata");
    xml_attribute(place->xml, "DMDID", described);
    xml_attribute(place->xml, "ADMID", kept);
    xml_close(place->xml);
}

/* A division that leads to a group: its files, or the METS.xml that tells of them. */
static void write_group_div(const struct place *place, const struct group *group)
{
    if (!has_any(group, place))
        return;
    open_div(place, arena_printf(place->d->arena, "div-%s", group->id), group->use);
    if (group->folder || place->representation > 0) {
        xml_open(place->xml, "fptr");
        xml_attribute(place->xml, "FILEID", group->id);
    } else {
        xml_open(place->xml, "mptr");
        write_link(place, arena_printf(place->d->arena, "representations/rep%d/METS.xml",
                                       group->representation));
        xml_attribute(place->xml, "xlink:title", group->id);
    }
    xml_close(place->xml);
    xml_close(place->xml);
}

void mets_write(const struct description *d, struct buffer *out)
{
    struct xml xml;
    struct place place = {d, &xml, 0, ""};
    xml_begin(&xml, out);
    write_head(&place, d->objid, d->label);
    write_sections(&place);
    xml_open(&xml, "fileSec");
    xml_attribute(&xml, "ID", "files");
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        write_group(&place, &beside[i]);
    for (int i = 1; i <= 9; i++) {
        struct group group = representation_group(&place, i);
        write_group(&place, &group);
    }
    xml_close(&xml);
    open_map(&place, d->objid);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        write_group_div(&place, &beside[i]);
    open_div(&place, "representations", "Representations");
    for (int i = 1; i <= 9; i++) {
        struct group group = representation_group(&place, i);
        if (!has_any(&group, &place))
            continue;
        xml_open(&xml, "fptr");
        xml_attribute(&xml, "FILEID", group.id);
        xml_close(&xml);
    }
    for (int i = 1; i <= 9; i++) {
        struct group group = representation_group(&place, i);
        write_group_div(&place, &group);
    }
    xml_end(&xml);
}

void mets_write_representation(const struct description *d, int representation, struct buffer *out)
{
    static const char *const labels[] = {"", "PDF/A", "Masters", "Text (ALTO, JSON)",
                                         "As received"};
    struct xml xml;
    struct place place = {d, &xml, representation,
                          package_representation(representation, d->arena)};
    struct group data = {.id = "data", .use = "Data", .representation = representation};
    const char *name = strrchr(place.folder, '/') + 1;
    xml_begin(&xml, out);
    write_head(&place, name,
               representation < (int)(sizeof labels / sizeof *labels) ? labels[representation]
                                                                      : NULL);
    write_sections(&place);
    xml_open(&xml, "fileSec");
    xml_attribute(&xml, "ID", "files");
    write_group(&place, &data);
    xml_close(&xml);
    open_map(&place, name);
    write_group_div(&place, &data);
    xml_end(&xml);
}
