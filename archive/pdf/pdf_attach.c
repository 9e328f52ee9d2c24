/*
 * Attachments of a 3u (ISO 19005-3 6.8): each is an embedded file with its kind, its name and how
 * it belongs to the document; the catalog names all of them, in AF and in a name tree.
 */
#include "archive/pdf/pdf.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"

#define LEAF_MAX 64 /* names of one leaf of the tree */
#define NAME_SIZE 160

static void start_tree(struct pdf *pdf, struct pdf_attachments *attachments)
{
    attachments->associated = pdf_array(pdf->catalog, "AF");
    HPDF_Dict tree = pdf_object(pdf, NULL);
    attachments->kids = pdf_array(tree, "Kids");
    HPDF_Dict_Add(pdf_inline(pdf->catalog, "Names"), "EmbeddedFiles", tree);
}

static HPDF_Dict embed(struct pdf *pdf, const struct pdf_attachment *attachment, size_t size)
{
    HPDF_Dict file =
        attachment->path != NULL
            ? pdf_file_stream(pdf, attachment->path, size, HPDF_STREAM_FILTER_FLATE_DECODE)
            : pdf_stream(pdf, attachment->bytes, size, HPDF_STREAM_FILTER_FLATE_DECODE);
    if (file == NULL)
        return NULL;
    HPDF_Dict_AddName(file, "Type", "EmbeddedFile");
    HPDF_Dict_AddName(file, "Subtype", attachment->type);
    HPDF_Dict facts = pdf_inline(file, "Params");
    HPDF_Dict_AddNumber(facts, "Size", (HPDF_INT32)size);
    pdf_date_string(facts, "ModDate", attachment->date);
    return file;
}

static HPDF_Dict specify(struct pdf *pdf, HPDF_Dict file, const struct pdf_attachment *attachment)
{
    HPDF_Dict spec = pdf_object(pdf, "Filespec");
    pdf_plain_string(spec, "F", attachment->name);
    pdf_text_string(spec, "UF", attachment->name);
    pdf_text_string(spec, "Desc", attachment->description);
    HPDF_Dict_AddName(spec, "AFRelationship", attachment->relation);
    HPDF_Dict embedded = pdf_inline(spec, "EF");
    HPDF_Dict_Add(embedded, "F", file);
    HPDF_Dict_Add(embedded, "UF", file);
    return spec;
}

/* Keys begin with a number of their own, so that they stand in order whatever the pages are called.
 */
static void enter(struct pdf *pdf, struct pdf_attachments *attachments, HPDF_Dict spec,
                  const char *name)
{
    char key[NAME_SIZE + 16];
    snprintf(key, sizeof key, "%06zu %s", attachments->count, name);
    if (attachments->count % LEAF_MAX == 0) {
        HPDF_Dict leaf = pdf_object(pdf, NULL);
        HPDF_Array_Add(attachments->kids, leaf);
        attachments->names = pdf_array(leaf, "Names");
        attachments->limits = pdf_array(leaf, "Limits");
        HPDF_Array_Add(attachments->limits, HPDF_String_New(pdf->memory, key, NULL));
        HPDF_Array_Add(attachments->limits, HPDF_String_New(pdf->memory, key, NULL));
    }
    HPDF_String last = HPDF_Array_GetItem(attachments->limits, 1, HPDF_OCLASS_STRING);
    HPDF_String_SetValue(last, key);
    HPDF_Array_Add(attachments->names, HPDF_String_New(pdf->memory, key, NULL));
    HPDF_Array_Add(attachments->names, spec);
    HPDF_Array_Add(attachments->associated, spec);
    attachments->count++;
}

enum status pdf_attach_file(struct pdf *pdf, struct pdf_attachments *attachments,
                            const struct pdf_attachment *attachment, struct error *error)
{
    int64_t size = attachment->path ? file_size(attachment->path) : (int64_t)attachment->size;
    if (size < 0 || size > INT32_MAX)
        return error_set(error, STATUS_REJECT, _("The file %s cannot be attached."),
                         attachment->path ? attachment->path : attachment->name);
    if (attachments->kids == NULL)
        start_tree(pdf, attachments);
    HPDF_Dict file = embed(pdf, attachment, (size_t)size);
    enter(pdf, attachments, specify(pdf, file, attachment), attachment->name);
    return pdf_failed(pdf, error);
}

enum status pdf_attach(struct pdf *pdf, struct pdf_attachments *attachments, const char *name,
                       const char *path, const char *date, struct error *error)
{
    char file_name[NAME_SIZE];
    const struct pdf_attachment attachment = {.name = file_name,
                                              .path = path,
                                              .date = date,
                                              .type = "application/xml",
                                              .description = "ALTO 4.4",
                                              .relation = "Supplement"};
    snprintf(file_name, sizeof file_name, "%.100s.alto.xml", name);
    return pdf_attach_file(pdf, attachments, &attachment, error);
}
