#include "index/text/postings.h"

#include <stdlib.h>
#include <string.h>

#include "index/text/segment.h"
#include "index/text/terms.h"

/* A posting is the rest of its term's number, then the page's among those gathered. Those of words
 * lie in piles by the upper half of the number, those of skeletons by the first of the three. */
enum {
    PAGES = 1 << 16,
    GATHERED = 16 << 20, /* postings, 64 MB; then they are written */
    WORDS = 4 << 20,     /* likewise; a pile has 65,536 */
    SKELETON_PILES = 256,
    SECOND_LEAST = 0x30, /* the least byte of a skeleton (skeleton_pack); there are 200 */
    SECONDS = 208
};
_Static_assert(SECONDS *SECONDS < 1 << 16, "two skeletons are half of a posting");

struct pile {
    uint32_t *at;
    size_t count, room;
};

struct postings {
    struct db *db;
    const char *table;
    struct terms *terms;
    struct pile *words, skeletons[SKELETON_PILES];
    size_t word_piles;
    struct pile sorting; /* room to sort in */
    int64_t *rows;       /* of the pages */
    size_t pages, gathered;
    uint32_t *leaves; /* of the segments */
    size_t segments;
    int64_t all_rows, all_tokens;
};

static void make_room(struct pile *pile, size_t more)
{
    if (pile->count + more <= pile->room)
        return;
    pile->room = pile->room ? pile->room + pile->room / 2 + more : 4096 + more;
    pile->at = memory_resize(pile->at, pile->room * sizeof *pile->at);
}

static void add(struct pile *pile, uint32_t posting)
{
    if (pile->count == pile->room)
        make_room(pile, 1);
    pile->at[pile->count++] = posting;
}

static void make_piles(struct postings *postings)
{
    size_t count = (terms_count(postings->terms) >> 16) + 1;
    if (postings->words && count <= postings->word_piles)
        return;
    postings->words = memory_resize(postings->words, count * sizeof *postings->words);
    for (size_t i = postings->word_piles; i < count; i++)
        postings->words[i] = (struct pile){0};
    postings->word_piles = count;
}

static void gather(struct postings *postings, int64_t row, const char *text)
{
    struct page_terms found = {0};
    uint32_t page = (uint32_t)postings->pages++;
    postings->rows[page] = row;
    terms_of_page(postings->terms, text, strlen(text), &found);
    make_piles(postings);
    for (size_t i = 0; i < found.word_count; i++)
        add(&postings->words[found.words[i] >> 16], found.words[i] << 16 | page);
    for (size_t i = 0; i < found.skeleton_count; i++) {
        uint32_t key = found.skeletons[i];
        uint32_t rest = ((key >> 8 & 0xFF) - SECOND_LEAST) * SECONDS + (key & 0xFF) - SECOND_LEAST;
        add(&postings->skeletons[key >> 16], rest << 16 | page);
    }
    postings->gathered += found.word_count + found.skeleton_count;
}

/* ---------------------------------------------------------------- sorting */

/* By one byte; what is equal stays in its order. */
static void sort_by(const struct pile *from, uint32_t *to, int shift)
{
    size_t starts[257] = {0};
    for (size_t i = 0; i < from->count; i++)
        starts[(from->at[i] >> shift & 0xFF) + 1]++;
    for (size_t i = 1; i < 256; i++)
        starts[i] += starts[i - 1];
    for (size_t i = 0; i < from->count; i++)
        to[starts[from->at[i] >> shift & 0xFF]++] = from->at[i];
}

/* By the term; pages came in order and stay so. */
static void sort_pile(struct postings *postings, struct pile *pile)
{
    struct pile *sorting = &postings->sorting;
    sorting->count = 0;
    make_room(sorting, pile->count);
    sort_by(pile, sorting->at, 16);
    sorting->count = pile->count;
    sort_by(sorting, pile->at, 24);
}

/* ---------------------------------------------------------------- writing */

/* A word and where its postings begin. */
struct written {
    const char *text;
    const struct pile *pile;
    size_t size, first;
};

static int by_bytes(const void *a, const void *b)
{
    const struct written *first = a, *second = b;
    size_t least = first->size < second->size ? first->size : second->size;
    int order = memcmp(first->text, second->text, least);
    return order ? order : (first->size > second->size) - (first->size < second->size);
}

/* The rows of the postings from first on that have the same term; where the next ones begin. */
static size_t write_rows(const struct postings *postings, struct segment *segment,
                         const struct pile *pile, size_t first)
{
    size_t at = first;
    for (; at < pile->count && pile->at[at] >> 16 == pile->at[first] >> 16; at++)
        segment_row(segment, postings->rows[pile->at[at] & 0xFFFF]);
    return at;
}

static void write_skeletons(struct postings *postings, struct segment *segment)
{
    for (uint32_t first = 0; first < SKELETON_PILES; first++) {
        struct pile *pile = &postings->skeletons[first];
        sort_pile(postings, pile);
        for (size_t at = 0; at < pile->count;) {
            char token[TERMS_SKELETON_SIZE];
            uint32_t rest = pile->at[at] >> 16;
            terms_skeleton(first << 16 | (rest / SECONDS + SECOND_LEAST) << 8 |
                               (rest % SECONDS + SECOND_LEAST),
                           token);
            segment_term(segment, token, sizeof token);
            at = write_rows(postings, segment, pile, at);
        }
    }
}

static size_t list_words(struct postings *postings, struct written *words)
{
    size_t count = 0;
    for (uint32_t i = 0; i < postings->word_piles; i++) {
        struct pile *pile = &postings->words[i];
        sort_pile(postings, pile);
        for (size_t at = 0; at < pile->count; at++) {
            if (at > 0 && pile->at[at] >> 16 == pile->at[at - 1] >> 16)
                continue;
            struct written *word = &words[count++];
            *word = (struct written){.pile = pile, .first = at};
            word->text = terms_word(postings->terms, i << 16 | pile->at[at] >> 16, &word->size);
        }
    }
    qsort(words, count, sizeof *words, by_bytes);
    return count;
}

static void write_terms(struct postings *postings, struct segment *segment)
{
    struct written *words = memory_new((terms_count(postings->terms) + 1) * sizeof *words);
    const struct written skeletons = {.text = (const char[]){TERMS_SKELETON}, .size = 1};
    size_t count = list_words(postings, words), at = 0;
    for (; at < count && by_bytes(&words[at], &skeletons) < 0; at++) {
        segment_term(segment, words[at].text, words[at].size);
        write_rows(postings, segment, words[at].pile, words[at].first);
    }
    write_skeletons(postings, segment);
    for (; at < count; at++) {
        segment_term(segment, words[at].text, words[at].size);
        write_rows(postings, segment, words[at].pile, words[at].first);
    }
    free(words);
}

static enum status write_segment(struct postings *postings, struct error *error)
{
    uint32_t leaves = 0;
    struct segment *segment =
        segment_new(postings->db, postings->table, (uint32_t)postings->segments + 1);
    write_terms(postings, segment);
    enum status status = segment_end(segment, &leaves, error);
    postings->leaves =
        memory_resize(postings->leaves, (postings->segments + 1) * sizeof *postings->leaves);
    if (leaves > 0)
        postings->leaves[postings->segments++] = leaves;
    postings->all_rows += (int64_t)postings->pages;
    postings->all_tokens += (int64_t)postings->gathered;
    postings->pages = postings->gathered = 0;
    for (size_t i = 0; i < postings->word_piles; i++)
        postings->words[i].count = 0;
    for (size_t i = 0; i < SKELETON_PILES; i++)
        postings->skeletons[i].count = 0;
    terms_forget(postings->terms);
    return status;
}

static bool is_full(const struct postings *postings)
{
    return postings->pages == PAGES || postings->gathered >= GATHERED ||
           terms_count(postings->terms) >= WORDS;
}

static void drop(struct postings *postings)
{
    for (size_t i = 0; i < postings->word_piles; i++)
        free(postings->words[i].at);
    for (size_t i = 0; i < SKELETON_PILES; i++)
        free(postings->skeletons[i].at);
    free(postings->words);
    free(postings->sorting.at);
    free(postings->rows);
    free(postings->leaves);
    terms_free(postings->terms);
}

enum status postings_fill(struct db *db, const char *table, const char *sql,
                          const struct channel *channel, size_t *segments, struct error *error)
{
    struct postings postings = {.db = db, .table = table};
    struct db_query *query = NULL;
    postings.terms = terms_new(channel);
    postings.rows = memory_new(PAGES * sizeof *postings.rows);
    enum status status = db_prepare(db, sql, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        gather(&postings, db_int(query, 0), db_text(query, 1));
        if (is_full(&postings))
            status = write_segment(&postings, error);
    }
    db_finish(query);
    status = status == STATUS_END ? STATUS_OK : status;
    if (status == STATUS_OK && postings.pages > 0)
        status = write_segment(&postings, error);
    if (status == STATUS_OK)
        status = segments_finish(db, table, postings.leaves, postings.segments, postings.all_rows,
                                 postings.all_tokens, error);
    *segments = postings.segments;
    drop(&postings);
    return status;
}
