#include "ocr/form_match.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define WORDINGS_MAX 16
#define ANCHORS_MAX 256 /* of one form */
#define LONG_WORDS 6    /* longer texts are looked for by their ends: rows break where they like */
#define END_WORDS 4
#define WINDOW_TOKENS 14
#define MATCHES_MAX 24 /* of one phrase */
#define VALUE_ROWS 3   /* a value runs over so many rows at most */
#define TITLE_WEIGHT 2.5
#define MISSING_COST 0.35
#define SHARE_MIN 0.40 /* below this share no form fits */
#define BELOW_SHARE_MIN 0.5

struct at {
    size_t row, token;
};

struct match {
    size_t from, to; /* in the stream of tokens */
    double score;    /* 0..1 */
    bool colon;
};

struct phrase {
    const char *flat;
    size_t length, forms;
    const struct form *last_form; /* counted for it already */
    struct match *matches;
    size_t count;
    unsigned char bag[36];
};

struct wording {
    struct phrase *phrase;
    bool colon; /* the label ends with one */
};

struct anchor {
    struct wording wordings[WORDINGS_MAX];
    size_t count;
    bool optional, title, foot;
    const char *slot; /* whose label it is; NULL: none */
    bool leader;
};

struct outline {
    struct anchor *anchors;
    size_t count;
};

struct matcher {
    struct paper *paper;
    struct at *stream;
    size_t length;
    struct phrase **phrases;
    size_t phrase_count, room, form_count;
};

/* ---------------------------------------------------------------- the paper as one stream */

static const struct token *token_at(const struct matcher *matcher, size_t i)
{
    return &matcher->paper->rows[matcher->stream[i].row].tokens[matcher->stream[i].token];
}

static void make_stream(struct matcher *matcher)
{
    const struct paper *paper = matcher->paper;
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
    phrase->matches = arena_array(matcher->paper->arena, MATCHES_MAX, sizeof *phrase->matches);
    for (size_t i = 0; i < matcher->length && phrase->count < MATCHES_MAX; i++) {
        struct match now;
        if (!*token_at(matcher, i)->flat || !match_at(matcher, phrase, i, &now))
            continue;
        struct match *last = phrase->count ? &phrase->matches[phrase->count - 1] : NULL;
        if (last && now.from < last->to && now.score > last->score)
            *last = now;
        else if (!last || now.from >= last->to)
            phrase->matches[phrase->count++] = now;
    }
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

/* Two columns are read one after the other; a table's cells are no labels of values beside them. */
static void make_outline(struct matcher *matcher, const struct form *form, struct outline *outline)
{
    outline->anchors = arena_array(matcher->paper->arena, ANCHORS_MAX, sizeof *outline->anchors);
    bool body = false;
    for (size_t i = 0; i < form->row_count;) {
        const struct form_row *row = &form->rows[i];
        if (row->column_count != 2 || row->table) {
            for (size_t j = 0; j < row->column_count; j++) {
                const struct form_column *column = &row->columns[j];
                struct anchor like = {.title = column->centred && column->bold && !row->table};
                add_column(matcher, form, outline, column, like);
                body = body || like.title;
            }
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

/* ---------------------------------------------------------------- the best chain */

struct link {
    const struct match *match;
    size_t anchor, before; /* before: link index + 1; 0: it is the first */
    double own, total;
};

static double rarity(const struct matcher *matcher, const struct phrase *phrase)
{
    return 1.2 - 0.8 * (double)phrase->forms / (double)(matcher->form_count + 1);
}

static double weight_of(const struct matcher *matcher, const struct anchor *anchor)
{
    double weight = 0;
    for (size_t i = 0; i < anchor->count; i++) {
        const struct phrase *phrase = anchor->wordings[i].phrase;
        double letters = phrase->length < 18 ? (double)phrase->length : 18;
        double own = letters * rarity(matcher, phrase);
        weight = own > weight ? own : weight;
    }
    return weight * (anchor->title ? TITLE_WEIGHT : 1);
}

static size_t make_links(const struct matcher *matcher, const struct outline *outline,
                         struct link *links, size_t room)
{
    size_t count = 0;
    for (size_t a = 0; a < outline->count; a++) {
        const struct anchor *anchor = &outline->anchors[a];
        double weight = weight_of(matcher, anchor);
        for (size_t w = 0; w < anchor->count; w++)
            for (size_t m = 0; m < anchor->wordings[w].phrase->count && count < room; m++) {
                const struct match *match = &anchor->wordings[w].phrase->matches[m];
                double colon = anchor->wordings[w].colon && !match->colon ? 0.6 : 1;
                double own = weight * match->score * colon;
                links[count++] = (struct link){match, a, 0, own, own};
            }
    }
    return count;
}

/* Fills chain with the links of the best chain, first to last; the links' sum is *total. */
static size_t best_chain(struct link *links, size_t count, size_t *chain, double *total)
{
    size_t best = 0, length = 0;
    for (size_t i = 0; i < count; i++) {
        double before = 0;
        for (size_t j = 0; j < i; j++)
            if (links[j].anchor < links[i].anchor && links[j].match->to <= links[i].match->from &&
                links[j].total > before) {
                before = links[j].total;
                links[i].before = j + 1;
            }
        links[i].total = before + links[i].own;
        if (best == 0 || links[i].total > links[best - 1].total)
            best = i + 1;
    }
    *total = best ? links[best - 1].total : 0;
    for (size_t i = best; i; i = links[i - 1].before)
        length++;
    size_t put = length;
    for (size_t i = best; i; i = links[i - 1].before)
        chain[--put] = i - 1;
    return length;
}

/* ---------------------------------------------------------------- values */

/* How far a value goes that begins at `from`: to the next phrase, or to the end of its rows. */
static size_t value_end(const struct matcher *matcher, size_t from, size_t next)
{
    const struct paper *paper = matcher->paper;
    size_t row = matcher->stream[from].row, rows = 1, i = from;
    for (; i < next; i++) {
        size_t now = matcher->stream[i].row;
        if (now == row)
            continue;
        if (rows == VALUE_ROWS || now != row + 1 || !runs_on(paper, row))
            break;
        row = now;
        rows++;
    }
    return i;
}

static void add_region(struct matcher *matcher, struct form_fit *fit, const struct anchor *anchor,
                       size_t label, size_t from, size_t next)
{
    struct paper *paper = matcher->paper;
    if (from >= next)
        return;
    size_t label_row = matcher->stream[label].row, first = matcher->stream[from].row;
    if (first > label_row + 1 || paper->rows[first].page != paper->rows[label_row].page)
        return;
    size_t end = value_end(matcher, from, next);
    struct row *row = &paper->rows[paper->row_count + paper->region_rows];
    *row = (struct row){.page = paper->rows[first].page,
                        .block = paper->rows[first].block,
                        .box = paper->rows[first].box,
                        .tokens = arena_array(paper->arena, end - from + 1, sizeof *row->tokens)};
    for (size_t i = from; i < end; i++)
        row->tokens[row->count++] = *token_at(matcher, i);
    fit->regions[fit->region_count++] =
        (struct region){anchor->slot, paper->row_count + paper->region_rows++, first, anchor->leader};
}

struct trial {
    struct outline outline;
    struct link *links;
    size_t *chain, length;
    double share, rank;
    bool title;
    size_t first, last; /* in the stream, without the letterhead and the signature */
};

static void try_form(struct matcher *matcher, const struct form *form, struct trial *trial)
{
    struct arena *arena = matcher->paper->arena;
    enum { LINKS_MAX = 2000 };
    double all = 0, found_weight = 0;
    trial->links = arena_array(arena, LINKS_MAX, sizeof *trial->links);
    trial->chain = arena_array(arena, trial->outline.count + 1, sizeof *trial->chain);
    size_t count = make_links(matcher, &trial->outline, trial->links, LINKS_MAX);
    trial->length = best_chain(trial->links, count, trial->chain, &found_weight);
    for (size_t i = 0; i < trial->outline.count; i++)
        all +=
            trial->outline.anchors[i].optional ? 0 : weight_of(matcher, &trial->outline.anchors[i]);
    trial->share = all > 0 ? fmin(found_weight / all, 1) : 0;
    trial->rank = found_weight - MISSING_COST * fmax(all - found_weight, 0);
    trial->first = matcher->length;
    for (size_t i = 0; i < trial->length; i++) {
        const struct link *link = &trial->links[trial->chain[i]];
        const struct anchor *anchor = &trial->outline.anchors[link->anchor];
        trial->title = trial->title || anchor->title;
        if (anchor->foot || (!anchor->title && trial->first == matcher->length && !trial->title))
            continue;
        trial->first = link->match->from < trial->first ? link->match->from : trial->first;
        trial->last = link->match->to;
    }
    (void)form;
}

static void take_form(struct matcher *matcher, const struct form *form, const struct trial *trial,
                      struct form_fit *fit)
{
    *fit = (struct form_fit){.form = form, .share = trial->share};
    fit->regions = arena_array(matcher->paper->arena, trial->length + 1, sizeof *fit->regions);
    fit->first_row = trial->first < matcher->length ? matcher->stream[trial->first].row : 0;
    for (size_t i = 0; i < trial->length; i++) {
        const struct link *link = &trial->links[trial->chain[i]];
        const struct anchor *anchor = &trial->outline.anchors[link->anchor];
        size_t next =
            i + 1 < trial->length ? trial->links[trial->chain[i + 1]].match->from : matcher->length;
        if (anchor->slot)
            add_region(matcher, fit, anchor, link->match->to - 1, link->match->to, next);
    }
}

const struct region *form_region(const struct form_fit *fit, const char *slot, size_t nth)
{
    for (size_t i = 0; i < fit->region_count; i++)
        if (strcmp(fit->regions[i].slot, slot) == 0 && nth-- == 0)
            return &fit->regions[i];
    return NULL;
}

void form_match(struct paper *paper, const struct form *forms, size_t count, struct form_fits *out)
{
    struct matcher matcher = {.paper = paper, .form_count = count};
    *out = (struct form_fits){0};
    make_stream(&matcher);
    if (matcher.length == 0 || count == 0)
        return;
    struct trial *trials = arena_array(paper->arena, count, sizeof *trials);
    for (size_t i = 0; i < count; i++)
        make_outline(&matcher, &forms[i], &trials[i].outline);
    const struct trial *best = NULL, *below = NULL;
    for (size_t i = 0; i < count; i++) {
        try_form(&matcher, &forms[i], &trials[i]);
        if (trials[i].share >= SHARE_MIN && (!best || trials[i].rank > best->rank))
            best = &trials[i];
    }
    for (size_t i = 0; i < count && best; i++)
        if (trials[i].title && *forms[i].type && trials[i].share >= BELOW_SHARE_MIN &&
            trials[i].first >= best->last && best->last > 0 &&
            (!below || trials[i].rank > below->rank))
            below = &trials[i];
    size_t room = paper->row_count + (best ? best->length : 0) + (below ? below->length : 0) + 1;
    struct row *rows = arena_array(paper->arena, room, sizeof *rows);
    memcpy(rows, paper->rows, paper->row_count * sizeof *rows);
    paper->rows = rows;
    if (best)
        take_form(&matcher, &forms[best - trials], best, &out->body);
    if (below)
        take_form(&matcher, &forms[below - trials], below, &out->below);
}
