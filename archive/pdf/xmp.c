#include "archive/pdf/xmp.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <string.h>

#include "archive/pdf/xml_tags.h"

#define PACKET_MAX (4u << 20)
#define DEPTH_MAX 32
#define MEMBERS_MAX 1000 /* of one thing: each is compared with those before it */
#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#define XMP_META "adobe:ns:meta/"

static const struct {
    const char *prefix, *space;
} known[] = {
    {"dc", XMP_DC},   {"xmp", XMP_BASIC},      {"xmpMM", XMP_MM},
    {"pdf", XMP_PDF}, {"pdfaid", XMP_PDFA_ID}, {"sohoa", XMP_SOHOA},
};

/* ---------------------------------------------------------------- XML */

static const char *space_of(const xmlNs *ns)
{
    return ns && ns->href ? (const char *)ns->href : "";
}

static bool is_named(const xmlNode *node, const char *space, const char *name)
{
    return strcmp(space_of(node->ns), space) == 0 && strcmp((const char *)node->name, name) == 0;
}

static const char *text_of_node(struct arena *arena, const xmlNode *node)
{
    xmlChar *content = xmlNodeGetContent(node);
    const char *text = arena_strdup(arena, content ? (const char *)content : "");
    xmlFree(content);
    return text;
}

/* What stands in a node: elements, and whether there is text that is more than blanks. */
struct content {
    xmlNode *first; /* element */
    size_t elements;
    bool text, strange; /* neither element, text nor comment: XMP has no CDATA, no instruction */
};

static struct content content_of(const xmlNode *node)
{
    struct content content = {0};
    for (xmlNode *child = node->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            content.first = content.first ? content.first : child;
            content.elements++;
        } else if (child->type == XML_TEXT_NODE) {
            content.text = content.text || !xmlIsBlankNode(child);
        } else if (child->type != XML_COMMENT_NODE) {
            content.strange = true;
        }
    }
    return content;
}

/* Elements and nothing else. */
static bool is_only_elements(struct content content)
{
    return !content.text && !content.strange;
}

static xmlNode *next_element(xmlNode *node)
{
    do
        node = node->next;
    while (node && node->type != XML_ELEMENT_NODE);
    return node;
}

/* ---------------------------------------------------------------- RDF */

struct reading {
    struct arena *arena;
    int depth;
};

static bool read_element(struct reading *reading, const xmlNode *element, struct xmp_node *out);

/* A new member of that name; NULL when it has no namespace, or there is one already, or there are
 * more than anybody writes. */
static struct xmp_node *add_member(struct reading *reading, const xmlNs *ns, const xmlChar *name,
                                   struct xmp_node **members)
{
    const char *space = space_of(ns);
    struct xmp_node **end = members;
    size_t count = 0;
    if (!*space || strcmp(space, RDF) == 0 || xmp_find(*members, space, (const char *)name))
        return NULL;
    for (; *end; end = &(*end)->next)
        count++;
    if (count == MEMBERS_MAX)
        return NULL;
    struct xmp_node *node = *end = arena_array(reading->arena, 1, sizeof *node);
    node->space = arena_strdup(reading->arena, space);
    node->prefix = arena_strdup(reading->arena, ns->prefix ? (const char *)ns->prefix : "");
    node->name = arena_strdup(reading->arena, (const char *)name);
    return node;
}

static bool is_of_syntax(const xmlAttr *at)
{
    const char *space = space_of(at->ns);
    return strcmp(space, RDF) == 0 || strcmp(space, (const char *)XML_XML_NAMESPACE) == 0;
}

/* Properties or fields: the element's attributes but those of RDF and XML, then its elements. */
static bool read_members(struct reading *reading, const xmlNode *element, struct xmp_node **out)
{
    struct content content = content_of(element);
    struct xmp_node *node;
    if (!is_only_elements(content))
        return false;
    for (const xmlAttr *at = element->properties; at; at = at->next) {
        if (is_of_syntax(at))
            continue;
        if ((node = add_member(reading, at->ns, at->name, out)) == NULL)
            return false;
        node->text = text_of_node(reading->arena, (const xmlNode *)at);
    }
    for (xmlNode *child = content.first; child; child = next_element(child)) {
        node = add_member(reading, child->ns, child->name, out);
        if (!node || !read_element(reading, child, node))
            return false;
    }
    return true;
}

static bool read_items(struct reading *reading, const xmlNode *array, struct xmp_node *out)
{
    struct content content = content_of(array);
    struct xmp_node **end = &out->inside;
    if (array->properties || !is_only_elements(content))
        return false;
    for (xmlNode *child = content.first; child; child = next_element(child)) {
        *end = arena_array(reading->arena, 1, sizeof **end);
        if (!is_named(child, RDF, "li") || !read_element(reading, child, *end))
            return false;
        end = &(*end)->next;
    }
    return true;
}

/* What the attributes of RDF and XML say of a value. False: what XMP does not allow. */
static bool read_syntax(struct reading *reading, const xmlNode *element, bool *resource,
                        struct xmp_node *out)
{
    for (const xmlAttr *at = element->properties; at; at = at->next) {
        const char *name = (const char *)at->name;
        const char *value = text_of_node(reading->arena, (const xmlNode *)at);
        bool rdf = strcmp(space_of(at->ns), RDF) == 0;
        if (!is_of_syntax(at))
            continue;
        if (!rdf && strcmp(name, "lang") == 0)
            out->lang = value;
        else if (rdf && strcmp(name, "parseType") == 0 && strcmp(value, "Resource") == 0)
            *resource = true;
        else if (rdf && strcmp(name, "resource") == 0)
            out->text = value;
        else
            return false;
    }
    return true;
}

static bool has_fields(const xmlNode *element)
{
    for (const xmlAttr *at = element->properties; at; at = at->next)
        if (!is_of_syntax(at))
            return true;
    return false;
}

/* The value is what the one element in element says: an array or a structure. */
static bool read_composite(struct reading *reading, const xmlNode *child, struct xmp_node *out)
{
    static const char *const arrays[] = {[XMP_ALT] = "Alt", [XMP_BAG] = "Bag", [XMP_SEQ] = "Seq"};
    for (enum xmp_form form = XMP_ALT; form <= XMP_SEQ; form++)
        if (is_named(child, RDF, arrays[form])) {
            out->form = form;
            return read_items(reading, child, out);
        }
    out->form = XMP_STRUCT;
    return is_named(child, RDF, "Description") && read_members(reading, child, &out->inside);
}

/* The value of a property, field or item. */
static bool read_value(struct reading *reading, const xmlNode *element, struct xmp_node *out)
{
    struct content content = content_of(element);
    bool resource = false, shorthand = has_fields(element);
    if (!read_syntax(reading, element, &resource, out) || content.strange)
        return false;
    if (resource || shorthand) {
        out->form = XMP_STRUCT;
        return resource != shorthand && !out->text && read_members(reading, element, &out->inside);
    }
    if (content.elements == 0) {
        out->text = out->text ? out->text : text_of_node(reading->arena, element);
        return true;
    }
    return content.elements == 1 && !content.text && !out->text &&
           read_composite(reading, content.first, out);
}

static bool read_element(struct reading *reading, const xmlNode *element, struct xmp_node *out)
{
    bool good = reading->depth < DEPTH_MAX;
    reading->depth++;
    good = good && read_value(reading, element, out);
    reading->depth--;
    return good;
}

/* All descriptions are of one thing. */
static bool read_rdf(struct reading *reading, const xmlNode *rdf, struct xmp_node **out)
{
    struct content content = content_of(rdf);
    const char *about = NULL;
    if (!is_only_elements(content))
        return false;
    for (xmlNode *child = content.first; child; child = next_element(child)) {
        const xmlAttr *named = xmlHasNsProp(child, BAD_CAST "about", BAD_CAST RDF);
        if (!is_named(child, RDF, "Description") || !named)
            return false;
        const char *what = text_of_node(reading->arena, (const xmlNode *)named);
        if ((about && strcmp(about, what) != 0) || !read_members(reading, child, out))
            return false;
        about = what;
    }
    return true;
}

/* The rdf:RDF of a packet; NULL when it stands at no place where XMP has it. */
static const xmlNode *rdf_of(const xmlDoc *doc)
{
    const xmlNode *root = xmlDocGetRootElement(doc);
    if (root && is_named(root, XMP_META, "xmpmeta")) {
        struct content content = content_of(root);
        root = content.elements == 1 && is_only_elements(content) ? content.first : NULL;
    }
    return root && is_named(root, RDF, "RDF") ? root : NULL;
}

bool xmp_read(struct arena *arena, const char *packet, size_t size, struct xmp_node **properties)
{
    struct reading reading = {.arena = arena};
    *properties = NULL;
    struct xml_tags tags = {0};
    if (size > PACKET_MAX || memchr(packet, 0, size) || !xml_tags_fit(&tags, packet, size) ||
        xml_tags_count(&tags) > XML_NAMES_MAX)
        return false;
    xmlDoc *doc = xmlReadMemory(packet, (int)size, NULL, NULL,
                                XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const xmlNode *rdf = doc && !doc->intSubset ? rdf_of(doc) : NULL;
    bool good = rdf && read_rdf(&reading, rdf, properties);
    xmlFreeDoc(doc);
    return good;
}

/* ---------------------------------------------------------------- looking into it */

const struct xmp_node *xmp_find(const struct xmp_node *list, const char *space, const char *name)
{
    for (; list; list = list->next)
        if (list->name && strcmp(list->space, space) == 0 && strcmp(list->name, name) == 0)
            return list;
    return NULL;
}

const char *xmp_property(const struct xmp_node *properties, const char *name)
{
    size_t prefix = strcspn(name, ":"), i = 0;
    while (strlen(known[i].prefix) != prefix || strncmp(known[i].prefix, name, prefix) != 0)
        if (++i == sizeof known / sizeof *known)
            return NULL;
    const struct xmp_node *found = xmp_find(properties, known[i].space, name + prefix + 1);
    if (found && found->form != XMP_SIMPLE && found->form != XMP_STRUCT)
        found = found->inside;
    return found ? found->text : NULL;
}

const char *xmp_packet(struct pdf_file *file, struct arena *arena, size_t *size)
{
    const struct pdf_value *catalog = pdf_get(file, file->trailer, "Root");
    const struct pdf_value *metadata = pdf_get(file, catalog, "Metadata");
    struct buffer bytes = {0};
    const char *packet = NULL;
    if (pdf_is_name(pdf_get(file, metadata, "Type"), "Metadata") &&
        pdf_is_name(pdf_get(file, metadata, "Subtype"), "XML") &&
        pdf_stream_decoded(file, metadata, PACKET_MAX, &bytes) && bytes.size > 0) {
        packet = arena_strndup(arena, (const char *)bytes.data, bytes.size);
        *size = bytes.size;
    }
    buffer_clear(&bytes);
    return packet;
}

const struct xmp_node *xmp_of(struct pdf_file *file, struct arena *arena)
{
    struct xmp_node *properties = NULL;
    size_t size = 0;
    const char *packet = xmp_packet(file, arena, &size);
    return packet && xmp_read(arena, packet, size, &properties) ? properties : NULL;
}
