#include "ingest/effort.h"

#define BASE_S 15.0
#define MEGABYTE_S 10.0     /* ten times what JPEG 2000 takes */
#define PAGE_BYTES_MIN 2000 /* a page object and some lines of text */

static double of_size_s(int64_t bytes)
{
    return BASE_S + MEGABYTE_S * (double)bytes / 1e6;
}

double effort_call_s(int64_t bytes)
{
    double most = of_size_s(bytes);
    return most < EFFORT_CALL_MAX_S ? most : EFFORT_CALL_MAX_S;
}

double effort_pages_s(int64_t bytes, int pages, int dpi)
{
    int64_t honest = bytes / PAGE_BYTES_MIN + 1;
    double counted = (double)(honest < pages ? honest : pages);
    return of_size_s(bytes) + counted * (0.1 + 1.4 * dpi / 300.0);
}
