/* Structure: what can be seen without knowing what the objects mean. */
#include "archive/check/check.h"

#include <string.h>

#include "core/message.h"

/* ---------------------------------------------------------------- both ends */

static void check_header(struct check *check)
{
    const uint8_t *b = check->file->bytes;
    if (memcmp(b, "%PDF-1.", 7) != 0 || b[7] < '0' || b[7] > '7' || (b[8] != '\n' && b[8] != '\r'))
        check_tell(check, _("The header is not %%PDF-1.0 to 1.7 alone on the first line (6.1.2)."));
    const uint8_t *comment = b + 9 + (b[8] == '\r' && b[9] == '\n');
    bool binary = comment[0] == '%';
    for (int i = 1; i <= 4; i++)
        binary = binary && comment[i] > 127;
    if (!binary)
        check_tell(check, _("The second line is not a comment of four bytes above 127 (6.1.2)."));
}

static void check_end(struct check *check)
{
    const struct pdf_file *file = check->file;
    size_t end = (size_t)file->end;
    if (end < 5 || memcmp(file->bytes + end - 5, "%%EOF", 5) != 0) {
        size_t back = end;
        while (back > 0 && (file->bytes[back - 1] == '\n' || file->bytes[back - 1] == '\r'))
            back--;
        if (back < 5 || memcmp(file->bytes + back - 5, "%%EOF", 5) != 0)
            check_tell(check, _("The end-of-file marker is missing."));
    }
    if (end < file->size)
        check_tell(check, _("%zu bytes follow the end of the file (6.1.3)."), file->size - end);
}

static void check_trailer(struct check *check)
{
    struct pdf_file *file = check->file;
    const struct pdf_value *id = pdf_get(file, file->trailer, "ID");
    bool good = id->kind == PDF_ARRAY && id->size == 2;
    for (size_t i = 0; i < 2 && good; i++)
        good = id->items[i].kind == PDF_STRING && id->items[i].size > 0;
    if (!good)
        check_tell(check, _("The trailer has no ID of two strings (6.1.3)."));
    const struct pdf_value *size = pdf_raw(file->trailer, "Size");
    if (size->kind != PDF_INT || size->number != (int64_t)file->slot_count)
        check_tell(check, _("The trailer's Size does not fit the cross-reference table."));
}

/* ---------------------------------------------------------------- every object */

static bool is_one_of(const struct pdf_value *name, const char *const *list)
{
    for (; *list != NULL; list++)
        if (pdf_is_name(name, *list))
            return true;
    return false;
}

static const char *const allowed_filters[] = {"FlateDecode",    "DCTDecode",     "CCITTFaxDecode",
                                              "JBIG2Decode",    "JPXDecode",     "RunLengthDecode",
                                              "ASCIIHexDecode", "ASCII85Decode", NULL};

static void check_filter(struct check *check, const struct pdf_value *filter, long long number)
{
    filter = pdf_resolve(check->file, filter);
    if (filter->kind != PDF_NULL && !is_one_of(filter, allowed_filters))
        check_tell(check, _("Object %lld uses a filter that PDF/A forbids (6.1.7.2)."), number);
}

static void check_stream(struct check *check, const struct pdf_value *dict, long long number)
{
    const struct pdf_value *filter = pdf_get(check->file, dict, "Filter");
    if (filter->kind == PDF_ARRAY)
        for (size_t i = 0; i < filter->size; i++)
            check_filter(check, &filter->items[i], number);
    else
        check_filter(check, filter, number);
    static const char *const outside[] = {"F", "FFilter", "FDecodeParms"};
    for (size_t i = 0; i < 3; i++)
        if (pdf_raw(dict, outside[i])->kind != PDF_NULL)
            check_tell(check, _("Object %lld keeps its bytes in another file (6.1.7.1)."), number);
}

static bool is_eol(int c)
{
    return c == '\n' || c == '\r';
}

static size_t skip_digits(const uint8_t *bytes, size_t at, size_t size)
{
    while (at < size && bytes[at] >= '0' && bytes[at] <= '9')
        at++;
    return at;
}

/* "12 0 obj" with single blanks, alone on its line, and so "endobj" (6.1.9); "stream" with LF or CR
 * LF behind it (6.1.7.1). end: behind "endobj". */
static void check_frame(struct check *check, const struct pdf_value *value, size_t end,
                        long long number)
{
    const uint8_t *bytes = check->file->bytes;
    const size_t size = check->file->size, start = (size_t)check->file->slots[number].offset;
    size_t at = skip_digits(bytes, start, size);
    bool good = start > 0 && is_eol(bytes[start - 1]) && at < size && bytes[at] == ' ';
    at = skip_digits(bytes, at + 1, size);
    good = good && size - at > 5 && memcmp(bytes + at, " obj", 4) == 0 && is_eol(bytes[at + 4]);
    if (!good)
        check_tell(check, _("Object %lld does not begin as PDF/A asks (6.1.9)."), number);
    if (!is_eol(bytes[end - strlen("endobj") - 1]) || (end < size && !is_eol(bytes[end])))
        check_tell(check, _("Object %lld does not end as PDF/A asks (6.1.9)."), number);
    if (value->kind != PDF_DICT || value->stream_at <= 0)
        return;
    const uint8_t *length_end;
    size_t length;
    if (pdf_stream_raw(check->file, value, &length_end, &length) && !is_eol(length_end[length]))
        check_tell(check, _("The stream of object %lld does not end with a line (6.1.7.1)."),
                   number);
}

/* "xref", end of line, "0 12", end of line: nothing else between them (6.1.4). */
static void check_table_frame(struct check *check)
{
    const uint8_t *bytes = check->file->bytes;
    const size_t size = check->file->size;
    for (const struct pdf_section *section = check->file->sections; section != NULL;
         section = section->next) {
        if (section->stream) /* an object, judged with the others */
            continue;
        size_t at = (size_t)section->offset + 4;
        bool good = at + 4 < size && is_eol(bytes[at]);
        at += at + 1 < size && bytes[at] == '\r' && bytes[at + 1] == '\n' ? 2 : 1;
        size_t end = skip_digits(bytes, at, size);
        good = good && end > at && end < size && bytes[end] == ' ';
        at = skip_digits(bytes, end + 1, size);
        good = good && at > end + 1 && at < size && (is_eol(bytes[at]) || bytes[at] == ' ');
        if (!good)
            check_tell(check, _("A cross-reference table does not begin as PDF/A asks (6.1.4)."));
    }
}

/* PDF/A-2 allows object streams (6.1.4); what is in them has no frame of its own. */
static void check_packed(struct check *check, long long number)
{
    if (!pdf_object_sound(check->file, number))
        check_tell(check, _("Object %lld is not in the object stream that is to hold it, %d."),
                   number, check->file->slots[number].stream);
    else
        check_object(check, pdf_object_at(check->file, number), number);
}

static void check_objects(struct check *check)
{
    struct pdf_file *file = check->file;
    for (size_t i = 1; i < file->slot_count; i++) {
        long long number = (int64_t)i;
        size_t end;
        if (!file->slots[i].used)
            continue;
        if (file->slots[i].stream > 0) {
            check_packed(check, number);
            continue;
        }
        if (!pdf_object_whole(file, number, &end)) {
            check_tell(check,
                       _("Object %lld is not whole where the table says it is, at byte %lld."),
                       number, (long long)file->slots[i].offset);
            continue;
        }
        const struct pdf_value *value = pdf_object_at(file, number);
        check_object(check, value, number);
        check_frame(check, value, end, number);
        if (value->kind == PDF_DICT && value->stream_at > 0)
            check_stream(check, value, number);
    }
}

void check_structure(struct check *check)
{
    check_header(check);
    check_end(check);
    check_trailer(check);
    check_table_frame(check);
    check_objects(check);
}
