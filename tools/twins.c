#include "tools/twins.h"

#include <stdio.h>
#include <string.h>

#include "account/twins.h"
#include "pipeline/account.h"
#include "tools/account.h"

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
    struct account_at now; /* also the journal's entries of this run are read for it */
    if (!cli->db || pipeline_account_at(&cli->warehouse, cli->db, 0, &now, &fault) != STATUS_OK ||
        db_prepare(cli->db, "SELECT document_id FROM catalog_entry WHERE id > ? ORDER BY id",
                   &query, &fault) != STATUS_OK)
        return twins;
    db_bind_int(query, 1, last);
    while (db_step(query, &fault) == STATUS_OK) {
        struct twin twin;
        const char *id = arena_strdup(cli->arena, db_text(query, 0));
        if (twin_find(cli->db, &now, id, cli->arena, &twin, &fault) == STATUS_OK && twin.document &&
            twin.state == TWIN_OPEN)
            json_array_append_new(twins,
                                  json_pack("{s:s, s:s}", "document", id, "other", twin.other));
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
    printf(message_count("%lld document has the type, number, day and owner of one that was there "
                         "already, and does not count. Was a sheet taken in twice?\n",
                         "%lld documents have the type, number, day and owner of ones that were "
                         "there already, and do not count. Were sheets taken in twice?\n",
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
    printf(_("“sohoa review another ID --reason WORDS” lets one count, “sohoa review same ID” says "
             "that it is the same paper.\n"));
}

/* ---------------------------------------------------------------- all of them */

static enum status add_twin(void *context, const struct twin *twin, struct error *error)
{
    struct listing *listing = context;
    static const char *const words[] = {N_("nobody has said yet; it does not count"),
                                        N_("the same paper; it does not count"),
                                        N_("another paper; it counts")};
    (void)error;
    json_array_append_new(listing->rows,
                          json_pack("{s:s, s:s, s:s, s:s}", "document", twin->document, "other",
                                    twin->other, "said", twin_state_name(twin->state), "reason",
                                    twin->reason));
    table_row(listing->table, (const char *[]){twin->document, twin->other,
                                               message(words[twin->state]), twin->reason});
    return STATUS_OK;
}

/* Those that were set aside before they were stored. */
static enum status add_aside(struct listing *listing)
{
    struct cli *cli = listing->cli;
    struct db_query *query = NULL;
    enum status status = db_prepare(
        cli->db, "SELECT id FROM ledger WHERE kind = 'document' AND state = 'aside' ORDER BY id",
        &query, &cli->error);
    while (status == STATUS_OK && (status = db_step(query, &cli->error)) == STATUS_OK) {
        struct document document;
        const char *why = NULL, *path = NULL, *other = "";
        const char *id = arena_strdup(cli->arena, db_text(query, 0));
        status = review_document(&cli->warehouse, cli->db, id, cli->arena, &document, &why, &path,
                                 &cli->error);
        for (size_t i = 0; status == STATUS_OK && i < document.act_count; i++)
            if (strcmp(document.acts[i].what, "aside") == 0 && document.acts[i].to)
                other = document.acts[i].to;
        if (status != STATUS_OK)
            break;
        json_array_append_new(listing->rows,
                              json_pack("{s:s, s:s, s:s, s:s}", "document", id, "other", other,
                                        "said", "aside", "path", path));
        table_row(listing->table,
                  (const char *[]){id, other, _("the same paper; set aside, not stored"), ""});
    }
    db_finish(query);
    return status == STATUS_END ? STATUS_OK : status;
}

int twins_list(struct cli *cli)
{
    struct account_at now;
    struct listing listing =
        listing_new(cli, (const char *[]){_("document"), _("like"), _("is"), _("why"), NULL});
    enum status status = account_moment(cli, NULL, &now);
    if (status == STATUS_OK)
        status = twins_each(cli->db, &now, add_twin, &listing, &cli->error);
    if (status == STATUS_OK)
        status = add_aside(&listing);
    if (status != STATUS_OK || cli->json || json_array_size(listing.rows) > 0)
        return listing_end(&listing, status);
    table_drop(listing.table);
    json_decref(listing.rows);
    printf(_("No paper is in the store twice.\n"));
    return EXIT_DONE;
}
