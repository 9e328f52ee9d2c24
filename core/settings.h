/*
 * Settings: each part owns a plain struct and the rows that describe it; they are read once and
 * passed down as const.
 *
 * Order, later wins: the row's default, sohoa.conf, a profile, the environment (SOHOA_OCR_MODEL for
 * ocr.model), --set ocr.model=... . An unknown section or key is an error that names the nearest
 * known one; a wrong type or a value outside the limits says which are right; both give file and
 * line.
 */
#ifndef SOHOA_CORE_SETTINGS_H
#define SOHOA_CORE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/status.h"

enum setting_kind {
    SETTING_TEXT,  /* const char *, never NULL; empty (PATH too) only where the default is */
    SETTING_PATH,  /* const char *; a relative one starts at the folder of the file that says so */
    SETTING_INT,   /* int, low..high */
    SETTING_REAL,  /* double, low..high */
    SETTING_BOOL,  /* bool: yes/no, true/false, on/off, 1/0, có/không */
    SETTING_CHOICE /* int: index into choices ("doubtful|all|none") */
};

struct setting_row {
    const char *name; /* within its section: "model" */
    enum setting_kind kind;
    size_t offset;         /* of the member in the part's struct */
    const char *otherwise; /* the default, as one would write it in the file */
    double low, high;      /* limits of INT and REAL; none when both are equal */
    const char *choices;   /* of CHOICE, separated by "|"; of TEXT and PATH "": it may be empty
                              though its default is not */
    const char *help;      /* one line, N_() */
};
/* clang-format off */
#define SETTING_ROWS_END {NULL, 0, 0, NULL, 0, 0, NULL, NULL}
/* clang-format on */

struct settings;

struct settings *settings_new(void);
void settings_free(struct settings *settings); /* text values die with it */

/* Registers a section; sets every member of target to its default. rows must live as long. */
void settings_add(struct settings *settings, const char *section, const struct setting_row *rows,
                  void *target);

/* INI: [section], key = value, # or ; comments on lines of their own, UTF-8. REJECT on a fault,
 * also when one file sets a key twice. */
enum status settings_read(struct settings *settings, const char *path, struct error *error);
/* Every SOHOA_SECTION_KEY. Other uses of the environment must not start with SOHOA_ and a
 * section. */
enum status settings_environment(struct settings *settings, struct error *error);
/* "ocr.model=vie" as --set gives it. */
enum status settings_set(struct settings *settings, const char *assignment, struct error *error);

/* Calls visit for each row: value as text, and from where ("default", "sohoa.conf:12", "SOHOA_...",
 * "--set"). Secrets are no settings: keys' PINs never come this way. */
void settings_each(const struct settings *settings,
                   void (*visit)(void *context, const char *section, const struct setting_row *row,
                                 const char *value, const char *origin),
                   void *context);

/* The nearest of names (NULL-terminated) to word within 1/2 of its length, or NULL. Lent. */
const char *settings_nearest(const char *word, const char *const *names);

/* INI reading for files that are lists rather than settings (roadmap.conf, profiles): calls visit
 * for each key with its section and line. Same syntax and faults as settings_read. */
enum status settings_parse(const char *path,
                           enum status (*visit)(void *context, const char *section, const char *key,
                                                const char *value, int line, struct error *error),
                           void *context, struct error *error);

#endif
