/* The review policy: which documents a person must see before they are signed. Inside pipeline/
 * only. */
#ifndef SOHOA_PIPELINE_POLICY_H
#define SOHOA_PIPELINE_POLICY_H

#include "pipeline/pipeline.h"

/* The policy has held it (its act "hold") and no person has approved it since: it stays to be
 * approved by a person, whatever was corrected or read again meanwhile and whatever the policy says
 * now. */
bool policy_awaits_approval(const struct document *document);

/* OK: nobody needs to look. REJECT: the sentence says what a person should look at; it names
 * fields, never their values. words[i]: of page i, or NULL. twin: another document that is the same
 * paper (pipeline/twins.h), or NULL. */
enum status policy_judge(const struct warehouse *warehouse, const struct document *document,
                         const struct words *const *words, const char *twin, struct error *error);

/* The sentence for a document that only waits for an approval, and which of its fields are doubtful
 * all the same; always REJECT. */
enum status policy_ready(const struct document *document, struct arena *arena, struct error *error);

#endif
