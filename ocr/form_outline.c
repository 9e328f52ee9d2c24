#include "ocr/form_outline.h"

#include <string.h>

#include "core/text.h"

#define ANCHORS_MAX 256 /* of one form */
#define LONG_WORDS 9    /* longer texts are looked for by their ends: rows break where they like */
#define END_WORDS 4
#define WINDOW_TOKENS 16
#define MATCHES_MAX 24 /* of one phrase */

/* ---------------------------------------------------------------- the paper as one stream */

const struct token *token_at(const struct matcher *matcher, size_t i)
{
    return &matcher->paper->rows[matcher->stream[i].row].tokens[matcher->stream[i].token];
}

void matcher_init(struct matcher *matcher, struct paper *paper)
{
    *matcher = (struct matcher){.paper = paper};
    size_t room = 1;
    for (size_t i = 0; i < paper->row_count; i++)
        room += paper->rows[i].count;
    matcher->stream = arena_array(paper->arena, room, sizeof *matcher->stream);
    for (size_t i = 0; i < paper->row_count; i++)
        for (size_t j = 0; j < paper->rows[i].count; j++)
            matcher->stream[matcher->length++] = (struct at){i, j};
}

/* ---------------------------------------------------------------- phrases */

static void fill_bag(const char *flat, unsigned char bag[36])
{
    memset(bag, 0, 36);
    for (; *flat; flat++)
        bag[*flat <= '9' ? *flat - '0' : *flat - 'a' + 10]++;
}

static bool bags_near(const unsigned char a[36], const unsigned char b[36], size_t allowed)
{
    size_t apart = 0;
    for (int i = 0; i < 36; i++)
        apart += (size_t)(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]);
    return apart <= 2 * allowed;
}

/* A short word is a label only where something follows that it can label. */
static bool labels_something(const struct matcher *matcher, size_t to)
{
    const char *last = token_at(matcher, to - 1)->text;
    return strchr(last, ':') ||
           (to < matcher->length && strpbrk(token_at(matcher, to)->text, "0123456789"));
}

/* The window from `from` that is nearest to the phrase. */
static bool match_at(const struct matcher *matcher, const struct phrase *phrase, size_t from,
                     struct match *out)
{
    size_t allowed = edits_allowed(phrase->length), best = allowed + 1, used = 0;
    char window[160];
    *out = (struct match){.from = from, .to = from + 1};
    const size_t first_row = matcher->stream[from].row;
    for (size_t i = from; i < matcher->length && i < from + WINDOW_TOKENS; i++) {
        const struct token *token = token_at(matcher, i);
        size_t more = strlen(token->flat), row = matcher->stream[i].row;
        if (row > first_row + 1 ||
            matcher->paper->rows[row].page != matcher->paper->rows[first_row].page ||
            used + more >= sizeof window || used + more > phrase->length + allowed)
            break;
        memcpy(window + used, token->flat, more + 1);
        used += more;
        unsigned char bag[36];
        if (more == 0 || used + allowed < phrase->length)
            continue;
        fill_bag(window, bag);
        if (!bags_near(bag, phrase->bag, allowed))
            continue;
        size_t edits = text_distance(window, phrase->flat);
        if (edits < best) {
            best = edits;
            *out = (struct match){from, i + 1, 1 - (double)edits / (double)(allowed + 1),
                                  strchr(token->text, ':') != NULL};
        }
    }
    return best <= allowed && (phrase->length >= 4 || labels_something(matcher, out->to));
}

static void find_matches(const struct matcher *matcher, struct phrase *phrase)
{
    struct match *matches = arena_array(matcher->paper->arena, MATCHES_MAX, sizeof *matches);
    size_t count = 0;
    for (size_t i = 0; i < matcher->length && count < MATCHES_MAX; i++) {
        struct match now;
        if (!*token_at(matcher, i)->flat || !match_at(matcher, phrase, i, &now))
            continue;
        struct match *last = count ? &matches[count - 1] : NULL;
        if (last && now.from < last->to && now.score > last->score)
            *last = now;
        else if (!last || now.from >= last->to)
            matches[count++] = now;
    }
    phrase->matches = matches;
    phrase->count = count;
}

static struct phrase *phrase_of(struct matcher *matcher, const struct form *form, const char *flat)
{
    struct phrase *phrase = NULL;
    for (size_t i = 0; i < matcher->phrase_count && !phrase; i++)
        if (strcmp(matcher->phrases[i]->flat, flat) == 0)
            phrase = matcher->phrases[i];
    if (!phrase) {
        if (matcher->phrase_count == matcher->room) {
            size_t room = matcher->room ? matcher->room * 2 : 256;
            struct phrase **more =
                arena_array(matcher->paper->arena, room, sizeof(struct phrase *));
            if (matcher->phrase_count)
                memcpy(more, matcher->phrases, matcher->phrase_count * sizeof(struct phrase *));
            matcher->phrases = more;
            matcher->room = room;
        }
        phrase = arena_alloc(matcher->paper->arena, sizeof *phrase);
        phrase->flat = flat;
        phrase->length = strlen(flat);
        fill_bag(flat, phrase->bag);
        find_matches(matcher, phrase);
        matcher->phrases[matcher->phrase_count++] = phrase;
    }
    phrase->forms += phrase->last_form != form;
    phrase->last_form = form;
    return phrase;
}

/* ---------------------------------------------------------------- the form as anchors */

/* Words first..last-1 of the text, flat. */
static char *some_words(struct arena *arena, const char *text, size_t first, size_t last)
{
    char *rest = NULL, *copy = arena_strdup(arena, text);
    char *out = arena_alloc(arena, strlen(text) + 1);
    size_t i = 0;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest), i++)
        if (i >= first && i < last)
            strcat(out, flatten(arena, word));
    return out;
}

static size_t count_words(const char *text)
{
    size_t count = 0;
    for (; *text; text += strcspn(text, " ")) {
        text += strspn(text, " ");
        count += *text != 0;
    }
    return count;
}

static void add_wording(struct matcher *matcher, const struct form *form, struct anchor *anchor,
                        const char *flat, bool colon)
{
    if (strlen(flat) < 2 || strlen(flat) > 120) {
        anchor->optional = true;
        return;
    }
    if (anchor->count < WORDINGS_MAX)
        anchor->wordings[anchor->count++] = (struct wording){phrase_of(matcher, form, flat), colon};
}

/* The wordings of a text as one anchor, or as two when it is long: its beginning and its end. */
static void add_text(struct matcher *matcher, const struct form *form, struct outline *outline,
                     char **texts, size_t count, struct anchor like)
{
    struct arena *arena = matcher->paper->arena;
    size_t words = 0;
    for (size_t i = 0; i < count; i++)
        words = count_words(texts[i]) > words ? count_words(texts[i]) : words;
    for (int part = words > LONG_WORDS ? 0 : 1; part < 2; part++) {
        if (outline->count == ANCHORS_MAX)
            return;
        struct anchor *anchor = &outline->anchors[outline->count++];
        *anchor = like;
        anchor->slot = part == 1 ? like.slot : NULL;
        for (size_t i = 0; i < count; i++) {
            size_t own = count_words(texts[i]), length = strlen(texts[i]);
            bool colon = length && strchr(texts[i], ':') &&
                         strspn(strrchr(texts[i], ':'), ": ") == strlen(strrchr(texts[i], ':'));
            if (part == 0 && own <= LONG_WORDS) {
                anchor->optional = true; /* another wording is the long one */
                continue;
            }
            size_t first = part == 0 || own <= LONG_WORDS ? 0 : own - END_WORDS;
            size_t last = part == 0 && own > LONG_WORDS ? END_WORDS + 1 : own;
            add_wording(matcher, form, anchor, some_words(arena, texts[i], first, last),
                        colon && part == 1);
        }
        outline->count -= anchor->count == 0;
    }
}

/* "[Họ tên|Họ và tên] chồng: " -> all the ways it may be printed. */
static size_t spell_out(struct arena *arena, const struct form_part *part, char **texts,
                        size_t count)
{
    if (part->kind == FORM_TEXT) {
        for (size_t i = 0; i < count; i++)
            texts[i] = arena_printf(arena, "%s%s", texts[i], part->text);
        return count;
    }
    char *before[WORDINGS_MAX];
    size_t put = 0;
    memcpy(before, texts, count * sizeof *texts);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < part->choice_count && put < WORDINGS_MAX; j++)
            texts[put++] = arena_printf(arena, "%s%s", before[i], part->choices[j]);
    return put;
}

static void add_column(struct matcher *matcher, const struct form *form, struct outline *outline,
                       const struct form_column *column, struct anchor like)
{
    struct arena *arena = matcher->paper->arena;
    char *texts[WORDINGS_MAX] = {arena_strdup(arena, "")};
    size_t count = 1;
    bool leader = false;
    for (size_t i = 0; i < column->part_count; i++) {
        const struct form_part *part = &column->parts[i];
        if (part->kind == FORM_LEADER) {
            leader = true;
        } else if (part->kind == FORM_SLOT) {
            like.slot = part->text;
            like.leader = leader;
            add_text(matcher, form, outline, texts, count, like);
            texts[0] = arena_strdup(arena, "");
            count = 1;
            leader = false;
        } else {
            count = spell_out(arena, part, texts, count);
        }
    }
    like.slot = NULL;
    like.leader = false;
    add_text(matcher, form, outline, texts, count, like);
}

/* "Họ và tên | {owner}": the text of a cell is the label of the slot in the next. */
static void label_next_cell(struct anchor *anchor, const struct form_column *next)
{
    if (!anchor->slot && next->part_count == 1 && next->parts[0].kind == FORM_SLOT)
        anchor->slot = next->parts[0].text;
}

/* "STT | Họ và tên" above "{index} | {owner}": the heading of the slot's column. */
static const char *slot_below(const struct form *form, size_t row, size_t column)
{
    const struct form_row *below = row + 1 < form->row_count ? &form->rows[row + 1] : NULL;
    if (!below || below->table != form->rows[row].table || column >= below->column_count)
        return NULL;
    for (size_t i = 0; i < below->column_count; i++)
        for (size_t j = 0; j < below->columns[i].part_count; j++)
            if (below->columns[i].parts[j].kind == FORM_TEXT &&
                strspn(below->columns[i].parts[j].text, " ") <
                    strlen(below->columns[i].parts[j].text))
                return NULL; /* cells with text are labels of their own */
    const struct form_column *cell = &below->columns[column];
    return cell->part_count == 1 && cell->parts[0].kind == FORM_SLOT ? cell->parts[0].text : NULL;
}

/* A row of one column, or of a table; true: it is a title. */
static bool add_single(struct matcher *matcher, const struct form *form, struct outline *outline,
                       size_t at)
{
    const struct form_row *row = &form->rows[at];
    bool title = false;
    for (size_t j = 0; j < row->column_count; j++) {
        const struct form_column *column = &row->columns[j];
        struct anchor like = {.title = column->centred && column->bold && !row->table};
        size_t before = outline->count;
        add_column(matcher, form, outline, column, like);
        title = title || like.title;
        if (!row->table || outline->count == before)
            continue;
        struct anchor *anchor = &outline->anchors[outline->count - 1];
        const char *below = slot_below(form, at, j);
        if (below && !anchor->slot) {
            anchor->slot = below;
            anchor->list = true;
        } else if (j + 1 < row->column_count) {
            label_next_cell(anchor, &row->columns[j + 1]);
        }
    }
    return title;
}

/* Two columns are read one after the other; a table's cells are no labels of values beside them. */
void make_outline(struct matcher *matcher, const struct form *form, struct outline *outline)
{
    outline->anchors = arena_array(matcher->paper->arena, ANCHORS_MAX, sizeof *outline->anchors);
    bool body = false;
    for (size_t i = 0; i < form->row_count;) {
        const struct form_row *row = &form->rows[i];
        if (row->column_count != 2 || row->table) {
            body = add_single(matcher, form, outline, i) || body;
            i++;
            continue;
        }
        size_t end = i;
        while (end < form->row_count &&
               (form->rows[end].column_count == 2 || form->rows[end].column_count == 0) &&
               !form->rows[end].table)
            end++;
        for (size_t side = 0; side < 2; side++)
            for (size_t j = i; j < end; j++)
                if (form->rows[j].column_count == 2)
                    add_column(matcher, form, outline, &form->rows[j].columns[side],
                               (struct anchor){.foot = body});
        i = end;
    }
}
