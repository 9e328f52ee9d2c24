/* Where one document ends and the next begins. */
#include "ingest/ingest.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* ---------------------------------------------------------------- the motto */

/* Quốc hiệu and Tiêu ngữ of NĐ 30/2020, as letters without marks or blanks: readers of bad copies
 * lose blanks first. About a quarter of the letters may be wrong of the long one; the short one has
 * neighbours in plain speech ("độc lập và hạnh phúc"). */
static const struct {
    const char *letters;
    int faults;
    bool capitals; /* running text names the state too, but not in capitals */
} mottos[] = {
    {"conghoaxahoichunghiavietnam", 7, true},
    {"doclaptudohanhphuc", 3, false},
};

#define MOTTO_MAX 32
#define LETTERS_MAX 4000 /* of the top third; more is no letterhead */

struct letters {
    char letter[LETTERS_MAX];
    bool capital[LETTERS_MAX];
    int count;
};

static bool in_capitals(struct arena *arena, const char *word)
{
    const char *lower = text_lower(arena, word);
    size_t letters = 0, capitals = 0;
    for (uint32_t code; (code = text_next(&word)); letters++)
        capitals += code != text_next(&lower);
    return 2 * capitals > letters;
}

static void add_word(struct letters *letters, struct arena *arena, const char *word)
{
    bool capital = in_capitals(arena, word);
    for (const char *at = text_fold(arena, word); *at && letters->count < LETTERS_MAX; at++)
        if (*at >= 'a' && *at <= 'z') {
            letters->capital[letters->count] = capital;
            letters->letter[letters->count++] = *at;
        }
}

static bool ends_in_capitals(const struct letters *letters, int end, int length)
{
    int start = end - length + 1 > 0 ? end - length + 1 : 0, capitals = 0;
    for (int i = start; i <= end; i++)
        capitals += letters->capital[i];
    return 2 * capitals > end - start;
}

/* Does the text hold pattern with at most so many letters changed, lost or added, anywhere? One
 * column of the table of edit distances, where a match may begin at any letter for nothing. */
static bool holds(const struct letters *letters, const char *pattern, int faults, bool capitals)
{
    int length = (int)strlen(pattern), column[MOTTO_MAX + 1];
    for (int j = 0; j <= length; j++)
        column[j] = j;
    for (int i = 0; i < letters->count; i++) {
        int diagonal = column[0];
        for (int j = 1; j <= length; j++) {
            int change = diagonal + (letters->letter[i] != pattern[j - 1]);
            int other = (column[j] < column[j - 1] ? column[j] : column[j - 1]) + 1;
            diagonal = column[j];
            column[j] = change < other ? change : other;
        }
        if (column[length] <= faults && (!capitals || ends_in_capitals(letters, i, length)))
            return true;
    }
    return false;
}

static bool begins_with_motto(const struct words *words)
{
    struct arena *arena = arena_new();
    struct letters *letters = memory_new(sizeof *letters);
    bool found = false;
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++) {
            const struct word *word = &words->lines[i].words[j];
            if (word->box.y + word->box.height / 2 < words->height_px / 3)
                add_word(letters, arena, word->text);
        }
    for (size_t i = 0; i < sizeof mottos / sizeof *mottos; i++)
        found = found || holds(letters, mottos[i].letters, mottos[i].faults, mottos[i].capitals);
    free(letters);
    arena_free(arena);
    return found;
}

/* ---------------------------------------------------------------- sheets */

/* Index behind the last page of the sheet that begins at page first. */
static size_t sheet_end(const struct page *pages, size_t count, size_t first)
{
    size_t end = first + 1;
    while (end < count && pages[end].sheet == pages[first].sheet)
        end++;
    return end;
}

static bool sheet_blank(const struct page *pages, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (!pages[i].inspected || !pages[i].blank)
            return false;
    return true;
}

/* Blank sheets before the first written one belong to the first document. */
static void after_blank_sheets(const struct page *pages, size_t count, bool *starts)
{
    bool written = false, between = false;
    for (size_t at = 0, end; at < count; at = end) {
        end = sheet_end(pages, count, at);
        bool blank = sheet_blank(pages, at, end);
        starts[at] = starts[at] || (between && !blank);
        written = written || !blank;
        between = written && blank;
    }
}

static void every(int sheets, const struct page *pages, size_t count, bool *starts)
{
    int seen = 0;
    for (size_t at = 0; at < count; at = sheet_end(pages, count, at))
        starts[at] = seen++ % (sheets > 0 ? sheets : 1) == 0;
}

static bool same_origin(const struct page *a, const struct page *b)
{
    return strcmp(a->origin ? a->origin : "", b->origin ? b->origin : "") == 0;
}

void ingest_separate(int separation, int every_sheets, const struct page *pages,
                     const struct words *const *words, size_t count, bool *starts)
{
    for (size_t i = 0; i < count; i++)
        starts[i] = i == 0;
    switch (separation) {
    case SEPARATE_MOTTO:
        for (size_t i = 1; i < count; i++)
            starts[i] = words && words[i] && begins_with_motto(words[i]);
        break;
    case SEPARATE_BLANK:
        after_blank_sheets(pages, count, starts);
        break;
    case SEPARATE_COUNT:
        every(every_sheets, pages, count, starts);
        break;
    case SEPARATE_FILE:
        for (size_t i = 1; i < count; i++)
            starts[i] = !same_origin(&pages[i - 1], &pages[i]);
        break;
    default: /* SEPARATE_BATCH */
        break;
    }
    /* A PDF that came in is one document, whatever is on its pages. */
    for (size_t i = 1; i < count; i++)
        if (pages[i].received || pages[i - 1].received)
            starts[i] = !pages[i].received || pages[i].received_page == 1;
}
