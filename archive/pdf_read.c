/* Cross-reference tables, objects, streams. Door: zlib. */
#include "archive/pdf_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

#include "core/message.h"

#define SLOTS_MAX 8388607 /* of PDF/A, ISO 19005-2 6.1.13 */
#define SECTIONS_MAX 1000
#define REFERENCES_MAX 32 /* a reference to a reference to ... */

static const struct pdf_value null_value = {0};

/* ---------------------------------------------------------------- looking */

static bool at_word(const struct pdf_file *file, size_t at, const char *word)
{
    size_t length = strlen(word);
    return at <= file->size && length <= file->size - at &&
           memcmp(file->bytes + at, word, length) == 0;
}

static int64_t find_last(const struct pdf_file *file, const char *word, size_t from)
{
    for (size_t at = file->size; at-- > from;)
        if (at_word(file, at, word))
            return (int64_t)at;
    return -1;
}

static struct pdf_lexer lexer_at(struct pdf_file *file, size_t at, bool references)
{
    return (struct pdf_lexer){.bytes = file->bytes,
                              .size = file->size,
                              .at = at < file->size ? at : file->size,
                              .arena = file->arena,
                              .references = references};
}

static bool next_int(struct pdf_lexer *lexer, int64_t *out)
{
    struct pdf_value value;
    bool found = pdf_lexer_next(lexer, &value) && value.kind == PDF_INT && value.number >= 0;
    *out = found ? value.number : -1;
    return found;
}

static bool next_word(struct pdf_lexer *lexer, const char *word)
{
    struct pdf_value value;
    return pdf_lexer_next(lexer, &value) && value.kind == PDF_OPERATOR &&
           strcmp(value.text, word) == 0;
}

/* ---------------------------------------------------------------- cross-reference */

static bool grow_slots(struct pdf_file *file, int64_t count)
{
    if (count < 0 || count > SLOTS_MAX)
        return false;
    if ((size_t)count <= file->slot_count)
        return true;
    file->slots = memory_resize(file->slots, (size_t)count * sizeof *file->slots);
    memset(file->slots + file->slot_count, 0,
           ((size_t)count - file->slot_count) * sizeof *file->slots);
    for (size_t i = file->slot_count; i < (size_t)count; i++)
        file->slots[i].offset = -1; /* not said by any section yet */
    file->slot_count = (size_t)count;
    return true;
}

static bool all_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

/* Entries are 20 bytes, "0000000017 00000 n" and two of end of line. Newer sections come first, so
 * what is known already stays. */
static bool read_entries(struct pdf_file *file, struct pdf_lexer *lexer, int64_t first,
                         int64_t count)
{
    pdf_lexer_skip_blanks(lexer);
    if (count > SLOTS_MAX || first > SLOTS_MAX || lexer->size - lexer->at < (size_t)count * 20 ||
        !grow_slots(file, first + count))
        return false;
    for (int64_t i = 0; i < count; i++, lexer->at += 20) {
        const char *entry = (const char *)file->bytes + lexer->at;
        if (!all_digits(entry, 10) || entry[10] != ' ' || !all_digits(entry + 11, 5) ||
            entry[16] != ' ' || (entry[17] != 'n' && entry[17] != 'f'))
            return false;
        struct pdf_slot *slot = &file->slots[first + i];
        if (slot->offset >= 0)
            continue;
        slot->offset = strtoll(entry, NULL, 10);
        slot->generation = atoi(entry + 11);
        slot->used = entry[17] == 'n';
    }
    return true;
}

static int64_t section_end(const struct pdf_file *file, size_t at)
{
    while (at < file->size && !at_word(file, at, "%%EOF"))
        at++;
    at = at + 5 < file->size ? at + 5 : file->size;
    if (at_word(file, at, "\r\n"))
        return (int64_t)at + 2;
    return (int64_t)(at +
                     (at < file->size && (file->bytes[at] == '\n' || file->bytes[at] == '\r')));
}

static enum status read_section(struct pdf_file *file, int64_t offset, struct pdf_section **out,
                                struct error *error)
{
    struct pdf_lexer lexer = lexer_at(file, (size_t)offset, true);
    if (!at_word(file, (size_t)offset, "xref"))
        return error_set(
            error, STATUS_REJECT,
            _("There is no cross-reference table at byte %lld, where the file says it is (a "
              "cross-reference stream, or damage)."),
            (long long)offset);
    lexer.at += 4;
    for (;;) {
        int64_t first, count;
        pdf_lexer_skip_blanks(&lexer);
        if (at_word(file, lexer.at, "trailer"))
            break;
        lexer.references = false;
        if (!next_int(&lexer, &first) || !next_int(&lexer, &count) ||
            !read_entries(file, &lexer, first, count))
            return error_set(error, STATUS_REJECT,
                             _("The cross-reference table at byte %lld is damaged."),
                             (long long)offset);
    }
    lexer.at += 7;
    lexer.references = true;
    struct pdf_value trailer;
    if (!pdf_lexer_next(&lexer, &trailer) || trailer.kind != PDF_DICT)
        return error_set(error, STATUS_REJECT, _("The file has no readable trailer."));
    struct pdf_value *kept = arena_alloc(file->arena, sizeof *kept);
    *kept = trailer;
    *out = arena_alloc(file->arena, sizeof **out);
    **out =
        (struct pdf_section){.offset = offset, .end = section_end(file, lexer.at), .trailer = kept};
    return STATUS_OK;
}

static enum status read_sections(struct pdf_file *file, struct error *error)
{
    size_t tail = file->size > 2048 ? file->size - 2048 : 0;
    int64_t start = find_last(file, "startxref", tail), offset = -1;
    struct pdf_lexer lexer = lexer_at(file, (size_t)(start < 0 ? 0 : start + 9), false);
    if (start < 0 || !next_int(&lexer, &offset))
        return error_set(error, STATUS_REJECT,
                         _("The end of the file is missing (no startxref); it was cut off."));
    struct pdf_section **next = &file->sections;
    for (int count = 0; offset >= 0; count++) {
        if (count == SECTIONS_MAX || offset >= (int64_t)file->size)
            return error_set(error, STATUS_REJECT,
                             _("The chain of cross-reference tables is broken."));
        enum status status = read_section(file, offset, next, error);
        if (status != STATUS_OK)
            return status;
        const struct pdf_value *previous = pdf_raw((*next)->trailer, "Prev");
        offset = previous->kind == PDF_INT ? previous->number : -1;
        next = &(*next)->next;
    }
    file->trailer = file->sections->trailer;
    return STATUS_OK;
}

/* ---------------------------------------------------------------- open */

enum status pdf_file_bytes(const void *bytes, size_t size, struct pdf_file *out,
                           struct error *error)
{
    *out = (struct pdf_file){.bytes = bytes, .size = size, .arena = arena_new()};
    enum status status = STATUS_OK;
    if (size < 32 || memcmp(bytes, "%PDF-", 5) != 0)
        status = error_set(error, STATUS_REJECT, _("The file is no PDF."));
    if (status == STATUS_OK)
        status = read_sections(out, error);
    if (status != STATUS_OK) {
        free(out->slots);
        arena_free(out->arena);
        *out = (struct pdf_file){0};
    }
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
    free(file->slots);
    arena_free(file->arena);
    *file = (struct pdf_file){0};
}

/* ---------------------------------------------------------------- objects */

/* "stream" and its end of line behind the dictionary. */
static int64_t stream_start(const struct pdf_file *file, struct pdf_lexer *lexer)
{
    pdf_lexer_skip_blanks(lexer);
    if (!at_word(file, lexer->at, "stream"))
        return 0;
    size_t at = lexer->at + 6;
    if (at_word(file, at, "\r\n"))
        return (int64_t)at + 2;
    return at_word(file, at, "\n") ? (int64_t)at + 1 : 0;
}

static bool parse_object(struct pdf_file *file, int64_t number, struct pdf_value *out,
                         struct pdf_lexer *lexer)
{
    int64_t said, generation;
    const struct pdf_slot *slot = &file->slots[number];
    *lexer = lexer_at(file, (size_t)slot->offset, false);
    if (!next_int(lexer, &said) || !next_int(lexer, &generation) || said != number ||
        generation != slot->generation || !next_word(lexer, "obj"))
        return false;
    lexer->references = true;
    return pdf_lexer_next(lexer, out) && out->kind != PDF_OPERATOR;
}

static bool slot_usable(const struct pdf_file *file, int64_t number)
{
    return number > 0 && (size_t)number < file->slot_count && file->slots[number].used &&
           file->slots[number].offset > 0 && (size_t)file->slots[number].offset < file->size;
}

const struct pdf_value *pdf_object_at(struct pdf_file *file, int64_t number)
{
    if (!slot_usable(file, number))
        return &null_value;
    struct pdf_slot *slot = &file->slots[number];
    if (slot->value == NULL) {
        struct pdf_lexer lexer;
        slot->value = arena_alloc(file->arena, sizeof *slot->value);
        if (!parse_object(file, number, slot->value, &lexer))
            *slot->value = null_value;
        else if (slot->value->kind == PDF_DICT)
            slot->value->stream_at = stream_start(file, &lexer);
    }
    return slot->value;
}

bool pdf_object_sound(struct pdf_file *file, int64_t number)
{
    struct pdf_lexer lexer;
    struct pdf_value value;
    if (!slot_usable(file, number) || !at_word(file, (size_t)file->slots[number].offset, "") ||
        file->bytes[file->slots[number].offset] < '0' ||
        file->bytes[file->slots[number].offset] > '9' ||
        !parse_object(file, number, &value, &lexer))
        return false;
    const uint8_t *bytes;
    size_t size;
    if (value.kind == PDF_DICT && (value.stream_at = stream_start(file, &lexer)) > 0) {
        if (!pdf_stream_raw(file, &value, &bytes, &size))
            return false;
        lexer.at = (size_t)(bytes - file->bytes) + size;
        if (!next_word(&lexer, "endstream"))
            return false;
    }
    return next_word(&lexer, "endobj");
}

const struct pdf_value *pdf_resolve(struct pdf_file *file, const struct pdf_value *value)
{
    for (int i = 0; value->kind == PDF_REF; i++)
        value = i < REFERENCES_MAX ? pdf_object_at(file, value->number) : &null_value;
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
    return value->kind == PDF_NAME && strcmp(value->text, name) == 0;
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
    return at_word(file, end, "\nendstream") || at_word(file, end, "\r\nendstream") ||
           at_word(file, end, "\rendstream") || at_word(file, end, "endstream");
}

static bool inflate_all(const uint8_t *bytes, size_t size, size_t limit, struct buffer *out)
{
    z_stream stream = {0};
    uint8_t part[16384];
    int code = Z_OK;
    if (size > UINT32_MAX || inflateInit(&stream) != Z_OK)
        return false;
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)size;
    while (code == Z_OK && out->size <= limit) {
        stream.next_out = part;
        stream.avail_out = sizeof part;
        code = inflate(&stream, Z_NO_FLUSH);
        buffer_add(out, part, sizeof part - stream.avail_out);
    }
    inflateEnd(&stream);
    return code == Z_STREAM_END && out->size <= limit;
}

bool pdf_stream_decoded(struct pdf_file *file, const struct pdf_value *dict, size_t limit,
                        struct buffer *out)
{
    const uint8_t *bytes;
    size_t size;
    if (!pdf_stream_raw(file, dict, &bytes, &size))
        return false;
    const struct pdf_value *filter = pdf_get(file, dict, "Filter");
    if (filter->kind == PDF_ARRAY && filter->size == 1)
        filter = pdf_resolve(file, &filter->items[0]);
    bool plain = filter->kind == PDF_NULL || (filter->kind == PDF_ARRAY && filter->size == 0);
    if (plain && size <= limit)
        buffer_add(out, bytes, size);
    if (plain)
        return size <= limit;
    if (!pdf_is_name(filter, "FlateDecode") || pdf_get(file, dict, "DecodeParms")->kind == PDF_DICT)
        return false;
    return inflate_all(bytes, size, limit, out);
}
