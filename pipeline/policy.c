#include "pipeline/policy.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/spool.h"

#define TEXT_WORDS_MIN 10       /* fewer say nothing about the page */
#define TURN_CONFIDENCE_LOW 0.3 /* below: the reader could as well have it upside down */

struct doubts {
    struct buffer text;
    bool must; /* also when the policy asks for nobody: a page could not be read */
};

/* Several become one sentence, with one full stop. */
static void doubt(struct doubts *doubts, const char *sentence)
{
    size_t size = strlen(sentence);
    if (size > 0 && sentence[size - 1] == '.')
        size--;
    buffer_printf(&doubts->text, "%s%.*s", doubts->text.size ? "; " : "", (int)size, sentence);
}

static bool is_sure(const struct warehouse *warehouse, const struct field *field)
{
    return field->source == SOURCE_PERSON ||
           (field->value && !field->doubt && field->confidence >= warehouse->ocr.doubt_confidence);
}

static void judge_field(const struct warehouse *warehouse, const struct document *document,
                        enum field_id id, struct arena *arena, struct doubts *doubts)
{
    const struct field *field = &document->fields[id];
    if (is_sure(warehouse, field))
        return;
    if (!field->value)
        doubt(doubts, arena_printf(arena, _("not found: %s"), field_label(id)));
    else
        doubt(doubts, arena_printf(arena, _("doubtful: %s"), field_label(id)));
}

/* A paper is found again by whom it is for or by its number: one of them must be there, and what is
 * there must be sure, for what a paper is found by wrongly is worse than what it is not found by.
 */
static void judge_finding(const struct warehouse *warehouse, const struct document *document,
                          struct arena *arena, struct doubts *doubts)
{
    static const enum field_id ids[] = {FIELD_OWNER, FIELD_OWNER_ID, FIELD_BIRTH_DATE,
                                        FIELD_NUMBER};
    if (!document->fields[FIELD_OWNER].value && !document->fields[FIELD_NUMBER].value)
        doubt(doubts, arena_printf(arena, _("not found: %s, %s"), field_label(FIELD_OWNER),
                                   field_label(FIELD_NUMBER)));
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (document->fields[ids[i]].value)
            judge_field(warehouse, document, ids[i], arena, doubts);
}

static void judge_pages(const struct document *document, const struct words *const *words,
                        struct arena *arena, struct doubts *doubts)
{
    for (size_t i = 0; i < document->page_count; i++) {
        const struct document_page *page = &document->pages[i];
        if (page->held) {
            doubt(doubts,
                  arena_printf(arena, _("page %s could not be read: %s"), page->name, page->held));
            doubts->must = true;
        } else if (words[i] && words[i]->line_count > 0 &&
                   words[i]->turn_confidence < TURN_CONFIDENCE_LOW) {
            doubt(doubts, arena_printf(arena, _("page %s may be upside down"), page->name));
        }
    }
}

/* Such a text is not found by its words later; a better scan may help. */
static void judge_text(const struct warehouse *warehouse, const struct document *document,
                       struct arena *arena, struct doubts *doubts)
{
    double limit = warehouse->ocr.doubt_words * (double)document->word_count;
    if (document->word_count >= TEXT_WORDS_MIN && (double)document->doubtful_words > limit)
        doubt(doubts, arena_printf(arena, _("words that could hardly be read: %zu of %zu"),
                                   document->doubtful_words, document->word_count));
}

/* Whether to keep and copy what bears a signature that does not hold is a person's decision. */
static void judge_received(const struct warehouse *warehouse, const struct document *document,
                           struct arena *arena, struct doubts *doubts)
{
    struct archive_received found;
    const char *folder = spool_document_folder(warehouse, document->batch, document->id, arena);
    const char *report = file_join(arena, folder, "received.json");
    if (!file_exists(report))
        return;
    if (archive_received_read(report, arena, &found, NULL) != STATUS_OK)
        doubt(doubts, _("nothing is known of the signatures in the PDF that came in"));
    else if (found.signatures > 0 && !found.intact)
        doubt(doubts, arena_printf(arena,
                                   _("the PDF that came in was changed after it was signed, or a "
                                     "signature in it is damaged: %s"),
                                   found.fault ? found.fault : "?"));
    else if (found.signatures > 0 && !found.trusted)
        doubt(doubts,
              arena_printf(arena, _("who signed the PDF that came in is not trusted yet: %s"),
                           found.fault ? found.fault : _("no trusted roots are set")));
    else if (found.signatures > 0 && found.changed)
        doubt(doubts, _("fields or notes were changed in the PDF that came in after it was "
                        "signed"));
}

/* Told apart by count, a document that is short has lost a sheet, or those before it took one too
 * many. PDFs that came in are documents of their own, however long. */
static void judge_count(const struct warehouse *warehouse, const struct document *document,
                        struct arena *arena, struct doubts *doubts)
{
    struct batch batch;
    const char *folder = pipeline_batch_folder(warehouse, document->batch, arena);
    const char *own = spool_document_folder(warehouse, document->batch, document->id, arena);
    if (batch_read(folder, arena, &batch, NULL) != STATUS_OK || batch.separate != SEPARATE_COUNT ||
        file_exists(file_join(arena, own, "received.json")))
        return;
    int sheets = 0, last = -1;
    for (size_t i = 0; i < document->page_count; i++) {
        int sheet = atoi(document->pages[i].name); /* "0007-1" */
        sheets += sheet != last;
        last = sheet;
    }
    if (sheets < batch.separate_count)
        doubt(doubts, arena_printf(arena,
                                   _("sheets in it: %d, counted for each document: %d; was one "
                                     "left behind, or is it in the document before?"),
                                   sheets, batch.separate_count));
}

bool policy_awaits_approval(const struct document *document)
{
    for (size_t i = document->act_count; i-- > 0;) {
        if (strcmp(document->acts[i].what, "approve") == 0)
            return false;
        if (strcmp(document->acts[i].what, "hold") == 0)
            return true;
    }
    return false;
}

enum status policy_ready(const struct document *document, struct arena *arena, struct error *error)
{
    const char *doubtful = "";
    for (int i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &document->fields[i];
        if (field->doubt && *field->doubt && field->source != SOURCE_PERSON)
            doubtful = arena_printf(arena, "%s%s%s", doubtful, *doubtful ? ", " : "",
                                    field_label((enum field_id)i));
    }
    if (*doubtful)
        return error_set(error, STATUS_REJECT,
                         _("What it is found by is sure; doubtful still: %s. Look at that, and "
                           "approve it to let it go on."),
                         doubtful);
    return error_set(error, STATUS_REJECT,
                     _("Nothing is doubtful any more; approve it to let it go on."));
}

/* What is told of a document in which nothing is doubtful and which a person must approve yet. */
static enum status ask_for_approval(const struct warehouse *warehouse,
                                    const struct document *document, struct arena *arena,
                                    struct error *error)
{
    size_t acts = document->act_count;
    if (acts > 0 && strcmp(document->acts[acts - 1].what, "send_back") == 0)
        return error_set(error, STATUS_REJECT,
                         _("Sent back; nothing is doubtful any more, and it awaits a person's "
                           "approval."));
    if (warehouse->pipeline.review != REVIEW_ALL)
        return policy_ready(document, arena, error);
    return error_set(error, STATUS_REJECT,
                     _("Every document waits for a person here ([pipeline] review = all)."));
}

enum status policy_judge(const struct warehouse *warehouse, const struct document *document,
                         const struct words *const *words, const char *twin, struct error *error)
{
    struct arena *arena = arena_new();
    struct doubts doubts = {0};
    enum status status = STATUS_OK;
    if (twin)
        doubt(&doubts, arena_printf(arena,
                                    _("document %s is there already with its type, number, day and "
                                      "owner; say whether it is the same paper (review same) or "
                                      "another (review another)"),
                                    twin));
    judge_pages(document, words, arena, &doubts);
    judge_text(warehouse, document, arena, &doubts);
    judge_received(warehouse, document, arena, &doubts);
    judge_count(warehouse, document, arena, &doubts);
    judge_field(warehouse, document, FIELD_TYPE, arena, &doubts);
    judge_finding(warehouse, document, arena, &doubts);
    judge_field(warehouse, document, FIELD_DATE, arena, &doubts);
    bool ask = warehouse->pipeline.review == REVIEW_ALL || doubts.must ||
               policy_awaits_approval(document) ||
               (warehouse->pipeline.review == REVIEW_DOUBTFUL && doubts.text.size > 0);
    if (ask && doubts.text.size > 0)
        status = error_set(error, STATUS_REJECT, _("A person should look: %s."),
                           (const char *)doubts.text.data);
    else if (ask)
        status = ask_for_approval(warehouse, document, arena, error);
    buffer_clear(&doubts.text);
    arena_free(arena);
    return status;
}
