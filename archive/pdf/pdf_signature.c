/*
 * The signature field (ISO 32000-1 12.7.4.5, PAdES EN 319 142-1) with room for the signature, and
 * its visible block as the widget's appearance: text only, an embedded font, its own resources (ISO
 * 19005-2 6.2.2, 6.3.3, 6.4.3).
 */
#include "archive/sign/block.h"
#include "archive/pdf/pdf.h"

#include "core/message.h"

#define WIDGET_FLAGS 132 /* Print, Locked */
#define FIELD_FLAGS 3    /* SignaturesExist, AppendOnly */
#define RANGE_ROOM 2147483647
#define RIM_PT 2 /* around the lines, for marks on capitals; block.c keeps more free */

/* Filled in by archive_sign: the ranges in place with blanks, the zeros by the signature. */
static HPDF_Dict add_value(struct pdf *pdf, const char *custodian, const char *signed_at)
{
    HPDF_Dict value = pdf_object(pdf, "Sig");
    HPDF_Dict_AddName(value, "Filter", "Adobe.PPKLite");
    HPDF_Dict_AddName(value, "SubFilter", "ETSI.CAdES.detached");
    if (custodian[0] != 0)
        pdf_text_string(value, "Name", custodian);
    pdf_date_string(value, "M", signed_at);
    HPDF_Array range = pdf_array(value, "ByteRange");
    HPDF_Array_AddNumber(range, 0);
    for (int i = 0; i < 3; i++)
        HPDF_Array_AddNumber(range, RANGE_ROOM);
    HPDF_BYTE *zeros = memory_new(PDF_CONTENTS_SIZE);
    HPDF_Dict_Add(value, "Contents", HPDF_Binary_New(pdf->memory, zeros, PDF_CONTENTS_SIZE));
    free(zeros);
    return value;
}

/* The seal as one colour through a mask: a transparent PNG without what PDF/A-1 forbids. */
static void draw_seal(const struct pdf_seal *seal, const struct block_place *place,
                      struct buffer *content)
{
    double top = place->height - (place->height - place->picture_height) / 2;
    buffer_text(content, "q ");
    for (int i = 0; i < 3; i++) {
        pdf_number(content, seal->color[i]);
        buffer_text(content, " ");
    }
    buffer_text(content, "rg ");
    pdf_number(content, place->picture_width);
    buffer_text(content, " 0 0 ");
    pdf_number(content, place->picture_height);
    buffer_text(content, " 0 ");
    pdf_number(content, top - place->picture_height);
    buffer_text(content, " cm /S Do Q\n");
}

static enum status draw_block(struct pdf_font *font, const struct block_place *place,
                              struct buffer *content, struct error *error)
{
    enum status status = STATUS_OK;
    buffer_text(content, "q 0 g BT /F ");
    pdf_number(content, place->size);
    buffer_text(content, " Tf ");
    pdf_number(content, place->size * BLOCK_LEADING);
    buffer_text(content, " TL ");
    pdf_number(content, place->picture_width > 0 ? place->picture_width + BLOCK_GAP_PT : 0);
    buffer_text(content, " ");
    /* the first base line: ascenders of a serif face reach 0.9 of the size with marks */
    double free = place->height - place->line_count * place->size * BLOCK_LEADING;
    pdf_number(content,
               place->height - (place->picture_width > 0 ? free / 2 : 0) - place->size * 0.9);
    buffer_text(content, " Td\n");
    for (int i = 0; i < place->line_count && status == STATUS_OK; i++) {
        status = pdf_font_show(font, place->lines[i], content, error);
        buffer_text(content, i + 1 < place->line_count ? " Tj T*\n" : " Tj\n");
    }
    buffer_text(content, "ET Q\n");
    return status;
}

static enum status add_appearance(struct pdf *pdf, struct pdf_font *font,
                                  const struct block_place *place, const struct pdf_seal *seal,
                                  HPDF_Dict *out, struct error *error)
{
    struct buffer content = {0};
    bool sealed = seal != NULL && place->picture_width > 0;
    enum status status = draw_block(font, place, &content, error);
    if (sealed)
        draw_seal(seal, place, &content);
    if (status == STATUS_OK) {
        HPDF_Dict form =
            pdf_stream(pdf, content.data, content.size, HPDF_STREAM_FILTER_FLATE_DECODE);
        HPDF_Dict_AddName(form, "Type", "XObject");
        HPDF_Dict_AddName(form, "Subtype", "Form");
        pdf_box(form, "BBox", -RIM_PT, -RIM_PT, place->width + RIM_PT, place->height + RIM_PT);
        HPDF_Dict resources = pdf_inline(form, "Resources");
        HPDF_Dict_Add(pdf_inline(resources, "Font"), "F", pdf_font_finish(font, pdf));
        if (sealed)
            HPDF_Dict_Add(pdf_inline(resources, "XObject"), "S", seal->object);
        *out = form;
    }
    buffer_clear(&content);
    return status;
}

enum status pdf_signature_add(struct pdf *pdf, struct pdf_font *font, HPDF_Dict page,
                              double page_height_pt, const struct block_place *place,
                              const struct pdf_seal *seal, const char *custodian,
                              const char *signed_at, bool officer, struct error *error)
{
    HPDF_Dict form = NULL;
    enum status status = add_appearance(pdf, font, place, seal, &form, error);
    if (status != STATUS_OK)
        return status;
    HPDF_Dict widget = pdf_object(pdf, "Annot");
    HPDF_Dict_AddName(widget, "Subtype", "Widget");
    HPDF_Dict_AddName(widget, "FT", "Sig");
    pdf_plain_string(widget, "T", "Signature1");
    HPDF_Dict_AddNumber(widget, "F", WIDGET_FLAGS);
    HPDF_Dict_Add(widget, "P", page);
    double top = page_height_pt - place->top;
    pdf_box(widget, "Rect", place->left - RIM_PT, top - place->height - RIM_PT,
            place->left + place->width + RIM_PT, top + RIM_PT);
    HPDF_Dict_Add(pdf_inline(widget, "AP"), "N", form);
    HPDF_Array annotations = pdf_array(page, "Annots");
    HPDF_Array_Add(annotations, widget);
    HPDF_Dict acro = pdf_inline(pdf->catalog, "AcroForm");
    HPDF_Array fields = pdf_array(acro, "Fields");
    HPDF_Array_Add(fields, widget);
    if (officer) { /* signs first, in the builder's revision; the block waits for the agency */
        widget = pdf_object(pdf, "Annot");
        HPDF_Dict_AddName(widget, "Subtype", "Widget");
        HPDF_Dict_AddName(widget, "FT", "Sig");
        pdf_plain_string(widget, "T", "Officer");
        HPDF_Dict_AddNumber(widget, "F", WIDGET_FLAGS);
        HPDF_Dict_Add(widget, "P", page);
        pdf_box(widget, "Rect", 0, 0, 0, 0);
        HPDF_Array_Add(annotations, widget);
        HPDF_Array_Add(fields, widget);
    }
    HPDF_Dict_Add(widget, "V", add_value(pdf, officer ? "" : custodian, signed_at));
    HPDF_Dict_AddNumber(acro, "SigFlags", FIELD_FLAGS);
    return STATUS_OK;
}
