#include "ocr/form_match.h"

#include <math.h>
#include <string.h>

#include "ocr/form_outline.h"

#define VALUE_ROWS 3 /* a value runs over so many rows at most */
#define TITLE_WEIGHT 2.5
#define MISSING_COST 0.35
#define SHARE_MIN 0.40 /* below this share no form fits */
#define BELOW_SHARE_MIN 0.5

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
    if (next < matcher->length && matcher->stream[next].row <= row + 1 &&
        paper->rows[row].page == paper->rows[matcher->stream[next].row].page)
        return next;
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
    size_t label_row = matcher->stream[label].row;
    if (anchor->list) {
        fit->regions[fit->region_count++] = (struct region){
            .slot = anchor->slot, .row = label_row, .printed = label_row, .list = true};
        return;
    }
    size_t first = from < next ? matcher->stream[from].row : label_row, end = from;
    if (from < next && first <= label_row + 1 &&
        paper->rows[first].page == paper->rows[label_row].page)
        end = value_end(matcher, from, next);
    const struct row *near = &paper->rows[end > from ? first : label_row];
    struct row *row = &paper->rows[paper->row_count + paper->region_rows];
    *row = (struct row){.page = near->page,
                        .block = near->block,
                        .box = near->box,
                        .tokens = arena_array(paper->arena, end - from + 1, sizeof *row->tokens)};
    for (size_t i = from; i < end; i++)
        row->tokens[row->count++] = *token_at(matcher, i);
    fit->regions[fit->region_count++] =
        (struct region){.slot = anchor->slot,
                        .row = paper->row_count + paper->region_rows++,
                        .printed = end > from ? first : label_row,
                        .leader = anchor->leader};
}

struct trial {
    struct outline outline;
    struct link *links;
    size_t *chain, length;
    double share, rank;
    bool title;
    size_t first, last; /* in the stream, without the letterhead and the signature */
};

static void try_form(struct matcher *matcher, struct trial *trial)
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

bool off_form(const struct paper *paper, const char *slot)
{
    const struct form *form = paper->fits->body.form;
    for (size_t i = 0; form && i < form->row_count; i++)
        for (size_t j = 0; j < form->rows[i].column_count; j++)
            for (size_t k = 0; k < form->rows[i].columns[j].part_count; k++) {
                const struct form_part *part = &form->rows[i].columns[j].parts[k];
                if (part->kind == FORM_SLOT && strcmp(part->text, slot) == 0)
                    return true;
            }
    return false;
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
    struct matcher matcher;
    *out = (struct form_fits){0};
    matcher_init(&matcher, paper);
    matcher.form_count = count;
    if (matcher.length == 0 || count == 0)
        return;
    struct trial *trials = arena_array(paper->arena, count, sizeof *trials);
    for (size_t i = 0; i < count; i++)
        make_outline(&matcher, &forms[i], &trials[i].outline);
    const struct trial *best = NULL, *below = NULL;
    for (size_t i = 0; i < count; i++) {
        try_form(&matcher, &trials[i]);
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
