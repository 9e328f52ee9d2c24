/* The formats a list can be written in: one more is one more row here. */
#ifndef SOHOA_TOOLS_SHEETS_H
#define SOHOA_TOOLS_SHEETS_H

#include "core/tabular.h"

extern const struct tabular_format *const sheet_formats[]; /* NULL-terminated */

#endif
