/* What is done with one page: measured, then read. The master stays as it is. */
#include "core/file.h"
#include "core/image.h"
#include "pipeline/spool.h"
#include "pipeline/steps.h"

enum status step_inspect(struct work *work, struct error *error)
{
    char now[26];
    struct page page;
    const char *folder = pipeline_batch_folder(work->warehouse, work->task->batch, work->arena);
    enum status status =
        page_read(folder, spool_page_name(work->task->id), work->arena, &page, error);
    if (status == STATUS_OK)
        status = spool_check_master(&(struct spool_place){.masters = folder}, page.file, error);
    if (status == STATUS_OK)
        status = ingest_inspect(folder, &work->warehouse->ingest, &page, error);
    file_now(now);
    page.inspected_at = now;
    return status == STATUS_OK ? page_write(&page, folder, error) : status;
}

static enum status read_image(struct work *work, const char *folder, const struct page *page,
                              struct words *words, struct error *error)
{
    struct image image = {0};
    struct ocr_engine *engine = NULL;
    enum status status =
        spool_check_master(&(struct spool_place){.masters = folder}, page->file, error);
    if (status == STATUS_OK)
        status = image_read(file_join(work->arena, folder, page->file), 0, &image, error);
    if (status == STATUS_OK)
        status = tools_engine(work, &engine, error);
    if (status == STATUS_OK)
        status = ocr_read(engine, &image, work->arena, words, error);
    image_clear(&image);
    return status;
}

/* A blank page has no words and needs no reading; the rest of the way takes a missing file as
 * that. */
enum status step_read(struct work *work, struct error *error)
{
    struct page page;
    struct words words = {0};
    char now[26];
    const char *name = spool_page_name(work->task->id);
    const char *folder = pipeline_batch_folder(work->warehouse, work->task->batch, work->arena);
    enum status status = page_read(folder, name, work->arena, &page, error);
    if (status != STATUS_OK || page.blank)
        return status;
    status = read_image(work, folder, &page, &words, error);
    file_now(now);
    words.read_at = now;
    if (status == STATUS_OK)
        status = words_write_alto(&words, page.file, spool_alto(work->arena, folder, name), error);
    if (status == STATUS_OK)
        status = words_write(&words, spool_words(work->arena, folder, name), error);
    return status;
}
