/*
 * fields: what the parts of ocr_understand() share. Matching forgives misread letters: text is
 * compared without marks, blanks and punctuation ("flat"), with a few edits.
 */
#ifndef SOHOA_OCR_FIELDS_H
#define SOHOA_OCR_FIELDS_H

#include "ocr/ocr.h"

/* A word, cut again behind a colon or semicolon: "Số:12/QĐ" is two. */
struct token {
    const char *text; /* as read */
    const char *flat; /* a-z0-9 only; may be "" */
    double confidence;
    struct box box;
    bool changed; /* by the language, or for a date: not what was read first */
};

struct row {
    int page, block;
    struct box box;
    struct token *tokens;
    size_t count;
};

struct place {
    size_t row, from, to; /* tokens from..to-1 */
};
#define NOWHERE ((struct place){(size_t)-1, 0, 0})

struct form_fits;
struct surnames;

struct paper {
    const struct ocr_settings *settings;
    const char *config_folder;
    const struct words *const *pages;
    size_t page_count;
    struct arena *arena;
    struct document *document;
    struct row *rows; /* reading order, all pages */
    size_t row_count;
    size_t region_rows; /* rows behind those: the values of a form's slots (form_match.h) */
    const struct form_fits *fits;
    const struct surnames *surnames; /* NULL: nobody knows any */
    size_t head_end;                 /* first row behind the letterhead of the first page */
    size_t title_from, title_to;     /* rows of the title; equal: none */
    const char *type;                /* slug; NULL unknown */
    size_t owner_row;                /* where the owner's name stands; row_count: unknown */
};

/* ---- text.c part (fields_text.c) */

void paper_init(struct paper *paper);
/* "Ủy ban" -> "uyban". */
char *flatten(struct arena *arena, const char *text);
/* First place in the row at or behind token `from` that reads like the phrase (flat); to == 0:
 * none. */
struct place find_phrase(const struct paper *paper, size_t row, size_t from, const char *phrase);
bool row_has(const struct paper *paper, size_t row, const char *phrase);
bool found(struct place place);
/* The row ends at the right margin: what it says goes on in the next one. */
bool runs_on(const struct paper *paper, size_t row);
/* So many misread letters are forgiven in a phrase of that length. */
size_t edits_allowed(size_t length);
/* Few edits apart, for the length of the wanted one. */
bool alike(const char *flat, const char *wanted);
/* The tokens' text with one blank between. */
char *text_of(const struct paper *paper, struct place place);
/* Punctuation and specks at both ends taken off. */
char *trim_marks(struct arena *arena, const char *text);
int page_height(const struct paper *paper, const struct row *row);
int page_width(const struct paper *paper, const struct row *row);
bool is_upper(const char *text); /* has letters, and nearly all of them are capitals */

/* Sets the field unless a person did. value NULL: nothing. doubt NULL: decided by the confidence.
 */
void put_field(struct paper *paper, enum field_id id, const char *value, struct place place,
               const char *doubt);

/* A reading so unsure is doubtful. Measured on damaged papers: of names read at 0.9 one in eight is
 * wrong, of digits one in fifteen, of other text one in twenty. */
double doubt_below(const struct paper *paper, enum field_id id);

/* What speaks against a value beside its letters makes it less sure: times factor. */
void weaken(struct paper *paper, enum field_id id, double factor);

/* The form that fits has a place for the value, and it was found elsewhere. */
bool off_form(const struct paper *paper, const char *slot);

/* Letters that are misread digits become digits (O 0, l 1 ...). Returns how many were changed; -1
 * when something remains that is none. Blanks, dots and dashes are skipped when loose is set. */
int read_digits(const char *text, bool loose, char *digits, size_t size);

/* ---- the fields */

void read_heading(struct paper *paper); /* head_end, title (fields_type.c) */
/* A stamp of state secrecy, and the row it stands in. */
bool secret_stamp(const struct paper *paper, size_t *row);
enum status read_type(struct paper *paper, struct error *error); /* type, title, procedure */
void read_number(struct paper *paper); /* number, book (fields_number.c) */
void read_dates(struct paper *paper);  /* date of issue, of birth (fields_date.c) */
enum status read_agency(struct paper *paper, struct error *error); /* agency, unit */
/* Owners named in a table of the form, one under the other; false: none. (fields_list.c) */
bool read_list(struct paper *paper);
/* The other spouse of a marriage paper. (fields_list.c) */
void read_partner(struct paper *paper);
/* "từ: A thành: B" of a decision that changes a name: who bore A bears B, and papers under either
 * name are the owner's. (fields_list.c) */
void read_former_name(struct paper *paper);
/* The first identity number in the row, digits mended; false: none. (fields_id.c) */
bool find_id_number(const struct paper *paper, size_t row, char digits[16], struct place *where);
void read_owner(struct paper *paper);                                /* owner (fields_person.c) */
enum status read_owner_id(struct paper *paper, struct error *error); /* (fields_id.c) */
void read_signer(struct paper *paper);                               /* (fields_person.c) */

/* A date at or behind token `from`: "ngày 3 tháng 2 năm 2011", "03/02/2011". guessed: digits were
 * mended. (fields_date.c) */
bool find_date(const struct paper *paper, size_t row, size_t from, char iso[11],
               struct place *where, bool *guessed);

#endif
