#include "index/prepared.h"

#include <stdarg.h>

#include "core/message.h"

enum status prepared_query(struct prepared *prepared, const char *sql, struct db_query **out,
                           struct error *error)
{
    for (size_t i = 0; i < prepared->count; i++)
        if (prepared->at[i].sql == sql) {
            db_reset(prepared->at[i].query);
            *out = prepared->at[i].query;
            return STATUS_OK;
        }
    *out = NULL;
    if (prepared->count == PREPARED_MAX)
        return error_set(error, STATUS_FATAL, _("too many statements are kept"));
    enum status status = db_prepare(prepared->db, sql, out, error);
    if (status == STATUS_OK) {
        prepared->at[prepared->count].sql = sql;
        prepared->at[prepared->count++].query = *out;
    }
    return status;
}

static void bind_all(struct db_query *query, const char *format, va_list list)
{
    for (int at = 1; *format; format++, at++)
        if (*format == 's')
            db_bind_text(query, at, va_arg(list, const char *));
        else if (*format == 'i')
            db_bind_int(query, at, va_arg(list, int64_t));
        else if (*format == 'r')
            db_bind_real(query, at, va_arg(list, double));
        else
            db_bind_null(query, at);
}

enum status prepared_do(struct prepared *prepared, struct error *error, const char *sql,
                        const char *format, ...)
{
    struct db_query *query = NULL;
    enum status status = prepared_query(prepared, sql, &query, error);
    if (status != STATUS_OK)
        return status;
    va_list list;
    va_start(list, format);
    bind_all(query, format, list);
    va_end(list);
    while ((status = db_step(query, error)) == STATUS_OK)
        ;
    db_reset(query);
    return status == STATUS_END ? STATUS_OK : status;
}

enum status prepared_int(struct prepared *prepared, int64_t *value, struct error *error,
                         const char *sql, const char *format, ...)
{
    struct db_query *query = NULL;
    enum status status = prepared_query(prepared, sql, &query, error);
    if (status != STATUS_OK)
        return status;
    va_list list;
    va_start(list, format);
    bind_all(query, format, list);
    va_end(list);
    status = db_step(query, error);
    if (status == STATUS_OK)
        *value = db_int(query, 0);
    db_reset(query);
    return status;
}

void prepared_clear(struct prepared *prepared)
{
    for (size_t i = 0; i < prepared->count; i++)
        db_finish(prepared->at[i].query);
    prepared->count = 0;
}
