#include "core/tabular.h"

#include <string.h>
#include <strings.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

static bool is_number(const char *text)
{
    text += *text == '-';
    size_t whole = strspn(text, "0123456789");
    return whole > 0 &&
           (!text[whole] || (text[whole] == '.' && text[whole + 1] &&
                             !text[whole + 1 + strspn(text + whole + 1, "0123456789")]));
}

static void put_cell(struct buffer *out, const char *text, enum tabular_kind kind)
{
    bool number = kind == TABULAR_NUMBER && is_number(text);
    bool formula = *text && strchr("=+-@\t\r\n", *text) && !number;
    bool quoted = formula || strpbrk(text, ",;\"\r\n") || *text == ' ';
    if (quoted)
        buffer_text(out, "\"");
    if (formula)
        buffer_text(out, "'");
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            buffer_text(out, "\"");
        buffer_add(out, at, 1);
    }
    if (quoted)
        buffer_text(out, "\"");
}

static enum status write_csv(void *context, const struct tabular *sheet, const char *path,
                             struct error *error)
{
    (void)context;
    struct buffer out = {0};
    buffer_text(&out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < sheet->column_count; i++) {
        buffer_text(&out, i ? "," : "");
        put_cell(&out, sheet->columns[i].head, TABULAR_TEXT);
    }
    buffer_text(&out, "\r\n");
    for (size_t row = 0; row < sheet->row_count; row++) {
        for (size_t i = 0; i < sheet->column_count; i++) {
            const char *cell = sheet->rows[row][i];
            buffer_text(&out, i ? "," : "");
            put_cell(&out, cell ? cell : "", sheet->columns[i].kind);
        }
        buffer_text(&out, "\r\n");
    }
    enum status status = file_write(path, out.data, out.size, error);
    buffer_clear(&out);
    return status;
}

const struct tabular_format tabular_csv = {".csv", write_csv};

enum status tabular_write(const struct tabular *sheet, const struct tabular_format *const *formats,
                          void *context, const char *path, struct error *error)
{
    struct buffer endings = {0};
    size_t length = strlen(path);
    for (const struct tabular_format *const *format = formats; *format; format++) {
        size_t ending = strlen((*format)->ending);
        if (length > ending && strcasecmp(path + length - ending, (*format)->ending) == 0) {
            buffer_clear(&endings);
            return (*format)->write(context, sheet, path, error);
        }
        buffer_printf(&endings, "%s%s", endings.size ? ", " : "", (*format)->ending);
    }
    enum status status =
        error_set(error, STATUS_REJECT, _("a list can be written as %s; '%s' ends otherwise"),
                  (const char *)endings.data, path);
    buffer_clear(&endings);
    return status;
}
