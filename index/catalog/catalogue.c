/* Imports of catalogues, and the rows that are made of them. */
#include "index/catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/message.h"
#include "core/text.h"
#include "index/catalog/catalogue_lay.h"
#include "index/day.h"
#include "index/catalog/facet_rows.h"
#include "index/schema.h"

enum { MANIFEST_MAX = 1 << 20, CSV_MAX = 64 << 20 };

enum status catalogue_kind(const char *kind, struct error *error)
{
    for (const struct catalogue_kind_row *row = catalogue_kinds; row->kind; row++)
        if (strcmp(row->kind, kind) == 0)
            return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("there is no catalogue '%s'; there are procedure, unit, result-type, "
                       "validity-class, unit-succession and procedure-succession"),
                     kind);
}

/* ---------------------------------------------------------------- made of all imports */

struct import {
    const char *date, *csv;
    int64_t record;
    bool whole;
};

static enum status read_imports(struct db *db, const char *kind, struct arena *arena,
                                struct import **out, size_t *count, struct error *error)
{
    struct db_query *query = NULL;
    size_t room = 0;
    *count = 0;
    enum status status =
        db_prepare(db,
                   "SELECT date, csv, record, whole FROM catalogue_import WHERE kind = ?"
                   " ORDER BY date, record",
                   &query, error);
    if (status != STATUS_OK)
        return status;
    db_bind_text(query, 1, kind);
    while ((status = db_step(query, error)) == STATUS_OK) {
        if (*count == room) {
            room = room ? 2 * room : 8;
            *out = memory_resize(*out, room * sizeof **out);
        }
        (*out)[(*count)++] = (struct import){.date = arena_strdup(arena, db_text(query, 0)),
                                             .csv = arena_strdup(arena, db_text(query, 1)),
                                             .record = db_int(query, 2),
                                             .whole = db_int(query, 3) != 0};
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

/* The report is of the import with this record. */
static enum status make_rows(struct db *db, const char *kind, int64_t record, struct arena *arena,
                             struct catalogue_report *report, struct error *error)
{
    struct import *imports = NULL;
    size_t count = 0;
    enum status status = lay_clear(db, kind, error);
    if (status == STATUS_OK)
        status = read_imports(db, kind, arena, &imports, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct catalogue_report own = {0};
        const struct lay lay = {.db = db,
                                .kind = catalogue_kind_of(kind),
                                .date = imports[i].date,
                                .record = imports[i].record,
                                .whole = imports[i].whole,
                                .arena = arena,
                                .report = imports[i].record == record ? report : &own};
        status = lay_rows(&lay, imports[i].csv, error);
    }
    free(imports);
    if (status == STATUS_OK && strcmp(kind, "validity-class") == 0)
        status = lay_refresh_validity(db, error);
    return status;
}

struct asked {
    const char *kind, *source, *date, *sha256, *csv;
    bool whole;
};

static enum status read_data(const json_t *data, struct arena *arena, struct asked *out,
                             struct error *error)
{
    char hex[HASH_HEX_SIZE];
    *out = (struct asked){json_text(data, "kind", arena), json_text(data, "source", arena),
                          json_text(data, "date", arena), json_text(data, "sha256", arena),
                          json_text(data, "csv", arena),  json_flag(data, "whole", 0) != 0};
    enum status status = catalogue_kind(out->kind ? out->kind : "", error);
    if (status == STATUS_OK && !day_is(out->date))
        status = error_set(error, STATUS_REJECT,
                           _("there is no such day: %s; write day/month/year, as in 02/09/2025"),
                           out->date ? out->date : "");
    if (status == STATUS_OK && (!out->source || !*out->source))
        status = error_set(error, STATUS_REJECT,
                           _("where does the catalogue come from? Name its source (--source)"));
    if (status == STATUS_OK && !out->csv)
        status = error_set(error, STATUS_REJECT, _("the catalogue is empty"));
    if (status != STATUS_OK)
        return status;
    hash_bytes(out->csv, strlen(out->csv), hex);
    if (out->sha256 && strcmp(out->sha256, hex) != 0)
        return error_set(error, STATUS_REJECT,
                         _("the catalogue is not the one whose SHA-256 is named with it"));
    out->sha256 = arena_strdup(arena, hex);
    return STATUS_OK;
}

static enum status put_import(struct db *db, const struct asked *asked, int64_t record,
                              struct error *error)
{
    return db_do(db, error,
                 "INSERT INTO catalogue_import (kind, record, source, date, sha256, whole,"
                 " csv) VALUES (?, ?, ?, ?, ?, ?, ?)",
                 "sisssis", asked->kind, record, asked->source, asked->date, asked->sha256,
                 (int64_t)asked->whole, asked->csv);
}

static enum status take(struct db *db, const json_t *data, int64_t record, struct arena *arena,
                        struct catalogue_report *report, struct error *error)
{
    struct asked asked;
    enum status status = read_data(data, arena, &asked, error);
    if (status == STATUS_OK)
        status = put_import(db, &asked, record, error);
    if (status == STATUS_OK)
        status = make_rows(db, asked.kind, record, arena, report, error);
    return status;
}

enum status catalogue_apply(struct db *db, const struct record *record, struct error *error)
{
    struct arena *arena = arena_new();
    struct catalogue_report report = {0};
    enum status status = take(db, record->data, record->number, arena, &report, error);
    arena_free(arena);
    return status;
}

enum status catalogue_try(struct db *db, const json_t *data, struct arena *arena,
                          struct catalogue_report *out, struct error *error)
{
    *out = (struct catalogue_report){0};
    enum status status = db_begin(db, error);
    if (status == STATUS_OK)
        status = take(db, data, LAY_TRIED, arena, out, error);
    db_rollback(db);
    return status;
}

/* ---------------------------------------------------------------- shipped */

struct shipped {
    const char *kind, *file, *date, *sha256, *source;
};

/* One line of catalogues.tsv; kind NULL: a comment or an empty line. */
static struct shipped read_line(const char *line, size_t length, struct arena *arena)
{
    struct shipped shipped = {0};
    const char **parts[] = {&shipped.kind, &shipped.file, &shipped.date, &shipped.sha256,
                            &shipped.source};
    char *copy = arena_strndup(arena, line, length), *rest = copy;
    if (*copy == '#' || !*copy)
        return shipped;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *part = strsep(&rest, "\t");
        *parts[i] = part ? part : "";
    }
    return shipped;
}

/* Before all records: whatever was imported later is laid upon it. */
static enum status ship_one(struct db *db, const char *folder, const struct shipped *shipped,
                            int64_t number, struct arena *arena, struct error *error)
{
    char *csv = NULL, hex[HASH_HEX_SIZE];
    const char *path = file_join(arena, folder, shipped->file);
    enum status status = catalogue_kind(shipped->kind, error);
    if (status == STATUS_OK)
        status = file_read(path, CSV_MAX, arena, &csv, NULL, error);
    if (status != STATUS_OK)
        return status;
    hash_bytes(csv, strlen(csv), hex);
    if (strcmp(hex, shipped->sha256) != 0)
        return error_set(error, STATUS_REJECT,
                         _("%s is not the catalogue that catalogues.tsv names (another SHA-256); "
                           "bring it back, or import your own: sohoa catalogue import"),
                         path);
    struct asked asked = {shipped->kind, shipped->source, shipped->date, hex, csv, false};
    return put_import(db, &asked, -number, error);
}

static enum status ship_all(struct db *db, const char *folder, const char *manifest,
                            struct arena *arena, struct error *error)
{
    int64_t number = 0;
    enum status status = db_do(db, error, "DELETE FROM catalogue_import WHERE record < 0", "");
    for (const char *line = manifest; *line && status == STATUS_OK;) {
        size_t length = strcspn(line, "\r\n");
        struct shipped shipped = read_line(line, length, arena);
        if (shipped.kind)
            status = ship_one(db, folder, &shipped, 1000000 - number++, arena, error);
        line += length + strspn(line + length, "\r\n");
    }
    for (const struct catalogue_kind_row *row = catalogue_kinds; row->kind && status == STATUS_OK;
         row++) {
        struct catalogue_report report = {0};
        status = make_rows(db, row->kind, 0, arena, &report, error);
    }
    return status;
}

enum status catalogue_ship(struct db *db, const char *folder, struct error *error)
{
    struct arena *arena = arena_new();
    const char *path = file_join(arena, folder, "catalogues.tsv"), *known = NULL;
    char *manifest = NULL, hex[HASH_HEX_SIZE];
    size_t size = 0;
    bool began = false;
    enum status status = STATUS_OK;
    if (!file_exists(path))
        goto done;
    status = file_read(path, MANIFEST_MAX, arena, &manifest, &size, error);
    if (status == STATUS_OK)
        status = meta_get(db, "catalogues", arena, &known, error);
    if (status != STATUS_OK)
        goto done;
    hash_bytes(manifest, size, hex);
    if (known && strcmp(known, hex) == 0)
        goto done;
    status = db_begin(db, error);
    began = status == STATUS_OK;
    if (status == STATUS_OK)
        status = ship_all(db, folder, manifest, arena, error);
    if (status == STATUS_OK)
        status = meta_put(db, "catalogues", hex, error);
    if (began)
        status = db_end(db, status, error);
done:
    arena_free(arena);
    return status;
}
