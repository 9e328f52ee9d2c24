/*
 * Catalogues with time: procedures, units, result types, validity classes, and what followed what.
 *
 * Each is a CSV with a header line. The product ships some (config/catalogues.tsv: kind, file, day,
 * SHA-256, source); later ones are imported as records of the kind "catalogue". The rows are made
 * of all imports in the order of their days, so that it does not matter when they came in:
 *
 *   same code and valid_from       corrected in place
 *   same code, no valid_from       when it differs: the old version ends the day before the
 *                                  catalogue's day, a new one begins
 *   a whole catalogue              what it does not name any more ends the day before, too
 *
 * Nothing is deleted, and what stands on a paper is never rewritten: a version tells how something
 * was called on a day.
 *
 *   kind                   columns (others are kept and shown)
 *   procedure              code, name, field, level, decision ...
 *   unit                   code, level, kind, name, parent; code may be any text for units of old
 *   result-type            code (KQ.G15.000031), name
 *   validity-class         code (slug of the type of paper), name, months ("": for ever)
 *   unit-succession        old_code, new_code, extent (whole, part), date
 *   procedure-succession   old_code, new_code, date
 */
#ifndef SOHOA_INDEX_CATALOGUE_H
#define SOHOA_INDEX_CATALOGUE_H

#include "core/db.h"
#include "core/record.h"

struct catalogue_report {
    int64_t rows, same, added, changed, ended, missing; /* missing: current ones that the file does
                                                           not name and that go on */
    int64_t unknown;       /* codes that are named and not known, e.g. of a parent */
    const char **examples; /* some of what is not the same: "~ 1.001193: Đăng ký khai sinh" */
    size_t example_count;
};

/* Whether kind is one of the table above; error tells them when it is not. */
enum status catalogue_kind(const char *kind, struct error *error);
/* What an import would do; changes nothing. date: ISO day; data: of the record. REJECT with the
 * line: a row that cannot be. */
enum status catalogue_try(struct db *db, const json_t *data, struct arena *arena,
                          struct catalogue_report *out, struct error *error);
/* {"kind", "source", "date", "sha256", "whole": true, "csv": "the file"}. Imports of before are
 * made again with it. */
enum status catalogue_apply(struct db *db, const struct record *record, struct error *error);
/* The shipped ones of this folder, when its catalogues.tsv is not the one they were made of.
 * Without the file nothing happens. */
enum status catalogue_ship(struct db *db, const char *folder, struct error *error);

struct catalogue_version {
    int64_t id;
    const char *code, *name, *full_name; /* full_name: "Phường Đông Sơn", of others as name */
    const char *parent, *place;          /* place: full names of what it lies in */
    const char *from, *to;               /* NULL open */
    const char *detail;                  /* of the file, as JSON or, of validity-class, months */
    int64_t record;                      /* 0: shipped */
};
/* Versions that bear this code, or whose name has these words: the whole name before others, then
 * newest first. at: in force on that day; NULL any. What follows a comma must be in its place. */
enum status catalogue_find(struct db *db, const char *kind, const char *words, const char *at,
                           int limit, struct arena *arena, struct catalogue_version **out,
                           size_t *count, struct error *error);
/* What it was made of, or what it became: one step. */
struct catalogue_step {
    struct catalogue_version version; /* of the other one; its code alone when it is not known */
    const char *date, *extent;
};
enum status catalogue_before(struct db *db, const char *kind,
                             const struct catalogue_version *version, struct arena *arena,
                             struct catalogue_step **out, size_t *count, struct error *error);
enum status catalogue_after(struct db *db, const char *kind,
                            const struct catalogue_version *version, struct arena *arena,
                            struct catalogue_step **out, size_t *count, struct error *error);
/* The code with all those before and behind it, itself first. A suffix of a local system is left
 * off. */
enum status catalogue_relatives(struct db *db, const char *kind, const char *code,
                                struct arena *arena, const char ***out, size_t *count,
                                struct error *error);
/* The names of a unit asked for (by old or new name) and of all before and behind it, in any order;
 * count 0: nobody knows it. */
enum status catalogue_unit_names(struct db *db, const char *words, struct arena *arena,
                                 const char ***out, size_t *count, struct error *error);
/* How it was called on that day (NULL: now), without knowing it before or after: the version
 * nearest. NULL: the code is not known. */
enum status catalogue_name(struct db *db, const char *kind, const char *code, const char *day,
                           struct arena *arena, const char **name, struct error *error);

/* "1.001193.000.00.00.H56": national code and, behind it, what a local system adds. REJECT: it has
 * neither form. base: 9 bytes. */
enum status procedure_code_check(const char *code, char *base, struct error *error);

#endif
