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
