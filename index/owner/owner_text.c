/* Where nobody is recorded by a number, the text may still name it. */
#include <ctype.h>
#include <string.h>

#include "core/message.h"
#include "index/index.h"
#include "index/owner.h"

enum { TEXTS_MAX = 20 };

/* The hit of the snippet is this very number, however it is divided: not one a digit beside it. */
static bool names_it(const char *snippet, const char *digits)
{
    const char *at = strchr(snippet, '\x02'), *end = at ? strchr(at, '\x03') : NULL;
    for (; at && at < end; at++)
        if (isdigit((unsigned char)*at) && *at != *digits++)
            return false;
    return at && !*digits;
}

static struct owner_paper paper_of(const struct search_hit *hit)
{
    return (struct owner_paper){.document_id = hit->document_id,
                                .mention = "",
                                .type = hit->type ? hit->type : "",
                                .title = hit->title ? hit->title : "",
                                .number = hit->number ? hit->number : "",
                                .date = hit->date ? hit->date : "",
                                .agency = hit->agency ? hit->agency : "",
                                .path = hit->path,
                                .name = hit->owner ? hit->owner : "",
                                .digits = "",
                                .birth_date = "",
                                .ends = hit->ends,
                                .state = hit->state,
                                .in_force = true};
}

static bool has_paper(const struct owner_answer *answer, const char *document_id)
{
    for (size_t i = 0; i < answer->paper_count; i++)
        if (strcmp(answer->papers[i].document_id, document_id) == 0)
            return true;
    return false;
}

enum status owner_ask_text(struct index *index, const struct owner_has *question,
                           struct arena *arena, struct owner_answer *out, struct error *error)
{
    const char *digits = question->who.digits;
    struct search_result result;
    if (out->answer != ANSWER_NO || !digits || !*digits)
        return STATUS_OK;
    const struct search_query query = {.text = digits,
                                       .type = question->type,
                                       .procedure = question->procedure,
                                       .valid_on = question->today,
                                       .limit = TEXTS_MAX};
    enum status status = index_search(index, &query, arena, &result, error);
    if (status != STATUS_OK)
        return status;
    out->papers = arena_array(arena, result.hit_count + 1, sizeof *out->papers);
    out->paper_count = 0;
    for (size_t i = 0; i < result.hit_count; i++)
        if (names_it(result.hits[i].snippet, digits) && !has_paper(out, result.hits[i].document_id))
            out->papers[out->paper_count++] = paper_of(&result.hits[i]);
    if (out->paper_count > 0) {
        out->answer = ANSWER_DOUBTFUL;
        out->why =
            _("Nothing is recorded under this number, but the text of these papers names it: "
              "look whether one is this person's.");
    }
    return STATUS_OK;
}
