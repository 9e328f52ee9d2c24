/* Which days a report is about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/days.h"
#include "account/report.h"
#include "core/message.h"

static const char *const words[] = {"month", "quarter", "year"};

int report_period_find(const char *word)
{
    for (int i = 0; i < (int)(sizeof words / sizeof *words); i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

const char *report_period_word(enum report_period kind)
{
    return words[kind];
}

/* Months since the year 0. The day that closes it, or its last. */
static long end_of(long month, int closes)
{
    char iso[32];
    long next = month + 1;
    snprintf(iso, sizeof iso, "%04ld-%02ld-01", next / 12, next % 12 + 1);
    long last = days_of(iso) - 1;
    snprintf(iso, sizeof iso, "%04ld-%02ld-%02d", month / 12, month % 12 + 1, closes);
    return closes > 0 && days_of(iso) < last ? days_of(iso) : last;
}

/* The last month of the period that this one belongs to. */
static long last_month(enum report_period kind, long month)
{
    return kind == REPORT_MONTH     ? month
           : kind == REPORT_QUARTER ? month / 3 * 3 + 2
                                    : month / 12 * 12 + 11;
}

static bool read_name(enum report_period kind, const char *name, long *month)
{
    int year = 0, part = 0, end = 0;
    if (kind == REPORT_MONTH && sscanf(name, "%4d-%2d%n", &year, &part, &end) == 2 && !name[end] &&
        part >= 1 && part <= 12)
        *month = 12L * year + part - 1;
    else if (kind == REPORT_QUARTER && sscanf(name, "%4d-Q%1d%n", &year, &part, &end) == 2 &&
             !name[end] && part >= 1 && part <= 4)
        *month = 12L * year + 3L * part - 1;
    else if (kind == REPORT_YEAR && sscanf(name, "%4d%n", &year, &end) == 1 && !name[end])
        *month = 12L * year + 11;
    else
        return false;
    return year >= 1945 && year <= 2999;
}

enum status report_days(enum report_period kind, const char *name, const char *day, int closes,
                        char from[11], char until[11], char period[8], struct error *error)
{
    static const int lengths[] = {1, 3, 12};
    int year = 0, number = 0;
    long month = 0;
    if (*name && !read_name(kind, name, &month))
        return error_set(error, STATUS_REJECT,
                         _("\"%s\" is no period; a month is 2026-11, a quarter 2026-Q4, a year "
                           "2026"),
                         name);
    if (!*name && sscanf(day, "%4d-%2d", &year, &number) == 2) {
        month = last_month(kind, 12L * year + number - 1);
        if (days_of(day) > end_of(month, closes)) /* it is closed: the next one has begun */
            month += lengths[kind];
    }
    days_iso(end_of(month - lengths[kind], closes) + 1, from);
    days_iso(end_of(month, closes), until);
    if (kind == REPORT_MONTH)
        snprintf(period, 8, "%.7s", until);
    else if (kind == REPORT_QUARTER)
        snprintf(period, 8, "%.4s-Q%c", until, (char)('1' + month % 12 / 3));
    else
        snprintf(period, 8, "%.4s", until);
    return STATUS_OK;
}
