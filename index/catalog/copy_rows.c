#include "index/copy_rows.h"

#include "core/arena.h"
#include "core/buffer.h"

static enum status count_columns(struct db *db, const char *table, int *columns,
                                 struct error *error)
{
    struct db_query *query = NULL;
    enum status status = db_prepare(db, "SELECT count(*) FROM pragma_table_info(?)", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, table);
        status = db_step(query, error);
    }
    if (status == STATUS_OK)
        *columns = (int)db_int(query, 0);
    db_finish(query);
    return status;
}

enum status copy_rows(struct db *from, struct db *to, const char *table, const char *condition,
                      struct error *error)
{
    struct arena *arena = arena_new();
    struct db_query *rows = NULL, *into = NULL;
    struct buffer marks = {0};
    int columns = 0;
    enum status status = count_columns(from, table, &columns, error);
    for (int i = 0; i < columns; i++)
        buffer_text(&marks, i ? ",?" : "?");
    if (status == STATUS_OK)
        status = db_prepare(from,
                            arena_printf(arena, "SELECT * FROM %s WHERE %s", table,
                                         condition ? condition : "1 = 1"),
                            &rows, error);
    if (status == STATUS_OK)
        status = db_prepare(
            to, arena_printf(arena, "INSERT INTO %s VALUES (%s)", table, (const char *)marks.data),
            &into, error);
    while (status == STATUS_OK && (status = db_step(rows, error)) == STATUS_OK) {
        for (int i = 0; i < columns; i++)
            db_bind_text(into, i + 1, db_text(rows, i)); /* the column's type takes it back */
        status = db_step(into, error);
        db_reset(into);
        status = status == STATUS_END ? STATUS_OK : status;
    }
    db_finish(rows);
    db_finish(into);
    buffer_clear(&marks);
    arena_free(arena);
    return status == STATUS_END ? STATUS_OK : status;
}
