/* How often the right papers come, and how long it takes. */
#ifndef SOHOA_BENCH_FINDING_MEASURE_H
#define SOHOA_BENCH_FINDING_MEASURE_H

#include "bench/finding/question.h"

struct measure {
    double *times_ms;
    size_t count, room;
    double first, in_ten; /* sums of hit@1 and rec@10 */
};

double cpu_ms(void);
double wall_ms(void);
void must(enum status status, const struct error *error); /* ends the program otherwise */

/* found: paper numbers, best first. */
void measure_add(struct measure *measure, double ms, const struct question *question,
                 const uint32_t *found, size_t count);
void measure_time(struct measure *measure, double ms);
double measure_part(const struct measure *measure, double percent); /* 50, 99, 100; sorts */
double measure_first(const struct measure *measure);
double measure_in_ten(const struct measure *measure);
/* All that is in more goes into measure, too. */
void measure_join(struct measure *measure, const struct measure *more);

#endif
