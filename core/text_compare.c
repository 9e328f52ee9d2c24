/* How far two texts are apart, and dates in them. */
#include "core/text.h"

#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- distance */

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static uint32_t *spread(const char *text, size_t *count)
{
    uint32_t *codes = memory_new((strlen(text) + 1) * sizeof *codes);

    for (*count = 0; *text != '\0'; (*count)++)
        codes[*count] = text_next(&text);
    return codes;
}

/* Optimal string alignment: the usual table of prefixes, of which the last three rows are kept. */
size_t text_distance(const char *a, const char *b)
{
    size_t rows, columns, distance;
    uint32_t *x = spread(a, &rows), *y = spread(b, &columns);
    size_t width = columns + 1;
    size_t *table = memory_new(3 * width * sizeof *table);
    size_t *before = table, *above = table + width, *row = table + 2 * width;

    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; i <= rows; i++) {
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            size_t change = above[j - 1] + (x[i - 1] != y[j - 1]);
            row[j] = smaller(change, 1 + smaller(above[j], row[j - 1]));
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
    }
    distance = row[columns];
    free(table);
    free(x);
    free(y);
    return distance;
}

/* ---------------------------------------------------------------- dates */

bool text_date_valid(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1)
        return false;
    return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

/* 1 to 4 digits; their number in *digits, 0 when there are none or more. */
static const char *read_number(const char *at, int *value, int *digits)
{
    *value = 0;
    for (*digits = 0; *at >= '0' && *at <= '9' && *digits < 5; (*digits)++)
        *value = *value * 10 + (*at++ - '0');
    if (*digits > 4)
        *digits = 0;
    return at;
}

bool text_date(const char *text, char iso[11])
{
    int value[3], digits[3], year, month, day;
    const char *at = skip_blanks(text);
    char separator = '\0';
    bool iso_order;

    for (int i = 0; i < 3; i++) {
        at = skip_blanks(read_number(at, &value[i], &digits[i]));
        if (digits[i] == 0)
            return false;
        if (i == 2)
            break;
        if ((i == 0 && strchr("/-.", *at) == NULL) || (i == 1 && *at != separator) || *at == '\0')
            return false;
        separator = *at++;
        at = skip_blanks(at);
    }
    iso_order = digits[0] == 4 && separator == '-';
    if (*at != '\0' || digits[1] > 2 || digits[iso_order ? 2 : 0] > 2 ||
        digits[iso_order ? 0 : 2] != 4)
        return false;
    year = value[iso_order ? 0 : 2];
    month = value[1];
    day = value[iso_order ? 2 : 0];
    if (!text_date_valid(year, month, day))
        return false;
    memcpy(iso, "0000-00-00", 11);
    for (int i = 3; i >= 0; i--, year /= 10)
        iso[i] = (char)('0' + year % 10);
    iso[5] = (char)('0' + month / 10);
    iso[6] = (char)('0' + month % 10);
    iso[8] = (char)('0' + day / 10);
    iso[9] = (char)('0' + day % 10);
    return true;
}
