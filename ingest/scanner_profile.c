/*
 * A profile's wishes, told to a device. SANE names the well-known options (resolution, mode,
 * source, tl-x ...), but their values are each back end's own words: "ADF Duplex", "Automatic
 * Document Feeder(left aligned,Duplex)", "Duplex"; "Gray", "True Gray", "Grayscale". A wish is a
 * list of words to look for, best first.
 */
#include "ingest/scanner_sane.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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
                          {"duplex", "back", "rear", "both", "two"}},
    [SCAN_ADF_DUPLEX] = {{"=ADF Duplex", "=Duplex", "duplex", "both sides", "two-sided", "2-sided",
                          "double-sided"},
                         {"simplex"}},
};
static const struct wish mode_wishes[] = {
    [SCAN_COLOR] = {{"=Color", "=Colour", "=24bit Color", "color", "colour"},
                    {"gray", "grey", "lineart", "halftone", "dither"}},
    [SCAN_GRAY] = {{"=Gray", "=Grey", "true gray", "gray", "grey"},
                   {"diffusion", "dither", "halftone", "lineart", "line art"}},
    [SCAN_LINEART] = {{"=Lineart", "lineart", "line art", "black & white", "black and white",
                       "monochrome", "binary", "=bw"},
                      {"diffusion", "dither", "halftone", "gray", "grey"}},
};
static const struct wish simplex_wish = {{"simplex", "single", "front"}, {"duplex"}};

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

/* The value that fits the wish best; NULL. */
static const char *best(const SANE_String_Const *values, const struct wish *wish)
{
    for (int word = 0; word < WISH_WORDS && wish->words[word]; word++)
        for (int i = 0; values[i]; i++)
            if (matches(values[i], wish->words[word]) && !matches_any(values[i], wish->never))
                return values[i];
    return NULL;
}

const char *scanner_profile_source(const SANE_String_Const *values, enum scan_source source)
{
    return values ? best(values, &source_wishes[source]) : NULL;
}

const char *scanner_profile_mode(const SANE_String_Const *values, enum scan_mode mode)
{
    return values ? best(values, &mode_wishes[mode]) : NULL;
}

/* The words that an option takes; NULL when it is none of words. */
static const SANE_String_Const *words_of(const SANE_Option_Descriptor *option)
{
    bool list =
        option->type == SANE_TYPE_STRING && option->constraint_type == SANE_CONSTRAINT_STRING_LIST;
    return list ? option->constraint.string_list : NULL;
}

/* Back ends without a "Duplex" source say it by a second option (epson2: adf-mode; kvs1025 and
 * others: a switch). Returns END when there is none. */
static enum status set_sides(SANE_Handle handle, bool duplex, struct error *error)
{
    static const char *const modes[] = {"adf-mode", "adf_mode", "scan-side", "feeder-mode"};
    static const char *const switches[] = {"duplex", "adf-duplex", "adf_duplex", "duplex-scan"};
    const SANE_Option_Descriptor *option;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        int index = option_find_settable(handle, modes[i], &option);
        const SANE_String_Const *words = index ? words_of(option) : NULL;
        const char *value = duplex  ? scanner_profile_source(words, SCAN_ADF_DUPLEX)
                            : words ? best(words, &simplex_wish)
                                    : NULL;
        if (value)
            return option_set_string(handle, index, value, error);
    }
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        SANE_Word on = duplex ? SANE_TRUE : SANE_FALSE;
        int index = option_find_settable(handle, switches[i], &option);
        if (index && option->type == SANE_TYPE_BOOL)
            return option_set(handle, index, &on, duplex ? "yes" : "no", error);
    }
    return STATUS_END;
}

static enum status set_source(SANE_Handle handle, enum scan_source source, struct error *error)
{
    static const char *const names[] = {N_("flatbed"), N_("document feeder"), N_("duplex feeder")};
    const SANE_Option_Descriptor *option;
    int index = option_find_settable(handle, "source", &option);
    const SANE_String_Const *words = index ? words_of(option) : NULL;
    const char *value = scanner_profile_source(words, source);
    bool duplex = source == SCAN_ADF_DUPLEX;
    if (!index && source == SCAN_FLATBED)
        return STATUS_OK; /* one source, one sheet */
    /* Not so with a feeder: a flatbed that has no such option would scan its glass without end. */
    if (value && (duplex || source == SCAN_FLATBED))
        return option_set_string(handle, index, value, error);
    if (!value && index && duplex)
        value = scanner_profile_source(words, SCAN_ADF_SIMPLEX);
    if (!value)
        return option_lacks(option, message(names[source]), error);
    enum status status = option_set_string(handle, index, value, error);
    if (status != STATUS_OK)
        return status;
    status = set_sides(handle, duplex, error);
    if (status == STATUS_END && duplex) {
        option_find(handle, "source", &option);
        return option_lacks(option, message(names[source]), error);
    }
    return status == STATUS_END ? STATUS_OK : status;
}

static enum status set_mode(SANE_Handle handle, enum scan_mode mode, struct error *error)
{
    static const char *const names[] = {N_("colour mode"), N_("grey mode"), N_("lineart mode")};
    const SANE_Option_Descriptor *option;
    int index = option_find_settable(handle, "mode", &option);
    if (!index)
        return STATUS_OK; /* the device has one mode; the frames say which */
    const char *value = scanner_profile_mode(words_of(option), mode);
    if (!value && mode == SCAN_LINEART) {
        value = scanner_profile_mode(words_of(option), SCAN_GRAY); /* with 1 bit, see set_depth */
        const SANE_Option_Descriptor *depth;
        if (!option_find_settable(handle, "depth", &depth))
            value = NULL;
        option_find_settable(handle, "mode", &option);
    }
    return value ? option_set_string(handle, index, value, error)
                 : option_lacks(option, message(names[mode]), error);
}

static enum status set_depth(SANE_Handle handle, const struct scan_profile *profile,
                             struct error *error)
{
    const SANE_Option_Descriptor *option;
    int index = option_find_settable(handle, "depth", &option);
    if (!index)
        index = option_find_settable(handle, "bit-depth", &option);
    int bits = profile->mode == SCAN_LINEART ? 1 : profile->depth_bits;
    if (!index || !option_is_number(option))
        return bits == 16 ? option_lacks(NULL, _("16-bit depth"), error) : STATUS_OK;
    if (!option_takes(option, bits)) {
        char what[64];
        if (profile->mode == SCAN_LINEART)
            return STATUS_OK; /* depth does not concern its lineart mode */
        snprintf(what, sizeof what, _("%d-bit depth"), bits);
        return option_lacks(option, what, error);
    }
    return option_set_number(handle, index, bits, error);
}

static enum status set_resolution(SANE_Handle handle, int dpi, struct error *error)
{
    static const char *const names[] = {"resolution", "x-resolution", "y-resolution"};
    const SANE_Option_Descriptor *option;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int index = option_find_settable(handle, names[i], &option);
        if (!index || !option_is_number(option))
            continue;
        enum status status = option_set_number(handle, index, dpi, error);
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
    if (option_get_number(handle, "resolution", &x))
        y = x;
    option_get_number(handle, "x-resolution", &x);
    option_get_number(handle, "y-resolution", &y);
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
        *low = option_number(option, option->constraint.range->min);
        *high = option_number(option, option->constraint.range->max);
        return true;
    }
    if (option->constraint_type != SANE_CONSTRAINT_WORD_LIST || option->constraint.word_list[0] < 1)
        return false;
    const SANE_Word *list = option->constraint.word_list;
    *low = *high = option_number(option, list[1]);
    for (int i = 2; i <= list[0]; i++) {
        double value = option_number(option, list[i]);
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
    int index = option_find_settable(handle, name, &option);
    if (!index || !option_is_number(option) || !limits(option, &low, &high))
        return STATUS_END;
    if (!at_high)
        return option_set_number(handle, index, low, error);
    double unit_mm = option->unit == SANE_UNIT_PIXEL ? MM_PER_INCH / dpi : 1;
    double value = wanted_mm > 0 ? low + wanted_mm / unit_mm : high;
    if (value > high + WINDOW_SLACK_MM / unit_mm)
        return error_set(
            error, STATUS_FATAL,
            _("The scanner's window ends at %.0f mm, so paper of %.0f mm would be cut. "
              "Change the page size in the profile."),
            (high - low) * unit_mm, wanted_mm);
    return option_set_number(handle, index, value < high ? value : high, error);
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
            return option_lacks(NULL, _("page size to set"), error);
        if (status != STATUS_OK && status != STATUS_END)
            return status;
    }
    return STATUS_OK;
}

enum status scanner_profile_set(SANE_Handle handle, const struct scan_profile *profile,
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
        status = option_set_all(handle, profile->options, error);
    return status == STATUS_OK ? get_resolution(handle, out, error) : status;
}
