/* The review policy: which documents a person must see before they are signed. Inside pipeline/
 * only. */
#ifndef SOHOA_PIPELINE_POLICY_H
#define SOHOA_PIPELINE_POLICY_H

#include "pipeline/pipeline.h"

/* OK: nobody needs to look. REJECT: the sentence says what a person should look at; it names
 * fields, never their values. words[i]: of page i, or NULL. */
enum status policy_judge(const struct warehouse *warehouse, const struct document *document,
                         const struct words *const *words, struct error *error);

#endif
