/*
 * Metadata (6.6.2, 6.6.4): the packet is XMP, says part 2 or 3 level U, every property in it is one
 * that XMP has or one that the packet describes, with a value of that type, and it says the same as
 * Info. What is known here is what a file of ours may need; any other property is refused.
 */
#include "archive/check/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/pdf/xmp.h"
#include "core/message.h"
#include "core/text.h"

#define PACKET_MAX (4u << 20)

/* ---------------------------------------------------------------- types of values */

enum type {
    TEXT,
    INTEGER,
    BOOLEAN,
    DATE,
    LANGUAGES,
    BAG_OF_TEXT,
    SEQ_OF_TEXT,
    SEQ_OF_DATE,
    SCHEMAS
};

static bool is_digits(const char *text, size_t count)
{
    return strspn(text, "0123456789") >= count;
}

static bool is_between(const char *two, int least, int most)
{
    if (!is_digits(two, 2))
        return false;
    int number = (two[0] - '0') * 10 + two[1] - '0';
    return number >= least && number <= most;
}

/* Z, +07:00 or -07:00 */
static bool is_zone(const char *at)
{
    if (strcmp(at, "Z") == 0)
        return true;
    return (*at == '+' || *at == '-') && is_between(at + 1, 0, 23) && at[3] == ':' &&
           is_between(at + 4, 0, 59) && at[6] == 0;
}

/* Hours and minutes, perhaps seconds, perhaps parts of them, and the zone. */
static bool is_time(const char *at)
{
    if (!is_between(at, 0, 23) || at[2] != ':' || !is_between(at + 3, 0, 59))
        return false;
    at += 5;
    if (*at == ':') {
        if (!is_between(at + 1, 0, 59))
            return false;
        at += 3;
        if (*at == '.') {
            size_t parts = strspn(at + 1, "0123456789");
            if (parts == 0)
                return false;
            at += 1 + parts;
        }
    }
    return is_zone(at);
}

/* A date of XMP (ISO 16684-1 8.2.1.2): the year, or more of "2026-11-22T14:05:09+07:00". */
static bool is_date(const char *at)
{
    if (!is_digits(at, 4))
        return false;
    at += 4;
    for (int part = 0; part < 2; part++, at += 3) {
        if (*at == 0)
            return true;
        if (*at != '-' || !is_between(at + 1, 1, part == 0 ? 12 : 31))
            return false;
    }
    return *at == 0 || (*at == 'T' && is_time(at + 1));
}

static bool is_integer(const char *at)
{
    at += *at == '+' || *at == '-';
    return *at != 0 && at[strspn(at, "0123456789")] == 0;
}

static bool is_simple(const struct xmp_node *node, enum type type)
{
    if (node->form != XMP_SIMPLE)
        return false;
    return type == INTEGER   ? is_integer(node->text)
           : type == BOOLEAN ? strcmp(node->text, "True") == 0 || strcmp(node->text, "False") == 0
           : type == DATE    ? is_date(node->text)
                             : true;
}

static bool is_array(const struct xmp_node *node, enum xmp_form form, enum type type)
{
    bool good = node->form == form && node->inside != NULL;
    for (const struct xmp_node *item = node->inside; good && item != NULL; item = item->next)
        good = is_simple(item, type) && (form == XMP_ALT) == (item->lang != NULL);
    return good;
}

static bool is_of_type(const struct xmp_node *node, enum type type)
{
    switch (type) {
    case LANGUAGES:
        return is_array(node, XMP_ALT, TEXT);
    case BAG_OF_TEXT:
        return is_array(node, XMP_BAG, TEXT);
    case SEQ_OF_TEXT:
        return is_array(node, XMP_SEQ, TEXT);
    case SEQ_OF_DATE:
        return is_array(node, XMP_SEQ, DATE);
    case SCHEMAS: /* looked at by itself */
        return node->form == XMP_BAG;
    default:
        return is_simple(node, type);
    }
}

/* ---------------------------------------------------------------- the properties of XMP */

static const struct {
    const char *space, *name;
    enum type type;
} predefined[] = {
    {XMP_DC, "contributor", BAG_OF_TEXT}, {XMP_DC, "coverage", TEXT},
    {XMP_DC, "creator", SEQ_OF_TEXT},     {XMP_DC, "date", SEQ_OF_DATE},
    {XMP_DC, "description", LANGUAGES},   {XMP_DC, "format", TEXT},
    {XMP_DC, "identifier", TEXT},         {XMP_DC, "language", BAG_OF_TEXT},
    {XMP_DC, "publisher", BAG_OF_TEXT},   {XMP_DC, "relation", BAG_OF_TEXT},
    {XMP_DC, "rights", LANGUAGES},        {XMP_DC, "source", TEXT},
    {XMP_DC, "subject", BAG_OF_TEXT},     {XMP_DC, "title", LANGUAGES},
    {XMP_DC, "type", BAG_OF_TEXT},        {XMP_BASIC, "CreateDate", DATE},
    {XMP_BASIC, "CreatorTool", TEXT},     {XMP_BASIC, "MetadataDate", DATE},
    {XMP_BASIC, "ModifyDate", DATE},      {XMP_MM, "DocumentID", TEXT},
    {XMP_MM, "InstanceID", TEXT},         {XMP_PDF, "Keywords", TEXT},
    {XMP_PDF, "PDFVersion", TEXT},        {XMP_PDF, "Producer", TEXT},
    {XMP_PDFA_ID, "part", INTEGER},       {XMP_PDFA_ID, "conformance", TEXT},
    {XMP_EXTENSION, "schemas", SCHEMAS},
};
#define PREDEFINED (sizeof predefined / sizeof *predefined)

/* Namespaces whose prefix PDF/A prescribes (6.6.2.3.3, 6.6.4). */
static bool has_its_prefix(const struct xmp_node *node)
{
    static const struct {
        const char *space, *prefix;
    } fixed[] = {{XMP_PDFA_ID, "pdfaid"},
                 {XMP_EXTENSION, "pdfaExtension"},
                 {XMP_EXTENSION_SCHEMA, "pdfaSchema"},
                 {XMP_EXTENSION_PROPERTY, "pdfaProperty"}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(node->space, fixed[i].space) == 0)
            return strcmp(node->prefix, fixed[i].prefix) == 0;
    return true;
}

/* ---------------------------------------------------------------- schemas the packet describes */

/* Types a description may name here, as PDF/A spells them. */
static bool type_named(const char *name, enum type *type)
{
    static const struct {
        const char *name;
        enum type type;
    } types[] = {{"Text", TEXT},
                 {"Integer", INTEGER},
                 {"Boolean", BOOLEAN},
                 {"Date", DATE},
                 {"Lang Alt", LANGUAGES},
                 {"bag Text", BAG_OF_TEXT},
                 {"seq Text", SEQ_OF_TEXT},
                 {"seq Date", SEQ_OF_DATE}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, name) == 0) {
            *type = types[i].type;
            return true;
        }
    return false;
}

/* A field that must be there and hold a text; "" when it is not. */
static const char *field_text(const struct xmp_node *fields, const char *space, const char *name)
{
    const struct xmp_node *field = xmp_find(fields, space, name);
    return field != NULL && field->form == XMP_SIMPLE ? field->text : "";
}

/* All fields are among names of that namespace, with its prefix. */
static bool are_fields(const struct xmp_node *fields, const char *space, const char *const *names)
{
    bool good = true;
    for (const struct xmp_node *field = fields; good && field != NULL; field = field->next) {
        size_t i = 0;
        while (names[i] != NULL && strcmp(names[i], field->name) != 0)
            i++;
        good = names[i] != NULL && strcmp(field->space, space) == 0 && has_its_prefix(field);
    }
    return good;
}

static bool describes_property(const struct xmp_node *row)
{
    static const char *const fields[] = {"name", "valueType", "category", "description", NULL};
    const char *space = XMP_EXTENSION_PROPERTY;
    const char *category = field_text(row->inside, space, "category");
    enum type type;
    return row->form == XMP_STRUCT && are_fields(row->inside, space, fields) &&
           *field_text(row->inside, space, "name") != 0 &&
           type_named(field_text(row->inside, space, "valueType"), &type) &&
           (strcmp(category, "external") == 0 || strcmp(category, "internal") == 0) &&
           *field_text(row->inside, space, "description") != 0;
}

static void check_schema(struct check *check, const struct xmp_node *schema)
{
    static const char *const fields[] = {"schema", "namespaceURI", "prefix", "property", NULL};
    const struct xmp_node *rows = xmp_find(schema->inside, XMP_EXTENSION_SCHEMA, "property");
    if (schema->form != XMP_STRUCT || !are_fields(schema->inside, XMP_EXTENSION_SCHEMA, fields)) {
        check_tell(check, _("The description of an XMP schema holds what it may not (6.6.2.3)."));
        return;
    }
    for (size_t i = 0; i < 3; i++)
        if (*field_text(schema->inside, XMP_EXTENSION_SCHEMA, fields[i]) == 0)
            check_tell(check, _("The XMP schema lacks %s (6.6.2.3)."), fields[i]);
    bool good = rows == NULL || rows->form == XMP_SEQ;
    for (const struct xmp_node *row = rows ? rows->inside : NULL; good && row; row = row->next)
        good = describes_property(row);
    if (!good)
        check_tell(check, _("The XMP schema describes a property otherwise than by name, known "
                            "type, category and a sentence (6.6.2.3)."));
}

/* The row that describes the property, in the schema of its namespace and prefix. */
static const struct xmp_node *description_of(const struct xmp_node *schemas,
                                             const struct xmp_node *property)
{
    const struct xmp_node *schema = schemas ? schemas->inside : NULL;
    for (; schema != NULL; schema = schema->next) {
        const struct xmp_node *rows = xmp_find(schema->inside, XMP_EXTENSION_SCHEMA, "property");
        const char *space = field_text(schema->inside, XMP_EXTENSION_SCHEMA, "namespaceURI");
        const char *prefix = field_text(schema->inside, XMP_EXTENSION_SCHEMA, "prefix");
        if (strcmp(space, property->space) != 0 || strcmp(prefix, property->prefix) != 0)
            continue;
        for (const struct xmp_node *row = rows ? rows->inside : NULL; row; row = row->next)
            if (strcmp(field_text(row->inside, XMP_EXTENSION_PROPERTY, "name"), property->name) ==
                0)
                return row;
    }
    return NULL;
}

static void check_property(struct check *check, const struct xmp_node *schemas,
                           const struct xmp_node *property)
{
    enum type type = TEXT;
    size_t i = 0;
    while (i < PREDEFINED && (strcmp(predefined[i].space, property->space) != 0 ||
                              strcmp(predefined[i].name, property->name) != 0))
        i++;
    const struct xmp_node *row = i < PREDEFINED ? NULL : description_of(schemas, property);
    if (i < PREDEFINED)
        type = predefined[i].type;
    if (!has_its_prefix(property) ||
        (i == PREDEFINED &&
         (row == NULL ||
          !type_named(field_text(row->inside, XMP_EXTENSION_PROPERTY, "valueType"), &type))))
        check_tell(check, _("The XMP property %s:%s is not described (6.6.2.3)."), property->prefix,
                   property->name);
    else if (!is_of_type(property, type))
        check_tell(check, _("The XMP property %s:%s has no value of its type (6.6.2.3)."),
                   property->prefix, property->name);
}

/* Properties are those of XMP, or described in the packet (6.6.2.3). */
static void check_properties(struct check *check, const struct xmp_node *properties)
{
    const struct xmp_node *schemas = xmp_find(properties, XMP_EXTENSION, "schemas");
    const struct xmp_node *schema = schemas ? schemas->inside : NULL;
    for (; schema != NULL; schema = schema->next)
        check_schema(check, schema);
    for (const struct xmp_node *at = properties; at != NULL; at = at->next)
        check_property(check, schemas, at);
}

/* ---------------------------------------------------------------- what it says */

/* A text string of Info as UTF-8. */
static char *info_text(struct arena *arena, const struct pdf_value *value)
{
    const uint8_t *b = (const uint8_t *)value->text;
    if (value->size < 2 || b[0] != 0xFE || b[1] != 0xFF)
        return arena_strndup(arena, value->text,
                             value->size); /* ASCII is the same in PDFDocEncoding */
    char *out = arena_alloc(arena, value->size * 2 + 1), *to = out;
    for (size_t i = 2; i + 1 < value->size; i += 2) {
        uint32_t code = (uint32_t)b[i] << 8 | b[i + 1];
        if (code >= 0xD800 && code < 0xDC00 && i + 3 < value->size) {
            uint32_t low = (uint32_t)b[i + 2] << 8 | b[i + 3];
            code = 0x10000 + ((code - 0xD800) << 10) + (low & 0x3FF);
            i += 2;
        }
        to += text_put(code, to);
    }
    return out;
}

/* D:20261122140509+07'00' and 2026-11-22T14:05:09+07:00 hold the same digits. */
static bool same_date(struct arena *arena, const char *info, const char *xmp)
{
    return strcmp(text_digits(arena, info), text_digits(arena, xmp)) == 0;
}

static void compare_info(struct check *check, struct arena *arena, const struct xmp_node *xmp)
{
    static const struct {
        const char *info, *xmp;
        bool date;
    } pairs[] = {{"Title", "dc:title", false},
                 {"Author", "dc:creator", false},
                 {"Producer", "pdf:Producer", false},
                 {"Creator", "xmp:CreatorTool", false},
                 {"CreationDate", "xmp:CreateDate", true},
                 {"ModDate", "xmp:ModifyDate", true}};
    const struct pdf_value *info = pdf_get(check->file, check->file->trailer, "Info");
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct pdf_value *value = pdf_get(check->file, info, pairs[i].info);
        if (value->kind != PDF_STRING)
            continue;
        const char *ours = info_text(arena, value), *theirs = xmp_property(xmp, pairs[i].xmp);
        bool same = theirs != NULL &&
                    (pairs[i].date ? same_date(arena, ours, theirs) : strcmp(ours, theirs) == 0);
        if (!same)
            check_tell(check, _("Info and XMP disagree about %s."), pairs[i].info);
    }
}

/* The instruction that opens the packet. */
static bool packet_begins(struct check *check, struct arena *arena, const char *packet)
{
    const char *start = strncmp(packet, "\xEF\xBB\xBF", 3) == 0 ? packet + 3 : packet;
    start += strspn(start, " \t\r\n");
    if (strncmp(start, "<?xpacket begin=", strlen("<?xpacket begin=")) != 0)
        return false;
    const char *head = arena_strndup(arena, start, strcspn(start, ">"));
    if (strstr(head, " bytes=") != NULL || strstr(head, " encoding=") != NULL)
        check_tell(check, _("The XMP packet tells its size or encoding (6.6.2.1)."));
    return true;
}

static void check_packet(struct check *check, struct arena *arena, const char *packet, size_t size)
{
    struct xmp_node *properties = NULL;
    if (!text_valid(packet, size) || !packet_begins(check, arena, packet) ||
        !xmp_read(arena, packet, size, &properties)) {
        check_tell(check, _("The XMP metadata is not well-formed (6.6.2.1)."));
        return;
    }
    const char *part = xmp_property(properties, "pdfaid:part");
    const char *level = xmp_property(properties, "pdfaid:conformance");
    if (part == NULL || level == NULL || strcmp(level, "U") != 0 ||
        (strcmp(part, "2") != 0 && strcmp(part, "3") != 0))
        check_tell(check, _("The file does not claim PDF/A-2u but part %s level %s (6.6.4)."),
                   part == NULL ? "-" : part, level == NULL ? "-" : level);
    else
        snprintf(check->flavour, sizeof check->flavour, "%su", part);
    check_properties(check, properties);
    compare_info(check, arena, properties);
}

void check_other_metadata(struct check *check, const struct pdf_value *stream, long long number)
{
    struct arena *arena = arena_new();
    struct buffer bytes = {0};
    struct xmp_node *properties = NULL;
    const char *packet = NULL;
    if (pdf_stream_decoded(check->file, stream, PACKET_MAX, &bytes) && bytes.size > 0)
        packet = arena_strndup(arena, (const char *)bytes.data, bytes.size);
    if (packet == NULL || !text_valid(packet, bytes.size) || !packet_begins(check, arena, packet) ||
        !xmp_read(arena, packet, bytes.size, &properties))
        check_tell(check, _("Object %lld has XMP metadata that is not well-formed (6.6.2.1)."),
                   number);
    check_properties(check, properties);
    buffer_clear(&bytes);
    arena_free(arena);
}

void check_metadata(struct check *check, const struct pdf_value *catalog)
{
    struct arena *arena = arena_new();
    size_t size = 0;
    const char *packet = xmp_packet(check->file, arena, &size);
    if (packet == NULL || pdf_get(check->file, catalog, "Metadata")->kind != PDF_DICT)
        check_tell(check, _("The catalog has no readable XMP metadata (6.6.2.1)."));
    else
        check_packet(check, arena, packet, size);
    arena_free(arena);
}
