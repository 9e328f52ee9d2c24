#include "index/text/tokenizer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "core/message.h"
#include "index/text/token.h"

#define VERSION "3" /* of what is made; the tables of the channel have their own */

enum { KNOWN_SPELLINGS = 200000 }; /* some 40 MB at most, when a large archive is entered */

enum made { MADE_TEXT, MADE_NAMES };

struct tokenizer {
    enum made made;
    struct syllables *syllables;
    struct tokens tokens;
    uint64_t *given; /* tokens of this row, by a hash; open addressing, 0 free */
    size_t given_room;
    uint32_t *last; /* by spelling: the row that had it last */
    size_t last_room;
    uint32_t row;
};

typedef int token_sink(void *context, int flags, const char *token, int size, int start, int end);

static int create(void *context, const char **arguments, int count, Fts5Tokenizer **out)
{
    static const char *const names[] = {"text", "names"};
    for (size_t i = 0; count == 1 && i < sizeof names / sizeof *names; i++) {
        if (strcmp(arguments[0], names[i]) != 0)
            continue;
        struct tokenizer *tokenizer = memory_new(sizeof *tokenizer);
        tokenizer->made = (enum made)i;
        tokenizer->syllables = syllables_new(context);
        *out = (Fts5Tokenizer *)tokenizer;
        return SQLITE_OK;
    }
    return SQLITE_ERROR;
}

static void destroy(Fts5Tokenizer *handle)
{
    struct tokenizer *tokenizer = (struct tokenizer *)handle;
    if (!tokenizer)
        return;
    syllables_free(tokenizer->syllables);
    tokens_clear(&tokenizer->tokens);
    free(tokenizer->given);
    free(tokenizer->last);
    free(tokenizer);
}

static int give_query(void *context, const char *text, int size, token_sink *sink)
{
    int code = SQLITE_OK;
    for (int at = 0; at < size && code == SQLITE_OK;) {
        int start = at;
        while (at < size && text[at] != ' ')
            at++;
        if (at > start)
            code = sink(context, 0, text + start, at - start, start, at);
        at++;
    }
    return code;
}

/* One row on its way into the index. */
struct row {
    struct tokenizer *tokenizer;
    void *context;
    token_sink *sink;
    int code;
};

static void start_row(struct tokenizer *tokenizer)
{
    size_t room = 1024, spellings = syllables_count(tokenizer->syllables);
    while (room < 4 * tokenizer->tokens.count)
        room *= 2;
    if (room > tokenizer->given_room) {
        free(tokenizer->given);
        tokenizer->given = memory_new(room * sizeof *tokenizer->given);
        tokenizer->given_room = room;
    } else {
        memset(tokenizer->given, 0, tokenizer->given_room * sizeof *tokenizer->given);
    }
    if (spellings > tokenizer->last_room) {
        size_t more = 2 * spellings;
        tokenizer->last = memory_resize(tokenizer->last, more * sizeof *tokenizer->last);
        memset(tokenizer->last + tokenizer->last_room, 0,
               (more - tokenizer->last_room) * sizeof *tokenizer->last);
        tokenizer->last_room = more;
    }
    tokenizer->row++;
}

/* Whether the row has it not yet. */
static bool is_new(struct tokenizer *tokenizer, uint64_t key)
{
    size_t mask = tokenizer->given_room - 1;
    size_t at = (size_t)(key * 0x9E3779B97F4A7C15u >> 32) & mask;
    for (; tokenizer->given[at]; at = (at + 1) & mask)
        if (tokenizer->given[at] == key)
            return false;
    tokenizer->given[at] = key;
    return true;
}

static void give(struct row *row, const char *text, size_t size, const struct token *at)
{
    if (row->code == SQLITE_OK)
        row->code = row->sink(row->context, 0, text, (int)size, (int)at->start, (int)at->end);
}

static void give_new(struct row *row, const char *text, size_t size, uint64_t hash,
                     const struct token *at)
{
    if (is_new(row->tokenizer, hash))
        give(row, text, size, at);
}

static void give_text(struct row *row, const char *text, const struct token *at)
{
    size_t size = strlen(text);
    give_new(row, text, size, token_hash(text, size), at);
}

static void give_words(struct row *row, bool exact)
{
    struct tokenizer *tokenizer = row->tokenizer;
    const struct tokens *tokens = &tokenizer->tokens;
    const char *forms[REPAIRS];
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *at = &tokens->at[i];
        const struct syllable *syllable = at->syllable;
        if (tokenizer->last[syllable->id] == tokenizer->row)
            continue; /* the spelling was there: so were its forms */
        tokenizer->last[syllable->id] = tokenizer->row;
        give_new(row, syllable->folded, syllable->folded_size, syllable->folded_hash, at);
        if (exact && syllable->marked)
            give_new(row, syllable->exact, syllable->exact_size, syllable->exact_hash, at);
        size_t count = syllables_repair(tokenizer->syllables, syllable, forms);
        for (size_t f = 0; f < count; f++)
            give_text(row, forms[f], at);
    }
    if (!exact && tokens->count > 0)
        give_text(row, "~latin", &tokens->at[0]);
    for (size_t j = 0; j < tokens->join_count; j++)
        give_text(row, tokens->joins[j].syllable->folded, &tokens->at[tokens->joins[j].first]);
}

static void give_skeletons(struct row *row, const char *text)
{
    const struct tokens *tokens = &row->tokenizer->tokens;
    bool apart = tokens->count > 1 && tokens_part(tokens, text, 0);
    for (size_t i = 0; i + 1 < tokens->count; i++) {
        bool last = i + 2 >= tokens->count, next_apart = last || tokens_part(tokens, text, i + 1);
        char pieces[8] = {0};
        if (!apart) {
            uint64_t key = 0;
            memcpy(pieces, tokens->at[i].syllable->skeleton, 2);
            memcpy(pieces + 2, tokens->at[i + 1].syllable->skeleton, 2);
            memcpy(pieces + 4, next_apart ? ".." : tokens->at[i + 2].syllable->skeleton, 2);
            memcpy(&key, pieces, sizeof key);
            if (is_new(row->tokenizer, key << 1))
                give(row, pieces, 6, &tokens->at[i]);
        }
        apart = next_apart;
    }
}

static void give_names(struct row *row)
{
    const struct tokens *tokens = &row->tokenizer->tokens;
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *at = &tokens->at[i];
        const char *folded = at->syllable->folded;
        size_t size = strlen(folded);
        char skeleton[4] = {'~', at->syllable->skeleton[0], at->syllable->skeleton[1], 0};
        char less[TOKEN_CHARS * 4 + 2];
        give_text(row, folded, at);
        give_text(row, skeleton, at);
        for (size_t left_out = 0; size <= NAME_LETTERS && left_out <= size; left_out++)
            if (name_less(folded, left_out, less))
                give_text(row, less, at);
    }
}

static int tokenize(Fts5Tokenizer *handle, void *context, int flags, const char *text, int size,
                    token_sink *sink)
{
    struct tokenizer *tokenizer = (struct tokenizer *)handle;
    if (flags & FTS5_TOKENIZE_QUERY)
        return give_query(context, text, size, sink);
    if (!text || size <= 0)
        return SQLITE_OK;
    if (syllables_trim(tokenizer->syllables, KNOWN_SPELLINGS) && tokenizer->last_room > 0)
        memset(tokenizer->last, 0, tokenizer->last_room * sizeof *tokenizer->last);
    tokens_cut(tokenizer->syllables, text, (size_t)size, &tokenizer->tokens);
    struct row row = {tokenizer, context, sink, SQLITE_OK};
    start_row(tokenizer);
    if (tokenizer->made == MADE_NAMES) {
        give_names(&row);
    } else {
        give_words(&row, tokens_engine(&tokenizer->tokens) == ENGINE_VN);
        give_skeletons(&row, text);
    }
    return row.code;
}

/* The FTS5 interface of this connection; NULL when SQLite was built without FTS5. */
static fts5_api *find_api(sqlite3 *sqlite)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(sqlite, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    return api;
}

const char *tokenizer_version(const struct channel *channel, struct arena *arena)
{
    return arena_printf(arena, VERSION "-%08x", channel_version(channel));
}

static void let_go(void *context)
{
    channel_release(context);
}

enum status tokenizer_register(struct db *db, const struct channel *channel, struct error *error)
{
    fts5_tokenizer functions = {create, destroy, tokenize};
    fts5_api *api = find_api(db_native(db));
    void *context = (void *)(uintptr_t)channel_share(channel);
    if (api && api->xCreateTokenizer(api, "sohoa", context, &functions, let_go) == SQLITE_OK)
        return STATUS_OK;
    channel_release(channel);
    return error_set(error, STATUS_FATAL,
                     _("this SQLite has no full-text search (FTS5); install a build that has it"));
}
