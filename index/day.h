/* Days as ISO text ("2025-06-30"), which compares as they follow each other. */
#ifndef SOHOA_INDEX_DAY_H
#define SOHOA_INDEX_DAY_H

#include <stdbool.h>

#define DAY_SIZE 11

bool day_is(const char *iso); /* a day that exists */
void day_today(char day[DAY_SIZE]);
/* "" when iso is no day. to may be iso. */
void day_before(const char *iso, char to[DAY_SIZE]);
/* The same day so many months on, or the last of that month. */
void day_add_months(const char *iso, int months, char to[DAY_SIZE]);

#endif
