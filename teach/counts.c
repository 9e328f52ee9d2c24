/*
 * Makes the counts of the language that the reader chooses by (config/language/counts.tsv):
 *
 *   counts SYLLABLES BIGRAMS FORMS OUT
 *
 * SYLLABLES and BIGRAMS: teach/texts; FORMS: the folder of forms, whose printed words count
 * FORM_WEIGHT times each, because official phrases stand on many papers. The same input gives the
 * same bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/form.h"
#include "ocr/syllable.h"

#define FORM_WEIGHT 20
#define TABLE_MAX (16 << 20) /* bytes of a file */

/* Rows "syllable <tab> count" and "left <tab> right <tab> count". */
static bool add_table(const char *path, size_t cells, struct arena *arena, struct buffer *out)
{
    struct error error = {0};
    char *text = NULL, *rest = NULL;
    if (file_read(path, TABLE_MAX, arena, &text, NULL, &error) != STATUS_OK) {
        fprintf(stderr, "%s\n", error.text);
        return false;
    }
    for (char *row = strtok_r(text, "\n", &rest); row; row = strtok_r(NULL, "\n", &rest)) {
        char *end = row; /* further columns are left out */
        for (size_t i = 0; i < cells && end; i++)
            end = strchr(end + (i > 0), '\t');
        if (*row != '#')
            buffer_printf(out, "%.*s\n", end ? (int)(end - row) : (int)strlen(row), row);
    }
    return true;
}

/* Its syllables, and each pair of them. */
static void add_phrase(const char *phrase, struct arena *arena, struct buffer *out)
{
    char *rest = NULL, *lower = text_lower(arena, phrase);
    const char *before = NULL;
    for (char *word = strtok_r(lower, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *start = word + strspn(word, "(\"'-*");
        size_t length = strlen(start);
        bool sign = length > 0 && strchr(",.;:)\"'", start[length - 1]);
        while (length > 0 && strchr(",.;:)\"'", start[length - 1]))
            start[--length] = 0;
        if (!syllable_possible(start)) {
            before = NULL;
            continue;
        }
        buffer_printf(out, "%s\t%d\n", start, FORM_WEIGHT);
        if (before && start == word)
            buffer_printf(out, "%s\t%s\t%d\n", before, start, FORM_WEIGHT);
        before = sign ? NULL : start;
    }
}

static void add_form(const struct form *form, struct arena *arena, struct buffer *out)
{
    for (size_t i = 0; i < form->row_count; i++)
        for (size_t j = 0; j < form->rows[i].column_count; j++) {
            const struct form_column *column = &form->rows[i].columns[j];
            for (size_t k = 0; k < column->part_count; k++) {
                const struct form_part *part = &column->parts[k];
                if (part->kind == FORM_TEXT)
                    add_phrase(part->text, arena, out);
                for (size_t c = 0; part->kind == FORM_CHOICE && c < part->choice_count; c++)
                    add_phrase(part->choices[c], arena, out);
            }
        }
}

int main(int argc, char **argv)
{
    static const char head[] =
        "# Made by teach/counts.c from teach/texts and config/forms; do not edit.\n";
    struct arena *arena = arena_new();
    struct buffer out = {0};
    struct error error = {0};
    struct form *forms = NULL;
    size_t count = 0;
    int code = 1;
    message_use("en");
    if (argc != 5) {
        fprintf(stderr, "counts SYLLABLES BIGRAMS FORMS OUT\n");
        goto done;
    }
    buffer_text(&out, head);
    if (!add_table(argv[1], 2, arena, &out) || !add_table(argv[2], 3, arena, &out))
        goto done;
    if (form_read_all(argv[3], NULL, arena, &forms, &count, &error) != STATUS_OK) {
        fprintf(stderr, "%s\n", error.text);
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        add_form(&forms[i], arena, &out);
    if (file_write(argv[4], out.data, out.size, &error) != STATUS_OK)
        fprintf(stderr, "%s\n", error.text);
    else
        code = 0;
done:
    buffer_clear(&out);
    arena_free(arena);
    return code;
}
