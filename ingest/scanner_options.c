/*
 * Options of a SANE device: finding, describing and setting one. The descriptors are asked for anew
 * each time, since setting an option may change the others.
 */
#include "ingest/scanner_sane.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "core/message.h"

/* ---------------------------------------------------------------- finding and reading */

static int option_count(SANE_Handle handle)
{
    SANE_Int count = 0;
    /* After an option has changed others, the net back end answers nothing until a description
     * has been asked for. */
    sane_get_option_descriptor(handle, 0);
    return sane_control_option(handle, 0, SANE_ACTION_GET_VALUE, &count, NULL) == SANE_STATUS_GOOD
               ? count
               : 0;
}

/* The descriptor of an option that has a name and is active; NULL. Setting an option may change
 * the others, so this is asked anew each time. */
static const SANE_Option_Descriptor *describe(SANE_Handle handle, int index)
{
    const SANE_Option_Descriptor *option = sane_get_option_descriptor(handle, index);
    if (!option || !option->name || !*option->name || option->type == SANE_TYPE_GROUP)
        return NULL;
    return SANE_OPTION_IS_ACTIVE(option->cap) ? option : NULL;
}

/* Index of the active option of that name; 0 when there is none (0 is the count of options). */
int option_find(SANE_Handle handle, const char *name, const SANE_Option_Descriptor **out)
{
    int count = option_count(handle);
    for (int i = 1; i < count; i++) {
        const SANE_Option_Descriptor *option = describe(handle, i);
        if (option && strcmp(option->name, name) == 0) {
            *out = option;
            return i;
        }
    }
    *out = NULL;
    return 0;
}

int option_find_settable(SANE_Handle handle, const char *name, const SANE_Option_Descriptor **out)
{
    int index = option_find(handle, name, out);
    return index && SANE_OPTION_IS_SETTABLE((*out)->cap) ? index : 0;
}

double option_number(const SANE_Option_Descriptor *option, SANE_Word word)
{
    return option->type == SANE_TYPE_FIXED ? SANE_UNFIX(word) : word;
}

bool option_is_number(const SANE_Option_Descriptor *option)
{
    return (option->type == SANE_TYPE_INT || option->type == SANE_TYPE_FIXED) &&
           option->size == sizeof(SANE_Word);
}

bool option_get_number(SANE_Handle handle, const char *name, double *value)
{
    const SANE_Option_Descriptor *option;
    int index = option_find(handle, name, &option);
    SANE_Word word = 0;
    if (!index || !option_is_number(option) ||
        sane_control_option(handle, index, SANE_ACTION_GET_VALUE, &word, NULL) != SANE_STATUS_GOOD)
        return false;
    *value = option_number(option, word);
    return true;
}

static void describe_number(const SANE_Option_Descriptor *option, struct buffer *out)
{
    if (option->constraint_type == SANE_CONSTRAINT_RANGE) {
        const SANE_Range *range = option->constraint.range;
        buffer_printf(out, "%g..%g", option_number(option, range->min),
                      option_number(option, range->max));
    } else if (option->constraint_type == SANE_CONSTRAINT_WORD_LIST) {
        const SANE_Word *list = option->constraint.word_list;
        for (int i = 1; i <= list[0]; i++)
            buffer_printf(out, "%s%g", i > 1 ? "|" : "", option_number(option, list[i]));
    }
}

/* The values an option takes, for people: "Gray|Color", "50..1200", "yes|no". */
static void describe_values(const SANE_Option_Descriptor *option, struct buffer *out)
{
    static const char *const units[] = {"", " px", " bit", " mm", " dpi", " %", " us"};
    if (option->type == SANE_TYPE_BOOL) {
        buffer_text(out, "yes|no");
    } else if (option->type == SANE_TYPE_STRING &&
               option->constraint_type == SANE_CONSTRAINT_STRING_LIST) {
        const SANE_String_Const *strings = option->constraint.string_list;
        for (int i = 0; strings[i]; i++)
            buffer_printf(out, "%s%s", i > 0 ? "|" : "", strings[i]);
    } else if (option->type == SANE_TYPE_INT || option->type == SANE_TYPE_FIXED) {
        describe_number(option, out);
        if (out->size > 0 && option->unit > SANE_UNIT_NONE && option->unit <= SANE_UNIT_MICROSECOND)
            buffer_text(out, units[option->unit]);
    }
    buffer_text(out, ""); /* so that data is a text even when nothing was added */
}

static void describe_now(SANE_Handle handle, int index, const SANE_Option_Descriptor *option,
                         struct buffer *out)
{
    size_t size =
        option->size > (SANE_Int)sizeof(SANE_Word) ? (size_t)option->size : sizeof(SANE_Word);
    char *value = memory_new(size + 1);
    SANE_Word word;
    if (option->type != SANE_TYPE_BUTTON && (option->cap & SANE_CAP_SOFT_DETECT) &&
        sane_control_option(handle, index, SANE_ACTION_GET_VALUE, value, NULL) ==
            SANE_STATUS_GOOD) {
        memcpy(&word, value, sizeof word);
        if (option->type == SANE_TYPE_STRING)
            buffer_text(out, value);
        else if (option->type == SANE_TYPE_BOOL)
            buffer_text(out, word ? "yes" : "no");
        else if (option_is_number(option))
            buffer_printf(out, "%g", option_number(option, word));
    }
    free(value);
}

void scanner_options_each(SANE_Handle handle,
                          void (*visit)(void *context, const char *name, const char *title,
                                        const char *values, const char *now),
                          void *context)
{
    int count = option_count(handle);
    for (int i = 1; i < count; i++) {
        const SANE_Option_Descriptor *option = describe(handle, i);
        struct buffer values = {0}, now = {0};
        if (!option)
            continue;
        describe_values(option, &values);
        describe_now(handle, i, option, &now);
        visit(context, option->name, option->title ? option->title : "",
              values.data ? (char *)values.data : "", now.data ? (char *)now.data : "");
        buffer_clear(&values);
        buffer_clear(&now);
    }
}

bool scanner_options_double_feed(SANE_Handle handle)
{
    static const char *const names[] = {"double-feed", "omr-df"};
    const SANE_Option_Descriptor *option;
    SANE_Word on = SANE_FALSE;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int index = option_find(handle, names[i], &option);
        if (index && option->type == SANE_TYPE_BOOL &&
            sane_control_option(handle, index, SANE_ACTION_GET_VALUE, &on, NULL) ==
                SANE_STATUS_GOOD &&
            on)
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------- setting */

/* Sets; the sentence says what the option takes when the device refuses. */
enum status option_set(SANE_Handle handle, int index, void *value, const char *shown,
                       struct error *error)
{
    const SANE_Option_Descriptor *option = sane_get_option_descriptor(handle, index);
    SANE_Int info = 0;
    SANE_Status status = sane_control_option(handle, index, SANE_ACTION_SET_VALUE, value, &info);
    if (status == SANE_STATUS_GOOD)
        return STATUS_OK;
    if (status == SANE_STATUS_DEVICE_BUSY)
        return error_set(error, STATUS_RETRY, _("The scanner is busy. Try again in a moment."));
    struct buffer values = {0};
    describe_values(option, &values);
    error_set(error, STATUS_FATAL, _("The scanner does not take \"%s\" for its option %s (%s)."),
              shown, option->name,
              values.data && *values.data ? (char *)values.data : sane_strstatus(status));
    buffer_clear(&values);
    return STATUS_FATAL;
}

enum status option_set_string(SANE_Handle handle, int index, const char *value, struct error *error)
{
    const SANE_Option_Descriptor *option = sane_get_option_descriptor(handle, index);
    size_t size =
        (size_t)option->size > strlen(value) + 1 ? (size_t)option->size : strlen(value) + 1;
    char *room = memory_new(size); /* back ends may write the value that holds into it */
    memcpy(room, value, strlen(value));
    enum status status = option_set(handle, index, room, value, error);
    free(room);
    return status;
}

enum status option_set_number(SANE_Handle handle, int index, double value, struct error *error)
{
    const SANE_Option_Descriptor *option = sane_get_option_descriptor(handle, index);
    SANE_Word word = option->type == SANE_TYPE_FIXED ? (SANE_Word)lround(value * 65536)
                                                     : (SANE_Word)lround(value);
    char shown[32];
    snprintf(shown, sizeof shown, "%g", value);
    return option_set(handle, index, &word, shown, error);
}

bool option_takes(const SANE_Option_Descriptor *option, double value)
{
    if (option->constraint_type == SANE_CONSTRAINT_RANGE)
        return option_number(option, option->constraint.range->min) <= value &&
               value <= option_number(option, option->constraint.range->max);
    if (option->constraint_type != SANE_CONSTRAINT_WORD_LIST)
        return true;
    for (int i = 1; i <= option->constraint.word_list[0]; i++)
        if (option_number(option, option->constraint.word_list[i]) == value)
            return true;
    return false;
}

enum status option_lacks(const SANE_Option_Descriptor *option, const char *what,
                         struct error *error)
{
    struct buffer values = {0};
    if (option)
        describe_values(option, &values);
    if (values.data && *values.data)
        error_set(error, STATUS_FATAL, _("The scanner has no %s; it has: %s. Change the profile."),
                  what, (char *)values.data);
    else
        error_set(error, STATUS_FATAL, _("The scanner has no %s. Change the profile."), what);
    buffer_clear(&values);
    return STATUS_FATAL;
}

/* ---------------------------------------------------------------- the profile's further options */

static enum status unknown_option(SANE_Handle handle, const char *name, struct error *error)
{
    const char *names[512];
    int count = option_count(handle), used = 0;
    for (int i = 1; i < count && used < 511; i++) {
        const SANE_Option_Descriptor *option = describe(handle, i);
        if (option && SANE_OPTION_IS_SETTABLE(option->cap))
            names[used++] = option->name;
    }
    names[used] = NULL;
    const char *nearest = settings_nearest(name, names);
    if (nearest)
        return error_set(error, STATUS_FATAL,
                         _("The scanner has no option %s now; did you mean %s?"), name, nearest);
    return error_set(error, STATUS_FATAL, _("The scanner has no option %s now."), name);
}

static enum status set_by_text(SANE_Handle handle, const char *name, const char *value,
                               struct error *error)
{
    const SANE_Option_Descriptor *option;
    int index = option_find_settable(handle, name, &option);
    SANE_Word word = SANE_FALSE;
    char *end = NULL;
    if (!index)
        return unknown_option(handle, name, error);
    if (option->type == SANE_TYPE_STRING)
        return option_set_string(handle, index, value, error);
    if (option->type == SANE_TYPE_BUTTON)
        return option_set(handle, index, &word, value, error);
    if (option->type == SANE_TYPE_BOOL) {
        bool yes = strcasecmp(value, "yes") == 0 || strcasecmp(value, "true") == 0 ||
                   strcmp(value, "1") == 0;
        bool no = strcasecmp(value, "no") == 0 || strcasecmp(value, "false") == 0 ||
                  strcmp(value, "0") == 0;
        word = yes ? SANE_TRUE : SANE_FALSE;
        if (yes || no)
            return option_set(handle, index, &word, value, error);
    } else if (option_is_number(option)) {
        double number = strtod(value, &end);
        if (end != value && !*end && isfinite(number) && option_takes(option, number))
            return option_set_number(handle, index, number, error);
    }
    struct buffer values = {0};
    describe_values(option, &values);
    error_set(error, STATUS_FATAL, _("The scanner does not take \"%s\" for its option %s (%s)."),
              value, name, values.data ? (char *)values.data : "");
    buffer_clear(&values);
    return STATUS_FATAL;
}

static char *trim(char *text)
{
    text += strspn(text, " \t");
    for (size_t length = strlen(text); length > 0 && isspace((unsigned char)text[length - 1]);)
        text[--length] = 0;
    return text;
}

enum status option_set_all(SANE_Handle handle, const char *options, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    char *rest = arena_strdup(arena, options ? options : "");
    for (char *part; status == STATUS_OK && (part = strsep(&rest, ";"));) {
        char *value = strchr(part, '=');
        if (!*trim(part))
            continue;
        if (value)
            *value++ = 0;
        status = value ? set_by_text(handle, trim(part), trim(value), error)
                       : error_set(error, STATUS_FATAL,
                                   _("\"%s\" in the profile's options is not name=value."), part);
    }
    arena_free(arena);
    return status;
}
