#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/form_match.h"

#define YEAR_MIN 1900
#define YEAR_MAX 2199
#define REGISTERED_FACTOR 0.5 /* it is seldom the day of issue as well */

/* ---------------------------------------------------------------- one date */

#define SPLIT_MAX 3 /* a number may have been read as so many words: "20 1 1" */

/* The digits of one word; punctuation around them is no part, but ] and | may be a misread 1.
 * Returns how many were added; -1: this is no number. */
static int add_digits(const char *text, char *digits, size_t length, bool *guessed)
{
    static const char around[] = ",.;:'\"`()_~-";
    char part[8], word[32];
    size_t start = strspn(text, around), end = strlen(text);
    while (end > start && strchr(around, text[end - 1]))
        end--;
    if (end - start == 0 || end - start >= sizeof word)
        return end == start ? 0 : -1;
    memcpy(word, text + start, end - start);
    word[end - start] = 0;
    int changed = read_digits(word, false, part, sizeof part);
    if (changed < 0 || length + strlen(part) > 4)
        return -1;
    strcpy(digits + length, part);
    *guessed = *guessed || changed > 0;
    return (int)strlen(part);
}

static int number_of(const char *text, bool *guessed)
{
    char digits[8];
    return add_digits(text, digits, 0, guessed) > 0 ? atoi(digits) : -1;
}

/* A number of at most `most` digits in the words from *at on; moves *at behind it. */
static int split_number(const struct row *row, size_t *at, size_t most, bool *guessed)
{
    char digits[8] = "";
    for (size_t i = 0; i < SPLIT_MAX && *at < row->count && strlen(digits) < most; i++) {
        if (add_digits(row->tokens[*at].text, digits, strlen(digits), guessed) < 0)
            break;
        (*at)++;
    }
    return *digits ? atoi(digits) : -1;
}

static bool make_iso(int year, int month, int day, char iso[11])
{
    if (year < YEAR_MIN || year > YEAR_MAX || !text_date_valid(year, month, day))
        return false;
    char text[40];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return text_date(text, iso);
}

/* ngày D tháng M năm Y, each word or number in a token of its own, or grown together ("tháng02").
 */
static bool spelled_date(const struct paper *paper, size_t row, size_t at, char iso[11],
                         struct place *where, bool *guessed)
{
    static const char *const names[] = {"ngay", "thang", "nam"};
    const struct row *line = &paper->rows[row];
    int values[3];
    size_t i = at;
    *guessed = false;
    for (int part = 0; part < 3; part++) {
        if (i >= line->count)
            return false;
        const char *flat = line->tokens[i].flat;
        size_t length = strlen(names[part]), letters = strspn(flat, "abcdefghijklmnopqrstuvwxyz");
        if (letters == length && strncmp(flat, names[part], length) == 0 && flat[letters]) {
            values[part] = number_of(flat + letters, guessed);
            i++;
        } else {
            bool right = alike(flat, names[part]) ||
                         (part == 2 && strlen(flat) == 3 && text_distance(flat, names[part]) <= 1);
            if (!right || i + 1 >= line->count)
                return false;
            i++;
            values[part] = split_number(line, &i, part == 2 ? 4 : 2, guessed);
        }
        if (values[part] < 0)
            return false;
    }
    *where = (struct place){row, at, i};
    return make_iso(values[2], values[1], values[0], iso);
}

/* 03/02/2011, 3-2-2011, 03.02.2011, with misread digits. */
static bool short_date(const struct paper *paper, const char *text, char iso[11], bool *guessed)
{
    text = trim_marks(paper->arena, text);
    char part[3][8];
    size_t parts = 0, length = 0;
    for (; *text; text++) {
        if (*text == '/' || *text == '-' || *text == '.') {
            part[parts][length] = 0;
            if (length == 0 || ++parts > 2)
                return false;
            length = 0;
        } else if (length < 7) {
            part[parts][length++] = *text;
        } else {
            return false;
        }
    }
    part[parts][length] = 0;
    if (parts != 2 || length == 0)
        return false;
    int values[3];
    *guessed = false;
    for (int i = 0; i < 3; i++)
        if ((values[i] = number_of(part[i], guessed)) < 0)
            return false;
    return make_iso(values[2], values[1], values[0], iso);
}

/* A short date in one word, or cut into a few of nothing but digits and strokes: "04/05/ 1995". */
static bool cut_date(const struct paper *paper, size_t row, size_t at, char iso[11],
                     struct place *where, bool *guessed)
{
    const struct row *line = &paper->rows[row];
    const char *text = "";
    for (size_t end = at; end < line->count && end < at + SPLIT_MAX; end++) {
        const char *more = line->tokens[end].text;
        if (end > at && (strspn(more, "0123456789/.-,;") < strlen(more) ||
                         strspn(text, "0123456789/.-") < strlen(text)))
            return false;
        text = arena_printf(paper->arena, "%s%s", text, more);
        *where = (struct place){row, at, end + 1};
        if (short_date(paper, text, iso, guessed))
            return true;
    }
    return false;
}

bool find_date(const struct paper *paper, size_t row, size_t from, char iso[11],
               struct place *where, bool *guessed)
{
    for (size_t at = from; at < paper->rows[row].count; at++)
        if (spelled_date(paper, row, at, iso, where, guessed) ||
            cut_date(paper, row, at, iso, where, guessed))
            return true;
    return false;
}

/* ---------------------------------------------------------------- the day of issue */

/* Dates of laws, of other papers, of births and deaths stand behind such words. */
static bool of_something_else(const struct paper *paper, struct place date)
{
    static const char *const words[] = {"sinh", "luat", "ky", "phut", "chet", "luc", "gio"};
    static const char *const phrases[] = {"cancu",   "nghidinh", "quyetdinhso", "totrinh",
                                          "thongtu", "hethan",   "kythi",       "kekhai"};
    const struct row *row = &paper->rows[date.row];
    for (size_t i = 0; i < date.from; i++)
        for (size_t j = 0; j < sizeof words / sizeof *words; j++)
            if (strcmp(row->tokens[i].flat, words[j]) == 0 &&
                strchr(row->tokens[i].text, ',') == NULL)
                return true;
    for (size_t i = date.from; i-- > 0 && !strchr(row->tokens[i].text, ',');)
        if (strcmp(row->tokens[i].flat, "cap") == 0) /* but "Cấp Tiến, ngày ..." is a place */
            return true;
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        struct place at = find_phrase(paper, date.row, 0, phrases[i]);
        if (found(at) && at.from < date.from)
            return true;
    }
    return false;
}

/* "Đông Khê, ngày ...", "Sao từ sổ gốc, ngày ...", "Đăng ký, ngày ...": the row is little else. */
static bool stands_alone(const struct paper *paper, struct place date)
{
    return date.from <= 6 && date.to + 2 >= paper->rows[date.row].count &&
           date.to - date.from >= 3 && !of_something_else(paper, date);
}

struct dated {
    char iso[11];
    struct place where;
    bool guessed;
};

static bool is_certification(const struct paper *paper)
{
    return paper->type && strcmp(paper->type, "chung_thuc") == 0;
}

/* Articles and grounds follow: this is the date of a law that they name. */
static bool text_goes_on(const struct paper *paper, size_t row)
{
    for (size_t i = row + 1; i < paper->row_count && paper->rows[i].page == paper->rows[row].page;
         i++) {
        const struct row *next = &paper->rows[i];
        if (next->count > 2 && (strcmp(next->tokens[0].flat, "dieu") == 0 ||
                                find_phrase(paper, i, 0, "cancu").to == 2))
            return true;
    }
    return false;
}

/* In the letterhead; a certified copy and a form of the civil register have it at the end. */
static bool find_issue(const struct paper *paper, struct dated *out)
{
    bool any = false;
    for (size_t i = 0; i < paper->row_count; i++) {
        struct dated now;
        if (!find_date(paper, i, 0, now.iso, &now.where, &now.guessed) ||
            !stands_alone(paper, now.where))
            continue;
        bool head = i < paper->head_end;
        if (head && !is_certification(paper)) {
            *out = now;
            return true;
        }
        if (text_goes_on(paper, i))
            continue;
        *out = now; /* the last one */
        any = true;
    }
    return any;
}

static bool date_of_form(const struct paper *paper, const struct form_fit *fit, const char *slot,
                         struct dated *out)
{
    const struct region *region;
    for (size_t i = 0; fit->form && (region = form_region(fit, slot, i)); i++)
        if (find_date(paper, region->row, 0, out->iso, &out->where, &out->guessed))
            return true;
    return false;
}

/* When no sentence of issue is read: "Ngày, tháng, năm đăng ký: 22/04/1984". */
static bool find_registration(const struct paper *paper, struct dated *out)
{
    if (date_of_form(paper, &paper->fits->body, "registered", out))
        return true;
    for (size_t i = 0; i < paper->row_count; i++) {
        struct place label = find_phrase(paper, i, 0, "ngaythangnamdangky");
        if (found(label) && find_date(paper, i, label.to, out->iso, &out->where, &out->guessed))
            return true;
    }
    return false;
}

static void read_issue(struct paper *paper)
{
    struct dated date;
    const char *doubt = NULL;
    double factor = 0.7;
    if (!date_of_form(paper, &paper->fits->below, "issued", &date) &&
        !date_of_form(paper, &paper->fits->body, "issued", &date) && !find_issue(paper, &date)) {
        if (!find_registration(paper, &date))
            return;
        doubt = _("only the day of registration was found, not the day of issue");
        factor = REGISTERED_FACTOR;
    }
    if (date.guessed)
        doubt = _("some digits were misread and have been guessed");
    put_field(paper, FIELD_DATE, arena_strdup(paper->arena, date.iso), date.where, doubt);
    weaken(paper, FIELD_DATE, doubt ? factor : 1);
}

/* ---------------------------------------------------------------- the day of birth */

/* ---------------------------------------------------------------- dates in words */

/* "mười lăm" -> 15, "hai nghìn không trăm linh tám" -> 2008; -1: these are no number. */
static int number_in_words(const struct row *row, size_t from, size_t to)
{
    static const struct {
        const char *flat;
        int value;
    } units[] = {{"khong", 0}, {"mot", 1},  {"hai", 2},  {"ba", 3},   {"bon", 4},
                 {"tu", 4},    {"nam", 5},  {"lam", 5},  {"sau", 6},  {"bay", 7},
                 {"tam", 8},   {"chin", 9}, {"mong", 0}, {"linh", 0}, {"le", 0}};
    int sum = 0, unit = 0;
    bool any = false;
    for (size_t i = from; i < to; i++) {
        const char *flat = row->tokens[i].flat;
        size_t u = 0;
        while (u < sizeof units / sizeof *units && strcmp(units[u].flat, flat) != 0)
            u++;
        if (!*flat)
            continue;
        if (strcmp(flat, "nghin") == 0 || strcmp(flat, "ngan") == 0) {
            sum += (unit ? unit : 1) * 1000;
            unit = 0;
        } else if (strcmp(flat, "tram") == 0) {
            sum += unit * 100;
            unit = 0;
        } else if (strcmp(flat, "muoi") == 0) {
            sum += (unit ? unit : 1) * 10;
            unit = 0;
        } else if (u < sizeof units / sizeof *units) {
            unit = units[u].value;
        } else {
            return -1;
        }
        any = true;
    }
    return any ? sum + unit : -1;
}

static size_t word_at(const struct row *row, size_t from, const char *flat)
{
    while (from < row->count && strcmp(row->tokens[from].flat, flat) != 0)
        from++;
    return from;
}

/* "Ngày bảy tháng năm năm hai nghìn không trăm linh tám": the year begins before its thousand. */
static bool date_in_words(const struct row *row, char iso[11])
{
    size_t day = word_at(row, 0, "ngay"), month = word_at(row, day, "thang");
    size_t thousand = word_at(row, month, "nghin");
    thousand = thousand < row->count ? thousand : word_at(row, month, "ngan");
    if (thousand >= row->count || thousand < month + 4)
        return false;
    size_t year = thousand - 1, end = thousand + 1;
    while (end < row->count && number_in_words(row, year, end + 1) >= 0)
        end++;
    return make_iso(number_in_words(row, year, end), number_in_words(row, month + 1, year - 1),
                    number_in_words(row, day + 1, month), iso);
}

/* The form has the day of birth in digits and in words: each proves the other. */
static bool birth_of_form(struct paper *paper)
{
    const struct form_fit *fit = &paper->fits->body;
    const struct region *said = fit->form ? form_region(fit, "owner_birth_words", 0) : NULL;
    struct dated date;
    char words[11] = "";
    bool digits = date_of_form(paper, fit, "owner_birth", &date);
    bool spoken = said && date_in_words(&paper->rows[said->row], words);
    if (!digits && !spoken)
        return false;
    const char *doubt =
        digits && date.guessed ? _("some digits were misread and have been guessed") : NULL;
    if (digits && spoken)
        doubt =
            strcmp(words, date.iso) == 0 ? NULL : _("the day in digits is not the day in words");
    struct place words_place = {said ? said->row : 0, 0, said ? paper->rows[said->row].count : 0};
    put_field(paper, FIELD_BIRTH_DATE,
              arena_strdup(paper->arena, digits && !date.guessed ? date.iso
                                         : spoken                ? words
                                                                 : date.iso),
              digits ? date.where : words_place, doubt);
    weaken(paper, FIELD_BIRTH_DATE, doubt ? 0.6 : 1);
    return true;
}

/* The first behind the owner's name; without a name, the first on the paper. */
static void read_birth(struct paper *paper)
{
    if (birth_of_form(paper))
        return;
    static const char *const labels[] = {"ngaythangnamsinh", "ngaysinh", "sinhngay"};
    size_t start = paper->owner_row < paper->row_count ? paper->owner_row : 0;
    for (size_t i = start; i < paper->row_count; i++)
        for (size_t j = 0; j < sizeof labels / sizeof *labels; j++) {
            struct place label = find_phrase(paper, i, 0, labels[j]);
            struct dated date;
            if (!found(label))
                continue;
            bool here = find_date(paper, i, label.to, date.iso, &date.where, &date.guessed);
            /* the row may break behind the label; in a table the date stands in the next cell */
            for (size_t next = i + 1; !here && next < paper->row_count && next < i + 3; next++)
                here = find_date(paper, next, 0, date.iso, &date.where, &date.guessed) &&
                       date.where.from == 0;
            if (!here)
                continue;
            put_field(paper, FIELD_BIRTH_DATE, arena_strdup(paper->arena, date.iso), date.where,
                      date.guessed ? _("some digits were misread and have been guessed") : NULL);
            return;
        }
}

void read_dates(struct paper *paper)
{
    read_issue(paper);
    read_birth(paper);
}
