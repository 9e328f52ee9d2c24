/* EAD 2002: the document as archivists describe it. The elements come from config/package.tsv. */
#include <string.h>

#include "archive/package/describe.h"
#include "archive/pdf/closed.h"
#include "core/text.h"

#define NAMESPACE "urn:isbn:1-931666-22-9"
#define STEPS_MAX 8

/* ---------------------------------------------------------------- what can be told */

static const char *count_text(const struct description *d, size_t count)
{
    return arena_printf(d->arena, "%zu", count);
}

static const char *retention_text(const struct description *d)
{
    const char *code = d->document->retention;
    const char *name = code && d->mapping ? mapping_find(d->mapping, "retention", code) : NULL;
    return name ? arena_printf(d->arena, "%s %s", code, name) : code;
}

static const char *upper_id(const struct description *d)
{
    char *id = arena_strdup(d->arena, d->document->id);
    for (char *at = id; *at; at++)
        if (*at >= 'a' && *at <= 'f')
            *at = (char)(*at - 'a' + 'A');
    return id;
}

struct told {
    const char *name, *value;
};

/* What is told beside the fields. */
enum { TOLD_COUNT = 15 };
static void list_told(const struct description *d, struct told told[TOLD_COUNT])
{
    const struct document *document = d->document;
    const struct told values[TOLD_COUNT] = {{"package_id", upper_id(d)},
                                            {"fonds", document->fonds},
                                            {"catalog", document->catalog},
                                            {"retention", retention_text(d)},
                                            {"access", document->access},
                                            {"custodian", document->custodian},
                                            {"box_code", document->box_code},
                                            {"shelf", document->shelf},
                                            {"scanned_at", document->scanned_at},
                                            {"supersedes", document->supersedes},
                                            {"reason", document->reason},
                                            {"version", count_text(d, (size_t)document->version)},
                                            {"pages", count_text(d, document->page_count)},
                                            {"format", "PDF/A"},
                                            {"language", "vie"}};
    memcpy(told, values, sizeof values);
}

static const char *value_of(const struct description *d, const char *name)
{
    struct told told[TOLD_COUNT];
    enum field_id field = field_find(name);
    if (field < FIELD_COUNT)
        return d->document->fields[field].value;
    list_told(d, told);
    for (size_t i = 0; i < TOLD_COUNT; i++)
        if (strcmp(told[i].name, name) == 0)
            return told[i].value;
    return NULL;
}

/* Of the header: the printed one, and how many volumes there are; NULL: none is known. */
static const char *title_of(const struct description *d)
{
    const char *title = d->document->fields[FIELD_TITLE].value;
    return title && *title ? closed_volumes(d->arena, title, d->document->volume_count) : NULL;
}

bool ead_text_is(const char *text, const char *value, struct arena *arena)
{
    return strcmp(text_tidy(arena, text), text_tidy(arena, value)) == 0;
}

bool ead_says(const struct document *document, const char *text, struct arena *arena)
{
    const struct description d = {.document = document, .arena = arena};
    const char *retention = document->retention, *objid = describe_objid(document, arena);
    struct told told[TOLD_COUNT];
    list_told(&d, told);
    const char *title = title_of(&d);
    if (ead_text_is(text, objid, arena) || (title && ead_text_is(text, title, arena)) ||
        strncmp(text, "sohoa ", 6) == 0 ||
        (retention && *retention && strncmp(text, retention, strlen(retention)) == 0))
        return true; /* the term's name is the office's */
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (document->fields[i].value && ead_text_is(text, document->fields[i].value, arena))
            return true;
    for (size_t i = 0; i < TOLD_COUNT; i++)
        if (told[i].value && ead_text_is(text, told[i].value, arena))
            return true;
    return false;
}

/* ---------------------------------------------------------------- paths */

/* Opens "name[attribute=value]...". */
static void open_step(struct xml *xml, const char *step, const char *value, struct arena *arena)
{
    size_t length = strcspn(step, "[");
    xml_open(xml, arena_strndup(arena, step, length));
    for (const char *at = step + length; *at == '[';) {
        size_t name = strcspn(at + 1, "=]"), all = strcspn(at + 1, "]");
        const char *given = arena_strndup(arena, at + 2 + name, all > name ? all - name - 1 : 0);
        xml_attribute(xml, arena_strndup(arena, at + 1, name),
                      strcmp(given, "{value}") == 0 ? value : given);
        at += 1 + all + (at[1 + all] == ']');
    }
}

static size_t split(char *path, const char *steps[STEPS_MAX])
{
    size_t count = 0;
    for (char *at = path; at && count < STEPS_MAX;) {
        steps[count++] = at;
        at = strchr(at, '/');
        if (at)
            *at++ = '\0';
    }
    return count;
}

/* One row: what it has in common with the row before stays open, but for the last element. */
static void write_row(struct xml *xml, const char *path, const char *value,
                      const char *open[STEPS_MAX], size_t *depth, struct arena *arena)
{
    const char *steps[STEPS_MAX];
    size_t count = split(arena_strdup(arena, path), steps), same = 0;
    while (same + 1 < count && same < *depth && open[same] && !strcmp(steps[same], open[same]))
        same++;
    for (; *depth > same; --*depth)
        xml_close(xml);
    for (size_t at = same; at < count; at++) {
        open_step(xml, steps[at], value, arena);
        open[at] = steps[at];
    }
    *depth = count;
    xml_text(xml, value);
    xml_close(xml);
    --*depth;
}

static void write_header(struct xml *xml, const struct description *d)
{
    const char *title = title_of(d);
    xml_open(xml, "eadheader");
    xml_leaf(xml, "eadid", d->objid);
    xml_open(xml, "filedesc");
    xml_open(xml, "titlestmt");
    xml_leaf(xml, "titleproper", title ? title : d->objid);
    xml_close(xml);
    xml_close(xml);
    xml_open(xml, "profiledesc");
    xml_leaf(xml, "creation", EVENT_SOHOA);
    xml_close(xml);
    xml_close(xml);
}

void ead_write(const struct description *d, struct buffer *out)
{
    struct xml xml;
    const char *open[STEPS_MAX] = {0};
    size_t depth = 0;
    xml_begin(&xml, out);
    xml_open(&xml, "ead");
    xml_attribute(&xml, "xmlns", NAMESPACE);
    xml_attribute(&xml, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    xml_attribute(&xml, "xsi:schemaLocation", NAMESPACE " http://www.loc.gov/ead/ead.xsd");
    write_header(&xml, d);
    xml_open(&xml, "archdesc");
    xml_attribute(&xml, "level", "item");
    for (size_t i = 0; i < d->mapping->count; i++) {
        const struct mapping_row *row = &d->mapping->rows[i];
        const char *value = strcmp(row->table, "ead") == 0 ? value_of(d, row->name) : NULL;
        if (value && *value)
            write_row(&xml, row->value, value, open, &depth, d->arena);
    }
    xml_end(&xml);
}
