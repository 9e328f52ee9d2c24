/* Objects, lazy streams and the writing of the file. */
#include "archive/pdf/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/text.h"

/* Bytes that a stream object reads when it is written. */
struct pdf_range {
    struct pdf_range *next;
    FILE *shared; /* the spill, or NULL: path is opened at the first read, closed at the last */
    FILE *own;
    int64_t start;
    HPDF_UINT32 size, at;
    char path[]; /* "" for the spill */
};

/* ---------------------------------------------------------------- open and close */

/* A nameless file in the target's folder: /tmp may be memory, and pages can be large. */
static FILE *spill_new(const char *target)
{
    const char *slash = strrchr(target, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(target, (size_t)(slash - target) + 1);
    FILE *spill = NULL;
    if (folder != NULL) {
        int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        spill = fd < 0 ? tmpfile() : fdopen(fd, "w+b");
    }
    free(folder);
    return spill;
}

/* Never NULL (see memory_new), so neither are libharu's objects. */
static void *allocate(HPDF_UINT size)
{
    return memory_new(size);
}

enum status pdf_open(struct pdf *pdf, enum archive_flavour flavour, const char *target,
                     struct error *error)
{
    *pdf = (struct pdf){.flavour = flavour};
    HPDF_Error_Init(&pdf->error, NULL);
    pdf->memory = HPDF_MMgr_New(&pdf->error, 0, allocate, free);
    pdf->xref = pdf->memory == NULL ? NULL : HPDF_Xref_New(pdf->memory, 0);
    if (pdf->xref == NULL)
        return error_set(error, STATUS_RETRY, _("There is not enough memory to make a PDF."));
    pdf->spill = spill_new(target);
    if (pdf->spill == NULL)
        return error_set(error, STATUS_RETRY, _("Cannot make a temporary file beside %s: %s."),
                         target, message_errno(errno));
    pdf->catalog = pdf_object(pdf, "Catalog");
    return pdf_failed(pdf, error);
}

void pdf_close(struct pdf *pdf)
{
    if (pdf->xref != NULL)
        HPDF_Xref_Free(pdf->xref);
    if (pdf->memory != NULL)
        HPDF_MMgr_Free(pdf->memory);
    while (pdf->ranges != NULL) {
        struct pdf_range *range = pdf->ranges;
        pdf->ranges = range->next;
        if (range->own != NULL)
            fclose(range->own);
        free(range);
    }
    if (pdf->spill != NULL)
        fclose(pdf->spill);
    *pdf = (struct pdf){0};
}

enum status pdf_failed(const struct pdf *pdf, struct error *error)
{
    if (pdf->error.error_no == HPDF_OK)
        return STATUS_OK;
    if (pdf->error.error_no == HPDF_FILE_IO_ERROR)
        return error_set(
            error, STATUS_RETRY,
            _("The temporary file of the PDF cannot be written or read; is the disk full?"));
    return error_set(error, STATUS_FATAL, _("The PDF library refused an object (error 0x%04lx)."),
                     (unsigned long)pdf->error.error_no);
}

/* ---------------------------------------------------------------- objects */

HPDF_Dict pdf_object(struct pdf *pdf, const char *type)
{
    HPDF_Dict dict = HPDF_Dict_New(pdf->memory);
    if (dict == NULL || HPDF_Xref_Add(pdf->xref, dict) != HPDF_OK)
        return NULL;
    if (type != NULL)
        HPDF_Dict_AddName(dict, "Type", type);
    return dict;
}

HPDF_Dict pdf_inline(HPDF_Dict parent, const char *key)
{
    HPDF_Dict dict = HPDF_Dict_New(parent->mmgr);
    return HPDF_Dict_Add(parent, key, dict) == HPDF_OK ? dict : NULL;
}

HPDF_Array pdf_array(HPDF_Dict parent, const char *key)
{
    HPDF_Array array = HPDF_Array_New(parent->mmgr);
    return HPDF_Dict_Add(parent, key, array) == HPDF_OK ? array : NULL;
}

/* UTF-16BE with its mark: no encoder of libharu is asked, so nothing can be lost. */
void pdf_text_string(HPDF_Dict dict, const char *key, const char *utf8)
{
    struct buffer out = {0};
    buffer_add(&out, "\xFE\xFF", 2);
    for (const char *at = utf8; *at != 0;) {
        uint32_t code = text_next(&at);
        uint8_t unit[4] = {(uint8_t)(code >> 8), (uint8_t)code};
        if (code > 0xFFFF) {
            uint32_t high = 0xD800 + ((code - 0x10000) >> 10), low = 0xDC00 + (code & 0x3FF);
            memcpy(unit, (uint8_t[4]){high >> 8, high & 0xFF, low >> 8, low & 0xFF}, 4);
        }
        buffer_add(&out, unit, code > 0xFFFF ? 4 : 2);
    }
    HPDF_Dict_Add(dict, key, HPDF_Binary_New(dict->mmgr, out.data, (HPDF_UINT)out.size));
    buffer_clear(&out);
}

void pdf_plain_string(HPDF_Dict dict, const char *key, const char *ascii)
{
    HPDF_Dict_Add(dict, key, HPDF_String_New(dict->mmgr, ascii, NULL));
}

void pdf_date_string(HPDF_Dict dict, const char *key, const char *iso)
{
    char date[32];
    snprintf(date, sizeof date, "D:%.4s%.2s%.2s%.2s%.2s%.2s%.3s'%.2s'", iso, iso + 5, iso + 8,
             iso + 11, iso + 14, iso + 17, iso + 19, iso + 23);
    pdf_plain_string(dict, key, date);
}

void pdf_box(HPDF_Dict dict, const char *key, double left, double bottom, double right, double top)
{
    HPDF_Array box = pdf_array(dict, key);
    if (box == NULL)
        return;
    HPDF_Array_AddReal(box, (HPDF_REAL)left);
    HPDF_Array_AddReal(box, (HPDF_REAL)bottom);
    HPDF_Array_AddReal(box, (HPDF_REAL)right);
    HPDF_Array_AddReal(box, (HPDF_REAL)top);
}

void pdf_number(struct buffer *out, double value)
{
    long long scaled = llround(value * 10000);
    if (scaled < 0)
        buffer_text(out, "-");
    scaled = llabs(scaled);
    buffer_printf(out, "%lld", scaled / 10000);
    int rest = (int)(scaled % 10000);
    if (rest == 0)
        return;
    int digits = 4;
    while (rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    buffer_printf(out, ".%0*d", digits, rest);
}

/* ---------------------------------------------------------------- lazy streams */

static struct pdf_range *range_of(HPDF_Stream stream)
{
    return stream->attr;
}

static void range_end(struct pdf_range *range)
{
    if (range->own != NULL)
        fclose(range->own);
    range->own = NULL;
}

static HPDF_STATUS range_read(HPDF_Stream stream, HPDF_BYTE *to, HPDF_UINT *size)
{
    struct pdf_range *range = range_of(stream);
    HPDF_UINT want = range->size - range->at < *size ? range->size - range->at : *size;
    if (range->shared == NULL && range->own == NULL)
        range->own = file_open_stream(range->path);
    FILE *file = range->shared != NULL ? range->shared : range->own;
    if (file == NULL || fseeko(file, range->start + range->at, SEEK_SET) != 0 ||
        fread(to, 1, want, file) != want) {
        range_end(range);
        *size = 0;
        return HPDF_SetError(stream->error, HPDF_FILE_IO_ERROR, (HPDF_STATUS)errno);
    }
    range->at += want;
    *size = want;
    if (range->at < range->size)
        return HPDF_OK;
    range_end(range);
    return HPDF_STREAM_EOF;
}

static HPDF_STATUS range_seek(HPDF_Stream stream, HPDF_INT position, HPDF_WhenceMode mode)
{
    struct pdf_range *range = range_of(stream);
    if (mode != HPDF_SEEK_SET || position < 0 || (HPDF_UINT32)position > range->size)
        return HPDF_SetError(stream->error, HPDF_INVALID_PARAMETER, 0);
    range->at = (HPDF_UINT32)position;
    return HPDF_OK;
}

static HPDF_INT32 range_tell(HPDF_Stream stream)
{
    return (HPDF_INT32)range_of(stream)->at;
}

static HPDF_UINT32 range_size(HPDF_Stream stream)
{
    return range_of(stream)->size;
}

static HPDF_Dict range_stream(struct pdf *pdf, const char *path, int64_t start, size_t size,
                              HPDF_UINT filter)
{
    struct pdf_range *range = memory_new(sizeof *range + strlen(path) + 1);
    strcpy(range->path, path);
    range->shared = path[0] == 0 ? pdf->spill : NULL;
    range->start = start;
    range->size = (HPDF_UINT32)size;
    range->next = pdf->ranges;
    pdf->ranges = range;
    pdf->expected += (int64_t)size;

    HPDF_Dict dict = HPDF_DictStream_New(pdf->memory, pdf->xref);
    if (dict == NULL)
        return NULL;
    HPDF_Stream_Free(dict->stream);
    dict->stream =
        HPDF_CallbackReader_New(pdf->memory, range_read, range_seek, range_tell, range_size, range);
    dict->filter = filter;
    return dict;
}

HPDF_Dict pdf_stream(struct pdf *pdf, const void *bytes, size_t size, HPDF_UINT filter)
{
    int64_t start = pdf->spill_size;
    if (size > INT32_MAX || fseeko(pdf->spill, start, SEEK_SET) != 0 ||
        fwrite(bytes, 1, size, pdf->spill) != size) {
        HPDF_SetError(&pdf->error, HPDF_FILE_IO_ERROR, (HPDF_STATUS)errno);
        return pdf_object(pdf, NULL); /* the error is remembered, callers need not ask */
    }
    pdf->spill_size += (int64_t)size;
    return range_stream(pdf, "", start, size, filter);
}

HPDF_Dict pdf_file_stream(struct pdf *pdf, const char *path, size_t size, HPDF_UINT filter)
{
    return range_stream(pdf, path, 0, size, filter);
}

/* ---------------------------------------------------------------- the file */

/* Where libharu's bytes go: into the file and through the digest that becomes the ID. */
struct sink {
    FILE *file;
    struct hash *hash; /* NULL once the ID is known */
    HPDF_Array id;
    int64_t bytes;
    bool failed, too_large;
};

static HPDF_STATUS sink_write(HPDF_Stream stream, const HPDF_BYTE *bytes, HPDF_UINT size)
{
    struct sink *sink = stream->attr;
    sink->bytes += size;
    sink->too_large = sink->too_large || sink->bytes > PDF_BYTES_MAX;
    sink->failed = sink->failed || fwrite(bytes, 1, size, sink->file) != size;
    if (sink->failed || sink->too_large)
        return HPDF_SetError(stream->error, HPDF_FILE_IO_ERROR, (HPDF_STATUS)errno);
    if (sink->hash != NULL)
        hash_add(sink->hash, bytes, size);
    return HPDF_OK;
}

/* Called when all objects are out and the trailer begins: all that tells this file from another has
 * been digested. */
static HPDF_STATUS trailer_id(HPDF_Dict trailer)
{
    struct sink *sink = trailer->attr;
    uint8_t digest[HASH_SIZE];
    if (sink->hash == NULL)
        return HPDF_OK;
    hash_end(sink->hash, digest);
    sink->hash = NULL;
    for (HPDF_UINT i = 0; i < 2; i++)
        HPDF_Array_Add(sink->id, HPDF_Binary_New(trailer->mmgr, digest, 16));
    return HPDF_OK;
}

static HPDF_STATUS write_objects(struct pdf *pdf, struct sink *sink)
{
    HPDF_Stream stream = HPDF_CallbackWriter_New(pdf->memory, sink_write, sink);
    if (stream == NULL)
        return HPDF_Error_GetCode(&pdf->error);
    HPDF_Dict trailer = pdf->xref->trailer;
    HPDF_Dict_Add(trailer, "Root", pdf->catalog);
    sink->id = pdf_array(trailer, "ID");
    trailer->attr = sink;
    trailer->before_write_fn = trailer_id;
    HPDF_STATUS code =
        HPDF_Stream_WriteStr(stream, pdf->flavour == ARCHIVE_PDFA_1B ? "%PDF-1.4\n" : "%PDF-1.7\n");
    if (code == HPDF_OK)
        code = HPDF_Stream_WriteStr(stream, "%\xE2\xE3\xCF\xD3\n");
    if (code == HPDF_OK)
        code = HPDF_Xref_WriteToStream(pdf->xref, stream, NULL);
    trailer->before_write_fn = NULL;
    trailer->attr = NULL;
    HPDF_Stream_Free(stream);
    return code;
}

enum status pdf_write(struct pdf *pdf, const char *path, size_t *bytes, struct error *error)
{
    enum status status = pdf_failed(pdf, error);
    if (status != STATUS_OK)
        return status;
    struct file_writer *writer = NULL;
    status = file_create(path, &writer, error);
    if (status != STATUS_OK)
        return status;
    struct sink sink = {.file = file_stream(writer), .hash = hash_new()};
    HPDF_STATUS code = write_objects(pdf, &sink);
    if (sink.hash != NULL) {
        uint8_t unused[HASH_SIZE];
        hash_end(sink.hash, unused);
    }
    *bytes = (size_t)sink.bytes;
    if (code == HPDF_OK)
        code = pdf->error.error_no;
    if (code == HPDF_OK || (sink.failed && !sink.too_large))
        return file_commit(writer, error); /* knows best what is wrong with the disk */
    file_abandon(writer);
    if (sink.too_large)
        return error_set(error, STATUS_REJECT,
                         _("The PDF would pass 1.9 GiB; set archive.volume_mb lower."));
    if (code == HPDF_FILE_IO_ERROR)
        return error_set(error, STATUS_RETRY,
                         _("A page image went away or changed while the PDF was written."));
    return error_set(error, STATUS_FATAL, _("The PDF library refused to write (error 0x%04lx)."),
                     (unsigned long)code);
}
