#include "index/text/tokenizer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "core/message.h"
#include "index/text/terms.h"

#define VERSION "4" /* of what is made; the tables of the channel have their own */

enum { KNOWN = 200000 }; /* words and spellings, some 40 MB at most */

enum made { MADE_TEXT, MADE_NAMES };

struct tokenizer {
    enum made made;
    struct terms *terms;         /* of MADE_TEXT */
    struct syllables *syllables; /* of MADE_NAMES */
    struct tokens tokens;
    uint64_t *given; /* tokens of this row, by a hash; open addressing, 0 free */
    size_t given_room;
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
        if (tokenizer->made == MADE_TEXT)
            tokenizer->terms = terms_new(context);
        else
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
    terms_free(tokenizer->terms);
    syllables_free(tokenizer->syllables);
    tokens_clear(&tokenizer->tokens);
    free(tokenizer->given);
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
    size_t room = 1024;
    while (room < 32 * tokenizer->tokens.count)
        room *= 2;
    if (room > tokenizer->given_room) {
        free(tokenizer->given);
        tokenizer->given = memory_new(room * sizeof *tokenizer->given);
        tokenizer->given_room = room;
    } else {
        memset(tokenizer->given, 0, tokenizer->given_room * sizeof *tokenizer->given);
    }
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

static void give_text(struct row *row, const char *text, const struct token *at)
{
    size_t size = strlen(text);
    if (is_new(row->tokenizer, token_hash(text, size)))
        give(row, text, size, at);
}

/* Nobody asks where a term stood. */
static void give_terms(struct row *row, const struct page_terms *found)
{
    static const struct token nowhere;
    for (size_t i = 0; i < found->word_count; i++) {
        size_t size;
        const char *word = terms_word(row->tokenizer->terms, found->words[i], &size);
        give(row, word, size, &nowhere);
    }
    for (size_t i = 0; i < found->skeleton_count; i++) {
        char token[TERMS_SKELETON_SIZE];
        terms_skeleton(found->skeletons[i], token);
        give(row, token, sizeof token, &nowhere);
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
    struct row row = {tokenizer, context, sink, SQLITE_OK};
    if (tokenizer->made == MADE_NAMES) {
        syllables_trim(tokenizer->syllables, KNOWN);
        tokens_cut(tokenizer->syllables, text, (size_t)size, &tokenizer->tokens);
        start_row(tokenizer);
        give_names(&row);
    } else {
        struct page_terms found;
        if (terms_count(tokenizer->terms) > KNOWN)
            terms_forget(tokenizer->terms);
        terms_of_page(tokenizer->terms, text, (size_t)size, &found);
        give_terms(&row, &found);
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
