/*
 * What a database driver gives db.c: one table of functions, chosen by the URL's scheme. Private to
 * core. A driver translates its library's codes into outcomes and sentences; transactions, fault
 * points and db_do are db.c's and the same for all.
 */
#ifndef SOHOA_CORE_DB_DRIVER_H
#define SOHOA_CORE_DB_DRIVER_H

#include "core/db.h"

enum db_mode { DB_CREATE, DB_WRITE, DB_READ, DB_MEMORY }; /* DB_MEMORY: place is nothing */

struct db_driver {
    const char *name;   /* "sqlite" */
    const char *scheme; /* what the URL begins with: "sqlite:" */

    enum status (*open)(const char *place, enum db_mode mode, void **out, struct error *error);
    void (*close)(void *native);
    enum status (*run)(void *native, const char *sql, struct error *error);
    bool (*in_transaction)(void *native);
    int64_t (*changes)(void *native);
    enum status (*pin)(void *native, struct error *error);
    enum status (*copy)(void *native, const char *path, struct error *error); /* may be there */

    enum status (*prepare)(void *native, const char *sql, void **out, struct error *error);
    bool (*writes)(void *query);
    void (*bind_text)(void *query, int parameter, const char *text);
    void (*bind_bytes)(void *query, int parameter, const void *bytes, size_t size);
    void (*bind_int)(void *query, int parameter, int64_t value);
    void (*bind_real)(void *query, int parameter, double value);
    void (*bind_null)(void *query, int parameter);
    enum status (*step)(void *query, struct error *error);
    void (*reset)(void *query);
    void (*forget)(void *query); /* reset, and nothing is bound any more */
    void (*finish)(void *query);
    int64_t (*get_int)(void *query, int column);
    double (*get_real)(void *query, int column);
    const char *(*get_text)(void *query, int column);
};

extern const struct db_driver db_driver_sqlite;

#endif
