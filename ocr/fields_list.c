#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/fields_name.h"
#include "ocr/form_match.h"

#define OWNERS_MAX 2000
#define WIDE_SHARE 0.6 /* of the page's width: such a row is no cell; the table has ended */

static int foot_of(const struct row *row)
{
    return row->box.y + row->box.height;
}

/* The cell stands under the heading (on a later page: in its column). */
static bool in_column(const struct paper *paper, const struct row *head, const struct row *cell)
{
    int middle = head->box.x + head->box.width / 2;
    bool below = cell->page > head->page || cell->box.y > head->box.y + head->box.height / 2;
    return below && cell->box.x < middle && cell->box.x + cell->box.width > head->box.x &&
           cell->box.width < WIDE_SHARE * page_width(paper, cell);
}

/* The number at the left of the cell's row in the table; 0: none. */
static int index_of(const struct paper *paper, size_t at)
{
    const struct row *cell = &paper->rows[at];
    for (size_t i = at; i-- > 0 && paper->rows[i].page == cell->page;) {
        const struct row *left = &paper->rows[i];
        bool beside = left->box.y < foot_of(cell) + cell->box.height &&
                      foot_of(left) + cell->box.height > cell->box.y;
        if (beside && left->count == 1 && left->box.x + left->box.width <= cell->box.x &&
            strspn(left->tokens[0].flat, "0123456789") == strlen(left->tokens[0].flat))
            return atoi(left->tokens[0].flat);
    }
    return 0;
}

/* What the row of the table has in the column of another heading. */
static void fill_cells(const struct paper *paper, size_t at, struct document_owner *owner)
{
    const struct form_fit *fit = &paper->fits->body;
    const struct region *birth = form_region(fit, "owner_birth", 0);
    const struct region *id = form_region(fit, "owner_id", 0);
    const struct row *name = &paper->rows[at];
    for (size_t i = at + 1; i < paper->row_count && paper->rows[i].page == name->page; i++) {
        const struct row *cell = &paper->rows[i];
        struct place where;
        bool guessed;
        char iso[11], digits[16];
        if (cell->box.y > foot_of(name) || foot_of(cell) < name->box.y)
            continue;
        if (birth && birth->list && in_column(paper, &paper->rows[birth->row], cell) &&
            find_date(paper, i, 0, iso, &where, &guessed))
            owner->birth_date = arena_strdup(paper->arena, iso);
        if (id && id->list && in_column(paper, &paper->rows[id->row], cell) &&
            find_id_number(paper, i, digits, &where))
            owner->id = arena_strdup(paper->arena, digits);
    }
}

static void add_owner(struct paper *paper, const struct document_owner *owner)
{
    struct document *document = paper->document;
    if (document->owner_count % 64 == 0) {
        struct document_owner *more =
            arena_array(paper->arena, document->owner_count + 64, sizeof *more);
        if (document->owner_count)
            memcpy(more, document->owners, document->owner_count * sizeof *more);
        document->owners = more;
    }
    document->owners[document->owner_count++] = *owner;
}

static struct document_owner make_owner(struct paper *paper, const struct name *name)
{
    char *printed;
    const struct row *row = &paper->rows[name->place.row];
    struct document_owner owner = {.page = row->page, .box = row->box};
    owner.doubt = spell_name(paper, FIELD_OWNER, name, &owner.name, &printed, &owner.confidence);
    return owner;
}

static void put_first(struct paper *paper, const struct name *name, size_t at)
{
    struct document_owner first = {0};
    put_name(paper, FIELD_OWNER, name, NULL);
    paper->owner_row = at;
    fill_cells(paper, at, &first);
    struct place where = {at, 0, paper->rows[at].count};
    put_field(paper, FIELD_OWNER_ID, first.id, where, NULL);
}

/* The names under the heading; on later pages only where their numbers go on. */
bool read_list(struct paper *paper)
{
    const struct form_fit *fit = &paper->fits->body;
    const struct region *heading = fit->form ? form_region(fit, "owner", 0) : NULL;
    if (!heading || !heading->list)
        return false;
    const struct row *head = &paper->rows[heading->row];
    size_t count = 0, goes_on = 0;
    int number = 0;
    for (size_t i = heading->row + 1; i < paper->row_count && count < OWNERS_MAX; i++) {
        struct name name;
        if (i < goes_on || !in_column(paper, head, &paper->rows[i]) ||
            !take_name(paper, i, 0, &name) || name.place.from != 0)
            continue;
        int now = index_of(paper, i);
        bool next = now > 0 && now == number + 1;
        if (!next && (paper->rows[i].page != head->page || !is_surname(paper, name.words[0]->flat)))
            continue;
        number = next ? now : number + 1;
        goes_on = name.count > paper->rows[i].count ? i + 2 : i + 1;
        struct document_owner owner = make_owner(paper, &name);
        fill_cells(paper, i, &owner);
        if (count++ == 0)
            put_first(paper, &name, i);
        else
            add_owner(paper, &owner);
    }
    return count > 0;
}

void read_partner(struct paper *paper)
{
    const struct form_fit *fit = &paper->fits->body;
    const struct region *region = form_region(fit, "partner", 0);
    const struct region *birth = form_region(fit, "partner_birth", 0);
    const struct region *id = form_region(fit, "partner_id", 0);
    struct name name;
    if (!region || region->list || !take_name(paper, region->row, 0, &name))
        return;
    struct document_owner owner = make_owner(paper, &name);
    struct place where;
    bool guessed;
    char iso[11], digits[16];
    if (birth && find_date(paper, birth->row, 0, iso, &where, &guessed))
        owner.birth_date = arena_strdup(paper->arena, iso);
    if (id && find_id_number(paper, id->row, digits, &where))
        owner.id = arena_strdup(paper->arena, digits);
    add_owner(paper, &owner);
}

/* ---------------------------------------------------------------- a change of name */

#define CHANGE_ROWS 4 /* "từ: A thành: B" runs over so many rows at most */

/* The name behind the word, at its row's end the next row's. */
static bool name_behind(const struct paper *paper, const char *word, struct place after,
                        struct name *name, struct place *where)
{
    for (size_t row = after.row; row < paper->row_count && row < after.row + CHANGE_ROWS; row++)
        for (size_t i = row == after.row ? after.to : 0; i < paper->rows[row].count; i++) {
            if (strcmp(paper->rows[row].tokens[i].flat, word) != 0)
                continue;
            bool last = i + 1 == paper->rows[row].count;
            if (!take_name(paper, last ? row + 1 : row, last ? 0 : i + 1, name))
                continue;
            *where = (struct place){row, i, i + 1};
            return name->place.from == (last ? 0 : i + 1);
        }
    return false;
}

/* As it stands there: the two names may differ in a mark that the paper's other readings would
 * outvote. */
static struct document_owner as_printed(struct paper *paper, const struct name *name)
{
    struct document_owner owner = make_owner(paper, name);
    char *text = arena_strdup(paper->arena, "");
    for (size_t i = 0; i < name->count; i++)
        text = arena_printf(paper->arena, "%s%s%s", text, i ? " " : "",
                            trim_marks(paper->arena, name->words[i]->text));
    owner.name = text_title(paper->arena, text_lower(paper->arena, text));
    return owner;
}

/* How far a name is from the owner's, marks and all. */
static size_t from_owner(const struct paper *paper, const char *name)
{
    const char *owner = paper->document->fields[FIELD_OWNER].value;
    return text_distance(text_tone_last(paper->arena, owner ? owner : ""),
                         text_tone_last(paper->arena, name));
}

void read_former_name(struct paper *paper)
{
    struct name names[2];
    for (size_t row = paper->head_end; row < paper->row_count; row++) {
        struct place at = {row, 0, 0};
        if (!name_behind(paper, "tu", at, &names[0], &at) ||
            !name_behind(paper, "thanh", at, &names[1], &at))
            continue;
        struct document_owner former = as_printed(paper, &names[0]);
        struct document_owner later = as_printed(paper, &names[1]);
        struct document_owner *other =
            from_owner(paper, former.name) < from_owner(paper, later.name) ? &later : &former;
        const struct field *id = &paper->document->fields[FIELD_OWNER_ID];
        other->id = id->page == other->page ? id->value : NULL; /* it is told of one page */
        other->birth_date = paper->document->fields[FIELD_BIRTH_DATE].value;
        add_owner(paper, other);
        return;
    }
}
