/* Pages that our own reader read, as a haystack of their own among the papers. */
#ifndef SOHOA_BENCH_FINDING_SEEN_H
#define SOHOA_BENCH_FINDING_SEEN_H

#include "bench/finding/loads.h"

/* NAME.txt in folder as read, NAME.gt.txt in truth as it is; NULL: nothing is done. */
void seen(struct bench *bench, const char *folder, const char *truth);

#endif
