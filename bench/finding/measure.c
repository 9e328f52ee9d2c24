#include "bench/finding/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

double cpu_ms(void)
{
    return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

double wall_ms(void)
{
    return clock_ms(CLOCK_MONOTONIC);
}

void must(enum status status, const struct error *error)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "%s\n", error->text);
    exit(1);
}

void measure_time(struct measure *measure, double ms)
{
    if (measure->count == measure->room) {
        measure->room = measure->room ? 2 * measure->room : 256;
        measure->times_ms =
            memory_resize(measure->times_ms, measure->room * sizeof *measure->times_ms);
    }
    measure->times_ms[measure->count++] = ms;
}

static bool is_answer(const struct question *question, uint32_t paper)
{
    for (size_t i = 0; i < question->answer_count; i++)
        if (question->answers[i] == paper)
            return true;
    return false;
}

void measure_add(struct measure *measure, double ms, const struct question *question,
                 const uint32_t *found, size_t count)
{
    size_t right = 0;
    measure_time(measure, ms);
    if (question->answer_count == 0) { /* nothing is the right answer */
        measure->first += count == 0;
        measure->in_ten += count == 0;
        return;
    }
    for (size_t i = 0; i < count && i < ANSWERS; i++)
        right += is_answer(question, found[i]);
    measure->first += count > 0 && is_answer(question, found[0]);
    measure->in_ten += (double)right / (double)question->answer_count;
}

static int by_value(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;
    return (first > second) - (first < second);
}

double measure_part(const struct measure *measure, double percent)
{
    if (measure->count == 0)
        return 0;
    qsort(measure->times_ms, measure->count, sizeof *measure->times_ms, by_value);
    size_t at = (size_t)((double)measure->count * percent / 100);
    return measure->times_ms[at < measure->count ? at : measure->count - 1];
}

double measure_first(const struct measure *measure)
{
    return measure->count ? measure->first / (double)measure->count : 0;
}

double measure_in_ten(const struct measure *measure)
{
    return measure->count ? measure->in_ten / (double)measure->count : 0;
}

void measure_join(struct measure *measure, const struct measure *more)
{
    for (size_t i = 0; i < more->count; i++)
        measure_time(measure, more->times_ms[i]);
    measure->first += more->first;
    measure->in_ten += more->in_ten;
}
