#include "tools/feeder/feeder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sane/saneopts.h>

enum { PAGE_LARGEST, PAGE_A3, PAGE_A4, PAGE_A5, PAGE_LETTER, PAGE_CUSTOM, PAGE_SIZES };
static const SANE_String_Const page_names[] = {"Largest", "A3",     "A4", "A5",
                                               "Letter",  "Custom", NULL};
static const double page_mm[PAGE_CUSTOM][2] = {
    {FEEDER_WIDTH_MM, FEEDER_HEIGHT_MM}, {297, 420}, {210, 297}, {148, 210}, {215.9, 279.4}};

static const SANE_String_Const source_names[] = {"Flatbed", "ADF", "ADF Duplex", NULL};
static const SANE_String_Const mode_names[] = {
    SANE_VALUE_SCAN_MODE_LINEART, SANE_VALUE_SCAN_MODE_GRAY, SANE_VALUE_SCAN_MODE_COLOR, NULL};
static const SANE_Word depths[] = {2, 8, 16};
static const SANE_Range resolution_range = {50, 1200, 1};
static const SANE_Range x_range = {0, SANE_FIX(FEEDER_WIDTH_MM), 0};
static const SANE_Range y_range = {0, SANE_FIX(FEEDER_HEIGHT_MM), 0};
static const SANE_Range sheet_range = {1, 100000, 1};
static const SANE_Range side_range = {1, 2, 1};
static const SANE_Range time_range = {0, 600000, 1};

struct option_row {
    enum option option;
    SANE_Value_Type type;
    SANE_Unit unit;
    const char *name, *title, *help;
    const SANE_String_Const *strings;
    const SANE_Word *words;
    const SANE_Range *range;
    SANE_Word otherwise;
    bool sensor; /* read only */
};

#define GROUP(option, name, title)                                                                 \
    {                                                                                              \
        option, SANE_TYPE_GROUP, SANE_UNIT_NONE, name, title, "", NULL, NULL, NULL, 0, false       \
    }
#define STRING(option, name, title, help, list, otherwise)                                         \
    {                                                                                              \
        option, SANE_TYPE_STRING, SANE_UNIT_NONE, name, title, help, list, NULL, NULL, otherwise,  \
            false                                                                                  \
    }
#define BOOL(option, name, title, help, otherwise, sensor)                                         \
    {                                                                                              \
        option, SANE_TYPE_BOOL, SANE_UNIT_NONE, name, title, help, NULL, NULL, NULL, otherwise,    \
            sensor                                                                                 \
    }
#define RANGE(option, type, unit, name, title, help, range, otherwise)                             \
    {                                                                                              \
        option, type, unit, name, title, help, NULL, NULL, range, otherwise, false                 \
    }

static const struct option_row rows[] = {
    GROUP(OPTION_GROUP_STANDARD, SANE_NAME_STANDARD, SANE_TITLE_STANDARD),
    STRING(OPTION_SOURCE, SANE_NAME_SCAN_SOURCE, SANE_TITLE_SCAN_SOURCE, SANE_DESC_SCAN_SOURCE,
           source_names, FEEDER_ADF),
    STRING(OPTION_MODE, SANE_NAME_SCAN_MODE, SANE_TITLE_SCAN_MODE, SANE_DESC_SCAN_MODE, mode_names,
           FEEDER_COLOR),
    {OPTION_DEPTH, SANE_TYPE_INT, SANE_UNIT_BIT, SANE_NAME_BIT_DEPTH, SANE_TITLE_BIT_DEPTH,
     SANE_DESC_BIT_DEPTH, NULL, depths, NULL, 8, false},
    RANGE(OPTION_RESOLUTION, SANE_TYPE_INT, SANE_UNIT_DPI, SANE_NAME_SCAN_RESOLUTION,
          SANE_TITLE_SCAN_RESOLUTION, SANE_DESC_SCAN_RESOLUTION, &resolution_range, 300),
    BOOL(OPTION_THREE_PASS, "three-pass", "Three passes",
         "Red, green and blue as frames of their own.", SANE_FALSE, false),
    GROUP(OPTION_GROUP_GEOMETRY, SANE_NAME_GEOMETRY, SANE_TITLE_GEOMETRY),
    STRING(OPTION_PAGE_SIZE, "page-size", "Page size", "Sets the window to a size of paper.",
           page_names, PAGE_LARGEST),
    BOOL(OPTION_AUTO_SIZE, "auto-size", "End with the paper",
         "The image ends where the paper ends, even if the window is larger.", SANE_TRUE, false),
    RANGE(OPTION_TL_X, SANE_TYPE_FIXED, SANE_UNIT_MM, SANE_NAME_SCAN_TL_X, SANE_TITLE_SCAN_TL_X,
          SANE_DESC_SCAN_TL_X, &x_range, 0),
    RANGE(OPTION_TL_Y, SANE_TYPE_FIXED, SANE_UNIT_MM, SANE_NAME_SCAN_TL_Y, SANE_TITLE_SCAN_TL_Y,
          SANE_DESC_SCAN_TL_Y, &y_range, 0),
    RANGE(OPTION_BR_X, SANE_TYPE_FIXED, SANE_UNIT_MM, SANE_NAME_SCAN_BR_X, SANE_TITLE_SCAN_BR_X,
          SANE_DESC_SCAN_BR_X, &x_range, SANE_FIX(FEEDER_WIDTH_MM)),
    RANGE(OPTION_BR_Y, SANE_TYPE_FIXED, SANE_UNIT_MM, SANE_NAME_SCAN_BR_Y, SANE_TITLE_SCAN_BR_Y,
          SANE_DESC_SCAN_BR_Y, &y_range, SANE_FIX(FEEDER_HEIGHT_MM)),
    GROUP(OPTION_GROUP_FEEDER, "feeder", "Feeder"),
    BOOL(OPTION_DOUBLE_FEED_DETECTION, "double-feed-detection", "Double-feed detection",
         "Stop when two sheets go in together.", SANE_TRUE, false),
    RANGE(OPTION_NEXT_SHEET, SANE_TYPE_INT, SANE_UNIT_NONE, "next-sheet", "Next sheet",
          "The sheet on top of the stack; setting it is putting sheets back.", &sheet_range, 1),
    BOOL(OPTION_UNKNOWN_HEIGHT, "unknown-height", "Unknown height",
         "Do not tell the number of lines beforehand.", SANE_FALSE, false),
    RANGE(OPTION_PAGE_TIME, SANE_TYPE_INT, SANE_UNIT_NONE, "page-time", "Page time",
          "Milliseconds that a page takes; 0 is as fast as it goes.", &time_range, 0),
    GROUP(OPTION_GROUP_FAULTS, "faults", "Faults on demand"),
    STRING(OPTION_FAULT, "fault", "Fault", "What goes wrong, once.", fault_names, FAULT_NONE),
    RANGE(OPTION_FAULT_SHEET, SANE_TYPE_INT, SANE_UNIT_NONE, "fault-sheet", "Sheet of the fault",
          "At which sheet.", &sheet_range, 1),
    RANGE(OPTION_FAULT_SIDE, SANE_TYPE_INT, SANE_UNIT_NONE, "fault-side", "Side of the fault",
          "At its front (1) or its back (2).", &side_range, 1),
    GROUP(OPTION_GROUP_SENSORS, SANE_NAME_SENSORS, SANE_TITLE_SENSORS),
    BOOL(OPTION_PAGE_LOADED, SANE_NAME_PAGE_LOADED, SANE_TITLE_PAGE_LOADED, SANE_DESC_PAGE_LOADED,
         SANE_FALSE, true),
    BOOL(OPTION_COVER_OPEN, SANE_NAME_COVER_OPEN, SANE_TITLE_COVER_OPEN, SANE_DESC_COVER_OPEN,
         SANE_FALSE, true),
    BOOL(OPTION_DOUBLE_FEED, "double-feed", "Double feed", "Two sheets went in together.",
         SANE_FALSE, true),
};

static SANE_Int string_room(const SANE_String_Const *strings)
{
    size_t room = 0;
    for (; *strings; strings++)
        room = strlen(*strings) + 1 > room ? strlen(*strings) + 1 : room;
    return (SANE_Int)room;
}

static void describe(SANE_Option_Descriptor *descriptor, const struct option_row *row)
{
    *descriptor = (SANE_Option_Descriptor){.name = row->name,
                                           .title = row->title,
                                           .desc = row->help,
                                           .type = row->type,
                                           .unit = row->unit,
                                           .size = sizeof(SANE_Word)};
    if (row->type == SANE_TYPE_GROUP) {
        descriptor->size = 0;
        return;
    }
    descriptor->cap = SANE_CAP_SOFT_DETECT | (row->sensor ? 0 : SANE_CAP_SOFT_SELECT);
    if (row->strings) {
        descriptor->size = string_room(row->strings);
        descriptor->constraint_type = SANE_CONSTRAINT_STRING_LIST;
        descriptor->constraint.string_list = row->strings;
    } else if (row->words) {
        descriptor->constraint_type = SANE_CONSTRAINT_WORD_LIST;
        descriptor->constraint.word_list = row->words;
    } else if (row->range) {
        descriptor->constraint_type = SANE_CONSTRAINT_RANGE;
        descriptor->constraint.range = row->range;
    }
}

static void set_active(struct options *options, int option, bool active)
{
    SANE_Int *cap = &options->descriptors[option].cap;
    *cap = active ? *cap & ~SANE_CAP_INACTIVE : *cap | SANE_CAP_INACTIVE;
}

void options_init(struct options *options)
{
    *options = (struct options){0};
    options->descriptors[OPTION_COUNT] = (SANE_Option_Descriptor){.name = SANE_NAME_NUM_OPTIONS,
                                                                  .title = SANE_TITLE_NUM_OPTIONS,
                                                                  .desc = SANE_DESC_NUM_OPTIONS,
                                                                  .type = SANE_TYPE_INT,
                                                                  .size = sizeof(SANE_Word),
                                                                  .cap = SANE_CAP_SOFT_DETECT};
    options->words[OPTION_COUNT] = OPTION_END;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        describe(&options->descriptors[rows[i].option], &rows[i]);
        options->words[rows[i].option] = rows[i].otherwise;
    }
}

SANE_Status options_get(const struct options *options, int option, void *value)
{
    const SANE_Option_Descriptor *descriptor = &options->descriptors[option];
    if (descriptor->type == SANE_TYPE_GROUP || !SANE_OPTION_IS_ACTIVE(descriptor->cap))
        return SANE_STATUS_INVAL;
    if (descriptor->type == SANE_TYPE_STRING)
        strcpy(value, descriptor->constraint.string_list[options->words[option]]);
    else
        memcpy(value, &options->words[option], sizeof(SANE_Word));
    return SANE_STATUS_GOOD;
}

/* The nearest word that the option allows. False: it is no such value at all. */
static bool constrain(const SANE_Option_Descriptor *descriptor, const void *value, SANE_Word *word)
{
    if (descriptor->type == SANE_TYPE_STRING) {
        const SANE_String_Const *strings = descriptor->constraint.string_list;
        for (*word = 0; strings[*word]; ++*word)
            if (strcasecmp(strings[*word], value) == 0)
                return true;
        return false;
    }
    memcpy(word, value, sizeof *word);
    if (descriptor->type == SANE_TYPE_BOOL)
        return *word == SANE_TRUE || *word == SANE_FALSE;
    if (descriptor->constraint_type == SANE_CONSTRAINT_RANGE) {
        const SANE_Range *range = descriptor->constraint.range;
        *word = *word < range->min ? range->min : *word > range->max ? range->max : *word;
    } else if (descriptor->constraint_type == SANE_CONSTRAINT_WORD_LIST) {
        const SANE_Word *list = descriptor->constraint.word_list;
        SANE_Word wanted = *word, nearest = list[1];
        for (int i = 2; i <= list[0]; i++)
            if (llabs((long long)list[i] - wanted) < llabs((long long)nearest - wanted))
                nearest = list[i];
        *word = nearest;
    }
    return true;
}

/* What else changes when this option does. Returns the info bits. */
static SANE_Int follow_up(struct options *options, int option)
{
    SANE_Word *words = options->words;
    switch (option) {
    case OPTION_SOURCE:
    case OPTION_DEPTH:
    case OPTION_RESOLUTION:
    case OPTION_THREE_PASS:
    case OPTION_AUTO_SIZE:
    case OPTION_UNKNOWN_HEIGHT:
    case OPTION_NEXT_SHEET:
        return SANE_INFO_RELOAD_PARAMS;
    case OPTION_MODE:
        set_active(options, OPTION_DEPTH, words[OPTION_MODE] != FEEDER_LINEART);
        set_active(options, OPTION_THREE_PASS, words[OPTION_MODE] == FEEDER_COLOR);
        return SANE_INFO_RELOAD_PARAMS | SANE_INFO_RELOAD_OPTIONS;
    case OPTION_PAGE_SIZE:
        if (words[OPTION_PAGE_SIZE] != PAGE_CUSTOM) {
            words[OPTION_TL_X] = words[OPTION_TL_Y] = 0;
            words[OPTION_BR_X] = SANE_FIX(page_mm[words[OPTION_PAGE_SIZE]][0]);
            words[OPTION_BR_Y] = SANE_FIX(page_mm[words[OPTION_PAGE_SIZE]][1]);
        }
        return SANE_INFO_RELOAD_PARAMS | SANE_INFO_RELOAD_OPTIONS;
    case OPTION_TL_X:
    case OPTION_TL_Y:
    case OPTION_BR_X:
    case OPTION_BR_Y:
        words[OPTION_PAGE_SIZE] = PAGE_CUSTOM;
        return SANE_INFO_RELOAD_PARAMS | SANE_INFO_RELOAD_OPTIONS;
    default:
        return 0;
    }
}

SANE_Status options_set(struct options *options, int option, const void *value, SANE_Int *info)
{
    const SANE_Option_Descriptor *descriptor = &options->descriptors[option];
    SANE_Word word = 0, asked = 0;
    if (!SANE_OPTION_IS_SETTABLE(descriptor->cap) || !SANE_OPTION_IS_ACTIVE(descriptor->cap))
        return SANE_STATUS_INVAL;
    if (!constrain(descriptor, value, &word))
        return SANE_STATUS_INVAL;
    if (descriptor->type != SANE_TYPE_STRING)
        memcpy(&asked, value, sizeof asked);
    SANE_Int bits = descriptor->type != SANE_TYPE_STRING && word != asked ? SANE_INFO_INEXACT : 0;
    if (word != options->words[option]) {
        options->words[option] = word;
        bits |= follow_up(options, option);
    }
    if (info)
        *info |= bits;
    return SANE_STATUS_GOOD;
}

bool options_set_text(struct options *options, const char *name, const char *value)
{
    for (int option = 1; option < OPTION_END; option++) {
        const SANE_Option_Descriptor *descriptor = &options->descriptors[option];
        SANE_Word word = (SANE_Word)strtol(value, NULL, 10);
        if (descriptor->type == SANE_TYPE_GROUP || strcmp(descriptor->name, name) != 0)
            continue;
        if (descriptor->type == SANE_TYPE_STRING)
            return options_set(options, option, value, NULL) == SANE_STATUS_GOOD;
        if (descriptor->type == SANE_TYPE_FIXED)
            word = SANE_FIX(strtod(value, NULL));
        if (descriptor->type == SANE_TYPE_BOOL)
            word = strcasecmp(value, "yes") == 0 || strcasecmp(value, "true") == 0;
        return options_set(options, option, &word, NULL) == SANE_STATUS_GOOD;
    }
    return false;
}
