#include "index/tokenizer.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "core/message.h"
#include "index/token.h"

const char tokenizer_version[] = "1";

enum { KNOWN_SPELLINGS = 50000 }; /* a few MB */

enum made { MADE_WORDS, MADE_SKELETONS, MADE_NAMES };

struct tokenizer {
    enum made made;
    struct syllables *syllables;
    struct tokens tokens;
};

typedef int token_sink(void *context, int flags, const char *token, int size, int start, int end);

static int create(void *context, const char **arguments, int count, Fts5Tokenizer **out)
{
    static const char *const names[] = {"words", "skeletons", "names"};
    (void)context;
    for (size_t i = 0; count == 1 && i < sizeof names / sizeof *names; i++) {
        if (strcmp(arguments[0], names[i]) != 0)
            continue;
        struct tokenizer *tokenizer = memory_new(sizeof *tokenizer);
        tokenizer->made = (enum made)i;
        tokenizer->syllables = syllables_new();
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

static int give(void *context, token_sink *sink, int flags, const char *text,
                const struct token *at)
{
    return sink(context, flags, text, (int)strlen(text), (int)at->start, (int)at->end);
}

static int give_words(const struct tokens *tokens, void *context, token_sink *sink)
{
    int code = SQLITE_OK;
    size_t join = 0;
    for (size_t i = 0; i < tokens->count && code == SQLITE_OK; i++) {
        const struct token *at = &tokens->at[i];
        code = give(context, sink, 0, at->syllable->folded, at);
        for (; join < tokens->join_count && tokens->joins[join].first == i; join++)
            if (code == SQLITE_OK)
                code = give(context, sink, FTS5_TOKEN_COLOCATED,
                            tokens->joins[join].syllable->folded, at);
    }
    return code;
}

static int give_skeletons(const struct tokens *tokens, const char *text, void *context,
                          token_sink *sink)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i + 1 < tokens->count && code == SQLITE_OK; i++) {
        char pieces[7];
        if (tokens_part(tokens, text, i))
            continue;
        memcpy(pieces, tokens->at[i].syllable->skeleton, 2);
        memcpy(pieces + 2, tokens->at[i + 1].syllable->skeleton, 3);
        code = give(context, sink, 0, pieces, &tokens->at[i]);
        if (code != SQLITE_OK || i + 2 >= tokens->count || tokens_part(tokens, text, i + 1))
            continue;
        memcpy(pieces + 4, tokens->at[i + 2].syllable->skeleton, 3);
        code = give(context, sink, FTS5_TOKEN_COLOCATED, pieces, &tokens->at[i]);
    }
    return code;
}

static int give_names(const struct tokens *tokens, void *context, token_sink *sink)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < tokens->count && code == SQLITE_OK; i++) {
        const struct token *at = &tokens->at[i];
        char skeleton[4] = {'~', at->syllable->skeleton[0], at->syllable->skeleton[1], 0};
        code = give(context, sink, 0, at->syllable->folded, at);
        if (code == SQLITE_OK)
            code = give(context, sink, FTS5_TOKEN_COLOCATED, skeleton, at);
    }
    return code;
}

static int tokenize(Fts5Tokenizer *handle, void *context, int flags, const char *text, int size,
                    token_sink *sink)
{
    struct tokenizer *tokenizer = (struct tokenizer *)handle;
    if (flags & FTS5_TOKENIZE_QUERY)
        return give_query(context, text, size, sink);
    if (!text || size <= 0)
        return SQLITE_OK;
    syllables_trim(tokenizer->syllables, KNOWN_SPELLINGS);
    tokens_cut(tokenizer->syllables, text, (size_t)size, &tokenizer->tokens);
    switch (tokenizer->made) {
    case MADE_WORDS:
        return give_words(&tokenizer->tokens, context, sink);
    case MADE_SKELETONS:
        return give_skeletons(&tokenizer->tokens, text, context, sink);
    case MADE_NAMES:
        return give_names(&tokenizer->tokens, context, sink);
    }
    return SQLITE_ERROR;
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

enum status tokenizer_register(struct db *db, struct error *error)
{
    fts5_tokenizer functions = {create, destroy, tokenize};
    fts5_api *api = find_api(db_native(db));
    if (!api || api->xCreateTokenizer(api, "sohoa", NULL, &functions, NULL) != SQLITE_OK)
        return error_set(
            error, STATUS_FATAL,
            _("this SQLite has no full-text search (FTS5); install a build that has it"));
    return STATUS_OK;
}
