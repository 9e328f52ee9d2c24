/* The chain of cross-reference sections (ISO 32000-1 7.5.4 to 7.5.8), newest first. */
#include <stdlib.h>
#include <string.h>

#include "archive/pdf/pdf_parse.h"
#include "core/message.h"

#define SECTIONS_MAX 1000
#define TAIL 2048 /* bytes in which startxref is looked for */

static int64_t find_last(const struct pdf_file *file, const char *word, size_t from)
{
    for (size_t at = file->size; at-- > from;)
        if (pdf_at_word(file, at, word))
            return (int64_t)at;
    return -1;
}

static bool all_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

/* Entries are 20 bytes, "0000000017 00000 n" and two of end of line. */
static bool read_entries(struct pdf_file *file, struct pdf_lexer *lexer, int section, int64_t first,
                         int64_t count)
{
    pdf_lexer_skip_blanks(lexer);
    if (!pdf_xref_room(file, first, count) || lexer->size - lexer->at < (size_t)count * 20)
        return false;
    for (int64_t i = 0; i < count; i++, lexer->at += 20) {
        const char *entry = (const char *)file->bytes + lexer->at;
        if (!all_digits(entry, 10) || entry[10] != ' ' || !all_digits(entry + 11, 5) ||
            entry[16] != ' ' || (entry[17] != 'n' && entry[17] != 'f'))
            return false;
        int64_t generation = strtol(entry + 11, NULL, 10);
        if (!pdf_xref_entry(file, section, first + i, entry[17] == 'n', strtoll(entry, NULL, 10),
                            generation < 65535 ? generation : 65535))
            return false;
    }
    return true;
}

static int64_t section_end(const struct pdf_file *file, size_t at)
{
    while (at < file->size && !pdf_at_word(file, at, "%%EOF"))
        at++;
    at = at + 5 < file->size ? at + 5 : file->size;
    if (pdf_at_word(file, at, "\r\n"))
        return (int64_t)at + 2;
    return (int64_t)(at +
                     (at < file->size && (file->bytes[at] == '\n' || file->bytes[at] == '\r')));
}

/* ---------------------------------------------------------------- one section */

static enum status damaged(int64_t offset, struct error *error)
{
    return error_set(error, STATUS_REJECT,
                     _("The cross-reference table or stream at byte %lld is damaged."),
                     (long long)offset);
}

static enum status read_table(struct pdf_file *file, int number, struct pdf_section *section,
                              struct error *error)
{
    struct pdf_lexer lexer = pdf_lexer_at(file, (size_t)section->offset + 4, false);
    const struct pdf_value *ignored;
    size_t behind;
    for (;;) {
        int64_t first, count;
        pdf_lexer_skip_blanks(&lexer);
        if (pdf_at_word(file, lexer.at, "trailer"))
            break;
        if (!pdf_next_int(&lexer, &first) || !pdf_next_int(&lexer, &count) ||
            !read_entries(file, &lexer, number, first, count))
            return damaged(section->offset, error);
    }
    lexer.at += 7;
    lexer.references = true;
    struct pdf_value *trailer = arena_alloc(file->arena, sizeof *trailer);
    if (!pdf_lexer_next(&lexer, trailer) || trailer->kind != PDF_DICT)
        return error_set(error, STATUS_REJECT, _("The file has no readable trailer."));
    section->trailer = trailer;
    section->end = section_end(file, lexer.at);
    const struct pdf_value *hidden = pdf_raw(trailer, "XRefStm");
    if (hidden->kind != PDF_NULL &&
        (hidden->kind != PDF_INT || hidden->number <= 0 || hidden->number >= (int64_t)file->size ||
         !pdf_xref_stream(file, hidden->number, -number, &ignored, &behind)))
        return damaged(hidden->kind == PDF_INT ? hidden->number : section->offset, error);
    return STATUS_OK;
}

static enum status read_section(struct pdf_file *file, int number, struct pdf_section *section,
                                struct error *error)
{
    size_t at = (size_t)section->offset, behind = 0;
    int64_t ignored;
    if (pdf_at_word(file, at, "xref"))
        return read_table(file, number, section, error);
    struct pdf_lexer lexer = pdf_lexer_at(file, at, false);
    if (file->bytes[at] < '0' || file->bytes[at] > '9' || !pdf_next_int(&lexer, &ignored) ||
        !pdf_next_int(&lexer, &ignored) || !pdf_next_word(&lexer, "obj"))
        return error_set(error, STATUS_REJECT,
                         _("There is no cross-reference table or stream at byte %lld, where the "
                           "file says it is: it is damaged."),
                         (long long)section->offset);
    section->stream = true;
    if (!pdf_xref_stream(file, section->offset, number, &section->trailer, &behind))
        return damaged(section->offset, error);
    section->end = section_end(file, behind);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- all of them */

static bool was_read(const struct pdf_file *file, int64_t offset)
{
    for (const struct pdf_section *at = file->sections; at; at = at->next)
        if (at->offset == offset)
            return true;
    return false;
}

static enum status read_chain(struct pdf_file *file, int64_t offset, struct error *error)
{
    struct pdf_section **next = &file->sections;
    for (int count = 1; offset >= 0; count++) {
        if (count > SECTIONS_MAX || offset >= (int64_t)file->size || was_read(file, offset))
            return error_set(error, STATUS_REJECT,
                             _("The chain of cross-reference tables is broken."));
        struct pdf_section *section = arena_alloc(file->arena, sizeof *section);
        section->offset = offset;
        enum status status = read_section(file, count, section, error);
        if (status != STATUS_OK)
            return status;
        *next = section;
        next = &section->next;
        file->end = section->end > file->end ? section->end : file->end;
        if (pdf_raw(section->trailer, "Encrypt")->kind != PDF_NULL)
            return error_set(error, STATUS_REJECT,
                             _("The file is encrypted, and cannot be read here; PDF/A forbids that "
                               "(6.1.3)."));
        const struct pdf_value *previous = pdf_raw(section->trailer, "Prev");
        offset = previous->kind == PDF_INT ? previous->number : -1;
    }
    return STATUS_OK;
}

enum status pdf_xref_read(struct pdf_file *file, struct error *error)
{
    size_t tail = file->size > TAIL ? file->size - TAIL : 0;
    int64_t start = find_last(file, "startxref", tail), offset = -1;
    struct pdf_lexer lexer = pdf_lexer_at(file, (size_t)(start < 0 ? 0 : start + 9), false);
    if (start < 0 || !pdf_next_int(&lexer, &offset))
        return error_set(error, STATUS_REJECT,
                         _("The end of the file is missing (no startxref); it was cut off."));
    file->busy = true; /* where object streams are is not known before the end */
    enum status status = read_chain(file, offset, error);
    file->busy = false;
    if (status == STATUS_OK)
        file->trailer = file->sections->trailer;
    return status;
}
