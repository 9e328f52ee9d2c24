#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/fields_name.h"
#include "ocr/form_match.h"

#define RIGHT_SHARE 0.55  /* a signature stands right of this */
#define SIGNER_SHARE 0.22 /* name and office share their middle, give or take */
#define LABEL_WORDS 5     /* a colon so many words behind a label still belongs to it */

/* ---------------------------------------------------------------- the owner */

static bool is_capital(const struct paper *paper, const char *text)
{
    const char *lower = text_lower(paper->arena, text);
    return text_next(&text) != text_next(&lower);
}

/* Words behind a label that make it somebody else's: "Họ và tên cha". */
static bool somebody_else(const char *flat)
{
    static const char *const others[] = {"cha", "me", "bo", "nguoi", "vo", "can", "chu", "con"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(flat, others[i]) == 0)
            return true;
    return false;
}

/* Behind the label up to a colon: what kind of person. Returns where the name begins; 0: not ours.
 */
static size_t behind_label(const struct paper *paper, const struct row *row, size_t at)
{
    if (at > 0 && strchr(row->tokens[at - 1].text, ':'))
        return at;
    for (size_t i = at; i < row->count && i < at + LABEL_WORDS; i++) {
        const char *text = row->tokens[i].text, *rest = text;
        if (somebody_else(row->tokens[i].flat))
            return 0;
        if (strchr(text, ':'))
            return i + 1;
        if (text_next(&rest) && is_capital(paper, text))
            break; /* the name has begun */
    }
    return at;
}

/* In a table the name stands in the next cell, or in the first row below the heading "Họ và tên".
 */
static bool name_in_cell(const struct paper *paper, size_t label, struct name *name)
{
    if (label + 1 < paper->row_count && take_name(paper, label + 1, 0, name))
        return true;
    const struct box head = paper->rows[label].box;
    int middle = head.x + head.width / 2;
    for (size_t i = label + 1; i < paper->row_count && i < label + 24; i++) {
        struct box box = paper->rows[i].box;
        if (paper->rows[i].page == paper->rows[label].page && box.y > head.y + head.height / 2 &&
            box.x < middle && box.x + box.width > head.x && take_name(paper, i, 0, name) &&
            is_surname(paper, name->words[0]->flat))
            return true;
    }
    return false;
}

static bool named_by(struct paper *paper, const char *label, size_t first, struct name *name)
{
    for (size_t i = first; i < paper->row_count; i++) {
        struct place at = find_phrase(paper, i, 0, label);
        if (!found(at))
            continue;
        size_t from = behind_label(paper, &paper->rows[i], at.to);
        if (from == 0)
            continue;
        bool alone = from >= paper->rows[i].count;
        if (alone ? name_in_cell(paper, i, name) : take_name(paper, i, from, name)) {
            paper->owner_row = i;
            return true;
        }
    }
    return false;
}

/* The first slot of an owner whose value is a name; "Ông (bà)" may stand before it. */
static bool owner_of_form(struct paper *paper, struct name *name)
{
    const struct form_fit *fit = &paper->fits->body;
    const struct region *region;
    for (size_t i = 0; fit->form && (region = form_region(fit, "owner", i)) && !region->list; i++)
        for (size_t at = 0; at < paper->rows[region->row].count && at < 5; at++)
            if (take_name(paper, region->row, at, name)) {
                paper->owner_row = region->printed;
                return true;
            }
    return false;
}

void read_owner(struct paper *paper)
{
    static const char *const usual[] = {
        "hovatenkhaisinh", "hochudemvaten", "hochudemten", "hovaten",  "chusudungdat", "capcho",
        "hoten",           "ongba",         "hocsinh",     "sinhvien", "congdan",      NULL};
    struct name name;
    if (owner_of_form(paper, &name)) {
        put_name(paper, FIELD_OWNER, &name, NULL);
        read_partner(paper);
        return;
    }
    if (read_list(paper))
        return;
    bool has = false;
    size_t best_row = paper->row_count;
    struct name best = {.place = NOWHERE};
    for (size_t i = 0; usual[i] && !has; i++)
        if (named_by(paper, usual[i], paper->head_end, &name) && paper->owner_row < best_row) {
            best_row = paper->owner_row;
            best = name;
        }
    if (!has && best.count) {
        has = true;
        name = best;
        paper->owner_row = best_row;
    }
    if (!has) {
        paper->owner_row = paper->row_count;
        return;
    }
    bool elsewhere = off_form(paper, "owner") && !paper->fits->below.form;
    put_name(paper, FIELD_OWNER, &name,
             elsewhere ? _("this does not stand where the form has it") : NULL);
    weaken(paper, FIELD_OWNER, elsewhere ? 0.5 : 1);
}

/* ---------------------------------------------------------------- the signer */

static bool is_office(const struct paper *paper, size_t at)
{
    static const char *const offices[] = {"chutich",
                                          "phochutich",
                                          "giamdoc",
                                          "phogiamdoc",
                                          "truongphong",
                                          "truongcongan",
                                          "hieutruong",
                                          "truongban",
                                          "chanhvanphong",
                                          "nguoikytrichluc",
                                          "congchuctuphaphotich",
                                          "tm",
                                          "kt",
                                          "nhandan"};
    const struct row *row = &paper->rows[at];
    if (row->count > 8 || row->box.x + row->box.width / 2.0 < RIGHT_SHARE * page_width(paper, row))
        return false;
    bool capitals = is_upper(text_of(paper, (struct place){at, 0, row->count}));
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++) {
        struct place office = find_phrase(paper, at, 0, offices[i]);
        /* "Trần Trọng Phong" is near to TRƯỞNG PHÒNG */
        if (found(office) &&
            (capitals || strcmp(flatten(paper->arena, text_of(paper, office)), offices[i]) == 0))
            return true;
    }
    for (size_t i = 0; i < row->count; i++) /* "CHỦ TỊCH" with its beginning under the seal */
        if (strcmp(row->tokens[i].flat, "tich") == 0)
            return true;
    return false;
}

static bool under(const struct paper *paper, size_t office, size_t at)
{
    const struct row *a = &paper->rows[office], *b = &paper->rows[at];
    int shift = a->box.x + a->box.width / 2 - (b->box.x + b->box.width / 2);
    return a->page == b->page && b->box.y > a->box.y + a->box.height / 2 &&
           (shift < 0 ? -shift : shift) < SIGNER_SHARE * page_width(paper, b);
}

/* "PHÓ CHỦ TỊCH" with its beginning hidden looks like a name too. */
static bool names_office(const struct paper *paper, const struct name *name)
{
    static const char *const words[] = {"tịch", "phòng", "đốc",  "ủy",   "uỷ",  "phường",
                                        "xã",   "huyện", "tỉnh", "thôn", "xóm", "quận"};
    for (size_t i = 0; i + 1 < name->count; i++)
        if ((strcmp(name->words[i]->flat, "cong") == 0 &&
             strcmp(name->words[i + 1]->flat, "an") == 0) ||
            (strcmp(name->words[i]->flat, "nhan") == 0 &&
             strcmp(name->words[i + 1]->flat, "dan") == 0))
            return true;
    for (size_t i = 0; i < name->count; i++)
        for (size_t j = 0; j < sizeof words / sizeof *words; j++)
            if (strcmp(text_lower(paper->arena, trim_marks(paper->arena, name->words[i]->text)),
                       words[j]) == 0)
                return true;
    return false;
}

/* The first word, or the one before the run, may be a family name that was misread. */
static void misread_surname(const struct paper *paper, size_t row, size_t from, struct name *name)
{
    if (name->count < 2 || name->count == NAME_MAX_WORDS || is_surname(paper, name->words[0]->flat))
        return;
    name->surname = surname_near(paper->surnames, name->words[0]->flat);
    size_t first = name->place.from;
    if (name->surname || first == 0 || first != from)
        return;
    const struct token *before = &paper->rows[row].tokens[first - 1];
    name->surname = surname_near(paper->surnames, before->flat);
    if (!name->surname)
        return;
    memmove(name->words + 1, name->words, name->count * sizeof *name->words);
    name->words[0] = before;
    name->count++;
    name->place.from--;
}

/* The seal hides beginnings: from the first family name on, else the longest run of names. */
static bool name_in_row(const struct paper *paper, size_t at, struct name *name)
{
    struct name longest = {.place = NOWHERE};
    for (size_t i = 0; i < paper->rows[at].count; i++) {
        struct name now = {.place = NOWHERE};
        add_words(paper, at, i, &now);
        if (names_office(paper, &now))
            return false;
        misread_surname(paper, at, i, &now);
        if (now.count >= 3 && now.surname) {
            *name = now;
            return true;
        }
        if (now.count >= 2 && is_surname(paper, now.words[0]->flat)) {
            *name = now;
            return true;
        }
        if (now.count > longest.count)
            longest = now;
    }
    *name = longest;
    return longest.count >= 2;
}

/* The name below the office, best one first with a family name. */
static bool signer_below(const struct paper *paper, size_t office, struct name *best)
{
    *best = (struct name){.place = NOWHERE};
    for (size_t i = 0; i < paper->row_count; i++) {
        struct name name;
        if (i == office || !under(paper, office, i) || is_office(paper, i) ||
            !name_in_row(paper, i, &name))
            continue;
        bool better = best->count == 0 || is_surname(paper, name.words[0]->flat) ||
                      !is_surname(paper, best->words[0]->flat);
        *best = better ? name : *best;
    }
    return best->count > 0;
}

/* The last office with a name below it; tables behind the signature name offices too. */
void read_signer(struct paper *paper)
{
    struct name best;
    for (size_t i = paper->row_count; i-- > 0;)
        if (is_office(paper, i) && signer_below(paper, i, &best)) {
            put_name(paper, FIELD_SIGNER, &best, NULL);
            return;
        }
}
