#include "index/procedures.h"

#include <ctype.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/text.h"
#include "index/csv.h"
#include "index/schema.h"

bool procedure_is_code(const char *text)
{
    return strlen(text) >= 8 && isdigit((unsigned char)text[0]) && text[1] == '.' &&
           strspn(text + 2, "0123456789") == 6 && (text[8] == 0 || text[8] == '.');
}

static enum status put_rows(struct db *db, const struct csv *csv, struct arena *arena,
                            const char *path, struct error *error)
{
    int code = csv_column(csv, (const char *const[]){"code", "ma", "ma_thu_tuc", NULL}, arena);
    int name = csv_column(csv, (const char *const[]){"name", "ten", "ten_thu_tuc", NULL}, arena);
    if (code < 0 || name < 0)
        return error_set(error, STATUS_REJECT, _("%s: the columns code and name are needed"), path);
    enum status status = db_run(db, "DELETE FROM catalog_procedure", error);
    for (size_t i = 1; i < csv->count && status == STATUS_OK; i++) {
        const char *text = csv_field(&csv->rows[i], name);
        if (!procedure_is_code(csv_field(&csv->rows[i], code)))
            return error_set(error, STATUS_REJECT,
                             _("%s:%d: \"%s\" is no code of a procedure, like 1.001193"), path,
                             csv->rows[i].line, csv_field(&csv->rows[i], code));
        status = db_do(db, error,
                       "INSERT INTO catalog_procedure (code, name, folded) VALUES (?, ?, ?)"
                       " ON CONFLICT (code) DO UPDATE SET name = excluded.name,"
                       " folded = excluded.folded",
                       "sss", arena_strndup(arena, csv_field(&csv->rows[i], code), 8), text,
                       text_fold(arena, text));
    }
    return status;
}

enum status procedures_load(struct db *db, const char *path, struct error *error)
{
    if (!file_exists(path))
        return STATUS_OK;
    struct arena *arena = arena_new();
    struct csv csv;
    char hash[HASH_HEX_SIZE];
    const char *known = NULL;
    bool began = false;
    enum status status = hash_file(path, hash, error);
    if (status == STATUS_OK)
        status = meta_get(db, "procedures", arena, &known, error);
    if (status != STATUS_OK || (known && strcmp(known, hash) == 0))
        goto done;
    status = csv_read(path, arena, &csv, error);
    if (status == STATUS_OK)
        status = db_begin(db, error);
    began = status == STATUS_OK;
    if (status == STATUS_OK)
        status = put_rows(db, &csv, arena, path, error);
    if (status == STATUS_OK)
        status = meta_put(db, "procedures", hash, error);
    if (began)
        status = db_end(db, status, error);
done:
    arena_free(arena);
    return status;
}

enum status procedure_name(struct db *db, const char *code, struct arena *arena, const char **name,
                           struct error *error)
{
    struct db_query *query = NULL;
    *name = NULL;
    if (!code)
        return STATUS_OK;
    enum status status =
        db_prepare(db, "SELECT name FROM catalog_procedure WHERE code = ?", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, code);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *name = arena_strdup(arena, db_text(query, 0));
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- keys */

struct procedure {
    const char *code, *name, *key; /* key: the folded name without "thu tuc", "dang ky" */
    const char *words;             /* of a type: its slug with blanks */
};

struct procedures {
    struct procedure *at;
    size_t count;
    struct procedure *types; /* of paper: code the slug, for papers of no procedure */
    size_t type_count;
};

static const char *without_prefix(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 && text[length] ? text + length : text;
}

static const char *procedure_words(const char *folded)
{
    return without_prefix(without_prefix(folded, "thu tuc "), "dang ky ");
}

/* The slug of a type ("khai_sinh") with blanks. */
static char *slug_words(const char *slug, struct arena *arena)
{
    char *words = arena_strdup(arena, slug);
    for (char *at = words; *at; at++)
        *at = *at == '_' ? ' ' : *at;
    return words;
}

/* Rows of (code, name). */
static enum status read_list(struct db *db, const char *sql, struct arena *arena,
                             struct procedure **list, size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    size_t room = 64;
    *list = arena_array(arena, room, sizeof **list);
    enum status status = db_prepare(db, sql, &query, error);
    while (status == STATUS_OK && (status = db_step(query, error)) == STATUS_OK) {
        if (*count == room) {
            struct procedure *more = arena_array(arena, 2 * room, sizeof *more);
            memcpy(more, *list, room * sizeof *more);
            *list = more;
            room *= 2;
        }
        struct procedure *one = &(*list)[(*count)++];
        one->code = arena_strdup(arena, db_text(query, 0));
        one->name = arena_strdup(arena, db_text(query, 1));
        one->key = procedure_words(text_fold(arena, one->name));
        one->words = slug_words(one->code, arena);
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status procedures_read(struct db *db, struct arena *arena, struct procedures **out,
                            struct error *error)
{
    struct procedures *list = arena_alloc(arena, sizeof *list);
    *list = (struct procedures){0};
    *out = list;
    enum status status = read_list(db, "SELECT code, name FROM catalog_procedure ORDER BY code",
                                   arena, &list->at, &list->count, error);
    if (status == STATUS_OK)
        status = read_list(db,
                           "SELECT code, name FROM catalogue_row WHERE kind = 'validity-class'"
                           " ORDER BY code",
                           arena, &list->types, &list->type_count, error);
    return status;
}

const char *procedures_key(const struct procedures *procedures, const char *text,
                           struct arena *arena)
{
    const char *folded = text_fold(arena, text ? text : "");
    if (procedure_is_code(folded))
        return arena_strndup(arena, folded, 8);
    const char *words = procedure_words(slug_words(folded, arena));
    for (size_t i = 0; i < procedures->count; i++)
        if (strcmp(procedures->at[i].key, words) == 0)
            return procedures->at[i].code;
    return words;
}

const char *procedures_type_key(const struct procedures *procedures, const char *key)
{
    for (size_t i = 0; i < procedures->type_count; i++)
        if (strcmp(procedures->types[i].words, key) == 0)
            return procedures->types[i].key;
    return NULL;
}

const char *procedures_label(const struct procedures *procedures, const char *key)
{
    for (size_t i = 0; i < procedures->count; i++)
        if (strcmp(procedures->at[i].code, key) == 0)
            return procedures->at[i].name;
    for (size_t i = 0; i < procedures->type_count; i++)
        if (strcmp(procedures->types[i].key, key) == 0 ||
            strcmp(procedures->types[i].words, key) == 0)
            return procedures->types[i].name;
    return NULL;
}

/* "ubnd" and its long form go, as it was typed (marks kept) or folded. */
static const char *without_office(const char *key)
{
    static const char *const offices[] = {"uy3 ban nhân dân ", "uy ban nhan dan ", "ubnd "};
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
        if (without_prefix(key, offices[i]) != key)
            return without_prefix(key, offices[i]);
    return key;
}

const char *unit_key(const char *name, struct arena *arena)
{
    return without_office(text_tone_last(arena, name ? name : ""));
}

const char *unit_key_folded(const char *name, struct arena *arena)
{
    return without_office(text_fold(arena, name ? name : ""));
}

const char *unit_bare(const char *key)
{
    static const char *const kinds[] = {"xa4 ",   "phương1 ",  "thi5 trân2 ",  "huyên5 ",
                                        "quân5 ", "thi5 xa4 ", "thanh1 phô2 ", "tinh3 ",
                                        "xa ",    "phuong ",   "thi tran ",    "huyen ",
                                        "quan ",  "thi xa ",   "thanh pho ",   "tinh "};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (without_prefix(key, kinds[i]) != key)
            return without_prefix(key, kinds[i]);
    return key;
}
