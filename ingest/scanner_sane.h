/* Inside ingest: the door to SANE. Only the scanner_*.c of the child include this. */
#ifndef SOHOA_INGEST_SCANNER_SANE_H
#define SOHOA_INGEST_SCANNER_SANE_H

#include <sane/sane.h>

#include "ingest/scanner.h"

/* ------------------------------------------------------------ scanner_profile.c */

/* What the device ends up with after its options are set. */
struct scanner_setting {
    double dpi_x, dpi_y;
};

/* Sets source, mode, depth, resolution and window as the profile says, then the profile's further
 * options, and reads back what holds. OK, or the sentence: FATAL when the device cannot do what the
 * profile asks, RETRY when it is busy. */
enum status scanner_profile_set(SANE_Handle handle, const struct scan_profile *profile,
                                struct scanner_setting *out, struct error *error);

/* Which of a device's words (NULL at the end; NULL: it has none) means that; NULL: none. Lent. */
const char *scanner_profile_source(const SANE_String_Const *values, enum scan_source source);
const char *scanner_profile_mode(const SANE_String_Const *values, enum scan_mode mode);

/* ------------------------------------------------------------ scanner_options.c */

/* Calls visit for each active option that has a value. The texts are lent for the call. */
void scanner_options_each(SANE_Handle handle,
                          void (*visit)(void *context, const char *name, const char *title,
                                        const char *values, const char *now),
                          void *context);

/* True when a sensor of the device says that two sheets went in together. */
bool scanner_options_double_feed(SANE_Handle handle);

/* Index of the active option of that name; 0 when there is none (0 is the count of options). */
int option_find(SANE_Handle handle, const char *name, const SANE_Option_Descriptor **out);
int option_find_settable(SANE_Handle handle, const char *name, const SANE_Option_Descriptor **out);

bool option_is_number(const SANE_Option_Descriptor *option); /* one number, no vector */
double option_number(const SANE_Option_Descriptor *option, SANE_Word word);
bool option_get_number(SANE_Handle handle, const char *name, double *value);
bool option_takes(const SANE_Option_Descriptor *option, double value);

/* RETRY when the device is busy; FATAL with what the option takes when it refuses. shown: the value
 * as text. */
enum status option_set(SANE_Handle handle, int index, void *value, const char *shown,
                       struct error *error);
enum status option_set_string(SANE_Handle handle, int index, const char *value,
                              struct error *error);
enum status option_set_number(SANE_Handle handle, int index, double value, struct error *error);
/* "name=value; name=value" */
enum status option_set_all(SANE_Handle handle, const char *options, struct error *error);
/* FATAL: the scanner has no such thing, but what the option (may be NULL) offers. */
enum status option_lacks(const SANE_Option_Descriptor *option, const char *what,
                         struct error *error);

#endif
