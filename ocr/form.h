/*
 * A form: the printed text of a kind of paper with slots where its values stand.
 *
 * One file config/forms/NAME.form serves reading and drawing; docs/formats.md has it in full.
 *
 *   type: ket_hon                         head: key: value
 *   name: Giấy chứng nhận kết hôn
 *   years: 1999-2015
 *   ---
 *   Tỉnh: {province} || ^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM        two columns of one row
 *   ^*GIẤY CHỨNG NHẬN KẾT HÔN             ^ centred, * bold
 *   Họ và tên chồng: .....{owner}.....    written on leaders
 *   [Nơi thường trú|Nơi cư trú]: {place}  equally usual wordings
 *   @table                                rows of cells; one with slots may stand many times
 *   STT | Họ và tên | Ngày sinh
 *   {index} | {owner} | {owner_birth}
 *   @end
 */
#ifndef SOHOA_OCR_FORM_H
#define SOHOA_OCR_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/status.h"

enum form_kind {
    FORM_TEXT,   /* printed as it is */
    FORM_SLOT,   /* a value stands here; text is the slot's name */
    FORM_CHOICE, /* one of the wordings; one may be "" */
    FORM_LEADER  /* dots or lines that a value is written on */
};

struct form_part {
    enum form_kind kind;
    const char *text;           /* NULL for a choice */
    const char *const *choices; /* of a choice */
    size_t choice_count;
};

/* A column of a row, or a cell of a table's row; blanks at its ends are no part of it. */
struct form_column {
    bool centred, bold;
    struct form_part *parts;
    size_t part_count;
};

struct form_row {
    int line;  /* in its file, from 1 */
    int table; /* number of the table it belongs to, from 1; 0: none */
    struct form_column *columns;
    size_t column_count; /* 0: an empty row */
};

enum form_typeface { FORM_SERIF, FORM_SANS, FORM_TYPEWRITER };

struct form {
    const char *file;       /* "ket_hon_1999.form" */
    const char *type;       /* slug of types.tsv; "" : a sheet of labels for papers of any type */
    const char *name;       /* what the paper is called */
    const char *procedure;  /* national code; NULL: that of the type */
    int year_from, year_to; /* 0 and 9999 where the file does not say */
    int paper;              /* 4: A4, 5: A5 */
    bool landscape;
    enum form_typeface typeface;
    struct form_row *rows;
    size_t row_count;
};

#define FORM_FILE_MAX (256 << 10) /* bytes */
#define FORMS_MAX 1000
#define FORM_ROWS_MAX 400
#define FORM_PARTS_MAX 64 /* of one row, in all its columns */

/* Bytes of a form file; what out holds lies in the arena. REJECT: the sentence names file and line
 * and says what is wrong there. */
enum status form_parse(const char *file, const char *bytes, size_t size, struct arena *arena,
                       struct form *out, struct error *error);

/* All *.form files of the folder, and those of shipped (NULL: none) whose file names it does not
 * have, each in the order of their names. A folder that is not there has none. FATAL with
 * form_parse()'s sentence when one of them is wrong, and when there are more than FORMS_MAX. */
enum status form_read_all(const char *folder, const char *shipped, struct arena *arena,
                          struct form **out, size_t *count, struct error *error);

#endif
