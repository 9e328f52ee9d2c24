#include "index/csv.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

enum { SIZE_LIMIT = 64 << 20, FIELD_LIMIT = 32767 }; /* bytes; what a cell of a spreadsheet holds */

struct reader {
    const char *at, *end, *name;
    char separator;
    int line;
    struct arena *arena;
    struct csv_row *rows;
    size_t row_count, row_room;
    const char **fields; /* of the row being read */
    size_t field_count, field_room;
};

static char find_separator(const char *at, const char *end)
{
    static const char separators[] = ",;\t";
    size_t counts[3] = {0};
    bool quoted = false;
    int most = 0;
    for (; at < end && (quoted || (*at != '\n' && *at != '\r')); at++) {
        quoted ^= *at == '"';
        for (int i = 0; i < 3; i++)
            counts[i] += !quoted && *at == separators[i];
    }
    for (int i = 1; i < 3; i++)
        most = counts[i] > counts[most] ? i : most;
    return separators[most];
}

static enum status keep_field(struct reader *reader, const char *text, size_t size, int line,
                              struct error *error)
{
    while (size > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        size--;
    }
    while (size > 0 && strchr(" \t\r", text[size - 1]))
        size--;
    if (size > FIELD_LIMIT)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: a field is longer than %d bytes; is a separator or the end of a "
                           "line missing?"),
                         reader->name, line, FIELD_LIMIT);
    if (reader->field_count == reader->field_room) {
        reader->field_room = reader->field_room ? 2 * reader->field_room : 16;
        reader->fields = memory_resize(reader->fields, reader->field_room * sizeof *reader->fields);
    }
    reader->fields[reader->field_count++] = arena_strndup(reader->arena, text, size);
    return STATUS_OK;
}

static bool at_field_end(const struct reader *reader)
{
    return reader->at == reader->end || *reader->at == reader->separator || *reader->at == '\n' ||
           *reader->at == '\r';
}

/* A line ends with LF, CR LF or, as from a Macintosh, CR. */
static bool ends_line(const struct reader *reader)
{
    return *reader->at == '\n' ||
           (*reader->at == '\r' && (reader->at + 1 == reader->end || reader->at[1] != '\n'));
}

/* From behind the opening quote to behind the closing one. */
static enum status read_quoted(struct reader *reader, struct error *error)
{
    struct buffer text = {0};
    int line = reader->line;
    bool closed = false;
    while (reader->at < reader->end && !closed) {
        if (*reader->at == '"' && reader->at + 1 < reader->end && reader->at[1] == '"')
            reader->at++; /* two stand for one */
        else
            closed = *reader->at == '"';
        reader->line += ends_line(reader);
        if (!closed)
            buffer_add(&text, reader->at, 1);
        reader->at++;
    }
    enum status status =
        keep_field(reader, text.data ? (const char *)text.data : "", text.size, line, error);
    buffer_clear(&text);
    if (!closed)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: the quotation mark that opens here is never closed"),
                         reader->name, line);
    if (!at_field_end(reader))
        return error_set(
            error, STATUS_REJECT,
            _("%s:%d: after a closing quotation mark comes \"%c\" or the end of the line"),
            reader->name, reader->line, reader->separator);
    return status;
}

static void keep_row(struct reader *reader, int line)
{
    bool empty = reader->field_count == 1 && !reader->fields[0][0];
    if (!empty) {
        if (reader->row_count == reader->row_room) {
            reader->row_room = reader->row_room ? 2 * reader->row_room : 64;
            reader->rows = memory_resize(reader->rows, reader->row_room * sizeof *reader->rows);
        }
        struct csv_row *row = &reader->rows[reader->row_count++];
        *row = (struct csv_row){.line = line, .count = reader->field_count};
        row->fields = arena_array(reader->arena, row->count, sizeof *row->fields);
        memcpy(row->fields, reader->fields, row->count * sizeof *row->fields);
    }
    reader->field_count = 0;
}

static enum status read_row(struct reader *reader, struct error *error)
{
    int line = reader->line;
    enum status status = STATUS_OK;
    for (bool more = true; more; reader->at += more) {
        while (reader->at < reader->end && *reader->at == ' ' && reader->separator != ' ')
            reader->at++;
        if (reader->at < reader->end && *reader->at == '"') {
            reader->at++;
            status = read_quoted(reader, error);
        } else {
            const char *start = reader->at;
            while (!at_field_end(reader))
                reader->at++;
            status = keep_field(reader, start, (size_t)(reader->at - start), line, error);
        }
        if (status != STATUS_OK)
            return status;
        more = reader->at < reader->end && *reader->at == reader->separator;
    }
    keep_row(reader, line);
    if (reader->end - reader->at > 1 && *reader->at == '\r' && reader->at[1] == '\n')
        reader->at++;
    if (reader->at < reader->end) {
        reader->at++;
        reader->line++;
    }
    return STATUS_OK;
}

enum status csv_parse(const char *bytes, size_t size, const char *name, struct arena *arena,
                      struct csv *out, struct error *error)
{
    struct reader reader = {
        .at = bytes, .end = bytes + size, .name = name, .line = 1, .arena = arena};
    enum status status = STATUS_OK;
    *out = (struct csv){0};
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        reader.at += 3;
    if (!text_valid(bytes, size) || memchr(bytes, 0, size))
        return error_set(error, STATUS_REJECT,
                         _("%s is not UTF-8 text; save it again as CSV UTF-8"), name);
    reader.separator = find_separator(reader.at, reader.end);
    while (reader.at < reader.end && status == STATUS_OK)
        status = read_row(&reader, error);
    if (status == STATUS_OK && reader.row_count == 0)
        status = error_set(error, STATUS_REJECT, _("%s is empty; the first line names the columns"),
                           name);
    if (status == STATUS_OK) {
        out->count = reader.row_count;
        out->rows = arena_array(arena, reader.row_count, sizeof *out->rows);
        memcpy(out->rows, reader.rows, reader.row_count * sizeof *out->rows);
    }
    free(reader.rows);
    free(reader.fields);
    return status;
}

enum status csv_read(const char *path, struct arena *arena, struct csv *out, struct error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    enum status status = file_read(path, SIZE_LIMIT, arena, &bytes, &size, error);
    return status == STATUS_OK ? csv_parse(bytes, size, path, arena, out, error) : status;
}

int csv_column(const struct csv *csv, const char *const *names, struct arena *arena)
{
    return csv_column_after(csv, -1, names, arena);
}

int csv_column_after(const struct csv *csv, int column, const char *const *names,
                     struct arena *arena)
{
    for (size_t i = (size_t)column + 1; i < csv->rows[0].count; i++) {
        char *header = text_fold(arena, csv->rows[0].fields[i]);
        for (char *at = header; *at; at++)
            *at = *at == ' ' || *at == '-' ? '_' : *at;
        for (size_t n = 0; names[n]; n++)
            if (strcmp(header, names[n]) == 0)
                return (int)i;
    }
    return -1;
}

const char *csv_field(const struct csv_row *row, int column)
{
    return column >= 0 && (size_t)column < row->count ? row->fields[column] : "";
}
