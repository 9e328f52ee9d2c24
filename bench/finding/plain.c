#include "bench/finding/plain.h"

#include <ctype.h>
#include <string.h>

#include "bench/finding/measure.h"

static struct error error;

void plain_open(const char *path, struct db **out)
{
    must(db_open(path, true, out, &error), &error);
    must(db_run(*out,
                "CREATE TABLE IF NOT EXISTS page (id integer PRIMARY KEY, text text);"
                "CREATE VIRTUAL TABLE IF NOT EXISTS plain USING fts5(text, content='page', "
                "content_rowid='id',"
                " tokenize='unicode61 remove_diacritics 2')",
                &error),
         &error);
}

void plain_put(struct db *db, uint32_t paper, const char *text)
{
    must(db_do(db, &error, "INSERT INTO page (id, text) VALUES (?, ?)", "is", (int64_t)paper + 1,
               text),
         &error);
}

void plain_make(struct db *db)
{
    must(db_run(db, "INSERT INTO plain (plain) VALUES ('rebuild')", &error), &error);
}

void plain_put_more(struct db *db, uint32_t paper, const char *text)
{
    plain_put(db, paper, text);
    must(db_do(db, &error, "INSERT INTO plain (rowid, text) VALUES (?, ?)", "is",
               (int64_t)paper + 1, text),
         &error);
}

static size_t ask(struct db *db, char **words, size_t count, const char *joint, uint32_t *found)
{
    struct buffer match = {0};
    struct db_query *query = NULL;
    size_t rows = 0;
    bool phrase = joint[1] == 0;
    buffer_text(&match, phrase ? "\"" : "");
    for (size_t i = 0; i < count; i++)
        buffer_printf(&match, phrase ? "%s%s" : "%s\"%s\"", i ? joint : "", words[i]);
    buffer_text(&match, phrase ? "\"" : "");
    must(db_prepare(db, "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 10",
                    &query, &error),
         &error);
    db_bind_text(query, 1, (const char *)match.data);
    while (db_step(query, &error) == STATUS_OK)
        found[rows++] = (uint32_t)db_int(query, 0) - 1;
    db_finish(query);
    buffer_clear(&match);
    return rows;
}

size_t plain_ask(struct db *db, const char *words, uint32_t found[10], struct arena *arena)
{
    static const char *const joints[] = {" ", " AND ", " OR "};
    char *copy = arena_strdup(arena, words), *list[64], *rest = NULL;
    size_t count = 0, rows = 0;
    for (char *word = strtok_r(copy, " /-.", &rest); word && count < 64;
         word = strtok_r(NULL, " /-.", &rest))
        list[count++] = word;
    for (int i = 0; i < 3 && rows == 0; i++)
        rows = ask(db, list, count, joints[i], found);
    return rows;
}
