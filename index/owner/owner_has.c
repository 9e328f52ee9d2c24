/* The counter's question: does this owner already have a valid paper of this type? */
#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "index/catalogue.h"
#include "index/owner/owner_private.h"
#include "index/catalog/types.h"

enum { OWNERS_MAX = 50 };

struct asking {
    struct db *db;
    const struct owner_has *question;
    struct arena *arena;
    const char *type;        /* slug, NULL any */
    const char **procedures; /* NULL any */
    size_t procedure_count;
    struct owner_answer *answer;
    size_t room; /* of its papers */
};

static bool given(const char *text)
{
    return text && *text;
}

static enum status prepare(struct asking *asking, struct error *error)
{
    const struct owner_has *question = asking->question;
    char base[9];
    if (!given(question->type) && !given(question->procedure))
        return error_set(error, STATUS_REJECT,
                         _("which paper? Give its type (--type khai_sinh) or procedure "
                           "(--procedure 1.001193)"));
    enum status status = STATUS_OK;
    if (given(question->type))
        status = index_type(asking->db, question->type, asking->arena, &asking->type, error);
    if (status != STATUS_OK || !given(question->procedure))
        return status;
    status = procedure_code_check(question->procedure, base, error);
    if (status == STATUS_OK)
        status = catalogue_relatives(asking->db, "procedure", base, asking->arena,
                                     &asking->procedures, &asking->procedure_count, error);
    return status;
}

/* ---------------------------------------------------------------- papers */

/* Documents of an owner that are of the type and procedure. */
static enum status matching(struct asking *asking, const struct owner_paper *paper, bool *match,
                            struct error *error)
{
    struct db_query *query = NULL;
    *match = !asking->type || strcmp(paper->type, asking->type) == 0;
    if (!*match || !asking->procedures)
        return STATUS_OK;
    *match = false;
    enum status status = db_prepare(
        asking->db, "SELECT procedure FROM catalog_entry WHERE document_id = ?", &query, error);
    if (status == STATUS_OK) {
        db_bind_text(query, 1, paper->document_id);
        status = db_step(query, error);
    }
    const char *procedure = status == STATUS_OK ? db_text(query, 0) : NULL;
    for (size_t i = 0; procedure && i < asking->procedure_count && !*match; i++)
        *match = strcmp(procedure, asking->procedures[i]) == 0;
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

static void keep_paper(struct asking *asking, const struct owner_paper *paper)
{
    struct owner_answer *answer = asking->answer;
    for (size_t i = 0; i < answer->paper_count; i++) /* two mentions of one paper */
        if (strcmp(answer->papers[i].document_id, paper->document_id) == 0)
            return;
    if (answer->paper_count == asking->room) {
        size_t room = asking->room ? 2 * asking->room : 8;
        struct owner_paper *more = arena_array(asking->arena, room, sizeof *more);
        if (answer->paper_count > 0)
            memcpy(more, answer->papers, answer->paper_count * sizeof *more);
        answer->papers = more;
        asking->room = room;
    }
    answer->papers[answer->paper_count++] = *paper;
}

/* Takes the owner's papers that answer; *found: how many are in force. */
static enum status take_papers(struct asking *asking, struct owner *owner, size_t *found,
                               struct error *error)
{
    enum status status =
        owner_read(asking->db, owner->id, asking->question->today, asking->arena, owner, error);
    *found = 0;
    for (size_t i = 0; i < owner->paper_count && status == STATUS_OK; i++) {
        bool match = false;
        status = matching(asking, &owner->papers[i], &match, error);
        if (match && owner->papers[i].in_force) {
            keep_paper(asking, &owner->papers[i]);
            ++*found;
        } else if (match) {
            asking->answer->expired++;
        }
    }
    return status;
}

/* ---------------------------------------------------------------- who */

static void decide(struct owner_answer *answer, enum owner_answer_kind kind, const char *why)
{
    answer->answer = kind;
    answer->why = why;
}

/* Others who bear the same name and day of birth may be the same person under another number. */
static enum status ask_namesakes(struct asking *asking, const struct owner *owner,
                                 struct error *error)
{
    struct owner_answer *answer = asking->answer;
    struct owner *others = NULL;
    size_t count = 0, found = 0, all = 0;
    const struct owner_question who = {
        .name = owner->name, .birth_date = owner->birth_date, .limit = OWNERS_MAX};
    if (!*owner->name || !*owner->birth_date)
        return STATUS_OK;
    enum status status = owner_find(asking->db, &who, asking->arena, &others, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (strcmp(others[i].id, owner->id) != 0) {
            status = take_papers(asking, &others[i], &found, error);
            all += found;
        }
    if (status == STATUS_OK && all > 0)
        decide(answer, ANSWER_DOUBTFUL,
               _("The paper is under the same name and day of birth, but nothing proves that it is "
                 "the same person: compare it, and link the numbers with their proof (sohoa owner "
                 "link)."));
    return status;
}

/* What was said beside the number must fit. */
static const char *contradiction(const struct asking *asking, const struct owner *owner)
{
    const struct owner_question *who = &asking->question->who;
    char birth[11];
    if (given(who->birth_date) && text_date(who->birth_date, birth) && *owner->birth_date &&
        strcmp(owner->birth_date, birth) != 0)
        return _("On the papers with this number stands another day of birth: ask for the papers.");
    if (given(who->name) && asking->answer->how != BY_NAME &&
        !owner_names_alike(text_fold(asking->arena, who->name),
                           text_fold(asking->arena, owner->name)))
        return _("On the papers with this number stands another name: ask for the papers.");
    return NULL;
}

static enum status ask_one(struct asking *asking, struct owner *owner, struct error *error)
{
    struct owner_answer *answer = asking->answer;
    const char *against = contradiction(asking, owner);
    size_t found = 0;
    enum status status = take_papers(asking, owner, &found, error);
    if (status != STATUS_OK)
        return status;
    if (against)
        decide(answer, ANSWER_DOUBTFUL, against);
    else if (found > 0)
        decide(answer, ANSWER_YES,
               answer->how == BY_NAME
                   ? _("There is one, but by name alone it may be another person's.")
                   : _("There is one in force: it need not be asked for."));
    else
        decide(answer, ANSWER_NO,
               answer->expired > 0 ? _("There is one, but it is not in force any more.")
                                   : _("There is none of this type."));
    if (found > 0 && answer->how == BY_NAME)
        answer->answer = ANSWER_DOUBTFUL;
    return found == 0 && !against ? ask_namesakes(asking, owner, error) : STATUS_OK;
}

static enum status ask_several(struct asking *asking, struct error *error)
{
    struct owner_answer *answer = asking->answer;
    size_t found = 0, all = 0;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < answer->owner_count && status == STATUS_OK; i++) {
        status = take_papers(asking, &answer->owners[i], &found, error);
        all += found;
    }
    if (all == 0)
        decide(answer, ANSWER_NO, _("None of those who may be meant has one in force."));
    else
        decide(answer, ANSWER_DOUBTFUL,
               answer->how == BY_NUMBER
                   ? _("Papers of different people bear this number: compare them.")
                   : _("Several people answer to this: ask for the number."));
    return status;
}

/* Typed with marks, they tell An from Ân. */
static void drop_other_marks(struct asking *asking)
{
    struct owner_answer *answer = asking->answer;
    const char *name = asking->question->who.name;
    if (!given(name) || answer->owner_count < 2 || answer->how != BY_NAME_AND_BIRTH)
        return;
    const char *exact = text_tone_last(asking->arena, name);
    size_t kept = 0;
    for (size_t i = 0; i < answer->owner_count; i++)
        kept += strcmp(text_tone_last(asking->arena, answer->owners[i].name), exact) == 0;
    if (kept == 0)
        return;
    kept = 0;
    for (size_t i = 0; i < answer->owner_count; i++)
        if (strcmp(text_tone_last(asking->arena, answer->owners[i].name), exact) == 0)
            answer->owners[kept++] = answer->owners[i];
    answer->owner_count = kept;
}

static enum status find_who(struct asking *asking, struct error *error)
{
    struct owner_answer *answer = asking->answer;
    struct owner_question who = asking->question->who;
    who.limit = OWNERS_MAX;
    answer->how = given(who.id)           ? BY_OWNER
                  : given(who.digits)     ? BY_NUMBER
                  : given(who.birth_date) ? BY_NAME_AND_BIRTH
                                          : BY_NAME;
    enum status status =
        owner_find(asking->db, &who, asking->arena, &answer->owners, &answer->owner_count, error);
    if (status == STATUS_OK && answer->owner_count == 0 && !given(who.digits) && given(who.name)) {
        who.any_order = true; /* whether that is the same name, a person says */
        answer->how = BY_NAME;
        status = owner_find(asking->db, &who, asking->arena, &answer->owners, &answer->owner_count,
                            error);
    }
    if (status == STATUS_OK && answer->owner_count == 0 && given(who.digits) && given(who.name)) {
        who.digits = who.id = NULL; /* nobody has this number yet: whoever it may be */
        answer->how = given(who.birth_date) ? BY_NAME_AND_BIRTH : BY_NAME;
        status = owner_find(asking->db, &who, asking->arena, &answer->owners, &answer->owner_count,
                            error);
    }
    return status;
}

enum status owner_ask(struct db *db, const struct owner_has *question, struct arena *arena,
                      struct owner_answer *out, struct error *error)
{
    struct asking asking = {.db = db, .question = question, .arena = arena, .answer = out};
    *out = (struct owner_answer){.answer = ANSWER_NO, .how = BY_NOTHING};
    enum status status = prepare(&asking, error);
    if (status == STATUS_OK)
        status = find_who(&asking, error);
    if (status != STATUS_OK)
        return status;
    drop_other_marks(&asking);
    if (out->owner_count == 0) {
        out->how = BY_NOTHING;
        decide(out, ANSWER_NO, _("Nobody here answers to this."));
        return STATUS_OK;
    }
    bool other_number =
        given(question->who.digits) && out->how != BY_NUMBER && out->how != BY_OWNER;
    status = out->owner_count == 1 ? ask_one(&asking, &out->owners[0], error)
                                   : ask_several(&asking, error);
    if (status == STATUS_OK && other_number && out->answer == ANSWER_YES)
        decide(out, ANSWER_DOUBTFUL,
               _("The paper is under the same name and day of birth, but nothing proves that it is "
                 "the same person: compare it, and link the numbers with their proof (sohoa owner "
                 "link)."));
    return status;
}
