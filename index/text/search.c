#include "index/text/search.h"

#include <stdlib.h>
#include <string.h>

static struct found *found_of(struct search *search, int64_t entry)
{
    for (size_t i = 0; i < search->count; i++)
        if (search->found[i].entry == entry)
            return &search->found[i];
    if (search->count == search->room) {
        search->room = search->room ? 2 * search->room : 64;
        search->found = memory_resize(search->found, search->room * sizeof *search->found);
    }
    search->found[search->count] = (struct found){.entry = entry, .why = HIT_FILTER};
    return &search->found[search->count++];
}

/* Better: the higher score; of equals the surer way it was found. */
static bool is_better(double score, enum hit_why why, const struct found *than)
{
    double difference = score - than->score;
    return difference > 1e-6 || (difference > -1e-6 && why < than->why);
}

struct found *search_keep(struct search *search, int64_t entry, double score, enum hit_why why,
                          const char *date, const char *document_id)
{
    struct found *found = found_of(search, entry);
    if (!found->document_id) {
        found->date = arena_strdup(search->arena, date ? date : "");
        found->document_id = arena_strdup(search->arena, document_id);
    }
    if (is_better(score, why, found)) {
        found->score = score;
        found->why = why;
        found->whole = true;
    }
    return found;
}

static int by_rank(const void *a, const void *b)
{
    const struct found *first = a, *second = b;
    if (is_better(first->score, first->why, second))
        return -1;
    if (is_better(second->score, second->why, first))
        return 1;
    int order = strcmp(second->date, first->date); /* newest first, no date last */
    return order ? order : strcmp(first->document_id, second->document_id);
}

bool search_first_time(struct search *search, int64_t page)
{
    if (2 * (search->seen_count + 1) > search->seen_room) {
        size_t room = search->seen_room ? 2 * search->seen_room : 2048;
        int64_t *seen = memory_new(room * sizeof *seen);
        for (size_t i = 0; i < search->seen_room; i++) {
            size_t slot = (size_t)(search->seen[i] * 2654435761) % room;
            while (search->seen[i] && seen[slot])
                slot = (slot + 1) % room;
            if (search->seen[i])
                seen[slot] = search->seen[i];
        }
        free(search->seen);
        search->seen = seen;
        search->seen_room = room;
    }
    size_t slot = (size_t)(page * 2654435761) % search->seen_room;
    for (; search->seen[slot]; slot = (slot + 1) % search->seen_room)
        if (search->seen[slot] == page)
            return false;
    search->seen[slot] = page;
    search->seen_count++;
    return true;
}

void search_sort(struct search *search)
{
    if (search->count > 0)
        qsort(search->found, search->count, sizeof *search->found, by_rank);
}

void search_clear(struct search *search)
{
    free(search->found);
    free(search->seen);
}
