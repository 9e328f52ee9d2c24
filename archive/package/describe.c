#include "archive/package/describe.h"

#include <string.h>

#include "archive/pdf/closed.h"
#include "core/message.h"
#include "core/package.h"

#define DOCUMENTATION "documentation/README.txt"
#define SCHEMAS "schemas/catalog.xml"
#define FONDS_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-"

/* ---------------------------------------------------------------- what writers ask */

static const struct {
    const char *end;
    struct kind kind;
} kinds[] = {
    {".pdf", {"application/pdf", "PDF/A", NULL}},
    {".tif", {"image/tiff", "TIFF", "fmt/353"}},
    {".tiff", {"image/tiff", "TIFF", "fmt/353"}},
    {".jpg", {"image/jpeg", "JPEG", NULL}},
    {".jpeg", {"image/jpeg", "JPEG", NULL}},
    {".png", {"image/png", "PNG", NULL}},
    {".alto.xml", {"application/xml", "ALTO 4.4", NULL}},
    {".xml", {"application/xml", "XML", "fmt/101"}},
    {".jsonl", {"text/plain", "JSON Lines", NULL}},
    {".json", {"application/json", "JSON", "fmt/817"}},
    {".tsr", {"application/timestamp-reply", "RFC 3161", NULL}},
    {".txt", {"text/plain", "Text", NULL}},
    {"", {"application/octet-stream", "unknown", NULL}},
};

const struct kind *describe_kind(const char *path)
{
    size_t length = strlen(path), i = 0;
    for (;; i++) {
        size_t end = strlen(kinds[i].end);
        if (end <= length && strcmp(path + length - end, kinds[i].end) == 0)
            return &kinds[i].kind;
    }
}

const char *describe_path(const struct bag_file *file)
{
    return file->path + sizeof PACKAGE_ROOT;
}

char *describe_href(const char *path, const char *from, struct arena *arena)
{
    struct buffer out = {0};
    size_t skip = *from ? strlen(from) + 1 : 0;
    for (const char *at = path + skip; *at; at++) {
        unsigned char byte = (unsigned char)*at;
        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
            (byte >= '0' && byte <= '9') || strchr("-._~/", byte))
            buffer_add(&out, at, 1);
        else
            buffer_printf(&out, "%%%02X", byte);
    }
    char *href = arena_strdup(arena, out.data ? (char *)out.data : "");
    buffer_clear(&out);
    return href;
}

char *describe_objid(const struct document *document, struct arena *arena)
{
    const char *fonds = document->fonds && *document->fonds ? document->fonds : ARCHIVE_NO_FONDS;
    char *objid = arena_printf(arena, "urn:%s:uuid:%s", fonds, document->id);
    for (char *at = strrchr(objid, ':'); *at; at++)
        if (*at >= 'a' && *at <= 'f')
            *at = (char)(*at - 'a' + 'A');
    return objid;
}

bool describe_is_made(const char *path)
{
    int representation = package_representation_of(path);
    size_t length = strlen("representations/rep1/");
    return strcmp(path, DOCUMENTATION) == 0 || strcmp(path, SCHEMAS) == 0 ||
           strcmp(path, package_part(PACKAGE_METS)) == 0 ||
           strcmp(path, package_part(PACKAGE_EAD)) == 0 ||
           strcmp(path, package_part(PACKAGE_PREMIS)) == 0 ||
           (representation > 0 && strcmp(path + length, "METS.xml") == 0);
}

/* ---------------------------------------------------------------- for whoever finds it */

static const struct {
    const char *type, *vi, *en;
} readmes[] = {
    {"AIP", "Gói lưu trữ (AIP)", "archival package (AIP)"},
    {"SIP", "Gói nộp lưu trữ (SIP)", "submission package (SIP)"},
    {"DIP", "Gói sử dụng (DIP), không có ảnh gốc,", "package for use (DIP), without masters,"},
};

static const char readme_begin[] =
    " này do phần mềm sohoa tạo ra theo TT 05/2025/TT-BNV (E-ARK CSIP), trong một túi\n"
    "BagIt (RFC 8493). Không cần phần mềm sohoa để đọc:\n"
    "\n"
    "METS.xml                            mọi tệp, kích thước và SHA-256\n"
    "metadata/descriptive/EAD.xml        mô tả tài liệu (EAD 2002)\n"
    "metadata/preservation/PREMIS.xml    tệp, sự kiện, tác nhân, quyền (PREMIS 3)\n"
    "metadata/other/document.json        các trường thông tin đã kiểm tra, các trang theo thứ tự\n"
    "metadata/other/events.jsonl         các sự kiện, mỗi dòng một sự kiện (JSON)\n";

/* By representation, from 1. */
static const struct {
    const char *vi, *en;
} representations[] = {
    {"PDF/A đã ký", "the signed PDF/A"},
    {"ảnh gốc của từng trang, như đã quét", "the page images as scanned"},
    {"văn bản nhận dạng: JSON và ALTO 4", "the recognised text"},
    {"những gì đã nhận được, nguyên từng byte", "what was received, byte for byte"},
};

static bool has_representation(const struct description *d, int representation)
{
    for (size_t i = 0; i < d->count; i++)
        if (package_representation_of(describe_path(&d->files[i])) == representation)
            return true;
    return false;
}

/* What kind of package this is, and the representations that it has, no others. */
static void write_readme(const struct description *d, struct buffer *out)
{
    size_t kind = 0;
    for (size_t i = 0; i < sizeof readmes / sizeof *readmes; i++)
        if (strcmp(readmes[i].type, d->type) == 0)
            kind = i;
    buffer_printf(out, "%s%s", readmes[kind].vi, readme_begin);
    for (int i = 1; i <= (int)(sizeof representations / sizeof *representations); i++)
        if (has_representation(d, i))
            buffer_printf(out, "representations/rep%d                %s\n", i,
                          representations[i - 1].vi);
    buffer_printf(out,
                  "\nThis %s was made by sohoa after Circular 05/2025/TT-BNV of Viet Nam\n"
                  "(E-ARK CSIP), in a BagIt bag (RFC 8493).\n",
                  readmes[kind].en);
    for (int i = 1; i <= (int)(sizeof representations / sizeof *representations); i++)
        if (has_representation(d, i))
            buffer_printf(out, "rep%d: %s\n", i, representations[i - 1].en);
    buffer_text(out, "Times are those of Viet Nam (+07:00); checksums are SHA-256.\n");
}

static const struct {
    const char *name, *uri;
} schemas[] = {
    {"http://www.loc.gov/METS/", "http://www.loc.gov/standards/mets/mets.xsd"},
    {"http://www.w3.org/1999/xlink", "http://www.loc.gov/standards/xlink/xlink.xsd"},
    {"https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
     "https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd"},
    {"urn:isbn:1-931666-22-9", "http://www.loc.gov/ead/ead.xsd"},
    {"http://www.loc.gov/premis/v3", "http://www.loc.gov/standards/premis/premis.xsd"},
    {"http://www.loc.gov/standards/alto/ns-v4#",
     "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"},
};

/* An OASIS XML catalogue: which schema belongs to which namespace. The schemas themselves are
 * published, and larger than most packages. */
static void write_schemas(struct buffer *out)
{
    struct xml xml;
    xml_begin(&xml, out);
    xml_open(&xml, "catalog");
    xml_attribute(&xml, "xmlns", "urn:oasis:names:tc:entity:xmlns:xml:catalog");
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        xml_open(&xml, "uri");
        xml_attribute(&xml, "name", schemas[i].name);
        xml_attribute(&xml, "uri", schemas[i].uri);
        xml_close(&xml);
    }
    xml_end(&xml);
}

/* ---------------------------------------------------------------- all of it */

struct making {
    struct description *d;
    struct made_file *made;
    size_t count;
};

/* Takes what was written in as a file of the package, for what is written next. */
static void add(struct making *making, const char *path, struct buffer *text)
{
    struct arena *arena = making->d->arena;
    struct made_file *made = &making->made[making->count++];
    hash_bytes(text->data, text->size, made->file.hash);
    made->file.path = arena_printf(arena, PACKAGE_ROOT "/%s", path);
    made->file.bytes = (int64_t)text->size;
    made->text = arena_strndup(arena, (const char *)text->data, text->size);
    making->d->files[making->d->count++] = made->file;
    buffer_clear(text);
}

/* When it was made: its last event, so that making it again says the same. */
static const char *created(const struct document *document, const struct event *events,
                           size_t count)
{
    const char *latest = document->signed_at ? document->signed_at : document->scanned_at;
    if (!latest || !*latest)
        latest = "1970-01-01T07:00:00+07:00";
    for (size_t i = 0; i < count; i++)
        if (strcmp(events[i].at, latest) > 0)
            latest = events[i].at;
    return latest;
}

enum status describe_fonds(const char *fonds, struct error *error)
{
    if (!fonds || strspn(fonds, FONDS_CHARACTERS) == strlen(fonds))
        return STATUS_OK;
    return error_set(error, STATUS_FATAL,
                     _("“%s” is no code of a fonds: letters, digits, '.' and '-' (setting "
                       "archive.fonds)."),
                     fonds);
}

const char *describe_label(const struct document *document, const char *pdf, struct arena *arena)
{
    const char *title = pdf ? closed_title_of(pdf, arena) : NULL;
    return title ? closed_volumes(arena, title, document->volume_count)
                 : describe_objid(document, arena);
}

enum status describe(const char *config, const struct document *document, const char *pdf,
                     const char *type, const struct event *events, size_t event_count,
                     const struct bag_file *files, size_t count, struct arena *arena,
                     struct made_file **made, size_t *made_count, struct error *error)
{
    struct mapping mapping;
    struct buffer text = {0};
    if (describe_fonds(document->fonds, error) != STATUS_OK)
        return STATUS_FATAL;
    enum status status = mapping_read(config, arena, &mapping, error);
    if (status != STATUS_OK)
        return status;
    struct description d = {.document = document,
                            .mapping = &mapping,
                            .events = events,
                            .event_count = event_count,
                            .type = type,
                            .count = count,
                            .objid = describe_objid(document, arena),
                            .label = describe_label(document, pdf, arena),
                            .created = created(document, events, event_count),
                            .arena = arena};
    struct making making = {&d, arena_array(arena, DESCRIBE_MADE_MAX, sizeof *making.made), 0};
    d.files = arena_array(arena, count + DESCRIBE_MADE_MAX, sizeof *d.files);
    if (count)
        memcpy(d.files, files, count * sizeof *files);
    premis_write(&d, &text); /* knows the content only: nothing can tell of itself */
    struct buffer ead = {0};
    ead_write(&d, &ead);
    add(&making, package_part(PACKAGE_PREMIS), &text);
    add(&making, package_part(PACKAGE_EAD), &ead);
    write_readme(&d, &text);
    add(&making, DOCUMENTATION, &text);
    write_schemas(&text);
    add(&making, SCHEMAS, &text);
    for (int i = 1; i <= 9; i++) {
        if (!has_representation(&d, i))
            continue;
        mets_write_representation(&d, i, &text);
        add(&making, arena_printf(arena, "%s/METS.xml", package_representation(i, arena)), &text);
    }
    mets_write(&d, &text);
    add(&making, package_part(PACKAGE_METS), &text);
    *made = making.made;
    *made_count = making.count;
    return STATUS_OK;
}
