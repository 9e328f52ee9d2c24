#include "core/settings.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

#define PREFIX "SOHOA_"

struct section {
    const char *name;
    const struct setting_row *rows;
    size_t count;
    void *target;
    const char **values, **origins; /* one each a row */
    int *readings, *lines;          /* the file, counted, and the line that set the row */
    struct section *next;
};

struct settings {
    struct arena *arena;
    struct section *sections; /* in the order of settings_add */
    int readings;             /* files read so far */
};

/* Where a value comes from. */
struct source {
    const char *origin;
    const char *folder; /* relative paths start here; NULL: leave them */
};

struct settings *settings_new(void)
{
    struct settings *settings = memory_new(sizeof *settings);

    settings->arena = arena_new();
    return settings;
}

void settings_free(struct settings *settings)
{
    if (settings == NULL)
        return;
    arena_free(settings->arena);
    free(settings);
}

/* ---------------------------------------------------------------- one value */

static bool read_int(const char *text, const struct setting_row *row, int *value)
{
    char *end;
    long number;

    errno = 0;
    number = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || (int)number != number)
        return false;
    if (row->low != row->high && (number < row->low || number > row->high))
        return false;
    *value = (int)number;
    return true;
}

static bool read_real(const char *text, const struct setting_row *row, double *value)
{
    char *end;
    double number = strtod(text, &end);

    /* strspn keeps out strtod's hexadecimal, inf and nan */
    if (end == text || *end != '\0' || text[strspn(text, "0123456789+-.eE")] != '\0' ||
        !isfinite(number))
        return false;
    if (row->low != row->high && (number < row->low || number > row->high))
        return false;
    *value = number;
    return true;
}

static bool read_bool(struct arena *arena, const char *text, bool *value)
{
    static const char *const words[2][5] = {{"no", "false", "off", "0", "khong"},
                                            {"yes", "true", "on", "1", "co"}};
    const char *folded = text_fold(arena, text);

    for (int truth = 0; truth < 2; truth++) {
        for (size_t i = 0; i < sizeof words[0] / sizeof *words[0]; i++) {
            if (strcmp(folded, words[truth][i]) == 0) {
                *value = truth == 1;
                return true;
            }
        }
    }
    return false;
}

static bool read_choice(const char *text, const struct setting_row *row, int *value)
{
    const char *at = row->choices;
    size_t length = strlen(text);

    for (int index = 0; at != NULL; index++) {
        size_t end = strcspn(at, "|");
        if (end == length && memcmp(at, text, end) == 0) {
            *value = index;
            return true;
        }
        at = at[end] == '|' ? at + end + 1 : NULL;
    }
    return false;
}

static enum status wrong_value(const char *section, const struct setting_row *row, const char *text,
                               struct error *error)
{
    bool limited = row->low != row->high;

    switch (row->kind) {
    case SETTING_INT:
    case SETTING_REAL:
        if (!limited)
            return error_set(error, STATUS_REJECT,
                             row->kind == SETTING_INT
                                 ? _("%s.%s must be a whole number, not \"%s\".")
                                 : _("%s.%s must be a number such as 0.5, not \"%s\"."),
                             section, row->name, text);
        return error_set(error, STATUS_REJECT,
                         row->kind == SETTING_INT
                             ? _("%s.%s must be a whole number from %.10g to %.10g, not \"%s\".")
                             : _("%s.%s must be a number from %.10g to %.10g, not \"%s\"."),
                         section, row->name, row->low, row->high, text);
    case SETTING_BOOL:
        return error_set(error, STATUS_REJECT, _("%s.%s must be yes or no, not \"%s\"."), section,
                         row->name, text);
    default:
        return error_set(error, STATUS_REJECT, _("%s.%s must be one of %s, not \"%s\"."), section,
                         row->name, row->choices, text);
    }
}

static const char *whole_path(struct arena *arena, const char *folder, const char *path)
{
    if (folder == NULL || path[0] == '/' || path[0] == '\0')
        return arena_strdup(arena, path);
    return file_join(arena, folder, path);
}

/* Puts text as the value of row number index of section. */
static enum status assign(struct settings *settings, struct section *section, size_t index,
                          const char *text, const struct source *source, struct error *error)
{
    const struct setting_row *row = &section->rows[index];
    void *member = (char *)section->target + row->offset;
    bool good = true;
    bool text_kind = row->kind == SETTING_TEXT || row->kind == SETTING_PATH;

    if (text_kind && !*text && *row->otherwise && row->choices == NULL)
        return error_set(error, STATUS_REJECT,
                         _("%s.%s cannot be empty; without the line it is \"%s\"."), section->name,
                         row->name, row->otherwise);
    switch (row->kind) {
    case SETTING_TEXT:
        if (!text_valid(text, strlen(text)))
            return error_set(error, STATUS_REJECT, _("%s.%s must be UTF-8 (Unicode)."),
                             section->name, row->name);
        text = arena_strdup(settings->arena, text);
        *(const char **)member = text;
        break;
    case SETTING_PATH:
        text = whole_path(settings->arena, source->folder, text);
        *(const char **)member = text;
        break;
    case SETTING_INT:
        good = read_int(text, row, member);
        break;
    case SETTING_REAL:
        good = read_real(text, row, member);
        break;
    case SETTING_BOOL:
        good = read_bool(settings->arena, text, member);
        break;
    case SETTING_CHOICE:
        good = read_choice(text, row, member);
        break;
    }
    if (!good)
        return wrong_value(section->name, row, text, error);
    section->values[index] = arena_strdup(settings->arena, text);
    section->origins[index] = arena_strdup(settings->arena, source->origin);
    return STATUS_OK;
}

void settings_add(struct settings *settings, const char *section, const struct setting_row *rows,
                  void *target)
{
    const struct source source = {"default", NULL};
    struct section *added = arena_alloc(settings->arena, sizeof *added);
    struct section **end = &settings->sections;
    struct error error;

    added->name = section;
    added->rows = rows;
    added->target = target;
    while (rows[added->count].name != NULL)
        added->count++;
    added->values = arena_array(settings->arena, added->count, sizeof *added->values);
    added->origins = arena_array(settings->arena, added->count, sizeof *added->origins);
    added->readings = arena_array(settings->arena, added->count, sizeof *added->readings);
    added->lines = arena_array(settings->arena, added->count, sizeof *added->lines);
    while (*end != NULL)
        end = &(*end)->next;
    *end = added;
    for (size_t i = 0; i < added->count; i++) {
        if (assign(settings, added, i, rows[i].otherwise, &source, &error) != STATUS_OK) {
            fprintf(stderr, "sohoa: a default is wrong: %s\n", error.text);
            abort(); /* a mistake in our own table */
        }
    }
}

/* ---------------------------------------------------------------- names */

const char *settings_nearest(const char *word, const char *const *names)
{
    size_t best = text_length(word) / 2 + 1;
    const char *nearest = NULL;

    for (; *names != NULL; names++) {
        size_t distance = text_distance(word, *names);
        if (distance < best) {
            best = distance;
            nearest = *names;
        }
    }
    return nearest;
}

static enum status unknown_section(const struct settings *settings, const char *name,
                                   struct error *error)
{
    const char *names[64] = {NULL}, *nearest;
    size_t count = 0;

    for (struct section *at = settings->sections; at != NULL && count < 63; at = at->next)
        names[count++] = at->name;
    nearest = settings_nearest(name, names);
    if (nearest == NULL)
        return error_set(error, STATUS_REJECT,
                         _("there is no section [%s]: \"sohoa config\" lists those there are."),
                         name);
    return error_set(error, STATUS_REJECT, _("there is no section [%s]: did you mean [%s]?"), name,
                     nearest);
}

static enum status unknown_key(struct settings *settings, const struct section *section,
                               const char *key, struct error *error)
{
    const char **names = arena_array(settings->arena, section->count + 1, sizeof *names);
    const char *nearest;

    for (size_t i = 0; i < section->count; i++)
        names[i] = section->rows[i].name;
    for (struct section *other = settings->sections; other != NULL; other = other->next) {
        for (size_t i = 0; i < other->count; i++) {
            if (strcmp(other->rows[i].name, key) == 0)
                return error_set(error, STATUS_REJECT,
                                 _("[%s] has no setting \"%s\": it belongs to [%s]."),
                                 section->name, key, other->name);
        }
    }
    nearest = settings_nearest(key, names);
    if (nearest == NULL)
        return error_set(error, STATUS_REJECT,
                         _("[%s] has no setting \"%s\": \"sohoa config\" lists those there are."),
                         section->name, key);
    return error_set(error, STATUS_REJECT, _("[%s] has no setting \"%s\": did you mean \"%s\"?"),
                     section->name, key, nearest);
}

/* Finds the row of section.key. */
static enum status find(struct settings *settings, const char *name, const char *key,
                        struct section **section, size_t *index, struct error *error)
{
    for (*section = settings->sections; *section != NULL; *section = (*section)->next) {
        if (strcmp((*section)->name, name) == 0)
            break;
    }
    if (*section == NULL)
        return unknown_section(settings, name, error);
    for (*index = 0; *index < (*section)->count; (*index)++) {
        if (strcmp((*section)->rows[*index].name, key) == 0)
            return STATUS_OK;
    }
    return unknown_key(settings, *section, key, error);
}

/* ---------------------------------------------------------------- the sources */

struct reading {
    struct settings *settings;
    const char *name, *folder;
};

static enum status read_one(void *context, const char *name, const char *key, const char *value,
                            int line, struct error *error)
{
    struct reading *reading = context;
    struct arena *arena = reading->settings->arena;
    struct source source = {arena_printf(arena, "%s:%d", reading->name, line), reading->folder};
    struct section *section;
    size_t index;
    enum status status = find(reading->settings, name, key, &section, &index, error);

    if (status != STATUS_OK)
        return status;
    if (section->readings[index] == reading->settings->readings)
        return error_set(error, STATUS_REJECT,
                         _("%s.%s is set in line %d already: delete one of the two lines."), name,
                         key, section->lines[index]);
    section->readings[index] = reading->settings->readings;
    section->lines[index] = line;
    return assign(reading->settings, section, index, value, &source, error);
}

enum status settings_read(struct settings *settings, const char *path, struct error *error)
{
    const char *name = file_name(path);
    struct reading reading = {settings, name, "."};

    if (name > path)
        reading.folder = arena_strndup(settings->arena, path, (size_t)(name - path));
    settings->readings++;
    return settings_parse(path, read_one, &reading, error);
}

/* SOHOA_OCR_ or SOHOA_OCR_MODEL. */
static char *variable_name(struct arena *arena, const char *section, const char *key)
{
    char *name = arena_printf(arena, PREFIX "%s_%s", section, key);

    for (char *at = name; *at != '\0'; at++)
        *at = isalnum((unsigned char)*at) ? (char)toupper((unsigned char)*at) : '_';
    return name;
}

/* Sets the row that variable (NAME=value) names, if it names a section of ours. */
static enum status read_variable(struct settings *settings, struct section *section,
                                 const char *variable, struct error *error)
{
    const char *prefix = variable_name(settings->arena, section->name, "");
    size_t length = strcspn(variable, "=");
    enum status status = STATUS_END;
    char *name;

    if (strncmp(variable, prefix, strlen(prefix)) != 0)
        return STATUS_END;
    name = arena_strndup(settings->arena, variable, length);
    for (size_t i = 0; i < section->count && status == STATUS_END; i++) {
        struct source source = {name, NULL};
        if (strcmp(name, variable_name(settings->arena, section->name, section->rows[i].name)) == 0)
            status = assign(settings, section, i, variable + length + 1, &source, error);
    }
    if (status == STATUS_END)
        status = unknown_key(settings, section, text_lower(settings->arena, name + strlen(prefix)),
                             error);
    return status == STATUS_OK ? status : error_add(error, status, "%s", name);
}

enum status settings_environment(struct settings *settings, struct error *error)
{
    for (char **at = environ; at != NULL && *at != NULL; at++) {
        enum status status = STATUS_END;
        if (strncmp(*at, PREFIX, strlen(PREFIX)) != 0 || strchr(*at, '=') == NULL)
            continue;
        for (struct section *section = settings->sections; section != NULL && status == STATUS_END;
             section = section->next)
            status = read_variable(settings, section, *at, error);
        if (status != STATUS_OK && status != STATUS_END)
            return status;
    }
    return STATUS_OK;
}

enum status settings_set(struct settings *settings, const char *assignment, struct error *error)
{
    const struct source source = {"--set", NULL};
    size_t dot = strcspn(assignment, ".="), equals = strcspn(assignment, "=");
    struct section *section;
    enum status status;
    size_t index;

    if (assignment[dot] != '.' || assignment[equals] != '=' || dot == 0 || equals == dot + 1)
        return error_set(error, STATUS_REJECT,
                         _("\"%s\" is no setting: write section.key=value, such as ocr.model=vie."),
                         assignment);
    status = find(settings, arena_strndup(settings->arena, assignment, dot),
                  arena_strndup(settings->arena, assignment + dot + 1, equals - dot - 1), &section,
                  &index, error);
    if (status == STATUS_OK)
        status = assign(settings, section, index, assignment + equals + 1, &source, error);
    return status == STATUS_OK ? status : error_add(error, status, "--set");
}

void settings_each(const struct settings *settings,
                   void (*visit)(void *context, const char *section, const struct setting_row *row,
                                 const char *value, const char *origin),
                   void *context)
{
    for (const struct section *at = settings->sections; at != NULL; at = at->next) {
        for (size_t i = 0; i < at->count; i++)
            visit(context, at->name, &at->rows[i], at->values[i], at->origins[i]);
    }
}
