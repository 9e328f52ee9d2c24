/* Files, objects, streams. */
#include "archive/pdf/pdf_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/pdf/pdf_parse.h"
#include "core/message.h"

#define HEADER_WITHIN 1024 /* bytes in which others look for %PDF- */
#define REFERENCES_MAX 32  /* a reference to a reference to ... */

static const struct pdf_value null_value = {0};

/* ---------------------------------------------------------------- looking */

bool pdf_at_word(const struct pdf_file *file, size_t at, const char *word)
{
    size_t length = strlen(word);
    return at <= file->size && length <= file->size - at &&
           memcmp(file->bytes + at, word, length) == 0;
}

struct pdf_lexer pdf_lexer_at(struct pdf_file *file, size_t at, bool references)
{
    return (struct pdf_lexer){.bytes = file->bytes,
                              .size = file->size,
                              .at = at < file->size ? at : file->size,
                              .arena = file->arena,
                              .references = references};
}

bool pdf_next_int(struct pdf_lexer *lexer, int64_t *out)
{
    struct pdf_value value;
    bool found = pdf_lexer_next(lexer, &value) && value.kind == PDF_INT && value.number >= 0;
    *out = found ? value.number : -1;
    return found;
}

bool pdf_next_word(struct pdf_lexer *lexer, const char *word)
{
    struct pdf_value value;
    return pdf_lexer_next(lexer, &value) && value.kind == PDF_OPERATOR &&
           strcmp(value.text, word) == 0;
}

/* ---------------------------------------------------------------- open */

/* Offsets would count from the header, ByteRanges from the first byte: readers differ on that. */
static enum status check_header(const struct pdf_file *file, struct error *error)
{
    if (file->size >= 32 && pdf_at_word(file, 0, "%PDF-"))
        return STATUS_OK;
    for (size_t at = 1; at < HEADER_WITHIN && at < file->size; at++)
        if (pdf_at_word(file, at, "%PDF-"))
            return error_set(error, STATUS_REJECT,
                             _("Something stands before the PDF, which begins at byte %zu only: it "
                               "is not read."),
                             at);
    return error_set(error, STATUS_REJECT, _("The file is no PDF."));
}

enum status pdf_file_bytes(const void *bytes, size_t size, struct pdf_file *out,
                           struct error *error)
{
    *out = (struct pdf_file){.bytes = bytes, .size = size, .arena = arena_new()};
    enum status status = check_header(out, error);
    if (status == STATUS_OK)
        status = pdf_xref_read(out, error);
    if (status != STATUS_OK)
        pdf_file_close(out);
    return status;
}

enum status pdf_file_open(const char *path, struct pdf_file *out, struct error *error)
{
    struct stat facts;
    void *bytes = MAP_FAILED;
    *out = (struct pdf_file){0};
    /* a FIFO without a writer must not hold up the rest of the store */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &facts) == 0 && !S_ISREG(facts.st_mode)) {
        close(fd);
        return error_set(error, STATUS_REJECT, _("%s is not a file."), path);
    }
    if (fd >= 0 && facts.st_size > 0)
        bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && bytes == MAP_FAILED && facts.st_size == 0)
        return error_set(error, STATUS_REJECT, _("The file is empty."));
    if (bytes == MAP_FAILED)
        return error_set(error, reason == ENOENT ? STATUS_REJECT : STATUS_RETRY,
                         _("Cannot read %s: %s."), path, message_errno(reason));
    enum status status = pdf_file_bytes(bytes, (size_t)facts.st_size, out, error);
    if (status != STATUS_OK)
        munmap(bytes, (size_t)facts.st_size);
    else
        out->mapped = true;
    return status;
}

void pdf_file_close(struct pdf_file *file)
{
    if (file->mapped)
        munmap((void *)(uintptr_t)file->bytes, file->size);
    pdf_bundles_free(file);
    free(file->slots);
    free(file->olds);
    arena_free(file->arena);
    *file = (struct pdf_file){0};
}

/* ---------------------------------------------------------------- objects */

int64_t pdf_stream_start(const struct pdf_file *file, struct pdf_lexer *lexer)
{
    pdf_lexer_skip_blanks(lexer);
    if (!pdf_at_word(file, lexer->at, "stream"))
        return 0;
    size_t at = lexer->at + 6;
    if (pdf_at_word(file, at, "\r\n"))
        return (int64_t)at + 2;
    return pdf_at_word(file, at, "\n") ? (int64_t)at + 1 : 0;
}

static bool parse_object(struct pdf_file *file, int64_t number, struct pdf_value *out,
                         struct pdf_lexer *lexer)
{
    int64_t said, generation;
    const struct pdf_slot *slot = &file->slots[number];
    *lexer = pdf_lexer_at(file, (size_t)slot->offset, false);
    if (!pdf_next_int(lexer, &said) || !pdf_next_int(lexer, &generation) || said != number ||
        generation != slot->generation || !pdf_next_word(lexer, "obj"))
        return false;
    lexer->references = true;
    return pdf_lexer_next(lexer, out) && out->kind != PDF_OPERATOR;
}

static bool slot_usable(const struct pdf_file *file, int64_t number)
{
    if (number <= 0 || (size_t)number >= file->slot_count || !file->slots[number].used)
        return false;
    const struct pdf_slot *slot = &file->slots[number];
    return slot->stream > 0 ? !file->busy : slot->offset > 0 && (size_t)slot->offset < file->size;
}

const struct pdf_value *pdf_object_at(struct pdf_file *file, int64_t number)
{
    if (!slot_usable(file, number))
        return &null_value;
    struct pdf_slot *slot = &file->slots[number];
    if (slot->value == NULL) {
        struct pdf_lexer lexer;
        struct pdf_value *value = arena_alloc(file->arena, sizeof *value);
        bool packed = slot->stream > 0;
        slot->value = value;
        if (!(packed ? pdf_bundled(file, number, value)
                     : parse_object(file, number, value, &lexer)))
            *value = null_value;
        else if (value->kind == PDF_DICT && !packed)
            value->stream_at = pdf_stream_start(file, &lexer);
    }
    return slot->value;
}

bool pdf_object_whole(struct pdf_file *file, int64_t number, size_t *end)
{
    struct pdf_lexer lexer;
    struct pdf_value value;
    *end = 0;
    if (slot_usable(file, number) && file->slots[number].stream > 0)
        return pdf_bundled(file, number, &value);
    if (!slot_usable(file, number) || !pdf_at_word(file, (size_t)file->slots[number].offset, "") ||
        file->bytes[file->slots[number].offset] < '0' ||
        file->bytes[file->slots[number].offset] > '9' ||
        !parse_object(file, number, &value, &lexer))
        return false;
    const uint8_t *bytes;
    size_t size;
    if (value.kind == PDF_DICT && (value.stream_at = pdf_stream_start(file, &lexer)) > 0) {
        if (!pdf_stream_raw(file, &value, &bytes, &size))
            return false;
        lexer.at = (size_t)(bytes - file->bytes) + size;
        if (!pdf_next_word(&lexer, "endstream"))
            return false;
    }
    bool whole = pdf_next_word(&lexer, "endobj");
    *end = lexer.at;
    return whole;
}

bool pdf_object_sound(struct pdf_file *file, int64_t number)
{
    size_t end;
    return pdf_object_whole(file, number, &end);
}

const struct pdf_value *pdf_resolve(struct pdf_file *file, const struct pdf_value *value)
{
    for (int i = 0; value->kind == PDF_REF; i++) {
        bool there = i < REFERENCES_MAX && value->number > 0 &&
                     (size_t)value->number < file->slot_count &&
                     (size_t)file->slots[value->number].generation == value->size;
        value = there ? pdf_object_at(file, value->number) : &null_value;
    }
    return value;
}

const struct pdf_value *pdf_raw(const struct pdf_value *dict, const char *key)
{
    if (dict->kind == PDF_DICT)
        for (size_t i = 0; i < dict->size; i++)
            if (strcmp(dict->entries[i].key, key) == 0)
                return &dict->entries[i].value;
    return &null_value;
}

const struct pdf_value *pdf_get(struct pdf_file *file, const struct pdf_value *dict,
                                const char *key)
{
    return pdf_resolve(file, pdf_raw(dict, key));
}

bool pdf_is_name(const struct pdf_value *value, const char *name)
{
    return value->kind == PDF_NAME && value->size == strlen(name) &&
           memcmp(value->text, name, value->size) == 0;
}

/* ---------------------------------------------------------------- streams */

bool pdf_stream_raw(struct pdf_file *file, const struct pdf_value *dict, const uint8_t **bytes,
                    size_t *size)
{
    const struct pdf_value *length = pdf_get(file, dict, "Length");
    if (dict->kind != PDF_DICT || dict->stream_at <= 0 || length->kind != PDF_INT ||
        length->number < 0 || (size_t)dict->stream_at > file->size ||
        (size_t)length->number > file->size - (size_t)dict->stream_at)
        return false;
    size_t end = (size_t)dict->stream_at + (size_t)length->number;
    *bytes = file->bytes + dict->stream_at;
    *size = (size_t)length->number;
    return pdf_at_word(file, end, "\nendstream") || pdf_at_word(file, end, "\r\nendstream") ||
           pdf_at_word(file, end, "\rendstream") || pdf_at_word(file, end, "endstream");
}
