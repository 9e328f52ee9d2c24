#include "tests/sample_pdf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OBJECTS 7

static void put(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(FILE *to, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vfprintf(to, format, values);
    va_end(values);
}

static void put_stream(FILE *to, size_t padding)
{
    static const char decoy[] =
        "% 9 0 obj << /ByteRange [0 2147483647 2147483647 2147483647] /Contents "
        "<0000> >> endobj\n";
    put(to, "4 0 obj\n<< /Length %zu >>\nstream\n", padding);
    for (size_t i = 0; i < padding; i++)
        fputc(i < 20 * sizeof decoy ? decoy[i % (sizeof decoy - 1)] : '\n', to);
    put(to, "\nendstream\nendobj\n");
}

static void put_signature(FILE *to, const char *time, size_t room)
{
    put(to, "7 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n"
            "/Name (a /ByteRange [1 2 3 4] \\) inside \\( a string)\n"
            "/ByteRange [0 2147483647 2147483647 2147483647]\n/Contents <");
    for (size_t i = 0; i < room; i++)
        fputs("00", to);
    put(to, "> /M (%s) >>\nendobj\n", time);
}

int sample_pdf(const char *path, const char *time, size_t padding, size_t room)
{
    long offset[OBJECTS + 1];
    FILE *to = fopen(path, "wb");
    if (!to)
        return -1;
    put(to, "%%PDF-1.7\n%%\xE2\xE3\xCF\xD3\n");
    offset[1] = ftell(to);
    put(to, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>\nendobj\n");
    offset[2] = ftell(to);
    put(to, "2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
    offset[3] = ftell(to);
    put(to, "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> "
            "/Contents 4 0 R /Annots [6 0 R] >>\nendobj\n");
    offset[4] = ftell(to);
    put_stream(to, padding);
    offset[5] = ftell(to);
    put(to, "5 0 obj\n<< /Fields [6 0 R] /SigFlags 3 >>\nendobj\n");
    offset[6] = ftell(to);
    put(to,
        "6 0 obj\n<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature1) /Rect [0 0 0 0] /F 132 "
        "/P 3 0 R /V 7 0 R >>\nendobj\n");
    offset[7] = ftell(to);
    put_signature(to, time, room);
    long start = ftell(to);
    put(to, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (int i = 1; i <= OBJECTS; i++)
        put(to, "%010ld 00000 n \n", offset[i]);
    put(to, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%ld\n%%%%EOF\n", OBJECTS + 1, start);
    return fclose(to) == 0 ? 0 : -1;
}

/* ---------------------------------------------------------------- by hand */

void sample_begin(struct sample_file *file)
{
    *file = (struct sample_file){.section = 0};
    buffer_text(&file->out, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
}

static void note(struct sample_file *file, int number)
{
    file->objects[number].kind = 1;
    file->objects[number].place = (long)file->out.size;
    file->objects[number].index = 0;
}

void sample_object(struct sample_file *file, int number, const char *body)
{
    note(file, number);
    buffer_printf(&file->out, "%d 0 obj\n%s\nendobj\n", number, body);
}

void sample_stream(struct sample_file *file, int number, const char *dict, const void *bytes,
                   size_t size)
{
    note(file, number);
    buffer_printf(&file->out, "%d 0 obj\n<< %s /Length %zu >>\nstream\n", number, dict, size);
    buffer_add(&file->out, bytes, size);
    buffer_text(&file->out, "\nendstream\nendobj\n");
}

void sample_packed(struct sample_file *file, int number, const int *numbers,
                   const char *const *bodies, int count, const char *dict, const char *head)
{
    struct buffer pairs = {0}, objects = {0}, entries = {0};
    for (int i = 0; i < count; i++) {
        buffer_printf(&pairs, "%d %zu ", numbers[i], objects.size);
        buffer_printf(&objects, "%s ", bodies[i]);
    }
    if (head)
        buffer_printf(&entries, "/Type /ObjStm %s %s", head, dict);
    else
        buffer_printf(&entries, "/Type /ObjStm /N %d /First %zu %s", count, pairs.size, dict);
    buffer_add(&pairs, objects.data, objects.size);
    sample_stream(file, number, (const char *)entries.data, pairs.data, pairs.size);
    for (int i = 0; i < count; i++) {
        file->objects[numbers[i]].kind = 2;
        file->objects[numbers[i]].place = number;
        file->objects[numbers[i]].index = i;
    }
    buffer_clear(&pairs);
    buffer_clear(&objects);
    buffer_clear(&entries);
}

void sample_end(struct sample_file *file, long section)
{
    file->section = section;
    for (int i = 0; i < SAMPLE_OBJECTS; i++)
        file->objects[i].kind = 0;
    buffer_printf(&file->out, "startxref\n%ld\n%%%%EOF\n", section);
}

static void put_previous(struct sample_file *file)
{
    if (file->section > 0)
        buffer_printf(&file->out, " /Prev %ld", file->section);
}

void sample_table(struct sample_file *file, const char *trailer)
{
    long start = (long)file->out.size;
    buffer_text(&file->out, "xref\n0 1\n0000000000 65535 f \n");
    for (int i = 1; i < SAMPLE_OBJECTS; i++)
        if (file->objects[i].kind)
            buffer_printf(&file->out, "%d 1\n%010ld 00000 %c \n", i,
                          file->objects[i].kind == 1 ? file->objects[i].place : 0L,
                          file->objects[i].kind == 1 ? 'n' : 'f');
    buffer_printf(&file->out, "trailer\n<< /Size %d %s", SAMPLE_OBJECTS, trailer);
    put_previous(file);
    buffer_text(&file->out, " >>\n");
    sample_end(file, start);
}

void sample_rows(const struct sample_file *file, int number, struct buffer *rows,
                 struct buffer *index)
{
    for (int i = 1; i < SAMPLE_OBJECTS; i++) {
        int kind = i == number ? 1 : file->objects[i].kind;
        unsigned long place = i == number ? file->out.size : (unsigned long)file->objects[i].place;
        uint8_t row[7] = {(uint8_t)kind,
                          (uint8_t)(place >> 24),
                          (uint8_t)(place >> 16),
                          (uint8_t)(place >> 8),
                          (uint8_t)place,
                          0,
                          (uint8_t)(i == number ? 0 : file->objects[i].index)};
        if (!kind)
            continue;
        buffer_add(rows, row, sizeof row);
        buffer_printf(index, " %d 1", i);
    }
}

void sample_xref(struct sample_file *file, int number, const char *dict, const char *w,
                 const struct buffer *data)
{
    struct buffer rows = {0}, index = {0};
    long start = (long)file->out.size;
    sample_rows(file, number, &rows, &index);
    if (!data)
        data = &rows;
    buffer_printf(&file->out, "%d 0 obj\n<< /Type /XRef /Size %d /W %s /Index [%s ] /Length %zu %s",
                  number, SAMPLE_OBJECTS, w ? w : "[1 4 2]", (const char *)index.data, data->size,
                  dict);
    put_previous(file);
    buffer_text(&file->out, " >>\nstream\n");
    buffer_add(&file->out, data->data, data->size);
    buffer_text(&file->out, "\nendstream\nendobj\n");
    sample_end(file, start);
    buffer_clear(&rows);
    buffer_clear(&index);
}
