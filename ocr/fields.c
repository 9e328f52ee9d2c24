#include "ocr/fields.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"
#include "ocr/form_match.h"
#include "ocr/letters.h"
#include "ocr/surname.h"

#define LANGUAGE_LETTERS 200 /* a page with fewer says nothing about its language */
#define LANGUAGE_SHARE 0.05

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

/* The form has a place for it, and nothing printed is there: what a pen wrote is not guessed. */
static void ask_for_missing(struct paper *paper)
{
    static const struct {
        const char *slot;
        enum field_id id;
    } slots[] = {{"owner", FIELD_OWNER},   {"owner_birth", FIELD_BIRTH_DATE},
                 {"number", FIELD_NUMBER}, {"owner_id", FIELD_OWNER_ID},
                 {"issued", FIELD_DATE},   {"book", FIELD_BOOK}};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        struct field *field = &paper->document->fields[slots[i].id];
        const struct form_fits *fits = paper->fits;
        const struct region *region = form_region(&fits->below, slots[i].slot, 0);
        region = region ? region : form_region(&fits->body, slots[i].slot, 0);
        if (!region || field->value || field->source == SOURCE_PERSON)
            continue;
        field->page = paper->rows[region->row].page;
        field->box = paper->rows[region->row].box;
        if (!field->doubt)
            field->doubt =
                _("nothing printed could be read here; if it is written by hand, type it");
    }
}

/* Good Vietnamese has a letter beyond Latin-1 in every fourth or fifth, read with the wrong
 * language none at all. */
static bool wrong_language(const struct words *words)
{
    size_t letters = 0, beyond = 0;
    for (size_t i = 0; words && i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++)
            for (const char *at = words->lines[i].words[j].text; *at;) {
                uint32_t code = text_next(&at);
                letters += text_is_letter(code);
                beyond += code > 0xFF && text_is_letter(code);
            }
    return letters > LANGUAGE_LETTERS && (double)beyond < LANGUAGE_SHARE * (double)letters;
}

/* A person who has entered the title has looked at it. */
static enum status check_language(const struct paper *paper, struct error *error)
{
    struct field *title = &paper->document->fields[FIELD_TITLE];
    for (size_t i = 0; i < paper->page_count && title->source != SOURCE_PERSON; i++) {
        if (!wrong_language(paper->pages[i]))
            continue;
        title->doubt = _("the text does not look like Vietnamese");
        return error_set(error, STATUS_REJECT,
                         _("the text of page %zu does not look like Vietnamese: it was read with "
                           "another language's data, or is in another language; check ocr.model, "
                           "or enter the title by hand if it is right"),
                         i + 1);
    }
    return STATUS_OK;
}

static void count_words(const struct words *const *pages, size_t page_count,
                        struct document *document)
{
    document->word_count = document->doubtful_words = 0;
    for (size_t i = 0; i < page_count; i++)
        if (pages[i]) {
            document->word_count += words_count(pages[i]);
            document->doubtful_words += words_doubtful(pages[i]);
        }
}

struct ocr_knowledge {
    const struct ocr_settings *settings;
    const char *config_folder;
    struct arena *arena; /* of the forms */
    struct form *forms;
    size_t form_count;
    struct surnames *surnames;
};

enum status ocr_learn(const struct ocr_settings *settings, const char *config_folder,
                      struct ocr_knowledge **out, struct error *error)
{
    struct ocr_knowledge *knowledge = memory_new(sizeof *knowledge);
    *knowledge = (struct ocr_knowledge){
        .settings = settings, .config_folder = config_folder, .arena = arena_new()};
    enum status status =
        form_read_all(file_join(knowledge->arena, config_folder, "forms"), settings->forms,
                      knowledge->arena, &knowledge->forms, &knowledge->form_count, error);
    if (status == STATUS_OK && settings->language)
        status = surnames_open(settings->language, &knowledge->surnames, error);
    if (status == STATUS_OK)
        *out = knowledge;
    else
        ocr_forget(knowledge);
    return status;
}

void ocr_forget(struct ocr_knowledge *knowledge)
{
    if (!knowledge)
        return;
    surnames_close(knowledge->surnames);
    arena_free(knowledge->arena);
    free(knowledge);
}

enum status ocr_understand(const struct ocr_knowledge *knowledge, const struct words *const *pages,
                           size_t page_count, struct arena *arena, struct document *document,
                           struct error *error)
{
    struct form_fits fits = {0};
    struct paper paper = {.settings = knowledge->settings,
                          .config_folder = knowledge->config_folder,
                          .pages = pages,
                          .page_count = page_count,
                          .arena = arena,
                          .document = document,
                          .surnames = knowledge->surnames};
    paper_init(&paper);
    count_words(pages, page_count, document);
    document->owner_count = 0; /* they are read anew */
    document->owners = NULL;
    read_heading(&paper);
    size_t stamp;
    if (secret_stamp(&paper, &stamp)) {
        enum status refused = refuse_secret(&paper, stamp, error);
        if (refused != STATUS_OK)
            return refused;
    }
    form_match(&paper, knowledge->forms, knowledge->form_count, &fits);
    paper.fits = &fits;
    enum status status = read_type(&paper, error);
    if (status != STATUS_OK)
        return status;
    read_number(&paper);
    read_owner(&paper);
    read_dates(&paper);
    read_signer(&paper);
    status = read_owner_id(&paper, error);
    if (paper.type && strcmp(paper.type, "cai_chinh") == 0)
        read_former_name(&paper);
    if (status == STATUS_OK)
        status = read_agency(&paper, error);
    ask_for_missing(&paper);
    return status == STATUS_OK ? check_language(&paper, error) : status;
}
