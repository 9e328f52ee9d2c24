/* Any bytes as a form: it is read, or told in one line with its file; what is read is in bounds. */
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/form.h"
#include "tests/fuzz/driver/fuzz.h"

#define HEAD "type: khai_sinh\nname: Giấy khai sinh\nyears: 1976-\npaper: portrait A4\n---\n"
const unsigned fuzz_rounds = 20000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED(HEAD "Số: {number} || ^*CỘNG HÒA\n[Họ tên|Họ và tên]: ....{owner}____\n"),
    FUZZ_SEED(HEAD "@table\nSTT | [Họ tên|] | \\| \n{index}|{owner}|\n@end\n^*\\[x\\]\n"),
    FUZZ_SEED(HEAD "{a}{b}[c|d]…{e}…\n||\n|| ||\n[]\n{}\n\\"),
    FUZZ_SEED("\xEF\xBB\xBFtype:\r\nname: a\r\n---\r\n[a|b] [c|d] [e|f] [g|h]: {x}\r\n"),
    FUZZ_SEEDS_END,
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    struct error error = {""};
    struct form form;
    message_use("en");
    enum status status = form_parse("a.form", (const char *)bytes, size, arena, &form, &error);
    fuzz_check(status == STATUS_OK || status == STATUS_REJECT, "it is read or refused");
    if (status != STATUS_OK) {
        fuzz_check(strstr(error.text, "a.form") && !strpbrk(error.text, "\r\n"),
                   "one line says where");
        arena_free(arena);
        return 0;
    }
    fuzz_check(form.row_count <= FORM_ROWS_MAX && form.year_from <= form.year_to, "in bounds");
    for (size_t i = 0; i < form.row_count; i++)
        for (size_t j = 0; j < form.rows[i].column_count; j++) {
            const struct form_column *column = &form.rows[i].columns[j];
            fuzz_check(column->part_count <= FORM_PARTS_MAX, "parts in bounds");
            for (size_t k = 0; k < column->part_count; k++) {
                const struct form_part *part = &column->parts[k];
                bool choice = part->kind == FORM_CHOICE;
                fuzz_check(choice ? part->choice_count > 0 : part->text != NULL, "parts are whole");
                fuzz_check(choice || text_valid(part->text, strlen(part->text)), "parts are text");
            }
        }
    arena_free(arena);
    return 0;
}
