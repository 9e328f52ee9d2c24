/* Days of the calendar as numbers. Inside account/ only. */
#ifndef SOHOA_ACCOUNT_DAYS_H
#define SOHOA_ACCOUNT_DAYS_H

#include <stdbool.h>

/* Days since 1970-01-01 of an ISO day; DAYS_NONE: it is none. */
#define DAYS_NONE (-1000000000L)
long days_of(const char *iso);
void days_iso(long day, char iso[11]);
bool days_is_weekend(long day);
/* The day on which so many working days (Monday to Friday) behind from are over. */
long days_add_working(long from, long count);
/* Working days behind from up to and with until; 0 when that lies before. */
long days_working(long from, long until);

#endif
