#include "tools/proofs.h"

#include <stdio.h>

#define SHOWN 20

static void show(void *context, const struct pipeline_progress *now)
{
    (void)context;
    terminal_progress(_("Proofs"), now->steps_done, now->steps_done + now->steps_left, "");
}

enum status proofs_run(struct cli *cli, struct pipeline_proofs *out)
{
    db_close(cli->db); /* it must not cross a fork */
    cli->db = NULL;
    enum status status = pipeline_run_proofs(&cli->warehouse, show, NULL, &cli->error);
    terminal_progress_end();
    if (status != STATUS_OK && status != STATUS_END)
        return status;
    enum status looked = warehouse_db(&cli->warehouse, &cli->db, &cli->error);
    if (looked == STATUS_OK)
        looked = pipeline_proofs(cli->db, cli->arena, out, &cli->error);
    return looked == STATUS_OK ? status : looked;
}

void proofs_print_left(struct cli *cli, const struct pipeline_proofs *proofs)
{
    if (proofs->held > 0)
        printf(_("%s cannot get proofs and needs a person; 'sohoa review' says why.\n"),
               terminal_count(cli->arena, "%lld document", "%lld documents", proofs->held));
    if (proofs->left == 0)
        return;
    const char *many = terminal_count(cli->arena, "%lld document", "%lld documents", proofs->left);
    const char *age = terminal_age(cli->arena, proofs->since);
    if (*proofs->why)
        printf(_("%s waiting for proofs, the oldest for %s: %s\n"), many, age, proofs->why);
    else
        printf(_("%s waiting for proofs, the oldest for %s; 'sohoa seal' asks for them.\n"), many,
               age);
}

enum status proofs_print_each(struct cli *cli, json_t **list)
{
    struct pipeline_proof *items = NULL;
    size_t count = 0;
    enum status status = pipeline_proofs_left(cli->db, cli->arena, &items, &count, &cli->error);
    *list = NULL;
    if (status != STATUS_OK)
        return status;
    if (cli->json)
        *list = json_array();
    struct table *table = table_new((const char *[]){_("waits"), _("for"), _("why"), NULL});
    for (size_t i = 0; i < count; i++) {
        const struct pipeline_proof *one = &items[i];
        if (*list)
            json_array_append_new(*list, json_pack("{s:s, s:s, s:s, s:s, s:b}", "id", one->id,
                                                   "state", one->state, "why", one->why, "since",
                                                   one->since, "held", one->held));
        if (i < SHOWN)
            table_row(table, (const char *[]){one->id, terminal_age(cli->arena, one->since),
                                              *one->why ? one->why : _("not tried yet")});
    }
    if (cli->json || count == 0)
        table_drop(table);
    else
        table_print(table);
    if (!cli->json && count > SHOWN)
        printf("…\n");
    return STATUS_OK;
}

json_t *proofs_json(const struct pipeline_proofs *proofs)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s}", "waiting",
                     (json_int_t)proofs->waiting, "timestamped", (json_int_t)proofs->timestamped,
                     "evidenced", (json_int_t)proofs->evidenced, "aging", (json_int_t)proofs->aging,
                     "sealed", (json_int_t)proofs->sealed, "held", (json_int_t)proofs->held, "left",
                     (json_int_t)proofs->left, "oldest", proofs->since, "why", proofs->why);
}

int proofs_exit_code(const struct pipeline_proofs *proofs)
{
    return proofs->left > 0 ? EXIT_LATER : proofs->held > 0 ? EXIT_PERSON : EXIT_DONE;
}
