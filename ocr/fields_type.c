#include <string.h>

#include "core/catalogue.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/form_match.h"

#define HEAD_SHARE 0.40        /* of the first page's height: where a letterhead may stand */
#define BELOW_MOTTO_SHARE 0.12 /* number and date stand so near below the motto */
#define DATE_LEFT_SHARE 0.40   /* of its width: the place and date begin right of this */
#define TITLE_ROWS 6           /* at most */
#define TITLE_LETTERS 6        /* a title has so many letters */
#define WEAK_LETTERS 11        /* shorter phrases are not looked for outside the title */
#define FORM_SURE 0.55         /* a form that fits so well needs no title beside it */
#define SECRET_SHARE 0.45      /* a stamp of secrecy stands in the upper part of the page */

/* ---------------------------------------------------------------- letterhead and title */

static bool is_motto(const struct paper *paper, size_t at)
{
    return row_has(paper, at, "conghoaxahoichunghiavietnam") ||
           row_has(paper, at, "doclaptudohanhphuc");
}

/* "Số: 12/QĐ-UB", "Quyển số: 01/1988", "Đông Khê, ngày 3 tháng 2 năm 2011" */
static bool is_number_or_date(const struct paper *paper, size_t at)
{
    const struct row *row = &paper->rows[at];
    char iso[11];
    struct place where;
    bool guessed;
    bool number = row->count > 1 && row->count < 6 &&
                  (strcmp(row->tokens[0].flat, "so") == 0 || row_has(paper, at, "quyenso")) &&
                  strpbrk(row->tokens[1].text, "0123456789");
    return number || (row->count < 12 && row->box.x > DATE_LEFT_SHARE * page_width(paper, row) &&
                      find_date(paper, at, 0, iso, &where, &guessed) && where.to + 1 >= row->count);
}

static int foot_of(const struct row *row)
{
    return row->box.y + row->box.height;
}

/* The letterhead ends below the motto, the number and the date beside it. */
static void find_head(struct paper *paper)
{
    int foot = -1, first_page = paper->rows[0].page;
    const int height = page_height(paper, &paper->rows[0]);
    for (int pass = 0; pass < 2; pass++) {
        int limit = pass == 0 || foot < 0 ? (int)(HEAD_SHARE * height)
                                          : foot + (int)(BELOW_MOTTO_SHARE * height);
        for (size_t i = 0; i < paper->row_count && paper->rows[i].page == first_page; i++) {
            const struct row *row = &paper->rows[i];
            if (row->box.y < limit && foot_of(row) > foot &&
                (pass == 0 ? is_motto(paper, i) : is_number_or_date(paper, i)))
                foot = foot_of(row);
        }
    }
    paper->head_end = 0;
    while (paper->head_end < paper->row_count && paper->rows[paper->head_end].page == first_page &&
           paper->rows[paper->head_end].box.y + paper->rows[paper->head_end].box.height / 2 < foot)
        paper->head_end++;
}

static char *row_text(const struct paper *paper, size_t at)
{
    return text_of(paper, (struct place){at, 0, paper->rows[at].count});
}

static bool title_row(const struct paper *paper, size_t at)
{
    const char *text = row_text(paper, at);
    return is_upper(text) && strlen(flatten(paper->arena, text)) >= TITLE_LETTERS;
}

/* What may follow the first row of a title: capitals, "(Bản sao)", "Về việc ..." and its next rows.
 */
static void find_title(struct paper *paper)
{
    size_t at = paper->head_end, limit = paper->head_end + 8;
    while (at < paper->row_count && at < limit && !title_row(paper, at))
        at++;
    paper->title_from = paper->title_to = 0;
    if (at >= paper->row_count || at >= limit)
        return;
    paper->title_from = at;
    bool about = false;
    for (paper->title_to = ++at; at < paper->row_count && at - paper->title_from < TITLE_ROWS;
         paper->title_to = ++at) {
        const struct row *row = &paper->rows[at], *before = &paper->rows[at - 1];
        int gap = row->box.y - (before->box.y + before->box.height);
        if (row->page != before->page || gap > 2 * before->box.height)
            break;
        bool starts_about =
            row_has(paper, at, "veviec") && find_phrase(paper, at, 0, "veviec").from < 2;
        bool bracket = row->count && *row->tokens[0].text == '(';
        bool agency = row_has(paper, at, "uybannhandan") || row_has(paper, at, "chutich");
        if (row_has(paper, at, "cancu") || (title_row(paper, at) && (about || agency)) ||
            !(starts_about || bracket || about || title_row(paper, at)))
            break;
        about = about || starts_about;
    }
}

static struct place title_place(const struct paper *paper)
{
    return (struct place){paper->title_from, 0, paper->rows[paper->title_from].count};
}

/* Marks at both ends are dirt, but a bracket is none whose other half stands within: "(bà) Lê Thị
 * Cúc", "TRÍCH LỤC (BẢN SAO)". */
static const char *title_text(struct arena *arena, const char *text)
{
    const char *bare = trim_marks(arena, text);
    const char *first = strstr(text, bare), *end = first + strlen(bare);
    const char *opens = strchr(bare, '('), *closes = strchr(bare, ')');
    const char *last = strrchr(bare, '(');
    if (first > text && first[-1] == '(' && closes && (!opens || closes < opens))
        first--;
    if (*end == ')' && last && !strchr(last, ')'))
        end++;
    return arena_strndup(arena, first, (size_t)(end - first));
}

void read_heading(struct paper *paper)
{
    if (paper->row_count == 0)
        return;
    find_head(paper);
    find_title(paper);
    char *title = arena_strdup(paper->arena, "");
    for (size_t i = paper->title_from; i < paper->title_to; i++)
        title = arena_printf(paper->arena, "%s%s%s", title, *title ? " " : "",
                             title_text(paper->arena, row_text(paper, i)));
    if (*title) {
        put_field(paper, FIELD_TITLE, title, title_place(paper), NULL);
        struct field *field = &paper->document->fields[FIELD_TITLE];
        if (field->source == SOURCE_OCR)
            field->printed = title;
    }
}

/* ---------------------------------------------------------------- type and procedure */

struct type_search {
    struct paper *paper;
    const char *slug, *procedure;
    bool weak; /* looking behind the title as well */
};

static bool on_paper(const struct paper *paper, const char *phrase, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (row_has(paper, i, phrase))
            return true;
    return false;
}

/* Titles run over rows: they are looked at as one text as well. */
static bool in_title(const struct paper *paper, const char *phrase)
{
    char *all = arena_strdup(paper->arena, "");
    for (size_t i = paper->title_from; i < paper->title_to; i++)
        for (size_t j = 0; j < paper->rows[i].count; j++)
            all = arena_printf(paper->arena, "%s%s", all, paper->rows[i].tokens[j].flat);
    if (strstr(all, phrase))
        return true;
    return on_paper(paper, phrase, paper->title_from, paper->title_to);
}

/* "a+b": both. */
static bool all_found(const struct type_search *search, char *phrases, bool title)
{
    const struct paper *paper = search->paper;
    char *rest = NULL;
    for (char *one = strtok_r(phrases, "+", &rest); one; one = strtok_r(NULL, "+", &rest)) {
        const char *flat = flatten(paper->arena, one);
        bool there = title && !search->weak ? in_title(paper, flat)
                                            : strlen(flat) >= WEAK_LETTERS &&
                                                  on_paper(paper, flat, 0, paper->row_count);
        if (!there)
            return false;
    }
    return true;
}

static void try_type(void *context, char **cells, size_t count)
{
    struct type_search *search = context;
    if (search->slug || count < 4)
        return;
    bool title = strcmp(cells[2], "title") == 0;
    char *rest = NULL;
    char *phrases = arena_strdup(search->paper->arena, cells[3]);
    for (char *one = strtok_r(phrases, ";", &rest); one; one = strtok_r(NULL, ";", &rest))
        if (all_found(search, one, title)) {
            search->slug = cells[0];
            search->procedure = cells[1];
            return;
        }
}

/* The first row of the catalogue with the form's slug. */
static void try_slug(void *context, char **cells, size_t count)
{
    struct type_search *search = context;
    if (!search->procedure && count >= 2 && strcmp(cells[0], search->slug) == 0)
        search->procedure = cells[1];
}

/* The form that the whole text fits says more than a title of which a few letters were read. */
static const struct form_fit *form_decides(const struct paper *paper,
                                           const struct type_search *search)
{
    const struct form_fits *fits = paper->fits;
    if (fits->below.form)
        return &fits->below;
    if (!fits->body.form || !*fits->body.form->type)
        return NULL;
    bool agree = search->slug && strcmp(search->slug, fits->body.form->type) == 0;
    return agree || !search->slug || search->weak ? &fits->body : NULL;
}

static enum status search_types(struct paper *paper, struct type_search *search, const char **doubt,
                                struct error *error)
{
    enum status status = STATUS_OK;
    for (int pass = 0; pass < 2 && !search->slug && status == STATUS_OK; pass++) {
        search->weak = pass > 0;
        status = catalogue_read(paper->config_folder, "types.tsv", '\t', paper->arena, try_type,
                                search, error);
    }
    if (search->weak && search->slug)
        *doubt = _("the title was not found; the type is guessed from the text");
    const struct form_fit *fit = form_decides(paper, search);
    if (status != STATUS_OK || !fit)
        return status;
    bool agree = search->slug && strcmp(search->slug, fit->form->type) == 0;
    if (agree || fit->share >= FORM_SURE)
        *doubt = NULL;
    else if (!search->slug)
        *doubt = _("the title was not found; the type is guessed from the text");
    if (agree && !fit->form->procedure)
        return STATUS_OK;
    search->slug =
        arena_strdup(paper->arena, fit->form->type); /* the form may go before the paper */
    search->procedure = arena_strdup(paper->arena, fit->form->procedure);
    return search->procedure ? STATUS_OK
                             : catalogue_read(paper->config_folder, "types.tsv", '\t', paper->arena,
                                              try_slug, search, error);
}

/* The type rests on the whole form, not on the letters of the title alone. */
static void trust_form(struct paper *paper, enum field_id id, const char *doubt)
{
    const struct form_fits *fits = paper->fits;
    const struct form_fit *fit = fits->below.form ? &fits->below : &fits->body;
    struct field *field = &paper->document->fields[id];
    if (field->source != SOURCE_OCR || !fit->form || !paper->type ||
        strcmp(fit->form->type, paper->type) != 0)
        return;
    double sure = 0.5 + fit->share / 2;
    field->confidence = sure > field->confidence ? sure : field->confidence;
    field->doubt = doubt;
}

enum status read_type(struct paper *paper, struct error *error)
{
    struct type_search search = {.paper = paper};
    const char *doubt = NULL;
    struct place where = paper->title_to > paper->title_from ? title_place(paper) : NOWHERE;
    enum status status = search_types(paper, &search, &doubt, error);
    if (status != STATUS_OK || !search.slug)
        return status;
    const struct field *type = &paper->document->fields[FIELD_TYPE];
    put_field(paper, FIELD_TYPE, search.slug, where, doubt);
    paper->type = type->source == SOURCE_PERSON ? type->value : search.slug;
    trust_form(paper, FIELD_TYPE, doubt);
    if (search.procedure && paper->type && strcmp(paper->type, search.slug) == 0)
        put_field(paper, FIELD_PROCEDURE, search.procedure, where, doubt);
    trust_form(paper, FIELD_PROCEDURE, doubt);
    return STATUS_OK;
}

/* ---------------------------------------------------------------- secrecy */

/* MẬT, TỐI MẬT, TUYỆT MẬT stand alone, in capitals, in the upper part of a page. */
bool secret_stamp(const struct paper *paper, size_t *row)
{
    static const char *const stamps[] = {"mat", "toimat", "tuyetmat"};
    for (size_t i = 0; i < paper->row_count; i++) {
        const struct row *line = &paper->rows[i];
        char *flat = flatten(paper->arena, row_text(paper, i));
        if (line->box.y > SECRET_SHARE * page_height(paper, line) || line->count > 3 ||
            !is_upper(row_text(paper, i)))
            continue;
        for (size_t j = 0; j < sizeof stamps / sizeof *stamps; j++)
            if (strcmp(flat, stamps[j]) == 0 || (strlen(flat) > 4 && alike(flat, stamps[j]))) {
                *row = i;
                return true;
            }
    }
    return false;
}
