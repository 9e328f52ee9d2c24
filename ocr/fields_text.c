#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "ocr/fields.h"
#include "ocr/letters.h"
#include "ocr/syllable.h"

#define BLANK_SHARE 0.8    /* of a line's height: between the parts of one printed line */
#define SAME_ROW_SHARE 0.6 /* ... and so much of it they share */
#define MARGIN_SHARE 0.06  /* of the page's width: a row that ends so near the margin runs on */

char *flatten(struct arena *arena, const char *text)
{
    char *flat = text_fold(arena, text), *to = flat;
    for (const char *at = flat; *at; at++)
        if ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9'))
            *to++ = *at;
    *to = 0;
    return flat;
}

/* ---------------------------------------------------------------- rows and tokens */

static struct box join(struct box a, struct box b)
{
    int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
    int bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
    int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
    return (struct box){x, y, right - x, bottom - y};
}

static void add_token(struct paper *paper, struct row *row, const struct word *word, size_t from,
                      size_t to, size_t length)
{
    struct token *token = &row->tokens[row->count++];
    token->text = arena_strndup(paper->arena, word->text + from, to - from);
    token->flat = flatten(paper->arena, token->text);
    token->confidence = word->confidence;
    token->changed = word->changed != NULL;
    token->box = word->box;
    token->box.x += (int)((size_t)word->box.width * from / length);
    token->box.width = (int)((size_t)word->box.width * (to - from) / length);
}

/* Wide blanks cut a printed line apart: "Ngày,   tháng,   năm sinh: ...". */
static bool goes_on(const struct row *row, int page, const struct line *line)
{
    int right = row->box.x + row->box.width, gap = line->box.x - right;
    int top = row->box.y > line->box.y ? row->box.y : line->box.y;
    int foot = row->box.y + row->box.height, lower = line->box.y + line->box.height;
    int lesser = row->box.height < line->box.height ? row->box.height : line->box.height;
    return row->page == page && row->block == line->block && line->box.x > row->box.x &&
           gap < BLANK_SHARE * lesser && gap > -lesser &&
           (foot < lower ? foot : lower) - top > SAME_ROW_SHARE * lesser;
}

static void add_row(struct paper *paper, int page, const struct line *line)
{
    size_t room = 0;
    for (size_t i = 0; i < line->word_count; i++)
        room += 1 + strlen(line->words[i].text);
    bool joined = paper->row_count > 0 && goes_on(&paper->rows[paper->row_count - 1], page, line);
    struct row *row = &paper->rows[joined ? paper->row_count - 1 : paper->row_count++];
    if (joined)
        row->box = join(row->box, line->box);
    else
        *row = (struct row){page, line->block, line->box, NULL, 0};
    struct token *before = row->tokens;
    size_t kept = row->count;
    row->tokens = arena_array(paper->arena, kept + room + 1, sizeof *row->tokens);
    if (kept)
        memcpy(row->tokens, before, kept * sizeof *before);
    for (size_t i = 0; i < line->word_count; i++) {
        const char *text = line->words[i].text;
        size_t length = strlen(text), from = 0;
        for (size_t at = 0; at < length; at++)
            if ((text[at] == ':' || text[at] == ';') && at + 1 < length && text[at + 1] != '/') {
                add_token(paper, row, &line->words[i], from, at + 1, length);
                from = at + 1;
            }
        if (from < length)
            add_token(paper, row, &line->words[i], from, length, length);
    }
}

void paper_init(struct paper *paper)
{
    size_t room = 0;
    for (size_t i = 0; i < paper->page_count; i++)
        room += paper->pages[i] ? paper->pages[i]->line_count : 0;
    paper->rows = arena_array(paper->arena, room + 1, sizeof *paper->rows);
    for (size_t i = 0; i < paper->page_count; i++)
        for (size_t j = 0; paper->pages[i] && j < paper->pages[i]->line_count; j++)
            add_row(paper, (int)i, &paper->pages[i]->lines[j]);
    paper->owner_row = paper->row_count;
}

int page_height(const struct paper *paper, const struct row *row)
{
    return paper->pages[row->page]->height_px;
}

int page_width(const struct paper *paper, const struct row *row)
{
    return paper->pages[row->page]->width_px;
}

bool runs_on(const struct paper *paper, size_t at)
{
    if (at >= paper->row_count)
        return false; /* the value of a slot is whole */
    const struct row *row = &paper->rows[at];
    int right = 0, end = row->box.x + row->box.width;
    for (size_t i = 0; i < paper->row_count; i++)
        if (paper->rows[i].page == row->page &&
            paper->rows[i].box.x + paper->rows[i].box.width > right)
            right = paper->rows[i].box.x + paper->rows[i].box.width;
    return right - end < MARGIN_SHARE * page_width(paper, row) && at + 1 < paper->row_count &&
           paper->rows[at + 1].page == row->page;
}

char *text_of(const struct paper *paper, struct place place)
{
    char *text = arena_strdup(paper->arena, "");
    for (size_t i = place.from; i < place.to; i++)
        text = arena_printf(paper->arena, "%s%s%s", text, *text ? " " : "",
                            paper->rows[place.row].tokens[i].text);
    return text;
}

static bool is_letter(uint32_t code)
{
    return text_is_letter(code) || (code >= '0' && code <= '9');
}

char *trim_marks(struct arena *arena, const char *text)
{
    const char *first = NULL, *end = text;
    for (const char *at = text, *here = text; *at; here = at)
        if (is_letter(text_next(&at))) {
            first = first ? first : here;
            end = at;
        }
    return first ? arena_strndup(arena, first, (size_t)(end - first)) : arena_strdup(arena, "");
}

bool is_upper(const char *text)
{
    struct arena *arena = arena_new();
    const char *lower = text_lower(arena, text);
    size_t letters = 0, changed = 0;
    for (const char *a = text, *b = lower; *a && *b;) {
        uint32_t p = text_next(&a), q = text_next(&b);
        bool letter = is_letter(p) && !(p >= '0' && p <= '9');
        letters += letter;
        changed += letter && p != q;
    }
    arena_free(arena);
    return letters >= 2 && changed * 5 >= letters * 4;
}

/* ---------------------------------------------------------------- phrases */

size_t edits_allowed(size_t length)
{
    return length < 4 ? 0 : length < 9 ? 1 : length < 16 ? 2 : length / 6;
}

bool alike(const char *flat, const char *wanted)
{
    size_t a = strlen(flat), b = strlen(wanted), allowed = edits_allowed(b);
    if ((a > b ? a - b : b - a) > allowed)
        return false;
    return text_distance(flat, wanted) <= allowed;
}

bool found(struct place place)
{
    return place.to > place.from;
}

/* The window from `start` that is nearest to the phrase; *edits is that distance. */
static size_t best_window(const struct row *row, size_t start, const char *phrase, size_t *edits)
{
    size_t length = strlen(phrase), allowed = edits_allowed(length), used = 0, best = 0;
    char window[160];
    *edits = allowed + 1;
    for (size_t end = start; end < row->count && end < start + 12; end++) {
        size_t more = strlen(row->tokens[end].flat);
        if (used + more >= sizeof window || used + more > length + allowed)
            break;
        memcpy(window + used, row->tokens[end].flat, more + 1);
        used += more;
        size_t off = used > length ? used - length : length - used;
        if (more == 0 || off > (allowed + 1) / 2) /* a short word more or less is another phrase */
            continue;
        size_t distance = text_distance(window, phrase);
        if (distance < *edits) {
            *edits = distance;
            best = end + 1;
        }
    }
    return best;
}

struct place find_phrase(const struct paper *paper, size_t row, size_t from, const char *phrase)
{
    const struct row *line = &paper->rows[row];
    struct place best = NOWHERE;
    size_t best_edits = (size_t)-1;
    for (size_t start = from; start < line->count; start++) {
        if (!*line->tokens[start].flat)
            continue;
        size_t edits, end = best_window(line, start, phrase, &edits);
        if (end && edits < best_edits) {
            best = (struct place){row, start, end};
            best_edits = edits;
        }
    }
    return best;
}

bool row_has(const struct paper *paper, size_t row, const char *phrase)
{
    return found(find_phrase(paper, row, 0, phrase));
}

/* ---------------------------------------------------------------- digits */

static char digit_of(uint32_t code)
{
    static const char from[] = "OoQDlI|!]Jj[SsBZzGbqg", to[] = "0000111111115582266"
                                                               "99";
    if (code >= '0' && code <= '9')
        return (char)code;
    const char *at = code < 0x80 ? strchr(from, (int)code) : NULL;
    if (at && *at)
        return to[at - from];
    if (code >= 0xCC && code <= 0xCF) /* Ì Í Î Ï */
        return '1';
    return code >= 0xD2 && code <= 0xD6 ? '0' : 0; /* Ò Ó Ô Õ Ö */
}

int read_digits(const char *text, bool loose, char *digits, size_t size)
{
    size_t count = 0;
    int changed = 0;
    for (const char *at = text; *at;) {
        uint32_t code = text_next(&at);
        if (loose && (code == ' ' || code == '.' || code == '-'))
            continue;
        char digit = digit_of(code);
        if (!digit || count + 1 >= size)
            return -1;
        changed += (uint32_t)digit != code;
        digits[count++] = digit;
    }
    digits[count] = 0;
    return count ? changed : -1;
}

/* ---------------------------------------------------------------- fields */

double doubt_below(const struct paper *paper, enum field_id id)
{
    double least = paper->settings->doubt_confidence, own = least;
    if (id == FIELD_OWNER || id == FIELD_SIGNER)
        own = 0.92;
    else if (id == FIELD_NUMBER || id == FIELD_OWNER_ID || id == FIELD_DATE ||
             id == FIELD_BIRTH_DATE || id == FIELD_BOOK)
        own = 0.90;
    return own > least ? own : least;
}

/* Names are written in syllables; and what the language chose a person should see. */
static const char *doubt_of_letters(const struct paper *paper, enum field_id id, struct place place)
{
    bool name = id == FIELD_OWNER || id == FIELD_SIGNER;
    for (size_t i = place.from; i < place.to; i++) {
        const struct token *token = &paper->rows[place.row].tokens[i];
        if (token->changed)
            return _("a word of it was not read but chosen as the likelier one");
        if (name && *token->flat && !syllable_possible(trim_marks(paper->arena, token->text)))
            return _("a syllable of it is none of Vietnamese");
    }
    return NULL;
}

void put_field(struct paper *paper, enum field_id id, const char *value, struct place place,
               const char *doubt)
{
    struct field *field = &paper->document->fields[id];
    if (field->source == SOURCE_PERSON || !value || !*value)
        return;
    *field = (struct field){.value = value, .source = SOURCE_OCR, .page = -1, .confidence = 1};
    if (found(place)) {
        const struct row *row = &paper->rows[place.row];
        field->printed = text_of(paper, place);
        field->page = row->page;
        field->box = row->tokens[place.from].box;
        for (size_t i = place.from; i < place.to; i++) {
            field->box = join(field->box, row->tokens[i].box);
            if (*row->tokens[i].flat && row->tokens[i].confidence < field->confidence)
                field->confidence = row->tokens[i].confidence;
        }
    }
    if (!doubt && found(place))
        doubt = doubt_of_letters(paper, id, place);
    if (!doubt && field->confidence < doubt_below(paper, id))
        doubt = _("this was hard to read");
    field->doubt = doubt;
}

void weaken(struct paper *paper, enum field_id id, double factor)
{
    struct field *field = &paper->document->fields[id];
    if (field->source == SOURCE_OCR)
        field->confidence *= factor;
}
