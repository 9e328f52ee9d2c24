/* Reading a page again as the PDF shows it, for the guard of layered pages. */
#ifndef SOHOA_PIPELINE_REREAD_H
#define SOHOA_PIPELINE_REREAD_H

#include <stddef.h>

#include "core/image.h"
#include "core/words.h"
#include "ocr/ocr.h"

/* Words of the first reading, surely read, that the reading of image has nowhere near their
 * place. */
enum status reread_count_lost(struct ocr_engine *engine, const struct image *image,
                              const struct words *words, size_t *lost, struct error *error);

/* How many words there are that it would miss. */
size_t reread_count_sure(const struct words *words);

#endif
