/* Names of persons in what is to stand where no citizen may be named. */
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"
#include "index/index.h"

enum { NAME_WORDS_MIN = 2, NAME_WORDS_MAX = 6, TEXT_WORDS_MAX = 200 };

/* Letters and blanks of it, as names are kept. */
static const char *bare(struct arena *arena, const char *text)
{
    char *flat = text_fold(arena, text);
    for (char *at = flat; *at; at++)
        if ((*at < 'a' || *at > 'z') && *at != ' ')
            *at = ' ';
    return text_tidy(arena, flat);
}

static bool is_person(struct db_query *query, const char *name)
{
    db_reset(query);
    db_bind_text(query, 1, name);
    return db_step(query, NULL) == STATUS_OK;
}

static const char *between(struct arena *arena, const char *from, const char *to)
{
    return arena_strndup(arena, from, (size_t)(to - from));
}

const char *index_hide_names(struct db *db, const char *text, struct arena *arena)
{
    const char *starts[TEXT_WORDS_MAX], *ends[TEXT_WORDS_MAX];
    size_t count = 0;
    struct db_query *query = NULL;
    struct buffer out = {0};
    const char *sql = "SELECT 1 FROM catalog_person WHERE base = ? LIMIT 1";
    if (db_prepare(db, sql, &query, NULL) != STATUS_OK)
        return text; /* there is no catalogue yet, so nobody is in it */
    for (const char *at = text + strspn(text, " "); *at && count < TEXT_WORDS_MAX;
         at += strspn(at, " ")) {
        starts[count] = at;
        ends[count++] = at += strcspn(at, " ");
    }
    const char *done = text;
    for (size_t i = 0; i < count; i++)
        for (size_t words = NAME_WORDS_MAX; words >= NAME_WORDS_MIN; words--) {
            if (i + words > count ||
                !is_person(query, bare(arena, between(arena, starts[i], ends[i + words - 1]))))
                continue;
            buffer_add(&out, done, (size_t)(starts[i] - done));
            buffer_text(&out, "###");
            i += words - 1;
            done = ends[i];
            break;
        }
    db_finish(query);
    buffer_text(&out, done);
    const char *hidden =
        done == text ? text : arena_strndup(arena, (const char *)out.data, out.size);
    buffer_clear(&out);
    return hidden;
}
