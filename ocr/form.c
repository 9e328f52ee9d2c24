#include "ocr/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

#define LEADER_MIN 3 /* so many dots are a leader; two are an abbreviation's or a slip */
#define COLUMNS_MAX 24

struct parser {
    struct arena *arena;
    struct form *form;
    struct error *error;
    int line;
    bool in_body, has_type;
    int table, tables; /* the one we are in, 0: none; how many there were */
};

static enum status refuse(const struct parser *parser, const char *what)
{
    return error_set(parser->error, STATUS_REJECT, _("form %s, line %d: %s"), parser->form->file,
                     parser->line, what);
}

static char *trim(struct arena *arena, const char *text, size_t length)
{
    while (length && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    return arena_strndup(arena, text, length);
}

/* ---------------------------------------------------------------- head */

static enum status parse_years(struct parser *parser, const char *value)
{
    char *end = NULL;
    struct form *form = parser->form;
    bool from = *value >= '0' && *value <= '9';
    form->year_from = from ? (int)strtol(value, &end, 10) : 0;
    value = from ? end : value;
    bool dash = *value == '-';
    value += dash;
    bool to = *value >= '0' && *value <= '9';
    form->year_to = to ? (int)strtol(value, &end, 10) : dash ? 9999 : form->year_from;
    value = to ? end : value;
    if (*value || (!from && !to) || form->year_from > form->year_to || form->year_to > 9999)
        return refuse(parser, _("years are written as 1999-2015, 1999- or -1998"));
    return STATUS_OK;
}

static enum status parse_paper(struct parser *parser, const char *value)
{
    char direction[12] = "", size[4] = "";
    int read = sscanf(value, "%11s %3s", direction, size);
    struct form *form = parser->form;
    bool portrait = strcmp(direction, "portrait") == 0;
    form->landscape = strcmp(direction, "landscape") == 0;
    form->paper = strcmp(size, "A5") == 0 ? 5 : 4;
    if (read < 1 || (!portrait && !form->landscape) ||
        (read == 2 && strcmp(size, "A4") != 0 && strcmp(size, "A5") != 0))
        return refuse(parser, _("paper is portrait or landscape, then A4 or A5"));
    return STATUS_OK;
}

static enum status parse_typeface(struct parser *parser, const char *value)
{
    static const char *const names[] = {"serif", "sans", "typewriter"};
    for (int i = 0; i < 3; i++)
        if (strcmp(value, names[i]) == 0) {
            parser->form->typeface = (enum form_typeface)i;
            return STATUS_OK;
        }
    return refuse(parser, _("typeface is serif, sans or typewriter"));
}

static enum status parse_type(struct parser *parser, const char *value)
{
    if (strlen(value) != strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_"))
        return refuse(parser, _("type is a short name of types.tsv, as khai_sinh"));
    parser->form->type = value;
    parser->has_type = true;
    return STATUS_OK;
}

static enum status parse_head(struct parser *parser, const char *line)
{
    const char *colon = strchr(line, ':');
    if (*line == '#' || !*line)
        return STATUS_OK;
    if (strcmp(line, "---") == 0) {
        parser->in_body = true;
        return parser->has_type && parser->form->name
                   ? STATUS_OK
                   : refuse(parser, _("the head above this line must say type: and name:"));
    }
    if (!colon)
        return refuse(parser, _("a line of the head is \"key: value\"; --- ends the head"));
    const char *key = trim(parser->arena, line, (size_t)(colon - line));
    const char *value = trim(parser->arena, colon + 1, strlen(colon + 1));
    if (strcmp(key, "type") == 0)
        return parse_type(parser, value);
    if (strcmp(key, "years") == 0)
        return parse_years(parser, value);
    if (strcmp(key, "paper") == 0)
        return parse_paper(parser, value);
    if (strcmp(key, "typeface") == 0)
        return parse_typeface(parser, value);
    if (strcmp(key, "name") == 0)
        parser->form->name = value;
    else if (strcmp(key, "procedure") == 0)
        parser->form->procedure = *value ? value : NULL;
    else
        return refuse(parser, _("the keys of the head are type, name, years, paper, typeface and "
                                "procedure"));
    return STATUS_OK;
}

/* ---------------------------------------------------------------- body */

/* Bytes of the leader that begins here; 0: none. */
static size_t leader_at(const char *text)
{
    size_t size = 0, dots = 0;
    for (;;) {
        if (text[size] == '.' || text[size] == '_') {
            size++;
            dots++;
        } else if (strncmp(text + size, "…", strlen("…")) == 0) {
            size += strlen("…");
            dots += LEADER_MIN;
        } else {
            return dots >= LEADER_MIN ? size : 0;
        }
    }
}

static enum status parse_slot(struct parser *parser, const char **at, struct form_part *part)
{
    size_t length = strspn(*at + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (length == 0 || (*at)[1 + length] != '}')
        return refuse(parser, _("a slot is {name}: small letters, digits and _"));
    *part = (struct form_part){FORM_SLOT, arena_strndup(parser->arena, *at + 1, length), NULL, 0};
    *at += length + 2;
    return STATUS_OK;
}

static enum status parse_choice(struct parser *parser, const char **at, struct form_part *part)
{
    const char *end = strchr(*at, ']');
    if (!end || strcspn(*at + 1, "[{") < (size_t)(end - *at - 1))
        return refuse(parser, _("wordings are [one|another]: text only, closed in the same row"));
    size_t count = 1;
    for (const char *i = *at; i < end; i++)
        count += *i == '|';
    const char **choices = arena_array(parser->arena, count, sizeof *choices);
    const char *from = *at + 1;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(from, "|]");
        choices[i] = arena_strndup(parser->arena, from, length);
        from += length + 1;
    }
    *part = (struct form_part){FORM_CHOICE, NULL, choices, count};
    *at = end + 1;
    return STATUS_OK;
}

/* Plain text up to what means something; a backslash takes the next sign as it is. */
static void parse_text(struct parser *parser, const char **at, struct form_part *part)
{
    char *text = arena_alloc(parser->arena, strlen(*at) + 1), *to = text;
    while (**at && !strchr("[{", **at) && leader_at(*at) == 0) {
        *at += **at == '\\' && (*at)[1];
        *to++ = *(*at)++;
    }
    *part = (struct form_part){FORM_TEXT, text, NULL, 0};
}

static enum status parse_column(struct parser *parser, const char *text, struct form_column *column)
{
    size_t room = 4;
    for (; *text == '^' || *text == '*' || *text == ' '; text++) {
        column->centred = column->centred || *text == '^';
        column->bold = column->bold || *text == '*';
    }
    column->parts = arena_array(parser->arena, room, sizeof *column->parts);
    for (const char *at = text; *at;) {
        enum status status = STATUS_OK;
        if (column->part_count == FORM_PARTS_MAX)
            return refuse(parser, _("too many parts in one row; break it in two"));
        if (column->part_count == room) {
            struct form_part *more = arena_array(parser->arena, room * 2, sizeof *more);
            memcpy(more, column->parts, room * sizeof *more);
            column->parts = more;
            room *= 2;
        }
        struct form_part *part = &column->parts[column->part_count];
        size_t leader = leader_at(at);
        if (leader) {
            *part =
                (struct form_part){FORM_LEADER, arena_strndup(parser->arena, at, leader), NULL, 0};
            at += leader;
        } else if (*at == '{') {
            status = parse_slot(parser, &at, part);
        } else if (*at == '[') {
            status = parse_choice(parser, &at, part);
        } else {
            parse_text(parser, &at, part);
        }
        if (status != STATUS_OK)
            return status;
        column->part_count++;
    }
    return STATUS_OK;
}

/* Where the column ends: at "||", in a table at "|"; wordings in brackets hold bars of their own.
 */
static size_t column_length(const char *text, bool table)
{
    bool bracket = false;
    for (size_t i = 0; text[i]; i++) {
        if (text[i] == '\\' && text[i + 1])
            i++;
        else if (text[i] == '[' || text[i] == ']')
            bracket = text[i] == '[';
        else if (!bracket && text[i] == '|' && (table || text[i + 1] == '|'))
            return i;
    }
    return strlen(text);
}

static enum status parse_row(struct parser *parser, const char *text)
{
    struct form *form = parser->form;
    struct form_row *row = &form->rows[form->row_count++];
    *row = (struct form_row){.line = parser->line, .table = parser->table};
    if (!*text)
        return STATUS_OK;
    row->columns = arena_array(parser->arena, COLUMNS_MAX, sizeof *row->columns);
    for (bool more = true; more;) {
        size_t length = column_length(text, parser->table > 0);
        const char *own = trim(parser->arena, text, length);
        if (row->column_count == COLUMNS_MAX || (!parser->table && row->column_count == 2))
            return refuse(parser, _("a row has two columns at most, a table's 24"));
        enum status status = parse_column(parser, own, &row->columns[row->column_count++]);
        if (status != STATUS_OK)
            return status;
        more = text[length] != 0;
        text += length + (more ? (parser->table ? 1 : 2) : 0);
    }
    return STATUS_OK;
}

static enum status parse_body(struct parser *parser, const char *line)
{
    if (*line == '@') {
        bool begins = strcmp(line, "@table") == 0;
        if ((!begins && strcmp(line, "@end") != 0) || begins == (parser->table > 0))
            return refuse(parser, _("@table begins a table and @end ends it"));
        parser->table = begins ? ++parser->tables : 0;
        return STATUS_OK;
    }
    if (parser->form->row_count == FORM_ROWS_MAX)
        return refuse(parser, _("the form has too many rows"));
    return parse_row(parser, line);
}

/* ---------------------------------------------------------------- files */

enum status form_parse(const char *file, const char *bytes, size_t size, struct arena *arena,
                       struct form *out, struct error *error)
{
    struct parser parser = {.arena = arena, .form = out, .error = error, .line = 1};
    *out = (struct form){.file = file, .type = "", .year_to = 9999, .paper = 4};
    if (size > FORM_FILE_MAX || !text_valid(bytes, size) || memchr(bytes, 0, size))
        return refuse(&parser, _("this is no text in UTF-8, or far too long"));
    out->rows = arena_array(arena, FORM_ROWS_MAX, sizeof *out->rows);
    char *text = text_nfc(arena, arena_strndup(arena, bytes, size));
    text += strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (; *text; parser.line++) {
        size_t length = strcspn(text, "\n");
        size_t own = length && text[length - 1] == '\r' ? length - 1 : length;
        const char *line = trim(arena, text, own);
        enum status status = parser.in_body ? parse_body(&parser, line) : parse_head(&parser, line);
        if (status != STATUS_OK)
            return status;
        text += length + (text[length] != 0);
    }
    if (!parser.in_body)
        return refuse(&parser, _("the line --- that ends the head is missing"));
    if (parser.table)
        return refuse(&parser, _("the table is not ended by @end"));
    while (out->row_count > 0 && out->rows[out->row_count - 1].column_count == 0)
        out->row_count--;
    return STATUS_OK;
}

/* Those of the folder whose names are not among the first taken ones. */
static enum status read_folder(const char *folder, struct arena *arena, struct form *forms,
                               size_t *count, struct error *error)
{
    char **names = NULL;
    size_t files = 0, taken = *count;
    enum status status = file_list(folder, arena, &names, &files, error);
    for (size_t i = 0; i < files && status == STATUS_OK; i++) {
        size_t length = strlen(names[i]), size = 0, same = 0;
        char *bytes = NULL;
        if (length < 6 || strcmp(names[i] + length - 5, ".form") != 0 || *names[i] == '.')
            continue;
        while (same < taken && strcmp(forms[same].file, names[i]) != 0)
            same++;
        if (same < taken)
            continue;
        if (*count == FORMS_MAX)
            return error_set(error, STATUS_FATAL, _("There are more than %d forms in %s."),
                             FORMS_MAX, folder);
        status = file_read(file_join(arena, folder, names[i]), FORM_FILE_MAX, arena, &bytes, &size,
                           error);
        if (status == STATUS_OK)
            status = form_parse(names[i], bytes, size, arena, &forms[(*count)++], error);
    }
    return status;
}

enum status form_read_all(const char *folder, const char *shipped, struct arena *arena,
                          struct form **out, size_t *count, struct error *error)
{
    enum status status = STATUS_OK;
    *out = arena_array(arena, FORMS_MAX, sizeof **out);
    *count = 0;
    if (file_is_folder(folder))
        status = read_folder(folder, arena, *out, count, error);
    if (status == STATUS_OK && shipped && file_is_folder(shipped))
        status = read_folder(shipped, arena, *out, count, error);
    return status == STATUS_REJECT ? STATUS_FATAL : status;
}
