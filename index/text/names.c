/*
 * Persons by name, in any order of its words: first the distinct names that may be meant, then
 * those who bear them.
 *
 *   N0  all words, folded
 *   N1  all but one, and that a letter apart  when few bear what was typed
 *   N2  each word or one a letter apart       when nobody does
 *   N3  all skeletons                         likewise
 */
#include "index/text/search.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "index/text/full_text.h"

enum { NAMES = 400, ENOUGH = 10 };

/* A name that may be meant. */
struct meant {
    const char *name, *base;
    double score;
};

struct names {
    struct search *search;
    const struct query_words *words;
    struct meant at[NAMES];
    size_t count, kept; /* kept: persons */
    struct db_query *name, *persons;
};

enum tier { N0, N1, N2, N3, TIERS };

static void add_letters(struct buffer *match, const struct query_word *word)
{
    char less[TOKEN_CHARS * 4 + 2];
    size_t size = strlen(word->folded);
    const char *joint = "(";
    for (size_t left_out = 0; size <= NAME_LETTERS && left_out <= size; left_out++)
        if (name_less(word->folded, left_out, less)) {
            buffer_printf(match, "%s\"%s\"", joint, less);
            joint = " OR ";
        }
    if (*joint == '(')
        buffer_printf(match, "(\"%s\"", word->folded);
    buffer_text(match, ")");
}

/* slip: the word that is a letter apart; all are when it is none of them. */
static void add_words(struct buffer *match, const struct names *names, enum tier tier, size_t slip)
{
    for (size_t i = 0; i < names->words->count; i++) {
        const struct query_word *word = &names->words->at[i];
        buffer_text(match, i ? " AND " : "");
        if (tier == N3)
            buffer_printf(match, "\"~%s\"", word->skeleton);
        else if (tier == N2 || i == slip)
            add_letters(match, word);
        else
            buffer_printf(match, "\"%s\"", word->folded);
    }
}

static const char *match_of(const struct names *names, enum tier tier)
{
    struct buffer match = {0};
    size_t count = names->words->count;
    for (size_t slip = 0; tier == N1 && slip < count; slip++) {
        buffer_text(&match, slip ? " OR (" : "(");
        add_words(&match, names, tier, slip);
        buffer_text(&match, ")");
    }
    if (tier != N1)
        add_words(&match, names, tier, count);
    const char *text = arena_strdup(names->search->arena, (const char *)match.data);
    buffer_clear(&match);
    return text;
}

static int by_score(const void *a, const void *b)
{
    const struct meant *first = a, *second = b;
    if (first->score != second->score)
        return first->score < second->score ? 1 : -1;
    return strcmp(first->name, second->name);
}

/* The names among these rows that are like enough, best first. */
static enum status read_names(struct names *names, const int64_t *ids, size_t count,
                              struct error *error)
{
    struct search *search = names->search;
    enum status status = STATUS_OK;
    names->count = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        db_reset(names->name);
        db_bind_int(names->name, 1, ids[i]);
        status = db_step(names->name, error);
        if (status != STATUS_OK)
            break;
        const char *name = db_text(names->name, 0);
        double score =
            rank_name(names->words, name, search->index->syllables, &search->index->tokens);
        if (score < NAME_KEEP_SCORE)
            continue;
        names->at[names->count++] =
            (struct meant){arena_strdup(search->arena, name),
                           arena_strdup(search->arena, db_text(names->name, 1)), score};
    }
    if (names->count > 0)
        qsort(names->at, names->count, sizeof *names->at, by_score);
    return status;
}

/* Who was born on another day is hardly meant; who has none in the catalogue may be. */
static double with_birth(double score, const char *asked, const char *known)
{
    if (!asked)
        return score;
    if (!known || !*known)
        return score * 0.85;
    return strncmp(known, asked, strlen(asked)) == 0 ? score : score * 0.6;
}

static enum status read_persons(struct names *names, enum hit_why why, struct error *error)
{
    struct search *search = names->search;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < names->count && names->kept < CANDIDATES; i++) {
        const struct meant *meant = &names->at[i];
        db_reset(names->persons);
        db_bind_text(names->persons, 1, meant->base);
        db_bind_text(names->persons, 2, meant->name);
        int limit = filter_bind(&search->filter, names->persons, 3);
        db_bind_int(names->persons, limit, (int64_t)(CANDIDATES - names->kept));
        while ((status = db_step(names->persons, error)) == STATUS_OK) {
            double score =
                with_birth(meant->score, search->query->born, db_text(names->persons, 3));
            search_keep(search, db_int(names->persons, 0), score, why, db_text(names->persons, 1),
                        db_text(names->persons, 2));
            names->kept++;
        }
        if (status != STATUS_END)
            return status;
    }
    return STATUS_OK;
}

static enum status run_tier(struct names *names, enum tier tier, struct error *error)
{
    struct search *search = names->search;
    int64_t ids[NAMES], all = 0;
    size_t count = 0;
    const char *match = match_of(names, tier);
    enum status status = text_candidates(search->index, TEXT_NAMES, match, &search->filter, NAMES,
                                         ids, &count, error);
    if (status == STATUS_OK)
        status = read_names(names, ids, count, error);
    if (status == STATUS_OK)
        status = read_persons(names, tier == N0 ? HIT_NAME : HIT_SIMILAR, error);
    if (status == STATUS_OK && tier == N0 && (count == NAMES || names->kept >= CANDIDATES))
        status = text_count(search->index->db, TEXT_NAMES, match, &search->filter, TOTAL_LIMIT,
                            &all, error);
    if (all > search->total) {
        search->total = all;
        search->total_more = all == TOTAL_LIMIT;
        search->counted = match;
        search->counted_table = TEXT_NAMES;
    }
    return status;
}

enum status lookup_name(struct search *search, const struct query_words *words, bool as_typed,
                        bool alike, struct error *error)
{
    struct names *names = arena_alloc(search->arena, sizeof *names);
    struct db *db = search->index->db;
    *names = (struct names){.search = search, .words = words};
    if (words->count == 0)
        return STATUS_OK;
    struct buffer sql = {0};
    buffer_printf(&sql,
                  "SELECT e.id, e.date, e.document_id, p.birth_date FROM catalog_person p"
                  " CROSS JOIN catalog_entry e ON e.id = p.entry_id"
                  " WHERE p.base = ? AND p.name = ?%s ORDER BY p.id DESC LIMIT ?",
                  search->filter.sql);
    enum status status = db_prepare(
        search->index->db, "SELECT name, base FROM catalog_name WHERE id = ?", &names->name, error);
    if (status == STATUS_OK)
        status = db_prepare(db, (const char *)sql.data, &names->persons, error);
    if (status == STATUS_OK && as_typed)
        status = run_tier(names, N0, error);
    for (int tier = N1; alike && tier < TIERS && status == STATUS_OK; tier++)
        if (names->kept < (tier == N1 ? ENOUGH : 1))
            status = run_tier(names, (enum tier)tier, error);
    db_finish(names->name);
    db_finish(names->persons);
    buffer_clear(&sql);
    return status;
}
