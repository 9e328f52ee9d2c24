/* What a PDF of ours says of itself, read back from its XMP (pdf_metadata.c writes it). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/package/layout.h"
#include "archive/pdf/closed.h"
#include "archive/pdf/pdf_read.h"
#include "archive/pdf/places.h"
#include "archive/pdf/xmp.h"
#include "core/message.h"

#define COUNT_MAX 100000

static const char *own(const struct xmp_node *xmp, const char *name)
{
    const struct xmp_node *found = xmp_find(xmp, XMP_SOHOA, name);
    return found ? found->text : NULL;
}

static void take_field(const struct xmp_node *xmp, struct document *document, enum field_id id,
                       const char *name)
{
    const char *value = own(xmp, name);
    document->fields[id] = (struct field){.page = -1};
    if (value == NULL)
        return;
    document->fields[id].value = value;
    document->fields[id].confidence = 1;
    document->fields[id].source = SOURCE_PERSON;
}

/* dc:title, without what closed_volume put behind it. */
static const char *title_of(const struct xmp_node *xmp, struct arena *arena)
{
    const char *title = xmp_property(xmp, "dc:title"), *number = own(xmp, "volume");
    if (!title || !number)
        return title;
    const char *behind = closed_volume(arena, "", true, (int)strtol(number, NULL, 10));
    size_t size = strlen(title), more = strlen(behind);
    return size > more && strcmp(title + size - more, behind) == 0
               ? arena_strndup(arena, title, size - more)
               : title;
}

const char *closed_title_of(const char *path, struct arena *arena)
{
    struct pdf_file pdf;
    if (pdf_file_open(path, &pdf, NULL) != STATUS_OK)
        return NULL;
    const struct xmp_node *xmp = xmp_of(&pdf, arena);
    const char *title = xmp && own(xmp, "documentId") ? title_of(xmp, arena) : NULL;
    pdf_file_close(&pdf);
    return title;
}

static void take_fields(const struct xmp_node *xmp, struct arena *arena, struct document *document)
{
    static const struct {
        enum field_id id;
        const char *name;
    } rows[] = {{FIELD_TYPE, "documentType"}, {FIELD_PROCEDURE, "procedure"},
                {FIELD_NUMBER, "number"},     {FIELD_BOOK, "book"},
                {FIELD_DATE, "issued"},       {FIELD_UNIT, "unit"},
                {FIELD_AGENCY, "agency"}};
    for (int i = 0; i < FIELD_COUNT; i++)
        document->fields[i].page = -1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        take_field(xmp, document, rows[i].id, rows[i].name);
    /* the name of its type, until the place of the printed one is told */
    const char *title = title_of(xmp, arena);
    if (title != NULL && strcmp(title, CLOSED_NO_TITLE) != 0)
        document->fields[FIELD_TITLE] =
            (struct field){.value = title, .confidence = 1, .source = SOURCE_PERSON, .page = -1};
}

/* otherwise: it is not told. More than COUNT_MAX: no document has so many, and nobody needs room
 * for them. */
static size_t take_count(const struct xmp_node *xmp, const char *name, size_t otherwise)
{
    const char *value = own(xmp, name);
    long count = value == NULL ? 0 : strtol(value, NULL, 10);
    return count < 1 ? otherwise : count > COUNT_MAX ? COUNT_MAX + 1 : (size_t)count;
}

/* Pages have no names in the PDF, but they have numbers. */
static void take_pages(struct arena *arena, struct archive_identity *out)
{
    struct document *document = &out->document;
    document->page_count = out->pages;
    document->pages = arena_array(arena, out->pages + 1, sizeof *document->pages);
    for (size_t i = 0; i < out->pages; i++)
        document->pages[i].name = document->pages[i].file = arena_printf(arena, "%04zu", i + 1);
}

static enum status take_identity(struct arena *arena, const struct xmp_node *xmp, size_t leaves,
                                 struct archive_identity *out, struct error *error)
{
    struct document *document = &out->document;
    const char *id = own(xmp, "documentId");
    const char *part = xmp_property(xmp, "pdfaid:part");
    const char *level = xmp_property(xmp, "pdfaid:conformance");
    if (id == NULL || !layout_is_id(id)) /* it is a folder's name wherever it goes */
        return error_set(error, STATUS_REJECT,
                         _("The PDF does not say which document it is; sohoa did not make it."));
    snprintf(document->id, sizeof document->id, "%s", id);
    document->version = (int)take_count(xmp, "documentVersion", 1);
    document->batch = own(xmp, "batch");
    document->custodian = own(xmp, "custodian");
    document->signed_at = own(xmp, "converted");
    document->box_code = own(xmp, "box");
    document->shelf = own(xmp, "shelf");
    document->scanned_at = own(xmp, "scanned");
    document->supersedes = own(xmp, "supersedes");
    take_fields(xmp, arena, document);
    out->volume = (int)take_count(xmp, "volume", 1);
    out->first = take_count(xmp, "firstPage", 1) - 1;
    out->pages = take_count(xmp, "pageCount", leaves);
    if (out->pages < leaves || out->pages > COUNT_MAX || out->first > out->pages - leaves)
        return error_set(error, STATUS_REJECT, _("The PDF has other pages than it says."));
    if (part != NULL && level != NULL)
        snprintf(out->flavour, sizeof out->flavour, "%c%c", part[0],
                 level[0] >= 'A' && level[0] <= 'Z' ? level[0] + 'a' - 'A' : level[0]);
    take_pages(arena, out);
    return STATUS_OK;
}

enum status archive_identify(const char *path, struct arena *arena, struct archive_identity *out,
                             struct error *error)
{
    struct pdf_file file;
    size_t leaves = 0;
    *out = (struct archive_identity){0};
    enum status status = pdf_file_open(path, &file, error);
    if (status != STATUS_OK)
        return status;
    pdf_pages(&file, &leaves);
    const struct xmp_node *xmp = xmp_of(&file, arena);
    if (xmp == NULL)
        status = error_set(error, STATUS_REJECT, _("The PDF has no readable XMP metadata."));
    else
        status = take_identity(arena, xmp, leaves, out, error);
    if (status == STATUS_OK)
        places_take(&file, own(xmp, "fieldPlaces"), &out->document, arena);
    pdf_file_close(&file);
    return status;
}
