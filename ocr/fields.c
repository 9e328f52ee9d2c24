#include "ocr/fields.h"

#include "core/file.h"
#include "core/message.h"
#include "ocr/form_match.h"

/* State secrets must not be read into a system like this one (law on the protection of state
 * secrets); the paper is held for a person. */
static enum status refuse_secret(struct paper *paper, size_t row, struct error *error)
{
    struct place where = {row, 0, paper->rows[row].count};
    const char *doubt = _("the paper bears a stamp of state secrecy");
    struct field *title = &paper->document->fields[FIELD_TITLE];
    if (title->source == SOURCE_PERSON)
        return STATUS_OK; /* a person has looked at it */
    put_field(paper, FIELD_TITLE, title->value ? title->value : text_of(paper, where), where,
              doubt);
    return error_set(error, STATUS_REJECT,
                     _("page %d seems to bear a stamp of state secrecy; take it out and follow the "
                       "rules for such papers, or enter the title by hand if it is none"),
                     paper->rows[row].page + 1);
}

enum status ocr_understand(const struct ocr_settings *settings, const char *config_folder,
                           const struct words *const *pages, size_t page_count, struct arena *arena,
                           struct document *document, struct error *error)
{
    struct paper paper = {.settings = settings,
                          .config_folder = config_folder,
                          .pages = pages,
                          .page_count = page_count,
                          .arena = arena,
                          .document = document};
    paper_init(&paper);
    document->owner_count = 0; /* they are read anew */
    document->owners = NULL;
    read_heading(&paper);
    size_t stamp;
    if (secret_stamp(&paper, &stamp)) {
        enum status refused = refuse_secret(&paper, stamp, error);
        if (refused != STATUS_OK)
            return refused;
    }
    struct form *forms = NULL;
    struct form_fits fits = {0};
    size_t form_count = 0;
    enum status status =
        form_read_all(file_join(arena, config_folder, "forms"), arena, &forms, &form_count, error);
    if (status != STATUS_OK)
        return status;
    form_match(&paper, forms, form_count, &fits);
    paper.fits = &fits;
    status = read_type(&paper, error);
    if (status != STATUS_OK)
        return status;
    read_number(&paper);
    read_owner(&paper);
    read_dates(&paper);
    read_signer(&paper);
    status = read_owner_id(&paper, error);
    return status == STATUS_OK ? read_agency(&paper, error) : status;
}
