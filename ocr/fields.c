#include "ocr/ocr.h"
enum status ocr_understand(const struct ocr_settings *settings, const char *config_folder,
                           const struct words *const *pages, size_t page_count, struct arena *arena,
                           struct document *document, struct error *error)
{
    (void)settings;
    (void)config_folder;
    (void)pages;
    (void)page_count;
    (void)arena;
    (void)document;
    (void)error;
    return STATUS_OK;
}
