#include "account/days.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Civil calendar by the 400 years after which it repeats; years begin in March, so that the
 * leap day is the last. */
long days_of(const char *iso)
{
    int year = 0, month = 0, day = 0;
    if (!iso || sscanf(iso, "%4d-%2d-%2d", &year, &month, &day) != 3)
        return DAYS_NONE;
    long shifted = month > 2 ? year : year - 1, era = shifted / 400, of_era = shifted - era * 400;
    long of_year = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void days_iso(long day, char iso[11])
{
    long z = day + 719468, era = z / 146097, of_era = z - era * 146097;
    long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    long of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    long civil = month < 10 ? month + 3 : month - 9;
    year += era * 400 + (civil <= 2);
    if (year < 0 || year > 9999) {
        iso[0] = '\0';
        return;
    }
    char text[64];
    snprintf(text, sizeof text, "%04ld-%02ld-%02ld", year, civil,
             of_year - (153 * month + 2) / 5 + 1);
    memcpy(iso, text, 10);
    iso[10] = '\0';
}

/* 1970-01-01 was a Thursday; 0 is Monday. */
static long weekday(long day)
{
    return ((day + 3) % 7 + 7) % 7;
}

bool days_is_weekend(long day)
{
    return weekday(day) >= 5;
}

long days_add_working(long from, long count)
{
    long day = from + count / 5 * 7;
    for (long left = count % 5; left > 0; left -= !days_is_weekend(day))
        day++;
    while (count > 0 && days_is_weekend(day)) /* from lay on a weekend */
        day--;
    return day;
}

long days_working(long from, long until)
{
    long weeks, count = 0;
    if (until <= from)
        return 0;
    weeks = (until - from) / 7;
    for (long day = from + weeks * 7 + 1; day <= until; day++)
        count += !days_is_weekend(day);
    return weeks * 5 + count;
}
