/*
 * Options. SANE names the well-known ones (resolution, mode, source, tl-x ...), but their values
 * are each back end's own words: "ADF Duplex", "Automatic Document Feeder(left aligned,Duplex)",
 * "Duplex"; "Gray", "True Gray", "Grayscale". A wish is a list of words to look for, best first.
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
#include "ingest/master.h"

#define WINDOW_SLACK_MM 3.0 /* an "A4" flatbed is often 1-2 mm short; more would cut the paper */
#define MM_PER_INCH 25.4
#define WISH_WORDS 8

struct wish {
    const char *words[WISH_WORDS]; /* "=X" the whole value, else contained; any case */
    const char *never[WISH_WORDS];
};

static const struct wish source_wishes[] = {
    [SCAN_FLATBED] = {{"=Flatbed", "flatbed", "flat bed", "platen", "glass", "=FB", "=Normal"},
                      {"duplex"}},
    [SCAN_ADF_SIMPLEX] = {{"=ADF Front", "=ADF Simplex", "=ADF", "=Automatic Document Feeder",
                           "simplex", "document feeder", "adf"},
                          {"duplex", "back", "both", "two"}},
    [SCAN_ADF_DUPLEX] = {{"=ADF Duplex", "=Duplex", "duplex", "both sides", "two-sided", "2-sided",
                          "double-sided"},
                         {"simplex"}},
};
static const struct wish mode_wishes[] = {
    [SCAN_COLOR] = {{"=Color", "=Colour", "24bit color", "color", "colour"},
                    {"gray", "grey", "lineart", "halftone", "dither"}},
    [SCAN_GRAY] = {{"=Gray", "=Grey", "true gray", "gray", "grey"},
                   {"diffusion", "dither", "halftone", "lineart"}},
    [SCAN_LINEART] = {{"=Lineart", "=Binary", "lineart", "black & white", "black and white",
                       "monochrome", "binary"},
                      {"diffusion", "dither", "halftone", "gray", "grey"}},
};
static const struct wish simplex_wish = {{"simplex", "single", "front"}, {"duplex"}};

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
static int find(SANE_Handle handle, const char *name, const SANE_Option_Descriptor **out)
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

static int find_settable(SANE_Handle handle, const char *name, const SANE_Option_Descriptor **out)
{
    int index = find(handle, name, out);
    return index && SANE_OPTION_IS_SETTABLE((*out)->cap) ? index : 0;
}

static double to_number(const SANE_Option_Descriptor *option, SANE_Word word)
{
    return option->type == SANE_TYPE_FIXED ? SANE_UNFIX(word) : word;
}

static bool is_number(const SANE_Option_Descriptor *option)
{
    return (option->type == SANE_TYPE_INT || option->type == SANE_TYPE_FIXED) &&
           option->size == sizeof(SANE_Word);
}

static bool get_number(SANE_Handle handle, const char *name, double *value)
{
    const SANE_Option_Descriptor *option;
    int index = find(handle, name, &option);
    SANE_Word word = 0;
    if (!index || !is_number(option) ||
        sane_control_option(handle, index, SANE_ACTION_GET_VALUE, &word, NULL) != SANE_STATUS_GOOD)
        return false;
    *value = to_number(option, word);
    return true;
}

static void describe_number(const SANE_Option_Descriptor *option, struct buffer *out)
{
    if (option->constraint_type == SANE_CONSTRAINT_RANGE) {
        const SANE_Range *range = option->constraint.range;
        buffer_printf(out, "%g..%g", to_number(option, range->min), to_number(option, range->max));
    } else if (option->constraint_type == SANE_CONSTRAINT_WORD_LIST) {
        const SANE_Word *list = option->constraint.word_list;
        for (int i = 1; i <= list[0]; i++)
            buffer_printf(out, "%s%g", i > 1 ? "|" : "", to_number(option, list[i]));
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
        else if (is_number(option))
            buffer_printf(out, "%g", to_number(option, word));
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
        int index = find(handle, names[i], &option);
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
static enum status control(SANE_Handle handle, int index, void *value, const char *shown,
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

static enum status set_string(SANE_Handle handle, int index, const char *value, struct error *error)
{
    const SANE_Option_Descriptor *option = sane_get_option_descriptor(handle, index);
    size_t size =
        (size_t)option->size > strlen(value) + 1 ? (size_t)option->size : strlen(value) + 1;
    char *room = memory_new(size); /* back ends may write the value that holds into it */
    memcpy(room, value, strlen(value));
    enum status status = control(handle, index, room, value, error);
    free(room);
    return status;
}

static enum status set_number(SANE_Handle handle, int index, double value, struct error *error)
{
    const SANE_Option_Descriptor *option = sane_get_option_descriptor(handle, index);
    SANE_Word word = option->type == SANE_TYPE_FIXED ? (SANE_Word)lround(value * 65536)
                                                     : (SANE_Word)lround(value);
    char shown[32];
    snprintf(shown, sizeof shown, "%g", value);
    return control(handle, index, &word, shown, error);
}

static bool matches(const char *value, const char *word)
{
    return *word == '=' ? strcasecmp(value, word + 1) == 0 : strcasestr(value, word) != NULL;
}

static bool matches_any(const char *value, const char *const *words)
{
    for (int i = 0; i < WISH_WORDS && words[i]; i++)
        if (matches(value, words[i]))
            return true;
    return false;
}

/* The value of a string option that fits the wish best; NULL. */
static const char *choose(const SANE_Option_Descriptor *option, const struct wish *wish)
{
    if (option->type != SANE_TYPE_STRING || option->constraint_type != SANE_CONSTRAINT_STRING_LIST)
        return NULL;
    const SANE_String_Const *strings = option->constraint.string_list;
    for (int word = 0; word < WISH_WORDS && wish->words[word]; word++)
        for (int i = 0; strings[i]; i++)
            if (matches(strings[i], wish->words[word]) && !matches_any(strings[i], wish->never))
                return strings[i];
    return NULL;
}

static enum status lacks(const SANE_Option_Descriptor *option, const char *what,
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

/* Back ends without a "Duplex" source say it by a second option (epson2: adf-mode; kvs1025 and
 * others: a switch). Returns END when there is none. */
static enum status set_sides(SANE_Handle handle, bool duplex, struct error *error)
{
    static const char *const modes[] = {"adf-mode", "adf_mode", "scan-side", "feeder-mode"};
    static const char *const switches[] = {"duplex", "adf-duplex", "adf_duplex", "duplex-scan"};
    const SANE_Option_Descriptor *option;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        int index = find_settable(handle, modes[i], &option);
        const char *value =
            index ? choose(option, duplex ? &source_wishes[SCAN_ADF_DUPLEX] : &simplex_wish) : NULL;
        if (value)
            return set_string(handle, index, value, error);
    }
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        SANE_Word on = duplex ? SANE_TRUE : SANE_FALSE;
        int index = find_settable(handle, switches[i], &option);
        if (index && option->type == SANE_TYPE_BOOL)
            return control(handle, index, &on, duplex ? "yes" : "no", error);
    }
    return STATUS_END;
}

static enum status set_source(SANE_Handle handle, enum scan_source source, struct error *error)
{
    static const char *const names[] = {N_("flatbed"), N_("document feeder"), N_("duplex feeder")};
    const SANE_Option_Descriptor *option;
    int index = find_settable(handle, "source", &option);
    const char *value = index ? choose(option, &source_wishes[source]) : NULL;
    if (value && source == SCAN_ADF_DUPLEX)
        return set_string(handle, index, value, error);
    if (!value && index && source == SCAN_ADF_DUPLEX)
        value = choose(option, &source_wishes[SCAN_ADF_SIMPLEX]);
    if (index && !value)
        return lacks(option, message(names[source]), error);
    enum status status = value ? set_string(handle, index, value, error) : STATUS_OK;
    if (status != STATUS_OK || source == SCAN_FLATBED)
        return status; /* without a source option there is one source: the glass or the feeder */
    status = set_sides(handle, source == SCAN_ADF_DUPLEX, error);
    if (status != STATUS_END)
        return status;
    if (source == SCAN_ADF_DUPLEX) {
        find(handle, "source", &option);
        return lacks(option, message(names[source]), error);
    }
    return STATUS_OK;
}

static enum status set_mode(SANE_Handle handle, enum scan_mode mode, struct error *error)
{
    static const char *const names[] = {N_("colour mode"), N_("grey mode"), N_("lineart mode")};
    const SANE_Option_Descriptor *option;
    int index = find_settable(handle, "mode", &option);
    if (!index)
        return STATUS_OK; /* the device has one mode; the frames say which */
    const char *value = choose(option, &mode_wishes[mode]);
    if (!value && mode == SCAN_LINEART) {
        value = choose(option, &mode_wishes[SCAN_GRAY]); /* with 1 bit, see set_depth */
        const SANE_Option_Descriptor *depth;
        if (!find_settable(handle, "depth", &depth))
            value = NULL;
        find_settable(handle, "mode", &option);
    }
    return value ? set_string(handle, index, value, error)
                 : lacks(option, message(names[mode]), error);
}

static bool takes_number(const SANE_Option_Descriptor *option, double value)
{
    if (option->constraint_type == SANE_CONSTRAINT_RANGE)
        return to_number(option, option->constraint.range->min) <= value &&
               value <= to_number(option, option->constraint.range->max);
    if (option->constraint_type != SANE_CONSTRAINT_WORD_LIST)
        return true;
    for (int i = 1; i <= option->constraint.word_list[0]; i++)
        if (to_number(option, option->constraint.word_list[i]) == value)
            return true;
    return false;
}

static enum status set_depth(SANE_Handle handle, const struct scan_profile *profile,
                             struct error *error)
{
    const SANE_Option_Descriptor *option;
    int index = find_settable(handle, "depth", &option);
    if (!index)
        index = find_settable(handle, "bit-depth", &option);
    int bits = profile->mode == SCAN_LINEART ? 1 : profile->depth_bits;
    if (!index || !is_number(option))
        return bits == 16 ? lacks(NULL, _("16-bit depth"), error) : STATUS_OK;
    if (!takes_number(option, bits)) {
        char what[64];
        if (profile->mode == SCAN_LINEART)
            return STATUS_OK; /* depth does not concern its lineart mode */
        snprintf(what, sizeof what, _("%d-bit depth"), bits);
        return lacks(option, what, error);
    }
    return set_number(handle, index, bits, error);
}

static enum status set_resolution(SANE_Handle handle, int dpi, struct error *error)
{
    static const char *const names[] = {"resolution", "x-resolution", "y-resolution"};
    const SANE_Option_Descriptor *option;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int index = find_settable(handle, names[i], &option);
        if (!index || !is_number(option))
            continue;
        enum status status = set_number(handle, index, dpi, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

/* What holds after all, since devices round. Refuses what is under the legal minimum. */
static enum status get_resolution(SANE_Handle handle, struct scanner_setting *out,
                                  struct error *error)
{
    double x = 0, y = 0;
    if (get_number(handle, "resolution", &x))
        y = x;
    get_number(handle, "x-resolution", &x);
    get_number(handle, "y-resolution", &y);
    y = y > 0 ? y : x;
    if (x <= 0)
        return error_set(
            error, STATUS_FATAL,
            _("The scanner does not tell its resolution, so its pages cannot be kept."));
    if (x < MASTER_DPI_MIN || y < MASTER_DPI_MIN)
        return error_set(error, STATUS_FATAL,
                         _("The scanner would scan at %.0f dpi; pages need at least %d dpi."),
                         x < y ? x : y, MASTER_DPI_MIN);
    out->dpi_x = x;
    out->dpi_y = y;
    return STATUS_OK;
}

static bool limits(const SANE_Option_Descriptor *option, double *low, double *high)
{
    if (option->constraint_type == SANE_CONSTRAINT_RANGE) {
        *low = to_number(option, option->constraint.range->min);
        *high = to_number(option, option->constraint.range->max);
        return true;
    }
    if (option->constraint_type != SANE_CONSTRAINT_WORD_LIST || option->constraint.word_list[0] < 1)
        return false;
    const SANE_Word *list = option->constraint.word_list;
    *low = *high = to_number(option, list[1]);
    for (int i = 2; i <= list[0]; i++) {
        double value = to_number(option, list[i]);
        *low = value < *low ? value : *low;
        *high = value > *high ? value : *high;
    }
    return true;
}

/* One edge of the window, or the size of the paper. at_high: the far end. wanted_mm 0: as far as
 * it goes. END when the device has no such option. */
static enum status set_edge(SANE_Handle handle, const char *name, bool at_high, double wanted_mm,
                            double dpi, struct error *error)
{
    const SANE_Option_Descriptor *option;
    double low, high;
    int index = find_settable(handle, name, &option);
    if (!index || !is_number(option) || !limits(option, &low, &high))
        return STATUS_END;
    if (!at_high)
        return set_number(handle, index, low, error);
    double unit_mm = option->unit == SANE_UNIT_PIXEL ? MM_PER_INCH / dpi : 1;
    double value = wanted_mm > 0 ? low + wanted_mm / unit_mm : high;
    if (value > high + WINDOW_SLACK_MM / unit_mm)
        return error_set(
            error, STATUS_FATAL,
            _("The scanner's window ends at %.0f mm, so paper of %.0f mm would be cut. "
              "Change the page size in the profile."),
            (high - low) * unit_mm, wanted_mm);
    return set_number(handle, index, value < high ? value : high, error);
}

static enum status set_window(SANE_Handle handle, const struct scan_profile *profile, double dpi,
                              struct error *error)
{
    /* The paper's size first where a device has it: it limits the window. */
    const struct {
        const char *name;
        bool at_high, required;
        double mm;
    } edges[] = {{"page-width", true, false, profile->page_width_mm},
                 {"page-height", true, false, profile->page_height_mm},
                 {"tl-x", false, false, 0},
                 {"tl-y", false, false, 0},
                 {"br-x", true, true, profile->page_width_mm},
                 {"br-y", true, true, profile->page_height_mm}};
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        enum status status =
            set_edge(handle, edges[i].name, edges[i].at_high, edges[i].mm, dpi, error);
        if (status == STATUS_END && edges[i].required && edges[i].mm > 0)
            return lacks(NULL, _("page size to set"), error);
        if (status != STATUS_OK && status != STATUS_END)
            return status;
    }
    return STATUS_OK;
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
    int index = find_settable(handle, name, &option);
    SANE_Word word = SANE_FALSE;
    char *end = NULL;
    if (!index)
        return unknown_option(handle, name, error);
    if (option->type == SANE_TYPE_STRING)
        return set_string(handle, index, value, error);
    if (option->type == SANE_TYPE_BUTTON)
        return control(handle, index, &word, value, error);
    if (option->type == SANE_TYPE_BOOL) {
        bool yes = strcasecmp(value, "yes") == 0 || strcasecmp(value, "true") == 0 ||
                   strcmp(value, "1") == 0;
        bool no = strcasecmp(value, "no") == 0 || strcasecmp(value, "false") == 0 ||
                  strcmp(value, "0") == 0;
        word = yes ? SANE_TRUE : SANE_FALSE;
        if (yes || no)
            return control(handle, index, &word, value, error);
    } else if (is_number(option)) {
        double number = strtod(value, &end);
        if (end != value && !*end && isfinite(number) && takes_number(option, number))
            return set_number(handle, index, number, error);
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

static enum status set_further(SANE_Handle handle, const char *options, struct error *error)
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

enum status scanner_options_set(SANE_Handle handle, const struct scan_profile *profile,
                                struct scanner_setting *out, struct error *error)
{
    enum status status = set_source(handle, (enum scan_source)profile->source, error);
    if (status == STATUS_OK)
        status = set_mode(handle, (enum scan_mode)profile->mode, error);
    if (status == STATUS_OK)
        status = set_depth(handle, profile, error);
    if (status == STATUS_OK)
        status = set_resolution(handle, profile->resolution_dpi, error);
    if (status == STATUS_OK)
        status = set_window(handle, profile, profile->resolution_dpi, error);
    if (status == STATUS_OK)
        status = set_further(handle, profile->options, error);
    return status == STATUS_OK ? get_resolution(handle, out, error) : status;
}
