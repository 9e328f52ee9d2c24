#include "tools/sheets.h"

const struct tabular_format *const sheet_formats[] = {&tabular_csv, NULL};
