#include "index/text/query.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"
#include "index/text/abbreviations.h"
#include "index/number.h"
#include "index/text/query_fields.h"
#include "index/text/terms.h"

enum { TEXT_LIMIT = 8192 }; /* bytes of what is typed */

struct parser {
    const char *at;
    struct arena *arena;
    struct query *query;
    struct buffer free_text;         /* what is no field, phrase or exclusion */
    const struct query_names *names; /* as in query_parse() */
    bool after_slash;                /* the chunk before had a slash: "-UBND" goes on with it */
};

/* ---------------------------------------------------------------- words */

static struct query_word word_of(const struct syllable *syllable, struct arena *arena)
{
    struct query_word word = {.folded = arena_strdup(arena, syllable->folded),
                              .exact = arena_strdup(arena, syllable->exact),
                              .read = arena_strdup(arena, syllable->read),
                              .folded_hash = syllable->folded_hash,
                              .exact_hash = syllable->exact_hash,
                              .number = syllable->number};
    memcpy(word.skeleton, syllable->skeleton, sizeof word.skeleton);
    return word;
}

static void add_word(struct query_words *words, struct query_word word)
{
    if (words->count < QUERY_SYLLABLES)
        words->at[words->count++] = word;
    words->marked = words->marked || strcmp(word.folded, word.exact) != 0;
}

static struct query_words words_new(struct arena *arena)
{
    return (struct query_words){.at =
                                    arena_array(arena, QUERY_SYLLABLES, sizeof(struct query_word))};
}

static void list_add(struct query_list *list, const char *value)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a member of a query that is there */
    if (list->count < QUERY_VALUES && *value)
        list->at[list->count++] = value;
}

static bool is_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == 0;
}

/* The longest join at token i that is an identifier; NULL when there is none. */
static const struct join *identifier_at(const struct tokens *tokens, size_t i)
{
    const struct join *found = NULL;
    for (size_t j = 0; j < tokens->join_count; j++) {
        const struct join *join = &tokens->joins[j];
        if (join->first == i && is_digits(join->syllable->folded) &&
            number_is_identifier(join->syllable->folded))
            found = join;
    }
    return found;
}

static void see_numbers(struct query *query, const struct tokens *tokens, struct arena *arena)
{
    size_t next = 0; /* token that no number had so far */
    for (size_t j = 0; j < tokens->join_count; j++) {
        const struct join *join = &tokens->joins[j];
        if (is_digits(join->syllable->folded) || join->last < next)
            continue; /* "2004/QĐ-UBND" in "12/2004/QĐ-UBND" is no number of its own */
        list_add(&query->seen_numbers, arena_strdup(arena, join->syllable->folded));
        size_t first = join->first > next ? join->first : next;
        if (join->last >= first) {
            query->sign_words += join->last - first + 1;
            /* "số 15/QĐ": what it is called says nothing more */
            query->sign_words +=
                first > next && strcmp(tokens->at[first - 1].syllable->folded, "so") == 0;
            next = join->last + 1;
        }
    }
}

/* Tokens to words; identifiers in groups become one word. query (may be NULL) learns what it
 * sees. */
static struct query_words words_from(const struct tokens *tokens, struct query *query,
                                     struct arena *arena)
{
    struct query_words words = words_new(arena);
    for (size_t i = 0; i < tokens->count; i++) {
        const struct syllable *syllable = tokens->at[i].syllable;
        const struct join *join = identifier_at(tokens, i);
        if (join) {
            syllable = join->syllable;
            i = join->last;
        }
        if (query && syllable->number && number_is_identifier(syllable->folded))
            list_add(&query->seen_identifiers, arena_strdup(arena, syllable->folded));
        add_word(&words, word_of(syllable, arena));
    }
    if (query)
        see_numbers(query, tokens, arena);
    return words;
}

static struct query_words cut_words(const char *text, struct query *query, struct arena *arena)
{
    struct syllables *table = syllables_new(NULL);
    struct tokens tokens = {0};
    tokens_cut(table, text, strlen(text), &tokens);
    struct query_words words = words_from(&tokens, query, arena);
    tokens_clear(&tokens);
    syllables_free(table);
    return words;
}

struct query_words query_words(const char *text, struct arena *arena)
{
    return cut_words(text, NULL, arena);
}

/* ---------------------------------------------------------------- the parser */

static void skip_blanks(struct parser *parser)
{
    while (*parser->at == ' ')
        parser->at++;
}

/* Bytes of the quotation mark at text; 0 when there is none. */
static size_t quote_at(const char *text)
{
    static const char *const marks[] = {"\"",           "\xe2\x80\x9c", "\xe2\x80\x9d",
                                        "\xe2\x80\x9e", "\xc2\xab",     "\xc2\xbb"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strncmp(text, marks[i], strlen(marks[i])) == 0)
            return strlen(marks[i]);
    return 0;
}

/* The field that begins at text ("số :"), and past its colon. */
static enum field_kind field_at(const char *text, struct arena *arena, const char **past)
{
    size_t length = strcspn(text, ":\"");
    if (length == 0 || length > 24 || text[length] != ':')
        return FIELD_NONE;
    const char *name = text_fold(arena, arena_strndup(arena, text, length));
    *past = text + length + 1;
    return query_field(name);
}

/* Up to the next blank or quotation mark. */
static const char *take_chunk(struct parser *parser)
{
    const char *start = parser->at;
    while (*parser->at && *parser->at != ' ' && (parser->at == start || !quote_at(parser->at)))
        parser->at++;
    return arena_strndup(parser->arena, start, (size_t)(parser->at - start));
}

/* Between quotation marks; an open one ends with the text. */
static const char *take_quoted(struct parser *parser)
{
    parser->at += quote_at(parser->at);
    const char *start = parser->at;
    while (*parser->at && !quote_at(parser->at))
        parser->at++;
    const char *text = arena_strndup(parser->arena, start, (size_t)(parser->at - start));
    parser->at += quote_at(parser->at);
    return text;
}

static bool is_exclusion(const struct parser *parser)
{
    unsigned char next = (unsigned char)parser->at[1];
    return parser->at[0] == '-' && !parser->after_slash &&
           (isalnum(next) || next >= 0x80 || next == '"');
}

/* "145/QĐ-UBND", also where blanks got into it: "145 /QĐ- UBND", "145 QĐ-UBND". */
static const char *take_number(struct parser *parser)
{
    struct buffer value = {0};
    for (bool more = true; more;) {
        const char *chunk = take_chunk(parser);
        buffer_text(&value, chunk);
        skip_blanks(parser);
        char end = value.size ? (char)value.data[value.size - 1] : 0;
        size_t next = strcspn(parser->at, " \"");
        bool capital = isupper((unsigned char)*parser->at) || strncmp(parser->at, "Đ", 2) == 0;
        more = *parser->at && *chunk &&
               (end == '/' || end == '-' || *parser->at == '/' || *parser->at == '-' ||
                (is_digits(chunk) && capital && strcspn(parser->at, "/-") < next));
    }
    const char *text = arena_strdup(parser->arena, value.data ? (const char *)value.data : "");
    buffer_clear(&value);
    return text;
}

/* Chunks as long as they go on with the value: words of a name, groups of digits. */
static const char *take_while(struct parser *parser, bool digits)
{
    const char *past, *start = parser->at;
    while (*parser->at && !quote_at(parser->at) && !is_exclusion(parser) &&
           field_at(parser->at, parser->arena, &past) == FIELD_NONE) {
        if (digits && !isdigit((unsigned char)*parser->at) && parser->at > start)
            break;
        take_chunk(parser);
        skip_blanks(parser);
    }
    return arena_strndup(parser->arena, start, (size_t)(parser->at - start));
}

/* "12/5/1964" or "1964" as ISO; NULL when it is neither. */
static const char *date_of(struct arena *arena, const char *text)
{
    char iso[11];
    size_t length = strcspn(text, ",;");
    const char *bare = arena_strndup(arena, text, length);
    if (text_date(bare, iso))
        return arena_strdup(arena, iso);
    return length == 4 && number_year(bare) ? bare : NULL;
}

static void free_words(struct parser *parser, const char *text)
{
    if (strlen(text) > 4 && date_of(parser->arena, text))
        parser->query->born = date_of(parser->arena, text);
    buffer_text(&parser->free_text, text);
    buffer_text(&parser->free_text, " ");
    parser->after_slash = strchr(text, '/') != NULL;
}

/* A name, with the date or year of birth that may stand among its words. */
static void take_name(struct parser *parser, const char *value)
{
    struct query *query = parser->query;
    struct arena *arena = parser->arena;
    struct buffer name = {0};
    char *copy = arena_strdup(arena, value), *rest = NULL;
    for (char *chunk = strtok_r(copy, " ", &rest); chunk; chunk = strtok_r(NULL, " ", &rest)) {
        const char *born = date_of(arena, chunk);
        query->born = born ? born : query->born;
        if (!born)
            buffer_printf(&name, "%s%s", name.size ? " " : "", chunk);
    }
    if (name.size > 0 && query_words((const char *)name.data, arena).count > 0)
        list_add(&query->names, text_tidy(arena, (const char *)name.data));
    buffer_clear(&name);
}

/* The member of the query that a value of one word or of words goes to; NULL for other fields. */
static const char **member_of(struct query *query, enum field_kind kind)
{
    switch (kind) {
    case FIELD_OF_TYPE:
        return &query->type;
    case FIELD_OF_UNIT:
        return &query->unit;
    case FIELD_OF_PROCEDURE:
        return &query->procedure;
    case FIELD_OF_BOX:
        return &query->box;
    default:
        return NULL;
    }
}

/* A field of dates; what is no date is words. */
static void take_date(struct parser *parser, enum field_kind kind, const char *value)
{
    struct query *query = parser->query;
    const char *date = date_of(parser->arena, value);
    if (!date)
        free_words(parser, value);
    else if (kind == FIELD_OF_YEAR)
        query->year = number_year(date);
    else if (kind == FIELD_OF_BIRTH)
        query->born = date;
    else
        *(kind == FIELD_OF_FROM ? &query->from : &query->until) = date;
}

/* Names of what such a field asks for; NULL: none are known. */
static const char *const *names_of(const struct query_names *names, enum field_kind kind)
{
    return !names                       ? NULL
           : kind == FIELD_OF_TYPE      ? names->types
           : kind == FIELD_OF_UNIT      ? names->units
           : kind == FIELD_OF_PROCEDURE ? names->procedures
                                        : NULL;
}

static void take_field(struct parser *parser, enum field_kind kind)
{
    struct query *query = parser->query;
    bool date = kind >= FIELD_OF_YEAR && kind <= FIELD_OF_UNTIL;
    skip_blanks(parser);
    const char *start = parser->at;
    bool quoted = quote_at(start) > 0;
    const char *value = quoted                    ? take_quoted(parser)
                        : kind == FIELD_OF_NUMBER ? take_number(parser)
                        : date || kind == FIELD_OF_BOX
                            ? take_chunk(parser)
                            : take_while(parser, kind == FIELD_OF_IDENTIFIER);
    size_t known =
        quoted ? 0 : query_name_size(value, names_of(parser->names, kind), parser->arena);
    if (known > 0) { /* what comes behind it is words */
        value = arena_strndup(parser->arena, value, known);
        parser->at = start + known;
    }
    const char **member = member_of(query, kind);
    if (member) {
        if (query_words(value, parser->arena).count > 0)
            *member = text_tidy(parser->arena, value);
    } else if (kind == FIELD_OF_NUMBER) {
        list_add(&query->numbers, number_key(parser->arena, value));
    } else if (kind == FIELD_OF_NAME) {
        take_name(parser, value);
    } else if (date) {
        take_date(parser, kind, value);
    } else {
        const char *digits = text_digits(parser->arena, value);
        if (*digits)
            list_add(&query->identifiers, digits);
        else
            free_words(parser, value);
    }
}

static void add_phrase(struct query_words *list, size_t *count, struct query_words words)
{
    if (words.count > 0 && *count < QUERY_VALUES)
        list[(*count)++] = words;
}

static void take_next(struct parser *parser)
{
    struct query *query = parser->query;
    const char *past = NULL;
    enum field_kind kind = field_at(parser->at, parser->arena, &past);
    if (kind != FIELD_NONE) {
        parser->at = past;
        take_field(parser, kind);
    } else if (quote_at(parser->at)) {
        add_phrase(query->phrases, &query->phrase_count,
                   query_words(take_quoted(parser), parser->arena));
    } else if (is_exclusion(parser)) {
        parser->at++;
        const char *text = quote_at(parser->at) ? take_quoted(parser) : take_chunk(parser);
        add_phrase(query->excluded, &query->excluded_count, query_words(text, parser->arena));
    } else {
        free_words(parser, take_chunk(parser));
    }
}

static int year_of(const struct query_word *word)
{
    int year = word->number && strlen(word->folded) == 4 ? number_year(word->folded) : 0;
    return year >= 1850 && year <= 2099 ? year : 0;
}

/* A bare year is looked for as the year of issue first. Two of them are words. */
static void see_year(struct query *query)
{
    int years = 0;
    for (size_t i = 0; i < query->words[0].count; i++) {
        int year = year_of(&query->words[0].at[i]);
        bool in_date = i > 0 && query->words[0].at[i - 1].number;
        if (year && !in_date) {
            years++;
            query->seen_year = year;
        }
    }
    if (years != 1 || query->seen_numbers.count > 0)
        query->seen_year = 0;
}

/* Free words without their date or year, when there are no other digits: they may be a name. */
static void see_name(struct query *query, struct arena *arena)
{
    const struct query_words *words = &query->words[0];
    size_t digits = 0;
    query->name = words_new(arena);
    for (size_t i = 0; i < words->count; i++)
        if (words->at[i].number)
            digits++;
        else
            add_word(&query->name, words->at[i]);
    bool date = query->born && strlen(query->born) > 4;
    if (digits == 1 && query->seen_year && !date)
        query->born = arena_printf(arena, "%d", query->seen_year);
    else if (digits > 0 && !(date && digits == 3))
        query->name.count = 0;
}

struct query *query_parse(const char *text, const struct abbreviations *abbreviations,
                          const struct query_names *names, struct arena *arena)
{
    struct query *query = arena_alloc(arena, sizeof *query);
    const char *limited =
        arena_strndup(arena, text ? text : "", strnlen(text ? text : "", TEXT_LIMIT));
    struct parser parser = {.at = text_tidy(arena, text_unicode(arena, limited)),
                            .arena = arena,
                            .query = query,
                            .names = names};
    for (skip_blanks(&parser); *parser.at; skip_blanks(&parser))
        take_next(&parser);
    query->words[0] =
        cut_words(parser.free_text.data ? (const char *)parser.free_text.data : "", query, arena);
    buffer_clear(&parser.free_text);
    see_year(query);
    see_name(query, arena);
    query_variants(query, abbreviations, arena);
    return query;
}

struct query *query_without_year(const struct query *query,
                                 const struct abbreviations *abbreviations, struct arena *arena)
{
    struct query *without = arena_alloc(arena, sizeof *without);
    *without = *query;
    without->year = query->seen_year;
    without->seen_year = 0;
    without->words[0] = words_new(arena);
    for (size_t i = 0; i < query->words[0].count; i++)
        if (year_of(&query->words[0].at[i]) != query->seen_year)
            add_word(&without->words[0], query->words[0].at[i]);
    query_variants(without, abbreviations, arena);
    return without;
}

void query_neighbours(const struct query_word *words, size_t count, char match[QUERY_NEIGHBOURS])
{
    *match++ = '"';
    *match++ = TERMS_SKELETON;
    for (size_t i = 0; i < count; i++)
        *match++ = (char)skeleton_pack(words[i].skeleton);
    strcpy(match, count == 2 ? "\"*" : "\"");
}
