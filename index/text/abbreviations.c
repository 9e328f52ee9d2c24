#include "index/text/abbreviations.h"

#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

struct abbreviation {
    struct query_word brief;
    struct query_words full;
};

struct abbreviations {
    struct abbreviation *at;
    size_t count;
};

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static enum status read_line(const char *path, const char *line, int number, struct arena *arena,
                             struct abbreviations *out, struct error *error)
{
    const char *tab = strchr(line, '\t');
    if (!*text_tidy(arena, line) || line[0] == '#')
        return STATUS_OK;
    struct query_words brief = {0}, full = {0};
    if (tab) {
        brief = query_words(arena_strndup(arena, line, (size_t)(tab - line)), arena);
        full = query_words(tab + 1, arena);
    }
    if (brief.count != 1 || full.count == 0)
        return error_set(error, STATUS_REJECT,
                         _("%s:%d: write one abbreviation, a tab, and its words"), path, number);
    out->at[out->count++] = (struct abbreviation){brief.at[0], full};
    return STATUS_OK;
}

enum status abbreviations_read(const char *path, struct arena *arena, struct abbreviations **out,
                               struct error *error)
{
    char *text = NULL;
    *out = arena_alloc(arena, sizeof **out);
    if (!file_exists(path))
        return STATUS_OK;
    enum status status = file_read(path, 1 << 20, arena, &text, NULL, error);
    if (status != STATUS_OK)
        return status;
    (*out)->at = arena_array(arena, count_lines(text), sizeof *(*out)->at);
    int number = 0;
    for (char *line = text; line && status == STATUS_OK; number++) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = 0;
        status = read_line(path, line, number + 1, arena, *out, error);
        line = end;
    }
    return status;
}

static void add(struct query_words *words, const struct query_word *word)
{
    if (words->count < QUERY_SYLLABLES)
        words->at[words->count++] = *word;
    words->marked = words->marked || strcmp(word->folded, word->exact) != 0;
}

static const struct abbreviation *brief_at(const struct abbreviations *list,
                                           const struct query_word *word)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].brief.folded, word->folded) == 0)
            return &list->at[i];
    return NULL;
}

/* The abbreviation whose long form stands at words[i]. */
static const struct abbreviation *full_at(const struct abbreviations *list,
                                          const struct query_words *words, size_t i)
{
    for (size_t a = 0; a < list->count; a++) {
        const struct query_words *full = &list->at[a].full;
        size_t same = 0;
        while (same < full->count && i + same < words->count &&
               strcmp(full->at[same].folded, words->at[i + same].folded) == 0)
            same++;
        if (same == full->count)
            return &list->at[a];
    }
    return NULL;
}

void query_variants(struct query *query, const struct abbreviations *abbreviations,
                    struct arena *arena)
{
    const struct query_words *typed = &query->words[0];
    query->variant_count = typed->count > 0;
    if (!abbreviations)
        return;
    struct query_words full = {.at = arena_array(arena, QUERY_SYLLABLES, sizeof *full.at)};
    struct query_words brief = {.at = arena_array(arena, QUERY_SYLLABLES, sizeof *brief.at)};
    bool written_out = false, shortened = false;
    for (size_t i = 0; i < typed->count; i++) {
        const struct abbreviation *known = brief_at(abbreviations, &typed->at[i]);
        written_out = written_out || known;
        for (size_t w = 0; known && w < known->full.count; w++)
            add(&full, &known->full.at[w]);
        if (!known)
            add(&full, &typed->at[i]);
    }
    for (size_t i = 0; i < typed->count; i++) {
        const struct abbreviation *known = full_at(abbreviations, typed, i);
        shortened = shortened || known;
        add(&brief, known ? &known->brief : &typed->at[i]);
        i += known ? known->full.count - 1 : 0;
    }
    /* What nobody typed with marks is not asked for with marks. */
    full.marked = full.marked && typed->marked;
    if (written_out)
        query->words[query->variant_count++] = full;
    if (shortened)
        query->words[query->variant_count++] = brief;
}
