#include "index/day.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/text.h"

static bool parts(const char *iso, int *year, int *month, int *day)
{
    return iso && strlen(iso) == 10 && sscanf(iso, "%4d-%2d-%2d", year, month, day) == 3 &&
           text_date_valid(*year, *month, *day);
}

bool day_is(const char *iso)
{
    int year, month, day;
    return parts(iso, &year, &month, &day);
}

void day_today(char day[DAY_SIZE])
{
    char now[26];
    file_now(now);
    memcpy(day, now, DAY_SIZE - 1);
    day[DAY_SIZE - 1] = '\0';
}

static int days_of(int year, int month)
{
    int day = 31;
    while (!text_date_valid(year, month, day) && day > 28)
        day--;
    return day;
}

static void put(char to[DAY_SIZE], int year, int month, int day)
{
    char text[40];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    memcpy(to, text, DAY_SIZE - 1);
    to[DAY_SIZE - 1] = '\0';
}

void day_before(const char *iso, char to[DAY_SIZE])
{
    int year, month, day;
    if (!parts(iso, &year, &month, &day)) {
        to[0] = '\0';
        return;
    }
    if (--day == 0) {
        if (--month == 0) {
            month = 12;
            year--;
        }
        day = days_of(year, month);
    }
    put(to, year, month, day);
}

void day_add_months(const char *iso, int months, char to[DAY_SIZE])
{
    int year, month, day;
    if (!parts(iso, &year, &month, &day)) {
        to[0] = '\0';
        return;
    }
    month += months;
    year += (month - 1) / 12;
    month = (month - 1) % 12 + 1;
    int last = days_of(year, month);
    put(to, year, month, day < last ? day : last);
}
