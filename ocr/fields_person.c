#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/form_match.h"
#include "ocr/letters.h"

#define NAME_MAX_WORDS 6
#define CELL_SHARE 0.25   /* of the page's width: a cell of names is no wider */
#define RIGHT_SHARE 0.55  /* a signature stands right of this */
#define SIGNER_SHARE 0.22 /* name and office share their middle, give or take */
#define LABEL_WORDS 5     /* a colon so many words behind a label still belongs to it */

/* First syllables of family names, the usual ones of the Kinh and of the mountain peoples. Those
 * with a spelling of their own are nearly always meant when a reading comes near them. */
static const struct surname {
    const char *flat, *spelled;
} surnames[] = {
    {"nguyen", "nguyễn"}, {"tran", "trần"},   {"pham", "phạm"},     {"hoang", "hoàng"},
    {"huynh", "huỳnh"},   {"phan", "phan"},   {"dang", "đặng"},     {"bui", "bùi"},
    {"duong", "dương"},   {"trinh", "trịnh"}, {"truong", "trương"}, {"dinh", "đinh"},
    {"doan", NULL},       {"luong", NULL},    {"le", NULL},         {"vu", NULL},
    {"vo", NULL},         {"do", NULL},       {"ho", NULL},         {"ngo", NULL},
    {"ly", NULL},         {"mai", NULL},      {"lam", NULL},        {"dao", NULL},
    {"ha", NULL},         {"to", NULL},       {"ta", NULL},         {"cao", NULL},
    {"chu", NULL},        {"thai", NULL},     {"tong", NULL},       {"quach", NULL},
    {"kieu", NULL},       {"luu", NULL},      {"ma", NULL},         {"nong", NULL},
    {"vi", NULL},         {"lo", NULL},       {"quan", NULL},       {"ninh", NULL},
    {"trieu", NULL},      {"thieu", NULL},    {"la", NULL},         {"lu", NULL},
    {"tang", NULL},       {"mac", NULL},      {"phung", NULL},      {"hua", NULL},
    {"khuat", NULL},      {"nghiem", NULL},   {"tieu", NULL},       {"ton", NULL},
    {"thach", NULL},      {"cu", NULL},       {"giang", NULL},      {"dam", NULL},
    {"vuong", NULL},      {"vang", NULL},     {"giap", NULL},       {"khong", NULL},
    {"luc", NULL},        {"cam", NULL},      {"ksor", NULL},       {"rcom", NULL},
    {"siu", NULL},        {"nay", NULL},      {"chau", NULL},       {"au", NULL},
    {"bach", NULL},       {"banh", NULL},     {"danh", NULL},       {"lau", NULL},
    {"sung", NULL},       {"thao", NULL},     {"hau", NULL},
};
#define SURNAME_COUNT (sizeof surnames / sizeof *surnames)

static const struct surname *surname_of(const char *flat)
{
    for (size_t i = 0; i < SURNAME_COUNT; i++)
        if (strcmp(flat, surnames[i].flat) == 0)
            return &surnames[i];
    return NULL;
}

static bool is_surname(const char *flat)
{
    return surname_of(flat) != NULL;
}

/* "nhuyen", "yham": the one family name of the usual ones that is one letter off; NULL: none or
 * two. */
static const struct surname *near_surname(const char *flat)
{
    const struct surname *near = NULL;
    for (size_t i = 0; i < SURNAME_COUNT && surnames[i].spelled; i++) {
        size_t length = strlen(surnames[i].flat);
        size_t allowed = i == 0 ? 2 : 1; /* four people in ten are a Nguyễn */
        if (length < 4 || (i > 0 && strlen(flat) != length) ||
            text_distance(flat, surnames[i].flat) > allowed)
            continue;
        if (near)
            return NULL;
        near = &surnames[i];
    }
    return near;
}

/* ---------------------------------------------------------------- words of a name */

/* A capital and letters behind it: "Nguyễn", "NGUYỄN," (ends: a mark behind it ends the name). */
static bool name_word(const struct paper *paper, const struct token *token, bool *capitals,
                      bool *ends)
{
    const char *text = trim_marks(paper->arena, token->text);
    const char *lower = text_lower(paper->arena, text);
    size_t letters = 0, changed = 0;
    const char *b = lower;
    for (const char *a = text; *a && *b;) {
        uint32_t p = text_next(&a), q = text_next(&b);
        bool letter = text_is_letter(p);
        if (!letter || (letters == 0 && p == q))
            return false;
        letters++;
        changed += p != q;
    }
    size_t length = strlen(token->text);
    *capitals = letters >= 2 && changed == letters;
    *ends = length && strchr(",;.:)/", token->text[length - 1]);
    bool mixed = changed > 1 && changed < letters && letters > 2;
    return letters > 0 && letters <= 7 && !mixed &&
           strcspn(token->flat, "aeiouy") < strlen(token->flat);
}

/* Words that look like a name's but begin the next label: "Giới tính", "Nam, nữ", "Dân tộc". */
static bool next_label(const struct row *row, size_t at)
{
    static const char *const pairs[] = {
        "gioitinh",  "namnu",     "ngaysinh", "sinhngay",   "namsinh", "dantoc",    "quoctich",
        "ngaythang", "socmnd",    "socccd",   "noisinh",    "diachi",  "giaychung", "cancuoc",
        "quequan",   "chungminh", "ngaycap",  "nghenghiep", "noicu",   "noithuong", "dienthoai",
        "sohieu",    "xeploai",   "ghichu",   "sinhnam"};
    char two[64];
    const char *next = at + 1 < row->count ? row->tokens[at + 1].flat : "";
    const char *flat = row->tokens[at].flat;
    if (strcmp(flat, "cmnd") == 0 || strcmp(flat, "cccd") == 0 || strlen(flat) + strlen(next) > 60)
        return true;
    strcpy(stpcpy(two, flat), next);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strncmp(two, pairs[i], strlen(pairs[i])) == 0 && strlen(two) <= strlen(pairs[i]) + 3)
            return true;
    return false;
}

struct name {
    const struct token *words[NAME_MAX_WORDS];
    size_t count;
    struct place place; /* in its first row */
    bool capitals, closed;
    const struct surname *surname; /* what its first word was misread from; NULL: nothing */
};

static void add_words(const struct paper *paper, size_t row_at, size_t from, struct name *name)
{
    const struct row *row = &paper->rows[row_at];
    size_t start_count = name->count;
    for (size_t i = from; i < row->count && name->count < NAME_MAX_WORDS && !name->closed; i++) {
        bool capitals, ends;
        const struct token *token = &row->tokens[i];
        if (!*token->flat && name->count == start_count)
            continue; /* specks before the name */
        if (!name_word(paper, token, &capitals, &ends) || next_label(row, i) ||
            (name->count > 0 && name->capitals != capitals && token->flat[1])) {
            name->closed = true;
            break;
        }
        if (name->count == 0) {
            name->capitals = capitals;
            name->place = (struct place){row_at, i, i};
        }
        name->words[name->count++] = token;
        if (name->place.row == row_at)
            name->place.to = i + 1;
        name->closed = ends;
    }
}

/* The next row is of the same narrow cell of a table. */
static bool cell_goes_on(const struct paper *paper, size_t at)
{
    if (at + 1 >= paper->row_count)
        return false;
    const struct row *a = &paper->rows[at], *b = &paper->rows[at + 1];
    int gap = b->box.y - (a->box.y + a->box.height), shift = a->box.x - b->box.x;
    return a->page == b->page && a->block == b->block && gap < a->box.height &&
           b->box.y > a->box.y && (shift < 0 ? -shift : shift) < a->box.height &&
           a->box.width < CELL_SHARE * page_width(paper, a) && b->count <= 2;
}

static bool take_name(const struct paper *paper, size_t row, size_t from, struct name *name)
{
    *name = (struct name){.place = NOWHERE};
    add_words(paper, row, from, name);
    if (!name->closed && name->count < NAME_MAX_WORDS &&
        (runs_on(paper, row) || cell_goes_on(paper, row)))
        add_words(paper, row + 1, 0, name);
    return name->count >= 2;
}

/* ---------------------------------------------------------------- spelling */

static size_t near_words(const char *a, const char *b)
{
    return strcmp(a, b) == 0 ? 0 : text_distance(a, b);
}

/* The same name elsewhere on the paper, give or take two letters. */
static bool same_name(const struct row *row, size_t at, const struct name *name)
{
    size_t edits = 0;
    for (size_t i = 0; i < name->count; i++) {
        size_t distance = near_words(row->tokens[at + i].flat, name->words[i]->flat);
        if (distance > 1)
            return false;
        edits += distance;
    }
    return edits <= 2;
}

/* Papers name a person more than once: each word is spelled as most readings have it. */
static const char *vote(const struct paper *paper, const struct name *name, size_t word,
                        double *confidence)
{
    enum { READINGS = 16 };
    const char *readings[READINGS];
    double weights[READINGS] = {0}, best[READINGS] = {0};
    size_t count = 0, winner = 0;
    for (size_t r = 0; r < paper->row_count; r++) {
        const struct row *row = &paper->rows[r];
        for (size_t at = 0; at + name->count <= row->count; at++) {
            if (!same_name(row, at, name))
                continue;
            const struct token *token = &row->tokens[at + word];
            const char *text = text_lower(paper->arena, trim_marks(paper->arena, token->text));
            size_t i = 0;
            while (i < count && strcmp(readings[i], text) != 0)
                i++;
            if (i == READINGS)
                continue;
            readings[i] = text;
            count += i == count;
            weights[i] += token->confidence;
            best[i] = token->confidence > best[i] ? token->confidence : best[i];
        }
    }
    if (count == 0) {
        *confidence = name->words[word]->confidence;
        return text_lower(paper->arena, trim_marks(paper->arena, name->words[word]->text));
    }
    for (size_t i = 1; i < count; i++)
        winner = weights[i] > weights[winner] ? i : winner;
    *confidence = best[winner];
    return readings[winner];
}

/* What a word of a name can only be: "nguyên" at its head, "thi" in its middle. */
static const char *mend_word(const struct name *name, size_t at, const char *word, bool *mended)
{
    const struct surname *surname = at == 0 ? surname_of(name->words[0]->flat) : NULL;
    const char *right = word;
    if (name->surname && at == 0)
        right = name->surname->spelled;
    else if (surname && surname->spelled)
        right = surname->spelled;
    else if (at > 0 && at + 1 < name->count && strcmp(word, "thi") == 0)
        right = "thị";
    *mended = *mended || strcmp(right, word) != 0;
    return right;
}

/* A syllable that ends in c, ch, p or t bears sắc or nặng: "Viêt" has lost its mark. */
static bool lost_mark(const struct paper *paper, const char *word)
{
    const char *flat = flatten(paper->arena, word), *spoken = text_tone_last(paper->arena, word);
    size_t length = strlen(flat), end = strlen(spoken);
    if (length < 2 || end == 0)
        return false;
    bool stop =
        strchr("cpt", flat[length - 1]) || (flat[length - 1] == 'h' && flat[length - 2] == 'c');
    return stop && spoken[end - 1] != '2' && spoken[end - 1] != '5';
}

static void put_name(struct paper *paper, enum field_id id, const struct name *name,
                     const char *doubt)
{
    char *value = arena_strdup(paper->arena, ""), *printed = arena_strdup(paper->arena, "");
    double lowest = 1;
    bool mended = false, bare = false;
    for (size_t i = 0; i < name->count; i++) {
        double confidence;
        const char *word = mend_word(name, i, vote(paper, name, i, &confidence), &mended);
        value = arena_printf(paper->arena, "%s%s%s", value, i ? " " : "", word);
        printed = arena_printf(paper->arena, "%s%s%s", printed, i ? " " : "", name->words[i]->text);
        lowest = confidence < lowest ? confidence : lowest;
        bare = bare || lost_mark(paper, word);
    }
    if (!doubt && bare)
        doubt = _("a syllable of this name seems to have lost its tone mark");
    else if (!doubt && mended)
        doubt = _("a word was misread and has been mended");
    else if (!doubt && !is_surname(name->words[0]->flat))
        doubt = _("this does not begin with a family name we know");
    else if (!doubt && lowest < doubt_below(paper, id))
        doubt = _("this was hard to read");
    put_field(paper, id, text_title(paper->arena, value), name->place, doubt);
    struct field *field = &paper->document->fields[id];
    if (field->source == SOURCE_OCR) {
        field->printed = printed;
        field->confidence = lowest;
        field->doubt = doubt;
    }
}

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
            is_surname(name->words[0]->flat))
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
    for (size_t i = 0; fit->form && (region = form_region(fit, "owner", i)); i++)
        for (size_t at = 0; at < paper->rows[region->row].count && at < 5; at++)
            if (take_name(paper, region->row, at, name)) {
                paper->owner_row = region->printed;
                return true;
            }
    return false;
}

void read_owner(struct paper *paper)
{
    /* Of a married couple the husband is named first on the forms of the register. */
    static const char *const wedding[] = {"hovatenchong", "hochudemtenchong", "hochudemvatenchong",
                                          "hotenchong", NULL};
    static const char *const usual[] = {
        "hovatenkhaisinh", "hochudemvaten", "hochudemten", "hovaten",  "chusudungdat", "capcho",
        "hoten",           "ongba",         "hocsinh",     "sinhvien", "congdan",      NULL};
    struct name name;
    if (owner_of_form(paper, &name)) {
        put_name(paper, FIELD_OWNER, &name, NULL);
        return;
    }
    bool is_wedding = paper->type && strcmp(paper->type, "ket_hon") == 0;
    bool has = false;
    for (size_t i = 0; is_wedding && wedding[i] && !has; i++)
        has = named_by(paper, wedding[i], 0, &name);
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
    if (has)
        put_name(paper, FIELD_OWNER, &name,
                 off_form(paper, "owner") && !paper->fits->below.form
                     ? _("this does not stand where the form has it")
                     : NULL);
    else
        paper->owner_row = paper->row_count;
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
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
        if (row_has(paper, at, offices[i]))
            return true;
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
    static const char *const words[] = {"tịch", "phòng", "đốc", "nhân dân", "ủy", "uỷ"};
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
    if (name->count < 2 || name->count == NAME_MAX_WORDS || is_surname(name->words[0]->flat))
        return;
    name->surname = near_surname(name->words[0]->flat);
    size_t first = name->place.from;
    if (name->surname || first == 0 || first != from)
        return;
    const struct token *before = &paper->rows[row].tokens[first - 1];
    name->surname = near_surname(before->flat);
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
        if (now.count >= 2 && is_surname(now.words[0]->flat)) {
            *name = now;
            return true;
        }
        if (now.count > longest.count)
            longest = now;
    }
    *name = longest;
    return longest.count >= 2;
}

void read_signer(struct paper *paper)
{
    size_t office = paper->row_count;
    for (size_t i = paper->row_count; i-- > 0 && office == paper->row_count;)
        if (is_office(paper, i))
            office = i;
    struct name best = {.place = NOWHERE};
    for (size_t i = 0; office < paper->row_count && i < paper->row_count; i++) {
        struct name name;
        if (i == office || !under(paper, office, i) || is_office(paper, i) ||
            !name_in_row(paper, i, &name))
            continue;
        bool better =
            best.count == 0 || is_surname(name.words[0]->flat) || !is_surname(best.words[0]->flat);
        best = better ? name : best;
    }
    if (best.count)
        put_name(paper, FIELD_SIGNER, &best, NULL);
}
