/* The runs there are: of everything, and of proofs alone (with the rows of what is stored, for
 * proofs are of what is found). */
#include <stdlib.h>
#include <string.h>

#include "pipeline/supervisor.h"

enum status pipeline_run(const struct warehouse *warehouse,
                         void (*progress)(void *context, const struct pipeline_progress *now),
                         void *context, struct error *error)
{
    return supervisor_run(warehouse, &pipeline_table, progress, context, error);
}

enum status pipeline_run_proofs(const struct warehouse *warehouse,
                                void (*progress)(void *context,
                                                 const struct pipeline_progress *now),
                                void *context, struct error *error)
{
    struct step *steps = memory_new(pipeline_table.count * sizeof *steps);
    memcpy(steps, pipeline_table.steps, pipeline_table.count * sizeof *steps);
    for (size_t i = 0; i < pipeline_table.count; i++)
        if (strcmp(steps[i].kind, "proof") != 0 && strcmp(steps[i].from, "stored") != 0)
            steps[i].to = NULL;
    const struct step_table table = {steps, pipeline_table.count};
    enum status status = supervisor_run(warehouse, &table, progress, context, error);
    free(steps);
    return status;
}
