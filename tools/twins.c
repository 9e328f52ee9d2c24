#include "tools/twins.h"

#include <stdio.h>

#include "core/message.h"
#include "index/index.h"

enum { TWINS_SHOWN = 10 };

int64_t twins_last(struct cli *cli)
{
    struct db *db = NULL; /* not the one of cli: workers are forked before that is opened */
    struct error fault = {""};
    int64_t last = 0;
    if (warehouse_db(&cli->warehouse, &db, &fault) == STATUS_OK)
        db_first_int(db, &last, &fault, "SELECT coalesce(max(id), 0) FROM catalog_entry", "");
    db_close(db);
    return last;
}

json_t *twins_since(struct cli *cli, int64_t last)
{
    struct db_query *query = NULL;
    struct error fault = {""};
    json_t *twins = json_array();
    if (!cli->db || db_prepare(cli->db,
                               "SELECT document_id FROM catalog_entry WHERE id > ?"
                               " ORDER BY document_id",
                               &query, &fault) != STATUS_OK)
        return twins;
    db_bind_int(query, 1, last);
    while (db_step(query, &fault) == STATUS_OK) {
        const char *id = arena_strdup(cli->arena, db_text(query, 0)), *other = NULL;
        if (index_twin(cli->db, id, cli->arena, &other, &fault) == STATUS_OK && other)
            json_array_append_new(twins, json_pack("{s:s, s:s}", "document", id, "other", other));
    }
    db_finish(query);
    return twins;
}

void twins_print(const json_t *twins)
{
    size_t i, count = json_array_size(twins);
    json_t *one;
    if (count == 0)
        return;
    printf(message_count("%lld document has the type, number, day and person of one that was there "
                         "already. Was a sheet taken in twice?\n",
                         "%lld documents have the type, number, day and person of ones that were "
                         "there already. Were sheets taken in twice?\n",
                         count),
           (long long)count);
    json_array_foreach(twins, i, one)
    {
        if (i < TWINS_SHOWN)
            printf("  %s = %s\n", json_string_value(json_object_get(one, "document")),
                   json_string_value(json_object_get(one, "other")));
    }
    if (count > TWINS_SHOWN)
        printf("  …\n");
    printf(_("Both are kept. Is the second one nothing new: sohoa validity ID supersede --by OTHER "
             "--reason WORDS\n"));
}
