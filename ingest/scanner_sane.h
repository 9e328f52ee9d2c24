/* Inside ingest: the door to SANE. Only scanner_sane.c and scanner_options.c include this. */
#ifndef SOHOA_INGEST_SCANNER_SANE_H
#define SOHOA_INGEST_SCANNER_SANE_H

#include <sane/sane.h>

#include "ingest/scanner.h"

/* What the device ends up with after its options are set. */
struct scanner_setting {
    double dpi_x, dpi_y;
};

/* Sets source, mode, depth, resolution and window as the profile says, then the profile's further
 * options, and reads back what holds. OK, or the sentence: FATAL when the device cannot do what the
 * profile asks, RETRY when it is busy. */
enum status scanner_options_set(SANE_Handle handle, const struct scan_profile *profile,
                                struct scanner_setting *out, struct error *error);

/* Calls visit for each active option that has a value. The texts are lent for the call. */
void scanner_options_each(SANE_Handle handle,
                          void (*visit)(void *context, const char *name, const char *title,
                                        const char *values, const char *now),
                          void *context);

/* True when a sensor of the device says that two sheets went in together. */
bool scanner_options_double_feed(SANE_Handle handle);

#endif
