/* What the steps of a document share. */
#ifndef SOHOA_PIPELINE_STEPS_DOCUMENT_H
#define SOHOA_PIPELINE_STEPS_DOCUMENT_H

#include "pipeline/steps.h"

/* A file of the document's folder in the spool. */
const char *document_file(struct work *work, const char *name);
enum status document_load(struct work *work, struct document *document, struct error *error);
/* A page that was read has its text: a copy without it would look complete and be found by nobody.
 */
enum status document_check_words(struct work *work, const struct document_page *page,
                                 const struct words *words, struct error *error);

/* steps_sign.c: may the signer's certificate still be used? FATAL when not. When nobody can be
 * asked the next signings are noted with why. */
enum status document_check_signer(struct work *work, const struct signer *signer,
                                  struct error *error);
/* Signs packed into final, the officer before the agency when there is one, and notes it. part: of
 * the package. */
enum status document_sign(struct work *work, const struct document *document, struct signer *signer,
                          const char *packed, const char *final, const char *part,
                          struct error *error);

/* steps_received.c: the PDF that the document was rendered from, as it came, in the batch's folder;
 * NULL: it came on paper. */
enum status document_received(struct work *work, const struct document *document, const char **path,
                              struct error *error);
/* Judges its signatures into received.json in the document's folder. Nothing when there is none. */
enum status document_judge_received(struct work *work, const struct document *document,
                                    struct error *error);
/* REJECT: it is not what came in any more. */
enum status document_check_received(struct work *work, const struct document *document,
                                    const char *path, struct error *error);

/* "document.pdf", or "document-2.pdf" when the document has volumes; volume from 0. In the arena.
 */
const char *document_volume(struct work *work, const struct document *document, const char *name,
                            size_t volume);
size_t document_volume_count(const struct document *document); /* at least 1 */

#endif
