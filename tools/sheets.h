/* The formats a list can be written in; their context is the struct cli. */
#ifndef SOHOA_TOOLS_SHEETS_H
#define SOHOA_TOOLS_SHEETS_H

#include "core/tabular.h"

extern const struct tabular_format *const sheet_formats[]; /* NULL-terminated */

#endif
