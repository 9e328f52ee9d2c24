#include "tools/held.h"

#include <stdio.h>

#include "core/text.h"

const char *held_moment(struct cli *cli, const char *iso)
{
    const char *shown = terminal_date(cli->arena, iso);
    return shown == iso ? arena_strndup(cli->arena, iso, 16) : shown;
}

enum { WHY_COLUMNS = 100 };

const char *held_shorten(struct cli *cli, const char *why)
{
    if (text_length(why) <= WHY_COLUMNS)
        return why;
    const char *at = why, *blank = NULL;
    for (size_t columns = 0; *at && columns < WHY_COLUMNS; at++) {
        columns += (*at & 0xC0) != 0x80;
        blank = *at == ' ' ? at : blank;
    }
    size_t length = (size_t)((blank ? blank : at) - why);
    return arena_printf(cli->arena, "%.*s …", (int)length, why);
}

enum status held_print(struct cli *cli, struct db *db, json_t *json, size_t *held)
{
    struct held_item *items = NULL;
    enum status status = review_list(&cli->warehouse, db, cli->arena, &items, held, &cli->error);
    if (status != STATUS_OK || (*held == 0 && json == NULL))
        return status;
    struct table *table =
        table_new((const char *[]){_("held"), _("id"), _("since"), _("why"), NULL});
    for (size_t i = 0; i < *held; i++) {
        items[i].why = message_again(cli->arena, items[i].why);
        if (json != NULL)
            json_array_append_new(json, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind",
                                                  items[i].kind, "id", items[i].id, "state",
                                                  items[i].state, "why", items[i].why, "since",
                                                  items[i].since, "path", items[i].path));
        table_row(table, (const char *[]){message(items[i].kind), items[i].id,
                                          held_moment(cli, items[i].since),
                                          held_shorten(cli, items[i].why)});
    }
    if (json == NULL)
        table_print(table);
    else
        table_drop(table);
    return STATUS_OK;
}
