#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/fields_name.h"
#include "ocr/letters.h"

#define BARE_FACTOR 0.3     /* so sure is a name yet with a syllable that cannot be */
#define STRANGER_FACTOR 0.3 /* ... and one whose family name nobody bears */
#define BRIEF_FACTOR 0.4    /* ... and one of two words: three in four had lost a word */
#define CELL_SHARE 0.25     /* of the page's width: a cell of names is no wider */

bool is_surname(const struct paper *paper, const char *flat)
{
    return surname_of(paper->surnames, flat) != NULL;
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

void add_words(const struct paper *paper, size_t row_at, size_t from, struct name *name)
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

bool take_name(const struct paper *paper, size_t row, size_t from, struct name *name)
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

static bool has_form(const struct surname *surname, const char *word)
{
    const char *at = strstr(surname->spelled, word);
    size_t length = strlen(word);
    for (; at; at = strstr(at + 1, word))
        if ((at == surname->spelled || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

/* What a word of a name can only be: "nguyên" at its head, "thi" in its middle. */
static const char *mend_word(const struct paper *paper, const struct name *name, size_t at,
                             const char *word, bool *mended)
{
    const struct surname *surname =
        at == 0 ? surname_of(paper->surnames, name->words[0]->flat) : NULL;
    const char *right = word;
    if (name->surname && at == 0)
        right = name->surname->spelled;
    else if (surname && !strchr(surname->spelled, ' '))
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

const char *spell_name(struct paper *paper, enum field_id id, const struct name *name,
                       const char **value, char **printed, double *confidence)
{
    char *spelled = arena_strdup(paper->arena, "");
    const char *first = "";
    bool mended = false, bare = false;
    *printed = arena_strdup(paper->arena, "");
    *confidence = 1;
    for (size_t i = 0; i < name->count; i++) {
        double own;
        const char *word = mend_word(paper, name, i, vote(paper, name, i, &own), &mended);
        first = i == 0 ? word : first;
        spelled = arena_printf(paper->arena, "%s%s%s", spelled, i ? " " : "", word);
        *printed =
            arena_printf(paper->arena, "%s%s%s", *printed, i ? " " : "", name->words[i]->text);
        *confidence = own < *confidence ? own : *confidence;
        bare = bare || lost_mark(paper, word);
    }
    *value = text_title(paper->arena, spelled);
    bool stranger = !mended && !is_surname(paper, name->words[0]->flat);
    const struct surname *family = surname_of(paper->surnames, name->words[0]->flat);
    stranger = stranger || (!mended && !has_form(family, first));
    bool low = *confidence < doubt_below(paper, id), brief = name->count == 2;
    *confidence *= bare ? BARE_FACTOR : stranger ? STRANGER_FACTOR : brief ? BRIEF_FACTOR : 1;
    if (bare)
        return _("a syllable of this name seems to have lost its tone mark");
    if (mended)
        return _("a word was misread and has been mended");
    if (stranger)
        return _("this does not begin with a family name we know");
    if (brief)
        return _("this is short for a name; a part of it may not have been read");
    return low ? _("this was hard to read") : NULL;
}

void put_name(struct paper *paper, enum field_id id, const struct name *name, const char *doubt)
{
    const char *value;
    char *printed;
    double confidence;
    const char *own = spell_name(paper, id, name, &value, &printed, &confidence);
    put_field(paper, id, value, name->place, doubt ? doubt : own);
    struct field *field = &paper->document->fields[id];
    if (field->source == SOURCE_OCR) {
        field->printed = printed;
        field->confidence = confidence;
        field->doubt = doubt ? doubt : own;
    }
}
