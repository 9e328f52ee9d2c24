/* What a search can do beside showing a page: counts, questions kept by name, lists as files. */
#ifndef SOHOA_TOOLS_SEARCH_MORE_H
#define SOHOA_TOOLS_SEARCH_MORE_H

#include "tools/command.h"

/* Options of a search that are not in struct search_query as they are typed. */
struct search_options {
    bool all_validity, facets, list;
    bool hides;     /* something is not in force on that day, and not shown */
    int64_t better; /* hits by number or name that are not in force, where what is shown only
                       resembles what was asked for */
    bool ended;     /* nothing in force was found: what is shown is not */
    const char *on, *sort, *save, *saved, *forget, *out;
};

/* The saved question's filters where none were given; day of validity, order. */
enum status search_complete(struct cli *cli, struct search_options *options,
                            struct search_query *query);
/* Keeps, forgets or lists questions. *done: nothing is to be searched. */
enum status search_keep_question(struct cli *cli, const struct search_options *options,
                                 const struct search_query *query, bool *done);
void search_print_facets(struct cli *cli, const struct search_result *result);
json_t *search_facets_json(const struct search_result *result);
/* All that is found into a file. The look is entered before it is written. */
int search_write(struct cli *cli, struct index *index, const struct search_options *options,
                 const struct search_query *query,
                 enum status (*record)(struct cli *cli, const struct search_query *query,
                                       const struct search_result *result));

/* "Trần Bá Phú, Trần Thị Hương", "… and 12 more"; "": nobody is known. */
const char *hit_owners(struct arena *arena, const struct search_hit *hit);

#endif
