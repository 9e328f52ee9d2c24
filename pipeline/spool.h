/* Where things lie in the spool. Inside pipeline/ only.
 *
 *   spool/<batch>/batch.json  NNNN-S.scan.tif  NNNN-S.page.json  NNNN-S.words.json  NNNN-S.alto.xml
 *   spool/<batch>/<document>/document.json  packed.pdf  document.pdf
 *   spool/<document>.amended/document.json  packed.pdf  document.pdf   a new version of what is
 *                                           stored (amend.h); its pages lie in the version before
 */
#ifndef SOHOA_PIPELINE_SPOOL_H
#define SOHOA_PIPELINE_SPOOL_H

#include "core/document.h"
#include "pipeline/pipeline.h"

const char *spool_page_id(struct arena *arena, const char *batch, const char *page);
/* "0007-1" of "<batch>/0007-1"; lent. */
const char *spool_page_name(const char *page_id);
const char *spool_words(struct arena *arena, const char *folder, const char *page);
const char *spool_alto(struct arena *arena, const char *folder, const char *page);
/* In its batch, or where it is amended. */
const char *spool_document_folder(const struct warehouse *warehouse, const char *batch,
                                  const char *document, struct arena *arena);

#define SPOOL_AMENDED ".amended"
/* Where a new version of a stored document is made: there only as long as it is on its way. */
const char *spool_amended(const struct warehouse *warehouse, const char *document,
                          struct arena *arena);
/* Takes that away, if it is there: it gets another name first, so that half of it is never gone on
 * with. */
enum status spool_clear_amended(const struct warehouse *warehouse, const char *document,
                                struct arena *arena, struct error *error);

/* Where the pages of a document lie: all in its batch's folder; those of a document that is amended
 * in its stored version before, whose bytes the new one shares. */
struct spool_place {
    const char *masters; /* folder of the images */
    const char *facts;   /* of the pages' page.json */
    const char *texts;   /* of words and ALTO */
    const char *package; /* the version before; NULL: they are in the spool */
};
enum status spool_place(const struct warehouse *warehouse, const struct document *document,
                        struct arena *arena, struct spool_place *out, struct error *error);

/* The name when it is a master's ("0007-1.scan.tif" gives "0007-1"), else NULL. */
const char *spool_master_page(struct arena *arena, const char *file);

/* All pages of a batch's folder in the order of sheets and sides, by their facts: also one whose
 * image is gone. REJECT: an image without facts, which is no page of ours. */
enum status spool_pages(const char *folder, struct arena *arena, struct page **pages, size_t *count,
                        struct error *error);
/* REJECT with a sentence when the master is not there any more. */
enum status spool_check_master(const struct spool_place *place, const char *file,
                               struct error *error);
/* words[i]: of page i, NULL when it is blank or not read. */
enum status spool_all_words(const char *folder, const char *const *names, size_t count,
                            struct arena *arena, const struct words ***words, struct error *error);

enum status spool_read_document(const struct warehouse *warehouse, const char *batch,
                                const char *id, struct arena *arena, struct document *out,
                                struct error *error);
enum status spool_write_document(const struct warehouse *warehouse, const struct document *document,
                                 struct error *error);

/* A folder with this ending is being removed. */
#define SPOOL_DONE ".done"
/* steps_batch.c: removes a finished batch's files, unless they are to be kept, but for those of
 * documents that are not in the store (set aside, or on their way again). Its row is first. */
enum status spool_clear(const struct warehouse *warehouse, struct db *db, const char *batch,
                        struct arena *arena, struct error *error);

/* batch.c: the first sheet that is not wholly in the spool, and how many pages are. */
enum status batch_first_missing(const struct warehouse *warehouse, const struct batch *batch,
                                struct arena *arena, int *first_sheet, int *pages,
                                struct error *error);

#endif
