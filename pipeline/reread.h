/* Reading a page again as the PDF shows it, for the guard of layered pages. */
#ifndef SOHOA_PIPELINE_REREAD_H
#define SOHOA_PIPELINE_REREAD_H

#include "core/image.h"
#include "core/words.h"
#include "pipeline/steps.h"

/* Words of the first reading, surely read, that the reading of image has nowhere near their
 * place. */
enum status reread_count_lost(struct work *work, const struct image *image,
                              const struct words *words, size_t *lost, struct error *error);

#endif
