#include "index/text/terms.h"

#include <stdlib.h>
#include <string.h>

/* One distinct spelling: the numbers of its forms. */
struct forms {
    uint32_t row; /* that had it last */
    bool known;
    uint8_t count;  /* folded first, then what it may stand for */
    uint32_t exact; /* + 1; 0: the same as folded */
    uint32_t words[1 + REPAIRS];
};

struct word {
    uint64_t hash; /* 0 free */
    uint32_t number;
};

struct terms {
    struct syllables *syllables;
    struct tokens tokens;
    struct forms *forms; /* by spelling */
    size_t forms_room;
    struct arena *arena; /* the words */
    const char **words;
    uint16_t *sizes;
    uint32_t *last; /* by word: the row that had it last */
    size_t count, room;
    struct word *slots; /* open addressing */
    size_t slot_count;
    uint32_t row;
    uint32_t *given, *given_skeletons; /* of this row */
    size_t given_count, given_room, skeleton_count, skeleton_room;
    uint32_t *seen; /* its skeletons + 1; open addressing */
    size_t seen_room;
};

enum { KNOWN_SPELLINGS = 200000 }; /* some 40 MB at most, when a large archive is entered */

struct terms *terms_new(const struct channel *channel)
{
    struct terms *terms = memory_new(sizeof *terms);
    terms->syllables = syllables_new(channel);
    terms->arena = arena_new();
    terms->slot_count = 4096;
    terms->slots = memory_new(terms->slot_count * sizeof *terms->slots);
    return terms;
}

void terms_free(struct terms *terms)
{
    if (!terms)
        return;
    syllables_free(terms->syllables);
    tokens_clear(&terms->tokens);
    arena_free(terms->arena);
    free(terms->forms);
    free(terms->words);
    free(terms->sizes);
    free(terms->last);
    free(terms->slots);
    free(terms->given);
    free(terms->given_skeletons);
    free(terms->seen);
    free(terms);
}

size_t terms_count(const struct terms *terms)
{
    return terms->count;
}

const char *terms_word(const struct terms *terms, uint32_t word, size_t *size)
{
    *size = terms->sizes[word];
    return terms->words[word];
}

static void forget_forms(struct terms *terms)
{
    if (terms->forms_room > 0)
        memset(terms->forms, 0, terms->forms_room * sizeof *terms->forms);
}

void terms_forget(struct terms *terms)
{
    forget_forms(terms);
    arena_clear(terms->arena);
    memset(terms->slots, 0, terms->slot_count * sizeof *terms->slots);
    terms->count = 0;
}

/* ---------------------------------------------------------------- words */

static size_t place_of(uint64_t hash)
{
    return (size_t)(hash ^ hash >> 32);
}

static void grow_slots(struct terms *terms)
{
    size_t count = 2 * terms->slot_count;
    struct word *slots = memory_new(count * sizeof *slots);
    for (size_t i = 0; i < terms->slot_count; i++) {
        size_t at = place_of(terms->slots[i].hash);
        if (!terms->slots[i].hash)
            continue;
        while (slots[at & (count - 1)].hash)
            at++;
        slots[at & (count - 1)] = terms->slots[i];
    }
    free(terms->slots);
    terms->slots = slots;
    terms->slot_count = count;
}

static uint32_t add_word(struct terms *terms, const char *text, size_t size)
{
    if (terms->count == terms->room) {
        terms->room = terms->room ? 2 * terms->room : 4096;
        terms->words = memory_resize(terms->words, terms->room * sizeof *terms->words);
        terms->sizes = memory_resize(terms->sizes, terms->room * sizeof *terms->sizes);
        terms->last = memory_resize(terms->last, terms->room * sizeof *terms->last);
    }
    terms->words[terms->count] = arena_strndup(terms->arena, text, size);
    terms->sizes[terms->count] = (uint16_t)size;
    terms->last[terms->count] = 0;
    return (uint32_t)terms->count++;
}

static uint32_t number_of(struct terms *terms, const char *text, size_t size, uint64_t hash)
{
    size_t at = place_of(hash) & (terms->slot_count - 1);
    for (; terms->slots[at].hash; at = (at + 1) & (terms->slot_count - 1)) {
        uint32_t number = terms->slots[at].number;
        if (terms->slots[at].hash == hash && terms->sizes[number] == size &&
            memcmp(terms->words[number], text, size) == 0)
            return number;
    }
    uint32_t number = add_word(terms, text, size);
    terms->slots[at] = (struct word){hash, number};
    if (terms->count * 2 > terms->slot_count)
        grow_slots(terms);
    return number;
}

static uint32_t number_of_text(struct terms *terms, const char *text)
{
    size_t size = strlen(text);
    return number_of(terms, text, size, token_hash(text, size));
}

static void find_forms(struct terms *terms, const struct syllable *syllable, struct forms *forms)
{
    const char *repairs[REPAIRS];
    size_t count = syllables_repair(terms->syllables, syllable, repairs);
    forms->known = true;
    forms->words[0] =
        number_of(terms, syllable->folded, syllable->folded_size, syllable->folded_hash);
    forms->exact = syllable->marked ? 1 + number_of(terms, syllable->exact, syllable->exact_size,
                                                    syllable->exact_hash)
                                    : 0;
    for (size_t i = 0; i < count; i++)
        forms->words[1 + i] = number_of_text(terms, repairs[i]);
    forms->count = (uint8_t)(1 + count);
}

/* ---------------------------------------------------------------- a page */

/* Room for all that so many tokens can give. */
static void start_row(struct terms *terms)
{
    size_t tokens = terms->tokens.count, spellings = syllables_count(terms->syllables);
    size_t most = 1 + tokens * (2 + REPAIRS) + terms->tokens.join_count, room = 1024;
    if (most > terms->given_room) {
        terms->given_room = 2 * most;
        terms->given = memory_resize(terms->given, terms->given_room * sizeof *terms->given);
    }
    if (tokens > terms->skeleton_room) {
        terms->skeleton_room = 2 * tokens;
        terms->given_skeletons = memory_resize(
            terms->given_skeletons, terms->skeleton_room * sizeof *terms->given_skeletons);
    }
    while (room < 2 * tokens)
        room *= 2;
    if (room != terms->seen_room) {
        terms->seen = memory_resize(terms->seen, room * sizeof *terms->seen);
        terms->seen_room = room;
    }
    memset(terms->seen, 0, room * sizeof *terms->seen);
    if (spellings > terms->forms_room) {
        size_t more = 2 * spellings;
        terms->forms = memory_resize(terms->forms, more * sizeof *terms->forms);
        memset(terms->forms + terms->forms_room, 0,
               (more - terms->forms_room) * sizeof *terms->forms);
        terms->forms_room = more;
    }
    terms->row++;
    terms->given_count = terms->skeleton_count = 0;
}

static void give(struct terms *terms, uint32_t word)
{
    terms->given[terms->given_count] = word;
    terms->given_count += terms->last[word] != terms->row;
    terms->last[word] = terms->row;
}

static void give_words(struct terms *terms, bool exact)
{
    const struct tokens *tokens = &terms->tokens;
    for (size_t i = 0; i < tokens->count; i++) {
        struct forms *forms = &terms->forms[tokens->at[i].id];
        if (forms->row == terms->row)
            continue; /* the spelling was there: so were its forms */
        if (!forms->known)
            find_forms(terms, tokens->at[i].syllable, forms);
        forms->row = terms->row;
        for (size_t j = 0; j < forms->count; j++)
            give(terms, forms->words[j]);
        if (exact && forms->exact)
            give(terms, forms->exact - 1);
    }
    if (!exact && tokens->count > 0)
        give(terms, number_of_text(terms, "~latin"));
    for (size_t i = 0; i < tokens->join_count; i++) {
        const struct syllable *joined = tokens->joins[i].syllable;
        give(terms, number_of(terms, joined->folded, joined->folded_size, joined->folded_hash));
    }
}

static void give_skeleton(struct terms *terms, uint32_t key)
{
    size_t mask = terms->seen_room - 1, at = (key * 0x9E3779B1u >> 12) & mask;
    for (; terms->seen[at]; at = (at + 1) & mask)
        if (terms->seen[at] == key + 1)
            return;
    terms->seen[at] = key + 1;
    terms->given_skeletons[terms->skeleton_count++] = key;
}

static void give_skeletons(struct terms *terms, const char *text)
{
    const struct tokens *tokens = &terms->tokens;
    uint32_t nothing = skeleton_pack("");
    bool apart = tokens->count > 1 && tokens_part(tokens, text, 0);
    for (size_t i = 0; i + 1 < tokens->count; i++) {
        bool next_apart = i + 2 >= tokens->count || tokens_part(tokens, text, i + 1);
        uint32_t third = next_apart ? nothing : tokens->at[i + 2].syllable->pack;
        if (!apart)
            give_skeleton(terms, (uint32_t)tokens->at[i].syllable->pack << 16 |
                                     (uint32_t)tokens->at[i + 1].syllable->pack << 8 | third);
        apart = next_apart;
    }
}

void terms_of_page(struct terms *terms, const char *text, size_t size, struct page_terms *out)
{
    if (syllables_trim(terms->syllables, KNOWN_SPELLINGS))
        forget_forms(terms);
    tokens_cut(terms->syllables, text, size, &terms->tokens);
    start_row(terms);
    give_words(terms, tokens_engine(&terms->tokens) == ENGINE_VN);
    give_skeletons(terms, text);
    *out = (struct page_terms){.words = terms->given,
                               .word_count = terms->given_count,
                               .skeletons = terms->given_skeletons,
                               .skeleton_count = terms->skeleton_count};
}

void terms_skeleton(uint32_t skeleton, char token[TERMS_SKELETON_SIZE])
{
    token[0] = TERMS_SKELETON;
    token[1] = (char)(skeleton >> 16);
    token[2] = (char)(skeleton >> 8);
    token[3] = (char)skeleton;
}
